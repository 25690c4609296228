package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"waybill/daemon/config"
	"waybill/daemon/store"
	"waybill/templates"
	"waybill/transports"
	"waybill/transports/chat"
	transporthttp "waybill/transports/http"
)

// laneAlert, with the way's name behind it, is the lane of alerts by that way: one each, so that a dead one stops no other.
const laneAlert = "alert:"

// buildAlerts opens the ways beside mail.
func (f *Flow) buildAlerts(w *world) error {
	for _, a := range w.cfg.Operator.Alerts {
		var sender transports.Sender
		var err error
		if a.Service == "webhook" {
			sender, err = f.alertWebhook(w, a)
		} else {
			sender, err = f.alertChat(w, a)
		}
		if err != nil {
			return fmt.Errorf("operator.alerts: %s: %w", a.Title(), err)
		}
		name := laneAlert + a.Title()
		// A repeat in doubt is wanted: to hear twice of trouble is better than not at all.
		l := &lane{name: name, title: "alerts by " + a.Title(), sender: sender, workers: 1, idempotent: true, webhook: a.Service == "webhook"}
		if p, ok := sender.(transports.Probe); ok {
			l.probe = p
		}
		w.lanes[name] = l
	}
	return nil
}

func (f *Flow) alertChat(w *world, a config.Alert) (transports.Sender, error) {
	service, ok := chat.ServiceNamed(a.Service)
	if !ok {
		return nil, fmt.Errorf("there is no service %q", a.Service)
	}
	c := chat.Config{Service: service, To: a.To, Dialer: f.web(a.AllowPrivate), AllowPlain: a.AllowPrivate, Clock: f.now}
	if a.URLFile != "" {
		c.Address = func() (string, error) { return w.cfg.Secret(a.URLFile) }
	}
	if a.TokenFile != "" {
		c.Token = func() (string, error) { return w.cfg.Secret(a.TokenFile) }
	}
	s := chat.New(c)
	w.closers = append(w.closers, s)
	return s, nil
}

func (f *Flow) alertWebhook(w *world, a config.Alert) (transports.Sender, error) {
	s, err := f.webhookSender(w, config.Webhook{SecretFiles: a.SecretFiles, AllowPrivate: a.AllowPrivate})
	if err != nil {
		return nil, err
	}
	w.closers = append(w.closers, s)
	return hook{Sender: s, address: func() (string, error) { return w.cfg.Secret(a.URLFile) }}, nil
}

// hook is a webhook whose address is a secret: it is put in when it is called, and is in no row of the outbox.
type hook struct {
	*transporthttp.Sender
	address func() (string, error)
}

// Send posts to the secret address.
func (h hook) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	address, err := h.address()
	if err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "secret", Scope: "account", Err: err, Help: "Put the address into the file that operator.alerts names."}
	}
	m.To = []string{address}
	return h.Sender.Send(ctx, m, mark)
}

// AlertTest sends a test by each way, mail among them, and tells what became of it. It uses no books: nothing of it is queued.
func (f *Flow) AlertTest(ctx context.Context, told func(way, fact string, err error)) error {
	w := f.world.Load()
	if len(w.cfg.Operator.To) == 0 && len(w.cfg.Operator.Alerts) == 0 {
		return errors.New("operator.to and operator.alerts are both empty, so nobody would be told; docs/alerts.md says how")
	}
	n := chat.Note{Title: w.cfg.Shop.Name + ": this is a test", Text: "An alert would reach you this way."}
	f.tellNow(ctx, w, n, func(way, answer string, err error) { told(way, cmp.Or(answer, "sent"), err) })
	return nil
}

// renderPlainAlert is a note as a mail.
func (f *Flow) renderPlainAlert(w *world, n chat.Note) (*store.DispatchRow, error) {
	mailbox := w.mailboxOf(w.cfg.Operator.Mailbox)
	rendered, err := w.templates.Mail(templates.AlertMail, "", "", templates.AlertData{Shop: w.shop(mailbox), At: f.now().In(w.zone),
		Title: strings.TrimPrefix(n.Title, w.cfg.Shop.Name+": "), Text: n.Text})
	if err != nil {
		return nil, err
	}
	return f.toOperator(w, mailbox, rendered)
}

// Probe says that the receiver's server answers; only a test shows that it takes an alert.
func (h hook) Probe(ctx context.Context) ([]string, error) {
	address, err := h.address()
	if err != nil {
		return nil, err
	}
	return h.Sender.Reach(ctx, address)
}
