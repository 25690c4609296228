package channel

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gocarina/gocsv"

	"waybill/daemon/order"
)

// orderCSV is a row of the canonical CSV: one row for each line item. The order's fields are repeated on each row, or stand only on the
// first one. The last four are Hints.
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
	Test           string `csv:"test"` // true or false
	Risk           string `csv:"risk"`
	BillName       string `csv:"billing_name"`
	BillCompany    string `csv:"billing_company"`
	BillLine1      string `csv:"billing_line1"`
	BillLine2      string `csv:"billing_line2"`
	BillCity       string `csv:"billing_city"`
	BillRegion     string `csv:"billing_region"`
	BillPostcode   string `csv:"billing_postcode"`
	BillCountry    string `csv:"billing_country"`
	BillPhone      string `csv:"billing_phone"`
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

// maxRow is the longest row that is read, in bytes: encoding/csv builds a whole record before anybody can look at it, and a quote that
// is never closed makes the rest of the file one record.
const maxRow = 64 << 10

// readCSV reads rows. The rows of one order follow each other; on the further ones the order's fields are empty or the same.
func readCSV(raw []byte) ([]ReadOrder, error) {
	if err := checkRows(raw); err != nil {
		return nil, err
	}
	reader, header, err := checkHeader(raw)
	if err != nil {
		return nil, err
	}
	rows, err := gocsv.NewUnmarshaller(reader, orderCSV{})
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	t := table{first: map[[2]string]int{}}
	for {
		read, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return t.found, nil
		case errors.Is(err, csv.ErrFieldCount):
			line, _ := reader.FieldPos(0)
			return nil, fmt.Errorf("line %d: not as many cells as the header has (%d); is the file whole?", line, len(header))
		case errors.Is(err, csv.ErrBareQuote):
			return nil, fmt.Errorf(`the CSV cannot be read: %w; a cell with a quote is written "14"" bucket"`, err)
		case err != nil:
			return nil, fmt.Errorf("the CSV cannot be read: %w; is the file whole?", err)
		}
		line, _ := reader.FieldPos(0)
		t.add(line, read.(orderCSV).trimmed())
	}
}

// checkRows holds that no row is longer than maxRow.
func checkRows(raw []byte) error {
	line, start, from, quoted := 1, 0, 1, false
	for i, c := range raw {
		switch c {
		case '"':
			quoted = !quoted
		case '\n':
			line++
			if !quoted {
				start, from = i+1, line
			}
		}
		if i-start >= maxRow {
			return fmt.Errorf("line %d: the row is longer than %d bytes; is a quote not closed?", from, maxRow)
		}
	}
	return nil
}

// checkHeader finds the delimiter and says which columns are missing or not known: with other headers gocsv would give empty rows without
// a word. The reader stands at the start of the file.
func checkHeader(raw []byte) (reader *csv.Reader, header []string, err error) {
	line, _, _ := bytes.Cut(raw, []byte("\n"))
	delimiter := ','
	for _, d := range ";\t|" {
		if bytes.Count(line, []byte(string(d))) > bytes.Count(line, []byte(string(delimiter))) {
			delimiter = d
		}
	}
	open := func() *csv.Reader {
		r := csv.NewReader(bytes.NewReader(raw))
		r.Comma = delimiter
		return r
	}
	if header, err = open().Read(); err != nil {
		return nil, nil, fmt.Errorf("line 1: the header cannot be read: %w", err)
	}
	known := Columns()
	var missing, unknown, twice []string
	for _, name := range required {
		if !slices.Contains(header, name) {
			missing = append(missing, name)
		}
	}
	for i, name := range header {
		switch {
		case !slices.Contains(known, name):
			unknown = append(unknown, fmt.Sprintf("%.40q", name))
		case slices.Contains(header[:i], name):
			twice = append(twice, name)
		}
	}
	switch {
	case len(missing) > 0:
		return nil, nil, fmt.Errorf("line 1: the column(s) %s are missing; expected a header with %s", strings.Join(missing, ", "), strings.Join(known, ","))
	case len(unknown) > 0:
		return nil, nil, fmt.Errorf("line 1: the column(s) %s are not known; expected %s", strings.Join(unknown, ", "), strings.Join(known, ","))
	case len(twice) > 0:
		return nil, nil, fmt.Errorf("line 1: the column(s) %s stand there twice", strings.Join(twice, ", "))
	}
	return open(), header, nil
}

// table puts rows together to orders.
type table struct {
	found []ReadOrder
	head  orderCSV          // the row that the last order began with
	last  orderCSV          // the row before
	first map[[2]string]int // channel and number to its place in found
}

func (t *table) add(line int, row orderCSV) {
	if row == (orderCSV{}) {
		return // a row of delimiters, as spreadsheets leave them
	}
	defer func() { t.last = row }()
	n := len(t.found) - 1
	if n >= 0 && (row.Number == "" || row.Number == t.head.Number && (row.Channel == "" || row.Channel == t.head.Channel)) {
		r := &t.found[n]
		if row == t.last && row.LineID == "" {
			r.wrong("line_id", "is missing on line %d, which repeats the row before; if both are meant, give each its own", line)
		}
		for _, name := range row.differs(t.head) {
			r.wrong(name, "on line %d is not what line %d says of the same order", line, r.Line)
		}
		r.addLine(line, row)
		return
	}
	r := newOrder(line, row)
	key := [2]string{row.Channel, row.Number}
	if before, twice := t.first[key]; twice && row.Number != "" {
		// Neither is taken: half an order must not go out, and a file pasted twice must not double it.
		for _, r := range []*ReadOrder{&t.found[before], &r} {
			r.wrong("number", "is %q on line %d and again on line %d; the rows of an order follow each other", row.Number, t.found[before].Line, line)
		}
	}
	t.first[key] = len(t.found)
	t.found, t.head = append(t.found, r), row
}

// trimmed is the row without white space around its cells.
func (row orderCSV) trimmed() orderCSV {
	cells := reflect.ValueOf(&row).Elem()
	for i := range cells.NumField() {
		cells.Field(i).SetString(strings.TrimSpace(cells.Field(i).String()))
	}
	return row
}

// differs names the columns of the order, not of the line, in which a further row says something else than the first.
func (row orderCSV) differs(head orderCSV) (columns []string) {
	row.LineID, row.SKU, row.Title, row.Quantity, row.UnitPrice = "", "", "", "", ""
	cells, first := reflect.ValueOf(row), reflect.ValueOf(head)
	for i := range cells.NumField() {
		if text := cells.Field(i).String(); text != "" && text != first.Field(i).String() {
			columns = append(columns, cells.Type().Field(i).Tag.Get("csv"))
		}
	}
	return columns
}

func newOrder(line int, row orderCSV) ReadOrder {
	r := ReadOrder{Line: line, Hints: Hints{row.Supplier, row.PONumber, row.MessageID, row.ReplyTo}}
	r.Order = order.Order{
		Number: row.Number, Channel: row.Channel, ID: row.ID, Currency: row.Currency, ShippingMethod: row.ShippingMethod, Note: row.Note,
		Customer: order.Customer{Name: row.CustomerName, Email: row.CustomerEmail, Phone: row.CustomerPhone},
		ShipTo: order.Address{Name: row.ShipName, Company: row.ShipCompany, Line1: row.ShipLine1, Line2: row.ShipLine2, City: row.ShipCity,
			Region: row.ShipRegion, Postcode: row.ShipPostcode, Country: row.ShipCountry, Phone: row.ShipPhone},
		Billing: order.Address{Name: row.BillName, Company: row.BillCompany, Line1: row.BillLine1, Line2: row.BillLine2, City: row.BillCity,
			Region: row.BillRegion, Postcode: row.BillPostcode, Country: row.BillCountry, Phone: row.BillPhone},
		Risk: order.Risk(row.Risk),
	}
	if r.Order.ID == "" { // a file without ids: the number is unique enough inside its channel
		r.Order.ID = row.Number
	}
	switch row.Test {
	case "", "false":
	case "true":
		r.Order.Test = true
	default:
		r.wrong("test", "is %.40q on line %d; expected true or false", row.Test, line)
	}
	if row.Tags != "" {
		r.Order.Tags = strings.Split(row.Tags, ",")
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
			r.wrong(t.name, "is %.40q on line %d; expected a time like 2025-08-26T17:12:00Z (RFC 3339)", t.text, line)
			continue
		}
		*t.into = parsed
	}
	if err := r.Order.Total.UnmarshalText([]byte(row.Total)); err != nil {
		r.wrong("total", "is %.40q on line %d; expected a decimal like 48.54", row.Total, line)
	}
	r.addLine(line, row)
	return r
}

func (r *ReadOrder) addLine(line int, row orderCSV) {
	l := order.Line{ID: row.LineID, SKU: row.SKU, Title: row.Title}
	var err error
	if l.Quantity, err = strconv.Atoi(row.Quantity); err != nil {
		r.wrong("quantity", "is %.40q on line %d; expected a whole number of pieces", row.Quantity, line)
	}
	if err := l.UnitPrice.UnmarshalText([]byte(row.UnitPrice)); err != nil {
		r.wrong("unit_price", "is %.40q on line %d; expected a decimal like 48.54", row.UnitPrice, line)
	}
	r.Order.Lines = append(r.Order.Lines, l)
}

func (r *ReadOrder) wrong(column, format string, args ...any) {
	var all *FieldErrors
	if !errors.As(r.Err, &all) {
		all = &FieldErrors{}
		r.Err = all
	}
	all.Fields = append(all.Fields, order.FieldError{Field: column, Text: fmt.Sprintf(format, args...)})
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
