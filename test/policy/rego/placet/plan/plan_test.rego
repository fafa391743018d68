package placet.plan_test

import data.placet.decision
import data.placet.fixture

test_execute[name] if {
	some name, case in {
		"approved": {"plan": {"state": "approved"}, "effect": "allow", "code": "plan.approved"},
		"first draft": {"plan": {"type": "initial"}, "effect": "review", "code": "plan.not_approved"},
		"stale first draft": {"plan": {"type": "initial", "is_base_current": false}, "effect": "deny", "code": "plan.initial_stale"},
		"draft revise": {"plan": {}, "effect": "deny", "code": "plan.ask_revision"},
		"superseded": {"plan": {"state": "superseded"}, "effect": "deny", "code": "plan.superseded"},
	}
	answer := decision.answer with input as fixture.question("plan.execute", "plan", "2", {"plan": fixture.plan(case.plan)})
	answer.effect == case.effect
	fixture.codes(answer) == [case.code]
}

test_review_names_the_plan if {
	answer := decision.answer with input as fixture.question("plan.execute", "plan", "2", {"plan": fixture.plan({"type": "initial"})})
	answer.ticket.type == "A1"
	answer.ticket.blocks == ["plan/2"]
	answer.ticket.on_approved == "plan.approve"
}
