package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/web"
)

func (a *app) ordersCommand() *cobra.Command {
	c := &cobra.Command{Use: "orders", Short: "Take orders in, list and show them", Args: cobra.NoArgs, RunE: onlyHelp}
	c.AddCommand(a.ordersImport(), a.ordersList(), a.ordersShow(), a.ordersChange("release", "Let a held or unpaid order go on"),
		a.ordersEdit(), a.ordersChange("cancel", "Cancel an order; suppliers that were told are asked not to ship"))
	return c
}

func (a *app) ordersImport() *cobra.Command {
	var channel string
	var alreadySent, older bool
	c := &cobra.Command{
		Use: "import FILE...", Short: "Take orders from JSON lines or CSV (- for standard input)", Args: cobra.MinimumNArgs(1),
		Long: "Takes orders from files: JSON lines in the canonical shape (docs/orders.md), or CSV with the canonical columns, one row for each line item.\n" +
			"The same file may be imported again: an order that is known gets its first answer and is never taken twice.\n" +
			"An order that is older than start_at is put aside and not sent, unless --already-sent or --send-older says what becomes of it.",
		RunE: func(c *cobra.Command, args []string) error {
			if alreadySent && older {
				return usage("--already-sent and --send-older exclude each other")
			}
			query := url.Values{}
			for name, on := range map[string]bool{"already_sent": alreadySent, "older": older} {
				if on {
					query.Set(name, "1")
				}
			}
			client, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			defer client.close()
			bad := 0
			for _, path := range args {
				n, err := a.importFile(c, client, path, channel, query)
				if err != nil {
					return err
				}
				bad += n
			}
			if bad > 0 {
				fmt.Fprintf(a.errs, "waybill: %d order(s) were not taken; mend them and import the file again: the others are known\n", bad)
				return errSaid
			}
			return nil
		},
	}
	c.Flags().StringVar(&channel, "channel", "", "channel of orders that name none (default: the only one)")
	c.Flags().BoolVar(&alreadySent, "already-sent", false, "the suppliers have these orders already: send nothing, wait for tracking")
	c.Flags().BoolVar(&older, "send-older", false, "send also what is older than start_at")
	a.jsonFlag(c)
	return c
}

func (a *app) importFile(c *cobra.Command, client *client, path, channel string, query url.Values) (bad int, err error) {
	file := io.Reader(a.in)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return 0, usageError{err}
		}
		defer f.Close()
		file = f
	}
	query.Set("name", filepath.Base(path))
	if channel != "" {
		query.Set("channel", channel)
	}
	response, err := client.send(c.Context(), "POST", "/orders/import", query, file)
	if err != nil {
		return 0, err // it names the file
	}
	defer response.Body.Close()
	results := json.NewDecoder(response.Body)
	count := map[flow.Outcome]int{}
	total, old := 0, 0
	progress := isTerminal(a.errs) && !a.json
	for {
		var r flow.Imported
		if err := results.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return bad, fmt.Errorf("%s: the daemon's answer broke off after %d orders: %w", path, total, err)
		}
		total++
		switch {
		case a.json:
			if err := a.printJSON(r); err != nil {
				return bad, err
			}
		case r.Error != "":
			fmt.Fprintf(a.errs, "%s:%d: %s\n", path, r.Line, printable(r.Error))
		}
		if r.Error != "" {
			bad++
		} else {
			count[r.Taken.Outcome]++
			if r.Taken.State == order.IntakeOld {
				old++
			}
		}
		if progress && total%50 == 0 {
			fmt.Fprintf(a.errs, "\r%d orders …", total)
		}
	}
	if progress && total >= 50 {
		fmt.Fprint(a.errs, "\r\033[K")
	}
	if a.json {
		return bad, nil
	}
	if old > 0 {
		_ = a.say("%s: %d are older than start_at and put aside: nothing is sent. --already-sent awaits their tracking, --send-older sends them.", path, old)
	}
	if n := count[flow.OutcomeTakenUp]; n > 0 {
		_ = a.say("%s: %d were put aside or held, and are taken up now", path, n)
	}
	return bad, a.say("%s: %d new, %d known, %d now paid, %d differ (see waybill desk list), %d not taken", path,
		count[flow.OutcomeNew], count[flow.OutcomeSame], count[flow.OutcomePaid], count[flow.OutcomeChanged], bad)
}

func (a *app) ordersList() *cobra.Command {
	var state, channel, search string
	var limit int
	c := &cobra.Command{
		Use: "list", Short: "List orders, newest first", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			query := url.Values{"state": {state}, "channel": {channel}, "search": {search}, "limit": {fmt.Sprint(limit)}}
			return show(c.Context(), a, "GET", "/orders", query, func(list []flow.OrderRow) error {
				var rows [][]string
				for _, o := range list {
					var pos []string
					for _, po := range o.PurchaseOrders {
						text := po.Number + " " + po.Supplier + " " + string(po.State)
						if po.Dispatch != "" && po.Dispatch != "sent" {
							text += " (" + po.Dispatch + ")"
						}
						if po.Cancel != "" {
							text += ", cancel " + strings.ReplaceAll(po.Cancel, "_", " ")
						}
						pos = append(pos, text)
					}
					rows = append(rows, []string{o.Number, o.Channel, string(o.State), when(o.ReceivedAt), strings.Join(pos, "; ")})
				}
				return a.table([]string{"ORDER", "CHANNEL", "STATE", "RECEIVED", "PURCHASE ORDERS"}, rows)
			})
		},
	}
	c.Flags().StringVar(&state, "state", "", "waiting, held, accepted, cancelled, or old: older than start_at")
	c.Flags().StringVar(&channel, "channel", "", "only this channel")
	c.Flags().StringVar(&search, "search", "", "number, customer or address")
	c.Flags().IntVar(&limit, "limit", 50, "how many at most")
	a.jsonFlag(c)
	return c
}

func (a *app) ordersShow() *cobra.Command {
	var channel string
	c := &cobra.Command{
		Use: "show ORDER", Short: "Show an order with everything that happened to it, and why", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return show(c.Context(), a, "GET", "/orders/"+url.PathEscape(args[0]), url.Values{"channel": {channel}}, a.printOrder)
		},
	}
	c.Flags().StringVar(&channel, "channel", "", "the channel, where a number exists on several")
	a.jsonFlag(c)
	return c
}

func (a *app) printOrder(v flow.OrderView) error {
	o := v.Order
	if err := a.say("Order %s of channel %s: %s", o.Number, o.Channel, v.State); err != nil {
		return err
	}
	for _, text := range []string{o.ShipTo.Name, o.ShipTo.Company, o.ShipTo.Line1, o.ShipTo.Line2,
		strings.TrimSpace(o.ShipTo.Postcode + " " + o.ShipTo.City + " " + o.ShipTo.Region + " " + o.ShipTo.Country)} {
		if text != "" {
			_ = a.say("  %s", text)
		}
	}
	for _, po := range v.PurchaseOrders {
		_ = a.say("\n%s at %s: %s", po.Number, po.Supplier, po.State)
		switch po.Cancel {
		case "asked":
			_ = a.say("  cancel asked: the supplier has not answered yet")
		case "not_asked":
			_ = a.say("  cancel not asked: tell the supplier yourself, waybill has no address to write to")
		}
		switch {
		case po.Dispatch == "queued" && !po.LeavesAt.IsZero():
			_ = a.say("  leaves at %s; waybill dispatch cancel %s takes it back", po.LeavesAt.Local().Format("15:04:05"), po.Number)
		case po.Dispatch == "held":
			_ = a.say("  waits for you: waybill dispatch release %s", po.Number)
		case po.Dispatch == "shadow":
			_ = a.say("  shadow mode: not sent to the supplier")
		}
		for _, l := range po.Lines {
			_ = a.say("  %d x %s %s (shipped %d)", l.Ordered, l.SKU, l.Title, l.Shipped)
		}
		for _, t := range po.Tracking {
			_ = a.say("  %s %s %s", t.CarrierName, t.Number, t.URL)
		}
	}
	fmt.Fprintln(a.out)
	for _, m := range v.Timeline {
		_ = a.say("%s  %-8s %s", m.At.Local().Format("2006-01-02 15:04:05"), m.PurchaseOrder, m.Text)
		for _, e := range m.Evidence {
			_ = a.say("                               %s", e)
		}
	}
	for _, x := range v.Exceptions {
		if x.SettledAt.IsZero() {
			_ = a.say("\nWaits for you: %s (waybill desk show %d)", x.Text, x.ID)
		}
	}
	return nil
}

func (a *app) ordersChange(action, short string) *cobra.Command {
	var channel string
	c := &cobra.Command{
		Use: action + " ORDER", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.change(c, "/orders/"+url.PathEscape(args[0])+"/"+action, url.Values{"channel": {channel}}, nil)
		},
	}
	c.Flags().StringVar(&channel, "channel", "", "the channel, where a number exists on several")
	a.jsonFlag(c)
	return c
}

func (a *app) ordersEdit() *cobra.Command {
	var channel string
	var set []string
	c := &cobra.Command{
		Use: "edit ORDER --set FIELD=VALUE", Short: "Correct fields of an order before any supplier is told; a held one goes through its gates again", Args: cobra.ExactArgs(1),
		Long: "Corrects fields of an order that waits or is held, by their names in docs/orders.md: customer.*, ship_to.*, billing.*, shipping_method and note. A held order\n" +
			"goes through gates and routing again. What the channel says later is compared with what it said before, so that it does not undo the edit.\n" +
			"waybill orders edit 1001 --set ship_to.postcode=62704 --set ship_to.city=Springfield",
		RunE: func(c *cobra.Command, args []string) error {
			values, err := settings(set)
			if err != nil {
				return err
			}
			return a.change(c, "/orders/"+url.PathEscape(args[0])+"/edit", url.Values{"channel": {channel}}, web.Edit{Set: values})
		},
	}
	c.Flags().StringVar(&channel, "channel", "", "the channel, where a number exists on several")
	c.Flags().StringArrayVar(&set, "set", nil, "FIELD=VALUE, as often as needed; an empty value empties the field")
	a.jsonFlag(c)
	return c
}

// settings takes FIELD=VALUE apart.
func settings(set []string) (map[string]string, error) {
	values := make(map[string]string, len(set))
	for _, text := range set {
		name, value, ok := strings.Cut(text, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, usage("--set %q: expected FIELD=VALUE, like ship_to.postcode=62704", text)
		}
		if _, twice := values[name]; twice {
			return nil, usage("--set names %s twice", name)
		}
		values[name] = value
	}
	return values, nil
}

// change asks for one change and says what was done.
func (a *app) change(c *cobra.Command, path string, query url.Values, body any) error {
	client, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	defer client.close()
	var done web.Done
	if err := client.call(c.Context(), "POST", path, query, body, &done); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(done)
	}
	return a.say("%s", done.Text)
}
