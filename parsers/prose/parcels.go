package prose

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// How many parcels a text says that there are: "in three parcels", "2 colis", "Pakete: 2", "parcel 1 of 3", "两个包裹", "2個口". Where fewer numbers are found than it says, one
// was not read, or is still to come.

var (
	// parcelNouns are folded words for what a carrier gives a number to. Boxes hold goods as well, and count only behind "in".
	parcelNouns = wordSet("parcel parcels package packages consignments shipments paket pakete paketen packchen sendungen colis paquet paquets paquete paquetes bulto bultos pacco pacchi collo colli pakket pakketten pakje pakjes zendingen " +
		"pacote pacotes volume volumes paczka paczki paczek paczkach paczkami paczce przesylki przesylek przesylkach przesylkami")
	boxNouns  = wordSet("box boxes carton cartons karton kartons cartoni scatola scatole scatoloni caja cajas dozen doos caixa caixas kartonach kartony kartonow pudelkach")
	nounSizes = sizesOf(maps.Keys(parcelNouns), maps.Keys(boxNouns))
	boxLeads  = wordSet("in en em w auf na su")
	// ofNouns lead from a parcel to what it is full of.
	ofNouns = wordSet("of von mit with de di da d' van met z")
	// oneWords are folded words by which several parcels have one number together.
	oneWords = wordSet("one single same ein eine einer einem einzigen einzige gemeinsame gemeinsamer derselben gleichen un une seul seule unique meme uno una solo sola unico unica mismo misma mesmo mesma um uma een een zelfde dezelfde hetzelfde gezamenlijk jeden jednym jedna jednego wspolnym master lead")
)

// parcelsIn gives how many parcels a clause counts; 0 where it counts none, or says that they share a number. told: its words bring news.
func (r *reader) parcelsIn(c clause, told bool) int {
	sum := r.parcelsEast(c)
	tokens := r.tokensIn(c.start, c.end)
	for i, t := range tokens {
		if t.digits > 0 || t.letters < 3 {
			continue
		}
		word := r.plain(t.start, t.end)
		if word == "" || nounSizes[word[0]]&(1<<len(word)) == 0 {
			continue
		}
		box := boxNouns[word]
		if !box && !parcelNouns[word] {
			continue
		}
		if n, ok := r.countBefore(tokens[:i], t, box); ok && !r.filled(tokens[i+1:], t) {
			if told || !r.weighed(tokens[i+1:], t) { // "01308797360145  2 colli  11,0 kg" of a list is one consignment
				sum += n
			}
		} else if n, ok := r.countBehind(tokens[i+1:], t); ok && !box {
			sum = max(sum, n)
		}
	}
	if sum == 0 || sum > mostParcels || r.united() {
		return 0
	}
	return sum
}

const mostParcels = 40 // more are not sent for one order

// countBefore reads the number in front of a word for parcels, with at most a word between: "three separate parcels".
func (r *reader) countBefore(before []token, noun token, box bool) (int, bool) {
	text := r.view.text
	end := noun.start
	for k := len(before) - 1; k >= 0 && k >= len(before)-2; k-- {
		t := before[k]
		if strings.Trim(text[t.end:end], " \u00a0x×") != "" {
			return 0, false
		}
		n, ok := count(text, t)
		if !ok {
			if t.digits > 0 || box {
				return 0, false
			}
			end = t.start
			continue
		}
		if t.end-t.start > 2 && t.digits > 0 || box && (k == 0 || !boxLeads[r.plain(before[k-1].start, before[k-1].end)]) {
			return 0, false
		}
		if k > 0 && slices.Contains(ofWords, r.plain(before[k-1].start, before[k-1].end)) {
			return 0, false // "the first of two parcels"
		}
		return n, true
	}
	return 0, false
}

// countBehind reads "Pakete: 2", "Nombre de colis : 2" and the second number of "parcel 1 of 3", "colis 1/3".
func (r *reader) countBehind(behind []token, noun token) (int, bool) {
	text := r.view.text
	if len(behind) == 0 || behind[0].start-noun.end > 4 {
		return 0, false
	}
	t := behind[0]
	gap := strings.TrimSpace(text[noun.end:t.start])
	if first, second, ok := strings.Cut(text[t.start:t.end], "/"); ok && t.letters == 0 {
		a, errA := strconv.Atoi(first)
		b, errB := strconv.Atoi(second)
		return b, errA == nil && errB == nil && a <= b && a > 0
	}
	n, ok := count(text, t)
	if !ok || t.digits == 0 {
		return 0, false
	}
	if len(behind) > 2 && ofWord(r.plain(behind[1].start, behind[1].end)) && gap == "" {
		all, ok := count(text, behind[2])
		return all, ok && all >= n
	}
	rest := strings.TrimLeft(text[t.end:r.lineStop(t.end)], " ")
	return n, (gap == ":" || gap == "s:") && t.digits <= 2 && (rest == "" || strings.ContainsAny(rest[:1], ",;|)"))
}

// filled tells parcels of something, which are goods: "3 packages of screws".
func (r *reader) filled(behind []token, noun token) bool {
	if len(behind) < 2 || strings.TrimSpace(r.view.text[noun.end:behind[0].start]) != "" {
		return false
	}
	return ofNouns[r.plain(behind[0].start, behind[0].end)] && behind[1].digits == 0 && !r.labelOrCarrier(behind[1])
}

// weighed tells a weight right behind a word for parcels.
func (r *reader) weighed(behind []token, noun token) bool {
	return len(behind) > 0 && behind[0].digits > 0 && behind[0].start-noun.end < 8 && measured(r.view.text, behind[0].start, behind[0].end) || len(behind) > 1 && behind[0].digits > 0 && behind[1].digits > 0 && measured(r.view.text, behind[1].start, behind[1].end)
}

// labelOrCarrier tells a word for who carries, or for the number: "2 parcels with UPS", "2 colis avec suivi".
func (r *reader) labelOrCarrier(t token) bool {
	return isCarrier(r.plain(t.start, t.end)) || slices.ContainsFunc(r.within(t.start, t.end), func(h hit) bool {
		return h.meaning == courier || h.meaning == trackingLabel
	})
}

// oneNumber tells a text that says that several parcels share a number: "under one tracking number".
func (r *reader) oneNumber() bool {
	return slices.ContainsFunc(r.hits, func(h hit) bool {
		if h.meaning != trackingLabel {
			return false
		}
		if strings.HasPrefix(r.view.text[h.end:], " (master") || strings.HasPrefix(r.view.text[h.end:], " (lead") {
			return true
		}
		if h.languages&easternBits != 0 {
			before := r.view.text[max(0, h.start-12):h.start]
			return slices.ContainsFunc([]string{"同一", "一个", "一個", "同じ", "1つの", "一つの", "共用"}, func(w string) bool { return strings.HasSuffix(before, w) })
		}
		words := strings.FieldsFunc(r.plain(max(r.lineStart(h.start), h.start-48), h.start), func(c rune) bool { return c == ' ' || c == '\'' })
		for _, w := range words[max(0, len(words)-2):] {
			if oneWords[w] {
				return true
			}
		}
		return false
	})
}

// easternParcels are parcels as Chinese and Japanese count them.
var easternParcels = regexp.MustCompile(`(?:^|[^0-9第])([0-9]{1,2}|[一二两兩三四五六七八九十]) ?(?:个包裹|個包裹|件包裹|包裹|个包|箱(?:[发寄送出に]|$)|個口|ケ口|個の荷物|つの荷物|個のお荷物)|(?:包裹数|包裹數|件数：|個口数|個数：|お荷物個数)[:： ]*([0-9]{1,2})`)

func (r *reader) parcelsEast(c clause) int {
	text := r.view.text[c.start:c.end]
	if isASCIIText(text) {
		return 0
	}
	sum := 0
	for _, m := range easternParcels.FindAllStringSubmatch(text, 4) {
		number := m[1] + m[2]
		if n, err := strconv.Atoi(number); err == nil {
			sum += n
		} else if i := strings.Index("一二三四五六七八九十", number); i >= 0 {
			sum += i/len("一") + 1
		} else {
			sum += 2 // 两, 兩
		}
	}
	return sum
}

func isASCIIText(s string) bool {
	for i := range len(s) {
		if s[i] >= 0xE3 {
			return false
		}
	}
	return true
}

// otherOnes are folded words for the rest of several things, easternOthers those of Chinese and Japanese.
var (
	otherOnes     = wordSet("other others andere anderer anderes anderen ubrigen autre autres l'autre l'altro l'altra otro otra otros otras altro altra altri altre outro outra outros outras drugi druga drugie pozostale pozostala pozostaly second zweite zweiter zweites seconde deuxieme segundo segunda secondo seconda tweede")
	easternOthers = []string{"もう1", "もう一", "残り", "另一", "另外", "其余", "其餘", "剩"}
)

// ofOthers tells a clause about the rest of several things, of which another clause says what became of the first: "One of the two broke. The other left today, 1Z…".
func (r *reader) ofOthers(c clause) bool {
	text := r.plain(c.start, c.end)
	return slices.ContainsFunc(strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" ,.;:()", c) }), func(w string) bool { return otherOnes[strings.ReplaceAll(w, "’", "'")] }) ||
		slices.ContainsFunc(easternOthers, func(w string) bool { return strings.Contains(text, w) })
}
