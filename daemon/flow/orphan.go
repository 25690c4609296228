package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// orphans are lanes with work that no account of the configuration takes: a supplier, mailbox or channel was removed while something was
// queued for it.
func (f *Flow) orphans(ctx context.Context, w *world) error {
	var lost []string
	err := f.store.View(ctx, func(tx *store.Tx) error {
		queued, err := tx.Lanes()
		for _, name := range queued {
			if _, ok := w.lanes[name]; !ok {
				lost = append(lost, name)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	var news []string
	var over []order.ExceptionID
	err = f.store.View(ctx, func(tx *store.Tx) error {
		news, over, err = f.orphanNews(tx, lost)
		return err
	})
	if err != nil || len(news)+len(over) == 0 {
		return err
	}
	return f.store.Write(ctx, func(tx *store.Tx) error {
		for _, id := range over {
			if err := tx.SettleException(id, "is_over", "rule", f.now()); err != nil && !errors.Is(err, store.ErrSettled) {
				return err
			}
		}
		for _, name := range news {
			_, _, err := f.open(tx, Exception{Kind: SendStuck, Key: orphanKey + name, Detail: Detail{About: "What is queued for " + name,
				Reasons: []string{"the configuration has no account of that name any more"}, Help: "Put it back into the configuration, or withdraw all that is queued for it."}})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// orphanKey, with the lane behind it, is the Key of what is told of a lane without an account.
const orphanKey = "lane:"

// orphanAgain is how long a lane without an account is not spoken of again after somebody has dismissed it.
const orphanAgain = 24 * time.Hour

// orphanNews tells which lanes a person has to hear of, and which exceptions are over because the account is back or nothing is queued any more.
func (f *Flow) orphanNews(tx *store.Tx, lost []string) (news []string, over []order.ExceptionID, err error) {
	open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(SendStuck), Open: true})
	if err != nil {
		return nil, nil, err
	}
	for _, x := range open {
		if lane, ok := strings.CutPrefix(x.Key, orphanKey); ok && !slices.Contains(lost, lane) {
			over = append(over, x.ID)
		}
	}
	for _, name := range lost {
		known, err := tx.Exceptions(store.ExceptionFilter{Kind: string(SendStuck), Key: orphanKey + name})
		if err != nil {
			return nil, nil, err
		}
		if n := len(known); n == 0 || !known[n-1].SettledAt.IsZero() && f.now().Sub(known[n-1].SettledAt) >= orphanAgain {
			news = append(news, name)
		}
	}
	return news, over, nil
}

// withdrawLane gives up everything that is queued for a lane without an account.
func (f *Flow) withdrawLane(tx *store.Tx, lane, by string) (string, error) {
	rows, err := tx.Dispatches(store.DispatchFilter{Lane: lane, State: order.DispatchQueued})
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if _, err := tx.Record(order.Event{Kind: order.Withdrawn, At: f.now(), Dispatch: row.ID, By: by}); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("Given up: %d message(s) for %s are not sent.", len(rows), lane), nil
}
