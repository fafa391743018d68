# METADATA
# title: Block
# description: |
#   What an open ticket holds up. A ticket type's row says which actions its open tickets stop; a ticket never stops
#   the very question that opened it, nor the one that asks to proceed on it.
# schemas:
#   - input: schema["decision-input"]
package placet.block

import data.placet.action
import data.placet.reason

# METADATA
# description: open tickets of others that block this resource or task
open contains ticket if {
	some ticket in input.facts.blocked_by
	ticket.state in data.placet.ticket.open_states
	not _own(ticket.ticket_id)
}

# METADATA
# title: Open ticket
# custom:
#   code: block.open_ticket
open_ticket contains reason.of("block.open_ticket", message) if {
	some ticket in _stopping
	not data.placet.ticket.types[ticket.type].red_flag
	message := $"{data.placet.ticket.types[ticket.type].title} ticket {ticket.ticket_id} ({ticket.type}) is {ticket.state} and blocks {input.action.name} on {input.resource.type} {input.resource.id}."
}

# METADATA
# title: Red flag
# description: a loop was exhausted (A8) or the Cost Guard tripped (A9); nothing proceeds on that task before a human resolves it
# custom:
#   code: block.red_flag
red_flag contains reason.of("block.red_flag", message) if {
	some ticket in _stopping
	data.placet.ticket.types[ticket.type].red_flag
	message := $"Red flag {ticket.ticket_id} ({ticket.type}) is {ticket.state}: {data.placet.ticket.types[ticket.type].title}."
}

# METADATA
# title: Unknown run
# description: a run that nobody started is no way around the lock of one that somebody did
# custom:
#   code: block.run_unknown
run_unknown := reason.of("block.run_unknown", $"There is no run {input.context.run_id}; start it first, or leave context.run_id out.") if {
	input.resource.type != "run"
	input.context.run_id
	not input.facts.run
}

# An action that any open ticket blocks has a rule of its own for that.
_stopping contains ticket if {
	not action.row.blocked_by_any
	some ticket in open
	not _passes(ticket)
}

# Negated, so that a ticket type without a row blocks rather than passes.
_passes(ticket) if {
	actions := data.placet.ticket.types[ticket.type].blocks_actions
	not "*" in actions
	not input.action.name in actions
}

_own(id) if input.facts.open_ticket.ticket_id == id

_own(id) if input.facts.approval.ticket_id == id
