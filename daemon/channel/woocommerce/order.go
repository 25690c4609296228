package woocommerce

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"waybill/daemon/channel"
	"waybill/daemon/order"
)

// item is what a look keeps of an order at one moment: the order as the API wrote it and, where its meaning hangs on them, its refunds and what its
// products are. A webhook is kept as the order alone.
type item struct {
	Order    json.RawMessage `json:"order"`
	Refunds  json.RawMessage `json:"refunds,omitempty"`
	Products map[string]bool `json:"products"` // by product/variation: does it ship?
	// Lacks says in words why the shop does not give all of it; "" where it does.
	Lacks string `json:"lacks,omitempty"`
}

// open takes a kept item apart.
func open(raw []byte) (o wireOrder, it item, complete bool, err error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '{' {
		return o, it, false, errors.New("expected an order as a JSON object")
	}
	if err := json.Unmarshal(raw, &it); err != nil {
		return o, it, false, fmt.Errorf("not JSON of an order: %w", err)
	}
	complete = it.Order != nil
	if !complete {
		it.Order = raw
	}
	if err := json.Unmarshal(it.Order, &o); err != nil {
		return o, it, false, fmt.Errorf("not an order as the API writes it: %w", err)
	}
	if strings.TrimSpace(string(o.ID)) == "" {
		return o, it, false, errors.New("the order has no id")
	}
	return o, it, complete, nil
}

// Read decodes a kept item. A webhook says that something has changed, and of a deleted order all there is to say.
func (s *Shop) Read(_ string, raw []byte) ([]channel.Delivery, error) {
	w, it, complete, err := open(raw)
	if err != nil {
		return nil, err
	}
	d := s.delivery(&w, it)
	if !complete && w.Status != "" {
		return []channel.Delivery{{Order: order.Order{ID: d.Order.ID, Number: d.Order.Number}, Signal: true}}, nil
	}
	if it.Lacks != "" && (!d.Cancelled || w.Status == "") {
		return []channel.Delivery{{Order: order.Order{ID: d.Order.ID, Number: d.Order.Number, PlacedAt: w.DateCreated.moment()}, Err: errors.New(it.Lacks)}}, nil
	}
	return []channel.Delivery{d}, nil
}

func (s *Shop) delivery(w *wireOrder, it item) channel.Delivery {
	d := channel.Delivery{Order: order.Order{ID: string(w.ID), Number: w.Number.plain()}}
	if d.Order.Number == "" {
		d.Order.Number = string(w.ID)
	}
	if w.Status == "" && len(w.Lines) == 0 {
		// "If a resource has been deleted, just include the ID in the payload" (class-wc-webhook.php).
		d.Cancelled, d.Reason = true, "deleted"
		return d
	}
	status := strings.TrimPrefix(string(w.Status), "wc-")
	s.head(&d.Order, w, status)
	switch status {
	case "cancelled", "refunded", "trash":
		d.Cancelled, d.Reason = true, status
	case "checkout-draft", "draft", "auto-draft", "new":
		d.Closed = "it is a draft: the customer has not ordered yet"
	case "completed":
		if !slices.Contains(s.c.Paid, status) {
			d.Closed = "it is completed in the shop already"
		}
	}
	lines, left, err := s.lines(w, it)
	d.Order.Lines, d.Err = lines, err
	switch {
	case d.Cancelled || d.Closed != "":
		d.Err = nil
	case err != nil:
	case pickedUp(w):
		d.Skip = "the customer picks it up"
	case len(lines) == 0 && len(left) > 0:
		d.Skip = "nothing of it ships: " + strings.Join(left, "; ")
	}
	return d
}

// head fills what an order says beside its lines.
func (s *Shop) head(o *order.Order, w *wireOrder, status string) {
	o.Currency = strings.ToUpper(w.Currency.plain())
	o.Total = amount(w.Total)
	o.PlacedAt = w.DateCreated.moment()
	if slices.Contains(s.c.Paid, status) || status == "completed" {
		// Cash on delivery and bank transfers are set to processing by hand and may have no date; it must be the same each time it is read.
		if o.PaidAt = w.DatePaid.moment(); o.PaidAt.IsZero() {
			o.PaidAt = o.PlacedAt
		}
	}
	o.Billing = address(w.Billing)
	o.Customer = order.Customer{Name: o.Billing.Name, Email: w.Billing.Email.plain(), Phone: o.Billing.Phone}
	o.ShipTo = address(w.Shipping)
	// The customer who ships to the billing address leaves this one empty in some checkouts; a lone country is the shop's default.
	if o.ShipTo.Line1 == "" && o.ShipTo.City == "" && o.ShipTo.Postcode == "" {
		o.ShipTo = o.Billing
	}
	if o.ShipTo.Country == "" {
		o.ShipTo.Country = o.Billing.Country
	}
	if o.ShipTo.Name == "" && o.ShipTo.Company == "" {
		o.ShipTo.Name = o.Billing.Name
	}
	var methods []string
	for _, l := range w.ShippingLines {
		if title := l.MethodTitle.plain(); title != "" {
			methods = append(methods, title)
		}
	}
	o.ShippingMethod = cut(strings.Join(methods, ", "), 500)
	o.Note = cut(w.CustomerNote.lines(), 10_000)
	// What two payment plug-ins write into orders of their test mode (general knowledge): nobody bought anything.
	o.Test = meta(w.Meta, "_wcpay_mode") == "test" || meta(w.Meta, "_ppcp_paypal_payment_mode") == "sandbox"
}

func address(a wireAddress) order.Address {
	return order.Address{Name: strings.TrimSpace(a.FirstName.plain() + " " + a.LastName.plain()), Company: a.Company.plain(),
		Line1: a.Address1.plain(), Line2: a.Address2.plain(), City: a.City.plain(), Region: region(strings.ToUpper(a.Country.plain()), a.State.plain()),
		Postcode: a.Postcode.plain(), Country: strings.ToUpper(a.Country.plain()), Phone: a.Phone.plain()}
}

// region gives a state as a carrier knows it. WooCommerce writes its own codes: two letters in the United States, Canada, Australia; elsewhere
// ISO 3166-2 with or without the country before it ("ES-M" as "M", "DE-BY" as "DE-BY"). Japan's are "JP" and the number of the prefecture.
func region(country, state string) string {
	rest, ok := strings.CutPrefix(state, country+"-")
	if ok && rest != "" {
		return rest
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(state, "JP")); country == "JP" && err == nil && n >= 1 && n <= len(prefectures) {
		return prefectures[n-1]
	}
	return state
}

// prefectures of Japan in the order of ISO 3166-2:JP.
var prefectures = strings.Fields("Hokkaido Aomori Iwate Miyagi Akita Yamagata Fukushima Ibaraki Tochigi Gunma Saitama Chiba Tokyo Kanagawa Niigata Toyama " +
	"Ishikawa Fukui Yamanashi Nagano Gifu Shizuoka Aichi Mie Shiga Kyoto Osaka Hyogo Nara Wakayama Tottori Shimane Okayama Hiroshima Yamaguchi Tokushima " +
	"Kagawa Ehime Kochi Fukuoka Saga Nagasaki Kumamoto Oita Miyazaki Kagoshima Okinawa")

// pickedUp: every way of shipping is a pick-up at the shop.
func pickedUp(w *wireOrder) bool {
	for _, l := range w.ShippingLines {
		if id, _, _ := strings.Cut(string(l.MethodID), ":"); id != "local_pickup" && id != "pickup_location" {
			return false
		}
	}
	return len(w.ShippingLines) > 0
}

// lines gives the lines that ship, and says of the others why not.
func (s *Shop) lines(w *wireOrder, it item) (lines []order.Line, left []string, err error) {
	refunded, err := refunds(it.Refunds)
	if err != nil {
		return nil, nil, err
	}
	for i, l := range w.Lines {
		name := l.Name.plain()
		quantity, whole := pieces(l.Quantity)
		if !whole {
			return nil, nil, fmt.Errorf("line_items[%d].quantity: is %.40q; only whole pieces can be ordered from a supplier", i, string(l.Quantity))
		}
		if n := refunded[string(l.ID)]; n > 0 && n >= quantity {
			left = append(left, fmt.Sprintf("%q was refunded", cut(name, 60)))
			continue
		} else {
			quantity -= n
		}
		if why := s.stays(l, it); why != "" {
			left = append(left, fmt.Sprintf("%q %s", cut(name, 60), why))
			continue
		}
		lines = append(lines, order.Line{ID: string(l.ID), SKU: l.SKU.plain(), Title: title(name, l.Meta), Quantity: quantity, UnitPrice: unitPrice(l)})
	}
	return lines, left, nil
}

// stays says why a line does not ship; "" means that it does.
func (s *Shop) stays(l wireLine, it item) string {
	child := l.BundledBy != "" && l.BundledBy != "0" || l.CompositeParent != "" && l.CompositeParent != "0"
	parent := len(l.BundledItems) > 0 || len(l.CompositeChildren) > 0
	switch {
	case parent && s.c.Bundles == "children":
		return "is a bundle, and what is in it ships"
	case child && s.c.Bundles == "parent":
		return "is part of a bundle that ships as one"
	}
	if ships, known := it.Products[productKey(l)]; known && !ships {
		return "is virtual or a download"
	}
	return ""
}

// refunds gives the refunded pieces by line.
func refunds(raw json.RawMessage) (map[string]int, error) {
	if raw == nil {
		return nil, nil
	}
	var all list[wireRefund]
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("refunds: %w", err)
	}
	taken := map[string]int{}
	for _, r := range all {
		for _, l := range r.Lines {
			if n, whole := pieces(text(strings.TrimPrefix(string(l.Quantity), "-"))); whole {
				taken[meta(l.Meta, "_refunded_item_id")] += n
			}
		}
	}
	return taken, nil
}

// pieces reads a quantity; some plug-ins write "2.000".
func pieces(t text) (n int, whole bool) {
	r, ok := new(big.Rat).SetString(strings.TrimSpace(string(t)))
	if len(t) > 24 || !ok || !r.IsInt() || !r.Num().IsInt64() || r.Sign() < 0 || r.Num().Int64() > 1<<31 {
		return 0, false
	}
	return int(r.Num().Int64()), true
}

// title is the line's name with what the customer chose or had written on it, where the name does not say it already. Keys that begin with an
// underscore are hidden from people (WordPress' protected meta data).
func title(name string, metas []wireMeta) string {
	var more []string
	for _, m := range metas {
		var raw text
		_ = raw.UnmarshalJSON(m.Value)
		key, value := withoutTags(string(m.DisplayKey)), withoutTags(string(m.DisplayValue))
		if key == "" {
			key = strings.TrimPrefix(m.Key.plain(), "pa_")
		}
		if value == "" {
			value = withoutTags(string(raw))
		}
		if strings.HasPrefix(string(m.Key), "_") || value == "" || strings.Contains(strings.ToLower(name), strings.ToLower(value)) {
			continue
		}
		more = append(more, key+": "+value)
	}
	if len(more) == 0 {
		return cut(name, 500)
	}
	return cut(name+" ("+strings.Join(more, ", ")+")", 500)
}

// unitPrice is what the customer paid for one piece, rounded as the total is written: price is a float in the API's answers, total is not.
func unitPrice(l wireLine) order.Amount {
	total, ok := rat(l.Total)
	quantity, whole := pieces(l.Quantity)
	if !ok || !whole || quantity == 0 {
		return order.Amount{}
	}
	_, fraction, _ := strings.Cut(string(l.Total), ".")
	a, err := order.ParseAmount(total.Quo(total, big.NewRat(int64(quantity), 1)).FloatString(min(len(fraction), 6)))
	if err != nil {
		return order.Amount{}
	}
	return a
}

// amount reads money; what is none is zero: no order is lost over its price.
func amount(t text) order.Amount {
	r, ok := rat(t)
	if !ok {
		return order.Amount{}
	}
	_, fraction, _ := strings.Cut(string(t), ".")
	a, err := order.ParseAmount(r.FloatString(min(len(fraction), 6)))
	if err != nil {
		return order.Amount{}
	}
	return a
}

// rat reads a plain decimal; an exponent could make a number of any size.
func rat(t text) (*big.Rat, bool) {
	if len(t) == 0 || len(t) > 40 || strings.IndexFunc(string(t), func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != '-' }) >= 0 {
		return nil, false
	}
	return new(big.Rat).SetString(string(t))
}

// cut shortens a text to a number of bytes, between letters, and takes out what no text holds.
func cut(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r == 0 || r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(s) <= most {
		return s
	}
	at := most - len("…")
	for at > 0 && s[at]&0xc0 == 0x80 {
		at--
	}
	return s[:at] + "…"
}
