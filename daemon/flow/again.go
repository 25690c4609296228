package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// told gives what the channel said of an order, and whether a person has edited it since.
func told(tx *store.Tx, first store.OrderRow) (said order.Order, edited bool, err error) {
	switch said, err = tx.Original(first.ID); {
	case err == nil:
		return said, true, nil
	case errors.Is(err, store.ErrNotFound):
		return first.Doc, false, nil
	}
	return said, false, err
}

// compareAgain holds a later copy of an order against what the channel said before. What a person has edited since is no difference: the channel still says
// what it said.
func (f *Flow) compareAgain(tx *store.Tx, first store.OrderRow, doc order.Order, from Source, taken Taken) (Taken, error) {
	said, edited, err := told(tx, first)
	if err != nil {
		return Taken{}, err
	}
	what, fields := doc.Against(said)
	if what == order.Changed && edited {
		if now, _ := doc.Against(first.Doc); now != order.Changed { // the channel was mended as well
			what, said, edited = now, first.Doc, false
			if err := tx.SetOriginal(first.ID, nil); err != nil {
				return Taken{}, err
			}
		}
	}
	if what == order.Changed {
		taken.Outcome, taken.Differs = OutcomeChanged, fields
		return taken, f.differs(tx, first, said, doc, fields, from)
	}
	full, news := first.Doc.With(doc)
	if what == order.Same && len(news) == 0 {
		return taken, nil
	}
	if edited {
		said, _ = said.With(doc)
		if err := tx.SetOriginal(first.ID, &said); err != nil {
			return Taken{}, err
		}
	}
	if err := tx.ReplaceOrder(first.ID, full); err != nil {
		return Taken{}, err
	}
	if what == order.Payment {
		if _, err := tx.Record(order.Event{Kind: order.Paid, At: f.now(), Order: first.ID, By: from.By}); err != nil {
			return Taken{}, err
		}
		row, err := tx.Order(first.ID)
		if err != nil {
			return Taken{}, err
		}
		taken.Outcome, taken.State = OutcomePaid, row.Intake.State
	}
	return taken, f.lateNews(tx, first, full, news)
}

// differs puts an order that was delivered again with other content before a person. The same second version delivered
// again and again is one exception.
func (f *Flow) differs(tx *store.Tx, first store.OrderRow, said, doc order.Order, fields []string, from Source) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("keep the changed order: %w", err)
	}
	sum := sha256.Sum256(body)
	key := fmt.Sprintf("changed:%d:%s", first.ID, hex.EncodeToString(sum[:8]))
	d := Detail{About: first.Doc.Number, Fields: fields, Order: &doc, Was: &said, State: string(first.Intake.State)}
	if _, edits := first.Doc.Against(said); len(edits) > 0 {
		d.Reasons = []string{"You have edited " + strings.Join(edits, ", ") + "; take puts the channel's version in the place of yours."}
	}
	row, isNew, err := f.open(tx, Exception{Kind: OrderChanged, Key: key, Order: first.ID, Channel: doc.Channel, Detail: d})
	if err != nil || !isNew {
		return err
	}
	_, err = tx.Record(order.Event{Kind: order.Differs, At: f.now(), Order: first.ID, By: from.By, Fields: fields, Exception: row.ID})
	return err
}
