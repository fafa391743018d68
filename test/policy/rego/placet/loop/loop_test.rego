package placet.loop_test

import data.placet.decision
import data.placet.fixture

test_allow_up_to_the_ceiling[kind] if {
	some kind, ceiling in {"qc_correction": 2, "tool_round": 5, "orchestrator_retry": 1, "step": 8}
	counts := fixture.counts({kind: {"used": ceiling - 1}, "global": {"used": ceiling - 1}})
	answer := decision.answer with input as fixture.step(kind, {"run": {"counters": counts}})
	answer.effect == "allow"
	fixture.codes(answer) == ["loop.room_left"]
	answer.on_decided == [{"op": "run.step_admitted"}]
	answer.counters.global.used == ceiling
}

test_deny_over_the_ceiling_and_raise_a_flag[kind] if {
	some kind, ceiling in {"qc_correction": 2, "tool_round": 5, "orchestrator_retry": 1}
	counts := fixture.counts({kind: {"used": ceiling}, "global": {"used": ceiling}})
	answer := decision.answer with input as fixture.step(kind, {"run": {"counters": counts}})
	answer.effect == "deny"
	fixture.codes(answer) == ["loop.exhausted"]
	answer.on_decided == [{"op": "loop.exhausted", "exhausted": [kind]}]
	answer.counters[kind].left == 0
}

test_deny_over_the_global_ceiling[kind] if {
	some kind in ["qc_correction", "tool_round", "orchestrator_retry", "step"]
	counts := fixture.counts({"global": {"used": 8}})
	answer := decision.answer with input as fixture.step(kind, {"run": {"counters": counts}})
	answer.effect == "deny"
	answer.on_decided == [{"op": "loop.exhausted", "exhausted": ["global"]}]
}

test_one_flag_an_epoch if {
	counts := fixture.counts({"global": {"used": 8}})
	answer := decision.answer with input as fixture.step("step", {"run": {"flagged": true, "counters": counts}})
	answer.effect == "deny"
	not answer.on_decided
}

test_a_stranger_raises_no_flag if {
	counts := fixture.counts({"global": {"used": 8}})
	run := {"agent": "agent-2", "requested_by": "agent-3", "counters": counts}
	answer := decision.answer with input as fixture.step("step", {"run": run})
	fixture.codes(answer) == ["loop.exhausted", "loop.not_own_run"]
	not answer.on_decided
}

test_allow_a_service if {
	asked := fixture.step("step", {"run": {"agent": "agent-2", "requested_by": "agent-3"}})
	service := {"caller": {"kind": "service", "id": "desk"}, "subject": {"type": "service", "id": "desk"}}
	answer := decision.answer with input as object.union(asked, service)
	answer.effect == "allow"
}

test_deny_in_an_aborted_tree if {
	answer := decision.answer with input as fixture.step("step", {"run": {"state": "aborted"}})
	fixture.codes(answer) == ["loop.aborted"]
}

test_deny_malformed if {
	answer := decision.answer with input as fixture.question("agent.step", "run", "r-1", {"run": fixture.run({})})
	fixture.codes(answer) == ["loop.step_malformed"]
}

test_deny_an_unknown_run if {
	answer := decision.answer with input as fixture.question("agent.step", "run", "r-1", {"step": {
		"kind": "step",
		"step_id": "s",
	}})
	"resource.unknown" in fixture.codes(answer)
}
