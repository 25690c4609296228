package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/flow"
	"waybill/daemon/web"
)

func (a *app) recoverCommand() *cobra.Command {
	var d flow.Decision
	c := &cobra.Command{
		Use: "recover [PO...]", Short: "After a restore: what would go out, and what becomes of it",
		Long: "Books that were restored, copied back, rolled back or cloned do not know what was sent since. Everything is held until you have looked. Without flags this lists\n" +
			"what would go out. waybill looks for evidence by itself: copies in the Sent folder, answers, files that lie over there; what is proved leaves the list.\n\n" +
			"--already-sent says that these purchase orders (or, without any, all messages) were sent. --send ends the hold: what is left goes out.",
		RunE: func(c *cobra.Command, args []string) error {
			d.POs = args
			if !d.Sent && len(args) > 0 {
				return usage("say what became of %s: --already-sent", strings.Join(args, ", "))
			}
			if d.Sent || d.Resume {
				return a.change(c, "/recovery", nil, d)
			}
			return a.listRecovery(c)
		},
	}
	c.Flags().BoolVar(&d.Sent, "already-sent", false, "these purchase orders, or all messages, were sent")
	c.Flags().BoolVar(&d.Resume, "send", false, "end the hold: what is left goes out")
	a.jsonFlag(c)
	return c
}

func (a *app) listRecovery(c *cobra.Command) error {
	return show(c.Context(), a, "GET", "/recovery", nil, func(r flow.Recovery) error {
		if !r.Held {
			return a.say("The books are not held: everything goes out by itself.")
		}
		_ = a.say("Nothing is sent since %s: %s.", when(r.Since), r.Why)
		if !r.AsOf.IsZero() {
			_ = a.say("What happened after %s is not known. Of these messages, any may have been sent since:", when(r.AsOf))
		}
		var rows [][]string
		for _, m := range r.Messages {
			since := ""
			if m.New {
				since = "came since"
			}
			rows = append(rows, []string{fmt.Sprint(m.ID), when(m.QueuedAt), string(m.Purpose), m.Target, strings.Join(m.PurchaseOrders, ", "), since})
		}
		_ = a.say("")
		if err := a.table([]string{"ID", "QUEUED", "WHAT", "TO", "PURCHASE ORDERS", ""}, rows); err != nil {
			return err
		}
		return a.say("\nwaybill recover --already-sent PO… for those that were sent; then waybill recover --send")
	})
}

func (a *app) verifyCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "verify", Short: "Recompute the books from the journal and compare", Args: cobra.NoArgs,
		Long: "Reads every row of the database: each must be what was written, each state must follow from the journal, and nothing that is referred to may be missing.\n" +
			"It works while the daemon runs. Exit code 1: something is wrong, and it says what.",
		RunE: func(c *cobra.Command, _ []string) error {
			client, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			defer client.close()
			response, err := client.send(c.Context(), "POST", "/verify", nil, nil)
			if err != nil {
				return err
			}
			defer response.Body.Close()
			return a.printVerify(response.Body)
		},
	}
	a.jsonFlag(c)
	return c
}

func (a *app) printVerify(from io.Reader) error {
	progress, clear := a.rowsProgress()
	problems := []string{}
	lines := json.NewDecoder(from)
	var line web.Verifying
	for !line.Ended {
		line = web.Verifying{}
		if err := lines.Decode(&line); err != nil {
			return fmt.Errorf("the daemon's answer ends too early: %w", err)
		}
		switch {
		case line.Problem != "":
			problems = append(problems, line.Problem)
			if clear(); !a.json {
				_ = a.say("%s", line.Problem)
			}
		case line.Looking != "" && progress != nil:
			progress(line.Looking, line.Done)
		}
	}
	clear()
	if a.json {
		if err := a.printJSON(problems); err != nil {
			return err
		}
	}
	switch {
	case line.Error != "":
		return errors.New(line.Error)
	case len(problems) > 0:
		return fmt.Errorf("%d problem(s) in the books. Make a backup of what is there, look at the disk, and restore the last backup whose books are in order (docs/backup.md)", len(problems))
	case a.json:
		return nil
	}
	return a.say("The books are in order.")
}
