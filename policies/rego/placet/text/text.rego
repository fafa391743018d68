# METADATA
# title: Text
# description: |
#   Words of an advertisement, made comparable. Every character is looked up in a table that says what it reads as: case, accents,
#   homoglyphs and full-width forms fold to plain letters, invisible characters and apostrophes to nothing, all else to a space (but `#1` reads as number 1).
package placet.text

# METADATA
# description: "the words: `Cures Alzheimer’s—fast!` gives cures, alzheimers, fast"
words(text) := [word |
	some word in split(_fold(text), " ")
	word != ""
]

# METADATA
# description: words in one string, a space around each, so that a phrase can be found at word boundaries
line(tokens) := concat("", [" ", concat(" ", tokens), " "])

# METADATA
# description: the same words with each run of numbers replaced by <n>
numberless(tokens) := replace(replace(bare, " <n> <n> ", " <n> "), " <n> <n> ", " <n> ") if {
	bare := line([_number_out(token) | some token in tokens])
}

# METADATA
# description: the phrase stands in the line
has(text_line, phrase) if contains(text_line, concat("", [" ", phrase, " "]))

# The table is bound once: OPA would read the whole of it again for each character. Words are looked up one by one, which is a third faster
# than the whole text at once.
_fold(text) := concat(" ", [_fold_word(word, table) | some word in split(replace(text, "#1", " number 1"), " ")]) if {
	table := data.placet.text.fold
}

_fold_word(word, table) := concat("", [object.get(table, char, " ") | some char in split(word, "")])

_number_out(token) := "<n>" if _number(token)

_number_out(token) := token if not _number(token)

# Few words begin with a digit, and trim is slow.
_number(token) if {
	_digits[substring(token, 0, 1)]
	trim(token, "0123456789") == ""
}

_digits := {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
