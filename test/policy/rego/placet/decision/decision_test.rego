package placet.decision_test

import data.placet.decision
import data.placet.fixture

test_deny_by_default if {
	answer := decision.answer with input as {}
	answer.effect == "deny"
}

# An action with a row whose package grants nothing and asks nothing.
test_deny_undecided if {
	question := fixture.question("plan.execute", "plan", "1", {"plan": fixture.plan({"state": "unheard of"})})
	answer := decision.answer with input as question
	answer.effect == "deny"
	fixture.codes(answer) == ["decision.undecided"]
}

test_allow_relaunch if {
	question := fixture.question("campaign.launch", "campaign", "c-1", {"campaign": fixture.campaign({"launched": true})})
	answer := decision.answer with input as question
	answer.effect == "allow"
	answer.on_applied == [{"op": "campaign.launched"}]
	answer.obligations[0].type == "report_outcome"
	answer.consume_permit == false
}

test_review_first_launch if {
	question := fixture.question("campaign.launch", "campaign", "c-1", {"campaign": fixture.campaign({})})
	answer := decision.answer with input as question
	answer.effect == "review"
	answer.ticket.type == "A2"
}

test_deny_cases[name] if {
	some name, patch in {
		"action.unknown": {"action": {"name": "no.such"}},
		"subject.not_caller": {"subject": {"id": "agent-2"}},
		"resource.wrong_type": {"resource": {"type": "plan"}},
		"resource.unknown": {"resource": {"id": "c-2"}},
		"block.red_flag": {"facts": {"blocked_by": [{"ticket_id": "t-8", "type": "A8", "state": "pending"}]}},
		"block.open_ticket": {"facts": {"blocked_by": [{"ticket_id": "t-3", "type": "A2", "state": "pending"}]}},
		"campaign.plan_not_approved": {"facts": {"campaign": {"plan_state": "draft"}}},
	}
	question := object.union(
		fixture.question("campaign.launch", "campaign", "c-1", {"campaign": fixture.campaign({"launched": true})}),
		patch,
	)
	answer := decision.answer with input as question
	answer.effect == "deny"
	fixture.codes(answer) == [name]
}

test_allow_service_for_another if {
	question := object.union(
		fixture.question("campaign.launch", "campaign", "c-1", {"campaign": fixture.campaign({"launched": true})}),
		{"caller": {"kind": "service", "id": "orchestrator"}},
	)
	answer := decision.answer with input as question
	answer.effect == "allow"
}

test_deny_ticket_type_without_a_row if {
	question := fixture.question("campaign.launch", "campaign", "c-1", {
		"campaign": fixture.campaign({"launched": true}),
		"blocked_by": [{"ticket_id": "t-0", "type": "A0", "state": "pending"}],
	})
	answer := decision.answer with input as question
	fixture.codes(answer) == ["block.open_ticket"]
}

test_review_reconciliation if {
	answer := decision.answer with input as fixture.question("reconciliation.override", "reconciliation", "r-1", {})
	answer.ticket.type == "A6"
	answer.ticket.blocks == ["reconciliation/r-1"]
}
