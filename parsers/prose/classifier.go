package prose

import (
	_ "embed"
	"encoding/binary"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	"waybill/parsers"
)

// Phrases and frames are what is known for certain of ten languages; people write what no list holds. So what a clause says is judged a second time: a
// multinomial logistic regression over its words, the concepts they stand for and the meanings of phrases in it, estimated from the sentences in testdata. What the
// phrases make of the whole clause it is not told: it would learn to repeat it. It speaks up where the phrases are silent, and makes unsure what they read out of
// words that usually say something else.

// judgedKinds are the classes, "" for no news.
var judgedKinds = [...]parsers.Kind{"", parsers.Shipment, parsers.Acknowledgement, parsers.OutOfStock, parsers.Backorder, parsers.Rejection, parsers.Cancellation, parsers.Question, corrects}

// corrects is the class of clauses that take back what was said elsewhere. No statement is of that kind: what it leaves of others, a person sees.
const corrects parsers.Kind = "correction"

// chances are the probabilities of judgedKinds.
type chances [len(judgedKinds)]float64

// of is the chance of a kind.
func (p *chances) of(kind parsers.Kind) float64 {
	for i, k := range judgedKinds {
		if k == kind {
			return p[i]
		}
	}
	return 0
}

// best is the most likely kind.
func (p *chances) best() (parsers.Kind, float64) {
	at := 0
	for i := range p {
		if p[i] > p[at] {
			at = i
		}
	}
	return judgedKinds[at], p[at]
}

// classifier holds the weights of features, by their hashes.
type classifier struct {
	keys    []uint32 // sorted
	weights [][len(judgedKinds)]int8
	scale   float64 // of a weight
	first   []int32 // where keys begin by their highest bits
	second  weighting
}

const firstBits = 16

//go:embed classifier.bin
var estimated []byte

// learned is unpacked on first use and never changed.
var learned = sync.OnceValue(func() *classifier { return unpack(estimated) })

// unpack reads what pack in classifier_test.go writes: the scale (IEEE 754, 32 bits) and the number of features, little endian, then their hashes in
// rising order, then their weights, a byte for each of judgedKinds, then the weights of testimonies (IEEE 754, 32 bits).
func unpack(b []byte) *classifier {
	if len(b) < 8 {
		return &classifier{first: make([]int32, 1<<firstBits+1)}
	}
	n := int(binary.LittleEndian.Uint32(b[4:]))
	x := &classifier{scale: float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), keys: make([]uint32, n), weights: make([][len(judgedKinds)]int8, n), first: make([]int32, 1<<firstBits+1)}
	b = b[8:]
	for i := range x.keys {
		x.keys[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	b = b[4*n:]
	for i := range x.weights {
		for k := range x.weights[i] {
			x.weights[i][k] = int8(b[i*len(judgedKinds)+k])
		}
	}
	b = b[n*len(judgedKinds):]
	for k := range x.second {
		for i := range x.second[k] {
			if len(b) >= 4 {
				x.second[k][i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
				b = b[4:]
			}
		}
	}
	for h := range x.first {
		x.first[h] = int32(sort.Search(n, func(i int) bool { return int(x.keys[i]>>(32-firstBits)) >= h }))
	}
	return x
}

// chances weighs features.
func (x *classifier) chances(f *features) (p chances) {
	for g, group := range f.groups() {
		var sum [len(judgedKinds)]int32
		for _, f := range group {
			h := f >> (32 - firstBits)
			for i := x.first[h]; i < x.first[h+1]; i++ {
				if x.keys[i] == f {
					for k, w := range x.weights[i] {
						sum[k] += int32(w)
					}
					break
				}
			}
		}
		share := x.scale * shareOf(g, len(group))
		for k := range sum {
			p[k] += float64(sum[k]) * share
		}
	}
	return p.normal()
}

// normal makes probabilities of scores.
func (p chances) normal() chances {
	most := p[0]
	for _, s := range p {
		most = max(most, s)
	}
	sum := 0.0
	for k := range p {
		p[k] = math.Exp(p[k] - most)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// speakUp says what the clauses of a text usually say of which the phrases say nothing: of the whole text, of an order that nothing else is said of, or beside words that
// only say that the order is known.
func (r *reader) speakUp(pieces []piece) {
	if r.text.Part == "subject" {
		return
	}
	inText := toldIn(pieces)
	asks := somePiece(pieces, func(p *piece) bool { return p.mark == "" && p.question })
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" || p.news.kind != "" || p.bought || len(p.tracking) > 0 || r.sayless(p.clause) {
			continue
		}
		told, from := inText, perhaps
		if told != toldNothing && r.alone(p, pieces) {
			told, from = toldNothing, likely
		}
		if told >= toldSent {
			continue
		}
		kind, doubtful := p.chances.said(from)
		switch {
		case p.news.supposed || r.settled(p.clause):
			if kind, doubtful = p.chances.despite(told, !p.news.supposed && r.onlyTurned(p)); kind == parsers.Acknowledgement && asks {
				continue // "if she can live with green I could ship tomorrow; which one?"
			}
		case told != toldNothing:
			kind, doubtful = p.chances.besides(told)
		}
		if i+1 < len(pieces) && kind == parsers.Acknowledgement && leadsUp(p, &pieces[i+1]) {
			continue // why somebody asks
		}
		r.speak(p, kind, doubtful)
	}
}

// leadsUp tells a clause in front of a question that names no order of its own: it is asked of what the clause speaks of.
func leadsUp(p, next *piece) bool {
	return next.news.kind == parsers.Question && next.block == p.block && next.mark == p.mark && len(orders(next.refs)) == 0
}

// speak makes an estimate the news of a clause.
func (r *reader) speak(p *piece, kind parsers.Kind, doubtful bool) {
	if kind == "" || (kind == parsers.Shipment || kind == parsers.Cancellation) && r.hasDenial(p.clause) {
		return
	}
	p.news = news{kind: kind, start: p.start, end: p.end, score: 0.75, doubtful: doubtful, estimated: true}
	if doubtful {
		p.news.score = unsureScore
	}
}

// mostAlone bounds the clauses of a text of which each is asked for whether it alone names its order.
const mostAlone = 60

// alone tells a clause with an order that no other clause of the text names.
func (r *reader) alone(p *piece, pieces []piece) bool {
	if len(pieces) > mostAlone || len(p.products) > 0 {
		return false
	}
	names := func(f reference) bool { return f.label == parsers.LabelOrder && f.names() }
	return slices.ContainsFunc(p.refs, names) && !somePiece(pieces, func(o *piece) bool {
		return o.start != p.start && slices.ContainsFunc(o.refs, func(f reference) bool {
			return slices.ContainsFunc(p.refs, func(g reference) bool { return names(g) && r.sameText(f, g) })
		})
	})
}

// doubt leaves nothing sure of what a writer told before taking it back: "scratch that, it is still here". Before any news it is another mail that is taken back.
func doubt(pieces []piece) (any bool) {
	for i := range pieces {
		if p := &pieces[i]; p.mark == "" && p.news.kind != "" {
			p.news.doubtful, p.news.score, any = true, min(p.news.score, unsureScore), true
		}
	}
	return any
}

// nobodies are folded words for nobody: nobody has sent anything.
var nobodies = wordSet("nobody niemand personne nadie nessuno ninguem nikt")

func (r *reader) hasDenial(c clause) bool {
	return slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool { return h.meaning == negation }) ||
		slices.ContainsFunc(strings.Fields(r.plain(c.start, c.end)), func(w string) bool { return nobodies[w] })
}

// sayless tells headings, lines of forms, what is said of people, and a few words: they say nothing by themselves.
func (r *reader) sayless(c clause) bool {
	text := r.view.text[c.start:c.end]
	if strings.HasSuffix(strings.TrimRight(text, " *_"), ":") || r.wordsIn(c) < fewWords {
		return true
	}
	if colon := labelled(text); colon > 0 && !r.explains(c, colon) {
		return true
	}
	is, _ := r.ofPeople(c)
	return is
}

// explains tells a sentence of which the first words only lead to the others, and are no label of a form: "It is still here: the table is missing, we get it next week."
func (r *reader) explains(c clause, colon int) bool {
	const most = 5 // words of a value
	return !r.hasTracking(c) && r.wordsIn(clause{start: c.start + colon, end: c.end}) > most && !slices.ContainsFunc(r.within(c.start, c.start+colon), func(h hit) bool {
		return h.end >= c.start+colon-1 && r.wordsIn(clause{start: c.start, end: c.start + colon}) <= most && (h.meaning.group() == 1 || h.meaning.group() == 2 || h.meaning == noted || h.meaning == courier || h.meaning == document)
	})
}

// settled tells a clause of which the phrases know that it is no news: a word for news stands in it that others turn, or a frame that leaves it open.
func (r *reader) settled(c clause) bool {
	if r.sayless(c) {
		return true
	}
	hits := r.within(c.start, c.end)
	return slices.ContainsFunc(hits, func(h hit) bool {
		switch h.meaning {
		case thanks: // "tutto ricevuto" is more than thanks
			return !slices.ContainsFunc(hits, func(o hit) bool {
				return (o.meaning == entered || o.meaning == affirmed) && o.start < h.end && h.start < o.end
			})
		case troubled, condition, absent, shut, unless, unreal, claimed, nobody, nearly, exampled, noted, habitual, advertising:
			return true
		}
		return h.meaning >= shipped && h.meaning <= asked
	})
}

// fewWords is too little to estimate from.
const fewWords = 4

// wordsIn counts the words of a clause; two characters of a script without spaces are one.
func (r *reader) wordsIn(c clause) int {
	n := 0
	for _, t := range r.tokensIn(c.start, c.end) {
		if t.letters > 1 && t.digits == 0 {
			n++
		}
	}
	characters := 0
	for _, char := range r.view.text[c.start:c.end] {
		if char >= 0x2e80 {
			characters++
		}
	}
	return n + characters/2
}
