package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// keyed lets a world erase.
func (w *world) keyed() *world {
	w.options.MarkKey = func(bool) ([]byte, error) { return bytes.Repeat([]byte{7}, 32), nil }
	return w
}

// erasedOrders: an order that is shipped loses all that tells of its customer, and is known when it comes again.
func erasedOrders(t *testing.T, w *world) {
	s := w.keyed().open(t, "a")
	loops := addLoops(t, s, 1, 3)
	l := loops[0]
	secret := []string{"Zora Canary", "77 Canary Lane", l.order.Doc.Customer.Email, l.order.Doc.ID, "1Z999AA10123456784", "Ada was here"}
	var item store.ItemRow
	write(t, s, func(tx *store.Tx) (err error) {
		if item, _, err = tx.Keep(store.KeepItem{Source: "mail:main", Key: "9:" + secret[0], Name: secret[0] + ".csv", Raw: []byte(strings.Repeat(secret[1]+"\n", 20))}); err != nil {
			return err
		}
		item.State, item.MessageID, item.BodyHash, item.Reading = store.ItemRead, secret[2], "hash of the body", []byte(`{"name":"`+secret[0]+`"}`)
		parcel, err := tx.AddPackage(store.PackageRow{PO: l.po.ID, Carrier: "ups", Number: secret[4], URL: "https://ups.example/?n=" + secret[4], Item: item.ID})
		if err != nil {
			return err
		}
		_, err = tx.Record(order.Event{Kind: order.Shipped, PO: l.po.ID, Item: item.ID, Packages: []order.PackageID{parcel.ID}})
		return errors.Join(err, tx.SetRead(item),
			tx.AddFinding(store.FindingRow{Item: item.ID, Order: l.order.ID, PO: l.po.ID, Kind: "shipment", Detail: []byte(`{"a":"` + secret[5] + `"}`)}),
			tx.SetOriginal(l.order.ID, &l.order.Doc), tx.SetLikeness(l.order.ID, []byte{1}, time.Time{}),
			tx.SetProof(store.ProofRow{Item: item.ID, Domain: "ada.example", Verdict: "proved", Detail: []byte(`{}`)}))
	})
	claimed := claim(t, s, 2)
	for _, c := range claimed {
		settle(t, s, c, order.SentOK)
	}
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		return tx.EraseOrder(order.Event{Order: loops[1].order.ID, By: "cli", Reason: "request"})
	})
	if !errors.Is(err, order.ErrTransition) {
		t.Fatalf("an order that is under way was erased: %v", err)
	}
	write(t, s, func(tx *store.Tx) error {
		if err := errors.Join(tx.EraseOrder(order.Event{Order: l.order.ID, By: "cli", Reason: "request"}), tx.EraseItem(item.ID), tx.EraseFinding(item.ID, 0)); err != nil {
			return err
		}
		bodies, err := tx.DispatchesOfPO(l.po.ID)
		for _, d := range bodies {
			_, failed := tx.ForgetEvidence(d.Message.SHA256)
			err = errors.Join(err, failed)
		}
		_, failed := tx.ForgetEvidence(item.SHA256)
		return errors.Join(err, failed)
	})
	wantClean(t, s)
	view(t, s, func(tx *store.Tx) error {
		again, err := tx.OrderByKey(l.order.Doc.Channel, l.order.Doc.ID)
		if err != nil || again.ID != l.order.ID || !again.Erased || again.Doc.Total != l.order.Doc.Total || again.Doc.Lines[0].SKU != l.order.Doc.Lines[0].SKU || again.Doc.ShipTo.Name != "" || again.Doc.Lines[0].Title != "" {
			t.Errorf("the erased order comes again as %+v, %v", again, err)
		}
		if same, err := tx.PackagesByNumber(secret[4]); len(same) != 1 || err != nil || same[0].Number == secret[4] {
			t.Errorf("its parcel is known as %+v, %v", same, err)
		}
		if same, err := tx.ItemsByMessageID(secret[2]); len(same) != 1 || err != nil || !tx.SameBody(same[0], store.ItemRow{BodyHash: "hash of the body"}) || tx.SameBody(same[0], store.ItemRow{BodyHash: "another"}) {
			t.Errorf("its mail is known as %+v, %v", same, err)
		}
		return nil
	})
	write(t, s, func(tx *store.Tx) error {
		again, isNew, err := tx.Keep(store.KeepItem{Source: "mail:main", Key: "9:" + secret[0], Name: "x", Raw: []byte(strings.Repeat(secret[1]+"\n", 20))})
		if err != nil || isNew || again.ID != item.ID {
			t.Errorf("the erased mail under its own number is item %d (new: %v), %v", again.ID, isNew, err)
		}
		moved, isNew, err := tx.Keep(store.KeepItem{Source: "mail:main", Key: "10:" + secret[0], Name: secret[0], Raw: []byte(strings.Repeat(secret[1]+"\n", 20))})
		if err != nil || !isNew || moved.State != store.ItemRepeat || moved.RepeatOf != item.ID || moved.Name != "" {
			t.Errorf("the erased mail under another number is %+v (new: %v), %v", moved, isNew, err)
		}
		return nil
	})
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantClean(t, s)
	var backup bytes.Buffer
	if _, err := s.WriteBackup(t.Context(), "", &backup); err != nil {
		t.Fatal(err)
	}
	held := map[string][]byte{"the backup": []byte(strings.Join(rowsOf(t, backup.Bytes()), ""))}
	if w.options.Path != "" {
		files, _ := filepath.Glob(filepath.Dir(w.options.Path) + "/*")
		for _, f := range files {
			held[f], _ = os.ReadFile(f)
		}
	}
	if w.options.Path != "" && len(held) < 3 {
		t.Errorf("only %d files were searched", len(held))
	}
	for name, raw := range held {
		for _, text := range secret {
			if bytes.Contains(raw, []byte(text)) {
				t.Errorf("%s still holds %q", name, text)
			}
		}
	}
}
