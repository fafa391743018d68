package placet.creative_test

import data.placet.decision
import data.placet.fixture

test_launch[name] if {
	some name, case in {
		"nothing found": {"creative": {}, "effect": "allow", "codes": ["creative.no_finding"]},
		"disease claim": {"creative": {"body": "Cures gout"}, "effect": "deny", "codes": ["compliance.health_disease_claim"]},
		"for review": {"creative": {"body": "Clinically proven"}, "effect": "review", "codes": ["compliance.health_proof"]},
		"cleared": {"creative": {"body": "Clinically proven", "cleared": true}, "effect": "allow", "codes": ["creative.cleared"]},
	}
	answer := decision.answer with input as fixture.creative(case.creative)
	answer.effect == case.effect
	fixture.codes(answer) == case.codes
}

test_review_legal_flag if {
	answer := decision.answer with input as fixture.creative({"body": "Clinically proven"})
	[slot.id | some slot in answer.ticket.slots] == ["planner", "legal"]
	answer.ticket.legal_flag
	answer.ticket.risk == "high"
}

test_deny_unknown_profile if {
	question := object.union(
		fixture.creative({}),
		{"tenant": {"config": {"approval_policy": {"vertical_compliance_profile": "lax"}}}},
	)
	answer := decision.answer with input as question
	fixture.codes(answer) == ["creative.profile_unknown"]
}
