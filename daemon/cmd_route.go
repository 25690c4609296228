package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/channel"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/routing"
)

// routed is what `waybill route` says of one order.
type routed struct {
	Order   string            `json:"order"`
	Hold    bool              `json:"hold"`
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
	var file string
	c := &cobra.Command{
		Use: "route --orders FILE", Short: "Show which supplier would get what, and why; nothing is stored", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			router, err := routing.New(flow.RoutingRules(cfg))
			if err != nil {
				return usageError{err}
			}
			raw, err := os.ReadFile(file)
			if err != nil {
				return usageError{err}
			}
			rows, err := channel.ReadOrders(filepath.Base(file), raw, "")
			if err != nil {
				return usageError{err}
			}
			bad := 0
			for _, r := range rows {
				result := routeOne(router, r.Order.Normal())
				if r.Err != nil {
					bad++
					result = routed{Order: r.Order.Number, Parts: []routedPart{}, Errors: []string{fmt.Sprintf("line %d: %v", r.Line, r.Err)}}
				}
				if err := a.printRouted(result); err != nil {
					return err
				}
			}
			if bad > 0 {
				return fmt.Errorf("%d order(s) cannot be read", bad)
			}
			return nil
		},
	}
	c.Flags().StringVar(&file, "orders", "", "the orders, as JSON lines or CSV (required)")
	if err := c.MarkFlagRequired("orders"); err != nil {
		panic(err)
	}
	a.jsonFlag(c)
	return c
}

func routeOne(router *routing.Router, doc order.Order) routed {
	plan := router.Route(doc)
	r := routed{Order: doc.Number, Hold: plan.Hold, Parts: []routedPart{}, Open: plan.Open, Reasons: plan.Reasons}
	for _, g := range routing.Gate(doc) {
		r.Hold = true
		r.Gates = append(r.Gates, g.Words)
	}
	for _, p := range plan.Parts {
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
	if r.Hold {
		state = "is held"
	}
	if len(r.Errors) > 0 {
		state = "cannot be read"
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
