package placet.config_test

import data.placet.config
import data.placet.fixture

test_allow_the_specification if {
	answer := config.answer with input as {"config": fixture.config}
	answer == {"effect": "allow", "violations": []}
}

test_deny_looser[name] if {
	some name, patch in {
		"config.above_ceiling": {"loop_policy": {"tool_rounds_max": 6}},
		"config.below_floor": {"qc_threshold_policy": {"success_floor": 0.5}},
		"config.fixed": {"cost_guard_policy": {"block_on_trip": false}},
		"config.profile_unknown": {"approval_policy": {"vertical_compliance_profile": "lax"}},
	}
	answer := config.answer with input as {"config": object.union(fixture.config, patch)}
	answer.effect == "deny"
	[violation.code | some violation in answer.violations] == [name]
}

test_deny_looser_time[name] if {
	some name, [field, own] in {
		"target": ["/sla_policy/targets/A1", {"targets": {"A1": 481}}],
		"few hours": ["/sla_policy/calendar/intervals", {"calendar": _calendar("09:00", "10:00", "17:00", [])}],
		"twice": ["/sla_policy/calendar/intervals", {"calendar": _calendar("09:00", "17:00", "16:00", [])}],
		"holidays": ["/sla_policy/calendar/holidays", {"calendar": _calendar("09:00", "17:00", "17:00", [$"2026-01-{day}" | some day in numbers.range(10, 40)])}],
	}
	answer := config.answer with input as {"config": object.union(fixture.config, {"sla_policy": own})}
	answer.effect == "deny"
	{violation.field | some violation in answer.violations} == {field}
}

_calendar(from, to, again, holidays) := {
	"time_zone": "Etc/UTC",
	"intervals": [
		{"days": ["mon", "tue", "wed", "thu", "fri"], "from": from, "to": to},
		{"days": ["mon", "tue", "wed", "thu", "fri"], "from": again, "to": "18:00"},
	],
	"holidays": holidays,
}

test_deny_optional_section if {
	answer := config.answer with input as {"config": object.union(fixture.config, {"client_portal": {"mandate_max_increase_pct": 26}})}
	[violation.field | some violation in answer.violations] == ["/client_portal/mandate_max_increase_pct"]
}

test_deny_no_configuration if {
	answer := config.answer with input as {}
	count(answer.violations) == count([row | some row in config.ceilings; not row.optional]) + 1
}

# Whatever may make the findings undefined one day: the answer is a denial.
test_deny_undecided if {
	answer := config.answer with config.violations as null
	answer == {"effect": "deny", "violations": []}
}
