package rig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/trial"
)

// enoughDecoys is how many open orders a case holds that its message is not about: a match among one is no match.
const enoughDecoys = 5

// decoyOrder is a line of orders.json. Its fields stand in the order in which they are written there.
type decoyOrder struct {
	Number   string        `json:"number"`
	Channel  string        `json:"channel"`
	ID       string        `json:"id"`
	PlacedAt string        `json:"placed_at"`
	Supplier string        `json:"supplier"`
	PONumber string        `json:"po_number"`
	MailID   string        `json:"message_id"`
	ReplyTo  string        `json:"reply_to"`
	Customer decoyCustomer `json:"customer"`
	ShipTo   decoyAddress  `json:"ship_to"`
	Lines    []decoyLine   `json:"lines"`
}

type decoyCustomer struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
}

type decoyAddress struct {
	Name     string `json:"name"`
	Company  string `json:"company,omitempty"`
	Line1    string `json:"line1"`
	Line2    string `json:"line2,omitempty"`
	City     string `json:"city"`
	Region   string `json:"region,omitempty"`
	Postcode string `json:"postcode"`
	Country  string `json:"country"`
	Phone    string `json:"phone,omitempty"`
}

type decoyLine struct {
	ID       string `json:"id"`
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Quantity int    `json:"quantity"`
}

// TestDecoys adds decoys to the case that WAYBILL_DECOYS names, or to all cases of a supplier that lack them. See `make decoys`.
func TestDecoys(t *testing.T) {
	which := os.Getenv("WAYBILL_DECOYS")
	if which == "" {
		t.Skip("make decoys CASE=supplier/case")
	}
	supplier, name, one := strings.Cut(which, "/")
	names := []string{name}
	if !one {
		names = nil
		entries, err := os.ReadDir(filepath.Join(fixtures, supplier))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() {
				names = append(names, e.Name())
			}
		}
	}
	for _, name := range names {
		f := loadCase(t, supplier, name)
		if f.decoys() >= enoughDecoys {
			if one {
				t.Errorf("%s has %d decoys already", f.id(), f.decoys())
			}
			continue
		}
		if err := addDecoys(t, f); err != nil {
			t.Errorf("%s: %v", f.id(), err)
		}
	}
}

func addDecoys(t *testing.T, f *fixture) error {
	t.Helper()
	text := strings.TrimRight(f.read(t, "orders.json"), "\n")
	var all []decoyOrder
	d := json.NewDecoder(strings.NewReader(text))
	for d.More() {
		var o decoyOrder
		if err := d.Decode(&o); err != nil {
			return fmt.Errorf("orders.json: %w", err)
		}
		all = append(all, o)
	}
	var wanted []string
	for _, n := range f.want.Notices {
		wanted = append(wanted, n.Order)
	}
	by := newDecoyer(f.id(), all, wanted, f.read(t, f.input))
	by.alone = slices.ContainsFunc(f.note.Phenomena, func(p string) bool { return strings.HasPrefix(p, "fuzzy") })
	out := []byte(text + "\n")
	for _, o := range by.decoys(enoughDecoys + len(by.bases) - len(all)) {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(o); err != nil {
			return err
		}
		out = append(out, b.Bytes()...)
	}
	return os.WriteFile(filepath.Join(f.folder, "orders.json"), out, 0o644)
}

// decoyer makes orders that look like those a case is about.
type decoyer struct {
	random *rand.Rand
	all    []decoyOrder
	bases  []decoyOrder // the orders that the message is about; without any, the first one
	alone  bool         // name and address are all that the message goes by: the same customer's other order is another supplier's
	spoken []string     // runs of digits in the message: a decoy's number is not nearly one of them
}

var digitRun = regexp.MustCompile(`[0-9]{3,}`)

func newDecoyer(id string, all []decoyOrder, wanted []string, message string) *decoyer {
	h := fnv.New64a()
	fmt.Fprint(h, id)
	d := &decoyer{random: rand.New(rand.NewPCG(h.Sum64(), 1)), all: all}
	for _, o := range all {
		if slices.Contains(wanted, o.Number) {
			d.bases = append(d.bases, o)
		}
	}
	if len(d.bases) == 0 {
		d.bases = all[:1]
	}
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == 0:
			return -1
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return r
	}, message)
	d.spoken = digitRun.FindAllString(plain, -1)
	return d
}

// decoys makes n of them or one of each sort, whichever is more. The sorts go round, so do the orders they resemble.
func (d *decoyer) decoys(n int) []decoyOrder {
	sorts := []func(decoyOrder) decoyOrder{d.sameCustomer, d.neighbour, d.digitAway, d.swapped, d.sameSurname, d.sameSKU, d.otherSupplier}
	var made []decoyOrder
	for i := 0; i < max(n, len(sorts)); i++ {
		o := sorts[i%len(sorts)](d.bases[i%len(d.bases)])
		d.all = append(d.all, o)
		made = append(made, o)
	}
	d.random.Shuffle(len(made), func(i, k int) { made[i], made[k] = made[k], made[i] })
	return made
}

func (d *decoyer) sameCustomer(o decoyOrder) decoyOrder {
	if d.alone {
		o.Supplier = "other-house"
	}
	return d.numbered(d.another(o, "Another thing"), lastDigits)
}

func (d *decoyer) neighbour(o decoyOrder) decoyOrder {
	p := stranger(o.ShipTo.Country, d.random.IntN(3))
	o = d.named(o, p.name)
	o.ShipTo.Line1 = nextDoor(o.ShipTo.Line1)
	return d.numbered(o, lastDigits)
}

func (d *decoyer) digitAway(o decoyOrder) decoyOrder {
	return d.numbered(d.elsewhere(o), oneDigit)
}

func (d *decoyer) swapped(o decoyOrder) decoyOrder {
	return d.numbered(d.another(d.elsewhere(o), "Spare"), twoSwapped)
}

func (d *decoyer) sameSurname(o decoyOrder) decoyOrder {
	p := stranger(o.ShipTo.Country, d.random.IntN(3))
	name := o.ShipTo.Name
	if name == "" {
		name = o.Customer.Name
	}
	if words := strings.Fields(name); len(words) > 1 {
		name = strings.Fields(p.name)[0] + " " + words[len(words)-1]
	} else if runes := []rune(name); len(runes) > 0 { // Chinese and Japanese: the surname comes first
		name = string(runes[:(len(runes)+1)/2]) + "和"
	}
	o = d.named(o, name)
	o.ShipTo.Line1, o.ShipTo.Postcode = p.street, d.postcode(o.ShipTo.Postcode)
	return d.numbered(d.another(o, "Spare"), lastDigits)
}

func (d *decoyer) sameSKU(o decoyOrder) decoyOrder { return d.numbered(d.elsewhere(o), lastDigits) }

func (d *decoyer) otherSupplier(o decoyOrder) decoyOrder {
	o.Supplier = "other-house"
	o.Lines = []decoyLine{{ID: "1", SKU: "OH-1", Title: "Lamp", Quantity: 1}}
	return d.numbered(o, oneDigit)
}

// elsewhere sends o to somebody else in another town.
func (d *decoyer) elsewhere(o decoyOrder) decoyOrder {
	p := stranger(o.ShipTo.Country, d.random.IntN(3))
	o = d.named(o, p.name)
	o.ShipTo.Line1, o.ShipTo.City, o.ShipTo.Postcode = p.street, p.city, d.postcode(o.ShipTo.Postcode)
	return o
}

func (d *decoyer) named(o decoyOrder, name string) decoyOrder {
	o.Customer = decoyCustomer{Name: name, Email: fmt.Sprintf("k%d@mail.example", d.random.IntN(9000)+1000)}
	o.ShipTo.Name, o.ShipTo.Company, o.ShipTo.Line2, o.ShipTo.Phone = name, "", "", ""
	return o
}

// another replaces what o is about by something of a similar SKU.
func (d *decoyer) another(o decoyOrder, title string) decoyOrder {
	sku := "ZZ-1"
	if len(o.Lines) > 0 {
		sku = d.vary(o.Lines[0].SKU, lastDigits)
	}
	o.Lines = []decoyLine{{ID: "1", SKU: sku, Title: title, Quantity: 1 + d.random.IntN(2)}}
	return o
}

// numbered gives o a number that is nobody's, and keys of its own.
func (d *decoyer) numbered(o decoyOrder, how func(*rand.Rand, []byte) []byte) decoyOrder {
	base, po := o.Number, o.PONumber
	for try := 0; ; try++ {
		switch {
		case try > 10_000:
			panic("no number like " + base + " is free")
		case try > 1000:
			how = moreDigits // the last run is too short for so many orders
		case try > 100:
			how = lastDigits // few numbers are one digit away, and all are taken or too near to what is said
		}
		o.Number = d.vary(base, how)
		if suffix, ok := strings.CutPrefix(po, base); ok {
			o.PONumber = o.Number + suffix
		} else {
			o.PONumber = d.vary(po, how)
		}
		if d.free(o) {
			break
		}
	}
	var raw [16]byte
	for i := range raw {
		raw[i] = byte(d.random.IntN(256))
	}
	token, err := order.NewToken(bytes.NewReader(raw[:]))
	if err != nil {
		panic("sixteen bytes are enough for a token: " + err.Error())
	}
	_, shop, ok := strings.Cut(o.ReplyTo, "@")
	if !ok {
		shop = "lantern-lane.example"
	}
	o.MailID = fmt.Sprintf("<%s.%012x@%s>", token, d.random.Uint64()>>16, shop)
	o.ReplyTo = fmt.Sprintf("orders+%s@%s", strings.ToLower(string(token)), shop)
	o.ID = strconv.Itoa(471270000000 + d.random.IntN(16000000))
	return o
}

// free tells whether nobody has these numbers, and no number of the message that is no order's is as near to them.
func (d *decoyer) free(o decoyOrder) bool {
	if slices.ContainsFunc(d.all, func(a decoyOrder) bool { return a.Number == o.Number || a.PONumber == o.PONumber }) {
		return false
	}
	base := digitRun.FindAllString(d.bases[0].Number+" "+d.bases[0].PONumber, -1)
	for _, number := range digitRun.FindAllString(o.Number+" "+o.PONumber, -1) {
		if slices.Contains(base, number) {
			continue // a year in front of the number
		}
		for _, said := range d.spoken {
			known := slices.ContainsFunc(d.all, func(a decoyOrder) bool {
				return slices.Contains(digitRun.FindAllString(a.Number+" "+a.PONumber, -1), said)
			})
			if number == said || !known && len(said) == len(number) && differingBytes(said, number) < 2 {
				return false
			}
		}
	}
	return true
}

func differingBytes(a, b string) (n int) {
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// postcode is another one of the same shape.
func (d *decoyer) postcode(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0' + (r-'0'+rune(1+d.random.IntN(8)))%10
		}
		return r
	}, s)
}

// vary changes the last run of digits of s.
func (d *decoyer) vary(s string, how func(*rand.Rand, []byte) []byte) string {
	end := strings.LastIndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' }) + 1
	start := end
	for start > 0 && s[start-1] >= '0' && s[start-1] <= '9' {
		start--
	}
	if start == end {
		return s + strconv.Itoa(d.random.IntN(90)+10)
	}
	return s[:start] + string(how(d.random, []byte(s[start:end]))) + s[end:]
}

func lastDigits(r *rand.Rand, n []byte) []byte {
	for i := max(0, len(n)-2); i < len(n); i++ {
		n[i] = '0' + byte(r.IntN(10))
	}
	return n
}

// moreDigits has one digit more than n.
func moreDigits(r *rand.Rand, n []byte) []byte { return append(lastDigits(r, n), '0'+byte(r.IntN(10))) }

func oneDigit(r *rand.Rand, n []byte) []byte {
	i := r.IntN(len(n))
	if i == 0 && len(n) > 1 {
		i = len(n) - 1
	}
	n[i] = '0' + (n[i]-'0'+byte(1+r.IntN(9)))%10
	return n
}

func twoSwapped(r *rand.Rand, n []byte) []byte {
	if len(n) < 2 {
		return oneDigit(r, n)
	}
	i := len(n) - 2 - r.IntN(min(3, len(n)-1))
	n[i], n[i+1] = n[i+1], n[i]
	return n
}

var houseNumber = regexp.MustCompile(`[0-9]+`)

// nextDoor is the house beside, on the same side of the street.
func nextDoor(street string) string {
	done := false
	next := houseNumber.ReplaceAllStringFunc(street, func(n string) string {
		if done {
			return n
		}
		done = true
		i, _ := strconv.Atoi(n)
		return strconv.Itoa(i + 2)
	})
	if !done {
		next += " 2"
	}
	return next
}

type person struct{ name, street, city string }

// stranger is one of three people of a country who stand in no case.
func stranger(country string, i int) person {
	people := map[string][3]person{
		"DE": {{"Harald Quast", "Mühlgasse 4", "Erlenbach"}, {"Ines Vogt", "Am Anger 21", "Rottweiler"}, {"Uwe Sandkamp", "Feldstraße 66", "Grünau"}},
		"FR": {{"Odile Garnier", "9 rue des Tilleuls", "Valmont"}, {"Hervé Lacombe", "31 quai du Port", "Sainte-Aube"}, {"Josiane Mercadier", "2 chemin Vert", "Brassac"}},
		"ES": {{"Nuria Cabrales", "Calle del Pozo 8", "Villanorte"}, {"Eloy Santamarina", "Avenida del Sur 40", "Peñarroja"}, {"Rocío Bandera", "Plaza Nueva 3", "Almendral"}},
		"IT": {{"Dario Bellandi", "Via dei Mulini 5", "Castelforte"}, {"Ilaria Moscato", "Viale Europa 71", "Pontenuovo"}, {"Renzo Galvani", "Via Roma 12", "Montelago"}},
		"NL": {{"Wout Terpstra", "Molenweg 14", "Oosterdam"}, {"Femke Bruins", "Dorpsstraat 3", "Zandwijk"}, {"Sjoerd Haven", "Havenkade 90", "Noordveen"}},
		"PT": {{"Nuno Falcato", "Rua do Poço 6", "Vila Serra"}, {"Graça Tormenta", "Avenida Central 55", "Ponte Alta"}, {"Rui Salgueiro", "Largo Novo 1", "Montegrande"}},
		"PL": {{"Zofia Mroczek", "ul. Młyńska 7", "Borowiec"}, {"Tadeusz Kaczor", "ul. Leśna 28", "Nowy Dwór"}, {"Halina Wrona", "ul. Długa 3", "Zielonka"}},
		"CN": {{"邓海", "人民路12号", "安平"}, {"冯丽", "中山路88号", "新河"}, {"曹军", "建设街3号", "东山"}},
		"JP": {{"石田健", "本町4-2", "青山市"}, {"岡本舞", "旭町1-15", "川原市"}, {"原口誠", "緑町9-3", "富沢市"}},
	}
	three, ok := people[country]
	if !ok {
		three = [3]person{{"Tess Faraday", "19 Marl Pit Lane", "Oakham Falls"}, {"Ivo Marchetti", "2 Cooper Close", "Lakeside"}, {"Harlow Pike", "88 Quarry Road", "Fernhill"}}
	}
	return three[i]
}

// decoys counts the orders that no notice names.
func (f *fixture) decoys() int {
	named := map[string]bool{}
	for _, n := range f.want.Notices {
		if n.Order != "" {
			named[n.Order] = true
		}
	}
	return f.orders.Index.Len() - len(named)
}

// TestDecoysResemble holds the generator: enough, the same each time, readable, with keys that hold, and none that the message nearly names.
func TestDecoysResemble(t *testing.T) {
	base := decoyOrder{Number: "LL-4412", Channel: "shop", PlacedAt: "2025-11-03T09:12:00Z", Supplier: "acme", PONumber: "LL-4412-A", ReplyTo: "orders+x@shop.example",
		Customer: decoyCustomer{Name: "Ada Norwood"}, ShipTo: decoyAddress{Name: "Ada Norwood", Line1: "12 Cedar Avenue", City: "Riverton", Postcode: "82501", Country: "US"},
		Lines: []decoyLine{{ID: "1", SKU: "PS-10044", Title: "Bucket", Quantity: 2}}}
	draw := func() []byte {
		d := newDecoyer("acme/case", []decoyOrder{base}, []string{"LL-4412"}, "Order 4413 has left")
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		for _, o := range append(d.decoys(enoughDecoys), base) {
			if err := e.Encode(o); err != nil {
				t.Fatal(err)
			}
			if o.Number != base.Number {
				if _, err := order.ParseToken(strings.TrimPrefix(strings.Split(o.ReplyTo, "@")[0], "orders+")); err != nil {
					t.Errorf("%s: reply address %s: %v", o.Number, o.ReplyTo, err)
				}
				if differingBytes(strings.TrimPrefix(o.Number, "LL-"), "4413") < 2 {
					t.Errorf("%s is as near to what the message says as the order that is meant", o.Number)
				}
			}
		}
		return b.Bytes()
	}
	raw := draw()
	if !bytes.Equal(raw, draw()) {
		t.Error("it draws otherwise the second time")
	}
	orders, err := trial.Load("orders.json", raw)
	if err != nil {
		t.Fatal(err)
	}
	if orders.Index.Len() < enoughDecoys+1 {
		t.Errorf("%d orders, want %d", orders.Index.Len(), enoughDecoys+1)
	}
	if !slices.Contains(orders.Suppliers, "other-house") {
		t.Error("no decoy is another supplier's")
	}
	if f := (&fixture{orders: orders, want: caseResult{Notices: []caseNotice{{Order: "LL-4412", Decision: match.Auto}}}}); f.decoys() != orders.Index.Len()-1 {
		t.Errorf("%d are counted", f.decoys())
	}
}

// TestDecoysOfShortNumbers holds that numbers whose last part is a single digit do not run out.
func TestDecoysOfShortNumbers(t *testing.T) {
	var all []decoyOrder
	var wanted []string
	for i := range 6 {
		number := fmt.Sprintf("B-26-%d", i+1)
		all = append(all, decoyOrder{Number: number, PONumber: number + "-A", Supplier: "acme", ReplyTo: "orders+x@shop.example", Lines: []decoyLine{{ID: "1", SKU: "PS-10044", Quantity: 1}}})
		wanted = append(wanted, number)
	}
	seen := map[string]bool{}
	for _, o := range newDecoyer("acme/short", all, wanted, "B-26-1 to B-26-6 have left").decoys(20) {
		if seen[o.Number] {
			t.Errorf("%s twice", o.Number)
		}
		seen[o.Number] = true
	}
}
