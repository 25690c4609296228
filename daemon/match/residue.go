package match

import (
	"fmt"
	"slices"
	"strconv"

	"waybill/parsers"
)

// residue is what a paper says of an order's goods and what is to be booked does not explain: a number that differs, words by which only some of it left, a product
// of which something else is said. Then a person looks, whatever the sentences say: goods are sooner left out of a sentence than invented in one. "" where all is
// explained.
func (x *look) residue(finding *Finding, n *news, c *candidate) string {
	voices := x.several(c)
	if len(voices) == 0 || !consumes(n.kind) || c.Closed {
		return ""
	}
	b := c.booking(finding)
	b.sole = !slices.ContainsFunc(voices, func(v voice) bool { return v.news != nil && v.news != n && consumes(v.news.kind) })
	for i := range voices {
		v := &voices[i]
		if v.text == "" {
			continue
		}
		if v.news != nil && consumes(v.news.kind) && (v.news != n || n.kind != parsers.Shipment) { // what it says is held against this already, see remaining
			if sku := c.onlyFew(v); sku != "" {
				return "it says how few of " + sku + " there are, and not how many are lacking"
			}
			if v.news != n {
				continue
			}
		}
		if reason := b.unexplained(v, n); reason != "" {
			return reason
		}
	}
	return ""
}

// enumerate lists the lines of news about a whole order where the paper names each of them, and no other number of pieces than is awaited.
func (x *look) enumerate(finding *Finding, n *news, c *candidate) {
	if finding.Decision != Auto || len(finding.Lines) > 0 || len(finding.LineQuantities) > 0 || n.kind == parsers.Question {
		return
	}
	voices := x.voices[c.key()]
	named := make([]bool, len(c.Lines))
	var loose []int // pieces of nobody knows what
	for i := range voices {
		if v := &voices[i]; v.text != "" && (v.news == nil || v.news == n) {
			s := c.heed(v)
			for k, l := range c.Lines {
				heard := s.of(k)
				if len(heard.stayed) > 0 {
					return
				}
				if slices.ContainsFunc(heard.counts, func(count int) bool {
					return count != l.Outstanding && (len(n.tracking) < 2 || count*len(n.tracking) != l.Outstanding) // "one stool in each"
				}) {
					return
				}
				named[k] = named[k] || heard.named || len(heard.counts) > 0
			}
			loose = append(loose, s.unused()...)
		}
	}
	if open := slices.Index(named, false); open >= 0 && slices.Contains(loose, c.Lines[open].Outstanding) && slices.ContainsFunc(named, func(is bool) bool { return is }) {
		named[open] = c.Lines[open].Outstanding > 1 // what else is counted is the one that no word names: "6 bottles at 0.5 l and 2 cans"
	}
	if len(voices) == 0 || slices.Contains(named, false) {
		return
	}
	for _, l := range c.Lines {
		if l.Outstanding > 0 {
			finding.Lines = append(finding.Lines, FoundLine{SKU: l.SKU, Quantity: l.Outstanding})
		}
	}
}

// onlyFew is the product of which a voice says how few there are, where it tells of a lack: "we had only three spoons, the fourth follows".
func (c *candidate) onlyFew(v *voice) string {
	if v.news.kind == parsers.Shipment {
		return ""
	}
	s := c.listen(v.text)
	for k, l := range c.Lines {
		if heard := s.of(k); heard.only {
			return l.SKU
		}
	}
	return ""
}

// booking is what is to be booked of an order, by line.
type booking struct {
	c     *candidate
	taken []int
	total int
	left  int  // pieces still to come after it
	sole  bool // the paper has no other news of the order
}

func (c *candidate) booking(finding *Finding) booking {
	b := booking{c: c, taken: make([]int, len(c.Lines))}
	for i, l := range c.Lines {
		if len(finding.LineQuantities) == 0 {
			b.taken[i] = l.Outstanding
		}
		for _, q := range finding.LineQuantities {
			if q.Line == l.ID {
				b.taken[i] += q.Quantity
			}
		}
		b.total += b.taken[i]
		b.left += l.Outstanding - b.taken[i]
	}
	return b
}

// unexplained is what of a clause the booking does not explain.
func (b *booking) unexplained(v *voice, n *news) string {
	s := b.c.heed(v)
	mine := v.news == n
	if mine && s.replaced() {
		return "it says that something was sent instead of something else"
	}
	for k, l := range b.c.Lines {
		heard := s.of(k)
		if heard.named && v.open && !mine && n.kind == parsers.Shipment && b.taken[k] > 0 && b.taken[k] == l.Outstanding && !b.told(k, heard.counts) {
			return fmt.Sprintf("other words of it say that %s has not left, or leave it open", l.SKU)
		}
		if v.news == nil && !v.sentence && n.kind == parsers.Shipment && b.sole && heard.mine && b.left > 0 && b.taken[k] == 0 && l.Outstanding > 0 && (!v.open || s.loosely()) && !s.boxed() {
			return fmt.Sprintf("it speaks of %s as well, and not of what became of it", l.SKU)
		}
		if mine && !v.sentence && heard.named && b.taken[k] == 0 && l.Outstanding > 0 {
			return "it lists " + l.SKU + " among what left, and not how much of it"
		}
		if n.kind == parsers.Shipment {
			if stays, ok := b.stays(k, heard.stayed); !ok {
				return fmt.Sprintf("it says that %s of %s did not leave, and not so would be booked", stays, l.SKU)
			}
			if mine && heard.blur && b.taken[k] > 0 {
				return fmt.Sprintf("it says of %s both that it left and that it did not", l.SKU)
			}
		}
		for _, count := range heard.counts {
			if !b.explains(k, count) {
				return fmt.Sprintf("it counts %d of %s, which is not what would be booked", count, l.SKU)
			}
		}
		for _, p := range heard.parts {
			if p.of != l.Quantity && p.of != l.Outstanding {
				return fmt.Sprintf("it speaks of %d of %s, and %d were ordered", p.of, l.SKU, l.Quantity)
			}
		}
	}
	counts, parts := s.looseCounts()
	parts = append(parts, s.easternParts()...)
	counts = append(counts, s.easternLoose()...)
	for _, p := range parts {
		if p.pieces != p.of && b.left == 0 {
			return fmt.Sprintf("it speaks of %d of %d, and not of which product", p.pieces, p.of)
		}
	}
	if n.kind == parsers.Shipment {
		for _, count := range s.lost() {
			if !b.missed(count) {
				return fmt.Sprintf("it says that %d pieces did not leave, and not of which product", count)
			}
		}
	}
	if !mine && !v.open && n.kind == parsers.Shipment && b.left == 0 && s.comesLater() {
		return "other words of it say that something comes later, and not what"
	}
	if mine && n.kind == parsers.Backorder && s.endsSome() {
		return "it says of some goods that they come, and of others that they are no more"
	}
	if !mine && !v.open {
		if b.left == 0 && n.kind == parsers.Shipment && len(counts) > 0 && slices.ContainsFunc(s.words, func(w string) bool { return keptWords[w] }) {
			return "other words of it say that some were kept, or broke"
		}
		return ""
	}
	for _, count := range counts {
		if !b.explained(count) {
			return "it counts " + strconv.Itoa(count) + " pieces, and not of which product"
		}
	}
	if b.left > 0 || n.kind != parsers.Shipment {
		return ""
	}
	if v.partial {
		return "it says that something is still to come, and not what"
	}
	if word, ok := s.parted(); ok {
		return "its words (“" + word + "”) speak of a part, and not of which"
	}
	return ""
}

// stays tells whether what a clause says stayed of a line is what is not booked of it, and which number differs.
func (b *booking) stays(line int, stayed []int) (string, bool) {
	rest := b.c.Lines[line].Outstanding - b.taken[line]
	for _, pieces := range stayed {
		if pieces == 0 && rest == 0 {
			return "some", false
		}
		if pieces > 0 && pieces != rest {
			return strconv.Itoa(pieces), false
		}
	}
	return "", true
}

// missed tells whether so many pieces are left of some line, or of all.
func (b *booking) missed(pieces int) bool {
	if pieces == b.left {
		return true
	}
	for i, l := range b.c.Lines {
		if l.Outstanding-b.taken[i] == pieces {
			return true
		}
	}
	return false
}

// told tells whether a remark counts what is booked of a line.
func (b *booking) told(line int, counts []int) bool {
	return slices.Contains(counts, b.taken[line]) && b.left > 0
}

// explains tells whether a number of pieces of a line goes with the booking: what is booked, what was ordered, what is left.
func (b *booking) explains(line, count int) bool {
	l := b.c.Lines[line]
	return count == b.taken[line] || b.left > 0 && (count == l.Quantity || count == l.Outstanding || count == l.Outstanding-b.taken[line])
}

// explained does it for a number that stands at no product.
func (b *booking) explained(count int) bool {
	ordered, used := 0, 0
	for i, l := range b.c.Lines {
		if b.explains(i, count) {
			return true
		}
		ordered += l.Quantity
		if b.taken[i] > 0 {
			used++
		}
	}
	return count == b.total || count == ordered || count == used || b.left > 0 && (count == b.left || count == b.total+b.left)
}
