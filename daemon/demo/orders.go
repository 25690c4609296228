package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/order"
)

// Invented people and places; the streets and towns exist nowhere together.
var (
	givenNames  = strings.Fields("Ada Bruno Clara Dario Edith Farid Greta Hugo Ines Jonas Karin Leo Mara Nils Olga Pavel Quinn Rosa Sven Tilda Ursula Viktor Wanda Xaver Yara Zoltan Amelie Boris Celia Dmitri Elin Fabio Gwen Henrik Isolde Jakub Katja Lorenzo Milena Noor")
	familyNames = strings.Fields("Abernathy Birkholz Castellani Dunmore Eriksen Fairweather Grunwald Hollister Ibarra Jankowski Kestrel Lindqvist Marchetti Norwood Okonkwo Pemberton Quintero Rasmussen Silverwood Thackeray Ulbricht Vandermeer Whitlock Xiang Yardley Zimmerli Ashcombe Brightwater Coldwell Drummond")
	streets     = []string{"Maple Street", "Old Mill Road", "Harbor Lane", "Cedar Avenue", "Station Road", "Orchard Drive", "Bridge Street", "Willow Court", "High Street", "Foundry Row"}
	places      = []struct{ city, region, postcode, country string }{
		{"Springfield", "IL", "627##", "US"}, {"Riverton", "WY", "825##", "US"}, {"Fairview", "TN", "370##", "US"}, {"Ashford", "", "TN2# #XY", "GB"},
		{"Kingsbridge", "", "TQ7 #QD", "GB"}, {"Neustadt", "", "674##", "DE"}, {"Bergheim", "", "501##", "DE"}, {"Clearwater", "BC", "V0E #N#", "CA"},
		{"Brookdale", "", "4#1#", "AU"}, {"Lakemont", "GA", "305##", "US"},
	}
	goods = map[string][]string{
		"PS": {"Galvanized bucket 14 qt", "Rope 50 ft", "Feed scoop"}, "HG": {"Enamel mug", "Ship's lamp", "Canvas bag"}, "NL": {"Kerzenhalter", "Wolldecke"},
		"CK": {"Copper kettle", "Oak tray"}, "TG": {"Garden twine", "Seed tin", "Hand fork"}, "QT": {"Claw hammer", "Chisel set", "Spirit level"},
		"JH": {"Linen cushion", "Side table"}, "LL": {"Bath towel", "Tablecloth"}, "MP": {"Bearing 6204", "V-belt A38", "Gasket"}, "EL": {"Glass lantern", "String lights"},
		"FF": {"Fire basket", "Iron hook"}, "SB": {"Rattan chair", "Straw hat"},
	}
)

// orders makes n paid orders and remembers them as the truth; one in ten has lines of two suppliers.
func (w *World) orders(n int) []order.Order {
	var prefixes []string
	for _, s := range w.cast {
		for range s.share {
			prefixes = append(prefixes, s.prefix)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.random.Shuffle(len(prefixes), func(i, j int) { prefixes[i], prefixes[j] = prefixes[j], prefixes[i] })
	placed := w.now().Add(-24 * time.Hour).UTC().Truncate(time.Second)
	for _, s := range w.cast {
		s.turns = map[string]int{}
	}
	all := make([]order.Order, n)
	for i := range all {
		number := fmt.Sprint(10001 + i)
		prefix := prefixes[i%len(prefixes)]
		o := order.Order{Number: number, Channel: "shop", ID: fmt.Sprint(4712698490461 + int64(i)*131), PlacedAt: placed.Add(time.Duration(i) * time.Minute),
			PaidAt: placed.Add(time.Duration(i)*time.Minute + 30*time.Second), Currency: "USD", ShippingMethod: "Standard"}
		w.person(&o)
		w.line(&o, prefix)
		if prefix == "MP" && w.random.IntN(4) > 0 || w.random.IntN(4) == 0 {
			w.line(&o, prefix)
		}
		if i%10 == 9 {
			w.line(&o, prefixes[(i*7+3)%len(prefixes)])
		}
		for _, l := range o.Lines {
			o.Total = o.Total.Add(l.UnitPrice.Times(l.Quantity))
		}
		all[i] = o
		for _, s := range w.cast {
			if slices.ContainsFunc(o.Lines, func(l order.Line) bool { return strings.HasPrefix(l.SKU, s.prefix) }) {
				s.turns[number] = len(s.turns) + 1
			}
		}
		w.truth[number] = &truth{doc: o.Normal(), tracking: map[string]bool{}, pieces: map[string]int{}}
	}
	return all
}

func (w *World) person(o *order.Order) {
	pick := func(from []string) string { return from[w.random.IntN(len(from))] }
	given, family := pick(givenNames), pick(familyNames)
	place := places[w.random.IntN(len(places))]
	digits := func(pattern string) string {
		return strings.Map(func(r rune) rune {
			if r == '#' {
				return '0' + rune(w.random.IntN(10))
			}
			return r
		}, pattern)
	}
	o.Customer = order.Customer{Name: given + " " + family, Email: strings.ToLower(given+"."+family) + digits("##") + "@mail.example"}
	o.ShipTo = order.Address{Name: o.Customer.Name, Line1: fmt.Sprintf("%d %s", 1+w.random.IntN(240), pick(streets)), City: place.city, Region: place.region,
		Postcode: digits(place.postcode), Country: place.country}
}

func (w *World) line(o *order.Order, prefix string) {
	titles := goods[prefix]
	n := w.random.IntN(len(titles))
	sku := fmt.Sprintf("%s%03d", prefix, 101+n)
	for _, l := range o.Lines {
		if l.SKU == sku {
			return
		}
	}
	price, err := order.ParseAmount(fmt.Sprintf("%d.%02d", 4+w.random.IntN(60), w.random.IntN(100)))
	if err != nil {
		panic("a price of digits: " + err.Error())
	}
	o.Lines = append(o.Lines, order.Line{ID: fmt.Sprintf("%s-%d", o.Number, len(o.Lines)+1), SKU: sku, Title: titles[n], Quantity: 1 + w.random.IntN(3), UnitPrice: price})
}
