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

# The table is bound once: OPA would read the whole of it again for each character.
_fold(text) := concat("", [object.get(table, char, " ") | some char in chars]) if {
	table := data.placet.text.fold
	chars := split(replace(text, "#1", " number 1"), "")
}

_number_out(token) := "<n>" if trim(token, "0123456789") == ""

_number_out(token) := token if trim(token, "0123456789") != ""
