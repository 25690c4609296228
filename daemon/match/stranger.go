package match

import (
	"cmp"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
	"waybill/parsers/carrier"
)

// keyed tells matches by our own key: whoever wrote has had our mail, or it was passed on to them.
func keyed(m Method) bool { return m == Token || m == Thread }

// stranger is why what a sender says who speaks for no supplier may not be about an order, "" where it is: our key names it, or a number and a second witness.
func (c *candidate) stranger(who Sender) string {
	switch {
	case !who.Open:
		return ""
	case c.boughtBy(who):
		return "it comes from whoever ordered it"
	case keyed(c.method):
		return ""
	case c.method == Fuzzy:
		return "the sender speaks for no supplier that we know, and no number names the order"
	case !c.second:
		return "the sender speaks for no supplier that we know, and only one thing names the order"
	}
	return ""
}

// admit withholds permission from a sender who is not known to write for the order's supplier, whatever fits: whoever bought knows number, name, address and goods
// as well. Our key tells that they had our mail.
func (f *Finding) admit(who Sender) {
	if !who.Open || keyed(f.Method) || slices.Contains(who.For, f.Supplier) {
		return
	}
	name := who.Service
	if name == "" {
		name = "the sender"
	}
	f.Apply = ApplyPropose
	f.Reasons = append(f.Reasons, name+" is not known to write for "+cmp.Or(f.Supplier, "its supplier"))
}

// boughtBy tells that a sender is the buyer: the same address, or the name of the consignee.
func (c *candidate) boughtBy(who Sender) bool {
	if who.Service != "" || who.from.Address == "" {
		return false
	}
	if strings.EqualFold(who.from.Address, c.Email) {
		return true
	}
	name := strings.Fields(fold(who.from.Name))
	own := strings.Fields(fold(c.ShipTo.Name))
	slices.Sort(name)
	slices.Sort(own)
	return len(own) > 1 && slices.Equal(name, own)
}

// mostVouched is how many suppliers one message of a stranger is weighed for: nobody ships for more.
const mostVouched = 4

// vouch marks the news that only its sender stands against: it would be believed if they were known to write for the order's supplier. News that costs money
// is asked about by itself.
func (x *Index) vouch(r parsers.Reading, who Sender, findings []Finding) {
	theirs := map[string][]Finding{}
	for i := range findings {
		f := &findings[i]
		if f.PO == 0 || f.Supplier == "" || f.byBuyer || f.Kind == parsers.Question || f.Kind.CostsMoney() || f.Decision == Ignore || f.Decision == Auto && f.Apply == ApplyAuto {
			continue
		}
		known, ok := theirs[f.Supplier]
		if !ok {
			if len(theirs) == mostVouched {
				continue
			}
			known = x.look().match(r, who.As(f.Supplier))
			theirs[f.Supplier] = known
		}
		f.NewSender = slices.ContainsFunc(known, func(k Finding) bool {
			return k.PO == f.PO && k.Kind == f.Kind && k.Decision == Auto && k.Apply == ApplyAuto && slices.Equal(k.Tracking, f.Tracking)
		})
	}
}

// As is the sender once a person has said that they write for a supplier. The buyer stays the buyer.
func (who Sender) As(supplier string) Sender {
	if who.Service != "" {
		who.For = append(slices.Clone(who.For), supplier)
		return who
	}
	as := Sender{Supplier: supplier, from: who.from, Grounds: who.Grounds}
	if who.Strength != "" {
		as.Strength = order.StrengthClaimed
	}
	return as
}

// writer is the carrier of a number: of those that it may be, the one that writes, else the likeliest.
func (who Sender) writer(guesses []parsers.CarrierGuess) string {
	if slug, _ := carrier.Normalize(who.Service); slug != "" {
		for _, g := range guesses {
			if g.Carrier == slug || strings.HasPrefix(g.Carrier, slug+"-") {
				return g.Carrier
			}
		}
	}
	return guesses[0].Carrier
}

// withoutCover drops what a service says above its list ("3 items were despatched today") when the list has it order by order.
func withoutCover(findings []Finding, who Sender) []Finding {
	listed := map[parsers.Kind]int{}
	for i := range findings {
		if f := &findings[i]; f.PO != 0 {
			listed[f.Kind]++
		}
	}
	return slices.DeleteFunc(findings, func(f Finding) bool {
		return who.Service != "" && f.PO == 0 && listed[f.Kind] > 1 && len(f.Tracking)+len(f.Lines)+len(f.Candidates) == 0
	})
}
