package routing

import (
	"fmt"
	"strings"

	"waybill/daemon/order"
)

// complaint is what a gate has against one field.
type complaint struct {
	field string // JSON path in the order, "ship_to.postcode"
	words string // one sentence for a person
}

// address wants what every carrier needs on a label.
func address(a order.Address) []complaint {
	var reasons []complaint
	missing := func(field, words string) {
		reasons = append(reasons, complaint{"ship_to." + field, words})
	}
	blank := func(s string) bool { return strings.TrimFunc(s, empty) == "" }
	if blank(a.Name) && blank(a.Company) {
		missing("name", "The shipping address has no name and no company.")
	}
	if blank(a.Line1) {
		missing("line1", "The shipping address has no street.")
	}
	if blank(a.City) && !in(withoutCity, a.Country) {
		missing("city", "The shipping address has no city.")
	}
	switch {
	case blank(a.Country):
		missing("country", "The shipping address has no country.")
	case !in(countries, a.Country):
		missing("country", fmt.Sprintf("The shipping address is in %q, which is not a country code.", a.Country))
	case blank(a.Postcode) && !in(withoutPostcode, a.Country):
		missing("postcode", "The shipping address has no postcode.")
	}
	return reasons
}

// empty holds for characters that leave a label blank: people type a dash or a dot where a form insists.
func empty(r rune) bool { return strings.ContainsRune(" \t\r\n\u00a0\u200b.-_/?*", r) }

func in(codes, code string) bool {
	return len(code) == 2 && strings.Contains(codes, " "+code+" ")
}

// countries are the officially assigned codes of ISO 3166-1 alpha-2, and XK, which carriers and the European Commission use
// for Kosovo.
const countries = ` AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ` +
	`CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR ` +
	`GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP ` +
	`KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ ` +
	`NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW ` +
	`SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ ` +
	`UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW `

// withoutPostcode are countries whose addresses carry none, or often none although there is a system (the Universal
// Postal Union's addressing sheets by country). Where it is in doubt the country is here: a gate must not hold what can be delivered.
const withoutPostcode = ` AE AG AO AQ AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GN GQ GY HK HM IE ` +
	`JM KI KM KN KP LC LY ML MO MR MS MW NG NR NU PA PS QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TT TV TZ UG VC VU WS XK YE ZW `

// withoutCity are city states: the country says it all.
const withoutCity = ` GI HK MC MO SG VA `
