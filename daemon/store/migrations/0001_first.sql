-- Version 1: the first schema. schema.sql explains each table.
CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL,
  crc   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  seq          INTEGER PRIMARY KEY,
  happened_at  INTEGER NOT NULL,
  kind         TEXT    NOT NULL,
  order_id     INTEGER,
  po_id        INTEGER,
  dispatch_id  INTEGER,
  data         TEXT    NOT NULL,
  crc          INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_order    ON journal (order_id, seq)    WHERE order_id IS NOT NULL;
CREATE INDEX journal_dispatch ON journal (dispatch_id, seq) WHERE dispatch_id IS NOT NULL;

CREATE TABLE orders (
  id           INTEGER PRIMARY KEY,
  channel      TEXT    NOT NULL,
  channel_id   TEXT    NOT NULL,
  number       TEXT    NOT NULL,
  intake       TEXT    NOT NULL,
  received_at  INTEGER NOT NULL,
  already_sent INTEGER NOT NULL,
  erased       INTEGER NOT NULL,
  doc          TEXT    NOT NULL,
  crc          INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX orders_key ON orders (channel, channel_id);
CREATE INDEX orders_number ON orders (number);
CREATE INDEX orders_intake ON orders (intake, id);

CREATE TABLE purchase_orders (
  id         INTEGER PRIMARY KEY,
  order_id   INTEGER NOT NULL REFERENCES orders (id),
  number     TEXT    NOT NULL,
  supplier   TEXT    NOT NULL,
  token      TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  placed_at  INTEGER NOT NULL,
  closed_at  INTEGER,
  data       TEXT    NOT NULL,
  crc        INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX purchase_orders_number ON purchase_orders (number);
CREATE UNIQUE INDEX purchase_orders_token ON purchase_orders (token);
CREATE INDEX purchase_orders_order ON purchase_orders (order_id);
CREATE INDEX purchase_orders_supplier ON purchase_orders (supplier, closed_at, id);
CREATE INDEX purchase_orders_state ON purchase_orders (state);

CREATE TABLE evidence (
  sha256  BLOB PRIMARY KEY,
  size    INTEGER NOT NULL,
  form    INTEGER NOT NULL,
  kept_at INTEGER NOT NULL,
  bytes   BLOB    NOT NULL
) STRICT;

CREATE TABLE outbox (
  id          INTEGER PRIMARY KEY,
  purpose     TEXT    NOT NULL,
  lane        TEXT    NOT NULL,
  target      TEXT    NOT NULL,
  order_id    INTEGER,
  pos         TEXT    NOT NULL,
  state       TEXT    NOT NULL,
  attempts    INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  message_key TEXT,
  message     TEXT    NOT NULL,
  sha256      BLOB    NOT NULL,
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

CREATE TABLE outbox_pos (
  po_id       INTEGER NOT NULL REFERENCES purchase_orders (id),
  dispatch_id INTEGER NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (po_id, dispatch_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
  id          INTEGER PRIMARY KEY,
  source      TEXT    NOT NULL,
  item_key    TEXT    NOT NULL,
  name        TEXT    NOT NULL,
  received_at INTEGER NOT NULL,
  kept_at     INTEGER NOT NULL,
  sha256      BLOB,
  size        INTEGER NOT NULL,
  state       TEXT    NOT NULL,
  attempts    INTEGER NOT NULL,
  supplier    TEXT    NOT NULL,
  kind        TEXT    NOT NULL,
  message_id  TEXT,
  body_hash   TEXT    NOT NULL,
  repeat_of   INTEGER,
  reading     TEXT    NOT NULL,
  crc         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX items_key ON items (source, item_key);
CREATE INDEX items_sha256 ON items (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX items_message_id ON items (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX items_state ON items (state, id);

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

CREATE TABLE message_ids (
  message_id TEXT    NOT NULL,
  po_id      INTEGER NOT NULL REFERENCES purchase_orders (id),
  PRIMARY KEY (message_id, po_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_ids_po ON message_ids (po_id);

CREATE TABLE supplier_refs (
  supplier TEXT    NOT NULL,
  ref      TEXT    NOT NULL,
  po_id    INTEGER NOT NULL REFERENCES purchase_orders (id),
  PRIMARY KEY (supplier, ref, po_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX supplier_refs_po ON supplier_refs (po_id);

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
  detail      TEXT    NOT NULL,
  settled_at  INTEGER,
  action      TEXT    NOT NULL,
  settled_by  TEXT    NOT NULL,
  crc         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX exceptions_alike ON exceptions (alike) WHERE alike IS NOT NULL AND settled_at IS NULL;
CREATE INDEX exceptions_open ON exceptions (kind, id) WHERE settled_at IS NULL;
CREATE INDEX exceptions_order ON exceptions (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX exceptions_po ON exceptions (po_id) WHERE po_id IS NOT NULL;
