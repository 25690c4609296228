package match

import (
	"strings"
	"testing"

	"waybill/daemon/order"
	"waybill/parsers"
)

// households are customers of one supplier, with what they ordered.
var households = []struct{ name, line, city, code, title string }{
	{"Marion Pell", "4 Tor View", "Dartmoor", "PL20 6SG", "Brass lantern"},
	{"Tom Okafor", "3 Harbour Rd", "Whitby", "YO21 3PU", "Brass lantern"},
	{"Anna de Wit", "Kerkstraat 12", "Zwolle", "8011 RS", "Koperen lamp"},
	{"Jan van der Linden", "Molenweg 3", "Assen", "9401 AB", "Houten hark"},
	{"Sabine Vogt", "Am Anger 21", "Rottweiler", "73991", "Messinglaterne"},
	{"Ines Vogt", "Feldstraße 66", "Grünau", "32706", "Holzharke"},
	{"Marie-Odile Tessandier", "32 rue du Général Lambert", "Coulonnières", "79160", "Savon à la lavande"},
	{"Anna Kowalska", "ul. Długa 5", "Gdańsk", "80-827", "Latarnia mosiężna"},
	{"Marek Zieliński", "ul. Krótka 8", "Poznań", "61-001", "Grabie dębowe"},
	{"Paolo Ricciardi", "Via Garibaldi 7", "Lucca", "55100", "Lanterna in ottone"},
	{"Beatriz Mourão", "Rua das Flores 22", "Aveiro", "3800-123", "Lanterna de latão"},
	{"Lucía Ferrer Olmedo", "Calle Mayor 12", "Teruel", "44001", "Farol de latón"},
	{"髙橋 麻衣子", "桜ヶ丘3-5-12", "多摩川市", "206-0013", "茶碗"},
	{"渡邊 龍之介", "東大通1-14-6", "氷見野市", "935-0011", "扇子"},
	{"张晓明", "世纪大道88号", "上海市", "200120", "茶碗"},
	{"Harlow Pike", "88 Quarry Road", "Fernhill", "83650", "Bulb"},
	{"Harlow Pike", "88 Quarry Road", "Fernhill", "83650", "Wall hook"},
}

// street has one order of each household, all with prairie.
func street() *Index {
	x := NewIndex()
	for i, h := range households {
		po := sample(i+1, "prairie")
		po.ShipTo = order.Address{Name: h.name, Line1: h.line, City: h.city, Postcode: h.code}
		po.Lines[0].Title = h.title
		x.Put(po)
	}
	return x
}

func TestWhomASentenceSpeaksOf(t *testing.T) {
	x := street()
	for sentence, want := range map[string]string{
		"The lantern for Marion Pell in Dartmoor went out today.":                            "shipment 1001 fuzzy auto",
		"The lantern for Marion Pell in Leeds went out today.":                               "shipment 1001 fuzzy review !town",
		"The lantern for Mr Smith in Leeds went out today.":                                  "shipment - none review",
		"The lantern went out today.":                                                        "shipment - none review",
		"Marion went out today with the lantern.":                                            "shipment - none review",
		"Parcels for Marion Pell and Tom Okafor left today.":                                 "shipment 1001 fuzzy auto; shipment 1002 fuzzy auto",
		"The wall hook for Harlow Pike was shipped today.":                                   "shipment 1017 fuzzy auto",
		"The doormat for Harlow Pike was shipped today.":                                     "shipment - none review",
		"De lamp voor mevrouw De Wit in Zwolle is vandaag verzonden.":                        "shipment 1003 fuzzy auto",
		"De bestelling van Jan van der Linden (Assen) is onderweg.":                          "shipment 1004 fuzzy auto",
		"Die Laterne für Frau Sabine Vogt in Rottweiler ging heute raus.":                    "shipment 1005 fuzzy auto",
		"Frau Vogt: Sendung heute verschickt.":                                               "shipment - none review",
		"Les 2 savons pour Mme Tessandier (32 r. du Gal Lambert à Coulonnières) sont partis": "shipment 1007 fuzzy auto 1007-1=2",
		"Latarnia dla pani Anny Kowalskiej z Gdańska została dziś wysłana.":                  "shipment 1008 fuzzy auto",
		"Grabie dla Marka Zielińskiego zostały wysłane.":                                     "shipment 1009 fuzzy auto",
		"La lanterna per il signor Ricciardi di Lucca è partita oggi.":                       "shipment 1010 fuzzy auto",
		"A lanterna para a Dona Beatriz Mourão foi enviada hoje.":                            "shipment 1011 fuzzy auto",
		"El farol a nombre de Lucía Ferrer ha salido hoy hacia Teruel.":                      "shipment 1012 fuzzy auto",
		"Marion Pell from our office left today.":                                            "shipment 1001 fuzzy review !whose",
		"Tom Okafor, our driver, took the lantern today.":                                    "shipment 1002 fuzzy review !whose",
		"The lantern for Tom Okafor's neighbour in Whitby was sent today.":                   "shipment 1002 fuzzy review !whose",
		"The soap for Marion Pell went out today.":                                           "shipment 1001 fuzzy auto",
		"The wall hook for Marion Pell went out today.":                                      "shipment 1001 fuzzy review !whose",
		"The lantern for Mrs Pell, Dartmoor, left today.":                                    "shipment 1001 fuzzy auto",
		"Pell, Dartmoor: left today.":                                                        "shipment 1001 fuzzy auto",
		"Peter Pell, Dartmoor: left today.":                                                  "shipment - none review",
		"Die Laterne für Vogt (Rottweiler) ging heute raus.":                                 "shipment 1005 fuzzy auto",
		"Vogt Rottweiler heute versendet.":                                                   "shipment 1005 fuzzy auto",
		"De lamp van De Wit (Zwolle) is verzonden.":                                          "shipment 1003 fuzzy auto",
		"La lanterne de M. Ricciardi de Lucques est partie.":                                 "shipment 1010 fuzzy auto",
		"Latarnia dla Anny Kowalskiej z Danzig została wysłana.":                             "shipment 1008 fuzzy auto",
		"The parcel for Anna Kowalska in Danzig left.":                                       "shipment 1008 fuzzy auto",
		"Le savon d'Odile Tessandier est parti.":                                             "shipment 1007 fuzzy auto",
		"A lanterna da D. Beatriz Mourão seguiu hoje.":                                       "shipment 1011 fuzzy auto",
		"Marion Pell, UPS 1ZA37V590255226809":                                                "shipment 1001 fuzzy auto",
		"Marion Pell, Germany: left today.":                                                  "shipment 1001 fuzzy review !town,whose",
		"张晓明 1ZA37V590255226809":                                                             "shipment 1015 fuzzy auto",
		"收件人：张晓明，今天已经发货。":                                                                    "shipment 1015 fuzzy auto",
		"Marion Pell: sent today.":                                                           "shipment 1001 fuzzy auto",
		"Sabine Vogt hat heute alles verschickt.":                                            "shipment 1005 fuzzy review !whose",
		"Paolo Ricciardi della nostra logistica ha spedito tutto oggi.":                      "shipment 1010 fuzzy review !whose",
		"Latarnia dla Jana Kowalskiego z Gdańska wyszła dzisiaj.":                            "shipment - none review",
		"担当の高橋麻衣子が本日出発しました。":                                                                 "shipment 1013 fuzzy review !whose",
		"张晓明您好，货物已经发出。":                                                                      "shipment 1015 fuzzy review !whose",
		"高橋麻衣子様の茶碗を本日発送いたしました。":                                                              "shipment 1013 fuzzy auto",
		"氷見野市の渡辺様宛の扇子、本日発送しました。":                                                             "shipment 1014 fuzzy auto",
		"给张晓明的茶碗今天已经发货。":                                                                     "shipment 1015 fuzzy auto",
	} {
		s := clause(parsers.Shipment, nil)
		s.Sentence = sentence
		if got := brief(x.Match(text(s), prairie)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", sentence, got, want)
		}
	}
}

func TestSentencesOfSeveralPeopleKeepTheirParcels(t *testing.T) {
	first, second := shipped(ups(1)), shipped(ups(2))
	first.Sentence, second.Sentence = "Ada Norwood's kettle left today.", "Edith Okonkwo's kettle left, too."
	if got, want := brief(world().Match(text(first, second), prairie)), "shipment 1004 fuzzy auto 2; shipment 1008 fuzzy auto 1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	both := shipped(ups(1))
	both.Sentence = "Ada Norwood and Edith Okonkwo have their kettles on the way."
	for _, f := range world().Match(text(both), prairie) {
		if f.Decision == Auto {
			t.Errorf("one parcel for two people is decided alone: %v", f)
		}
	}
}

// Characters of half width end with marks of which nothing is left when they are folded: they are no name, and not looked into.
func TestHalfWidthNamesNobody(t *testing.T) {
	s := listen("引当済 ﾋﾟｯｷﾝｸﾞ中 明日ﾌｸﾂｳ便ﾉ予定ﾃﾞｽ")
	if how, _ := s.called([]string{"marion", "pell"}, &folded{}); how != unknown {
		t.Errorf("somebody is called: %d", how)
	}
}

// What is longer than a sentence is none: nobody is sought in it, however long that would take.
func TestNobodyIsSoughtInMuchText(t *testing.T) {
	x := NewIndex()
	po := sample(1, "prairie")
	po.ShipTo = order.Address{Name: "Marion Pell", Line1: "4 Tor View", City: "Dartmoor", Postcode: "PL20 6SG"}
	x.Put(po)
	who := Sender{Supplier: "prairie"}
	sentence := "The lantern for Marion Pell in Dartmoor went out today, "
	if l := x.look(); len(l.hear(sentence, who)) != 1 {
		t.Error("she is not found in a sentence")
	}
	l := x.look()
	if found := l.hear(strings.Repeat(sentence, longestSaid/len(sentence)+1), who); len(found) > 0 || len(l.spoken) > 0 {
		t.Errorf("%d are found", len(found))
	}
}

// Of one customer's two orders the product tells which is meant, by a sentence beside an address and by a title in a row.
func TestThingsTellOrdersOfOneCustomerApart(t *testing.T) {
	x := street()
	party := parsers.Party{Name: parsers.Value{Text: "Harlow Pike"}, Postcode: parsers.Value{Text: "83650"}, City: parsers.Value{Text: "Fernhill"}}
	for thing, want := range map[string]string{"wall hook": "shipment 1017 fuzzy auto", "bulb": "shipment 1016 fuzzy auto", "doormat": "shipment - none review"} {
		s := clause(parsers.Shipment, nil)
		s.Sentence = "The " + thing + " for Harlow Pike in 83650 Fernhill left today."
		s.SetParty(party)
		if got := brief(x.Match(text(s), prairie)); got != want {
			t.Errorf("a sentence about the %s: got %s, want %s", thing, got, want)
		}
		row := clause(parsers.Shipment, nil)
		row.Scope = parsers.ScopeRow
		row.SetParty(party)
		row.Lines = []parsers.Line{{Title: parsers.Value{Text: thing}}}
		if got, _, _ := strings.Cut(brief(x.Match(text(row), prairie)), " 101"); !strings.HasPrefix(want, got) {
			t.Errorf("a row about the %s: got %s, want %s", thing, got, want)
		}
	}
}
