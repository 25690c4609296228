package prose

import (
	"slices"
	"sort"
	"strings"

	"waybill/parsers"
)

// assembled reads quoted text for what it names, orders, parcels and goods, where the writer's own text brings news: nobody asks then what was news in the mail
// that is answered, and three quarters of an answer are that mail. Where the writer says nothing, as in a mail that was passed on, all of it is read.
func (r *reader) assembled() Result {
	r.keys = slices.ContainsFunc(r.marks, func(m parsers.Mark) bool { return m.Kind == parsers.MarkQuoted })
	res := r.assemble()
	if !r.keys || slices.ContainsFunc(res.Statements, bringsNews) {
		return res
	}
	r.keys = false
	own := res
	res = r.assemble()
	if own.Tone.Thanks && own.Tone.Words <= mereThanks && !strings.ContainsAny(own.New, "?？") && !pointers.In(string(squeeze(fold(own.New)))) {
		unask(res.Statements)
	}
	return res
}

// mereThanks is how many words a text has that is no more than thanks, with greetings and a name.
const mereThanks = 24

// pointers are folded pieces of words that lead to the mail below: whoever passes it on says what it says.
var pointers = parsers.NewAnyOf("below", "unten", "nachstehend", "weitergeleitet", "fyi", "z.k", "ci-dessous", "plus bas", "abajo", "mas abajo", "sotto", "seguito", "hieronder", "onder", "abaixo", "ponizej", "下面", "以下", "下記", "転送", "forward", "see ", "siehe", "voir", "ver ", "zie ", "patrz")

// unask drops what is asked in a mail that is answered with thanks: whoever has asked it waits for more than that, or has been the shop.
func unask(all []parsers.Statement) {
	for i := range all {
		if s := &all[i]; s.Quoted && s.Kind == parsers.Question {
			s.Kind, s.KindAt, s.Score, s.Doubtful = "", parsers.Value{}, 0, false
		}
	}
}

// bringsNews tells a statement of the writer's own that says something.
func bringsNews(s parsers.Statement) bool {
	return !s.Quoted && (s.Kind != "" && s.Score >= 0.5 || slices.ContainsFunc(s.Tracking, func(t parsers.Tracking) bool { return !t.Withdrawn }))
}

// namesAny tells whether a number, a parcel or goods with their quantity stand in a span.
func (r *reader) namesAny(start, end int) bool {
	from := sort.Search(len(r.products), func(i int) bool { return r.products[i].qtyStart >= start })
	return len(r.refsIn(start, end)) > 0 || len(r.trackingIn(start, end)) > 0 || from < len(r.products) && r.products[from].qtyStart < end
}
