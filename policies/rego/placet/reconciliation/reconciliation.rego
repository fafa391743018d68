# METADATA
# title: Reconciliation
# description: A manual override of a reconciliation needs an admin (A6).
# schemas:
#   - input: schema["decision-input"]
package placet.reconciliation

import data.placet.reason

# METADATA
# description: what this package says about the question
outcome := {"denials": set(), "reviews": _reviews, "grants": set(), "on_applied": []}

# METADATA
# description: the ticket that the question needs
need := {
	"type": "A6",
	"conditions": set(),
	"subject": $"reconciliation {input.resource.id}",
	"summary": $"{input.subject.type} {input.subject.id} wants to override reconciliation {input.resource.id} by hand.",
	"blocks": [$"reconciliation/{input.resource.id}"],
}

# METADATA
# title: Manual override
# custom:
#   code: reconciliation.manual_override
manual_override := reason.of(
	"reconciliation.manual_override",
	$"Overriding reconciliation {input.resource.id} by hand needs an admin.",
)

_reviews contains manual_override
