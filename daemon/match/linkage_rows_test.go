package match

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"waybill/daemon/order"
	"waybill/parsers"
)

// origin is whose parcel a row is about.
type origin int

const (
	ofOrder     origin = iota // an open order
	ofStranger                // an order that is not in the index, as the others below
	ofNeighbour               // somebody next door
	ofFamily                  // somebody else of the same home
	ofAgain                   // another order of the same person
)

// suppliersRow is a line of a supplier's report, with its truth.
type suppliersRow struct {
	party  parsers.Party
	lines  []parsers.Line
	truth  order.POID // 0: no open order
	origin origin
	near   order.POID // whose neighbour, family or earlier order it is about
	// ambiguous: by the truth alone nobody could tell. Another open order is the same person's and no product in the row tells them apart, or it is
	// somebody's of the same home and the row does not hold the given name.
	ambiguous bool
}

// rowMaker writes rows as suppliers' programs and people do.
type rowMaker struct {
	*town
	byID  map[order.POID]*PO
	homes map[*home][]order.POID
	// nicknames of formal names. They are the matcher's own, in both directions: one that its table lacks is a different name.
	nicknames map[string][]string
}

func newRows(t *town, orders []PO, seed uint64) *rowMaker {
	m := &rowMaker{town: t, byID: map[order.POID]*PO{}, homes: map[*home][]order.POID{}, nicknames: map[string][]string{}}
	for _, short := range slices.Sorted(maps.Keys(formal)) {
		m.nicknames[formal[short]] = append(m.nicknames[formal[short]], strings.ToUpper(short[:1])+short[1:])
	}
	for i := range orders {
		po := &orders[i]
		m.byID[po.ID] = po
		h := t.buyers[po.ID-1].home
		m.homes[h] = append(m.homes[h], po.ID)
	}
	t.random = rand.New(rand.NewPCG(seed, 99))
	return m
}

// Of the rows about orders that are not in the index so many are of strangers, neighbours, families, and of earlier orders.
const (
	neighbourShare = 0.015
	familyShare    = 0.005
	againShare     = 0.0005
)

func (m *rowMaker) rows(orders []PO, n int) []suppliersRow {
	all := make([]suppliersRow, 0, n)
	for range n {
		po := &orders[m.random.IntN(len(orders))]
		if !m.chance(unknownRows) {
			all = append(all, m.row(po))
			continue
		}
		all = append(all, m.unknown(po))
	}
	return all
}

// unknown is a row about an order that the index does not hold.
func (m *rowMaker) unknown(near *PO) suppliersRow {
	switch n := m.random.Float64(); {
	case n < neighbourShare:
		return m.kin(near, ofNeighbour)
	case n < neighbourShare+familyShare:
		return m.kin(near, ofFamily)
	case n < neighbourShare+familyShare+againShare:
		return m.kin(near, ofAgain)
	}
	return m.kin(near, ofStranger)
}

// kin is a row about an unknown order of somebody who stands so to the buyer of a known one.
func (m *rowMaker) kin(near *PO, from origin) suppliersRow {
	at := m.buyers[near.ID-1]
	other := &town{random: m.random, number: 900_000}
	var b buyer
	switch from {
	case ofNeighbour:
		b = buyer{other.neighbour(at.home), 0}
	case ofFamily:
		alike := *at.home
		alike.people = slices.Clone(at.home.people)
		b = buyer{&alike, other.join(&alike)}
	case ofAgain:
		b = at
	default:
		b = buyer{other.newHome(), 0}
	}
	po := other.order(b)
	row := m.write(&po, b)
	row.truth, row.origin = 0, from
	if from != ofStranger {
		row.near = near.ID
	}
	return row
}

func (m *rowMaker) row(po *PO) suppliersRow {
	b := m.buyers[po.ID-1]
	row := m.write(po, b)
	row.truth = po.ID
	given := fold(b.home.people[b.person].given)
	written := fold(row.party.Name.Text + " " + row.party.Street.Text)
	for _, id := range m.homes[b.home] {
		other := m.byID[id]
		switch {
		case id == po.ID:
		case m.buyers[id-1].person == b.person:
			row.ambiguous = row.ambiguous || !slices.ContainsFunc(row.lines, func(l parsers.Line) bool {
				return !slices.ContainsFunc(other.Lines, func(have Line) bool { return code(have.SKU) == code(l.SKU.Text) })
			})
		case !strings.Contains(written, given):
			row.ambiguous = true
		}
	}
	return row
}

// write puts an order on paper, with the mistakes that are made.
func (m *rowMaker) write(po *PO, b buyer) suppliersRow {
	h, p := b.home, b.home.people[b.person]
	var row suppliersRow
	name, company := m.name(po, h, p), ""
	if po.ShipTo.Company != "" {
		switch {
		case po.ShipTo.Name == "" || m.chance(0.3):
			name = m.spelling(po.ShipTo.Company)
		case m.chance(0.5):
			company = m.spelling(po.ShipTo.Company)
		}
	}
	street, postcode, city := m.street(h), m.postcode(h), m.city(h)
	value := func(s string) parsers.Value { return parsers.Value{Text: m.letters(s)} }
	row.party = parsers.Party{Name: value(name), Company: value(company), Street: value(street), Postcode: value(postcode), City: value(city)}
	if m.chance(0.5) {
		row.party.Country = parsers.Value{Text: h.nation.country}
	}
	if m.chance(0.3) {
		row.party.Phone = parsers.Value{Text: m.phone(po.Phone)}
	}
	if m.chance(0.12) {
		row.party.Email = parsers.Value{Text: po.Email}
		if m.chance(0.03) {
			row.party.Email.Text = m.slip(po.Email)
		}
	}
	if m.chance(0.04) { // all in one cell
		pieces := slices.DeleteFunc([]string{name, street, strings.TrimSpace(postcode + " " + city), h.nation.country}, func(s string) bool { return s == "" })
		row.party = parsers.Party{Street: value(strings.Join(pieces, ", "))}
	}
	if m.chance(0.6) {
		for i, l := range po.Lines {
			line := parsers.Line{SKU: parsers.Value{Text: l.SKU, At: parsers.Place{Part: "1", Row: 2, Column: 7 + i}}}
			if m.chance(0.1) {
				line.SKU.Text = strings.ReplaceAll(l.SKU, "-", m.pick([]string{"", " ", "_"}))
			}
			if m.chance(0.8) {
				line.Quantity = l.Quantity
			}
			row.lines = append(row.lines, line)
		}
	}
	return row
}

func (m *rowMaker) name(po *PO, h *home, p person) string {
	given, family := p.given, p.family
	if m.chance(0.05) {
		if short := m.nicknames[plain(fold(given))]; len(short) > 0 {
			given = m.pick(short)
		}
	}
	switch n := m.random.Float64(); {
	case n < 0.04:
		given = m.slip(given)
	case n < 0.10:
		family = m.slip(family)
	}
	switch n := m.random.Float64(); {
	case n < 0.07:
		given = string([]rune(given)[:1]) + "."
	case n < 0.10:
		given += " " + string(rune('A'+m.random.IntN(20))) + "."
	case n < 0.105:
		given = ""
	case n < 0.107:
		given = h.nation.givenName(m.random) // somebody else's of the family
	}
	name := strings.TrimSpace(given + " " + family)
	switch n := m.random.Float64(); {
	case n < 0.07:
		name = family + ", " + given
	case n < 0.13:
		name = family + " " + given
	case n < 0.16:
		name = m.pick(list("Mr Mrs Herr Frau M. Mme Sr. Sra. Sig. Dr.")) + " " + name
	case n < 0.165:
		name = strings.ReplaceAll(name, " ", "")
	case n < 0.168:
		name = ""
	}
	return name
}

// abbreviations of streets, by language.
var shortStreets = strings.NewReplacer("Street", "St", "Avenue", "Ave.", "Road", "Rd", "Drive", "Dr", "Lane", "Ln", "Boulevard", "Blvd", "Court", "Ct", "Close", "Cl", "Terrace", "Ter",
	"straße", "str.", "Straße", "Str.", "platz", "pl.", "Rue", "R.", "Place", "Pl.", "Chemin", "Ch.", "Impasse", "Imp.", "Route", "Rte", "Calle", "C/", "Avenida", "Av.", "Plaza", "Pza.", "Paseo", "Po.",
	"Via", "V.", "Viale", "V.le", "Piazza", "P.zza", "Corso", "C.so", "straat", "str.", "ul. ", "", "al. ", "Al. ", "Largo", "Lg.", "Travessa", "Tv.", "gatan", "g.", "Saint", "St", "пр. ", "", "ул. ", "")

func (m *rowMaker) street(h *home) string {
	street, number, unit := h.street, h.number, h.unit
	if m.chance(0.25) {
		street = shortStreets.Replace(street)
	}
	if m.chance(0.06) {
		street = m.slip(street)
	}
	if unit != "" && m.chance(0.3) {
		unit = ""
	}
	switch n := m.random.Float64(); {
	case n < 0.012:
		number = ""
	case n < 0.02:
		number = fmt.Sprint(1 + m.random.IntN(200))
	}
	line := strings.NewReplacer("s", street, "n", number).Replace(h.nation.line)
	if m.chance(0.08) { // the other way round
		line = strings.TrimSpace(number + " " + street)
		if strings.HasPrefix(h.nation.line, "n") {
			line = street + " " + number
		}
	}
	switch {
	case unit == "":
	case m.chance(0.3):
		line = unit + ", " + line
	default:
		line += m.pick([]string{", ", " ", " - "}) + unit
	}
	switch n := m.random.Float64(); {
	case n < 0.01:
		line = "c/o " + h.nation.familyName(m.random) + ", " + line
	case n < 0.03:
		return ""
	}
	return strings.Trim(line, " ,")
}

func (m *rowMaker) postcode(h *home) string {
	code := h.postcode
	switch n := m.random.Float64(); {
	case n < 0.05:
		code = strings.NewReplacer(" ", "", "-", "").Replace(code)
	case n < 0.065:
		code = m.wrongDigit(code)
	case n < 0.075:
		return ""
	case n < 0.09 && h.nation.country == "US":
		code += fmt.Sprintf("-%04d", m.random.IntN(10_000))
	case n < 0.11 && len(h.nation.country) == 2 && slices.Contains(list("DE FR ES IT SE"), h.nation.country):
		code = map[string]string{"DE": "D-", "FR": "F-", "ES": "E-", "IT": "I-", "SE": "SE-"}[h.nation.country] + code
	}
	if strings.HasPrefix(code, "0") && m.chance(0.3) {
		code = strings.TrimLeft(code, "0")
	}
	return code
}

func (m *rowMaker) city(h *home) string {
	switch n := m.random.Float64(); {
	case n < 0.03:
		return m.slip(h.city)
	case n < 0.05:
		return ""
	case n < 0.07:
		return h.city + m.pick([]string{"-Mitte", " Centre", " Nord", "-Süd", " 3"})
	case n < 0.18:
		for _, names := range h.nation.cities {
			if all := strings.Split(names, "/"); all[0] == h.city && len(all) > 1 {
				return m.pick(all[1:])
			}
		}
	}
	return h.city
}

func (m *rowMaker) phone(phone string) string {
	switch n := m.random.Float64(); {
	case n < 0.35: // national
		_, rest, _ := strings.Cut(phone, " ")
		return "0" + rest
	case n < 0.55:
		return strings.ReplaceAll(phone, " ", "")
	case n < 0.65:
		return "00" + strings.ReplaceAll(phone[1:], " ", "-")
	case n < 0.67:
		return m.wrongDigit(phone)
	}
	return phone
}

// spelling makes a slip in one text of twelve.
func (m *rowMaker) spelling(s string) string {
	if m.chance(0.08) {
		return m.slip(s)
	}
	return s
}

// letters writes a text with the letters that a program has: capitals only, without accents, with umlauts written out, or in Latin letters.
func (m *rowMaker) letters(s string) string {
	if m.chance(0.12) {
		s = strings.ToUpper(s)
	}
	if isASCII(s) {
		return s
	}
	foreign := strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Cyrillic, unicode.Greek) })
	switch n := m.random.Float64(); {
	case foreign && n < 0.6, n < 0.15:
		return transliterate(s)
	case n < 0.3 && !foreign:
		bare := strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(strings.NewReplacer("ß", "s", "ł", "l", "Ł", "L", "ø", "o").Replace(s)))
		return bare
	}
	return s
}

// transliterate writes Latin letters only. It is not the matcher's own table: scholars, passports and web forms each have theirs.
func transliterate(s string) string {
	s = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss", "å", "aa", "Å", "Aa", "ł", "l", "Ł", "L", "ø", "oe", "щ", "sch", "Щ", "Sch", "ш", "sh", "Ш", "Sh", "ч", "ch", "Ч", "Ch",
		"ж", "zh", "Ж", "Zh", "ц", "ts", "Ц", "Ts", "ю", "yu", "Ю", "Yu", "я", "ya", "Я", "Ya", "х", "h", "Х", "H", "ё", "yo", "Ё", "Yo", "ый", "y", "ий", "y", "й", "y", "Й", "Y", "ы", "y", "ь", "", "ъ", "", "э", "e", "Э", "E",
		"θ", "th", "Θ", "Th", "χ", "h", "Χ", "Ch", "ψ", "ps", "Ψ", "Ps", "ξ", "x", "Ξ", "X", "ου", "ou", "Ου", "Ou", "η", "i", "Η", "I", "β", "v", "Β", "V", "υ", "y", "Υ", "Y", "ω", "o", "Ω", "O").Replace(s)
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case latin[unicode.ToLower(r)] != "":
			if l := []rune(latin[unicode.ToLower(r)])[0]; unicode.IsUpper(r) {
				return unicode.ToUpper(l)
			} else {
				return l
			}
		}
		return r
	}, norm.NFD.String(s))
}

const keyboard = "qwertyuiop asdfghjkl zxcvbnm"

// slip makes one mistake: a neighbouring key, two letters swapped, one lost or doubled, what sounds alike, what a scanner mistakes.
func (m *rowMaker) slip(s string) string {
	r := []rune(s)
	if len(r) < 3 {
		return s
	}
	i := 1 + m.random.IntN(len(r)-2)
	switch n := m.random.IntN(12); {
	case n < 3:
		if k := strings.IndexRune(keyboard, unicode.ToLower(r[i])); k > 0 {
			r[i] = rune(keyboard[k-1])
		}
	case n < 5:
		r[i], r[i+1] = r[i+1], r[i]
	case n < 7:
		r = slices.Delete(r, i, i+1)
	case n < 9:
		r = slices.Insert(r, i, r[i])
	case n < 11:
		for _, pair := range [][2]string{{"ph", "f"}, {"ck", "k"}, {"tt", "t"}, {"ss", "s"}, {"ll", "l"}, {"y", "i"}, {"ei", "ai"}, {"th", "t"}, {"dt", "t"}, {"z", "s"}, {"c", "k"}, {"v", "w"}, {"ie", "i"}, {"n", "nn"}, {"e", "a"}} {
			if at := strings.Index(s[1:], pair[0]); at >= 0 {
				return s[:1+at] + pair[1] + s[1+at+len(pair[0]):]
			}
		}
	default:
		for _, pair := range [][2]string{{"rn", "m"}, {"l", "1"}, {"o", "0"}, {"m", "rn"}, {"cl", "d"}} {
			if strings.Contains(s, pair[0]) {
				return strings.Replace(s, pair[0], pair[1], 1)
			}
		}
	}
	return string(r)
}

func (m *rowMaker) wrongDigit(s string) string {
	b := []byte(s)
	for range 20 {
		i := m.random.IntN(len(b))
		if b[i] >= '0' && b[i] <= '9' {
			if i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '9' && b[i] != b[i+1] && m.chance(0.4) {
				b[i], b[i+1] = b[i+1], b[i]
				return string(b)
			}
			b[i] = '0' + (b[i]-'0'+byte(1+m.random.IntN(9)))%10
			return string(b)
		}
	}
	return string(b)
}

// reading is the row as a reader gives it.
func (r *suppliersRow) reading(n int) parsers.Reading {
	s := parsers.Statement{Kind: parsers.Shipment, Score: 0.95, Scope: parsers.ScopeRow, Lines: r.lines, Tracking: []parsers.Tracking{ups(n)}}
	s.Tracking[0].At = parsers.Place{Part: "1", Row: 2, Column: 9}
	s.SetParty(r.party)
	return parsers.Reading{Format: "csv", Kind: parsers.Shipment, Statements: []parsers.Statement{s}}
}
