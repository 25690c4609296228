// Package trial says what files mean for a list of open orders, without a database: what `waybill match` prints and what the fixtures are
// scored with. It reads and matches as the daemon does; where the daemon knows a supplier from its configuration, a trial goes by the
// first label of the sender's domain.
package trial

import (
	"context"
	"fmt"
	"net/mail"
	"path/filepath"
	"slices"
	"strings"

	"waybill/daemon/channel"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/parsers"
)

// Result is what one file means: one line of `waybill match --json`.
type Result struct {
	File    string          `json:"file"` // as it was named
	Kind    parsers.Kind    `json:"kind"` // of its most consequential notice; without notices what the file is
	Notices []match.Finding `json:"notices"`
}

// Orders are the open orders that files may be about.
type Orders struct {
	Index     *match.Index
	Suppliers []string // slugs, as the orders name them
	unnamed   bool     // an order does not say whose it is
	ours      []string // domains of the addresses that we gave for answers
}

// Load reads orders in the canonical shape (JSON lines, a list, or CSV), each with the optional hints supplier, po_number, message_id and
// reply_to. The first order that can't be read is an error with its line.
func Load(name string, raw []byte) (*Orders, error) {
	rows, err := channel.ReadOrders(filepath.Base(name), raw, "")
	if err != nil {
		return nil, err
	}
	o := &Orders{Index: match.NewIndex()}
	for i, r := range rows {
		if r.Err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, r.Line, r.Err)
		}
		po := purchaseOrder(i+1, r.Order.Normal(), r.Hints)
		if po.Order == "" {
			return nil, fmt.Errorf("%s: line %d: number: is missing", name, r.Line)
		}
		o.Index.Put(po)
		o.unnamed = o.unnamed || po.Supplier == ""
		if _, domain, ok := strings.Cut(strings.ToLower(po.ReplyTo), "@"); ok && !slices.Contains(o.ours, domain) {
			o.ours = append(o.ours, domain)
		}
		if po.Supplier != "" && !slices.Contains(o.Suppliers, po.Supplier) {
			o.Suppliers = append(o.Suppliers, po.Supplier)
		}
	}
	return o, nil
}

// With tells whether an order is, or may be, with a supplier.
func (o *Orders) With(supplier string) bool {
	return o.unnamed || slices.Contains(o.Suppliers, strings.ToLower(supplier))
}

func purchaseOrder(n int, doc order.Order, hints channel.Hints) match.PO {
	po := match.PO{ID: order.POID(n), OrderID: order.OrderID(n), Channel: doc.Channel, Order: doc.Number, Number: doc.Number, Supplier: strings.ToLower(hints.Supplier),
		ShipTo: doc.ShipTo, Email: doc.Customer.Email, Phone: doc.Customer.Phone, PlacedAt: doc.PlacedAt, ReplyTo: hints.ReplyTo}
	if po.ShipTo.Name == "" && po.ShipTo.Company == "" {
		po.ShipTo.Name = doc.Customer.Name
	}
	if hints.PONumber != "" {
		po.Number = hints.PONumber
	}
	if id := strings.Trim(hints.MessageID, "<> "); id != "" {
		po.MessageIDs = []string{id}
		local, _, _ := strings.Cut(id, "@")
		first, _, _ := strings.Cut(local, ".")
		po.Token = tokenOf(first)
	}
	if address, err := mail.ParseAddress(po.ReplyTo); err == nil {
		po.ReplyTo = address.Address
	}
	local, _, _ := strings.Cut(po.ReplyTo, "@")
	if _, tag, ok := strings.Cut(local, "+"); ok && po.Token == "" {
		po.Token = tokenOf(tag)
	}
	for _, l := range doc.Lines {
		po.Lines = append(po.Lines, match.Line{ID: l.ID, SKU: l.SKU, Title: l.Title, Quantity: l.Quantity, Outstanding: l.Quantity})
	}
	return po
}

func tokenOf(s string) order.Token {
	token, err := order.ParseToken(s)
	if err != nil {
		return ""
	}
	return token
}

// Matcher reads and matches files for these orders.
type Matcher struct {
	orders   *Orders
	pool     *sandbox.Pool
	supplier string
	profile  parsers.Profile
}

// New prepares a matcher. supplier is whose files they are where a file names no sender; "" lets all orders compete.
func New(orders *Orders, pool *sandbox.Pool, supplier string) *Matcher {
	return &Matcher{orders: orders, pool: pool, supplier: strings.ToLower(supplier), profile: parsers.Profile{Supplier: strings.ToLower(supplier), OrderPatterns: orders.Index.Patterns()}}
}

// File says what one file means, and what it says. path is repeated in the result. An error means that reading it broke; the result is then
// one without notices.
func (m *Matcher) File(ctx context.Context, path string, raw []byte) (Result, parsers.Reading, error) {
	result := Result{File: path, Kind: parsers.Other, Notices: []match.Finding{}}
	reading, err := m.pool.Read(ctx, raw, filepath.Base(path), m.profile)
	if err != nil {
		return result, reading, fmt.Errorf("%s: %w", path, err)
	}
	result.Kind = reading.Kind
	if reading.Kind == parsers.Bounce || reading.Kind == parsers.AutoReply {
		return result, reading, nil
	}
	for _, finding := range m.orders.Index.Match(reading, m.sender(reading.Envelope)) {
		if finding.Kind.Consequence() == 0 {
			continue
		}
		if reading.Format == "zip" {
			within(finding.Evidence, filepath.Base(path))
		}
		result.Notices = append(result.Notices, finding)
	}
	if len(result.Notices) > 0 {
		result.Kind = slices.MaxFunc(result.Notices, func(a, b match.Finding) int { return a.Kind.Consequence() - b.Kind.Consequence() }).Kind
	}
	return result, reading, nil
}

// within names the parts of an archive as people write them: "x.zip!a.csv".
func within(evidence []match.Evidence, archive string) {
	for i := range evidence {
		if p := &evidence[i].Part; *p != "filename" {
			*p = archive + "!" + *p
		}
	}
}

// sender finds the supplier behind a mail without a configuration: the one whose slug is the first label of the sender's domain or of a domain above it. Where orders do not say whose
// they are, every such domain that is a company's own may be their supplier's. From must be exactly one mailbox. A file without a sender is the named supplier's, or anybody's.
func (m *Matcher) sender(env *parsers.Envelope) match.Sender {
	if env == nil || len(env.From) == 0 {
		return match.Sender{Supplier: m.supplier}
	}
	if len(env.From) > 1 {
		return match.Sender{Open: true}
	}
	_, domain, _ := strings.Cut(strings.ToLower(env.From[0].Address), "@")
	own := ""
	for above := domain; strings.Contains(above, "."); {
		own, above, _ = strings.Cut(above, ".")
		if own == m.supplier && m.orders.unnamed || slices.Contains(m.orders.Suppliers, own) {
			return match.Sender{Supplier: own}
		}
	}
	if service, _ := match.Service(domain); service != "" {
		return match.Sender{Open: true, Service: service}
	} else if service = match.ServiceNamed(own); service != "" {
		return match.Sender{Open: true, Service: service}
	}
	if !m.orders.unnamed || own == "" || match.FreeMail(domain) || slices.Contains(m.orders.ours, domain) {
		return match.Sender{Open: true}
	}
	return match.Sender{Supplier: own}
}
