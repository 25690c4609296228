package templates

import (
	"strconv"
	"strings"
	"time"
)

// row is one line of a supplier's file: a line of a purchase order with everything around it.
type row struct {
	order *PurchaseOrderData
	line  Line
	place int // of the line in its purchase order, from 1
}

// rowsOf gives the rows of purchase orders, one for each line, in order.
func rowsOf(orders []PurchaseOrderData) []row {
	var rows []row
	for i := range orders {
		for j, l := range orders[i].Lines {
			rows = append(rows, row{order: &orders[i], line: l, place: j + 1})
		}
	}
	return rows
}

// Field is a value that a column can hold.
type Field struct {
	Name    string
	Doc     string
	Default bool // stands in the file when no columns are configured
	Number  bool // a count, which spreadsheets may treat as one; everything else is text, so that no leading zero is lost
	Lines   bool // may have several lines
	value   func(row) string
}

// RepeatField is the field by which a file says that it is a repeat.
const RepeatField = "repeat_of"

// Fields lists every field, those of the default file first and in its order.
func Fields() []Field {
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	return []Field{
		{Name: "po_number", Default: true, Doc: "Number of the purchase order, 1001-A. It must come back in answers.", value: func(r row) string { return r.order.Number }},
		{Name: "order_number", Default: true, Doc: "Number of the customer's order, 1001.", value: func(r row) string { return r.order.OrderNumber }},
		{Name: "order_date", Default: true, Doc: "Day on which the customer bought, 2025-08-26.", value: func(r row) string { return day(r.order.OrderDate) }},
		{Name: "ship_by_date", Default: true, Doc: "Day on which it should leave; empty when no cut-off is configured.", value: func(r row) string { return day(r.order.ShipBy) }},
		{Name: "ship_name", Default: true, Doc: "Consignee.", value: func(r row) string { return r.order.ShipTo.Name }},
		{Name: "ship_company", Default: true, Doc: "Company.", value: func(r row) string { return r.order.ShipTo.Company }},
		{Name: "ship_address1", Default: true, Doc: "Street and number.", value: func(r row) string { return r.order.ShipTo.Line1 }},
		{Name: "ship_address2", Default: true, Doc: "Apartment, floor, building.", value: func(r row) string { return r.order.ShipTo.Line2 }},
		{Name: "ship_city", Default: true, Doc: "City.", value: func(r row) string { return r.order.ShipTo.City }},
		{Name: "ship_state", Default: true, Doc: "State, province or region.", value: func(r row) string { return r.order.ShipTo.Region }},
		{Name: "ship_postcode", Default: true, Doc: "Postcode.", value: func(r row) string { return r.order.ShipTo.Postcode }},
		{Name: "ship_country", Default: true, Doc: "Country, two letters (ISO 3166-1).", value: func(r row) string { return r.order.ShipTo.Country }},
		{Name: "ship_phone", Default: true, Doc: "Phone for the carrier.", value: func(r row) string { return r.order.ShipTo.Phone }},
		{Name: "ship_email", Default: true, Doc: "Email for the carrier's notice.", value: func(r row) string { return r.order.ShipTo.Email }},
		{Name: "shipping_method", Default: true, Doc: "What the customer chose, in the channel's words.", value: func(r row) string { return r.order.ShippingMethod }},
		{Name: "carrier", Default: true, Doc: "Carrier that is asked for; empty for the supplier's choice.", value: func(r row) string { return r.order.Carrier }},
		{Name: "supplier_sku", Default: true, Doc: "The supplier's own SKU; ours where theirs is the same.", value: func(r row) string { return r.line.Code() }},
		{Name: "our_sku", Default: true, Doc: "The shop's SKU.", value: func(r row) string { return r.line.SKU }},
		{Name: "item_name", Default: true, Doc: "The product in words.", value: func(r row) string { return r.line.Title }},
		{Name: "quantity", Default: true, Number: true, Doc: "Pieces.", value: func(r row) string { return strconv.Itoa(r.line.Quantity) }},
		{Name: "unit_cost", Default: true, Doc: "What the supplier is paid for a piece, where it is known.", value: func(r row) string { return r.line.UnitCost }},
		{Name: "currency", Default: true, Doc: "Currency of unit_cost (ISO 4217).", value: currency},
		{Name: "gift_message", Default: true, Lines: true, Doc: "Text for the parcel.", value: func(r row) string { return r.order.GiftMessage }},
		{Name: "notes", Default: true, Lines: true, Doc: "The customer's note.", value: func(r row) string { return r.order.Note }},
		{Name: "account_number", Default: true, Doc: "The shop's customer number at the supplier.", value: func(r row) string { return r.order.Account }},
		{Name: "waybill_key", Default: true, Doc: "WB- and ten characters. Answers that carry it are matched without doubt.", value: func(r row) string { return r.order.Key }},

		{Name: "po_date", Doc: "Day on which the purchase order was placed.", value: func(r row) string { return day(r.order.Date) }},
		{Name: "ship_first_name", Doc: "The consignee's name up to its last word.", value: func(r row) string { first, _ := names(r); return first }},
		{Name: "ship_last_name", Doc: "The last word of the consignee's name.", value: func(r row) string { _, last := names(r); return last }},
		{Name: "ship_country_name", Doc: "Country in English words.", value: func(r row) string { return countryName(r.order.ShipTo.Country, English) }},
		{Name: "line_number", Number: true, Doc: "Place of the line in the purchase order, from 1.", value: func(r row) string { return strconv.Itoa(r.place) }},
		{Name: "line_count", Number: true, Doc: "Lines of the purchase order.", value: func(r row) string { return strconv.Itoa(len(r.order.Lines)) }},
		{Name: "shop_name", Doc: "The shop.", value: func(r row) string { return r.order.Shop.Name }},
		{Name: "supplier_name", Doc: "The supplier.", value: func(r row) string { return r.order.Supplier.Name }},
		{Name: RepeatField, Doc: "In a file that is sent again, the day on which it was sent before; else empty.", value: func(r row) string { return day(r.order.FirstSent) }},
	}
}

// currency is empty beside an empty cost: a currency alone says nothing.
func currency(r row) string {
	if r.line.UnitCost == "" {
		return ""
	}
	return r.order.Currency
}

// names splits at the last space, which is right for most names and wrong for some: suppliers whose files have one column
// for the name get the whole one.
func names(r row) (first, last string) {
	name := oneLine(r.order.ShipTo.Name)
	if cut := strings.LastIndexByte(name, ' '); cut >= 0 {
		return name[:cut], name[cut+1:]
	}
	return "", name
}
