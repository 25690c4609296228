package flow

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// shopSource, with the channel behind it, is the source of what a shop system's API says.
const shopSource = "shop:"

// shopWorkers is how much news goes to a shop system at once: their APIs are throttled, and answers are awaited anyway.
const shopWorkers = 4

// buildShop makes a source and a lane of a channel that is a shop system.
func (f *Flow) buildShop(w *world, slug string, c config.Channel) error {
	shop, poll, err := f.openShop(w, slug, c)
	if err != nil || shop == nil {
		return err
	}
	of := &shopOf{Shop: shop, slug: slug, bell: newBell()}
	s := source{name: shopSource + slug, title: "the shop of channel " + slug, poll: cmp.Or(poll, time.Minute), bell: of.bell, receiver: of, probe: shop}
	w.sources = append(w.sources, s)
	w.shops[s.name] = of
	if c.Amazon != nil || c.EBay != nil {
		return nil // they are told by files
	}
	w.lanes[laneShop+slug] = &lane{name: laneShop + slug, title: "news to the shop of channel " + slug, sender: of, workers: shopWorkers, idempotent: true}
	return nil
}

// shopOf is a channel's shop system.
type shopOf struct {
	channel.Shop
	slug    string
	bell    *bell
	telling [64]sync.Mutex // by order
}

// Send tells the shop one piece of news of an order at a time: each looks first at what is there, and writes then. Two purchase orders that ship at the same
// moment would both look, and write over each other's note, status or tag.
func (s *shopOf) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	if e, err := channel.DecodeEvent(m); err == nil {
		hash := fnv.New32a()
		_, _ = hash.Write([]byte(e.Data.OrderID))
		one := &s.telling[hash.Sum32()%uint32(len(s.telling))]
		one.Lock()
		defer one.Unlock()
	}
	return s.Shop.Send(ctx, m, mark)
}

// Receive keeps what the shop gives under the name of its source here, by which it is read.
func (s *shopOf) Receive(ctx context.Context, keep transports.Keep) error {
	return s.Shop.Receive(ctx, func(ctx context.Context, batch []transports.Item) error {
		for i := range batch {
			batch[i].Source = shopSource + s.slug
		}
		return keep(ctx, batch)
	})
}

// ErrNoShop is returned for a webhook to a channel that is no shop system.
var ErrNoShop = errors.New("no channel of that name takes webhooks")

// Hook keeps a shop system's webhook and has the shop looked at. It returns nil only after the commit; channel.ErrSignature and ErrNoShop
// say that nothing was kept.
func (f *Flow) Hook(ctx context.Context, slug string, header http.Header, body []byte) error {
	shop := f.world.Load().shops[shopSource+slug]
	if shop == nil {
		return ErrNoShop
	}
	it, err := shop.Hook(header, body)
	if err != nil || it == nil {
		return err
	}
	it.Source = shopSource + slug
	known, err := f.wasPosted(ctx, it)
	if err != nil {
		return err
	}
	if known {
		shop.bell.ring()
		return nil
	}
	if err := f.Keep(ctx, []transports.Item{*it}); err != nil {
		return err
	}
	shop.bell.ring()
	return nil
}

// wasPosted tells a webhook whose signed bytes were kept before. Whoever has seen one may post it again, under other headers, which nobody signs: it fills no disk,
// and cancels nothing a second time that was deleted, and put back.
func (f *Flow) wasPosted(ctx context.Context, it *transports.Item) (known bool, err error) {
	sum := sha256.Sum256(it.Raw)
	err = f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.ItemsBySHA(hex.EncodeToString(sum[:]))
		known = slices.ContainsFunc(rows, func(row store.ItemRow) bool { return row.Source == it.Source })
		return err
	})
	return known, err
}

// errShopGone is why something of a shop system cannot be read.
var errShopGone = errors.New("its channel is no shop system any more; put it back into the configuration and retry")

// readShop takes what a shop system says of orders. One order that cannot be taken is told to a person and stops no other.
func (f *Flow) readShop(ctx context.Context, it *opened, shop *shopOf) error {
	deliveries, err := shop.Read(it.row.Name, it.raw)
	if refused := (*channel.Refused)(nil); errors.As(err, &refused) {
		return f.store.Write(ctx, func(tx *store.Tx) error {
			row, err := tx.Item(it.row.ID)
			if err != nil {
				return err
			}
			row.State, row.Kind = store.ItemRead, "refused"
			if err := tx.SetRead(row); err != nil {
				return err
			}
			return f.marketRefused(tx, shop.slug, row, refused.Reasons)
		})
	}
	if err != nil {
		return fmt.Errorf("read what the shop says: %w", err)
	}
	id, version, versioned := channel.Version(it.row.Key)
	versions := ""
	if versioned {
		versions = it.row.Source + "/" + id
	}
	// One at a time: two versions of an order are never taken side by side.
	f.shopping.Lock()
	defer f.shopping.Unlock()
	stale, err := f.overtakenBy(ctx, versions, version)
	if err != nil {
		return err
	}
	var bad []string
	for _, d := range deliveries {
		if stale {
			break
		}
		d.Order.Channel = shop.slug
		err := d.Err
		if err == nil {
			err = f.deliver(ctx, it, d, versioned)
		}
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the daemon stops: it is read again at the next start
		}
		switch invalid := (*Invalid)(nil); {
		case err == nil:
		case d.Err != nil && len(deliveries) > 1:
			bad = append(bad, fmt.Sprintf("line %d: %v", d.Line, err))
		case d.Err != nil:
			err = f.notTaken(ctx, it, d, []string{d.Err.Error()})
		case errors.As(err, &invalid):
			reasons := make([]string, len(invalid.Fields))
			for i, field := range invalid.Fields {
				reasons[i] = field.Error()
			}
			err = f.notTaken(ctx, it, d, reasons)
		}
		if told := d.Err != nil && len(deliveries) > 1; err != nil && !told {
			return fmt.Errorf("take an order of the shop: %w", err)
		}
	}
	return f.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.Item(it.row.ID)
		if err != nil {
			return err
		}
		row.State, row.Kind, row.MessageID = store.ItemRead, "orders", versions
		if err := tx.SetRead(row); err != nil {
			return err
		}
		if err := f.shippedBefore(tx, shop.slug, row, deliveries); err != nil || len(bad) == 0 {
			return err
		}
		_, _, err = f.open(tx, Exception{Kind: BadOrderFile, Key: fmt.Sprintf("file:%d", row.ID), Channel: shop.slug, Item: row.ID,
			Detail: Detail{About: cmp.Or(row.Name, row.Key), Reasons: first(bad, 50), Help: "Mend these orders where they come from; those that were taken are known and not taken twice."}})
		return err
	})
}

// overtakenBy tells whether a newer version of the order was read before. What all versions of an order share stands where mails have their
// Message-ID.
func (f *Flow) overtakenBy(ctx context.Context, versions, version string) (stale bool, err error) {
	if versions == "" {
		return false, nil
	}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.ItemsByMessageID(versions)
		stale = slices.ContainsFunc(rows, func(row store.ItemRow) bool {
			_, other, ok := channel.Version(row.Key)
			return ok && other > version && strings.HasPrefix(row.Source, shopSource) // and not a file that calls itself so
		})
		return err
	})
	return stale, err
}

// deliver does what a delivery means. newer: the shop system tells versions apart, and this is the newest.
func (f *Flow) deliver(ctx context.Context, it *opened, d channel.Delivery, newer bool) error {
	if d.Signal || d.Shipped {
		return nil
	}
	doc := d.Order.Normal()
	var known *store.OrderRow
	err := f.store.View(ctx, func(tx *store.Tx) error {
		row, err := tx.OrderByKey(doc.Channel, doc.ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		known = &row
		return err
	})
	switch {
	case err != nil:
		return err
	case d.Cancelled:
		return f.shopCancels(ctx, doc, d.Reason)
	case known == nil && d.Tell:
		return f.notTaken(ctx, it, d, []string{cmp.Or(d.Closed, d.Skip)})
	case known == nil && (d.Skip != "" || d.Closed != ""):
		return nil
	case d.Skip != "":
		return f.nothingLeft(ctx, *known, d.Skip)
	case d.Closed != "" && d.Tell && !begun(*known):
		return f.notTaken(ctx, it, d, []string{d.Closed})
	case d.Closed != "" && !begun(*known):
		return nil
	case newer && known != nil && known.Intake.State == order.IntakeCancelled && doc.Paid():
		return f.liveAgain(ctx, *known)
	}
	if known != nil && d.Partial {
		doc = whole(doc, known.Doc)
	}
	taken, err := f.Receive(ctx, doc, Source{By: byChannel, Newer: newer})
	if err != nil {
		return err
	}
	if known != nil && d.Open != nil {
		if err := f.shownUnshipped(ctx, *known, doc, d.Open, it.row.Received); err != nil {
			return err
		}
	}
	return f.settleNotTaken(ctx, taken)
}

// begun tells an order that is on its way to its suppliers, or over: what the shop does with it from now on is no reason not to take it. One that
// waits for its money, or for a person, is not taken as long as the shop holds it, or has shipped it itself.
func begun(known store.OrderRow) bool {
	return known.Intake.State != order.IntakeWaiting && known.Intake.State != order.IntakeHeld
}

// shownUnshipped asks a person about an order that the shop shows as not shipped although it was told, some time ago: somebody cancelled the fulfilment,
// or the shop lost it.
func (f *Flow) shownUnshipped(ctx context.Context, known store.OrderRow, doc order.Order, open []order.LineQuantity, looked time.Time) error {
	if known.Intake.State != order.IntakeAccepted || looked.IsZero() {
		return nil
	}
	if _, fields := doc.Against(known.Doc); slices.Contains(fields, "lines") {
		return nil // that is asked about already
	}
	return f.store.Write(ctx, func(tx *store.Tx) error {
		pos, err := tx.POsOfOrder(known.ID)
		if err != nil {
			return err
		}
		left := map[string]int{} // to be shown as open, by line
		for _, l := range known.Doc.Lines {
			left[l.ID] = l.Quantity
		}
		for _, po := range pos {
			for _, s := range po.Shipments {
				for _, q := range s.Lines {
					left[q.Line] -= q.Quantity
				}
			}
		}
		lacks := slices.ContainsFunc(open, func(q order.LineQuantity) bool { l, ours := left[q.Line]; return ours && q.Quantity > max(l, 0) })
		if !lacks {
			return nil
		}
		last, err := f.lastNews(tx, pos, laneShop+known.Doc.Channel)
		if err != nil || last == nil || last.State != order.DispatchSent || looked.Sub(last.SettledAt) < shownWithin {
			return err
		}
		return f.openOnce(tx, Exception{Kind: ShopDiffers, Key: fmt.Sprintf("unshipped:%d:%d", known.ID, last.ID), Order: known.ID, Channel: known.Doc.Channel, Dispatch: last.ID,
			Detail: Detail{About: known.Doc.Number, Says: "The shop shows order %s as not shipped, though it was told",
				Help: "Somebody may have cancelled the fulfilment there. Resend tells it again; arrived leaves the shop as it is."}})
	})
}

// shownWithin is how long a shop may take until it shows what it was told.
const shownWithin = 10 * time.Minute

// lastNews is the latest shipment that was told on a lane; nil where one is still under way.
func (f *Flow) lastNews(tx *store.Tx, pos []order.PurchaseOrder, lane string) (last *store.DispatchRow, err error) {
	for _, po := range pos {
		rows, err := tx.DispatchesOfPO(po.ID)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if row.Lane != lane || row.State == order.DispatchReplaced || row.State == order.DispatchWithdrawn {
				continue
			}
			if row.State != order.DispatchSent {
				return nil, nil
			}
			if last == nil || row.ID > last.ID {
				last = &row
			}
		}
	}
	return last, nil
}

// byChannel is who decided what a shop system said.
const byChannel = "channel"

// shopCancels cancels an order that the shop has cancelled. One that is not known yet is noted as cancelled, so that a delivery from
// before, should it come late, ships nothing.
func (f *Flow) shopCancels(ctx context.Context, doc order.Order, reason string) error {
	var ring []string
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		ring = nil
		row, err := tx.OrderByKey(doc.Channel, doc.ID)
		if errors.Is(err, store.ErrNotFound) {
			return f.neverBegun(tx, doc)
		}
		if err != nil || row.Intake.State == order.IntakeCancelled {
			return err
		}
		pos, err := tx.POsOfOrder(row.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(pos, func(po order.PurchaseOrder) bool { return len(po.Shipments) > 0 }) {
			return f.openOnce(tx, Exception{Kind: CancelledLate, Key: fmt.Sprintf("cancelled_late:%d", row.ID), Order: row.ID, Channel: doc.Channel,
				Detail: Detail{About: row.Doc.Number, Reasons: shopReason(reason), Help: "Ask the carrier or the supplier to stop the parcel, or wait for it to come back. Cancel also takes back what has not left."}})
		}
		_, err = f.cancelOrder(tx, f.world.Load(), row.ID, byChannel, &ring)
		return err
	})
	f.lanes.ring(ring...)
	return err
}

func shopReason(reason string) []string {
	if reason == "" {
		return nil
	}
	return []string{"the shop's reason: " + reason}
}

// neverBegun notes an order that was cancelled before it came. What the shop gives of it need not be whole.
func (f *Flow) neverBegun(tx *store.Tx, doc order.Order) error {
	if errs := doc.Check(); len(errs) > 0 {
		doc = order.Order{Number: cmp.Or(doc.Number, doc.ID), Channel: doc.Channel, ID: doc.ID}
	}
	row, err := tx.AddOrder(doc, order.Event{Kind: order.Received, At: f.now(), By: byChannel, Reason: order.ReasonUnpaid}, false)
	if err != nil {
		return err
	}
	_, err = tx.Record(order.Event{Kind: order.CancelledAll, At: f.now(), Order: row.ID, By: byChannel})
	return err
}

// nothingLeft puts an order before a person of which the shop wants nothing shipped any more, without having cancelled it.
func (f *Flow) nothingLeft(ctx context.Context, known store.OrderRow, words string) error {
	return f.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.Order(known.ID)
		if err != nil || row.Erased || row.Intake.State == order.IntakeCancelled || row.Intake.State == order.IntakeOld {
			return err
		}
		pos, err := tx.POsOfOrder(row.ID)
		if err == nil && (f.byHand(row, pos) || len(pos) == 0 && !row.Doc.Paid()) {
			return nil // nobody paid, or the shop fulfils it itself, as before
		}
		if err != nil || len(pos) > 0 && !slices.ContainsFunc(pos, isOpen) {
			return err // all has left: what was given back is between the shop and its customer
		}
		return f.openOnce(tx, Exception{Kind: OrderChanged, Key: fmt.Sprintf("nothing_left:%d", row.ID), Order: row.ID, Channel: row.Doc.Channel,
			Detail: Detail{About: row.Doc.Number, Fields: []string{"lines"}, Reasons: []string{words}, State: string(row.Intake.State)}})
	})
}

// byHand tells whether an order is served without waybill: all of it is in shadow mode.
func (f *Flow) byHand(row store.OrderRow, pos []order.PurchaseOrder) bool {
	cfg := f.Config()
	return len(pos) > 0 && !slices.ContainsFunc(pos, func(po order.PurchaseOrder) bool { return !cfg.Shadowed(row.Doc.Channel, po.Supplier) })
}

func isOpen(po order.PurchaseOrder) bool { return !po.Closed() }

// openOnce opens an exception unless a person has settled the same one before: a shop is read again and again.
func (f *Flow) openOnce(tx *store.Tx, e Exception) error {
	before, err := tx.Exceptions(store.ExceptionFilter{Kind: string(e.Kind), Key: e.Key})
	if err != nil || len(before) > 0 {
		return err
	}
	_, _, err = f.open(tx, e)
	return err
}
