package calendar

import "time"

// Calendar says when somebody works.
type Calendar struct {
	Zone     *time.Location
	Free     map[time.Weekday]bool // days of the week without work; Saturday and Sunday when nil
	Holidays map[Date]bool
}

// IsWorkday tells whether there is work on a day.
func (c Calendar) IsWorkday(d Date) bool {
	if c.Holidays[d] {
		return false
	}
	if c.Free == nil {
		return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	}
	return !c.Free[d.Weekday()]
}

// longestBreak bounds every search: who never works again would otherwise be waited for for ever.
const longestBreak = 366

// Workday is the first working day on or after d; d itself when there is none within a year.
func (c Calendar) Workday(d Date) Date {
	for day, n := d, 0; n < longestBreak; day, n = day.Add(1), n+1 {
		if c.IsWorkday(day) {
			return day
		}
	}
	return d
}

// AddWorkdays is n working days after d: 0 is the first working day on or after d, 1 the next one after that.
func (c Calendar) AddWorkdays(d Date, n int) Date {
	d = c.Workday(d)
	for range n {
		d = c.Workday(d.Add(1))
	}
	return d
}

// ShipBy is the working day on which an order that is placed now should leave: today on a working day before the cut-off,
// else the next working day.
func (c Calendar) ShipBy(now time.Time, cutOff Clock) Date {
	today := DateOf(now.In(c.Zone))
	if c.IsWorkday(today) && now.Before(today.At(cutOff, c.Zone)) {
		return today
	}
	return c.Workday(today.Add(1))
}

// Passed is the latest cut-off at or before now, on any day: what was placed before it counts for its day.
func (c Calendar) Passed(now time.Time, cutOff Clock) time.Time {
	today := DateOf(now.In(c.Zone))
	if at := today.At(cutOff, c.Zone); !at.After(now) {
		return at
	}
	return today.Add(-1).At(cutOff, c.Zone)
}

// Deadline is n working hours after from, on a clock that runs on working days between open and closed.
func (c Calendar) Deadline(from time.Time, n time.Duration, open, closed Clock) time.Time {
	day := DateOf(from.In(c.Zone))
	for range longestBreak {
		start, end := day.At(open, c.Zone), day.At(closed, c.Zone)
		if c.IsWorkday(day) && from.Before(end) {
			if from.Before(start) {
				from = start
			}
			left := end.Sub(from)
			if n <= left {
				return from.Add(n)
			}
			n -= left
		}
		day = day.Add(1)
		from = day.Midnight(c.Zone)
	}
	return from
}
