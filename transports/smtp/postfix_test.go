package smtp

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// TestPostfix sends through a real Postfix with login to real mailboxes, and looks at what is there.
func TestPostfix(t *testing.T) {
	d := transporttest.StartDovecot(t, transporttest.WithMailboxes("orders@shop.example", "sales@prairie.example", "depot@prairie.example", "notes@prairie.example"))
	p := transporttest.StartPostfix(t, d, transporttest.WithRefusedRecipients("gone@prairie.example"))
	account := func(address string, mode TLSMode) Config {
		return Config{Address: address, TLS: mode, RootCAs: p.CA.Pool, ServerName: "mail.shop.example",
			Username: "orders@shop.example", Secret: password(transporttest.Password), From: []string{"orders@shop.example"}}
	}
	t.Run("many at once", func(t *testing.T) { testPostfixMany(t, d, account(p.Submission, STARTTLS)) })
	t.Run("hostile", func(t *testing.T) { testPostfixHostile(t, d, account(p.Submission, STARTTLS)) })
	t.Run("implicit TLS", func(t *testing.T) {
		s := open(t, account(p.Submissions, ImplicitTLS))
		receipt, err := s.Send(t.Context(), message("implicit", "x"), agree)
		if err != nil || receipt.ID == "" || !strings.Contains(receipt.Answer, receipt.ID) {
			t.Errorf("receipt %+v, %v", receipt, err)
		}
		d.Await("sales@prairie.example", "INBOX", 41)
	})
	t.Run("one of two refused", func(t *testing.T) {
		s := open(t, account(p.Submission, STARTTLS))
		m := message("half", "x")
		m.To = []string{"depot@prairie.example", "gone@prairie.example"}
		_, err := s.Send(t.Context(), m, func(context.Context) error { t.Error("marked"); return nil })
		if transports.VerdictOf(err) != never || !strings.Contains(err.Error(), "gone@prairie.example: 550 5.1.1") {
			t.Errorf("got %v", err)
		}
		m.To = m.To[:1]
		if _, err := s.Send(t.Context(), m, agree); err != nil { // the session is still good
			t.Error(err)
		}
		d.Await("depot@prairie.example", "INBOX", 1)
	})
	t.Run("mark refuses", func(t *testing.T) {
		s := open(t, account(p.Submission, STARTTLS))
		m := message("unmarked", "x")
		m.To = []string{"depot@prairie.example"}
		refusal := errors.New("no lease")
		if _, err := s.Send(t.Context(), m, func(context.Context) error { return refusal }); !errors.Is(err, refusal) || transports.VerdictOf(err) != later {
			t.Errorf("got %v", err)
		}
		if _, err := s.Send(t.Context(), m, agree); err != nil {
			t.Error(err)
		}
		d.Await("depot@prairie.example", "INBOX", 2) // the one before this case, and the second attempt: had the first one been delivered, it would be before it
	})
	t.Run("wrong password", func(t *testing.T) {
		c := account(p.Submission, STARTTLS)
		c.Secret = password("wrong")
		_, err := open(t, c).Send(t.Context(), message("k", "x"), agree)
		var e *transports.Error
		if !errors.As(err, &e) || e.Verdict != never || e.Op != "auth" || e.Scope != "account" {
			t.Errorf("got %+v", e)
		}
	})
	t.Run("unknown authority", func(t *testing.T) {
		c := account(p.Submission, STARTTLS)
		c.RootCAs = x509.NewCertPool()
		if _, err := open(t, c).Probe(t.Context()); transports.VerdictOf(err) != never || !strings.Contains(transports.Help(err), "CA file") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("probe", func(t *testing.T) {
		facts, err := open(t, account(p.Submission, STARTTLS)).Probe(t.Context())
		if err != nil || len(facts) != 5 || !strings.Contains(facts[0], "TLS 1.3") || !strings.Contains(facts[2], "52.4 MB") {
			t.Errorf("%q, %v", facts, err)
		}
	})
	t.Run("restarted in between", func(t *testing.T) {
		proxy := transporttest.StartProxy(t, p.Submission)
		s := open(t, account(proxy.Addr, STARTTLS))
		for i := range 2 {
			if i == 1 {
				proxy.BreakAll(transporttest.Cut) // the kept connection is dead, and nobody has told us
			}
			if _, err := s.Send(t.Context(), message(fmt.Sprint("restart", i), "x"), agree); err != nil {
				t.Error(err)
			}
		}
		if n := proxy.Accepted(); n != 2 {
			t.Errorf("%d connections, want 2", n)
		}
	})
}

// testPostfixHostile sends what TestComposeHostile composes through a whole mail system and reads it out of the mailbox.
func testPostfixHostile(t *testing.T, d *transporttest.Dovecot, c Config) {
	const n = 15
	s := open(t, c)
	r := rand.New(rand.NewPCG(17, 2))
	want := map[string]read{}
	for i := range n {
		m := hostileMail(r)
		m.MessageID = fmt.Sprintf("hostile-%d@shop.example", i)
		want["<"+m.MessageID+">"] = wanted(m)
		if _, err := s.Send(t.Context(), transports.Message{From: "orders@shop.example", To: []string{"notes@prairie.example"}, Body: compose(t, m)}, agree); err != nil {
			t.Fatal(err)
		}
	}
	added := regexp.MustCompile(`(?m)^(Return-Path|Delivered-To|Received|X-Original-To):.*\r\n(?:[ \t].*\r\n)*`)
	for _, got := range d.Await("notes@prairie.example", "INBOX", n) {
		head, body, _ := strings.Cut(string(got.Raw), "\r\n\r\n")
		raw := added.ReplaceAllString(head+"\r\n", "") + "\r\n" + body
		m, err := mail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[m.Header.Get("Message-ID")], readBack(t, []byte(raw)), cmp.AllowUnexported(read{})); diff != "" {
			t.Errorf("%s\n%q", diff, got.Raw)
		}
	}
}

func testPostfixMany(t *testing.T, d *transporttest.Dovecot, c Config) {
	const n = 40
	c.Connections = 3
	s := open(t, c)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if _, err := s.Send(t.Context(), message(fmt.Sprintf("many-%d@shop.example", i), fmt.Sprintf("PO 10%02d", i)), agree); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var got, want []string
	for _, m := range d.Await("sales@prairie.example", "INBOX", n) {
		_, body, _ := strings.Cut(string(m.Raw), "\r\n\r\n")
		got = append(got, body)
	}
	for i := range n {
		_, body, _ := strings.Cut(string(message("x", fmt.Sprintf("PO 10%02d", i)).Body), "\r\n\r\n")
		want = append(want, body)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the mailbox holds other bodies than were sent:\n got %q\nwant %q", got, want)
	}
}

// TestPostfixCut breaks real, encrypted dialogues at every kind of place, through a proxy that counts bytes, and compares what was
// said with what is in the mailbox: later and never are not there, sent is there once.
func TestPostfixCut(t *testing.T) {
	d := transporttest.StartDovecot(t, transporttest.WithMailboxes("orders@shop.example", "sales@prairie.example"))
	p := transporttest.StartPostfix(t, d)
	proxy := transporttest.StartProxy(t, p.Submission)
	c := Config{Address: proxy.Addr, RootCAs: p.CA.Pool, ServerName: "mail.shop.example",
		Username: "orders@shop.example", Secret: password(transporttest.Password), MessagesPerConnection: 1}
	s := open(t, c)
	verdicts := map[string]transports.Verdict{}
	counts := map[transports.Verdict]int{}
	try := func(f transporttest.Fault) {
		key := fmt.Sprintf("cut-%d", len(verdicts))
		proxy.Next(f)
		_, err := s.Send(t.Context(), message(key, strings.Repeat("a line of an order\r\n", 50)), agree)
		verdicts[key] = transports.VerdictOf(err)
		counts[verdicts[key]]++
	}
	for _, way := range []transporttest.Way{transporttest.ToServer, transporttest.ToClient} {
		for _, b := range []transporttest.Break{transporttest.Cut, transporttest.Reset} {
			for after := int64(0); after < 4200; after += 173 {
				try(transporttest.Fault{Way: way, Break: b, After: after})
			}
		}
	}
	for i := range 3 { // these must pass, so that the mailbox is known to have caught up
		key := fmt.Sprintf("last-%d", i)
		if _, err := s.Send(t.Context(), message(key, "x"), agree); err != nil {
			t.Fatal(err)
		}
		verdicts[key] = sent
		counts[sent]++
	}
	t.Logf("verdicts: %v", counts)
	if counts[later] == 0 || counts[unsure] == 0 || counts[sent] <= 3 || counts[never] > 0 {
		t.Errorf("the cuts did not reach every place: %v", counts)
	}
	arrived := map[string]int{}
	deadline := time.Now().Add(20 * time.Second)
	for arrived["last-0"]+arrived["last-1"]+arrived["last-2"] < 3 {
		if time.Now().After(deadline) {
			t.Fatal("the last messages did not arrive")
		}
		clear(arrived)
		for _, m := range d.Await("sales@prairie.example", "INBOX", counts[sent]) {
			_, rest, _ := strings.Cut(string(m.Raw), "Message-ID: <")
			key, _, _ := strings.Cut(rest, ">")
			arrived[key]++
		}
	}
	for key, v := range verdicts {
		n := arrived[key]
		if v == sent && n != 1 || v == later && n != 0 || n > 1 {
			t.Errorf("%s: verdict %q, and %d are in the mailbox", key, v, n)
		}
	}
}
