package shopify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"waybill/daemon/channel"
	"waybill/transports"
)

const (
	// overlap is how far each look reaches back behind what was seen: the search lags behind the orders (it is eventually consistent), by how much
	// is not documented.
	overlap = 3 * time.Minute
	// settling is how old a change must be before it is not looked at again: further ones of the same second have the same time of change.
	settling = 10 * time.Second
	// riskWait is how long an order is held back whose risk Shopify has not judged yet.
	riskWait = 10 * time.Minute
	// watchEvery is how often an order is looked at that the shop holds itself: that it goes on need not change its time.
	watchEvery = 5 * time.Minute
	sweepEvery = 24 * time.Hour
	// failuresInRow is when single orders that cannot be fetched become a shop that cannot be read.
	failuresInRow = 3
	// mostSeen bounds what is remembered in memory.
	mostSeen = 20_000
)

// cursor is how far the shop was read.
type cursor struct {
	// Since is the latest time of change of which all is kept.
	Since time.Time `json:"since"`
	// Watch are orders to be fetched again from a moment on: held by the shop, or not fetched for a reason of their own.
	Watch map[string]time.Time `json:"watch,omitempty"`
	Swept time.Time            `json:"swept,omitzero"`
}

// look is one Receive.
type look struct {
	*Shop
	keep   transports.Keep
	cursor cursor
	failed []error
	inRow  int
}

// Receive fetches the orders that have changed, that a webhook named and that are watched; once a day, and when the process begins, it looks over
// all that are not shipped.
func (s *Shop) Receive(ctx context.Context, keep transports.Keep) error {
	l := look{Shop: s, keep: keep}
	raw, err := s.c.Cursor.Load(ctx)
	if err != nil {
		return fmt.Errorf("load how far the shop was read: %w", err)
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &l.cursor); err != nil {
			return fmt.Errorf("read how far the shop was read: %w", err)
		}
	}
	now := s.c.Now()
	if l.cursor.Since.IsZero() || l.cursor.Since.After(now.Add(time.Hour)) { // the first look, or a clock that was far ahead
		l.cursor.Since = now.Add(-overlap)
	}
	if l.cursor.Watch == nil {
		l.cursor.Watch = map[string]time.Time{}
	}
	for _, step := range []func(context.Context) error{l.hooks, l.named, l.changed, l.sweep} {
		if err := step(ctx); err != nil {
			return err // what was watched before is watched still: nothing is remembered beyond what was kept
		}
	}
	s.serves()
	if err := l.save(ctx); err != nil {
		return err
	}
	return errors.Join(l.failed...)
}

func (l *look) save(ctx context.Context) error {
	raw, err := json.Marshal(l.cursor)
	if err == nil {
		err = l.c.Cursor.Save(ctx, raw)
	}
	if err != nil {
		return fmt.Errorf("remember how far the shop was read: %w", err)
	}
	return nil
}

// named fetches what webhooks have named since the last look, and what is watched.
func (l *look) named(ctx context.Context) error {
	l.mu.Lock()
	ids := slices.Sorted(maps.Keys(l.signalled))
	clear(l.signalled)
	l.mu.Unlock()
	now := l.c.Now()
	for id, due := range l.cursor.Watch {
		if !due.After(now) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	var items []transports.Item
	for _, id := range ids {
		it, err := l.order(ctx, id, "")
		if err != nil {
			l.signal(ids...)
			return err
		}
		items = append(items, it...)
	}
	if err := l.kept(ctx, items); err != nil {
		l.signal(ids...)
		return err
	}
	return nil
}

// changed pages through what has changed since the last look, and remembers after each page how far it came.
func (l *look) changed(ctx context.Context) error {
	return l.list(ctx, "updated_at:>="+stamp(l.cursor.Since.Add(-overlap)), func(page []listed) error {
		var items []transports.Item
		var settled []listed // seen when all of the page is kept, and not before
		until := l.cursor.Since
		for _, o := range page {
			if o.UpdatedAt.After(until) {
				until = o.UpdatedAt
			}
			id := number(o.ID)
			if l.isSeen(id, o.UpdatedAt) {
				continue
			}
			fetched := l.c.Now()
			it, err := l.order(ctx, id, "")
			if err != nil {
				return err
			}
			if items = append(items, it...); fetched.Sub(o.UpdatedAt) > settling {
				settled = append(settled, o)
			}
		}
		if err := l.kept(ctx, items); err != nil {
			return err
		}
		for _, o := range settled {
			l.see(number(o.ID), o.UpdatedAt)
		}
		if l.cursor.Since.Equal(until) {
			return nil
		}
		l.cursor.Since = until
		return l.save(ctx)
	})
}

// sweep looks over all orders of the last days that are not shipped. What polling has missed is kept now; the others are kept once more under a key of
// the day, so that it is compared with the books whether what they call shipped is shipped there.
func (l *look) sweep(ctx context.Context) error {
	now := l.c.Now()
	l.mu.Lock()
	began := !l.swept
	l.mu.Unlock()
	if !began && now.Sub(l.cursor.Swept) < sweepEvery {
		return nil
	}
	day := now.UTC().Format("2006-01-02")
	search := "status:open AND fulfillment_status:unfulfilled AND created_at:>=" + stamp(now.Add(-l.c.Sweep))
	err := l.list(ctx, search, func(page []listed) error {
		var items []transports.Item
		for _, o := range page {
			it, err := l.order(ctx, number(o.ID), day)
			if err != nil {
				return err
			}
			items = append(items, it...)
		}
		return l.kept(ctx, items)
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.swept = true
	l.mu.Unlock()
	l.cursor.Swept = now
	return nil
}

func (l *look) kept(ctx context.Context, items []transports.Item) error {
	if len(items) == 0 {
		return nil
	}
	return l.keep(ctx, items)
}

// order fetches one order as an item; none where the shop does not have it, or its risk is not judged yet. One that fails for a reason of its own is
// watched and stops no other.
func (l *look) order(ctx context.Context, id, day string) ([]transports.Item, error) {
	raw, err := l.fetch(ctx, id)
	now := l.c.Now()
	switch e := (*transports.Error)(nil); {
	case errors.Is(err, errGone):
		delete(l.cursor.Watch, id)
		return nil, nil
	case errors.As(err, &e) && ctx.Err() == nil && e.Scope != "account" && e.RetryAfter < time.Minute && l.inRow+1 < failuresInRow:
		l.inRow++
		l.failed = append(l.failed, fmt.Errorf("order %s: %w", id, err))
		l.cursor.Watch[id] = now.Add(time.Minute)
		return nil, nil
	case err != nil:
		return nil, err
	}
	l.inRow = 0
	var o orderDoc
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, unreadable(err)
	}
	switch {
	case o.pendingRisk() && now.Sub(o.CreatedAt) < riskWait:
		l.cursor.Watch[id] = now.Add(time.Minute)
		return nil, nil
	case o.heldByShop():
		l.cursor.Watch[id] = now.Add(watchEvery)
	default:
		delete(l.cursor.Watch, id)
	}
	key := channel.ItemKey(id, o.UpdatedAt, raw)
	if day != "" {
		key += "+" + day
	}
	return []transports.Item{{Key: key, Received: now, Raw: raw, Size: int64(len(raw))}}, nil
}

// signal notes orders to be fetched at the next look.
func (s *Shop) signal(ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		s.signalled[id] = true
	}
}

func (s *Shop) isSeen(id string, version time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[id].Equal(version) && !version.IsZero()
}

func (s *Shop) see(id string, version time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) >= mostSeen {
		clear(s.seen) // they are fetched once more
	}
	s.seen[id] = version
}

// serves warns when another version of the API answers than the one this was written for.
func (s *Shop) serves() {
	s.client.mu.Lock()
	version := cmp.Or(s.client.serves, Version)
	s.client.mu.Unlock()
	s.mu.Lock()
	warn := version != Version && !s.warned
	s.warned = s.warned || warn
	s.mu.Unlock()
	if warn {
		s.c.Log.Warn("Shopify answers with another version of its API; upgrade waybill", "shop", s.c.Shop, "answers", version, "written_for", Version)
	}
}
