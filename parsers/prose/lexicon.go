package prose

import (
	"maps"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// meaning is what a phrase says.
type meaning uint8

const (
	none meaning = iota
	// Kinds of news.
	shipped
	acknowledged
	outOfStock
	backordered
	rejected
	cancelled
	asked
	// What changes the meaning of the news beside it.
	negation
	condition
	future
	request
	earlierNumber // what follows is void
	rightNumber   // what follows counts
	remainder     // something is still to come
	respectively
	until   // what is missing comes back at a time
	invite  // "let us know": a question only where nothing softens it
	inStock // means something only where it is denied
	however // divides two pieces of news in one sentence
	// What a mail is, when it brings no news.
	absent    // out of office
	automatic // a program says that it is one
	thanks
	advertising
	invoiced
	// What a number is called.
	orderLabel
	theirLabel
	invoiceLabel
	customerLabel
	trackingLabel
	keyLabel
	phoneLabel
	otherLabel // VAT, bank, EAN, postcode, …: a number that names no order
	skuLabel
	quantityLabel
	unit // pieces
	// Who gets the parcel.
	shipTo
	personLabel
	// When.
	month
	when
	vague // "mid", "end of"
	// What is said of a number or a parcel.
	notThis   // the number right behind it is not the one
	troubled  // the parcel came back, is lost or damaged
	returning // the number is for sending goods back
	late      // what happens at the time behind it happens no earlier
	before    // the same where it is denied: "not … until"
	notYet
	parcel
	// Words that mean something together with others.
	again      // what was missing is there
	goes       // sends, without saying whether it is done
	gone       // has left, behind "is" or "has"
	wouldEnd   // a cancellation that is asked for or not possible
	impossible // it cannot be
	handing    // gives, to the courier
	courier    // who carries
	delivering // the delivery at the door
	failing    // it did not work
	customs
	holding   // does not go on
	lacking   // there is none, of a product
	eta       // the number or word behind is a time
	pending   // comes later
	sorry     // is spoken of as past: "sorry for the delay"
	done      // it is done
	making    // produces
	stopping  // has ended
	refusing  // does not take, an order or a parcel
	accepting // takes, an order
	awaiting  // waits for
	goods
	removing  // takes out of the list
	requested // because the shop asked for it
	instead   // another product in its place
	asking    // a wish, not what was done
	fetching  // comes to take, of a courier
	temporary
	document    // is sent as paper, and is no parcel
	maybe       // is not known for sure
	except      // what follows is left out
	then        // only after what was said before
	reserved    // the writer may do it, and does not
	destination // a place that is not served by everybody
	// Words that turn a whole sentence.
	nobody    // "none of": what is said is denied
	unless    // only under a condition, before or behind what is said
	unreal    // it would have been, or should be
	nearly    // almost, by half or by mistake
	formerly  // was so
	claimed   // somebody thinks, hopes, asks or says so
	exampled  // shows what one looks like
	takenBack // what was said is not so
	another   // a thing that is sent, called off or refused, and no order
	inward    // comes to the writer, or goes to an office
	aside     // the order behind it is the one that is not meant
	shared    // one is said of the one, another of the other
	noted     // what the buyer has written stands behind it
	habitual  // a rule of the house, or what it always does
)

// group tells meanings that compete for the same words from those that stand beside each other.
func (m meaning) group() int {
	switch {
	case m <= invoiced:
		return 0
	case m <= unit:
		return 1
	case m <= personLabel:
		return 2
	case m <= vague:
		return 3
	case m <= parcel:
		return 4
	}
	return int(m) // aspects stand beside each other
}

// phrases of one language by meaning; alternatives are divided by "|". A "*" at the end leaves the end of the word open.
type phrases map[meaning]string

// entry is what the automaton found a phrase to mean.
type entry struct {
	meaning   meaning
	languages uint16 // a bit for each index into languages
	length    uint8  // bytes of the folded phrase
	open      bool   // the word may go on
}

// lexicon is an Aho-Corasick automaton over folded bytes: all phrases of all languages are found in one pass. Most of its states have one way on: only
// those with many have a row for all bytes.
type lexicon struct {
	states []state
	ways   []way
	rows   [][256]uint32 // the state behind each byte
	out    [][]entry     // by state: phrases that end here
}

type state struct {
	row         uint32 // of rows, one more; 0 for none
	fail        uint32 // the longest end of its bytes that is a state too
	first, last uint32 // its ways
}

// way leads from a state to one that is a byte longer.
type way struct {
	to    uint32
	label byte
}

// manyWays is how many ways on make a row worth its memory.
const manyWays = 4

// step is the state behind one more byte.
func (x *lexicon) step(at uint32, c byte) uint32 {
	for {
		s := &x.states[at]
		if s.row != 0 {
			return x.rows[s.row-1][c]
		}
		for _, w := range x.ways[s.first:s.last] {
			if w.label == c {
				return w.to
			}
		}
		at = s.fail
	}
}

// all are the phrases of each language.
func all() []phrases {
	return []phrases{english, german, french, spanish, italian, dutch, portuguese, polish, chinese, japanese}
}

var languages = []string{"en", "de", "fr", "es", "it", "nl", "pt", "pl", "zh", "ja"}

// known is built on first use and never changed.
var known = sync.OnceValue(func() *lexicon {
	b := &builder{nodes: []node{{}}}
	for _, list := range [][]phrases{all(), asides(), aspects(), frames(), habits()} {
		for i, p := range list {
			for _, m := range slices.Sorted(maps.Keys(p)) {
				b.add(m, 1<<i, p[m])
			}
		}
	}
	return b.build()
})

// node is a state while the automaton is built.
type node struct {
	ways []way
	out  []entry
}

// on is the node behind one more byte, 0 where there is none yet.
func (n *node) on(c byte) uint32 {
	for _, w := range n.ways {
		if w.label == c {
			return w.to
		}
	}
	return 0
}

type builder struct {
	nodes []node
}

func (b *builder) add(m meaning, languages uint16, list string) {
	for phrase := range strings.SplitSeq(list, "|") {
		folded := squeeze(fold(phrase))
		open := len(folded) > 0 && folded[len(folded)-1] == '*'
		if open {
			folded = folded[:len(folded)-1]
		}
		if len(folded) == 0 {
			continue
		}
		at := uint32(0)
		for _, c := range folded {
			to := b.nodes[at].on(c)
			if to == 0 {
				to = uint32(len(b.nodes))
				b.nodes = append(b.nodes, node{})
				b.nodes[at].ways = append(b.nodes[at].ways, way{to, c})
			}
			at = to
		}
		b.nodes[at].put(entry{m, languages, uint8(len(folded)), open})
	}
}

// put adds a phrase; the same one of another language shares its entry.
func (n *node) put(e entry) {
	for i, o := range n.out {
		if o.meaning == e.meaning && o.open == e.open {
			n.out[i].languages |= e.languages
			return
		}
	}
	n.out = append(n.out, e)
}

// squeeze drops filler.
func squeeze(b []byte) []byte {
	out := b[:0]
	for _, c := range b {
		if c != filler {
			out = append(out, c)
		}
	}
	return out
}

func (b *builder) build() *lexicon {
	n := len(b.nodes)
	x := &lexicon{states: make([]state, n), ways: make([]way, 0, n), out: make([][]entry, n)}
	for i := range b.nodes {
		x.states[i].first = uint32(len(x.ways))
		x.ways = append(x.ways, b.nodes[i].ways...)
		x.states[i].last = uint32(len(x.ways))
	}
	queue := make([]uint32, 1, n)
	for k := 0; k < len(queue); k++ { // by depth: what a state falls back to is settled before it
		at := queue[k]
		node, fail := &b.nodes[at], x.states[at].fail
		if at != 0 {
			x.out[at] = append(node.out[:len(node.out):len(node.out)], x.out[fail]...)
		}
		for _, w := range node.ways {
			if at != 0 {
				x.states[w.to].fail = x.step(fail, w.label)
			}
			queue = append(queue, w.to)
		}
		if at == 0 || len(node.ways) >= manyWays {
			x.addRow(at)
		}
	}
	return x
}

// addRow writes down where each byte leads from a state.
func (x *lexicon) addRow(at uint32) {
	s := &x.states[at]
	var row [256]uint32
	if at != 0 {
		for c := range row {
			row[c] = x.step(s.fail, byte(c))
		}
	}
	for _, w := range x.ways[s.first:s.last] {
		row[w.label] = w.to
	}
	x.rows = append(x.rows, row)
	s.row = uint32(len(x.rows))
}

// hit is a phrase in a text; offsets are those of the text.
type hit struct {
	start, end int
	meaning    meaning
	languages  uint16
}

// find gives the phrases of a folded text in the order of their ends; of those that share words and compete, the longest.
// They are added to hits.
func (x *lexicon) find(hits []hit, text []byte) []hit {
	state := uint32(0)
	for i, c := range text {
		if c == filler {
			continue
		}
		state = x.step(state, c)
		for _, e := range x.out[state] {
			start := back(text, i, int(e.length))
			if !whole(text, start, i+1, e.open) {
				continue
			}
			end := i + 1
			if e.open {
				end = wordEnd(text, end)
			}
			hits = insert(hits, hit{start, end, e.meaning, e.languages})
		}
	}
	return hits
}

// back is the offset where a phrase of n bytes that ends at i begins.
func back(text []byte, i, n int) int {
	for {
		if text[i] != filler {
			if n--; n == 0 {
				return i
			}
		}
		i--
	}
}

// whole tells whether a phrase stands alone, not inside of a word. Scripts without spaces have no such borders.
func whole(text []byte, start, end int, open bool) bool {
	if letter(text[start]) {
		i := start - 1
		for i >= 0 && text[i] == filler {
			i--
		}
		if i >= 0 && letter(text[i]) {
			return false
		}
	}
	if open || !letter(text[end-1]) {
		return true
	}
	for end < len(text) && text[end] == filler {
		end++
	}
	return end >= len(text) || !letter(text[end])
}

// wordEnd is where the word ends that goes on at an offset, so that an open phrase covers what a closed one says of its end.
func wordEnd(text []byte, end int) int {
	for i := end; i < len(text) && (letter(text[i]) || text[i] == filler); i++ {
		if text[i] != filler {
			end = i + 1
		}
	}
	return end
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// insert adds a hit and drops what it covers of the same group; a hit that is covered itself is not added.
func insert(hits []hit, h hit) []hit {
	group := h.meaning.group()
	for i := len(hits) - 1; i >= 0 && i >= len(hits)-16; i-- {
		o := hits[i]
		if o.end <= h.start || o.meaning.group() != group {
			continue
		}
		switch {
		case o.start >= h.start && o.end <= h.end && (o.start > h.start || o.end < h.end):
			hits = append(hits[:i], hits[i+1:]...)
		case o.start == h.start && o.end == h.end && o.meaning == h.meaning:
			hits[i].languages |= h.languages
			return hits
		case o.start <= h.start && o.end >= h.end && (o.start < h.start || o.end > h.end):
			return hits
		}
	}
	return append(hits, h)
}

// language tells the language by the words that were found, or "".
func language(text string, hits []hit) string {
	if l := script(text); l != "" {
		return l
	}
	var counts [10]int
	for _, h := range hits {
		if h.meaning > vague {
			continue // said already by the words that it stands beside
		}
		for i := range counts {
			if h.languages&(1<<i) != 0 { // a word that several languages share says less
				counts[i] += 8 * (h.end - h.start) / bits.OnesCount16(h.languages)
			}
		}
	}
	best := 0
	for i, n := range counts {
		if n > counts[best] {
			best = i
		}
	}
	if counts[best] == 0 {
		return ""
	}
	return languages[best]
}

// script tells the language by its letters: kana are Japanese, Han characters without them Chinese.
func script(s string) string {
	han, kana, all := 0, 0, 0
	for i := 0; i < len(s) && all < 2000; {
		if s[i] < utf8.RuneSelf {
			if s[i] > ' ' {
				all++
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case r >= 0x3041 && r <= 0x30ff:
			kana++
		case r >= 0x4e00 && r <= 0x9fff:
			han++
		case r > ' ':
			all++
		}
	}
	switch {
	case kana > 2:
		return "ja"
	case han > 2:
		return "zh"
	}
	return ""
}
