package flow

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
)

// pulsing is a shop whose clock other goroutines may read while the test turns it.
func pulsing(t *testing.T) (s *shop, pass func(time.Duration)) {
	s = newShop(t, nil)
	var passed atomic.Int64
	s.now = func() time.Time { return noon.Add(time.Duration(passed.Load())) }
	return s, func(d time.Duration) { passed.Add(int64(d)) }
}

// A loop may rest as long as it has said, and is late only after that and the time that work may take.
func TestPulse(t *testing.T) {
	s, pass := pulsing(t)
	s.tick("timers", tick)
	s.tick("lane mail:orders", time.Hour)
	s.tick("reader 1", 0)
	for _, step := range []struct {
		pass time.Duration
		do   func()
		late []string
	}{
		{pass: hung},
		{pass: time.Second, late: []string{"reader 1"}},
		{do: func() { s.rest("reader 1") }},
		{pass: tick, late: []string{"timers"}},
		{do: func() { s.tick("timers", tick) }},
		{pass: time.Hour, do: func() { s.tick("timers", tick) }, late: []string{"lane mail:orders"}},
	} {
		pass(step.pass)
		if step.do != nil {
			step.do()
		}
		if late := s.Late(); !slices.Equal(late, step.late) {
			t.Fatalf("late are %v, want %v", late, step.late)
		}
	}
}

// A lane whose workers never come back is late; one that only has nothing to do is not, and one that has ended neither.
func TestHungLaneIsLate(t *testing.T) {
	s, pass := pulsing(t)
	stuck := &stuckSender{begun: make(chan struct{}), release: make(chan struct{})}
	l := &lane{name: "mail:orders", sender: stuck, workers: 1, limits: map[string]*limit{}}
	ctx, stop := context.WithCancel(t.Context())
	var loop sync.WaitGroup
	loop.Go(func() { s.laneLoop(ctx, s.world.Load(), l) })
	for _, number := range []string{"1001", "1002", "1003"} {
		s.receive(paidOrder(number))
	}
	<-stuck.begun
	// The second message cannot be handed over: the loop stands there.
	pass(hung + sendLimit + time.Second)
	if late := s.Late(); !slices.Equal(late, []string{"lane mail:orders", "sending mail:orders 1"}) {
		t.Errorf("late are %v, want the lane and its worker", late)
	}
	close(stuck.release)
	stop()
	loop.Wait()
	pass(24 * time.Hour)
	if late := s.Late(); len(late) > 0 {
		t.Errorf("late are %v after everything has ended", late)
	}
}

// stuckSender never answers until it is released.
type stuckSender struct {
	once           sync.Once
	begun, release chan struct{}
}

func (s *stuckSender) Send(context.Context, transports.Message, func(context.Context) error) (transports.Receipt, error) {
	s.once.Do(func() { close(s.begun) })
	<-s.release
	return transports.Receipt{}, &transports.Error{Op: "send", Verdict: transports.Later}
}

// A mailbox whose connection is well and that does not look is late. One that cannot be reached is told as such and is not.
func TestSilentMailboxIsLate(t *testing.T) {
	for name, c := range map[string]struct {
		status func() imap.Status
		late   bool
	}{
		"looks":          {func() imap.Status { return imap.Status{State: imap.Connected, LastLook: time.Now()} }, false},
		"has mail":       {func() imap.Status { return imap.Status{State: imap.Connected, LastMail: time.Now()} }, false},
		"looks no more":  {func() imap.Status { return imap.Status{State: imap.Connected, LastLook: noon} }, true},
		"cannot connect": {func() imap.Status { return imap.Status{State: imap.Failing, LastLook: noon} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &Flow{now: time.Now, pulse: pulse{due: map[string]time.Time{}}}
				ended := make(chan struct{})
				go f.listen(ended, "source inbox", source{receiver: speaker{status: c.status}, poll: time.Minute})
				time.Sleep(hung + 3*time.Minute) // of the bubble's clock
				if late := len(f.Late()) > 0; late != c.late {
					t.Errorf("late are %v", f.Late())
				}
				close(ended)
			})
		})
	}
}

// speaker is a receiver that says what it is told to.
type speaker struct {
	transports.Receiver
	status func() imap.Status
}

func (s speaker) Status() imap.Status { return s.status() }

// The service manager waits longer than what is under way may take: cut off after its mark, a message would be a doubt for a person.
func TestManagerWaitsForSends(t *testing.T) {
	unit, err := os.ReadFile("../../systemd/waybill.service")
	if err != nil {
		t.Fatal(err)
	}
	for setting, least := range map[string]time.Duration{"TimeoutStopSec": 2 * finishWithin, "WatchdogSec": 2 * time.Minute, "TimeoutStartSec": 10 * time.Minute} {
		m := regexp.MustCompile(`(?m)^` + setting + `=([0-9]+)(s|min)$`).FindStringSubmatch(string(unit))
		if m == nil {
			t.Errorf("the unit has no %s", setting)
			continue
		}
		d, err := time.ParseDuration(m[1] + strings.TrimSuffix(m[2], "in"))
		if err != nil || d < least {
			t.Errorf("%s is %s (%v), less than %s", setting, d, err, least)
		}
	}
}
