package match

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// fill takes tracking, products, dates and evidence from the statements.
func fill(finding *Finding, n *news, who Sender) {
	seen := map[string]bool{}
	for _, t := range n.tracking {
		if seen[t.Number] {
			continue
		}
		seen[t.Number] = true
		slug := ""
		if len(t.Carriers) > 0 {
			slug = who.writer(t.Carriers)
		}
		if t.Withdrawn {
			finding.Reasons = append(finding.Reasons, "the number "+t.Number+" is withdrawn")
			continue
		}
		if t.Damage != "" { // no number any more, but a person must see what is left of it
			finding.Evidence = append(finding.Evidence, Evidence{Field: "tracking", Text: t.Text, Place: t.At})
			continue
		}
		finding.Tracking = append(finding.Tracking, Tracking{Carrier: slug, Number: t.Number, URL: t.URL})
		finding.Evidence = append(finding.Evidence, Evidence{Field: "tracking", Text: t.Text, Place: t.At})
		switch {
		case t.Valid:
			finding.Reasons = append(finding.Reasons, fmt.Sprintf("the check digit of %s is valid", t.Number))
		case t.Invalid:
			finding.Reasons = append(finding.Reasons, faulty(t))
		}
	}
	for _, s := range n.statements {
		if s.KindAt.Text != "" && len(finding.Evidence) < muchEvidence {
			finding.Evidence = union(finding.Evidence, []Evidence{{Field: "kind", Text: s.KindAt.Text, Place: s.KindAt.At}})
		}
		if finding.Expected == "" {
			finding.Expected = s.Expected.Text
		}
		finding.Partial = finding.Partial || s.Partial
		for _, r := range s.Refs {
			if r.Label == parsers.LabelTheirs && !r.Quoted {
				finding.Refs = union(finding.Refs, []string{r.Text})
			}
		}
	}
	for _, l := range together(n.lines) {
		if l.SKU.Text != "" {
			finding.Lines = append(finding.Lines, FoundLine{SKU: l.SKU.Text, Quantity: l.Quantity})
			finding.Evidence = append(finding.Evidence, Evidence{Field: "sku", Text: l.SKU.Text, Place: l.SKU.At})
		}
	}
}

// inParcel notes with which parcel products left.
func inParcel(lines []parsers.Line, tracking []parsers.Tracking) []parsers.Line {
	if len(lines) == 0 || len(tracking) == 0 {
		return lines
	}
	numbers := make([]string, len(tracking))
	for i, t := range tracking {
		numbers[i] = t.Number
	}
	lines = slices.Clone(lines)
	for i := range lines {
		lines[i].Parcel = strings.Join(numbers, " ")
	}
	return lines
}

// together adds up what a document says of one product. Rows of one table add up, and so do parcels; what the body and the attachment both say is one thing
// said twice, and so is what stands twice in prose.
func together(lines []parsers.Line) []parsers.Line {
	type source struct {
		product, part, sheet string
	}
	type parcel struct {
		source
		parcel string
	}
	product := func(l parsers.Line) string {
		if l.SKU.Text != "" {
			return code(l.SKU.Text)
		}
		return "title " + fold(l.Title.Text)
	}
	sums, apart := map[source]int{}, map[parcel]int{}
	index := map[string]int{} // product to its place in first
	seen := map[parsers.Place]bool{}
	var first []parsers.Line
	for _, l := range lines {
		at := l.SKU.At
		if l.SKU.Text == "" {
			at = l.QuantityAt
		}
		if seen[at] && at != (parsers.Place{}) {
			continue // a statement that came by two ways
		}
		seen[at] = true
		s := source{product(l), at.Part, at.Sheet}
		switch p := (parcel{s, l.Parcel}); {
		case at.Row > 0:
			sums[s] += l.Quantity
		case l.Parcel == "":
			sums[s] = max(sums[s], l.Quantity)
		default:
			apart[p] = max(apart[p], l.Quantity)
		}
		if _, ok := index[s.product]; !ok {
			index[s.product] = len(first)
			first = append(first, l)
		}
	}
	packed := map[source]int{}
	for p, quantity := range apart {
		packed[p.source] += quantity
	}
	for s, quantity := range packed {
		sums[s] = max(sums[s], quantity)
	}
	for s, quantity := range sums {
		l := &first[index[s.product]]
		l.Quantity = max(l.Quantity, quantity)
	}
	return first
}

// consumes tells the kinds of news that settle pieces of an order.
func consumes(k parsers.Kind) bool { return k.Consequence() >= parsers.Shipment.Consequence() }

// products finds the purchase order's own lines behind the products that are named, and doubts what can't be told apart.
func (x *look) products(finding *Finding, n *news, all []*news, c *candidate) {
	review := func(reason string) {
		finding.Decision = Review
		finding.Reasons = append(finding.Reasons, reason)
	}
	booked := map[string]int{}
	loose := 0
	for _, l := range together(n.lines) {
		if !c.book(finding, l, booked) {
			loose += max(l.Quantity, 1)
		}
	}
	outstanding := c.outstanding()
	if !consumes(n.kind) || c.Closed {
		x.enumerate(finding, n, c)
		return
	}
	if loose > 0 && loose != outstanding && len(finding.LineQuantities) == 0 {
		review("how many pieces is said, but not of which product")
	}
	x.remaining(finding, n, all, c, review)
	if finding.Decision == Auto && len(finding.Contradictions) == 0 {
		if reason := x.substituted(n, c); reason != "" {
			review(reason)
		} else if n.carries() && (n.kind == parsers.Backorder || n.kind == parsers.OutOfStock) {
			review("a parcel's number stands in what it says of goods that have not left")
		}
	}
	if finding.Partial && n.kind == parsers.Shipment && len(finding.LineQuantities) == 0 && outstanding > 1 {
		review("only a part left, and it does not say which")
	}
	if finding.Decision == Auto && len(finding.Contradictions) == 0 {
		if reason := x.residue(finding, n, c); reason != "" {
			review(reason)
		}
	}
	x.enumerate(finding, n, c)
}

func (c *candidate) outstanding() int {
	n := 0
	for _, l := range c.Lines {
		n += l.Outstanding
	}
	return n
}

// book counts a named product against the order's lines. False: it can't be told which line is meant.
func (c *candidate) book(finding *Finding, found parsers.Line, booked map[string]int) bool {
	lines := c.meant(found)
	if found.SKU.Text == "" && len(lines) == 0 {
		return false
	}
	left := found.Quantity
	for _, l := range lines {
		take := l.Outstanding - booked[l.ID]
		if found.Quantity > 0 {
			take = min(take, left)
		}
		if take > 0 {
			booked[l.ID] += take
			left -= take
			finding.LineQuantities = append(finding.LineQuantities, order.LineQuantity{Line: l.ID, Quantity: take})
		}
	}
	if found.SKU.Text != "" && len(lines) == 1 && code(found.SKU.Text) != code(lines[0].SupplierSKU) {
		for i := range finding.Lines {
			if finding.Lines[i].SKU == found.SKU.Text {
				finding.Lines[i].SKU = lines[0].SKU // as the shop calls it
			}
		}
	}
	if found.Quantity == 0 && len(lines) == 1 { // nothing said how many: all that is still to come
		for i := range finding.Lines {
			if finding.Lines[i].SKU == lines[0].SKU && finding.Lines[i].Quantity == 0 {
				finding.Lines[i].Quantity = booked[lines[0].ID]
			}
		}
	}
	if found.SKU.Text == "" && (found.Title.Text != "" || found.Quantity > 0 && len(lines) == 1 && left == 0) {
		finding.Lines = append(finding.Lines, FoundLine{SKU: lines[0].SKU, Quantity: cmp.Or(found.Quantity, booked[lines[0].ID])})
	}
	switch {
	case len(lines) == 0 && found.Guessed && c.outstanding() == 1: // there is but one thing that it can be
		finding.Lines = slices.DeleteFunc(finding.Lines, func(l FoundLine) bool { return l.SKU == found.SKU.Text })
	case len(lines) == 0:
		finding.contradict("sku", fmt.Sprintf("%s was not ordered with %s", found.SKU.Text, c.Number))
	case left > 0 && !c.Closed && finding.Kind != parsers.Acknowledgement && finding.Kind != parsers.Question:
		finding.contradict("too_many", fmt.Sprintf("%d of %s are more than are outstanding", found.Quantity, lines[0].SKU))
	}
	return true
}

// meant are the lines of the purchase order that a product may be: by SKU, else by title, else the only one there is.
func (c *candidate) meant(found parsers.Line) []Line {
	if key := code(found.SKU.Text); key != "" {
		lines := slices.DeleteFunc(slices.Clone(c.Lines), func(l Line) bool { return key != code(l.SKU) && key != code(l.SupplierSKU) })
		if len(lines) > 0 {
			return lines
		}
		if lines = c.amongWords(found.SKU.Text); len(lines) > 0 {
			return lines
		}
		if lines = c.abbreviated(found.SKU.Text); len(lines) > 0 {
			if len(lines) > 1 {
				return nil
			}
			return lines
		}
		if wordy(found.SKU.Text) || oneName(found.SKU.Text) { // a column of products may hold titles
			return c.byTitle(found.SKU.Text)
		}
		return nil
	}
	lines := c.byTitle(found.Title.Text)
	if len(lines) == 0 && len(c.Lines) == 1 {
		return c.Lines
	}
	return lines
}

// amongWords are the lines whose SKU is a word of what stands in a column of products, which may hold the title as well: "PS-100 Galvanized bucket". Where
// words are those of several lines nobody knows.
func (c *candidate) amongWords(text string) []Line {
	words := strings.Fields(text)
	if len(words) < 2 {
		return nil
	}
	lines := slices.DeleteFunc(slices.Clone(c.Lines), func(l Line) bool {
		return !slices.ContainsFunc(words, func(w string) bool {
			key := code(w)
			return len(key) >= shortSKU && (key == code(l.SKU) || key == code(l.SupplierSKU))
		})
	})
	if len(lines) > 1 && slices.ContainsFunc(lines, func(l Line) bool { return code(l.SKU) != code(lines[0].SKU) }) {
		return nil
	}
	return lines
}

// abbreviated are the lines whose SKU is this one without what stands behind or before a divider: "58658" for "58658-BLK".
func (c *candidate) abbreviated(sku string) []Line {
	key := code(sku)
	if len(key) < shortSKU {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.Lines), func(l Line) bool {
		for _, whole := range []string{l.SKU, l.SupplierSKU} {
			for i := range len(whole) {
				if strings.IndexByte("-_/. ", whole[i]) >= 0 && (code(whole[:i]) == key || code(whole[i+1:]) == key) {
					return false
				}
			}
		}
		return true
	})
}

// shortSKU is how many characters a part of an SKU needs to stand for the whole.
const shortSKU = 4

// remaining settles several things that are said of one order: "AB-1 is out of stock, the rest left with 1Z…" ships what is not named. What has no code is
// named by the words of its title: "the lamp left today, the shade comes in May".
func (x *look) remaining(finding *Finding, n *news, all []*news, c *candidate, review func(string)) {
	voices := x.several(c)
	other, vague := map[string]int{}, map[string]bool{}
	several, told, coded := false, true, true // told: of each of the other news it is said which products; coded: by code or quantity
	for _, o := range all {
		if o.kind == n.kind || !consumes(o.kind) || len(c.Lines) == 1 && o.beside(n) {
			continue
		}
		several = true
		said, uncounted := c.said(o, voices)
		told, coded = told && (len(o.lines) > 0 || len(said) > 0), coded && len(o.lines) > 0
		for line, quantity := range said {
			other[line] += quantity
			vague[line] = vague[line] || uncounted[line]
		}
	}
	if len(finding.LineQuantities) > 0 {
		if !c.completed(finding, n, voices) {
			review("it tells two numbers of pieces for one product")
		}
		return
	}
	var own map[string]int // what its words name
	if len(n.lines) == 0 {
		told := c.tally(n, voices)
		if told.torn {
			review("it tells two numbers of pieces for one product")
			return
		}
		if told.strays && len(told.pieces) > 0 && consumes(n.kind) {
			review("it counts goods beside them that are no product of " + c.Number + " that we know")
			return
		}
		own = c.worded(n, voices, &told)
		c.yield(own, other, told.pieces, vague)
		if len(told.pieces) > 0 && (!several || c.roomFor(told, other) && (len(other) > 0 || c.leavesSome(told))) {
			c.bookCounts(finding, told, own)
			return
		}
	}
	if !several {
		if len(own) > 0 && len(own) < len(c.Lines) {
			c.bookWords(finding, own, other) // "the stools left today": nothing is said of the table
		}
		return
	}
	if len(own) > 0 {
		if c.bookWords(finding, own, other) {
			return
		}
		if !coded { // else it is left out: "all but the jug (MK-58) left today"
			review("several things are said of one product of " + c.Number)
			return
		}
	}
	for _, l := range c.Lines {
		if left := l.Outstanding - other[l.ID]; left > 0 && len(other) > 0 {
			finding.LineQuantities = append(finding.LineQuantities, order.LineQuantity{Line: l.ID, Quantity: left})
		}
	}
	if len(finding.LineQuantities) == 0 || n.kind != parsers.Shipment && (!told || len(all) > 2) {
		finding.LineQuantities = nil
		review("several things are said of " + c.Number + ", and not of which products")
		return
	}
	for _, q := range finding.LineQuantities { // "one of two left; sold out": the rest is
		finding.Lines = append(finding.Lines, FoundLine{SKU: c.line(q.Line).SKU, Quantity: q.Quantity})
	}
}

// titledIn are the lines that a sentence names: by their codes, else by words for one line only.
func (c *candidate) titledIn(sentence string) (lines []Line) {
	if lines = c.codedIn(sentence); len(lines) > 0 {
		return lines
	}
	s := c.listen(sentence)
	for k, l := range c.Lines {
		if s.of(k).named {
			lines = append(lines, l)
		}
	}
	return lines
}

// codedIn are the lines whose codes stand in a sentence.
func (c *candidate) codedIn(sentence string) []Line {
	said := c.listen(sentence)
	return slices.DeleteFunc(slices.Clone(c.Lines), func(l Line) bool {
		return !slices.ContainsFunc(said.raw, func(word string) bool { line := c.coded(word); return line >= 0 && c.Lines[line].ID == l.ID })
	})
}

// easternWord is how many bytes of a script without spaces name a thing: two characters.
const easternWord = 6

// leading are folded words of titles that lead to another thing, and stand in any sentence.
var leading = wordSet("with without from for and the ohne auch oder aus mit und avec sans pour dans con sin para senza per van voor met zonder com sem dla bez oraz")

// oneWord tells two forms of one word: "bucket" and "buckets", "Lampe" and "Lampen".
func oneWord(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) >= shortSKU && len(b)-len(a) <= 2 && strings.HasPrefix(b, a) {
		return true
	}
	if len(a) == shortestPlural && len(b) == len(a)+1 && b[len(a)] == 's' && strings.HasPrefix(b, a) {
		return true // "mug" and "mugs"
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	if n >= shortestVowelled && len(a)-n == 1 && len(b)-n == 1 {
		return vowel(a[n]) && vowel(b[n]) // "ciotola" and "ciotole"
	}
	if stem := min(len(a), len(b)) - 2; n >= shortestPlural && n == stem && (a[n:] == "ek" && diminutive[b[n:]] || b[n:] == "ek" && diminutive[a[n:]]) {
		return true
	}
	return n >= shortestStemmed && numberEndings[a[n:]] && numberEndings[b[n:]] || several(a, b, n)
}

const (
	shortestVowelled = 4 // letters before the vowel by which two forms of a word differ
	shortestStemmed  = 5 // letters before two endings
	shortestPlural   = 3 // letters of a word that has a plural
)

// numberEndings are folded endings of Polish nouns and adjectives in which one of a thing differs from several: "stołeczek" and "stołeczki", "dzbanek" and "dzbanków".
var numberEndings = wordSet("ek ki kow ka ke ko ec ce cow el le li er ry row a e y i u ow em om ami ach ego ych ymi a")

// diminutive are cases of Polish words in -ek: "stołek" and "stołku".
var diminutive = wordSet("ku ki ka kow kiem")

func vowel(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }

func (c *candidate) place(id string) int {
	return slices.IndexFunc(c.Lines, func(l Line) bool { return l.ID == id })
}

func (c *candidate) line(id string) Line {
	if i := c.place(id); i >= 0 {
		return c.Lines[i]
	}
	return Line{}
}
