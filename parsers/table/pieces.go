package table

import (
	"regexp"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// count is a number of pieces that a row gives in a column.
type count struct {
	n  int
	ok bool // the row says it
	at parsers.Value
}

// counts is what the quantity columns of a row say together.
type counts struct {
	ordered, left, backordered, cancelled, remaining count
	short                                            count // pieces that a status calls out of stock, of a row of which others have left
	none                                             bool  // the row says that nothing has left
	doubt                                            bool  // it can't be told how many pieces have left
	aside                                            bool  // a note counts them: it is read
}

// counts reads the quantity columns of a row. What was ordered is not what has left where a column says that.
func (r *reader) counts(w *row) counts {
	u := &r.uses
	c := counts{ordered: r.piecesIn(w, u.ordered), left: r.piecesIn(w, u.shipped), backordered: r.piecesIn(w, u.backorder), cancelled: r.piecesIn(w, u.cancelled), remaining: r.piecesIn(w, u.remaining)}
	c.short = r.piecesIn(w, u.short)
	pieces := r.piecesIn(w, u.quantity)
	rest := c.backordered.n + c.cancelled.n + c.short.n
	c.doubt = r.negative(w) || r.differ(w, u.shipped) || r.differ(w, u.ordered) || !c.left.ok && r.differ(w, u.quantity)
	if c.left.ok {
		c.doubt = c.doubt || r.flag && !c.ordered.ok && c.left.n == 1 && pieces.n > 1
		if !c.ordered.ok {
			c.ordered = pieces
		}
		if _, of, found := strings.Cut(c.left.at.Text, "/"); found { // "1/3", or the third of January
			n, ok := quantity(of)
			if ok && !c.ordered.ok && r.shares {
				c.ordered = count{n: n, ok: true, at: c.left.at}
			}
			c.doubt = c.doubt || !ok || n != c.ordered.n
		}
	} else {
		c.leftOf(pieces, rest, len(u.shipped) > 0)
	}
	c.none = c.left.ok && c.left.n == 0
	c.doubt = c.doubt || c.ordered.ok && c.left.n > 0 && c.left.n+rest > c.ordered.n
	r.noted(w, &c)
	r.told(w, &c)
	if c.ordered.ok && c.left.ok && c.left.n > 0 && c.remaining.ok { // what is open is what has not left, with what is on backorder or without
		open := c.ordered.n - c.left.n - c.cancelled.n
		c.doubt = c.doubt || c.remaining.n != open && c.remaining.n != open-c.backordered.n
	}
	r.follows(w, &c)
	return c
}

// leftOf finds how many pieces have left where no cell says it: the quantity beside what was ordered, else what does not stay behind.
func (c *counts) leftOf(quantity count, rest int, column bool) {
	both := c.ordered.ok && quantity.ok
	switch {
	case both:
		c.left = quantity
		c.doubt = c.doubt || quantity.n != c.ordered.n
	case quantity.ok:
		c.left, c.ordered = quantity, quantity
	default:
		c.left = c.ordered
	}
	if !c.left.ok {
		c.doubt = c.doubt || c.remaining.n > 0
		return
	}
	if !both && rest > 0 {
		c.left.n = max(0, c.left.n-rest)
	}
	c.doubt = c.doubt || column || rest+c.remaining.n > 0
	if c.left.n > 0 || rest == 0 {
		c.left.ok = false // a guess, which says nothing by itself
	}
}

// nothing tells whether no column says of any piece that it left, stays behind, or is open.
func (c *counts) nothing() bool {
	return !c.left.ok && !c.none && c.remaining.n+c.backordered.n+c.cancelled.n+c.short.n == 0
}

// partly tells whether pieces are still to come after what has left.
func (c *counts) partly() bool {
	return c.backordered.n > 0 || c.remaining.n > 0 || c.ordered.ok && c.left.n > 0 && c.left.n+c.cancelled.n+c.short.n < c.ordered.n
}

// piecesIn is the first number of pieces in the columns.
func (r *reader) piecesIn(w *row, columns []int) count {
	for _, i := range columns {
		if n, ok := quantity(w.cell(i)); ok {
			return count{n: n, ok: true, at: parsers.Value{Text: w.cell(i), At: r.place(w, i)}}
		}
	}
	return count{}
}

// differ tells whether columns that should say the same do not.
func (r *reader) differ(w *row, columns []int) bool {
	if len(columns) < 2 {
		return false
	}
	first := r.piecesIn(w, columns)
	for _, i := range columns {
		if n, ok := quantity(w.cell(i)); ok && n != first.n {
			return true
		}
	}
	return false
}

// noted takes pieces that a note says stay behind, where no column does: "3 backordered, due 12/9".
func (r *reader) noted(w *row, c *counts) {
	if c.backordered.ok || c.cancelled.ok {
		return
	}
	for _, i := range r.uses.note {
		text := w.cell(i)
		n, rest, found := strings.Cut(text, " ")
		pieces, ok := quantity(n)
		if !found || !ok || digitsIn(n) != len(n) || pieces == 0 || pieces >= mostPieces {
			continue
		}
		rest, _, _ = strings.Cut(rest, ",")
		words := strings.Fields(carrier.Fold(rest))
		for len(words) > 0 && (quantityWords[words[0]] || words[0] == "x" || words[0] == "are" || words[0] == "on" || words[0] == "is") {
			words = words[1:]
		}
		if len(words) == 0 || len(words) > 4 {
			continue
		}
		s, known := stateInside(words)
		if !known {
			continue
		}
		one := count{n: pieces, ok: true, at: parsers.Value{Text: text, At: r.place(w, i)}}
		switch s.kind {
		case parsers.Backorder:
			c.backordered = one
		case parsers.Cancellation:
			c.cancelled = one
		case parsers.OutOfStock:
			c.short = one
		}
		return
	}
}

// negative tells whether a row takes pieces back. That is a correction, or goods that come back.
func (r *reader) negative(w *row) bool {
	for _, list := range [...][]int{r.uses.shipped, r.uses.quantity, r.uses.ordered} {
		for _, i := range list {
			if takesBack(w.cell(i)) {
				return true
			}
		}
	}
	return false
}

// negativePieces is how people write a number below zero: "-2", "2-", "(2)".
var negativePieces = regexp.MustCompile(`^(?:[-−–] ?[0-9]{1,4}(?:[.,]0+)?|[0-9]{1,4}(?:[.,]0+)?[-−]|\([0-9]{1,4}(?:[.,]0+)?\))$`)

func takesBack(c string) bool {
	return len(c) > 1 && len(c) < 12 && (c[0] == '-' || c[0] == '(' || c[0] >= 0x80 || c[len(c)-1] == '-' || c[len(c)-1] >= 0x80) && strings.ContainsAny(c, "123456789") && negativePieces.MatchString(c)
}

// mostPieces is more than any row of a shop's order holds, and less than a date is as a number in a spreadsheet.
const mostPieces = 10_000

// isPieces tells a cell that holds a number of pieces and no date with a year.
func isPieces(c string) bool {
	if takesBack(c) {
		return true
	}
	n, ok := quantity(c)
	return ok && n < mostPieces && !strings.Contains(c, "-")
}

// asPieces decides by the cells whether a column that is headed "shipped" or "open" holds pieces; else it may hold a date.
func (r *reader) asPieces(c *Column, b *ballot) {
	switch c.Meaning {
	case Shipped, Ordered, Backorder, Remaining, Cancelled:
	case Unknown:
		if m := stateCounted(c.Title); b.pieces*2 > b.filled && (m == Short || m != Unknown && r.counting()) {
			c.Meaning, c.By = m, "cells"
		}
		return
	default:
		return
	}
	switch {
	case b.pieces*2 > b.filled:
		r.flag = r.flag || c.Meaning == Shipped && b.ones == b.filled && !hasQuantityWord(c.Title)
		return
	case c.Meaning == Shipped && b.dates*2 > b.filled:
		c.Meaning = Sent // when it left
	case c.Meaning == Cancelled && b.dates*2 > b.filled:
		c.Meaning = Ignore
		r.ask(c.Index-1, state{kind: parsers.Cancellation, score: onDay})
		return
	case c.Meaning == Shipped, c.Meaning == Ordered:
		c.Meaning = ShipDate
	case b.dates*2 > b.filled:
		c.Meaning = Expected
	default:
		c.Meaning = Ignore
	}
	c.By = "cells"
}

// asShares finds out whether a column of pieces that left tells of how many, "3/4": each cell does, and one of them can be no day.
func (r *reader) asShares(i int, data []row) {
	none, all := false, true
	for j := range data {
		c := data[j].cell(i)
		if blank(c) || r.isTotal(&data[j]) {
			continue
		}
		part, of, found := strings.Cut(c, "/")
		n, ok := quantity(part)
		m, more := quantity(of)
		all = all && found && ok && more && n <= m && m < mostPieces
		none = none || ok && n == 0
	}
	r.shares = r.shares || all && none
}

// answers are what stands under "shipped" where it asks whether, folded.
var answers = map[string]state{
	"yes": hasLeft, "y": hasLeft, "true": hasLeft, "ja": hasLeft, "wahr": hasLeft, "oui": hasLeft, "vrai": hasLeft, "si": hasLeft, "verdadero": hasLeft, "vero": hasLeft, "waar": hasLeft, "sim": hasLeft, "verdadeiro": hasLeft, "tak": hasLeft, "prawda": hasLeft, "是": hasLeft, "はい": hasLeft, "済": hasLeft, "x": hasLeft,
	"no": hasNotLeft, "n": hasNotLeft, "false": hasNotLeft, "nein": hasNotLeft, "falsch": hasNotLeft, "non": hasNotLeft, "faux": hasNotLeft, "falso": hasNotLeft, "nee": hasNotLeft, "onwaar": hasNotLeft, "nao": hasNotLeft, "nie": hasNotLeft, "falsz": hasNotLeft, "否": hasNotLeft, "いいえ": hasNotLeft, "未": hasNotLeft,
}

// asAnswers decides what a column of yes and no answers: "Shipped" whether it has left, "Cancelled" whether it will not.
func (r *reader) asAnswers(i int) {
	c := &r.columns[i]
	if c.Meaning == Void {
		return
	}
	if c.Meaning == Shipped && c.By == "heading" {
		c.Meaning, c.By = Sent, "cells"
		return
	}
	title := strings.Fields(carrier.Fold(c.Title))
	for len(title) > 1 && (answers[title[len(title)-1]] != state{}) { // "Cancelled Y/N"
		title = title[:len(title)-1]
	}
	s, ok := titleState(strings.Join(title, " "))
	if !ok {
		return
	}
	switch s.kind {
	case parsers.Cancellation, parsers.OutOfStock, parsers.Backorder, parsers.Rejection:
		r.ask(i, s)
	}
}

// ask lets a column tell by yes and no, or by the day, whether something has happened.
func (r *reader) ask(i int, s state) {
	r.columns[i].Meaning, r.columns[i].By = Asked, "cells"
	if r.asked == nil {
		r.asked = map[int]state{}
	}
	r.asked[i] = s
}

// askedState reads the columns of yes and no that ask for bad news. clash tells that a row says yes to two of them that can't both be.
func (r *reader) askedState(w *row) (found state, at parsers.Value, clash bool) {
	for i, s := range r.asked {
		if a, ok := whether(w.cell(i)); !ok || a.kind == "" {
			continue
		}
		clash = clash || found.kind != "" && found.kind != s.kind
		if found.kind == "" || s.rank() > found.rank() {
			found, at = s, parsers.Value{Text: w.cell(i), At: r.place(w, i)}
		}
	}
	return found, at, clash
}

var (
	hasLeft    = state{kind: parsers.Shipment, score: 1}
	hasNotLeft = state{hint: unsent, score: 1}
)

// answer reads a yes or no.
func answer(c string) (state, bool) {
	if c == "" || len(c) > 12 || digitsIn(c) > 0 {
		return state{}, false
	}
	switch strings.TrimRight(c, " \ufe0e\ufe0f") { // a sign, which folding drops
	case "✓", "✔", "☑", "✅", "●", "○":
		return hasLeft, true
	case "✗", "✘", "✕", "✖", "❌", "☒", "☐", "×":
		return hasNotLeft, true
	}
	s, ok := answers[carrier.Fold(c)]
	return s, ok
}

// asOrdered finds the column "Commandé", "Ord." or "Zam." beside the one of order numbers: it holds small numbers, the other does not.
func (r *reader) asOrdered(ballots []ballot) {
	numbers := false
	for i, c := range r.columns {
		numbers = numbers || c.Meaning == Order && ballots[i].small < ballots[i].filled || c.Meaning == Shipped && ballots[i].pieces == ballots[i].filled
	}
	for i := range r.columns {
		c := &r.columns[i]
		if numbers && c.Meaning == Order && c.By == "heading" && ballots[i].filled > 0 && ballots[i].small == ballots[i].filled {
			c.Meaning, c.By = Ordered, "cells"
		}
	}
}

// quantityWords say that a heading speaks of pieces, pieceWords of which, by how they begin. The first that is found wins.
var (
	quantityWords = map[string]bool{"qty": true, "quantity": true, "units": true, "pieces": true, "pcs": true, "menge": true, "anzahl": true, "stuck": true, "stk": true, "quantite": true, "qte": true, "cantidad": true, "cant": true, "uds": true, "unidades": true, "quantita": true, "qt": true, "qtes": true, "qtt": true, "mge": true, "ant": true, "il": true, "qta": true, "pezzi": true, "aantal": true, "stuks": true, "quantidade": true, "qtd": true, "qtde": true, "ilosc": true, "szt": true, "sztuk": true}
	pieceWords    = []struct {
		meaning Meaning
		begins  []string
	}{
		{Short, []string{"short", "shorted", "oos"}},
		{Remaining, []string{"falta", "fehl", "miss", "manqu", "manc", "ontbr", "outst", "not", "to", "non", "nicht", "noch", "pas", "niet", "nog", "nao", "nie", "do", "open", "remain", "outstanding", "rest", "offen", "resid", "rimanen", "pozost", "balance"}},
		{Backorder, []string{"inev", "brak", "pte", "pend", "back", "bo", "ruckstand", "rueckstand", "reliquat", "bko", "bkord", "nalever", "zaleg"}},
		{Cancelled, []string{"cancel", "storn", "annul", "anul", "geannul"}},
		{Shipped, []string{"shpd", "desp", "shp", "exp", "liv", "env", "sped", "del", "ship", "dispatch", "despatch", "sent", "deliver", "fulfil", "vers", "gelief", "ausgelief", "expedi", "livre", "envoy", "envia", "servid", "entreg", "spedit", "evas", "inviat", "consegn", "verzond", "gelever", "wysl", "wyd", "wydan", "iss", "ausg", "raus", "gel", "wa", "saiu"}},
		{Ordered, []string{"enc", "ord", "ordd", "cde", "cdee", "cdees", "cmd", "best", "ped", "zam", "order", "bestel", "command", "pedid", "ordin", "encomend", "zamow", "solicit"}},
	}
)

func hasQuantityWord(title string) bool {
	for w := range strings.FieldsSeq(camel(title)) {
		if quantityWords[w] {
			return true
		}
	}
	return false
}

// asCounted finds what columns of small numbers count whose headings are single words that nobody has listed, "Wyd.", "Ausg.", beside others that count pieces.
func (r *reader) asCounted(ballots []ballot) {
	if !r.counting() {
		return
	}
	for i := range r.columns {
		c, b := &r.columns[i], &ballots[i]
		word := carrier.Fold(c.Title)
		if c.Meaning != Unknown || word == "" || strings.Contains(word, " ") || b.filled == 0 || b.pieces < b.filled {
			continue
		}
		m := countedBy(word)
		if packedWords[word] {
			m = Shipped
		}
		if m != Unknown && !r.has(m) {
			c.Meaning, c.By = m, "cells"
		}
	}
}

// packedWords are headings of packing slips, folded: where pieces stand below beside those that were ordered, these have left. A mark below says only how far it is.
var packedWords = map[string]bool{"packed": true, "picked": true, "verpackt": true, "eingepackt": true, "gepackt": true, "emballe": true, "emballes": true, "embalado": true, "embalados": true,
	"imballato": true, "imballati": true, "ingepakt": true, "verpakt": true, "spakowano": true, "spakowane": true}

// countedBy is what a folded word of a heading says is counted.
func countedBy(word string) Meaning {
	for _, p := range pieceWords {
		for _, begin := range p.begins {
			if word == begin || len(begin) > 3 && strings.HasPrefix(word, begin) {
				return p.meaning
			}
		}
	}
	return Unknown
}

// piecesMeaning tells what a longer heading that has a word for pieces counts: "Total qty shipped".
func piecesMeaning(fields []string) Meaning {
	counted := false
	for _, w := range fields {
		counted = counted || quantityWords[w]
	}
	if !counted {
		return Unknown
	}
	for _, p := range pieceWords {
		for _, w := range fields {
			for _, begin := range p.begins {
				if w == begin || len(begin) > 3 && strings.HasPrefix(w, begin) {
					return p.meaning
				}
			}
		}
	}
	return Unknown
}
