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

# What each word list that the profile uses has in the creative: one look at a list, however many rows use it.
_present[name] := {phrase |
	some phrase in data.placet.compliance.lexicons[name]
	text.has(_searched(phrase), phrase)
} if {
	some name in _lists
}

_lists contains row.match[key] if {
	some row in _rows
	some key in ["objects", "phrases", "verbs"]
}

_searched(phrase) := _claim_line if not contains(phrase, "<n>")

_searched(phrase) := _claim_line_numberless if contains(phrase, "<n>")

# What is present is said, unless it stands only within one of the exceptions.
_said(_, match) if not match.except

_said(phrase, match) if {
	match.except
	text.has(_without(_searched(phrase), match), phrase)
}

_without(text_line, match) := text_line if not match.except

_without(text_line, match) := strings.replace_n(blanks, text_line) if {
	blanks := {text.line([phrase]): " . " | some phrase in data.placet.compliance.lexicons[match.except]}
}
