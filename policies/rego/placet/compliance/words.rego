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
_present[name] := _in_words(phrases) | _in_numbers(phrases) if {
	some name in _lists
	phrases := data.placet.compliance.lexicons[name]
}

_lists contains name if {
	some row in _rows
	some key in ["objects", "phrases", "verbs"]
	name := row.match[key]
}

# A look for the first word of a phrase rules out nearly all of them, at a price that does not grow with the text.
_in_words(phrases) := {phrase |
	some phrase in phrases
	_vocabulary[substring(phrase, 0, indexof(phrase, " "))]
	text.has(_claim_line, phrase)
}

_vocabulary := {word | some word in _words}

_in_numbers(phrases) := {phrase |
	contains(_claim_line_numberless, "<n>")
	some phrase in phrases
	contains(phrase, "<n>")
	text.has(_claim_line_numberless, phrase)
}

# What is present is said, unless it stands only within one of the exceptions.
_said(_, match) if not match.except

_said(phrase, match) if {
	match.except
	text.has(_without(_claim_line, match), phrase)
}

_without(text_line, match) := text_line if not match.except

_without(text_line, match) := strings.replace_n(blanks, text_line) if {
	blanks := {text.line([phrase]): " . " | some phrase in data.placet.compliance.lexicons[match.except]}
}
