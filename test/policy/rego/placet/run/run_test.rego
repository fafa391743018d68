package placet.run_test

import data.placet.decision
import data.placet.fixture

test_allow_a_run_of_one_s_own if {
	answer := decision.answer with input as fixture.run_start({})
	answer.effect == "allow"
	answer.on_decided == [{"op": "run.started"}]
}

test_allow_a_service_any if {
	asked := fixture.run_start({"run_start": {"agent": "agent-9"}})
	service := {"caller": {"kind": "service", "id": "desk"}, "subject": {"type": "service", "id": "desk"}}
	answer := decision.answer with input as object.union(asked, service)
	answer.effect == "allow"
}

test_allow_a_sub_agent_under_one_s_own if {
	asked := object.union(fixture.child_start({}), {"facts": {"run_start": {"agent": "agent-9"}}})
	answer := decision.answer with input as asked
	answer.effect == "allow"
}

test_deny_another_s if {
	answer := decision.answer with input as fixture.run_start({"run_start": {"agent": "agent-9"}})
	fixture.codes(answer) == ["run.not_own"]
}

test_deny_under_another_s if {
	answer := decision.answer with input as fixture.child_start({"agent": "agent-9", "requested_by": "agent-9"})
	fixture.codes(answer) == ["run.not_own"]
}

test_deny_malformed if {
	answer := decision.answer with input as fixture.question("run.start", "run", "r-2", {})
	fixture.codes(answer) == ["run.start_malformed"]
}

test_deny_twice if {
	answer := decision.answer with input as fixture.run_start({"run": fixture.run({"id": "r-2"})})
	fixture.codes(answer) == ["run.exists"]
}

test_deny_an_unknown_parent if {
	answer := decision.answer with input as fixture.run_start({"run_start": {"parent_run_id": "r-1"}})
	fixture.codes(answer) == ["run.not_own", "run.parent_unknown"]
}

test_deny_what_is_too_large[code] if {
	some code, parent in {
		"run.parent_aborted": {"state": "aborted"},
		"run.too_deep": {"depth": 4},
		"run.too_many_children": {"children": 16},
		"run.tree_too_large": {"runs_total": 64},
	}
	answer := decision.answer with input as fixture.child_start(parent)
	fixture.codes(answer) == [code]
}

test_allow_up_to_the_limits[parent] if {
	some parent in [{"depth": 3}, {"children": 15}, {"runs_total": 63}]
	answer := decision.answer with input as fixture.child_start(parent)
	answer.effect == "allow"
}

test_deny_an_agent_s_estimate_over_the_bound if {
	estimated := {"task_id": "headlines", "main_task_id": "spring", "agent": "agent-1", "model": "m", "estimate": {"usd": "51"}}
	answer := decision.answer with input as fixture.run_start({"run_start": estimated, "estimate_micro_usd": 51000000})
	fixture.codes(answer) == ["run.estimate_too_large"]
}

test_allow_an_agent_s_estimate_within_the_bound if {
	estimated := {"task_id": "headlines", "main_task_id": "spring", "agent": "agent-1", "model": "m", "estimate": {"usd": "50"}}
	answer := decision.answer with input as fixture.run_start({"run_start": estimated, "estimate_micro_usd": 50000000})
	answer.effect == "allow"
}

_task(more) := object.union({"id": "headlines", "state": "open", "epoch": 1, "run_ages_seconds": [], "grants": []}, more)

_many := [10 | some _ in numbers.range(1, 32)]

test_deny_one_run_too_many_on_a_task if {
	answer := decision.answer with input as fixture.run_start({"task": _task({"run_ages_seconds": _many})})
	fixture.codes(answer) == ["run.task_exhausted"]
	[one.op | some one in answer.on_decided] == ["task.exhausted"]
}

test_allow_what_was_granted if {
	task := _task({"run_ages_seconds": _many, "grants": [{"age_seconds": 1, "count": 1}]})
	answer := decision.answer with input as fixture.run_start({"task": task})
	answer.effect == "allow"
}

test_deny_a_closed_task if {
	answer := decision.answer with input as fixture.run_start({"task": _task({"state": "closed"})})
	fixture.codes(answer) == ["run.task_closed"]
}

# What the service keeps is enough: two days, 512 runs.
test_the_window_is_within_what_is_kept if {
	data.placet.ceiling.task_window_hours <= 48
	some row in data.placet.config.ceilings
	row.path == ["loop_policy", "runs_per_task_max"]
	row.at_most * (data.placet.ceiling.epochs_max + 1) <= 512
}
