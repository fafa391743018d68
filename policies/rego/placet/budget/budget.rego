# METADATA
# title: Budget
# description: |
#   The spend guardrail (A3). A change goes through unattended only when both its step from the live value and the drift of the
#   new value from the approved plan are under the tenant's per cent: many small steps cannot walk past the limit.
# schemas:
#   - input: schema["decision-input"]
package placet.budget

import data.placet.campaign
import data.placet.change
import data.placet.field
import data.placet.mandate
import data.placet.money
import data.placet.reason

# METADATA
# description: what this package says about the question
outcome := {
	"denials": (campaign.denials | change.denials),
	"reviews": _reviews,
	"grants": _grants,
	"on_applied": _on_applied,
	"draws": _draws,
}

# METADATA
# description: the ticket that the question needs
need := {
	"type": "A3",
	"conditions": _conditions,
	"subject": $"{_name} of {input.facts.campaign.name}",
	"summary": $"Change the {_name} of campaign {input.facts.campaign.id}, {input.facts.campaign.name}, from {_money(_change.before)} to {_money(_change.after)}; the approved plan says {_money(_change.approved)}.",
	"blocks": [$"campaign/{input.resource.id}"],
}

# METADATA
# title: Step over the guardrail
# custom:
#   code: budget.step_over_guardrail
step_over_guardrail := reason.far(
	"budget.step_over_guardrail",
	$"Changing the {_name} from {_money(_change.before)} to {_money(_change.after)} is a step of {_percent(_step, _change.before)} %, not under the guardrail of {_limit_text} %.",
	_percent(_step, _change.before),
	_limit_text,
	"%",
) if {
	_change.before > 0
	not _step_under
}

# METADATA
# title: Drift over the guardrail
# description: the new value lies too far from the approved plan, however small the step
# custom:
#   code: budget.drift_over_guardrail
drift_over_guardrail := reason.far(
	"budget.drift_over_guardrail",
	$"The {_name} at {_money(_change.after)} would be {_percent(_drift, _change.approved)} % away from the approved {_money(_change.approved)}, not under the guardrail of {_limit_text} %.",
	_percent(_drift, _change.approved),
	_limit_text,
	"%",
) if {
	_change.approved > 0
	not _drift_under
}

# METADATA
# title: From zero
# description: no per cent of zero is defined, so every step away from zero counts as over
# custom:
#   code: budget.from_zero
from_zero := reason.far(
	"budget.from_zero",
	$"The {_name} goes from {_money(_change.before)} (approved {_money(_change.approved)}) to {_money(_change.after)}: no per cent of zero can be under the guardrail.",
	$"{_change.after}",
	"0",
	"minor",
) if {
	0 in {_change.before, _change.approved}
	not _within
}

# METADATA
# title: Budget increase
# description: a client approves more spend, unless the tenant's configuration says otherwise
# custom:
#   code: budget.client_must_approve
client_must_approve := reason.of("budget.client_must_approve", $"The {_name} goes up, so the client must approve too.") if {
	_over
	"client_budget_increase" in _conditions
}

# METADATA
# title: Client's mandate
# description: the client has said yes in advance, so its slot is not needed
# custom:
#   code: budget.client_mandate
client_mandate := reason.of("budget.client_mandate", $"The {_name} goes up within mandate {_covering[0]} of the client.") if {
	_over
	_client_wanted
	count(_covering) > 0
}

# METADATA
# title: Within the guardrail
# custom:
#   code: budget.within_guardrail
within_guardrail := reason.of(
	"budget.within_guardrail",
	$"For the {_name}, the step from the live value and the drift from the approved plan are under the guardrail of {input.tenant.config.approval_policy.auto_approve_optimization_under_pct} %.",
) if {
	_within
}

_change := input.facts.change

_name := field.label(_change.field)

default _on_applied := []

_on_applied := [{"op": "campaign.set_live", "field": _change.field, "value": _change.after}]

_step := money.distance(_change.before, _change.after)

_drift := money.distance(_change.approved, _change.after)

_limit := money.hundredths(input.tenant.config.approval_policy.auto_approve_optimization_under_pct)

_limit_text := money.percent_text(_limit)

_step_under if money.under(_step, _change.before, _limit)

_drift_under if money.under(_drift, _change.approved, _limit)

_within if {
	_step_under
	_drift_under
}

_over if {
	_change
	not _within
}

_percent(delta, base) := money.percent_text(money.ratio(delta, base))

_money(minor) := money.text(minor, input.facts.campaign.currency)

_goes_up if {
	_change.field in data.placet.budget.budget_fields
	_change.after > _change.before
}

_conditions contains "budget_increase" if _goes_up

_conditions contains "budget_decrease" if {
	_change.field in data.placet.budget.budget_fields
	_change.after < _change.before
}

_conditions contains "client_budget_increase" if {
	_client_wanted
	count(_covering) == 0
}

_client_wanted if {
	_goes_up
	input.tenant.config.approval_policy.client_must_approve_budget_increase
}

default _covering := []

_covering := mandate.covering(input.facts.mandates, _change.before, _change.after, input.now, input.tenant.config) if _goes_up

# What the allow draws from the mandate that stood in for the client.
_draws := [{"mandate_id": _covering[0], "amount_minor": amount} |
	client_mandate
	amount := _change.after - _change.before
]

_reviews contains step_over_guardrail

_reviews contains drift_over_guardrail

_reviews contains from_zero

_reviews contains client_must_approve

_reviews contains client_mandate

_grants contains within_guardrail
