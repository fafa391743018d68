package placet.approval_test

import data.placet.decision
import data.placet.fixture

test_approval[name] if {
	some name, case in {
		"accepted": {"approval": {}, "effect": "allow", "code": "approval.accepted"},
		"consumed": {"approval": {"state": "consumed"}, "effect": "deny", "code": "approval.consumed"},
		"expired": {"approval": {"expired": true}, "effect": "deny", "code": "approval.expired"},
		"not found": {"approval": {"found": false}, "effect": "deny", "code": "approval.not_found"},
		"revoked": {"approval": {"state": "revoked"}, "effect": "deny", "code": "approval.closed"},
		"other type": {"approval": {"type": "A3"}, "effect": "deny", "code": "approval.mismatch"},
		"other question": {"approval": {"subject_matches": false}, "effect": "deny", "code": "approval.mismatch"},
		"other requester": {"approval": {"requester_matches": false}, "effect": "deny", "code": "approval.mismatch"},
		"no slots": {"approval": {"slots": []}, "effect": "deny", "code": "approval.slot_missing"},
		"pending": {"approval": {"state": "pending"}, "effect": "review", "code": "approval.pending"},
		"sent back": {"approval": {"state": "changes_requested"}, "effect": "review", "code": "approval.changes_requested"},
	}
	facts := {"campaign": fixture.campaign({}), "approval": fixture.approval(case.approval)}
	answer := decision.answer with input as fixture.question("campaign.launch", "campaign", "c-1", facts)
	answer.effect == case.effect
	fixture.codes(answer) == [case.code, "campaign.first_launch"]
	consumes := case.effect == "allow"
	answer.consume_permit == consumes
}

test_review_points_to_the_approval if {
	facts := {"campaign": fixture.campaign({}), "open_ticket": {"ticket_id": "t-2", "type": "A2", "state": "approved", "slots": _slots}}
	answer := decision.answer with input as fixture.question("campaign.launch", "campaign", "c-1", facts)
	answer.effect == "review"
	fixture.codes(answer) == ["approval.available", "campaign.first_launch"]
}

test_review_says_what_the_approval_lacks[name] if {
	some name, case in {
		"a slot": {"open": {"slots": [{"id": "planner", "any_of": ["planner"]}]}, "says": "but lacks the approval of operator_or_planner;"},
		"all slots": {"open": {}, "says": "but lacks the approval of operator_or_planner;"},
		"the right type": {"open": {"type": "A3", "slots": _slots}, "says": "but it is of type A3 and A2 is needed;"},
		"some that may now": {"open": {"slots": [{"id": "operator_or_planner", "any_of": ["planner"]}]}, "says": "but by others than may approve it now;"},
	}
	open := object.union({"ticket_id": "t-2", "type": "A2", "state": "approved"}, case.open)
	facts := {"campaign": fixture.campaign({}), "open_ticket": open}
	answer := decision.answer with input as fixture.question("campaign.launch", "campaign", "c-1", facts)
	answer.effect == "review"
	fixture.codes(answer) == ["approval.insufficient", "campaign.first_launch"]
	contains(answer.reasons[0].message, case.says)
}

test_allow_without_need_consumes_nothing if {
	facts := {"campaign": fixture.campaign({"launched": true}), "approval": fixture.approval({})}
	answer := decision.answer with input as fixture.question("campaign.launch", "campaign", "c-1", facts)
	answer.effect == "allow"
	answer.consume_permit == false
}

test_terms[name] if {
	some name, case in {
		"kept": {"approval": {"terms": _terms, "beyond_terms": []}, "effect": "allow", "codes": ["approval.accepted"], "obligations": ["keep_terms", "report_outcome"]},
		"none": {"approval": {"terms": [], "beyond_terms": []}, "effect": "allow", "codes": ["approval.accepted"], "obligations": ["report_outcome"]},
		"beyond": {"approval": {"terms": _terms, "beyond_terms": ["/a"]}, "effect": "deny", "codes": ["approval.beyond_terms"], "obligations": []},
		"not looked at": {"approval": {"terms": _terms}, "effect": "review", "codes": [], "obligations": []},
	}
	facts := {"campaign": fixture.campaign({}), "approval": fixture.approval(case.approval)}
	answer := decision.answer with input as fixture.question("campaign.launch", "campaign", "c-1", facts)
	answer.effect == case.effect
	fixture.codes(answer) == array.concat(case.codes, ["campaign.first_launch"])
	sort([one.type | some one in answer.obligations]) == case.obligations
}

test_terms_are_told if {
	facts := {"campaign": fixture.campaign({}), "open_ticket": {"ticket_id": "t-2", "type": "A2", "state": "approved", "slots": _slots, "terms": _terms}}
	answer := decision.answer with input as fixture.question("campaign.launch", "campaign", "c-1", facts)
	some reason in answer.reasons
	contains(reason.message, "/a from 1 to 2; /b of x, y only")
}

_slots := [{"id": "operator_or_planner", "any_of": ["operator", "planner"]}]

_terms := [{"pointer": "/a", "at_least": 1, "at_most": 2}, {"pointer": "/b", "subset_of": ["x", "y"]}]
