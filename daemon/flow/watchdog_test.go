package flow

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"waybill/daemon/calendar"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// listening is a shop with a mailbox that is read and a supplier with a drop.
func listening(t *testing.T, quietAfter string) *shop {
	t.Helper()
	return newShop(t, map[string]string{
		"waybill.yaml": strings.Replace(strings.Replace(mainConfig, "    smtp:", quietAfter+"    imap: {host: 127.0.0.1, port: 9, tls: none, password_file: hook-secret}\n    smtp:", 1),
			"timezone: America/Chicago}", "timezone: America/Chicago, working: {holidays: [US]}}", 1),
		"suppliers/prairie.yaml": prairie + "receive: {path: STATE/drop}\n"})
}

// over has waybill look after itself at a moment.
func (s *shop) over(at time.Time) {
	s.t.Helper()
	s.at, s.slow.watch, s.slow.counted = at, time.Time{}, time.Time{}
	if err := s.watchOver(s.t.Context(), s.world.Load()); err != nil {
		s.t.Fatal(err)
	}
}

// arrive keeps so many mails at a moment.
func (s *shop) arrive(at time.Time, source string, n int) {
	s.t.Helper()
	s.at = at
	var batch []transports.Item
	for i := range n {
		raw := fmt.Appendf(nil, "From: a@b.example\r\nSubject: %d %d\r\n\r\nhello\r\n", at.UnixNano(), i)
		batch = append(batch, transports.Item{Source: source, Key: fmt.Sprint(at.UnixNano(), ":", i), Raw: raw, Size: int64(len(raw))})
	}
	if err := s.Keep(s.t.Context(), batch); err != nil {
		s.t.Fatal(err)
	}
	s.over(at)
}

// chicago is a moment in the shop's time zone.
func chicago(month time.Month, day, hour int) time.Time {
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		panic(err)
	}
	return time.Date(2026, month, day, hour, 0, 0, 0, zone)
}

// weeks lets mail come on the working days of February and March, and on a Saturday a flood.
func (s *shop) weeks(aDay int) {
	s.t.Helper()
	s.over(chicago(2, 1, 12))
	for day := 2; day <= 28; day++ {
		switch at := chicago(2, day, 10); {
		case day == 14:
			s.arrive(at, "inbox:orders/INBOX", 500)
		case s.world.Load().works.IsWorkday(calendar.DateOf(at)):
			s.arrive(at, "inbox:orders/INBOX", aDay)
		}
	}
}

func TestSilenceIsLearned(t *testing.T) {
	s := listening(t, "")
	s.weeks(12) // the last on Friday the 27th at ten
	for _, quiet := range []time.Time{chicago(2, 28, 12), chicago(3, 1, 20), chicago(3, 2, 17), chicago(3, 3, 9)} {
		if s.over(quiet); len(s.desk()) > 0 {
			t.Fatalf("an alarm at %s: %v", quiet, s.desk())
		}
	}
	s.over(chicago(3, 3, 11))
	s.wantDesk("source_silent")
	views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil || views[0].Text != "mailbox orders@lantern-lane.example has been silent for longer than usual" {
		t.Errorf("%v %+v", err, views)
	}
	x, err := s.ViewException(t.Context(), views[0].ID)
	if err != nil || !strings.Contains(fmt.Sprintf("%+v", x), "usually 12 mails a working day, none for 2 working days, the last Fri 27 Feb 10:00") {
		t.Errorf("%v %+v", err, x)
	}
	s.over(chicago(3, 3, 15))
	s.wantDesk("source_silent")
	s.arrive(chicago(3, 3, 16), "inbox:orders/Junk", 1)
	s.wantDesk() // closed by itself
}

func TestSilenceThatIsNone(t *testing.T) {
	t.Run("a small shop at the weekend and on a holiday", func(t *testing.T) {
		s := listening(t, "")
		s.weeks(2)
		s.over(chicago(3, 4, 12)) // three working days and a weekend
		s.wantDesk()
	})
	t.Run("one mail in a while", func(t *testing.T) {
		s := listening(t, "")
		s.over(chicago(2, 1, 12))
		for _, day := range []int{3, 10, 17, 24} {
			s.arrive(chicago(2, day, 10), "inbox:orders/INBOX", 1)
		}
		s.over(chicago(3, 27, 12))
		s.wantDesk()
	})
	t.Run("the first days", func(t *testing.T) {
		s := listening(t, "")
		s.over(chicago(2, 1, 12))
		s.arrive(chicago(2, 2, 10), "inbox:orders/INBOX", 40000/100)
		s.over(chicago(2, 20, 12))
		s.wantDesk()
	})
	t.Run("never", func(t *testing.T) {
		s := listening(t, "    quiet_after: never\n")
		s.weeks(12)
		s.over(chicago(3, 20, 12))
		s.wantDesk()
	})
	t.Run("an account that is known not to work", func(t *testing.T) {
		s := listening(t, "")
		s.weeks(12)
		s.accounts.set(s.at, AccountState{Name: "inbox:orders"}, true)
		s.over(chicago(3, 20, 12))
		s.wantDesk()
	})
	t.Run("dismissed", func(t *testing.T) {
		s := listening(t, "    quiet_after: 4h\n")
		s.over(chicago(3, 2, 9))
		s.over(chicago(3, 2, 13))
		s.wantDesk("source_silent")
		if _, err := s.settle(ActDismiss, ""); err != nil {
			t.Fatal(err)
		}
		s.over(chicago(3, 3, 9))
		s.wantDesk()
		s.over(chicago(3, 3, 14))
		s.wantDesk("source_silent") // a day later it is said again
	})
}

func TestAChannelAndADropAreSilent(t *testing.T) {
	s := listening(t, "")
	cfg := *s.Config()
	shop := cfg.Channels["shop"]
	shop.QuietAfter = "8h"
	cfg.Channels = map[string]config.Channel{"shop": shop}
	p := cfg.Suppliers["prairie"]
	drop := *p.Receive
	drop.QuietAfter = "12h"
	p.Receive = &drop
	cfg.Suppliers = map[string]config.Supplier{"prairie": p}
	if err := s.Reload(&cfg); err != nil {
		t.Fatal(err)
	}
	s.over(chicago(3, 2, 9))
	s.arrive(chicago(3, 2, 10), "drop:prairie", 1)
	s.receive(paidOrder("1001"))
	s.over(chicago(3, 3, 9))
	s.wantDesk()
	s.over(chicago(3, 3, 10))
	s.wantDesk("source_silent")
	s.over(chicago(3, 3, 14))
	s.wantDesk("source_silent", "source_silent")
	s.receive(paidOrder("1002"))
	s.over(chicago(3, 3, 15))
	s.wantDesk("source_silent")
}

func TestDiskNearlyFull(t *testing.T) {
	s := alerting(t, bothWays)
	free, total := int64(500<<20), int64(40<<30)
	s.disk = func(folder string) (int64, int64, error) {
		if folder != s.dir {
			t.Errorf("looks at %s", folder)
		}
		return free, total, nil
	}
	s.over(noon)
	s.wantDesk("disk_low")
	if notes := s.wantTold(1, 1); !strings.Contains(notes[0], "is nearly full") {
		t.Errorf("got %s", notes[0])
	}
	for _, roomy := range []struct{ free, total int64 }{{2 << 30, 40 << 30}, {500 << 20, 2 << 30}} { // more than 1 GiB; more than 10 %
		free, total = 500<<20, 40<<30
		s.over(s.at.Add(time.Minute))
		s.wantDesk("disk_low")
		free, total = roomy.free, roomy.total
		s.over(s.at.Add(time.Minute))
		s.wantDesk()
	}
	if f, all, err := diskFree(t.TempDir()); err != nil || f == 0 || all < f {
		t.Errorf("this machine's disk: %d of %d, %v", f, all, err)
	}
}

// standStill has waybill look at its queue every five minutes for so long.
func (s *shop) standStill(d time.Duration) {
	s.t.Helper()
	for end := s.at.Add(d); s.at.Before(end); {
		s.over(s.at.Add(5 * time.Minute))
	}
}

func TestTheQueueStands(t *testing.T) {
	for name, c := range map[string]struct {
		before func(*shop)
		want   []string
	}{
		"nothing is known":     {nil, []string{"queue_stands"}},
		"paused":               {func(s *shop) { _ = s.Pause(context.Background(), "prairie") }, nil},
		"everything is paused": {func(s *shop) { _ = s.Pause(context.Background(), "") }, nil},
		"the account fails":    {func(s *shop) { s.world.Load().lanes["mail:orders"].breaker.until = s.at.Add(24 * time.Hour) }, nil},
		"nothing is queued":    {func(s *shop) { s.sent("mail:orders") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(paidOrder("1001"))
			if c.before != nil {
				c.before(s)
			}
			s.standStill(30 * time.Minute)
			s.wantDesk()
			s.standStill(5 * time.Minute)
			s.wantDesk(c.want...)
			s.sent("mail:orders")
			s.standStill(5 * time.Minute)
			s.wantDesk()
		})
	}
	t.Run("the daemon did not run", func(t *testing.T) {
		s := newShop(t, nil)
		s.receive(paidOrder("1001"))
		s.over(s.at)
		s.over(s.at.Add(8 * time.Hour))
		s.wantDesk()
	})
}

func TestTheClockJumps(t *testing.T) {
	for _, c := range []struct {
		name         string
		wall, passed time.Duration
		want         bool
	}{
		{"an hour passed", time.Hour, time.Hour, false},
		{"the clock was put on by a minute", 2 * time.Minute, time.Minute, false},
		{"by a day", 24*time.Hour + time.Minute, time.Minute, true},
		{"it was put back", -time.Hour, time.Minute, true},
	} {
		if jump, is := clockJump(c.wall, c.passed); is != c.want || jump != c.wall-c.passed {
			t.Errorf("%s: %s %v", c.name, jump, is)
		}
	}
	var w clockWatch
	now := time.Now()
	for range 3 {
		if _, is := w.jumped(now); is {
			t.Error("jumped")
		}
		now = now.Add(time.Hour)
	}
}

// TestAClockThatWentAhead is not believed at once.
func TestAClockThatWentAhead(t *testing.T) {
	var c clockWatch
	now := time.Now()
	look := func(passed time.Duration) {
		now = now.Add(passed)
		c.jumped(now)
	}
	believed := func(ask, forget bool) {
		t.Helper()
		if c.believed(doubtToAsk) != ask || c.believed(doubtToForget) != forget {
			t.Errorf("after %s it is believed: %v to ask, %v to forget", c.ran, c.believed(doubtToAsk), c.believed(doubtToForget))
		}
	}
	look(0)
	believed(true, true)
	look(time.Minute)
	c.doubt()
	believed(false, false)
	look(59 * time.Minute)
	believed(false, false)
	look(2 * time.Minute)
	believed(true, false)
	look(23 * time.Hour)
	believed(true, true)
}

// TestNothingIsForgottenByAWrongClock: a machine comes up a year ahead.
func TestNothingIsForgottenByAWrongClock(t *testing.T) {
	s := open(t, nil)
	s.receive(paidOrder("1001"))
	s.sent("mail:orders")
	w := s.world.Load()
	pass := func() Retained {
		t.Helper()
		s.slow.retained = time.Time{}
		for range 3 {
			if err := s.retain(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		r, err := s.Retained(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := pass()
	if first.At.IsZero() {
		t.Fatal("nothing was looked through")
	}
	s.at = s.at.Add(365 * 24 * time.Hour)
	s.slow = slow{} // a new process
	if r := pass(); !r.At.Equal(first.At) || r.Raw != 0 {
		t.Errorf("by a clock that is a year ahead: %+v", r)
	}
	s.slow.clock.ran += 25 * time.Hour
	if r := pass(); r.At.Equal(first.At) {
		t.Errorf("a day later: %+v", r)
	}
}

func TestHeartbeat(t *testing.T) {
	var paths []string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Method+" "+r.URL.Path)
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	s := newShop(t, map[string]string{"beat-url": server.URL + "/sEcReT"})
	h := config.Heartbeat{URLFile: "beat-url", Every: config.Duration(time.Minute), AllowPrivate: true}
	beat := func() string {
		e := s.beat(t.Context(), server.Client(), s.world.Load(), h)
		if e == nil {
			return ""
		}
		return e.Error()
	}
	if err := beat(); err != "" || len(paths) != 1 || paths[0] != "GET /sEcReT" {
		t.Fatalf("%s %v", err, paths)
	}
	status = http.StatusNotFound
	if err := beat(); !strings.Contains(err, "answers 404") || strings.Contains(err, "sEcReT") {
		t.Errorf("got %s", err)
	}
	status = http.StatusOK
	s.tick("timers", -2*hung) // they hang
	n := len(paths)
	if err := beat(); err != "" || len(paths) != n {
		t.Errorf("beats while the timers hang: %s %v", err, paths)
	}
	h.Fail = true
	if err := beat(); err != "" || paths[len(paths)-1] != "GET /sEcReT/fail" {
		t.Errorf("%s %v", err, paths)
	}
	s.rest("timers")
	if err := s.Store().Close(); err != nil {
		t.Fatal(err)
	}
	if err := beat(); err != "" || paths[len(paths)-1] != "GET /sEcReT/fail" {
		t.Errorf("the books are closed: %s %v", err, paths)
	}
}

// TestHeartbeatGuards: no private address unless it is allowed, no redirect, and an address that does not answer is an account that does not work.
func TestHeartbeatGuards(t *testing.T) {
	hits := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits++
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer server.Close()
	for name, c := range map[string]struct {
		url, want string
		private   bool
	}{
		"private":   {"https://127.0.0.1:9/sEcReT", "not allowed", false},
		"plain":     {server.URL + "/sEcReT", "not encrypted", false},
		"redirect":  {server.URL + "/sEcReT", "answers 302", true},
		"no server": {"http://127.0.0.1:9/sEcReT", "refused", true},
	} {
		s := newShop(t, map[string]string{"beat-url": c.url})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.heartbeat(ctx, s.world.Load(), config.Heartbeat{URLFile: "beat-url", Every: config.Duration(time.Hour), AllowPrivate: c.private})
		}()
		var said string
		for said == "" {
			for _, a := range s.Accounts() {
				if a.Name == heartbeatAccount {
					said = a.Error
				}
			}
			time.Sleep(time.Millisecond)
		}
		cancel()
		<-done
		if !strings.Contains(said, c.want) || strings.Contains(said, "sEcReT") {
			t.Errorf("%s: %s", name, said)
		}
	}
	if hits != 1 {
		t.Errorf("%d calls", hits)
	}
}

// TestBooksThatCannotBeWritten: nothing can be queued, so people are told past the queue, once an hour.
func TestBooksThatCannotBeWritten(t *testing.T) {
	var told []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { told = append(told, r.URL.Path) }))
	defer server.Close()
	s := newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "operator: {to: [owner@lantern-lane.example]}", `operator: {alerts: [{service: slack, url_file: slack-url, allow_private: true}]}`, 1),
		"slack-url": server.URL + "/slack"})
	s.cryOut(t.Context(), s.world.Load())
	if len(told) > 0 {
		t.Error("cries while all is well")
	}
	s.unwell = func() error { return order.ErrQuantity }
	for range 3 {
		s.cryOut(t.Context(), s.world.Load())
		s.at = s.at.Add(10 * time.Minute)
	}
	if len(told) != 1 {
		t.Errorf("told %v", told)
	}
	s.at = s.at.Add(time.Hour)
	if s.cryOut(t.Context(), s.world.Load()); len(told) != 2 {
		t.Errorf("told %v", told)
	}
}
