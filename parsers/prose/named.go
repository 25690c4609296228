package prose

import (
	"regexp"
	"strings"

	"waybill/parsers"
)

// A sentence that names its order may say whose it is, too: "Order 1001 shipped to Dana Cole, Bend", "order 1001 (Cole, 97701 Bend)". Two words with capitals may
// as well be a product's or a town's, so such a party is Loose: it counts only where somebody who waits for a parcel is called so. Then it tells
// whether the number is right.

var (
	// behindNumber is a name in brackets or behind a comma or dash, right behind an order's number.
	behindNumber = regexp.MustCompile(`^[ \t]*(?:[(,/|]|[-–—][ \t])[ \t]*` + titled + `(\p{Lu}[\p{L}'’.-]+(?:[ \t]+(?:\p{Lu}[\p{L}'’.-]*|von|van|der|den|de|la|le|du|da|di|del|dos|das|y|ter|ten)){0,3})`)
	// behindName is the city behind a name, with its postcode where there is one.
	behindName = regexp.MustCompile(`^[ \t]*(?:[,(/|]|[ \t]in[ \t])[ \t]*(?:` + codeOfPlace + `[ \t,]+)?(\p{Lu}[\p{L}'’.-]+(?:[ \t]+(?:\p{Lu}[\p{L}'’.-]*|am|an|der|de|la|le|del|do|di|sur|les|upon)){0,3})(?:[ \t,]+(?:[A-Z]{2}[ \t]+)?` + codeOfPlace + `)?`)
	// hanTowards is a name in Chinese characters in a sentence of another language.
	hanTowards = regexp.MustCompile(`(?:^|[\s(])(?i:for|to|an|für|pour|para|per|voor)[ \t]+([\p{Han}\p{Hiragana}\p{Katakana}ー]{1,8}(?:[ \t　][\p{Han}\p{Hiragana}\p{Katakana}ー]{1,6})?)`)
	// justCode is a postcode alone behind a name.
	justCode = regexp.MustCompile(`^[ \t]*[,(/|][ \t]*` + codeOfPlace + `[ \t]*(?:[),;.]|$)`)
	// easternPlace is a place in brackets behind a name: "高橋様（別府市）".
	easternPlace = regexp.MustCompile(`^[ \t]?(?:様|殿|さん|先生|女士|小姐)?[ \t]?[（(、，,][ \t]?(\p{Han}{2,12})`)
)

const codeOfPlace = `(\d{3,5}(?:-\d{3,4})?|\d{3}[ ]\d{2}|[A-Z]{1,2}\d[A-Z\d]?[ \t]?\d[A-Z]{2})`

// named gives sentences with one order's number and one name that name.
func (r *reader) named(pieces []piece) {
	count := 0
	for i := range pieces {
		p := &pieces[i]
		if count >= mostRecipients || p.mark != "" || p.party != nil {
			continue
		}
		number, ok := r.soleNumber(p)
		if !ok {
			continue
		}
		if party, from, to := r.nameBeside(p, number); from >= 0 {
			p.party, p.partyStart, p.partyEnd = &party, from, to
			count++
		}
	}
}

// soleNumber is the one number of a sentence that is called an order's; where none is, the one that may be one.
func (r *reader) soleNumber(p *piece) (sole reference, ok bool) {
	text, n, called := r.view.text, 0, false
	for _, f := range p.refs {
		named := f.label == parsers.LabelOrder && !f.weak
		if f.start < p.start || f.end > p.end || !named && (called || !f.names()) {
			continue
		}
		if named && !called {
			called, n = true, 0
		}
		if n > 0 && text[f.start:f.end] == text[sole.start:sole.end] {
			continue
		}
		sole = f
		n++
	}
	return sole, n == 1
}

func (r *reader) nameBeside(p *piece, number reference) (party parsers.Party, from, to int) {
	text := r.view.text[p.start:p.end]
	r.work += len(text)
	name := [2]int{-1, -1}
	var all [][]int
	head := towards(text, 0, len(text), receivers, titleLetters)
	if head >= 0 {
		all = towardsName.FindAllStringSubmatchIndex(text[head:], 2)
	}
	if m := behindNumber.FindStringSubmatchIndex(r.view.text[number.end:p.end]); m != nil {
		name = [2]int{number.end + m[2], number.end + m[3]}
	} else if len(all) == 1 {
		name = [2]int{p.start + head + all[0][2], p.start + head + all[0][3]}
	} else if len(all) == 0 && !ascii(text) {
		if all := easternName.FindAllStringSubmatchIndex(text, 2); len(all) == 1 && all[0][4] >= 0 {
			name = [2]int{p.start + all[0][4], p.start + all[0][5]}
		} else if m := hanTowards.FindStringSubmatchIndex(text); m != nil {
			name = [2]int{p.start + m[2], p.start + m[3]}
		}
	}
	if name[0] < 0 || !r.isName(name[0], name[1]) {
		return party, -1, 0
	}
	// What ends the sentence is no part of the name.
	for name[1] > name[0] && strings.IndexByte(".-'", r.view.text[name[1]-1]) >= 0 {
		name[1]--
	}
	party = parsers.Party{Name: r.value(name[0], name[1]), Loose: true}
	rest := r.view.text[name[1]:p.end]
	place := func(m []int, code, city, codeBehind int) {
		to = name[1]
		for _, g := range []int{code, codeBehind} {
			if g > 0 && m[2*g] >= 0 {
				party.Postcode = r.value(name[1]+m[2*g], name[1]+m[2*g+1])
				to = max(to, name[1]+m[2*g+1])
			}
		}
		if city > 0 && m[2*city] >= 0 && r.isName(name[1]+m[2*city], name[1]+m[2*city+1]) {
			end := name[1] + m[2*city+1]
			for r.view.text[end-1] == '.' {
				end--
			}
			party.City = r.value(name[1]+m[2*city], end)
			to = max(to, end)
		}
	}
	if m := justCode.FindStringSubmatchIndex(rest); m != nil {
		place(m, 1, 0, 0)
	} else if m := behindName.FindStringSubmatchIndex(rest); m != nil {
		place(m, 1, 2, 3)
	} else if m := easternPlace.FindStringSubmatchIndex(rest); m != nil {
		place(m, 0, 1, 0)
	} else {
		to = name[1]
	}
	return party, name[0], to
}
