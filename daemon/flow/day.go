package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"waybill/daemon/store"
)

const (
	// dayKey, with the lane behind it, is the setting that counts what left it: recipients by hour.
	dayKey = "day:"
	// dayAccount, with the lane behind it, is the account that a limit which is reached is told as.
	dayAccount = "limit:"
	// reasonDay is why a message waits for another day.
	reasonDay = "day_limit"
	// daySpan is what providers call a day: any 24 hours. Hours are counted as a whole, so that it is 24 to 25.
	daySpan = 24 * time.Hour
	// refusedWait is how long a message waits when the provider says itself that it is enough for today.
	refusedWait = time.Hour
)

// dayLimit bounds how many recipients a lane writes to in a day. It counts in the books, so that a restart forgets nothing, and knows
// nothing of what people send from the same mailbox.
type dayLimit struct {
	most     int
	provider string

	mu    sync.Mutex
	known bool          // hours were read from the books
	hours map[int64]int // unix hour to recipients
	away  int           // recipients of messages that are being sent
	told  bool
}

// take reserves a place for n recipients. Without one it says when there may be one again.
func (d *dayLimit) take(now time.Time, n int, anyway bool) (again time.Time, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	sum := d.away
	for hour, k := range d.hours {
		if now.Sub(time.Unix(hour*3600, 0).Add(time.Hour)) >= daySpan {
			delete(d.hours, hour)
			continue
		}
		sum += k
	}
	if sum+n <= d.most || anyway || sum == 0 { // one message with more recipients than that would wait for ever
		d.away += n
		return time.Time{}, true
	}
	var oldest int64
	for hour := range d.hours {
		if oldest == 0 || hour < oldest {
			oldest = hour
		}
	}
	if oldest == 0 { // all of it is on its way
		return now.Add(time.Minute), false
	}
	return time.Unix(oldest*3600, 0).Add(time.Hour + daySpan), false
}

// forget has the books read again: another node has sent meanwhile.
func (d *dayLimit) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known = false
}

// give gives a place back; it was used when the message left, or may have.
func (d *dayLimit) give(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away -= n
}

// used notes in the books that n recipients were written to.
func (d *dayLimit) used(tx *store.Tx, lane string, now time.Time, n int) error {
	hours, err := readDay(tx, lane)
	if err != nil {
		return err
	}
	hours[now.Unix()/3600] += n
	for hour := range hours {
		if now.Sub(time.Unix(hour*3600, 0).Add(time.Hour)) >= daySpan {
			delete(hours, hour)
		}
	}
	raw, err := json.Marshal(hours)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.hours = hours
	d.mu.Unlock()
	return tx.SetSetting(dayKey+lane, raw)
}

func readDay(tx *store.Tx, lane string) (map[int64]int, error) {
	hours := map[int64]int{}
	raw, known, err := tx.Setting(dayKey + lane)
	if err == nil && known {
		err = json.Unmarshal(raw, &hours)
	}
	return hours, err
}

// load reads what left in the last day, once.
func (d *dayLimit) load(ctx context.Context, books *store.Store, lane string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known {
		return nil
	}
	err := books.View(ctx, func(tx *store.Tx) (err error) {
		if d.hours, err = readDay(tx, lane); err != nil {
			return err
		}
		open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(AccountFailing), Key: accountKey + dayAccount + lane, Open: true})
		d.told = len(open) > 0
		return err
	})
	d.known = err == nil
	return err
}

// mayToday takes a place of the lane's day for a message, or says until when it waits and why. Mail to the people at the shop always goes.
func (f *Flow) mayToday(ctx context.Context, l *lane, row store.DispatchRow) (wait time.Time, words string, ok bool) {
	if l.day == nil {
		return time.Time{}, "", true
	}
	if err := l.day.load(ctx, f.store, l.name); err != nil {
		return f.now().Add(retryFirst), err.Error(), false
	}
	again, ok := l.day.take(f.now(), len(row.Message.To), row.Target == operatorTarget)
	if ok {
		f.dayGoesOn(ctx, l, row)
		return time.Time{}, "", true
	}
	words = fmt.Sprintf("%d recipients within 24 hours are the most for this mailbox%s; it goes on at %s", l.day.most, l.day.provider, again.In(f.world.Load().zone).Format("15:04 on Monday"))
	f.dayReached(ctx, l, words)
	return again, words, false
}

const dayHelp = "What is over waits and goes by itself. If your account may send more, set smtp.per_day; if something sends too much, look at `waybill orders list`."

// dayReached tells it once.
func (f *Flow) dayReached(ctx context.Context, l *lane, words string) {
	l.day.mu.Lock()
	told := l.day.told
	l.day.told = true
	l.day.mu.Unlock()
	if told {
		return
	}
	f.log.Warn("the limit for a day is reached", "lane", l.name, "most", l.day.most)
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		_, _, err := f.open(tx, Exception{Kind: AccountFailing, Key: accountKey + dayAccount + l.name,
			Detail: Detail{About: l.title, Says: "%s has reached its limit for a day", Answer: words, Help: dayHelp}})
		return err
	})
	if err != nil {
		f.log.Error("an exception could not be opened", "account", l.name, "err", err)
	}
}

// dayGoesOn closes what was told, when something goes out again.
func (f *Flow) dayGoesOn(ctx context.Context, l *lane, row store.DispatchRow) {
	l.day.mu.Lock()
	told := l.day.told
	l.day.told = l.day.told && row.Target == operatorTarget
	over := told && !l.day.told
	l.day.mu.Unlock()
	if !over {
		return
	}
	err := f.store.Write(ctx, func(tx *store.Tx) error { return f.closeDay(tx, l.name) })
	if err != nil {
		f.log.Error("an exception could not be closed", "account", l.name, "err", err)
	}
}

func (f *Flow) closeDay(tx *store.Tx, lane string) error {
	rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(AccountFailing), Key: accountKey + dayAccount + lane, Open: true})
	for _, x := range rows {
		if settled := tx.SettleException(x.ID, "goes_on", "rule", f.now()); !errors.Is(settled, store.ErrSettled) {
			err = errors.Join(err, settled)
		}
	}
	return err
}

// refusedForToday tells the refusals by which providers say that a mailbox has sent enough: nothing was sent, and tomorrow it may be.
func refusedForToday(answer string) bool {
	answer = strings.ToLower(answer)
	for _, words := range []string{
		"5.4.5",                             // support.google.com/a/answer/3726730: "550 5.4.5 Daily user sending limit exceeded"
		"daily user sending",                // the same, in other forms
		"submissionquotaexceeded",           // learn.microsoft.com, NDR 5.2.252 and the like of Exchange Online
		"5.1.90",                            // Exchange Online: the daily limit for recipients
		"exceeded the recipient rate limit", // the same
	} {
		if strings.Contains(answer, words) {
			return true
		}
	}
	return false
}
