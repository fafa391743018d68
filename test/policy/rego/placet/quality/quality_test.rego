package placet.quality_test

import data.placet.decision
import data.placet.fixture

_asked(facts) := object.union(
	fixture.question("campaign.launch", "campaign", "c-1", object.union(
		{"campaign": fixture.campaign({"launched": true})},
		facts,
	)),
	{"tenant": {"config": {"qc_threshold_policy": {"review_in_alert": true}}}},
)

_alert := {"qc_alerts": [{"kind": "agent", "name": "agent-1", "since": "2026-11-23T08:00:00Z"}]}

test_review_in_alert if {
	answer := decision.answer with input as _asked(_alert)
	answer.effect == "review"
	fixture.codes(answer) == ["quality.in_alert"]
	answer.ticket.type == "A2"
}

test_allow_without_an_alert if {
	answer := decision.answer with input as _asked({})
	answer.effect == "allow"
}

test_allow_when_the_tenant_does_not_want_it if {
	question := fixture.question("campaign.launch", "campaign", "c-1", object.union(
		{"campaign": fixture.campaign({"launched": true})},
		_alert,
	))
	answer := decision.answer with input as question
	answer.effect == "allow"
}
