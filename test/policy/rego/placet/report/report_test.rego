package placet.report_test

import data.placet.fixture
import data.placet.report

_work(more) := object.union(
	{"run_id": "r-1", "task_id": "headlines", "main_task_id": "spring", "agent": "copy-bot", "model": "claude-4"},
	more,
)

_input(more) := object.union(
	{
		"now": "2026-11-23T09:00:00Z",
		"caller": {"kind": "agent", "id": "qc-bot", "roles": []},
		"report": _work({}),
	},
	more,
)

test_allow_others_work[name] if {
	some name, more in {"of an unknown run": {}, "of a known run": {"run": _work({})}, "now": {"in_future": false}}
	answer := report.answer with input as _input(more)
	answer.effect == "allow"
}

test_deny_report[code] if {
	some code, more in {
		"report.own_work": {"caller": {"id": "copy-bot"}},
		"report.run_mismatch": {"run": _work({"model": "another", "agent": "another"})},
		"report.in_future": {"in_future": true},
	}
	answer := report.answer with input as _input(more)
	fixture.codes(answer) == [code]
}

test_deny_by_default if {
	answer := report.answer with input as {}
	answer.effect == "deny"
}
