package flow

import (
	"slices"
	"strings"
	"unicode"

	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/parsers/carrier"
)

const (
	phraseWords   = 6 // the most words of a phrase
	phraseLetters = 8 // the fewest letters
	phraseIdeas   = 3 // tried for one message
)

// phrases: the words of the sentence that the person has read and the reader has not. Numbers, names and products in it are left out: they belong to one
// order.
func (s settled) phrases() (rules []store.RuleRow) {
	if s.reading.Format != "mail" && s.reading.Format != "text" || !s.told && s.alreadySays() || s.kind.Consequence() == 0 {
		return nil
	}
	for _, sentence := range s.sentences() {
		for _, run := range s.runs(sentence) {
			if r := s.rule(RulePhrase, run, string(s.kind), sentence); !sameRule(rules, r) {
				rules = append(rules, r)
			}
		}
	}
	slices.SortStableFunc(rules, func(a, b store.RuleRow) int { return len(b.Reads) - len(a.Reads) })
	return rules[:min(len(rules), phraseIdeas)]
}

// alreadySays tells whether the reader found the kind by itself, clearly.
func (s settled) alreadySays() bool {
	return slices.ContainsFunc(s.reading.Statements, func(st parsers.Statement) bool { return st.Kind == s.kind && !st.Quoted && st.Score >= 0.6 })
}

// sentences are those that name the order or the parcel, the nearest to what was settled; without any, all of a short message.
func (s settled) sentences() (list []string) {
	var all []string
	for _, text := range s.texts() {
		all = append(all, strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("\n\r!?。！？;", c) })...)
	}
	var sentences []string
	for _, line := range all {
		for _, part := range strings.Split(line, ". ") {
			if part = strings.TrimSpace(part); part != "" {
				sentences = append(sentences, part)
			}
		}
	}
	for _, sentence := range sentences {
		b := bare(sentence)
		if slices.ContainsFunc(s.sought(), func(n string) bool { return n != "" && strings.Contains(b, bare(n)) }) {
			list = append(list, sentence)
		}
	}
	if len(list) == 0 && len(sentences) <= 4 {
		return sentences
	}
	return list
}

// common are words that stand in messages of every kind: a phrase of nothing else says nothing.
const common = ` a an the your our my we you i it is are was were be has have had for of to in on at by with and or from this that please dear hello hi thanks thank regards
order orders number no ref reference po purchase parcel package item items goods customer tracking mr mrs ms
der die das dem den ein eine ihre ihr unsere und oder mit von zu auf bitte sehr geehrte hallo danke bestellung auftrag nummer nr paket ware
le la les un une votre notre et ou avec de du des pour commande numero colis bonjour merci
el los las su nuestro y con para por pedido numero hola gracias il lo gli suo nostro e per ordine grazie een het uw onze en met voor bestelling `

// runs are the phrases of a sentence between numbers, names and signs.
func (s settled) runs(sentence string) (runs []string) {
	names := s.names()
	var words []string
	flush := func() {
		for len(words) > 0 && isCommon(words[len(words)-1]) {
			words = words[:len(words)-1]
		}
		for len(words) > phraseWords && isCommon(words[0]) {
			words = words[1:]
		}
		kept := words[max(0, len(words)-phraseWords):]
		text := strings.Join(kept, " ")
		if telling := slices.DeleteFunc(slices.Clone(kept), isCommon); len(telling) > 0 && letters(text) >= phraseLetters {
			runs = append(runs, text)
		}
		words = nil
	}
	for _, word := range strings.Fields(sentence) {
		ends := strings.ContainsAny(word[len(word)-1:], ",:.)")
		word = strings.Trim(word, ".,:()\"'„“”«»*-–")
		switch {
		case word == "" || digitsIn(word) > 0 || strings.ContainsAny(word, "@/#") || names[carrier.Fold(word)]:
			flush()
			continue
		}
		words = append(words, strings.ToLower(word))
		if ends {
			flush()
		}
	}
	flush()
	return runs
}

func isCommon(word string) bool { return strings.Contains(common, " "+carrier.Fold(word)+" ") }

func letters(text string) (n int) {
	for _, c := range text {
		switch {
		case c > 0x2E7F: // one sign says as much as several letters
			n += 3
		case unicode.IsLetter(c):
			n++
		}
	}
	return n
}

// names are the words that belong to this one order: the customer, the place, the products, the carrier.
func (s settled) names() map[string]bool {
	to := s.order.ShipTo
	all := []string{s.order.Customer.Name, to.Name, to.Company, to.Line1, to.Line2, to.City, to.Region}
	for _, l := range s.po.Lines {
		all = append(all, l.SKU, l.SupplierSKU, l.Title)
	}
	for _, t := range s.tracking {
		all = append(all, carrier.Name(t.Carrier))
	}
	names := map[string]bool{}
	for _, text := range all {
		for word := range strings.FieldsSeq(carrier.Fold(text)) {
			if !isCommon(word) {
				names[word] = true
			}
		}
	}
	return names
}
