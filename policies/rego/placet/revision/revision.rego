# METADATA
# title: Revision
# description: |
#   A new plan version vN+1 by revise or replan. Always a planner's approval (A5), the client's too when the total budget goes up
#   and the tenant wants the client to approve that.
# schemas:
#   - input: schema["decision-input"]
package placet.revision

import data.placet.money
import data.placet.reason
import data.placet.theme

# METADATA
# description: what this package says about the question
outcome := {"denials": _denials, "reviews": _reviews, "grants": _grants, "on_applied": []}

# METADATA
# description: the ticket that the question needs
need := {
	"type": "A5",
	"conditions": _conditions,
	"subject": $"{_plan.type} to plan {_plan.version} {_plan.name}",
	"summary": concat("", [
		$"{_plan.type} plan {_base.version} to plan {_plan.version}, {_plan.name}, by {_plan.author}: ",
		$"total budget from {money.text(_base.total_budget_minor, _base.currency)} to {money.text(_plan.total_budget_minor, _plan.currency)}.",
	]),
	"blocks": [$"plan/{input.resource.id}"],
}

# METADATA
# title: New plan version
# custom:
#   code: revision.needs_approval
needs_approval := reason.of(
	"revision.needs_approval",
	$"Plan {_plan.version} is a {_plan.type} and needs a planner's approval.",
) if _wanted

# METADATA
# title: Budget increase
# description: a client approves more spend, unless the tenant's configuration says otherwise
# custom:
#   code: revision.budget_increase
budget_increase := reason.of("revision.budget_increase", concat("", [
	$"The total budget goes up from {money.text(_base.total_budget_minor, _base.currency)} ",
	$"to {money.text(_plan.total_budget_minor, _plan.currency)}, so the client must approve too.",
])) if {
	_wanted
	"client_budget_increase" in _conditions
}

# METADATA
# title: New creative themes
# description: the tenant has its client approve creative themes
# custom:
#   code: revision.creative_themes
creative_themes := reason.of("revision.creative_themes", $"The client approves creative themes, and plan {_plan.version} brings {concat(", ", _themes)}.") if {
	_wanted
	"client_creative_themes" in _conditions
}

# METADATA
# title: Already approved
# custom:
#   code: revision.approved
approved := reason.of("revision.approved", $"Plan {_plan.version} is approved already.") if {
	_right_type
	_plan.state == "approved"
}

# METADATA
# title: Already superseded
# custom:
#   code: revision.superseded
superseded := reason.of("revision.superseded", $"Plan {_plan.version} was superseded by a newer plan.") if {
	_plan.state == "superseded"
}

# METADATA
# title: Wrong plan type
# description: plan.revise is asked of a revise, plan.replan of a replan
# custom:
#   code: revision.wrong_type
wrong_type := reason.of("revision.wrong_type", $"Plan {_plan.version} is of type {_plan.type}, so {input.action.name} does not fit it.") if {
	_plan
	not _right_type
}

# METADATA
# title: Stale base
# description: the plan it was made from is no longer the approved one; an approval would approve a comparison nobody can make
# custom:
#   code: plan.base_stale
base_stale := object.union(
	reason.of("plan.base_stale", concat("", [
		$"Plan {_plan.version} is based on a plan that is not the approved plan any more.",
		_since,
	])),
	{"rule": "data.placet.revision.base_stale"},
) if {
	_plan.state == "draft"
	not _base_current
}

# What the author of the draft did not know, so that it can be made anew on the plan that is approved now.
default _since := ""

_since := concat("", [
	$" Plan {_approved.version}, {_approved.name}, is: its total budget is {money.text(_approved.total_budget_minor, _approved.currency)}",
	$", that of the base {money.text(_base.total_budget_minor, _base.currency)}; changed since: {concat(", ", input.facts.base_changes)}.",
	$" Rebase plan {_plan.version} on it.",
]) if {
	_approved
	_base
}

_approved := input.facts.approved_plan

_plan := input.facts.plan

_base := input.facts.base_plan

_wanted if {
	_right_type
	_plan.state == "draft"
}

_right_type if {
	_plan.type in data.placet.revision.types
	input.action.name == concat(".", ["plan", _plan.type])
}

_base_current if {
	_plan.is_base_current
	_base
}

# Another currency cannot be compared, so it counts as more.
_goes_up if _plan.total_budget_minor > _base.total_budget_minor

_goes_up if _plan.currency != _base.currency

_conditions contains "budget_increase" if _goes_up

_conditions contains "client_budget_increase" if {
	_goes_up
	input.tenant.config.approval_policy.client_must_approve_budget_increase
}

_conditions contains "client_creative_themes" if count(_themes) > 0

_themes := theme.wanted(_plan, _base)

_denials contains superseded

_denials contains wrong_type

_denials contains base_stale

_reviews contains needs_approval

_reviews contains budget_increase

_reviews contains creative_themes

_grants contains approved
