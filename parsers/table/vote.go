package table

import (
	"regexp"
	"strings"

	"waybill/parsers/carrier"
)

// ballot counts what the cells of one column look like.
type ballot struct {
	filled, tracking, proven, keys, carriers, states, sayings, paths, orders, ours, codes, hashes, postcodes, small, article, email, pieces, ones, dates, answers int
	distinct                                                                                                                                                      map[string]bool
	numbered                                                                                                                                                      []string // the cells with digits
}

// keyShape is our planted key: "WB-" and ten characters of Crockford's base32.
var keyShape = regexp.MustCompile(`(?i)\bWB-[0-9A-HJKMNP-TV-Z]{10}\b`)

// mayKey tells a cell that is worth the look of keyShape.
func mayKey(c string) bool {
	return len(c) >= len("WB-0123456789") && (strings.Contains(c, "WB-") || strings.Contains(c, "wb-") || strings.Contains(c, "Wb-"))
}

// vote lets the cells say what a column means where the heading does not, and overrules a heading that its cells contradict.
func (r *reader) vote(data []row) {
	width := len(r.columns)
	for i := range data {
		width = max(width, len(data[i].cells))
	}
	for i := len(r.columns); i < width; i++ {
		r.columns = append(r.columns, Column{Index: i + 1})
	}
	r.unseen()
	ballots := make([]ballot, width)
	for i := range ballots {
		ballots[i] = r.count(data, i)
	}
	r.correct(data, ballots)
	have := map[Meaning]bool{}
	for i, c := range r.columns {
		if c.Meaning != Order || ballots[i].filled > 0 { // what stands empty in every row is told elsewhere
			have[c.Meaning] = true
		}
	}
	elect := func(m Meaning, votes func(*ballot) bool) {
		for i := range r.columns {
			if r.columns[i].Meaning == Unknown && ballots[i].filled > 0 && votes(&ballots[i]) {
				r.columns[i].Meaning, r.columns[i].By = m, "cells"
				have[m] = true
			}
		}
	}
	most := func(n int, b *ballot) bool { return n*10 >= b.filled*6 }
	elect(Key, func(b *ballot) bool { return most(b.keys, b) })
	elect(Tracking, func(b *ballot) bool { return most(b.proven, b) || !have[Tracking] && most(b.tracking, b) })
	if !have[Tracking] {
		r.electMixed(ballots)
		have[Tracking] = r.has(Tracking)
	}
	if !have[Carrier] {
		elect(Carrier, func(b *ballot) bool { return most(b.carriers, b) })
	}
	if !have[Tracking] {
		r.electBeside(data, ballots)
		have[Tracking] = r.has(Tracking)
	}
	if r.result.HeaderRow == 0 && have[Tracking] && !have[SKU] && !have[Title] && !have[Quantity] {
		r.electCounted(data, ballots)
		have[SKU], have[Title], have[Quantity] = r.has(SKU), r.has(Title), r.has(Quantity)
	}
	if !have[Status] {
		elect(Status, func(b *ballot) bool {
			return most(b.states, b) || b.sayings > 0 && most(b.states+b.sayings, b) && len(b.distinct) > 1
		})
	}
	elect(Contents, func(b *ballot) bool { return b.tracking == 0 && b.postcodes == 0 && most(b.lists(), b) })
	elect(Email, func(b *ballot) bool { return most(b.email, b) })
	r.expecting(data, ballots)
	if have[Tracking] || have[Status] || have[Order] {
		r.electParty(data)
	}
	if !have[Order] && (have[Tracking] || have[Status]) {
		r.electOrder(ballots)
	}
	if r.result.HeaderRow == 0 && !have[SKU] && !have[Title] && r.has(Order) {
		r.electGoods(ballots)
	}
	if r.result.HeaderRow == 0 && !have[Quantity] && !have[Shipped] && r.has(Order) && r.has(SKU) { // pieces of nothing may be anything
		elect(Quantity, func(b *ballot) bool { return b.small == b.filled })
	}
	r.learnHabits(data, ballots)
}

// electMixed finds the column in which a parcel stands or, where there is none, what became of the order: "Tracking or date".
func (r *reader) electMixed(ballots []ballot) {
	for i := range r.columns {
		c, b := &r.columns[i], &ballots[i]
		if (c.Meaning == Unknown || (c.Meaning == Ignore || c.Meaning == ShipDate) && c.By == "heading") && b.proven > 0 {
			if said := b.states + b.sayings + b.told(); said > 0 && b.proven+said >= b.filled {
				c.Meaning, c.By = Tracking, "cells"
				return
			}
		}
	}
}

// electOrder finds the order column of a table that does not name it: the one that fits the profile's pattern, else the
// first whose cells are short, have digits and differ from row to row.
func (r *reader) electOrder(ballots []ballot) {
	best := -1
	for i := range r.columns {
		b := &ballots[i]
		if r.columns[i].Meaning != Unknown || b.filled == 0 || b.orders*10 < b.filled*6 {
			continue
		}
		if b.ours < b.filled && len(b.distinct)*2 < b.filled && b.filled > 3 || b.small == b.filled { // an order has several rows where ours are known
			continue
		}
		best = i
		break
	}
	if best < 0 || r.result.HeaderRow == 0 && account(ballots, best) {
		return
	}
	r.columns[best].Meaning, r.columns[best].By = Order, "cells"
	for i := best + 1; i < len(r.columns); i++ { // another that holds the same: which of them is meant nobody says
		if b := &ballots[i]; r.columns[i].Meaning == Unknown && b.filled > 0 && b.ours == b.filled && ballots[best].ours == ballots[best].filled {
			r.columns[i].Meaning, r.columns[i].By = Order, "cells"
		}
	}
}

// account tells a number that is the same in all rows while at least three other columns beside the tracking numbers differ from row to row: name, street
// and town are each row's own, and an order has one consignee. It is the customer's number.
func account(ballots []ballot, i int) bool {
	if ballots[i].filled < 2 || len(ballots[i].distinct) > 1 {
		return false
	}
	others := 0
	for k := range ballots {
		if b := &ballots[k]; k != i && b.filled == ballots[i].filled && len(b.distinct) == b.filled && b.tracking == 0 && b.small == 0 {
			others++
		}
	}
	return others >= 3
}

// electGoods finds the first column of product codes in a table without a heading.
func (r *reader) electGoods(ballots []ballot) {
	for i := range r.columns {
		if b := &ballots[i]; r.columns[i].Meaning == Unknown && b.filled > 0 && b.codes == b.filled && b.tracking == 0 {
			r.columns[i].Meaning, r.columns[i].By = SKU, "cells"
			r.perhaps = true
			return
		}
	}
}

// correct overrules headings: articles under "barcode", tracking numbers under "reference", an internal number beside the real one.
func (r *reader) correct(data []row, ballots []ballot) {
	r.asOrdered(ballots)
	r.asCounted(ballots)
	r.asDifference(data, ballots)
	r.ours(ballots)
	r.asGoods(ballots)
	r.asPlaces(ballots)
	r.asParcels(data)
	r.asContents(data)
	proven, likely := -1, -1
	for i, c := range r.columns {
		if c.Meaning == Tracking && ballots[i].tracking*2 > ballots[i].filled {
			likely = i
		}
		if c.Meaning == Tracking && ballots[i].proven*2 > ballots[i].filled {
			proven = i
		}
	}
	for i := range r.columns {
		c, b := &r.columns[i], &ballots[i]
		if b.answers > 0 && b.answers >= b.filled && c.By != "profile" {
			r.asAnswers(i)
		}
		if c.By != "heading" && (c.Meaning != Unknown || c.Title == "") || b.filled == 0 {
			continue
		}
		if (c.Meaning == Quantity || c.Meaning == Region || c.Meaning == Street) && b.pieces == 0 && b.states*10 >= b.filled*6 && !r.has(Status) {
			c.Meaning, c.By = Status, "cells" // "ST" is short for more than one thing
		}
		r.asPieces(c, b)
		if c.Meaning == Shipped {
			r.asShares(i, data)
		}
		switch {
		case c.Meaning == Tracking && c.By == "heading" && b.ours == b.filled && b.proven == 0 && !r.has(Order):
			c.Meaning, c.By = Order, "cells" // "单号", the number of whatever it is
		case c.Meaning == Tracking && b.small == b.filled:
			c.Meaning, c.By = Ignore, "cells" // "Paczki": how many there are
		case c.Meaning == Invoice && strings.Contains(c.Title, "伝票") && b.tracking == b.filled && !r.has(Tracking):
			c.Meaning, c.By = Tracking, "cells" // the carrier's slip, or the shop's
		case c.Meaning == Tracking && b.article*2 > b.filled:
			c.Meaning, c.By = Ignore, "cells"
		case c.Meaning == Tracking && proven >= 0 && proven != i && b.proven == 0 && !strings.Contains(carrier.Fold(c.Title), "track"):
			c.Meaning, c.By = Theirs, "cells" // "shipment number" beside "tracking number"
		case c.Meaning == Tracking && likely >= 0 && likely != i && b.tracking == 0 && !strings.Contains(carrier.Fold(c.Title), "track"):
			c.Meaning, c.By = Ignore, "cells" // "Guia" beside "Rastreio", "Packstück" of which there are three
		case (c.Meaning == Order || c.Meaning == Theirs || c.Meaning == SKU) && proven < 0 && b.proven == b.filled && b.filled > 1 && !r.has(Tracking):
			c.Meaning, c.By = Tracking, "cells"
		}
	}
}

// ours decides between columns that are all called order numbers: where the forms of our numbers are known and some columns hold them, the others are
// the supplier's own.
func (r *reader) ours(ballots []ballot) {
	fits := func(b *ballot) bool { return b.ours > 0 && b.ours*10 >= b.filled*6 }
	some := false
	for i, c := range r.columns {
		some = some || c.Meaning == Order && fits(&ballots[i])
	}
	for i := range r.columns {
		if c, b := &r.columns[i], &ballots[i]; some && c.Meaning == Order && c.By == "heading" && b.filled > 0 && b.ours == 0 {
			c.Meaning, c.By = Theirs, "cells"
		}
	}
}

// asGoods finds the "Ref." that is an article's: beside a description or a quantity, without another column of articles, holding none of our numbers.
func (r *reader) asGoods(ballots []ballot) {
	for i := range r.columns {
		if c, b := &r.columns[i], &ballots[i]; !r.text && c.Meaning == SKU && c.By == "heading" && !r.has(Title) && b.filled > 0 && b.codes == 0 && b.wordsOnly() && b.smallLetters() { // "Article: Bol"
			c.Meaning, c.By = Title, "cells"
			return
		}
	}
	if r.has(SKU) || !r.has(Title) && !r.has(Quantity) && !r.has(Shipped) {
		return
	}
	for i := range r.columns {
		if c, b := &r.columns[i], &ballots[i]; c.Meaning == Title && c.By == "heading" && b.filled > 0 && b.codes == b.filled && b.capitals() { // "Towar: OB-OLEJ-6"
			c.Meaning, c.By = SKU, "cells"
			return
		}
	}
	for i := range r.columns {
		c, b := &r.columns[i], &ballots[i]
		if (c.Meaning == Order || c.Meaning == Theirs) && c.By != "profile" && bareReference[carrier.Fold(c.Title)] && b.filled > 0 && b.ours == 0 && b.paths < b.filled && (b.codes*2 > b.filled || b.wordsOnly()) {
			c.Meaning, c.By = SKU, "cells"
			return
		}
	}
}

// smallLetters tells a column of words, each written with small letters.
func (b *ballot) smallLetters() bool {
	for c := range b.distinct {
		if c == strings.ToUpper(c) {
			return false
		}
	}
	return true
}

// capitals tells a column in which no small letter stands.
func (b *ballot) capitals() bool {
	for c := range b.distinct {
		if c != strings.ToUpper(c) {
			return false
		}
	}
	return true
}

// wordsOnly tells a column in which no digit stands.
func (b *ballot) wordsOnly() bool {
	for c := range b.distinct {
		if digitsIn(c) > 0 {
			return false
		}
	}
	return len(b.distinct) > 0
}

// asPlaces finds the postcodes under "Kod" or "Code", which is short for more than one thing, and the order numbers under "Name": a shop's own export
// calls them so.
func (r *reader) asPlaces(ballots []ballot) {
	for i := range r.columns {
		c, b := &r.columns[i], &ballots[i]
		switch {
		case c.By != "heading" || b.filled == 0:
		case c.Meaning == SKU && b.postcodes == b.filled && !r.has(Postcode) && (r.has(City) || r.has(Street)):
			c.Meaning, c.By = Postcode, "cells"
		case c.Meaning == Quantity && b.pieces == 0 && carrier.Fold(c.Title) == "nombre":
			c.Meaning, c.By = FirstName, "cells" // how many in French, a name in Spanish
		case c.Meaning == Name && !r.has(Order) && (b.ours == b.filled || b.hashes == b.filled):
			c.Meaning, c.By = Order, "cells"
		}
	}
}

// postcodeShape is a postcode that no number of a product looks like beside a street and a city: Polish, Portuguese, Japanese and such of five digits.
var postcodeShape = regexp.MustCompile(`^(?:[0-9]{2}-[0-9]{3}|[0-9]{4}-[0-9]{3}|〒?[0-9]{3}-[0-9]{4}|[0-9]{5}|[0-9]{4} ?[A-Z]{2})$`)

// hashNumber is an order's name as shops write it: "#1042".
var hashNumber = regexp.MustCompile(`^#[A-Z]{0,4}-?[0-9]{3,8}$`)

// bareReference are headings that do not say what they refer to, folded.
var bareReference = map[string]bool{"ref": true, "reference": true, "ref no": true, "referenz": true, "referencia": true, "riferimento": true, "rif": true, "referentie": true, "n ref": true, "refs": true, "references": true, "indeks": true}

func (r *reader) has(m Meaning) bool {
	for _, c := range r.columns {
		if c.Meaning == m {
			return true
		}
	}
	return false
}

// mostDayDigits is the most digits of a day: "25.05.2026".
const mostDayDigits = 8

// count looks at the cells of column i.
func (r *reader) count(data []row, i int) ballot {
	b := ballot{distinct: make(map[string]bool, min(len(data), heldRows))}
	for j := range data {
		c := data[j].cell(i)
		if _, ok := answer(c); ok {
			b.answers++
		}
		if c == "" || blank(c) {
			continue
		}
		b.filled++
		b.distinct[c] = true
		if len(c) > 200 {
			continue
		}
		if mayKey(c) && keyShape.MatchString(c) {
			b.keys++
			continue
		}
		if strings.Contains(c, "@") && strings.Contains(c, ".") {
			b.email++
			continue
		}
		digits := digitsIn(c)
		if digits > 0 {
			b.numbered = append(b.numbered, c)
		}
		if len(c) <= 12 && digits > 2 {
			if postcodeShape.MatchString(strings.ToUpper(c)) {
				b.postcodes++
			}
			if c[0] == '#' && hashNumber.MatchString(c) {
				b.hashes++
			}
		}
		if digits >= 8 {
			b.countTracking(c)
		}
		r.countWords(&b, c, i, digits)
		if n, ok := quantity(c); ok && n < 1000 && digits <= 3 {
			b.small++
		}
		pieces, code := isPieces(c), likeCode(c, digits)
		dated := (code || digits > 0 && !pieces) && dateIn(c) != ""
		if pieces {
			b.pieces++
			if n, _ := quantity(c); n == 1 {
				b.ones++
			}
		} else if digits > 0 && dated {
			b.dates++
		}
		switch {
		case r.likeOurs(c):
			b.orders++
			b.ours++
		case r.likeOrder(c, digits):
			b.orders++
		}
		if code && !dated {
			b.codes++
		}
		if strings.Count(c, "/") > 1 { // "WH/OUT/00091": a program's own number
			b.paths++
		}
	}
	return b
}

// countWords looks at a cell of column i for carriers and states.
func (r *reader) countWords(b *ballot, c string, i, digits int) {
	if digits > 0 {
		if r.meaningAt(i) == Unknown && digits <= mostDayDigits && wordsIn(c) > 0 && timed(c) {
			if s, ok := r.stateOf(c, true); ok && (s.kind != "" || s.hint == unsent) { // "Enviado 25/05", "out of stock until June 15"
				b.sayings++
			}
		}
		return
	}
	if carrier.IsName(c) {
		b.carriers++
	}
	if _, ok := statesByWord[carrier.Fold(c)]; ok {
		b.states++
	} else if s, ok := r.stateOf(c, true); ok && (s.kind != "" || s.waits()) { // "Delivered - handed to resident"
		b.sayings++
	}
}

// lists counts the cells that list products with their pieces.
func (b *ballot) lists() (n int) {
	for _, c := range b.numbered {
		if len(contents(c)) > 0 {
			n++
		}
	}
	return n
}

// told counts the cells that say when.
func (b *ballot) told() (n int) {
	for _, c := range b.numbered {
		if digitsIn(c) < 6 && (len(c) < 12 && dateIn(c) != "" || wordsIn(c) > 0 && timed(c)) {
			n++
		}
	}
	return n
}

func (b *ballot) countTracking(c string) {
	if len(c) == 13 && digitsIn(c) == 13 && carrier.IsArticle(c) {
		b.article++
	}
	for _, t := range carrier.Find(c, carrier.Context{Column: true}) {
		if t.Damage != "" || t.Score >= 0.9 && len(t.Carriers) > 0 {
			b.tracking++
			if t.Damage != "" || t.Score >= 0.995 {
				b.proven++
			}
			return
		}
	}
}

// likeOurs tells whether a cell holds one of our numbers, as far as their forms are known.
func (r *reader) likeOurs(c string) bool {
	for i := range r.patterns {
		if r.patterns[i].Match(c) {
			return true
		}
	}
	return false
}

// likeOrder tells whether a cell may be an order number where no forms are known: something short with digits.
func (r *reader) likeOrder(c string, digits int) bool {
	return len(r.patterns) == 0 && digits >= 3 && len(c) <= 24 && !strings.ContainsAny(c, "@ /:") && strings.Count(c, ".")+strings.Count(c, ",") == 0
}

// likeCode tells a cell that may be a product's code, if it is no date: one word of letters and digits, or of letters and dashes.
func likeCode(c string, digits int) bool {
	if len(c) < 3 || len(c) > 24 || digits == len(c) {
		return false
	}
	letters, marks := 0, 0
	for i := range len(c) {
		switch b := c[i]; {
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			letters++
		case b == '-' || b == '_' || b == '/' || b == '.':
			marks++
		case b < '0' || b > '9':
			return false
		}
	}
	return letters > 0 && (digits > 0 || marks > 0)
}
