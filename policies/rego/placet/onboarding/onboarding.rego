# METADATA
# title: Onboarding
# description: Access, Business Manager and DNS are touched with an admin's or the client's word (A4), and onboarding is complete when nothing waits.
# schemas:
#   - input: schema["decision-input"]
package placet.onboarding

import data.placet.block
import data.placet.reason

# METADATA
# description: what this package says about the question
outcome := {"denials": _denials, "reviews": _reviews, "grants": _grants, "on_applied": []}

# METADATA
# description: the ticket that the question needs
need := {
	"type": "A4",
	"conditions": set(),
	"subject": $"grant {input.resource.id}",
	"summary": $"{input.subject.type} {input.subject.id} wants access {input.resource.id} for onboarding {_id}.",
	"blocks": [$"onboarding/{_id}"],
}

# METADATA
# title: Access grant
# description: access to accounts, Business Manager and DNS is never granted by a machine alone
# custom:
#   code: onboarding.access_needs_human
access_needs_human := reason.of("onboarding.access_needs_human", $"Access {input.resource.id} is granted by an admin or the client only.") if {
	input.action.name == "access.grant"
}

# METADATA
# title: Onboarding blocked
# custom:
#   code: onboarding.blocked
blocked := reason.of("onboarding.blocked", $"Onboarding {input.resource.id} waits for {concat(", ", _waiting)}.") if {
	input.action.name == "onboarding.complete"
	not _clear
}

# METADATA
# title: Onboarding clear
# custom:
#   code: onboarding.clear
clear := reason.of("onboarding.clear", $"No open ticket blocks onboarding {input.resource.id}.") if {
	input.action.name == "onboarding.complete"
	_clear
}

_clear if count(block.open) == 0

_waiting := sort([$"{ticket.ticket_id} ({ticket.type})" | some ticket in block.open])

_id := object.get(object.get(input.resource, "properties", {}), "onboarding_id", input.tenant.id)

_denials contains blocked

_reviews contains access_needs_human

_grants contains clear
