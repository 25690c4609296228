package table

import (
	"regexp"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// decide finds out what kind of news a row is: its status, else its tracking number, else its quantities, else a note.
func (r *reader) decide(w *row, s *parsers.Statement, n *counts) {
	if len(s.Tracking) > 0 && s.Tracking[0].Withdrawn {
		return // what a label that was taken back has to do with the goods is not said
	}
	found, at, ok := r.status(w, len(s.Tracking) > 0, n.aside)
	tracked := len(s.Tracking) > 0
	sent := n.left.ok && n.left.n > 0
	behind := n.backordered.n+n.cancelled.n+n.short.n > 0
	switch {
	case ok && found.waits() && (tracked || !sent && !behind):
		r.waits(w, s, found, at)
	case ok && found.kind != "" && !(found.kind == parsers.Shipment && n.none):
		s.Kind, s.KindAt, s.Score, s.Partial = found.kind, at, found.score, found.partial
		if sent {
			r.someLeft(s, n)
		}
		switch {
		case s.Kind == parsers.Acknowledgement && tracked && sent && !n.doubt && !parcelled(at.Text): // the paper is "approved", and counts what left
			s.Kind, s.KindAt, s.Score = parsers.Shipment, n.left.at, titled
		case s.Kind == parsers.Acknowledgement && tracked && !parcelled(at.Text):
			s.Score = min(s.Score, unclear) // "processing", and a number: the label may be all there is
		case s.Kind == parsers.Cancellation && tracked:
			s.Score = min(s.Score, unclear) // of the order, or of the label: programs that print labels call both cancelled
		}
	case tracked && !n.none:
		s.Kind, s.KindAt, s.Score = parsers.Shipment, s.Tracking[0].Value, 0.95
		switch {
		case ok:
			s.Score = 0.5 // a number, and a status that says that nothing is known yet
		case r.unanswered(w), r.lateUntil(w) && !(sent && behind), r.guessed:
			s.Score = unclear // a number, and where others say that they left this row says nothing; or a day until which it is out, unless it is that of the pieces that stay behind
		case r.unknown(w):
			s.Score = unclear // a number, and a status in words that nobody here has read before: "voided" in Czech
		}
	case sent:
		if s.Kind, s.KindAt, s.Score = parsers.Shipment, n.left.at, 0.8; r.coded(w) {
			s.Score = unclear // what is to be delivered, and a code for how far it is
		}
	default:
		r.stays(s, n, at)
		if s.Kind == "" && ok && found.kind == parsers.Shipment { // "shipped", of nothing
			s.Kind, s.KindAt, s.Score = parsers.Shipment, at, unclear
		}
	}
	if s.Kind == parsers.Shipment {
		if !tracked && r.unreadNumber(w) {
			s.Score = min(s.Score, unclear) // the buyer would be told that it left, and not the number that stands there
		}
		r.restFollows(w, n, at)
		s.Partial = s.Partial || n.partly() || len(s.Tracking) > 0 && r.someMissing(w)
		if n.doubt {
			s.Score = min(s.Score, unclear)
		}
	}
	if s.Kind != parsers.Shipment {
		if day := r.value(w, r.uses.expected); day.Text != "" {
			s.Expected = day
		}
		if s.Expected.Text == "" && at.Text != "" && s.Kind != "" {
			if date := dateIn(at.Text); date != "" {
				s.Expected = parsers.Value{Text: date, At: at.At}
			}
		}
		if (s.Kind == parsers.OutOfStock || found.between && s.Kind == parsers.Backorder) && timed(s.Expected.Text) && !forGood(at.Text) {
			s.Kind = parsers.Backorder // what is out of stock until a day comes back
			if found.between {
				s.Score = max(s.Score, noted)
			}
		}
	}
}

// unknown tells a row with a status in words that could not be read. A short one is a code, or a state of America.
func (r *reader) unknown(w *row) bool {
	for _, i := range r.uses.status {
		c := w.cell(i)
		if found, ok := r.cellState(c, true); !ok && found.hint != silent && len(c) > 3 && digitsIn(c) == 0 && r.columns[i].By != "cells" {
			return true
		}
	}
	return false
}

// coded tells a row whose status is a code that could not be read.
func (r *reader) coded(w *row) bool {
	for _, i := range r.uses.status {
		if c := w.cell(i); !blank(c) {
			if found, ok := r.cellState(c, true); !ok && found.hint != silent {
				return true
			}
		}
	}
	return false
}

// ships tells whether the heading of column i speaks of shipping: "Est. ship date", not "due date" or "available".
func (r *reader) ships(i int) bool {
	if i < 0 || i >= len(r.columns) {
		return false
	}
	for w := range strings.FieldsSeq(camel(r.columns[i].Title)) {
		for _, begin := range shipWords {
			if strings.HasPrefix(w, begin) {
				return true
			}
		}
	}
	return false
}

// shipWords are how words for shipping and delivery begin, folded.
var shipWords = []string{"ship", "dispatch", "despatch", "deliver", "versand", "liefer", "expedition", "livraison", "envio", "entrega", "spedizione", "consegna", "lever", "verzend", "wysylk", "dostaw", "发货", "出荷", "納期"}

// goneWords say that what is out of stock does not come back, as they begin, folded.
var goneWords = []string{"discontinu", "no longer", "eol", "end of life", "obsolete", "permanent", "out of production", "nicht mehr", "ausgelaufen", "eingestellt", "entfall", "auslauf", "dauerhaft", "plus disponible", "arrete", "descatalog", "fuori produzione", "terminat", "niet meer", "uit assortiment", "descontinu", "wycofan", "停产", "廃番", "販売終了", "取扱終了", "已停产"}

func forGood(status string) bool {
	folded := carrier.Fold(status)
	for _, w := range goneWords {
		if strings.Contains(folded, w) {
			return true
		}
	}
	return false
}

// someLeft corrects what a status says of a whole row of which some pieces have left: "backorder" and "short shipped" are about the others.
func (r *reader) someLeft(s *parsers.Statement, n *counts) {
	switch s.Kind {
	case parsers.OutOfStock:
		if rest := n.ordered.n - n.left.n - n.backordered.n - n.cancelled.n; n.ordered.ok && rest > 0 {
			n.short = count{n: rest, ok: true, at: n.ordered.at}
		}
		s.Kind, s.Partial = parsers.Shipment, true
	case parsers.Backorder:
		s.Kind, s.Partial = parsers.Shipment, true
	case parsers.Cancellation, parsers.Rejection:
		s.Score = min(s.Score, unclear)
	}
}

// stays reads a row of which nothing has left. A tracking number in it belongs to other rows, or the quantity is wrong: a person looks.
func (r *reader) stays(s *parsers.Statement, n *counts, at parsers.Value) {
	switch {
	case n.backordered.n > 0:
		s.Kind, s.KindAt, s.Score = parsers.Backorder, n.backordered.at, 0.85
	case n.cancelled.n > 0:
		s.Kind, s.KindAt, s.Score = parsers.Cancellation, n.cancelled.at, 0.85
	case n.short.n > 0:
		s.Kind, s.KindAt, s.Score = parsers.OutOfStock, n.short.at, 0.85
	case len(s.Tracking) > 0:
		s.Kind, s.KindAt = parsers.Acknowledgement, n.left.at
	default:
		s.KindAt = at
		return
	}
	if len(s.Tracking) > 0 {
		s.Score = unclear
	}
}

// unclear is the score (0 to 1) of what no kind of news is clear enough at to be acted upon by itself.
const unclear = 0.4

// noted is the most that a note is worth (0 to 1).
const noted = 0.7

// waits reads a status by which nothing has left yet: the supplier has the order, and where there is a date it is late. With a tracking number
// a person looks, unless the status tells why there is one before the parcel left.
func (r *reader) waits(w *row, s *parsers.Statement, found state, at parsers.Value) {
	s.Kind, s.KindAt, s.Score = parsers.Acknowledgement, at, found.score
	switch {
	case len(s.Tracking) > 0 && !parcelled(at.Text):
		s.Score = unclear
	case len(s.Tracking) > 0, soon.In(carrier.Fold(at.Text)):
	case found.hint == unsent && (r.value(w, r.uses.expected).Text != "" || dateIn(at.Text) != ""):
		s.Kind, s.Score = parsers.Backorder, 0.65
	case found.hint == unsent:
		if day := r.promisedIn(w); day.Text != "" {
			s.Kind, s.Score, s.Expected = parsers.Backorder, noted, day
		}
	}
}

// soon are words of a status, folded, by which what has not left leaves so soon that it is not late: "pas encore partie, départ demain 13 mai".
var soon = parsers.NewAnyOf("tomorrow", "leaves today", "later today", "morgen", "heute noch", "demain", "partira aujourd", "manana", "sale hoy", "domani", "parte oggi", "vandaag nog", "amanha", "sai hoje", "jutro", "明天", "明日", "翌日", "次日", "本日中")

// parcelled tells a status that explains why a parcel has a number before any carrier has it.
func parcelled(status string) bool {
	return senseOfAll(strings.Fields(simplified.Replace(camel(status)))).parcelled()
}

// Waits tells a phrase by which parcels that have numbers have not left yet, as far as it is known that it says so in its sentence, and whether it
// explains the numbers: a label that is printed, a courier who is awaited.
func Waits(phrase string) (waits, label bool) {
	all := senseOfAll(strings.Fields(simplified.Replace(camel(phrase))))
	label = all.parcelled() || all.all(handed|someone) || all.any(fetching)
	return label || all.any(left|handed) && !all.any(leaving), label // "出荷報告書" is a title
}

// status looks for words of state in the status columns, in a tracking cell that holds words instead of a number, and in notes. counted tells that a note
// has been read for pieces.
func (r *reader) status(w *row, tracked, counted bool) (state, parsers.Value, bool) {
	u := &r.uses
	if found, at, clash := r.askedState(w); found.kind != "" {
		for _, i := range u.sent {
			a, ok := whether(w.cell(i))
			clash = clash || ok && a.kind != ""
		}
		if clash || tracked {
			found.score = min(found.score, unclear)
		}
		return found, at, true
	}
	if found, at, ok := r.said(w); ok {
		if found.waits() || found.kind == parsers.Acknowledgement && !tracked {
			if why, at, ok := r.reason(w); ok {
				return why, at, true
			}
		}
		if found.kind == parsers.OutOfStock && !timed(at.Text) && !forGood(at.Text) {
			if day := r.promisedIn(w); day.Text != "" { // "En rupture", and "réassort le 02/06" beside it
				return state{kind: parsers.Backorder, score: noted}, day, true
			}
			found, at = r.returns(w, found, at)
		}
		if found.kind == parsers.Shipment && r.objected(w) {
			found.score = min(found.score, unclear)
		}
		return found, at, true
	}
	for _, i := range u.sent {
		if found, ok := whether(w.cell(i)); ok && !(tracked && found.score == onDay) { // the parcel itself says more than its day
			if found.hint == unsent && !tracked {
				if why, at, ok := r.reason(w); ok { // "Shipped: no", and why not
					return why, at, true
				}
			}
			return found, parsers.Value{Text: w.cell(i), At: r.place(w, i)}, true
		}
	}
	for _, i := range u.tracking {
		c := w.cell(i)
		if c != "" && (digitsIn(c) < 6 || !tracked && sentence(c)) {
			if found, ok := r.cellState(c, true); ok {
				return found, parsers.Value{Text: c, At: r.place(w, i)}, true
			}
		}
	}
	for _, i := range u.carrier {
		if c := w.cell(i); c != "" && !tracked && r.slug(c) == "" {
			if found, ok := r.cellState(c, true); ok && (costly[found.kind] || found.hint == unsent) {
				return found, parsers.Value{Text: c, At: r.place(w, i)}, true
			}
		}
	}
	for _, list := range [...][]int{u.note, u.expected} {
		for _, i := range list {
			c := w.cell(i)
			if tracked && counted {
				continue // how many pieces are in the parcel
			}
			found, ok := r.cellState(c, false)
			if tracked && (found.waits() || found.hint == mishap || found.kind == parsers.Acknowledgement || found.kind == parsers.Question) {
				continue // "replaces a damaged one": a note beside a number tells of anything
			}
			if tracked && found.kind == parsers.Backorder && senseOfAll(strings.Fields(carrier.Fold(c))).all(left|rest) {
				continue // "1 sent, other to follow": see othersFollow
			}
			if tracked && found.judged && costly[found.kind] {
				return state{kind: parsers.Shipment, score: unclear}, parsers.Value{Text: c, At: r.place(w, i)}, true
			}
			if (!ok || found.waits() || found.kind == parsers.Acknowledgement) && !tracked && r.awaits(c) {
				found, ok = state{kind: parsers.Backorder, score: noted}, true
			}
			if (found.waits() || found.kind == parsers.Acknowledgement) && (timed(c) && !soon.In(carrier.Fold(c)) || senseOfAll(strings.Fields(simplified.Replace(camel(c)))).any(waitsFor|comes|later|lacks|stock)) {
				found.score = min(found.score, unclear) // in work until a day, or waiting for something: whether that is late nobody says
			}
			if ok && (found.kind != "" || found.hint == unsent || found.waits() && (wordsIn(c) > 1 || eastern(c))) {
				found.score = min(found.score, noted)
				return found, parsers.Value{Text: c, At: r.place(w, i)}, true
			}
		}
	}
	return state{}, parsers.Value{}, false
}

// sentence tells a cell of words, whatever digits a date puts among them: "nicht lieferbar bis 05.06.2026" over the columns of a parcel.
func sentence(c string) bool {
	words := 0
	for f := range strings.FieldsSeq(c) {
		if digitsIn(f) == 0 && len(f) > 2 {
			words++
		}
	}
	return words > 1
}

// said reads the status columns. Of several, one that is headed by shipping comes first; where another speaks of bad news that it does not, neither is sure.
func (r *reader) said(w *row) (found state, at parsers.Value, ok bool) {
	for _, i := range r.uses.status {
		s, known := r.cellState(w.cell(i), true)
		switch {
		case !known:
		case !ok:
			found, at, ok = s, parsers.Value{Text: w.cell(i), At: r.place(w, i)}, true
		case costly[s.kind] != costly[found.kind] && s.kind != "" && found.kind != "":
			found.score = min(found.score, unclear)
		}
	}
	return found, at, ok
}

// cellState is stateOf, remembered from row to row.
func (r *reader) cellState(c string, whole bool) (state, bool) {
	if c == "" {
		return state{}, false
	}
	if known, ok := r.states[cellRead{c, whole}]; ok {
		return known.state, known.ok
	}
	if strings.ContainsAny(c, ">›»→|•·\n") && IsWay(c) {
		return state{}, false
	}
	found, ok := r.stateOf(c, whole)
	if !ok && !whole && wordsIn(c) <= sentenceWords { // "wacht op leverancier", "in der Näherei"
		if s, said := r.stateOf(c, true); said && (costly[s.kind] || s.hint == unsent || (s.waits() || s.kind == parsers.Acknowledgement) && (wordsIn(c) > 1 || eastern(c))) {
			found, ok = s, true
			found.score, found.judged = min(s.score, noted), true
		}
	}
	switch asks, said := asked(c); {
	case said && !whole:
		found, ok = asks, true
	case !whole && wishes.In(carrier.Fold(c)):
		found, ok = state{}, false
	default:
		found, ok = r.judged(c, found, ok, whole)
	}
	if r.states == nil {
		r.states = map[cellRead]stateFound{}
	}
	if len(r.states) < 1000 && len(c) < 200 {
		r.states[cellRead{strings.Clone(c), whole}] = stateFound{found, ok}
	}
	return found, ok
}

// lines reads the product of a row, with the pieces that the row speaks of, and a second entry for those that stay behind.
func (r *reader) lines(w *row, s *parsers.Statement, n *counts) {
	if s.Kind == "" && n.none {
		return // of goods that stay where they are nothing is said
	}
	line := r.product(w)
	said := n.ordered
	switch {
	case s.Kind == parsers.Shipment && n.left.at.Text != "":
		said = n.left
	case s.Kind == parsers.Backorder && n.backordered.n > 0:
		said = n.backordered
	case n.none && n.remaining.n > 0 && s.Kind == parsers.Backorder:
		said = n.remaining
	case s.Kind == parsers.Cancellation && n.cancelled.n > 0:
		said = n.cancelled
	case s.Kind == parsers.OutOfStock && n.short.n > 0:
		said = n.short
	}
	if all := r.contentsOf(w); len(all) > 0 {
		s.Lines = all
		return
	}
	if said.at.Text != "" || line.Quantity == 0 {
		line.Quantity, line.QuantityAt = said.n, said.at.At
	}
	if line.SKU.Text != "" || line.Title.Text != "" || line.Quantity > 0 {
		s.Lines = r.roomLines.one(line)
	}
	if line.SKU.Text == "" && line.Title.Text == "" {
		return
	}
	for _, rest := range [...]struct {
		count count
		kind  parsers.Kind
	}{{n.backordered, parsers.Backorder}, {n.cancelled, parsers.Cancellation}, {n.short, parsers.OutOfStock}} {
		if rest.count.n > 0 && s.Kind != rest.kind && !sameRest(s, n, rest.count) {
			s.Lines = append(s.Lines, parsers.Line{SKU: line.SKU, Title: line.Title, Quantity: rest.count.n, QuantityAt: rest.count.at.At, Kind: rest.kind})
		}
	}
}

// times is a product with how many pieces there are of it, in one cell: "YC-BEI-4 × 1", "2 x Krug", "茶杯*2".
var (
	productTimes = regexp.MustCompile(`^(.*[^\s×x*＊✕])\s*(?:×|\bx|\*|＊|✕)\s*([0-9]{1,3})(?:\s?(?:pcs|stk|st|uds|pz|szt|个|個|件|点)\.?)?$`)
	timesProduct = regexp.MustCompile(`^([0-9]{1,3})\s*(?:×|x\b|\*|＊|✕)\s*(.*[^\s×x*].*)$`)
)

// timesOf takes the number of pieces out of a product's code or title, where no column counts them.
func timesOf(line parsers.Line) parsers.Line {
	cell := &line.SKU
	if cell.Text == "" {
		cell = &line.Title
	}
	if len(cell.Text) > 120 || strings.ContainsAny(cell.Text, ",;\n+、") { // several products
		return line
	}
	name, pieces := "", ""
	if m := productTimes.FindStringSubmatch(cell.Text); m != nil {
		name, pieces = m[1], m[2]
	} else if m := timesProduct.FindStringSubmatch(cell.Text); m != nil {
		name, pieces = m[2], m[1]
	}
	n, ok := quantity(pieces)
	if name = strings.TrimSpace(name); !ok || n == 0 || name == "" {
		return line
	}
	cell.Text, line.Quantity, line.QuantityAt = name, n, cell.At
	if cell == &line.Title && likeCode(name, digitsIn(name)) && dateIn(name) == "" {
		line.SKU, line.Title = line.Title, parsers.Value{}
	}
	return line
}

// sameRest tells pieces that stay behind, all of a row, of which its words tell what becomes of them: 2 under "short", and "discontinued" beside it.
func sameRest(s *parsers.Statement, n *counts, rest count) bool {
	return n.left.n == 0 && costly[s.Kind] && (!n.ordered.ok || rest.n == n.ordered.n) && s.KindAt.At != rest.at.At
}

// product is what a row calls the goods. Of two columns that may be the SKU, "SKU" and "Item", the second is a title then.
func (r *reader) product(w *row) parsers.Line {
	line := parsers.Line{SKU: r.value(w, r.uses.sku), Title: r.value(w, r.uses.title)}
	line.Guessed = r.perhaps && line.SKU.Text != "" && len(r.uses.quantity) == 0
	if code, name, found := strings.Cut(line.SKU.Text, ","); found && line.Title.Text == "" && likeCode(code, digitsIn(code)) && strings.HasPrefix(name, " ") { // "MX-100, small"
		line.Title = parsers.Value{Text: strings.TrimSpace(name), At: line.SKU.At}
		line.SKU.Text = code
	}
	if at := &r.uses; len(at.quantity)+len(at.ordered)+len(at.shipped)+len(at.backorder)+len(at.remaining) == 0 {
		line = timesOf(line)
	}
	if len(r.uses.sku) > 1 && line.Title.Text == "" {
		if other := r.value(w, r.uses.sku[1:]); other.Text != line.SKU.Text {
			line.Title = other
		}
	}
	return line
}
