package match

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// One sentence may tell of goods that departed and of goods that did not: "shipped today, one chair less than ordered", "everything but the lamp is out", "cotton sent, linen not
// yet". So each word of a clause leans to one side: to what departed, to what stayed, or to none.

// lean is the side of a word.
type lean int8

const (
	either   lean = iota // nothing is said of it, or what the rest of the clause says
	departed             // "the mugs left today"
	stayed               // "the lamp is missing", "without the lamp"
	unclear              // "of the missing mugs we sent"
)

// leanings finds the side of each word.
func (s *speech) leanings() {
	s.lean = make([]lean, len(s.words))
	heeded := make([]bool, len(s.words)) // words of leaving out, whose goods are found
	for i := range s.words {
		if s.leavesOut(i) {
			heeded[i] = s.exclude(i)
		} else if lessWords[s.words[i]] {
			heeded[i] = s.lessen(i)
		}
	}
	before := either
	listed := false // behind a colon that follows a side
	for from := 0; from < len(s.words); {
		to := from
		for to < len(s.words) && !s.divides(to) {
			to++
		}
		side := s.side(from, to, heeded)
		switch {
		case side != either:
			listed = false
		case listed || before != either && s.bareGoods(from, to):
			side = before
		}
		s.incline(from, to, side, heeded)
		if to < len(s.words) {
			listed = s.raw[to] == ":" && side != either || listed && s.raw[to] == ","
		}
		if to > from {
			before = side
		}
		from = to + 1
	}
	s.later()
}

// incline gives words the side of their clause. Where both sides are in it, it is divided at "and".
func (s *speech) incline(from, to int, side lean, heeded []bool) {
	if side == unclear {
		for i := from + 1; i < to; i++ {
			if a, b := s.side(from, i, heeded), s.side(i+1, to, heeded); listWords[s.words[i]] && a != unclear && b != unclear && a != either && b != either {
				s.incline(from, i, a, heeded)
				s.incline(i+1, to, b, heeded)
				return
			}
		}
	}
	for i := from; i < to; i++ {
		if s.lean[i] == either {
			s.lean[i] = side
		}
	}
}

// divides tells signs and words between two clauses.
func (s *speech) divides(i int) bool {
	if clauseWords[s.words[i]] {
		return true
	}
	raw := s.raw[i]
	switch {
	case s.words[i] != "":
		return false
	case strings.Contains(",;:!?()–—•|，、；。：（）", raw):
	case raw == "." || raw == "-":
		if raw == "-" && s.tight[i] {
			return false
		}
	default:
		return false
	}
	return i == 0 || i+1 >= len(s.words) || !isNumberWord(s.words[i-1]) || !isNumberWord(s.words[i+1]) || !s.tight[i+1]
}

// side is what the words of a clause say of the goods in it.
func (s *speech) side(from, to int, heeded []bool) lean {
	plus, minus, denied := false, false, false
	for i := from; i < to; i++ {
		w := s.words[i]
		if w == "" || heeded[i] || s.lean[i] == stayed && !lackWords[w] || s.ofSome(i) {
			continue
		}
		switch {
		case sentWords[w], boxWords[w] && i > from && inBox[s.words[i-1]] || boxWords[w] && i > from+1 && inBox[s.words[i-2]] && articles[s.words[i-1]]:
			plus = true
		case awaited[w]:
			minus = minus || !s.sends(from, to)
		case denials[w]:
			if numbering[w] && i+1 < len(s.words) && (isNumberWord(s.words[i+1]) || s.raw[i+1] == ".") || i+1 < to && denialsVoid[s.words[i+1]] {
				continue // "order no 4711", "no problem"
			}
			denied = true
		case lackWords[w], keptWords[w]:
			minus = true
		}
	}
	switch {
	case denied:
		return stayed
	case plus && minus:
		return unclear
	case plus:
		return departed
	case minus:
		return stayed
	}
	return either
}

func (s *speech) sends(from, to int) bool {
	return slices.ContainsFunc(s.words[from:to], func(w string) bool { return sentWords[w] })
}

// bareGoods tells a part of a list: goods, numbers, articles and nothing else.
func (s *speech) bareGoods(from, to int) bool {
	goods := false
	for i := from; i < to; i++ {
		_, number := s.number(i)
		switch w := s.words[i]; {
		case w == "" || articles[w] || number || countWords[w] || ofWord[w] || listWords[w] || w == "x":
		case s.ofSome(i):
			goods = true
		default:
			return false
		}
	}
	return goods
}

// later makes goods stay of which a clause without a verb says a later time, beside one that departed: "mugs out today, lamp Friday".
func (s *speech) later() {
	if !slices.Contains(s.lean, departed) {
		return
	}
	for from := 0; from < len(s.words); {
		to := from
		for to < len(s.words) && !s.divides(to) {
			to++
		}
		goods, later, others := false, false, 0
		for i := from; i < to && s.lean[i] == either; i++ {
			switch w := s.words[i]; {
			case s.ofSome(i), len(s.lines) == 1 && nth[w] > 0:
				goods = true
			case laterWords[w], restWords[w]:
				later = later || laterWords[w]
			case !articles[w] && !measures[w] && w != "":
				others++
			}
		}
		if goods && later && others <= mostLater {
			s.incline(from, to, stayed, nil)
		}
		from = to + 1
	}
}

// mostLater is how many other words such a clause has: "the lamp on Friday".
const mostLater = 2

// leavesOut tells words that leave out what stands behind them: "without", "all but", "bis auf".
func (s *speech) leavesOut(i int) bool {
	w := s.words[i]
	if exclusions[w] {
		return true
	}
	if i == 0 {
		return false
	}
	switch before := s.words[i-1]; w {
	case "but", "bar":
		return wholes[before] || i > 1 && wholes[s.words[i-2]]
	case "auf":
		return before == "bis"
	case "part":
		return before == "a"
	case "parte":
		return before == "a" || before == "aparte"
	case "op":
		return wholes[before] || i > 1 && wholes[s.words[i-2]]
	}
	return false
}

// exclude gives the goods behind such words to what stayed. False: there are none.
func (s *speech) exclude(i int) bool {
	found, from := false, i+1
	for k := i + 1; k < len(s.words) && k < from+leftOutGap; k++ {
		w := s.words[k]
		n, number := s.number(k)
		switch {
		case w == "" && s.raw[k] == ",", found && listWords[w]:
			if !found {
				return false
			}
		case s.ofSome(k):
			for m := from; m <= k; m++ {
				s.lean[m] = stayed
			}
			found, from = true, k+1
		case number && n < 100 && k+1 < len(s.words) && measures[s.words[k+1]]:
			return found
		case number && (k+1 == len(s.words) || s.words[k+1] == "" || countWords[s.words[k+1]]): // "all but one"
			s.lean[k] = stayed
			found, from = true, k+1
		case number, articles[w], ofWord[w], partWord[w], fillers[w], countWords[w], single[w], excluding[w]:
		default:
			return found
		}
	}
	return found
}

// leftOutGap is how many words stand between "without" and the goods.
const leftOutGap = 6

// lessen gives the goods before "less" to what stayed: "one chair less than ordered".
func (s *speech) lessen(i int) bool {
	k := i - 1
	if k >= 0 && lessFillers[s.words[k]] {
		k--
	}
	end := k
	for k >= 0 && s.words[k] != "" && s.ofSome(k) {
		k--
	}
	for k >= 0 && (countWords[s.words[k]] || ofWord[s.words[k]]) {
		k--
	}
	_, number := s.number(k)
	if k < 0 || !number && !single[s.words[k]] {
		return false
	}
	for m := k; m <= end; m++ {
		s.lean[m] = stayed
	}
	return true
}

// away tells a word of goods that the news does not mean: for a shipment what stayed; for a lack what departed, where the same sentence says what is lacking.
func (s *speech) away(i int) bool {
	if s.lacks {
		return s.lean[i] == departed && slices.Contains(s.lean, stayed)
	}
	return s.lean[i] == stayed
}

// heed listens to a voice.
func (c *candidate) heed(v *voice) *speech {
	s := c.listen(v.text)
	s.lacks = v.news != nil && v.news.kind != parsers.Shipment
	return s
}

// lost are the numbers of pieces without a name that stayed: "short by 1", "two are missing".
func (s *speech) lost() (counts []int) {
	if s.lacks {
		return nil
	}
	for i := range s.words {
		n, ok := s.number(i)
		if !ok || s.used[i] || s.lean[i] != stayed || !s.counted(i) || s.measured(i) || s.dated(i) || len(s.raw[i]) > 2 && isNumberWord(s.words[i]) || s.sizes(i) {
			continue
		}
		if i > 0 && pointing[s.words[i-1]] && single[s.words[i]] {
			continue
		}
		counts = append(counts, n)
	}
	return counts
}

// sizes tells a number that some title has.
func (s *speech) sizes(i int) bool {
	return isNumberWord(s.words[i]) && slices.ContainsFunc(s.titles, func(t []string) bool { return slices.Contains(t, s.words[i]) })
}

// dated tells the number of a day or a time.
func (s *speech) dated(i int) bool {
	if i > 0 && dayLeads[s.words[i-1]] && isNumberWord(s.words[i]) || i > 0 && isMonth(s.words[i-1]) {
		return true
	}
	for k := i + 1; k < len(s.words) && k <= i+3; k++ {
		if isMonth(s.words[k]) {
			return true
		}
		if s.words[k] != "" && !ofWord[s.words[k]] {
			break
		}
	}
	return i+1 < len(s.raw) && strings.Contains("/年月日号號時时", s.raw[i+1])
}

func isMonth(w string) bool { return monthWords[w] }

// lessen takes from the pieces what stayed, for news that says so itself: all of an order "minus one chair".
func (t *countTally) lessen(c *candidate) {
	if len(t.stayed) == 0 {
		return
	}
	sent := 0
	for _, l := range c.Lines {
		stay, some := t.stayed[l.ID]
		pieces := t.pieces[l.ID]
		switch {
		case !some:
			if pieces == 0 && len(t.named) == 0 {
				t.pieces[l.ID] = l.Outstanding
			}
		case stay == 0 && pieces > 0, stay > l.Outstanding, pieces > 0 && pieces+stay != l.Outstanding:
			t.torn = true
		case stay == 0, pieces > 0:
		case t.named[l.ID], len(t.named) == 0:
			if stay < l.Outstanding {
				t.pieces[l.ID] = l.Outstanding - stay
			}
		}
		sent += t.pieces[l.ID]
	}
	if sent == 0 && len(t.named) == 0 {
		t.torn = true
	}
}

// eastern hears what is said of a line in a script without spaces, clause by clause.
func (s *speech) eastern(t *told, line int) {
	for _, name := range s.order.easternNames(line) {
		if !tellsEastern(name) {
			continue
		}
		at := strings.Index(s.east, name)
		if at < 0 {
			continue
		}
		t.named = true
		if s.lacks || !s.easternStayed(at, at+len(name)) {
			t.mine = true
			continue
		}
		count := 0
		if counts := s.order.easternCounts(s.text, line); len(counts) > 0 {
			count = counts[0]
		}
		t.stayed = append(t.stayed, count)
		return
	}
	t.counts = append(t.counts, s.order.easternCounts(s.text, line)...)
}

// easternStayed tells goods that such a clause leaves out, "除了灯以外", "ランプ以外", or of which it says that they are lacking.
func (s *speech) easternStayed(from, to int) bool {
	before, behind := s.east[:from], s.east[to:]
	if strings.HasSuffix(before, "除") || strings.HasSuffix(before, "除了") || strings.HasPrefix(behind, "以外") || strings.HasPrefix(behind, "を除") || strings.HasPrefix(behind, "のほか") {
		return true
	}
	clause := before[max(0, strings.LastIndexAny(before, easternStops)):] + " "
	if end := strings.IndexAny(behind, easternStops); end >= 0 {
		behind = behind[:end]
	}
	clause += behind
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(clause, w) })
	}
	return (has(easternLacks) || has(easternSoon) || has(easternPlans)) && !has(easternSent)
}

const easternStops = "，、。；,;：:（(）)"

// easternPlans say that something is still to be done.
var easternPlans = strings.Fields("予定 下周 下週 預計 预计")

// easternLacks say that goods stayed, easternSent that they left.
var (
	easternLacks = strings.Fields("缺 少了 少1 少一 没发 沒發 没有 沒有 未发 未發 不含 不足 欠品 欠け 未着 まだ 後日 別送 別便 稍后 稍後 随后 隨後 补发 補發 破损 破損 割れ 留下")
	easternSent  = strings.Fields("已发 已發 发出 發出 寄出 发货 發貨 発送済 出荷済 発送しました 出荷しました 発送いたしました 出荷いたしました")
)

// remark takes what a clause beside the news says stayed, where it says how many: "Il manque une tasse."
func (t *countTally) remark(c *candidate, v *voice) {
	if v.text == "" {
		return
	}
	s := c.heed(v)
	if slices.ContainsFunc(s.words, func(w string) bool { return keptWords[w] }) {
		return // what broke may have been replaced
	}
	some := false
	for k, l := range c.Lines {
		heard := s.of(k)
		some = some || heard.named
		if len(heard.stayed) == 1 && heard.stayed[0] > 0 && heard.stayed[0] < l.Outstanding && !heard.mine {
			t.stayed[l.ID] = heard.stayed[0]
		}
	}
	if lost := s.lost(); len(c.Lines) == 1 && !some && len(lost) == 1 && lost[0] < c.Lines[0].Outstanding {
		t.stayed[c.Lines[0].ID] = lost[0]
	}
}

// onlyStayed tells a line of which nothing is said but that it stayed, in as many pieces.
func (t *countTally) onlyStayed(line string, pieces int) bool {
	stay, some := t.stayed[line]
	return some && !t.named[line] && stay == pieces
}

// comesLater tells a clause of some of several things and a later time: "second pack next week".
func (s *speech) comesLater() bool {
	some := false
	for i, w := range s.words {
		some = some || (nth[w] > 0 || restWords[w]) && (i+1 == len(s.words) || !measures[s.words[i+1]] && !carried[s.words[i+1]] && !laterWords[s.words[i+1]])
	}
	return some && slices.ContainsFunc(s.words, func(w string) bool { return laterWords[w] })
}

// endsSome tells that of the goods of a clause some are gone for good and others are not: "the red one is backordered and the grey one discontinued".
func (s *speech) endsSome() bool {
	final, others := false, false
	for from := 0; from < len(s.words); {
		to := from
		for to < len(s.words) && !s.divides(to) && !listWords[s.words[to]] {
			to++
		}
		goods, ends := false, false
		for i := from; i < to; i++ {
			goods = goods || s.words[i] != "" && s.ofOne(i)
			ends = ends || finalWords[s.words[i]]
		}
		final, others = final || goods && ends, others || goods && !ends
		from = to + 1
	}
	return final && others
}

// boxed tells a clause of parcels.
func (s *speech) boxed() bool {
	return slices.ContainsFunc(s.words, func(w string) bool { return boxWords[w] || carried[w] })
}

// carries tells news of which a sentence holds a parcel's number.
func (n *news) carries() bool {
	return len(n.tracking) > 0 && slices.ContainsFunc(n.statements, func(s parsers.Statement) bool {
		return len(s.Tracking) > 0 && s.Sentence != "" && s.Scope != parsers.ScopeRow && !s.Quoted
	})
}

// loosely tells a clause that counts something which stands apart from the number.
func (s *speech) loosely() bool {
	counts, parts := s.looseCounts()
	return len(counts) > 0 || len(parts) > 0
}
