package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func date(t testing.TB, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestPublic holds a few known days: the library's rules are the library's, that they are asked rightly is ours.
func TestPublic(t *testing.T) {
	for _, c := range []struct {
		region, date string
		free         bool
	}{
		{"US", "2026-07-03", true}, // the fourth is a Saturday: made up for on Friday
		{"US", "2026-07-04", true},
		{"US", "2026-07-06", false},
		{"US", "2026-11-26", true}, // Thanksgiving
		{"US", "2026-06-19", true},
		{"GB", "2026-12-28", true}, // Boxing Day is a Saturday
		{"GB", "2026-04-03", true}, // Good Friday
		{"DE", "2026-10-03", true},
		{"DE", "2026-01-06", false},
		{"DE-BY", "2026-01-06", true}, // Epiphany, in Bavaria
		{"DE-BE", "2026-01-06", false},
		{"FR", "2026-07-14", true},
		{"DE", "2026-12-24", false}, // a working day by law
		{"US", "2031-01-01", true},
	} {
		public := Public(c.region)
		if public == nil {
			t.Errorf("no rules for %s", c.region)
			continue
		}
		if got := public(date(t, c.date)); got != c.free {
			t.Errorf("%s in %s is free: %v", c.date, c.region, got)
		}
	}
	if Public("XX") != nil || Public("us") != nil || Public("") != nil {
		t.Error("there are rules for what is no region")
	}
	for _, region := range Regions() {
		days := 0
		for d := (Date{2026, 1, 1}); d.Year == 2026; d = d.Add(1) {
			if Public(region)(d) {
				days++
			}
		}
		if days < 5 || days > 30 {
			t.Errorf("%s has %d public holidays in 2026", region, days)
		}
	}
}

// company works in Chicago, half a day before Thanksgiving, and not in the week after Christmas.
func company(t testing.TB) Calendar {
	c := Calendar{Zone: zone(t, "America/Chicago"), Public: []func(Date) bool{Public("US")}, Hours: Hours{Clock{8, 0}, Clock{16, 0}},
		Short: map[Date]Hours{{2026, 11, 25}: {Clock{8, 0}, Clock{12, 0}}}, Holidays: map[Date]bool{}}
	for d := (Date{2026, 12, 28}); d.Year == 2026; d = d.Add(1) {
		c.Holidays[d] = true
	}
	return c
}

func TestWorkingHoursOverHolidaysAndHalfDays(t *testing.T) {
	c := company(t)
	for _, k := range []struct {
		name, from string
		n          time.Duration
		want       string
	}{
		{"the same day", "2026-11-23T15:00:00Z", 2 * time.Hour, "2026-11-23T17:00:00Z"},
		{"before work begins", "2026-11-23T05:00:00Z", time.Hour, "2026-11-23T15:00:00Z"},
		{"over the half day and Thanksgiving", "2026-11-25T17:00:00Z", 2 * time.Hour, "2026-11-27T15:00:00Z"},
		{"to the end of a day", "2026-11-24T14:00:00Z", 8 * time.Hour, "2026-11-24T22:00:00Z"},
		{"Friday afternoon, over a weekend", "2026-11-20T21:00:00Z", 2 * time.Hour, "2026-11-23T15:00:00Z"},
		{"over Christmas and the closed week", "2026-12-24T21:00:00Z", 2 * time.Hour, "2027-01-04T15:00:00Z"},
		{"over the jump of the clock", "2026-03-06T21:00:00Z", 2 * time.Hour, "2026-03-09T14:00:00Z"}, // Friday 15:00 CST, Monday 09:00 CDT
		{"over the change back", "2026-10-30T20:00:00Z", 2 * time.Hour, "2026-11-02T15:00:00Z"},
	} {
		got := c.Deadline(at(t, k.from), k.n)
		if got.UTC().Format(time.RFC3339) != k.want {
			t.Errorf("%s: %s, want %s", k.name, got.UTC().Format(time.RFC3339), k.want)
		}
		if w := c.Worked(at(t, k.from), got); w != k.n {
			t.Errorf("%s: worked %s in it, want %s", k.name, w, k.n)
		}
	}
}

func TestWorkdayEnd(t *testing.T) {
	c := company(t)
	for _, k := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-23T15:00:00Z", 1, "2026-11-24T22:00:00Z"},
		{"2026-11-24T15:00:00Z", 1, "2026-11-25T18:00:00Z"}, // the half day ends at noon
		{"2026-11-24T23:00:00Z", 1, "2026-11-27T22:00:00Z"}, // came in the evening: counts for the half day, then Friday
		{"2026-11-21T15:00:00Z", 0, "2026-11-23T22:00:00Z"}, // Saturday
		{"2026-12-23T15:00:00Z", 2, "2027-01-04T22:00:00Z"},
	} {
		if got := c.WorkdayEnd(at(t, k.from), k.n).UTC().Format(time.RFC3339); got != k.want {
			t.Errorf("%s and %d days: %s, want %s", k.from, k.n, got, k.want)
		}
	}
}

// TestWorkedIsTheInverse: whatever the zone, what is worked until a deadline is the time that it was given.
func TestWorkedIsTheInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, err := time.LoadLocation(rapid.SampledFrom([]string{"America/Chicago", "Europe/Berlin", "Asia/Tokyo", "Australia/Lord_Howe"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		c := Calendar{Zone: z, Public: []func(Date) bool{Public("DE")}, Hours: Hours{Clock{rapid.IntRange(0, 9).Draw(t, "open"), 30}, Clock{rapid.IntRange(12, 23).Draw(t, "closed"), 0}}}
		from := time.Unix(rapid.Int64Range(1.7e9, 1.9e9).Draw(t, "from"), 0)
		n := time.Duration(rapid.IntRange(1, 100*60).Draw(t, "minutes")) * time.Minute
		if w := c.Worked(from, c.Deadline(from, n)); w != n {
			t.Fatalf("%s and %s: worked %s", from, n, w)
		}
	})
}

func TestNobodyEverWorks(t *testing.T) {
	c := Calendar{Zone: time.UTC, Free: map[time.Weekday]bool{0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 6: true}}
	from := at(t, "2026-11-23T15:00:00Z")
	if got := c.Deadline(from, time.Hour); got.Before(from) {
		t.Errorf("got %s", got)
	}
	if c.Worked(from, from.AddDate(3, 0, 0)) != 0 || c.WorkdayEnd(from, 3).Before(from) {
		t.Error("somebody worked")
	}
}

func TestBetween(t *testing.T) {
	for _, c := range []struct {
		now, a, b string
		want      bool
	}{
		{"23:00", "22:00", "07:00", true}, {"06:59", "22:00", "07:00", true}, {"07:00", "22:00", "07:00", false}, {"12:00", "22:00", "07:00", false},
		{"12:00", "09:00", "17:00", true}, {"17:00", "09:00", "17:00", false}, {"08:59", "09:00", "17:00", false},
	} {
		clock := func(text string) Clock {
			v, err := ParseClock(text)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if got := clock(c.now).Between(clock(c.a), clock(c.b)); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if h, err := ParseHours("09:00-17:30"); err != nil || h != (Hours{Clock{9, 0}, Clock{17, 30}}) {
		t.Errorf("%v %v", h, err)
	}
	for _, text := range []string{"9-17", "09:00", "", "09:00-25:00"} {
		if _, err := ParseHours(text); err == nil {
			t.Errorf("%q are hours", text)
		}
	}
}
