package marketplace

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"waybill/daemon/channel"
	"waybill/daemon/order"
)

// ebayID is an order's number since 2019: "04-15250-08826".
var ebayID = regexp.MustCompile(`^[0-9]{2}-[0-9]{5}-[0-9]{5}$`)

// ebayFoot is how the footer begins: "2 record(s) downloaded", "Seller ID : example-shop".
var ebayFoot = regexp.MustCompile(`(?i)^\W*([0-9]+\W+record\(s\) downloaded|seller id\b)`)

// swallows tells a row with another order inside: a quotation mark in it was not closed.
func (r row) swallows() bool {
	text := strings.Join(r.cells, ",")
	at := strings.IndexByte(text, '\n')
	return at >= 0 && ebayInside.MatchString(text[at:])
}

var ebayInside = regexp.MustCompile(`\b[0-9]{2}-[0-9]{5}-[0-9]{5}\b`)

// readEBay reads the Orders report of the Seller Hub: blank lines or lines of commas, the header, a padding line, a row for each item, and below
// them "N record(s) downloaded" and the seller's name. An order of several items has a head row with the address and without an item.
func readEBay(text, country string) ([]channel.Delivery, error) {
	t, err := splitCSV(text)
	if err != nil {
		return nil, err
	}
	if !t.has(ebayColumn("name")...) || !t.has(ebayColumn("address1")...) {
		return nil, errors.New("the report has no addresses: eBay hides them some time after the sale, and from some reports. Download Orders > Download report with the orders that await shipment")
	}
	orders, known := map[string]*ebayOrder{}, countries()
	var found []*ebayOrder
	for _, r := range t.rows {
		id := r.get(ebayColumn("order")...)
		// Only the row's beginning tells the footer: what buyers write stands further behind.
		if !strings.ContainsAny(id, "0123456789") || !ebayID.MatchString(id) && ebayFoot.MatchString(strings.Join(r.cells, " ")) {
			continue
		}
		o := orders[id]
		if o == nil {
			o = &ebayOrder{channel.Delivery{Line: r.line, Order: order.Order{ID: id, Number: id}}, nil}
			orders[id], found = o, append(found, o)
		}
		o.rows = append(o.rows, r)
	}
	out := make([]channel.Delivery, 0, len(found))
	for _, o := range found {
		if !ebayID.MatchString(o.Order.ID) {
			o.Err = fmt.Errorf("the order number is %.40q; eBay's are like 04-15250-08826: was the file changed by a spreadsheet program?", o.Order.ID)
		} else {
			o.fill(country, known)
		}
		out = append(out, o.Delivery)
	}
	return out, nil
}

// ebayColumn gives a column's headers, in lower case: of the United States, of the United Kingdom and Ireland, of Australia; and those of Germany
// that are known.
func ebayColumn(name string) []string {
	switch name {
	case "order":
		return []string{"order number", "bestellnummer"}
	case "name":
		return []string{"ship to name", "post to name"}
	case "address1":
		return []string{"ship to address 1", "post to address 1"}
	case "address2":
		return []string{"ship to address 2", "post to address 2"}
	case "city":
		return []string{"ship to city", "post to city"}
	case "state":
		return []string{"ship to state", "post to county", "post to state"}
	case "postcode":
		return []string{"ship to zip", "post to postcode", "post to postal code"}
	case "country":
		return []string{"ship to country", "post to country"}
	case "phone":
		return []string{"ship to phone", "post to phone"}
	case "sku":
		return []string{"custom label", "custom label (sku)", "bestandseinheit"}
	case "quantity":
		return []string{"quantity", "anzahl"}
	case "price":
		return []string{"sold for", "verkauft für"}
	case "service":
		return []string{"shipping service", "postage service"}
	case "item":
		return []string{"item number", "artikelnummer"}
	case "title":
		return []string{"item title", "angebotstitel"}
	}
	return []string{name}
}

type ebayOrder struct {
	channel.Delivery
	rows []row
}

func (o *ebayOrder) fill(country string, known map[string]string) {
	head := o.rows[0]
	get := func(name string) string { return head.get(ebayColumn(name)...) }
	doc := &o.Order
	doc.PlacedAt, doc.PaidAt = ebayDate(get("sale date")), ebayDate(get("paid on date"))
	doc.Customer = order.Customer{Name: get("buyer name"), Email: get("buyer email")}
	doc.ShipTo = order.Address{Name: get("name"), Line1: get("address1"), Line2: get("address2"), City: get("city"), Region: get("state"),
		Postcode: strings.Trim(get("postcode"), `="'`), Country: known[strings.ToLower(strings.TrimPrefix(get("country"), "The "))], Phone: strings.Trim(get("phone"), `="'`)}
	if doc.ShipTo.Country == "" && get("country") == "" {
		doc.ShipTo.Country = country // a report of domestic sales
	}
	doc.ShippingMethod, doc.Note = get("service"), get("buyer note")
	shipped, all := 0, false
	for _, r := range o.rows {
		item, sku := r.get(ebayColumn("item")...), r.get(ebayColumn("sku")...)
		if item == "" && sku == "" && len(o.rows) > 1 {
			all = all || r.get("shipped on date") != ""
			continue // the head of several items
		}
		if r.swallows() {
			o.Err = fmt.Errorf("line %d: a quotation mark is not closed, so that other orders stand inside a cell of this one, and are not taken; download the report again", r.line)
			return
		}
		if r.tooLong() {
			o.Err = fmt.Errorf("line %d has more cells than the report has columns: nobody knows which is which", r.line)
			return
		}
		quantity, err := strconv.Atoi(r.get(ebayColumn("quantity")...))
		if err != nil || quantity < 1 {
			o.Err = fmt.Errorf("line %d: the quantity is %.20q; expected a number of pieces", r.line, r.get(ebayColumn("quantity")...))
			return
		}
		// The item and its sale: what eBay's file for tracking asks for.
		id := item + "-" + r.get("transaction id")
		title := r.get(ebayColumn("title")...)
		if v := strings.Trim(r.get("variation details"), "[]"); v != "" {
			title += " (" + v + ")"
		}
		price := money(r.get(ebayColumn("price")...))
		doc.Lines = append(doc.Lines, order.Line{ID: strings.Trim(id, "-"), SKU: sku, Title: shortened(title, 500), Quantity: quantity, UnitPrice: each(price, quantity)})
		if r.get("shipped on date") != "" {
			shipped++
		}
	}
	switch {
	case all || shipped == len(doc.Lines) && shipped > 0:
		o.Shipped, o.Closed = true, "it is marked as shipped at eBay"
	case doc.PaidAt.IsZero() && get("paid on date") != "":
		o.Err = fmt.Errorf("line %d: the date of payment is %.40q; expected one like Aug-26-25 or 26-Aug-25", head.line, get("paid on date"))
	case doc.ShipTo.Line1 == "" || doc.ShipTo.Name == "":
		o.Err = errors.New("the report has no address for it: eBay hides addresses some time after the sale. Download the report again, with the orders that await shipment")
	case doc.ShipTo.Country == "":
		o.Err = fmt.Errorf("the country is %.60q, which is not known by that name; expected its English name or two letters", get("country"))
	case shipped > 0:
		o.Closed, o.Tell = partly, true
	}
}

// ebayDate reads "Sep-30-26", "30-Sep-26" and both with a time. The zone is the seller's and not told: noon keeps the day.
func ebayDate(text string) time.Time {
	for _, layout := range []string{"Jan-02-06", "02-Jan-06", "Jan-02-06 15:04:05", "02-Jan-06 15:04:05", "2006-01-02", "Jan-2-06", "2-Jan-06"} {
		if t, err := time.Parse(layout, text); err == nil {
			if !strings.Contains(layout, "15") {
				t = t.Add(12 * time.Hour)
			}
			return t
		}
	}
	return time.Time{}
}

// money takes the currency off: "$12.34", "£1,234.50", "AU $5.00"; "116,99 €" has its comma before two digits.
func money(text string) string {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || r == '.' || r == ',' {
			return r
		}
		return -1
	}, text)
	if at := strings.LastIndexAny(digits, ".,"); at >= 0 && len(digits)-at == 3 {
		return strings.NewReplacer(".", "", ",", "").Replace(digits[:at]) + "." + digits[at+1:]
	}
	return strings.NewReplacer(".", "", ",", "").Replace(digits)
}

// countries are the world's by their codes and their names in English and German (Unicode CLDR), in lower case.
func countries() map[string]string {
	byName := map[string]string{}
	english, german := display.English.Regions(), display.German.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !region.IsCountry() || region.Canonicalize() != region {
				continue
			}
			for _, name := range []string{region.String(), english.Name(region), german.Name(region)} {
				byName[strings.ToLower(name)] = region.String()
			}
		}
	}
	return byName
}

// splitCSV finds the header below whatever stands above it, and the delimiter by it.
func splitCSV(text string) (*table, error) {
	line, at := 0, -1
	offset := 0
	for l := range strings.Lines(text) {
		if line++; len(l) > maxLine {
			return nil, fmt.Errorf("line %d is longer than %d bytes; is it a report?", line, maxLine)
		}
		lower := strings.ToLower(l)
		if strings.Contains(lower, "order number") || strings.Contains(lower, "bestellnummer") {
			at = offset
			break
		}
		if offset += len(l); line > 50 {
			break
		}
	}
	if at < 0 {
		return nil, errors.New("this is no Orders report of eBay's: there is no line with the column Order number; expected the CSV file as it was downloaded")
	}
	rest := text[at:]
	head, _, _ := strings.Cut(rest, "\n")
	reader := csv.NewReader(strings.NewReader(rest))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	for _, d := range ";\t" {
		if strings.Count(head, string(d)) > strings.Count(head, ",") {
			reader.Comma = d
		}
	}
	return csvRows(reader, line)
}

func csvRows(reader *csv.Reader, from int) (*table, error) {
	t := &table{}
	for {
		cells, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			return t, nil
		case err != nil:
			return nil, fmt.Errorf("the report cannot be read: %w", err)
		case t.columns == nil:
			if err := t.header(cells); err != nil {
				return nil, err
			}
			continue
		case len(t.rows) > maxRows:
			return nil, fmt.Errorf("the report has more than %d lines; download it for fewer days", maxRows)
		}
		at, _ := reader.FieldPos(0)
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			t.rows = append(t.rows, row{from + at - 1, cells, t})
		}
	}
}
