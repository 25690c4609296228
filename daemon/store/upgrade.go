package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// nodesSince is the version of the schema that has nodes in it.
const nodesSince = 4

// makeWayWithin is how long a newer program waits for older ones to finish what is under way and to stop: longer than a sending may go on then.
const makeWayWithin = time.Minute

// awaitOlder tells older programs over this database that the schema is about to change, and returns when they have stopped: none of them is in the middle of a
// sending whose verdict it could not write any more.
func (s *Store) awaitOlder(ctx context.Context, db *sql.DB, want int64) error {
	self := "upgrade " + s.boot
	defer func() { _, _ = db.ExecContext(context.WithoutCancel(ctx), `DELETE FROM nodes WHERE name = $1`, self) }()
	end := time.Now().Add(makeWayWithin)
	for told := ""; ; {
		// The row lives for as long as a few of these looks.
		_, err := db.ExecContext(ctx, `INSERT INTO nodes (name, boot, machine, host, version, schema, facts, started_at, seen_at, until)
			VALUES ($1, $2, '', $3, 'with a newer schema', $4, '{}', `+serverClock+`, `+serverClock+`, `+serverClock+` + 10000000)
			ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at, until = excluded.until`, self, s.boot, s.node, want)
		if err == nil {
			_, err = db.ExecContext(ctx, `SELECT pg_notify($1, $2)`, bellChannel, s.boot+" "+BellDuties)
		}
		var older sql.NullString
		if err == nil {
			err = db.QueryRowContext(ctx, `SELECT string_agg(host || ' (waybill ' || version || ')', ', ' ORDER BY host) FROM nodes WHERE schema < $1 AND until > `+serverClock, want).Scan(&older)
		}
		switch {
		case err != nil:
			return fmt.Errorf("tell the older nodes that the schema changes: %w", err)
		case older.String == "":
			return nil
		case time.Now().After(end):
			return fmt.Errorf("an older waybill still works on the database and does not stop: %s; stop it there, and install this version", older.String)
		case told != older.String:
			told = older.String
			s.log.Info("older nodes finish what is under way before the schema changes", "nodes", strings.TrimSpace(told))
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
