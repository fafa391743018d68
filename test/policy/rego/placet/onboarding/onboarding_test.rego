package placet.onboarding_test

import data.placet.decision
import data.placet.fixture

test_review_access if {
	question := object.union(
		fixture.question("access.grant", "access", "bm-7", {}),
		{"resource": {"properties": {"onboarding_id": "ob-1"}}},
	)
	answer := decision.answer with input as question
	answer.ticket.type == "A4"
	answer.ticket.blocks == ["onboarding/ob-1"]
}

test_review_access_without_onboarding_blocks_the_tenants if {
	answer := decision.answer with input as fixture.question("access.grant", "access", "bm-7", {})
	answer.ticket.blocks == ["onboarding/acme"]
}

test_deny_onboarding_names_its_tickets if {
	blocked_by := [
		{"ticket_id": "t-5", "type": "A4", "state": "pending"},
		{"ticket_id": "t-4", "type": "A4", "state": "pending"},
	]
	answer := decision.answer with input as fixture.question("onboarding.complete", "onboarding", "ob-1", {"blocked_by": blocked_by})
	answer.effect == "deny"
	answer.reasons[0].message == "Onboarding ob-1 waits for t-4 (A4), t-5 (A4)."
}

test_allow_onboarding if {
	answer := decision.answer with input as fixture.question("onboarding.complete", "onboarding", "ob-1", {})
	answer.effect == "allow"
}
