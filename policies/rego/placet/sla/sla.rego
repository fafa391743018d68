# METADATA
# title: SLA
# description: |
#   The rules of time that a ticket is opened under: its clocks with target, calendar and ladder. A tenant's own calendar stands in for
#   the business calendar; of its target and policy's, the shorter holds.
package placet.sla

# METADATA
# description: the rules of time of a ticket of this type and risk, in the shape of schemas/sla.json#/$defs/sla_rules
rules(type, risk) := {
	"calendars": {clock.calendar: _calendar(clock.calendar) | some clock in clocks},
	"clocks": clocks,
	"on_revision": data.placet.sla.on_revision,
} if {
	row := data.placet.sla.types[type]
	clocks := {
		"team": _clock(row.calendar, min({row.minutes[risk], _own_target(type, row.minutes[risk])}), row.ladder),
		"agent": _clock("always", row.agent_minutes, "agent"),
		"client": _clock("business", row.client_minutes, "client"),
	}
}

# METADATA
# description: the longest that a tenant may allow itself for a ticket type
target_max(type) := max({minutes | some minutes in data.placet.sla.types[type].minutes})

_clock(calendar, minutes, ladder) := {
	"calendar": calendar,
	"target_minutes": minutes,
	"ladder": data.placet.sla.ladders[ladder],
}

_calendar("always") := data.placet.sla.calendars.always

_calendar("business") := object.get(_own, "calendar", data.placet.sla.calendars.business)

_own_target(type, otherwise) := object.get(_own, ["targets", type], otherwise)

default _own := {}

_own := input.tenant.config.sla_policy
