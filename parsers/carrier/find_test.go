package carrier

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// brief writes findings as "carrier:number", the carrier empty when it can't be told.
func brief(all []parsers.Tracking) string {
	var out []string
	for _, t := range all {
		s := Best(t) + ":" + t.Number
		if t.Damage != "" {
			s += "!" + t.Damage
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestFind(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"ups":                     {"Shipped today, 1Z999AA10123456784.", "ups:1Z999AA10123456784"},
		"ups in groups":           {"UPS tracking number: 1Z 999 AA1 01 2345 6784 (1 parcel)", "ups:1Z999AA10123456784"},
		"ups wrong digit":         {"tracking 1Z999AA10123456785", "ups:1Z999AA10123456785"},
		"ups lower case":          {"tracking: 1z999aa10123456784", "ups:1Z999AA10123456784"},
		"usps in groups":          {"USPS 9405 8036 9930 0124 2878 99", "usps:9405803699300124287899"},
		"usps with zip":           {"420 22153 9101026837331000039521", "usps:420221539101026837331000039521"},
		"fedex named":             {"Sent by FedEx, 986578788855", "fedex:986578788855"},
		"fedex labelled":          {"Tracking #: 7995 3127 4483", "fedex:799531274483"},
		"dhl express":             {"DHL Express waybill 3318810025", "dhl:3318810025"},
		"dhl paket":               {"Ihre Sendungsnummer lautet 00340434161094042557", "dhl-germany:00340434161094042557"},
		"jjd":                     {"DHL: JJD000390007882823493", "dhl-germany:JJD000390007882823493"},
		"royal mail":              {"Royal Mail ref RB123456785GB", "royal-mail:RB123456785GB"},
		"s10 in groups":           {"RB 123 456 785 GB", "royal-mail:RB123456785GB"},
		"dpd":                     {"Verschickt mit DPD, Paketnummer 09981234567890", "dpd:09981234567890"},
		"gls":                     {"GLS Paketnummer: 12345678901", "gls:12345678901"},
		"evri":                    {"Sent with Evri: H00HYA0012345678", "evri:H00HYA0012345678"},
		"hermes":                  {"Hermes H1001234567890123456", "hermes-de:H1001234567890123456"},
		"canada post":             {"Canada Post PIN 0073 9380 0054 9297", "canada-post:0073938000549297"},
		"yun":                     {"运单号：YT2229521272164446", "yunexpress:YT2229521272164446"},
		"amazon":                  {"TBA502887274000", "amazon:TBA502887274000"},
		"japan":                   {"佐川急便 お問い合わせ番号 123456789013", "sagawa:123456789013"},
		"unknown but labelled":    {"Tracking number: AB7788990011223", ":AB7788990011223"},
		"several":                 {"Tracking: 1Z999AA10123456784, 1Z5R89390357567127 and 9405803699300124287899", "ups:1Z999AA10123456784 ups:1Z5R89390357567127 usps:9405803699300124287899"},
		"several with spaces":     {"1Z999AA10123456784 1Z5R89390357567127", "ups:1Z999AA10123456784 ups:1Z5R89390357567127"},
		"full width":              {"追跡番号：１Ｚ９９９ＡＡ１０１２３４５６７８４です", "ups:1Z999AA10123456784"},
		"zero width":              {"1Z999AA1\u200b0123456784", "ups:1Z999AA10123456784"},
		"over a line end":         {"Tracking: 1Z999AA101\n23456784", "ups:1Z999AA10123456784"},
		"excel":                   {"tracking 9.40011E+21", ":9.40011E+21!excel"},
		"excel zeros":             {"tracking 9400111899223810000000", ":9400111899223810000000!excel"},
		"order":                   {"Order 986578788855 has shipped", ""},
		"order then number":       {"Order 1001234567: 1Z999AA10123456784", "ups:1Z999AA10123456784"},
		"tracking for order":      {"Tracking for order 100123456: 986578788855", "fedex:986578788855"},
		"phone":                   {"Questions? Call 0800 123 4567 or +44 20 7946 0958", ""},
		"phone beside dhl":        {"DHL hotline: 0228 4333112", ""},
		"iban":                    {"IBAN DE89 3704 0044 0532 0130 00", ""},
		"bare iban":               {"DE89370400440532013000", ""},
		"vat":                     {"USt-IdNr.: DE123456789", ""},
		"ean":                     {"EAN 4006381333931", ""},
		"invoice":                 {"Invoice no. 986578788855", ""},
		"customer":                {"Kundennummer 12345678901", ""},
		"date":                    {"Date 20250814", ""},
		"price":                   {"Total 1234567890.00 EUR", ""},
		"nothing":                 {"The goods left our warehouse this morning.", ""},
		"mail address":            {"write to 986578788855@example.com", ""},
		"link":                    {"https://www.ups.com/track?loc=en_US&tracknum=1Z999AA10123456784&requester=WT/trackdetails", "ups:1Z999AA10123456784"},
		"link unknown shape":      {"Track: https://www.dhl.de/de/privatkunden.html?piececode=1234567890123", "dhl-germany:1234567890123"},
		"link aggregator":         {"https://t.17track.net/en#nums=RB123456785GB", "royal-mail:RB123456785GB"},
		"link aggregator carrier": {"https://track.aftership.com/dpd/09981234567890", "dpd:09981234567890"},
		"link in link":            {"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.fedex.com%2Ffedextrack%2F%3Ftrknbr%3D986578788855&data=05%7C01%7C123456789012", "fedex:986578788855"},
		"link with counters":      {"https://news.example/c/123456789012/98765432109876?utm_id=445566778899", ""},
		"link of a lookalike":     {"https://dhl.de.parcel-check.example/x?session=112233445566", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := Find(c.text, Context{})
			if brief(got) != c.want {
				t.Errorf("Find(%q)\n got %q\nwant %q\n%+v", c.text, brief(got), c.want, got)
			}
			for _, g := range got {
				if at := g.At; at.Start < 0 || at.End > len(c.text) || c.text[at.Start:at.End] != g.Text {
					t.Errorf("the place of %q holds %q", g.Text, c.text[at.Start:at.End])
				}
			}
		})
	}
}

func TestNormalize(t *testing.T) {
	for name, want := range map[string]string{
		"UPS": "ups", "United Parcel": "ups", "UPSN": "ups", "ups ground": "ups", "UPS Ground Residential": "ups", "Fed Ex": "fedex", "FEDX": "fedex",
		"FedEx Home Delivery": "fedex", "DHL": "dhl", "DHL Paket": "dhl-germany", "Deutsche Post DHL": "dhl-germany", "DHL Express": "dhl",
		"Royal mail": "royal-mail", "Royal Mail Tracked 24": "royal-mail", "Hermes": "evri", "myHermes": "evri", "USPS Priority Mail": "usps", "Purolater": "purolator",
		"Royla Mail": "royal-mail", "Austraila Post": "australia-post", "Colissimmo": "colissimo", "La Poste - Colissimo": "colissimo", "PostNL": "postnl", "Post NL": "postnl",
		"顺丰速运": "sf-express", "ヤマト運輸": "yamato", "GLS Italy": "gls-italy", "GLS": "gls", "yun express": "yunexpress", "canada-post": "canada-post",
		"": "", "warehouse": "", "our own van": "", "n/a": "", "DPD UK": "dpd", "Österreichische Post": "austrian-post",
	} {
		if got, score := Normalize(name); got != want || (got == "") != (score == 0) {
			t.Errorf("Normalize(%q) = %q (%.2f), want %q", name, got, score, want)
		}
	}
}
