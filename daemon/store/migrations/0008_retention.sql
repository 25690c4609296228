-- What is old and still kept: the retention looks for it every day. No new data.
CREATE INDEX evidence_kept ON evidence (kept_at, sha256) WHERE form <> 2;
CREATE INDEX outbox_sha256 ON outbox (sha256);
