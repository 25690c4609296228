package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/channel"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
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
		for _, v := range []parsers.Value{s.Party.Name, s.Party.Company, s.Party.Street, s.Party.Postcode, s.Party.City, s.Expected} {
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

// matched is the contract of `waybill match --json`: one line for each file.
type matched struct {
	File    string          `json:"file"`
	Kind    parsers.Kind    `json:"kind"`
	Notices []match.Finding `json:"notices"`
}

func (a *app) matchCommand() *cobra.Command {
	var orders, supplier string
	c := &cobra.Command{
		Use: "match --orders FILE FILE...", Short: "Show what files mean for these open orders; nothing is stored", Args: cobra.MinimumNArgs(1),
		Long: "Reads mails, tables and texts, or folders of them, and says which of the orders each is about, how sure that is, and why.\n" +
			"The orders are JSON lines in the canonical shape; supplier, po_number, message_id and reply_to may stand beside it.",
		RunE: func(c *cobra.Command, args []string) error {
			index, suppliers, err := loadIndex(orders)
			if err != nil {
				return err
			}
			pool := sandboxPool(a.logger(slog.LevelWarn))
			defer pool.Close()
			m := matcher{pool: pool, index: index, suppliers: suppliers, supplier: supplier, profile: parsers.Profile{OrderPatterns: index.Patterns()}}
			return eachFile(args, func(path string, raw []byte) error {
				result, err := m.file(c.Context(), path, raw)
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(result)
				}
				return a.printMatched(result)
			})
		},
	}
	c.Flags().StringVar(&orders, "orders", "", "the open orders, as JSON lines (required)")
	c.Flags().StringVar(&supplier, "supplier", "", "whose files these are, where a file names no sender")
	if err := c.MarkFlagRequired("orders"); err != nil {
		panic(err)
	}
	a.jsonFlag(c)
	return c
}

// loadIndex builds an index of the orders of a file, and lists their suppliers.
func loadIndex(path string) (*match.Index, []string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, usageError{err}
	}
	rows, err := channel.ReadOrders(filepath.Base(path), raw, "")
	if err != nil {
		return nil, nil, usageError{err}
	}
	index := match.NewIndex()
	var suppliers []string
	for i, r := range rows {
		if r.Err != nil {
			return nil, nil, usage("%s: line %d: %w", path, r.Line, r.Err)
		}
		doc := r.Order.Normal()
		po := match.PO{ID: order.POID(i + 1), OrderID: order.OrderID(i + 1), Channel: doc.Channel, Order: doc.Number, Number: doc.Number, Supplier: r.Hints.Supplier,
			ShipTo: doc.ShipTo, Email: doc.Customer.Email, Phone: doc.Customer.Phone, PlacedAt: doc.PlacedAt, ReplyTo: r.Hints.ReplyTo}
		if r.Hints.PONumber != "" {
			po.Number = r.Hints.PONumber
		}
		if id := strings.Trim(r.Hints.MessageID, "<> "); id != "" {
			po.MessageIDs = []string{id}
			po.Token = tokenIn(id)
		}
		if address, err := mail.ParseAddress(po.ReplyTo); err == nil {
			po.ReplyTo = address.Address
		}
		local, _, _ := strings.Cut(po.ReplyTo, "@")
		if _, tag, ok := strings.Cut(local, "+"); ok {
			if token, err := order.ParseToken(tag); err == nil {
				po.Token = token
			}
		}
		for _, l := range doc.Lines {
			po.Lines = append(po.Lines, match.Line{ID: l.ID, SKU: l.SKU, Title: l.Title, Quantity: l.Quantity, Outstanding: l.Quantity})
		}
		index.Put(po)
		if po.Supplier != "" && !slices.Contains(suppliers, po.Supplier) {
			suppliers = append(suppliers, po.Supplier)
		}
	}
	return index, suppliers, nil
}

// tokenIn finds our key in a Message-ID of ours.
func tokenIn(messageID string) order.Token {
	local, _, _ := strings.Cut(messageID, "@")
	first, _, _ := strings.Cut(local, ".")
	token, err := order.ParseToken(first)
	if err != nil {
		return ""
	}
	return token
}

// matcher reads and matches files without a database.
type matcher struct {
	pool      *sandbox.Pool
	index     *match.Index
	suppliers []string
	supplier  string
	profile   parsers.Profile
}

func (m *matcher) file(ctx context.Context, path string, raw []byte) (matched, error) {
	result := matched{File: path, Kind: parsers.Other, Notices: []match.Finding{}}
	profile := m.profile
	profile.Supplier = m.supplier
	reading, err := m.pool.Read(ctx, raw, filepath.Base(path), profile)
	if err != nil {
		return result, fmt.Errorf("%s: %w", path, err)
	}
	result.Kind = reading.Kind
	if reading.Kind == parsers.Bounce || reading.Kind == parsers.AutoReply {
		return result, nil
	}
	for _, finding := range m.index.Match(reading, m.sender(reading.Envelope)) {
		if finding.Kind.Consequence() > 0 {
			result.Notices = append(result.Notices, finding)
		}
	}
	if len(result.Notices) > 0 {
		result.Kind = parsers.Other
		for _, n := range result.Notices {
			if n.Kind.Consequence() > result.Kind.Consequence() {
				result.Kind = n.Kind
			}
		}
	}
	return result, nil
}

// sender finds the supplier behind a mail without a configuration: the one whose slug is the first label of the domain. A file without a
// sender is the named supplier's, or anybody's.
func (m *matcher) sender(env *parsers.Envelope) match.Sender {
	if env == nil || len(env.From) == 0 {
		return match.Sender{Supplier: m.supplier}
	}
	if len(env.From) == 1 {
		_, domain, _ := strings.Cut(strings.ToLower(env.From[0].Address), "@")
		label, _, _ := strings.Cut(domain, ".")
		if slices.Contains(m.suppliers, label) {
			return match.Sender{Supplier: label}
		}
	}
	return match.Sender{Open: true}
}

func (a *app) printMatched(r matched) error {
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

// eachFile calls do for each file, and for each file of a folder in the order of names.
func eachFile(args []string, do func(path string, raw []byte) error) error {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return usageError{err}
		}
		if !info.IsDir() {
			raw, err := readWithin(arg)
			if err != nil {
				return err
			}
			if err := do(arg, raw); err != nil {
				return err
			}
			continue
		}
		err = filepath.WalkDir(arg, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
				return err
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
