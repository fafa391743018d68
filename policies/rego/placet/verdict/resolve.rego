package placet.verdict

import data.placet.ceiling
import data.placet.reason

# METADATA
# title: Comment missing
# description: how a red flag is resolved is explained
# custom:
#   code: verdict.comment_missing
comment_missing := reason.of("verdict.comment_missing", $"Say in a comment why ticket {input.ticket.id} is resolved like this.") if {
	_resolves
	not input.verdict.commented
}

# METADATA
# title: Unfit resolution
# custom:
#   code: verdict.resolution_unfit
resolution_unfit := reason.of(
	"verdict.resolution_unfit",
	$"Ticket {input.ticket.id} ({input.ticket.type}) is resolved by one of: {concat(", ", object.get(_type, "resolutions", []))}.",
) if {
	_resolves
	not _fitting
}

# METADATA
# title: Allowance missing
# description: more room must be granted where there was none, or the next step is the next red flag
# custom:
#   code: verdict.allowance_missing
allowance_missing := reason.of(
	"verdict.allowance_missing",
	$"Grant at least one step more of each counter that is exhausted: {concat(", ", sort(_still_exhausted))}.",
) if {
	_grants_steps
	count(_still_exhausted) > 0
}

# METADATA
# title: Allowance over the ceiling
# description: what is left after the grant is never more than a fresh run has by the hard ceiling
# custom:
#   code: verdict.allowance_over_ceiling
allowance_over_ceiling contains reason.far("verdict.allowance_over_ceiling", message, $"{wanted}", $"{grantable}", "steps") if {
	_grants_steps
	some name, wanted in input.verdict.resolution.allowance
	counter := object.get(_counters, name, {"hard_ceiling": 0, "left": 0})
	grantable := counter.hard_ceiling - counter.left
	wanted > grantable
	message := $"At most {grantable} more of {name} can be granted: {counter.left} are left, and the hard ceiling is {counter.hard_ceiling}."
}

# METADATA
# title: Epochs exhausted
# description: never an infinite retry, not even with humans who say yes each time
# custom:
#   code: verdict.epochs_exhausted
epochs_exhausted := reason.of("verdict.epochs_exhausted", $"The run tree is in epoch {input.ticket.loop.epoch}, the last that is allowed; abort it.") if {
	_resolves
	input.ticket.loop.epoch >= ceiling.epochs_max
	input.verdict.resolution.kind != "abort"
}

_resolves if input.verdict.action == "resolve"

_fitting if input.verdict.resolution.kind in _type.resolutions

_grants_steps if {
	_resolves
	input.verdict.resolution.kind == "raise_allowance"
}

_counters := ceiling.of(input.tenant.config.loop_policy, input.ticket.loop.counters)

_still_exhausted contains name if {
	some name in input.ticket.loop.exhausted
	_counters[name].left + object.get(_allowance, name, 0) <= 0
}

_still_exhausted contains "a counter of the run" if not input.ticket.loop

# Nothing granted at all.
_still_exhausted contains "any of them" if count([wanted | some wanted in _allowance; wanted > 0]) == 0

_allowance := object.get(input.verdict.resolution, "allowance", {})
