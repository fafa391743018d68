# METADATA
# title: Approval
# description: |
#   Proceeding on an approved ticket. An approval counts when it is of the type and has every slot that policy needs now, for the very
#   question that was approved, by the one who asked then, in time and not yet used.
# schemas:
#   - input: schema["decision-input"]
package placet.approval

import data.placet.question
import data.placet.reason
import data.placet.ticket

# METADATA
# description: the approval given carries this question
accepted if {
	_given.found
	_given.state == "approved"
	_right_type
	_same_question
	_same_requester
	_in_time
	_within_terms
	count(_missing(_given)) == 0
}

# METADATA
# scope: document
# description: what is wrong with the approval given
denials contains not_found

denials contains consumed

denials contains expired

denials contains closed

denials contains mismatch

denials contains slot_missing

denials contains beyond_terms

# METADATA
# scope: document
# description: what to say to one who must wait, or has an approval and did not show it
notices contains pending

notices contains changes_requested

notices contains available

notices contains insufficient

# METADATA
# title: Proceeding on an approval
# custom:
#   code: approval.accepted
proceed := object.union(
	reason.of("approval.accepted", $"Ticket {_given.ticket_id} ({_given.type}) is approved for this question{_on_terms(_given)}; its permit is used up by this answer."),
	{"rule": "data.placet.approval.proceed"},
) if {
	accepted
}

# METADATA
# title: No such ticket
# custom:
#   code: approval.not_found
not_found := reason.of("approval.not_found", $"There is no ticket {_given.ticket_id}.") if {
	_given
	not _given.found
}

# METADATA
# title: Permit used up
# custom:
#   code: approval.consumed
consumed := reason.of("approval.consumed", $"The permit of ticket {_given.ticket_id} was used already.") if {
	_given.state == "consumed"
}

# METADATA
# title: Permit expired
# custom:
#   code: approval.expired
expired := reason.of("approval.expired", $"The approval of ticket {_given.ticket_id} has expired.") if {
	_given.found
	_given.state in {"approved", "expired"}
	not _in_time
}

# METADATA
# title: Ticket closed
# description: rejected, cancelled, superseded, revoked, or a state that no rule knows
# custom:
#   code: approval.closed
closed := reason.of("approval.closed", $"Ticket {_given.ticket_id} is {_given.state}.") if {
	_given.found
	not _given.state in {"approved", "consumed", "expired", "pending", "changes_requested"}
}

# METADATA
# title: Approval of something else
# description: what runs must be what was approved
# custom:
#   code: approval.mismatch
mismatch := reason.of("approval.mismatch", $"Ticket {_given.ticket_id} is no approval of this question: {concat(", ", sort(_differences))}.") if {
	_given.found
	count(_differences) > 0
}

# METADATA
# title: Approval without a slot that is needed now
# description: policy or the tenant's configuration has become stricter since
# custom:
#   code: approval.slot_missing
slot_missing := reason.of(
	"approval.slot_missing",
	$"Ticket {_given.ticket_id} lacks the approval of {concat(", ", sort(_missing(_given)))}, which policy needs now. Ask again without it.",
) if {
	_given.found
	_right_type
	count(_missing(_given)) > 0
}

# METADATA
# title: Beyond the terms of the approval
# description: approvers tightened what was asked, and this is more than they approved
# custom:
#   code: approval.beyond_terms
beyond_terms := reason.of(
	"approval.beyond_terms",
	$"Ticket {_given.ticket_id} is approved{_on_terms(_given)}; {substring(concat(", ", sort(_given.beyond_terms)), 0, 300)} goes beyond that.",
) if {
	count(_given.beyond_terms) > 0
}

# METADATA
# description: what the caller has to keep to when it proceeds on tighter terms
obligations := [{
	"type": "keep_terms",
	"message": substring($"Approved{_on_terms(_given)}: keep to that.", 0, 500),
} |
	accepted
	count(_given.terms) > 0
]

# METADATA
# title: Approval pending
# custom:
#   code: approval.pending
pending := reason.of("approval.pending", $"Ticket {_ticket.ticket_id} waits for approval.") if _ticket.state == "pending"

# METADATA
# title: Changes requested
# custom:
#   code: approval.changes_requested
changes_requested := reason.of("approval.changes_requested", $"Ticket {_ticket.ticket_id} was sent back for changes.") if {
	_ticket.state == "changes_requested"
}

# METADATA
# title: Approval available
# custom:
#   code: approval.available
available := reason.of(
	"approval.available",
	$"Ticket {input.facts.open_ticket.ticket_id} is approved{_on_terms(input.facts.open_ticket)}: ask again with context.approval.ticket_id to proceed.",
) if {
	not _given
	input.facts.open_ticket.state == "approved"
	_asks_the_same
}

# METADATA
# title: Approval insufficient
# description: policy or the tenant's configuration has become stricter since, so that a new ticket takes the place of the approved one
# custom:
#   code: approval.insufficient
insufficient := reason.of(
	"approval.insufficient",
	$"Ticket {input.facts.open_ticket.ticket_id} is approved, but {_lack}; a new ticket asks for what policy needs now.",
) if {
	not _given
	input.facts.open_ticket.state == "approved"
	not _asks_the_same
}

_lack := $"it is of type {input.facts.open_ticket.type} and {question.need.type} is needed" if {
	input.facts.open_ticket.type != question.need.type
}

_lack := $"lacks the approval of {concat(", ", sort(_missing(input.facts.open_ticket)))}" if {
	input.facts.open_ticket.type == question.need.type
	count(_missing(input.facts.open_ticket)) > 0
}

_lack := "by others than may approve it now" if {
	input.facts.open_ticket.type == question.need.type
	count(_missing(input.facts.open_ticket)) == 0
}

# The condition under which the service lets the living ticket stand (see reusableTicket in src/decide).
_asks_the_same if {
	input.facts.open_ticket.type == question.need.type
	input.facts.open_ticket.slots == ticket.slots(question.need.type, question.need.conditions)
}

_given := input.facts.approval

# The ticket that the caller names, else the one that is alive for this question.
_ticket := input.facts.approval

_ticket := input.facts.open_ticket if not _given

_right_type if _given.type == question.need.type

_same_question if _given.subject_matches

_same_requester if _given.requester_matches

# Unless it is said that nothing lies beyond the terms, something may.
_within_terms if not _given.terms

_within_terms if _given.beyond_terms == []

_on_terms(ticket) := substring($" on tighter terms: {concat("; ", [_term(term) | some term in ticket.terms])}", 0, 400) if count(ticket.terms) > 0

_on_terms(ticket) := "" if not ticket.terms

_on_terms(ticket) := "" if ticket.terms == []

_term(term) := $"{term.pointer} from {term.at_least} to {term.at_most}" if not term.subset_of

_term(term) := $"{term.pointer} of {concat(", ", term.subset_of)} only" if term.subset_of

_in_time if {
	_given.expired == false
	_given.state != "expired"
}

_differences contains "it is of another type" if not _right_type

_differences contains "another content was approved" if not _same_question

_differences contains "another subject asked" if not _same_requester

# A slot counts when nobody could have filled it who may not fill it now.
_missing(approved) := {slot.id |
	some slot in ticket.slots(question.need.type, question.need.conditions)
	not _filled(approved, slot)
}

_filled(approved, slot) if {
	some given in approved.slots
	given.id == slot.id
	every role in given.any_of {
		role in slot.any_of
	}
}
