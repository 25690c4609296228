package match

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// Of an order with one product a clause need not name it: "two went out today", "the other one is on its way", "the third follows", "もう1点".

// sole hears a clause of an order with one line for how many pieces of it are meant, where none stand at its title; 0 where nobody can tell.
func (s *speech) sole() int {
	if len(s.lines) != 1 {
		return 0
	}
	line := s.lines[0]
	counts, _ := s.looseCounts()
	counts = append(counts, s.easternLoose()...)
	slices.Sort(counts)
	counts = slices.Compact(counts)
	if lost := s.lost(); len(counts) == 0 && len(lost) == 1 && lost[0] < line.Outstanding {
		return line.Outstanding - lost[0]
	}
	if len(counts) > 0 {
		if len(counts) > 1 || counts[0] > line.Outstanding {
			return 0
		}
		return counts[0]
	}
	if line.Outstanding != line.Quantity {
		return 0 // the second of those that are left, or of all
	}
	if slices.ContainsFunc(s.words, func(w string) bool { return boxWords[w] }) {
		return 0 // "one parcel today, the other one tomorrow"
	}
	for i, w := range s.words {
		if nth[w] == line.Outstanding && s.standsAlone(i) && !s.away(i) {
			return 1
		}
	}
	return 0
}

// boxWords are folded words for parcels.
var boxWords = wordSet(`parcel parcels package packages box boxes carton cartons paket pakete paketen paeckchen karton kartons colis paquete paquetes caja cajas bulto bultos pacco pacchi collo colli scatola scatole
	pakket pakketten pakje pakjes doos dozen volume volumes caixa caixas paczka paczki paczke paczek przesylka przesylki kartonu`)

// restWords are folded words in front of a number of what is left of several things: "the other two".
var restWords = wordSet(`other others remaining andere anderen uebrigen ubrigen restlichen verbleibenden autres restants restantes otros otras restantes altri altre rimanenti restanti overige andere resterende outros outras pozostale pozostalych drugie`)

// sent is how many pieces a sentence says left where it counts those that did not before them: "one chair we kept, the other two are under way with 1Z…". number is the parcel's.
func (c *candidate) sent(v *voice, told int, numbers []parsers.Tracking) int {
	if len(c.Lines) != 1 || told == 0 || told >= c.Lines[0].Outstanding {
		return 0
	}
	for _, t := range numbers {
		at := strings.Index(v.text, t.Text)
		if t.Text == "" || at <= 0 {
			continue
		}
		s := c.listen(v.text[:at])
		for i, w := range s.words {
			if n, ok := s.number(i + 1); restWords[w] && ok && n+told == c.Lines[0].Outstanding {
				return n
			}
		}
	}
	return 0
}

// standsAlone tells an ordinal behind which no other thing stands than a piece of the order's product: "the second one", "das dritte Stück", not "the second parcel".
func (s *speech) standsAlone(i int) bool {
	if i+1 >= len(s.words) {
		return true
	}
	next := s.words[i+1]
	if measures[next] || carried[next] && !countWords[next] {
		return false
	}
	_, number := s.number(i + 1)
	return !number || numerals[next] == 1
}

// nth are folded words that name one of several by its place, or what is left of two.
var nth = func() map[string]int {
	all := map[string]int{}
	for i, list := range []string{
		`other second lautre laltro laltra andere anderer anderes anderen zweite zweiter zweites zweiten autre second seconde deuxieme otro otra segundo segunda altro altra secondo seconda tweede outro outra drugi druga drugie drugiego drugiej druga`,
		`third dritte dritter drittes dritten troisieme tercero tercera tercer terzo terza derde terceiro terceira trzeci trzecia trzecie trzeciego trzeciej`,
		`fourth vierte vierter viertes vierten quatrieme cuarto cuarta quarto quarta vierde czwarty czwarta czwarte`,
		`fifth funfte fuenfte fuenfter fuenftes fuenften cinquieme quinto quinta vijfde piaty piata piate`,
		`sixth sechste sechster sechstes sechsten sixieme sexto sexta sesto sesta zesde szosty szosta szoste`,
	} {
		for w := range wordSet(list) {
			all[w] = i + 2
		}
	}
	return all
}()

// some is how many pieces a clause means that says how many there are: "of the three AB-1 we could only send two". The clause names the line; the number of what is meant stands apart from it.
func (s *speech) some(heard *told, l Line) int {
	if len(heard.counts) > 0 || !slices.ContainsFunc(heard.of, func(of int) bool { return of > 1 && (of == l.Quantity || of == l.Outstanding) }) {
		return 0
	}
	counts, parts := s.looseCounts()
	if len(counts) == 0 { // "de las 4 tazas quedaban 3"
		for i := range s.words {
			if n, ok := s.number(i); ok && !s.used[i] && n < l.Outstanding && s.counted(i) && !s.measured(i) && !s.dated(i) && !s.sizes(i) && !single[s.words[i]] {
				counts = append(counts, n)
			}
		}
	}
	if len(counts) != 1 || len(parts) > 0 || counts[0] > l.Outstanding {
		return 0
	}
	return counts[0]
}

// recount gives products whose code stands without a number the pieces that the sentence counts apart from it, and leaves out a number without a product that is counted at one
// already: "4 of the 6 green folders".
func (x *look) recount(all []*news) {
	for _, n := range all {
		if n.top == nil || n.blurred != "" || n.shared || len(n.lines) == 0 || len(n.lines) > mostRecounted || n.statements[0].Scope == parsers.ScopeRow {
			continue
		}
		told := n.top.tally(n, x.several(n.top))
		if told.torn || len(told.pieces) == 0 {
			continue
		}
		var lines []parsers.Line
		for _, l := range n.lines {
			meant := n.top.meant(l)
			switch {
			case l.SKU.Text == "" && l.Title.Text == "" && len(n.top.Lines) > 1 && told.counts(l.Quantity):
				continue
			case len(meant) == 1 && n.kind == parsers.Shipment && told.onlyStayed(meant[0].ID, l.Quantity):
				continue // "less 1 x AB-1"
			case len(meant) == 1 && (l.Quantity == 0 || told.parts[meant[0].ID] && l.Quantity == meant[0].Outstanding && told.pieces[meant[0].ID] > 0): // "of the 4 AB-1 only three"
				l.Quantity = told.pieces[meant[0].ID]
			}
			lines = append(lines, l)
		}
		n.lines = lines
	}
}

const mostRecounted = 40 // products of one order that sentences name

// counts tells whether so many pieces of some line are told.
func (t *countTally) counts(quantity int) bool {
	for _, n := range t.pieces {
		if n == quantity {
			return true
		}
	}
	return false
}

// borneOut tells what is said of goods to come in words that leave it open by themselves, where the order's shipment bears them out: it leaves as many pieces behind as they
// speak of, and they say when these come. "Two of the three stools went off. The third isn't ready: the oil wants another ten days."
func (x *look) borneOut(n *news, all []*news, c *candidate) bool {
	if n.kind != parsers.Backorder || len(all) != 2 || c.Closed {
		return false
	}
	expected := false
	for i := range n.statements {
		s := &n.statements[i]
		if s.Kind != "" && (s.Kind != parsers.Backorder || s.Doubtful && !s.Estimated || s.Quoted) {
			return false
		}
		expected = expected || s.Expected.Text != "" && !soon(s.Expected.Text)
	}
	i := slices.IndexFunc(all, func(o *news) bool { return o != n })
	if !expected || i < 0 || all[i].kind != parsers.Shipment || len(all[i].tracking) == 0 {
		return false
	}
	voices := x.several(c)
	left, pieces := 0, 0
	sent, _ := c.said(all[i], voices)
	for _, quantity := range sent {
		left += quantity
	}
	late, _ := c.said(n, voices)
	for _, quantity := range late {
		pieces += quantity
	}
	behind := c.outstanding() - left
	return left > 0 && behind > 0 && (pieces == 0 || pieces == behind)
}

// soon tells a time at which goods merely follow: a day of the week, this week or the next. It says nothing of why they have not left.
func soon(expected string) bool {
	if strings.ContainsAny(expected, "0123456789") {
		return false
	}
	text := fold(expected)
	return slices.ContainsFunc(strings.Fields(text), func(w string) bool { return soonWords[w] }) || slices.ContainsFunc(easternSoon, func(w string) bool { return strings.Contains(expected, w) })
}

// packed tells whether the paper says of each parcel what of the order is in it: "HA-71 (qty 2): UPS 1Z…", and below "HA-21 (qty 2): FedEx …". No entry of another order has
// lost its number then.
func (x *look) packed(n *news, c *candidate) bool {
	if n.shared || len(n.tracking) < 2 || len(n.tracking) > mostPacked {
		return false
	}
	voices := x.voices[c.key()]
	taken := map[string]bool{}
	for i := range n.statements {
		s := &n.statements[i]
		if len(s.Tracking) == 0 {
			continue
		}
		if len(s.Tracking) > 1 || s.Quoted || s.Scope == parsers.ScopeRow {
			return false
		}
		goods := c.packedIn(s)
		if len(goods) == 0 {
			goods = c.below(s.Tracking[0].At, n, voices)
		}
		for _, line := range goods {
			if taken[line] {
				return false
			}
		}
		for _, line := range goods {
			taken[line] = true
		}
		if len(goods) == 0 {
			return false
		}
	}
	return len(taken) > 1
}

// packedIn are the lines that a statement names, by code or by the words of its sentence.
func (c *candidate) packedIn(s *parsers.Statement) (lines []string) {
	for _, l := range s.Lines {
		for _, line := range c.meant(l) {
			lines = append(lines, line.ID)
		}
	}
	if len(s.Lines) > 0 {
		return lines
	}
	for _, line := range c.titledIn(s.Sentence) {
		lines = append(lines, line.ID)
	}
	return lines
}

// below are the lines that are named between a parcel's number and the next one.
func (c *candidate) below(at parsers.Place, n *news, voices []voice) (lines []string) {
	until := -1
	for _, t := range n.tracking {
		if t.At.Part == at.Part && t.At.Start > at.Start && (until < 0 || t.At.Start < until) {
			until = t.At.Start
		}
	}
	for i := range voices {
		v := &voices[i]
		if v.at.Part != at.Part || v.at.Start < at.Start || until >= 0 && v.at.Start >= until || v.text == "" || v.sentence || v.open {
			continue
		}
		s := c.listen(v.text)
		for k, l := range c.Lines {
			if s.of(k).named {
				lines = append(lines, l.ID)
			}
		}
	}
	return lines
}

const mostPacked = 8 // parcels of one order that are looked into
