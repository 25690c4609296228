package table

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// Listed finds products that are listed without columns, a line each, how many of it behind it: "KV-100 Ceramic vase 2 pcs", "Ceramic vase x 2", "Ceramic vase ..... 2",
// "KV-100 Ceramic vase 2 of 4". Each run of such lines is a table of two columns, whose headings are not written. What has its number in front and a sign or word behind it reads well as
// it stands.
func Listed(text string) []parsers.Grid {
	var all []parsers.Grid
	var run []item
	flush := func() {
		if g, ok := gridOf(run); ok {
			all = append(all, g)
		}
		run = nil
	}
	for at := 0; at < len(text) && len(all) < mostBlocks; {
		end := len(text)
		if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
			end = at + n
		}
		one, ok := itemOf(text, at, end)
		at = end + 1
		if !ok || len(run) > 0 && (run[0].form != one.form || len(run) > longBlock) {
			flush()
		}
		if ok {
			run = append(run, one)
		}
	}
	flush()
	return all
}

// item is a product and its pieces in one line.
type item struct {
	form           int // how the line is written, by forms
	product, count parsers.Cell
	ordered        parsers.Cell
}

// forms are how lines say how many pieces of a product they mean: the product, the pieces, what was ordered.
var forms = []*regexp.Regexp{
	regexp.MustCompile(`^(.{3,90}?)[ \t:,;–-]*[ \t](?:x|X|×|\*) ?([0-9]{1,3})(?:[.,]0{1,3})?$`),
	regexp.MustCompile(`(?i)^(.{3,90}?)[ \t:,;(–-]*[ \t(]([0-9]{1,3})(?:[.,]0{1,3})? ?(?:pcs?|pieces?|ea|each|units?|stk|stck|stück|stueck|st|pz|pezz[oi]|pièces?|pieces|pce|uds?|unidad(?:es)?|unidades?|piezas?|stuks?|szt|sztuk[ai]?|个|個|件|只|点|枚|本|台|套)\.?\)?$`),
	numberFirst,
	regexp.MustCompile(`^(.{3,90}?) ?(?:\.{3,}|…+|_{3,}) ?([0-9]{1,3})(?:[.,]0{1,3})?$`),
	regexp.MustCompile(`(?i)^(.{3,90}?)[ \t:,;–-]*[ \t]([0-9]{1,3}) ?(?:/|von|of|de|sur|su|di|van|z|ze) ?([0-9]{1,3})$`),
}

// numberFirst is a line with a gap behind its number: "2   Ceramic vase".
var numberFirst = regexp.MustCompile(`^(?:\[[xX]\] |[☑✓✔] ?)?([0-9]{1,3})(?:[.,]0{1,3})?(?: {2,}|\t+)(.{3,90})$`)

// longestUnit is how many bytes stand at most behind the last digit of forms other than numberFirst: " unidades.)".
const longestUnit = 12

// mayBe tells whether a line has the signs of a form. behind is how many bytes stand behind its last digit.
func mayBe(form int, line string, behind int) bool {
	end := line[max(0, len(line)-16):] // no form has more behind the product
	before := strings.TrimSuffix(strings.TrimRight(end, "0123456789.,"), " ")
	switch form {
	case 0:
		last, _ := utf8.DecodeLastRuneInString(before)
		return behind == 0 && strings.ContainsRune("xX×*", last)
	case 1:
		return behind > 0 && behind <= longestUnit
	case 2:
		return (line[0] >= utf8.RuneSelf || line[0] == '[' || isDigitByte(line[0])) && (strings.Contains(line, "  ") || strings.IndexByte(line, '\t') >= 0)
	case 3:
		return behind == 0 && (strings.Contains(end, "...") || strings.Contains(end, "…") || strings.Contains(end, "___"))
	}
	return behind == 0 && before != "" && strings.IndexByte("/nferuizNFERUIZ", before[len(before)-1]) >= 0
}

// itemOf reads the line between two places of a text.
func itemOf(text string, from, to int) (item, bool) {
	line := text[from:to]
	lead := len(line) - len(strings.TrimLeft(line, " \t-*•·"))
	line = strings.TrimRight(line[lead:], " \t\r")
	if len(line) < 5 || len(line) > 120 || line[0] == '>' {
		return item{}, false
	}
	from += lead
	behind := len(line) - 1 - strings.LastIndexAny(line, "0123456789") // bytes behind the last digit
	for form, f := range forms {
		if !mayBe(form, line, behind) {
			continue // most lines are no such: a look is cheaper than an expression
		}
		m := f.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		cell := func(group int) parsers.Cell {
			if 2*group+1 >= len(m) || m[2*group] < 0 {
				return parsers.Cell{}
			}
			return parsers.Cell{Start: from + m[2*group], End: from + m[2*group+1], Text: line[m[2*group]:m[2*group+1]]}
		}
		one := item{form: form, product: cell(1), count: cell(2), ordered: cell(3)}
		if f == numberFirst {
			one.product, one.count = one.count, one.product
		}
		one.product.Text = strings.TrimRight(one.product.Text, " \t:,;.-–_…(")
		one.product.End = one.product.Start + len(one.product.Text)
		if isGoods(one.product.Text) {
			return one, true
		}
		return item{}, false
	}
	return item{}, false
}

// noGoods are words of lines that count something else, folded: what a paper adds up, weighs, packs and numbers.
var noGoods = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`total totals sum summe gesamt gesamtmenge somme suma totale totaal razem lacznie insgesamt subtotal page seite pagina strona blatt sheet parcel parcels paket pakete package packages
		box boxes karton kartons carton cartons colis colli collo bultos bulto pacchi pacco paczka paczki paczek doos dozen pakket pakketten volume volumes caixa caixas weight gewicht poids peso waga kg pallet palette
		phone tel telefon telephone fax pieces stueck stuck stuks sztuk items item artikel position positionen pos lines qty quantity menge anzahl date datum order bestellung auftrag commande pedido ordine zamowienie
		from to between until by within on at am um vom bis zum le du au der die das den il al del los las el la od do dnia step schritt day days tag tage week wochen woche`) {
		m[w] = true
	}
	return m
}()

// isGoods tells words that may name a product: none that count other things, no sentence, no label with its value.
func isGoods(product string) bool {
	folded := strings.Fields(carrier.Fold(product))
	if len(folded) == 0 || len(folded) > 10 || strings.ContainsAny(product, ":?!|\t@") || strings.Contains(product, ". ") {
		return false
	}
	letters := 0
	for _, w := range folded {
		if noGoods[w] {
			return false
		}
		for i := range len(w) {
			if w[i] >= 'a' && w[i] <= 'z' || w[i] >= 0x80 {
				letters++
			}
		}
	}
	return letters >= 2
}

// gridOf gives a run of items as a table. The headings have no place of their own: they are what the lines mean.
func gridOf(run []item) (parsers.Grid, bool) {
	if len(run) < 2 || forms[run[0].form] == numberFirst && inSequence(run) {
		return parsers.Grid{}, false // one line alone may be anything
	}
	first, last := run[0], run[len(run)-1]
	at := min(first.product.Start, first.count.Start)
	heading := []parsers.Cell{{Start: at, End: at, Text: "Item"}, {Start: at, End: at, Text: "Quantity shipped"}}
	parts := first.ordered.Text != ""
	if parts {
		heading = append(heading, parsers.Cell{Start: at, End: at, Text: "Quantity ordered"})
	} else {
		heading[1].Text = "Quantity"
	}
	g := parsers.Grid{Start: at, End: max(last.product.End, last.count.End, last.ordered.End), Rows: [][]parsers.Cell{heading}}
	for _, one := range run {
		row := []parsers.Cell{one.product, one.count}
		if parts {
			row = append(row, one.ordered)
		}
		g.Rows = append(g.Rows, row)
	}
	return g, true
}

// inSequence tells lines that may be counted instead of what is in them: 1, 2, 3.
func inSequence(run []item) bool {
	for i, one := range run {
		if n, ok := quantity(one.count.Text); !ok || n != i+1 {
			return false
		}
	}
	return true
}
