package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waybill/daemon/match"
	"waybill/daemon/sandbox"
	"waybill/daemon/trial"
	"waybill/parsers"
	"waybill/parsers/prose"
)

// Whole replies that nothing was learned from, as answers to a mail about one order: what becomes of them from the mail to the decision. They were written to be hard, each unlike the others: what people
// mostly write is read better.
const replies = "../../parsers/prose/testdata/examined"

// outcome is what became of a reply.
type outcome int

const (
	rightAlone  outcome = iota // decided as it is told
	forPerson                  // a person sees it
	milderAlone                // an acknowledgement or a question, or one of two things, decided alone
	lostAlone                  // nothing of it is news
	wrongAlone                 // news decided alone that nobody told
	outcomes
)

var outcomeNames = [outcomes]string{"right", "for a person", "milder", "not heard", "WRONG"}

// Shares (per cent) of such replies: how many may be decided wrongly at the most, and rightly at the least. Whoever sends all to a person is never wrong.
const (
	wrongReplies = 4
	rightReplies = 40
)

// TestReplies prints by language what becomes of replies.
func TestReplies(t *testing.T) {
	pool := sandbox.New(sandbox.Options{Inline: true})
	defer pool.Close()
	files, err := filepath.Glob(filepath.Join(replies, "*.txt"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files of replies (%v)", len(files), err)
	}
	reader := prose.New(parsers.Profile{})
	var all [outcomes]int
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var sums [outcomes]int
		for line := range strings.Lines(string(raw)) {
			told, text, ok := strings.Cut(strings.TrimSpace(line), " | ")
			if !ok {
				t.Fatalf("%s: %q has no kind", file, line)
			}
			o := replied(t, pool, reader, strings.Split(told, "+"), strings.ReplaceAll(text, `\n`, "\n"))
			sums[o]++
			all[o]++
			if o == wrongAlone {
				t.Logf("wrong alone (%s): %s", told, text)
			}
		}
		t.Logf("%-8s %s", strings.TrimSuffix(filepath.Base(file), ".txt"), shares(sums))
	}
	t.Logf("%-8s %s", "all", shares(all))
	n := 0
	for _, sum := range all {
		n += sum
	}
	if 100*all[wrongAlone] > wrongReplies*n {
		t.Errorf("%d of %d replies are decided alone and wrongly", all[wrongAlone], n)
	}
	if 100*all[rightAlone] < rightReplies*n {
		t.Errorf("only %d of %d replies are decided as they are told", all[rightAlone], n)
	}
}

func shares(sums [outcomes]int) string {
	n := 0
	for _, sum := range sums {
		n += sum
	}
	out := fmt.Sprintf("%4d replies:", n)
	for o, sum := range sums {
		out += fmt.Sprintf(" %s %s", outcomeNames[o], ratio{sum, n})
	}
	return out
}

// replied is what becomes of a reply about an order; if it names a number, that is the order's.
func replied(t *testing.T, pool *sandbox.Pool, reader *prose.Reader, told []string, text string) outcome {
	t.Helper()
	for _, parcel := range []string{"1Z999AA10123456784", "1Z12345E0205271688", "1Z12345E6605272234", "1Z12345E0305271640"} {
		text = strings.Replace(text, "{A}", parcel, 1)
	}
	number := "70718"
	refs := reader.Read(&parsers.Text{Part: "1", Text: text}, prose.Options{}).Refs
	if i := slices.IndexFunc(refs, func(r parsers.Ref) bool { return r.Label == parsers.LabelOrder }); i >= 0 {
		number = refs[i].Text
	}
	var open strings.Builder
	for i, n := range []string{number, "70719", "88123"} {
		fmt.Fprintf(&open, `{"number": %q, "channel": "shop", "id": "9%d", "placed_at": "2026-03-18T18:02:00Z", "supplier": "sup", "message_id": "<AEJ6NVRZK%d.c74867df9752@shop.example>", "reply_to": "orders+aej6nvrzk%d@shop.example",`+
			`"customer": {"name": "Anselme Gui"}, "ship_to": {"name": "Anselme Gui", "line1": "%d rue Basse", "city": "Bourg", "postcode": "29560", "country": "FR"}, "lines": [{"id": "1", "sku": "AB-%d", "title": "Goods", "quantity": 12}]}`+"\n", n, i, i, i, i+1, i)
	}
	orders, err := trial.Load("orders.json", []byte(open.String()))
	if err != nil {
		t.Fatal(err)
	}
	mail := "From: Sam <sam@sup.example>\r\nTo: orders@shop.example\r\nSubject: Re: Purchase order\r\nDate: Wed, 06 May 2026 09:10:00 +0200\r\nMessage-ID: <x@sup.example>\r\nIn-Reply-To: <AEJ6NVRZK0.c74867df9752@shop.example>\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
	result, _, err := trial.New(orders, pool, "sup").File(t.Context(), "in.eml", []byte(mail))
	if err != nil {
		t.Fatal(err)
	}
	return outcomeOf(told, result.Notices)
}

func outcomeOf(told []string, notices []match.Finding) outcome {
	mild := func(kind string) bool {
		return kind == string(parsers.Acknowledgement) || kind == string(parsers.Question)
	}
	var alone []string
	for _, n := range notices {
		if n.Decision == match.Auto {
			alone = append(alone, string(n.Kind))
		}
	}
	took := told[0] == "correction" // what it leaves of the earlier mail, a person sees
	none := told[0] == "none"
	wrong := func(kind string) bool {
		return !mild(kind) && !slices.Contains(told, kind) && !(took && kind == string(parsers.Shipment))
	}
	missing := func(kind string) bool {
		return !slices.Contains(alone, kind) && (len(told) == 1 || kind != string(parsers.Acknowledgement))
	}
	switch {
	case slices.ContainsFunc(alone, wrong):
		return wrongAlone
	case none && len(notices) == 0, !none && !took && !slices.ContainsFunc(told, missing):
		return rightAlone
	case len(notices) > len(alone), (none || took) && len(alone) > 0 && !slices.Contains(alone, string(parsers.Acknowledgement)):
		return forPerson
	case len(alone) > 0:
		return milderAlone
	}
	return lostAlone
}
