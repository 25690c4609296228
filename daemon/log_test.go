package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"waybill/daemon/flow"
	"waybill/daemon/store"
	"waybill/daemon/web"
	"waybill/transports"
)

// What servers and libraries quote does not get into the log, wherever in a line it stands.
func TestLogIsDiscreet(t *testing.T) {
	for _, text := range []string{
		"550 5.1.1 <ada@mail.example>: Recipient address rejected",
		`mail: no angle-addr in "Ada Abernathy <ada@mail.example"`,
		"RCPT TO:<ada@mail.example> failed", "to=ada@mail.example, relay=none", "mailto:ada%40mail.example", "ada@", "'ada'@mail.example",
		"message-id <01J9-ada@mail.example> is known",
	} {
		var out bytes.Buffer
		log := slog.New(discreet{slog.NewJSONHandler(&out, nil)}).With("about", text).WithGroup("g")
		log.Error(text, "text", text, "err", fmt.Errorf("send: %w", errors.New(text)), slog.Group("group", "text", text), "list", []string{text})
		if s := out.String(); strings.Contains(s, "@mail") || strings.Contains(s, "%40") || strings.Contains(s, "ada@") || strings.Count(s, hidden) < 6 {
			t.Errorf("%q is logged as %s", text, s)
		}
	}
	var quoted bytes.Buffer
	answer := &transports.Error{Op: "answer", Said: "you sent 12 Maple Street", Err: errors.New("502 Bad Gateway: you sent 12 Maple Street")}
	slog.New(discreet{slog.NewTextHandler(&quoted, nil)}).Warn("account fails", "err", fmt.Errorf("post: %w", answer))
	if s := quoted.String(); strings.Contains(s, "Maple") || !strings.Contains(s, "post: answer: 502 Bad Gateway: …") {
		t.Errorf("an answer that quotes is logged as %s", s)
	}
	var out bytes.Buffer
	slog.New(discreet{slog.NewTextHandler(&out, nil)}).Info("dispatch", "lane", "mail:orders", "attempt", 2, "api", "127.0.0.1:8340")
	if s := out.String(); !strings.Contains(s, "msg=dispatch lane=mail:orders attempt=2 api=127.0.0.1:8340") {
		t.Errorf("an ordinary line is %s", s)
	}
}

// TestNothingOfPeopleIsLogged: everything that the orders of a whole practice world say of people, and the keys that prove who answers, is looked for in
// every line that was logged and in the metrics. The log is taken before mail addresses are hidden: our own lines must not need that.
func TestNothingOfPeopleIsLogged(t *testing.T) {
	logged := &lockedBuffer{}
	metrics := web.NewMetrics("test", "test")
	o := flow.Options{Log: slog.New(slog.NewJSONHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug})), Observe: metrics.Observe}
	canaries := map[string]string{}
	var scraped string
	practisedAnd(t, 60, o, func(f *flow.Flow) {
		metrics.Watch(f, slog.New(slog.DiscardHandler))
		w := httptest.NewRecorder()
		metrics.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		scraped = w.Body.String()
		err := f.Store().View(t.Context(), func(tx *store.Tx) error {
			rows, err := tx.Orders(store.OrderFilter{Limit: 1000})
			if err != nil {
				return err
			}
			for _, row := range rows {
				doc := row.Doc
				for what, value := range map[string]string{"name": doc.Customer.Name, "mail": doc.Customer.Email, "phone": doc.Customer.Phone, "consignee": doc.ShipTo.Name,
					"street": doc.ShipTo.Line1, "city": doc.ShipTo.City, "postcode": doc.ShipTo.Postcode, "note": doc.Note, "title": doc.Lines[0].Title, "order": doc.Number} {
					if len(value) > 3 {
						canaries[value] = what
					}
				}
				pos, err := tx.POsOfOrder(row.ID)
				if err != nil {
					return err
				}
				for _, po := range pos {
					canaries[string(po.Token)] = "key of a purchase order"
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	if len(canaries) < 300 {
		t.Fatalf("only %d canaries", len(canaries))
	}
	if n := strings.Count(logged.String(), "\n"); n < 60 {
		t.Fatalf("only %d lines were logged", n)
	}
	// Figures that were measured are nobody's postcode, though they may look like one.
	for where, text := range map[string]string{"the log": regexp.MustCompile(`:[0-9.e+-]+([,}])`).ReplaceAllString(logged.String(), ":0$1"),
		"the metrics": regexp.MustCompile(`(?m) [0-9.e+-]+$`).ReplaceAllString(scraped, " 0")} {
		for canary, what := range canaries {
			if what == "order" && where == "the log" {
				continue // the number of an order names nobody, and leads to the rest for who may see it
			}
			if i := indexWord(text, canary); i >= 0 {
				t.Errorf("%s has the %s %q: …%s…", where, what, canary, text[max(0, i-200):min(len(text), i+100)])
			}
		}
		if strings.Contains(text, "@") {
			i := strings.IndexByte(text, '@')
			t.Errorf("%s has a mail address: …%s…", where, text[max(0, i-200):min(len(text), i+100)])
		}
	}
}

// indexWord finds a text where it is no part of a longer word, number or fraction; -1: nowhere.
func indexWord(text, word string) int {
	at := regexp.MustCompile(`(?:^|[^0-9A-Za-z.])` + regexp.QuoteMeta(word) + `(?:[^0-9A-Za-z]|$)`).FindStringIndex(text)
	if at == nil {
		return -1
	}
	return at[0]
}
