package match

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// folded is a consignee in the form in which two of them are compared.
type folded struct {
	name, company  []string // words, see nameWords
	street         streetAddress
	postcode, city string
	email, phone   string
	surname        bool     // a sentence gives the family's name with a form of address
	glued          []string // the pieces of an address that stands in one cell: which of them is the city, only a candidate can tell
}

func foldAddress(po PO) folded {
	a := &po.ShipTo
	f := folded{name: nameWords(a.Name), company: nameWords(a.Company), street: foldStreet(a.Line1, a.Line2), postcode: postcode(a.Postcode),
		city: cityName(a.City), email: strings.ToLower(strings.TrimSpace(po.Email)), phone: phone(po.Phone)}
	if f.phone == "" {
		f.phone = phone(a.Phone)
	}
	return f
}

func foldParty(p parsers.Party) folded {
	f := folded{name: nameWords(p.Name.Text), company: nameWords(p.Company.Text), postcode: postcode(p.Postcode.Text),
		city: cityName(p.City.Text), email: strings.ToLower(strings.TrimSpace(p.Email.Text)), phone: phone(p.Phone.Text)}
	if pieces := oneCell(p); pieces != nil {
		f.glued = pieces
		if p.Street.Text == "" {
			f.name = nil
		}
		return f
	}
	f.street = foldStreet(p.Street.Text)
	return f
}

// oneCell gives the pieces of an address that stands in one cell, "Jane Doe, 12 Main St, 82502 Riverton", where a reader had nowhere else to put it; a line without
// commas is one piece.
func oneCell(p parsers.Party) []string {
	if p.Postcode.Text != "" || p.City.Text != "" {
		return nil
	}
	for _, text := range [...]string{p.Street.Text, p.Name.Text} {
		pieces := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\n|()（）、，", r) })
		words := strings.Fields(text)
		switch {
		case len(pieces) >= 2 && (len(words) >= 5 || hasHan(text)):
			return pieces
		case len(pieces) == 1 && len(words) >= 5 && p.Street.Text == "" && strings.ContainsFunc(text, isDigit):
			return []string{text}
		}
	}
	return nil
}

func (f *folded) empty() bool {
	return len(f.name) == 0 && len(f.company) == 0 && len(f.street.words) == 0 && f.street.house == "" && f.postcode == "" && f.email == "" && f.phone == "" && len(f.glued) == 0
}

// features calls put with everything by which somebody can be found who lives there.
func (f *folded) features(put func(kind, string)) {
	put(byEmail, f.email)
	put(byPhone, f.phone)
	put(byPostcode, strings.TrimLeft(f.postcode, "0")) // which spreadsheets take off
	put(byHouse, f.street.house)
	for _, n := range f.street.units {
		put(byHouse, n)
	}
	for _, w := range f.street.words {
		put(byStreet, sound(w))
	}
	for _, w := range strings.Fields(f.city) {
		if len(w) > 2 {
			put(byCity, sound(w))
		}
	}
	for _, words := range [...][]string{f.name, f.company} {
		for _, w := range words {
			if len(w) > 1 {
				put(byName, sound(plain(w)))
			}
		}
	}
	words := strings.Fields(plain(fold(strings.Join(f.glued, " "))))
	for i, w := range words {
		switch {
		case isNumber(w[0]):
			put(byHouse, w)
			put(byPostcode, strings.ToUpper(strings.TrimLeft(w, "0")))
		case len(w) > 2:
			put(byName, sound(w))
			put(byStreet, sound(w))
			put(byCity, sound(w))
		}
		if i > 0 { // "SW1A 1AA", "00-950"
			put(byPostcode, strings.ToUpper(strings.TrimLeft(words[i-1]+w, "0")))
		}
	}
}

// cityName folds the name of a city, in whatever language. Saints are abbreviated in every language.
func cityName(text string) string {
	f := plain(fold(text))
	if strings.HasPrefix(f, "sa") || strings.HasPrefix(f, "st") {
		first, rest, found := strings.Cut(f, " ")
		if found && (first == "saint" || first == "sainte" || first == "sankt" || first == "ste") {
			f = "st " + rest
		}
	}
	return oneTown(f)
}

// postcode folds a postcode; "D-10115" and "SE-114 55" are "10115" and "11455".
func postcode(s string) string {
	c := code(s)
	digits := strings.TrimLeft(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if n := len(c) - len(digits); (n == 1 || n == 2) && len(digits) >= 4 && digitsOnly(digits) {
		return digits
	}
	return c
}

func isNumber(c byte) bool { return c >= '0' && c <= '9' }

// nameWords are the words of a name or company, without titles and particles, which people leave out.
func nameWords(text string) []string {
	if text == "" {
		return nil
	}
	han := hasHan(text)
	if han {
		text = closedUp(text)
	}
	words := withoutAttention(strings.Fields(fold(text)), strings.Contains(text, "/"))
	kept := make([]string, 0, len(words))
	for i, w := range words {
		if len(w) == 2 && (w == "oe" || w == "ae" || w == "ue" || w == "aa") {
			w = w[:1] // "Ø." is an initial
			words[i] = w
		}
		if strings.ContainsAny(w, "01458") && strings.ContainsFunc(w, isLetter) {
			w = misseen.Replace(w)
			words[i] = w
		}
		if !besideNames[w] {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return words
	}
	if han {
		return hanName(kept)
	}
	return kept
}

// attention are words that lead to whose hands it goes to, and forms of address with a dot inside, as they are folded; slashed those that have a slash in them, and are
// initials else.
var (
	attention = [...][]string{{"t", "a", "v"}, {"f", "a", "o"}, {"z", "hd"}, {"z", "hdn"}, {"a", "l", "att"}, {"all", "att", "ne"}, {"all", "att"}, {"sig", "ra"}, {"sig", "na"}, {"gent", "ma"},
		{"spett", "le"}, {"egr", "sig"}, {"dott", "ssa"}, {"prof", "ssa"}, {"do", "rak"}, {"sz", "p"}, {"m", "me"}, {"d", "na"}}
	slashed = [...][]string{{"c", "o"}, {"p", "a"}, {"a", "c"}, {"a", "a"}}
)

// withoutAttention takes such words out.
func withoutAttention(words []string, slash bool) []string {
	for i := range words {
		if len(words[i]) > 4 {
			continue
		}
		for _, lists := range [...][][]string{attention[:], slashed[:]} {
			for _, lead := range lists {
				if n := len(lead); (i > 0 && i+n == len(words) || i+n < len(words)) && slices.Equal(words[i:i+n], lead) {
					return withoutAttention(slices.Concat(words[:i], words[i+n:]), slash)
				}
			}
			if !slash {
				break
			}
		}
	}
	return words
}

// misseen are digits that scanners take letters for.
var misseen = strings.NewReplacer("0", "o", "1", "l", "4", "a", "5", "s", "8", "b")

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

// besideNames are titles, particles and legal forms.
var besideNames = wordSet(`mr mrs ms miss mister madam sir dr prof professor herr frau hr fr mme mlle monsieur madame sig sra srta senor senora signora signor sigra dhr mevr mw pan pani
	familie fam family famille familia famiglia rodzina panstwo ing dipl mag mba phd jr sr ii iii esq attn attention zhd zu haenden co
	eheleute ehepaar gezin rodziny panstwa household family sres senores srs att atte zhd hd tav fao hrn dott dr avv arch geom rag spett spettle mgr inz drs exmo exma sigra signori egr
	de der den des van von vom zu zum zur da das do dos di del della la le el las los und and et ten ter het
	y sama 様 殿 御中 先生 女士 小姐 收 株 株式会社 有限会社 有限公司
	fa firma gmbh ag kg ohg ug mbh ltd limited llc inc corp plc bv nv sa sas sarl srl spa sl slu lda sp zoo z kft oy ab as aps gbr ev`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// formal are short forms of given names and what they are short for. Pairs that are one name in two languages stand here too.
var formal = pairs(`bob robert rob robert robbie robert bobby robert bill william will william billy william liam william jim james jimmy james jamie james jack john johnny john jon john
	mike michael mick michael michel michael miguel michael michal michael tom thomas tommy thomas tomas thomas tomasz thomas dave david dan daniel danny daniel steve stephen steven stephen stefan stephen
	chris christopher kristof christopher christoph christopher matt matthew matthias matthew matteo matthew tony anthony anton anthony antonio anthony toni anthony
	joe joseph josef joseph jose joseph pepe joseph giuseppe joseph jozef joseph ed edward eddie edward ted edward nick nicholas nicolas nicholas klaus nicholas nico nicholas
	alex alexander alexandre alexander alejandro alexander sasha alexander sandro alexander ben benjamin sam samuel andy andrew andreas andrew andrea andrew andrzej andrew andre andrew pete peter pedro peter pietro peter piotr peter
	fred frederick fritz frederick friedrich frederick hans johann johannes johann giovanni john jan john juan john joao john jean john
	liz elizabeth lizzie elizabeth beth elizabeth betty elizabeth elisabeth elizabeth lisa elizabeth elsa elizabeth kate katherine katie katherine kathy katherine cathy katherine catherine katherine katharina katherine kasia katherine katarzyna katherine
	maggie margaret peggy margaret meg margaret greta margaret margarete margaret malgorzata margaret gosia margaret sue susan susanne susan suzanne susan jenny jennifer jen jennifer
	becky rebecca vicky victoria patty patricia pat patricia trish patricia sandy sandra ally alison annie anne anna anne ana anne ania anne hannah anne
	mary maria marie maria mia maria paco francisco pancho francisco frank francis franz francis francesco francis francisco francis frans francis charlie charles karl charles carlos charles carlo charles chuck charles
	lou louis luis louis luigi louis ludwig louis harry henry heinrich henry enrique henry enrico henry henri henry hank henry dick richard rick richard ricky richard rich richard ricardo richard
	ma maria fco francis fdo fernando ant anthony mgl michael fdez fernandez glez gonzalez mtnez martinez rguez rodriguez hdez hernandez wm william chas charles thos thomas jas james geo george jos joseph giov john gius joseph
	gosia margaret asia joanne joanna joanne kasia katherine zosia sophie zofia sophie basia barbara
	gabi gabriele steffi stephanie stefanie stephanie moni monika uli ulrich ulli ulrich wolfi wolfgang guenni guenther manni manfred sepp joseph seppi joseph bea beatrice`)

// pairs reads a list of words by twos, folded as names are.
func pairs(list string) map[string]string {
	words := strings.Fields(list)
	all := make(map[string]string, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		all[plain(words[i])] = plain(words[i+1])
	}
	return all
}
