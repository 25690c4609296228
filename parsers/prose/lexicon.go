package prose

import (
	"math/bits"
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
	elsewhere // the order of another shop or customer
	habitual  // a rule of the house, or what it always does
	// Words that say something where a sentence names nothing else (brief.go).
	affirmed  // taken note of, accepted
	exhausted // there is none any more
	short     // there is not enough
	anew      // again
	struck    // taken out of the books, of an order
	able      // can
	obtaining // gets goods
	doing     // does what was ordered
	held      // does not go on, of an order
	outsider  // somebody who is neither shop nor supplier
	went      // has set out, with a word for where to
	happened  // has been done, with a word for what
	entered   // received or accepted, with a word for the order
	disowned  // what the sentence speaks of is not so
	detail    // what an order must say: a street, a size
	faulty    // is missing or cannot be right, of a detail
	labels    // is stuck on a parcel
	printed   // has been made, of a label
	offering  // can be had
	staying   // has not left, of a parcel
	ranged    // what somebody sells
	moving    // comes or is brought
	back      // to where it was
	shut      // is closed, of a house
	readied   // is made, of goods
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

// all are the phrases of each language.
func all() []phrases {
	return []phrases{english, german, french, spanish, italian, dutch, portuguese, polish, chinese, japanese}
}

var languages = []string{"en", "de", "fr", "es", "it", "nl", "pt", "pl", "zh", "ja"}

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

// hit is a phrase in a text; offsets are those of the text.
type hit struct {
	start, end int
	meaning    meaning
	languages  uint16
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
