package placet.qc_test

import data.placet.fixture
import data.placet.qc

_input(alert, windows) := {
	"policy": fixture.config.qc_threshold_policy,
	"grain": {"kind": "agent", "name": "copy-bot"},
	"alert": alert,
	"windows": [{"total": window[0], "passed": window[1]} | some window in windows],
}

test_alert_by_rate_and_sample[name] if {
	some name, case in {
		"under the floor": {"alert": false, "window": [20, 15], "after": true, "codes": ["qc.under_floor"]},
		"at the floor": {"alert": false, "window": [20, 16], "after": false, "codes": []},
		"too few": {"alert": false, "window": [19, 0], "after": false, "codes": []},
		"none": {"alert": false, "window": [0, 0], "after": false, "codes": []},
		"under it still": {"alert": true, "window": [20, 15], "after": true, "codes": []},
		"at it again": {"alert": true, "window": [20, 16], "after": false, "codes": ["qc.over_floor"]},
		"too few to recover": {"alert": true, "window": [19, 19], "after": true, "codes": []},
		"nothing left": {"alert": true, "window": [0, 0], "after": false, "codes": ["qc.window_empty"]},
	}
	answer := qc.answer with input as _input(case.alert, [case.window])
	answer.alert == case.after
	fixture.codes(answer) == case.codes
	answer.turns == null
}

test_time_alone_raises_an_alert if {
	answer := qc.answer with input as _input(false, [[50, 45], [40, 35], [25, 19], [0, 0]])
	answer == {"alert": false, "turns": 2, "reasons": []}
}

test_time_alone_ends_an_alert if {
	answer := qc.answer with input as _input(true, [[40, 10], [10, 4], [0, 0]])
	answer.turns == 2
}
