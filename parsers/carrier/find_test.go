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
		"usps with zip":           {"420 22153 9101026837331000039521", "usps:9101026837331000039521"},
		"three groups":            {"Sendungsnummer: 10751084 08270577 046137", "austrian-post:1075108408270577046137"},
		"pallet":                  {"Order 10483 shipped. UPS 1Z6CSVPB0347194251. Pallet 123456789012", "ups:1Z6CSVPB0347194251"},
		"carrier of its block":    {"Tracking: JV624729501GB\nCourier: Royal Mail\n\nTracking: 15502271716603\nCourier: DPD\n", "royal-mail:JV624729501GB dpd:15502271716603"},
		"fedex named":             {"Sent by FedEx, 986578788855", "fedex:986578788855"},
		"fedex labelled":          {"Tracking #: 7995 3127 4483", "fedex:799531274483"},
		"dhl express":             {"DHL Express waybill 3318810025", "dhl:3318810025"},
		"dhl paket":               {"Ihre Sendungsnummer lautet 00340434161094042557", "dhl-germany:00340434161094042557"},
		"jjd":                     {"DHL: JJD000390007882823493", "dhl-germany:JJD000390007882823493"},
		"royal mail":              {"Royal Mail ref RB123456785GB", "royal-mail:RB123456785GB"},
		"s10 in groups":           {"RB 123 456 785 GB", "royal-mail:RB123456785GB"},
		"dpd":                     {"Verschickt mit DPD, Paketnummer 09981234567890", "dpd:09981234567890"},
		"gls":                     {"GLS Paketnummer: 12345678901", "gls:12345678901"},
		"evri, three letters":     {"Evri T12GCA0018423247", "evri:T12GCA0018423247"},
		"evri":                    {"Sent with Evri: H00HYA0012345678", "evri:H00HYA0012345678"},
		"hermes":                  {"Hermes H1001234567890123456", "hermes-de:H1001234567890123456"},
		"canada post":             {"Canada Post PIN 0073 9380 0054 9297", "canada-post:0073938000549297"},
		"yun":                     {"运单号：YT2229521272164446", "yunexpress:YT2229521272164446"},
		"amazon":                  {"TBA502887274000", "amazon:TBA502887274000"},
		"japan":                   {"佐川急便 お問い合わせ番号 123456789013", "sagawa:123456789013"},
		"unknown but labelled":    {"Tracking number: AB7788990011223", ":AB7788990011223"},
		"several":                 {"Tracking: 1Z999AA10123456784, 1Z5R89390357567127 and 9405803699300124287899", "ups:1Z999AA10123456784 ups:1Z5R89390357567127 usps:9405803699300124287899"},
		"several with spaces":     {"1Z999AA10123456784 1Z5R89390357567127", "ups:1Z999AA10123456784 ups:1Z5R89390357567127"},
		"behind a row's counter":  {" 1  01149463285239   1 colli   4,2 kg", "dpd:01149463285239"},
		"counter, one space":      {"DPD\n1 01149463285239 2 colli", "dpd:01149463285239"},
		"pieces behind":           {" 3  01308797360145   2 colli  11,0 kg", "dpd:01308797360145"},
		"pieces, one space":       {"DPD 01308797360145 2 colli", "dpd:01308797360145"},
		"two columns":             {"Sent with GLS 61299998  820823509011", "gls:820823509011"},
		"container in groups":     {"DHL 00 340434161094042557", "dhl-germany:00340434161094042557"},
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
		"the post's sister":       {"Carrier: Parcelforce express48\n\nPlates 8\nBowls 8\n\nNumber of parcels: 2\n\nConsignments: EB 3072 78358 GB", "parcelforce:EB307278358GB"},
		"the post and its sister": {"Parcelforce or Royal Mail, we see.\n\n\n\n\n\n\n\n\nTracking: EB 3072 78358 GB", "royal-mail:EB307278358GB"},
		"a letter for a phone":    {"T: 01825 496 0317 | F: 01825 496 0318", ""},
		"under a number":          {"expédiée par GLS sous le numéro 50123456789", "gls:50123456789"},
		"under two numbers":       {"parties ce matin par GLS sous les numéros 00HN3KZQ et 00HN3KZS", "gls:00HN3KZQ gls:00HN3KZS"},
		"iban":                    {"IBAN DE89 3704 0044 0532 0130 00", ""},
		"bare iban":               {"DE89370400440532013000", ""},
		"vat":                     {"USt-IdNr.: DE123456789", ""},
		"ean":                     {"EAN 4006381333931", ""},
		"invoice":                 {"Invoice no. 986578788855", ""},
		"customer":                {"Kundennummer 12345678901", ""},
		"date":                    {"Date 20250814", ""},
		"price":                   {"Total 1234567890.00 EUR", ""},
		"bare digits":             {"See 3318810040, 20123456789 and 5551234567.", ""},
		"bare codes":              {"PO1234567 RMA12345678 INVC12345678 ABC123456789", ""},
		"credit card":             {"paid with card 4111 1111 1111 1111", ""},
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

func TestContext(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		context Context
		want    string
	}{
		"column":              {"774891234560", Context{Column: true}, "fedex:774891234560"},
		"column, unknown":     {"AB-7788", Context{Column: true}, ":AB7788"},
		"column, a day":       {"ETA 12/09/2025", Context{Column: true}, ""},
		"column, day, month":  {"arriva 9/12", Context{Column: true}, ""},
		"column, short":       {"445566", Context{Column: true}, ":445566"},
		"column and carrier":  {"12345678901", Context{Column: true, Carrier: "gls"}, "gls:12345678901"},
		"carrier of no table": {"4481920031", Context{Column: true, Carrier: "veho"}, "veho:4481920031"},
		"usual carrier":       {"01234567890123", Context{Column: true, Usual: "hermes-de"}, "hermes-de:01234567890123"},
		"lost zeros":          {"73938000549297", Context{Column: true, Carrier: "canada-post"}, "canada-post:73938000549297!excel"},
		"lost zero, no check": {"1234567890123", Context{Column: true, Carrier: "dpd"}, "dpd:1234567890123!excel"},
		"no zeros lost":       {"12345678901234", Context{Column: true, Carrier: "dpd"}, "dpd:12345678901234"},
		"own order number":    {"tracking 774891234560", Context{Not: []string{"7748-9123-4560"}}, ""},
		"family":              {"00340434161094042557", Context{Column: true, Carrier: "dhl"}, "dhl-germany:00340434161094042557"},
	} {
		if got := Find(c.text, c.context); brief(got) != c.want {
			t.Errorf("%s: got %q, want %q (%+v)", name, brief(got), c.want, got)
		}
	}
	got := Find("x tracking 1Z999AA10123456784", Context{Part: "1.2", Base: 100})
	if len(got) != 1 || got[0].At != (parsers.Place{Part: "1.2", Start: 111, End: 129}) {
		t.Errorf("place: %+v", got)
	}
}

func TestSentence(t *testing.T) {
	for _, c := range []struct {
		text    string
		context Context
		want    string
	}{
		{"9.40011E+21", Context{Column: true}, "rounded"},
		{"9400111899223810000000", Context{Column: true}, "zeros: it keeps only fifteen"},
		{"73938000549297", Context{Column: true, Carrier: "canada-post"}, "may have been \"0073938000549297\""},
		{"1Z999AA10123456784", Context{Column: true}, ""},
	} {
		found := Find(c.text, c.context)
		if len(found) != 1 {
			t.Fatalf("%s: %+v", c.text, found)
		}
		if got := Sentence(found[0]); !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s: %q, want %q in it", c.text, got, c.want)
		}
	}
}

func TestMerge(t *testing.T) {
	all := Merge(Find("1Z999AA10123456784 see https://www.ups.com/track?tracknum=1Z999AA10123456784 and 1ZX59E703344556676", Context{}))
	if brief(all) != "ups:1Z999AA10123456784 ups:1ZX59E703344556676" || all[0].URL == "" || all[0].At.Start != 0 {
		t.Errorf("%+v", all)
	}
}

func TestURL(t *testing.T) {
	for _, c := range []struct{ slug, number, want string }{
		{"ups", "1Z999AA10123456784", "https://www.ups.com/track?tracknum=1Z999AA10123456784"},
		{"usps", "420221539101026837331000039521", "https://tools.usps.com/go/TrackConfirmAction?tLabels=9101026837331000039521"},
		{"ups", "<a&b>", "https://www.ups.com/track?tracknum=%3Ca%26b%3E"},
		{"nobody", "1", ""}, {"ups", "", ""},
	} {
		if got := URL(c.slug, c.number); got != c.want {
			t.Errorf("URL(%s, %s) = %q, want %q", c.slug, c.number, got, c.want)
		}
	}
	if Name("royal-mail") != "Royal Mail" || Name("new-one") != "new-one" {
		t.Error("names")
	}
}

// What URL makes, Link must read: for each carrier that has a page and a format.
func TestLinksRoundTrip(t *testing.T) {
	numbers := map[string]string{"ups": "1Z999AA10123456784", "usps": "9400111899563854723108", "fedex": "774891234560", "dhl": "3318810040", "dhl-germany": "00340434161094042557", "royal-mail": "RB123456785GB", "dpd": "09981234567890", "gls": "50123456789", "evri": "H00HYA0012345678", "postnl": "3SABCD123456789", "colissimo": "6A12345678901", "canada-post": "2012345678901235", "australia-post": "33ABC123456789012345678", "japan-post": "EE001122337JP"}
	for _, slug := range Slugs() {
		number := numbers[slug]
		if number == "" {
			number = "AB12345678901"
		}
		link := URL(slug, number)
		if link == "" {
			continue
		}
		got := Link(link, Context{})
		if len(got) != 1 || got[0].Number != number || family(Best(got[0])) != family(slug) {
			t.Errorf("%s: %s gives %q", slug, link, brief(got))
		}
	}
}

func TestNormalize(t *testing.T) {
	for name, want := range map[string]string{
		"UPS": "ups", "United Parcel": "ups", "UPSN": "ups", "ups ground": "ups", "UPS Ground Residential": "ups", "Fed Ex": "fedex", "FEDX": "fedex",
		"FedEx Home Delivery": "fedex", "DHL": "dhl", "DHL Paket": "dhl-germany", "Deutsche Post DHL": "dhl-germany", "DHL Express": "dhl",
		"Royal mail": "royal-mail", "Royal Mail Tracked 24": "royal-mail", "Hermes": "evri", "myHermes": "evri", "USPS Priority Mail": "usps", "Purolater": "purolator",
		"Royla Mail": "royal-mail", "Austraila Post": "australia-post", "Colissimmo": "colissimo", "La Poste - Colissimo": "colissimo", "PostNL": "postnl", "Post NL": "postnl",
		"顺丰速运": "sf-express", "ヤマト運輸": "taqbin-jp", "GLS Italy": "gls-italy", "GLS": "gls", "yun express": "yunexpress", "canada-post": "canada-post",
		"": "", "warehouse": "", "our own van": "", "n/a": "", "DPD UK": "dpd", "Österreichische Post": "austrian-post",
	} {
		if got, score := Normalize(name); got != want || (got == "") != (score == 0) {
			t.Errorf("Normalize(%q) = %q (%.2f), want %q", name, got, score, want)
		}
	}
}

// A carrier's name leads to the number of its parcel, with words between and with a slip in it.
func TestAnnounced(t *testing.T) {
	for text, want := range map[string]string{
		"Corriere GLS, codice 127164027229":                                           "gls:127164027229",
		"parti avec GLS, voici le numéro : 227534405258":                              "gls:227534405258",
		"Agencia: TNT\nNº: 795865615":                                                 "tnt:795865615",
		"l'ha ritirato TNT e il codice per seguirlo è 183518434.":                     "tnt:183518434",
		"mit TNT verschickt. Nummer: 183518434":                                       "tnt:183518434",
		"affidato a Bartolini.\nNumero spedizione: 016839911981396":                   "brt-it:016839911981396",
		"spedito Bartolini 027972406879107":                                           "brt-it:027972406879107",
		"expédiée ce jour, Mondial Relay 73149236.":                                   "mondialrelay:73149236",
		"shipped Purolater SRP716348403":                                              "purolator:SRP716348403",
		"heute verschickt mit Herms, Nummer 12345678901234":                           "hermes-de:12345678901234",
		"partie avec Mondial Relai n° 73149236":                                       "mondialrelay:73149236",
		"verschickt mit dpd, Nummer 01675136134125":                                   "dpd:01675136134125",
		"spedito gls, codice 127164027229":                                            "gls:127164027229",
		"shipped with TNT, our number 183518434":                                      "",
		"left with GLS; delivery note no. 52413456789":                                "",
		"spedito con BRT, codice fiscale 01234567890":                                 "",
		"shipped with GLS. Questions? 0341 5558297":                                   "",
		"Packet 12345678 of screws":                                                   "",
		strings.Repeat("Purolater SRP716348403 ", 200) + "shipped DPD 01675136134125": "dpd:01675136134125",
	} {
		got := ""
		for _, f := range Merge(Find(text, Context{})) {
			got = Best(f) + ":" + f.Number
		}
		if got != want {
			t.Errorf("Find(%.60q) gives %q, want %q", text, got, want)
		}
	}
}

// Numbers of the wrong length beside the name of a carrier whose forms are known are told.
func TestWrongForm(t *testing.T) {
	for text, wrong := range map[string]bool{
		"shipped via UPS, tracking number 123456789013":        true,
		"shipped via UPS 1Z8M5X8P685461922":                    true,
		"shipped via FedEx, tracking number 9865787888551":     true,
		"sent by Royal Mail, tracking AB12345678GB":            true,
		"enviado por Correos, seguimiento PQ30435205ES":        true,
		"shipped via UPS 1Z8M5X8P6854619229":                   false,
		"shipped via FedEx, tracking number 986578788855":      false,
		"sent by GLS, tracking number 123456789013":            false,
		"sent with Budbee, tracking number 7001234567":         false,
		"sent by our own van, tracking number NWC 55102938 GB": false,
	} {
		for _, f := range Find(text, Context{}) {
			if got := f.Invalid && f.Carriers[0].Why == parsers.WrongForm; got != wrong {
				t.Errorf("%q: wrong form %v, want %v", text, got, wrong)
			}
		}
	}
}
