package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/transports"
)

const (
	readers     = 2   // items read at once; the sandbox has as many children
	readAhead   = 256 // items listed at once
	maxAttempts = 2   // after so many failures an item is quarantined
	bookPause   = 5 * time.Second

	readersAccount = "readers" // of the sandbox is told as of an account
	readersTitle   = "the reading of what comes in"
)

// readLoop reads what is kept, in the order it came, a few at once.
func (f *Flow) readLoop(ctx context.Context) error {
	work := make(chan order.ItemID)
	var busy sync.Map
	var workers sync.WaitGroup
	for range readers {
		workers.Go(func() {
			for id := range work {
				err := f.readItem(ctx, id)
				if err != nil && ctx.Err() == nil {
					// The books did not take it, or no reader starts. It stays kept, and is tried again after a pause.
					f.log.Error("an item could not be processed", "item", id, "err", err)
					f.sleep(ctx, bookPause, nil)
				}
				busy.Delete(id)
				if err != nil {
					f.items.ring()
				}
			}
		})
	}
	defer workers.Wait()
	defer close(work)
	for {
		rows, err := f.kept(ctx)
		if err != nil && ctx.Err() == nil {
			f.log.Error("what came in cannot be listed", "err", err)
			f.sleep(ctx, bookPause, nil)
		}
		handed := 0
		for _, row := range rows {
			if _, running := busy.LoadOrStore(row.ID, true); running {
				continue
			}
			select {
			case work <- row.ID:
				handed++
			case <-ctx.Done():
				return nil
			}
		}
		if handed > 0 {
			continue
		}
		select {
		case <-f.items.c:
		case <-ctx.Done():
			return nil
		}
	}
}

func (f *Flow) kept(ctx context.Context) (rows []store.ItemRow, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		rows, err = tx.ItemsInState(store.ItemKept, readAhead)
		return err
	})
	return rows, err
}

// opened is an item with everything that was found out about it before it is recorded.
type opened struct {
	row      store.ItemRow
	raw      []byte
	reading  parsers.Reading
	who      match.Sender
	from     string
	ours     bool
	findings []match.Finding
	drifted  bool // one of many that cannot be read for the same reason: what it leaves open is asked once for all
}

func (f *Flow) readItem(ctx context.Context, id order.ItemID) error {
	it := &opened{}
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		if it.row, err = tx.Item(id); err != nil || it.row.State != store.ItemKept {
			return err
		}
		it.raw, err = tx.Evidence(it.row.SHA256)
		return err
	})
	if err != nil || it.row.State != store.ItemKept {
		return err
	}
	w := f.world.Load()
	if channel, ok := w.ordersIn[it.row.Source]; ok {
		return f.readOrders(ctx, it, channel)
	}
	if err := f.look(ctx, w, it); err != nil {
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the daemon stops: the item is read again at the next start
		}
		if errors.Is(err, sandbox.ErrNoReader) {
			f.accountFails(ctx, readersAccount, readersTitle, &transports.Error{Op: "read", Err: err, Help: "The machine lacks memory or processes, or forbids the readers' fences. What came in is kept, and is read as soon as a reader starts."})
			return err
		}
		return f.broken(ctx, it, err)
	}
	f.accountWorks(ctx, readersAccount)
	if err := f.record(ctx, w, it); err != nil && ctx.Err() == nil && f.store.Failed() == nil {
		// Either the books are out of reach, and then this fails too, or this item's news cannot be recorded: it must not stop the others.
		return f.broken(ctx, it, err)
	} else if err != nil {
		return err
	}
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
	profile, err := f.profile(ctx, w, it.who.Supplier)
	if err != nil {
		return err
	}
	if it.reading, err = f.reader.Read(ctx, it.raw, it.row.Name, profile); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

// broken counts a failed reading; after the second one the item is put aside and the next goes on.
func (f *Flow) broken(ctx context.Context, it *opened, cause error) error {
	f.log.Warn("a reader failed", "item", it.row.ID, "attempt", it.row.Attempts, "err", cause)
	retry := it.row.Attempts < maxAttempts
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		if retry {
			_, err := tx.CountAttempt(it.row.ID)
			return err
		}
		row := it.row
		row.State, row.Supplier = store.ItemQuarantined, it.who.Supplier
		if err := tx.SetRead(row); err != nil {
			return err
		}
		_, _, err := f.open(tx, Exception{Kind: Unreadable, Key: fmt.Sprintf("unreadable:%d", row.ID), Item: row.ID, Supplier: row.Supplier,
			Detail: Detail{About: f.sourceName(it), From: it.from, Reasons: []string{"its reader broke twice: " + cause.Error()},
				Help: "Look at the original; enter what it says with `waybill ship`, or retry after an upgrade."}})
		return err
	})
	if retry {
		f.items.ring()
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

// record writes down what the item said and does what it may do, all in one transaction.
func (f *Flow) record(ctx context.Context, w *world, it *opened) error {
	if err := f.caughtUp(ctx); err != nil {
		return err
	}
	if !it.ours || it.reading.Kind == parsers.Bounce {
		it.findings = f.match(f.index, it.reading, it.who)
	}
	reading, err := json.Marshal(it.reading)
	if err != nil {
		return fmt.Errorf("write the reading down: %w", err)
	}
	var ring []string
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		ring = ring[:0]
		row := it.row
		row.State, row.Supplier, row.Kind = store.ItemRead, it.who.Supplier, string(it.reading.Kind)
		row.BodyHash, row.Reading = it.reading.BodyHash, reading
		if env := it.reading.Envelope; env != nil {
			row.MessageID = env.MessageID
		}
		if first, err := f.repeatOf(tx, row); err != nil {
			return err
		} else if first != 0 {
			row.State, row.RepeatOf = store.ItemRepeat, first
			return tx.SetRead(row)
		}
		if err := tx.SetRead(row); err != nil {
			return err
		}
		lanes, err := f.decide(tx, w, it)
		ring = append(ring, lanes...)
		return err
	})
	if err != nil {
		return err
	}
	f.lanes.ring(ring...)
	return nil
}

// repeatOf finds the item that this one repeats: the same bytes, or the same Message-ID and the same body. A Message-ID alone
// never makes a repeat. Files are told apart by name, so the same bytes under another name are read again; the books then say
// that there is nothing new.
func (f *Flow) repeatOf(tx *store.Tx, row store.ItemRow) (order.ItemID, error) {
	if row.Name != "" {
		return 0, nil
	}
	same, err := tx.ItemsBySHA(row.SHA256)
	if err != nil {
		return 0, err
	}
	if row.MessageID != "" {
		more, err := tx.ItemsByMessageID(row.MessageID)
		if err != nil {
			return 0, err
		}
		for _, m := range more {
			if m.BodyHash == row.BodyHash && row.BodyHash != "" {
				same = append(same, m)
			}
		}
	}
	for _, s := range same {
		if s.ID != row.ID && s.State == store.ItemRead {
			return s.ID, nil
		}
	}
	return 0, nil
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
