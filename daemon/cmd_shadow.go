package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/daemon/flow"
)

func (a *app) shadowCommand() *cobra.Command {
	c := &cobra.Command{Use: "shadow", Short: "What shadow mode has kept back, and what becomes of it", Args: cobra.NoArgs, RunE: onlyHelp}
	c.AddCommand(a.shadowReport(), a.shadowShow(), a.shadowFinish())
	return c
}

func (a *app) shadowReport() *cobra.Command {
	var since string
	c := &cobra.Command{
		Use: "report", Short: "Show what would have gone to whom", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			query := url.Values{}
			if since != "" {
				at, err := parseDate(since)
				if err != nil {
					return usage("--since %q is no date like 2026-03-18, and no time like 2026-03-18T17:00:00Z", since)
				}
				query.Set("since", at.Format(time.RFC3339))
			}
			return show(c.Context(), a, "GET", "/shadow", query, a.printShadow)
		},
	}
	c.Flags().StringVar(&since, "since", "", "only from this day or time on")
	a.jsonFlag(c)
	return c
}

func (a *app) printShadow(r flow.ShadowReport) error {
	if err := a.say("Kept back: %s.", r.Summary()); err != nil {
		return err
	}
	var rows [][]string
	add := func(what string, all []flow.ShadowMessage) {
		for _, m := range all {
			rows = append(rows, []string{fmt.Sprint(m.ID), when(m.At), what, strings.Join(m.To, ", "), strings.Join(m.PurchaseOrders, ", ")})
		}
	}
	for _, s := range r.Suppliers {
		add("order to "+s.Name, s.Messages)
	}
	add("mail to a supplier", r.Others)
	add("news to a channel", r.Channels)
	add("mail to a customer", r.Customers)
	if len(rows) > 0 {
		_ = a.say("")
		if err := a.table([]string{"ID", "WHEN", "WHAT", "TO", "PURCHASE ORDERS"}, rows); err != nil {
			return err
		}
		_ = a.say("\nwaybill shadow show ID prints one byte for byte.")
	}
	for _, o := range r.Held {
		_ = a.say("held: order %s of channel %s: %s", o.Order, o.Channel, strings.Join(o.Reasons, "; "))
	}
	if len(r.Undecided) > 0 {
		return a.say("\n%d purchase orders are live by now and wait for you: %s. See waybill shadow finish --help.", len(r.Undecided), strings.Join(r.Undecided, ", "))
	}
	return nil
}

func (a *app) shadowShow() *cobra.Command {
	c := &cobra.Command{
		Use: "show ID", Short: "Print a message that was kept back, byte for byte", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.preview(c.Context(), "/shadow/"+url.PathEscape(args[0]))
		},
	}
	a.jsonFlag(c)
	return c
}

func (a *app) shadowFinish() *cobra.Command {
	var alreadySent, send, channelKnows, tellChannel bool
	c := &cobra.Command{
		Use: "finish [PO...]", Short: "Decide what becomes of what was made in shadow mode, once mode is live",
		Long: "After the mode was changed to live, says what becomes of the purchase orders that were only shown to you: all of them, or those that are named. Whose\n" +
			"supplier has answered already is not asked about, and never sent. Nothing happens by itself.",
		RunE: func(c *cobra.Command, args []string) error {
			d := flow.Finish{POs: args}
			switch {
			case alreadySent && send, channelKnows && tellChannel:
				return usage("these exclude each other: --already-sent and --send, --channel-knows and --tell-channel")
			case !alreadySent && !send && !channelKnows && !tellChannel:
				return usage("say what becomes of the purchase orders: --already-sent (you served them by hand) or --send; and of the news to channels: --channel-knows or --tell-channel")
			case alreadySent:
				d.Orders = "sent"
			case send:
				d.Orders = "send"
			}
			if channelKnows {
				d.News = "told"
			} else if tellChannel {
				d.News = "tell"
			}
			return a.change(c, "/shadow/finish", nil, d)
		},
	}
	c.Flags().BoolVar(&alreadySent, "already-sent", false, "you served them by hand: nothing is sent, their tracking is awaited")
	c.Flags().BoolVar(&send, "send", false, "nobody has them: they are sent now")
	c.Flags().BoolVar(&channelKnows, "channel-knows", false, "what the channel was not told was entered there by hand")
	c.Flags().BoolVar(&tellChannel, "tell-channel", false, "the channel is told now; customers are not written to after the fact")
	a.jsonFlag(c)
	return c
}
