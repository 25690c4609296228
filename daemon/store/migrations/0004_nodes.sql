-- Several machines over one database: who runs, and who has which piece of work. Nothing personal: names of machines, mailboxes and suppliers.
-- Neither table belongs into a backup: who is alive is no news in a database that is restored. Neither has a crc: what they say is over in seconds.
CREATE TABLE nodes (
  name       TEXT    PRIMARY KEY,
  boot       TEXT    NOT NULL,
  machine    TEXT    NOT NULL,
  host       TEXT    NOT NULL,
  version    TEXT    NOT NULL,
  schema     INTEGER NOT NULL,
  facts      TEXT    NOT NULL,
  started_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  until      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE duties (
  name  TEXT    PRIMARY KEY,
  node  TEXT    NOT NULL,
  boot  TEXT    NOT NULL,
  epoch INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
