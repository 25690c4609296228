package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/match"
)

// says names what is odd about a message, where that can be said in a sentence: it is about an order that nobody knows, about another supplier's, about one
// of which nothing more is expected. %s is who wrote. "" leaves the kind's own title.
func says(kind ExceptionKind, f match.Finding) string {
	if kind == WhichOrder && f.PO == 0 && len(f.Candidates) == 0 {
		return "%s writes about an order that we don't know"
	}
	if kind != Contradiction {
		return ""
	}
	for _, c := range []struct{ code, text string }{
		{"other_supplier", "%s writes about " + f.Number + ", which is another supplier's"},
		{"past_order", "%s names an order of which nothing more is expected, beside " + f.Number},
		{"unknown_order", "%s names an order that we don't know, beside " + f.Number},
		{"booked_before", "A message from %s was booked on one order, and read again it is about another"},
		{"before_order", "A message from %s about " + f.Number + " is older than the order"},
		{"overtaken", "An older message from %s about " + f.Number + " says what something later has overtaken"},
		{"closed", "%s writes about " + f.Number + ", of which nothing more is expected"},
		{"not_sent", "%s tells of a parcel of " + f.Number + ", which has not been sent to them yet"},
		{"tracking_elsewhere", "%s gives " + f.Number + " a tracking number that is on another order already"},
		{"shared_tracking", "%s gives one tracking number to several orders"},
		{"too_many", "%s writes about more pieces than " + f.Number + " has"},
		{"sku", "%s writes about a product that " + f.Number + " does not have"},
	} {
		if slices.Contains(f.Contradictions, c.code) {
			return strings.ReplaceAll(c.text, "  ", " ")
		}
	}
	return ""
}

// newsKeyOf is the same for the same news in the same words: a mail that comes again, under another Message-ID, is counted into the question that waits and
// makes no second one. Words alone make no repeat: "it has shipped" may be about another order each time.
func newsKeyOf(it *opened, n int, f match.Finding) string {
	if it.reading.BodyHash == "" {
		return fmt.Sprintf("item:%d:%d", it.row.ID, n)
	}
	subject := ""
	if env := it.reading.Envelope; env != nil {
		subject = env.Subject
	}
	candidates := make([]string, len(f.Candidates))
	for i, c := range f.Candidates {
		candidates[i] = c.Number
	}
	slices.Sort(candidates)
	raw, err := json.Marshal([]any{it.who.Supplier, strings.ToLower(it.from), it.reading.BodyHash, subject, f.Kind, f.PO, numbersOf(f.Tracking), sortedLines(f.Lines), candidates, n})
	if err != nil {
		return fmt.Sprintf("item:%d:%d", it.row.ID, n)
	}
	sum := sha256.Sum256(raw)
	return "news:" + hex.EncodeToString(sum[:12])
}
