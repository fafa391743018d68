package placet.verdict

import data.placet.reason

# METADATA
# title: Terms that would change what applies itself
# description: what an approval puts in force by itself is approved as it is or not at all
# custom:
#   code: verdict.terms_not_here
terms_not_here := reason.of(
	"verdict.terms_not_here",
	$"An approval of ticket {input.ticket.id} puts in force what was asked, as it is. To have it otherwise, request changes instead.",
) if {
	_with_terms
	input.ticket.on_approved != "permit"
}

# METADATA
# title: No terms for this field
# custom:
#   code: verdict.terms_unknown
terms_unknown := reason.of(
	"verdict.terms_unknown",
	$"Policy knows no tighter {concat(", ", sort(_unknown))} of {input.ticket.action}. Request changes instead.",
) if {
	_with_terms
	count(_unknown) > 0
}

# METADATA
# description: how each field that the terms speak about is tightened
narrowing := [object.union({"pointer": pointer}, rule) |
	some pointer in input.verdict.terms
	rule := data.placet.verdict.tighter[input.ticket.action][pointer]
]

_with_terms if count(input.verdict.terms) > 0

_unknown contains substring(pointer, 0, 100) if {
	some pointer in input.verdict.terms
	not data.placet.verdict.tighter[input.ticket.action][pointer]
}
