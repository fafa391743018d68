package placet.ticket_test

import data.placet.ticket

test_every_type_has_a_whole_row[type] if {
	some type in ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9"]
	spec := ticket.spec({"type": type, "conditions": set(), "subject": "x", "summary": "y", "blocks": ["plan/1"]})
	count(spec.slots) > 0
	red_flag := type in {"A8", "A9"}
	spec.red_flag == red_flag
	spec.risk in {"low", "medium", "high"}
}

test_long_titles_are_cut if {
	long := concat("", [char | some _ in numbers.range(1, 400); char := "x"])
	spec := ticket.spec({"type": "A1", "conditions": set(), "subject": long, "summary": long, "blocks": []})
	count(spec.title) == 200
}
