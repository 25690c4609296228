-- Checksums where there were none (filled in by sealOldRows), and who was erased: keyed hashes, no personal data.
ALTER TABLE message_ids ADD COLUMN crc INTEGER NOT NULL DEFAULT -1;
ALTER TABLE supplier_refs ADD COLUMN crc INTEGER NOT NULL DEFAULT -1;
ALTER TABLE rulings ADD COLUMN crc INTEGER NOT NULL DEFAULT -1;
ALTER TABLE likeness ADD COLUMN crc INTEGER NOT NULL DEFAULT -1;
CREATE TABLE erasures (
  mark     TEXT    PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  crc      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
