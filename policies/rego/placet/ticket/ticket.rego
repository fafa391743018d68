# METADATA
# title: Ticket
# description: The ticket that a human resolves, from its type's row and the conditions that hold.
package placet.ticket

import data.placet.sla

# METADATA
# description: the required approvers of a ticket type under these conditions
slots(type, conditions) := [{"id": slot.id, "any_of": slot.any_of} |
	some slot in data.placet.ticket.types[type].slots
	_applies(slot, conditions)
]

# METADATA
# description: the whole ticket; `need` says the type, the conditions, the summary and what it blocks
spec(need) := object.union(_resolved(row), {
	"type": need.type,
	"title": substring($"{row.title}: {need.subject}", 0, data.placet.ticket.title_max),
	"summary": substring(need.summary, 0, data.placet.ticket.summary_max),
	"risk": _risk(row, need.conditions),
	"slots": slots(need.type, need.conditions),
	"blocks": need.blocks,
	"legal_flag": "legal_flag" in need.conditions,
	"red_flag": object.get(row, "red_flag", false),
	"client_visible": _client_visible(row, slots(need.type, need.conditions)),
	"on_approved": row.on_approved,
	"sla": sla.rules(need.type, _risk(row, need.conditions)),
	"request_ttl_minutes": row.request_ttl_minutes,
	"permit_ttl_minutes": row.permit_ttl_minutes,
}) if {
	row := data.placet.ticket.types[need.type]
}

_resolved(row) := {"on_resolved": row.on_resolved} if row.on_resolved

_resolved(row) := {} if not row.on_resolved

# METADATA
# description: the tenant lets its client object to what the client fills no slot of
objects if object.get(input, ["tenant", "config", "client_portal", "reject_replans"], true)

_applies(slot, _) if not slot.when

_applies(slot, conditions) if {
	some condition in slot.when
	condition in conditions
}

# A client sees what it may fill or object to, and nothing else.
default _client_visible(_, _) := false

_client_visible(row, _) if {
	"client" in row.objection
	objects
}

_client_visible(_, required) if {
	some slot in required
	"client" in slot.any_of
}

_risk(row, conditions) := "high" if {
	some condition in row.risk_high_when
	condition in conditions
} else := "low" if {
	some condition in row.risk_low_when
	condition in conditions
} else := row.risk
