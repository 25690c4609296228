package channeltest

import (
	"fmt"
	"slices"
	"strings"
)

// mutate does what a mutation asks for, or says in userErrors what is against it.
func (s *Shopify) mutate(name string, args map[string]any) any {
	switch name {
	case "fulfillmentCreate":
		return s.fulfil(args["fulfillment"].(map[string]any))
	case "fulfillmentTrackingInfoUpdate":
		id, _ := args["fulfillmentId"].(string)
		tracking, _ := args["trackingInfoInput"].(map[string]any)
		for _, o := range s.orders {
			for _, f := range o.shipped {
				if f.id == id {
					if problem := f.track(tracking); problem != "" {
						return refused("trackingInfoInput", problem)
					}
					o.updated = s.now()
					s.mail(args["notifyCustomer"])
					return object{"fulfillment": f.object(), "userErrors": []object{}}
				}
			}
		}
		return refused("fulfillmentId", "Fulfillment does not exist.")
	case "tagsAdd", "tagsRemove":
		id, _ := args["id"].(string)
		o := s.find(id)
		if o == nil {
			return refused("id", "Order does not exist")
		}
		for _, v := range args["tags"].([]any) {
			tag := v.(string)
			if len(tag) > 40 {
				return refused("tags", "Tag exceeds the maximum length of 40 characters")
			}
			o.tags = slices.DeleteFunc(o.tags, func(t string) bool { return t == tag })
			if name == "tagsAdd" {
				o.tags = append(o.tags, tag)
			}
		}
		o.updated = s.now()
		return object{"userErrors": []object{}}
	case "orderUpdate":
		input := args["input"].(map[string]any)
		o := s.find(input["id"].(string))
		if o == nil {
			return refused("id", "Order does not exist")
		}
		if note, is := input["note"].(string); is {
			o.note = note
		}
		o.updated = s.now()
		return object{"order": o.object(s), "userErrors": []object{}}
	}
	s.wrong = append(s.wrong, name)
	return object(nil)
}

func (s *Shopify) mail(notify any) {
	if notify == true {
		s.mailed++
	}
}

// fulfil checks first and changes then: a fulfilment is made as a whole or not at all.
func (s *Shopify) fulfil(input map[string]any) object {
	f := &shopifyFulfillment{pieces: map[*shopifyLine]int{}}
	type take struct {
		l *shopifyWorkLine
		n int
	}
	var takes []take
	var order *shopifyOrder
	location := ""
	for _, v := range input["lineItemsByFulfillmentOrder"].([]any) {
		part := v.(map[string]any)
		id, _ := part["fulfillmentOrderId"].(string)
		o, w := s.workOf(id)
		switch {
		case w == nil:
			return refused("fulfillment", "Fulfillment order does not exist.")
		case w.status != "OPEN" && w.status != "IN_PROGRESS":
			return refused("fulfillment", fmt.Sprintf("Fulfillment order %s has an unfulfillable status= %s.", id[strings.LastIndexByte(id, '/')+1:], strings.ToLower(w.status)))
		case order != nil && (order != o || location != w.location):
			return refused("fulfillment", "All fulfillment orders must be assigned to the same location and belong to the same order.")
		}
		order, location = o, w.location
		lines, _ := part["fulfillmentOrderLineItems"].([]any)
		for _, v := range lines {
			line := v.(map[string]any)
			i := slices.IndexFunc(w.lines, func(l *shopifyWorkLine) bool { return l.id == line["id"] })
			n := number(line["quantity"])
			if i < 0 || n < 1 || n > w.lines[i].remaining {
				return refused("fulfillment", "Invalid fulfillment order line item quantity requested.")
			}
			takes = append(takes, take{w.lines[i], n})
		}
		if len(lines) == 0 {
			for _, l := range w.lines {
				takes = append(takes, take{l, l.remaining})
			}
		}
	}
	tracking, _ := input["trackingInfo"].(map[string]any)
	if problem := f.track(tracking); problem != "" {
		return refused("trackingInfo", problem)
	}
	f.id = s.id("Fulfillment")
	for _, t := range takes {
		t.l.remaining -= t.n
		t.l.line.fulfilled += t.n
		f.pieces[t.l.line] += t.n
	}
	for _, w := range order.work {
		if !slices.ContainsFunc(w.lines, func(l *shopifyWorkLine) bool { return l.remaining > 0 }) {
			w.status = "CLOSED"
		} else if w.status == "OPEN" {
			w.status = "IN_PROGRESS"
		}
	}
	order.shipped, order.updated = append(order.shipped, f), s.now()
	s.mail(input["notifyCustomer"])
	return object{"fulfillment": f.object(), "userErrors": []object{}}
}

// track takes FulfillmentTrackingInput: singular and plural forms exclude each other, and links need numbers.
func (f *shopifyFulfillment) track(input map[string]any) string {
	texts := func(name string) (all []string) {
		list, _ := input[name].([]any)
		for _, v := range list {
			all = append(all, v.(string))
		}
		return all
	}
	one, _ := input["number"].(string)
	numbers, urls := texts("numbers"), texts("urls")
	switch {
	case one != "" && len(numbers) > 0:
		return "You should provide either number or numbers"
	case len(urls) > 0 && len(urls) != len(numbers):
		return "If you provide urls you should provide as many numbers"
	case slices.Contains(numbers, ""):
		return "A tracking number is blank"
	}
	if one != "" {
		numbers = []string{one}
	}
	company, _ := input["company"].(string)
	f.numbers, f.urls, f.company = numbers, urls, company
	return ""
}

func (s *Shopify) workOf(id string) (*shopifyOrder, *shopifyWork) {
	for _, o := range s.orders {
		for _, w := range o.work {
			if w.id == id {
				return o, w
			}
		}
	}
	return nil, nil
}
