package placet.verdict_test

import data.placet.fixture
import data.placet.verdict

test_deny_by_default if {
	answer := verdict.answer with input as {"ticket": {"state": "pending"}}
	answer.effect == "deny"
}

test_verdict[name] if {
	some name, case in {
		"one of two slots": {"patch": {}, "seen": ["allow", "pending", "operator"]},
		"the last slot": {"patch": {"voter": _cleo, "ticket": {"votes": [_olgas]}}, "seen": ["allow", "approved", "client"]},
		"the slot asked for": {"patch": {"voter": {"roles": ["operator", "client"]}, "verdict": {"slot": "client"}}, "seen": ["allow", "pending", "client"]},
		"a vote of the author does not count": {
			"patch": {"voter": _cleo, "ticket": {"votes": [_olgas], "plan_author": "olga"}},
			"seen": ["allow", "pending", "client"],
		},
		"reject by slot": {"patch": {"verdict": {"action": "reject"}}, "seen": ["allow", "rejected", ""]},
		"reject by veto": {"patch": {"voter": {"roles": ["legal"]}, "verdict": {"action": "reject"}}, "seen": ["allow", "rejected", ""]},
		"objection": {
			"patch": {"voter": _cleo, "verdict": {"action": "reject"}, "ticket": {"type": "A5", "slots": [{"id": "planner", "any_of": ["planner"]}]}},
			"seen": ["allow", "rejected", ""],
		},
		"revoke": {"patch": {"verdict": {"action": "revoke"}, "ticket": {"state": "approved"}}, "seen": ["allow", "revoked", ""]},
		"cancel by requester": {"patch": {"voter": {"kind": "agent", "id": "agent-1"}, "verdict": {"action": "cancel"}}, "seen": ["allow", "cancelled", ""]},
		"cancel by caller": {"patch": {"voter": {"kind": "service", "id": "orchestrator"}, "verdict": {"action": "cancel"}}, "seen": ["allow", "cancelled", ""]},
		"cancel by admin": {"patch": {"voter": {"roles": ["admin"]}, "verdict": {"action": "cancel"}}, "seen": ["allow", "cancelled", ""]},
	}
	answer := verdict.answer with input as object.union(_approve, case.patch)
	[answer.effect, answer.outcome, object.get(answer, "slot", "")] == case.seen
}

test_deny_verdict[name] if {
	some name, patch in {
		"verdict.not_human": {"voter": {"kind": "service"}},
		"verdict.wrong_state": {"ticket": {"state": "expired"}},
		"verdict.self_approval": {"ticket": {"on_behalf_of": "olga"}},
		"verdict.already_voted": {"voter": {"roles": ["operator", "client"]}, "ticket": {"votes": [_olgas]}},
		"verdict.role_missing": {"voter": {"roles": ["auditor"]}},
		"verdict.not_entitled": {"voter": {"roles": ["auditor"]}, "verdict": {"action": "reject"}},
		"verdict.not_requester": {"verdict": {"action": "revise"}},
	}
	answer := verdict.answer with input as object.union(_approve, patch)
	answer.effect == "deny"
	fixture.codes(answer) == [name]
}

test_deny_own_ticket[party] if {
	some party in ["requester", "caller", "on_behalf_of", "plan_author"]
	answer := verdict.answer with input as object.union(_approve, {"ticket": {party: "olga"}})
	fixture.codes(answer) == ["verdict.self_approval"]
}

test_deny_slot[name] if {
	some name, patch in {
		"verdict.slot_unknown": {"verdict": {"slot": "legal"}},
		"verdict.slot_filled": {"voter": {"id": "otto"}, "verdict": {"slot": "operator"}, "ticket": {"votes": [_olgas]}},
	}
	answer := verdict.answer with input as object.union(_approve, patch)
	name in fixture.codes(answer)
}

_olgas := {"slot": "operator", "voter": "olga", "roles": ["operator"]}

_cleo := {"id": "cleo", "roles": ["client"]}

_approve := {
	"voter": {"kind": "human", "id": "olga", "roles": ["operator"]},
	"verdict": {"action": "approve"},
	"ticket": {
		"id": "t-1",
		"type": "A3",
		"state": "pending",
		"slots": [{"id": "operator", "any_of": ["operator"]}, {"id": "client", "any_of": ["client"]}],
		"votes": [],
		"requester": "agent-1",
		"caller": "orchestrator",
	},
}

# Whatever may make the findings undefined one day: the answer is a denial.
test_deny_undecided if {
	answer := verdict.answer with verdict.denials as null
	fixture.codes(answer) == ["verdict.undecided"]
}
