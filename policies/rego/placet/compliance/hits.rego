package placet.compliance

import data.placet.text

# METADATA
# description: the phrases that stand in the creative
hits(match) := {phrase |
	some phrase in _present[match.phrases]
	_said(phrase, match)
} if {
	match.kind == "phrase"
}

# METADATA
# description: a verb with one of its objects within a few words after it (or before it, when `before` says how many)
hits(match) := {concat(" … ", [verb, object_word]) |
	count(_present[match.objects]) > 0
	claim_line := _without(_claim_line, match)
	some verb in _present[match.verbs]
	some window in _windows(split(claim_line, concat("", [" ", verb, " "])), match)
	some object_word in _present[match.objects]
	text.has(window, object_word)
} if {
	match.kind == "claim"
}

# METADATA
# description: an audience that reaches below the age, where one is set for its countries
hits(match) := {age |
	age_min := input.facts.creative.audience.age_min
	age_min < match.age_min
	_in_countries(match)
	age := $"age_min {age_min}"
} if {
	match.kind == "age_under"
}

# METADATA
# description: the production says that the creative has this attribute
hits(match) := {match.attribute |
	input.facts.creative.attributes[match.attribute] == true
} if {
	match.kind == "attribute"
}

# METADATA
# description: the product is of a category
hits(match) := {category |
	category := concat("_", text.words(input.facts.creative.attributes.product_category))
	category in match.categories
} if {
	match.kind == "category"
}

# METADATA
# description: the audience is chosen by an interest that names one of these words
hits(match) := {interest |
	some interest in input.facts.creative.audience.interests
	interest_line := text.line(text.words(interest))
	some word in data.placet.compliance.lexicons[match.objects]
	text.has(interest_line, word)
} if {
	match.kind == "interest"
}

# METADATA
# description: every creative under the profile
hits(match) := {"every creative"} if match.kind == "always"

_windows(parts, match) := _after(parts, match) | _before(parts, match)

_after(parts, match) := {text.line(array.slice(_parted(parts[i]), 0, match.after)) |
	some i in numbers.range(1, count(parts) - 1)
}

_before(_, match) := set() if not match.before

_before(parts, match) := {text.line(array.slice(near, max([0, count(near) - match.before]), count(near))) |
	some i in numbers.range(0, count(parts) - 2)
	near := _parted(parts[i])
} if {
	match.before
}

_parted(part) := split(trim(part, " "), " ")

# An audience without countries reaches all of them.
_in_countries(match) if not match.countries

_in_countries(_) if count(object.get(input.facts.creative.audience, "countries", [])) == 0

_in_countries(match) if {
	some country in input.facts.creative.audience.countries
	country in match.countries
}
