-- What gates need of the books: likely duplicates, and what the channel said of an order that a person has edited.
CREATE TABLE likeness (
  order_id  INTEGER PRIMARY KEY REFERENCES orders (id),
  mark      BLOB    NOT NULL,
  placed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX likeness_mark ON likeness (mark, placed_at);
CREATE TABLE originals (
  order_id INTEGER PRIMARY KEY REFERENCES orders (id),
  doc      TEXT    NOT NULL,
  crc      INTEGER NOT NULL
) STRICT;
