package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// answers is a sender that says what the test wants, nil for taken.
type answers struct {
	err  error
	sent int
}

func (a *answers) Send(ctx context.Context, _ transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	if a.err != nil {
		return transports.Receipt{}, a.err
	}
	a.sent++
	return transports.Receipt{Answer: "250 ok"}, mark(ctx)
}

// flush sends what is due on the mail lane.
func (s *shop) flush(a *answers) {
	s.t.Helper()
	w := s.world.Load()
	l := w.lanes["mail:orders"]
	l.sender = a
	rows, err := s.claim(s.t.Context(), l)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, row := range rows {
		s.send(s.t.Context(), w, l, row)
	}
}

// TestTheDaysLimit: what a provider does not take in a day waits, one question says so and closes itself, and a restart forgets nothing.
func TestTheDaysLimit(t *testing.T) {
	s := newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "port: 9, tls: none", "port: 9, tls: none, per_day: 2", 1)})
	a := &answers{}
	for i := range 4 {
		s.receive(paidOrder(fmt.Sprint(1001 + i)))
	}
	s.flush(a)
	if a.sent != 2 {
		t.Fatalf("%d messages were sent, not 2", a.sent)
	}
	s.wantDesk("account_failing")
	waiting := s.dispatches(store.DispatchFilter{Lane: "mail:orders", State: order.DispatchQueued})
	if len(waiting) != 2 || !strings.Contains(waiting[0].Answer, "2 recipients within 24 hours are the most") || waiting[0].Next.Sub(s.at) < 24*time.Hour {
		t.Errorf("%+v", waiting)
	}
	s.at = s.at.Add(2 * time.Hour)
	if err := s.Reload(s.Config()); err != nil { // as after a restart: the lane is new
		t.Fatal(err)
	}
	s.receive(paidOrder("1005"))
	s.flush(a)
	if a.sent != 2 {
		t.Errorf("%d messages were sent after a restart, not 2", a.sent)
	}
	s.wantDesk("account_failing") // the same one
	s.at = s.at.Add(24 * time.Hour)
	s.flush(a)
	if a.sent != 4 {
		t.Errorf("%d messages were sent on the next day, not 4 in all", a.sent)
	}
	open, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil || len(open) != 1 || !strings.Contains(open[0].Text, "has reached its limit for a day") {
		t.Errorf("%+v %v", open, err) // the fifth waits again
	}
	s.at = s.at.Add(26 * time.Hour)
	s.flush(a)
	s.wantDesk()
	if a.sent != 5 {
		t.Errorf("%d messages were sent, not 5", a.sent)
	}
}

// TestTheProviderSaysEnough: a refusal that is about the day is no refusal of the message.
func TestTheProviderSaysEnough(t *testing.T) {
	s := newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "port: 9, tls: none", "port: 9, tls: none, per_day: 200", 1)})
	s.receive(paidOrder("1001"))
	a := &answers{err: &transports.Error{Verdict: transports.Never, Op: "dot", Err: errors.New("550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to support.google.com")}}
	s.flush(a)
	s.wantDesk("account_failing")
	a.err = nil
	s.at = s.at.Add(2 * time.Hour)
	s.flush(a)
	s.wantDesk()
	if a.sent != 1 {
		t.Errorf("sent %d times", a.sent)
	}
}
