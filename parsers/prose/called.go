package prose

import (
	"slices"
	"sort"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// Words call numbers a parcel's that have the form of no carrier's: of a regional courier, a haulier, the supplier's own van. What stands right behind such words is
// the number, however it is written: "tracking number NWC 55 1029 38", "Sendungsnummer: 7712-044-9". What may be one and could not be read is kept as such, so that
// a person looks before the notice goes on without it.

// written is a number as it is written, from its first group to its last.
type written struct {
	start, end int
	next       int // the token behind it
	digits     int
	letters    int
}

// size is how long the number is without signs and spaces.
func (e written) size() int { return e.digits + e.letters }

const (
	mostGroups   = 8  // of one number
	longestEntry = 34 // characters of one number
	fewestDigits = 4  // of a number that words call a parcel's
	shortestCode = 6  // letters and digits of one that needs no second look
	mostListed   = 40 // numbers in one list
)

// findCalled finds the places of such numbers, in order, and those of what may be one.
func (r *reader) findCalled() (places, doubtful [][2]int) {
	last := 0 // what stands before it was looked at
	take := func(first int, sure bool) {
		e, ok := r.entryAt(first)
		for n := 0; ok && e.start >= last && n < mostListed; n++ {
			switch {
			case !sure || e.size() < shortestCode || e.digits < fewestDigits || r.brokenOff(e):
				if e.digits >= 3 && (sure || e.digits >= shortestCode) || sure && e.digits > 0 && r.brokenOff(e) {
					doubtful = append(doubtful, [2]int{e.start, e.end})
				}
			default:
				places = append(places, [2]int{e.start, e.end})
			}
			last = e.end
			next, found := r.entryAt(r.pastJoining(e.next))
			if !found || !r.enumerated(e.end, next.start) || !alikeEntries(e, next) {
				return
			}
			e = next
		}
	}
	hits := r.hits
	for i, t := range r.tokens { // "Estes, PRO 044-8812093", as hauliers in North America call theirs
		if t.letters == 3 && t.end-t.start == 3 && r.view.text[t.start:t.end] == "PRO" && i+1 < len(r.tokens) && opensOnto(r.view.text[t.end:r.tokens[i+1].start]) {
			take(i+1, true)
		}
	}
	last = 0
	for i := range hits {
		h := &hits[i]
		if h.meaning != trackingLabel && h.meaning != parcel && !r.eitherLabel(*h) || h.start < last || r.skipped(h.start) {
			continue
		}
		if h.meaning == parcel {
			if first := r.countedParcel(*h); first >= 0 {
				take(first, false)
			}
			continue
		}
		if first, strong := r.behindLabel(*h); first >= 0 {
			take(first, strong)
		} else if first := r.beforeLabel(*h); first >= 0 {
			take(first, true)
		} else if at, ok := r.leadsToLink(*h); ok {
			doubtful = append(doubtful, at)
		}
	}
	slices.SortFunc(places, func(a, b [2]int) int { return a[0] - b[0] })
	places = slices.CompactFunc(places, func(at, before [2]int) bool { return at[0] < before[1] })
	return places, doubtful
}

// tokenFrom is the index of the first token that begins at an offset or behind it.
func (r *reader) tokenFrom(at int) int {
	return sort.Search(len(r.tokens), func(i int) bool { return r.tokens[i].start >= at })
}

// numberStems are folded pieces of words that call what follows a number and not the parcel itself.
var numberStems = strings.Fields("track trac trk numm numb numer numero nr n° nº nо num code codice codigo kod cod id awb waybill vettura ldv l.d.v con note connote consignment suivi seguim rastre sledz localizador lettre t&t 号 番号 碼 码 運单 运单 送り状 ナンバー トラッキング")

// numbersParcel tells a label that is said of a number only.
func numbersParcel(label string) bool {
	if slices.ContainsFunc(numberStems, func(s string) bool { return strings.Contains(label, s) }) {
		return true
	}
	return strings.HasSuffix(label, " no") || strings.HasSuffix(label, " n") || strings.HasSuffix(label, "#")
}

// behindLabel gives the token that begins the number behind a label, -1 where none stands there. strong: the label, or a sign behind it, leaves no doubt that a
// number follows.
func (r *reader) behindLabel(h hit) (first int, strong bool) {
	strong = numbersParcel(r.plain(h.start, h.end))
	at, words := h.end, 0
	for i := r.tokenFrom(h.end); i < len(r.tokens); i++ {
		t := r.tokens[i]
		gap := r.view.text[at:t.start]
		if t.start-h.end > 60 || !opensOnto(gap) {
			return -1, false
		}
		strong = strong || strings.ContainsAny(gap, ":#：")
		if t.digits > 0 || r.opens(i) {
			if !r.onNextLine(h, r.view.text[h.end:t.start], i) {
				return -1, false
			}
			return i, strong
		}
		word := r.plain(t.start, t.end)
		if words++; words > 3 || forWords[word] || !connecting[word] && !isCarrier(word) {
			return -1, false
		}
		strong = strong || callsNumber[word]
		at = t.end
	}
	return -1, false
}

var (
	connecting = wordSet(strings.Join(connectors, " ") + " ref reference referenz ups dpd gls dhl du della nosso votre ihre uw su sua your our today dat das der die le la el il het " +
		"corrected updated changed from korrigiert berichtigt geandert corrige corrigee modifie corregido cambiado corretto aggiornato gecorrigeerd gewijzigd corrigido alterado poprawiony zmieniony " +
		"neu neue neuer new nouveau nuovo nuevo nieuw nieuwe novo nowy lautet nun jetzt now")
	callsNumber = wordSet("no nr num number nummer numero nº n° n.º code codigo codice kod 番号 号 號 码")
)

// forWords lead from a label to the order of the parcel: "tracking numbers for 8172: 1Z…".
var forWords = wordSet("for of für zu von pour para per voor do dla van de del di")

// opensOnto tells whether nothing stands between two words of a label and its number that parts them: signs, brackets, a line end.
func opensOnto(gap string) bool {
	if dot := strings.Index(gap, ". "); dot > 0 || strings.HasPrefix(gap, ".\n") {
		return false
	}
	return strings.Trim(gap, " \t\n\u00a0:#.-–—=*'\"()[]`’“”„|>_/《》【】「」（）：、→°º　") == "" && strings.Count(gap, "\n") <= 2
}

// onNextLine tells whether a number belongs to a label that may stand on the line above: alone under a short heading or a colon, or at the start of a line that a mail
// program has broken off.
func (r *reader) onNextLine(h hit, gap string, first int) bool {
	breaks := strings.Count(gap, "\n")
	if breaks == 0 {
		return true
	}
	const wrapped = 48 // characters of a line that is no heading
	heading := h.end - r.lineStart(h.start)
	e, ok := r.entryAt(first)
	if !ok {
		return false
	}
	rest := strings.Trim(r.view.text[e.end:r.lineStop(e.end)], " \t.,;*_")
	alone := rest == "" || rest[0] == '('
	switch {
	case breaks == 1 && (strings.ContainsAny(gap, ":：") || heading >= wrapped):
		return true
	case breaks == 1:
		return alone && heading < wrapped
	}
	return alone && strings.Trim(r.view.text[r.lineStart(h.start):h.start], " \t*_>-•") == ""
}

// opens tells capitals that begin a number and have digits behind them: the "NWC" of "NWC 55 1029", the "HX" of "HX-8820".
func (r *reader) opens(i int) bool {
	t := r.tokens[i]
	if t.digits > 0 || t.letters > 5 || t.upper != t.letters || t.letters != t.end-t.start || i+1 >= len(r.tokens) {
		return false
	}
	next := r.tokens[i+1]
	return r.view.text[t.end:next.start] == " " && next.digits >= 2 && next.upper == next.letters && !isCarrier(r.plain(t.start, t.end)) && !callsNumber[r.plain(t.start, t.end)]
}

// entryAt reads the number that begins at a token.
func (r *reader) entryAt(first int) (e written, ok bool) {
	if first >= len(r.tokens) {
		return e, false
	}
	t := r.tokens[first]
	if t.digits == 0 && !r.opens(first) || !r.grouped(t) {
		return e, false
	}
	e = written{start: t.start, end: t.end, next: first + 1}
	e.add(t)
	for n := 1; n < mostGroups && e.next < len(r.tokens); n++ {
		u, last := r.tokens[e.next], r.tokens[e.next-1]
		between := r.view.text[last.end:u.start]
		if between != " " && between != "\u00a0" || u.digits == 0 || !r.grouped(u) || r.measuredToken(u) || e.size()+u.digits+u.letters > longestEntry {
			break
		}
		if last.digits > 5 && u.digits > 4 || last.digits > 8 || u.digits > 12 || strings.ContainsAny(r.view.text[u.start:u.end], "./") {
			break // two numbers beside each other, or a date behind the number
		}
		e.end = u.end
		e.add(u)
		e.next++
	}
	return e, e.digits > 0
}

func (e *written) add(t token) { e.digits, e.letters = e.digits+t.digits, e.letters+t.letters }

// grouped tells a token that may be a group of a number: capitals and digits, and no date, price, telephone or number that is called something else.
func (r *reader) grouped(t token) bool {
	s := r.view.text[t.start:t.end]
	if t.upper != t.letters && (t.upper > 0 || t.digits < fewestDigits || t.letters > t.digits) || isDate(s) || t.end-t.start > longestEntry || r.dayOrYear(t) && t.digits <= 2 {
		return false
	}
	if t.digits > 0 && (isAmount(r.view.text, t) || isPhone(r.view.text, t)) {
		return false
	}
	i := sort.Search(len(r.refs), func(i int) bool { return r.refs[i].end > t.start })
	if i == len(r.refs) || r.refs[i].start >= t.end {
		return true
	}
	f := &r.refs[i]
	return f.tracking || r.refers(f) || f.label == "" && !f.skip && !f.sku && !f.pattern
}

// refers tells a number that only "ref" calls an order's, behind a word for the parcel: "Tracking ref LH-2201-88".
func (r *reader) refers(f *reference) bool {
	if f.label != parsers.LabelOrder && f.label != parsers.LabelTheirs || f.pattern {
		return false
	}
	words := strings.FieldsFunc(r.plain(max(0, f.start-32), f.start), func(c rune) bool { return c == ' ' || c == ':' || c == '.' })
	n := len(words)
	return n >= 2 && refWords[words[n-1]] && (trackWords[words[n-2]] || r.ofCarrier(f, words[:n-1]))
}

// ofCarrier tells a number of the form of a carrier's whose name the words before end with: "Amazon Logistics ref TBA489501316577".
func (r *reader) ofCarrier(f *reference, words []string) bool {
	if f.end-f.start < shortestParcel {
		return false
	}
	for n := 1; n <= min(2, len(words)); n++ {
		slug, _ := carrier.Normalize(strings.Join(words[len(words)-n:], " "))
		if slug == "" {
			continue
		}
		for _, t := range carrier.Find(r.view.text[f.start:f.end], carrier.Context{Column: true, Carrier: slug}) {
			if t.At.Start == 0 && t.At.End == f.end-f.start && len(t.Carriers) > 0 && t.Carriers[0].Carrier == slug && t.Carriers[0].Why != carrier.OnlyNamed && !t.Invalid {
				return true
			}
		}
	}
	return false
}

var (
	refWords   = wordSet("ref reference referenz referencia riferimento referentie")
	trackWords = wordSet("tracking consignment courier carrier parcel shipment shipping waybill awb sendungs paket colis suivi transport envio seguimiento spedizione zending")
)

// eitherLabel tells the Chinese "单号", which is said of orders and parcels alike.
func (r *reader) eitherLabel(h hit) bool {
	return h.meaning == orderLabel && (r.view.text[h.start:h.end] == "单号" || r.view.text[h.start:h.end] == "單號")
}

// eitherParcel tells whether it calls a parcel's number: another number is called an order's, and is not as long.
func (r *reader) eitherParcel(f reference) bool {
	return f.label == parsers.LabelOrder && !f.pattern && f.end-f.start >= shortestParcel && r.eitherNumber(f) && slices.ContainsFunc(r.refs, func(o reference) bool {
		return o.label == parsers.LabelOrder && o.end <= f.start && o.end-o.start != f.end-f.start && !r.eitherNumber(o)
	})
}

// measuredToken tells a group behind a number that counts or measures something, or begins a date: "883104 2 parcels".
func (r *reader) measuredToken(t token) bool {
	return t.letters == 0 && (measured(r.view.text, t.start, t.end) || r.someOf(t) || r.dayOrYear(t) || r.countsParcels(t))
}

// countsParcels tells whether a word for parcels stands right behind a number.
func (r *reader) countsParcels(t token) bool {
	return slices.ContainsFunc(r.within(t.end, min(t.end+2, len(r.view.text))), func(h hit) bool { return h.meaning == parcel || h.meaning == unit })
}

// brokenOff tells a number that goes on, on the next line or in signs that hide a piece of it: "503277" above "10448", "PPX…418", "1Z****".
func (r *reader) brokenOff(e written) bool {
	text := r.view.text
	rest := text[e.end:min(len(text), e.end+8)]
	if strings.HasPrefix(rest, "…") || strings.HasPrefix(rest, "...") || strings.HasPrefix(rest, "**") || strings.HasPrefix(rest, "-\n") || strings.HasPrefix(rest, "/\n") {
		return true
	}
	if e.next >= len(r.tokens) || strings.Trim(text[e.end:r.tokens[e.next].start], " ") != "\n" {
		return false
	}
	u := r.tokens[e.next]
	return u.letters == 0 && u.digits == u.end-u.start && u.digits >= 3 && u.digits != e.digits && !r.measuredToken(u) && strings.Trim(text[u.end:r.lineStop(u.end)], " .") == ""
}

// enumerated tells whether two numbers stand in one list: commas, words, bullets, line ends.
func (r *reader) enumerated(end, start int) bool {
	gap := r.view.text[end:start]
	if len(gap) > 24 || strings.Count(gap, "\n") > 1 || gap == " " {
		return false
	}
	for _, w := range strings.FieldsFunc(gap, func(c rune) bool { return strings.ContainsRune(" \t\n\u00a0,;:/|&+-–*•·>、，；()", c) }) {
		if w = strings.ToLower(w); !slices.Contains(listWords, w) && !beforehand[w] && !towardsWords[w] && !replacedBy[w] {
			return false
		}
	}
	return true
}

// beforehand are words by which one of two numbers is the one that was.
var beforehand = wordSet("not nicht statt anstatt bisher vorher zuvor alt old was previously formerly instead now neu new pas non au lieu de avant ancien anciennement auparavant no antes en vez lugar anterior prima al posto invece niet voorheen eerder oud plaats van não nie zamiast poprzednio wcześniej jetzt nun")

// alikeEntries tells two numbers of one form.
func alikeEntries(a, b written) bool {
	diff := func(x, y int) bool { return x-y <= 1 && y-x <= 1 }
	return diff(a.digits, b.digits) && a.letters == b.letters && b.size() >= shortestCode
}

// pastJoining gives the token behind the words that join two numbers.
func (r *reader) pastJoining(i int) int {
	for n := 0; i < len(r.tokens) && n < 4 && r.tokens[i].digits == 0 && !r.opens(i); n++ {
		i++
	}
	return i
}

// beforeLabel gives the token that begins a number which a label behind it calls a parcel's: "77-1203 is your tracking number".
func (r *reader) beforeLabel(h hit) int {
	i := r.tokenFrom(h.start) - 1
	for words := 0; i >= 0 && h.start-r.tokens[i].end < 28 && words < 4; i, words = i-1, words+1 {
		t := r.tokens[i]
		if t.end > h.start {
			return -1 // the label is a piece of it
		}
		if t.digits == 0 {
			if !isWords[r.plain(t.start, t.end)] {
				return -1
			}
			continue
		}
		gap := r.view.text[t.end:h.start]
		if words == 0 || strings.ContainsAny(gap, ".,;:\n!?") || !slices.ContainsFunc(strings.Fields(r.plain(t.end, h.start)), func(w string) bool { return beingWords[w] }) {
			return -1
		}
		for i > 0 && r.view.text[r.tokens[i-1].end:r.tokens[i].start] == " " && (r.tokens[i-1].digits > 0 || r.opens(i-1)) {
			i--
		}
		return i
	}
	return -1
}

var (
	isWords    = wordSet("is was the your our ist war die das ihre eure est c'est le la votre son es era el su tu nuestro è il lo la vostra sua vostro e o a seu sua het de uw jouw jest to jest twój")
	beingWords = wordSet("is was ist war est c'est es era e het jest")
)

// countedParcel gives the token that begins a number behind a parcel that is counted: "Paket 1: RK100482", "parcel 2 of 3 - MF-100232". -1 where none does.
func (r *reader) countedParcel(h hit) int {
	i := r.tokenFrom(h.end)
	if i >= len(r.tokens) || r.view.text[h.end:r.tokens[i].start] != " " {
		return -1
	}
	counter := r.tokens[i]
	if counter.digits > 2 || counter.digits+counter.letters > 3 || counter.digits == 0 && (counter.letters != 1 || counter.upper != 1) {
		return -1
	}
	end := counter.end
	for i++; i < len(r.tokens) && (ofWord(r.plain(r.tokens[i].start, r.tokens[i].end)) || r.tokens[i].digits > 0 && r.tokens[i].digits == r.tokens[i].end-r.tokens[i].start && r.tokens[i].digits <= 2); i++ {
		end = r.tokens[i].end
	}
	if i >= len(r.tokens) {
		return -1
	}
	switch strings.TrimSpace(r.view.text[end:r.tokens[i].start]) {
	case ":", "-", "–", "=", "：", ") ", "):":
		return i
	}
	return -1
}

func ofWord(word string) bool { return slices.Contains(ofWords, word) }

// findUnread adds to what was not read: numbers right behind a carrier's name, and numbers out of which only a piece was taken.
func (r *reader) findUnread() {
	for i := range r.hits {
		h := &r.hits[i]
		if h.meaning != courier || r.skipped(h.start) || !isCarrier(r.plain(h.start, h.end)) {
			continue
		}
		first := r.tokenFrom(h.end)
		for n := 0; first < len(r.tokens) && n < 3 && r.tokens[first].digits == 0 && !r.opens(first) && connecting[r.plain(r.tokens[first].start, r.tokens[first].end)]; n++ {
			first++
		}
		e, ok := r.entryAt(first)
		if !ok || e.start-h.end > 28 || e.digits < shortestCode || strings.ContainsAny(r.view.text[h.end:e.start], ".;!?\n") || r.overlapsTracking(e.start, e.end) {
			continue
		}
		r.unread = append(r.unread, [2]int{e.start, e.end})
	}
	r.unreadLinks()
	for _, t := range r.tracking {
		if at, ok := r.cutOff(t); ok {
			r.unread = append(r.unread, at)
		}
	}
	slices.SortFunc(r.unread, func(a, b [2]int) int { return a[0] - b[0] })
}

// cutOff finds a group of digits beside a number that is written in groups as long: it belongs to the number, or the number is none.
func (r *reader) cutOff(t tracked) (at [2]int, ok bool) {
	text := r.view.text
	if !t.found.Valid && hidden(text, t.start, t.end) {
		return [2]int{t.start, t.end}, true
	}
	groups := strings.Split(text[t.start:t.end], " ")
	if len(groups) < 3 {
		return at, false
	}
	n := len(groups[1])
	if n < 3 {
		return at, false
	}
	isGroup := func(from, to int) bool {
		return from >= 0 && to <= len(text) && strings.Trim(text[from:to], "0123456789") == "" && (from == 0 || !wordByte(text[from-1])) && (to == len(text) || !wordByte(text[to]))
	}
	switch {
	case t.end < len(text) && text[t.end] == ' ' && isGroup(t.end+1, t.end+1+n):
		return [2]int{t.start, t.end + 1 + n}, true
	case t.start > 0 && text[t.start-1] == ' ' && isGroup(t.start-1-n, t.start-1) && len(groups[0]) == n:
		return [2]int{t.start - 1 - n, t.end}, true
	}
	return at, false
}

// hidden tells a number of which signs stand for a piece: "94001931580898...", "…4567", "1Z999AA1****".
func hidden(text string, start, end int) bool {
	for _, sign := range [...]string{"...", "…", "**", "??", "xxx", "XXX", "·····"} {
		if strings.HasPrefix(text[end:], sign) || strings.HasSuffix(text[:start], sign) {
			return true
		}
	}
	return false
}

// overlapsTracking tells whether a span shares characters with a number that was found.
func (r *reader) overlapsTracking(start, end int) bool {
	return slices.ContainsFunc(r.trackingIn(start-longestEntry*2, end), func(t tracked) bool { return t.end > start })
}

// unreadIn gives the first place in a clause of the writer's own where something stands that may be a parcel's number and was not read; nil for none.
func (r *reader) unreadIn(c clause) *[2]int {
	i := sort.Search(len(r.unread), func(i int) bool { return r.unread[i][0] >= c.start })
	if i == len(r.unread) || r.unread[i][0] >= c.end || c.mark != "" {
		return nil
	}
	return &r.unread[i]
}

// countParcels tells what a piece counts, and what of it was not read.
func (r *reader) countParcels(s *parsers.Statement, p *piece) {
	if s.Parcels = p.parcels; p.unread != nil {
		s.Unread = r.value(p.unread[0], p.unread[1])
	}
}

// missed keeps the places whose number was not taken after all, unless it is one that the text calls something else.
func (r *reader) missed(places [][2]int, not []string) {
	for _, p := range places {
		if !r.overlapsTracking(p[0], p[1]) && !slices.ContainsFunc(not, func(n string) bool { return carrier.Same(n, r.view.text[p[0]:p[1]]) }) {
			r.unread = append(r.unread, p)
		}
	}
}
