package table

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// Some of a row has left, and its status or a note says what becomes of the others: "Teillieferung, Rest KW 25", "1 sent, other due Friday".

// follows says that something is still to come; gone that it is not.
const (
	restFollowing = comes | later | willBe | waitsFor | forNow
	restGone      = left | off | ended | refund | delivers
)

// restFollows counts the pieces that have not left as a backorder, where the status, a note or a date says that they come.
func (r *reader) restFollows(w *row, n *counts, status parsers.Value) {
	open := n.ordered.n - n.left.n
	if !n.ordered.ok || !n.left.ok || n.left.n == 0 || open <= 0 || n.doubt || n.backordered.n+n.cancelled.n > 0 || n.remaining.ok && n.remaining.n != open || n.short.n > 0 && n.short.n != open {
		return
	}
	counted := n.remaining.ok || n.short.n > 0 // a column counts them, and a time beside it is theirs
	said := r.value(w, r.uses.expected).Text != "" && dateIn(r.value(w, r.uses.expected).Text) != ""
	for _, text := range append([]string{status.Text}, r.texts(w, r.uses.note)...) {
		all := senseOfAll(strings.Fields(simplified.Replace(carrier.Fold(text))))
		if all.any(off | ended | refund) {
			return
		}
		said = said || counted && timed(text) && !all.any(left|delivers|back)
		said = said || !n.remaining.ok && all.any(rest|later) && (all.any(restFollowing) || dateIn(text) != "") || all.any(lacks) && dateIn(text) != ""
	}
	if said {
		n.backordered, n.short = count{n: open, ok: true, at: n.ordered.at}, count{}
	}
}

func (r *reader) texts(w *row, columns []int) (all []string) {
	for _, i := range columns {
		if c := w.cell(i); c != "" {
			all = append(all, c)
		}
	}
	return all
}

// othersFollow reads a note beside a parcel that says of the others that they come: they are late, and the row is so in part. nil where none does.
func (r *reader) othersFollow(w *row, s *parsers.Statement) *parsers.Statement {
	if s.Kind != parsers.Shipment || len(s.Tracking) == 0 || len(s.Lines) > 1 {
		return nil
	}
	for _, i := range r.remarks {
		c := w.cell(i)
		if len(c) > 200 || !strings.ContainsFunc(c, breathes) { // one clause at most
			continue
		}
		sent, follows := false, ""
		for _, clause := range clausesOf(c) {
			all := senseOfAll(strings.Fields(simplified.Replace(carrier.Fold(clause))))
			switch {
			case all.any(left) && !all.any(denied|rest):
				sent = true
			case follows == "" && sent && all.any(rest) && !all.any(restGone):
				follows = clause
			case follows == "" && !(all.any(restFollowing)):
				sent = sent && !all.any(off|back)
			}
			if follows != "" && (all.any(off|refund|ended) || clause != follows && all.any(left)) {
				return nil
			}
		}
		all := senseOfAll(strings.Fields(simplified.Replace(carrier.Fold(c))))
		if follows == "" || !all.any(restFollowing) && dateIn(c) == "" {
			continue
		}
		at := parsers.Value{Text: c, At: r.place(w, i)}
		late := &parsers.Statement{Scope: parsers.ScopeRow, Kind: parsers.Backorder, KindAt: at, Score: noted, Refs: s.Refs, Consignee: s.Consignee}
		if day := dateIn(c); day != "" {
			late.Expected = parsers.Value{Text: day, At: at.At}
		}
		return late
	}
	return nil
}

// withOthers gives a row its orders, and says that others of it follow where a note says so.
func (r *reader) withOthers(w *row, s *parsers.Statement, refs []parsers.Ref) {
	late := r.othersFollow(w, s)
	s.Partial = s.Partial || late != nil
	before := len(r.result.Statements)
	r.address(w, s, refs)
	if late == nil || len(r.result.Statements) != before {
		return
	}
	if late.Refs = r.result.Statements[before-1].Refs; len(late.Refs) > 0 {
		r.result.Statements = append(r.result.Statements, *late)
	}
}

// clauseSigns are what parts the clauses of a cell beside commas and line ends.
var clauseSigns = strings.NewReplacer(" - ", ",", " – ", ",", " / ", ",", " and ", ",", " und ", ",", " et ", ",", " y ", ",", " e ", ",", " en ", ",", " i ", ",", "、", ",", "，", ",", "。", ",")

// breathes tells a sign that may part two clauses, or a blank.
func breathes(x rune) bool {
	switch x {
	case ' ', ',', ';', '\n', '、', '，', '。':
		return true
	}
	return false
}

// clausesOf cuts a note where a person takes a breath.
func clausesOf(c string) []string {
	return strings.FieldsFunc(clauseSigns.Replace(c), func(x rune) bool { return strings.ContainsRune(",;\n", x) })
}
