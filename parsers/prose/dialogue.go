package prose

import (
	"slices"

	"waybill/parsers"
)

// Who answers between the lines of our mail writes several small texts: each belongs to the lines above it, and what one of them says is no news of the others'
// orders.

// turn is one of them: the quoted lines and what is written below, from the last piece up to the one before end.
type turn struct {
	from, own, end int // own is where what is written begins
	about          []reference
}

// dialogue gives the turns of a mail that answers between at least two runs of quoted lines that each name one order; nil for others.
func (r *reader) dialogue(pieces []piece) []turn {
	var turns []turn
	named := 0 // turns about another order than the one before
	var last []reference
	for i := 0; i < len(pieces); {
		t := turn{from: i}
		for i < len(pieces) && pieces[i].mark == parsers.MarkQuoted {
			i++
		}
		t.own = i
		for i < len(pieces) && pieces[i].mark != parsers.MarkQuoted {
			i++
		}
		t.end = i
		if t.own > t.from && somePiece(pieces[t.own:t.end], func(p *piece) bool { return p.mark == "" }) {
			t.about = r.asked(pieces[t.from:t.own])
			if len(t.about) > 0 && (len(last) == 0 || !r.sameText(last[0], t.about[0])) {
				last = t.about
				named++
			}
		}
		turns = append(turns, t)
	}
	if named < 2 {
		return nil
	}
	return turns
}

// asked is the one order that quoted lines name: what they call an order, or the only number in them, or the one that they begin with.
func (r *reader) asked(quoted []piece) []reference {
	var all []reference
	for i := range quoted {
		for _, f := range quoted[i].refs {
			if r.listable(f) && !r.ofGoodsLine(f) {
				all = append(all, f)
			}
		}
	}
	found := all
	if called := orders(all); len(called) > 0 {
		found = called
	}
	switch {
	case len(found) == 0:
		return nil
	case !slices.ContainsFunc(found, func(f reference) bool { return !r.sameText(f, found[0]) }):
	case found[0].start-quoted[0].start > widestBullet:
		return nil
	case somePiece(quoted[1:], func(p *piece) bool {
		return len(p.refs) > 0 && p.refs[0].start-p.start <= widestBullet && len(letters(r.view.text[p.refs[0].start:p.refs[0].end])) == len(letters(r.view.text[found[0].start:found[0].end]))
	}):
		return nil // several lines that each begin with a number
	}
	return found[:1:1]
}

// ofGoodsLine tells a number that is a product's, with how many there are of it.
func (r *reader) ofGoodsLine(f reference) bool {
	return f.sku || slices.ContainsFunc(r.products, func(l product) bool { return !l.title && l.start < f.end && f.start < l.end })
}

// widestBullet is how far from the beginning of a line a number may stand that the line is about: "1) No. 1001".
const widestBullet = 16

// converse understands each turn by itself.
func (r *reader) converse(pieces []piece, turns []turn) {
	about := r.about
	for _, t := range turns {
		r.about = about || len(t.about) > 0
		part := pieces[t.from:t.end]
		for i := t.own - t.from; i < len(part) && len(t.about) > 0; i++ {
			if p := &part[i]; p.mark == "" && p.news.kind == "" { // "Got it, thanks." says something where it is known of what
				p.news = r.piece(p.clause).news
			}
		}
		r.understand(part)
		r.reply(part[t.own-t.from:])
		for i := t.own - t.from; i < len(part); i++ {
			if p := &part[i]; len(t.about) > 0 && p.mark == "" && p.says() && !slices.ContainsFunc(p.refs, r.listable) {
				p.refs = append(p.refs, t.about...)
			}
		}
	}
	r.about = about
}

// reply takes what is answered of an order for an acknowledgement where nothing else is heard of it, and that it is known is: "Got it, thanks."
func (r *reader) reply(own []piece) {
	if !r.about || somePiece(own, func(p *piece) bool { return p.mark == "" && p.says() }) {
		return
	}
	for i := range own {
		p := &own[i]
		if p.mark != "" || p.question || p.news.supposed {
			continue
		}
		if kind, chance := p.chances.best(); kind == parsers.Acknowledgement && chance >= perhaps || kind == "" && r.receives(p) {
			r.speak(p, parsers.Acknowledgement, false)
			return
		}
	}
}
