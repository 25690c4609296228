package shopify

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/order"
)

// orderDoc is an order as it was kept.
type orderDoc struct {
	ID                string    `json:"id"`
	Name              string    `json:"name"`
	CreatedAt         time.Time `json:"createdAt"`
	ProcessedAt       time.Time `json:"processedAt"`
	UpdatedAt         time.Time `json:"updatedAt"`
	CancelledAt       time.Time `json:"cancelledAt"`
	CancelReason      string    `json:"cancelReason"`
	Test              bool      `json:"test"`
	Email             string    `json:"email"`
	Phone             string    `json:"phone"`
	Note              string    `json:"note"`
	Tags              []string  `json:"tags"`
	CurrencyCode      string    `json:"currencyCode"`
	FinancialStatus   string    `json:"displayFinancialStatus"`
	FulfillmentStatus string    `json:"displayFulfillmentStatus"`
	Total             money     `json:"currentTotalPriceSet"`
	ShippingLine      *struct {
		Title string `json:"title"`
	} `json:"shippingLine"`
	ShippingAddress *address `json:"shippingAddress"`
	BillingAddress  *address `json:"billingAddress"`
	Risk            *struct {
		Recommendation string `json:"recommendation"`
		Assessments    []struct {
			RiskLevel string `json:"riskLevel"`
		} `json:"assessments"`
	} `json:"risk"`
	Transactions []struct {
		Kind        string    `json:"kind"`
		Status      string    `json:"status"`
		ProcessedAt time.Time `json:"processedAt"`
	} `json:"transactions"`
	LineItems struct {
		Nodes []lineDoc `json:"nodes"`
	} `json:"lineItems"`
	Work work `json:"fulfillmentOrders"`
}

type money struct {
	Shop struct {
		Amount string `json:"amount"`
	} `json:"shopMoney"`
}

type address struct {
	Name         string `json:"name"`
	FirstName    string `json:"firstName"`
	LastName     string `json:"lastName"`
	Company      string `json:"company"`
	Address1     string `json:"address1"`
	Address2     string `json:"address2"`
	City         string `json:"city"`
	Province     string `json:"province"`
	ProvinceCode string `json:"provinceCode"`
	Zip          string `json:"zip"`
	CountryCode  string `json:"countryCodeV2"`
	Phone        string `json:"phone"`
}

type lineDoc struct {
	ID               string `json:"id"`
	SKU              string `json:"sku"`
	Title            string `json:"title"`
	VariantTitle     string `json:"variantTitle"`
	CurrentQuantity  int    `json:"currentQuantity"`
	Unfulfilled      int    `json:"unfulfilledQuantity"`
	RequiresShipping bool   `json:"requiresShipping"`
	IsGiftCard       bool   `json:"isGiftCard"`
	UnitPrice        money  `json:"originalUnitPriceSet"`
	Attributes       []struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	} `json:"customAttributes"`
}

// Read decodes a kept order, or a webhook, which only says that there is something to fetch.
func (s *Shop) Read(_ string, raw []byte) ([]channel.Delivery, error) {
	if id, is := hookOf(raw); is {
		return []channel.Delivery{{Order: order.Order{ID: id}, Signal: true}}, nil
	}
	var o orderDoc
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if err := decoder.Decode(&o); err != nil {
		return nil, fmt.Errorf("this is no order as Shopify writes it: %w", err)
	}
	if number(o.ID) == "" || o.UpdatedAt.IsZero() {
		return nil, errors.New("this is no order as Shopify writes it: it has no id or no time of change")
	}
	d := channel.Delivery{Cancelled: !o.CancelledAt.IsZero(), Reason: strings.ToLower(o.CancelReason)}
	d.Order = o.order(s.c.AuthorizedIsPaid)
	var err error
	if d.Order.Total, err = amount(o.Total); err != nil {
		return nil, fmt.Errorf("the total: %w", err)
	}
	if err := s.lines(&o, &d); err != nil {
		return nil, err
	}
	if d.Skip == "" && !d.Cancelled && (o.FinancialStatus == "REFUNDED" || o.FinancialStatus == "VOIDED") {
		d.Skip = "the shop has given back all that was paid, without cancelling the order"
	}
	o.judge(&d)
	return []channel.Delivery{d}, nil
}

// order is what needs no judgement.
func (o *orderDoc) order(authorized bool) order.Order {
	doc := order.Order{ID: number(o.ID), Number: strings.TrimPrefix(o.Name, "#"), PlacedAt: o.CreatedAt, PaidAt: o.paidAt(authorized), Currency: o.CurrencyCode,
		Note: o.Note, Tags: o.Tags, Test: o.Test, Risk: o.risk(), ShipTo: o.ShippingAddress.ours(), Billing: o.BillingAddress.ours()}
	doc.Customer = order.Customer{Name: cmp.Or(doc.Billing.Name, doc.ShipTo.Name), Email: o.Email, Phone: cmp.Or(o.Phone, doc.Billing.Phone)}
	if o.ShippingLine != nil {
		doc.ShippingMethod = o.ShippingLine.Title
	}
	return doc
}

func (a *address) ours() order.Address {
	if a == nil {
		return order.Address{}
	}
	return order.Address{Name: cmp.Or(a.Name, strings.TrimSpace(a.FirstName+" "+a.LastName)), Company: a.Company, Line1: a.Address1, Line2: a.Address2,
		City: a.City, Region: cmp.Or(a.ProvinceCode, a.Province), Postcode: a.Zip, Country: a.CountryCode, Phone: a.Phone}
}

// paidAt is when the shop had the money: the last sale or capture that went well, when Shopify calls the order paid. Authorized, pending, partly paid,
// expired, voided and refunded ones are not paid (shopify.dev/docs/api/admin-graphql/latest/enums/OrderDisplayFinancialStatus); one of which a part was given
// back was.
func (o *orderDoc) paidAt(authorized bool) (at time.Time) {
	kinds := []string{"SALE", "CAPTURE"}
	switch {
	case o.FinancialStatus == "AUTHORIZED" && authorized:
		kinds = append(kinds, "AUTHORIZATION")
	case o.FinancialStatus != "PAID" && o.FinancialStatus != "PARTIALLY_REFUNDED":
		return time.Time{}
	}
	for _, t := range o.Transactions {
		if slices.Contains(kinds, t.Kind) && t.Status == "SUCCESS" && t.ProcessedAt.After(at) {
			at = t.ProcessedAt
		}
	}
	if at.IsZero() { // an order without a price, or one that was paid elsewhere
		at = cmp.Or(o.ProcessedAt, o.CreatedAt)
	}
	return at
}

// risk is the worst of the assessments, or what the recommendation stands for (shopify.dev/docs/api/admin-graphql/latest/enums/RiskAssessmentResult,
// OrderRiskRecommendationResult).
func (o *orderDoc) risk() (worst order.Risk) {
	if o.Risk == nil {
		return ""
	}
	levels := map[string]order.Risk{"LOW": order.RiskLow, "MEDIUM": order.RiskMedium, "HIGH": order.RiskHigh}
	rank := []order.Risk{"", order.RiskLow, order.RiskMedium, order.RiskHigh}
	worst = map[string]order.Risk{"ACCEPT": order.RiskLow, "INVESTIGATE": order.RiskMedium, "CANCEL": order.RiskHigh}[o.Risk.Recommendation]
	for _, a := range o.Risk.Assessments {
		if level := levels[a.RiskLevel]; slices.Index(rank, level) > slices.Index(rank, worst) {
			worst = level
		}
	}
	return worst
}

func (o *orderDoc) pendingRisk() bool {
	if o.Risk == nil || !o.CancelledAt.IsZero() {
		return false
	}
	for _, a := range o.Risk.Assessments {
		if a.RiskLevel == "PENDING" {
			return true
		}
	}
	return false
}

// lines takes what is to be shipped, by us, as of now: without what was removed or given back, gift cards, what needs no shipping, what is picked up, and
// what other locations ship.
func (s *Shop) lines(o *orderDoc, d *channel.Delivery) error {
	left := map[string]int{} // why lines are left out
	here, waiting, visible := s.ours(o.Work)
	d.Open = []order.LineQuantity{}
	for _, l := range o.LineItems.Nodes {
		quantity := l.CurrentQuantity
		id := number(l.ID)
		switch {
		case l.IsGiftCard:
			left["a gift card"]++
			continue
		case !l.RequiresShipping:
			left["something that needs no shipping"]++
			continue
		case quantity <= 0:
			left["removed or given back"]++
			continue
		case visible:
			if quantity = min(quantity, here[id]); quantity <= 0 {
				left["shipped from another location or picked up"]++
				continue
			}
		}
		line := order.Line{ID: id, SKU: l.SKU, Title: l.title(), Quantity: quantity}
		if strings.TrimSpace(line.SKU) == "" { // a product without SKU still has a name to route it by
			line.SKU = printable("title:"+l.Title, 120)
		}
		var err error
		if line.UnitPrice, err = amount(l.UnitPrice); err != nil {
			return fmt.Errorf("the price of line %s: %w", id, err)
		}
		d.Order.Lines = append(d.Order.Lines, line)
		open := min(l.Unfulfilled, quantity)
		if visible { // other locations' pieces of the line are not ours to count
			open = min(open, waiting[id])
		}
		if open > 0 {
			d.Open = append(d.Open, order.LineQuantity{Line: id, Quantity: open})
		}
	}
	if len(d.Order.Lines) == 0 {
		var words []string
		for _, why := range []string{"removed or given back", "something that needs no shipping", "a gift card", "shipped from another location or picked up"} {
			if left[why] > 0 {
				words = append(words, why)
			}
		}
		d.Skip = "nothing of it is to be shipped by us: " + cmp.Or(strings.Join(words, ", "), "it has no lines")
	}
	if len(s.c.Locations) > 0 && len(o.Work.Nodes) == 0 && d.Skip == "" && !d.Cancelled {
		d.Err = errors.New("Shopify shows no fulfilment orders of it, so that nobody can tell which location ships: does the app have the scopes read_merchant_managed_fulfillment_orders and read_third_party_fulfillment_orders?")
	}
	return nil
}

// title is what people call the line: the product, its variant, and what the customer had written on it. Attributes that begin with an underscore are a
// program's own.
func (l lineDoc) title() string {
	text := l.Title
	if l.VariantTitle != "" && l.VariantTitle != "Default Title" {
		text += " - " + l.VariantTitle
	}
	for _, a := range l.Attributes {
		if a.Key != "" && a.Value != "" && !strings.HasPrefix(a.Key, "_") {
			text += "; " + a.Key + ": " + a.Value
		}
	}
	return printable(text, 480)
}

func amount(m money) (order.Amount, error) {
	if m.Shop.Amount == "" {
		return order.Amount{}, nil
	}
	return order.ParseAmount(m.Shop.Amount)
}

// judge says why an order is not taken that is not known yet.
func (o *orderDoc) judge(d *channel.Delivery) {
	if d.Cancelled || d.Skip != "" || d.Err != nil {
		return
	}
	// By our own lines: a gift card, or what another location ships, makes the whole order partly fulfilled.
	ours, open := 0, 0
	for _, l := range d.Order.Lines {
		ours += l.Quantity
	}
	for _, l := range d.Open {
		open += l.Quantity
	}
	switch {
	case o.FulfillmentStatus == "FULFILLED" || open == 0:
		d.Closed = "it is shipped already"
	case open < ours:
		d.Closed, d.Tell = "a part of it was shipped before waybill knew it; ship the rest by hand, or import it with waybill orders import", true
	case o.heldByShop():
		d.Closed = "the shop holds it back itself"
	case o.ShippingAddress == nil:
		d.Err = errors.New("Shopify gives no address to ship to: the order has none, or the app has no access to protected customer data (Dev Dashboard, API access)")
	}
}
