package placet.verdict

import data.placet.reason

# METADATA
# title: Claim too long
# description: a ticket that someone works on for days is one that nobody works on
# custom:
#   code: verdict.claim_too_long
claim_too_long := reason.of(
	"verdict.claim_too_long",
	$"A claim lasts at most {data.placet.verdict.claim_minutes_max} minutes.",
) if {
	input.verdict.action == "claim"
	not _claim_short
}

# METADATA
# title: Not the claimer
# custom:
#   code: verdict.not_claimer
not_claimer := reason.of("verdict.not_claimer", $"Only {input.ticket.claimed_by} or an admin may release ticket {input.ticket.id}.") if {
	input.verdict.action == "release"
	not _may_release
}

_claim_short if input.verdict.minutes <= data.placet.verdict.claim_minutes_max

_may_release if input.voter.id == input.ticket.claimed_by

_may_release if {
	some role in input.voter.roles
	role in data.placet.verdict.release_roles
}
