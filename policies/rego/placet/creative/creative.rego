# METADATA
# title: Creative
# description: |
#   Launching a creative. The tenant's compliance profile runs over the creative as registered: a blocking row denies, a row for review
#   needs a planner and, when the row raises the legal flag, legal too (A7). A cleared content passes review rows, never blocking ones.
# schemas:
#   - input: schema["decision-input"]
package placet.creative

import data.placet.compliance
import data.placet.reason

# METADATA
# description: what this package says about the question
outcome := {"denials": _denials, "reviews": _reviews, "grants": _grants, "on_applied": []}

# METADATA
# description: the ticket that the question needs
need := {
	"type": "A7",
	"conditions": _conditions,
	"subject": $"launch {_creative.name}",
	"summary": $"Launch creative {_creative.id}, {_creative.name}, on {_creative.platform}. The profile {compliance.profile_name} asks for a review: {concat("; ", sort(_titles))}.",
	"blocks": [$"creative/{_creative.id}"],
}

# METADATA
# title: Unknown compliance profile
# description: a tenant whose profile does not exist launches nothing
# custom:
#   code: creative.profile_unknown
profile_unknown := reason.of("creative.profile_unknown", $"There is no compliance profile {compliance.profile_name}.") if {
	not compliance.profile
}

# METADATA
# title: Cleared
# custom:
#   code: creative.cleared
cleared := reason.of("creative.cleared", $"This content of {_creative.name} was cleared in a compliance review.") if {
	_creative.cleared
}

# METADATA
# title: No finding
# custom:
#   code: creative.no_finding
no_finding := reason.of("creative.no_finding", $"The profile {compliance.profile_name} finds nothing in {_creative.name}.") if {
	compliance.profile
	_creative
	count(compliance.findings) == 0
}

_creative := input.facts.creative

# A severity that no rule knows blocks.
_reviewable(row) if row.severity == "review"

_titles contains finding.row.title if some finding in compliance.findings

_conditions contains "legal_flag" if {
	some finding in compliance.findings
	finding.row.legal_flag
}

_denials contains profile_unknown

_denials contains finding.reason if {
	some finding in compliance.findings
	not _reviewable(finding.row)
}

_reviews contains finding.reason if {
	not _creative.cleared
	some finding in compliance.findings
	_reviewable(finding.row)
}

_grants contains cleared

_grants contains no_finding
