package carrier

// posts names the slug of the designated operator that an S10 number's last two letters stand for
// (UPU S10-12, country codes of ISO 3166-1).
var posts = map[string]string{
	"AE": "emirates-post", "AR": "correo-argentino", "AT": "austrian-post", "AU": "australia-post", "BA": "bh-posta",
	"BE": "bpost", "BG": "bgpost", "BR": "brazil-correios", "BY": "belpost", "CA": "canada-post", "CH": "swiss-post",
	"CL": "correos-chile", "CN": "china-post", "CO": "4-72", "CR": "correos-de-costa-rica", "CY": "cyprus-post", "CZ": "czech-post",
	"DE": "dhl-germany", "DK": "postnord", "EE": "omniva", "EG": "egypt-post", "ES": "correos", "FI": "posti", "FO": "posta-faroe",
	"FR": "colissimo", "GB": "royal-mail", "GE": "georgian-post", "GR": "elta-courier", "HK": "hong-kong-post", "HR": "hrvatska-posta",
	"HU": "magyar-posta", "ID": "indonesia-post", "IE": "an-post", "IL": "israel-post", "IN": "india-post", "IS": "postur-is",
	"IT": "poste-italiane", "JP": "japan-post", "KR": "korea-post", "KZ": "kazpost", "LI": "swiss-post", "LT": "lietuvos-pastas",
	"LU": "post-luxembourg", "LV": "latvijas-pasts", "MA": "morocco-post", "MD": "posta-moldovei", "MO": "macao-post", "MT": "maltapost",
	"MX": "correos-de-mexico", "MY": "malaysia-post", "NG": "nipost", "NL": "postnl", "NO": "posten-norge", "NZ": "new-zealand-post",
	"PE": "serpost", "PH": "phlpost", "PK": "pakistan-post", "PL": "poczta-polska", "PT": "portugal-ctt", "RO": "posta-romana",
	"RS": "post-serbia", "RU": "russian-post", "SA": "saudi-post", "SE": "postnord", "SG": "singapore-post", "SI": "post-slovenia",
	"SK": "sk-posta", "TH": "thailand-post", "TR": "ptt-posta", "TW": "taiwan-post", "UA": "ukrposhta", "US": "usps",
	"UY": "correo-uruguayo", "UZ": "uzbekistan-post", "VN": "vnpost", "ZA": "sapo",
}

// fitsS10 reads the first letter as UPU S10 gives it out: C parcels, E express, H e-commerce, L tracked letters, R registered,
// U small packets, V insured. The others are for own or bilateral use, or for documents, and count less.
func fitsS10(n string) (guess, bool) {
	for i := range 9 {
		if !isDigit(n[2+i]) {
			return guess{}, false
		}
	}
	if !isUpper(n[1]) || !isUpper(n[11]) || !isUpper(n[12]) {
		return guess{}, false
	}
	slug, known := posts[n[11:]]
	if !known {
		return guess{}, false
	}
	if n[0] == 'E' && slug == "china-post" {
		slug = "china-ems" // EMS is a company of its own beside China Post
	}
	if n[0] == 'X' && slug == "colissimo" {
		slug = "chronopost-france" // of the same group, and all its numbers begin so
	}
	g := guess{carrier: slug, odds: 3, why: "S10 number of " + n[11:]}
	switch n[0] {
	case 'C', 'E', 'L', 'R', 'V', 'U', 'H':
	default:
		g.odds = 2
	}
	if holdsS10(n) {
		g.valid, g.odds, g.why = true, g.odds+2.4, g.why+", check digit valid"
	} else {
		g.invalid, g.odds, g.why = true, g.odds+failed, g.why+", check digit fails"
	}
	return g, true
}
