package flow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/calendar"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// usualKey is what usually comes in, by way.
const usualKey = "usual"

// usual is what came in on each of the last days, so that silence can be told from a quiet shop.
type usual struct {
	Item  order.ItemID   `json:"item"` // the newest that is counted
	Order order.OrderID  `json:"order"`
	Since time.Time      `json:"since"` // from when on it is counted
	Ways  map[string]way `json:"ways"`
}

// way is a mailbox, a drop or a channel.
type way struct {
	Last time.Time      `json:"last,omitzero"`
	Days map[string]int `json:"days,omitempty"` // YYYY-MM-DD in the zone of who sends it
}

const (
	// usualDays is how many days are remembered, learnedAfter how many working days of them it takes to say what is usual.
	usualDays    = 35
	learnedAfter = 10
)

// channelWay, with the slug behind it, is what a channel's orders come by. Mailboxes and drops have their sources' names.
const channelWay = "channel:"

// listened is a way whose silence is watched.
type listened struct {
	name, title string
	after       string // quiet_after
	cal         calendar.Calendar
	what        string // what comes by it
	help        string
}

// listens lists them.
func (w *world) listens() (all []listened) {
	for _, name := range sorted(w.cfg.Mailboxes) {
		if m := w.cfg.Mailboxes[name]; m.IMAP != nil {
			all = append(all, listened{"inbox:" + name, "mailbox " + m.Address, m.QuietAfter, w.works, "mail",
				"Write a mail to it. If that does not show in waybill status, look for a rule or a forwarding that takes the mail away. quiet_after sets how long silence may last."})
		}
	}
	for _, slug := range sorted(w.cfg.Suppliers) {
		if s := w.cfg.Suppliers[slug]; s.Receive != nil {
			all = append(all, listened{"drop:" + slug, "the drop of " + s.Name, s.Receive.QuietAfter, w.calendarOf(s), "file",
				"Ask them whether their export runs, and into which folder. receive.quiet_after sets how long silence may last."})
		}
	}
	for _, slug := range sorted(w.cfg.Channels) {
		all = append(all, listened{channelWay + slug, "channel " + slug, w.cfg.Channels[slug].QuietAfter, w.works, "order",
			"Look whether the shop sells: if it does, its orders do not reach waybill any more. quiet_after sets how long silence may last."})
	}
	return all
}

// count adds what came in since the last time.
func (u *usual) count(tx *store.Tx, w *world, now time.Time) error {
	items, item, err := tx.ItemArrivals(u.Item)
	if err != nil {
		return err
	}
	orders, o, err := tx.OrderArrivals(u.Order)
	if err != nil {
		return err
	}
	first := u.Since.IsZero() // what was there before says nothing of a day
	if first {
		u.Since, u.Ways = now, map[string]way{}
	}
	u.Item, u.Order = item, o
	for i := range orders {
		orders[i].From = channelWay + orders[i].From
	}
	for _, l := range w.listens() {
		kept := u.Ways[l.name]
		if kept.Days == nil {
			kept.Days = map[string]int{}
		}
		for _, a := range slices.Concat(items, orders) {
			if a.From != l.name && !strings.HasPrefix(a.From, l.name+"/") {
				continue
			}
			if kept.Last.Before(a.Last) {
				kept.Last = a.Last
			}
			if !first {
				kept.Days[calendar.DateOf(a.Last.In(l.cal.Zone)).String()] += a.Count
			}
		}
		for day := range kept.Days {
			if day < calendar.DateOf(now.In(l.cal.Zone)).Add(-usualDays).String() {
				delete(kept.Days, day)
			}
		}
		u.Ways[l.name] = kept
	}
	return nil
}

// aDay is the median of what came on the whole working days since counting began; false while there are too few of them. The median lets neither a flood
// of old mail nor a sale make an ordinary week look silent.
func (u *usual) aDay(l listened, now time.Time) (int, bool) {
	var counts []int
	day := max(calendar.DateOf(u.Since.In(l.cal.Zone)).Add(1).String(), calendar.DateOf(now.In(l.cal.Zone)).Add(-usualDays).String())
	d, err := calendar.ParseDate(day)
	if err != nil {
		return 0, false
	}
	last := u.Ways[l.name].Last
	for end := calendar.DateOf(last.In(l.cal.Zone)); d.Before(end); d = d.Add(1) { // the silence itself is not what is usual
		if l.cal.IsWorkday(d) {
			counts = append(counts, u.Ways[l.name].Days[d.String()])
		}
	}
	if len(counts) < learnedAfter {
		return 0, false
	}
	slices.Sort(counts)
	return counts[len(counts)/2], true
}

// workdaysQuiet is how many working days of silence are more than chance, for what usually comes on one. 0: none is.
func workdaysQuiet(aDay int) int {
	switch {
	case aDay >= 6:
		return 2
	case aDay >= 3:
		return 3
	case aDay >= 1:
		return 5
	}
	return 0
}

// silent tells whether a way has been silent for too long, as an exception.
func (u *usual) silent(l listened, now time.Time) (x Exception, is bool) {
	last := u.Ways[l.name].Last
	if last.IsZero() {
		last = u.Since
	}
	limit, says := time.Duration(0), ""
	switch {
	case l.after == config.Never:
		return x, false
	case l.after != "":
		d, err := time.ParseDuration(l.after)
		if err != nil {
			return x, false // the configuration was checked
		}
		limit, says = d, fmt.Sprintf("nothing for %s of working time", l.after)
	default:
		aDay, known := u.aDay(l, now)
		days := workdaysQuiet(aDay)
		if !known || days == 0 {
			return x, false
		}
		limit, says = time.Duration(days)*l.cal.Day(), fmt.Sprintf("usually %s a working day, none for %d working days", plural(aDay, l.what), days)
	}
	if limit <= 0 || l.cal.Worked(last, now) < limit {
		return x, false
	}
	if !u.Ways[l.name].Last.IsZero() {
		says += ", the last " + u.Ways[l.name].Last.In(l.cal.Zone).Format("Mon 2 Jan 15:04")
	}
	return Exception{Kind: SourceSilent, Key: "silent:" + l.name, Detail: Detail{About: l.title, Reasons: []string{says}, Help: l.help}}, true
}

// plural counts: "1 order", "12 mails".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// silences are the ways that are silent for too long. One that is known not to work has an exception of its own.
func (f *Flow) silences(tx *store.Tx, w *world) (found []Exception, u usual, err error) {
	raw, known, err := tx.Setting(usualKey)
	if err != nil {
		return nil, u, err
	}
	if known {
		if err := json.Unmarshal(raw, &u); err != nil {
			return nil, u, err
		}
	}
	if err := u.count(tx, w, f.now()); err != nil {
		return nil, u, err
	}
	failing := map[string]bool{}
	for _, a := range f.Accounts() {
		failing[a.Name] = !a.Working
	}
	for _, l := range w.listens() {
		if x, is := u.silent(l, f.now()); is && !failing[l.name] {
			found = append(found, x)
		}
	}
	return found, u, nil
}
