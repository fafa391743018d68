# METADATA
# title: Plan
# description: Executing a media plan. A first plan needs a planner's approval (A1); later versions come in by revise or replan.
# schemas:
#   - input: schema["decision-input"]
package placet.plan

import data.placet.money
import data.placet.reason
import data.placet.theme

# METADATA
# description: what this package says about the question
outcome := {"denials": _denials, "reviews": _reviews, "grants": _grants, "on_applied": []}

# METADATA
# description: the ticket that the question needs
need := {
	"type": "A1",
	"conditions": _conditions,
	"subject": $"execute plan {_plan.version} {_plan.name}",
	"summary": $"Execute media plan {_plan.version}, {_plan.name}, by {_plan.author}, with a total budget of {money.text(_plan.total_budget_minor, _plan.currency)}.",
	"blocks": [$"plan/{input.resource.id}"],
}

# METADATA
# title: Plan approved
# custom:
#   code: plan.approved
approved := reason.of("plan.approved", $"Plan {_plan.version} is the approved plan.") if _plan.state == "approved"

# METADATA
# title: Plan not approved
# description: the first plan of a tenant is executed after a planner approved it
# custom:
#   code: plan.not_approved
not_approved := reason.of("plan.not_approved", $"Plan {_plan.version} is a draft and needs a planner's approval.") if {
	_plan.state == "draft"
	_plan.type == "initial"
	_plan.is_base_current
}

# METADATA
# title: Draft on a stale base
# description: a first plan, while another plan has been approved in the meantime
# custom:
#   code: plan.initial_stale
initial_stale := reason.of("plan.initial_stale", $"Plan {_plan.version} is a first plan, but another plan is approved by now.") if {
	_plan.state == "draft"
	_plan.type == "initial"
	not _plan.is_base_current
}

# METADATA
# title: Revision not asked
# custom:
#   code: plan.ask_revision
ask_revision := reason.of("plan.ask_revision", $"Plan {_plan.version} is a draft {_plan.type}: ask plan.{_plan.type} first.") if {
	_plan.state == "draft"
	_plan.type in data.placet.revision.types
}

# METADATA
# title: Plan superseded
# custom:
#   code: plan.superseded
superseded := reason.of("plan.superseded", $"Plan {_plan.version} was superseded by a newer plan.") if {
	_plan.state == "superseded"
}

# METADATA
# title: Creative themes
# description: the tenant has its client approve creative themes
# custom:
#   code: plan.creative_themes
creative_themes := reason.of("plan.creative_themes", $"The client approves creative themes, and plan {_plan.version} brings {concat(", ", _themes)}.") if {
	not_approved
	count(_themes) > 0
}

_plan := input.facts.plan

_conditions contains "client_creative_themes" if count(_themes) > 0

_themes := theme.wanted(_plan, {})

_denials contains initial_stale

_denials contains ask_revision

_denials contains superseded

_reviews contains not_approved

_reviews contains creative_themes

_grants contains approved
