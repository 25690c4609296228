package wootest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// wpError is an error as WordPress writes it.
type wpError struct {
	status        int
	code, message string
}

func (e *wpError) Error() string { return e.code }

func refuse(status int, code, message string) error { return &wpError{status, code, message} }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	path, ok := strings.CutPrefix(r.URL.Path, "/wp-json/")
	s.requests = append(s.requests, r.Method+" "+path)
	if s.left == 0 {
		s.act = Well
	} else if s.left > 0 {
		defer func() { s.left-- }()
	}
	if !ok {
		http.Error(w, "<!DOCTYPE html><title>The shop</title>", http.StatusNotFound)
		return
	}
	if s.before(w, r) {
		return
	}
	writes := s.writes
	status, header, doc, err := s.route(r, path)
	if s.act == CutAfter && (s.left > 0 || s.writes > writes) { // of so many requests each, else those that change something
		cut(w)
		return
	}
	if e, is := err.(*wpError); is { //nolint:errorlint // made here, never wrapped
		status, doc = e.status, map[string]any{"code": e.code, "message": e.message, "data": map[string]any{"status": e.status}}
	}
	for name, value := range header {
		w.Header().Set(name, value)
	}
	s.answer(w, status, doc)
}

// before plays what stands before the shop, and tells whether it answered.
func (s *Server) before(w http.ResponseWriter, r *http.Request) bool {
	page := func(status int, title string) bool {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<!DOCTYPE html>\n<html><head><title>%s</title></head><body>{\"a\": 1}, you say?</body></html>", title)
		return true
	}
	switch s.act {
	case StripAuth:
		r.Header.Del("Authorization")
	case Firewall:
		return page(http.StatusForbidden, "Access denied by security policy")
	case Maintenance:
		return page(http.StatusServiceUnavailable, "Briefly unavailable for scheduled maintenance")
	case WebPage:
		return page(http.StatusOK, "Coming soon")
	case Plain:
		return page(http.StatusNotFound, "Page not found")
	case Throttle:
		w.Header().Set("Retry-After", "120")
		return page(http.StatusTooManyRequests, "Slow down")
	case Broken:
		s.answer(w, http.StatusInternalServerError, map[string]any{"code": "internal_server_error", "message": "There has been a critical error on this website.", "data": map[string]any{"status": 500}})
		return true
	case Moved:
		w.Header().Set("Location", "https://www.shop.example"+r.URL.Path)
		w.WriteHeader(http.StatusMovedPermanently)
		return true
	case Endless:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, "[%s]", strings.Repeat(" ", 20<<20))
		return true
	case CutBefore:
		cut(w)
		return true
	}
	return false
}

func cut(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if c, _, err := h.Hijack(); err == nil {
			c.Close()
			return
		}
	}
	panic(http.ErrAbortHandler) // HTTP/2: the stream is reset
}

func (s *Server) answer(w http.ResponseWriter, status int, doc any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	raw, err := json.Marshal(doc)
	if err != nil {
		s.fail("%v", err)
	}
	w.WriteHeader(status)
	switch s.act {
	case Notices:
		fmt.Fprintf(w, "<br />\n<b>Warning</b>:  Undefined array key \"x\" in <b>/var/www/wp-content/plugins/a[b]/{c}.php</b> on line <b>12</b><br />\n")
	case Mark:
		fmt.Fprint(w, "\xef\xbb\xbf")
	}
	_, _ = w.Write(raw)
}

// route finds what a path means. Everything but the index wants a key.
func (s *Server) route(r *http.Request, path string) (status int, header map[string]string, doc any, err error) {
	if path == "" {
		return http.StatusOK, nil, s.index(), nil
	}
	loggedIn, err := s.login(r)
	if err != nil {
		return 0, nil, nil, err
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	namespace, parts := strings.Join(parts[:min(2, len(parts))], "/"), parts[min(2, len(parts)):]
	noRoute := refuse(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
	if len(parts) == 0 || namespace != "wc/v3" && !s.features[namespace] {
		return 0, nil, nil, noRoute
	}
	if !loggedIn || s.act == NoRights {
		code := http.StatusUnauthorized // rest_authorization_required_code
		if loggedIn {
			code = http.StatusForbidden
		}
		return 0, nil, nil, refuse(code, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
	}
	body, err := s.body(r)
	if err != nil {
		return 0, nil, nil, err
	}
	if namespace != "wc/v3" {
		return s.plugin(r, namespace, parts, body)
	}
	switch {
	case parts[0] == "orders" && len(parts) == 1 && r.Method == http.MethodGet:
		return s.listOrders(r)
	case parts[0] == "orders" && len(parts) >= 2:
		return s.order(r, parts[1:], body)
	case parts[0] == "products" && r.Method == http.MethodGet:
		return s.product(r, parts[1:])
	case parts[0] == "webhooks":
		return s.webhooks(r, parts[1:], body)
	}
	return 0, nil, nil, noRoute
}

func (s *Server) index() any {
	namespaces := []string{"oembed/1.0", "wp/v2", "wc/v1", "wc/v2", "wc/v3", "wc/store/v1"}
	for _, n := range []string{ShipmentTracking, AST} {
		if s.features[n] {
			namespaces = append(namespaces, n)
		}
	}
	return map[string]any{"name": "The shop", "namespaces": namespaces}
}

// login is Basic over https. Without the header the caller is a visitor.
func (s *Server) login(r *http.Request) (bool, error) {
	if r.URL.Query().Has("consumer_secret") {
		s.fail("the secret stands in the address")
	}
	key, secret, ok := r.BasicAuth()
	switch {
	case !ok:
		return false, nil
	case key != s.key:
		return false, refuse(http.StatusUnauthorized, "woocommerce_rest_authentication_error", "Consumer key is invalid.")
	case secret != s.secret:
		return false, refuse(http.StatusUnauthorized, "woocommerce_rest_authentication_error", "Consumer secret is invalid.")
	case s.act == ReadOnly && r.Method != http.MethodGet:
		return false, refuse(http.StatusUnauthorized, "woocommerce_rest_authentication_error", "The API key provided does not have write permissions.")
	}
	return true, nil
}

func (s *Server) body(r *http.Request) (map[string]any, error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil || len(raw) == 0 {
		return nil, err
	}
	if got := r.Header.Get("Content-Type"); got != "application/json" {
		s.fail("%s %s: Content-Type is %q", r.Method, r.URL.Path, got)
	}
	var doc map[string]any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // ids go past 2^53
	if decoder.Decode(&doc) != nil {
		return nil, refuse(http.StatusBadRequest, "rest_invalid_json", "Invalid JSON body passed.")
	}
	return doc, nil
}

// invalid is the answer to a parameter that breaks its schema.
func invalid(name, why string) error {
	return refuse(http.StatusBadRequest, "rest_invalid_param", "Invalid parameter(s): "+name+". "+why)
}

// listOrders is GET orders with its documented parameters.
func (s *Server) listOrders(r *http.Request) (int, map[string]string, any, error) {
	q := r.URL.Query()
	s.known("GET orders", q, "per_page", "page", "offset", "order", "orderby", "status", "modified_after", "modified_before", "after", "before", "dates_are_gmt", "_fields", "include")
	size, page, offset := 10, 1, 0
	for name, to := range map[string]*int{"per_page": &size, "page": &page, "offset": &offset} {
		if v := q.Get(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 0 || name == "per_page" && (n < 1 || n > 100) {
				return 0, nil, nil, invalid(name, name+" must be between 1 (inclusive) and 100 (inclusive)")
			}
			*to = n
		}
	}
	if o := q.Get("orderby"); o != "" && !slices.Contains([]string{"date", "id", "include", "title", "slug", "modified"}, o) {
		return 0, nil, nil, invalid("orderby", "orderby is not one of date, id, include, title, slug, modified.")
	}
	status := q.Get("status")
	if status != "" && status != "any" && !slices.Contains(statuses(), status) {
		return 0, nil, nil, invalid("status", "status[0] is not one of any, trash, pending, …")
	}
	var after time.Time
	if v := q.Get("modified_after"); v != "" {
		var err error
		if after, err = time.Parse("2006-01-02T15:04:05", v); err != nil {
			return 0, nil, nil, invalid("modified_after", "Invalid date.")
		}
		if q.Get("dates_are_gmt") != "true" {
			s.fail("modified_after without dates_are_gmt is in the shop's own time zone")
		}
	}
	if s.act == TooMany && size > 10 {
		return http.StatusGatewayTimeout, nil, map[string]any{}, nil
	}
	found := s.selected(status, after, q.Get("orderby") == "modified")
	if q.Get("order") != "asc" {
		slices.Reverse(found)
	}
	header := map[string]string{"X-WP-Total": strconv.Itoa(len(found)), "X-WP-TotalPages": strconv.Itoa((len(found) + size - 1) / size)}
	if !q.Has("offset") {
		offset = (page - 1) * size
	}
	docs := []any{}
	for _, o := range found[min(offset, len(found)):min(offset+size, len(found))] {
		if id, _ := o["id"].(int64); s.broken[id] == "order" && q.Get("_fields") == "" {
			return 0, nil, nil, errCritical() // one takes the whole page with it
		}
		docs = append(docs, s.fields(o, q.Get("_fields")))
	}
	if s.between != nil && len(docs) == size {
		between := s.between
		s.between = nil
		s.mu.Unlock()
		between()
		s.mu.Lock()
	}
	return http.StatusOK, header, docs, nil
}

// selected are the orders of a status that changed after a second, that second left out, by change or by date.
func (s *Server) selected(status string, after time.Time, modified bool) (found []map[string]any) {
	for _, o := range s.orders {
		at, _ := time.Parse("2006-01-02T15:04:05", fmt.Sprint(o["date_modified_gmt"]))
		is := fmt.Sprint(o["status"])
		if (status == "" || status == "any") && is == "trash" || status != "" && status != "any" && is != status || !after.IsZero() && !at.After(after) ||
			s.act == Lagging && s.now().Sub(at) < 30*time.Second {
			continue
		}
		found = append(found, o)
	}
	by := "date_created_gmt"
	if modified {
		by = "date_modified_gmt"
	}
	sort.Slice(found, func(i, j int) bool {
		a, b := fmt.Sprint(found[i][by]), fmt.Sprint(found[j][by])
		if a != b {
			return a < b
		}
		return found[i]["id"].(int64) < found[j]["id"].(int64) //nolint:forcetypeassert // Put made it
	})
	return found
}

// fields keeps those that _fields names (WordPress, "Global Parameters").
func (s *Server) fields(doc map[string]any, names string) map[string]any {
	if names == "" {
		return maps.Clone(doc)
	}
	kept := map[string]any{}
	for _, name := range strings.Split(names, ",") {
		if v, ok := doc[name]; ok {
			kept[name] = v
		}
	}
	return kept
}
