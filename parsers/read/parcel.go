package read

import (
	"bytes"
	"encoding/json"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
	"waybill/parsers/mail"
)

// parcels reads schema.org ParcelDelivery in JSON-LD, alone, in arrays and in @graph, and in microdata. A value has its place in
// the text that a person sees where it stands there too, else its Part is the HTML's.
func (d *document) parcels(l *mail.Leaf) {
	for _, script := range l.JSONLD {
		var data any
		dec := json.NewDecoder(bytes.NewReader(script))
		dec.UseNumber()
		if dec.Decode(&data) != nil {
			continue
		}
		d.node(data, l.Text, 0)
	}
	for i := range l.Items {
		d.node(linked(&l.Items[i]), l.Text, 0)
	}
}

// linked gives an item of microdata the form of JSON-LD.
func linked(item *mail.Item) map[string]any {
	out := map[string]any{"@type": item.Type}
	for _, p := range item.Properties {
		if _, seen := out[p.Name]; seen && p.Item == nil {
			continue
		}
		if p.Item != nil {
			out[p.Name] = linked(p.Item)
		} else {
			out[p.Name] = p.Value
		}
	}
	return out
}

func (d *document) node(data any, t *parsers.Text, depth int) {
	if depth > 6 {
		return
	}
	switch v := data.(type) {
	case []any:
		for _, one := range v[:min(len(v), 100)] {
			d.node(one, t, depth+1)
		}
	case map[string]any:
		if typed(v, "ParcelDelivery") {
			d.parcel(v, t)
			return
		}
		for _, key := range []string{"@graph", "mainEntity", "about", "orderDelivery"} {
			if inner, ok := v[key]; ok {
				d.node(inner, t, depth+1)
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

func (d *document) parcel(v map[string]any, t *parsers.Text) {
	get := func(keys ...string) parsers.Value { return placed(property(v, keys...), t) }
	kind := parsers.Value{Text: "ParcelDelivery", At: parsers.Place{Part: t.Part}}
	s := parsers.Statement{Kind: parsers.Shipment, Score: 0.9, Scope: parsers.ScopeClause, KindAt: kind}
	s.Carrier = get("provider", "name")
	if s.Carrier.Text == "" {
		s.Carrier = get("carrier", "name")
	}
	slug, _ := carrier.Normalize(s.Carrier.Text)
	if number := get("trackingNumber"); number.Text != "" {
		for _, found := range carrier.Find(number.Text, carrier.Context{Part: t.Part, Column: true, Carrier: slug, Usual: d.profile.Carrier}) {
			found.Value, found.URL = number, property(v, "trackingUrl").Text
			s.Tracking = append(s.Tracking, found)
		}
	}
	if order := get("partOfOrder", "orderNumber"); order.Text != "" {
		s.Refs = append(s.Refs, parsers.Ref{Value: order, Label: parsers.LabelOrder})
	}
	address := func(name string) parsers.Value { return get("deliveryAddress", name) }
	s.SetParty(parsers.Party{Name: address("name"), Street: address("streetAddress"), Postcode: address("postalCode"), City: address("addressLocality"),
		Region: address("addressRegion"), Country: address("addressCountry")})
	if len(s.Tracking) > 0 || len(s.Refs) > 0 {
		d.reading.Statements = append(d.reading.Statements, s)
	}
}

// placed says where a value stands: where the microdata has it, else where the text shows the same.
func placed(v parsers.Value, t *parsers.Text) parsers.Value {
	if v.Text == "" {
		return parsers.Value{}
	}
	v.At.Part = t.Part
	if v.At.End == 0 && len(v.Text) > 2 {
		if i := strings.Index(t.Text, v.Text); i >= 0 {
			v.At.Start, v.At.End = i, i+len(v.Text)
		}
	}
	return v
}

// property follows keys into nested objects, through the first entry of arrays.
func property(v map[string]any, keys ...string) parsers.Value {
	var at any = v
	for _, key := range keys {
		if list, ok := at.([]any); ok && len(list) > 0 {
			at = list[0]
		}
		m, ok := at.(map[string]any)
		if !ok {
			return parsers.Value{}
		}
		at = m[key]
	}
	if list, ok := at.([]any); ok && len(list) > 0 {
		at = list[0]
	}
	switch t := at.(type) {
	case parsers.Value:
		return t
	case string:
		return parsers.Value{Text: strings.TrimSpace(t)}
	case json.Number:
		return parsers.Value{Text: t.String()}
	case map[string]any:
		return property(t, "name")
	}
	return parsers.Value{}
}
