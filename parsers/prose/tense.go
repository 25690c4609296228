package prose

import (
	"strings"

	"waybill/parsers"
)

// Verbs that are written alike for what was sent and for what will be.

// presentTense tells what is sent from what was: folded, the French "expédie" is like "expédié", and the Portuguese "enviamos" like "enviámos".
func (r *reader) presentTense() {
	for i := range r.hits {
		h := &r.hits[i]
		if h.meaning != shipped || h.languages&(frenchBit|portugueseBit) == 0 || strings.Contains(r.view.text[h.start:h.end], " ") {
			continue
		}
		word := strings.ToLower(r.view.text[h.start:h.end])
		if h.languages&portugueseBit != 0 && strings.HasSuffix(word, "amos") {
			h.languages |= spanishBit // it is Spanish as well, and its conditions turn it: "en cuanto entre, lo enviamos"
		}
		if h.languages&frenchBit == 0 {
			continue
		}
		accented := strings.Contains(word, "é") && (strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "ée") || strings.HasSuffix(word, "es") && !strings.HasSuffix(word, "ées"))
		if accented || strings.HasSuffix(word, "e") && r.firstPerson(h.start) {
			h.meaning = goes
		}
	}
}

// firstPerson tells whether the French "je" or "on" stands right before a word.
func (r *reader) firstPerson(at int) bool {
	head := strings.ToLower(r.view.text[max(0, at-5):at])
	return strings.HasSuffix(head, " je ") || head == "je " || strings.HasSuffix(head, " on ") || head == "on " || strings.HasSuffix(head, "j'") || strings.HasSuffix(head, "j’")
}

// eitherTense tells a shipment that is read out of the first person of the plural of Spanish and Portuguese, which is the same of today and of yesterday. With a day that has come it is done.
func (r *reader) eitherTense(p *piece) bool {
	word := strings.ToLower(r.view.text[p.news.start:p.news.end])
	return p.news.kind == parsers.Shipment && len(p.tracking) == 0 && !strings.Contains(word, " ") && strings.HasSuffix(word, "amos") && !r.todayIn(p.start, p.end)
}

// forecasts takes what may be said of either time for a promise where the sentence before says what keeps the goods, or asks for something: "só teremos o artigo a 23 de outubro; enviamos nesse dia".
func (r *reader) forecasts(pieces []piece) {
	for i := 1; i < len(pieces); i++ {
		p, q := &pieces[i-1], &pieces[i]
		if q.mark != "" || p.mark != q.mark || p.block != q.block || !r.eitherTense(q) {
			continue
		}
		if (changes(p.news.kind) || p.news.kind == "" && p.chances.bad() >= clearly || p.news.kind == parsers.Question || p.question) && r.speaksOf(p, q) {
			q.news = news{supposed: true}
		}
	}
}
