package placet.verdict_test

import data.placet.fixture
import data.placet.verdict

_raise(allowance) := {"resolution": {"kind": "raise_allowance", "allowance": allowance}}

test_allow_resolutions_that_fit[kind] if {
	some kind in ["resume", "abort"]
	answer := verdict.answer with input as fixture.resolution({"resolution": {"kind": kind}}, {})
	answer.effect == "allow"
	answer.outcome == "resolved"
}

test_allow_an_allowance_up_to_the_hard_ceiling if {
	answer := verdict.answer with input as fixture.resolution(_raise({"tool_round": 5, "global": 5}), {})
	fixture.codes(answer) == []
}

test_deny_an_allowance_over_the_hard_ceiling[name] if {
	some name, allowance in {
		"tool rounds": {"tool_round": 6},
		"all": {"tool_round": 1, "global": 6},
		"what is unused": {"tool_round": 1, "qc_correction": 1},
	}
	answer := verdict.answer with input as fixture.resolution(_raise(allowance), {})
	fixture.codes(answer) == ["verdict.allowance_over_ceiling"]
}

test_deny_an_allowance_that_does_not_help[name] if {
	some name, allowance in {"nothing": {}, "none": {"tool_round": 0}, "another counter": {"global": 1}}
	answer := verdict.answer with input as fixture.resolution(_raise(allowance), {})
	fixture.codes(answer) == ["verdict.allowance_missing"]
}

test_deny_an_allowance_for_an_unknown_tree if {
	asked := fixture.resolution(_raise({"global": 1}), {})
	ticket := object.remove(asked.ticket, ["loop"])
	answer := verdict.answer with input as object.union(object.remove(asked, ["ticket"]), {"ticket": ticket})
	"verdict.allowance_missing" in fixture.codes(answer)
}

test_deny_without_words if {
	answer := verdict.answer with input as fixture.resolution({"resolution": {"kind": "abort"}, "commented": false}, {})
	fixture.codes(answer) == ["verdict.comment_missing"]
}

test_deny_what_does_not_fit[kind] if {
	some kind in ["revise_estimate", "approve"]
	answer := verdict.answer with input as fixture.resolution({"resolution": {"kind": kind}}, {})
	fixture.codes(answer) == ["verdict.resolution_unfit"]
}

test_deny_no_resolution if {
	answer := verdict.answer with input as fixture.resolution({}, {})
	fixture.codes(answer) == ["verdict.resolution_unfit"]
}

test_deny_all_but_the_end_in_the_last_epoch if {
	answer := verdict.answer with input as fixture.resolution({"resolution": {"kind": "resume"}}, {"epoch": 10})
	fixture.codes(answer) == ["verdict.epochs_exhausted"]
}

test_allow_the_end_in_the_last_epoch if {
	answer := verdict.answer with input as fixture.resolution({"resolution": {"kind": "abort"}}, {"epoch": 10})
	answer.effect == "allow"
}

test_deny_the_one_who_asked if {
	asked := fixture.resolution({"resolution": {"kind": "abort"}}, {})
	answer := verdict.answer with input as object.union(asked, {"ticket": {"caller": "olga"}})
	fixture.codes(answer) == ["verdict.self_approval"]
}

test_allow_to_acknowledge if {
	answer := verdict.answer with input as fixture.resolution({"action": "acknowledge"}, {})
	answer.outcome == "acknowledged"
}

test_deny_who_holds_no_role if {
	asked := fixture.resolution({"action": "acknowledge"}, {})
	answer := verdict.answer with input as object.union(asked, {"voter": {"roles": ["planner"]}})
	fixture.codes(answer) == ["verdict.not_entitled"]
}
