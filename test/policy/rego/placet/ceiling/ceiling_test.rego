package placet.ceiling_test

import data.placet.ceiling
import data.placet.fixture

test_the_specification_s_ceilings if {
	answer := ceiling.answer with input as {"loop_policy": fixture.config.loop_policy, "counters": fixture.counts({})}
	{kind: counter.left | some kind, counter in answer.counters} == {
		"qc_correction": 2,
		"tool_round": 5,
		"orchestrator_retry": 1,
		"global": 8,
	}
	every counter in answer.counters {
		counter.source == "policy"
	}
}

test_a_stricter_tenant_holds if {
	policy := object.union(fixture.config.loop_policy, {"tool_rounds_max": 3})
	counters := ceiling.of(policy, fixture.counts({"tool_round": {"used": 1}}))
	counters.tool_round == {"used": 1, "granted": 0, "ceiling": 3, "left": 2, "hard_ceiling": 5, "source": "tenant"}
}

test_a_looser_tenant_does_not if {
	policy := object.union(fixture.config.loop_policy, {"tool_rounds_max": 30})
	counters := ceiling.of(policy, fixture.counts({}))
	counters.tool_round.ceiling == 5
}

test_what_is_left_is_never_negative if {
	policy := object.union(fixture.config.loop_policy, {"tool_rounds_max": 0})
	counters := ceiling.of(policy, fixture.counts({"tool_round": {"used": 4}}))
	counters.tool_round.left == 0
}

test_grants_come_on_top if {
	counters := ceiling.of(fixture.config.loop_policy, fixture.counts({"global": {"used": 8, "granted": 2}}))
	counters.global.left == 2
}

test_a_step_counts_in_its_kind_and_in_the_tree if {
	ceiling.after(fixture.counts({}), "tool_round") == fixture.counts({"tool_round": {"used": 1}, "global": {"used": 1}})
	ceiling.after(fixture.counts({}), "step") == fixture.counts({"global": {"used": 1}})
}
