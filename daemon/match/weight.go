package match

import (
	"math"

	"waybill/parsers"
)

// Weights of keys, in bits. A number's weight grows with how many purchase orders compete (numberWeight): that an
// unrelated mail names exactly this one gets rarer as there are more of them.
const (
	tokenWeight       = 45.0 // 45 random bits
	quotedTokenWeight = 40.0
	threadWeight      = 35.0 // a Message-ID of ours, which has a token in it as well
	labelledNumber    = 13.0 // "order 1001": about one mail in ten thousand names an order that it is not about
	plainNumber       = 7.0  // "1001" with nothing beside it: years, quantities and house numbers look like that
	quotedNumber      = 4.0  // in the text of an earlier mail
	poNumberBonus     = 3.0  // "1001-A" is hardly anything else
	refWeight         = 11.0
	// Whose mail it is: nearly every answer is about an order that we know (ownSupplier, beside the other assumption about that, in odds.go). A supplier knows only
	// the consignees that it was told, and a key tells whom it means: so by the consignee alone another supplier's order is hardly ever meant, by a key one of
	// our own nearly always.
	otherSupplier  = 13.5
	namedByKey     = 5.5  // more for either, once a key names the order
	nearWeight     = 6.5  // a number with a slip, shared among all orders that it nearly names: what has the form of our numbers is seldom about an order that we never sent
	neighbourBits  = 5.75 // more where nothing but letters that look like digits tell the two apart: some 54 numbers are one wrong digit away, and one is this
	slipBits       = 12.4 // one number in a hundred has a slip, and some 54 numbers of six digits are one slip away
	skuWeight      = 5.0  // at most; common products tell less (see field.products)
	farNumber      = 4.0  // against whose number it is not nearly: what is written beside it is a number of ours with two slips, or an order that we do not know
	otherSKU       = 10.0 // a product that others ordered, and this one did not
	quantityWeight = 1.0
	tooMany        = 5.0 // more pieces than were ordered: parts of an order are sent, but seldom more than all
	closedTwin     = 12.0
	closedStranger = 4.0

	autoConfidence = 0.999
	// distance is how much likelier than the runner-up an automatic match must be, in bits.
	distance = 6.0
	// likely is the score (0 to 1) that a tracking number must have been read with.
	likely = 0.5
)

func numberWeight(base float64, competing int) float64 { return base + math.Log2(float64(competing)) }

// posterior turns weights into probabilities: of each candidate, against the others and against an order that we do not know: some stranger's, or
// one of a candidate's kin. The prior odds are one in as many as compete.
func posterior(weights, kin []float64, competing int) []float64 {
	const most = 900 // bits; what is surer is no surer
	prior := -math.Log2(float64(competing))
	sum := 1.0 // the stranger's
	odds := make([]float64, len(weights))
	for i, w := range weights {
		odds[i] = math.Exp2(math.Min(w+prior, most))
		sum += odds[i] + math.Exp2(math.Min(kin[i]+prior, most))
	}
	for i := range odds {
		odds[i] /= sum
	}
	return odds
}

// clearWords is the score (0 to 1) that words must have been read with. A wrong acknowledgement changes nothing that matters, and a question
// comes before a person anyway.
func clearWords(k parsers.Kind) float64 {
	if k == parsers.Acknowledgement || k == parsers.Question {
		return 0.45
	}
	return 0.7
}
