package flow

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"waybill/daemon/calendar"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/templates"
)

// What templates see is made here, from orders and configuration.

func (w *world) shop(mailbox string) templates.Shop {
	return templates.Shop{Name: w.cfg.Shop.Name, URL: w.cfg.Shop.URL, Phone: w.cfg.Shop.Phone, Email: w.cfg.Mailboxes[mailbox].Address}
}

func addressData(a order.Address) templates.Address {
	return templates.Address{Name: a.Name, Company: a.Company, Line1: a.Line1, Line2: a.Line2, City: a.City, Region: a.Region,
		Postcode: a.Postcode, Country: a.Country, Phone: a.Phone}
}

func (f *Flow) orderData(w *world, s config.Supplier, doc order.Order, po order.PurchaseOrder) templates.PurchaseOrderData {
	zone := w.zoneOf(s)
	placed := po.PlacedAt
	if placed.IsZero() {
		placed = f.now()
	}
	d := templates.PurchaseOrderData{
		Shop: w.shop(w.mailboxOf(s.Send.Mailbox)), Supplier: templates.Supplier{Slug: s.Slug, Name: s.Name}, Number: po.Number, OrderNumber: doc.Number,
		Key: order.TokenPrefix + string(po.Token), Date: placed.In(zone), OrderDate: doc.PlacedAt.In(zone), ShipTo: addressData(doc.ShipTo),
		ShippingMethod: doc.ShippingMethod, Account: s.Account, Currency: doc.Currency, Note: doc.Note,
	}
	if clock, err := calendar.ParseClock(s.Send.CutOff); err == nil {
		d.ShipBy = w.calendarOf(s).ShipBy(placed, clock).Midnight(zone)
	}
	d.ShipTo.Phone = cmp.Or(doc.ShipTo.Phone, doc.Customer.Phone)
	for _, l := range po.Lines {
		d.Lines = append(d.Lines, templates.Line{SKU: l.SKU, SupplierSKU: l.SupplierSKU, Title: l.Title, Quantity: l.Ordered})
	}
	return d
}

func sheetOf(f config.File) templates.Sheet {
	s := templates.Sheet{Header: f.Header == nil || *f.Header, QuoteAll: f.Quote == "all", LineEnd: f.LineEnd, Encoding: f.Encoding, Exact: f.Exact}
	for _, c := range f.Columns {
		s.Columns = append(s.Columns, templates.Column{Header: c.Header, Field: c.Field, Value: c.Value})
	}
	switch f.Delimiter {
	case "", ",":
		s.Delimiter = ','
	case "tab", `\t`, "\t":
		s.Delimiter = '\t'
	default:
		s.Delimiter = []rune(f.Delimiter)[0]
	}
	return s
}

// renderDigest says what waits for a person, grouped by kind, the oldest first.
func (f *Flow) renderDigest(tx *store.Tx, w *world, rows []store.ExceptionRow, at time.Time) (*store.DispatchRow, error) {
	mailbox := w.mailboxOf(w.cfg.Operator.Mailbox)
	data := templates.DigestData{Shop: w.shop(mailbox), Date: at, Paused: f.Paused()}
	groups := map[string]int{}
	orders := map[order.OrderID]bool{}
	for _, row := range rows {
		i, ok := groups[row.Kind]
		if !ok {
			i = len(data.Groups)
			groups[row.Kind] = i
			data.Groups = append(data.Groups, templates.DigestGroup{Title: groupTitle(ExceptionKind(row.Kind))})
		}
		if row.Order != 0 {
			orders[row.Order] = true
		}
		if len(data.Groups[i].Items) >= 20 {
			data.Groups[i].More++
			continue
		}
		item := templates.DigestItem{ID: fmt.Sprint(row.ID), Text: Describe(row), Waiting: ago(f.now().Sub(row.OpenedAt))}
		if row.Order != 0 {
			o, err := tx.Order(row.Order)
			if err != nil {
				return nil, err
			}
			item.Order = o.Doc.Number
		}
		if !row.Deadline.IsZero() {
			item.Due = row.Deadline.In(w.zone).Format("Mon 15:04")
		}
		data.Groups[i].Items = append(data.Groups[i].Items, item)
	}
	data.Orders = len(orders)
	rendered, err := w.templates.Mail(templates.DigestMail, "", "", data)
	if err != nil {
		return nil, err
	}
	return f.toOperator(w, mailbox, rendered)
}

func groupTitle(k ExceptionKind) string {
	return strings.TrimSpace(strings.NewReplacer("%s", "…").Replace(Info(k).Title))
}

func (f *Flow) renderAlert(w *world, rows []store.ExceptionRow) (*store.DispatchRow, error) {
	mailbox := w.mailboxOf(w.cfg.Operator.Mailbox)
	first := rows[0]
	var d Detail
	if err := json.Unmarshal(first.Detail, &d); err != nil {
		return nil, fmt.Errorf("read the evidence of exception %d: %w", first.ID, err)
	}
	data := templates.AlertData{Shop: w.shop(mailbox), At: first.OpenedAt.In(w.zone), Title: Describe(first), Text: d.Answer, Do: d.Help, ID: fmt.Sprint(first.ID)}
	if data.Do == "" {
		data.Do = fmt.Sprintf("See `waybill desk show %d`, then settle it with one of: %s.", first.ID, joinActions(ExceptionKind(first.Kind)))
	}
	data.Facts = append(data.Facts, d.Reasons...)
	for i, row := range rows[1:] {
		if i == 20 {
			data.Facts = append(data.Facts, fmt.Sprintf("and %d more: `waybill desk list`", len(rows)-21))
			break
		}
		data.Facts = append(data.Facts, fmt.Sprintf("also: %s (%d)", Describe(row), row.ID))
	}
	rendered, err := w.templates.Mail(templates.AlertMail, "", "", data)
	if err != nil {
		return nil, err
	}
	return f.toOperator(w, mailbox, rendered)
}

func joinActions(k ExceptionKind) string {
	var all []string
	for _, a := range Info(k).Actions {
		all = append(all, string(a))
	}
	return strings.Join(all, ", ")
}

func (f *Flow) toOperator(w *world, mailbox string, m templates.Mail) (*store.DispatchRow, error) {
	d, err := f.compose(w, outgoing{mailbox: mailbox, to: w.cfg.Operator.To, mail: m})
	if err != nil {
		return nil, err
	}
	d.Purpose, d.Target = order.PurposeOperator, operatorTarget
	return d, nil
}

// ago says how long something has waited.
func ago(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return "a moment"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
