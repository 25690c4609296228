package match

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"waybill/daemon/order"
	"waybill/parsers"
)

// How many pieces of what, in sentences: "los dos champús sólidos", "茶杯 1 只", "Walnut bowl (x3)". A number counts a product only where it stands right beside the words
// of its title, and only the titles of the order's own lines are looked for, so that no sentence can invent goods.

// countTally is how many pieces of which lines sentences tell. torn: two sentences tell different numbers.
type countTally struct {
	pieces map[string]int // by line
	torn   bool
}

// tally reads the sentences of news. What is said of several orders in one breath is nobody's.
func (c *candidate) tally(n *news) countTally {
	t := countTally{pieces: map[string]int{}}
	if n.shared {
		return t
	}
	for _, s := range n.statements {
		if s.Sentence == "" || s.Scope == parsers.ScopeRow {
			continue
		}
		for _, l := range c.Lines {
			told := slices.Concat(c.westernCounts(s.Sentence, l), c.easternCounts(s.Sentence, l))
			for _, quantity := range told {
				if have := t.pieces[l.ID]; have > 0 && have != quantity {
					t.torn = true
				}
				t.pieces[l.ID] = quantity
			}
		}
	}
	return t
}

// signs are what a sentence is cut into: words, numbers, and what stands between.
var signs = regexp.MustCompile(`[\p{L}\p{M}'’]+|\p{Nd}+|[^\s]`)

// westernCounts gives the numbers beside the words of a line's title, in scripts with spaces.
func (c *candidate) westernCounts(sentence string, l Line) (told []int) {
	raw := signs.FindAllString(sentence, mostSigns)
	words := make([]string, len(raw))
	for i, w := range raw {
		words[i] = fold(w)
	}
	title := titleWords(l.Title)
	own := func(i int) bool { // a word that only this line's title has
		return len(words[i]) >= shortSKU-1 && isASCII(words[i]) && !isNumber(words[i][0]) && !leading[words[i]] && !articles[words[i]] && !carried[words[i]] &&
			hasWord(title, words[i]) && !slices.ContainsFunc(c.Lines, func(o Line) bool { return o.ID != l.ID && hasWord(titleWords(o.Title), words[i]) })
	}
	for i := 0; i < len(words); i++ {
		if !own(i) {
			continue
		}
		from, to := i, i+1
		for from > 0 && words[from-1] != "" && (hasWord(title, words[from-1]) || leading[words[from-1]] && from > 1 && hasWord(title, words[from-2])) {
			from--
		}
		for to < len(words) && (words[to] != "" && hasWord(title, words[to]) || to+1 < len(words) && (leading[words[to]] || ofWord[words[to]] || raw[to] == "," && isNumberWord(words[to+1])) && hasWord(title, words[to+1])) {
			to++
		}
		if number, ok := numberBefore(raw, words, from); ok {
			told = append(told, number)
		} else if number, ok := numberBehind(raw, words, to); ok {
			told = append(told, number)
		} else if from < i && isNumberWord(words[from]) && slices.Contains(title, words[from]) {
			i = to // a number that is the title's own
			continue
		}
		i = to - 1
	}
	return told
}

const mostSigns = 400 // of one sentence

// titleWords are the folded words of a title, with numbers apart from their units.
func titleWords(title string) []string {
	var b strings.Builder
	last := rune(' ')
	for _, r := range title {
		if unicode.IsDigit(r) != unicode.IsDigit(last) && (unicode.IsLetter(r) || unicode.IsLetter(last)) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return strings.Fields(fold(b.String()))
}

func hasWord(title []string, word string) bool {
	if word == "" {
		return false // a sign
	}
	return slices.ContainsFunc(title, func(t string) bool { return t == word || !isNumber(word[0]) && oneWord(t, word) })
}

func isNumberWord(w string) bool { return w != "" && isNumber(w[0]) }

// numberBefore reads "two of the", "2 x", "3 bars of", "2 Stück" in front of the words of a title.
func numberBefore(raw, words []string, from int) (int, bool) {
	i := from - 1
	for skipped := 0; i >= 0 && skipped < 3; skipped++ {
		w := words[i]
		linked := ofWord[w] || raw[i] == "×" || raw[i] == "*" || w == "x" || articles[w] && w != "" && !isNumberWord(w)
		behindOf := i+1 < from && ofWord[words[i+1]] && w != "" && !isNumberWord(w) && !carried[w] && numerals[w] == 0
		if !linked && !countWords[w] && !behindOf {
			break
		}
		i--
	}
	if i < 0 {
		return 0, false
	}
	n := numerals[words[i]]
	if n == 0 {
		var err error
		if n, err = strconv.Atoi(raw[i]); err != nil || n == 0 || n > mostCounted || len(raw[i]) > 3 {
			return 0, false
		}
	}
	if i == 0 {
		return n, true
	}
	before := words[i-1]
	switch {
	case before == "" && strings.ContainsAny(raw[i-1], "#№-/.:$€£%+"), carried[before], numbering[before], ofWord[before] && i > 1 && (isNumberWord(words[i-2]) || numerals[words[i-2]] > 0):
		// ":" leads to a list, and stands in the time of day
		return n, raw[i-1] == ":" && (i < 2 || !isNumberWord(words[i-2]) || len(raw[i-2]) > 2 || len(raw[i]) != 2)
	case isNumberWord(before):
		return 0, false
	}
	return n, true
}

// numberBehind reads "(x3)", "x 3", "3 pcs", ": 3" behind the words of a title.
func numberBehind(raw, words []string, to int) (int, bool) {
	i, signed, bracket := to, false, false
	for i < len(raw) && i < to+3 && (raw[i] == "(" || raw[i] == ":" || raw[i] == "×" || raw[i] == "*" || words[i] == "x" || quantityWord[words[i]]) {
		signed = signed || words[i] == "x" || raw[i] == "×" || raw[i] == "*" || quantityWord[words[i]]
		bracket = bracket || raw[i] == "(" || raw[i] == ":"
		i++
	}
	if i >= len(raw) {
		return 0, false
	}
	n, err := strconv.Atoi(raw[i])
	if err != nil || n == 0 || n > mostCounted || len(raw[i]) > 3 {
		return 0, false
	}
	next, after := "", ""
	if i+1 < len(raw) {
		next, after = words[i+1], raw[i+1]
	}
	ends := after == "" || after == ")" || after == "," || after == ";" || after == "." && (i+2 == len(raw) || !isNumberWord(words[i+2]))
	return n, countWords[next] || next == "x" || ends && (signed || bracket)
}

const mostCounted = 999 // more pieces are not said in a sentence

// numerals are small numbers in words, folded. Of those that are articles as well only what is none is here.
var numerals = func() map[string]int {
	all := map[string]int{}
	for _, list := range []string{
		"one two three four five six seven eight nine ten eleven twelve",
		"- zwei drei vier fuenf sechs sieben acht neun zehn elf zwoelf",
		"- twee drie vier vijf zes zeven acht negen tien elf twaalf",
		"jeden dwa trzy cztery piec szesc siedem osiem dziewiec dziesiec jedenascie dwanascie",
		"jedna dwie", "jedno", "- deux trois quatre cinq six sept huit neuf dix onze douze",
		"- dos tres cuatro cinco seis siete ocho nueve diez once doce",
		"- due tre quattro cinque sei sette otto nove dieci undici dodici",
		"- dois tres quatro cinco seis sete oito nove dez onze doze", "- duas",
	} {
		for i, w := range strings.Fields(list) {
			if w != "-" {
				all[w] = i + 1
			}
		}
	}
	return all
}()

var (
	ofWord       = wordSet("of de d di von van do da z ze")
	numbering    = wordSet("no nr num numero nummer numer n box parcel carton colis pacco paket bulto size groesse taille talla taglia maat")
	quantityWord = wordSet("qty quantity menge anzahl quantite qte cantidad cant quantita qta aantal quantidade qtd ilosc")
	countWords   = wordSet(`pcs pc piece pieces unit units ea each off stueck stk stck st pair pairs paar bottle bottles jar jars bar bars roll rolls pack packs set sets flaschen rollen glaeser dosen
		pieza piezas ud uds unidad unidades botella botellas bote botes pz pezzi pezzo paia paio flaconi stuks stuk flessen paires paire pieces bouteilles pots exemplaires
		unidade un pecas peca frascos szt sztuk sztuki sztuka pary butelek butelki sloiki`)
)

// easternCounts does it for Chinese and Japanese, which have no spaces: "茶杯1只", "2点のタオルマフラー", "茶杯 × 1".
func (c *candidate) easternCounts(sentence string, l Line) (told []int) {
	if isASCII(l.Title) {
		return nil
	}
	text := joinedEast(sentence)
	for _, name := range c.easternNames(l) {
		for from := 0; ; {
			i := strings.Index(text[from:], name)
			if i < 0 {
				break
			}
			start, end := from+i, from+i+len(name)
			from = end
			if m := easternBehind.FindStringSubmatch(text[end:]); m != nil {
				told = append(told, easternNumber(m[1]+m[2]+m[3]))
			} else if m := easternBefore.FindStringSubmatch(text[:start]); m != nil {
				told = append(told, easternNumber(m[1]))
			}
		}
		if len(told) > 0 {
			break
		}
	}
	return slices.DeleteFunc(told, func(n int) bool { return n == 0 || n > mostCounted })
}

// easternNames are what a line may be called: its title, or a word of it of two characters at the least that no other title has.
func (c *candidate) easternNames(l Line) []string {
	names := []string{joinedEast(l.Title)}
	for w := range strings.FieldsSeq(norm.NFKC.String(l.Title)) {
		if len(w) >= easternWord && !isASCII(w) && w != names[0] && !slices.ContainsFunc(c.Lines, func(o Line) bool { return o.ID != l.ID && strings.Contains(joinedEast(o.Title), w) }) {
			names = append(names, w)
		}
	}
	return names
}

func joinedEast(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), "") }

const (
	easternDigits  = `([0-9]{1,3}|[一二两兩三四五六七八九十])`
	easternCounter = `[个個只隻件枚本点點台套双雙卷瓶支包条條把张張块塊对對幅组組袋罐足冊着膳客盏盞份つ]`
)

var (
	easternBehind = regexp.MustCompile(`^(?:[（(:：、]?[x×*✕]` + easternDigits + `(?:[^0-9.]|$)|[（(]?(?:数量|數量)?[:：]?` + easternDigits + easternCounter + `|[（(]` + easternDigits + `[)）])`)
	easternBefore = regexp.MustCompile(`(?:^|[^0-9.\-第])` + easternDigits + easternCounter + `[の的]?$`)
)

func easternNumber(s string) int {
	if i := strings.Index("一二三四五六七八九十", s); i >= 0 && s != "" && !isNumber(s[0]) {
		return i/len("一") + 1
	}
	if s == "两" || s == "兩" {
		return 2
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// completed adds to products that a sentence names by their titles those which it counts beside them: "2个青花碗和4个茶杯". False: what is counted differs.
func (c *candidate) completed(finding *Finding, n *news) bool {
	if slices.ContainsFunc(n.lines, func(l parsers.Line) bool { return l.SKU.Text != "" || l.QuantityAt.Row > 0 || l.Kind != "" }) {
		return true
	}
	told := c.tally(n)
	for _, q := range finding.LineQuantities {
		if quantity := told.pieces[q.Line]; quantity > 0 && quantity != q.Quantity {
			return false
		}
		delete(told.pieces, q.Line)
	}
	if told.torn {
		return false
	}
	c.bookCounts(finding, told, nil)
	return true
}

// roomFor tells whether what is counted leaves room for what other news says of the same lines.
func (c *candidate) roomFor(told countTally, other map[string]int) bool {
	for line, quantity := range told.pieces {
		if quantity > c.line(line).Outstanding-other[line] {
			return false
		}
	}
	return true
}

// bookCounts books what sentences count, and what they only name beside it. More than is outstanding is a contradiction.
func (c *candidate) bookCounts(finding *Finding, told countTally, own map[string]int) {
	for _, l := range c.Lines {
		quantity := told.pieces[l.ID]
		if quantity == 0 {
			quantity = own[l.ID]
		}
		if quantity == 0 {
			continue
		}
		finding.Lines = append(finding.Lines, FoundLine{SKU: l.SKU, Quantity: quantity})
		if take := min(quantity, l.Outstanding); take > 0 {
			finding.LineQuantities = append(finding.LineQuantities, order.LineQuantity{Line: l.ID, Quantity: take})
		}
		if quantity > l.Outstanding && !c.Closed {
			finding.contradict("too_many", strconv.Itoa(quantity)+" of "+l.SKU+" are more than are outstanding")
		}
	}
}
