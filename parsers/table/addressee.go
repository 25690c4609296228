package table

import (
	"regexp"
	"strings"
	"unicode"

	"waybill/parsers/carrier"
)

// Whoever programs an export calls the columns of an address as he likes, or not at all. So where a part of it is known, by its heading or because postcodes
// and house numbers look like nothing else, the columns beside it are understood by what stands in them: a text without digits that differs from row to row
// and is no state and no carrier is who lives there.

// places counts what the cells of a column look like as parts of an address.
type places struct {
	filled, codes, streets, both, words, names, halves, bare int
	distinct                                                 map[string]bool
}

// codeShape is a postcode of any country that writes them in a form of its own: with letters, or divided by a dash.
var codeShape = regexp.MustCompile(`^(?:[A-Z]{1,3}-)?(?:[0-9]{2}-[0-9]{3}|[0-9]{4}-[0-9]{3}|〒?[0-9]{3}-[0-9]{4}|[0-9]{5}|[0-9]{4}|[0-9]{4} ?[A-Z]{2}|[0-9]{3} [0-9]{2}|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[0-9]{5}-[0-9]{4})$`)

// houseShape is a street with the number of a house, at either end.
var houseShape = regexp.MustCompile(`^(?:\p{L}[\p{L}\p{M}'’.\-/ºª°, ]*[ .,]+(?:[nN]\.?[º°o]? ?)?[0-9]{1,4} ?[a-zA-Z]?(?:[ ,/\-]+.{0,24})?|[0-9]{1,5}[a-zA-Z]?(?: (?:bis|ter))?,? +\p{L}[\p{L}\p{M}'’.\- ]+.{0,16})$`)

// look counts the cells of column i as parts of an address.
func (r *reader) look(data []row, i int) places {
	p := places{distinct: map[string]bool{}}
	for j := range data {
		c := data[j].cell(i)
		if c == "" || blank(c) || len(c) > 80 || r.isTotal(&data[j]) {
			continue
		}
		p.filled++
		p.distinct[c] = true
		digits := digitsIn(c)
		if digits == len(c) {
			p.bare++
		}
		switch {
		case digits == 0: // no postcode and no house
			if wordy(c) {
				p.words++
				p.countName(c)
			}
		case digits == len(c) && digits > 5: // no postcode of digits alone is longer
		case codeShape.MatchString(strings.ToUpper(c)):
			p.codes++
		case digits < 4 && houseShape.MatchString(c): // "12 Mill Street"
			p.streets++
		case codeAndCity.MatchString(c) || cityAndCode.MatchString(c):
			p.both++
		case houseShape.MatchString(c) && dateIn(c) == "":
			p.streets++
		}
	}
	return p
}

// wordy tells a cell of words: letters, and what stands within names.
func wordy(c string) bool {
	letters := 0
	for _, x := range c {
		switch {
		case unicode.IsLetter(x) || unicode.IsMark(x):
			letters++
		case !strings.ContainsRune(" .,'’`-&/+()\u3000", x):
			return false
		}
	}
	return letters > 1
}

// countName counts words that may be a part of somebody's name, and of these the names: two words to six. None speaks of goods, a service, or what became of them.
func (p *places) countName(c string) {
	folded := carrier.Fold(c)
	if _, state := statesByWord[folded]; state || carrier.IsName(c) || senseOfAll(strings.Fields(folded)) != 0 {
		return
	}
	p.halves++
	words := strings.Fields(strings.ReplaceAll(c, "\u3000", " "))
	if (len(words) >= 2 || eastern(c)) && len(words) <= 6 {
		p.names++
	}
}

// electParty finds the parts of an address that no heading names.
func (r *reader) electParty(data []row) {
	if len(data) == 0 || len(r.columns) > maxParty {
		return
	}
	rows := data[:min(len(data), heldRows)]
	seen := make([]places, len(r.columns))
	for i := range r.columns {
		seen[i] = r.look(rows, i)
	}
	r.contradicted(seen)
	most := func(n int, p *places) bool { return n > 0 && n*10 >= p.filled*7 }
	free := func(i int) bool {
		return i >= 0 && i < len(r.columns) && r.columns[i].Meaning == Unknown && seen[i].filled > 0
	}
	set := func(i int, m Meaning) { r.columns[i].Meaning, r.columns[i].By = m, "cells" }
	if !r.has(Postcode) {
		for i := range seen {
			if free(i) && (most(seen[i].both, &seen[i]) && r.besideStreet(seen, i) || most(seen[i].codes, &seen[i]) && r.besidePlace(seen, i, most(seen[i].bare, &seen[i]))) {
				set(i, Postcode)
				break
			}
		}
	}
	if !r.has(Street) && (r.has(Postcode) || r.has(City)) {
		for i := range seen {
			if free(i) && most(seen[i].streets, &seen[i]) && (r.columns[i].Title == "" || r.has(Postcode) && !ofThings(r.columns[i].Title)) && r.near(i, 3, Postcode, City, Name, Company, LastName) {
				set(i, Street)
				break
			}
		}
	}
	if !r.has(City) && r.has(Postcode) {
		for i := range r.columns {
			if r.columns[i].Meaning != Postcode || most(seen[i].both, &seen[i]) {
				continue
			}
			for _, at := range [...]int{i + 1, i - 1} {
				if free(at) && most(seen[at].words, &seen[at]) {
					set(at, City)
					break
				}
			}
		}
	}
	r.electName(seen, free, set)
}

// maxParty is the widest table whose columns are looked at for parts of an address.
const maxParty = 80

// electName finds who gets the goods: the text beside an address that is nothing else. Of several the one left of the street comes first.
func (r *reader) electName(seen []places, free func(int) bool, set func(int, Meaning)) {
	if r.has(Name) || r.has(LastName) || r.has(FirstName) || !r.has(Street) && !r.has(Postcode) {
		return
	}
	best, score := -1, 0
	for i := range seen {
		p := &seen[i]
		if !free(i) || ofThings(r.columns[i].Title) || p.names*10 < p.filled*6 || p.words*10 < p.filled*8 || p.filled > 1 && len(p.distinct)*10 < p.filled*6 {
			continue
		}
		rank := 0
		switch {
		case r.near(i, 1, Street, Company, Postcode):
			rank = 4
		case r.near(i, 2, Street, Postcode, City):
			rank = 2
		case i == 0 || p.filled > 2:
			rank = 1
		}
		if rank > score {
			best, score = i, rank
		}
	}
	if best >= 0 {
		set(best, Name)
		return
	}
	for i := 0; i+1 < len(seen); i++ { // surname and first name, each in a column of its own
		if half(seen, i, free(i)) && half(seen, i+1, free(i+1)) && !ofThings(r.columns[i].Title) && !ofThings(r.columns[i+1].Title) && (r.near(i, 1, Street, Company) || r.near(i+1, 1, Street, Company)) {
			set(i, FirstName)
			set(i+1, LastName)
			return
		}
	}
}

// half tells a column of parts of names.
func half(seen []places, i int, free bool) bool {
	p := &seen[i]
	return free && p.filled > 0 && p.halves*10 >= p.filled*8 && (p.filled < 3 || len(p.distinct)*10 >= p.filled*6)
}

// ofThings tells a heading that speaks of goods, a service or a state: what stands below it is nobody's name.
func ofThings(title string) bool {
	for w := range strings.FieldsSeq(camel(title)) {
		if facetOf(w)&(ofGoods|ofCarrier|ofState|ofDate|ofPieces|otherwise) != 0 || senseOfWord(w) != 0 {
			return true
		}
	}
	return false
}

// near tells whether a column of one of these meanings stands within so many columns of column i.
func (r *reader) near(i, reach int, meanings ...Meaning) bool {
	for k := max(0, i-reach); k <= min(len(r.columns)-1, i+reach); k++ {
		for _, m := range meanings {
			if k != i && r.columns[k].Meaning == m {
				return true
			}
		}
	}
	return false
}

// besideStreet tells whether a street stands beside what may be postcodes and cities in one cell: "Order 1001" looks like one, too.
func (r *reader) besideStreet(seen []places, i int) bool {
	if r.near(i, 2, Street, Name, LastName, Company) {
		return true
	}
	for k := max(0, i-2); k <= min(len(seen)-1, i+2); k++ {
		if p := &seen[k]; k != i && p.filled > 0 && r.columns[k].Meaning == Unknown && p.streets*10 >= p.filled*7 {
			return true
		}
	}
	return false
}

// besidePlace tells whether what may be postcodes stands beside a city or a street: known, or by the looks of it. Bare digits may be an order's: they are
// postcodes behind a street only.
func (r *reader) besidePlace(seen []places, i int, bare bool) bool {
	if r.near(i, 1, City, Street) {
		return true
	}
	words, street := false, false
	for k := max(0, i-3); k <= min(len(seen)-1, i+3); k++ {
		p := &seen[k]
		if k == i || p.filled == 0 || r.columns[k].Meaning != Unknown && r.columns[k].Meaning != Street && r.columns[k].Meaning != City {
			continue
		}
		words = words || (k == i-1 || k == i+1) && p.words*10 >= p.filled*7
		street = street || p.streets*10 >= p.filled*7 && (!bare || k < i)
	}
	return words && street
}

// whereTo are headings, folded, below which a town may stand, or a street.
var whereTo = wordsOf("where wohin wo ou donde adonde dove waar waarheen onde dokad gdzie どこ 行き先 送り先 寄到 哪里 去哪")

// contradicted takes their meaning from columns of an address that hold something else: a second "Name 2 / Postnummer" without any digit is no postcode.
func (r *reader) contradicted(seen []places) {
	codes := 0
	for i := range r.columns {
		if r.columns[i].Meaning == Postcode {
			codes++
		}
	}
	for i := range r.columns {
		if c, p := &r.columns[i], &seen[i]; codes > 1 && c.Meaning == Postcode && c.By != "profile" && p.filled > 0 && p.codes+p.both == 0 && p.words == p.filled {
			c.Meaning, c.By = Company, "cells"
			codes--
		} else if c.Meaning == Name && c.By == "heading" && p.filled > 0 && p.bare == p.filled {
			c.Meaning, c.By = CustomerNo, "cells" // "Empf.", "Kunde": a number of whoever it is
		} else if c.Meaning == City && c.By == "heading" && whereTo[carrier.Fold(c.Title)] && p.filled > 0 && p.streets == p.filled && !r.has(Street) {
			c.Meaning, c.By = Street, "cells"
		}
	}
}
