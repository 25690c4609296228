package channeltest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// shopifyOrder is an order as Shopify keeps it.
type shopifyOrder struct {
	id, name         string
	created, updated time.Time
	cancelled        time.Time
	paid             time.Time
	status           string // financial, where it is neither paid nor pending
	street, note     string
	tags             []string
	lines            []*shopifyLine
	work             []*shopifyWork
	shipped          []*shopifyFulfillment
	risk             string
	noAddress        bool
}

type shopifyLine struct {
	id, sku    string
	quantity   int
	current    int
	fulfilled  int
	gift       bool
	noShipping bool
}

type shopifyWork struct {
	id, status, request, location, method string
	lines                                 []*shopifyWorkLine
}

type shopifyWorkLine struct {
	id               string
	line             *shopifyLine
	total, remaining int
}

type shopifyFulfillment struct {
	id      string
	numbers []string
	company string
	urls    []string
	pieces  map[*shopifyLine]int
}

// Buy makes an order with one fulfilment order for the first location.
func (s *Shopify) Buy(sale Sale) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &shopifyOrder{id: s.id("Order"), name: "#" + sale.Number, created: s.now(), updated: s.now(), street: "12 Maple Street", risk: "LOW"}
	if !sale.Unpaid {
		o.paid = s.now()
	}
	w := &shopifyWork{id: s.id("FulfillmentOrder"), status: "OPEN", request: "UNSUBMITTED", location: "Prairie warehouse", method: "SHIPPING"}
	for _, l := range sale.Lines {
		line := &shopifyLine{id: s.id("LineItem"), sku: l.SKU, quantity: l.Quantity, current: l.Quantity}
		o.lines = append(o.lines, line)
		w.lines = append(w.lines, &shopifyWorkLine{id: s.id("FulfillmentOrderLineItem"), line: line, total: l.Quantity, remaining: l.Quantity})
	}
	o.work = append(o.work, w)
	s.orders = append(s.orders, o)
	return o.number()
}

func (o *shopifyOrder) number() string { return o.id[strings.LastIndexByte(o.id, '/')+1:] }

func (s *Shopify) find(id string) *shopifyOrder {
	for _, o := range s.orders {
		if o.id == id {
			return o
		}
	}
	return nil
}

// change lets somebody change an order in the shop.
func (s *Shopify) change(id string, what func(o *shopifyOrder)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.find("gid://shopify/Order/" + id)
	if o == nil {
		s.t.Fatalf("there is no order %s", id)
	}
	what(o)
	o.updated = s.now()
}

func (s *Shopify) Pay(id string)          { s.change(id, func(o *shopifyOrder) { o.paid = s.now() }) }
func (s *Shopify) Note(id, text string)   { s.change(id, func(o *shopifyOrder) { o.note = text }) }
func (s *Shopify) Move(id, street string) { s.change(id, func(o *shopifyOrder) { o.street = street }) }

func (s *Shopify) Reduce(id string, line, by int) {
	s.change(id, func(o *shopifyOrder) {
		o.lines[line].current -= by
		for _, w := range o.work {
			for _, l := range w.lines {
				if l.line == o.lines[line] {
					l.total, l.remaining = l.total-by, max(0, l.remaining-by)
				}
			}
		}
	})
}

func (s *Shopify) Cancel(id string) {
	s.change(id, func(o *shopifyOrder) {
		o.cancelled = s.now()
		for _, w := range o.work {
			w.status = "CLOSED"
		}
	})
}

func (s *Shopify) Hold(id string) {
	s.change(id, func(o *shopifyOrder) { o.work[0].status = "ON_HOLD" })
}

// Unhold lets it go on without a new time of change: nothing says that there is one.
func (s *Shopify) Unhold(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.find("gid://shopify/Order/" + id).work[0].status = "OPEN"
}

// Judge sets what Shopify thinks of the risk, State its financial status, Strip takes the address away.
func (s *Shopify) Judge(id, level string)  { s.change(id, func(o *shopifyOrder) { o.risk = level }) }
func (s *Shopify) State(id, status string) { s.change(id, func(o *shopifyOrder) { o.status = status }) }
func (s *Shopify) Strip(id string)         { s.change(id, func(o *shopifyOrder) { o.noAddress = true }) }

// Ask asks a fulfilment service to ship it. LineID is the number of a line.
func (s *Shopify) Ask(id string) {
	s.change(id, func(o *shopifyOrder) { o.work[0].request = "SUBMITTED" })
}

func (s *Shopify) LineID(id string, line int) (number string) {
	s.change(id, func(o *shopifyOrder) { gid := o.lines[line].id; number = gid[strings.LastIndexByte(gid, '/')+1:] })
	return number
}

// Gift makes a line a gift card, Immaterial one that ships nothing.
func (s *Shopify) Gift(id string, line int) {
	s.change(id, func(o *shopifyOrder) { o.lines[line].gift, o.lines[line].noShipping = true, true })
}

// Split moves a line to another location, with a fulfilment order of its own.
func (s *Shopify) Split(id string, line int, location, method string) {
	s.change(id, func(o *shopifyOrder) {
		w := &shopifyWork{id: s.id("FulfillmentOrder"), status: "OPEN", request: "UNSUBMITTED", location: location, method: method}
		from := o.work[0]
		from.lines = slices.DeleteFunc(from.lines, func(l *shopifyWorkLine) bool {
			if l.line == o.lines[line] {
				w.lines = append(w.lines, l)
				return true
			}
			return false
		})
		o.work = append(o.work, w)
	})
}

func (s *Shopify) Ship(id, number string) {
	s.change(id, func(o *shopifyOrder) {
		f := &shopifyFulfillment{id: s.id("Fulfillment"), pieces: map[*shopifyLine]int{}, company: "Other"}
		if number != "" {
			f.numbers = []string{number}
		}
		for _, w := range o.work {
			for _, l := range w.lines {
				f.pieces[l.line] += l.remaining
				l.line.fulfilled += l.remaining
				l.remaining = 0
			}
			w.status = "CLOSED"
		}
		o.shipped = append(o.shipped, f)
	})
}

// Unship cancels all fulfilments of an order.
func (s *Shopify) Unship(id string) {
	s.change(id, func(o *shopifyOrder) {
		o.shipped = nil
		for _, w := range o.work {
			w.status = "OPEN"
			for _, l := range w.lines {
				l.line.fulfilled, l.remaining = 0, l.total
			}
		}
	})
}

func (s *Shopify) Shown(id string) (all []Shown) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.find("gid://shopify/Order/" + id).shipped {
		shown := Shown{Numbers: slices.Clone(f.numbers), Carrier: f.company, Pieces: map[string]int{}}
		for l, n := range f.pieces {
			shown.Pieces[l.sku] += n
		}
		all = append(all, shown)
	}
	return all
}

func (s *Shopify) Marks(id string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.find("gid://shopify/Order/" + id)
	marks := slices.Clone(o.tags)
	for line := range strings.Lines(o.note) {
		marks = append(marks, strings.TrimSpace(line))
	}
	return marks
}

// search finds orders as the query of orders does, as far as it is used (shopify.dev/docs/api/usage/search-syntax).
func (s *Shopify) search(query string, reverse bool) (found connection) {
	at := func(text string) time.Time {
		t, err := time.Parse(time.RFC3339, strings.Trim(text, "'"))
		if err != nil {
			s.wrong = append(s.wrong, "a search with the time "+text)
		}
		return t
	}
	orders := slices.Clone(s.orders)
	slices.SortStableFunc(orders, func(a, b *shopifyOrder) int { return a.updated.Compare(b.updated) })
	if reverse {
		slices.Reverse(orders)
	}
	for _, o := range orders {
		fits := true
		for _, term := range strings.Split(query, " AND ") {
			name, value, _ := strings.Cut(term, ":")
			switch name {
			case "":
			case "updated_at":
				fits = fits && !o.updated.Before(at(strings.TrimPrefix(value, ">=")))
			case "created_at":
				fits = fits && !o.created.Before(at(strings.TrimPrefix(value, ">=")))
			case "status":
				fits = fits && o.cancelled.IsZero()
			case "fulfillment_status":
				fits = fits && o.fulfillmentStatus() != "FULFILLED"
			default:
				s.wrong = append(s.wrong, "a search for "+term)
			}
		}
		lags := s.failing.failure == Lagging && s.now().Sub(o.updated) < 30*time.Second
		if fits && !lags {
			found = append(found, object{"id": o.id, "name": o.name, "updatedAt": o.updated.Format(time.RFC3339), "shippingAddress": o.address(s)})
		}
	}
	return found
}

func (o *shopifyOrder) fulfillmentStatus() string {
	fulfilled, left := 0, 0
	for _, l := range o.lines {
		fulfilled += l.fulfilled
		left += max(0, l.current-l.fulfilled)
	}
	switch {
	case left == 0 && fulfilled > 0:
		return "FULFILLED"
	case fulfilled > 0:
		return "PARTIALLY_FULFILLED"
	case o.work[0].status == "ON_HOLD":
		return "ON_HOLD"
	}
	return "UNFULFILLED"
}

func (o *shopifyOrder) address(s *Shopify) object {
	if o.noAddress || !s.CustomerData {
		return nil
	}
	return object{"name": "Ada Abernathy", "firstName": "Ada", "lastName": "Abernathy", "company": nil, "address1": o.street, "address2": nil, "city": "Springfield", "province": "Illinois",
		"provinceCode": "IL", "zip": "62704", "countryCodeV2": "US", "phone": "+1 555 0100"}
}

func money(amount string) object {
	return object{"shopMoney": object{"amount": amount, "currencyCode": "USD"}}
}

func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.RFC3339)
}

// object is the order as the API shows it.
func (o *shopifyOrder) object(s *Shopify) object {
	status, transactions := "PENDING", limited{}
	if !o.paid.IsZero() {
		status = "PAID"
		transactions = limited{{"kind": "SALE", "status": "SUCCESS", "processedAt": instant(o.paid)}}
	}
	if o.status != "" {
		status = o.status
	}
	recommendation := map[string]string{"LOW": "ACCEPT", "MEDIUM": "INVESTIGATE", "HIGH": "CANCEL"}[o.risk]
	if recommendation == "" {
		recommendation = "NONE"
	}
	lines, total := connection{}, 0
	for _, l := range o.lines {
		total += 450 * l.current
		lines = append(lines, l.object())
	}
	work := connection{}
	for _, w := range o.work {
		work = append(work, w.object())
	}
	shipped := limited{}
	for _, f := range o.shipped {
		shipped = append(shipped, f.object())
	}
	reason := any(nil)
	if !o.cancelled.IsZero() {
		reason = "CUSTOMER"
	}
	var shipping, billing any = o.address(s), o.address(s)
	return object{"id": o.id, "name": o.name, "createdAt": instant(o.created), "processedAt": instant(o.created), "updatedAt": instant(o.updated), "cancelledAt": instant(o.cancelled),
		"cancelReason": reason, "test": false, "email": "ada@buyer.example", "phone": nil, "note": o.note, "tags": append([]string{}, o.tags...), "currencyCode": "USD",
		"displayFinancialStatus": status, "displayFulfillmentStatus": o.fulfillmentStatus(), "requiresShipping": true, "sourceName": "web",
		"currentTotalPriceSet": money(fmt.Sprintf("%d.%02d", total/100, total%100)), "shippingLine": object{"title": "Standard", "code": "std"},
		"shippingAddress": shipping, "billingAddress": billing, "risk": object{"recommendation": recommendation, "assessments": []object{{"riskLevel": o.risk}}},
		"transactions": transactions, "lineItems": lines, "fulfillmentOrders": work, "fulfillments": shipped}
}

func (l *shopifyLine) object() object {
	return object{"id": l.id, "sku": l.sku, "title": "Article " + l.sku, "variantTitle": "Default Title", "quantity": l.quantity, "currentQuantity": l.current,
		"unfulfilledQuantity": max(0, l.current-l.fulfilled), "requiresShipping": !l.noShipping, "isGiftCard": l.gift, "originalUnitPriceSet": money("4.50"), "customAttributes": []object{}}
}

func (w *shopifyWork) object() object {
	lines := connection{}
	for _, l := range w.lines {
		lines = append(lines, object{"id": l.id, "totalQuantity": l.total, "remainingQuantity": l.remaining, "lineItem": l.line.object()})
	}
	return object{"id": w.id, "status": w.status, "requestStatus": w.request, "deliveryMethod": object{"id": "gid://shopify/DeliveryMethod/1", "methodType": w.method},
		"assignedLocation": object{"name": w.location, "location": object{"id": fmt.Sprintf("gid://shopify/Location/%d", 65432109876+len(w.location)), "name": w.location}}, "lineItems": lines}
}

func (f *shopifyFulfillment) object() object {
	tracking, lines := limited{}, connection{}
	for i, n := range f.numbers {
		link := any(nil)
		if i < len(f.urls) {
			link = f.urls[i]
		}
		tracking = append(tracking, object{"company": f.company, "number": n, "url": link})
	}
	for _, l := range slices.SortedFunc(maps.Keys(f.pieces), func(a, b *shopifyLine) int { return strings.Compare(a.id, b.id) }) {
		lines = append(lines, object{"id": f.id + l.id, "quantity": f.pieces[l], "lineItem": l.object()})
	}
	return object{"id": f.id, "status": "SUCCESS", "trackingInfo": tracking, "fulfillmentLineItems": lines}
}

func (s *Shopify) fulfillment(id string) object {
	for _, o := range s.orders {
		for _, f := range o.shipped {
			if f.id == id {
				return f.object()
			}
		}
	}
	return nil
}

func (s *Shopify) work(id string) object {
	for _, o := range s.orders {
		for _, w := range o.work {
			if w.id == id {
				return w.object()
			}
		}
	}
	return nil
}
