package placet.campaign_test

import data.placet.decision
import data.placet.fixture

test_allow_unattended_where_the_tenant_says_so if {
	question := object.union(
		fixture.question("campaign.launch", "campaign", "c-1", {"campaign": fixture.campaign({})}),
		{"tenant": {"config": {"approval_policy": {"first_launch_requires_human": false}}}},
	)
	answer := decision.answer with input as question
	answer.effect == "allow"
	fixture.codes(answer) == ["campaign.launch_unattended"]
}

test_review_blocks_the_launch if {
	question := fixture.question("campaign.launch", "campaign", "c-1", {"campaign": fixture.campaign({})})
	answer := decision.answer with input as question
	answer.ticket.blocks == ["campaign/c-1"]
	answer.ticket.slots == [{"id": "operator_or_planner", "any_of": ["operator", "planner"]}]
}
