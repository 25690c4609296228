package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

const (
	// readerCount is how many Views run at once; each connection is opened when first needed.
	readerCount = 4
	// Page caches, in KiB. The operating system's cache is behind them, so they are small.
	writerCache = 4096
	readerCache = 512
	// checkpointFrames is how many pages the log holds before they are taken over into the database.
	checkpointFrames = 1000
	// checkTime is how long Open waits for the check of the file; what is left of it goes on behind.
	checkTime = 100 * time.Millisecond
	// checkEvery is how often a running daemon reads its database through.
	checkEvery = 24 * time.Hour
)

// usage is what a connection is for.
type usage uint8

const (
	toWrite usage = iota // the one connection that does
	toRead               // beside it, in the process that owns the file
	toLook               // from another process, or to copy the file
)

// sqliteDSN is the address of a connection. Every pragma that decides about durability is read back by Open.
func (s *Store) sqliteDSN(path string, cacheKiB int, use usage) string {
	return sqliteDSN(path, cacheKiB, use) + s.vfs
}

func sqliteDSN(path string, cacheKiB int, use usage) string {
	q := url.Values{"_pragma": {"busy_timeout(5000)", "foreign_keys(1)", fmt.Sprintf("cache_size(-%d)", cacheKiB)}}
	switch use {
	case toLook:
		q.Set("mode", "ro")
	case toRead:
		q.Add("_pragma", "query_only(1)")
	case toWrite:
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)")
		q.Add("_pragma", "wal_autocheckpoint(0)") // tidy does it, and hears of errors
		q.Add("_pragma", "temp_store(MEMORY)")    // a temporary folder that is full or gone stops no write
		q.Add("_pragma", "secure_delete(1)")      // what is erased is overwritten
		q.Add("_pragma", "journal_size_limit(67108864)")
		q.Set("_txlock", "immediate")
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	return u.String()
}

func (s *Store) openSQLite(ctx context.Context, o Options) error {
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Path, err)
	}
	s.path = path
	if o.ReadOnly {
		return s.openToLook(ctx, path)
	}
	if err := onThisMachine(filepath.Dir(path)); err != nil {
		return err
	}
	unlock, err := lockFile(path + ".lock")
	if err != nil {
		return err
	}
	s.later(unlock)
	if err := makeFile(path); err != nil {
		return err
	}
	if err := checkLog(path); err != nil {
		return fmt.Errorf("%s: %w; restore a backup", path, err)
	}
	rewrite := rewriteFile
	if o.Rewrite != nil {
		rewrite = o.Rewrite
	}
	if err := rewrite(path + "-wal"); err != nil {
		return fmt.Errorf("write the log of %s again: %w", path, err)
	}
	db, err := sql.Open("sqlite", s.sqliteDSN(path, writerCache, toWrite))
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	s.later(db.Close)
	db.SetMaxOpenConns(1)
	if err := checkSQLite(ctx, db, path); err != nil {
		return err
	}
	if err := takeOver(ctx, db); err != nil {
		return fmt.Errorf("%s: take over what the last run left in the log: %w", path, err)
	}
	if err := s.migrate(ctx, db, path); err != nil {
		return err
	}
	readers, err := sql.Open("sqlite", s.sqliteDSN(path, readerCache, toRead))
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	s.readers = newPool(readers, sqliteDialect, readerCount)
	rest, err := s.checkPages(ctx, path)
	if err != nil {
		return err
	}
	sess, err := newSession(ctx, db, sqliteDialect)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	s.later(sess.close)
	last, err := readIDs(ctx, sess)
	if err != nil {
		return fmt.Errorf("read the last ids of %s: %w", path, err)
	}
	place, err := placeOf(path, path+"-wal")
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	s.startWriter(sess, sqliteBackend{place}, last)
	s.keepChecking(rest, place)
	return nil
}

// makeFile makes the database where there is none: here and not by SQLite, so that nobody else on the machine can read it. Its name, and that of a folder
// that was made for it, outlive a loss of power.
func makeFile(path string) error {
	_, known := os.Stat(path)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open the database: %w; the folder must exist and belong to the user that waybill runs as", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	if known == nil {
		return nil
	}
	folder := filepath.Dir(path)
	if err := syncFolder(folder); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	_ = syncFolder(filepath.Dir(folder)) // may belong to somebody else
	return nil
}

// takeOver writes everything that the log has into the database, and empties the log. A run that ended after a flush had failed may have left pages in both
// that are in the memory of this machine and not on its disk: what is written behind them would be lost with them. The log was written again before, or
// a loss of power in this very moment would leave the database half of it, and no log to mend it from.
func takeOver(ctx context.Context, db *sql.DB) error {
	var busy, frames, done int
	return notDatabase(db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &done))
}

// openToLook opens the file beside the process that owns it, if there is one.
func (s *Store) openToLook(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("look into the database: %w", err)
	}
	db, err := sql.Open("sqlite", s.sqliteDSN(path, readerCache, toLook))
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	s.readers = newPool(db, sqliteDialect, readerCount)
	s.startListening = s.poll
	return s.checkVersion(ctx, db)
}

// poll looks again and again for what the owner of the file has added to the journal.
func (s *Store) poll() {
	s.tasks.Go(func() {
		tick := time.NewTicker(retryInterval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-s.ctx.Done():
				return
			}
			err := s.View(s.ctx, func(tx *Tx) error {
				seq, err := tx.lastSeq()
				s.news.publish(seq)
				return err
			})
			if err != nil && s.ctx.Err() == nil {
				s.log.Warn("the journal can't be read", "error", err)
			}
		}
	})
}

// checkSQLite reads back what keeps accepted data through a loss of power.
func checkSQLite(ctx context.Context, db *sql.DB, path string) error {
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return fmt.Errorf("%s: %w", path, notDatabase(err))
	}
	var synchronous int
	if err := db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return fmt.Errorf("%s: %w", path, notDatabase(err))
	}
	const full = 2 // https://www.sqlite.org/pragma.html#pragma_synchronous
	if mode != "wal" || synchronous < full {
		return fmt.Errorf("%s: journal_mode is %s and synchronous %d, wanted are wal and %d: %w; put the database on a local disk", path, mode, synchronous, full, ErrUnsafe)
	}
	return nil
}

// notDatabase finds words for a file that is something else.
func notDatabase(err error) error {
	if code := sqliteCode(err); code == sqlitelib.SQLITE_NOTADB || code == sqlitelib.SQLITE_CORRUPT {
		return fmt.Errorf("%w: %w; restore a backup", ErrDamaged, err)
	}
	return err
}

// checkPages has SQLite look at every page: at its structure (quick_check), and then whether each index has what its table has (integrity_check: an index
// with a changed bit would hide an order from its own repeat). What takes longer than checkTime goes on behind, and again every day; it stops all
// writing when it finds damage.
func (s *Store) checkPages(ctx context.Context, path string) (rest <-chan error, err error) {
	result := make(chan error, 1)
	s.tasks.Go(func() { result <- errors.Join(s.checkBy(s.ctx, "quick_check"), s.checkBy(s.ctx, "integrity_check")) })
	timer := time.NewTimer(checkTime)
	defer timer.Stop()
	select {
	case err := <-result:
		if err != nil {
			return nil, fmt.Errorf("%s: %w; restore a backup", path, err)
		}
		result <- nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
	}
	return result, nil
}

// keepChecking hears the rest of checkPages, and reads the database through every day.
func (s *Store) keepChecking(rest <-chan error, place place) {
	s.tasks.Go(func() {
		tick, look := time.NewTicker(checkEvery), time.NewTicker(placeEvery)
		defer tick.Stop()
		defer look.Stop()
		for {
			select {
			case err := <-rest:
				s.distrust(err)
			case <-tick.C:
				s.distrust(s.checkBy(s.ctx, "integrity_check"))
			case <-look.C:
				s.distrust(place.check())
			case <-s.ctx.Done():
				return
			}
		}
	})
}

func (s *Store) checkBy(ctx context.Context, pragma string) error {
	var first string
	err := s.View(ctx, func(tx *Tx) error {
		return tx.one(func(row scanner) error { return row.Scan(&first) }, "PRAGMA "+pragma+"(1)")
	})
	if err != nil {
		return notDatabase(err)
	}
	if first != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, first)
	}
	return nil
}

// readIDs gives the last ids that were given.
func readIDs(ctx context.Context, sess *session) (ids, error) {
	var i ids
	err := sess.query(ctx, func(row scanner) error { return row.Scan(i.columns()...) }, sqlLastIDs, nil)
	return i, err
}

// sqliteBackend writes to the file that this process owns.
type sqliteBackend struct{ place place }

func (sqliteBackend) begin(w *writer) error {
	return w.sess.plain(context.Background(), "BEGIN IMMEDIATE")
}

// commit looks behind itself: what was written into a file that has no name any more is gone with this process.
func (b sqliteBackend) commit(w *writer) error {
	if err := w.sess.plain(context.Background(), "COMMIT"); err != nil {
		return err
	}
	return b.place.check()
}

// tidy takes what is in the log over into the database when there is enough of it. SQLite would do that by itself after a commit, but keeps to itself
// when it fails: a failed flush of the database would be tried again in silence. One for want of room is no matter: the log has everything.
func (sqliteBackend) tidy(w *writer) error {
	var busy, frames, done int
	scan := func(row scanner) error { return row.Scan(&busy, &frames, &done) }
	if err := w.sess.query(context.Background(), scan, "PRAGMA wal_checkpoint(NOOP)", nil); err != nil || frames < checkpointFrames || frames == done {
		return err
	}
	return w.sess.query(context.Background(), scan, "PRAGMA wal_checkpoint(PASSIVE)", nil)
}

func (sqliteBackend) judge(_ *writer, err error) damage {
	if errors.Is(err, ErrDamaged) || errors.Is(err, errMoved) {
		return noMore
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return ownFault
	}
	switch e.Code() & 0xff {
	case sqlitelib.SQLITE_CONSTRAINT, sqlitelib.SQLITE_ERROR, sqlitelib.SQLITE_TOOBIG, sqlitelib.SQLITE_MISMATCH, sqlitelib.SQLITE_RANGE:
		return ownFault
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED, sqlitelib.SQLITE_PROTOCOL:
		return refused // another program has the file in its hands; nothing was written
	}
	switch TroubleOf(err).Kind {
	case diskFull.Kind:
		return noRoom
	case noMemory.Kind, noDescriptors.Kind:
		return refused
	}
	// An error of the disk or its flush, a page that makes no sense, a file that became read-only: SQLite may have rolled back by itself, and
	// what the disk did not take must not be believed later.
	return noMore
}

// sqliteCode is the primary result code of an error, 0 for others.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}
