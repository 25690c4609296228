package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/flow"
	"waybill/parsers"
)

func (a *app) deskCommand() *cobra.Command {
	c := &cobra.Command{Use: "desk", Short: "What waits for you, and settling it", Args: cobra.NoArgs, RunE: onlyHelp}
	c.AddCommand(a.deskList(), a.deskShow(), a.deskSettle())
	return c
}

func (a *app) deskList() *cobra.Command {
	var all bool
	var kind, supplier string
	c := &cobra.Command{
		Use: "list", Short: "List what waits for a person", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			client, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			defer client.close()
			query := url.Values{"kind": {kind}, "supplier": {supplier}}
			if all {
				query.Set("all", "1")
			}
			var list []flow.ExceptionView
			if err := client.call(c.Context(), "GET", "/desk", query, nil, &list); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(list)
			}
			var s flow.Status
			if err := client.call(c.Context(), "GET", "/status", nil, nil, &s); err != nil {
				return err
			}
			a.sayTrouble(s)
			if len(list) == 0 {
				return a.say("Nothing waits for you.")
			}
			var rows [][]string
			for _, x := range list {
				state := joinActions(x.Actions)
				if !x.SettledAt.IsZero() {
					state = "settled: " + x.Action
				}
				rows = append(rows, []string{fmt.Sprint(x.ID), when(x.OpenedAt), x.Order, x.Text, state})
			}
			return a.table([]string{"ID", "SINCE", "ORDER", "WHAT", "YOU CAN"}, rows)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "also what is settled")
	c.Flags().StringVar(&kind, "kind", "", "only this kind (docs/exceptions.md)")
	c.Flags().StringVar(&supplier, "supplier", "", "only this supplier")
	a.jsonFlag(c)
	return c
}

func joinActions(actions []flow.Action) string {
	texts := make([]string, len(actions))
	for i, action := range actions {
		texts[i] = string(action)
	}
	return strings.Join(texts, ", ")
}

func (a *app) deskShow() *cobra.Command {
	var raw bool
	c := &cobra.Command{
		Use: "show ID", Short: "Show one with its evidence", Args: cobra.ExactArgs(1),
		Long: "Shows one with its evidence, and the first lines of what came in. --raw gives the original, byte for byte, into a file or another program:\n" +
			"waybill desk show 17 --raw > message.eml",
		RunE: func(c *cobra.Command, args []string) error {
			if raw {
				return a.original(c.Context(), args[0])
			}
			return show(c.Context(), a, "GET", "/desk/"+url.PathEscape(args[0]), nil, a.printException)
		},
	}
	c.Flags().BoolVar(&raw, "raw", false, "the original bytes, into a file or a pipe")
	a.jsonFlag(c)
	return c
}

// original writes what came in to a file or a pipe. A terminal would do what a stranger's bytes say.
func (a *app) original(ctx context.Context, id string) error {
	if isTerminal(a.out) {
		return usage("the original may hold anything; write it to a file: waybill desk show %s --raw > FILE", id)
	}
	client, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer client.close()
	var o flow.Original
	if err := client.call(ctx, "GET", "/desk/"+url.PathEscape(id)+"/original", nil, nil, &o); err != nil {
		return err
	}
	_, err = a.out.Write(o.Body)
	return err
}

func (a *app) printException(x flow.ExceptionView) error {
	_ = a.say("%d  %s", x.ID, x.Text)
	for _, line := range []struct{ name, text string }{
		{"kind", x.Kind}, {"order", x.Order}, {"purchase order", x.PurchaseOrder}, {"supplier", x.Supplier}, {"channel", x.Channel},
		{"since", when(x.OpenedAt)}, {"until", when(x.Deadline)}, {"settled", when(x.SettledAt) + " " + x.Action}, {"from", x.From}, {"subject", x.Subject},
		{"they said", x.Answer}, {"what to do", x.Help}, {"could be", strings.Join(x.Candidates, ", ")}, {"differs in", strings.Join(x.Differs, ", ")},
	} {
		if strings.TrimSpace(line.text) != "" {
			_ = a.say("  %-14s %s", line.name, line.text)
		}
	}
	for _, r := range x.Reasons {
		_ = a.say("  - %s", r)
	}
	if f := x.Finding; f != nil {
		_ = a.say("  It says: %s", f.Kind)
		for _, t := range f.Tracking {
			_ = a.say("    tracking %s %s", t.Carrier, t.Number)
		}
		for _, l := range f.Lines {
			_ = a.say("    %d x %s", l.Quantity, l.SKU)
		}
		for _, e := range f.Evidence {
			_ = a.say("    %s: %q", e.Field, e.Text)
		}
	}
	if x.Excerpt != "" {
		_ = a.say("  They wrote:")
		for line := range strings.Lines(x.Excerpt) {
			_ = a.say("  | %s", strings.TrimSpace(line))
		}
	}
	if x.SettledAt.IsZero() {
		return a.say("You can: waybill desk settle %d %s", x.ID, strings.Join(strings.Split(joinActions(x.Actions), ", "), " | "))
	}
	return nil
}

func (a *app) deskSettle() *cobra.Command {
	var s flow.Settlement
	var kind string
	var set []string
	c := &cobra.Command{
		Use: "settle ID ACTION", Short: "Settle one: release, edit, cancel, retry, take, arrived, resend, withdraw, apply, replace, theirs, once, not_theirs or dismiss", Args: cobra.ExactArgs(2),
		Long: "Settles one of what waits. What you apply is learned from: how its supplier writes is kept as a rule (waybill rules), after a trial.",
		RunE: func(c *cobra.Command, args []string) error {
			s.Action, s.Kind = flow.Action(args[1]), parsers.Kind(kind)
			if len(set) > 0 {
				var err error
				if s.Set, err = settings(set); err != nil {
					return err
				}
			}
			return a.change(c, "/desk/"+url.PathEscape(args[0])+"/settle", nil, s)
		},
	}
	c.Flags().StringVar(&s.PO, "po", "", "the purchase order that the news is about, for apply")
	c.Flags().StringVar(&kind, "kind", "", "what the message means, for apply: shipment, acknowledgement, backorder, out_of_stock, cancellation or rejection")
	c.Flags().StringArrayVar(&set, "set", nil, "FIELD=VALUE, as often as needed, for edit: ship_to.postcode=62704")
	c.Flags().StringVar(&s.Carrier, "carrier", "", "who ships its numbers, for apply")
	c.Flags().BoolVar(&s.Domain, "domain", false, "all addresses of the sender's domain, for theirs")
	a.jsonFlag(c)
	return c
}
