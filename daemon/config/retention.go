package config

import (
	"regexp"
	"strconv"
	"time"
)

// Age is a time by the calendar. Its zero value has no end.
type Age struct{ Months, Days int }

// Before gives the moment that lies so far before now, and false where there is none.
func (a Age) Before(now time.Time) (time.Time, bool) {
	return now.AddDate(0, -a.Months, -a.Days), a != Age{}
}

var agePattern = regexp.MustCompile(`^([1-9][0-9]{0,3}) ?(d|days?|weeks?|months?|years?)$`)

// parseAge reads "90 days", "90d", "12 weeks", "24 months", "2 years" or "never".
func parseAge(text string) (Age, bool) {
	if text == "never" {
		return Age{}, true
	}
	m := agePattern.FindStringSubmatch(text)
	if m == nil {
		return Age{}, false
	}
	n, err := strconv.Atoi(m[1])
	switch m[2][0] {
	case 'w':
		return Age{Days: 7 * n}, err == nil
	case 'm':
		return Age{Months: n}, err == nil
	case 'y':
		return Age{Months: 12 * n}, err == nil
	}
	return Age{Days: n}, err == nil
}

// leastRaw is how far back mailboxes are looked through again: what is forgotten earlier would be met once more.
const leastRaw = 14

func (k *checker) retention(p path, r *Retention) {
	good := true
	for _, s := range []struct {
		name, text string
		into       *Age
	}{{"raw", r.Raw, &r.RawAge}, {"personal", r.Personal, &r.PersonalAge}} {
		var ok bool
		if *s.into, ok = parseAge(s.text); !ok {
			k.bad(p.then(s.name), "is %.40q; expected a time like 90 days, 24 months or 2 years, or never", s.text)
			good = false
		}
	}
	if !good {
		return
	}
	day := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	raw, rawEnds := r.RawAge.Before(day)
	personal, ends := r.PersonalAge.Before(day)
	switch {
	case rawEnds && raw.After(day.AddDate(0, 0, -leastRaw)):
		k.bad(p.then("raw"), "is %s; expected at least %d days: so far back mailboxes are looked through again", r.Raw, leastRaw)
	case ends && !rawEnds:
		k.bad(p.then("raw"), "is never, and personal is %s; the bytes hold the same names and addresses, so expected is at most that", r.Personal)
	case ends && personal.After(raw):
		k.bad(p.then("personal"), "is %s, which is shorter than raw (%s); expected at least that", r.Personal, r.Raw)
	}
}
