package placet.revision_test

import data.placet.decision
import data.placet.fixture

test_revise[name] if {
	some name, case in {
		"same budget": {"plan": {}, "effect": "review", "codes": ["revision.needs_approval"]},
		"more budget": {"plan": {"total_budget_minor": 6000}, "effect": "review", "codes": ["revision.budget_increase", "revision.needs_approval"]},
		"other currency": {"plan": {"currency": "EUR"}, "effect": "review", "codes": ["revision.budget_increase", "revision.needs_approval"]},
		"approved": {"plan": {"state": "approved"}, "effect": "allow", "codes": ["revision.approved"]},
		"superseded": {"plan": {"state": "superseded"}, "effect": "deny", "codes": ["revision.superseded"]},
		"replan": {"plan": {"type": "replan"}, "effect": "deny", "codes": ["revision.wrong_type"]},
		"stale": {"plan": {"is_base_current": false}, "effect": "deny", "codes": ["plan.base_stale", "revision.needs_approval"]},
	}
	answer := decision.answer with input as _question(case.plan)
	answer.effect == case.effect
	fixture.codes(answer) == case.codes
}

test_review_increase_asks_the_client if {
	answer := decision.answer with input as _question({"total_budget_minor": 5001})
	[slot.id | some slot in answer.ticket.slots] == ["planner", "client"]
	answer.ticket.summary == "revise plan 1 to plan 2, Spring, by pat: total budget from USD 50.00 to USD 50.01."
}

test_deny_stale_tells_what_changed if {
	facts := {"approved_plan": fixture.plan({"version": 3, "name": "Summer", "total_budget_minor": 7000}), "base_changes": ["/name", "/total_budget_minor"]}
	answer := decision.answer with input as object.union(_question({"is_base_current": false}), {"facts": facts})
	some stale in answer.reasons
	stale.code == "plan.base_stale"
	stale.message == concat(" ", [
		"Plan 2 is based on a plan that is not the approved plan any more.",
		"Plan 3, Summer, is: its total budget is USD 70.00, that of the base USD 50.00; changed since: /name, /total_budget_minor.",
		"Rebase plan 2 on it.",
	])
}

_question(plan) := fixture.question("plan.revise", "plan", "2", {
	"plan": fixture.plan(plan),
	"base_plan": fixture.plan({"version": 1, "type": "initial", "state": "approved"}),
})
