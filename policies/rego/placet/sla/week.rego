package placet.sla

# A calendar's working time as minutes of the week, for the bounds that a tenant's calendar has to keep.

# METADATA
# description: working minutes of a week without holidays
week_minutes(calendar) := sum([length |
	some span in _spans(calendar)
	length := span.end - span.start
])

# METADATA
# description: days of the week on which work begins
week_days(calendar) := count({day |
	some interval in calendar.intervals
	some day in interval.days
})

# METADATA
# description: whether two intervals share a minute of the week
overlapping(calendar) if {
	spans := _spans(calendar)
	some i, one in spans
	some j, other in spans
	i != j
	some week in {-10080, 0, 10080}
	one.start < other.end + week
	other.start + week < one.end
}

# METADATA
# description: the most holidays that fall into one year
holidays_a_year(calendar) := max({0} | {count(dates) |
	some year in {substring(date, 0, 4) | some date in calendar.holidays}
	dates := {date | some date in calendar.holidays; substring(date, 0, 4) == year}
})

# Each interval on each of its days, from the first minute of Monday on. One over the end of the week goes beyond 10080.
_spans(calendar) := [{"start": start, "end": end} |
	some interval in calendar.intervals
	some day in interval.days
	start := _day_start[day] + _minute(interval.from)
	end := start + _length(_minute(interval.from), _minute(interval.to))
]

_length(from, to) := to - from if to > from

_length(from, to) := (to + 1440) - from if to <= from

_day_start := {"mon": 0, "tue": 1440, "wed": 2880, "thu": 4320, "fri": 5760, "sat": 7200, "sun": 8640}

# `HH:MM` as minutes of the day.
_minute(text) := ((_digit(text, 0) * 600) + (_digit(text, 1) * 60)) + ((_digit(text, 3) * 10) + _digit(text, 4))

_digit(text, at) := indexof("0123456789", substring(text, at, 1))
