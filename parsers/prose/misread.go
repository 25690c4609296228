package prose

import (
	"slices"
	"strings"
)

// Words that are written like others once their accents are gone.

// dropMisread drops words that only look like what turns the news: the Spanish "sí" is no "if", "mañana" in "esta mañana" is no tomorrow, the Italian "ne" ("of them") is no "né", and the German
// "konnten" ("could, and did") is no "könnten".
func (r *reader) dropMisread() {
	var now []hit
	misread := false
	for _, h := range r.hits {
		if h.meaning == when && slices.Contains(today, strings.ToLower(r.view.text[h.start:h.end])) {
			now = append(now, h)
		}
		misread = misread || r.looksLike(h)
	}
	r.presentTense()
	if len(now) == 0 && !misread {
		return
	}
	r.hits = slices.DeleteFunc(r.hits, func(h hit) bool {
		return r.looksLike(h) || h.meaning == future && slices.ContainsFunc(now, func(o hit) bool { return o.start < h.start && h.end <= o.end })
	})
}

// looksLike tells a word that is another one with its accents.
func (r *reader) looksLike(h hit) bool {
	switch h.meaning {
	case condition:
		return hasFold(r.view.text[h.start:], "sí")
	case negation:
		return h.end-h.start == len("ne") && strings.EqualFold(r.view.text[h.start:h.end], "ne") && !strings.HasPrefix(r.view.text[h.end:], "'") // "ne'" is a careless "né"
	case maybe:
		return hasFold(r.view.text[h.start:], "konnte")
	}
	return false
}
