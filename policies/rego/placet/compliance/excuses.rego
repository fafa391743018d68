package placet.compliance

import data.placet.text

# METADATA
# scope: document
# description: what makes a hit harmless, such as the disclosure it calls for or a certification
excused(row) if {
	some phrase in data.placet.compliance.lexicons[row.unless.says]
	text.has(_line, phrase)
}

excused(row) if {
	some certification in input.facts.creative.certifications
	certification in row.unless.certified
}
