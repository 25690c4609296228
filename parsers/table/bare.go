package table

import (
	"strings"
	"unicode"

	"waybill/parsers/carrier"
)

// A table may have no heading at all: "PO-473434;GLS;560917778663". What its columns are is told by what stands in them together: numbers of the form of ours,
// a carrier and beside it what this carrier's numbers look like, a code and a small number beside it. What a column of another table would have to prove alone
// (nine digits are anybody's) it need not where its neighbours say the rest.

// electBeside finds the column of parcels by the carrier that stands in each row, in a table without a heading: the one whose numbers have forms of these
// carriers, else the only one of long numbers.
func (r *reader) electBeside(data []row, ballots []ballot) {
	if r.result.HeaderRow != 0 {
		r.electNamed(data, ballots)
		return
	}
	carriers := -1
	for i := range r.columns {
		if r.columns[i].Meaning == Carrier {
			carriers = i
		}
	}
	best, most, long, lengthy := -1, 0, -1, 0
	for i := range r.columns {
		b := &ballots[i]
		if r.columns[i].Meaning != Unknown || b.filled == 0 || b.ours == b.filled || b.dates*2 > b.filled || b.email > 0 || b.article*2 > b.filled {
			continue
		}
		fit, numbers := 0, 0
		for j := range data {
			c := data[j].cell(i)
			if !parcelLike(c) {
				continue
			}
			numbers++
			if carriers >= 0 && fitsCarrier(c, r.slug(data[j].cell(carriers))) {
				fit++
			}
		}
		if numbers*10 < b.filled*8 {
			continue
		}
		if lengthy++; lengthy == 1 {
			long = i
		}
		if fit > most {
			best, most = i, fit
		}
	}
	switch {
	case best >= 0 && most*10 >= ballots[best].filled*5:
	case lengthy == 1 && r.ourOrders(ballots):
		best = long
		r.guessed = carriers < 0
	default:
		return
	}
	r.columns[best].Meaning, r.columns[best].By = Tracking, "cells"
}

// electNamed finds the column of parcels of a table whose heading for them says only that they are numbers, or nothing that is known: the one column of which all
// numbers have a form of the carrier that its row names. Several may stand in a cell.
func (r *reader) electNamed(data []row, ballots []ballot) {
	named, best := -1, -1
	for i := range r.columns {
		if r.columns[i].Meaning == Carrier {
			named = i
		}
	}
	for i := range r.columns {
		c, b := &r.columns[i], &ballots[i]
		if named < 0 || c.Meaning != Unknown || b.filled == 0 || b.ours > 0 || !numbersOnly(c.Title) {
			continue
		}
		fit := true
		for j := range data {
			cell := data[j].cell(i)
			if blank(cell) {
				continue
			}
			for piece := range strings.FieldsFuncSeq(cell, func(x rune) bool { return strings.ContainsRune(" /;,+&|\n", x) }) {
				fit = fit && parcelLike(piece) && fitsCarrier(piece, r.slug(data[j].cell(named)))
			}
		}
		if !fit {
			continue
		}
		if best >= 0 {
			return // which of both nobody says
		}
		best = i
	}
	if best >= 0 {
		r.columns[best].Meaning, r.columns[best].By = Tracking, "cells"
	}
}

// numbersOnly tells a heading that says of its column that it holds numbers, or nothing that is known.
func numbersOnly(title string) bool {
	for w := range strings.FieldsSeq(camel(title)) {
		if facetOf(w)&^(asNumber|asFiller) != 0 {
			return false
		}
	}
	return true
}

// ourOrders tells whether some column holds nothing but numbers of the form of ours.
func (r *reader) ourOrders(ballots []ballot) bool {
	for i := range ballots {
		if ballots[i].filled > 0 && ballots[i].ours == ballots[i].filled {
			return true
		}
	}
	return false
}

// parcelLike tells a cell that may be a parcel's number: eight digits or more in one word, with few letters.
func parcelLike(c string) bool {
	digits := digitsIn(c)
	if digits < 8 || len(c) > 40 || digits*3 < len(c) || c[0] == '+' || dateIn(c) != "" {
		return false
	}
	return !strings.ContainsAny(c, "@:/,;()")
}

// fitsCarrier tells whether a number has a form of this carrier.
func fitsCarrier(c, slug string) bool {
	if slug == "" {
		return false
	}
	for _, t := range carrier.Find(c, carrier.Context{Column: true, Carrier: slug}) {
		if len(t.Carriers) > 0 && t.Carriers[0].Why != carrier.OnlyNamed && strings.HasSuffix(t.Carriers[0].Why, carrier.OnlyNamed) {
			return true
		}
	}
	return false
}

// electCounted finds the goods of a table without a heading by the pieces that are counted beside them: a code, or words that are nobody's name.
func (r *reader) electCounted(data []row, ballots []ballot) {
	orders := -1
	for i := range ballots {
		if orders < 0 && ballots[i].filled > 0 && ballots[i].ours == ballots[i].filled && r.columns[i].Meaning == Unknown {
			orders = i
		}
	}
	if orders < 0 {
		return
	}
	for i := range r.columns {
		if b := &ballots[i]; r.columns[i].Meaning != Unknown || b.filled == 0 || b.small != b.filled || i == orders || !wholeNumbers(data, i) || counter(data, i) {
			continue
		}
		for _, at := range [...]int{i - 1, i + 1, i - 2, i + 2} {
			if at < 0 || at >= len(r.columns) || at == orders || r.columns[at].Meaning != Unknown {
				continue
			}
			b := &ballots[at]
			switch {
			case b.filled == 0 || b.dates > 0 || b.tracking > 0 || b.email > 0 || b.ours == b.filled || b.small == b.filled:
				continue
			case b.codes == b.filled, b.postcodes < b.filled && r.articles(data, at):
				r.columns[at].Meaning, r.columns[at].By = SKU, "cells"
			case (at == i-1 || at == i+1) && r.things(data, at, orders):
				r.columns[at].Meaning, r.columns[at].By = Title, "cells"
			default:
				continue
			}
			r.columns[i].Meaning, r.columns[i].By = Quantity, "cells"
			return
		}
	}
}

// wholeNumbers tells a column of pieces: "18.0" is a weight.
func wholeNumbers(data []row, i int) bool {
	for j := range data {
		if c := data[j].cell(i); digitsIn(c) != len(c) {
			return false
		}
	}
	return true
}

// counter tells a column that numbers the rows.
func counter(data []row, i int) bool {
	for j := range data {
		if n, ok := quantity(data[j].cell(i)); !ok || n != j+1 {
			return false
		}
	}
	return len(data) > 1 || i == 0
}

// articles tells a column of products' numbers: four digits or more, and nothing else. Eight that begin with 20 are a day.
func (r *reader) articles(data []row, i int) bool {
	for j := range data {
		if c := data[j].cell(i); len(c) < 4 || len(c) > 14 || digitsIn(c) != len(c) || r.likeOurs(c) || len(c) == 8 && c[:2] == "20" {
			return false
		}
	}
	return true
}

// things tells a column of words that are no names of consignees: an order has several of them, or words in small letters and numbers are among them.
func (r *reader) things(data []row, i, orders int) bool {
	said := map[string]string{}
	several, plain := false, false
	for j := range data {
		c, of := data[j].cell(i), data[j].cell(orders)
		if len(c) < 3 || !strings.ContainsFunc(c, unicode.IsLetter) || parcelLike(c) {
			return false
		}
		before, known := said[of]
		several = several || known && before != c
		said[of] = c
		plain = plain || digitsIn(c) > 0
		words := strings.Fields(c)
		for _, w := range words[1:] {
			if first := []rune(w)[0]; unicode.IsLower(first) && len(w) > 3 {
				plain = true
			}
		}
	}
	return several || plain
}
