package match

import (
	"cmp"

	"waybill/daemon/order"
	"waybill/parsers"
)

// What the words of sentences name of an order's lines, where no code does.

// bookWords books what the words of sentences name, unless something else is said of the same pieces.
func (c *candidate) bookWords(finding *Finding, own, other map[string]int) bool {
	for line, quantity := range own {
		if quantity == 0 || quantity > c.line(line).Outstanding-other[line] {
			return false
		}
	}
	for _, l := range c.Lines {
		if quantity := own[l.ID]; quantity > 0 {
			finding.LineQuantities = append(finding.LineQuantities, order.LineQuantity{Line: l.ID, Quantity: quantity})
			finding.Lines = append(finding.Lines, FoundLine{SKU: l.SKU, Quantity: quantity})
		}
	}
	return true
}

// said tells of how many pieces of which lines news is: those it names by code or quantity, else those that the words of its sentences name. uncounted are lines of which
// it says no number.
func (c *candidate) said(n *news, voices []voice) (pieces map[string]int, uncounted map[string]bool) {
	pieces, uncounted = map[string]int{}, map[string]bool{}
	for _, l := range together(n.lines) {
		for _, line := range c.meant(l) {
			pieces[line.ID] += cmp.Or(l.Quantity, line.Outstanding)
		}
	}
	if len(n.lines) > 0 {
		return pieces, uncounted
	}
	counts := c.tally(n, voices)
	pieces = c.worded(n, voices, &counts)
	for line := range pieces {
		uncounted[line] = counts.pieces[line] == 0
	}
	return pieces, uncounted
}

// yield divides a line of which one of two things counts its pieces and the other does not: "three mugs left, the fourth mug is out of stock".
func (c *candidate) yield(own, other, counted map[string]int, vague map[string]bool) {
	for _, l := range c.Lines {
		switch {
		case own[l.ID] == 0 || other[l.ID] == 0:
		case vague[l.ID] && counted[l.ID] > 0 && counted[l.ID] < l.Outstanding:
			other[l.ID] = l.Outstanding - counted[l.ID]
		case !vague[l.ID] && counted[l.ID] == 0 && other[l.ID] < l.Outstanding:
			own[l.ID] = l.Outstanding - other[l.ID]
		}
	}
}

// worded is what the words of sentences name, of which the pieces that they count are known.
func (c *candidate) worded(n *news, voices []voice, counts *countTally) map[string]int {
	if counts.torn || len(c.Lines) < 2 {
		return counts.pieces
	}
	for _, s := range n.statements {
		if s.Sentence == "" && s.Kind != "" || s.Scope == parsers.ScopeRow {
			return nil // something is said of it that tells nothing of products
		}
	}
	pieces := map[string]int{}
	for i := range voices {
		if v := &voices[i]; v.news == n {
			s := c.heed(v)
			for _, line := range c.titledIn(v.text) {
				if heard := s.of(c.place(line.ID)); len(heard.stayed) > 0 && !heard.mine {
					continue
				}
				pieces[line.ID] = cmp.Or(counts.pieces[line.ID], line.Outstanding)
			}
		}
	}
	return pieces
}
