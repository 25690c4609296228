package mail

import "waybill/parsers"

// Item is a thing that an HTML body describes in microdata (WHATWG HTML section 5): carriers and shops put
// schema.org's ParcelDelivery into their notices.
type Item struct {
	Type       string
	Properties []Property
}

// Property of an item: a text or another item.
type Property struct {
	Name  string
	Value parsers.Value // without offsets where it stands in an attribute
	Item  *Item
}

// item is an Item while it is read.
type item struct {
	Item
	property string // of the item around it
}

// maxItems bounds the items and properties of a body.
const maxItems = 500

// openItem begins an item.
func (x *extractor) openItem(a attributes) bool {
	if x.count++; x.count > maxItems {
		return false
	}
	x.items = append(x.items, &item{Item: Item{Type: a.itemType}, property: a.property})
	return true
}

// closeItem gives an item to the one around it.
func (x *extractor) closeItem() {
	last := x.items[len(x.items)-1]
	x.items = x.items[:len(x.items)-1]
	if len(x.items) == 0 {
		x.result.items = append(x.result.items, last.Item)
		return
	}
	if last.property != "" {
		x.add(Property{Name: last.property, Item: &last.Item})
	}
}

// attributed takes a property whose value stands in an attribute: <meta content>, <link href>, <a href>.
func (x *extractor) attributed(a attributes) {
	value := a.content
	if value == "" {
		value = a.href
	}
	if value != "" {
		x.add(Property{Name: a.property, Value: parsers.Value{Text: value}})
	}
}

// worded takes a property whose value is the text of its element.
func (x *extractor) worded(name string, from int) {
	start, end := trimSpan(x.out, min(from, len(x.out)), len(x.out))
	if start < end && end-start < 500 {
		x.add(Property{Name: name, Value: parsers.Value{Text: string(x.out[start:end]), At: parsers.Place{Start: start, End: end}}})
	}
}

func (x *extractor) add(p Property) {
	if x.count++; len(x.items) > 0 && x.count <= maxItems {
		open := x.items[len(x.items)-1]
		open.Properties = append(open.Properties, p)
	}
}
