# METADATA
# title: Cost
# description: |
#   May this caller do this to the money of a run, as it stands? The sums are the Cost Guard's, which works in whole numbers larger
#   than any evaluator's; what follows from them is said here.
# schemas:
#   - input: schema["cost-input"]
package placet.cost

import data.placet.estimate
import data.placet.reason

default answer := {
	"effect": "deny",
	"reasons": [{
		"code": "cost.undecided",
		"message": "No rule of the policy allows this.",
		"rule": "data.placet.cost.answer",
	}],
	"terms": {
		"hold_seconds": 0,
		"hold_seconds_max": 0,
		"hold_life_seconds_max": 0,
		"min_output_tokens": 0,
		"clock_skew_seconds": 0,
	},
}

# METADATA
# title: Answer
# description: whether it may, why not, and the terms that hold, in the shape of schemas/cost-answer.json
# entrypoint: true
answer := {"effect": "allow", "reasons": [], "terms": data.placet.cost.terms} if count(denials) == 0

answer := {"effect": "deny", "reasons": sort(denials), "terms": data.placet.cost.terms} if count(denials) > 0

# METADATA
# scope: document
# description: why the caller may not
denials contains not_permitted

denials contains tripped

denials contains aborted

denials contains red_flag

denials contains no_estimate

denials contains unpriced_usage

denials contains model_unpriced

denials contains limit_reached

denials contains estimated

denials contains admitted

denials contains uncertain

denials contains hold_used

denials contains estimate_too_large

# METADATA
# title: Not permitted
# custom:
#   code: cost.not_permitted
not_permitted := reason.of("cost.not_permitted", $"A {input.caller.kind} with these roles may not do this ({input.act}).") if {
	count(_grants) == 0
}

# METADATA
# title: Cost Guard tripped
# custom:
#   code: cost.tripped
tripped := reason.of("cost.tripped", "The Cost Guard has tripped on this run; a human has to resolve its red flag.") if {
	_stops("tripped")
}

# METADATA
# title: Run ended
# custom:
#   code: cost.aborted
aborted := reason.of("cost.aborted", "A human has ended this run.") if _stops("aborted")

# METADATA
# title: Red flag
# custom:
#   code: cost.red_flag
red_flag := reason.of("cost.red_flag", "A red flag blocks this run or its task; a human has to resolve it.") if {
	_stops("red_flag")
}

# METADATA
# title: No estimate
# description: what is not estimated cannot be guarded
# custom:
#   code: cost.no_estimate
no_estimate := reason.of("cost.no_estimate", "Nobody has said what this run is going to cost.") if _stops("no_estimate")

# METADATA
# title: Unpriced usage
# description: never taken for nothing
# custom:
#   code: cost.unpriced_usage
unpriced_usage := reason.of("cost.unpriced_usage", "This run has usage without a price; an operator has to price or waive it.") if {
	_stops("unpriced_usage")
}

# METADATA
# title: Unknown model
# custom:
#   code: cost.model_unpriced
model_unpriced := reason.of("cost.model_unpriced", "The price list has no price for this model, so the call cannot be guarded.") if {
	_stops("model_unpriced")
}

# METADATA
# title: Limit reached
# custom:
#   code: cost.limit_reached
limit_reached := reason.of("cost.limit_reached", "What this run has spent and reserved has reached its limit.") if {
	_stops("limit_reached")
}

# METADATA
# title: Estimated already
# custom:
#   code: cost.estimated
estimated := reason.of("cost.estimated", "This run has an estimate; only an operator or admin may give another.") if {
	_stops("estimated")
}

# METADATA
# title: Spending already
# description: an estimate made after the fact guards nothing
# custom:
#   code: cost.admitted
admitted := reason.of("cost.admitted", "This run has begun to spend; only an operator or admin may estimate it now.") if {
	_stops("admitted")
}

# METADATA
# title: Uncertain hold
# custom:
#   code: cost.uncertain
uncertain := reason.of("cost.uncertain", "The time of this hold is over, so its call may have been made; report its usage, or ask an operator.") if {
	_stops("uncertain")
}

# METADATA
# title: Hold used
# description: a hold is for one call; the same id again does not let in another
# custom:
#   code: cost.hold_used
hold_used := reason.of("cost.hold_used", "This hold is settled, released or its time is over; ask for another call under an id of its own.") if {
	_stops("hold_used")
}

# METADATA
# title: Estimate too large
# description: an agent that could estimate a million would not be guarded
# custom:
#   code: cost.estimate_too_large
estimate_too_large := reason.far(
	"cost.estimate_too_large",
	"An agent may not estimate its own run at that much; a service, an operator or an admin may.",
	$"{object.get(input, "estimate_micro_usd", "unknown")}",
	$"{estimate.limit(input.cost_guard_policy)}",
	"millionths of a USD",
) if {
	input.act == "estimate"
	not _estimate_fits
}

# In a rule of its own, so that an amount that is not there stops as well.
_estimate_fits if estimate.fits(input.caller.kind, input.cost_guard_policy, input.estimate_micro_usd)

# Negated, so that a fact that no grant speaks about stops.
_stops(fact) if {
	fact in input.facts
	not _goes_on_despite(fact)
}

_goes_on_despite(fact) if fact in _grants[0].despite

_grants := [grant |
	some grant in data.placet.cost.acts[input.act]
	grant.kind == input.caller.kind
	_has_role(grant)
]

_has_role(grant) if not grant.roles

_has_role(grant) if {
	some role in input.caller.roles
	role in data.placet.access.roles[grant.roles]
}
