package match

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"waybill/parsers"
)

// What a paper says of an order's goods stands in the sentences that bring its news, and in clauses beside them: the list below "these are on their way:", "the second
// follows next week". voice is one of either.
type voice struct {
	text          string
	at            parsers.Place
	news          *news // that it belongs to: a sentence brings it, a list stands below that sentence; nil for a remark
	sentence      bool
	open, partial bool // see parsers.Aside
	heading       bool // leads to a list
}

// attend finds for each order the voices that speak of its goods, and gives lists to the news that they stand below.
func (x *look) attend(all []*news, r *parsers.Reading, who Sender) {
	orders := map[string][]*news{}
	for _, n := range all {
		if n.top != nil && n.blurred == "" {
			orders[n.top.key()] = append(orders[n.top.key()], n)
		}
	}
	x.voices = map[string][]voice{}
	for key, told := range orders {
		var voices []voice
		for _, n := range told {
			for i := range n.statements {
				if s := &n.statements[i]; s.Sentence != "" && s.Scope != parsers.ScopeRow && !n.shared {
					voices = append(voices, voice{text: lacking(s.Sentence, n.kind), at: spot(s), news: n, sentence: true, partial: s.Partial})
				}
			}
		}
		for i := range r.Asides {
			a := &r.Asides[i]
			if len(a.Refs) == 0 && len(orders) == 1 || len(a.Refs) > 0 && slices.ContainsFunc(x.mentions(parsers.Statement{Refs: a.Refs}, who), func(m mention) bool { return m.order == key }) {
				voices = append(voices, voice{text: a.Text, at: a.At, open: a.Open || a.Partial, partial: a.Partial, heading: leadsOn(a.Text)})
			}
		}
		slices.SortStableFunc(voices, func(a, b voice) int {
			return cmp.Or(cmp.Compare(a.at.Part, b.at.Part), cmp.Compare(a.at.Start, b.at.Start))
		})
		x.voices[key] = told[0].top.enlist(voices, told)
	}
}

// several are the voices about an order of more than one piece: only of these some may be left out.
func (x *look) several(c *candidate) []voice {
	if c.outstanding() < 2 {
		return nil
	}
	return x.voices[c.key()]
}

// spot is where a sentence stands, as far as what stands in it tells: words that say what happened may be those of the sentence before.
func spot(s *parsers.Statement) parsers.Place {
	at := s.KindAt.At
	for i := range s.Tracking {
		if t := s.Tracking[i].At; t.Part == at.Part && t.Start > at.Start || at == (parsers.Place{}) {
			at = t
		}
	}
	return at
}

// leadsOn tells a line that leads to what stands below.
func leadsOn(text string) bool {
	text = strings.TrimRight(text, " \t")
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：")
}

// enlist gives each entry of a list to the news that it stands below, else above. What stands below words of what has not left is nobody's.
func (c *candidate) enlist(voices []voice, told []*news) []voice {
	var below *news // the news of which entries tell
	apart := false  // below a heading of its own
	for i := range voices {
		v := &voices[i]
		switch {
		case v.sentence:
			if consumes(v.news.kind) || v.news.kind == parsers.Acknowledgement {
				below, apart = v.news, !consumes(v.news.kind) && leadsOn(v.text) && denies(v.text)
			}
			continue
		case v.heading || v.open && len(strings.Fields(v.text)) < shortHeading && len(c.titledIn(v.text)) == 0:
			apart = v.open
			continue
		}
		if i+1 < len(voices) && !voices[i+1].sentence && bareCount(voices[i+1].text) { // "Oak tray", and below it "Qty: 1"
			v.text += " " + voices[i+1].text
			voices[i+1].text = ""
		}
		if apart {
			v.open = true
			continue
		}
		if !v.open && c.listEntry(v.text) {
			v.news = below
			if below == nil {
				v.news = sole(told)
			}
		}
	}
	return voices
}

// denies tells a heading of what is not there.
func denies(text string) bool {
	return slices.ContainsFunc(strings.Fields(fold(text)), func(w string) bool { return deniers[w] })
}

// shortHeading is from how many words on a line is no heading.
const shortHeading = 6

// sole is the news of an order, where only one says what became of it.
func sole(told []*news) *news {
	var one *news
	for _, n := range told {
		if consumes(n.kind) {
			if one != nil {
				return nil
			}
			one = n
		}
	}
	return one
}

// lacking leaves out of a sentence that brings bad news what it says is there: "fig candles ok, cedar out of stock until May, vase ok".
func lacking(sentence string, kind parsers.Kind) string {
	if kind != parsers.OutOfStock && kind != parsers.Backorder || !strings.ContainsAny(sentence, ",;，、") {
		return sentence
	}
	pieces := strings.FieldsFunc(sentence, func(r rune) bool { return strings.ContainsRune(",;，、；", r) })
	kept := slices.DeleteFunc(slices.Clone(pieces), func(p string) bool { return fine.MatchString(p) && !denies(p) })
	if len(kept) == 0 || len(kept) == len(pieces) {
		return sentence
	}
	return strings.Join(kept, ",")
}

// fine finds a piece of a sentence that ends by saying that something is there.
var fine = regexp.MustCompile(`(?i)(?:^|[\s:=-])(?:ok|okay|okey|oké|fine|available|ready|in stock|on stock|da|vorrätig|lieferbar|auf lager|verfügbar|dispo|disponibles?|disponibili|disponibile|disponível|disponíveis|en stock|pronto|pronta|pronti|pronte|listo|lista|listos|listas|prêts?|prêtes?|op voorraad|leverbaar|beschikbaar|em stock|dostępn[eya]|jest|są)\s*[.!]?\s*$|(?:有货|有貨|有現貨|有现货|OK|在庫あり|在庫有り|在庫がございます|ございます)\s*[。!！]?\s*$`)
