package placet.verdict

import data.placet.reason

# METADATA
# scope: document
# title: In someone's stead
# description: who is away and whose role fills the slot; only when no role of the voter's own does
on_behalf_of := _lenders(slot)[0] if {
	input.verdict.action == "approve"
	some slot in _empty
	slot.id == chosen
	not _fits(input.voter.roles, slot)
}

# METADATA
# title: Away
# description: who is out of office is not counted upon, though they may vote if they are there after all
# custom:
#   code: verdict.away
away := reason.of("verdict.away", $"{input.voter.id} is away.") if {
	input.verdict.trial
	input.voter.away
}

# METADATA
# title: In the stead of a party
# description: who may not approve a ticket may not name who does it for them
# custom:
#   code: verdict.stead_of_party
stead_of_party := reason.of(
	"verdict.stead_of_party",
	$"{concat(", ", sort(_barred))} asked for ticket {input.ticket.id} or wrote what it is about, and lends no role for it.",
) if {
	input.verdict.action == "approve"
	not _may_fill
	count(_barred) > 0
}

# Parties whose role the voter would need.
_barred contains absent.person if {
	some absent in input.voter.stands_in_for
	_party(absent.person)
	some slot in _empty
	_fits(_lendable(absent.roles), slot)
}

# People whose role the voter may use for the slot. Nobody's approval is given twice, so who has acted lends nothing more; and what
# is one's own nobody approves in one's stead.
_lenders(slot) := sort([absent.person |
	some absent in input.voter.stands_in_for
	not absent.person in _acted
	not _party(absent.person)
	_fits(_lendable(absent.roles), slot)
])

_lendable(roles) := {role |
	some role in roles
	role in data.placet.verdict.delegable_roles
}

# The roles by which a vote counts.
_counted(vote) := vote.roles if not vote.on_behalf_of

_counted(vote) := _lendable(vote.roles) if vote.on_behalf_of
