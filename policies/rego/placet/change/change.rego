# METADATA
# title: Change
# description: What every change of a recorded number must satisfy before anybody looks at how big it is.
# schemas:
#   - input: schema["decision-input"]
package placet.change

import data.placet.field
import data.placet.money
import data.placet.reason

# METADATA
# scope: document
# description: all that is wrong with the change asked for
denials contains missing

denials contains before_conflict

denials contains not_as_asked

denials contains undo_unknown

denials contains undo_done

denials contains undo_conflict

denials contains undo_not_as_asked

# METADATA
# title: No change given
# description: a change needs a field that the record has and the value wanted
# custom:
#   code: change.missing
missing := reason.of(
	"change.missing",
	$"{input.action.name} needs a field that is on record for {input.resource.id} and the value wanted (properties field and after).",
) if {
	not input.facts.change
}

# METADATA
# title: Conflict with the record
# description: the caller believes in another live value than the record holds
# custom:
#   code: change.before_conflict
before_conflict := reason.far(
	"change.before_conflict",
	$"The {_name} is {money.text(_change.before, _currency)} on record, not {money.text(_change.claimed_before, _currency)} as the caller says.",
	$"{_change.claimed_before}",
	$"{_change.before}",
	"minor",
) if {
	_change.claimed_before != _change.before
}

# METADATA
# title: Change differs from the question
# description: the facts describe another change than the one asked for
# custom:
#   code: change.not_as_asked
not_as_asked := reason.of("change.not_as_asked", $"The change of the {_name} on record is not the one asked for.") if {
	_change
	not _as_asked
}

# METADATA
# title: Nothing to take back
# description: the optimization log has no change of this value under that change set
# custom:
#   code: change.undo_unknown
undo_unknown := reason.of(
	"change.undo_unknown",
	$"Change set {_undo.change_set_id} did not change the {_name} of {input.resource.id}, so it cannot be taken back there.",
) if {
	_undo.found == false
}

# METADATA
# title: Taken back already
# description: a change is taken back once
# custom:
#   code: change.undo_done
undo_done := reason.of(
	"change.undo_done",
	$"Change set {_undo.change_set_id} was taken back already, by {_undo.undone_by}.",
) if {
	_undo.undone_by
}

# METADATA
# title: Changed since
# description: taking a change back would undo what came after it as well
# custom:
#   code: change.undo_conflict
undo_conflict := reason.of(
	"change.undo_conflict",
	$"The {_name} was changed since by {_undo.changed_by}: take that back first, or ask for the value itself.",
) if {
	_undo.changed_by
}

# METADATA
# title: Not what was before
# description: what takes a change back sets the value that was before it, no other
# custom:
#   code: change.undo_not_as_asked
undo_not_as_asked := reason.of(
	"change.undo_not_as_asked",
	$"Before change set {_undo.change_set_id}, the {_name} was {money.text(_undo.restores, _currency)}, not {money.text(_change.after, _currency)}.",
) if {
	_undo.restores != _change.after
}

_undo := input.facts.undo

_change := input.facts.change

_name := field.label(_change.field)

_currency := input.facts.campaign.currency

_as_asked if {
	input.action.properties.field == _change.field
	input.action.properties.after == _change.after
	_same_undo
}

_same_undo if {
	not input.action.properties.undoes
	not _undo
}

_same_undo if input.action.properties.undoes == _undo.change_set_id
