package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/flow"
)

func (a *app) eraseCommand() *cobra.Command {
	var r flow.EraseRequest
	c := &cobra.Command{
		Use: "erase [ORDER]", Short: "Remove a customer's personal data for ever", Args: cobra.MaximumNArgs(1),
		Long: "Removes names, addresses, phones, notes, mails, files and messages of one order, of a customer by email address, or of a name with a postcode: from the database, from\n" +
			"its files, and from the folders of this machine into which waybill writes. --dry-run shows what would go, and what stays.\n\n" +
			"What stays: number, dates, country, SKUs, quantities and amounts, without the person; and keyed hashes, by which an order that comes again is known. What is under\n" +
			"way, or on the desk, is erased by itself when it is over. Backups cannot be changed: a restore erases again (docs/privacy.md).",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				r.Order = args[0]
			}
			if r.Order == "" && r.Customer == "" && r.Name == "" && r.Postcode == "" {
				return usage("say whose data: waybill erase ORDER, or --customer EMAIL, or --name NAME --postcode POSTCODE")
			}
			client, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			defer client.close()
			var done flow.Erased
			if err := client.call(c.Context(), "POST", "/erase", nil, r, &done); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(done)
			}
			return a.printErased(done)
		},
	}
	c.Flags().StringVar(&r.Customer, "customer", "", "all of a customer, by email address")
	c.Flags().StringVar(&r.Name, "name", "", "all of a person, by name; with --postcode")
	c.Flags().StringVar(&r.Postcode, "postcode", "", "the postcode, for --name")
	c.Flags().StringVar(&r.Channel, "channel", "", "the order's channel, where several have that number")
	c.Flags().BoolVar(&r.DryRun, "dry-run", false, "show what would go and what stays; change nothing")
	a.jsonFlag(c)
	return c
}

func (a *app) printErased(d flow.Erased) error {
	gone := "Erased"
	if d.DryRun {
		gone = "Would be erased"
	}
	orders := 0
	for _, o := range d.Orders {
		if o.Erased {
			orders++
			_ = a.say("%s: order %s of %s. Number, dates, country, SKUs, quantities and amounts stay.", gone, o.Number, o.Channel)
		} else if o.Waits == flow.ErasedBefore {
			_ = a.say("Order %s of %s was erased before.", o.Number, o.Channel)
		}
	}
	if orders+d.Items+d.Messages+d.Exceptions+d.Rules == 0 && len(d.Waits) == 0 {
		return a.say("Nothing tells of them.")
	}
	_ = a.say("%s: what %d messages that came in and %d that went out said (%d bodies), %d exceptions, %d findings, %d learned rules.", gone, d.Items, d.Messages, d.Bodies, d.Exceptions, d.Findings, d.Rules)
	for _, list := range []struct {
		title string
		lines []string
	}{{gone + " from folders:", d.Files}, {"Stays for now, and is erased by itself when it is over:", d.Waits}, {"Out of waybill's reach:", d.Elsewhere}} {
		if len(list.lines) > 0 {
			_ = a.say("%s", fmt.Sprint(list.title, "\n  ", strings.Join(list.lines, "\n  ")))
		}
	}
	return nil
}
