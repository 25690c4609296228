package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waybill/daemon/demo"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
)

// justified says of each kind of exception of an ordinary day why no machine should settle it. A kind that is not here fails the test.
var justified = map[string]string{
	string(flow.CostlyNews):   "Prairie is out of stock. It costs the shop a sale, so a person decides: another supplier, another product, the money back.",
	string(flow.SupplierAsks): "Prairie asks which color the customer wants. Only the customer knows.",
	string(flow.BouncedBack):  "Harbor's provider sent an order back. Nobody there has it, and nothing is ever sent again by itself.",
}

// TestOrdinaryDay lives through a day of 200 orders with twelve suppliers in their ordinary ways: most answer, one is slow, one forgets until it is asked, one's mail
// comes back once, one is out of stock twice and asks once. What a person hears that day is counted, and stands in docs/day.md.
func TestOrdinaryDay(t *testing.T) {
	t.Parallel()
	var notes atomic.Int64
	phone := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		notes.Add(1)
	}))
	t.Cleanup(phone.Close)
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	// The next Tuesday at 08:00: the world's clock goes with the real one, and is put on by an hour at a time.
	began := time.Now()
	start := began.In(chicago)
	for start = time.Date(start.Year(), start.Month(), start.Day()+1, 8, 0, 0, 0, chicago); start.Weekday() != time.Tuesday; {
		start = start.AddDate(0, 0, 1)
	}
	var offset atomic.Int64
	offset.Store(int64(start.Sub(began)))
	now := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }

	world, err := demo.Open(demo.Options{Seed: 7, Dir: t.TempDir(), Now: now, Day: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(world.Close)
	ordinary(t, world.Dir, phone.URL)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	pool := sandbox.New(sandbox.Options{Inline: true})
	t.Cleanup(func() { _ = pool.Close() })
	a := &app{out: os.Stderr, errs: os.Stderr}
	ticks := make(chan time.Time)
	daemon, stop, err := a.practise(ctx, world, flow.Options{Log: slog.New(slog.DiscardHandler), Reader: pool, Now: now, Ticks: ticks})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	result, err := world.RunDay(ctx, daemon, 200, func(int) error {
		offset.Add(int64(time.Hour))
		for range 2 { // who takes the second has done what the first had made due
			select {
			case ticks <- now():
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Wrong > 0 || len(result.Missing) > 0 {
		t.Errorf("%d wrong, missing %v", result.Wrong, result.Missing)
	}
	heard := count(t, daemon.Flow)
	if n := len(heard.exceptions); n > 4 {
		t.Errorf("%d exceptions on an ordinary day, want 4 at most", n)
	}
	if int(notes.Load()) != heard.mails["note"] {
		t.Errorf("%d notes were queued, and %d came", heard.mails["note"], notes.Load())
	}
	document(t, result, heard)
}

// ordinary gives the practice world what a shop sets on its first day: a second way, quiet hours, deadlines.
func ordinary(t *testing.T, dir, phone string) {
	t.Helper()
	path := filepath.Join(dir, "waybill.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(raw), "operator:\n", "deadlines: {acknowledge: 5h, ship: 2}\noperator:\n  quiet: 22:00-07:00\n  alerts: [{service: mattermost, url_file: phone, allow_private: true}]\n", 1)
	for name, content := range map[string]string{"waybill.yaml": text, "phone": phone} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// heardOf is what a day made people hear.
type heardOf struct {
	exceptions []store.ExceptionRow
	mails      map[string]int // by what they are
	lines      map[string]int // what the mails to the shop say
}

func count(t *testing.T, f *flow.Flow) heardOf {
	t.Helper()
	h := heardOf{mails: map[string]int{}, lines: map[string]int{}}
	err := f.Store().View(t.Context(), func(tx *store.Tx) (err error) {
		if h.exceptions, err = tx.Exceptions(store.ExceptionFilter{}); err != nil {
			return err
		}
		rows, err := tx.Dispatches(store.DispatchFilter{})
		for _, row := range rows {
			what := string(row.Purpose)
			switch {
			case row.State != order.DispatchSent:
				t.Errorf("dispatch %d (%s) is %s: %s", row.ID, row.Lane, row.State, row.Answer)
			case strings.HasPrefix(row.Lane, "alert:"):
				what = "note"
			case row.Purpose == order.PurposeOperator:
				full, err := tx.Dispatch(row.ID)
				if err != nil {
					return err
				}
				m, err := mail.ReadMessage(bytes.NewReader(full.Message.Body))
				if err != nil {
					return err
				}
				subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
				if err != nil {
					return err
				}
				what = "alert"
				if strings.Contains(subject, "your attention today") {
					what = "digest"
				}
				h.lines[subject]++
			}
			h.mails[what]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// document holds docs/day.md to what happened.
func document(t *testing.T, r demo.Result, h heardOf) {
	t.Helper()
	kinds := map[string]int{}
	for _, x := range h.exceptions {
		if kinds[x.Kind]++; justified[x.Kind] == "" {
			var d flow.Detail
			_ = json.Unmarshal(x.Detail, &d)
			t.Errorf("nobody has justified this on an ordinary day: %s %s %+v", x.Kind, flow.Describe(x), d)
		}
	}
	var b strings.Builder
	b.WriteString("# An ordinary day\n\n<!-- Made by a test: go test ./daemon -run OrdinaryDay -accept writes it. -->\n\n" +
		"What a shop hears on a day of 200 orders with twelve suppliers, counted in the practice world from 08:00 to 09:00 of the next morning. Orders come from 08:00 to 18:00. The suppliers do what suppliers do: ten answer in ten\n" +
		"ways, one only hours later, one forgets until it is asked; two orders are out of stock, one answer is a question, one mail comes back. There is a second way to be told, quiet hours from 22:00 to 07:00, and a\n" +
		"deadline of five working hours for an answer.\n\n## What needs a person\n\n| exception | how many | why nobody else can settle it |\n|---|---|---|\n")
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(&b, "| [`%s`](exceptions.md) | %d | %s |\n", kind, kinds[kind], justified[kind])
	}
	fmt.Fprintf(&b, "| together | %d of 200 orders | the others went through without anybody |\n\n## What is sent to people\n\n| message | how many | why |\n|---|---|---|\n", len(h.exceptions))
	for _, m := range []struct{ what, name, why string }{
		{"alert", "alerts to the shop by mail", "what is told at once: out of stock twice, a mail that came back"},
		{"note", "the same by the second way", "each alert goes by each way"},
		{"digest", "digests to the shop", "one, in the morning: what is still open"},
		{"supplier", "questions to suppliers", "Fern Forge, who forgets, is asked about all that is late in one mail, and answers"},
		{"customer", "shipping mails to customers", "one for each parcel"},
	} {
		n := fmt.Sprint(h.mails[m.what])
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.name, n, m.why)
	}
	b.WriteString("\nNothing that the channel was told was wrong, and no parcel's number was left out.\n")
	const file = "../docs/day.md"
	if *accept {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Errorf("docs/day.md is not what happened; `go test ./daemon -run OrdinaryDay -accept` writes it, read the difference before you commit it:\n%s\n%v", b.String(), h.lines)
	}
}
