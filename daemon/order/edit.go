package order

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrField is returned by Set for a name that is no field, or none that may be edited.
var ErrField = errors.New("is not a field that can be edited")

// editable are the fields of the order that a person may correct before a supplier is told, under their JSON names. What was bought, what it cost and who
// told it stay as the channel says.
func (o *Order) editable() []field {
	fields := []field{{"customer.name", &o.Customer.Name}, {"customer.email", &o.Customer.Email}, {"customer.phone", &o.Customer.Phone}}
	for _, f := range o.ShipTo.texts() {
		fields = append(fields, field{"ship_to." + f.name, f.text})
	}
	for _, f := range o.Billing.texts() {
		fields = append(fields, field{"billing." + f.name, f.text})
	}
	return append(fields, field{"shipping_method", &o.ShippingMethod}, field{"note", &o.Note})
}

// Set gives the order with fields corrected, by their JSON names ("ship_to.postcode"), and the names of those that are different now. The result is Normal
// when the order was; Check tells whether it may be. Error: ErrField.
func (o Order) Set(values map[string]string) (Order, []string, error) {
	var changed, unknown []string
	known := o.editable()
	for name, value := range values {
		i := slices.IndexFunc(known, func(f field) bool { return f.name == name })
		if i < 0 {
			unknown = append(unknown, name)
			continue
		}
		if value = strings.TrimSpace(value); *known[i].text != value {
			*known[i].text = value
			changed = append(changed, name)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		names := make([]string, len(known))
		for i, f := range known {
			names[i] = f.name
		}
		return o, nil, fmt.Errorf("%.200q %w; there are %s", strings.Join(unknown, ", "), ErrField, strings.Join(names, ", "))
	}
	slices.Sort(changed)
	return o, changed, nil
}

// Keeping gives the order, a version of what the channel says, with what a person has edited: the fields in which edited differs from said, what the channel
// said then. Where the channel itself says something else by now, it has the last word.
func (o Order) Keeping(edited, said Order) Order {
	now, mine, then := o.editable(), edited.editable(), said.editable()
	for i := range now {
		if *mine[i].text != *then[i].text && *now[i].text == *then[i].text {
			*now[i].text = *mine[i].text
		}
	}
	return o
}

// With gives the order with what a later copy of it tells for the first time: that it is a test, its risk, where the bill goes, its payment. It also tells
// which of them: "test", "risk", "billing". The rest of the copy must be the same, see Against.
func (o Order) With(later Order) (Order, []string) {
	var news []string
	if later.Test && !o.Test {
		o.Test = true
		news = append(news, "test")
	}
	if o.Risk == "" && later.Risk != "" {
		o.Risk = later.Risk
		news = append(news, "risk")
	}
	if o.Billing == (Address{}) && later.Billing != (Address{}) {
		o.Billing = later.Billing
		news = append(news, "billing")
	}
	if !o.Paid() {
		o.PaidAt = later.PaidAt
	}
	return o, news
}
