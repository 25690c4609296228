package woocommerce

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	nethttp "net/http"
	"net/url"
	"slices"
	"time"

	"waybill/transports"
)

// A shop may fail over one order for ever: a plug-in breaks on what is in it. Such an order is put aside and asked for again, ever more seldom, and
// those behind it go on.

const (
	// mostAside is how many orders one look puts aside. Where there are more, the shop itself is broken, and that is told instead.
	mostAside = 5
	// toldAfter is the try at which a person hears of it, some seven minutes after the first.
	toldAfter = 4
	// asideAtMost is the longest time between two tries.
	asideAtMost = time.Hour
)

// aside is an order that the shop fails over.
type aside struct {
	Changed time.Time `json:"changed"`
	Tries   int       `json:"tries"`
	Next    time.Time `json:"next"`
}

// fails notes that the shop could not give an order, and tells the try.
func (pos *position) fails(id string, changed, now time.Time) (try int) {
	if pos.Aside == nil {
		pos.Aside = map[string]aside{}
	}
	a := pos.Aside[id]
	a.Changed, a.Tries = changed, a.Tries+1
	a.Next = now.Add(min(time.Minute<<min(a.Tries-1, 10), asideAtMost))
	pos.Aside[id] = a
	return a.Tries
}

// ofThisOrder tells a failure that another order need not have: the shop answered, and failed.
func ofThisOrder(ctx context.Context, err error) bool { return ctx.Err() == nil && tooMuch(err) }

// bareFields are what even a shop that fails over an order may give of it.
const bareFields = "id,number,date_created_gmt,date_modified_gmt"

// again asks for the orders that were put aside, those that are due.
func (s *Shop) again(ctx context.Context, pos *position, keep transports.Keep) error {
	for _, id := range slices.Sorted(maps.Keys(pos.Aside)) {
		now, a := s.c.Clock(), pos.Aside[id]
		if now.Before(a.Next) {
			continue
		}
		var it transports.Item
		got, err := s.get(ctx, "wc/v3/orders/"+url.PathEscape(id), nil)
		if err == nil {
			it, err = s.item(ctx, got.body)
		}
		_, status := codeOf(err)
		switch {
		case err == nil:
			delete(pos.Aside, id)
		case status == nethttp.StatusNotFound:
			delete(pos.Aside, id) // deleted for good
			it = transports.Item{}
		case !ofThisOrder(ctx, err):
			return err
		default:
			it = transports.Item{}
			if pos.fails(id, a.Changed, now) == toldAfter {
				if it, err = s.lacking(id, a.Changed, got, err); err != nil {
					return err
				}
			}
		}
		if it.Key != "" {
			if err := keep(ctx, []transports.Item{it}); err != nil {
				return err
			}
		}
		if err := s.save(ctx, pos); err != nil {
			return err
		}
	}
	return nil
}

// lacking makes the item that says that the shop does not give an order; got is what it gave of it, nil: nothing.
func (s *Shop) lacking(id string, changed time.Time, got *answer, why error) (transports.Item, error) {
	full := item{Lacks: fmt.Sprintf("the shop fails when it is asked for this order (%v), so nothing is sent for it. Its PHP error log says why; often it is a plug-in. waybill asks again once an hour", why)}
	w := wireOrder{ID: text(id)}
	full.Order, _ = json.Marshal(map[string]string{"id": id})
	if got != nil {
		if o, _, _, err := open(got.body); err == nil {
			w, full.Order = o, got.body
		}
	}
	whole, err := json.Marshal(full)
	if err != nil {
		return transports.Item{}, err
	}
	return s.made(&w, whole, changed), nil
}
