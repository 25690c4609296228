package routing

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"waybill/daemon/order"
)

// postcode is how a country's postcodes look: letters and digits without spaces and dashes.
type postcode struct {
	pattern *regexp.Regexp
	example string // as people write them
	// prefix is what people set before it from abroad, beside the country's ISO code: the sign on cars (D-10115).
	prefix string
}

// form makes an entry of the table; the pattern fits the whole postcode.
func form(pattern, example, prefix string) postcode {
	return postcode{regexp.MustCompile(`\A(?:` + pattern + `)\z`), example, prefix}
}

// postcodes are the forms by country, from the Universal Postal Union's addressing sheets (upu.int, Postal Addressing Systems in Member Countries)
// and the postal operators' pages. A country where many write no postcode, or another form than the sheet's, is not here: what is not here is not
// judged. Older forms that are still delivered are in: a gate must not hold what arrives.
var postcodes = map[string]postcode{
	"AD": form(`(AD)?[1-7]00`, "AD500", ""), "AR": form(`\d{4}|[A-HJ-NP-Z]\d{4}[A-Z]{3}`, "C1425DKF or 1425", ""),
	"AT": form(`[1-9]\d{3}`, "1010", "A"), "AU": form(`\d{4}`, "2000", ""), "AX": form(`22\d{3}`, "22100", "FI"),
	"BA": form(`\d{5}`, "71000", "BIH"), "BD": form(`\d{4}`, "1219", ""), "BE": form(`[1-9]\d{3}`, "1000", "B"), "BG": form(`\d{4}`, "1000", ""),
	"BR": form(`\d{8}`, "01310-100", ""), "BY": form(`\d{6}`, "220030", ""),
	"CA": form(`[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d`, "K1A 0B1", ""),
	"CH": form(`[1-9]\d{3}`, "8001", ""), "CN": form(`\d{6}`, "100000", ""), "CY": form(`\d{4}`, "1010", ""), "CZ": form(`[1-7]\d{4}`, "110 00", ""),
	"DE": form(`\d{5}`, "10115", "D"), "DK": form(`\d{4}`, "1050", ""), "EE": form(`\d{5}`, "10111", ""),
	"ES": form(`(0[1-9]|[1-4]\d|5[0-2])\d{3}`, "28013", "E"), "FI": form(`\d{5}`, "00100", "FIN"), "FO": form(`\d{3}`, "100", ""),
	"FR": form(`\d{5}`, "75001", "F"), "GB": form(`GIR0AA|BFPO\d{1,4}|[A-Z]{1,2}\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2}`, "SW1A 1AA", ""),
	"GF": form(`973\d{2}`, "97300", ""), "GG": form(`GY\d{1,2}\d[ABD-HJLNP-UW-Z]{2}`, "GY1 1AA", ""), "GL": form(`39\d{2}|2412`, "3900", ""),
	"GP": form(`97[01]\d{2}`, "97100", ""), "GR": form(`\d{5}`, "105 57", ""), "HR": form(`\d{5}`, "10000", ""), "HU": form(`[1-9]\d{3}`, "1051", "H"),
	"IL": form(`\d{5}(\d{2})?`, "9614303", ""), "IM": form(`IM\d{1,2}\d[ABD-HJLNP-UW-Z]{2}`, "IM1 1AA", ""), "IN": form(`[1-9]\d{5}`, "110001", ""),
	"IS": form(`\d{3}`, "101", ""), "IT": form(`\d{5}`, "00184", "I"), "JE": form(`JE\d{1,2}\d[ABD-HJLNP-UW-Z]{2}`, "JE2 3AB", ""),
	"JP": form(`\d{7}`, "150-0001", ""), "KR": form(`\d{5,6}`, "03051", ""), "KZ": form(`\d{6}|[A-Z]\d{2}[A-Z]\d[A-Z]\d`, "050000 or A05T3D0", ""),
	"LI": form(`94(8[5-9]|9[0-8])`, "9490", "FL"), "LT": form(`\d{5}`, "LT-01100", ""), "LU": form(`\d{4}`, "L-1111", "L"), "LV": form(`\d{4}`, "LV-1050", ""),
	"MC": form(`980\d{2}`, "98000", ""), "MD": form(`\d{4}`, "MD-2001", ""), "ME": form(`\d{5}`, "81000", ""), "MK": form(`\d{4}`, "1000", ""),
	"MQ": form(`972\d{2}`, "97200", ""), "MT": form(`[A-Z]{3}\d{2,4}`, "VLT 1117", ""), "MX": form(`\d{5}`, "06000", ""), "MY": form(`\d{5}`, "50000", ""),
	"NC": form(`988\d{2}`, "98800", ""), "NL": form(`[1-9]\d{3}[A-Z]{2}`, "1012 JS", ""), "NO": form(`\d{4}`, "0150", "N"), "NZ": form(`\d{4}`, "6011", ""),
	"PF": form(`987\d{2}`, "98713", ""), "PK": form(`\d{5}`, "44000", ""), "PL": form(`\d{5}`, "00-001", ""), "PR": form(`00[679]\d{2}(\d{4})?`, "00901", ""),
	"PT": form(`[1-9]\d{3}(\d{3})?`, "1000-001", "P"), "RE": form(`974\d{2}`, "97400", ""), "RO": form(`\d{6}`, "010011", ""),
	"RS": form(`\d{5,6}`, "11000", "SRB"), "RU": form(`\d{6}`, "101000", ""), "SE": form(`[1-9]\d{4}`, "111 22", "S"), "SG": form(`\d{6}`, "018956", ""),
	"SI": form(`[1-9]\d{3}`, "1000", "SLO"), "SK": form(`[089]\d{4}`, "811 01", ""), "SM": form(`4789\d`, "47890", ""), "TH": form(`\d{5}`, "10200", ""),
	"TR": form(`\d{5}`, "34000", ""), "TW": form(`\d{3}(\d{2,3})?`, "100 or 10058", ""), "UA": form(`\d{5}`, "01001", ""),
	"US": form(`\d{5}(\d{4})?`, "62704 or 62704-1234", ""), "VA": form(`00120`, "00120", ""), "VI": form(`008\d{2}(\d{4})?`, "00802", ""),
	"YT": form(`976\d{2}`, "97600", ""), "ZA": form(`\d{4}`, "8001", ""),
}

// postcodeLetters leaves the letters and digits of a postcode, in capitals: spaces, dashes, the apostrophe before '75008 of a spreadsheet's export,
// Japan's 〒 and wide digits make no other postcode.
func postcodeLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToUpper(norm.NFKC.String(s)))
}

// fits tells whether a postcode has its country's form, with or without the country's sign before it.
func (p postcode) fits(country, text string) bool {
	letters := postcodeLetters(text)
	for _, prefix := range []string{"", country, p.prefix} {
		if rest, ok := strings.CutPrefix(letters, prefix); ok && p.pattern.MatchString(rest) {
			return true
		}
	}
	return false
}

// postcodeFits wants the form of the country's postcodes. One that is missing is the address gate's business.
func postcodeFits(a order.Address) []complaint {
	p, known := postcodes[a.Country]
	if !known || strings.TrimFunc(a.Postcode, empty) == "" || p.fits(a.Country, a.Postcode) {
		return nil
	}
	return []complaint{{"ship_to.postcode", fmt.Sprintf("The postcode %s is none of country %s, where they look like %s.", quoted(a.Postcode), a.Country, p.example)}}
}
