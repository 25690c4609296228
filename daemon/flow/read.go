package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/proof"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/transports"
)

const (
	maxAttempts = 2 // after so many failures an item is quarantined
	bookPause   = 5 * time.Second

	readersAccount = "readers" // of the sandbox is told as of an account
	readersTitle   = "the reading of what comes in"
)

// opened is an item with everything that was found out about it before it is recorded.
type opened struct {
	row      store.ItemRow
	raw      []byte // until it was read
	reading  parsers.Reading
	text     json.RawMessage // the reading as it is stored
	who      match.Sender
	from     string
	ours     bool
	findings []match.Finding
	// proof is who has written it, nil where that cannot be found out; proofRow is how it is kept. waited: when it was read before, the DNS had not answered.
	proof    *proof.Result
	proofRow store.ProofRow
	waited   bool
	version  *version // the earlier one of the same thing
	drifted  bool     // one of many that cannot be read for the same reason: what it leaves open is asked once for all

	read    bool // what it says is to be recorded
	settled bool // nothing is to be recorded any more
}

// read finds out what an item says. It returns when the item is read or settled, or when ctx ends: then it is read again at the next start.
func (f *Flow) read(ctx context.Context, it *opened, loop string) {
	began := f.now()
	defer func() { f.observe("read", f.now().Sub(began)) }()
	for !it.read && !it.settled && ctx.Err() == nil {
		f.tick(loop, bookPause)
		if err := f.attempt(ctx, it); err != nil && ctx.Err() == nil {
			// The books did not take it, or no reader starts. It stays kept, and is tried again after a pause.
			f.log.Error("an item could not be processed", "item", it.row.ID, "err", err)
			f.sleep(ctx, bookPause, nil)
		}
	}
}

// attempt is one attempt to read an item. An error says nothing against the item: no reader starts, or the books are out of reach.
func (f *Flow) attempt(ctx context.Context, it *opened) error {
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		it.raw, err = tx.Evidence(it.row.SHA256)
		return err
	})
	w := f.world.Load()
	channel, orders := w.ordersIn[it.row.Source]
	shop, shopping := w.shops[it.row.Source]
	switch {
	case err != nil:
	case !shopping && strings.HasPrefix(it.row.Source, shopSource):
		err = errShopGone
	case shopping:
		orders = true
		err = f.readShop(ctx, it, shop)
		it.settled = err == nil
	case orders:
		err = f.readOrders(ctx, it, channel)
		it.settled = err == nil
	default:
		err = f.look(ctx, w, it)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, sandbox.ErrNoReader):
		f.accountFails(ctx, readersAccount, readersTitle, &transports.Error{Op: "read", Err: err, Help: "The machine lacks memory or processes, or forbids the readers' fences. What came in is kept, and is read as soon as a reader starts."})
		return err
	case err != nil:
		return f.broken(ctx, it, err) // which fails as well when the books are out of reach
	case orders:
		return nil
	}
	f.accountWorks(ctx, readersAccount)
	it.raw, it.read = nil, true
	return nil
}

// look opens the envelope, finds the supplier, and reads with that supplier's profile.
func (f *Flow) look(ctx context.Context, w *world, it *opened) (err error) {
	var env *parsers.Envelope
	if _, isDrop := w.dropOf[it.row.Source]; !isDrop {
		if env, err = f.reader.Envelope(ctx, it.raw); err != nil {
			return fmt.Errorf("open the envelope: %w", err)
		}
	}
	if it.who, it.from, it.ours, err = f.identify(ctx, w, it.row.Source, env); err != nil {
		return err
	}
	if env != nil && !it.ours {
		if err := f.prove(ctx, w, it); err != nil {
			return err
		}
	}
	if err := f.weighSender(ctx, w, it); err != nil {
		return err
	}
	profile, err := f.profile(ctx, w, it.who.Supplier)
	if err != nil {
		return err
	}
	if it.reading, err = f.reader.Read(ctx, it.raw, it.row.Name, profile); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if it.text, err = json.Marshal(it.reading); err != nil {
		return fmt.Errorf("write the reading down: %w", err)
	}
	return nil
}

// broken counts a failure over an item, to read it or to record what it says: it is tried once more. After the second one it is put aside and the next
// goes on.
func (f *Flow) broken(ctx context.Context, it *opened, cause error) error {
	f.log.Warn("a reader failed", "item", it.row.ID, "attempt", it.row.Attempts, "err", cause)
	var row store.ItemRow
	err := f.store.Write(ctx, func(tx *store.Tx) (err error) {
		if row, err = tx.Item(it.row.ID); err != nil || row.State != store.ItemKept {
			return err
		}
		if row.Attempts < maxAttempts {
			row.Attempts++
			return tx.SetRead(row)
		}
		row.State, row.Supplier = store.ItemQuarantined, it.who.Supplier
		if err := tx.SetRead(row); err != nil {
			return err
		}
		help := "Look at the original; enter what it says with `waybill ship`, or retry after an upgrade."
		if f.world.Load().givesOrders(row.Source) {
			help = "Retry when the cause is mended; orders that were taken are known and not taken twice."
		}
		_, _, err = f.open(tx, Exception{Kind: Unreadable, Key: fmt.Sprintf("unreadable:%d", row.ID), Item: row.ID, Supplier: row.Supplier,
			Detail: Detail{About: f.sourceName(it), From: it.from, Reasons: []string{"its reader broke twice: " + cause.Error()}, Help: help}})
		return err
	})
	if err == nil {
		it.row.State, it.row.Attempts, it.settled = row.State, row.Attempts, row.State != store.ItemKept
	}
	return err
}

func (f *Flow) sourceName(it *opened) string {
	switch {
	case it.who.Supplier != "":
		return f.supplierName(it.who.Supplier)
	case it.from != "":
		return it.from
	}
	return it.row.Source
}

func (f *Flow) supplierName(slug string) string {
	if s, ok := f.world.Load().cfg.Suppliers[slug]; ok && s.Name != "" {
		return s.Name
	}
	return slug
}

// profile is how a supplier writes: what the configuration says of it, what was learned, and the patterns of order numbers, configured or found from
// the orders.
func (f *Flow) profile(ctx context.Context, w *world, supplier string) (parsers.Profile, error) {
	on, err := f.rulesOf(ctx, supplier)
	return withRules(f.configured(w, supplier), on), err
}

// configured is the profile without anything learned.
func (f *Flow) configured(w *world, supplier string) parsers.Profile {
	s := w.cfg.Suppliers[supplier]
	p := parsers.Profile{Supplier: supplier, Own: w.ownAddresses, Charset: s.Read.Charset, Carrier: s.Read.Carrier, KeepHeads: supplier != "",
		OrderPatterns: slices.Concat(s.Read.OrderPatterns, w.orderPatterns, f.index.Patterns()),
		Columns:       make(map[string]string, len(s.Read.Columns)), Phrases: make(map[string]parsers.Kind, len(s.Read.Phrases))}
	for header, meaning := range s.Read.Columns {
		p.Columns[strings.ToLower(strings.TrimSpace(header))] = meaning
	}
	for phrase, kind := range s.Read.Phrases {
		p.Phrases[phrase] = parsers.Kind(kind)
	}
	return p
}
