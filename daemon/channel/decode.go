package channel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"waybill/daemon/order"
)

// document is the canonical order as it may arrive: every value is looked at by itself, so that all mistakes are told at once.
type document struct {
	fields []order.FieldError
}

// maxErrors is how many errors of one order are told.
const maxErrors = 100

func (d *document) bad(field, format string, args ...any) {
	if len(d.fields) == maxErrors {
		return
	}
	d.fields = append(d.fields, order.FieldError{Field: field, Text: fmt.Sprintf(format, args...)})
}

// DecodeOrder reads one canonical order (docs/orders.md). err says that the text is not one JSON object in UTF-8; fields is everything
// in it that has the wrong type, an unknown name or a value that cannot be read. What could be read is in the order all the same.
func DecodeOrder(raw []byte) (o order.Order, hints Hints, fields []order.FieldError, err error) {
	if at := notUTF8(raw); at >= 0 {
		return o, hints, nil, fmt.Errorf("byte %d is not UTF-8", at)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	var top map[string]json.RawMessage
	if err := decoder.Decode(&top); err != nil {
		return o, hints, nil, jsonError(raw, 1, err)
	}
	if top == nil {
		return o, hints, nil, errors.New("expected an object, found a JSON null")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return o, hints, nil, errors.New("there is more text behind the object")
	}
	var d document
	d.object("", top, map[string]func(string, json.RawMessage){
		"number": d.text(&o.Number), "channel": d.text(&o.Channel), "id": d.text(&o.ID), "placed_at": d.time(&o.PlacedAt), "paid_at": d.time(&o.PaidAt),
		"currency": d.text(&o.Currency), "total": d.amount(&o.Total), "shipping_method": d.text(&o.ShippingMethod), "note": d.text(&o.Note),
		"tags":       d.texts(&o.Tags),
		"customer":   d.group(map[string]*string{"name": &o.Customer.Name, "email": &o.Customer.Email, "phone": &o.Customer.Phone}),
		"ship_to":    d.group(addressFields(&o.ShipTo)),
		"billing":    d.group(addressFields(&o.Billing)),
		"test":       d.boolean(&o.Test),
		"risk":       d.text((*string)(&o.Risk)),
		"lines":      d.lines(&o.Lines),
		"supplier":   d.text(&hints.Supplier),
		"po_number":  d.text(&hints.PONumber),
		"message_id": d.text(&hints.MessageID),
		"reply_to":   d.text(&hints.ReplyTo),
	})
	return o, hints, d.fields, nil
}

func addressFields(a *order.Address) map[string]*string {
	return map[string]*string{"name": &a.Name, "company": &a.Company, "line1": &a.Line1, "line2": &a.Line2, "city": &a.City, "region": &a.Region,
		"postcode": &a.Postcode, "country": &a.Country, "phone": &a.Phone}
}

// jsonError says where the text, which begins on a line, stops being JSON.
func jsonError(raw []byte, line int, err error) error {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		before := raw[:min(int(syntax.Offset), len(raw))] // its last byte is the one that does not fit
		line += bytes.Count(before[:max(len(before)-1, 0)], []byte("\n"))
		return fmt.Errorf("line %d, column %d: %w", line, len(before)-bytes.LastIndexByte(before[:max(len(before)-1, 0)], '\n')-1, err)
	case errors.As(err, &wrong):
		return fmt.Errorf("expected an object, found a JSON %s", wrong.Value)
	case errors.Is(err, io.EOF):
		return errors.New("it is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends in the middle")
	}
	return err
}

func (d *document) object(at string, values map[string]json.RawMessage, known map[string]func(string, json.RawMessage)) {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		read, ok := known[name]
		if !ok {
			d.bad(at+brief([]byte(name)), "is not a field of an order")
			continue
		}
		if string(values[name]) != "null" {
			read(at+name, values[name])
		}
	}
}

func (d *document) text(into *string) func(string, json.RawMessage) {
	return func(at string, raw json.RawMessage) {
		if json.Unmarshal(raw, into) != nil {
			d.bad(at, "is %s; expected text in quotes", brief(raw))
		}
	}
}

func (d *document) boolean(into *bool) func(string, json.RawMessage) {
	return func(at string, raw json.RawMessage) {
		if json.Unmarshal(raw, into) != nil {
			d.bad(at, "is %s; expected true or false", brief(raw))
		}
	}
}

func (d *document) texts(into *[]string) func(string, json.RawMessage) {
	return func(at string, raw json.RawMessage) {
		if json.Unmarshal(raw, into) != nil {
			d.bad(at, "is %s; expected a list of texts", brief(raw))
		}
	}
}

func (d *document) time(into *time.Time) func(string, json.RawMessage) {
	return func(at string, raw json.RawMessage) {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			d.bad(at, "is %s; expected a time like \"2025-08-26T17:12:00Z\"", brief(raw))
			return
		}
		if text == "" {
			return
		}
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			d.bad(at, "is %.40q; expected a time like 2025-08-26T17:12:00Z (RFC 3339)", text)
			return
		}
		*into = t
	}
}

func (d *document) amount(into *order.Amount) func(string, json.RawMessage) {
	return func(at string, raw json.RawMessage) {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			d.bad(at, "is %s; expected a decimal in quotes like \"48.54\", so that no digit is lost", brief(raw))
			return
		}
		if err := into.UnmarshalText([]byte(text)); err != nil {
			d.bad(at, "is %.40q; expected a decimal like 48.54", text)
		}
	}
}

func (d *document) group(known map[string]*string) func(string, json.RawMessage) {
	return func(at string, raw json.RawMessage) {
		var values map[string]json.RawMessage
		if json.Unmarshal(raw, &values) != nil {
			d.bad(at, "is %s; expected an object", brief(raw))
			return
		}
		readers := make(map[string]func(string, json.RawMessage), len(known))
		for name, into := range known {
			readers[name] = d.text(into)
		}
		d.object(at+".", values, readers)
	}
}

func (d *document) lines(into *[]order.Line) func(string, json.RawMessage) {
	return func(at string, raw json.RawMessage) {
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			d.bad(at, "is %s; expected a list of lines", brief(raw))
			return
		}
		for i, item := range list {
			var l order.Line
			var values map[string]json.RawMessage
			here := fmt.Sprintf("%s[%d]", at, i)
			if json.Unmarshal(item, &values) != nil {
				d.bad(here, "is %s; expected an object", brief(item))
				*into = append(*into, l) // the others keep their places
				continue
			}
			d.object(here+".", values, map[string]func(string, json.RawMessage){
				"id": d.text(&l.ID), "sku": d.text(&l.SKU), "title": d.text(&l.Title), "unit_price": d.amount(&l.UnitPrice),
				"quantity": func(at string, raw json.RawMessage) {
					if json.Unmarshal(raw, &l.Quantity) != nil {
						d.bad(at, "is %s; expected a whole number of pieces", brief(raw))
					}
				},
			})
			*into = append(*into, l)
		}
	}
}

func brief(raw json.RawMessage) string {
	text := strings.ToValidUTF8(string(raw), "?")
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "…"
	}
	return text
}
