-- Who brought which news, and how well that is known.
-- proofs holds domains and no addresses; a domain of one person's own may be personal data: the row goes when the item's bytes are erased.
-- rulings holds no personal data.
CREATE TABLE proofs (
  item_id    INTEGER PRIMARY KEY REFERENCES items (id),
  domain     TEXT    NOT NULL,
  verdict    TEXT    NOT NULL,
  signature  TEXT    NOT NULL,
  checked_at INTEGER NOT NULL,
  next_at    INTEGER NOT NULL,
  detail     TEXT    NOT NULL,
  crc        INTEGER NOT NULL
) STRICT;
CREATE INDEX proofs_domain ON proofs (domain, item_id) WHERE verdict = 'proved';
CREATE INDEX proofs_signature ON proofs (signature, item_id) WHERE signature <> '';
CREATE INDEX proofs_next ON proofs (next_at) WHERE next_at > 0;
CREATE TABLE rulings (
  item_id  INTEGER NOT NULL REFERENCES items (id),
  n        INTEGER NOT NULL,
  supplier TEXT    NOT NULL,
  ruled_at INTEGER NOT NULL,
  PRIMARY KEY (item_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX rulings_supplier ON rulings (supplier, ruled_at);
