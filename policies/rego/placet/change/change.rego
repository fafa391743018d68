# METADATA
# title: Change
# description: What every change of a recorded number must satisfy before anybody looks at how big it is.
# schemas:
#   - input: schema["decision-input"]
package placet.change

import data.placet.money
import data.placet.reason

# METADATA
# scope: document
# description: all that is wrong with the change asked for
denials contains missing

denials contains before_conflict

denials contains not_as_asked

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
	$"{_change.field} is {money.text(_change.before, _currency)} on record, not {money.text(_change.claimed_before, _currency)} as the caller says.",
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
not_as_asked := reason.of("change.not_as_asked", $"The change of {_change.field} on record is not the one asked for.") if {
	_change
	not _as_asked
}

_change := input.facts.change

_currency := input.facts.campaign.currency

_as_asked if {
	input.action.properties.field == _change.field
	input.action.properties.after == _change.after
}
