package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/trial"
	"waybill/parsers"
)

func (a *app) parseCommand() *cobra.Command {
	var supplier string
	c := &cobra.Command{
		Use: "parse FILE...", Short: "Show what files say; nothing is stored", Args: cobra.MinimumNArgs(1),
		Long: "Reads mails (.eml), tables and texts, or folders of them, as the daemon would, and shows each value with its place.",
		RunE: func(c *cobra.Command, args []string) error {
			pool := sandboxPool(a.logger(slog.LevelWarn))
			defer pool.Close()
			return eachFile(args, func(path string, raw []byte) error {
				reading, err := pool.Read(c.Context(), raw, filepath.Base(path), parsers.Profile{Supplier: supplier})
				if err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
				if a.json {
					return a.printJSON(struct {
						File string `json:"file"`
						parsers.Reading
					}{path, reading})
				}
				return a.printReading(path, reading)
			})
		},
	}
	c.Flags().StringVar(&supplier, "supplier", "", "whose files these are")
	a.jsonFlag(c)
	return c
}

func (a *app) printReading(path string, r parsers.Reading) error {
	_ = a.say("%s: %s, %s", path, r.Format, r.Kind)
	if env := r.Envelope; env != nil {
		for _, from := range env.From {
			_ = a.say("  from %s <%s>: %s", from.Name, from.Address, env.Subject)
		}
	}
	for _, s := range r.Statements {
		quoted := ""
		if s.Quoted {
			quoted = " (quoted)"
		}
		_ = a.say("  %s%s %q", s.Kind, quoted, s.KindAt.Text)
		for _, ref := range s.Refs {
			_ = a.say("    %s number %s", ref.Label, ref.Text)
		}
		for _, t := range s.Tracking {
			slug := "carrier unknown"
			if len(t.Carriers) > 0 {
				slug = t.Carriers[0].Carrier
			}
			_ = a.say("    tracking %s, %s", t.Number, slug)
		}
		for _, l := range s.Lines {
			_ = a.say("    %d x %s %s", l.Quantity, l.SKU.Text, l.Title.Text)
		}
		to := s.Party()
		for _, v := range []parsers.Value{to.Name, to.Company, to.Street, to.Postcode, to.City, s.Expected} {
			if v.Text != "" {
				_ = a.say("    %s", v.Text)
			}
		}
	}
	for _, p := range r.Problems {
		_ = a.say("  not read: %s", p.Text)
	}
	return nil
}

func (a *app) matchCommand() *cobra.Command {
	var ordersFile, supplier string
	c := &cobra.Command{
		Use: "match --orders FILE FILE...", Short: "Show what files mean for these open orders; nothing is stored", Args: cobra.MinimumNArgs(1),
		Long: "Reads mails, tables and texts, or folders of them, and says which of the orders each is about, how sure that is, and why.\n" +
			"The orders are JSON lines in the canonical shape; supplier, po_number, message_id and reply_to may stand beside it.\n" +
			"A mail is taken to be from the supplier whose name is the first part of the sender's domain.",
		RunE: func(c *cobra.Command, args []string) error {
			raw, err := os.ReadFile(ordersFile)
			if err != nil {
				return usageError{err}
			}
			orders, err := trial.Load(ordersFile, raw)
			if err != nil {
				return usageError{err}
			}
			if supplier != "" && !orders.With(supplier) {
				fmt.Fprintf(a.errs, "waybill: --supplier %s: no order is with this supplier; they are with %s\n", supplier, strings.Join(orders.Suppliers, ", "))
			}
			pool := sandboxPool(a.logger(slog.LevelWarn))
			defer pool.Close()
			return a.matchFiles(c.Context(), trial.New(orders, pool, supplier), args)
		},
	}
	c.Flags().StringVar(&ordersFile, "orders", "", "the open orders, as JSON lines (required)")
	c.Flags().StringVar(&supplier, "supplier", "", "whose files these are, where a file names no sender")
	if err := c.MarkFlagRequired("orders"); err != nil {
		panic(err)
	}
	a.jsonFlag(c)
	return c
}

// matchFiles prints a result for every file. One that broke its reader is told at once, has a line without notices, and fails the command in the end.
func (a *app) matchFiles(ctx context.Context, m *trial.Matcher, args []string) error {
	failed := false
	err := eachFile(args, func(path string, raw []byte) error {
		result, reading, err := m.File(ctx, path, raw)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = true
			fmt.Fprintf(a.errs, "waybill: %v\n", err)
		}
		for _, p := range reading.Problems {
			fmt.Fprintf(a.errs, "%s: %s\n", path, p.Text)
		}
		if a.json {
			return a.printJSON(result)
		}
		return a.printMatched(result)
	})
	if err == nil && failed {
		return errSaid
	}
	return err
}

func (a *app) printMatched(r trial.Result) error {
	_ = a.say("%s: %s", r.File, r.Kind)
	for _, n := range r.Notices {
		name := n.Number
		if name == "" {
			name = "no order"
		}
		_ = a.say("  %s for %s: %s by %s (%.4f), %s", n.Kind, name, n.Decision, n.Method, n.Confidence, n.Apply)
		for _, t := range n.Tracking {
			_ = a.say("    tracking %s %s", t.Carrier, t.Number)
		}
		for _, reason := range n.Reasons {
			_ = a.say("    - %s", reason)
		}
	}
	return nil
}

// eachFile calls do for each file, and for each file of a folder in the order of names. All arguments are looked at before the first is read.
func eachFile(args []string, do func(path string, raw []byte) error) error {
	for _, arg := range args {
		if _, err := os.Stat(arg); err != nil {
			return usageError{err}
		}
	}
	for _, arg := range args {
		err := filepath.WalkDir(arg, func(path string, entry fs.DirEntry, err error) error {
			hidden := path != arg && strings.HasPrefix(entry.Name(), ".")
			switch {
			case err != nil:
				return err
			case hidden && entry.IsDir():
				return fs.SkipDir
			case hidden || entry.IsDir():
				return nil
			}
			raw, err := readWithin(path)
			if err != nil {
				return err
			}
			return do(path, raw)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readWithin reads a file that is not larger than an item may be.
func readWithin(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > parsers.MaxMessage {
		return nil, fmt.Errorf("%s has %d bytes; at most %d are read", path, info.Size(), parsers.MaxMessage)
	}
	return os.ReadFile(path)
}
