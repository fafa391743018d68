# METADATA
# title: Text
# description: |
#   Words of an advertisement, made comparable. A table says what every character reads as: case, accents, homoglyphs and full-width
#   forms fold to plain letters, invisible characters and apostrophes to nothing, all else to a space (but `#1` reads as number 1).
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

# `runs` holds what texts are mostly made of, replaced in one go; only a word with anything else in it is looked up in `chars`, character
# by character, which took nine tenths of the time. The tables are bound once: OPA would read the whole of them again for each word.
_fold(text) := concat(" ", [_fold_word(word, tables.chars) |
	some word in split(strings.replace_n(tables.runs, text), " ")
]) if {
	tables := data.placet.text.fold
}

_fold_word(word, _) := word if _plain(word)

_fold_word(word, chars) := concat("", [object.get(chars, char, " ") | some char in split(word, "")]) if not _plain(word)

_plain(word) if trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") == ""

_number_out(token) := "<n>" if trim(token, "0123456789") == ""

_number_out(token) := token if trim(token, "0123456789") != ""
