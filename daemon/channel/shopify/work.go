package shopify

import (
	"slices"
	"strings"
)

// Fulfilment orders are the work that an order makes: which lines are to be shipped from which location, and how far that is.
// Source: shopify.dev/docs/api/admin-graphql/latest/objects/FulfillmentOrder, and the enums FulfillmentOrderStatus, FulfillmentOrderRequestStatus, DeliveryMethodType.

type work struct {
	Nodes []workDoc `json:"nodes"`
}

type workDoc struct {
	ID             string `json:"id"`
	Status         string `json:"status"`
	RequestStatus  string `json:"requestStatus"`
	DeliveryMethod *struct {
		MethodType string `json:"methodType"`
	} `json:"deliveryMethod"`
	AssignedLocation struct {
		Name     string `json:"name"`
		Location *struct {
			ID string `json:"id"`
		} `json:"location"`
	} `json:"assignedLocation"`
	LineItems struct {
		Nodes []struct {
			ID        string `json:"id"`
			Total     int    `json:"totalQuantity"`
			Remaining int    `json:"remainingQuantity"`
			LineItem  struct {
				ID string `json:"id"`
			} `json:"lineItem"`
		} `json:"nodes"`
	} `json:"lineItems"`
}

// held tells work that the shop itself holds back: on hold, or scheduled for later.
func (w workDoc) held() bool { return w.Status == "ON_HOLD" || w.Status == "SCHEDULED" }

// open tells work that can be shipped now.
func (w workDoc) open() bool { return w.Status == "OPEN" || w.Status == "IN_PROGRESS" }

// asked tells work that a fulfilment service was asked to do: it is theirs to report.
func (w workDoc) asked() bool { return w.RequestStatus == "SUBMITTED" || w.RequestStatus == "ACCEPTED" }

func (w workDoc) location() string {
	if w.AssignedLocation.Location != nil {
		return number(w.AssignedLocation.Location.ID)
	}
	return w.AssignedLocation.Name
}

// ships tells work that ends in a parcel: not what is picked up, sold over the counter or brought by the shop itself.
func (w workDoc) ships() bool {
	return w.DeliveryMethod == nil || !slices.Contains([]string{"PICK_UP", "RETAIL", "LOCAL", "NONE"}, w.DeliveryMethod.MethodType)
}

// heldByShop tells an order of which all that is left to ship is held back in the shop.
func (o *orderDoc) heldByShop() bool {
	held := false
	for _, w := range o.Work.Nodes {
		if w.open() {
			return false
		}
		held = held || w.held()
	}
	return held
}

// serves tells whether work at this location is ours.
func (s *Shop) servesLocation(w workDoc) bool {
	return len(s.c.Locations) == 0 || slices.ContainsFunc(s.c.Locations, func(name string) bool {
		return strings.EqualFold(name, w.AssignedLocation.Name) || number(name) == w.location()
	})
}

// ours gives the pieces by line that are shipped from a location of ours, and those of them that have not left; visible is false when the app is shown no
// work at all.
func (s *Shop) ours(all work) (pieces, left map[string]int, visible bool) {
	pieces, left = map[string]int{}, map[string]int{}
	for _, w := range all.Nodes {
		if w.Status == "CANCELLED" {
			continue // its lines are in the work that took its place
		}
		visible = true
		if !w.ships() || !s.servesLocation(w) {
			continue
		}
		for _, l := range w.LineItems.Nodes {
			pieces[number(l.LineItem.ID)] += l.Total
			left[number(l.LineItem.ID)] += l.Remaining
		}
	}
	return pieces, left, visible
}
