package match

import "waybill/daemon/order"

// look is one look at the index: what one item is judged against.
type look struct{ index *Index }

func (x *Index) look() *look { return &look{x} }

func (x *look) entry(id order.POID) *entry { return x.index.entries[id] }

func (x *look) find(k kind, key string) []order.POID { return x.index.by[k][key] }

func (x *look) count(k kind, key string) int { return len(x.index.by[k][key]) }

func (x *look) shaped(number string) bool { return x.index.shapes[shape(number)] > 0 }

// competing is how many open purchase orders stand against each other for a sender's news.
func (x *look) competing(who Sender) int {
	n := x.index.open
	if who.Supplier != "" {
		n = x.index.suppliers[who.Supplier] + x.index.suppliers[""]
	}
	return max(n, 1)
}

const (
	// nearest limits how many purchase orders one block may bring: a shop that ships everything to one city learns nothing from the city.
	nearest = 300
	// within is how many votes fewer than the best one may have and still be compared field by field. A postcode has two votes, a word of the name one:
	// who shares a first name with somebody whose street and postcode agree is out of the race.
	within = 3
)

// near finds who may live there: by postcode, street, a word of the name, email or phone.
func (x *look) near(told folded, who Sender) []order.POID {
	votes := map[order.POID]int{}
	take := func(ids []order.POID, vote int) {
		if len(ids) > nearest {
			return
		}
		for _, id := range ids {
			if e := x.entry(id); who.Supplier == "" || e.Supplier == who.Supplier || e.Supplier == "" {
				votes[id] += vote
			}
		}
	}
	take(x.index.by[byPostcode][told.postcode], 2)
	take(x.index.by[byEmail][told.email], 4)
	take(x.index.by[byPhone][told.phone], 4)
	take(x.index.by[byStreet][plain(told.street)], 3)
	for _, w := range told.words {
		take(x.index.by[byName][w], 1)
	}
	most := 0
	for _, v := range votes {
		most = max(most, v)
	}
	floor := max(most-within, 1)
	found := make([]order.POID, 0, 16)
	for id, v := range votes {
		if v >= floor {
			found = append(found, id)
		}
	}
	return found
}
