package placet.verdict

import data.placet.reason
import data.placet.ticket

# METADATA
# title: Not entitled
# description: |
#   A rejection, a request for changes and a revocation come from one who could fill a slot, or who holds the veto of this ticket type.
#   To revoke an approval takes the veto: a client takes back no decision of operations.
# custom:
#   code: verdict.not_entitled
not_entitled := reason.of("verdict.not_entitled", $"{input.voter.id} holds no role that may {_verb} {_type.title} ticket {input.ticket.id}.") if {
	data.placet.verdict.actions[input.verdict.action].votes
	input.verdict.action != "approve"
	not _entitled
}

# METADATA
# title: Not the requester
# custom:
#   code: verdict.not_requester
not_requester := reason.of("verdict.not_requester", $"Only who asked for ticket {input.ticket.id} may {_verb} it.") if {
	not data.placet.verdict.actions[input.verdict.action].votes
	not _asked
}

_type := ticket.types[input.ticket.type]

_entitled if {
	some role in input.voter.roles
	role in _type.veto
}

_entitled if {
	input.verdict.action in {"reject", "request_changes", "claim", "acknowledge", "resolve"}
	some slot in input.ticket.slots
	_fits(input.voter.roles, slot)
}

_entitled if {
	input.verdict.action in {"reject", "request_changes", "claim"}
	some slot in input.ticket.slots
	count(_lenders(slot)) > 0
}

_entitled if {
	input.verdict.action in {"reject", "request_changes", "claim"}
	ticket.objects
	some role in input.voter.roles
	role in _type.objection
}

_entitled if {
	input.verdict.action == "revoke"
	some slot in input.ticket.slots
	some role in input.voter.roles
	role in slot.any_of
	role != "client"
}

# Who may release is told apart.
_entitled if input.verdict.action == "release"

_asked if input.voter.id in {input.ticket.requester, input.ticket.caller}

_asked if {
	input.verdict.action == "cancel"
	input.voter.kind == "human"
	some role in input.voter.roles
	role in data.placet.verdict.cancel_roles
}
