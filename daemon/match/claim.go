package match

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// claim is one key as somebody wrote it, and the purchase orders that it names. A key that names several tells less of each, and none of
// them against another.
type claim struct {
	method  Method
	pos     []order.POID
	weight  float64 // bits, for each of pos
	witness string  // one key counts once, however often it is repeated
	reason  string  // "" leaves it to the number of the purchase order
	at      Evidence
	tier    tier
}

// tier is how plainly a key is meant to name an order. Within a statement the plainest tier that names anything does the naming: a number
// without a word beside it is a quantity or a year where another is called an order.
type tier int

const (
	planted tier = iota // our own key
	called              // words, a column or the shop's own pattern call it an order
	theirs              // the supplier's own number, known from an earlier answer
	bare                // a number that happens to be an order's
)

func (c *claim) names(x *look, orders []string) bool {
	return slices.ContainsFunc(c.pos, func(id order.POID) bool { return slices.Contains(orders, x.entry(id).key()) })
}

// orders are the orders that a claim names, each once.
func (c *claim) orders(x *look) []string {
	var keys []string
	for _, id := range c.pos {
		keys = union(keys, []string{x.entry(id).key()})
	}
	return keys
}

// envelopeClaims are the keys that the mail program carried back: reply address, Message-IDs of our mails.
func (x *look) envelopeClaims(env *parsers.Envelope, report *parsers.Report) []claim {
	var claims []claim
	ids := []string{}
	if env != nil {
		for _, to := range env.Recipients {
			claims = x.addressClaims(claims, to)
		}
		ids = slices.Concat(env.InReplyTo, env.References)
		if slices.ContainsFunc(env.InReplyTo, x.ourMail) { // it answers that mail, whatever the thread began with (RFC 5322 section 3.6.4)
			ids = env.InReplyTo
		}
	}
	if report != nil {
		ids = append(ids, report.OriginalIDs...)
	}
	for _, id := range ids {
		id = strings.Trim(id, "<> ")
		at := Evidence{Field: "thread", Text: id, Place: parsers.Place{Part: "header"}}
		if pos := x.find(byThread, id); len(pos) > 0 {
			claims = append(claims, claim{method: Thread, pos: pos, weight: threadWeight - math.Log2(float64(len(pos))), witness: "thread", reason: "answers our mail about ", at: at})
			continue
		}
		// A mail of ours that the index does not know by its whole id: our key stands before its first dot.
		local, _, _ := strings.Cut(id, "@")
		first, _, _ := strings.Cut(local, ".")
		if pos := x.byToken(first); len(pos) > 0 {
			claims = append(claims, claim{method: Thread, pos: pos, weight: threadWeight, witness: "thread", reason: "our key in the thread", at: at})
		}
	}
	return claims
}

// ourMail tells whether a Message-ID is that of a mail with which an order was sent.
func (x *look) ourMail(id string) bool {
	return len(x.find(byThread, strings.Trim(id, "<> "))) > 0
}

// addressClaims looks for a key in a plus address, and for an address that a purchase order was sent with.
func (x *look) addressClaims(claims []claim, to string) []claim {
	at := Evidence{Field: "token", Text: to, Place: parsers.Place{Part: "header"}}
	if pos := x.find(byThread, "to:"+strings.ToLower(to)); len(pos) > 0 {
		return append(claims, claim{method: Token, pos: pos, weight: tokenWeight - math.Log2(float64(len(pos))), witness: "token", reason: "answers to the address that we gave for ", at: at})
	}
	local, _, _ := strings.Cut(to, "@")
	if _, tag, ok := strings.Cut(local, "+"); ok {
		if pos := x.byToken(tag); len(pos) > 0 {
			claims = append(claims, claim{method: Token, pos: pos, weight: tokenWeight, witness: "token", reason: "our key in the reply address", at: at})
		}
	}
	return claims
}

func (x *look) byToken(text string) []order.POID {
	token, err := order.ParseToken(text)
	if err != nil {
		return nil
	}
	return x.find(byKey, string(token))
}

// refClaims looks a reference up: as our key, as an order number, as the supplier's own number.
func (x *look) refClaims(r parsers.Ref, who Sender) []claim {
	if r.Label == parsers.LabelInvoice || r.Label == parsers.LabelCustomer {
		return nil
	}
	if r.Label == parsers.LabelKey && strings.Contains(r.Text, "@") {
		given := x.addressClaims(nil, r.Text)
		for i := range given {
			given[i].at.Place, given[i].tier = r.At, planted
			given[i].reason = place(r.At, r.Quoted) + " stands the address that we gave for "
			if r.Quoted {
				given[i].weight = min(given[i].weight, quotedTokenWeight)
			}
		}
		return given
	}
	if r.Label == parsers.LabelKey || len(r.Text) == order.TokenLength || strings.HasPrefix(strings.ToUpper(r.Text), order.TokenPrefix) {
		if pos := x.byToken(r.Text); len(pos) > 0 {
			weight := tokenWeight
			if r.Quoted {
				weight = quotedTokenWeight
			}
			return []claim{{method: Token, pos: pos, weight: weight, witness: "token", reason: "our key " + place(r.At, r.Quoted), at: Evidence{Field: "token", Text: r.Text, Place: r.At}, tier: planted}}
		}
	}
	var claims []claim
	if c, ok := x.numberClaim(r, who); ok {
		claims = append(claims, c)
	}
	if who.Supplier != "" {
		key := code(r.Text)
		if pos := x.find(byRef, who.Supplier+"|"+key); len(pos) > 0 && len(claims) == 0 {
			claims = append(claims, claim{method: SupplierRef, pos: pos, weight: numberWeight(refWeight, x.competing(who)), witness: "ref:" + key, tier: theirs,
				reason: fmt.Sprintf("their reference %s, known from an earlier answer", r.Text), at: Evidence{Field: "order", Text: r.Text, Place: r.At}})
		}
	}
	return claims
}

// numberClaim takes a reference for an order's or a purchase order's number.
func (x *look) numberClaim(r parsers.Ref, who Sender) (claim, bool) {
	key := code(r.Text)
	pos, whole := x.find(byNumber, key), true
	if len(pos) == 0 {
		pos, whole = x.core(key, who), false
	}
	if len(pos) == 0 {
		return claim{}, false
	}
	c := claim{method: OrderNumber, pos: pos, witness: "number:" + key, at: Evidence{Field: "order", Text: r.Text, Place: r.At}, tier: bare}
	what, base := "number ", plainNumber
	switch {
	case r.Quoted:
		base, what = quotedNumber, "number "
		if r.Label == parsers.LabelOrder && !r.Pattern {
			c.tier = called
		}
	case r.Label == parsers.LabelOrder && !r.Pattern, r.Label == parsers.LabelTheirs && whole && !digitsOnly(key):
		base, what, c.tier = labelledNumber, "order number ", called
	case r.Label == parsers.LabelTheirs:
		base = quotedNumber
	case commonNumber(key):
		base = quotedNumber
	case len(key) >= 6:
		base += 3 // nobody writes six characters by chance
	}
	if whole && r.Pattern && !commonNumber(key) && !r.Quoted {
		c.tier = called
	}
	c.weight = numberWeight(base, x.competing(who))
	c.reason = what + r.Text + " " + place(r.At, r.Quoted)
	switch e := x.entry(pos[0]); {
	case !whole:
		c.weight -= 2
		c.reason += ", which is " + e.Order + " but for what stands around the digits"
	case key == code(e.Number) && key != code(e.Order):
		c.weight += poNumberBonus
	}
	return c, true
}

// commonNumber tells numbers that texts are full of: years, and whatever has three digits or fewer.
func commonNumber(key string) bool {
	return digitsOnly(key) && (len(key) <= 3 || len(key) == 4 && (key[:2] == "19" || key[:2] == "20"))
}

func digitsOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// core finds orders whose digits are a reference's digits: a prefix that was added ("PO1001") or left out, leading zeros that a spreadsheet ate. It
// answers only where all that it finds is one order.
func (x *look) core(key string, who Sender) []order.POID {
	digits := coreOf(key)
	if len(digits) < 4 {
		return nil
	}
	var found []order.POID
	for _, id := range x.cores(digits) {
		e := x.entry(id)
		if who.Supplier != "" && e.Supplier != "" && e.Supplier != who.Supplier {
			continue
		}
		if !alike(key, code(e.Order)) && !alike(key, code(e.Number)) {
			continue
		}
		if len(found) > 0 && x.entry(found[0]).key() != e.key() {
			return nil
		}
		found = append(found, id)
	}
	return found
}

// alike tells whether two codes with the same digits may be the same number: one has no letters, or only such as mean "number".
func alike(a, b string) bool {
	x, y := lettersOf(a), lettersOf(b)
	return x == y || x == "" || y == "" || generic[x] || generic[y]
}

var generic = map[string]bool{"PO": true, "NO": true, "NR": true, "ORD": true, "ORDER": true, "BEST": true, "REF": true, "N": true, "O": true, "P": true}

func lettersOf(key string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, key)
}

// coreOf is a code's digits without leading zeros; "" when digits stand in several places, since then they are no number.
func coreOf(key string) string {
	start := strings.IndexFunc(key, isDigit)
	if start < 0 {
		return ""
	}
	end := start
	for end < len(key) && key[end] >= '0' && key[end] <= '9' {
		end++
	}
	if strings.IndexFunc(key[end:], isDigit) >= 0 {
		return ""
	}
	return strings.TrimLeft(key[start:end], "0")
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func place(at parsers.Place, quoted bool) string {
	switch {
	case quoted:
		return "in the quoted text"
	case at.Row > 0:
		return fmt.Sprintf("in row %d", at.Row)
	case strings.HasSuffix(at.Part, "subject"):
		return "in the subject"
	case at.Part == "filename":
		return "in the file name"
	case at.Part == "header":
		return "in the header"
	}
	return "in the text"
}

// nearNumbers are orders that a number nearly names: a digit wrong, missing or too many, two swapped, a letter read for a digit. It is an idea
// and never a match: something else must speak for it.
func (x *look) nearNumbers(r parsers.Ref, who Sender) []claim {
	key := code(r.Text)
	if len(key) < 4 || len(key) > 16 || r.Label == parsers.LabelKey || !slices.ContainsFunc([]rune(key), isDigit) {
		return nil
	}
	pos, weight := x.lookalike(key, who), nearWeight+neighbourBits
	if len(pos) == 0 {
		pos, weight = x.nearly(key, who), nearWeight
	}
	if len(pos) == 0 || len(pos) > maxNear {
		return nil
	}
	return []claim{{method: Fuzzy, pos: pos, weight: weight + math.Log2(float64(x.competing(who))/float64(len(pos))), witness: "near:" + key,
		reason: "nearly the number " + r.Text + " " + place(r.At, r.Quoted), at: Evidence{Field: "order", Text: r.Text, Place: r.At}}}
}

// lookalike gives the orders whose number this is but for letters that look like digits: "2O25-03962" is one number, where a wrong digit may make it any of some fifty.
func (x *look) lookalike(key string, who Sender) []order.POID {
	clear := readDigits(key)
	if clear == key {
		return nil
	}
	return slices.DeleteFunc(x.find(byNumber, clear), func(id order.POID) bool {
		e := x.entry(id)
		return who.Supplier != "" && e.Supplier != "" && e.Supplier != who.Supplier
	})
}

// readDigits makes digits of letters that look like them. Letters in front stay: "IV2S944" is "IV25944".
func readDigits(key string) string {
	i := strings.IndexFunc(key, isDigit)
	if i < 0 {
		return key
	}
	return key[:i] + misread.Replace(key[i:])
}

// nearly gives the orders that a number nearly names. Each costs some hundred looks into the index, here in the daemon: the same number is sought once, and
// a paper with more unknown numbers than any supplier writes gets no ideas for the rest.
func (x *look) nearly(key string, who Sender) []order.POID {
	sought := nearKey{key, who.Supplier}
	if pos, ok := x.tried[sought]; ok {
		return slices.Clone(pos)
	}
	if len(x.tried) >= mostNear {
		return nil
	}
	seen := map[order.POID]bool{}
	var pos []order.POID
	variants(key, func(variant string) {
		for _, id := range x.find(byNumber, variant) {
			e := x.entry(id)
			if !seen[id] && (who.Supplier == "" || e.Supplier == "" || e.Supplier == who.Supplier) {
				seen[id] = true
				pos = append(pos, id)
			}
		}
	})
	slices.Sort(pos)
	x.tried[sought] = slices.Clone(pos)
	return pos
}

// maxNear is how many orders a number may nearly name before it says nothing; mostNear how many numbers of one paper are sought so.
const (
	maxNear  = 60
	mostNear = 2000
)

// variants calls try with everything that is one slip away from key.
func variants(key string, try func(string)) {
	if clear := misread.Replace(key); clear != key {
		try(clear)
	}
	if i := strings.IndexFunc(key, isDigit); i > 0 { // what stands in front are letters: "IV2S944" is "IV25944"
		if clear := key[:i] + misread.Replace(key[i:]); clear != key {
			try(clear)
		}
	}
	b := []byte(key)
	for i, c := range b {
		if c < '0' || c > '9' {
			continue
		}
		for d := byte('0'); d <= '9'; d++ {
			if d != c {
				b[i] = d
				try(string(b))
			}
			try(key[:i] + string(d) + key[i:])
		}
		b[i] = c
		try(key[:i] + key[i+1:])
		if i+1 < len(b) && b[i+1] != c && b[i+1] >= '0' && b[i+1] <= '9' {
			b[i], b[i+1] = b[i+1], c
			try(string(b))
			b[i], b[i+1] = c, b[i]
		}
	}
	for d := byte('0'); d <= '9'; d++ {
		try(key + string(d))
	}
}

// misread are letters that people and scanners take for digits.
var misread = strings.NewReplacer("O", "0", "Q", "0", "I", "1", "L", "1", "Z", "2", "S", "5", "B", "8", "G", "6")
