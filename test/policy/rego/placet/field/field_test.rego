package placet.field_test

import data.placet.field

test_label[name] if {
	some name, words in {
		"daily_budget_minor": "daily budget",
		"target_cpa_minor": "target cost per action",
		"cap_per_click_minor": "cap per click",
		"minor_edits": "minor edits",
		"pace": "pace",
	}
	field.label(name) == words
}
