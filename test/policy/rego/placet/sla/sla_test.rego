package placet.sla_test

import data.placet.fixture
import data.placet.sla

_own := {
	"calendar": {
		"time_zone": "Europe/Berlin",
		"intervals": [
			{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "13:00"},
			{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "14:00", "to": "18:00"},
		],
		"holidays": ["2026-12-25", "2026-12-26", "2027-01-01"],
	},
	"targets": {"A1": 300},
}

_input(own) := {"tenant": {"config": object.union(fixture.config, {"sla_policy": own})}}

test_every_type_has_rules_for_every_risk[name] if {
	some type, row in sla.types
	some risk, minutes in row.minutes
	name := $"{type} {risk}"
	rules := sla.rules(type, risk) with input as {"tenant": {"config": fixture.config}}
	rules.clocks.team.target_minutes == minutes
	every clock in rules.clocks {
		count(clock.ladder) > 0
		rules.calendars[clock.calendar]
	}
}

test_red_flags_access_breaches_and_overrides_know_no_closing_time if {
	every type in ["A3", "A6", "A8", "A9"] {
		sla.types[type].calendar == "always"
	}
}

test_ladders_climb[name] if {
	some name, ladder in sla.ladders
	parts := [step.at_percent | some step in ladder]
	parts == sort({part | some part in parts})
	count({i | some i, step in ladder; step.repeat_every_percent; i < count(ladder) - 1}) == 0
}

test_the_tenants_calendar_stands_in_for_business_only if {
	rules := sla.rules("A1", "medium") with input as _input(_own)
	rules.calendars.business == _own.calendar
	rules.calendars.always == sla.calendars.always
}

test_the_shorter_target_holds if {
	medium := sla.rules("A1", "medium") with input as _input(_own)
	medium.clocks.team.target_minutes == 300
	high := sla.rules("A1", "high") with input as _input(_own)
	high.clocks.team.target_minutes == 240
}

test_week_counts if {
	sla.week_minutes(_own.calendar) == 2400
	sla.week_days(_own.calendar) == 5
	sla.holidays_a_year(_own.calendar) == 2
	not sla.overlapping(_own.calendar)
	sla.holidays_a_year({"holidays": []}) == 0
}

test_overlaps_are_found[name] if {
	some name, intervals in {
		"same day": [{"days": ["mon"], "from": "09:00", "to": "13:00"}, {"days": ["mon"], "from": "12:59", "to": "18:00"}],
		"next day": [{"days": ["mon"], "from": "22:00", "to": "06:00"}, {"days": ["tue"], "from": "05:00", "to": "06:00"}],
		"next week": [{"days": ["sun"], "from": "22:00", "to": "06:00"}, {"days": ["mon"], "from": "05:00", "to": "06:00"}],
	}
	sla.overlapping({"intervals": intervals})
}

test_what_touches_does_not_overlap if {
	not sla.overlapping({"intervals": [
		{"days": ["sun"], "from": "22:00", "to": "06:00"},
		{"days": ["mon"], "from": "06:00", "to": "24:00"},
		{"days": ["tue"], "from": "00:00", "to": "01:00"},
	]})
}
