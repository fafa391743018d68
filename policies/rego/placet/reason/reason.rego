# METADATA
# title: Reason
# description: |
#   The shape of a reason. A code is `<package>.<rule>`, so that a code names the rule that gave it:
#   `budget.step_over_guardrail` comes from `data.placet.budget.step_over_guardrail`.
package placet.reason

# METADATA
# description: a code and one sentence that a planner or client understands
of(code, message) := {
	"code": code,
	"message": message,
	"rule": concat("", ["data.placet.", code]),
}

# METADATA
# description: a reason that lies at a measurable distance from a threshold
far(code, message, actual, limit, unit) := {
	"code": code,
	"message": message,
	"rule": concat("", ["data.placet.", code]),
	"distance": {"actual": actual, "limit": limit, "unit": unit},
}
