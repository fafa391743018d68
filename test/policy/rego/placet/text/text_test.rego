package placet.text_test

import data.placet.text

test_words[name] if {
	some name, case in {
		"case and punctuation": {"text": "Cures Alzheimer’s—fast!", "words": ["cures", "alzheimers", "fast"]},
		"invisible characters": {"text": "cu\u200bres\u00ad", "words": ["cures"]},
		"homoglyphs": {"text": "сurеs", "words": ["cures"]},
		"rank": {"text": "The #1 tea #tea", "words": ["the", "number", "1", "tea", "tea"]},
		"nothing": {"text": " … ", "words": []},
	}
	text.words(case.text) == case.words
}

test_numberless if text.numberless(["lose", "10", "000", "pounds"]) == " lose <n> pounds "

test_has_only_whole_words if {
	line := text.line(["treatment", "plan"])
	text.has(line, "plan")
	not text.has(line, "treat")
}
