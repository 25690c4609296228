package read

import (
	"bytes"
	"encoding/json"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
	"waybill/parsers/mail"
)

// parcels reads schema.org ParcelDelivery in JSON-LD, alone, in arrays and in @graph. What it says has no place in the text
// that a person sees; its Part is the HTML's.
func (d *document) parcels(l *mail.Leaf) {
	for _, script := range l.JSONLD {
		var data any
		dec := json.NewDecoder(bytes.NewReader(script))
		dec.UseNumber()
		if dec.Decode(&data) != nil {
			continue
		}
		d.node(data, l.Text.Part, 0)
	}
}

func (d *document) node(data any, part string, depth int) {
	if depth > 6 {
		return
	}
	switch v := data.(type) {
	case []any:
		for _, one := range v[:min(len(v), 100)] {
			d.node(one, part, depth+1)
		}
	case map[string]any:
		if typed(v, "ParcelDelivery") {
			d.parcel(v, part)
			return
		}
		for _, key := range []string{"@graph", "mainEntity", "about", "orderDelivery"} {
			if inner, ok := v[key]; ok {
				d.node(inner, part, depth+1)
			}
		}
	}
}

func typed(v map[string]any, name string) bool {
	switch t := v["@type"].(type) {
	case string:
		return strings.TrimPrefix(strings.TrimPrefix(t, "http://schema.org/"), "https://schema.org/") == name
	case []any:
		for _, one := range t {
			if one == name {
				return true
			}
		}
	}
	return false
}

func (d *document) parcel(v map[string]any, part string) {
	value := func(text string) parsers.Value { return parsers.Value{Text: text, At: parsers.Place{Part: part}} }
	number := str(v, "trackingNumber")
	s := parsers.Statement{Kind: parsers.Shipment, Score: 0.9, Scope: parsers.ScopeClause, KindAt: value("ParcelDelivery")}
	named := str(v, "provider", "name") + str(v, "carrier", "name")
	s.Carrier = value(named)
	slug, _ := carrier.Normalize(named)
	if number != "" {
		for _, t := range carrier.Find(number, carrier.Context{Part: part, Column: true, Carrier: slug, Usual: d.profile.Carrier}) {
			t.Value, t.URL = value(number), str(v, "trackingUrl")
			s.Tracking = append(s.Tracking, t)
		}
	}
	if order := str(v, "partOfOrder", "orderNumber"); order != "" {
		s.Refs = append(s.Refs, parsers.Ref{Value: value(order), Label: parsers.LabelOrder})
	}
	address := func(name string) parsers.Value { return value(str(v, "deliveryAddress", name)) }
	s.Party = parsers.Party{Name: address("name"), Street: address("streetAddress"), Postcode: address("postalCode"), City: address("addressLocality"),
		Region: address("addressRegion"), Country: address("addressCountry")}
	clearEmpty(&s.Party)
	if named == "" {
		s.Carrier = parsers.Value{}
	}
	if len(s.Tracking) > 0 || len(s.Refs) > 0 {
		d.reading.Statements = append(d.reading.Statements, s)
	}
}

func clearEmpty(p *parsers.Party) {
	for _, v := range []*parsers.Value{&p.Name, &p.Street, &p.Postcode, &p.City, &p.Region, &p.Country} {
		if v.Text == "" {
			*v = parsers.Value{}
		}
	}
}

// str follows keys into nested objects, through the first entry of arrays.
func str(v map[string]any, keys ...string) string {
	var at any = v
	for _, key := range keys {
		if list, ok := at.([]any); ok && len(list) > 0 {
			at = list[0]
		}
		m, ok := at.(map[string]any)
		if !ok {
			return ""
		}
		at = m[key]
	}
	if list, ok := at.([]any); ok && len(list) > 0 {
		at = list[0]
	}
	switch t := at.(type) {
	case string:
		return strings.TrimSpace(t)
	case json.Number:
		return t.String()
	case map[string]any:
		return str(t, "name")
	}
	return ""
}
