package calendar

import (
	"strings"
	"time"
)

// Calendar says when somebody works.
type Calendar struct {
	Zone     *time.Location
	Free     map[time.Weekday]bool // days of the week without work; Saturday and Sunday when nil
	Holidays map[Date]bool         // further days without work
	Public   []func(Date) bool     // public holidays (Public)
	Hours    Hours                 // 09:00-17:00 when zero
	Short    map[Date]Hours        // days with other hours
}

// Hours are from when to when on a day somebody works.
type Hours struct{ From, To Clock }

// ParseHours reads 09:00-17:00.
func ParseHours(text string) (h Hours, err error) {
	from, to, _ := strings.Cut(text, "-")
	if h.From, err = ParseClock(from); err != nil {
		return h, err
	}
	if h.To, err = ParseClock(to); err != nil {
		return h, err
	}
	return h, nil
}

// of are the hours of a day.
func (c Calendar) of(d Date) Hours {
	if h, ok := c.Short[d]; ok {
		return h
	}
	if c.Hours == (Hours{}) {
		return Hours{Clock{9, 0}, Clock{17, 0}}
	}
	return c.Hours
}

// IsWorkday tells whether there is work on a day.
func (c Calendar) IsWorkday(d Date) bool {
	if c.Holidays[d] {
		return false
	}
	for _, public := range c.Public {
		if public(d) {
			return false
		}
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

// Day is how long a usual working day is.
func (c Calendar) Day() time.Duration {
	h := c.of(Date{})
	return time.Duration(h.To.Hour-h.From.Hour)*time.Hour + time.Duration(h.To.Minute-h.From.Minute)*time.Minute
}

// Deadline is n working hours after from.
func (c Calendar) Deadline(from time.Time, n time.Duration) time.Time {
	day := DateOf(from.In(c.Zone))
	for free := 0; free < longestBreak; day = day.Add(1) {
		start, end, works := c.spanOf(day)
		if !works || !from.Before(end) {
			free++
			continue
		}
		free = 0
		if from.Before(start) {
			from = start
		}
		left := end.Sub(from)
		if n <= left {
			return from.Add(n)
		}
		n -= left
		from = end
	}
	return from
}

// spanOf is when work begins and ends on a day, and whether there is any.
func (c Calendar) spanOf(d Date) (start, end time.Time, works bool) {
	if !c.IsWorkday(d) {
		return start, end, false
	}
	h := c.of(d)
	start, end = d.At(h.From, c.Zone), d.At(h.To, c.Zone)
	return start, end, start.Before(end)
}

// Worked is the working time from one moment to a later one; days that are longer ago than a year do not count.
func (c Calendar) Worked(from, to time.Time) (worked time.Duration) {
	if old := to.AddDate(-1, 0, 0); from.Before(old) {
		from = old
	}
	last := DateOf(to.In(c.Zone))
	for day := DateOf(from.In(c.Zone)); !last.Before(day); day = day.Add(1) {
		start, end, works := c.spanOf(day)
		if !works {
			continue
		}
		if start.Before(from) {
			start = from
		}
		if to.Before(end) {
			end = to
		}
		if start.Before(end) {
			worked += end.Sub(start)
		}
	}
	return worked
}

// WorkdayEnd is the end of the n-th working day after the one that from counts for: what comes when work is over counts for the next working day.
func (c Calendar) WorkdayEnd(from time.Time, n int) time.Time {
	day := DateOf(from.In(c.Zone))
	if _, end, works := c.spanOf(day); !works || !from.Before(end) {
		day = c.Workday(day.Add(1))
	}
	day = c.AddWorkdays(day, n)
	if _, end, works := c.spanOf(day); works {
		return end
	}
	return day.Add(1).Midnight(c.Zone)
}
