package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// What one sentence says, the next may turn: "Sorry for the delay! 1001 has now shipped." or "AB-1 is sold out. Would CD-2 do instead?"

// link reads the sentences of the writer's own text together.
func (r *reader) link(pieces []piece) {
	r.follow(pieces)
	r.reasons(pieces)
	r.echoes(pieces)
	for i := range pieces {
		r.comes(pieces, i)
		p := &pieces[i]
		if p.mark == "" && p.news.kind == parsers.Shipment {
			r.leaveOut(pieces, i)
		}
		if p.mark != "" || p.news.kind != parsers.Backorder && p.news.kind != parsers.OutOfStock {
			continue
		}
		hits := r.within(p.start, p.end)
		if p.news.kind == parsers.Backorder && r.excused(p.news, hits) && r.expected(p.start, p.end, p.news.end).Text == "" && somePiece(pieces, func(o *piece) bool {
			return o.mark == "" && o.news.kind == parsers.Shipment && o.news.score >= 0.75 && r.speaksOf(p, o)
		}) {
			p.news = news{}
			continue
		}
		if p.news.kind != parsers.OutOfStock {
			continue
		}
		offered := false
		for k := i; k < len(pieces) && k <= i+3; k++ {
			o := &pieces[k]
			r.work++
			if o.mark != "" || !r.speaksOf(p, o) {
				continue
			}
			if k > i {
				offered = offered || slices.ContainsFunc(r.within(o.start, o.end), func(h hit) bool { return h.meaning == offering && !r.deniedAround(h, r.within(o.start, o.end), 12) })
			}
			if r.offersInstead(o) || offered && (o.question || o.news.kind == parsers.Question) {
				p.news.kind, p.news.score, p.news.doubtful = parsers.Question, 0.8, false
				break
			}
			if k > i && o.news.kind == parsers.Backorder && len(o.products) == 0 && !r.otherGoods(p, o) && r.expected(o.start, o.end, o.news.end).Text != "" {
				p.news.kind = parsers.Backorder
				break
			}
		}
	}
}

// otherGoods tells two clauses that each name products by their codes, and none both: "AB-1 is discontinued", "AB-2 comes on 8 July".
func (r *reader) otherGoods(p, o *piece) bool {
	mine, theirs := r.codes(p.start, p.end), r.codes(o.start, o.end)
	return len(mine) > 0 && len(theirs) > 0 && !slices.ContainsFunc(mine, func(a token) bool {
		return slices.ContainsFunc(theirs, func(b token) bool {
			return strings.EqualFold(r.view.text[a.start:a.end], r.view.text[b.start:b.end])
		})
	})
}

// missingStems are folded pieces of words for what somebody lacks: goods, or an answer.
var missingStems = []string{"missing", "lacking", "short of", "fehl", "manqu", "falta", "manca", "ontbre", "brakuj", "缺", "不足", "足り"}

// comes makes a backorder of what somebody misses where the next sentence says when it comes: "il nous manque l'émail ; il est attendu d'ici trois semaines".
func (r *reader) comes(pieces []piece, i int) {
	if p := &pieces[i]; p.mark == "" && !p.question && p.news.kind == parsers.Question && !p.news.troubled && p.chances.of(parsers.Backorder) >= clearly && r.misses(p) &&
		!r.ofDetail(p.clause) && r.expected(p.start, p.end, p.end).Text != "" {
		p.news = news{kind: parsers.Backorder, start: p.news.start, end: p.news.end, score: clearScore, inferred: true}
		return
	}
	if i+1 == len(pieces) || pieces[i].mark != "" || pieces[i].question || pieces[i].news.kind != parsers.Question || pieces[i].news.troubled {
		return
	}
	p, next := &pieces[i], &pieces[i+1]
	coming := slices.ContainsFunc(r.within(next.start, next.end), func(h hit) bool {
		return h.meaning == awaiting || h.meaning == pending || h.meaning == until || h.meaning == eta
	})
	if !r.misses(p) || !coming || next.mark != "" || next.block != p.block || len(next.tracking) > 0 || slices.ContainsFunc(r.refsIn(next.start, next.end), reference.names) {
		return
	}
	p.news, next.news = news{}, news{kind: parsers.Backorder, start: next.start, end: next.end, score: 0.75, inferred: true}
	if len(next.refs) == 0 {
		next.refs = orders(p.refs)
	}
}

// misses tells a clause with a word for what somebody lacks.
func (r *reader) misses(p *piece) bool {
	folded := r.plain(p.start, p.end)
	return slices.ContainsFunc(missingStems, func(stem string) bool { return strings.Contains(folded, stem) })
}

// follow gives a number that stands alone behind a sentence to the orders of that sentence: "1001, 1002 and 1003 have left together. 1Z…".
func (r *reader) follow(pieces []piece) {
	bare := func(i int) bool {
		return i < len(pieces) && pieces[i].mark == "" && pieces[i].news.kind == "" && len(pieces[i].tracking) > 0 && !slices.ContainsFunc(pieces[i].refs, reference.names)
	}
	for i := 1; i < len(pieces); i++ {
		p, q := &pieces[i-1], &pieces[i]
		named := 0
		for _, f := range p.refs {
			if f.names() {
				named++
			}
		}
		if named < 2 || p.news.kind != parsers.Shipment || p.block != q.block || len(p.tracking) > 0 || !bare(i) || len(q.tracking) != 1 || bare(i+1) || len(q.products) > 0 {
			continue
		}
		p.tracking, q.tracking = q.tracking, nil
	}
}

// reasons takes from what is out of stock that it is news of its own where the whole order is refused for it: "We have to decline this order. CS-33 was
// discontinued."
func (r *reader) reasons(pieces []piece) {
	refused := slices.IndexFunc(pieces, func(p piece) bool {
		return p.mark == "" && p.news.kind == parsers.Rejection && p.news.score >= 0.75 && !p.news.doubtful && r.calledOrder(p.clause)
	})
	if refused < 0 || somePiece(pieces, func(p *piece) bool { return p.mark == "" && len(p.tracking) > 0 }) {
		return
	}
	for i := max(0, refused-2); i < len(pieces) && i <= refused+2; i++ {
		p := &pieces[i]
		if p.mark != "" || p.news.kind != parsers.OutOfStock || len(p.products) > 0 || !r.speaksOf(&pieces[refused], p) {
			continue
		}
		if i < refused && p.news.score >= 0.75 && !p.news.doubtful && r.unfulfilled(pieces[refused].clause) {
			pieces[refused].news = news{} // that the order cannot be done follows from it
			return
		}
		p.news = news{}
	}
}

// unfulfilled tells an order that cannot be done from one that somebody does not want to do: "we cannot fulfil it" and no "we decline it".
func (r *reader) unfulfilled(c clause) bool {
	return !slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool { return h.meaning == refusing })
}

// echoes takes away what only the estimate hears, and not surely, in a sentence beside bad news that is said clearly: "PS-2 is out of stock. We cannot ship this
// order." It says the same once more.
func (r *reader) echoes(pieces []piece) {
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" || !changes(p.news.kind) || p.news.kind == parsers.Shipment || p.news.estimated || p.news.doubtful || p.news.score < 0.75 {
			continue
		}
		for k := max(0, i-2); k < len(pieces) && k <= i+2; k++ {
			o := &pieces[k]
			if o.mark == "" && o.news.estimated && o.news.doubtful && changes(o.news.kind) && len(o.products) == 0 && !slices.ContainsFunc(r.refsIn(o.start, o.end), reference.names) {
				o.news = news{}
			}
		}
	}
}

// leaveOut takes the goods out of a shipment that it leaves out: "all but the jug (MK-58) left today". What the next sentence promises is promised of them.
func (r *reader) leaveOut(pieces []piece, i int) {
	p := &pieces[i]
	for _, h := range r.within(p.start, p.end) {
		if h.meaning != except {
			continue
		}
		stop := p.end
		for _, o := range r.within(h.end, p.end) {
			if o.meaning == shipped || o.meaning == goes || o.meaning == gone {
				stop = o.start
				break
			}
		}
		out := func(at int) bool { return at >= h.end && at < stop }
		var goods []product
		for _, f := range p.refs {
			if out(f.start) && f.label == "" && !f.plain && !f.tracking {
				goods = append(goods, product{start: f.start, end: f.end, qtyStart: f.start, qtyEnd: f.start})
			}
		}
		if len(goods) == 0 {
			return
		}
		p.refs = slices.DeleteFunc(slices.Clone(p.refs), func(f reference) bool { return out(f.start) && f.label == "" && !f.plain && !f.tracking })
		p.products = slices.DeleteFunc(slices.Clone(p.products), func(l product) bool { return out(l.qtyStart) })
		for k := i + 1; k < len(pieces) && k <= i+2; k++ {
			q := &pieces[k]
			follows := slices.ContainsFunc(r.within(q.start, q.end), func(o hit) bool { return o.meaning == pending || o.meaning == remainder })
			if q.mark == "" && (q.news.kind == parsers.Backorder || q.news.kind == "" && follows && r.expected(q.start, q.end, q.start).Text != "") && r.speaksOf(p, q) && len(q.products) == 0 && len(q.tracking) == 0 {
				if q.news.kind == "" {
					q.news = news{kind: parsers.Backorder, start: q.start, end: q.end, score: 0.75, inferred: true}
				}
				q.products = goods
				if len(q.refs) == 0 {
					q.refs = orders(p.refs)
				}
				return
			}
		}
		p.partial = true // and what comes of them is not said
		return
	}
}

// balance makes a shipment one of a part where the next sentence speaks of a rest of which it says no news: "2 stools sent today, 1Z…. The rest in a parcel of
// its own on Tuesday."
func (r *reader) balance(pieces []piece) {
	for i := 1; i < len(pieces); i++ {
		p, q := &pieces[i-1], &pieces[i]
		if p.mark != "" || q.mark != "" || p.news.kind != parsers.Shipment || q.news.kind != "" || !q.partial || len(q.tracking) > 0 || !r.speaksOf(p, q) {
			continue
		}
		hits := r.within(q.start, q.end)
		p.partial = p.partial || slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == remainder && !r.turned(h, hits) && !r.deniedAround(h, hits, 16) })
	}
}

// speaksOf tells whether a sentence speaks of the order that another one names, or of none of its own.
func (r *reader) speaksOf(p, o *piece) bool {
	return !slices.ContainsFunc(o.refs, func(f reference) bool {
		return f.names() && !slices.ContainsFunc(p.refs, func(g reference) bool { return r.view.text[g.start:g.end] == r.view.text[f.start:f.end] })
	}) || len(p.refs) == 0
}

// offersInstead tells whether a sentence asks for another product in place of what is missing.
func (r *reader) offersInstead(o *piece) bool {
	if !o.question && o.news.kind != parsers.Question && o.news.kind != parsers.OutOfStock {
		return false
	}
	hits := r.within(o.start, o.end)
	return slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == instead }) &&
		(o.question || slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == asked }))
}

// interleave ties a remark between the lines of our quoted mail to the order and the product of the lines above it. Only where several are answered so: below the
// whole mail a remark is about all of it.
func (r *reader) interleave(pieces []piece) {
	var remarks []remark
	var above quotedLines
	answered := 0 // runs of quoted lines
	for i := range pieces {
		p := &pieces[i]
		switch {
		case p.mark == parsers.MarkQuoted:
			if i > 0 && pieces[i-1].mark != parsers.MarkQuoted {
				above = quotedLines{}
			}
			above.goods = append(above.goods, p.products...)
			above.refs = append(above.refs, p.refs...)
		case p.mark == "" && above.end > 0 && (p.news.kind != "" || len(p.tracking) > 0):
			if len(remarks) == 0 || remarks[len(remarks)-1].end != above.end {
				answered++
			}
			remarks = append(remarks, remark{p, above})
		}
		if p.mark == parsers.MarkQuoted {
			above.end = p.end
		}
	}
	if answered < 2 {
		return
	}
	if !slices.ContainsFunc(remarks, func(m remark) bool { return len(m.goods) > 1 }) {
		for _, m := range remarks {
			if len(m.piece.products) == 0 {
				m.piece.products = m.goods
			}
		}
	}
	for _, m := range remarks {
		if refs := r.soleNamed(m.refs); len(refs) > 0 && !slices.ContainsFunc(m.piece.refs, reference.names) {
			m.piece.refs = append(m.piece.refs, refs...)
		}
	}
}

// quotedLines is what stands in quoted lines that follow each other, up to end.
type quotedLines struct {
	goods []product
	refs  []reference
	end   int
}

// remark is what is written below quoted lines.
type remark struct {
	piece *piece
	quotedLines
}

// soleNamed gives the one order that references name; none if they name several. What words call an order counts before mere numbers.
func (r *reader) soleNamed(refs []reference) []reference {
	found := orders(refs)
	if len(found) == 0 {
		for _, f := range refs {
			if f.names() {
				found = append(found, f)
			}
		}
	}
	if len(found) == 0 || slices.ContainsFunc(found, func(f reference) bool { return !r.sameText(f, found[0]) }) {
		return nil
	}
	return found[:1]
}
