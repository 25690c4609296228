package store

import "slices"

// becomes says what a column turns into when the person that it may tell of is erased, or forgotten after a while.
type becomes uint8

const (
	// stays: it tells of no person, or of none without the rest.
	stays becomes = iota
	// emptied: personal; the text is gone.
	emptied
	// hashed: personal, and repeats are known by it: a hash stays whose key is outside of the database.
	hashed
	// reduced: the document of an order, a purchase order or a message; quantities, SKUs and times stay.
	reduced
	// forgotten: raw bytes; their SHA-256 stays, so that the same bytes are known again.
	forgotten
	// removed: the whole row goes.
	removed
)

// holding is a column and what becomes of it.
type holding struct {
	column string
	becomes
}

// kind is how the rows of a table are held against damage.
type kind uint8

const (
	checksummed kind = iota // by a checksum over all columns
	compared                // with other tables: outbox_pos with outbox
	digested                // by the SHA-256 of what they hold
	passing                 // not: they tell who is alive, are over in seconds, and are in no backup
)

// tableDescription says what a table holds.
type tableDescription struct {
	*table  // nil: its rows have no checksum
	name    string
	kind    kind
	columns []holding
}

// described is every table of the schema, those that others refer to first. What is not listed stays as it is when a person is erased; a test holds that
// each column of the schema is listed. Rows are a person's by their column order_id, po_id, dispatch_id or item_id, or because they name them.
var described = []tableDescription{
	{settingTable, "settings", checksummed, []holding{{"name", stays}, {"value", stays}}},
	{journalTable, "journal", checksummed, []holding{{"seq", stays}, {"happened_at", stays}, {"kind", stays}, {"order_id", stays}, {"po_id", stays},
		{"dispatch_id", stays}, {"data", stays}}},
	{orderTable, "orders", checksummed, []holding{{"id", stays}, {"channel", stays}, {"channel_id", hashed}, {"number", stays}, {"intake", stays},
		{"received_at", stays}, {"already_sent", stays}, {"erased", stays}, {"doc", reduced}}},
	{poTable, "purchase_orders", checksummed, []holding{{"id", stays}, {"order_id", stays}, {"number", stays}, {"supplier", stays}, {"token", stays},
		{"state", stays}, {"placed_at", stays}, {"closed_at", stays}, {"data", reduced}}},
	{nil, "evidence", digested, []holding{{"sha256", stays}, {"size", stays}, {"form", stays}, {"kept_at", stays}, {"bytes", forgotten}}},
	{outboxTable, "outbox", checksummed, []holding{{"id", stays}, {"purpose", stays}, {"lane", stays}, {"target", stays}, {"order_id", stays}, {"pos", stays},
		{"state", stays}, {"attempts", stays}, {"epoch", stays}, {"next_at", stays}, {"message_key", hashed}, {"message", reduced}, {"sha256", stays},
		{"resends", stays}, {"queued_at", stays}, {"marked_at", stays}, {"settled_at", stays}, {"lease_owner", stays}, {"lease_until", stays},
		{"answer", emptied}, {"help", emptied}}},
	{nil, "outbox_pos", compared, []holding{{"po_id", stays}, {"dispatch_id", stays}}},
	{itemTable, "items", checksummed, []holding{{"id", stays}, {"source", stays}, {"item_key", hashed}, {"name", emptied}, {"received_at", stays},
		{"kept_at", stays}, {"sha256", stays}, {"size", stays}, {"state", stays}, {"attempts", stays}, {"supplier", stays}, {"kind", stays},
		{"message_id", hashed}, {"body_hash", hashed}, {"repeat_of", stays}, {"reading", emptied}}},
	{findingTable, "findings", checksummed, []holding{{"item_id", stays}, {"n", stays}, {"order_id", stays}, {"po_id", stays}, {"kind", stays},
		{"method", stays}, {"score", stays}, {"decision", stays}, {"applied", stays}, {"detail", emptied}}},
	{packageTable, "packages", checksummed, []holding{{"id", stays}, {"po_id", stays}, {"carrier", stays}, {"number", hashed}, {"url", emptied},
		{"item_id", stays}, {"seen_at", stays}, {"gone", stays}}},
	{messageIDTable, "message_ids", checksummed, []holding{{"message_id", stays}, {"po_id", stays}}},
	{supplierRefTable, "supplier_refs", checksummed, []holding{{"supplier", stays}, {"ref", stays}, {"po_id", stays}}},
	{exceptionTable, "exceptions", checksummed, []holding{{"id", stays}, {"kind", stays}, {"alike", hashed}, {"times", stays}, {"supplier", stays},
		{"channel", stays}, {"order_id", stays}, {"po_id", stays}, {"dispatch_id", stays}, {"item_id", stays}, {"opened_at", stays}, {"last_at", stays},
		{"deadline", stays}, {"detail", emptied}, {"settled_at", stays}, {"action", stays}, {"settled_by", stays}}},
	{ruleTable, "rules", checksummed, []holding{{"id", stays}, {"supplier", stays}, {"kind", stays}, {"reads", hashed}, {"means", stays}, {"state", stays},
		{"exception_id", stays}, {"item_id", stays}, {"made_at", stays}, {"made_by", stays}, {"sentence", emptied}, {"trial", emptied},
		{"changed_at", stays}, {"changed_by", stays}}},
	{likenessTable, "likeness", checksummed, []holding{{"order_id", stays}, {"mark", removed}, {"placed_at", removed}}},
	{originalTable, "originals", checksummed, []holding{{"order_id", stays}, {"doc", removed}}},
	{proofTable, "proofs", checksummed, []holding{{"item_id", removed}, {"domain", removed}, {"verdict", removed}, {"signature", removed}, {"checked_at", removed},
		{"next_at", removed}, {"detail", removed}}},
	{rulingTable, "rulings", checksummed, []holding{{"item_id", stays}, {"n", stays}, {"supplier", stays}, {"ruled_at", stays}}},
	{nil, "nodes", passing, []holding{{"name", stays}, {"boot", stays}, {"machine", stays}, {"host", stays}, {"version", stays}, {"schema", stays},
		{"facts", stays}, {"started_at", stays}, {"seen_at", stays}, {"until", stays}}},
	{nil, "duties", passing, []holding{{"name", stays}, {"node", stays}, {"boot", stays}, {"epoch", stays}, {"until", stays}}},
	{erasureTable, "erasures", checksummed, []holding{{"mark", stays}, {"asked_at", stays}}},
}

// erasureTable remembers who was erased.
var erasureTable = newTable("erasure", "erasures", "mark", "asked_at", "")

// passes tells whether a table holds nothing that is worth keeping.
func passes(table string) bool {
	return slices.ContainsFunc(described, func(d tableDescription) bool { return d.name == table && d.kind == passing })
}
