package match

import (
	"cmp"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"waybill/daemon/order"
	"waybill/parsers"
)

// How many pieces of what, in sentences: "los dos champús sólidos", "茶杯 1 只", "Walnut bowl (x3)". A number counts a product only where it stands right beside the words
// of its title, and only the titles of the order's own lines are looked for, so that no sentence can invent goods.

// countTally is how many pieces of which lines the voices of news tell. torn: two of them tell different numbers.
type countTally struct {
	pieces map[string]int  // by line
	named  map[string]bool // lines that they name
	parts  map[string]bool // lines of which they tell how many there are, and how many of these are meant
	torn   bool
	stayed map[string]int // pieces by line that the news itself leaves out, 0 for all
	strays bool           // beside what they count stands something else with a number, which no line is
}

// tally hears the sentences of news and the lists below them. What is said of several orders in one breath is nobody's.
func (c *candidate) tally(n *news, voices []voice) countTally {
	t := countTally{pieces: map[string]int{}, named: map[string]bool{}, parts: map[string]bool{}, stayed: map[string]int{}}
	for i := range voices {
		if voices[i].news == nil && n.kind == parsers.Shipment {
			t.remark(c, &voices[i])
		}
		if voices[i].news != n || voices[i].text == "" {
			continue
		}
		s := c.heed(&voices[i])
		for k, l := range c.Lines {
			heard := s.of(k)
			if heard.named && (heard.mine || s.lacks) {
				t.named[l.ID] = true
			}
			if n.kind == parsers.Shipment && len(heard.stayed) > 0 {
				t.stayed[l.ID] = heard.stayed[0]
			}
			t.parts[l.ID] = t.parts[l.ID] || len(heard.of) > 0
			for _, quantity := range heard.counts {
				if n.kind == parsers.Shipment {
					quantity = cmp.Or(c.sent(&voices[i], quantity, n.tracking), quantity)
				}
				if have := t.pieces[l.ID]; have > 0 && have != quantity {
					t.torn = true
				}
				t.pieces[l.ID] = quantity
			}
		}
		t.ofAll(c, s)
		t.strays = t.strays || len(t.pieces) > 0 && s.strays()
		if sole := s.sole(); sole > 0 {
			t.alone(c.Lines[0].ID, sole)
		}
	}
	t.lessen(c)
	return t
}

// alone takes pieces of an order's only line that no clause before has counted.
func (t *countTally) alone(line string, pieces int) {
	if t.pieces[line] == 0 {
		t.pieces[line] = pieces
	}
}

// ofAll takes "4 of 6" that stands at no title for the one line that it can mean.
func (t *countTally) ofAll(c *candidate, s *speech) {
	_, parts := s.looseCounts()
	parts = append(parts, s.easternParts()...)
	for _, p := range parts {
		line, found := -1, 0
		for k, l := range c.Lines {
			if l.Quantity == p.of || l.Outstanding == p.of {
				line, found = k, found+1
			}
		}
		if found != 1 || p.pieces > p.of || len(c.Lines) > 1 && !t.named[c.Lines[line].ID] && len(t.named) > 0 {
			continue
		}
		id := c.Lines[line].ID
		if have := t.pieces[id]; have > 0 && have != p.pieces && have != p.of {
			t.torn = true
		}
		t.pieces[id] = p.pieces
	}
}

// signs are what a sentence is cut into: words, numbers, and what stands between, one by one.
func signs(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for at := 0; at < len(text); {
			r, size := utf8.DecodeRuneInString(text[at:])
			end := at + size
			switch {
			case r == ' ' || r >= '\t' && r <= '\r' && r != '\v':
				at = end
				continue
			case inWord(r):
				end += spanned(text[end:], inWord)
			case unicode.IsDigit(r):
				end += spanned(text[end:], unicode.IsDigit)
			}
			if !yield(text[at:end]) {
				return
			}
			at = end
		}
	}
}

// inWord tells letters, and what stands among them.
func inWord(r rune) bool {
	return r|0x20 >= 'a' && r|0x20 <= 'z' || r == '\'' || r >= 0x80 && (r == '’' || unicode.IsLetter(r) || unicode.IsMark(r))
}

// spanned is how many bytes a text begins with whose runes are all such.
func spanned(text string, is func(rune) bool) int {
	if end := strings.IndexFunc(text, func(r rune) bool { return !is(r) }); end >= 0 {
		return end
	}
	return len(text)
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

const mostCounted = 999 // more pieces are not said in a sentence

// numerals are small numbers in words, folded. Of those that are articles as well only what is none is here.
var numerals = func() map[string]int {
	all := map[string]int{}
	for _, list := range []string{
		"one two three four five six seven eight nine ten eleven twelve",
		"- zwei drei vier fuenf sechs sieben acht neun zehn elf zwoelf",
		"- twee drie vier vijf zes zeven acht negen tien elf twaalf",
		"jeden dwa trzy cztery piec szesc siedem osiem dziewiec dziesiec jedenascie dwanascie",
		"jedna dwie", "jedno", "- dwoch trzech czterech pieciu szesciu siedmiu osmiu dziewieciu dziesieciu", "- both", "- beide", "- beiden", "- beider", "- allebei", "- oba", "- obie", "- obydwa",
		"- ambos", "- ambas", "- entrambi", "- entrambe", "- deux trois quatre cinq six sept huit neuf dix onze douze",
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
	for w := range dozens {
		all[w] = 12
	}
	return all
}()

// dozens are twelve, halves before them make six.
var (
	dozens = wordSet("dozen dutzend douzaine docena dozzina dozijn duzia tuzin")
	halves = wordSet("half halbes demi media mezza meia")
)

var (
	ofWord       = wordSet("of de d di von van do da z ze")
	numbering    = wordSet("no nr num numero nummer numer n pos position posten item art artikel line zeile ligne linea riga regel poz lp box parcel carton colis pacco paket bulto size groesse taille talla taglia maat")
	quantityWord = wordSet("qty quantity menge anzahl quantite qte cantidad cant quantita qta aantal quantidade qtd ilosc")
	countWords   = wordSet(`pcs pc piece pieces unit units ea each off stueck stk stck st pair pairs paar bottle bottles jar jars bar bars roll rolls pack packs set sets flaschen rollen glaeser dosen
		pieza piezas ud uds unidad unidades botella botellas bote botes pz pezzi pezzo paia paio flaconi stuks stuk flessen paires paire pieces bouteilles pots exemplaires
		unidade un pecas peca frascos szt sztuk sztuki sztuka pary butelek butelki sloiki`)
)

// easternCounts does it for Chinese and Japanese, which have no spaces: "茶杯1只", "2点のタオルマフラー", "茶杯 × 1".
func (c *candidate) easternCounts(sentence string, line int) (told []int) {
	text := joinedEast(sentence)
	for _, name := range c.easternNames(line) {
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

// easternNames are what a line may be called: its title, or a word of it of two characters at the least that no other title has, or what it is in these languages.
func (c *candidate) easternNames(line int) []string {
	l := c.Lines[line]
	if isASCII(l.Title) {
		return c.easternThings(line)
	}
	names := []string{joinedEast(l.Title)}
	for w := range strings.FieldsSeq(norm.NFKC.String(l.Title)) {
		if len(w) >= easternWord && !isASCII(w) && w != names[0] && !slices.ContainsFunc(c.Lines, func(o Line) bool { return o.ID != l.ID && strings.Contains(joinedEast(o.Title), w) }) {
			names = append(names, w)
		}
	}
	for w := range strings.FieldsSeq(names[0] + " " + norm.NFKC.String(l.Title)) {
		shade, _ := utf8.DecodeRuneInString(w) // "赤" of "赤いマグ"
		if len(c.Lines) > 1 && strings.ContainsRune(easternShades, shade) && !slices.ContainsFunc(c.Lines, func(o Line) bool { return o.ID != l.ID && strings.ContainsRune(o.Title, shade) }) {
			names = append(names, string(shade))
			break
		}
	}
	for _, length := range [...]int{3, 2} { // the thing stands last: "灯罩" of "竹编灯罩"
		if cut := len(names[0]) - length*len("灯"); cut > 0 && !isASCII(names[0][cut:]) && utf8.RuneStart(names[0][cut]) &&
			!slices.ContainsFunc(c.Lines, func(o Line) bool { return o.ID != l.ID && strings.Contains(joinedEast(o.Title), names[0][cut:]) }) {
			names = append(names, names[0][cut:])
		}
	}
	return append(names, c.easternThings(line)...)
}

// tellsEastern tells whether what a line may be called names it where no spaces part words: two characters at the least, or the one of a colour. Any other
// single character stands in words of its own: "碗" in "碗柜".
func tellsEastern(name string) bool {
	return !isASCII(name) && (len(name) >= easternWord || strings.Contains(easternShades, name))
}

// easternShades are characters of colours.
const easternShades = "青赤白黒黑緑绿綠黄黃灰茶紫紅红蓝藍粉"

// joinedEast takes the spaces out of a text. Behind a code one is kept before a number: "SA35087 3点".
func joinedEast(s string) string {
	words := strings.Fields(norm.NFKC.String(s))
	for i, w := range words[:max(0, len(words)-1)] {
		if last := w[len(w)-1]; isNumber(last) && isNumber(words[i+1][0]) {
			words[i] += " "
		}
	}
	return strings.Join(words, "")
}

const (
	easternDigits  = `([0-9]{1,3}|[一二两兩三四五六七八九十])`
	easternCounter = `[个個只隻件枚本点點台套双雙卷瓶支包条條把张張块塊对對幅组組袋罐足冊着膳客盏盞份脚缶玉鉢顶頂盒副棵つ]`
)

var (
	easternBehind = regexp.MustCompile(`^(?:[（(:：、]?[x×*✕]` + easternDigits + `(?:[^0-9.]|$)|[（(]?(?:数量|數量)?[:：]?` + easternDigits + easternCounter + `|[（(]` + easternDigits + `[)）])`)
	easternBefore = regexp.MustCompile(`(?:^|[^0-9.\-第])` + easternDigits + easternCounter + `[の的]?$`)
)

// easternOf reads "6個のうち4個", "6个盘子中的4个".
var easternOf = regexp.MustCompile(easternDigits + `(?:` + easternCounter + `)?[^0-9，。,、]{0,24}?(?:のうち|の内|うち|之中|当中|當中|中|里)[的の、]?` + easternDigits + easternCounter)

// easternParts are the parts of a whole that a clause tells in these scripts.
func (s *speech) easternParts() (parts []someOf) {
	for _, m := range easternOf.FindAllStringSubmatch(s.east, 4) {
		if of, pieces := easternNumber(m[1]), easternNumber(m[2]); of > 0 && pieces > 0 && pieces <= of {
			parts = append(parts, someOf{pieces, of})
		}
	}
	return parts
}

// easternLoose are numbers of pieces.
func (s *speech) easternLoose() (counts []int) {
	for _, m := range easternPieces.FindAllStringSubmatch(s.east, 8) {
		if n := easternNumber(m[1]); n > 0 && n <= mostCounted {
			counts = append(counts, n)
		}
	}
	return counts
}

var easternPieces = regexp.MustCompile(`(?:^|[^0-9.\-/:第])` + easternDigits + `(?:[只隻枚点點双雙瓶条條张張块塊幅着膳客盏盞脚缶玉鉢副つ]|[个個](?:[^口工月星小包箱快]|$))`)

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

// completed adds to products that a sentence names by their titles those which it counts or names beside them: "2个青花碗和4个茶杯". False: what is counted differs.
func (c *candidate) completed(finding *Finding, n *news, voices []voice) bool {
	if slices.ContainsFunc(n.lines, func(l parsers.Line) bool { return l.SKU.Text != "" || l.QuantityAt.Row > 0 || l.Kind != "" }) {
		return true
	}
	told := c.tally(n, voices)
	own := maps.Clone(c.worded(n, voices, &told))
	for _, q := range finding.LineQuantities {
		if quantity := told.pieces[q.Line]; quantity > 0 && quantity != q.Quantity {
			return false
		}
		delete(told.pieces, q.Line)
		delete(own, q.Line)
	}
	if told.torn {
		return false
	}
	c.bookCounts(finding, told, own) // "the bowl and 2 of the 4 mugs"
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

// leavesSome tells whether what is counted is less than what is still to come.
func (c *candidate) leavesSome(told countTally) bool {
	n := 0
	for _, quantity := range told.pieces {
		n += quantity
	}
	return n < c.outstanding()
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
