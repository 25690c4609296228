package prose

import (
	"bytes"
	"slices"
	"strings"

	"waybill/parsers"
)

// mendingStems are folded beginnings of words with which people mend what they wrote: mistakes, mix-ups, the right one. They are more than the phrases that say
// which of two numbers counts.
var mendingStems = strings.Fields("wrong mistak typo mixed mix-up mixup swapped correct amend errat misprint mistyp transpos falsch fehler verwechs vertausch zahlendreh dreher tippfehl vertipp korrig korrekt berichtig irrtum richtig " +
	"erreur erron faux corrig correct rectif confond confus coquille invers equivoc errone confund correg correcc correct rectif cambiad sbagli error errat corrett corregg rettific scambi " +
	"fout verkeer verwissel juist correct vergis typfout tikfout engano erro errad lapso corrig correc corret retific troc pomyl blad bled prawidl popraw korekt omyl zamien " +
	"错 錯 误 誤 更正 改正 搞混 弄混 正确 正確 訂正 間違 修正 取り違え 正しい 正しく")

// corrections makes unsure the numbers of a text that mends a number and does not say clearly which: several are left of one parcel, or none.
func (r *reader) corrections(pieces []piece) {
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" || !r.mends(p.clause) {
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
			continue
		}
		for _, q := range near {
			if q.news.kind == parsers.Shipment {
				q.news.doubtful = true
			}
		}
	}
}

// mends tells a clause with a word for a mistake or for what is right.
func (r *reader) mends(c clause) bool {
	folded := squeeze(slices.Clone(r.folded[c.start:c.end]))
	return slices.ContainsFunc(mendingStems, func(stem string) bool {
		at := bytes.Index(folded, []byte(stem))
		return at >= 0 && (stem[0] >= 0x80 || at == 0 || !(folded[at-1] >= 'a' && folded[at-1] <= 'z'))
	})
}
