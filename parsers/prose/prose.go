// Package prose reads what people and programs write in sentences, lists and forms: which order, which tracking number,
// what happened to it. It knows the words of ten languages as phrases; nothing in it was written for one supplier.
//
// A text is divided into clauses. Each clause that says something becomes a statement with the references, tracking numbers
// and product lines that stand in it; what it does not name itself it borrows from the heading above it.
package prose

import (
	"bytes"
	"slices"
	"sort"
	"strings"
	"sync"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// maxText bounds what is read of one text; nobody writes as much by hand.
const maxText = 256 << 10

// Reader reads texts of one supplier. It may be used for many, one after the other: it keeps its working memory.
type Reader struct {
	profile  parsers.Profile
	patterns []parsers.OrderPattern
	phrases  *lexicon
	kinds    []parsers.Kind // of phrases, by language bit
	scratch  scratch
	work     int // steps that the last text took
}

// scratch is memory that is used again for the next text. Nothing of it is in a Result.
type scratch struct {
	folded  []byte
	plain   []byte  // of the view
	at      []int32 // of the view
	hits    []hit
	met     []match
	tokens  []token
	clauses []clause
	pieces  []piece
	voiced  []bool

	features features
	concepts []concept
	word     []byte
}

// keep drops memory that one long text has asked for.
func (s *scratch) keep() {
	const most = 64 << 10
	if cap(s.folded) > most || cap(s.hits) > most/8 || cap(s.pieces) > most/64 {
		*s = scratch{}
	}
	clear(s.pieces[:cap(s.pieces)]) // they refer to texts
}

// New prepares a reader. Order patterns that do not compile are left out: configuration refuses them.
func New(p parsers.Profile) *Reader { return With(p, p.CompileOrderPatterns()) }

// With is New with order patterns that are compiled already.
func With(p parsers.Profile, patterns []parsers.OrderPattern) *Reader {
	r := &Reader{profile: p, patterns: patterns}
	if len(p.Phrases) > 0 {
		b := &builder{}
		for phrase, kind := range p.Phrases {
			at := slices.Index(r.kinds, kind)
			if at < 0 {
				at = len(r.kinds)
				r.kinds = append(r.kinds, kind)
			}
			b.add(shipped, 1<<at, phrase)
		}
		r.phrases = b.build()
	}
	return r
}

// Tone is what a text is when it brings no news.
type Tone struct {
	Absent      bool // an out-of-office notice
	Automatic   bool // a program says that it is one; it may bring news all the same
	Thanks      bool
	Advertising bool
	Invoice     bool
	Words       int // of the writer's own text
}

// Result is what a text says.
type Result struct {
	Statements []parsers.Statement
	Asides     []parsers.Aside
	Refs       []parsers.Ref // all references, also of clauses that say nothing else
	Language   string
	Tone       Tone
	New        string // the writer's own text, for comparing mails
	Unread     int    // bytes at the end that are more than is read of one text
}

// Options are what the caller knows of a text.
type Options struct {
	Skip   [][2]int // spans (of Text) that were read as tables
	Return bool     // the text is a returned mail: only keys are read
	About  bool     // the text answers a mail about an order, or its subject names one: what a sentence leaves unsaid is that order
}

// reader is the work on one text.
type reader struct {
	*Reader
	text     *parsers.Text
	view     *view
	marks    []parsers.Mark // in the view
	skip     [][2]int       // in the view
	folded   []byte
	lower    string // folded
	hits     []hit  // by start
	own      []ownHit
	tokens   []token
	refs     []reference
	notMeant []int // where orders stand that a sentence names only to say that it is not they
	tracking []tracked
	unread   [][2]int // what may be a parcel's number and was not read as one
	products []product
	counted  struct { // of unnamed, for the clause that it was asked of last
		key [3]int
		n   int
	}
	several bool        // several kinds of news are told
	united  func() bool // several parcels have one number together
	about   bool
	keys    bool // of quoted text only what it names is read, see assembled
	work    int  // steps of the loops within loops, for the test that they grow with the text and not its square
}

type ownHit struct {
	hit
	kind parsers.Kind
}

// tracked is a tracking number with offsets of the view.
type tracked struct {
	start, end int
	found      parsers.Tracking
}

// Read says what a text says.
func (rd *Reader) Read(t *parsers.Text, o Options) Result {
	unread := max(0, len(t.Text)-maxText)
	if unread > 0 {
		cut := *t
		cut.Text = strings.ToValidUTF8(t.Text[:maxText], "")
		cut.Links = slices.DeleteFunc(slices.Clone(t.Links), func(l parsers.Link) bool { return l.End > len(cut.Text) })
		t = &cut
	}
	defer rd.scratch.keep()
	r := rd.open(t, o)
	res := r.assembled()
	res.Unread, rd.work = unread, r.work
	return res
}

// open finds the words, references, parcels and products of a text.
func (rd *Reader) open(t *parsers.Text, o Options) *reader {
	r := &reader{Reader: rd, text: t, view: rd.scratch.look(t), about: o.About}
	r.united = sync.OnceValue(r.oneNumber)
	r.placeMarks(o.Skip)
	r.folded = foldInto(rd.scratch.folded, r.view.text)
	r.hits, rd.scratch.met = known().find(rd.scratch.hits[:0], r.folded, rd.scratch.met)
	rd.scratch.folded, rd.scratch.hits = r.folded, r.hits
	r.lower = string(r.folded)
	if rd.phrases != nil {
		var own []hit
		own, rd.scratch.met = rd.phrases.find(nil, r.folded, rd.scratch.met)
		for _, h := range own {
			for i, kind := range rd.kinds {
				if h.languages&(1<<i) != 0 {
					r.own = append(r.own, ownHit{h, kind})
				}
			}
		}
	}
	slices.SortStableFunc(r.hits, func(a, b hit) int { return a.start - b.start })
	slices.SortStableFunc(r.own, func(a, b ownHit) int { return a.start - b.start })
	r.tokens = tokens(rd.scratch.tokens[:0], r.view.text)
	rd.scratch.tokens = r.tokens
	r.hits = slices.DeleteFunc(r.hits, r.insideCode)
	r.dropMisread()
	if len(r.skip) > 0 {
		r.tokens = slices.DeleteFunc(r.tokens, func(t token) bool { return r.skipped(t.start) })
	}
	r.refs = r.references()
	r.setOff()
	r.findTracking()
	r.products = r.findProducts()
	return r
}

// insideCode tells a short word that is a piece of a code: "AB-1" is not the German "ab".
func (r *reader) insideCode(h hit) bool {
	if h.end-h.start > 3 || h.meaning <= asked || h.meaning.group() == 1 || h.meaning == month {
		return false
	}
	i := sort.Search(len(r.tokens), func(i int) bool { return r.tokens[i].end > h.start })
	return i < len(r.tokens) && r.tokens[i].start <= h.start && r.tokens[i].digits > 0 && h.end-h.start < r.tokens[i].end-r.tokens[i].start
}

// plain is a piece of the text, folded and without filler.
func (r *reader) plain(start, end int) string {
	if bytes.IndexByte(r.folded[start:end], filler) < 0 {
		return r.lower[start:end]
	}
	return string(squeeze(slices.Clone(r.folded[start:end])))
}

// placeMarks leads marks and spans to skip from the text to the view.
func (r *reader) placeMarks(skip [][2]int) {
	for _, m := range r.text.Marks {
		r.marks = append(r.marks, parsers.Mark{Start: r.view.offset(m.Start), End: r.view.offset(m.End), Kind: m.Kind})
	}
	for _, s := range skip {
		r.skip = append(r.skip, [2]int{r.view.offset(s[0]), r.view.offset(s[1])})
	}
	slices.SortFunc(r.skip, func(a, b [2]int) int { return a[0] - b[0] })
}

// offset leads an offset of the original to the view.
func (v *view) offset(original int) int {
	if v.at == nil {
		return min(original, len(v.text))
	}
	return sort.Search(len(v.text), func(i int) bool { return int(v.at[i]) >= original })
}

// markAt is how a line of the view is marked: by its first character that is not white space.
func (r *reader) markAt(start, end int) parsers.MarkKind {
	for start < end && (r.view.text[start] == ' ' || r.view.text[start] == '\t') {
		start++
	}
	i := sort.Search(len(r.marks), func(i int) bool { return r.marks[i].End > start })
	if i < len(r.marks) && r.marks[i].Start <= start {
		return r.marks[i].Kind
	}
	return ""
}

func (r *reader) skipped(at int) bool {
	i := sort.Search(len(r.skip), func(i int) bool { return r.skip[i][1] > at }) // they do not overlap
	return i < len(r.skip) && r.skip[i][0] <= at
}

// within gives the hits that stand in a span.
func (r *reader) within(start, end int) []hit {
	from := sort.Search(len(r.hits), func(i int) bool { return r.hits[i].start >= start })
	to := from
	for to < len(r.hits) && r.hits[to].start < end {
		to++
	}
	r.work += to - from
	return r.hits[from:to]
}

// between is the text between two words, empty where they overlap: a word may begin in one clause and end in the next.
func (r *reader) between(from, to int) string {
	return r.view.text[min(from, to):to]
}

// tokensIn gives the tokens that begin in a span.
func (r *reader) tokensIn(start, end int) []token {
	from := sort.Search(len(r.tokens), func(i int) bool { return r.tokens[i].start >= start })
	to := max(from, sort.Search(len(r.tokens), func(i int) bool { return r.tokens[i].start >= end }))
	r.work += to - from
	return r.tokens[from:to]
}

func (r *reader) refsIn(start, end int) []reference {
	from := sort.Search(len(r.refs), func(i int) bool { return r.refs[i].start >= start })
	to := max(from, sort.Search(len(r.refs), func(i int) bool { return r.refs[i].start >= end }))
	r.work += to - from
	return r.refs[from:to]
}

// value gives a span of the view as a value with its place in the text as it was decoded.
func (r *reader) value(start, end int) parsers.Value {
	s, e := r.view.original(start, end)
	return parsers.Value{Text: r.text.Text[s:e], At: parsers.Place{Part: r.text.Part, Start: s, End: e}}
}

// findTracking finds the numbers in the text and in links that the text does not show.
func (r *reader) findTracking() {
	var not []string
	r.refs = slices.DeleteFunc(r.refs, r.mislabelled)
	for _, f := range r.refs {
		if (f.label != "" && f.label != parsers.LabelTheirs || f.barred) && len(not) < 200 {
			not = append(not, r.view.text[f.start:f.end])
		}
	}
	keyed := keys(r.view.text)
	isKey := func(start, end int) bool {
		i := sort.Search(len(keyed), func(i int) bool { return keyed[i][1] > start })
		return i < len(keyed) && keyed[i][0] < end
	}
	places, doubtful := r.findCalled()
	places = r.linkedNumbers(r.bareNumbers(places))
	for _, t := range carrier.Find(r.view.text, carrier.Context{Usual: r.profile.Carrier, Not: not, Called: places}) {
		s, e := t.At.Start, t.At.End
		if s < 0 || e > len(r.view.text) || s >= e || isKey(s, e) || insideDigits(r.view.text, s, e) || !slices.Contains(places, [2]int{s, e}) && r.dialled(s, e, t.Score) {
			continue
		}
		t.Value = r.value(s, e)
		r.tracking = append(r.tracking, tracked{start: s, end: e, found: t})
	}
	slices.SortStableFunc(r.tracking, func(a, b tracked) int { return a.start - b.start })
	r.headings()
	r.missed(append(places, doubtful...), not)
	r.findUnread()
	// What is a tracking number, or a key, is no other reference.
	r.refs = slices.DeleteFunc(r.refs, func(f reference) bool {
		return isKey(f.start, f.end) || !f.pattern && r.isTracking(f.start, f.end)
	})
	for _, k := range keyed {
		r.refs = append(r.refs, reference{start: k[0], end: k[1], label: parsers.LabelKey})
	}
	slices.SortStableFunc(r.refs, func(a, b reference) int { return a.start - b.start })
	r.links()
	slices.SortStableFunc(r.tracking, func(a, b tracked) int { return a.start - b.start })
}

// longestDigits are more digits than any carrier's number has (34 of a barcode of the USPS, GS1-128 with routing).
const longestDigits = 36

// longestGroup is how many digits stand together where a long number is written in groups.
const longestGroup = 6

// farDigits is how far the digits around a number are looked at: a text may be nothing but digits.
const farDigits = 128

// insideDigits tells a number that is cut out of a longer one, written in groups: the 44 digits of a Brazilian invoice's access key, an IBAN's.
func insideDigits(text string, start, end int) bool {
	part := func(i int) bool {
		return digit(text[i]) || text[i] == ' ' && i > 0 && i+1 < len(text) && digit(text[i-1]) && digit(text[i+1])
	}
	for from := start; start > 0 && from-start < farDigits && part(start-1); {
		start--
	}
	for from := end; end < len(text) && end-from < farDigits && part(end); {
		end++
	}
	digits := 0
	for group := range strings.SplitSeq(text[start:end], " ") {
		if len(group) > longestGroup {
			return false // numbers beside each other
		}
		digits += len(group)
	}
	return digits > longestDigits
}

// mislabelled tells a number that words call an order and whose form, letters and check digit is that of a carrier: "单号1Z…" names either.
func (r *reader) mislabelled(f reference) bool {
	if r.refers(&f) || r.eitherParcel(f) {
		return true
	}
	if f.label == parsers.LabelOrder && f.plain && !f.pattern && f.end-f.start >= shortestParcel && r.eitherNumber(f) && r.carriedBeside(f) {
		return true
	}
	if f.label != parsers.LabelOrder || f.plain || f.end-f.start < 13 || f.pattern && !f.weak {
		return false
	}
	for _, t := range carrier.Find(r.view.text[f.start:f.end], carrier.Context{}) {
		if (t.Valid && t.Score >= 0.8 || r.eitherNumber(f) && len(t.Carriers) > 0) && t.At.Start == 0 && t.At.End == f.end-f.start {
			return true
		}
	}
	return false
}

// shortestParcel is how many digits a number has at the least that a carrier gives to a parcel, where only the carrier's name beside it says so.
const shortestParcel = 10

// carriedBeside tells whether a carrier is named in the line of a number that "单号" names: "单号7347622612（DHL）".
func (r *reader) carriedBeside(f reference) bool {
	return slices.ContainsFunc(r.within(r.lineStart(f.start), r.lineStop(f.end)), func(h hit) bool { return h.meaning == courier })
}

// eitherNumber tells a number that only the Chinese "单号" names, which is said of orders and parcels alike.
func (r *reader) eitherNumber(f reference) bool {
	text := strings.TrimRight(r.view.text[max(0, f.start-16):f.start], " :是为為")
	for _, word := range []string{"单号", "單號"} {
		if head, ok := strings.CutSuffix(text, word); ok {
			return !strings.HasSuffix(head, "订") && !strings.HasSuffix(head, "訂") && !strings.HasSuffix(head, "客户") && !strings.HasSuffix(head, "贵司") && !strings.HasSuffix(head, "采购")
		}
	}
	return false
}

// isTracking tells whether a span shares characters with a tracking number that is likely one. Numbers in the text are short.
func (r *reader) isTracking(start, end int) bool {
	for _, t := range r.trackingIn(start-64, end) {
		if t.end > start && t.found.Score >= 0.5 {
			return true
		}
	}
	return false
}

// trackingIn gives the numbers that begin in a span.
func (r *reader) trackingIn(start, end int) []tracked {
	from := sort.Search(len(r.tracking), func(i int) bool { return r.tracking[i].start >= start })
	to := from
	for to < len(r.tracking) && r.tracking[to].start < end {
		to++
	}
	r.work += to - from
	return r.tracking[from:to]
}

// maxLinks bounds the addresses that are looked at; each is looked at once.
const maxLinks = 1000

// links takes the tracking numbers out of links. Their place is the text of the link.
func (r *reader) links() {
	if len(r.text.Links) == 0 {
		return
	}
	byNumber := make(map[string]int, len(r.tracking))
	for i := len(r.tracking) - 1; i >= 0; i-- {
		byNumber[r.tracking[i].found.Number] = i
	}
	seen := make(map[string]bool, min(len(r.text.Links), maxLinks))
	for _, l := range r.text.Links {
		if len(seen) >= maxLinks || len(l.URL) > 2048 || !strings.Contains(l.URL, ":") || seen[l.URL] {
			continue
		}
		seen[l.URL] = true
		r.linked(l, byNumber)
	}
}

// linked takes the numbers out of one link. byNumber says where the ones found so far are.
func (r *reader) linked(l parsers.Link, byNumber map[string]int) {
	for _, t := range carrier.Find(l.URL, carrier.Context{Usual: r.profile.Carrier}) {
		if t.Score < 0.5 {
			continue
		}
		if i, ok := byNumber[t.Number]; ok {
			o := &r.tracking[i].found
			o.URL = l.URL
			if o.Score < t.Score {
				o.Score, o.Carriers = t.Score, t.Carriers
			}
			continue
		}
		t.URL = l.URL
		t.Value = parsers.Value{Text: r.text.Text[l.Start:l.End], At: parsers.Place{Part: r.text.Part, Start: l.Start, End: l.End}}
		byNumber[t.Number] = len(r.tracking)
		r.tracking = append(r.tracking, tracked{start: r.view.offset(l.Start), end: r.view.offset(l.End), found: t})
	}
}
