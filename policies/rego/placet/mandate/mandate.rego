# METADATA
# title: Mandate
# description: |
#   "Up to 10 % a month without asking me": a client's consent given in advance. It takes the place of the client's slot and of
#   nothing else, and is drawn down month by month from the budget that the month began with.
package placet.mandate

import data.placet.money
import data.placet.reason

default answer := {
	"effect": "deny",
	"reasons": [{
		"code": "mandate.undecided",
		"message": "No rule of the policy allows this.",
		"rule": "data.placet.mandate.answer",
	}],
	"increase_pct_max": 0,
}

# METADATA
# title: Answer
# description: whether the client may give this mandate, in the shape of schemas/mandate-answer.json
# entrypoint: true
answer := {"effect": "allow", "reasons": [], "increase_pct_max": cap(input.tenant.config)} if count(denials) == 0

answer := {"effect": "deny", "reasons": sort(denials), "increase_pct_max": cap(input.tenant.config)} if count(denials) > 0

# METADATA
# scope: document
# description: everything that is wrong with the mandate
denials contains not_client

denials contains too_much

denials contains past

# METADATA
# title: Not the client
# description: consent in advance is the client's own, as the slot is
# custom:
#   code: mandate.not_client
not_client := reason.of("mandate.not_client", $"{input.voter.id} is no client; only a client gives a mandate.") if {
	not _client
}

# METADATA
# title: More than a mandate may be
# custom:
#   code: mandate.too_much
too_much := reason.far(
	"mandate.too_much",
	$"A mandate of {input.mandate.max_increase_pct} % a month is more than the {cap(input.tenant.config)} % that policy allows.",
	$"{input.mandate.max_increase_pct}",
	$"{cap(input.tenant.config)}",
	"%",
) if {
	not _within_cap
}

# METADATA
# title: Over before it begins
# custom:
#   code: mandate.past
past := reason.of("mandate.past", $"The mandate would end at {input.mandate.expires_at}, which is past.") if {
	not _ahead
}

_client if {
	input.voter.kind == "human"
	"client" in input.voter.roles
}

_within_cap if input.mandate.max_increase_pct <= cap(input.tenant.config)

_ahead if input.mandate.expires_at > input.now

# METADATA
# description: the per cent that a mandate of this tenant may reach
cap(config) := min({data.placet.mandate.increase_pct_max, own}) if {
	own := object.get(config, ["client_portal", "mandate_max_increase_pct"], data.placet.mandate.increase_pct_max)
}

# METADATA
# description: the mandates in force under which this increase needs no client, by id; `held` are those on record for the campaign
covering(held, before, after, now, config) := sort({mandate.mandate_id |
	some mandate in held
	mandate.expires_at > now
	_room(mandate, before, after, min({mandate.max_increase_pct, cap(config)}))
})

# Drawn so far and this increase together stay within the per cent of the month's first budget. Cross-multiplied: nothing is rounded.
_room(mandate, before, after, pct) if {
	drawn := object.get(mandate, "drawn_minor", 0)
	(drawn + (after - before)) * 10000 <= object.get(mandate, "base_minor", before) * money.hundredths(pct)
}
