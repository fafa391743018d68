package placet.verdict

import data.placet.reason

# METADATA
# scope: document
# title: Slot
# description: the slot that an approval fills, the one asked for, else the first empty one in order that the voter may fill
chosen := input.verdict.slot

chosen := _eligible[0] if not input.verdict.slot

# METADATA
# title: Complete
# description: each slot is filled, by as many humans as there are slots; no slots are never complete
complete if {
	count(input.ticket.slots) > 0
	count(_votes) == count(input.ticket.slots)
	count({vote.voter | some vote in _votes}) == count(input.ticket.slots)
	every slot in input.ticket.slots {
		some vote in _votes
		vote.slot == slot.id
	}
}

# METADATA
# title: Own ticket
# description: who asked, for whom it was asked and who wrote the plan do not approve it
# custom:
#   code: verdict.self_approval
self_approval := reason.of("verdict.self_approval", $"{input.voter.id} cannot {_verb} what {input.voter.id} asked for or wrote.") if {
	input.verdict.action in {"approve", "resolve"}
	_party(input.voter.id)
}

# METADATA
# title: Voted already
# description: one human fills one slot
# custom:
#   code: verdict.already_voted
already_voted := reason.of("verdict.already_voted", $"{input.voter.id} has approved already; another human must fill the other slot.") if {
	input.verdict.action == "approve"
	input.voter.id in _acted
}

# METADATA
# title: No such slot
# custom:
#   code: verdict.slot_unknown
slot_unknown := reason.of("verdict.slot_unknown", $"Ticket {input.ticket.id} has no slot {input.verdict.slot}.") if {
	input.verdict.action == "approve"
	input.verdict.slot
	not input.verdict.slot in {slot.id | some slot in input.ticket.slots}
}

# METADATA
# title: Slot filled
# custom:
#   code: verdict.slot_filled
slot_filled := reason.of("verdict.slot_filled", $"Slot {input.verdict.slot} of ticket {input.ticket.id} is filled already.") if {
	input.verdict.action == "approve"
	some vote in input.ticket.votes
	vote.slot == input.verdict.slot
}

# METADATA
# title: Role missing
# custom:
#   code: verdict.role_missing
role_missing := reason.of("verdict.role_missing", $"{input.voter.id} holds no role that an empty slot of ticket {input.ticket.id} needs.") if {
	input.verdict.action == "approve"
	not _may_fill
}

_may_fill if chosen in _eligible

# Empty slots that the voter may fill, by own roles first, then in someone's stead.
_eligible := array.concat(
	[slot.id | some slot in _empty; _fits(input.voter.roles, slot)],
	[slot.id | some slot in _empty; count(_lenders(slot)) > 0],
)

_empty := [slot |
	some slot in input.ticket.slots
	not slot.id in {vote.slot | some vote in input.ticket.votes}
]

# Whose approval is given already, by themselves or by a stand-in.
_acted contains vote.voter if some vote in input.ticket.votes

_acted contains vote.on_behalf_of if some vote in input.ticket.votes

# The votes that count, with this one. A vote by a party or in the stead of one, or by roles that do not fit its slot, never does.
_votes contains {"slot": chosen, "voter": input.voter.id}

_votes contains {"slot": vote.slot, "voter": vote.voter} if {
	some vote in input.ticket.votes
	not _party(vote.voter)
	not _for_party(vote)
	some slot in input.ticket.slots
	slot.id == vote.slot
	_fits(_counted(vote), slot)
}

_fits(roles, slot) if {
	some role in roles
	role in slot.any_of
}

_for_party(vote) if _party(vote.on_behalf_of)

_party(id) if id == input.ticket.requester

_party(id) if id == input.ticket.caller

_party(id) if id == input.ticket.on_behalf_of

_party(id) if id == input.ticket.plan_author
