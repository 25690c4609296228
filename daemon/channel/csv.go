package channel

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gocarina/gocsv"

	"waybill/daemon/order"
)

// orderCSV is a row of the canonical CSV: one row for each line item. The order's fields are repeated on each row, or stand only on the
// first one.
type orderCSV struct {
	Number         string `csv:"number"`
	Channel        string `csv:"channel"`
	ID             string `csv:"id"`
	PlacedAt       string `csv:"placed_at"`
	PaidAt         string `csv:"paid_at"`
	Currency       string `csv:"currency"`
	Total          string `csv:"total"`
	CustomerName   string `csv:"customer_name"`
	CustomerEmail  string `csv:"customer_email"`
	CustomerPhone  string `csv:"customer_phone"`
	ShipName       string `csv:"ship_name"`
	ShipCompany    string `csv:"ship_company"`
	ShipLine1      string `csv:"ship_line1"`
	ShipLine2      string `csv:"ship_line2"`
	ShipCity       string `csv:"ship_city"`
	ShipRegion     string `csv:"ship_region"`
	ShipPostcode   string `csv:"ship_postcode"`
	ShipCountry    string `csv:"ship_country"`
	ShipPhone      string `csv:"ship_phone"`
	ShippingMethod string `csv:"shipping_method"`
	Tags           string `csv:"tags"` // separated by commas
	Note           string `csv:"note"`
	LineID         string `csv:"line_id"`
	SKU            string `csv:"sku"`
	Title          string `csv:"title"`
	Quantity       string `csv:"quantity"`
	UnitPrice      string `csv:"unit_price"`
	Supplier       string `csv:"supplier"`
	PONumber       string `csv:"po_number"`
	MessageID      string `csv:"message_id"`
	ReplyTo        string `csv:"reply_to"`
}

// required columns: without them no order can be made.
var required = []string{"number", "ship_country", "sku", "quantity"}

// Columns lists the canonical columns in order.
func Columns() []string {
	header, err := gocsv.MarshalString([]orderCSV{})
	if err != nil {
		panic("a struct of texts always has a header: " + err.Error())
	}
	return strings.Split(strings.TrimSpace(header), ",")
}

// numbered is a csv.Reader that remembers on which line each record began, and checks the header before gocsv sees it: a file
// with other headers would give empty rows without a word.
type numbered struct {
	*csv.Reader
	lines []int
}

func (n *numbered) Read() ([]string, error) {
	record, err := n.Reader.Read()
	if err == nil {
		line, _ := n.FieldPos(0)
		n.lines = append(n.lines, line)
	}
	return record, err
}

func (n *numbered) ReadAll() (all [][]string, err error) {
	for {
		record, err := n.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, record)
	}
}

func readCSV(raw []byte) ([]ReadOrder, error) {
	header, delimiter, err := checkHeader(raw)
	if err != nil {
		return nil, err
	}
	reader := &numbered{Reader: csv.NewReader(bytes.NewReader(raw))}
	reader.Comma, reader.FieldsPerRecord = delimiter, len(header)
	var rows []orderCSV
	if err := gocsv.UnmarshalCSV(reader, &rows); err != nil {
		return nil, fmt.Errorf("the CSV cannot be read: %w", err)
	}
	var found []ReadOrder
	for i, row := range rows {
		line := reader.lines[min(i+1, len(reader.lines)-1)]
		if row == (orderCSV{}) {
			continue
		}
		if n := len(found); n > 0 && continues(row, found[n-1].Order) {
			addLine(&found[n-1], line, row)
			continue
		}
		found = append(found, newOrder(line, row))
	}
	return found, nil
}

// checkHeader finds the delimiter and says which columns are missing or not known.
func checkHeader(raw []byte) (header []string, delimiter rune, err error) {
	line, _, _ := bytes.Cut(raw, []byte("\n"))
	delimiter = ','
	for _, d := range ";\t|" {
		if bytes.Count(line, []byte(string(d))) > bytes.Count(line, []byte(string(delimiter))) {
			delimiter = d
		}
	}
	reader := csv.NewReader(bytes.NewReader(raw))
	reader.Comma = delimiter
	if header, err = reader.Read(); err != nil {
		return nil, 0, fmt.Errorf("line 1: the header cannot be read: %w", err)
	}
	known := Columns()
	var missing, unknown []string
	for _, name := range required {
		if !slices.Contains(header, name) {
			missing = append(missing, name)
		}
	}
	for _, name := range header {
		if !slices.Contains(known, name) {
			unknown = append(unknown, strconv.Quote(name))
		}
	}
	switch {
	case len(missing) > 0:
		return nil, 0, fmt.Errorf("line 1: the column(s) %s are missing; expected a header with %s", strings.Join(missing, ", "), strings.Join(known, ","))
	case len(unknown) > 0:
		return nil, 0, fmt.Errorf("line 1: the column(s) %s are not known; expected %s", strings.Join(unknown, ", "), strings.Join(known, ","))
	}
	return header, delimiter, nil
}

// continues tells whether a row is a further line of the order before it: its order fields are empty, or name the same order.
func continues(row orderCSV, before order.Order) bool {
	return row.Number == "" || row.Number == before.Number && (row.ID == "" || row.ID == before.ID) && (row.Channel == "" || row.Channel == before.Channel)
}

func newOrder(line int, row orderCSV) ReadOrder {
	r := ReadOrder{Line: line, Hints: Hints{row.Supplier, row.PONumber, row.MessageID, row.ReplyTo}}
	r.Order = order.Order{
		Number: row.Number, Channel: row.Channel, ID: row.ID, Currency: row.Currency, ShippingMethod: row.ShippingMethod, Note: row.Note,
		Customer: order.Customer{Name: row.CustomerName, Email: row.CustomerEmail, Phone: row.CustomerPhone},
		ShipTo: order.Address{Name: row.ShipName, Company: row.ShipCompany, Line1: row.ShipLine1, Line2: row.ShipLine2, City: row.ShipCity,
			Region: row.ShipRegion, Postcode: row.ShipPostcode, Country: row.ShipCountry, Phone: row.ShipPhone},
	}
	if r.Order.ID == "" { // a file without ids: the number is unique enough inside its channel
		r.Order.ID = row.Number
	}
	for _, tag := range strings.Split(row.Tags, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			r.Order.Tags = append(r.Order.Tags, tag)
		}
	}
	for _, t := range []struct {
		name, text string
		into       *time.Time
	}{{"placed_at", row.PlacedAt, &r.Order.PlacedAt}, {"paid_at", row.PaidAt, &r.Order.PaidAt}} {
		if t.text == "" {
			continue
		}
		parsed, err := time.Parse(time.RFC3339, t.text)
		if err != nil {
			r.wrong(line, t.name, t.text, "a time like 2025-08-26T17:12:00Z (RFC 3339)")
			continue
		}
		*t.into = parsed
	}
	if err := r.Order.Total.UnmarshalText([]byte(row.Total)); err != nil {
		r.wrong(line, "total", row.Total, "a decimal like 48.54")
	}
	addLine(&r, line, row)
	return r
}

func addLine(r *ReadOrder, line int, row orderCSV) {
	l := order.Line{ID: row.LineID, SKU: row.SKU, Title: row.Title}
	var err error
	if l.Quantity, err = strconv.Atoi(row.Quantity); err != nil {
		r.wrong(line, "quantity", row.Quantity, "a whole number of pieces")
	}
	if err := l.UnitPrice.UnmarshalText([]byte(row.UnitPrice)); err != nil {
		r.wrong(line, "unit_price", row.UnitPrice, "a decimal like 48.54")
	}
	r.Order.Lines = append(r.Order.Lines, l)
}

func (r *ReadOrder) wrong(line int, column, text, expected string) {
	var all *FieldErrors
	if !errors.As(r.Err, &all) {
		all = &FieldErrors{}
		r.Err = all
	}
	all.Fields = append(all.Fields, order.FieldError{Field: column, Text: fmt.Sprintf("is %q on line %d; expected %s", text, line, expected)})
}

// WriteTracking writes the tracking file of a channel (docs/tracking-csv.md). Cells are exact: a machine reads it.
func WriteTracking(rows []TrackingRow) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := gocsv.MarshalCSV(rows, gocsv.NewSafeCSVWriter(w)); err != nil {
		return nil, fmt.Errorf("write the tracking file: %w", err)
	}
	return out.Bytes(), nil
}
