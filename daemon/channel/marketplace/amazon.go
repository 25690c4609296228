package marketplace

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/order"
)

// amazonID is an order's number: "3-7-7 format" (Seller Central 641).
var amazonID = regexp.MustCompile(`^[0-9]{3}-[0-9]{7}-[0-9]{7}$`)

// readAmazon reads an order report: one row for each item, the rows of an order not always beside each other. The reports of new and of unshipped
// orders have order-id and the customer's address; the report of all orders has amazon-order-id, a status, and neither name nor street.
func readAmazon(text string) ([]channel.Delivery, error) {
	t, err := splitTabs(text)
	if err != nil {
		return nil, err
	}
	if !t.has("order-id", "amazon-order-id") || !t.has("sku") {
		return nil, errors.New("this is no order report of Amazon's: the columns order-id and sku are missing; expected the tab-delimited text file as it was downloaded (not opened and saved by a spreadsheet program)")
	}
	addressed := t.has("recipient-name") && t.has("ship-address-1") && t.has("order-item-id")
	orders := map[string]*amazonOrder{}
	var found []*amazonOrder
	for _, r := range t.rows {
		if strings.EqualFold(r.get("fulfillment-channel"), "amazon") || strings.EqualFold(r.get("fulfillment-channel"), "afn") {
			continue // FBA: Amazon ships it
		}
		id := r.get("order-id", "amazon-order-id")
		o := orders[id]
		if o == nil {
			o = &amazonOrder{channel.Delivery{Line: r.line, Order: order.Order{ID: id, Number: id}}, nil}
			orders[id], found = o, append(found, o)
		}
		o.rows = append(o.rows, r)
	}
	var out []channel.Delivery
	waiting := 0
	for _, o := range found {
		switch status := strings.ToLower(o.rows[0].get("order-status")); {
		case !amazonID.MatchString(o.Order.ID):
			o.Err = fmt.Errorf("the order number is %.40q; Amazon's are like 058-3563777-5518068: was the file changed by a spreadsheet program?", o.Order.ID)
		case status == "cancelled" || status == "canceled":
			o.Cancelled, o.Reason = true, "cancelled at Amazon"
		case status == "shipped":
			o.Order.PlacedAt = moment(o.rows[0].get("purchase-date"))
			o.Shipped, o.Closed = true, "it is marked as shipped at Amazon"
		case status == "pending" || status == "shipping":
			continue
		case !addressed:
			waiting++
			continue
		default:
			o.fill()
		}
		out = append(out, o.Delivery)
	}
	if !addressed && waiting > 0 && len(out) == 0 {
		return nil, fmt.Errorf("the report has %d orders to ship and no addresses: it is the report of all orders, or your account may not see customers' data. "+
			"Download Orders > Order reports > Unshipped orders (or New orders) instead", waiting)
	}
	return out, nil
}

type amazonOrder struct {
	channel.Delivery
	rows []row
}

// fill makes the order of its rows. How many pieces are still to ship changes from report to report; how many were bought does not.
func (o *amazonOrder) fill() {
	first := o.rows[0]
	doc := &o.Order
	doc.PlacedAt = moment(first.get("purchase-date"))
	if doc.PaidAt = moment(first.get("payments-date")); doc.PaidAt.IsZero() {
		doc.PaidAt = doc.PlacedAt // what is to be shipped is paid
	}
	doc.Currency = strings.ToUpper(first.get("currency"))
	doc.Customer = order.Customer{Name: first.get("buyer-name"), Email: first.get("buyer-email"), Phone: first.get("buyer-phone-number")}
	doc.ShipTo = order.Address{Name: first.get("recipient-name"), Company: first.get("ship-company", "buyer-company-name"), Line1: first.get("ship-address-1"),
		Line2: joined(first.get("ship-address-2"), first.get("ship-address-3")), City: first.get("ship-city"), Region: first.get("ship-state"),
		Postcode: first.get("ship-postal-code"), Country: strings.ToUpper(first.get("ship-country")), Phone: first.get("ship-phone-number", "buyer-phone-number")}
	doc.ShippingMethod = first.get("ship-service-level")
	for _, flag := range [][2]string{{"is-business-order", "business"}, {"is-prime", "prime"}, {"is-buyer-requested-cancellation", "the buyer asks to cancel"}} {
		if strings.EqualFold(first.get(flag[0]), "true") {
			doc.Tags = append(doc.Tags, flag[1])
		}
	}
	doc.Note = joined(first.get("delivery-instructions"), first.get("gift-message-text"))
	// Items that have shipped leave the report of unshipped orders.
	o.Partial = true
	shipped, bought := 0, 0
	for _, r := range o.rows {
		if r.tooLong() {
			o.Err = fmt.Errorf("line %d has more cells than the report has columns: a tab stands in one of them, and nobody knows which is which", r.line)
			return
		}
		quantity, err := strconv.Atoi(r.get("quantity-purchased", "quantity"))
		if err != nil || quantity < 1 {
			o.Err = fmt.Errorf("line %d: quantity-purchased is %.20q; expected a number of pieces", r.line, r.get("quantity-purchased", "quantity"))
			return
		}
		if item := r.get("order-item-id"); item == "" || strings.ContainsAny(item, "+.") {
			o.Err = fmt.Errorf("line %d: order-item-id is %.40q; was the file changed by a spreadsheet program?", r.line, item)
			return
		}
		n, err := strconv.Atoi(cmp.Or(r.get("quantity-shipped"), "0"))
		if err != nil || n < 0 {
			o.Err = fmt.Errorf("line %d: quantity-shipped is %.20q; expected a number of pieces", r.line, r.get("quantity-shipped"))
			return
		}
		shipped, bought = shipped+n, bought+quantity
		doc.Lines = append(doc.Lines, order.Line{ID: r.get("order-item-id"), SKU: r.get("sku"), Title: shortened(r.get("product-name"), 500), Quantity: quantity,
			UnitPrice: each(r.get("item-price"), quantity)})
	}
	switch {
	case shipped >= bought:
		o.Shipped, o.Closed = true, "it is shipped already"
	case doc.PaidAt.IsZero():
		o.Err = fmt.Errorf("line %d: purchase-date is %.40q; expected one like 2026-03-18T15:12:00+00:00: was the file changed by a spreadsheet program?", first.line, first.get("purchase-date"))
	case doc.ShipTo.Line1 == "" || doc.ShipTo.Name == "":
		o.Err = errors.New("the report has no address for it: Amazon shows addresses only to accounts that may see them, and only for some days. Download the report of unshipped orders again")
	case shipped > 0:
		o.Closed, o.Tell = partly, true
	}
}

// partly is why an order is not taken: which of its pieces are left, waybill would have to guess from what it never saw.
const partly = "a part of it was shipped before waybill knew it; ship the rest by hand, or import it with waybill orders import"

// moment reads a report's date; the zone is written in it.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}

func shortened(s string, most int) string {
	if len(s) <= most {
		return s
	}
	at := most - len("…")
	for at > 0 && s[at]&0xc0 == 0x80 {
		at--
	}
	return s[:at] + "…"
}

// each is the price of one piece of so many that cost a total; nothing where it cannot be told.
func each(total string, pieces int) order.Amount {
	_, fraction, _ := strings.Cut(total, ".")
	whole, err := order.ParseAmount(total)
	if err != nil || pieces < 1 {
		return order.Amount{}
	}
	r, ok := new(big.Rat).SetString(whole.String())
	if !ok {
		return order.Amount{}
	}
	a, err := order.ParseAmount(r.Quo(r, big.NewRat(int64(pieces), 1)).FloatString(len(fraction)))
	if err != nil {
		return order.Amount{}
	}
	return a
}
