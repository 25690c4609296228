package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// withdrawn tells whether a tracking number of a clause is said to be void: by a denial right before it ("not A but B",
// "instead of A"), else by the sign nearest before it, else by one behind it ("A was wrong").
func (r *reader) withdrawn(at, end int, c clause) bool {
	hits := r.within(c.start, c.end)
	r.work += len(hits)
	denial := func(h hit) bool { // what is denied stands behind such a word, not before it
		return slices.ContainsFunc(r.within(h.start, h.end), func(o hit) bool { return o.meaning == notThis && o.start == h.start && h.end-o.end < 5 })
	}
	var last, next hit
	for _, h := range hits {
		switch {
		case h.meaning == notThis && h.end <= at && r.leadsTo(h, at, hits):
			return true
		case h.meaning != earlierNumber && h.meaning != rightNumber:
		case h.end <= at:
			last = h
		case h.start >= end && next.meaning == none && h.start-end < 60 && !r.trackingBetween(end, h.start) && !denial(h):
			next = h
		}
	}
	if last.meaning == earlierNumber && (r.behind(last, c) || denial(last) || !r.reaches(last.end, at)) {
		last = hit{}
	}
	if last.meaning == earlierNumber && r.corrects(last.end, at) {
		last = hit{}
	}
	if last.meaning != none && !(next.meaning == earlierNumber && r.trackingBetween(last.end, at)) {
		return last.meaning == earlierNumber
	}
	return next.meaning == earlierNumber
}

// correctWords are folded words that lead from what was wrong to what is right, verbs those of them without which they do not.
var (
	correctWords = wordSet("it its this that is the right one correct number tracking use please should be es das ist richtig richtige nummer lautet lauten muss bitte c'est est le la bon bonne numero suivi de utilisez prenez merci voici nouveau exact celui-ci es el bueno correcto seguimiento usen use utilicen favor por aqui nuevo e il lo quello giusto corretto tracking usate utilizzate ecco nuovo o a certo correto rastreio usem utilizem segue novo codigo codice code sendungsnummer het dit moet juiste nummer correct nieuwe gebruik to jest powinno byc powinien prawidlowy poprawny wlasciwy numer nowy new neu neue now jetzt nu")
	correctVerbs = wordSet("c'est est utilisez prenez voici es e usen utilicen usate utilizzate ecco usem utilizem segue is use should ist lautet muss richtig moet gebruik to jest powinno powinien prawidlowy poprawny wlasciwy correct")
)

// corrects tells whether a number behind a wrong one is the right one: "wrong number in my last mail, use 1Z…". A comma parts them, and nothing follows it
// but words that lead to the number.
func (r *reader) corrects(from, at int) bool {
	gap := r.plain(from, max(from, at))
	cut := strings.LastIndexAny(gap, ",;.")
	if cut < 0 {
		return false
	}
	words := strings.FieldsFunc(gap[cut+1:], func(c rune) bool { return c == ' ' || c == ':' || c == '\n' })
	return slices.ContainsFunc(words, func(w string) bool { return correctVerbs[w] }) && !slices.ContainsFunc(words, func(w string) bool { return !correctWords[w] })
}

var (
	fromWords    = wordSet("from von de desde da van z 从 從")
	towardsWords = wordSet("to auf zu in a en par por naar para na 为 為 到 → ->")
	replacedBy   = wordSet("by with durch mit par avec por con da door met na przez")
	replaceStems = []string{"replac", "swap", "ersetz", "tausch", "remplac", "sustitu", "reemplaz", "sostitu", "vervang", "substitu", "zastap", "zastąp", "zamie", "podmie"}
	changeStems  = []string{"chang", "updat", "replac", "correct", "amend", "geander", "ersetzt", "korrig", "modif", "remplac", "chang", "cambi", "sustitu", "correg", "sostitu", "wijzig", "vervang", "alter", "substitu", "zmien", "更", "改"}
)

// nowWords and onceWords are folded words that set a number against the one before it: "was A, now B", "B (bisher A)".
var (
	nowWords  = wordSet("now jetzt nun neu maintenant desormais ahora ora adesso nu agora teraz 现在 現在")
	onceWords = wordSet("bisher bislang vorher zuvor ehemals previously formerly auparavant anciennement precedemment anteriormente antes precedentemente prima voorheen eerder poprzednio wczesniej dotychczas")
)

// once tells a number behind another that a word calls the one that was: "RK100483 (bisher RK100482)".
func (r *reader) once(at int, c clause) bool {
	before := r.trackingIn(max(c.start, at-64), at)
	if len(before) == 0 || at-before[len(before)-1].end > 32 || before[len(before)-1].end > at {
		return false
	}
	words := strings.FieldsFunc(r.plain(before[len(before)-1].end, at), func(c rune) bool { return strings.ContainsRune(" (),;:", c) })
	return slices.ContainsFunc(words, func(w string) bool { return onceWords[w] })
}

// changedFrom tells the first of two numbers of which one took the other's place: "changed from A to B".
func (r *reader) changedFrom(at, end int, c clause) bool {
	if r.once(at, c) {
		return true
	}
	next := r.trackingIn(end, c.end)
	if len(next) == 0 || next[0].start-end > 24 {
		return false
	}
	lead := strings.Fields(strings.ToLower(r.view.text[max(c.start, at-24):at]))
	to := strings.Fields(strings.ToLower(r.view.text[end:next[0].start]))
	if len(lead) > 0 && len(to) > 0 && replacedBy[to[0]] && slices.ContainsFunc(lead[max(0, len(lead)-3):], func(w string) bool {
		return slices.ContainsFunc(replaceStems, func(stem string) bool { return strings.HasPrefix(w, stem) })
	}) {
		return true // "replace A by B"
	}
	if len(lead) > 0 && len(to) > 1 && strings.Trim(to[0], ",;") == "" && nowWords[strings.Trim(to[1], ":")] || len(to) > 0 && strings.HasPrefix(r.view.text[end:], ",") && slices.ContainsFunc(to, func(w string) bool { return nowWords[strings.Trim(w, ",:")] }) {
		return slices.ContainsFunc(lead, func(w string) bool { return pastBeing[strings.TrimRight(w, ":")] }) // "was A, now B"
	}
	if len(lead) == 0 || !fromWords[lead[len(lead)-1]] || len(to) == 0 || !towardsWords[to[0]] {
		return false
	}
	said := r.plain(c.start, c.end)
	return slices.ContainsFunc(changeStems, func(w string) bool { return strings.Contains(said, w) })
}

// leadsTo tells whether nothing stands between a denial and a number but what the number is called and whose it is.
func (r *reader) leadsTo(h hit, at int, hits []hit) bool {
	if at-h.end > 40 {
		return false
	}
	if last := r.view.text[h.start:h.end]; strings.EqualFold(last, "no") && !strings.Contains(r.view.text[at:min(len(r.view.text), at+80)], " sino ") && !r.followsNumber(h) {
		return false // "tracking no"
	}
	gap := []byte(r.view.text[h.end:at])
	if strings.ContainsAny(string(gap), ",;.!?\n") {
		return false
	}
	for _, o := range hits {
		if o.meaning == trackingLabel && o.start >= h.end && o.end <= at {
			for i := o.start; i < o.end; i++ {
				gap[i-h.end] = ' '
			}
		}
	}
	for _, w := range strings.FieldsFunc(string(squeeze(fold(string(gap)))), func(c rune) bool { return strings.ContainsRune(" :#'’\t", c) }) {
		if !slices.Contains(connectors, w) && !slices.Contains(articles, w) && !isCarrier(w) {
			return false
		}
	}
	return true
}

// followsNumber tells a word right behind a number and a comma: "es A, no B".
func (r *reader) followsNumber(h hit) bool {
	return slices.ContainsFunc(r.trackingIn(h.start-40, h.start), func(t tracked) bool {
		return t.end < h.start && strings.TrimSpace(r.view.text[t.end:h.start]) == ","
	})
}

func isCarrier(word string) bool {
	slug, _ := carrier.Normalize(word)
	return slug != ""
}

var articles = []string{"a", "der", "die", "das", "den", "dem", "le", "la", "l", "el", "lo", "il", "de", "het", "o", "do", "del", "du", "sous", "sotto", "sob", "con", "com", "old", "alte", "alten"}

// behind tells a sign that speaks of the number before it: "A was wrong".
func (r *reader) behind(h hit, c clause) bool {
	for _, t := range r.trackingIn(max(c.start, h.start-60), h.start) {
		if t.end > h.start || h.start-t.end > 15 {
			continue
		}
		gap := r.view.text[t.end:h.start]
		if !strings.ContainsAny(gap, ",;.:\n") && !slices.ContainsFunc(strings.Fields(strings.ToLower(gap)), func(w string) bool { return slices.Contains(listWords[:13], w) && w != "e" }) {
			return true
		}
	}
	return false
}

// reaches tells whether a sign at an offset still speaks of a number: of the first one behind it, and of those listed with it.
func (r *reader) reaches(from, at int) bool {
	for _, t := range r.trackingIn(from, at) {
		if t.end > at {
			break
		}
		next := at
		for _, o := range r.trackingIn(t.end, at) {
			next = o.start
			break
		}
		if !r.listed(t.end, next) {
			return false
		}
	}
	return true
}

func (r *reader) trackingBetween(from, to int) bool {
	for _, t := range r.trackingIn(from, to) {
		if t.end <= to {
			return true
		}
	}
	return false
}

// forReturn tells whether a tracking number is the one of a parcel that would come back: "Return label: 1Z…".
func (r *reader) forReturn(at, end int, c clause) bool {
	for _, h := range r.within(c.start, c.end) {
		if h.meaning != returning {
			continue
		}
		switch {
		case h.end <= at && !r.trackingBetween(h.end, at) && !r.namedAnew(h.end, at):
			return true
		case h.start >= end && h.start-end <= 16 && len(r.trackingIn(h.end, min(c.end, h.end+40))) == 0 && !strings.ContainsAny(r.view.text[end:h.start], ",;.\n"):
			return true
		}
	}
	return false
}

// namedAnew tells whether a new piece of a sentence begins between two offsets and calls what follows a tracking number.
func (r *reader) namedAnew(from, to int) bool {
	comma := strings.IndexAny(r.view.text[from:to], ",;")
	return comma >= 0 && slices.ContainsFunc(r.within(from+comma, to), func(h hit) bool { return h.meaning == trackingLabel || h.meaning == shipped })
}

// headsReturn tells a clause that is the heading of a return's number on the line below.
func (r *reader) headsReturn(c clause) bool {
	if c.end-c.start > 60 || len(r.trackingIn(c.start, c.end)) > 0 {
		return false
	}
	text := strings.TrimRight(r.view.text[c.start:c.end], " ")
	for _, h := range r.within(c.start, c.end) {
		if h.meaning == returning && (strings.HasSuffix(text, ":") || h.start == c.start && h.end >= c.start+len(text)) {
			return true
		}
	}
	return false
}

// ofOrder tells whether a clause speaks of an order's goods and not of a mail: those come back as well.
func (r *reader) ofOrder(c clause) bool {
	text := strings.ToLower(r.view.text[c.start:c.end])
	return r.text.Part != "subject" && !slices.ContainsFunc([]string{"mail", "message", "nachricht", "mensaje", "messaggio", "bericht", "mensagem", "wiadomo", "邮件", "メール"}, func(w string) bool { return strings.Contains(text, w) }) &&
		slices.ContainsFunc(r.refsIn(c.start, c.end), reference.names)
}

// ofParcel tells whether a clause calls something a parcel.
func (r *reader) ofParcel(c clause) bool {
	return slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool { return h.meaning == parcel })
}

// headings drops numbers that only a word made a parcel's, and that lead to one whose form says that it is: "Your parcels: 2026-0451: 1Z…".
func (r *reader) headings() {
	kept := r.tracking[:0]
	for i, t := range r.tracking {
		if i+1 < len(r.tracking) && t.found.Score <= barelyParcel && !t.found.Valid {
			next := r.tracking[i+1]
			if next.found.Valid && next.found.Score > surelyParcel && next.start > t.end && next.start-t.end <= 6 && strings.Trim(r.view.text[t.end:next.start], " :-–>=|\t") == "" && strings.ContainsAny(r.view.text[t.end:next.start], ":-–>=|\t") {
				for k := range r.refs {
					if f := &r.refs[k]; f.start < t.end && t.start < f.end {
						f.tracking = false
						if f.label == "" && r.shopsOwn(f) {
							f.label, f.pattern, f.weak = parsers.LabelOrder, true, true
						}
					}
				}
				continue
			}
		}
		kept = append(kept, t)
	}
	r.tracking = kept
}

// shopsOwn tells a number of the form that the shop's orders have.
func (r *reader) shopsOwn(f *reference) bool {
	text := r.view.text[f.start:f.end]
	for i := range r.patterns {
		if at := r.patterns[i].FindAll(text, 1); len(at) > 0 && at[0][0] == 0 && at[0][1] == len(text) {
			return true
		}
	}
	return false
}

const (
	barelyParcel = 0.55
	surelyParcel = 0.9
)
