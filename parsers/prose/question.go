package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// courtesies are folded pieces of questions that nobody waits for an answer to: "Any questions about your order?", "Noch Fragen?", "Besoin d'aide ?".
var courtesies = strings.Fields("question frage fragen vraag vragen domand pregunta duda duvid pytan help hilf hulp ajuda ayud aiut aide pomoc contact kontakt zufrieden happy satisf tevreden soddisf zadowol wusst wist saviez sapevi sabia newsletter seen gesehen gezien jullie voi " +
	"bewert geht alles everything ok okay alright 質問 ご不明 お困り 疑问 问题 問題 需要帮助")

// courteous tells a folded text with a word of a courtesy.
func courteous(text string) bool {
	return slices.ContainsFunc(courtesies, func(w string) bool { return wordBegins(text, w) })
}

// manyClauses is how many clauses of its own a paper may have in which a question without a known phrase is somebody's: programs' mails are longer.
const manyClauses = 14

// wants tells a question that somebody waits for an answer to, though no phrase for questions is in it: "Would the customer rather have blue or white?" in a
// short mail that otherwise at most confirms the order. What the writer will do with the answer ("then we ship") is no news.
func (r *reader) wants(p *piece, pieces []piece) bool {
	if p.mark != "" || !p.question || len(pieces) == 0 {
		return false
	}
	text := r.plain(p.start, p.end)
	if columns(text) < 24 || !r.aboutOrder(p, text) || courteous(text) {
		return false
	}
	own := 0
	for i := range pieces {
		o := &pieces[i]
		if o.mark != "" {
			continue
		}
		own++
		if len(o.tracking) > 0 || o.news.kind != "" && o.news.score >= 0.5 && !o.news.mild && o.news.kind != parsers.Acknowledgement {
			return false
		}
	}
	return own <= manyClauses
}

// concerned are folded beginnings of words for the customer and for a choice that is left open: what is asked then is asked of the order.
var concerned = strings.Fields("customer client kund empfanger klant cliente klient odbiorc 客户 客戶 お客様 還是 还是 どちら rather either lieber plutot prefer")

// aboutOrder tells a question of the customer, of a choice, or of a number of its own, from one about fairs and prices.
func (r *reader) aboutOrder(p *piece, text string) bool {
	return slices.ContainsFunc(concerned, func(w string) bool { return wordBegins(text, w) }) || slices.ContainsFunc(r.refsIn(p.start, p.end), reference.names)
}

// wordBegins tells whether a word of text begins with w, or, in scripts without spaces, whether w is in it.
func wordBegins(text, w string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], w)
		if i < 0 {
			return false
		}
		i += from
		if i == 0 || w[0] >= 0x80 || !letter(text[i-1]) {
			return true
		}
		from = i + 1
	}
}

// answered drops what is said behind a question of what the answer will bring.
func (r *reader) answered(p *piece, pieces []piece) {
	p.news.mild, p.news.score = false, 0.75
	for i := range pieces {
		o := &pieces[i]
		if o.mark == "" && o.start > p.start && o.block == p.block && o.news.kind == parsers.Acknowledgement {
			o.news = news{}
		}
	}
}

// outcomes takes a refusal for no more than what comes of it where the sentence before says that the goods are gone: "it is no longer made. We cannot supply it."
func (r *reader) outcomes(pieces []piece) {
	for i := 1; i < len(pieces); i++ {
		p, q := &pieces[i-1], &pieces[i]
		if q.mark != "" || p.mark != q.mark || p.block != q.block || p.news.kind != parsers.OutOfStock || q.news.kind != parsers.Rejection || q.question || len(q.products) > 0 || !r.speaksOf(p, q) {
			continue
		}
		if !slices.ContainsFunc(r.within(q.start, q.end), func(h hit) bool { return h.meaning == refusing }) {
			q.news = news{supposed: true}
		}
	}
}
