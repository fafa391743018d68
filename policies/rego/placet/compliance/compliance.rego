# METADATA
# title: Compliance
# description: |
#   Runs a compliance profile over a creative. A profile is data: rows that say what to look for (`match`), what excuses it (`unless`),
#   how severe it is and on which source it rests. A profile may include the rows of others.
# schemas:
#   - input: schema["decision-input"]
package placet.compliance

import data.placet.text

# METADATA
# description: the profile that the tenant's configuration names
profile_name := input.tenant.config.approval_policy.vertical_compliance_profile

# METADATA
# description: its entry in the data
profile := data.placet.compliance.profiles[profile_name]

# METADATA
# title: Findings
# description: each row that hits, with the reason it gives
findings contains {"row": row, "reason": _reason(row, matched)} if {
	some row in _rows
	_on_platform(row)
	matched := hits(row.match)
	count(matched) > 0
	not excused(row)
}

_rows contains row if some row in profile.rows

_rows contains row if {
	some name in profile.includes
	some row in data.placet.compliance.profiles[name].rows
}

_reason(row, matched) := {
	"code": concat("", ["compliance.", row.id]),
	"message": row.message,
	"rule": "data.placet.compliance.findings",
	"source": concat(", ", [row.source.title, row.source.citation]),
	"matched": substring(concat(", ", sort(matched)), 0, data.placet.compliance.matched_max),
}

_on_platform(row) if not row.platforms

_on_platform(row) if _platform in row.platforms

_platform := concat("_", text.words(input.facts.creative.platform))
