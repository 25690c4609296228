package match

import (
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// Scores of names and addresses say how likely it is that a paper about somebody is about one of their open orders. They know nothing of a paper that is about none: an order that was erased, that
// closed long ago, or that never came here. Such a paper names its order, though, or answers our mail about it: a number that looks like an order's and is nobody's, or a key of ours that is
// nobody's, keeps names alone from deciding.

// nobodys lists the numbers that look like those of our orders and are none's, where names alone speak for an order, or nothing does. They contradict it; but one that may be its own with
// a slip in it does not.
func (x *look) nobodys(finding *Finding, n *news, c *candidate, who Sender) {
	if c != nil && c.keyed {
		return
	}
	switch {
	case n.field.astray == "":
	case c == nil:
		finding.Reasons = append(finding.Reasons, n.field.astray)
	default:
		finding.contradict("unknown_order", n.field.astray)
	}
	for i := range n.field.refs {
		r := &n.field.refs[i]
		if !x.nobodysNumber(r, c, who) {
			continue
		}
		finding.Unknown = union(finding.Unknown, []string{bareNumber(r.Text)})
		if c != nil && !c.counted["near:"+code(r.Text)] {
			finding.contradict("unknown_order", fmt.Sprintf("it names an order %s that we don't know", r.Text))
		}
	}
}

// nobodysNumber tells a reference that looks like the number of an order of ours, and is none's.
func (x *look) nobodysNumber(r *parsers.Ref, c *candidate, who Sender) bool {
	key := code(r.Text)
	switch r.Label {
	case parsers.LabelOrder:
	case parsers.LabelNone:
		if r.Quoted || len(key) < 4 || commonNumber(key) || x.knownAsElse(key, c) {
			return false
		}
	case parsers.LabelTheirs:
		if digitsOnly(key) {
			return false
		}
	default:
		return false
	}
	return x.formed(bareNumber(r.Text)) && len(x.refClaims(*r, who)) == 0
}

// knownAsElse tells a number that is something else of the candidate's, or somebody's product: a postcode, a house number, a telephone. Where nobody was found, it may be anything.
func (x *look) knownAsElse(key string, c *candidate) bool {
	if x.count(bySKU, key) > 0 || c == nil {
		return true
	}
	if key == code(c.ShipTo.Postcode) || strings.Contains(code(c.Phone), key) {
		return true
	}
	lines := []string{c.ShipTo.Line1, c.ShipTo.Line2, c.ShipTo.Name, c.ShipTo.Company, c.ShipTo.City}
	return slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(code(line), key) })
}

// named tells whether something of the consignee speaks for a candidate.
func (c *candidate) named() bool {
	return c.personal() || slices.ContainsFunc([]string{"name", "street", "postcode"}, func(field string) bool { return c.fits[field].agrees() })
}

// stray gives what a mail carries of a key of ours that is nobody's: it answers our mail about an order that we do not know any more.
func (x *look) stray(r *parsers.Reading) string {
	lost := func(text string) bool {
		_, err := order.ParseToken(text)
		return err == nil && len(x.byToken(text)) == 0
	}
	const says = "it answers our mail about an order that we don't know"
	if env := r.Envelope; env != nil {
		for _, to := range env.Recipients {
			local, _, _ := strings.Cut(to, "@")
			if _, tag, ok := strings.Cut(local, "+"); ok && lost(tag) && len(x.find(byThread, "to:"+strings.ToLower(to))) == 0 {
				return says
			}
		}
		for _, id := range env.InReplyTo {
			local, _, _ := strings.Cut(strings.Trim(id, "<> "), "@")
			if first, _, ok := strings.Cut(local, "."); ok && lost(first) && !x.ourMail(id) {
				return says
			}
		}
	}
	for i := range r.Statements {
		for _, ref := range r.Statements[i].Refs {
			if ref.Label == parsers.LabelKey && !strings.Contains(ref.Text, "@") && lost(ref.Text) {
				return "it has the key " + ref.Text + " of an order that we don't know"
			}
		}
	}
	return ""
}
