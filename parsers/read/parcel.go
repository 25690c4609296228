package read

import (
	"encoding/json"
	"html"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
	"waybill/parsers/mail"
)

// parcels reads schema.org ParcelDelivery and Order in JSON-LD, alone, in arrays and in @graph, in microdata and in RDFa. A value has its place in
// the text that a person sees where it stands there too, else its Part is the HTML's.
func (d *document) parcels(l *mail.Leaf) {
	before := len(d.reading.Statements)
	for _, script := range l.JSONLD {
		if data, ok := decodeLD(script); ok {
			d.node(data, l.Text, 0)
		}
	}
	for i := range l.Items {
		d.node(linked(&l.Items[i]), l.Text, 0)
	}
	for i := before; i < len(d.reading.Statements); i++ {
		d.markup = append(d.markup, i)
	}
}

// decodeLD reads a script of JSON-LD, also one that a template has wrapped in a comment or in CDATA, or written with HTML's escapes.
func decodeLD(script []byte) (data any, ok bool) {
	text := strings.TrimSpace(string(script))
	for _, wrap := range [...][2]string{{"<!--", "-->"}, {"//<![CDATA[", "//]]>"}, {"<![CDATA[", "]]>"}} {
		if inner, found := strings.CutPrefix(text, wrap[0]); found {
			text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(inner), wrap[1]))
		}
	}
	for _, one := range [...]string{text, html.UnescapeString(text)} {
		dec := json.NewDecoder(strings.NewReader(one))
		dec.UseNumber()
		if dec.Decode(&data) == nil {
			return data, true
		}
	}
	return nil, false
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
		switch {
		case typed(v, "ParcelDelivery"):
			d.parcel(v, t)
			return
		case typed(v, "Order"):
			d.ordered(v, t, depth)
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

// orderStates are the values of schema.org's OrderStatus that are news.
var orderStates = map[string]parsers.Kind{
	"OrderProcessing": parsers.Acknowledgement, "OrderInTransit": parsers.Shipment, "OrderCancelled": parsers.Cancellation,
}

// ordered reads an Order: its deliveries, which know their order from it, and its state.
func (d *document) ordered(v map[string]any, t *parsers.Text, depth int) {
	before := len(d.reading.Statements)
	deliveries, ok := v["orderDelivery"].([]any)
	if one := v["orderDelivery"]; !ok && one != nil {
		deliveries = []any{one}
	}
	for _, one := range deliveries[:min(len(deliveries), 100)] {
		if parcel, ok := one.(map[string]any); ok && parcel["partOfOrder"] == nil {
			parcel["partOfOrder"] = map[string]any{"orderNumber": v["orderNumber"]}
		}
		d.node(one, t, depth+1)
	}
	state := property(v, "orderStatus").Text
	kind := orderStates[state[strings.LastIndexByte(state, '/')+1:]]
	number := placed(property(v, "orderNumber"), t)
	if kind == "" || number.Text == "" || kind == parsers.Shipment && len(d.reading.Statements) > before {
		return
	}
	d.reading.Statements = append(d.reading.Statements, parsers.Statement{Kind: kind, Score: 0.8, Scope: parsers.ScopeClause,
		KindAt: parsers.Value{Text: state, At: parsers.Place{Part: t.Part}}, Refs: []parsers.Ref{{Value: number, Label: parsers.LabelOrder}}})
}

func (d *document) parcel(v map[string]any, t *parsers.Text) {
	get := func(keys ...string) parsers.Value { return placed(property(v, keys...), t) }
	kind := parsers.Value{Text: "ParcelDelivery", At: parsers.Place{Part: t.Part}}
	s := parsers.Statement{Kind: parsers.Shipment, Score: 0.9, Scope: parsers.ScopeClause, KindAt: kind}
	for _, path := range [...][]string{{"provider", "name"}, {"carrier", "name"}, {"provider"}, {"carrier"}} {
		if s.Carrier = get(path...); s.Carrier.Text != "" {
			break
		}
	}
	link := property(v, "trackingUrl").Text
	slug, _ := carrier.Normalize(s.Carrier.Text)
	if number := get("trackingNumber"); number.Text != "" {
		for _, found := range carrier.Find(number.Text, carrier.Context{Part: t.Part, Column: true, Carrier: slug, Usual: d.profile.Carrier}) {
			found.Value, found.URL = number, link
			s.Tracking = append(s.Tracking, found)
		}
	} else if link != "" {
		for _, found := range carrier.Link(link, carrier.Context{Part: t.Part, Carrier: slug, Usual: d.profile.Carrier}) {
			found.Value, found.URL = placed(parsers.Value{Text: found.Text}, t), link
			s.Tracking = append(s.Tracking, found)
		}
	}
	if len(s.Tracking) == 0 {
		s.Score = 0.5 // shops mark up what they will send as well
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
