package routing

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"waybill/daemon/order"
)

// Valid forms, as people and programs write them, hold nothing: with and without spaces, dashes, the country's sign, in small letters, with the apostrophe of
// a spreadsheet's export.
func TestPostcodesThatAreRight(t *testing.T) {
	for country, texts := range map[string][]string{
		"US": {"62704", "62704-1234", "627041234", "'62704", " 62704 ", "62704-", "00501", "09012"},
		"GB": {"SW1A 1AA", "sw1a1aa", "Sw1a  1Aa", "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "EC1A 1BB", "W1A 0AX", "GIR 0AA", "BFPO 801", "BF1 3AA"},
		"DE": {"10115", "D-10115", "DE-10115", "D 10115", "'01067", "01067"}, "AT": {"1010", "A-1010", "AT-1010"}, "CH": {"8001", "CH-8001", "ch 8001"},
		"FR": {"75008", "'75008", "F-75008", "75 008", "20000"}, "MC": {"98000"}, "RE": {"97400"}, "GP": {"97133"},
		"NL": {"1012 JS", "1012js", "NL-1012 JS"}, "BE": {"1000", "B-1000"}, "LU": {"1111", "L-1111", "LU 1111"},
		"CA": {"K1A 0B1", "k1a0b1", "K1A-0B1", "H0H 0H0"}, "AU": {"2000", "0800"}, "NZ": {"6011", "0610"},
		"JP": {"150-0001", "1500001", "〒150-0001", "１５０－０００１", "150 0001"}, "KR": {"03051", "135-090"}, "CN": {"100000"}, "TW": {"100", "10058", "100-58", "100058"},
		"SE": {"111 22", "11122", "S-111 22", "SE-11122"}, "NO": {"0150", "N-0150"}, "DK": {"1050", "DK-1050"}, "FI": {"00100", "FI-00100", "FIN-00100"},
		"PL": {"00-001", "00001", "PL-00-001"}, "CZ": {"110 00", "11000", "CZ-110 00"}, "SK": {"811 01", "SK-81101"}, "HU": {"1051", "H-1051"},
		"PT": {"1000-001", "1000001", "1000", "P-1000-001"}, "ES": {"28013", "E-28013", "01001", "52001"}, "IT": {"00184", "I-00184", "IT-00184"},
		"BR": {"01310-100", "01310100", "01.310-100"}, "AR": {"C1425DKF", "1425", "c1425dkf"}, "MX": {"06000"}, "IN": {"110001", "110 001"}, "SG": {"018956"},
		"LT": {"LT-01100", "01100"}, "LV": {"LV-1050", "1050"}, "EE": {"10111"}, "GR": {"105 57", "10557"}, "RO": {"010011"}, "IL": {"9614303", "96143"},
		"MT": {"VLT 1117", "VLT1117"}, "AD": {"AD500"}, "LI": {"9490", "FL-9490"}, "KZ": {"050000", "A05T3D0"}, "RU": {"101000"}, "UA": {"01001"}, "SA": nil,
		"IE": {"D02 AF30", "Dublin 4", "none"}, "HK": {"000000"}, "AE": {"00000"}, "XX": {"anything"}, "CL": {"8320000", "123"}, "": {"1"},
	} {
		for _, text := range texts {
			if wrong := postcodeFits(order.Address{Postcode: text, Country: country}); len(wrong) > 0 {
				t.Errorf("%s %q: %s", country, text, wrong[0].words)
			}
		}
	}
}

func TestPostcodesThatAreNone(t *testing.T) {
	for country, texts := range map[string][]string{
		"US": {"2134", "6270", "627041", "ABCDE", "62704-12", "SW1A 1AA", "K1A 0B1"}, "GB": {"SW1A", "62704", "SW1A 1A", "1AA SW1A", "SW1A 1CA"},
		"DE": {"1067", "101156", "SW1A 1AA", "1010O"}, "FR": {"7500", "750080"}, "NL": {"1012", "JS1012", "0012 JS"}, "CA": {"K1A 0B", "D1A 0B1", "90210"},
		"AU": {"800", "20000"}, "JP": {"150-001", "62704"}, "PL": {"00-01"}, "ES": {"53000", "00123", "2801"}, "BR": {"01310"}, "IN": {"010001", "11000"}, "LI": {"8001"},
		"MC": {"75008"}, "CH": {"0123", "80010"}, "SE": {"11 22"},
	} {
		for _, text := range texts {
			wrong := postcodeFits(order.Address{Postcode: text, Country: country})
			if len(wrong) != 1 || wrong[0].field != "ship_to.postcode" || !strings.Contains(wrong[0].words, postcodes[country].example) {
				t.Errorf("%s %q: %v", country, text, wrong)
			}
		}
	}
	// A missing one is told by the address gate alone.
	for _, text := range []string{"", " ", "-", ".."} {
		if wrong := postcodeFits(order.Address{Postcode: text, Country: "US"}); len(wrong) > 0 {
			t.Errorf("%q: %v", text, wrong)
		}
	}
}

// The table's own examples fit, its countries are some, and none is in the list of those without postcodes.
func TestPostcodeTable(t *testing.T) {
	if len(postcodes) < 70 {
		t.Errorf("%d countries", len(postcodes))
	}
	for _, country := range slices.Sorted(maps.Keys(postcodes)) {
		p := postcodes[country]
		if !in(countries, country) || in(withoutPostcode, country) {
			t.Errorf("%s is no country, or has no postcodes", country)
		}
		for example := range strings.SplitSeq(p.example, " or ") {
			if !p.fits(country, example) || !p.fits(country, strings.ToLower(example)) || !p.fits(country, "'"+strings.ReplaceAll(example, " ", "")) {
				t.Errorf("%s: its example %q does not fit", country, example)
			}
		}
	}
}

func TestBoxes(t *testing.T) {
	for _, c := range []struct {
		line, country string
		box, station  bool
	}{
		{"P.O. Box 123", "US", true, false}, {"PO Box 123", "US", true, false}, {"P O BOX 7", "GB", true, false}, {"p.o.box 12", "US", true, false}, {"POB 45", "IL", true, false},
		{"Post Office Box 9", "US", true, false}, {"GPO Box 5", "AU", true, false}, {"Private Bag 12", "NZ", true, false}, {"Locked Bag 3", "AU", true, false},
		{"Postfach 12 34", "DE", true, false}, {"Boîte postale 7", "FR", true, false}, {"BP 123", "FR", true, false}, {"B.P. 123", "FR", true, false}, {"Case postale 5", "CH", true, false},
		{"Apartado de Correos 7", "ES", true, false}, {"Apdo. 7", "MX", true, false}, {"Casella Postale 1", "IT", true, false}, {"Caixa Postal 1", "BR", true, false},
		{"Postbus 12", "NL", true, false}, {"Postboks 12", "NO", true, false}, {"Box 123", "SE", true, false}, {"PL 12", "FI", true, false}, {"Pf. 12", "HU", true, false},
		{"Skrytka pocztowa 4", "PL", true, false}, {"私書箱12号", "JP", true, false}, {"а/я 12", "RU", true, false}, {"Poštovní přihrádka 1", "CZ", true, false},
		{"Packstation 145", "DE", false, true}, {"DHL Packstation 145", "DE", false, true}, {"Postfiliale 501", "DE", false, true}, {"Paczkomat WAW01A", "PL", false, true},
		{"Amazon Locker - Fern", "US", false, true}, {"Parcel Locker 10012", "AU", false, true}, {"InPost KRA01", "PL", false, true}, {"Pakkeboks 12", "DK", false, true},
		{"12 Box Hill Road", "AU", false, false}, {"Box 12", "US", false, false}, {"RR 2 Box 12", "US", false, false}, {"12 Poboxer Street", "US", false, false},
		{"Apartamento 7", "ES", false, false}, {"Boxhagener Str. 12", "DE", false, false}, {"Postfachstraße 2", "DE", false, false}, {"12 Main Street", "US", false, false},
		{"Plac Wolnosci 1", "PL", false, false}, {"Bagshot Road 3", "GB", false, false}, {"12 Post Road", "US", false, false}, {"Postplatz 1", "DE", false, false}, {"", "US", false, false},
	} {
		for _, a := range []order.Address{{Line1: c.line, Country: c.country}, {Line1: "Example Works", Line2: c.line, Country: c.country}} {
			if box, station := boxes(a); box != c.box || station != c.station {
				t.Errorf("%q in %s: box %t, station %t", c.line, c.country, box, station)
			}
		}
	}
}
