package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// expected finds when something is promised: the words for a time nearest behind the words that say what is promised, else
// the nearest before. It is kept as written: "mid May", "KW 23", "22.11.".
func (r *reader) expected(start, end, around int) parsers.Value {
	best, bestEnd, distance := -1, -1, 1<<30
	consider := func(s, e int) {
		d := s - around
		if d < 0 {
			d = 3 * -d
		}
		if d < distance {
			best, bestEnd, distance = s, e, d
		}
	}
	for _, h := range r.within(start, end) {
		if h.meaning == month && h.end-h.start == 3 && r.view.text[h.start] >= 'a' && !r.besideNumber(h) && !r.behindTime(h) {
			continue // "may", "mar", "set" as words
		}
		if h.meaning == month && r.view.text[h.start:h.end] == "may" && !r.besideNumber(h) && !r.behindTime(h) {
			continue
		}
		if h.meaning == vague && calendarWeek(r.view.text[h.start:h.end]) && r.besideNumber(h) || h.meaning == month || h.meaning == when {
			consider(h.start, h.end)
		}
	}
	for _, t := range r.tokensIn(start, end) {
		if isDate(r.view.text[t.start:t.end]) {
			consider(t.start, t.end)
		}
	}
	if best < 0 {
		best, bestEnd = r.eastern(start, end)
		if best < 0 {
			return parsers.Value{}
		}
	}
	best, bestEnd = r.widen(best, bestEnd, start, end)
	return r.value(best, bestEnd)
}

func calendarWeek(word string) bool {
	switch strings.ToLower(word) {
	case "kw", "kalenderwoche", "calendar week", "semaine", "week", "tydzień", "semana", "settimana":
		return true
	}
	return false
}

// behindTime tells whether a month stands right behind a word that leads to one: "until may", "jusqu'en mai", "fin mai".
func (r *reader) behindTime(h hit) bool {
	words := strings.FieldsFunc(strings.ToLower(r.view.text[max(0, h.start-14):h.start]), func(c rune) bool { return c == ' ' || c == '\'' || c == '’' })
	return len(words) > 0 && slices.Contains(timeWords, words[len(words)-1])
}

var timeWords = []string{"in", "until", "till", "til", "by", "from", "mid", "mid-", "early", "late", "of", "en", "fin", "mi", "mi-", "début", "courant", "dès", "tot", "eind", "begin", "medio", "half", "vanaf", "hasta", "im", "bis", "ab", "mitte", "anfang", "ende",
	"a", "di", "da", "fino", "em", "de", "até", "w", "do", "od", "for"}

func (r *reader) besideNumber(h hit) bool {
	before := strings.TrimRight(r.view.text[max(0, h.start-4):h.start], " .")
	after := strings.TrimLeft(r.view.text[h.end:min(len(r.view.text), h.end+4)], " .")
	return before != "" && digit(before[len(before)-1]) || after != "" && digit(after[0])
}

// widen takes in the numbers and the vague words beside a month or day: "mid May", "5. Mai 2027", "in two weeks".
func (r *reader) widen(s, e, start, end int) (int, int) {
	for again := true; again; {
		again = false
		for _, h := range r.within(start, end) {
			if (h.meaning == vague || h.meaning == when || h.meaning == month) && h.start < s && h.end <= s && strings.Trim(r.view.text[h.end:s], " ,.-") == "" {
				s, again = h.start, true
			}
			if h.meaning == when && h.start > s && h.start < e && h.end > e { // "fin de semaine prochaine"
				e, again = h.end, true
			}
			if (h.meaning == when || h.meaning == month || h.meaning == vague) && h.start >= e && h.end > e && strings.Trim(r.view.text[e:h.start], " ,.-") == "" {
				e, again = h.end, true
			}
		}
		for _, t := range r.tokensIn(start, end) {
			if counted := countWords[strings.ToLower(r.view.text[t.start:t.end])]; !counted && (t.letters > 2 || t.digits == 0 || t.digits > 4) || t.end > end {
				continue
			}
			if t.end <= s && s-t.end <= 5 && between(r.view.text[t.end:s]) {
				s, again = t.start, true
			}
			if t.start >= e && t.start-e <= 5 && between(r.view.text[e:t.start]) {
				e, again = t.end, true
			}
		}
	}
	return s, e
}

// countWords are numbers of days and weeks as people write them.
var countWords = wordSet("two three four five six ten a few couple several zwei drei vier fünf sechs zehn ein eine einer paar einige twee drie vier vijf zes tien een paar enkele dwa dwie trzy cztery pięć sześć kilka parę kilku deux trois quatre cinq six quelques dos tres cuatro cinco due tre quattro cinque dois duas três quatro cinco")

func between(gap string) bool {
	switch strings.Trim(gap, " .,-–") {
	case "", "de", "of", "-", "del", "w", "w.":
		return !strings.Contains(gap, "\n")
	}
	return false
}

// eastern finds dates written as 5月1日.
func (r *reader) eastern(start, end int) (int, int) {
	text := r.between(start, end)
	i := strings.Index(text, "月")
	if i <= 0 || !digit(text[i-1]) {
		return -1, -1
	}
	s := i - 1
	for s > 0 && digit(text[s-1]) {
		s--
	}
	if year := strings.LastIndex(text[:s], "年"); year >= 4 && year+len("年") == s && digit(text[year-1]) {
		s = year - 4
	}
	e := i + len("月")
	for e < len(text) && digit(text[e]) {
		e++
	}
	if strings.HasPrefix(text[e:], "日") {
		e += len("日")
	}
	return start + s, start + e
}
