package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/channel"
	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/routing"
	"waybill/daemon/store"
)

// routed is what `waybill route` says of one order.
type routed struct {
	Order   string            `json:"order"`
	Channel string            `json:"channel,omitempty"`
	Hold    bool              `json:"hold"`
	Waits   bool              `json:"waits,omitempty"` // for its payment
	Known   order.IntakeState `json:"known,omitempty"` // its state in the books, when it is there already
	HeldBy  []string          `json:"held_by,omitempty"`
	Gates   []string          `json:"gates,omitempty"`
	Parts   []routedPart      `json:"parts"`
	Open    []routing.Problem `json:"open,omitempty"`
	Reasons []string          `json:"reasons"`
	Errors  []string          `json:"errors,omitempty"`
}

type routedPart struct {
	Supplier string   `json:"supplier"`
	Lines    []string `json:"lines"`
}

func (a *app) routeCommand() *cobra.Command {
	var file, slug string
	c := &cobra.Command{
		Use: "route --orders FILE", Short: "Show which gates would hold an order, which supplier would get what, and why; nothing is stored", Args: cobra.NoArgs,
		Long: "Shows what would become of orders: which gates would hold them, and which supplier would get what. Nothing is stored. Likely duplicates are looked for\n" +
			"in the file, and in the books where there are some; a running daemon is not disturbed.",
		RunE: func(c *cobra.Command, _ []string) error { return a.route(c.Context(), file, slug) },
	}
	c.Flags().StringVar(&file, "orders", "", "the orders, as JSON lines or CSV (required)")
	c.Flags().StringVar(&slug, "channel", "", "channel of orders that name none (default: the only one)")
	if err := c.MarkFlagRequired("orders"); err != nil {
		panic(err)
	}
	a.jsonFlag(c)
	return c
}

func (a *app) route(ctx context.Context, file, slug string) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return usageError{err}
	}
	if slug == "" && len(cfg.Channels) == 1 {
		for only := range cfg.Channels {
			slug = only
		}
	}
	rows, err := channel.ReadOrders(filepath.Base(file), raw, slug)
	if err != nil {
		return usageError{err}
	}
	books := a.booksToRead(ctx, cfg)
	if books != nil {
		defer func() { _ = books.Close() }()
	}
	f, err := flow.New(flow.Options{Store: books, Config: cfg, Random: rand.Reader, Dialer: &net.Dialer{}, Log: a.logger(slog.LevelError)})
	if err != nil {
		return usageError{err}
	}
	defer f.Close()
	docs := make([]order.Order, 0, len(rows))
	for i := range rows {
		doc := rows[i].Order.Normal()
		if rows[i].Err == nil {
			rows[i].Err = wrongFields(doc)
		}
		if rows[i].Err == nil {
			docs = append(docs, doc)
		}
	}
	judged, err := f.Judge(ctx, docs)
	if err != nil {
		return err
	}
	bad, good := 0, 0
	for _, r := range rows {
		result := routed{Order: r.Order.Number, Parts: []routedPart{}, Reasons: []string{}}
		if r.Err != nil {
			bad++
			result.Errors = []string{fmt.Sprintf("line %d: %v", r.Line, r.Err)}
		} else {
			result = routedOf(docs[good], judged[good])
			good++
		}
		if err := a.printRouted(result); err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d order(s) cannot be read", bad)
	}
	return nil
}

// wrongFields is what an import would say of the order. That it names no channel is no mistake here.
func wrongFields(doc order.Order) error {
	var wrong []order.FieldError
	for _, e := range doc.Check() {
		if e.Field != "channel" {
			wrong = append(wrong, e)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return &flow.Invalid{Fields: wrong}
}

// booksToRead opens the books to look into them, beside a running daemon too; nil where there are none, or none that can be looked into.
func (a *app) booksToRead(ctx context.Context, cfg *config.Config) *store.Store {
	o := store.Options{Path: cfg.Database.Path, ReadOnly: true}
	if cfg.Database.DSNFile != "" {
		dsn, err := cfg.Secret(cfg.Database.DSNFile)
		if err != nil {
			return nil // the configuration has told of it
		}
		o = store.Options{DSN: dsn, ReadOnly: true}
	} else if _, err := os.Stat(o.Path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	books, err := store.Open(ctx, o)
	if err != nil {
		fmt.Fprintf(a.errs, "warning: likely duplicates are looked for in the file alone: %v\n", err)
		return nil
	}
	return books
}

func routedOf(doc order.Order, j flow.Judgement) routed {
	r := routed{Order: doc.Number, Channel: doc.Channel, Hold: j.Plan.Hold || len(j.Gates) > 0, Waits: j.Waits, Known: j.Known, Parts: []routedPart{},
		Open: j.Plan.Open, Reasons: j.Plan.Reasons}
	for _, g := range j.Gates {
		r.HeldBy = append(r.HeldBy, g.Gate)
		r.Gates = append(r.Gates, g.Words)
	}
	for _, p := range j.Plan.Parts {
		part := routedPart{Supplier: p.Supplier}
		for _, l := range p.Lines {
			sku := l.Line.SKU
			if l.SupplierSKU != "" && l.SupplierSKU != sku {
				sku += " (" + l.SupplierSKU + ")"
			}
			part.Lines = append(part.Lines, fmt.Sprintf("%d x %s", l.Line.Quantity, sku))
		}
		r.Parts = append(r.Parts, part)
	}
	return r
}

func (a *app) printRouted(r routed) error {
	if a.json {
		return a.printJSON(r)
	}
	state := "goes out"
	switch {
	case len(r.Errors) > 0:
		state = "cannot be read"
	case r.Waits:
		state = "waits for its payment"
	case r.Hold:
		state = "is held"
	}
	if r.Known != "" {
		state += " (the books have it: " + string(r.Known) + ")"
	}
	_ = a.say("%s %s", r.Order, state)
	for _, p := range r.Parts {
		_ = a.say("  %s: %s", p.Supplier, strings.Join(p.Lines, ", "))
	}
	for _, texts := range [][]string{r.Errors, r.Gates, r.Reasons} {
		for _, text := range texts {
			_ = a.say("    %s", text)
		}
	}
	return nil
}
