package rig

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/order"
)

// changes are ways to change a case so that one knows what is true of it. Each gives false where it makes no sense.
var changes = map[string]func(m *mutable, c *changed, random *rand.Rand) bool{
	// Two orders' numbers change places wherever they stand: what was said of one is said of the other.
	"numbers swapped": func(m *mutable, c *changed, random *rand.Rand) bool {
		a, ok := m.pick(random)
		b, also := m.pick(random)
		if !ok || !also || a == b || strings.Contains(a, b) || strings.Contains(b, a) {
			return false
		}
		c.raw = replaceTokens(c.raw, map[string]string{a: b, b: a})
		c.what = a + " and " + b
		for number, of := range c.owner {
			c.owner[number] = replaceTokens(of, map[string]string{a: b, b: a})
		}
		return true
	},
	// Two digits of a number change places, and it is nobody's.
	"digits transposed": func(m *mutable, c *changed, random *rand.Rand) bool {
		a, ok := m.pick(random)
		b := transposed(random, a)
		if !ok || b == a || m.has(b) {
			return false
		}
		c.raw, c.what = replaceTokens(c.raw, map[string]string{a: b}), a+" to "+b
		return true
	},
	// Another open order has nearly the same number.
	"a near number is open": func(m *mutable, c *changed, random *rand.Rand) bool {
		a, ok := m.pick(random)
		i, other := m.other(random)
		b := transposed(random, a)
		if !ok || !other || b == a || m.has(b) || len(tokenAt(m.raw, b)) > 0 {
			return false
		}
		c.orders, c.what = m.with(i, replaceTokens(m.lines[i], map[string]string{m.orders[i].Number: b})), b
		return true
	},
	// The number is that of another supplier's order.
	"another supplier's order": func(m *mutable, c *changed, random *rand.Rand) bool {
		a, ok := m.pick(random)
		if !ok || !m.speaks() {
			return false
		}
		i := slices.IndexFunc(m.orders, func(o decoyOrder) bool { return o.Number == a })
		if i < 0 || m.orders[i].Supplier != m.f.supplier || m.twice(a) {
			return false
		}
		c.orders, c.what = m.with(i, supplierField.ReplaceAllString(m.lines[i], `"supplier":"somebody-else"`)), a
		delete(c.about, a)
		return true
	},
	// The order was erased. Others that have nearly its number get another: else it counts as theirs with a slip in it, as for any reader without books (TestUnknownNumbers has books).
	erased: func(m *mutable, c *changed, random *rand.Rand) bool {
		a, ok := m.pick(random)
		i := slices.IndexFunc(m.orders, func(o decoyOrder) bool { return o.Number == a })
		if !ok || i < 0 || m.twice(a) || len(m.lines) < 2 {
			return false
		}
		left := ""
		for k, o := range m.orders {
			switch {
			case o.Number == a:
			case m.about[o.Number] || slips(o.Number, a) > 2:
				left += m.lines[k]
			default: // of the same form: orders are told by it
				left += replaceTokens(m.lines[k], map[string]string{o.Number: far(o.Number, a)})
			}
		}
		delete(c.about, a)
		if left == "" {
			return false
		}
		c.orders, c.what = left, a
		return true
	},
	// The order is closed: news of it is for a person.
	"a closed order": func(m *mutable, c *changed, random *rand.Rand) bool {
		a, ok := m.pick(random)
		i := slices.IndexFunc(m.orders, func(o decoyOrder) bool { return o.Number == a })
		if !ok || i < 0 || m.twice(a) {
			return false
		}
		o := m.orders[i]
		c.closed = &match.PO{ID: order.POID(i + 1), OrderID: order.OrderID(i + 1), Channel: o.Channel, Order: o.Number, Number: o.PONumber, Supplier: o.Supplier, MessageIDs: []string{strings.Trim(o.MailID, "<>")}, ReplyTo: o.ReplyTo, Closed: true}
		if c.closed.Number == "" {
			c.closed.Number = o.Number
		}
		c.orders, c.what = strings.Join(m.lines, ""), a
		for number, of := range c.owner {
			c.owner[number] = replaceTokens(of, map[string]string{a: ""}) // its parcel is nobody's
		}
		return len(c.owner) > 0
	},
	// Below stands what was said of another order long ago.
	"an old thread quoted": func(m *mutable, c *changed, random *rand.Rand) bool {
		i, ok := m.other(random)
		if !ok || !m.plain() {
			return false
		}
		o, number := m.orders[i], newUPS(random)
		c.raw += fmt.Sprintf("\r\n\r\nOn Mon, 3 Mar 2025 at 10:12, Orders <orders@lantern-lane.example> wrote:\r\n> Order %s has shipped with UPS.\r\n> Tracking number: %s\r\n", o.Number, number)
		c.what, c.owner[number] = o.Number, ""
		return true
	},
	// Below stands what is said of another order now. Where a person cannot tell what the case itself is about, it may be that one.
	"several orders": func(m *mutable, c *changed, random *rand.Rand) bool {
		i, ok := m.other(random)
		if !ok || !m.plain() || m.unclear {
			return false
		}
		o, number := m.orders[i], newUPS(random)
		c.raw += fmt.Sprintf("\r\n\r\nOrder %s has shipped with UPS. Tracking number: %s\r\n", o.Number, number)
		c.what, c.owner[number], c.about[o.Number] = o.Number, ","+o.Number, true
		return true
	},
	// No number stands there any more: names and addresses are all that is left.
	"numbers lost": func(m *mutable, c *changed, _ *rand.Rand) bool {
		if len(m.sure) == 0 || slices.ContainsFunc(m.orders, func(o decoyOrder) bool { return !m.about[o.Number] && len(tokenAt(m.raw, o.Number)) > 0 }) {
			return false // the supplier's own numbers that are ours too would be all that is left
		}
		gone := map[string]string{}
		for _, a := range m.sure {
			gone[a] = ""
		}
		c.raw = replaceTokens(c.raw, gone)
		return true
	},
	// The parcels of two orders change places.
	"parcels swapped": func(m *mutable, c *changed, random *rand.Rand) bool {
		var numbers []string
		for number, of := range m.owner {
			if strings.Count(of, ",") == 1 && len(tokenAt(m.raw, number)) > 0 {
				numbers = append(numbers, number)
			}
		}
		if slices.Sort(numbers); len(numbers) < 2 {
			return false
		}
		a, b := numbers[random.IntN(len(numbers))], numbers[random.IntN(len(numbers))]
		if a == b || len(a) != len(b) {
			return false
		}
		c.raw, c.what = replaceTokens(c.raw, map[string]string{a: b, b: a}), a+" and "+b
		c.owner[a], c.owner[b] = m.owner[b], m.owner[a]
		return true
	},
}

func (m *mutable) pick(random *rand.Rand) (string, bool) {
	if len(m.sure) == 0 {
		return "", false
	}
	return m.sure[random.IntN(len(m.sure))], true
}

// other picks an order of the same supplier that the message does not name.
func (m *mutable) other(random *rand.Rand) (int, bool) {
	var all []int
	for i, o := range m.orders {
		if !m.about[o.Number] && o.Supplier == m.f.supplier && !m.twice(o.Number) && len(tokenAt(m.raw, o.Number)) == 0 && strings.ContainsAny(o.Number, "0123456789") {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		return 0, false
	}
	return all[random.IntN(len(all))], true
}

func (m *mutable) has(number string) bool {
	return slices.ContainsFunc(m.orders, func(o decoyOrder) bool { return o.Number == number || o.PONumber == number })
}

// far is a number of the same form of which the last three digits are others, and that is not nearly another.
func far(number, other string) string {
	for by := byte(5); ; by++ {
		b := []byte(number)
		for i, n := len(b)-1, 0; i > 0 && n < 3; i-- {
			if digit(b[i]) {
				b[i] = '0' + (b[i]-'0'+by)%10
				n++
			}
		}
		if by == 9 || slips(string(b), other) > 2 {
			return string(b)
		}
	}
}

// slips is how many signs of two numbers differ.
func slips(a, b string) int {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a) > len(b) {
		for i := range a {
			if a[:i]+a[i+1:] == b {
				return 1
			}
		}
		return len(a)
	}
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// twice tells a number that two orders bear.
func (m *mutable) twice(number string) bool {
	n := 0
	for _, o := range m.orders {
		if o.Number == number {
			n++
		}
	}
	return n != 1
}

// with is orders.json with another line.
func (m *mutable) with(i int, line string) string {
	lines := slices.Clone(m.lines)
	lines[i] = line
	return strings.Join(lines, "")
}

var supplierField = regexp.MustCompile(`"supplier":\s*"[^"]*"`)

var fromField = regexp.MustCompile(`(?im)^From:.*[@.]([a-z0-9-]+)\.example`)

// speaks tells whether the sender is the supplier, and nobody who writes for several.
func (m *mutable) speaks() bool {
	if m.f.note.Anyone {
		return false
	}
	if !strings.HasSuffix(m.f.input, ".eml") {
		return true
	}
	found := fromField.FindStringSubmatch(m.raw)
	return found != nil && found[1] == m.f.supplier
}

// plain tells a mail of one text that may be written on.
func (m *mutable) plain() bool {
	head, _, ok := strings.Cut(strings.ReplaceAll(m.raw, "\r\n", "\n"), "\n\n")
	head = strings.ToLower(head)
	return ok && strings.HasSuffix(m.f.input, ".eml") && strings.Contains(head, "content-type: text/plain") && !strings.Contains(head, "base64") && !strings.Contains(head, "quoted-printable") && !strings.Contains(head, "iso-2022") && !strings.Contains(head, "utf-16") &&
		!strings.Contains(m.raw, "\n> ") && !strings.Contains(m.raw, "\n-- \n")
}

// transposed swaps two digits that stand side by side and differ; the first is never made a zero.
func transposed(random *rand.Rand, number string) string {
	var at []int
	for i := 0; i+1 < len(number); i++ {
		if digit(number[i]) && digit(number[i+1]) && number[i] != number[i+1] && (i > 0 && digit(number[i-1]) || number[i+1] != '0') {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return number
	}
	i := at[random.IntN(len(at))]
	return number[:i] + string(number[i+1]) + string(number[i]) + number[i+2:]
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func word(c byte) bool {
	return digit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// tokenAt finds where a number stands by itself.
func tokenAt(text, number string) (at []int) {
	for from := 0; number != ""; {
		i := strings.Index(text[from:], number)
		if i < 0 {
			break
		}
		i += from
		end := i + len(number)
		if (i == 0 || !word(text[i-1])) && (end == len(text) || !word(text[end])) {
			at = append(at, i)
		}
		from = end
	}
	return at
}

// replaceTokens replaces numbers where they stand by themselves, all at once.
func replaceTokens(text string, by map[string]string) string {
	type place struct {
		at, end int
		by      string
	}
	var all []place
	for from, to := range by {
		for _, i := range tokenAt(text, from) {
			all = append(all, place{i, i + len(from), to})
		}
	}
	slices.SortFunc(all, func(a, b place) int { return a.at - b.at })
	var b strings.Builder
	done := 0
	for _, p := range all {
		if p.at < done {
			continue
		}
		b.WriteString(text[done:p.at] + p.by)
		done = p.end
	}
	return b.String() + text[done:]
}

// newUPS makes a number whose check digit holds.
func newUPS(random *rand.Rand) string {
	text, sum := fmt.Sprintf("999AA101%07d", random.IntN(10_000_000)), 0
	for i := range text {
		v := int(text[i] - '0')
		if text[i] >= 'A' {
			v = int(text[i]-3) % 10
		}
		sum += v * (1 + i%2)
	}
	return "1Z" + text + fmt.Sprint((10-sum%10)%10)
}
