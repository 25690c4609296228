package woocommerce

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	nethttp "net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"waybill/daemon/channel"
	"waybill/transports"
)

// noteText is what a note to the customer says for each parcel; the words in braces are filled in.
const noteText = "Your parcel is on its way with {carrier}. Tracking number: {number} {url}"

// Namespaces of the two plug-ins, and what both call their routes.
const (
	namespacePlugin = "wc-shipment-tracking/v3"
	namespaceAST    = "wc-ast/v3"
)

// wayMemory remembers for an hour which namespaces the shop has; a plug-in may be switched off any day.
type wayMemory struct {
	mu         sync.Mutex
	at         time.Time
	namespaces []string
}

// namespaces asks wp-json itself which ones there are.
func (w *writing) namespaces() ([]string, error) {
	m := &w.s.ways
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := w.s.c.Clock(); m.namespaces == nil || now.Sub(m.at) > time.Hour {
		a, err := w.s.get(w.ctx, "", url.Values{"_fields": {"namespaces"}})
		if err != nil {
			return nil, err
		}
		var index struct {
			Namespaces list[string] `json:"namespaces"`
		}
		if err := a.into(&index); err != nil {
			return nil, err
		}
		m.namespaces, m.at = index.Namespaces, now
	}
	return m.namespaces, nil
}

// forget has the next piece of news ask anew.
func (m *wayMemory) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.namespaces = nil
}

// errNoWay says that the shop does not have what tracking would be written with.
var errNoWay = errors.New("the shop does not have it")

// track brings the parcels into the shop, in the first of the ways that it has, or in the one that is configured.
func (w *writing) track() error {
	for _, way := range []struct {
		name string
		do   func() error
	}{
		{ByPlugin, func() error { return w.byPlugin(namespacePlugin) }},
		{ByAST, func() error { return w.byPlugin(namespaceAST) }},
		{ByFulfillments, w.byFulfillments},
		{ByNote, w.byNote},
	} {
		if w.s.c.Tracking != ByAuto && w.s.c.Tracking != way.name {
			continue
		}
		if err := way.do(); !errors.Is(err, errNoWay) {
			return err
		}
	}
	w.s.ways.forget()
	return &transports.Error{Verdict: transports.Never, Op: "look", Scope: "account", Err: fmt.Errorf("%s: %w (%s)", w.s, errNoWay, w.s.c.Tracking),
		Help: "The plug-in or feature that tracking is set to is not switched on in the shop. Switch it on, or set tracking: auto."}
}

// has looks for a namespace.
func (w *writing) has(namespace string) error {
	all, err := w.namespaces()
	if err == nil && !slices.Contains(all, namespace) {
		err = errNoWay
	}
	return err
}

type wireTracking struct {
	ID     text `json:"tracking_id"`
	Number text `json:"tracking_number"`
}

// trackings lists what a plug-in has for the order.
func (w *writing) trackings(namespace string) ([]wireTracking, error) {
	a, err := w.s.get(w.ctx, w.below(namespace), nil)
	if code, _ := codeOf(err); code == "rest_no_route" {
		w.s.ways.forget()
		return nil, errNoWay
	}
	if err != nil {
		return nil, err
	}
	var all list[wireTracking]
	return all, a.into(&all)
}

func (w *writing) below(namespace string, more ...string) string {
	return strings.Join(append([]string{namespace, "orders", url.PathEscape(w.news.OrderID), "shipment-trackings"}, more...), "/")
}

// same compares tracking numbers as people write them.
func same(a, b string) bool { return bareNumber(a) == bareNumber(b) }

func bareNumber(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(s))
}

// byPlugin writes each parcel with one of the two plug-ins. They know no quantities: a number stands for the order.
func (w *writing) byPlugin(namespace string) error {
	if err := w.has(namespace); err != nil {
		return err
	}
	there, err := w.trackings(namespace)
	if err != nil {
		return err
	}
	for _, p := range w.news.Tracking {
		if slices.ContainsFunc(there, func(t wireTracking) bool { return same(string(t.Number), p.Number) }) {
			w.say("%s was there already", p.Number)
			continue
		}
		if err := w.addTracking(namespace, p); err != nil {
			return err
		}
	}
	return nil
}

// notTaken are the characters that Advanced Shipment Tracking refuses in a number.
var notTaken = regexp.MustCompile(`[^A-Za-z0-9 -]+`)

func (w *writing) addTracking(namespace string, p channel.Package) error {
	content := map[string]any{"tracking_number": p.Number, "date_shipped": w.at.UTC().Format("2006-01-02")}
	name := carrierName(p)
	if namespace == namespaceAST {
		// It takes any name: one that it does not know becomes the provider's own.
		content["tracking_number"], content["tracking_provider"] = notTaken.ReplaceAllString(p.Number, "-"), name
		if p.URL != "" {
			content["custom_tracking_link"] = p.URL
		}
	} else if known, err := w.provider(namespace, name); err != nil {
		return err
	} else if known != "" {
		content["tracking_provider"] = known
	} else {
		content["custom_tracking_provider"], content["custom_tracking_link"] = name, p.URL
	}
	if _, err := w.write(nethttp.MethodPost, w.below(namespace), content); err != nil {
		return err
	}
	w.say("%s written with %s", p.Number, namespace)
	return nil
}

func carrierName(p channel.Package) string { return cmp.Or(p.CarrierName, p.Carrier, "the carrier") }

// provider finds the plug-in's own spelling of a carrier; "" where it has none. The list is by country (general knowledge): {"United States":
// {"UPS": "https://…"}}.
func (w *writing) provider(namespace, name string) (string, error) {
	a, err := w.s.get(w.ctx, w.below(namespace, "providers"), nil)
	if _, status := codeOf(err); status == nethttp.StatusNotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var byCountry map[string]json.RawMessage
	if json.Unmarshal(a.body, &byCountry) != nil {
		return "", nil //nolint:nilerr // an older plug-in has no list
	}
	for _, raw := range byCountry {
		var carriers map[string]json.RawMessage
		if json.Unmarshal(raw, &carriers) != nil {
			continue
		}
		for known := range carriers {
			if strings.EqualFold(known, name) {
				return known, nil
			}
		}
	}
	return "", nil
}

// byNote writes the numbers as a note, and as meta data for whatever else the shop runs.
func (w *writing) byNote() error {
	var notes, entries []string
	before := meta(w.order.Meta, "_waybill_tracking")
	for _, p := range w.news.Tracking {
		filled := strings.NewReplacer("{carrier}", html.EscapeString(carrierName(p)), "{number}", html.EscapeString(p.Number), "{url}", html.EscapeString(p.URL),
			"{order}", html.EscapeString(w.news.OrderNumber)).Replace(w.s.c.NoteText)
		notes = append(notes, strings.TrimSpace(filled))
		if !slices.ContainsFunc(strings.Split(before, "\n"), func(entry string) bool { return entryOf(entry) == p.Number }) {
			entries = append(entries, strings.Join([]string{p.Carrier, p.Number, p.URL}, "|"))
		}
	}
	if w.s.c.Note != "none" {
		known := make([]string, len(w.news.Tracking))
		for i, p := range w.news.Tracking {
			known[i] = p.Number
		}
		if err := w.note(strings.Join(notes, "\n"), w.s.c.Note == "customer", known...); err != nil {
			return err
		}
	}
	if len(entries) == 0 {
		return nil
	}
	value := strings.TrimSpace(before + "\n" + strings.Join(entries, "\n"))
	_, err := w.write(nethttp.MethodPut, w.path(), map[string]any{"meta_data": []any{map[string]any{"key": "_waybill_tracking", "value": value}}})
	return err
}

// entryOf is the number in an entry of the meta data: carrier|number|address.
func entryOf(entry string) string {
	_, rest, _ := strings.Cut(entry, "|")
	number, _, _ := strings.Cut(rest, "|")
	return strings.TrimSpace(number)
}

// corrected puts new numbers where old ones are. Nothing more has shipped by it.
func (w *writing) corrected() error {
	for _, way := range []struct {
		name string
		do   func() (bool, error)
	}{
		{ByPlugin, func() (bool, error) { return w.correctPlugin(namespacePlugin) }},
		{ByAST, func() (bool, error) { return w.correctPlugin(namespaceAST) }},
		{ByFulfillments, w.correctFulfillments},
	} {
		if w.s.c.Tracking != ByAuto && w.s.c.Tracking != way.name {
			continue
		}
		if done, err := way.do(); err != nil && !errors.Is(err, errNoWay) || done {
			return err
		}
	}
	return w.correctNote()
}

// correctPlugin adds the new number before it takes the old one away.
func (w *writing) correctPlugin(namespace string) (done bool, err error) {
	if err := w.has(namespace); err != nil {
		return false, err
	}
	there, err := w.trackings(namespace)
	if err != nil {
		return false, err
	}
	if err := w.byPlugin(namespace); err != nil {
		return false, err
	}
	for _, t := range there {
		if !slices.ContainsFunc(w.news.Replaces, func(old string) bool { return same(old, string(t.Number)) }) {
			continue
		}
		if _, err := w.write(nethttp.MethodDelete, w.below(namespace, url.PathEscape(string(t.ID))), nil); err != nil && !isGone(err) {
			return false, err
		}
		w.say("%s taken out", t.Number)
	}
	return true, nil
}

func (w *writing) correctNote() error {
	if w.s.c.Note == "none" {
		return w.byNote()
	}
	old := strings.Join(w.news.Replaces, ", ")
	known := slices.Clone(w.news.Replaces)
	var now []string
	for _, p := range w.news.Tracking {
		known = append(known, p.Number)
		now = append(now, strings.TrimSpace(carrierName(p)+" "+p.Number+" "+p.URL))
	}
	said := html.EscapeString(fmt.Sprintf("The tracking number %s was wrong. The right one: %s", old, strings.Join(now, ", ")))
	return w.note(said, w.s.c.Note == "customer", known...)
}
