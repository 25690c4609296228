package routing

import (
	"regexp"
	"strings"

	"waybill/daemon/order"
)

// What people write when mail goes to a box at a post office, which parcel carriers cannot reach, and to a locker or a counter, which only its own
// carrier can: the forms of the postal operators' own pages and of the Universal Postal Union's addressing sheets by country. Texts are folded: small
// letters, no accents, no points.
var (
	postBox = regexp.MustCompile(`\b(p ?o ?box|p ?o ?b \d+|post (office )?box|postal box|[gr]po box|(locked|private|mail) bag|postfach|boite postale|case postale|b ?p ?\d+|` +
		`apartado|apdo|casella postale|caixa postal|postbus|post ?boks|skrytka( pocztowa)?|skr poczt|postovni prihradka|post ?lokero|postafiok|casilla (de correo|postal)|casilla \d+)\b|` +
		`абонентский ящик|(^| )а я \d+|私書箱|信箱`)
	// Words that mean a box in one country only.
	postBoxIn = map[string]*regexp.Regexp{
		"SE": regexp.MustCompile(`^box \d+\b`), "NO": regexp.MustCompile(`\bboks \d+\b`), "DK": regexp.MustCompile(`\bboks \d+\b`),
		"FI": regexp.MustCompile(`^pl \d+\b`), "HU": regexp.MustCompile(`\bpf \d+\b`), "CZ": regexp.MustCompile(`\bpp \d+\b`),
	}
	parcelStation = regexp.MustCompile(`\b(packstation|postfiliale|paketshop|paketbox|paketstation|abholstation|parcel ?(locker|collect)|paczkomat\w*|inpost|amazon (hub )?locker|` +
		`pakke ?boks|paket ?(box|skap)|pick ?up ?(point|station|parcelshop)|my ?post ?24|pick ?post|punto pack|point relais|pickup relais|z box|alza ?box|correos citypaq|citypaq)\b`)
)

// boxes tells whether an address is a post office box, and whether it is a parcel locker or counter.
func boxes(a order.Address) (box, station bool) {
	for _, line := range []string{a.Line1, a.Line2} {
		text := fold(strings.ReplaceAll(line, "/", " "))
		if text == "" {
			continue
		}
		own := postBoxIn[a.Country]
		box = box || postBox.MatchString(text) || own != nil && own.MatchString(text)
		station = station || parcelStation.MatchString(text)
	}
	return box, station
}
