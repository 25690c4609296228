package main

import (
	"context"
	"encoding/csv"
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

func (a *app) dispatchCommand() *cobra.Command {
	c := &cobra.Command{Use: "dispatch", Short: "What goes to suppliers: look at it, take it back, release it, send it again, export it", Args: cobra.NoArgs, RunE: onlyHelp}
	c.AddCommand(a.dispatchList(), a.dispatchPreview(), a.dispatchChange("cancel", "Take a purchase order back that has not left yet"),
		a.dispatchChange("release", "Let a held purchase order go: one of a supplier's first"), a.dispatchResend(), a.dispatchExport())
	return c
}

func (a *app) dispatchList() *cobra.Command {
	var state, supplier string
	c := &cobra.Command{
		Use: "list", Short: "List orders to suppliers that have not left: waiting, held, failed, kept back by shadow mode", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return show(c.Context(), a, "GET", "/dispatches", url.Values{"state": {state}, "supplier": {supplier}}, func(all []flow.DispatchView) error {
				var rows [][]string
				for _, d := range all {
					leaves := ""
					if !d.LeavesAt.IsZero() {
						leaves = when(d.LeavesAt)
					}
					rows = append(rows, []string{strings.Join(d.PurchaseOrders, ", "), d.Supplier, string(d.State), when(d.QueuedAt), leaves, d.Answer})
				}
				return a.table([]string{"PURCHASE ORDERS", "SUPPLIER", "STATE", "QUEUED", "NOT BEFORE", "LAST WORDS"}, rows)
			})
		},
	}
	c.Flags().StringVar(&state, "state", "", "only these: queued, held, sending, unsure, failed, shadow, withdrawn, sent")
	c.Flags().StringVar(&supplier, "supplier", "", "only this supplier's")
	a.jsonFlag(c)
	return c
}

func (a *app) dispatchChange(action, short string) *cobra.Command {
	c := &cobra.Command{
		Use: action + " PO", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.change(c, "/dispatch/"+url.PathEscape(args[0])+"/"+action, nil, nil)
		},
	}
	a.jsonFlag(c)
	return c
}

func (a *app) dispatchPreview() *cobra.Command {
	c := &cobra.Command{
		Use: "preview PO", Short: "Show what would go out, byte for byte", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.preview(c.Context(), "/dispatch/"+url.PathEscape(args[0])+"/preview")
		},
	}
	a.jsonFlag(c)
	return c
}

func (a *app) dispatchResend() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use: "resend PO", Short: "Send a purchase order again, marked as a repeat", Args: cobra.ExactArgs(1),
		Long: "Sends a purchase order again. It keeps its number and its Message-ID and says that it is a repeat; still, a supplier who overlooks\n" +
			"that may ship twice. Ask first, unless you know that they do not have it.",
		RunE: func(c *cobra.Command, args []string) error {
			if !yes {
				if !isTerminal(a.in) {
					return usage("a supplier who has %s already may ship it twice; add --yes if you know that they don't", args[0])
				}
				fmt.Fprintf(a.errs, "A supplier who has %s already may ship it twice. Send it again? [y/N] ", args[0])
				var reply string
				if _, err := fmt.Fscanln(a.in, &reply); err != nil || !strings.EqualFold(reply, "y") {
					return a.say("Nothing was sent.")
				}
			}
			return a.change(c, "/dispatch/"+url.PathEscape(args[0])+"/resend", nil, nil)
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	a.jsonFlag(c)
	return c
}

func (a *app) dispatchExport() *cobra.Command {
	var output, file string
	var done bool
	c := &cobra.Command{
		Use: "export SUPPLIER", Short: "Write the waiting purchase orders as a file for the supplier's portal", Args: cobra.ExactArgs(1),
		Long: "Writes the purchase orders that wait for a supplier as one file, for you to upload. Nothing counts as sent until you confirm it\n" +
			"with --done, which notes exactly the purchase orders of that file.",
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			defer client.close()
			if done {
				return a.exportDone(c, client, args[0], file)
			}
			var x web.Export
			if err := client.call(c.Context(), "POST", "/export/"+url.PathEscape(args[0]), nil, nil, &x); err != nil {
				return err
			}
			if len(x.PurchaseOrders) == 0 {
				return a.say("Nothing waits for %s.", args[0])
			}
			if output == "" {
				output = filepath.Base(x.Name)
			}
			if output == "-" {
				_, err := a.out.Write(x.Body)
				return err
			}
			if err := writeNew(output, x.Body); err != nil {
				return err
			}
			return a.say("%s holds %d purchase orders: %s. When they are uploaded: waybill dispatch export %s --done", output, len(x.PurchaseOrders),
				strings.Join(x.PurchaseOrders, ", "), args[0])
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "", "file to write (- for standard output)")
	c.Flags().BoolVar(&done, "done", false, "the exported file was uploaded")
	c.Flags().StringVar(&file, "file", "", "with --done: which file, where several were exported and not confirmed")
	a.jsonFlag(c)
	return c
}

func (a *app) exportDone(c *cobra.Command, client *client, supplier, file string) error {
	var finished web.Done
	if err := client.call(c.Context(), "POST", "/export/"+url.PathEscape(supplier)+"/done", url.Values{"file": {file}}, nil, &finished); err != nil {
		return err
	}
	return a.say("%s", finished.Text)
}

// writeNew writes a file that must not exist yet: an export is never overwritten.
func writeNew(path string, body []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Close())
}

func (a *app) shipCommand() *cobra.Command {
	var carrier, file string
	var lines []string
	c := &cobra.Command{
		Use: "ship PO TRACKING...", Short: "Note tracking that you saw on a portal or heard by phone",
		Long: "Notes tracking numbers for a purchase order, with the same checks as any answer of a supplier: more pieces than ordered, or a number that\n" +
			"sits on another order, is refused. With --file, a CSV of rows \"po,tracking[,carrier]\"; its header may be left out.",
		Args: func(_ *cobra.Command, args []string) error {
			if file == "" && len(args) < 2 || file != "" && len(args) > 0 {
				return usage("give a purchase order and its tracking numbers, or --file CSV")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if file == "" {
				quantities, err := lineQuantities(lines)
				if err != nil {
					return err
				}
				return a.change(c, "/ship", nil, flow.ShipRequest{PO: args[0], Tracking: args[1:], Carrier: carrier, Lines: quantities})
			}
			return a.shipFile(c, file)
		},
	}
	c.Flags().StringVar(&carrier, "carrier", "", "the carrier (ups, fedex, dhl-germany, …); found from the number when left out")
	c.Flags().StringSliceVar(&lines, "line", nil, "SKU=QUANTITY, when only a part left (repeat for several)")
	c.Flags().StringVar(&file, "file", "", "CSV of po,tracking[,carrier] (- for standard input)")
	a.jsonFlag(c)
	return c
}

func lineQuantities(texts []string) ([]order.LineQuantity, error) {
	var all []order.LineQuantity
	for _, text := range texts {
		sku, number, ok := strings.Cut(text, "=")
		var n int
		if _, err := fmt.Sscan(number, &n); !ok || err != nil || n < 1 {
			return nil, usage("--line %s: expected SKU=QUANTITY", text)
		}
		all = append(all, order.LineQuantity{Line: sku, Quantity: n})
	}
	return all, nil
}

// shipFile notes each row; one that is refused stops no other.
func (a *app) shipFile(c *cobra.Command, path string) error {
	in := io.Reader(a.in)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return usageError{err}
		}
		defer f.Close()
		in = f
	}
	client, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	defer client.close()
	rows := csv.NewReader(in)
	rows.FieldsPerRecord = -1
	refused := 0
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		line, _ := rows.FieldPos(0)
		if len(row) < 2 || strings.TrimSpace(row[1]) == "" {
			fmt.Fprintf(a.errs, "%s:%d: expected po,tracking[,carrier]\n", path, line)
			refused++
			continue
		}
		if first && strings.EqualFold(strings.TrimSpace(row[1]), "tracking") {
			continue
		}
		request := flow.ShipRequest{PO: strings.TrimSpace(row[0]), Tracking: []string{row[1]}}
		if len(row) > 2 {
			request.Carrier = strings.TrimSpace(row[2])
		}
		var done web.Done
		if err := client.call(c.Context(), "POST", "/ship", nil, request, &done); err != nil {
			fmt.Fprintf(a.errs, "%s:%d: %s\n", path, line, printable(err.Error()))
			refused++
			continue
		}
		_ = a.say("%s", done.Text)
	}
	if refused > 0 {
		fmt.Fprintf(a.errs, "waybill: %d row(s) were refused\n", refused)
		return errSaid
	}
	return nil
}

// preview prints a message byte for byte, and to whom it goes beside it.
func (a *app) preview(ctx context.Context, path string) error {
	return show(ctx, a, "GET", path, nil, func(p web.Preview) error {
		fmt.Fprintf(a.errs, "by %s to %s as %s\n", p.Lane, strings.Join(p.To, ", "), p.Key)
		_, err := a.out.Write(p.Body)
		return err
	})
}
