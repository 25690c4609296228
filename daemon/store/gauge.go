package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Ages tells since when the oldest of what waits has been waiting; a lane or a time that is not there has nothing waiting.
type Ages struct {
	Queued    map[string]time.Time // messages by lane
	Kept      time.Time            // items that are to be read
	Exception time.Time            // exceptions
	Overdue   int                  // open exceptions whose deadline has passed
}

// Ages reads indexes only, for metrics.
func (tx *Tx) Ages(now time.Time) (a Ages, err error) {
	a.Queued = map[string]time.Time{}
	err = tx.each(func(row scanner) error {
		var lane string
		var at int64
		if err := row.Scan(&lane, &at); err != nil {
			return err
		}
		a.Queued[lane] = fromMicros(at)
		return nil
	}, `SELECT lane, min(queued_at) FROM outbox WHERE state = 'queued' GROUP BY lane`)
	if err != nil {
		return a, err
	}
	for _, q := range []struct {
		into  *time.Time
		query string
	}{
		{&a.Kept, `SELECT COALESCE(min(kept_at), 0) FROM items WHERE state = 'kept'`},
		{&a.Exception, `SELECT COALESCE(min(opened_at), 0) FROM exceptions WHERE settled_at IS NULL`},
	} {
		err := tx.one(func(row scanner) error {
			var at int64
			err := row.Scan(&at)
			*q.into = fromMicros(at)
			return err
		}, q.query)
		if err != nil {
			return a, err
		}
	}
	err = tx.one(func(row scanner) error { return row.Scan(&a.Overdue) },
		`SELECT count(*) FROM exceptions WHERE settled_at IS NULL AND deadline > 0 AND deadline < ?`, micros(now))
	return a, err
}

// OpenBySupplier counts the purchase orders that are not closed.
func (tx *Tx) OpenBySupplier() (map[string]int, error) {
	open := map[string]int{}
	err := tx.each(func(row scanner) error {
		var supplier string
		var n int
		if err := row.Scan(&supplier, &n); err != nil {
			return err
		}
		open[supplier] = n
		return nil
	}, `SELECT supplier, count(*) FROM purchase_orders WHERE closed_at IS NULL GROUP BY supplier`)
	return open, err
}

// Size is how many bytes the database takes, its journal included.
func (s *Store) Size(ctx context.Context) (bytes int64, err error) {
	if s.dialect == postgresDialect {
		err = s.View(ctx, func(tx *Tx) error {
			return tx.one(func(row scanner) error { return row.Scan(&bytes) }, `SELECT pg_database_size(current_database())`)
		})
		return bytes, err
	}
	for _, file := range []string{s.path, s.path + "-wal"} {
		info, err := os.Stat(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("measure the database: %w", err)
		}
		bytes += info.Size()
	}
	return bytes, nil
}
