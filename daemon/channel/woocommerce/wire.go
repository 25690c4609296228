package woocommerce

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"
)

// text is a value that shops write as a text, a number, null, or as PHP's false where there is nothing: plug-ins change the types that the
// documentation promises. Numbers keep their digits.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) == 0, raw[0] == '{', raw[0] == '[', bytes.Equal(raw, []byte("null")), bytes.Equal(raw, []byte("false")):
		*t = ""
	case raw[0] == '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		*t = text(s)
	default:
		*t = text(raw)
	}
	return nil
}

// plain is the text as people read it: entities resolved ("&ndash;", "&amp;"), white space made single.
func (t text) plain() string { return plainText(string(t)) }

func plainText(s string) string {
	return strings.Join(strings.Fields(html.UnescapeString(s)), " ")
}

// lines is plain with its line breaks kept, for notes.
func (t text) lines() string {
	var out []string
	for line := range strings.Lines(html.UnescapeString(string(t))) {
		out = append(out, strings.Join(strings.Fields(line), " "))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// moment reads a date that ends in _gmt: ISO 8601 without a zone (_introduction). Empty, or one that cannot be read, is the zero time.
func (t text) moment() time.Time {
	for _, layout := range []string{"2006-01-02T15:04:05", time.RFC3339, "2006-01-02 15:04:05"} {
		if at, err := time.Parse(layout, string(t)); err == nil && at.Year() > 1970 {
			return at.UTC()
		}
	}
	return time.Time{}
}

// list decodes a list whose place an empty value, or PHP's map with numbers as keys, may take.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '{' {
		var numbered map[string]T
		if err := json.Unmarshal(raw, &numbered); err != nil {
			return err
		}
		for i := range len(numbered) {
			one, ok := numbered[fmt.Sprint(i)]
			if !ok {
				return fmt.Errorf("expected a list, found an object")
			}
			*l = append(*l, one)
		}
		return nil
	}
	if len(raw) == 0 || raw[0] != '[' {
		*l = nil // null, "" or false
		return nil
	}
	return json.Unmarshal(raw, (*[]T)(l))
}

// wireAddress is billing or shipping; PHP writes an empty one as a list.
type wireAddress struct {
	FirstName text `json:"first_name"`
	LastName  text `json:"last_name"`
	Company   text `json:"company"`
	Address1  text `json:"address_1"`
	Address2  text `json:"address_2"`
	City      text `json:"city"`
	State     text `json:"state"`
	Postcode  text `json:"postcode"`
	Country   text `json:"country"`
	Email     text `json:"email"` // of billing alone
	Phone     text `json:"phone"` // of shipping since WooCommerce 5.6 (general knowledge)
}

func (a *wireAddress) UnmarshalJSON(raw []byte) error {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || raw[0] != '{' {
		*a = wireAddress{}
		return nil
	}
	type plain wireAddress
	return json.Unmarshal(raw, (*plain)(a))
}

// wireMeta is a piece of meta data. The display fields are how the shop shows it to people (line items, since WooCommerce 4; general knowledge).
type wireMeta struct {
	ID           text            `json:"id"`
	Key          text            `json:"key"`
	Value        json.RawMessage `json:"value"`
	DisplayKey   text            `json:"display_key"`
	DisplayValue text            `json:"display_value"`
}

type wireLine struct {
	ID          text           `json:"id"`
	Name        text           `json:"name"`
	ProductID   text           `json:"product_id"`
	VariationID text           `json:"variation_id"`
	Quantity    text           `json:"quantity"`
	SKU         text           `json:"sku"`
	Total       text           `json:"total"`
	Meta        list[wireMeta] `json:"meta_data"`
	// Of Product Bundles and Composite Products: the line that this one is a part of, or the lines that are parts of it (general knowledge).
	BundledBy         text       `json:"bundled_by"`
	BundledItems      list[text] `json:"bundled_items"`
	CompositeParent   text       `json:"composite_parent"`
	CompositeChildren list[text] `json:"composite_children"`
}

type wireOrder struct {
	ID            text           `json:"id"`
	Number        text           `json:"number"`
	Status        text           `json:"status"`
	Currency      text           `json:"currency"`
	DateCreated   text           `json:"date_created_gmt"`
	DateModified  text           `json:"date_modified_gmt"`
	DatePaid      text           `json:"date_paid_gmt"`
	Total         text           `json:"total"`
	CustomerNote  text           `json:"customer_note"`
	Billing       wireAddress    `json:"billing"`
	Shipping      wireAddress    `json:"shipping"`
	Lines         list[wireLine] `json:"line_items"`
	ShippingLines list[struct {
		MethodTitle text `json:"method_title"`
		MethodID    text `json:"method_id"`
	}] `json:"shipping_lines"`
	Refunds list[struct {
		ID text `json:"id"`
	}] `json:"refunds"`
	Meta list[wireMeta] `json:"meta_data"`
}

// wireRefund is one refund of an order; its lines name the line they refund in their meta data, with the quantity below zero (_order-refunds).
type wireRefund struct {
	ID    text `json:"id"`
	Lines list[struct {
		Quantity text           `json:"quantity"`
		Meta     list[wireMeta] `json:"meta_data"`
	}] `json:"line_items"`
}

// meta gives a value of meta data as a text; "" where there is none, or something that is no text.
func meta(all []wireMeta, key string) string {
	for _, m := range all {
		if string(m.Key) == key {
			var t text
			_ = t.UnmarshalJSON(m.Value)
			return string(t)
		}
	}
	return ""
}

var tags = regexp.MustCompile(`<[^<>]*>`)

// withoutTags takes HTML out of what a plug-in shows to people.
func withoutTags(s string) string { return plainText(tags.ReplaceAllString(s, " ")) }
