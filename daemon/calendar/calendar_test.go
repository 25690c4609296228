package calendar

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Clocks: Berlin jumps 02:00 -> 03:00 on 2025-03-30 and back 03:00 -> 02:00 on 2025-10-26; Chicago 02:00 -> 03:00 on
// 2025-03-09 and back on 2025-11-02; Santiago skips midnight, 00:00 -> 01:00, on 2025-09-07; Lord Howe moves by half an hour, back
// at 02:00 on 2025-04-06; Samoa left out 2011-12-30.
func TestAt(t *testing.T) {
	cases := []struct{ zone, date, clock, want string }{
		{"Europe/Berlin", "2025-03-29", "02:30", "2025-03-29T01:30:00Z"},
		{"Europe/Berlin", "2025-03-30", "01:59", "2025-03-30T00:59:00Z"},
		{"Europe/Berlin", "2025-03-30", "02:00", "2025-03-30T01:00:00Z"}, // skipped: the jump
		{"Europe/Berlin", "2025-03-30", "02:30", "2025-03-30T01:00:00Z"},
		{"Europe/Berlin", "2025-03-30", "03:00", "2025-03-30T01:00:00Z"},
		{"Europe/Berlin", "2025-10-26", "01:59", "2025-10-25T23:59:00Z"},
		{"Europe/Berlin", "2025-10-26", "02:00", "2025-10-26T00:00:00Z"}, // twice: the first
		{"Europe/Berlin", "2025-10-26", "02:30", "2025-10-26T00:30:00Z"},
		{"Europe/Berlin", "2025-10-26", "03:00", "2025-10-26T02:00:00Z"},
		{"America/Chicago", "2025-03-09", "02:15", "2025-03-09T08:00:00Z"},
		{"America/Chicago", "2025-11-02", "01:30", "2025-11-02T06:30:00Z"},
		{"America/Santiago", "2025-09-07", "00:00", "2025-09-07T04:00:00Z"},
		{"Australia/Lord_Howe", "2025-04-06", "01:45", "2025-04-05T14:45:00Z"},
		{"Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z"},
		{"UTC", "2025-03-30", "02:30", "2025-03-30T02:30:00Z"},
		{"Asia/Kolkata", "2025-06-01", "17:30", "2025-06-01T12:00:00Z"},
	}
	for _, c := range cases {
		d, err := ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		clock, err := ParseClock(c.clock)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.At(clock, zone(t, c.zone)).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s %s in %s is %s, want %s", c.date, c.clock, c.zone, got, c.want)
		}
	}
}

// TestAtIsTheFirstMoment: whatever the zone and the day, At is the first moment of that day at which the clock shows the time
// or more.
func TestAtIsTheFirstMoment(t *testing.T) {
	zones := []string{"Europe/Berlin", "America/Chicago", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran", "America/St_Johns", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		z, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		d := Date{2025, 1, 1}.Add(rapid.IntRange(0, 3*365).Draw(t, "day"))
		clock := Clock{rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")}
		wall := time.Date(d.Year, d.Month, d.Day, clock.Hour, clock.Minute, 0, 0, time.UTC)
		got := d.At(clock, z)
		if wallOf(got.In(z)).Before(wall) {
			t.Fatalf("%v %v in %v: the clock shows %v", d, clock, z, got.In(z))
		}
		for m := 1; m <= 180; m++ {
			if early := got.Add(-time.Duration(m) * time.Minute); !wallOf(early.In(z)).Before(wall) {
				t.Fatalf("%v %v in %v: %v is earlier than %v", d, clock, z, early.In(z), got.In(z))
			}
		}
	})
}

func TestShipBy(t *testing.T) {
	berlin := Calendar{Zone: zone(t, "Europe/Berlin"), Holidays: map[Date]bool{{2025, 12, 25}: true, {2025, 12, 26}: true}}
	six := Calendar{Zone: zone(t, "America/Chicago"), Free: map[time.Weekday]bool{time.Sunday: true}}
	night := Clock{2, 30}
	cases := []struct {
		name   string
		c      Calendar
		now    string
		cutOff Clock
		want   string
	}{
		{"before the cut-off", berlin, "2025-08-26T11:59:59Z", Clock{14, 0}, "2025-08-26"},
		{"at the cut-off", berlin, "2025-08-26T12:00:00Z", Clock{14, 0}, "2025-08-27"},
		{"Friday evening", berlin, "2025-08-29T16:00:00Z", Clock{14, 0}, "2025-09-01"},
		{"Saturday", berlin, "2025-08-30T06:00:00Z", Clock{14, 0}, "2025-09-01"},
		{"over Christmas", berlin, "2025-12-24T20:00:00Z", Clock{14, 0}, "2025-12-29"},
		{"their day, not ours", six, "2025-08-31T03:00:00Z", Clock{22, 30}, "2025-08-30"},
		{"Saturday counts for six", six, "2025-08-30T15:00:00Z", Clock{14, 0}, "2025-08-30"},
		{"Sunday does not", six, "2025-08-31T15:00:00Z", Clock{14, 0}, "2025-09-01"},
		{"skipped cut-off, before", Calendar{Zone: zone(t, "Europe/Berlin"), Free: map[time.Weekday]bool{}}, "2025-03-30T00:59:00Z", night, "2025-03-30"},
		{"skipped cut-off, after", Calendar{Zone: zone(t, "Europe/Berlin"), Free: map[time.Weekday]bool{}}, "2025-03-30T01:00:00Z", night, "2025-03-31"},
		{"cut-off shown twice, before", Calendar{Zone: zone(t, "Europe/Berlin"), Free: map[time.Weekday]bool{}}, "2025-10-26T00:29:00Z", night, "2025-10-26"},
		{"between its two showings", Calendar{Zone: zone(t, "Europe/Berlin"), Free: map[time.Weekday]bool{}}, "2025-10-26T01:10:00Z", night, "2025-10-27"},
	}
	for _, c := range cases {
		if got := c.c.ShipBy(at(t, c.now), c.cutOff).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestWorkdays(t *testing.T) {
	c := Calendar{Zone: time.UTC, Holidays: map[Date]bool{{2025, 9, 1}: true}}
	friday := Date{2025, 8, 29}
	for n, want := range map[int]string{0: "2025-08-29", 1: "2025-09-02", 2: "2025-09-03", 5: "2025-09-08"} {
		if got := c.AddWorkdays(friday, n).String(); got != want {
			t.Errorf("%d working days: %s, want %s", n, got, want)
		}
	}
	never := Calendar{Zone: time.UTC, Free: map[time.Weekday]bool{0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 6: true}}
	if got := never.Workday(friday); got != friday {
		t.Errorf("nobody ever works: %s", got)
	}
}

func TestPassed(t *testing.T) {
	c := Calendar{Zone: zone(t, "America/Chicago")}
	for now, want := range map[string]string{
		"2025-08-26T19:00:00Z": "2025-08-26T19:00:00Z", // 14:00 in summer
		"2025-08-26T18:59:00Z": "2025-08-25T19:00:00Z",
		"2025-03-09T18:59:00Z": "2025-03-08T20:00:00Z", // the day before the jump still had winter time
	} {
		if got := c.Passed(at(t, now), Clock{14, 0}).UTC().Format(time.RFC3339); got != want {
			t.Errorf("at %s: %s, want %s", now, got, want)
		}
	}
}

func TestDeadline(t *testing.T) {
	c := Calendar{Zone: zone(t, "Europe/Berlin")}
	cases := []struct {
		from string
		n    time.Duration
		want string
	}{
		{"2025-08-26T08:00:00Z", 4 * time.Hour, "2025-08-26T12:00:00Z"},
		{"2025-08-26T13:00:00Z", 4 * time.Hour, "2025-08-27T09:00:00Z"},  // 2 h today, 2 h tomorrow
		{"2025-08-29T20:00:00Z", time.Hour, "2025-09-01T08:00:00Z"},      // Friday night: Monday 10:00
		{"2025-10-24T13:00:00Z", 10 * time.Hour, "2025-10-27T16:00:00Z"}, // over the change of the clock
	}
	for _, k := range cases {
		if got := c.Deadline(at(t, k.from), k.n).UTC().Format(time.RFC3339); got != k.want {
			t.Errorf("%s and %s: %s, want %s", k.from, k.n, got, k.want)
		}
	}
}

// daily is a schedule of one time a day, hourly one of every hour.
func daily(c Clock) Schedule {
	return func(wall time.Time) (time.Time, error) {
		next := time.Date(wall.Year(), wall.Month(), wall.Day(), c.Hour, c.Minute, 0, 0, time.UTC)
		if !next.After(wall) {
			next = next.AddDate(0, 0, 1)
		}
		return next, nil
	}
}

func hourly(wall time.Time) (time.Time, error) { return wall.Truncate(time.Hour).Add(time.Hour), nil }

func TestNext(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	cases := []struct {
		name     string
		now      string
		schedule Schedule
		want     string
	}{
		{"today", "2025-08-26T05:00:00Z", daily(Clock{14, 30}), "2025-08-26T12:30:00Z"},
		{"just now is tomorrow", "2025-08-26T12:30:00Z", daily(Clock{14, 30}), "2025-08-27T12:30:00Z"},
		{"in winter", "2025-12-26T05:00:00Z", daily(Clock{14, 30}), "2025-12-26T13:30:00Z"},
		{"skipped", "2025-03-30T00:30:00Z", daily(Clock{2, 30}), "2025-03-30T01:00:00Z"},
		{"after the skipped one", "2025-03-30T01:00:00Z", daily(Clock{2, 30}), "2025-03-31T00:30:00Z"},
		{"twice, first", "2025-10-26T00:00:00Z", daily(Clock{2, 30}), "2025-10-26T00:30:00Z"},
		{"twice, not again", "2025-10-26T00:30:00Z", daily(Clock{2, 30}), "2025-10-27T01:30:00Z"},
		{"twice, from the second showing", "2025-10-26T01:15:00Z", daily(Clock{2, 30}), "2025-10-27T01:30:00Z"},
		{"hourly over the jump", "2025-03-30T00:00:00Z", hourly, "2025-03-30T01:00:00Z"},
		{"hourly over the change back", "2025-10-26T00:00:00Z", hourly, "2025-10-26T02:00:00Z"},
	}
	for _, c := range cases {
		got, err := Next(at(t, c.now), berlin, c.schedule)
		if err != nil || got.UTC().Format(time.RFC3339) != c.want {
			t.Errorf("%s: %s, want %s (%v)", c.name, got.UTC().Format(time.RFC3339), c.want, err)
		}
	}
	stuck := func(wall time.Time) (time.Time, error) { return wall, nil }
	if _, err := Next(at(t, "2025-08-26T05:00:00Z"), berlin, stuck); !errors.Is(err, ErrNever) {
		t.Errorf("got %v", err)
	}
	broken := func(time.Time) (time.Time, error) { return time.Time{}, errors.New("no such month") }
	if _, err := Next(at(t, "2025-08-26T05:00:00Z"), berlin, broken); err == nil {
		t.Error("no error")
	}
}

// TestEveryDayOnce: a daily schedule has one moment on each day, whatever the clocks do.
func TestEveryDayOnce(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/Chicago", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca"} {
		z := zone(t, name)
		for _, clock := range []Clock{{0, 0}, {0, 30}, {1, 45}, {2, 0}, {2, 30}, {3, 0}, {14, 30}} {
			now := Date{2025, 1, 1}.Midnight(z).Add(-time.Second)
			for day := (Date{2025, 1, 1}); day.Year == 2025; day = day.Add(1) {
				next, err := Next(now, z, daily(clock))
				if err != nil {
					t.Fatal(err)
				}
				if got := DateOf(next.In(z)); got != day {
					t.Fatalf("%s in %s: %s has its moment on %s", clock, name, day, got)
				}
				now = next
			}
		}
	}
}

func TestLast(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	cases := []struct {
		name, since, now, want string
		schedule               Schedule
	}{
		{"none", "2025-08-26T12:30:00Z", "2025-08-27T12:29:00Z", "", daily(Clock{14, 30})},
		{"one", "2025-08-26T12:30:00Z", "2025-08-27T12:30:00Z", "2025-08-27T12:30:00Z", daily(Clock{14, 30})},
		{"the latest of many", "2025-01-01T00:00:00Z", "2025-08-27T12:31:00Z", "2025-08-27T12:30:00Z", daily(Clock{14, 30})},
		{"hourly after a year", "2024-08-27T00:00:00Z", "2025-08-27T12:31:00Z", "2025-08-27T12:00:00Z", hourly},
	}
	for _, c := range cases {
		got, found, err := Last(at(t, c.since), at(t, c.now), berlin, c.schedule)
		text := ""
		if found {
			text = got.UTC().Format(time.RFC3339)
		}
		if err != nil || text != c.want {
			t.Errorf("%s: %q, want %q (%v)", c.name, text, c.want, err)
		}
	}
}

func TestTextsThatAreNone(t *testing.T) {
	for _, text := range []string{"", "8:00", "24:00", "12:60", "noon", "08:00:00"} {
		if _, err := ParseClock(text); err == nil {
			t.Errorf("%q is a time of day", text)
		}
	}
	for _, text := range []string{"", "2025-2-1", "2025-02-30", "today"} {
		if _, err := ParseDate(text); err == nil {
			t.Errorf("%q is a date", text)
		}
	}
}
