package match

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// The score of a consignee is Fellegi's and Sunter's ("A Theory for Record Linkage", JASA 64, 1969), with Winkler's weights by frequency: each
// comparison adds the base-2 logarithm of how much likelier its outcome is when the paper is about this order than when it is about a stranger's.
// The chances of the outcomes are estimated from pairs of which it is known (odds.go says how they are made); the chance that a stranger has the
// same value is its frequency in the index: "Okonkwo" tells more than "Smith", and a village more than a city.
//
// Whose order we do not know need not be a stranger, though. Neighbours and families have much in common, and who buys twice has everything. What a pair
// would score if the paper came from one of those stands beside its weight (kinship), and competes with it.

// addressField is one thing that is compared.
type addressField int

const (
	nameField addressField = iota // of person or company
	streetField
	postcodeField
	cityField
	emailField
	phoneField
	fields
)

func (f addressField) String() string {
	return [...]string{"name", "street", "postcode", "city", "email", "phone"}[f]
}

// outcome is how often a comparison comes out in one way, by whose order the paper is about.
type outcome struct {
	truth float64 // this one
	// stranger is for the outcomes of agreement how many times likelier than the value's frequency it is, for differs how likely.
	stranger float64
	// The order of somebody near, that we do not know:
	neighbour, family, again float64
}

// fit is how a field of the paper compares with an order's, and what that weighs.
type fit struct {
	field  addressField
	how    agreement
	chance float64 // that a stranger's value agrees as much, by its frequency
	bits   float64
	plain  float64 // bits without the lower bound
	odds   *outcome
}

// How sure each comparison may make, in bits, however rare the value: what looks unique here may be common elsewhere. And against.
var mostBits = [fields]float64{nameField: 15, streetField: 16, postcodeField: 12, cityField: 9, emailField: 20, phoneField: 18}

// People have several emails and telephones, and writers give their own.
var leastBits = [fields]float64{nameField: -5, streetField: -5, postcodeField: -5, cityField: -3, emailField: -2, phoneField: -1}

const (
	nobody = -1000.0 // bits of what is impossible
)

// fits compares all fields. Where the postcode agrees, if only in part, the city says nothing more: it is the same region.
func (x *look) fits(told, own *folded) [fields]fit {
	var all [fields]fit
	set := func(f addressField, how agreement, chance func() float64) {
		all[f] = fit{field: f, how: how, chance: 1}
		if how == unknown {
			return
		}
		if how != differs {
			all[f].chance = chance()
		}
		o := &partyOdds[f][how]
		if f == nameField && how == partly && told.surname {
			o = &familyNamed
		}
		all[f].odds = o
		all[f].plain = min(mostBits[f], math.Log2(o.truth/(o.stranger*all[f].chance)))
		all[f].bits = max(leastBits[f], all[f].plain)
	}
	person, chance := x.names(told, own)
	set(nameField, person, chance)
	street := compareStreets(&told.street, &own.street)
	if street == differs && len(told.street.words) > 1 && own.city != "" {
		street = compareStreets(told.street.without(strings.Fields(own.city)), &own.street)
	}
	set(streetField, street, func() float64 { return x.streetChance(&told.street, &own.street) })
	postcode := comparePostcodes(told.postcode, own.postcode)
	set(postcodeField, postcode, func() float64 { return x.chance(byPostcode, own.postcode) })
	city := compareCities(told.city, own.city)
	set(cityField, city, func() float64 { return x.rarest(byCity, strings.Fields(own.city)) })
	if postcode != unknown && postcode != differs {
		all[cityField].bits, all[cityField].plain = 0, 0
	}
	set(emailField, compareKeys(told.email, own.email), func() float64 { return x.chance(byEmail, own.email) })
	set(phoneField, compareKeys(told.phone, own.phone), func() float64 { return x.chance(byPhone, own.phone) })
	return all
}

// names compares who gets it. A company may stand for a person and the other way round; who works in the same company is a relative.
func (x *look) names(told, own *folded) (agreement, func() float64) {
	person := compareNames(told.name, own.name)
	theirs, ours := told.name, own.name
	if person != same && person != close {
		best := unknown
		for _, a := range [...][]string{told.company, told.name} {
			for _, b := range [...][]string{own.company, own.name} {
				if how := compareNames(a, b); how != unknown && (best == unknown || how < best) {
					best, theirs, ours = how, a, b
				}
			}
		}
		switch {
		case best == same || best == close:
			if person == unknown || slices.Equal(theirs, told.name) || slices.Equal(ours, own.name) || compareNames(told.name, own.company).agrees() { // "Attn: B. Holloway"
				person = close
			} else {
				person = related
			}
		case person == unknown:
			person = best
		case person == differs && best == partly && len(theirs) < len(ours) && slices.Equal(ours, own.company):
			person = partly // "Floristería" for "Floristería El Jardín de Inés"
		case (person == differs || person == related) && inTrade(told.name, own.name):
			person, theirs, ours = partly, told.name, own.name
		default:
			theirs, ours = told.name, own.name
		}
	}
	return person, func() float64 {
		chance := x.nameChance(theirs, ours)
		if person.agrees() && slices.Equal(theirs, told.name) && slices.Equal(ours, own.name) && compareNames(told.company, own.company).agrees() { // both say the same
			chance *= x.nameChance(told.company, own.company)
		}
		return chance
	}
}

// inTrade tells somebody whose business is named after them: "Kanzlei Vogt", "Restaurant Oudkerk".
func inTrade(told, own []string) bool {
	bare := make([]string, 0, len(told))
	for _, w := range told {
		if !trades[w] {
			bare = append(bare, w)
		}
	}
	if len(bare) == len(told) || len(bare) == 0 {
		return false
	}
	how := compareNames(bare, own)
	return how.agrees() || how == partly
}

// trades are folded words for what kind of business it is.
var trades = wordSet(`kanzlei praxis arztpraxis zahnarztpraxis apotheke buero studio atelier agentur verlag hotel pension restaurant gasthof gasthaus cafe caffe bar baeckerei metzgerei friseur salon
	gaertnerei werkstatt hof weingut blumen autohaus schreinerei tischlerei farm bakery surgery dental clinic pharmacy florist flowers salon garage shop store boutique gallery galerie school
	cabinet pharmacie boulangerie fleuriste librairie garage domaine ferme farmacia floristeria panaderia clinica taller libreria bodega estudio despacho ferreteria
	ristorante trattoria osteria pizzeria albergo panificio officina cantina negozio bottega farmacia fioraio ambulatorio praktijk tandartspraktijk bakkerij slagerij kapper kapsalon bloemen boerderij winkel notariskantoor kantoor
	padaria florista oficina quinta escritorio consultorio kancelaria gabinet apteka piekarnia kwiaciarnia restauracja sklep salon warsztat gospodarstwo zaklad phu fhu pphu firma ditta firm company office`)

// nameChance is how likely a stranger's name agrees as much: by the frequency of each word that agrees.
func (x *look) nameChance(theirs, ours []string) float64 {
	chance, any := 1.0, false
	var taken [16]bool
	for _, w := range ours {
		switch how, k := partner(w, theirs, &taken); how {
		case same, close:
			taken[k], any = true, true
			chance *= x.chance(byName, sound(plain(w))) * furtherChance(w)
		case partly:
			taken[k] = true
			chance *= initialChance
		}
	}
	if !any { // written together
		for _, w := range ours {
			chance *= x.chance(byName, sound(plain(w)))
		}
	}
	return chance
}

// familyNamed is for "Mrs Pell" in a sentence. How often people are called so does not depend on whose order it is, so only the frequency of the name tells; whoever
// has the same name in the family is called so as well. A column of names is another thing: there half a name is a rare mistake.
var familyNamed = outcome{truth: 1, stranger: 1, neighbour: 0.005, family: 1, again: 1}

// furtherChance is how likely the characters of a Chinese name agree behind the two by which it is filed.
func furtherChance(w string) float64 {
	chance := 1.0
	for n := utf8.RuneCountInString(w); n > 2 && w[0] >= 0x80; n-- {
		chance *= hanChance
	}
	return chance
}

// hanChance is how likely two names have the same character in one place.
const hanChance = 1.0 / 30

// initialChance is how likely two names begin with the same letter.
const initialChance = 1.0 / 12

func (x *look) streetChance(told, street *streetAddress) float64 {
	if foreign(told.words, street.words) { // only numbers were compared
		chance := 1.0
		for _, n := range street.numbers() {
			chance *= x.chance(byHouse, n)
		}
		return chance
	}
	chance := x.rarest(byStreet, street.words)
	if told.house != "" && street.house != "" && houses(told, street) != differs {
		chance *= x.chance(byHouse, street.house)
	}
	return chance
}

// rarest is the chance of the rarest of words that go together.
func (x *look) rarest(k kind, words []string) float64 {
	least := 1.0
	for _, w := range words {
		if len(w) > 2 || len(words) == 1 {
			least = min(least, x.chance(k, sound(w)))
		}
	}
	return least
}

// fewBuyers is how many may have a value for it to matter that some of them are the same person.
const fewBuyers = 16

// valued is a value of one kind.
type valued struct {
	kind kind
	text string
}

// buyers counts who has a value: persons and not purchase orders, as long as they are few. What several suppliers send of one order, or what was bought again,
// does not make a name and a postcode common.
func (x *look) buyers(k kind, text string) int {
	n := x.count(k, text)
	if n < 2 || n > fewBuyers {
		return n
	}
	if known, ok := x.persons[valued{k, text}]; ok {
		return known
	}
	seen := make([]string, 0, fewBuyers)
	x.among(k, text, func(po *PO) bool {
		if who := po.ShipTo.Name + "|" + po.ShipTo.Line1 + "|" + po.ShipTo.Postcode; !slices.Contains(seen, who) {
			seen = append(seen, who)
		}
		return false
	})
	x.persons[valued{k, text}] = len(seen)
	return len(seen)
}

// A value's frequency is that among the other orders of the index, drawn towards what is usual as long as these are few: imagined is how many
// orders of the usual frequency are thought to stand beside them.
const imagined = 100

var usual = [kinds]float64{byEmail: 1e-7, byPhone: 1e-7, byPostcode: 1.0 / 2000, byHouse: 1.0 / 50, byStreet: 1.0 / 500, byCity: 1.0 / 500, byName: 1.0 / 300}

func (x *look) chance(k kind, text string) float64 {
	others := max(x.buyers(k, text)-1, 0)
	return (float64(others) + imagined*usual[k]) / float64(max(x.size-1, 0)+imagined)
}

// kinship gathers what a pair would score if the paper were about an order that we do not know, of somebody near.
type kinship struct{ neighbour, family, again float64 }

func newKinship() kinship {
	return kinship{math.Log2(unknownShare.neighbour), math.Log2(unknownShare.family), math.Log2(unknownShare.again)}
}

// add counts a field for each of them: what it weighs for the order itself, and how much likelier it is for them. The lower bound of a field is for the order
// itself only: that a neighbour is called otherwise is no surprise, and must not seem one that was made up for.
func (k *kinship) add(f fit) {
	o := f.odds
	if f.field == cityField && f.bits == 0 {
		return
	}
	k.neighbour += f.plain + math.Log2(o.neighbour/o.truth)
	k.family += f.plain + math.Log2(o.family/o.truth)
	k.again += f.plain + math.Log2(o.again/o.truth)
}

func (k *kinship) bits() float64 {
	return math.Log2(math.Exp2(k.neighbour) + math.Exp2(k.family) + math.Exp2(k.again))
}
