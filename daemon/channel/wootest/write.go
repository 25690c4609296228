package wootest

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// order is what lies at and below orders/ID.
func (s *Server) order(r *http.Request, parts []string, body map[string]any) (int, map[string]string, any, error) {
	id := number(parts[0])
	doc, known := s.orders[id]
	switch {
	case !known && len(parts) > 1 && (parts[1] == "refunds" || parts[1] == "notes" || parts[1] == "fulfillments"):
		return 0, nil, nil, refuse(http.StatusNotFound, "woocommerce_rest_order_invalid_id", "Invalid order ID.")
	case !known:
		return 0, nil, nil, refuse(http.StatusNotFound, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
	case s.broken[id] == "order" || s.broken[id] != "" && len(parts) > 1 && s.broken[id] == parts[1]:
		return 0, nil, nil, errCritical()
	case len(parts) == 1 && r.Method == http.MethodGet:
		return http.StatusOK, nil, doc, nil
	case len(parts) == 1 && r.Method == http.MethodPut:
		return s.putOrder(doc, body)
	case len(parts) == 2 && parts[1] == "refunds" && r.Method == http.MethodGet:
		s.known("GET refunds", r.URL.Query(), "per_page", "page", "_fields", "dp")
		return http.StatusOK, nil, list(s.refunds[id]), nil
	case len(parts) == 2 && parts[1] == "notes":
		return s.orderNotes(r, id, body)
	case len(parts) >= 2 && parts[1] == "fulfillments" && s.features[Fulfillments]:
		return s.fulfillments(r, id, parts[2:], body)
	}
	return 0, nil, nil, refuse(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
}

func list(docs []map[string]any) []any {
	out := []any{}
	for _, d := range docs {
		out = append(out, d)
	}
	return out
}

// putOrder takes what waybill has to say of an order: a status and meta data.
func (s *Server) putOrder(doc, body map[string]any) (int, map[string]string, any, error) {
	for name := range body {
		if name != "status" && name != "meta_data" {
			s.fail("PUT orders: the field %q is nothing that waybill changes", name)
		}
	}
	if v, given := body["status"]; given {
		status, is := v.(string)
		if !is || !slices.Contains(statuses(), status) {
			return 0, nil, nil, invalid("status", "status is not one of …")
		}
		doc["status"] = status
	}
	if v, given := body["meta_data"]; given {
		entries, is := v.([]any)
		if !is {
			return 0, nil, nil, invalid("meta_data", "meta_data is not of type array.")
		}
		all, _ := doc["meta_data"].([]any)
		for _, e := range entries {
			entry, _ := e.(map[string]any)
			if key, _ := entry["key"].(string); key == "" {
				return 0, nil, nil, invalid("meta_data", "meta_data[0][key] is required")
			}
			all = slices.DeleteFunc(all, func(m any) bool { one, _ := m.(map[string]any); return one["key"] == entry["key"] })
			s.next++
			all = append(all, map[string]any{"id": s.next, "key": entry["key"], "value": entry["value"]})
		}
		doc["meta_data"] = all
	}
	doc["date_modified_gmt"] = s.stamp()
	s.writes++
	return http.StatusOK, nil, doc, nil
}

func (s *Server) orderNotes(r *http.Request, id int64, body map[string]any) (int, map[string]string, any, error) {
	switch r.Method {
	case http.MethodGet:
		s.known("GET notes", r.URL.Query(), "type", "context")
		newest := slices.Clone(s.notes[id])
		slices.Reverse(newest)
		return http.StatusOK, nil, list(newest), nil
	case http.MethodPost:
		note, is := body["note"].(string)
		if !is || strings.TrimSpace(note) == "" {
			return 0, nil, nil, refuse(http.StatusBadRequest, "rest_missing_callback_param", "Missing parameter(s): note")
		}
		customer, is := body["customer_note"].(bool)
		if _, given := body["customer_note"]; given && !is {
			return 0, nil, nil, invalid("customer_note", "customer_note is not of type boolean.")
		}
		s.next++
		doc := map[string]any{"id": s.next, "author": "system", "date_created_gmt": s.stamp(), "note": note, "customer_note": customer}
		s.notes[id] = append(s.notes[id], doc)
		s.writes++
		return http.StatusCreated, nil, doc, nil
	}
	return 0, nil, nil, refuse(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
}

func (s *Server) product(r *http.Request, parts []string) (int, map[string]string, any, error) {
	s.known("GET products", r.URL.Query(), "_fields", "context")
	key := parts[0] + "/0"
	if len(parts) == 3 && parts[1] == "variations" {
		key = parts[0] + "/" + parts[2]
	}
	p, known := s.products[key]
	if !known {
		return 0, nil, nil, refuse(http.StatusNotFound, "woocommerce_rest_product_invalid_id", "Invalid ID.")
	}
	return http.StatusOK, nil, s.fields(p, r.URL.Query().Get("_fields")), nil
}

func (s *Server) webhooks(r *http.Request, parts []string, body map[string]any) (int, map[string]string, any, error) {
	if len(parts) == 0 && r.Method == http.MethodGet {
		return http.StatusOK, nil, list(s.hooks), nil
	}
	for _, h := range s.hooks {
		if len(parts) != 1 || fmt.Sprint(h["id"]) != parts[0] || r.Method != http.MethodPut {
			continue
		}
		status, _ := body["status"].(string)
		if !slices.Contains([]string{"active", "paused", "disabled"}, status) {
			return 0, nil, nil, refuse(http.StatusBadRequest, "woocommerce_rest_shop_webhook_invalid_status", "Webhook status must be valid.")
		}
		h["status"] = status
		s.writes++
		return http.StatusOK, nil, h, nil
	}
	return 0, nil, nil, refuse(http.StatusNotFound, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
}

// refusedByAST are the characters that Advanced Shipment Tracking does not take in a number.
var refusedByAST = regexp.MustCompile(`(?i)[^a-z0-9- ]`)

// plugin is both tracking plug-ins: they share their routes.
func (s *Server) plugin(r *http.Request, namespace string, parts []string, body map[string]any) (int, map[string]string, any, error) {
	noRoute := refuse(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
	if len(parts) < 3 || parts[0] != "orders" || parts[2] != "shipment-trackings" {
		return 0, nil, nil, noRoute
	}
	id := number(parts[1])
	if _, known := s.orders[id]; !known {
		return 0, nil, nil, refuse(http.StatusNotFound, "woocommerce_rest_order_invalid_id", "Invalid order ID.")
	}
	switch {
	case len(parts) == 3 && r.Method == http.MethodGet:
		return http.StatusOK, nil, list(s.trackings[id]), nil
	case len(parts) == 4 && parts[3] == "providers" && r.Method == http.MethodGet:
		return http.StatusOK, nil, map[string]any{"United States": map[string]any{"UPS": "https://ups.example/", "USPS": "https://usps.example/"}}, nil
	case len(parts) == 3 && r.Method == http.MethodPost:
		return s.addTracking(namespace, id, body)
	case len(parts) == 4 && r.Method == http.MethodDelete:
		before := len(s.trackings[id])
		s.trackings[id] = slices.DeleteFunc(s.trackings[id], func(t map[string]any) bool { return t["tracking_id"] == parts[3] })
		if len(s.trackings[id]) == before {
			return 0, nil, nil, refuse(http.StatusNotFound, "woocommerce_rest_order_shipment_tracking_invalid_id", "Invalid shipment tracking ID.")
		}
		s.writes++
		return http.StatusOK, nil, map[string]any{"tracking_id": parts[3]}, nil
	}
	return 0, nil, nil, noRoute
}

func (s *Server) addTracking(namespace string, id int64, body map[string]any) (int, map[string]string, any, error) {
	for name, v := range body {
		if !slices.Contains([]string{"tracking_number", "tracking_provider", "custom_tracking_provider", "custom_tracking_link", "date_shipped"}, name) {
			s.fail("POST shipment-trackings: the field %q is not one of the plug-in's", name)
		}
		if _, is := v.(string); !is {
			return 0, nil, nil, invalid(name, name+" is not of type string.")
		}
	}
	tracking, _ := body["tracking_number"].(string)
	if tracking == "" {
		return 0, nil, nil, refuse(http.StatusBadRequest, "rest_missing_callback_param", "Missing parameter(s): tracking_number")
	}
	if namespace == AST && refusedByAST.MatchString(tracking) {
		return 0, nil, nil, refuse(http.StatusNotFound, "woocommerce_rest_order_invalid_id", "Special character not allowd in tracking number")
	}
	if v, _ := body["date_shipped"].(string); v != "" {
		if _, err := time.Parse("2006-01-02", v); err != nil {
			return 0, nil, nil, invalid("date_shipped", "Invalid date.")
		}
	}
	s.next++
	doc := map[string]any{"tracking_id": fmt.Sprintf("%032x", s.next), "tracking_number": tracking, "tracking_provider": body["tracking_provider"],
		"custom_tracking_provider": body["custom_tracking_provider"], "tracking_link": body["custom_tracking_link"], "date_shipped": body["date_shipped"]}
	s.trackings[id] = append(s.trackings[id], doc)
	s.writes++
	return http.StatusCreated, nil, doc, nil
}

// fulfillments are WooCommerce's own.
func (s *Server) fulfillments(r *http.Request, id int64, parts []string, body map[string]any) (int, map[string]string, any, error) {
	switch {
	case len(parts) == 0 && r.Method == http.MethodGet:
		return http.StatusOK, nil, list(s.fulfilled[id]), nil
	case len(parts) == 0 && r.Method == http.MethodPost:
		doc := map[string]any{"entity_type": "WC_Order", "entity_id": fmt.Sprint(id), "status": "unfulfilled", "is_fulfilled": false}
		if err := s.fulfil(doc, body); err != nil {
			return 0, nil, nil, err
		}
		s.next++
		doc["id"] = s.next
		s.fulfilled[id] = append(s.fulfilled[id], doc)
		s.writes++
		return http.StatusCreated, nil, doc, nil
	case len(parts) == 1 && r.Method == http.MethodPut:
		for _, f := range s.fulfilled[id] {
			if fmt.Sprint(f["id"]) == parts[0] {
				if err := s.fulfil(f, body); err != nil {
					return 0, nil, nil, err
				}
				s.writes++
				return http.StatusOK, nil, f, nil
			}
		}
		return 0, nil, nil, refuse(http.StatusBadRequest, "0", "Invalid fulfillment ID.")
	}
	return 0, nil, nil, refuse(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
}

func (s *Server) fulfil(doc, body map[string]any) error {
	for name := range body {
		if !slices.Contains([]string{"status", "is_fulfilled", "meta_data", "notify_customer"}, name) {
			s.fail("fulfillments: the field %q is not one of the API's", name)
		}
	}
	entries, is := body["meta_data"].([]any)
	if !is {
		return refuse(http.StatusBadRequest, "rest_missing_callback_param", "Missing parameter(s): meta_data")
	}
	with := map[string]any{"meta_data": entries}
	items, is := metaOf(with, "_items").([]any)
	if !is || len(items) == 0 {
		return refuse(http.StatusBadRequest, "0", "The fulfillment should contain at least one item.")
	}
	for _, i := range items {
		one, _ := i.(map[string]any)
		item, err := strconv.ParseInt(fmt.Sprint(one["item_id"]), 10, 64)
		quantity, wrong := strconv.ParseFloat(fmt.Sprint(one["qty"]), 64)
		if err != nil || wrong != nil || item <= 0 || quantity <= 0 {
			return refuse(http.StatusBadRequest, "0", "Invalid item.")
		}
	}
	if v, given := body["status"]; given {
		if v != "fulfilled" && v != "unfulfilled" {
			return refuse(http.StatusBadRequest, "0", "Invalid fulfillment status.")
		}
		doc["status"] = v
	}
	for _, name := range []string{"is_fulfilled", "notify_customer"} {
		if v, given := body[name]; given {
			if _, is := v.(bool); !is {
				return invalid(name, name+" is not of type boolean.")
			}
		}
	}
	if v, given := body["is_fulfilled"]; given {
		doc["is_fulfilled"] = v
	}
	doc["meta_data"] = entries
	return nil
}
