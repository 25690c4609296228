package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// mendingStems are folded beginnings of words with which people mend what they wrote: mistakes, mix-ups, the right one. They are more than the phrases that say
// which of two numbers counts.
var mendingStems = append([]string{"alte war", "alte nummer", "old number", "please replace"}, strings.Fields("ancien vecchi antigo oude bisherig wrong mistak typo mixed mix-up mixup swapped correct amend errat misprint mistyp transpos falsch fehler verwechs vertausch zahlendreh dreher tippfehl vertipp korrig korrekt berichtig irrtum richtig "+
	"erreur erron faux corrig correct rectif confond confus coquille invers equivoc errone confund correg correcc correct rectif cambiad sbagli error errat corrett corregg rettific scambi "+
	"reves rovescio omgekeerd umgedreht odwrotnie fout verkeer verwissel juist correct vergis typfout tikfout engano erro errad lapso corrig correc corret retific troc pomyl blad bled prawidl popraw korekt omyl zamien "+
	"错 錯 误 誤 更正 改正 搞混 弄混 正确 正確 訂正 間違 修正 取り違え 正しい 正しく")...)

// corrections makes unsure the numbers of a text that mends a number and does not say clearly which: several are left of one parcel, or none.
func (r *reader) corrections(pieces []piece) {
	for i := range pieces {
		p := &pieces[i]
		numbered := slices.ContainsFunc(pieces[max(0, i-2):min(len(pieces), i+3)], func(q piece) bool { return len(q.tracking) > 0 })
		if p.mark != "" || !numbered || !r.mends(p.clause) {
			continue
		}
		if r.reassigns(pieces, i) {
			continue
		}
		var near []*piece
		left, void := map[string]bool{}, false
		for k := max(0, i-2); k < len(pieces) && k <= i+2; k++ {
			q := &pieces[k]
			if q.mark != "" || len(q.tracking) == 0 || !r.speaksOf(p, q) && k != i {
				continue
			}
			near = append(near, q)
			for _, t := range q.tracking {
				if t.found.Withdrawn {
					void = true
				} else if t.found.Score >= 0.5 {
					left[t.found.Number] = true
				}
			}
		}
		if void && len(left) > 0 || !void && len(left) < 2 {
			if len(left) == 1 && p.news.kind == parsers.Question && p.news.estimated && p.news.doubtful { // "The number was wrong." Here is the right one
				p.news = news{}
			}
			continue
		}
		for _, q := range near {
			if q.news.kind == parsers.Shipment || q.news.kind == parsers.Cancellation {
				q.news.doubtful = true
			}
		}
	}
}

// swapping are folded beginnings of words for two numbers of which each stood where the other belongs.
var swapping = parsers.NewAnyOf(strings.Fields("mixed mix-up mixup swapped verwechs vertausch andersherum umgekehrt umgedreht confond inverse invers invert cambiad scambiat inverti verwissel omgedraaid andersom trocad troquei troc zamien odwrotn reves 搞混 弄混 弄反 反了 取り違え 逆")...)

// correctedWords are folded beginnings of words that lead to how it is right.
var correctedWords = parsers.NewAnyOf(strings.Fields("correct korrekt richtig corrig correcc corregid corrett correz juist correct corre popraw prawidl 更正 正确 正確 訂正 正しく")...)

// roundWords are folded ways to say so behind the numbers.
var roundWords = []string{"other way round", "other way around", "vice versa", "genau andersrum", "l'inverse", "al contrario", "ao contrario"}

// swaps makes unsure which of the numbers is whose where the clause that has them says that they are swapped, or one behind them: "I mixed them up: 1001 was 1Z…A and 1002 was 1Z…B. It is the other way
// round." What stands before a new sentence with the numbers is told by it, see reassigns.
func (r *reader) swaps(pieces []piece) {
	first, numbers := -1, map[string]bool{}
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" {
			continue
		}
		said := r.plain(p.start, p.end)
		swap := !r.hasDenial(p.clause) && swapping.InWords(said) || slices.ContainsFunc(roundWords, func(w string) bool { return strings.Contains(said, w) })
		for _, t := range p.tracking {
			if t.found.Withdrawn {
				return // it says which one holds
			}
			numbers[t.found.Number] = true
		}
		if len(p.tracking) > 0 && first < 0 {
			first = i
		}
		if !swap || correctedWords.InWords(said) || len(p.tracking) == 0 && (first < 0 || len(numbers) < 2) {
			continue
		}
		for k := range pieces {
			if q := &pieces[k]; q.mark == "" && len(q.tracking) > 0 && q.news.kind == parsers.Shipment && (k == i || len(r.ownOrders(q)) > 0) {
				q.news.doubtful = true
			}
		}
		return
	}
}

// reassigns tells a clause behind whose admission each order has its number once, in the present: "I mixed up the numbers. 1001 is 1Z…A and 1002 is 1Z…B." Nothing is left open then.
func (r *reader) reassigns(pieces []piece, at int) bool {
	p := &pieces[at]
	if len(p.tracking) > 0 || r.view.text[p.end-1] == ':' || p.question {
		return false
	}
	named, numbers := map[string]bool{}, map[string]bool{}
	for k := range pieces {
		q := &pieces[k]
		if q.mark != "" || len(q.tracking) == 0 && (k == at || !r.mends(q.clause)) {
			continue
		}
		own := r.ownOrders(q)
		if k < at || len(q.tracking) != 1 || q.tracking[0].found.Withdrawn || len(own) != 1 || r.mends(q.clause) || r.ofPast(q.clause) || r.hasDenial(q.clause) || named[own[0]] || numbers[q.tracking[0].found.Number] {
			return false
		}
		named[own[0]], numbers[q.tracking[0].found.Number] = true, true
	}
	return len(named) > 1
}

// ownOrders are the numbers in a clause that may name its order.
func (r *reader) ownOrders(p *piece) []string {
	var own []string
	for _, f := range r.refsIn(p.start, p.end) {
		if s := r.view.text[f.start:f.end]; !f.skip && !f.tracking && !f.sku && (f.label == "" || f.label == parsers.LabelOrder) && !slices.Contains(own, s) {
			own = append(own, s)
		}
	}
	return own
}

// wrongLabels and rightLabels are folded words that stand before the two numbers of an erratum, each on a line of its own: "誤：A" above "正：B".
var (
	wrongLabels = wordSet("誤 誤り 誤) 旧 訂正前 变更前 變更前 错误 錯誤 错 錯 误 原 旧单号 原单号 舊單號 更正前 faux erreur errone incorrect ancien dice donde incorrecto erroneo anterior equivocado errato sbagliato vecchio errata errado antigo incorreto wrong falsch alt fout oud bledny stary was war")
	rightLabels = wordSet("正 正しい 正しくは 正) 新 訂正後 变更后 變更後 正确 正確 对 對 新单号 新單號 更正后 更正後 exact correct bon nouveau lire correcto bueno nuevo debe corretto giusto nuovo corrige certo correto novo leia-se right richtig neu juist nieuw prawidlowy nowy now")
)

// errata withdraws the first of two numbers that a text sets against each other as wrong and right.
func (r *reader) errata(pieces []piece) {
	for i := 1; i < len(pieces); i++ {
		p, q := &pieces[i-1], &pieces[i]
		if p.mark != q.mark || len(p.tracking) != 1 || len(q.tracking) != 1 {
			continue
		}
		if rightLabels[r.firstLabel(p.clause)] && wrongLabels[r.firstLabel(q.clause)] {
			p, q = q, p
		}
		if wrongLabels[r.firstLabel(p.clause)] && rightLabels[r.firstLabel(q.clause)] {
			p.tracking[0].found.Withdrawn, q.tracking[0].found.Withdrawn = true, false
		}
	}
}

// firstLabel is the folded first word of what stands before a colon at the beginning of a line.
func (r *reader) firstLabel(c clause) string {
	colon := labelled(r.view.text[c.start:c.end])
	if colon == 0 {
		return ""
	}
	words := strings.Fields(r.plain(c.start, c.start+colon))
	if len(words) == 0 || len(words) > 4 {
		return ""
	}
	return strings.Trim(words[0], ":()-•・【】")
}

// ofVoidNumber tells that it is the number that was sent, which is void: "please disregard the number 6A… sent yesterday".
func (r *reader) ofVoidNumber(sent news, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == earlierNumber && o.end <= sent.start && sent.start-o.end < frameReach && r.unbroken(o.end, sent.start)
	})
}

// mendingWords finds mendingStems.
var mendingWords = parsers.NewAnyOf(mendingStems...)

// mends tells a clause with a word for a mistake or for what is right.
func (r *reader) mends(c clause) bool {
	return mendingWords.InWords(r.plain(c.start, c.end))
}

// withdrawEverywhere takes a number that one sentence withdraws back where others name it: "the number A was that of another parcel. Please ignore A."
func withdrawEverywhere(pieces []piece) {
	void := map[string]bool{}
	for i := range pieces {
		for _, t := range pieces[i].tracking {
			if t.found.Withdrawn && pieces[i].mark == "" {
				void[t.found.Number] = true
			}
		}
	}
	if len(void) == 0 {
		return
	}
	for i := range pieces {
		for k, t := range pieces[i].tracking {
			if void[t.found.Number] {
				pieces[i].tracking[k].found.Withdrawn = true
			}
		}
	}
}
