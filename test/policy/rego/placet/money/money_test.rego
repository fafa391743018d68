package placet.money_test

import data.placet.money

test_text[expected] if {
	some expected, case in {
		"USD 0.00": [0, "USD"],
		"USD 0.05": [5, "USD"],
		"USD 999.99": [99999, "USD"],
		"USD 1,000.00": [100000, "USD"],
		"USD 9,000,000,000.00": [900000000000, "USD"],
		"JPY 1,234": [1234, "JPY"],
		"KWD 1.234": [1234, "KWD"],
	}
	money.text(case[0], case[1]) == expected
}

test_percent_text[expected] if {
	some expected, hundredths in {"0": 0, "0.07": 7, "9.99": 999, "10": 1000, "12.5": 1250, "100": 10000}
	money.percent_text(hundredths) == expected
}

test_under_is_strict if {
	money.under(999, 10000, 1000)
	not money.under(1000, 10000, 1000)
	not money.under(1, 0, 1000)
	money.under(0, 0, 0)
}

test_ratio_rounds_down if money.ratio(2, 3) == 6666

test_ratio_of_zero_is_undefined if not money.ratio(1, 0)
