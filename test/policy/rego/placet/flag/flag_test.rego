package placet.flag_test

import data.placet.ceiling
import data.placet.fixture
import data.placet.flag

_exhausted(causes) := {
	"now": "2026-11-23T09:00:00Z",
	"tenant": {"id": "acme", "config": fixture.config},
	"event": "loop.exhausted",
	"run": {
		"root_run_id": "r-1",
		"run_id": "r-2",
		"task_id": "headlines",
		"main_task_id": "spring",
		"agent": "agent-1",
		"model": "claude-4",
		"epoch": 1,
	},
	"loop": {
		"kind": "qc_correction",
		"exhausted": ["qc_correction"],
		"attempt": 3,
		"counters": ceiling.of(fixture.config.loop_policy, fixture.counts({"qc_correction": {"used": 2}})),
		"steps": [],
		"causes": causes,
	},
}

test_an_exhausted_loop_raises_an_a8 if {
	answer := flag.answer with input as _exhausted([{"code": "off_brand", "count": 3}])
	answer.effect == "raise"
	fixture.codes(answer) == ["flag.loop_exhausted"]
	answer.ticket.type == "A8"
	answer.ticket.blocks == ["run/r-1", "task/headlines"]
	answer.ticket.on_resolved == "run.loop"
	answer.ticket.on_approved == "none"
	contains(answer.ticket.summary, "off_brand (3)")
}

test_without_causes_it_says_so if {
	answer := flag.answer with input as _exhausted([])
	contains(answer.ticket.summary, "No causes were given.")
}

test_anything_else_raises_none if {
	answer := flag.answer with input as {}
	answer.effect == "none"
}

test_too_many_runs_on_a_task_raise_an_a8 if {
	asked := object.union(object.remove(_exhausted([]), ["loop"]), {
		"event": "task.exhausted",
		"task": {
			"counter": {"used": 32, "granted": 0, "ceiling": 32, "left": 0, "hard_ceiling": 32, "source": "policy"},
			"window_hours": 24,
			"runs": [],
		},
	})
	answer := flag.answer with input as asked
	fixture.codes(answer) == ["flag.task_exhausted"]
	answer.ticket.blocks == ["task/headlines"]
	answer.ticket.on_resolved == "run.loop"
}
