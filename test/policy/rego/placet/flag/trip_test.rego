package placet.flag_test

import data.placet.fixture
import data.placet.flag

test_raise_a9_when_the_cost_guard_trips if {
	answer := flag.answer with input as _tripped
	answer.effect == "raise"
	answer.ticket.type == "A9"
	answer.ticket.blocks == ["run/r-1", "task/t-1"]
	contains(answer.ticket.title, "3.05 USD spent of 1 USD estimated")
	fixture.codes(answer) == ["flag.cost_tripped"]
}

_tripped := {
	"event": "cost.tripped",
	"run": {
		"root_run_id": "r-1",
		"run_id": "r-1",
		"task_id": "t-1",
		"main_task_id": "copy",
		"agent": "agent-1",
		"model": "gpt-4o",
		"epoch": 1,
	},
	"cost": {
		"actual_usd": "3.05",
		"estimate_usd": "1",
		"limit_usd": "3",
		"multiplier": "3.00",
		"times": "3.05",
	},
}
