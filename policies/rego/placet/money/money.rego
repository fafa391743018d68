# METADATA
# title: Money and per cent
# description: |
#   Integer arithmetic on minor units, and the words for it. The bound of an amount (9 × 10¹¹) keeps amount × 10⁴
#   under 2⁵³, so per cent with two decimals is exact in every evaluator.
package placet.money

# METADATA
# description: "`USD 1,250.00` of 125000 minor units"
text(minor, currency) := $"{currency} {grouped(whole)}{_fraction(minor % unit, digits)}" if {
	digits := object.get(data.placet.money.digits, currency, data.placet.money.digits_default)
	unit := data.placet.money.units[digits]
	whole := (minor - (minor % unit)) / unit
}

# METADATA
# description: "`1,250` of 1250"
grouped(n) := format_int(n, 10) if n < 1000

grouped(n) := trim_left(concat(",", groups), "0") if {
	n >= 1000
	bare := format_int(n, 10)
	padded := concat("", [substring("00", 0, (3 - (count(bare) % 3)) % 3), bare])
	groups := [substring(padded, i * 3, 3) | some i in numbers.range(0, (count(padded) / 3) - 1)]
}

# METADATA
# description: how far two amounts lie apart
distance(a, b) := abs(a - b)

# METADATA
# description: |
#   the change stays under the limit (per cent × 100) of its base; nothing is under a base of zero, but no change always is.
#   Cross-multiplied, so that nothing is rounded
under(0, _, _)

under(delta, base, limit_hundredths) if delta * 10000 < base * limit_hundredths

# METADATA
# description: a per cent number as an integer of hundredths
hundredths(percent) := round(percent * 100)

# METADATA
# description: "`12.5` of 1250 hundredths"
percent_text(n) := format_int(n / 100, 10) if n % 100 == 0

percent_text(n) := concat(".", [
	format_int((n - (n % 100)) / 100, 10),
	trim_right(substring(format_int(100 + (n % 100), 10), 1, 2), "0"),
]) if {
	n % 100 > 0
}

# METADATA
# description: how many hundredths of a per cent of its base a change is, rounded down; undefined on a base of zero
ratio(delta, base) := (scaled - (scaled % base)) / base if {
	base > 0
	scaled := delta * 10000
}

_fraction(_, digits) := "" if digits == 0

_fraction(minor, digits) := concat("", [".", substring(format_int(data.placet.money.units[digits] + minor, 10), 1, digits)]) if {
	digits > 0
}
