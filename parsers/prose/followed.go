package prose

import (
	"slices"
	"strings"

	"waybill/parsers/carrier"
)

// Links hold the number that the text shows, or that it leaves to them.

// linkedNumbers finds numbers that the text shows and that a link holds as well: "SPX 100 233 419" beside "https://track.…/t?id=SPX100233419". Both were written of the
// same parcel. Where the words of a link say that it follows a parcel, what may be a number in its address is kept as unread.
func (r *reader) linkedNumbers(places [][2]int) [][2]int {
	values := map[string]bool{}
	for _, l := range r.text.Links[:min(len(r.text.Links), mostFollowed)] {
		r.addressValues(l.URL, values)
	}
	for i, n := 0, 0; i < len(r.view.text) && n < mostFollowed; n++ {
		at := strings.Index(r.view.text[i:], "://")
		if at < 0 {
			break
		}
		end := i + at + strings.IndexAny(r.view.text[i+at:]+" ", " \n\t<>\"")
		r.addressValues(r.view.text[i+at:end], values)
		i = end
	}
	if len(values) == 0 {
		return places
	}
	for i := 0; i < len(r.tokens); i++ {
		if r.tokens[i].digits == 0 && !r.opens(i) {
			continue
		}
		e, ok := r.entryAt(i)
		if !ok || e.size() < longNumber || !values[compactCode(r.view.text[e.start:e.end])] || slices.ContainsFunc(places, func(p [2]int) bool { return p[0] < e.end && e.start < p[1] }) {
			continue
		}
		places = append(places, [2]int{e.start, e.end})
		i = e.next - 1
	}
	slices.SortFunc(places, func(a, b [2]int) int { return a[0] - b[0] })
	return places
}

const (
	mostFollowed = 40 // links that are looked into
	longNumber   = 8  // letters and digits of a number that a link and the text share: orders' are shorter
)

// addressValues adds the pieces of an address that may be numbers.
func (r *reader) addressValues(url string, values map[string]bool) {
	if len(url) > 1024 {
		return
	}
	for _, v := range strings.FieldsFunc(url, func(c rune) bool { return strings.ContainsRune("/?&=#;", c) }) {
		if len(v) < longNumber || len(v) > longestEntry+6 {
			continue
		}
		if code := compactCode(v); len(code) >= longNumber && len(code)*4 >= len(v)*3 && strings.ContainsAny(code, "0123456789") {
			values[code] = true
		}
	}
}

// compactCode is a number in capitals, without signs and spaces.
func compactCode(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z':
			return c
		case c >= 'a' && c <= 'z':
			return c - 32
		}
		return -1
	}, s)
}

// followWords are folded pieces of the words of a link that follows a parcel.
var followWords = []string{"track", "suiv", "verfolg", "sendung", "seguimi", "seguir", "segui", "rastre", "tracci", "volg", "sledz", "追跡", "查询", "物流", "跟踪"}

// unreadLinks keeps what stands in the address of a link that follows a parcel, where nobody knows the page: the number may be in it.
func (r *reader) unreadLinks() {
	if len(r.tracking) > 0 {
		return // the page may go by the order's number
	}
	for _, l := range r.text.Links[:min(len(r.text.Links), mostFollowed)] {
		if l.End <= l.Start || l.End-l.Start > 60 || carrier.Followed(l.URL) {
			continue
		}
		start, end := r.view.offset(l.Start), r.view.offset(l.End)
		words := r.plain(start, end)
		if r.markAt(start, end) != "" || !slices.ContainsFunc(followWords, func(w string) bool { return strings.Contains(words, w) }) || !holdsNumber(l.URL) || slices.ContainsFunc(r.refs, func(f reference) bool { return strings.Contains(l.URL, r.view.text[f.start:f.end]) }) || r.overlapsTracking(start, end) {
			continue
		}
		r.unread = append(r.unread, [2]int{start, end})
	}
}

// leadsToLink tells the address behind a label which holds what may be a number: "Track: https://supplier.example/track/NLX00441288".
func (r *reader) leadsToLink(h hit) (at [2]int, ok bool) {
	text := r.view.text
	start := h.end
	for start < len(text) && start-h.end < 24 && (signs[text[start]] == 0 || strings.ContainsAny(text[start:start+1], "-.")) {
		start++
	}
	end := urlEnd(text, min(start, len(text)-1))
	if end <= start || end-start > 1024 || carrier.Followed(text[start:end]) || !holdsNumber(text[start:end]) {
		return at, false
	}
	return [2]int{start, end}, true
}

// holdsNumber tells an address of which a piece looks like a parcel's number: capitals and digits, more of these.
func holdsNumber(url string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(url, func(c rune) bool { return strings.ContainsRune("/?&=#;", c) }), func(v string) bool {
		digits := 0
		for i := range len(v) {
			switch c := v[i]; {
			case digit(c):
				digits++
			case c >= 'A' && c <= 'Z', c == '-':
			default:
				return false
			}
		}
		return len(v) >= longNumber && len(v) <= 30 && digits >= 5 && digits*2 >= len(v)
	})
}
