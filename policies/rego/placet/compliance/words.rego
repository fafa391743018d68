package placet.compliance

import data.placet.text

# What the creative says, as lines of plain words.
_words := text.words(concat(" . ", [
	input.facts.creative.headline,
	input.facts.creative.body,
	_disclaimer,
]))

_disclaimer := object.get(input.facts.creative.attributes, "disclaimer", "")

_line := text.line(_words)

# A mandatory disclaimer names the very claims it denies, so its wording is no claim.
_claim_line := strings.replace_n(data.placet.compliance.not_claims, _line)

_claim_line_numberless := strings.replace_n(data.placet.compliance.not_claims, text.numberless(_words))

_said(phrase) if text.has(_claim_line, phrase)

_said(phrase) if {
	contains(phrase, "<n>")
	text.has(_claim_line_numberless, phrase)
}
