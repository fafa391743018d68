package placet.block_test

import data.placet.block
import data.placet.decision
import data.placet.fixture

test_allow_own_tickets[name] if {
	some name in ["open_ticket", "approval"]
	ticket := {"ticket_id": "t-2", "type": "A2", "state": "pending"}
	question := fixture.question("campaign.launch", "campaign", "c-1", {"blocked_by": [ticket], name: ticket})
	open := block.open with input as question
	open == set()
}

test_allow_closed_tickets if {
	ticket := {"ticket_id": "t-2", "type": "A2", "state": "approved"}
	open := block.open with input as fixture.question("campaign.launch", "campaign", "c-1", {"blocked_by": [ticket]})
	open == set()
}

test_allow_actions_that_the_ticket_does_not_block if {
	ticket := {"ticket_id": "t-3", "type": "A3", "state": "pending"}
	question := fixture.question("campaign.launch", "campaign", "c-1", {"blocked_by": [ticket]})
	tickets := block.open_ticket with input as question
	tickets == set()
}

test_deny_in_a_run_that_nobody_started if {
	asked := object.union(fixture.question("campaign.launch", "campaign", "c-1", {}), {"context": {"run_id": "ghost"}})
	answer := decision.answer with input as asked
	"block.run_unknown" in fixture.codes(answer)
}
