# METADATA
# title: Configuration
# description: A tenant's configuration may be stricter than the ceilings, not looser; each field that is looser is named.
# schemas:
#   - input: schema["config-input"]
package placet.config

import data.placet.sla

default answer := {"effect": "deny", "violations": []}

# METADATA
# title: Answer
# description: whether the configuration may be saved, in the shape of schemas/config-answer.json
# entrypoint: true
answer := {"effect": "allow", "violations": []} if count(violations) == 0

answer := {"effect": "deny", "violations": sort(violations)} if count(violations) > 0

# METADATA
# title: Above the ceiling
# custom:
#   code: config.above_ceiling
violations contains _violation(row.field, "config.above_ceiling", $"{row.field} is {value}, but at most {row.at_most} is allowed.", value, row.at_most) if {
	some row in _rows
	row.at_most
	value := _value(row)
	not _at_most(value, row.at_most)
}

# METADATA
# title: Below the floor
# custom:
#   code: config.below_floor
violations contains _violation(row.field, "config.below_floor", $"{row.field} is {value}, but at least {row.at_least} is allowed.", value, row.at_least) if {
	some row in _rows
	row.at_least
	value := _value(row)
	not _at_least(value, row.at_least)
}

# METADATA
# title: Fixed value
# custom:
#   code: config.fixed
violations contains _violation(row.field, "config.fixed", $"{row.field} can be nothing but {row.exactly}.", value, row.exactly) if {
	some row in _rows
	row.exactly
	value := _value(row)
	value != row.exactly
}

# METADATA
# title: Unknown compliance profile
# custom:
#   code: config.profile_unknown
violations contains _violation(
	"/approval_policy/vertical_compliance_profile",
	"config.profile_unknown",
	$"There is no compliance profile {name}.",
	name,
	sort(object.keys(data.placet.compliance.profiles)),
) if {
	name := _value({"path": ["approval_policy", "vertical_compliance_profile"]})
	not data.placet.compliance.profiles[name]
}

# METADATA
# title: SLA target too long
# custom:
#   code: config.above_ceiling
violations contains _violation(field, "config.above_ceiling", $"{field} is {minutes}, but at most {limit} is allowed.", minutes, limit) if {
	some type, minutes in input.config.sla_policy.targets
	limit := sla.target_max(type)
	minutes > limit
	field := concat("/", ["/sla_policy/targets", type])
}

# METADATA
# title: Too little working time
# custom:
#   code: config.below_floor
violations contains _violation(field, "config.below_floor", $"{field} are {got} {unit} a week, but at least {needed} are needed.", got, needed) if {
	field := "/sla_policy/calendar/intervals"
	calendar := input.config.sla_policy.calendar
	some unit, got in {"working minutes": sla.week_minutes(calendar), "working days": sla.week_days(calendar)}
	needed := {
		"working minutes": sla.calendar_bounds.week_minutes_min,
		"working days": sla.calendar_bounds.week_days_min,
	}[unit]
	got < needed
}

# METADATA
# title: Too many holidays
# custom:
#   code: config.above_ceiling
violations contains _violation(field, "config.above_ceiling", $"{field} are {got} in one year, but at most {limit} are allowed.", got, limit) if {
	field := "/sla_policy/calendar/holidays"
	got := sla.holidays_a_year(input.config.sla_policy.calendar)
	limit := sla.calendar_bounds.holidays_a_year_max
	got > limit
}

# METADATA
# title: Overlapping working time
# custom:
#   code: config.calendar_overlap
violations contains _violation(field, "config.calendar_overlap", $"{field} overlap: a minute of the week may be in one interval only.", true, false) if {
	sla.overlapping(input.config.sla_policy.calendar)
	field := "/sla_policy/calendar/intervals"
}

_violation(field, code, message, value, ceiling) := {
	"field": field,
	"code": code,
	"message": message,
	"value": value,
	"ceiling": ceiling,
}

# A section that a tenant may leave out is bounded once it is there.
_rows contains row if {
	some row in data.placet.config.ceilings
	not row.optional
}

_rows contains row if {
	some row in data.placet.config.ceilings
	row.optional
	_value(row) != "missing"
}

# What is not there is looser than anything.
_value(row) := object.get(object.get(input, "config", {}), row.path, "missing")

_at_most(value, limit) if {
	is_number(value)
	value <= limit
}

_at_least(value, limit) if {
	is_number(value)
	value >= limit
}
