package placet.theme_test

import data.placet.decision
import data.placet.fixture

test_review_themes[name] if {
	some name, case in {
		"first plan": {"action": "plan.execute", "facts": {"plan": fixture.plan({"type": "initial", "creative_themes": ["loud"]})}, "code": "plan.creative_themes"},
		"new theme": {
			"action": "plan.revise",
			"facts": {"plan": fixture.plan({"creative_themes": ["loud"]}), "base_plan": fixture.plan({"state": "approved"})},
			"code": "revision.creative_themes",
		},
	}
	question := object.union(fixture.question(case.action, "plan", "2", case.facts), {"tenant": {"config": {"client_portal": {"approve_creative_themes": true}}}})
	answer := decision.answer with input as question
	answer.effect == "review"
	case.code in fixture.codes(answer)
	[slot.id | some slot in answer.ticket.slots] == ["planner", "client"]
}
