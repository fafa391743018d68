package placet.mandate_test

import data.placet.decision
import data.placet.fixture
import data.placet.mandate

test_answer[name] if {
	some name, case in {
		"within the cap": {"patch": {}, "seen": []},
		"at the cap": {"patch": {"mandate": {"max_increase_pct": 25}}, "seen": []},
		"over the cap": {"patch": {"mandate": {"max_increase_pct": 25.01}}, "seen": ["mandate.too_much"]},
		"over the tenant's cap": {
			"patch": {"tenant": {"config": {"client_portal": {"mandate_max_increase_pct": 5}}}},
			"seen": ["mandate.too_much"],
		},
		"ended": {"patch": {"mandate": {"expires_at": "2026-11-23T09:00:00.000Z"}}, "seen": ["mandate.past"]},
		"by an admin": {"patch": {"voter": {"roles": ["admin"]}}, "seen": ["mandate.not_client"]},
		"by an agent": {"patch": {"voter": {"kind": "agent"}}, "seen": ["mandate.not_client"]},
	}
	answer := mandate.answer with input as object.union(_input, case.patch)
	fixture.codes(answer) == case.seen
	answer.effect == {true: "allow", false: "deny"}[count(case.seen) == 0]
}

# Whatever may make the findings undefined one day: the answer is a denial.
test_deny_undecided if {
	answer := mandate.answer with mandate.denials as null
	answer.effect == "deny"
}

test_review_mandate[name] if {
	some name, case in {
		"fresh": {"held": [_held({})], "after": 12000, "slots": ["operator"]},
		"to the last cent": {"held": [_held({})], "after": 12000, "slots": ["operator"]},
		"a cent more": {"held": [_held({})], "after": 12001, "slots": ["operator", "client"]},
		"drawn down": {"held": [_held({"base_minor": 9000, "drawn_minor": 1})], "after": 11800, "slots": ["operator", "client"]},
		"room left": {"held": [_held({"base_minor": 9000, "drawn_minor": 0})], "after": 11800, "slots": ["operator"]},
		"expired": {"held": [_held({"expires_at": "2026-11-23T09:00:00Z"})], "after": 12000, "slots": ["operator", "client"]},
		"the next one": {
			"held": [_held({"expires_at": "2026-11-23T09:00:00Z"}), _held({"mandate_id": "M-2"})],
			"after": 12000, "slots": ["operator"],
		},
		"above policy's cap": {"held": [_held({"max_increase_pct": 100})], "after": 12501, "slots": ["operator", "client"]},
		"none": {"held": [], "after": 12000, "slots": ["operator", "client"]},
	}
	answer := decision.answer with input as _change(case.after, case.held)
	answer.effect == "review"
	[slot.id | some slot in answer.ticket.slots] == case.slots
	answer.draws == []
}

test_allow_draws if {
	question := object.union(_change(12000, [_held({})]), {"facts": {"approval": {
		"ticket_id": "A3-1", "found": true, "type": "A3", "state": "approved", "subject_matches": true,
		"requester_matches": true, "expired": false, "slots": [{"id": "operator", "any_of": ["operator"]}],
	}}})
	answer := decision.answer with input as question
	answer.effect == "allow"
	answer.draws == [{"mandate_id": "M-1", "amount_minor": 2000}]
}

# Under the guardrail no client is asked, so nothing is drawn; a decrease needs none either.
test_allow_unattended_draws_nothing if {
	answer := decision.answer with input as _change(10500, [_held({})])
	[answer.effect, answer.draws] == ["allow", []]
}

_input := {
	"now": "2026-11-23T09:00:00.000Z",
	"tenant": {"id": "acme", "config": fixture.config},
	"voter": {"kind": "human", "id": "cleo", "roles": ["client"]},
	"mandate": {"max_increase_pct": 10, "expires_at": "2026-12-31T00:00:00.000Z"},
}

_held(more) := object.union({"mandate_id": "M-1", "max_increase_pct": 20, "expires_at": "2026-12-31T00:00:00Z"}, more)

_change(after, held) := object.union(fixture.change(10000, after, 10000), {"facts": {"mandates": held}})
