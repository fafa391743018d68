package placet.compliance

import data.placet.text

# METADATA
# scope: document
# description: what makes a hit harmless, such as the disclosure it calls for or a certification by the platform it runs on
excused(row) if {
	some phrase in data.placet.compliance.lexicons[row.unless.says]
	text.has(_line, phrase)
}

excused(row) if {
	some certified in row.unless.certified
	_platform in certified.platforms
	some certification in input.facts.creative.certifications
	certification in certified.any_of
}
