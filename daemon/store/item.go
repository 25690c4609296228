package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"waybill/daemon/order"
)

var itemTable = newTable("item", "items", "id", "source item_key name received_at kept_at sha256 size",
	"state attempts supplier kind message_id body_hash repeat_of reading")

func scanItem(row scanner) (ItemRow, error) {
	c := itemTable.read(row)
	r := ItemRow{ID: order.ItemID(c.int()), Source: c.text(), Key: c.text(), Name: c.text(), Received: c.time(), KeptAt: c.time(),
		SHA256: hex.EncodeToString(c.bytes()), Size: c.int(), State: ItemState(c.text()), Attempts: int(c.int()), Supplier: c.text(), Kind: c.text(),
		MessageID: c.text(), BodyHash: c.text(), RepeatOf: order.ItemID(c.int())}
	if reading := c.text(); reading != "" {
		r.Reading = json.RawMessage(reading)
	}
	return r, c.err
}

func (r ItemRow) values() []any {
	return []any{r.ID, r.Source, r.Key, r.Name, r.Received, r.KeptAt, digest(r.SHA256), r.Size, string(r.State), r.Attempts, r.Supplier, r.Kind,
		key(r.MessageID), r.BodyHash, ref(r.RepeatOf), r.Reading}
}

// KeepItem is something that came in, as a transport hands it over.
type KeepItem struct {
	Source   string // account and folder
	Key      string // unique inside the source, for ever
	Name     string
	Received time.Time // the source's time, zero when unknown
	Raw      []byte    // nil: too large to fetch
	Size     int64     // counts when Raw is nil
}

// Keep stores the item's bytes and its row in the ledger, and counts the first attempt to read it, so that none needs a commit of its own before
// it starts. isNew is false when the source delivered that key with these bytes before: then the row is the first one's and nothing is written. A key under
// which a source has other bytes than before (a mail server that was restored or replaced counts anew, a sender uses an id twice) loses nothing: they are
// kept beside the first, under the key and a piece of their hash. Of an item whose bytes were erased or never fetched, its key says that it was here.
func (tx *Tx) Keep(item KeepItem) (row ItemRow, isNew bool, err error) {
	row, err = tx.ItemBySource(item.Source, item.Key)
	if err == nil && item.Raw != nil && row.SHA256 != "" {
		if sum := sha256.Sum256(item.Raw); hex.EncodeToString(sum[:]) != row.SHA256 {
			item.Key += "#" + hex.EncodeToString(sum[:8])
			row, err = tx.ItemBySource(item.Source, item.Key)
		}
	}
	if err == nil || !isNotFound(err) {
		return row, false, err
	}
	row = ItemRow{ID: order.ItemID(tx.ids.item + 1), Source: clean(item.Source), Key: clean(item.Key), Name: clean(item.Name),
		Received: stored(item.Received), KeptAt: stored(tx.store.now()), Size: item.Size, State: ItemTooLarge}
	if item.Raw != nil {
		if first, err := tx.forgottenBefore(item.Raw); err != nil {
			return row, false, err
		} else if first.ID != 0 {
			return tx.keepForgotten(row, first)
		}
		row.Size, row.State, row.Attempts = int64(len(item.Raw)), ItemKept, 1
		if row.SHA256, err = tx.AddEvidence(item.Raw); err != nil {
			return row, false, err
		}
	}
	if err := tx.append(itemTable, row.values()...); err != nil {
		return row, false, fmt.Errorf("store an item of %s: %w", item.Source, err)
	}
	take(&tx.ids.item)
	tx.Ring(BellItems)
	return row, true, nil
}

// forgottenBefore finds the first item that had these bytes, where they were read and are forgotten.
func (tx *Tx) forgottenBefore(raw []byte) (ItemRow, error) {
	sum := sha256.Sum256(raw)
	var form int
	err := tx.one(func(row scanner) error { return row.Scan(&form) }, `SELECT form FROM evidence WHERE sha256 = ?`, sum[:])
	if isNotFound(err) || err == nil && form != formForgotten {
		return ItemRow{}, nil
	}
	if err != nil {
		return ItemRow{}, err
	}
	same, err := tx.ItemsBySHA(hex.EncodeToString(sum[:]))
	for _, row := range same {
		if row.State == ItemRead || row.State == ItemRepeat {
			return row, err
		}
	}
	return ItemRow{}, err // only a message of ours had these bytes
}

// keepForgotten enters a repeat of what is forgotten into the ledger: it was read once, and its bytes stay forgotten; of what was erased, its name too.
func (tx *Tx) keepForgotten(row, first ItemRow) (ItemRow, bool, error) {
	if isMark(first.Key) { // it was erased, not only old
		mark, err := tx.store.MarkFor(markItem, row.Source, row.Key)
		if err != nil {
			return row, false, err
		}
		row.Key, row.Name = mark, ""
	}
	row.Size, row.SHA256, row.State, row.Supplier, row.Kind, row.RepeatOf = first.Size, first.SHA256, ItemRepeat, first.Supplier, first.Kind, first.ID
	if first.RepeatOf != 0 {
		row.RepeatOf = first.RepeatOf
	}
	if err := tx.append(itemTable, row.values()...); err != nil {
		return row, false, fmt.Errorf("store an item of %s: %w", row.Source, err)
	}
	take(&tx.ids.item)
	return row, true, nil
}

// SetRead stores what has become of an item: Attempts, State, Supplier, Kind, MessageID, BodyHash, RepeatOf and Reading. The row is one that this Tx has
// read, with these changed.
func (tx *Tx) SetRead(row ItemRow) error {
	if err := tx.update(itemTable, row.values()...); err != nil {
		return fmt.Errorf("store the reading of item %d: %w", row.ID, err)
	}
	return nil
}

// Item gives a row of the ledger, or ErrNotFound.
func (tx *Tx) Item(id order.ItemID) (ItemRow, error) {
	row, err := get(tx, scanItem, itemTable.selects+` WHERE id = ?`, id)
	if err != nil {
		return row, fmt.Errorf("item %d: %w", id, err)
	}
	return row, nil
}

// ItemBySource gives the item that the source knows by that key, or ErrNotFound.
func (tx *Tx) ItemBySource(source, itemKey string) (ItemRow, error) {
	text, mark := tx.store.known(markItem, clean(source), itemKey)
	row, err := get(tx, scanItem, itemTable.selects+` WHERE source = ? AND item_key IN (?, ?)`, source, text, mark)
	if err != nil {
		return row, fmt.Errorf("item %s of %s: %w", itemKey, source, err)
	}
	return row, nil
}

// ItemsByMessageID gives the mails with that Message-ID, oldest first. It is no proof that they are the same mail.
func (tx *Tx) ItemsByMessageID(messageID string) ([]ItemRow, error) {
	text, mark := tx.store.known(markMessage, messageID)
	return list(tx, scanItem, itemTable.selects+` WHERE message_id IN (?, ?) ORDER BY id`, text, mark)
}

// ItemsBySHA gives the items whose bytes have that SHA-256 (hex), oldest first.
func (tx *Tx) ItemsBySHA(sha string) ([]ItemRow, error) {
	return list(tx, scanItem, itemTable.selects+` WHERE sha256 = ? ORDER BY id`, digest(sha))
}

// VersionsBefore gives the items that a source delivered under a name before an item, newest first, at most limit: the earlier versions of a file.
func (tx *Tx) VersionsBefore(source, name string, before order.ItemID, limit int) ([]ItemRow, error) {
	return list(tx, scanItem, itemTable.selects+` WHERE source = ? AND name = ? AND name <> '' AND id < ? ORDER BY id DESC LIMIT ?`, source, name, before, limit)
}

// ItemsInState gives items of a state, oldest first. Limit 0 gives all.
func (tx *Tx) ItemsInState(state ItemState, limit int) ([]ItemRow, error) {
	var c conditions
	c.when(true, "state = ?", string(state))
	query, args := c.listing(itemTable.selects, `ORDER BY id`, limit)
	return list(tx, scanItem, query, args...)
}

// ItemFilter says which items to list. Empty fields ask for nothing.
type ItemFilter struct {
	Since    time.Time // kept at or after
	Until    time.Time // kept before
	Source   string
	Supplier string
	Kind     string
	State    ItemState
	After    order.ItemID // only newer ones: the last id of the page before
	Before   order.ItemID // only older ones
	Newest   bool         // newest first, so that Limit gives the last ones
	Limit    int          // 0: all
}

// Items lists items, oldest first unless Newest asks otherwise.
func (tx *Tx) Items(f ItemFilter) ([]ItemRow, error) {
	var c conditions
	c.when(!f.Since.IsZero(), "kept_at >= ?", f.Since)
	c.when(!f.Until.IsZero(), "kept_at < ?", f.Until)
	c.when(f.Source != "", "source = ?", f.Source)
	c.when(f.Supplier != "", "supplier = ?", f.Supplier)
	c.when(f.Kind != "", "kind = ?", f.Kind)
	c.when(f.State != "", "state = ?", string(f.State))
	c.when(f.After != 0, "id > ?", f.After)
	c.when(f.Before != 0, "id < ?", f.Before)
	tail := `ORDER BY id`
	if f.Newest {
		tail += ` DESC`
	}
	query, args := c.listing(itemTable.selects, tail, f.Limit)
	return list(tx, scanItem, query, args...)
}

var findingTable = newTable("finding of item", "findings", "item_id n", "", "order_id po_id kind method score decision applied detail")

func scanFinding(row scanner) (FindingRow, error) {
	c := findingTable.read(row)
	r := FindingRow{Item: order.ItemID(c.int()), N: int(c.int()), Order: order.OrderID(c.int()), PO: order.POID(c.int()), Kind: c.text(),
		Method: c.text(), Score: c.float(), Decision: c.text(), Applied: c.bool()}
	if detail := c.text(); detail != "" {
		r.Detail = json.RawMessage(detail)
	}
	return r, c.err
}

// AddFinding stores what an item meant. A finding of that item and place is replaced: it was read again.
func (tx *Tx) AddFinding(f FindingRow) error {
	columns := func() []any {
		return []any{f.Item, f.N, ref(f.Order), ref(f.PO), f.Kind, f.Method, f.Score, f.Decision, f.Applied, f.Detail}
	}
	added, err := tx.add(findingTable, columns()...)
	if err == nil && !added {
		err = tx.update(findingTable, columns()...)
	}
	if err != nil {
		return fmt.Errorf("store finding %d of item %d: %w", f.N, f.Item, err)
	}
	return nil
}

// FindingsOfItem gives what an item meant, in its order.
func (tx *Tx) FindingsOfItem(id order.ItemID) ([]FindingRow, error) {
	return list(tx, scanFinding, findingTable.selects+` WHERE item_id = ? ORDER BY n`, id)
}

// FindingsOfOrder gives what items meant for an order, oldest first.
func (tx *Tx) FindingsOfOrder(id order.OrderID) ([]FindingRow, error) {
	return list(tx, scanFinding, findingTable.selects+` WHERE order_id = ? ORDER BY item_id, n`, id)
}
