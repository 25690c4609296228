package calendar

import (
	"fmt"
	"time"
)

// Date is a day on the calendar, without a time zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day that t is on, in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("%q is no date; expected one like 2025-12-25", text)
	}
	return DateOf(t), nil
}

// String is YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Add is n days later.
func (d Date) Add(n int) Date { return DateOf(d.noon().AddDate(0, 0, n)) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.noon().Weekday() }

// Before tells whether d is earlier.
func (d Date) Before(other Date) bool { return d.noon().Before(other.noon()) }

// noon stands for the day in sums: UTC has no changes of the clock.
func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// Midnight is the first moment of the day in a zone.
func (d Date) Midnight(zone *time.Location) time.Time { return d.At(Clock{}, zone) }

// Clock is a time of day: minutes since midnight on the clock.
type Clock struct{ Hour, Minute int }

// ParseClock reads 17:30.
func ParseClock(text string) (Clock, error) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return Clock{}, fmt.Errorf("%q is no time of day; expected one like 08:00 or 17:30", text)
	}
	return Clock{t.Hour(), t.Minute()}, nil
}

// String is 17:30.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c.Hour, c.Minute) }

// At is the moment of a time of day in a zone: the first one where the clock shows it twice, the moment of the jump where the
// clock skips it.
func (d Date) At(c Clock, zone *time.Location) time.Time {
	return moment(time.Date(d.Year, d.Month, d.Day, c.Hour, c.Minute, 0, 0, time.UTC), zone)
}

// moment finds when the clock of a zone shows what wall shows in UTC. time.Date does not say which of two moments it gives, and
// shows another time for one that is skipped.
func moment(wall time.Time, zone *time.Location) time.Time {
	y, m, d := wall.Date()
	t := time.Date(y, m, d, wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	start, end := t.ZoneBounds()
	shown := wallOf(t)
	switch {
	case shown.After(wall): // skipped; t counts with the offset before the jump, so it is after it
		return start
	case shown.Before(wall): // skipped; t counts with the offset after the jump, so it is before it
		return end
	}
	if start.IsZero() {
		return t
	}
	// Shown twice, if the same wall clock is also reached before the last change.
	_, now := t.Zone()
	_, before := start.Add(-time.Second).Zone()
	if first := t.Add(time.Duration(now-before) * time.Second); first.Before(start) && wallOf(first.In(zone)).Equal(wall) {
		return first
	}
	return t
}

// wallOf is what the clock shows, written as a time in UTC.
func wallOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// ClockOf is the time of day of t, in t's own zone.
func ClockOf(t time.Time) Clock { return Clock{t.Hour(), t.Minute()} }

// Between tells whether a time of day is from a on and before b; where b is the earlier one, over midnight.
func (c Clock) Between(a, b Clock) bool {
	after, before := !c.before(a), c.before(b)
	if b.before(a) {
		return after || before
	}
	return after && before
}

func (c Clock) before(other Clock) bool {
	return c.Hour < other.Hour || c.Hour == other.Hour && c.Minute < other.Minute
}
