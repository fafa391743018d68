# METADATA
# title: QC
# description: |
#   A grain is in alert when its success rate over the window is under the floor with enough results, and until it is at the floor again
#   with enough results, or nothing is left in the window. Too few results change nothing.
# schemas:
#   - input: schema["qc-input"]
package placet.qc

import data.placet.reason

# METADATA
# title: Answer
# description: whether the grain is in alert now, and when time alone changes that, in the shape of schemas/qc-answer.json
# entrypoint: true
answer := {"alert": _alert, "turns": _turns, "reasons": sort(_reasons)}

# METADATA
# title: Under the floor
# custom:
#   code: qc.under_floor
under_floor contains reason.far("qc.under_floor", message, _rate, _floor, "results") if {
	_alert
	not input.alert
	message := $"{input.grain.kind} {input.grain.name} passed {_now.passed} of {_now.total} checks within {input.policy.window_hours} h, under the floor of {input.policy.success_floor}."
}

# METADATA
# title: At the floor again
# custom:
#   code: qc.over_floor
over_floor contains reason.far("qc.over_floor", message, _rate, _floor, "results") if {
	input.alert
	_over(_now)
	message := $"{input.grain.kind} {input.grain.name} passed {_now.passed} of {_now.total} checks within {input.policy.window_hours} h, at the floor of {input.policy.success_floor} again."
}

# METADATA
# title: Nothing left in the window
# custom:
#   code: qc.window_empty
window_empty contains reason.of("qc.window_empty", message) if {
	input.alert
	_now.total == 0
	message := $"No check of {input.grain.kind} {input.grain.name} is left within {input.policy.window_hours} h."
}

_now := input.windows[0]

_alert := _after(input.alert, _now)

default _turns := null

_turns := min({i |
	some i, window in input.windows
	i > 0
	_after(_alert, window) != _alert
})

_after(_, window) if _under(window)

_after(_, window) := false if _over(window)

_after(_, window) := false if window.total == 0

_after(alert, window) := alert if {
	window.total > 0
	window.total < input.policy.min_sample_global
}

# In millionths, so that the comparison is one of whole numbers.
_under(window) if {
	_enough(window)
	window.passed * 1000000 < window.total * _floor_ppm
}

_over(window) if {
	_enough(window)
	window.passed * 1000000 >= window.total * _floor_ppm
}

_enough(window) if window.total >= input.policy.min_sample_global

_floor_ppm := round(input.policy.success_floor * 1000000)

_rate := $"{_now.passed}/{_now.total}"

_floor := $"{_floor_ppm} ppm"

_reasons contains one if some one in under_floor

_reasons contains one if some one in over_floor

_reasons contains one if some one in window_empty
