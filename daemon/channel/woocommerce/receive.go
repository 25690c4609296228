package woocommerce

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	nethttp "net/http"
	"net/url"
	"strconv"
	"time"

	"waybill/daemon/channel"
	"waybill/transports"
)

const (
	// overlap is how far before the last change that was seen each look begins again: an order may be saved some moments after the second that
	// it is dated with.
	overlap = 3 * time.Minute
	// pageSize is the most that the API gives at once.
	pageSize = 100
	// ahead is how far the cursor may lie before the shop's own clock.
	ahead = time.Hour
)

// position is what a Shop remembers between looks, by the shop's own clock.
type position struct {
	Version int `json:"v"`
	// Changed and Trashed are the last changes that were kept, of orders and of those in the trash.
	Changed time.Time `json:"changed"`
	Trashed time.Time `json:"trashed"`
	// Aside are the orders that the shop fails over, by id.
	Aside map[string]aside `json:"aside,omitempty"`
	// count is how many were put aside in this look.
	count int
}

// Receive keeps every order that has changed since the last look. Each version of an order is one item.
func (s *Shop) Receive(ctx context.Context, keep transports.Keep) error {
	s.looking.Lock()
	defer s.looking.Unlock()
	pos, err := s.begin(ctx)
	if err != nil {
		return err
	}
	// "any" leaves the trash out.
	for _, in := range []struct {
		status string
		from   *time.Time
	}{{"any", &pos.Changed}, {"trash", &pos.Trashed}} {
		if err := s.look(ctx, in.status, in.from, pos, keep); err != nil {
			return err
		}
	}
	if err := s.again(ctx, pos, keep); err != nil {
		return err
	}
	s.watchHooks(ctx)
	return nil
}

// begin loads the position; at the first look it is where looking begins. A shop whose clock was set back, or that was restored from a backup,
// must not be waited for.
func (s *Shop) begin(ctx context.Context) (*position, error) {
	raw, err := s.c.Cursor.Load(ctx)
	if err != nil {
		return nil, err
	}
	pos := &position{Version: 1}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, pos); err != nil {
			return nil, fmt.Errorf("read where the last look at %s ended: %w", s, err)
		}
	}
	now := s.c.Clock()
	if pos.Changed.IsZero() && s.c.Since.IsZero() || pos.Changed.After(now.Add(ahead)) {
		a, err := s.get(ctx, "wc/v3/orders", url.Values{"per_page": {"1"}, "_fields": {"id"}})
		if err != nil {
			return nil, err
		}
		if there := a.date(); !there.IsZero() {
			now = there
		}
	}
	if pos.Changed.IsZero() {
		pos.Changed = cmp.Or(s.c.Since, now).UTC().Truncate(time.Second)
		pos.Trashed = pos.Changed
		if err := s.save(ctx, pos); err != nil {
			return nil, err
		}
	}
	for _, t := range []*time.Time{&pos.Changed, &pos.Trashed} {
		if t.After(now.Add(ahead)) {
			*t = now.UTC().Truncate(time.Second)
		}
	}
	return pos, nil
}

func (s *Shop) save(ctx context.Context, pos *position) error {
	raw, err := json.Marshal(pos)
	if err != nil {
		return err
	}
	return s.c.Cursor.Save(ctx, raw)
}

// look goes through what has changed, the oldest first. Pages shift while they are read: an order that changes meanwhile leaves its place, and
// those behind it move up. So the next request begins at the second that the last one ended in, not at the next page; only where one second
// fills a page it is gone through by halves of a page.
func (s *Shop) look(ctx context.Context, status string, from *time.Time, pos *position, keep transports.Keep) error {
	at, size, offset, passed := from.Add(-overlap), pageSize, 0, false
	if !s.c.Since.IsZero() && at.Before(s.c.Since) {
		at = s.c.Since
	}
	for {
		orders, there, err := s.page(ctx, status, at, size, offset, "")
		if tooMuch(err) && size > 5 {
			size /= 4 // a host that runs out of memory or time over a hundred orders manages a few
			continue
		}
		bare := false
		if err != nil && size == 1 && ofThisOrder(ctx, err) { // over this one order: its id and its dates may go all the same
			if ids, at, err := s.page(ctx, status, at, size, offset, bareFields); err == nil {
				orders, there, bare = ids, at, true
			}
		}
		if err != nil && !bare {
			return err
		}
		if there.Add(overlap).Before(*from) { // its clock was set back: what changes from now on is dated before what was seen
			*from, at, offset = there, there.Add(-ahead), 0
			continue
		}
		last, trouble := s.keepPage(ctx, orders, err, pos, keep)
		if trouble != nil {
			return trouble
		}
		// An order may be dated in what is still to come for the shop itself: by a clock that was ahead, or by a plug-in that takes local time for UTC. Whoever
		// went on from there would pass over all that changes until then.
		if until := earlier(last, there); until.After(*from) {
			*from = until
			if err := s.save(ctx, pos); err != nil {
				return err
			}
		}
		passed = passed || bare
		switch {
		case len(orders) < size:
			return nil
		case last.After(at):
			if passed && !bare { // the one that broke the larger pages lies behind
				size, passed = pageSize, false
			}
			at, offset = last, 0
		default:
			offset += max(1, size/2)
		}
	}
}

// page asks for the orders that changed at a second or later, and tells what time it is in the shop. modified_after leaves the second itself out.
func (s *Shop) page(ctx context.Context, status string, at time.Time, size, offset int, fields string) (orders []json.RawMessage, there time.Time, err error) {
	query := url.Values{
		"modified_after": {at.UTC().Add(-time.Second).Format("2006-01-02T15:04:05")}, "dates_are_gmt": {"true"},
		"orderby": {"modified"}, "order": {"asc"}, "per_page": {strconv.Itoa(size)}, "status": {status},
	}
	if fields != "" {
		query.Set("_fields", fields)
	}
	if offset > 0 {
		query.Set("offset", strconv.Itoa(offset))
	}
	a, err := s.get(ctx, "wc/v3/orders", query)
	if err != nil {
		return nil, there, err
	}
	if there = a.date(); there.IsZero() {
		there = s.c.Clock().UTC().Truncate(time.Second)
	}
	err = a.into(&orders)
	return orders, there, err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// tooMuch says that fewer orders at once may go where these did not.
func tooMuch(err error) bool {
	if err == nil {
		return false
	}
	_, status := codeOf(err)
	return errors.Is(err, errTooLarge) || errors.Is(err, context.DeadlineExceeded) ||
		status == nethttp.StatusInternalServerError || status == nethttp.StatusBadGateway || status == nethttp.StatusGatewayTimeout || status == 524
}

// keepPage keeps the orders of a page and tells the last change among them. Those that the shop fails over are put aside; bare is why a page has
// nothing but their ids.
func (s *Shop) keepPage(ctx context.Context, orders []json.RawMessage, bare error, pos *position, keep transports.Keep) (last time.Time, err error) {
	items := make([]transports.Item, 0, len(orders))
	for _, raw := range orders {
		w, _, _, err := open(raw)
		changed := w.DateModified.moment()
		if changed.After(last) {
			last = changed
		}
		id := string(w.ID)
		if a, is := pos.Aside[id]; err == nil && is && a.Changed.Equal(changed) {
			continue // it is asked for again when it is due
		}
		it, err := transports.Item{}, bare
		if bare == nil {
			it, err = s.item(ctx, raw)
		}
		switch {
		case err == nil:
			delete(pos.Aside, id)
			items = append(items, it)
		case ofThisOrder(ctx, err) && pos.count < mostAside:
			pos.count++
			pos.fails(id, changed, s.c.Clock())
			if err := s.save(ctx, pos); err != nil {
				return last, err
			}
		default:
			return last, err
		}
	}
	if len(items) == 0 {
		return last, nil
	}
	return last, keep(ctx, items)
}

// item makes what is kept of an order: with its refunds and what its products are.
func (s *Shop) item(ctx context.Context, raw json.RawMessage) (it transports.Item, err error) {
	w, _, _, err := open(raw)
	if err != nil {
		// Kept as it is: whoever reads it later says what is wrong with it.
		return transports.Item{Source: s.c.Source, Name: "order.json", Raw: raw, Size: int64(len(raw)), Key: fmt.Sprintf("%x", sha256.Sum256(raw))}, nil //nolint:nilerr // an order that cannot be read must not stop the others
	}
	full := item{Order: raw}
	if len(w.Refunds) > 0 {
		a, err := s.get(ctx, "wc/v3/orders/"+url.PathEscape(string(w.ID))+"/refunds", url.Values{"per_page": {"100"}, "_fields": {"id,line_items"}})
		switch {
		case err == nil:
			full.Refunds = a.body
		case !isGone(err):
			return it, err
		}
	}
	found, missing := s.products.ofOrder(&w, s.c.Clock())
	for _, l := range missing {
		ships, err := s.learn(ctx, l)
		if err != nil {
			return it, err
		}
		found[productKey(l)] = ships
	}
	full.Products = found
	whole, err := json.Marshal(full)
	if err != nil {
		return it, err
	}
	return s.made(&w, whole, w.DateModified.moment()), nil
}

// made gives an item its name and its key.
func (s *Shop) made(w *wireOrder, raw []byte, changed time.Time) transports.Item {
	return transports.Item{Source: s.c.Source, Name: "order " + string(w.ID) + ".json", Received: changed, Raw: raw, Size: int64(len(raw)),
		Key: channel.ItemKey(string(w.ID), changed, raw)}
}
