package templates

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// How the line with the city is written, by country (the Universal Postal Union's addressing sheets). In the countries of
// none of these lists it is "City, Region Postcode".
const (
	// postcodeFirst: "10115 Berlin".
	postcodeFirst = ` AD AL AM AR AT AX BA BE BG BL BO CH CL CN CR CU CY CZ DE DK DO DZ EE ES ET FI FO FR GF GL GN GP GR GT HR HT HU IL IS IT KW ` +
		`LA LI LT LU LV MA MC MD ME MF MG MK MQ MX MY MZ NC NE NI NL NO PF PH PL PM PT PY RE RO RS SE SI SJ SK SM SN SV TJ TN TR UY UZ VA VE WF XK YT ZM `
	// postcodeAlone: the postcode has a line of its own after city and county.
	postcodeAlone = ` GB GG GI IE IM JE FK `
)

// lines gives the address as it stands on a label, the country in words at the end.
func (a Address) lines(country string) []string {
	var city string
	switch {
	case within(postcodeFirst, a.Country):
		city = joined(" ", a.Postcode, a.City)
		if !strings.EqualFold(a.Region, a.City) {
			city = joined(", ", city, a.Region)
		}
	case within(postcodeAlone, a.Country):
		city = joined("\n", a.City, a.Region, a.Postcode)
	default:
		city = joined(", ", a.City, joined(" ", a.Region, a.Postcode))
	}
	var lines []string
	for _, line := range append([]string{a.Name, a.Company, a.Line1, a.Line2}, append(strings.Split(city, "\n"), country)...) {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func within(codes, code string) bool { return len(code) == 2 && strings.Contains(codes, " "+code+" ") }

// joined joins what is not empty.
func joined(separator string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}

// countryName is the country's name in a language (Unicode CLDR), or the code itself where it is not known.
func countryName(code, lang string) string {
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 || !region.IsCountry() {
		return code
	}
	tag, err := language.Parse(lang)
	if err != nil {
		tag = language.English
	}
	namer := display.Regions(tag)
	if namer == nil {
		namer = display.Regions(language.English)
	}
	if name := namer.Name(region); name != "" {
		return name
	}
	return code
}
