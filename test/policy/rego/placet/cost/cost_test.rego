package placet.cost_test

import data.placet.cost
import data.placet.fixture

test_allow_hold_of_agent if {
	answer := cost.answer with input as _asks("agent", [], "hold", [])
	answer.effect == "allow"
	answer.terms.hold_seconds > 0
}

test_deny_hold_for_each_fact if {
	facts := [
		"tripped", "aborted", "red_flag", "no_estimate", "unpriced_usage",
		"model_unpriced", "limit_reached", "estimated", "admitted", "uncertain", "hold_used",
	]
	every fact in facts {
		answer := cost.answer with input as _asks("agent", [], "hold", [fact])
		fixture.codes(answer) == [concat("", ["cost.", fact])]
	}
}

test_deny_estimate_of_agent_over_the_bound if {
	asked := object.union(_asks("agent", [], "estimate", []), {"estimate_micro_usd": 50000001})
	answer := cost.answer with input as asked
	fixture.codes(answer) == ["cost.estimate_too_large"]
}

test_deny_estimate_of_agent_over_the_tenant_s_bound if {
	asked := object.union(_asks("agent", [], "estimate", []), {"cost_guard_policy": {"agent_estimate_max_usd_cents": 0}})
	answer := cost.answer with input as asked
	fixture.codes(answer) == ["cost.estimate_too_large"]
}

test_allow_estimate_of_service_over_the_bound if {
	asked := object.union(_asks("service", [], "estimate", []), {"estimate_micro_usd": 50000001})
	answer := cost.answer with input as asked
	answer.effect == "allow"
}

test_deny_second_estimate_of_agent if {
	answer := cost.answer with input as _asks("agent", [], "estimate", ["estimated"])
	fixture.codes(answer) == ["cost.estimated"]
}

test_allow_second_estimate_of_operator if {
	answer := cost.answer with input as _asks("human", ["operator"], "estimate", ["estimated", "admitted"])
	answer.effect == "allow"
}

test_deny_without_grant if {
	answer := cost.answer with input as _asks("human", ["planner"], "unpriced", [])
	fixture.codes(answer) == ["cost.not_permitted"]
}

# A grant that says nothing of what it goes on despite goes on despite nothing.
test_deny_when_grant_is_silent if {
	answer := cost.answer with input as _asks("agent", [], "hold", ["tripped"])
		with cost.acts as {"hold": [{"kind": "agent"}]}
	fixture.codes(answer) == ["cost.tripped"]
}

test_every_group_exists if {
	every grants in cost.acts {
		every grant in grants {
			_group_exists(grant)
		}
	}
}

test_deny_undecided if {
	answer := cost.answer with cost.denials as null
	fixture.codes(answer) == ["cost.undecided"]
}

_group_exists(grant) if not grant.roles

_group_exists(grant) if data.placet.access.roles[grant.roles]

_asks(kind, roles, act, facts) := {"caller": {"kind": kind, "roles": roles}, "act": act, "facts": facts} if {
	act != "estimate"
}

_asks(kind, roles, "estimate", facts) := {
	"caller": {"kind": kind, "roles": roles},
	"act": "estimate",
	"facts": facts,
	"cost_guard_policy": fixture.config.cost_guard_policy,
	"estimate_micro_usd": 1,
}
