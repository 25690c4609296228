-- Rules that waybill learned of how a supplier writes.
CREATE TABLE rules (
  id           INTEGER PRIMARY KEY,
  supplier     TEXT    NOT NULL,
  kind         TEXT    NOT NULL,
  reads        TEXT    NOT NULL,
  means        TEXT    NOT NULL,
  state        TEXT    NOT NULL,
  exception_id INTEGER,
  item_id      INTEGER,
  made_at      INTEGER NOT NULL,
  made_by      TEXT    NOT NULL,
  sentence     TEXT    NOT NULL,
  trial        TEXT    NOT NULL,
  changed_at   INTEGER NOT NULL,
  changed_by   TEXT    NOT NULL,
  crc          INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX rules_key ON rules (supplier, kind, reads);
CREATE INDEX items_supplier ON items (supplier, id);
CREATE INDEX exceptions_item ON exceptions (item_id) WHERE item_id IS NOT NULL;
