package match

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"waybill/daemon/order"
)

// home is an address with those who live there.
type home struct {
	nation                *nation
	street, number, unit  string
	city, postcode, phone string
	people                []person
}

type person struct {
	given, family, email, mobile, company string
}

// buyer is a person at an address.
type buyer struct {
	home   *home
	person int
}

// town makes orders: one seed, one world. Surnames, cities and products are as unevenly common as they are outside; some buy twice, families and
// neighbours buy too.
type town struct {
	random *rand.Rand
	homes  []*home
	buyers []buyer
	number int
}

func newTown(seed uint64) *town {
	return &town{random: rand.New(rand.NewPCG(seed, 77)), number: 100_000}
}

func (t *town) chance(p float64) bool { return t.random.Float64() < p }

func (t *town) pick(all []string) string { return all[t.random.IntN(len(all))] }

func (t *town) newHome() *home {
	n := t.random.IntN(104)
	at := 0
	for n >= nations[at].share {
		n -= nations[at].share
		at++
	}
	c := &nations[at]
	h := &home{nation: c, street: c.streetName(t.random), number: fmt.Sprint(1 + zipf(t.random, 220))}
	if t.chance(0.06) {
		h.number += string(rune('a' + t.random.IntN(3)))
	}
	if c.unit != "" && t.chance(0.25) {
		h.unit = fmt.Sprintf(c.unit, 1+t.random.IntN(30))
	}
	h.city, h.postcode = c.place(t.random)
	h.phone = fmt.Sprintf("%s %d %07d", c.prefix, 20+t.random.IntN(60), t.random.IntN(10_000_000))
	t.homes = append(t.homes, h)
	t.join(h)
	return h
}

// join lets another person live there, mostly of the family.
func (t *town) join(h *home) int {
	c := h.nation
	p := person{given: c.givenName(t.random), family: c.familyName(t.random)}
	if len(h.people) > 0 && t.chance(0.8) {
		p.family = h.people[0].family
	}
	for _, other := range h.people {
		for other.given == p.given {
			p.given = c.givenName(t.random)
		}
	}
	p.email = fmt.Sprintf("%s.%s%d@mail.example", plain(fold(p.given)), strings.ReplaceAll(plain(fold(p.family)), " ", ""), t.random.IntN(1000))
	p.mobile = fmt.Sprintf("%s 7%08d", c.prefix, t.random.IntN(100_000_000))
	if t.chance(0.12) {
		p.company = c.rare(zipf(t.random, 9000)) + " " + t.pick(list("Trading Studio Design Werkstatt Atelier Consulting Garden Tools Books Bikes Foods Media"))
		if t.chance(0.6) {
			p.company += " " + map[string]string{"US": "LLC", "GB": "Ltd", "DE": "GmbH", "FR": "SARL", "ES": "SL", "IT": "Srl", "NL": "BV", "PL": "Sp. z o.o.", "PT": "Lda", "SE": "AB"}[c.country]
		}
	}
	h.people = append(h.people, p)
	return len(h.people) - 1
}

// neighbour is a home next door, or in the same house.
func (t *town) neighbour(h *home) *home {
	next := *h
	next.people, next.phone = nil, fmt.Sprintf("%s %d %07d", h.nation.prefix, 20+t.random.IntN(60), t.random.IntN(10_000_000))
	if h.unit != "" {
		next.unit = fmt.Sprintf(h.nation.unit, 31+t.random.IntN(30))
	} else {
		next.number = fmt.Sprint(1 + t.random.IntN(60))
	}
	t.homes = append(t.homes, &next)
	t.join(&next)
	return &next
}

// buyer is who places the next order: mostly somebody new.
func (t *town) buyer() buyer {
	switch n := t.random.Float64(); {
	case len(t.buyers) == 0 || n < 0.84:
		return buyer{t.newHome(), 0}
	case n < 0.94:
		return t.buyers[t.random.IntN(len(t.buyers))]
	case n < 0.97:
		h := t.buyers[t.random.IntN(len(t.buyers))].home
		return buyer{h, t.join(h)}
	default:
		return buyer{t.neighbour(t.buyers[t.random.IntN(len(t.buyers))].home), 0}
	}
}

const supplierOfTown = "prairie"

// order makes the next purchase order, for whom the town chooses or for a given buyer.
func (t *town) order(b buyer) PO {
	t.buyers = append(t.buyers, b)
	t.number += 1 + t.random.IntN(3)
	h, p := b.home, b.home.people[b.person]
	po := PO{ID: order.POID(len(t.buyers)), OrderID: order.OrderID(len(t.buyers)), Channel: "shop", Order: fmt.Sprint(t.number), Supplier: supplierOfTown,
		Email: p.email, Phone: p.mobile, PlacedAt: time.Unix(1_756_000_000+int64(60*len(t.buyers)), 0).UTC()}
	po.Number = po.Order + "-A"
	secret := make([]byte, 9)
	for i := range secret {
		secret[i] = byte(t.random.Uint32())
	}
	po.Token, _ = order.NewToken(strings.NewReader(string(secret)))
	po.MessageIDs = []string{string(po.Token) + ".a1@shop.example"}
	if t.chance(0.5) {
		po.Phone = h.phone
	}
	po.ShipTo = order.Address{Name: p.given + " " + p.family, Company: p.company, Line1: h.line(), City: h.city, Postcode: h.postcode, Country: h.nation.country}
	if p.company != "" && t.chance(0.15) {
		po.ShipTo.Name = ""
	}
	if h.unit != "" {
		if t.chance(0.5) {
			po.ShipTo.Line2 = h.unit
		} else {
			po.ShipTo.Line1 += ", " + h.unit
		}
	}
	for n := range 1 + zipf(t.random, 3) {
		sku := zipf(t.random, 6000)
		quantity := 1 + zipf(t.random, 4)
		po.Lines = append(po.Lines, Line{ID: fmt.Sprintf("%s-%d", po.Order, n+1), SKU: fmt.Sprintf("%c%c-%04d", 'A'+sku%7, 'K'+sku%11, sku), Title: fmt.Sprintf("Garden tool no. %d", sku), Quantity: quantity, Outstanding: quantity})
	}
	return po
}

func (h *home) line() string {
	return strings.NewReplacer("s", h.street, "n", h.number).Replace(h.nation.line)
}

// orders makes n open purchase orders.
func (t *town) orders(n int) []PO {
	all := make([]PO, n)
	for i := range all {
		all[i] = t.order(t.buyer())
	}
	return all
}
