package placet.stand_in_test

import data.placet.fixture
import data.placet.verdict

test_allow_in_stead[name] if {
	some name, case in {
		"who is away lends the role": {"patch": {"voter": _lent(["planner", "operator"])}, "seen": ["allow", "operator", "olga"]},
		"a role of one's own comes first": {"patch": {"voter": object.union(_lent(["operator"]), {"roles": ["operator"]})}, "seen": ["allow", "operator", ""]},
		"beside a party that is away too": {
			"patch": {"voter": {"stands_in_for": [{"person": "nora", "roles": ["operator"]}, {"person": "olga", "roles": ["operator"]}]}, "ticket": {"plan_author": "nora"}},
			"seen": ["allow", "operator", "olga"],
		},
		"the slot asked for": {"patch": {"voter": _lent(["operator"]), "verdict": {"slot": "operator"}}, "seen": ["allow", "operator", "olga"]},
	}
	answer := verdict.answer with input as object.union(_approve, case.patch)
	[answer.effect, answer.slot, object.get(answer, "on_behalf_of", "")] == case.seen
}

test_deny_in_stead[name] if {
	some name, case in {
		"a client's word is not lent": {"patch": {"voter": _lent(["client"])}, "codes": ["verdict.role_missing"]},
		"an agent": {"patch": {"voter": object.union(_lent(["operator"]), {"kind": "agent"})}, "codes": ["verdict.not_human"]},
		"a party": {"patch": {"voter": _lent(["operator"]), "ticket": {"requester": "pat"}}, "codes": ["verdict.self_approval"]},
		"in the stead of one who asked": {"patch": {"voter": _lent(["operator"]), "ticket": {"requester": "olga"}}, "codes": _stead},
		"in the stead of the caller": {"patch": {"voter": _lent(["operator"]), "ticket": {"caller": "olga"}}, "codes": _stead},
		"in the stead of whom it was asked for": {"patch": {"voter": _lent(["operator"]), "ticket": {"on_behalf_of": "olga"}}, "codes": _stead},
		"in the stead of the author": {"patch": {"voter": _lent(["operator"]), "ticket": {"plan_author": "olga"}}, "codes": _stead},
		"in the stead of a party whose role fits nothing": {
			"patch": {"voter": _lent(["planner"]), "ticket": {"plan_author": "olga"}},
			"codes": ["verdict.role_missing"],
		},
		"one who has voted": {"patch": {"voter": _lent(["operator"]), "ticket": {"votes": [_vote("pat", "client", "client")]}}, "codes": ["verdict.already_voted"]},
		"for one who has voted": {"patch": {"voter": _lent(["operator"]), "ticket": {"votes": [_vote("olga", "client", "client")]}}, "codes": ["verdict.role_missing"]},
		"one whose stand-in has voted": {
			"patch": {"voter": {"id": "olga", "roles": ["client"]}, "ticket": {"votes": [_stood]}},
			"codes": ["verdict.already_voted"],
		},
	}
	answer := verdict.answer with input as object.union(_approve, case.patch)
	answer.effect == "deny"
	fixture.codes(answer) == case.codes
}

test_allow_vote_in_stead_counts if {
	answer := verdict.answer with input as object.union(_approve, {"voter": {"id": "cleo", "roles": ["client"]}, "ticket": {"votes": [_stood]}})
	answer.outcome == "approved"
}

test_allow_vote_in_the_stead_of_a_party_never_counts if {
	patch := {"voter": {"id": "cleo", "roles": ["client"]}, "ticket": {"votes": [_stood], "plan_author": "olga"}}
	answer := verdict.answer with input as object.union(_approve, patch)
	answer.outcome == "pending"
}

test_deny_reject_in_the_stead_of_a_party if {
	patch := {"voter": _lent(["operator"]), "verdict": {"action": "reject"}, "ticket": {"plan_author": "olga"}}
	answer := verdict.answer with input as object.union(_approve, patch)
	fixture.codes(answer) == ["verdict.not_entitled"]
}

test_allow_vote_by_a_role_not_lent_never_counts if {
	votes := [object.union(_stood, {"slot": "client", "roles": ["client"]})]
	answer := verdict.answer with input as object.union(_approve, {"voter": {"id": "otto", "roles": ["operator"]}, "ticket": {"votes": votes}})
	answer.outcome == "pending"
}

test_allow_reject_in_stead if {
	answer := verdict.answer with input as object.union(_approve, {"voter": _lent(["operator"]), "verdict": {"action": "reject"}})
	answer.outcome == "rejected"
}

test_deny_away_when_asked_who_could if {
	patch := {"voter": {"roles": ["operator"], "away": true}, "verdict": {"trial": true}}
	answer := verdict.answer with input as object.union(_approve, patch)
	fixture.codes(answer) == ["verdict.away"]
}

test_allow_away_and_there_after_all if {
	answer := verdict.answer with input as object.union(_approve, {"voter": {"roles": ["operator"], "away": true}})
	answer.effect == "allow"
}

test_claim[name] if {
	some name, case in {
		"claim": {"patch": {"verdict": {"action": "claim", "minutes": 480}}, "seen": ["allow", []]},
		"claim by a lent role": {"patch": {"voter": _lent(["operator"]), "verdict": {"action": "claim", "minutes": 1}}, "seen": ["allow", []]},
		"claim too long": {"patch": {"verdict": {"action": "claim", "minutes": 481}}, "seen": ["deny", ["verdict.claim_too_long"]]},
		"claim without an end": {"patch": {"verdict": {"action": "claim"}}, "seen": ["deny", ["verdict.claim_too_long"]]},
		"claim of what is not one's to decide": {
			"patch": {"voter": {"roles": ["auditor"]}, "verdict": {"action": "claim", "minutes": 1}},
			"seen": ["deny", ["verdict.not_entitled"]],
		},
		"release": {"patch": {"verdict": {"action": "release"}, "ticket": {"claimed_by": "pat"}}, "seen": ["allow", []]},
		"release by an admin": {"patch": {"voter": {"roles": ["admin"]}, "verdict": {"action": "release"}, "ticket": {"claimed_by": "olga"}}, "seen": ["allow", []]},
		"release another's": {"patch": {"verdict": {"action": "release"}, "ticket": {"claimed_by": "olga"}}, "seen": ["deny", ["verdict.not_claimer"]]},
	}
	answer := verdict.answer with input as object.union_n([_approve, {"voter": {"roles": ["operator"]}}, case.patch])
	[answer.effect, fixture.codes(answer)] == case.seen
}

test_claim_leaves_the_state if {
	answer := verdict.answer with input as object.union_n([
		_approve,
		{"voter": {"roles": ["operator"]}, "verdict": {"action": "claim", "minutes": 5}, "ticket": {"state": "changes_requested"}},
	])
	answer.outcome == "changes_requested"
}

test_terms[name] if {
	some name, case in {
		"tighter": {"patch": {}, "seen": ["allow", []]},
		"of what applies itself": {"patch": {"ticket": {"on_approved": "plan.approve"}}, "seen": ["deny", ["verdict.terms_not_here"]]},
		"of a field nobody knows": {"patch": {"verdict": {"terms": ["/action/properties/field"]}}, "seen": ["deny", ["verdict.terms_unknown"]]},
		"of an action nobody knows": {"patch": {"ticket": {"action": "bid.change"}}, "seen": ["deny", ["verdict.terms_unknown"]]},
	}
	answer := verdict.answer with input as object.union_n([_approve, {"voter": {"roles": ["operator"]}}, _terms, case.patch])
	[answer.effect, fixture.codes(answer)] == case.seen
}

test_terms_come_with_how_to_tighten if {
	answer := verdict.answer with input as object.union_n([_approve, {"voter": {"roles": ["operator"]}}, _terms])
	answer.narrowing == [{"pointer": "/action/properties/after", "kind": "interval", "towards": "/base/before"}]
}

_terms := {
	"verdict": {"terms": ["/action/properties/after"]},
	"ticket": {"action": "budget.change", "on_approved": "permit"},
}

_stead := ["verdict.role_missing", "verdict.stead_of_party"]

_lent(roles) := {"stands_in_for": [{"person": "olga", "roles": roles}]}

_vote(voter, slot, role) := {"slot": slot, "voter": voter, "roles": [role]}

_stood := {"slot": "operator", "voter": "pat", "roles": ["operator"], "on_behalf_of": "olga"}

_approve := {
	"voter": {"kind": "human", "id": "pat", "roles": []},
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
