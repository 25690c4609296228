package flow

import (
	"errors"
	"strings"
	"testing"

	"waybill/daemon/store"
)

func TestTheDeskShowsWhatToAnswer(t *testing.T) {
	question := "Which color do you want for order 1001-A, red or green?\r\n"
	for name, c := range map[string]struct {
		up   func(*shop)
		want string
	}{
		"a question": {func(s *shop) {
			s.mail(fromPrairie, "Your order 1001-A", "", question+"\r\nOn Mon, 16 Mar 2026, Lantern Lane wrote:\r\n> Please ship 2 x PS100\r\n")
		}, "Which color do you want for order 1001-A, red or green?"},
		"what could move the screen": {func(s *shop) {
			s.mail(fromPrairie, "Your order 1001-A", "", "\x1b[2J"+question)
		}, "[2JWhich color do you want for order 1001-A, red or green?"},
		"a long one": {func(s *shop) {
			s.mail(fromPrairie, "Your order 1001-A", "", question+strings.Repeat("Red looks warm.\r\n", 40))
		}, "Which color do you want for order 1001-A, red or green?" + strings.Repeat("\nRed looks warm.", excerptLines-1) + "\n…"},
		"which order": {func(s *shop) {
			s.mail(fromPrairie, "Your order 7777", "", "Your order 7777 has shipped. Tracking number "+ups1+"\r\n")
		}, "Your order 7777 has shipped. Tracking number " + ups1},
		"unreadable": {func(s *shop) { s.breaks("Hello\r\n\r\n\r\nthere\r\n") }, "Hello\n\nthere"},
		"about no item": {func(s *shop) {
			s.receive(paidOrder("1002"))
			s.tried("mail:orders", errNoSuchUser)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(paidOrder("1001"))
			s.sent("mail:orders")
			c.up(s)
			views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
			if err != nil || len(views) != 1 || views[0].Excerpt != "" {
				t.Fatalf("on the desk: %+v, %v", views, err)
			}
			v, err := s.ViewException(t.Context(), views[0].ID)
			if err != nil || v.Excerpt != c.want {
				t.Errorf("got %q, %v\nwant %q", v.Excerpt, err, c.want)
			}
			o, err := s.Original(t.Context(), v.ID)
			if c.want == "" && !errors.Is(err, ErrAction) || c.want != "" && (err != nil || !strings.Contains(string(o.Body), "\r\n\r\n")) {
				t.Errorf("the original: %q, %v", o.Body, err)
			}
		})
	}
}

func TestPlainBodyOfWhatHasNoWords(t *testing.T) {
	for raw, want := range map[string]string{"PK\x03\x04\x00\x00": "", "a,b\r\n1,2\r\n": "a,b\n1,2\n", "From: x\r\n\r\nHello": "Hello", "": ""} {
		if got := plainBody([]byte(raw)); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}
