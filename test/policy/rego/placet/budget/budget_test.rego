package placet.budget_test

import data.placet.decision
import data.placet.fixture

test_guardrail[name] if {
	some name, case in {
		"under": {"before": 10000, "after": 10999, "approved": 10000, "effect": "allow"},
		"no change": {"before": 0, "after": 0, "approved": 0, "effect": "allow"},
		"at the limit": {"before": 10000, "after": 11000, "approved": 10000, "effect": "review"},
		"drift at the limit": {"before": 10900, "after": 11000, "approved": 10000, "effect": "review"},
		"step down": {"before": 10000, "after": 9000, "approved": 10000, "effect": "review"},
		"from zero": {"before": 0, "after": 1, "approved": 10000, "effect": "review"},
		"approved zero": {"before": 10000, "after": 10001, "approved": 0, "effect": "review"},
	}
	answer := decision.answer with input as fixture.change(case.before, case.after, case.approved)
	answer.effect == case.effect
}

test_review_increase_asks_the_client if {
	answer := decision.answer with input as fixture.change(10000, 12000, 10000)
	[slot.id | some slot in answer.ticket.slots] == ["operator", "client"]
	answer.ticket.risk == "high"
	answer.ticket.title == "Spend guardrail breach: daily budget of Spring"
}

test_review_bid_asks_no_client if {
	question := object.union(
		fixture.change(10000, 12000, 10000),
		{"action": {"properties": {"field": "bid_minor"}}, "facts": {"change": {"field": "bid_minor"}}},
	)
	answer := decision.answer with input as question
	[slot.id | some slot in answer.ticket.slots] == ["operator"]
}

test_allow_records_the_live_value if {
	answer := decision.answer with input as fixture.change(10000, 10500, 10000)
	answer.on_applied == [{"op": "campaign.set_live", "field": "daily_budget_minor", "value": 10500}]
}

test_deny_change[name] if {
	some name, question in {
		"change.before_conflict": object.union(fixture.change(10000, 10500, 10000), {"facts": {"change": {"claimed_before": 1}}}),
		"change.not_as_asked": object.union(fixture.change(10000, 10500, 10000), {"facts": {"change": {"after": 10400}}}),
		"change.undo_unknown": _undo({"found": false}),
		"change.undo_done": _undo({"found": true, "restores": 10500, "undone_by": "cs-2"}),
		"change.undo_conflict": _undo({"found": true, "restores": 10500, "changed_by": "cs-3"}),
		"change.undo_not_as_asked": _undo({"found": true, "restores": 10400}),
		"change.missing": fixture.question("budget.change", "campaign", "c-1", {"campaign": fixture.campaign({})}),
	}
	answer := decision.answer with input as question
	answer.effect == "deny"
	fixture.codes(answer) == [name]
}

test_review_distance_is_told if {
	answer := decision.answer with input as fixture.change(10000, 11250, 10000)
	{"actual": "12.5", "limit": "10", "unit": "%"} in {reason.distance | some reason in answer.reasons}
}

test_allow_undo if {
	answer := decision.answer with input as _undo({"found": true, "restores": 10500})
	answer.effect == "allow"
}

_undo(more) := object.union(fixture.change(10000, 10500, 10000), {
	"action": {"properties": {"undoes": "cs-1"}},
	"facts": {"undo": object.union({"change_set_id": "cs-1"}, more)},
})
