-- Today's schema of waybill's database. A new database gets here by the migrations; a test holds that both are the same.
--
-- One text for both databases: it is SQLite's, and PostgreSQL's by replacing INTEGER with BIGINT, BLOB with BYTEA, REAL with
-- DOUBLE PRECISION, and leaving STRICT and WITHOUT ROWID away.
--
-- Ids are given by the store in the order of commits. No row that has an id is ever deleted (erasing empties its columns), so
-- an id is never used twice. Times are microseconds since 1970 in UTC; 0 or NULL is "none". crc is CRC-32C over the row's
-- other columns (see table.go): a row that does not fit its crc was changed by something other than this program.
--
-- Which columns hold personal data, and what becomes of each when a customer is erased, stands in columns.go; a column that is not
-- there fails a test. The journal holds none.

-- What waybill remembers between two starts: cursors, pauses, tokens, its own id.
CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL,
  crc   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal: everything that happened, in commit order. It is the truth; states in other tables are made from it.
CREATE TABLE journal (
  seq          INTEGER PRIMARY KEY,
  happened_at  INTEGER NOT NULL,
  kind         TEXT    NOT NULL,
  order_id     INTEGER,
  po_id        INTEGER,
  dispatch_id  INTEGER,
  data         TEXT    NOT NULL, -- JSON of order.Event
  crc          INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_order    ON journal (order_id, seq)    WHERE order_id IS NOT NULL;
CREATE INDEX journal_dispatch ON journal (dispatch_id, seq) WHERE dispatch_id IS NOT NULL;

-- What customers bought. Channel and its id are unique for ever.
CREATE TABLE orders (
  id           INTEGER PRIMARY KEY,
  channel      TEXT    NOT NULL,
  channel_id   TEXT    NOT NULL,
  number       TEXT    NOT NULL,
  intake       TEXT    NOT NULL,
  received_at  INTEGER NOT NULL,
  already_sent INTEGER NOT NULL,
  erased       INTEGER NOT NULL,
  doc          TEXT    NOT NULL, -- JSON of order.Order: personal data
  crc          INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX orders_key ON orders (channel, channel_id);
CREATE INDEX orders_number ON orders (number);
CREATE INDEX orders_intake ON orders (intake, id);

-- What each supplier ships of an order.
CREATE TABLE purchase_orders (
  id         INTEGER PRIMARY KEY,
  order_id   INTEGER NOT NULL REFERENCES orders (id),
  number     TEXT    NOT NULL,
  supplier   TEXT    NOT NULL,
  token      TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  placed_at  INTEGER NOT NULL,
  closed_at  INTEGER,          -- NULL while something is expected
  data       TEXT    NOT NULL, -- JSON of order.PurchaseOrder
  crc        INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX purchase_orders_number ON purchase_orders (number);
CREATE UNIQUE INDEX purchase_orders_token ON purchase_orders (token);
CREATE INDEX purchase_orders_order ON purchase_orders (order_id);
CREATE INDEX purchase_orders_supplier ON purchase_orders (supplier, closed_at, id);
CREATE INDEX purchase_orders_state ON purchase_orders (state);

-- Raw bytes of what came in and of what goes out, by their SHA-256.
CREATE TABLE evidence (
  sha256  BLOB PRIMARY KEY,
  size    INTEGER NOT NULL,
  form    INTEGER NOT NULL, -- 0 as they are, 1 zstd, 2 forgotten
  kept_at INTEGER NOT NULL,
  bytes   BLOB    NOT NULL  -- personal data; empty with form 2: forgotten
) STRICT;
CREATE INDEX evidence_kept ON evidence (kept_at, sha256) WHERE form <> 2;

-- Messages to suppliers, channels, customers and operators, and how far each came.
CREATE TABLE outbox (
  id          INTEGER PRIMARY KEY,
  purpose     TEXT    NOT NULL,
  lane        TEXT    NOT NULL,
  target      TEXT    NOT NULL,
  order_id    INTEGER,
  pos         TEXT    NOT NULL, -- JSON list of purchase orders; also in outbox_pos
  state       TEXT    NOT NULL,
  attempts    INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  message_key TEXT,
  message     TEXT    NOT NULL, -- JSON of envelope and headers: personal data
  sha256      BLOB    NOT NULL, -- of the body, in evidence
  resends     INTEGER,
  queued_at   INTEGER NOT NULL,
  marked_at   INTEGER NOT NULL,
  settled_at  INTEGER NOT NULL,
  lease_owner TEXT    NOT NULL,
  lease_until INTEGER NOT NULL,
  answer      TEXT    NOT NULL,
  help        TEXT    NOT NULL,
  crc         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_key ON outbox (lane, message_key) WHERE message_key IS NOT NULL AND state NOT IN ('replaced', 'withdrawn');
CREATE INDEX outbox_due ON outbox (lane, next_at, id, target) WHERE state = 'queued';
CREATE INDEX outbox_lease ON outbox (lease_until) WHERE state IN ('sending', 'marked');
CREATE INDEX outbox_state ON outbox (state, lane);
CREATE INDEX outbox_sha256 ON outbox (sha256);

CREATE TABLE outbox_pos (
  po_id       INTEGER NOT NULL REFERENCES purchase_orders (id),
  dispatch_id INTEGER NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (po_id, dispatch_id)
) STRICT, WITHOUT ROWID;

-- The ledger of everything that came in. Source and key are unique for ever.
CREATE TABLE items (
  id          INTEGER PRIMARY KEY,
  source      TEXT    NOT NULL,
  item_key    TEXT    NOT NULL,
  name        TEXT    NOT NULL,
  received_at INTEGER NOT NULL,
  kept_at     INTEGER NOT NULL,
  sha256      BLOB,              -- NULL when the bytes were not fetched
  size        INTEGER NOT NULL,
  state       TEXT    NOT NULL,
  attempts    INTEGER NOT NULL,
  supplier    TEXT    NOT NULL,
  kind        TEXT    NOT NULL,
  message_id  TEXT,
  body_hash   TEXT    NOT NULL,
  repeat_of   INTEGER,
  reading     TEXT    NOT NULL,   -- JSON, may be empty: personal data
  crc         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX items_key ON items (source, item_key);
CREATE INDEX items_sha256 ON items (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX items_message_id ON items (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX items_state ON items (state, id);
CREATE INDEX items_name ON items (source, name, id) WHERE name <> '';
CREATE INDEX items_supplier ON items (supplier, id);

-- What an item meant.
CREATE TABLE findings (
  item_id  INTEGER NOT NULL REFERENCES items (id),
  n        INTEGER NOT NULL,
  order_id INTEGER,
  po_id    INTEGER,
  kind     TEXT    NOT NULL,
  method   TEXT    NOT NULL,
  score    REAL    NOT NULL,
  decision TEXT    NOT NULL,
  applied  INTEGER NOT NULL,
  detail   TEXT    NOT NULL,
  crc      INTEGER NOT NULL,
  PRIMARY KEY (item_id, n)
) STRICT;
CREATE INDEX findings_order ON findings (order_id) WHERE order_id IS NOT NULL;

-- Parcels.
CREATE TABLE packages (
  id      INTEGER PRIMARY KEY,
  po_id   INTEGER NOT NULL REFERENCES purchase_orders (id),
  carrier TEXT    NOT NULL,
  number  TEXT    NOT NULL,
  url     TEXT    NOT NULL,
  item_id INTEGER,
  seen_at INTEGER NOT NULL,
  gone    INTEGER NOT NULL,
  crc     INTEGER NOT NULL
) STRICT;
CREATE INDEX packages_number ON packages (number);
CREATE INDEX packages_po ON packages (po_id);

-- Message-IDs of mails that we sent about a purchase order: answers refer to them.
CREATE TABLE message_ids (
  message_id TEXT    NOT NULL,
  po_id      INTEGER NOT NULL REFERENCES purchase_orders (id),
  crc        INTEGER NOT NULL DEFAULT -1,
  PRIMARY KEY (message_id, po_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_ids_po ON message_ids (po_id);

-- What suppliers call our purchase orders, learned from their answers.
CREATE TABLE supplier_refs (
  supplier TEXT    NOT NULL,
  ref      TEXT    NOT NULL,
  po_id    INTEGER NOT NULL REFERENCES purchase_orders (id),
  crc      INTEGER NOT NULL DEFAULT -1,
  PRIMARY KEY (supplier, ref, po_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX supplier_refs_po ON supplier_refs (po_id);

-- What waits for a person. Alike ones are one open row.
CREATE TABLE exceptions (
  id          INTEGER PRIMARY KEY,
  kind        TEXT    NOT NULL,
  alike       TEXT,
  times       INTEGER NOT NULL,
  supplier    TEXT    NOT NULL,
  channel     TEXT    NOT NULL,
  order_id    INTEGER,
  po_id       INTEGER,
  dispatch_id INTEGER,
  item_id     INTEGER,
  opened_at   INTEGER NOT NULL,
  last_at     INTEGER NOT NULL,
  deadline    INTEGER NOT NULL,
  detail      TEXT    NOT NULL, -- JSON: personal data
  settled_at  INTEGER,          -- NULL while it is open
  action      TEXT    NOT NULL,
  settled_by  TEXT    NOT NULL,
  crc         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX exceptions_alike ON exceptions (alike) WHERE alike IS NOT NULL AND settled_at IS NULL;
CREATE INDEX exceptions_open ON exceptions (kind, id) WHERE settled_at IS NULL;
CREATE INDEX exceptions_order ON exceptions (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX exceptions_po ON exceptions (po_id) WHERE po_id IS NOT NULL;
CREATE INDEX exceptions_item ON exceptions (item_id) WHERE item_id IS NOT NULL;

-- What waybill learned of how suppliers write: each a rule that a person can read, with where it came from. One of a kind for what it reads.
CREATE TABLE rules (
  id           INTEGER PRIMARY KEY,
  supplier     TEXT    NOT NULL,
  kind         TEXT    NOT NULL, -- order_number, reference, column, phrase, carrier, sender
  reads        TEXT    NOT NULL, -- the heading, phrase, pattern, shape or address
  means        TEXT    NOT NULL, -- what it means: a column's meaning, a kind of news, a carrier
  state        TEXT    NOT NULL, -- proposed, on, off
  exception_id INTEGER,
  item_id      INTEGER,
  made_at      INTEGER NOT NULL,
  made_by      TEXT    NOT NULL,
  sentence     TEXT    NOT NULL, -- what it was learned from, as written: personal data
  trial        TEXT    NOT NULL, -- JSON, may be empty: what it would have changed of what is kept
  changed_at   INTEGER NOT NULL,
  changed_by   TEXT    NOT NULL,
  crc          INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX rules_key ON rules (supplier, kind, reads);

-- A keyed hash of where an order goes and what it is: the same for orders of which one may be the other's duplicate.
CREATE TABLE likeness (
  order_id  INTEGER PRIMARY KEY REFERENCES orders (id),
  mark      BLOB    NOT NULL,
  placed_at INTEGER NOT NULL,
  crc       INTEGER NOT NULL DEFAULT -1
) STRICT;
CREATE INDEX likeness_mark ON likeness (mark, placed_at);

-- What the channel said of an order that a person has edited since: the channel's later copies are compared with it.
CREATE TABLE originals (
  order_id INTEGER PRIMARY KEY REFERENCES orders (id),
  doc      TEXT    NOT NULL, -- JSON of order.Order: personal data
  crc      INTEGER NOT NULL
) STRICT;

-- Who runs over this database: one row for each state folder that a daemon ever used. Only where several may: PostgreSQL.
CREATE TABLE nodes (
  name       TEXT    PRIMARY KEY, -- of the state folder
  boot       TEXT    NOT NULL,    -- of this run of the process
  machine    TEXT    NOT NULL,    -- a hash of what tells machines apart
  host       TEXT    NOT NULL,    -- for people
  version    TEXT    NOT NULL,    -- of the program
  schema     INTEGER NOT NULL,    -- the version of the schema that it knows
  facts      TEXT    NOT NULL,    -- JSON of what all nodes must agree on: hashes of the configuration and of the key that seals logins
  started_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  until      INTEGER NOT NULL     -- is taken for dead then; 0: it has left in order
) STRICT, WITHOUT ROWID;

-- Pieces of work that one node at a time does: a mailbox, a supplier's server, a channel, the timers, the reading.
CREATE TABLE duties (
  name  TEXT    PRIMARY KEY,
  node  TEXT    NOT NULL, -- "": nobody's
  boot  TEXT    NOT NULL,
  epoch INTEGER NOT NULL, -- one more with each that takes it: what is written under an older one is refused
  until INTEGER NOT NULL  -- the end of the lease, by the database's clock
) STRICT, WITHOUT ROWID;

-- What was found out about who wrote a mail: one row for each that was checked. It goes when the item's bytes are erased.
CREATE TABLE proofs (
  item_id    INTEGER PRIMARY KEY REFERENCES items (id),
  domain     TEXT    NOT NULL, -- of From, as its organisation has registered it: personal data where it is one person's own
  verdict    TEXT    NOT NULL, -- proved, unproved, refuted, later
  signature  TEXT    NOT NULL, -- a hash that names the domain's signature, may be empty
  checked_at INTEGER NOT NULL,
  next_at    INTEGER NOT NULL, -- when it is checked again, for the DNS did not answer
  detail     TEXT    NOT NULL, -- JSON of proof.Result
  crc        INTEGER NOT NULL
) STRICT;
CREATE INDEX proofs_domain ON proofs (domain, item_id) WHERE verdict = 'proved';
CREATE INDEX proofs_signature ON proofs (signature, item_id) WHERE signature <> '';
CREATE INDEX proofs_next ON proofs (next_at) WHERE next_at > 0;

-- News that costs money and that a supplier's rule has applied without a person: what its caps count.
CREATE TABLE rulings (
  item_id  INTEGER NOT NULL REFERENCES items (id),
  n        INTEGER NOT NULL, -- the finding's place
  supplier TEXT    NOT NULL,
  ruled_at INTEGER NOT NULL,
  crc      INTEGER NOT NULL DEFAULT -1,
  PRIMARY KEY (item_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX rulings_supplier ON rulings (supplier, ruled_at);

-- Who was erased, and when that was asked for: a keyed hash of an email address, a phone or an order. Its key is outside of the database. After a
-- restore they are erased again.
CREATE TABLE erasures (
  mark     TEXT    PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  crc      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
