package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// compactTries is how often Compact tries to empty the log, compactPause how long it waits between: whoever reads an older state of the database keeps the log.
const (
	compactTries = 50
	compactPause = 100 * time.Millisecond
)

// Compact leaves nothing in the files of what is not in the rows any more. SQLite overwrites what it deletes (secure_delete), but a page that was divided
// long ago may still hold a copy in its unused part, and the log older versions of pages: all is written anew (VACUUM), and the log emptied. Nobody
// can write meanwhile; on an ordinary disk it takes about a second for 100 MiB, and as much room again. It also removes the copies that were made before
// an upgrade changed the schema. PostgreSQL makes the room free; its files are overwritten as it is used again, or by VACUUM FULL.
func (s *Store) Compact(ctx context.Context) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	if s.dialect == postgresDialect {
		for _, d := range described {
			if d.kind == passing {
				continue
			}
			if _, err := s.readers.db.ExecContext(ctx, "VACUUM "+d.name); err != nil {
				return fmt.Errorf("compact %s: %w", d.name, err)
			}
		}
		return nil
	}
	if err := s.removeCopies(); err != nil {
		return fmt.Errorf("compact the database: %w", err)
	}
	if err := s.writer.alone(ctx, vacuum); err != nil {
		return fmt.Errorf("compact the database: %w", err)
	}
	for range compactTries {
		var busy, frames, done int
		err := s.writer.alone(ctx, func(w *writer) error {
			return w.sess.query(context.Background(), func(row scanner) error { return row.Scan(&busy, &frames, &done) }, "PRAGMA wal_checkpoint(TRUNCATE)", nil)
		})
		if err != nil {
			return fmt.Errorf("empty the log of the database: %w", err)
		}
		if busy == 0 {
			return nil
		}
		select {
		case <-time.After(compactPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errors.New("the log of the database could not be emptied, for somebody reads an older state of it; what was erased is overwritten in it soon")
}

// vacuum writes the database anew. What it holds meanwhile may be larger than the memory of the machine, so it goes to a temporary file for once.
func vacuum(w *writer) error {
	for _, statement := range []string{"PRAGMA temp_store = FILE", "VACUUM"} {
		if err := w.sess.plain(context.Background(), statement); err != nil {
			return errors.Join(err, w.sess.plain(context.Background(), "PRAGMA temp_store = MEMORY"))
		}
	}
	return w.sess.plain(context.Background(), "PRAGMA temp_store = MEMORY")
}

// removeCopies removes what migrate has kept of older versions of the database.
func (s *Store) removeCopies() error {
	copies, err := filepath.Glob(globQuoted(s.path) + copyBefore + "*")
	for _, path := range copies {
		if failed := os.Remove(path); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			err = errors.Join(err, failed)
		}
	}
	return err
}

// globQuoted takes the meaning from the signs that have one in a pattern.
func globQuoted(path string) string {
	var quoted []byte
	for _, c := range []byte(path) {
		if slices.Contains([]byte(`*?[\`), c) {
			quoted = append(quoted, '\\')
		}
		quoted = append(quoted, c)
	}
	return string(quoted)
}

// job is something that the writer does between two transactions.
type job struct {
	run  func(*writer) error
	done chan error
}

// alone has the writer do something while no transaction is open.
func (w *writer) alone(ctx context.Context, run func(*writer) error) error {
	j := &job{run, make(chan error, 1)}
	select {
	case w.jobs <- j:
		return <-j.done
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stopped:
		return ErrClosed
	}
}

// do runs a job as batch does a transaction: a broken disk ends all writing.
func (w *writer) do(j *job) {
	err := w.failure()
	if err == nil {
		err = j.run(w)
	}
	if err != nil && w.failure() == nil {
		switch w.backend.judge(w, err) {
		case noMore:
			err = w.fail(err)
		case noRoom:
			err = fmt.Errorf("%w: %w", ErrFull, err)
		case ownFault, lostTouch, refused:
		}
	}
	j.done <- err
}
