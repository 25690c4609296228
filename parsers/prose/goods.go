package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// shortestSKU is from how many characters on a number is a product's, and not its place in a list.
const shortestSKU = 3

// goodsCode tells a code that no word calls anything for a product's: beside an order whose number begins otherwise, in a sentence that says what became of it.
func (r *reader) goodsCode(f reference, p *piece) bool {
	text := r.view.text[f.start:f.end]
	if f.label != "" || f.plain || f.skip || f.tracking || f.pattern || p.party != nil || p.news.kind == parsers.Question || p.news.kind == "" {
		return false
	}
	head := letters(text)
	digits := 0
	for i := range len(text) {
		if digit(text[i]) {
			digits++
		}
	}
	if head == "" || digits == 0 || len(text) < 4 || head != strings.ToUpper(head) || calendarWeek(head) || !strings.Contains(text, "-") && (len(head) < 2 || digits < 2) || isCarrier(head) {
		return false
	}
	ordered := slices.ContainsFunc(r.products, func(l product) bool { // other goods are called alike
		return !l.title && l.end > l.start && letters(r.view.text[l.start:l.end]) == head
	})
	for _, o := range p.refs {
		if o.label == parsers.LabelOrder || o.label == parsers.LabelKey {
			if letters(r.view.text[o.start:o.end]) == head {
				return false
			}
			ordered = true
		}
	}
	return ordered
}

// letters are those that a code begins with.
func letters(code string) string {
	n := 0
	for n < len(code) && (code[n]|0x20 >= 'a' && code[n]|0x20 <= 'z') {
		n++
	}
	return code[:n]
}
