# METADATA
# title: Money and per cent
# description: |
#   Integer arithmetic on minor units, and the words for it. The bound of an amount (9 × 10¹¹) keeps amount × 10⁴
#   under 2⁵³, so per cent with two decimals is exact in every evaluator. Numbers become text in template strings: `format_int` aborts
#   in WASM beyond 32 bits. No arithmetic inside a template string: `opa fmt` 1.22.2 drops its parentheses.
package placet.money

# METADATA
# description: "`USD 1,250.00` of 125000 minor units"
text(minor, currency) := $"{currency} {grouped(whole)}{_fraction(rest, digits)}" if {
	digits := object.get(data.placet.money.digits, currency, data.placet.money.digits_default)
	unit := data.placet.money.units[digits]
	rest := minor % unit
	whole := (minor - rest) / unit
}

# METADATA
# scope: document
# description: "`1,250` of 1250"
grouped(n) := $"{n}" if n < 1000

grouped(n) := trim_left(concat(",", groups), "0") if {
	n >= 1000
	bare := $"{n}"
	padded := concat("", [substring("00", 0, (3 - (count(bare) % 3)) % 3), bare])
	groups := [substring(padded, i * 3, 3) | some i in numbers.range(0, (count(padded) / 3) - 1)]
}

# METADATA
# description: how far two amounts lie apart
distance(a, b) := abs(a - b)

# METADATA
# scope: document
# description: |
#   the change stays under the limit (per cent × 100) of its base; nothing is under a base of zero, but no change always is.
#   Cross-multiplied, so that nothing is rounded
under(0, _, _)

under(delta, base, limit_hundredths) if delta * 10000 < base * limit_hundredths

# METADATA
# description: a per cent number as an integer of hundredths
hundredths(percent) := round(percent * 100)

# METADATA
# scope: document
# description: "`12.5` of 1250 hundredths"
percent_text(n) := $"{whole}" if {
	n % 100 == 0
	whole := n / 100
}

percent_text(n) := $"{whole}.{trim_right(decimals, "0")}" if {
	n % 100 > 0
	whole := (n - (n % 100)) / 100
	padded := 100 + (n % 100)
	decimals := substring($"{padded}", 1, 2)
}

# METADATA
# description: how many hundredths of a per cent of its base a change is, rounded down; undefined on a base of zero
ratio(delta, base) := (scaled - (scaled % base)) / base if {
	base > 0
	scaled := delta * 10000
}

_fraction(_, 0) := ""

_fraction(minor, digits) := concat("", [".", substring($"{padded}", 1, digits)]) if {
	digits > 0
	padded := data.placet.money.units[digits] + minor
}
