package flow

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/parsers/carrier"
)

// settled is what a person has decided about a message, and the message: what there is to learn from.
type settled struct {
	supplier string
	from     string          // who wrote it; "" for a file
	reading  parsers.Reading // with text, headings, and the cells that hold our numbers and the parcels'
	po       order.PurchaseOrder
	order    order.Order
	kind     parsers.Kind
	tracking []match.Tracking
	carrier  string // slug, when the person named it
	told     bool   // the person entered the news by hand: the message had not been understood at all
}

// sought are the texts whose cells are of interest.
func (s settled) sought() []string {
	list := []string{s.order.Number, s.po.Number}
	for _, t := range s.tracking {
		list = append(list, t.Number)
	}
	return list
}

// lessons are the rules that would have let the message be read, best first. They are ideas: each is tried before it counts.
func (s settled) lessons() (rules []store.RuleRow) {
	rules = append(rules, s.columns()...)
	if r, ok := s.orderNumber(); ok {
		rules = append(rules, r)
	}
	if r, ok := s.reference(); ok {
		rules = append(rules, r)
	}
	rules = append(rules, s.carriers()...)
	return append(rules, s.phrases()...)
}

func (s settled) rule(kind RuleKind, reads, means, sentence string) store.RuleRow {
	return store.RuleRow{Supplier: s.supplier, Kind: string(kind), Reads: reads, Means: means, Sentence: shorten(sentence)}
}

// shorten keeps of a text what a person needs to recognise it.
func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > 200 {
		text = string(runes[:199]) + "…"
	}
	return text
}

// columns: a number of ours, or the parcel's, stands under a heading that nobody knows. A heading that is known is not unlearned by one message.
func (s settled) columns() (rules []store.RuleRow) {
	want := map[string]string{}
	for _, n := range []string{s.order.Number, s.po.Number} {
		want[bare(n)] = "order"
	}
	for _, t := range s.tracking {
		want[bare(t.Number)] = "tracking"
	}
	headings := map[string][]string{} // meaning to the headings under which it stands
	cells := map[string]parsers.Found{}
	for _, f := range s.reading.Found {
		title := strings.ToLower(f.Head.Title)
		if meaning := want[bare(f.Cell.Text)]; meaning != "" && title != "" && (f.Head.Meaning == "" || f.Head.Meaning == "ignore" && f.Head.By == "cells") {
			if !slices.Contains(headings[meaning], title) {
				headings[meaning] = append(headings[meaning], title)
			}
			cells[title] = f
		}
	}
	for _, meaning := range sorted(headings) {
		if titles := headings[meaning]; len(titles) == 1 { // under two headings nobody knows which it is
			f := cells[titles[0]]
			rules = append(rules, s.rule(RuleColumn, titles[0], meaning, f.Head.Title+": "+f.Cell.Text))
		}
	}
	return rules
}

// bare is a text without case, blanks and signs.
func bare(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToUpper(c)
		}
		return -1
	}, s)
}

var token = regexp.MustCompile(`[^\s,;:()<>\[\]"'„“”«»]+`)

// texts are what the writer wrote: the subject, the new text of each part, the cells that hold what was sought.
func (s settled) texts() (list []string) {
	if env := s.reading.Envelope; env != nil {
		list = append(list, env.Subject)
	}
	for _, p := range s.reading.Parts {
		if text := p.New; strings.TrimSpace(text) != "" {
			list = append(list, text)
		} else if p.Text != "" {
			list = append(list, p.Text)
		}
	}
	for _, f := range s.reading.Found {
		list = append(list, f.Cell.Text)
	}
	return list
}

// orderNumber: our number stands in the message inside a longer word, as the supplier writes it ("LL-1001/26").
func (s settled) orderNumber() (r store.RuleRow, ok bool) {
	for _, number := range []string{s.po.Number, s.order.Number} {
		number = strings.TrimPrefix(number, "#")
		if digitsIn(number) < 3 {
			continue
		}
		for _, text := range s.texts() {
			for _, word := range token.FindAllString(text, -1) {
				if expression, fits := around(strings.Trim(word, ".!?#"), number); fits {
					return s.rule(RuleOrderNumber, expression, "", word), true
				}
			}
		}
	}
	return r, false
}

// around makes a pattern of a word that holds a number between other characters. Digits right beside it would belong to it: then it is another number.
func around(word, number string) (expression string, fits bool) {
	before, after, found := strings.Cut(strings.ToUpper(word), strings.ToUpper(number))
	if !found || before == "" && after == "" || len(before) > 20 || len(after) > 20 || strings.ContainsAny(before+after, "@/\\=") && strings.Contains(word, "//") {
		return "", false
	}
	if digit := func(c byte) bool { return c >= '0' && c <= '9' }; before != "" && digit(before[len(before)-1]) || after != "" && digit(after[0]) {
		return "", false
	}
	if digitsIn(before)+digitsIn(after) > 6 || strings.Contains(word, "@") {
		return "", false
	}
	return `(?i)` + bound(before) + shapeOf(before, false) + "(" + shapeOf(strings.ToUpper(number), true) + ")" + shapeOf(after, false) + bound(reverse(after)), true
}

// bound keeps a pattern from beginning inside a word, where it begins with one.
func bound(text string) string {
	if text == "" || isWord(text[0]) {
		return `\b`
	}
	return ""
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func reverse(text string) string {
	b := []byte(text)
	slices.Reverse(b)
	return string(b)
}

// shapeOf is a pattern of texts like this one: its digits are any digits (grow: one more than there are, for numbers count up), and a single letter at its
// end any letter, as of a purchase order; everything else stays as it is.
func shapeOf(text string, grow bool) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		j := i
		for j < len(text) && text[j] >= '0' && text[j] <= '9' {
			j++
		}
		switch n := j - i; {
		case n > 0 && grow:
			b.WriteString(`\d{` + strconv.Itoa(n) + `,` + strconv.Itoa(n+1) + `}`)
		case n > 0:
			b.WriteString(`\d{` + strconv.Itoa(n) + `}`)
		case grow && i == len(text)-1 && i > 0 && text[i-1] == '-' && isWord(text[i]):
			b.WriteString(`[A-Z]`)
			j = i + 1
		default:
			for j = i + 1; j < len(text) && (text[j] < '0' || text[j] > '9') && !(grow && j == len(text)-1); j++ {
			}
			b.WriteString(regexp.QuoteMeta(text[i:j]))
		}
		i = j
	}
	return b.String()
}

func digitsIn(s string) (n int) {
	for _, c := range s {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}

// reference: beside the parcel stands a single number that nothing calls anything: theirs, if it looks like more than a number.
func (s settled) reference() (r store.RuleRow, ok bool) {
	ours := []string{bare(s.order.Number), bare(s.po.Number)}
	var found []string
	for _, st := range s.reading.Statements {
		for _, ref := range st.Refs {
			text := bare(ref.Text)
			if ref.Label != parsers.LabelNone || ref.Quoted || slices.Contains(ours, text) || digitsIn(text) < 4 || digitsIn(text) == len(text) ||
				slices.ContainsFunc(s.tracking, func(t match.Tracking) bool { return bare(t.Number) == text }) {
				continue
			}
			if !slices.Contains(found, ref.Text) {
				found = append(found, ref.Text)
			}
		}
	}
	if len(found) != 1 {
		return r, false
	}
	return s.rule(RuleReference, shapeOf(found[0], false), "", found[0]), true
}

// carriers: the person named the carrier of a number, and the reader would have said another or none.
func (s settled) carriers() (rules []store.RuleRow) {
	for _, t := range s.tracking {
		if s.carrier == "" || s.guessed(t.Number) == s.carrier || len(t.Number) < 8 {
			continue
		}
		r := s.rule(RuleCarrier, numberShape(t.Number), s.carrier, carrier.Name(s.carrier)+" "+t.Number)
		if !sameRule(rules, r) {
			rules = append(rules, r)
		}
	}
	return rules
}

// guessed is the carrier that the reader gives a number.
func (s settled) guessed(number string) string {
	for _, st := range s.reading.Statements {
		for _, t := range st.Tracking {
			if t.Number == number && len(t.Carriers) > 0 {
				return t.Carriers[0].Carrier
			}
		}
	}
	return ""
}

// numberShape is a pattern of tracking numbers like this one. The first two digits are a carrier's own range more often than not, so they stay.
func numberShape(number string) string {
	letters := strings.IndexFunc(number, unicode.IsDigit)
	if letters < 0 {
		return regexp.QuoteMeta(number)
	}
	keep := letters
	if letters == 0 {
		keep = 2
	}
	return regexp.QuoteMeta(number[:keep]) + shapeOf(number[keep:], false)
}
