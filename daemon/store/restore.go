package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	goose "github.com/pressly/goose/v3/database"
)

// ErrNotEmpty is returned by Restore for a database that holds something.
var ErrNotEmpty = errors.New("the database is not empty")

// Restoring says how to restore.
type Restoring struct {
	// Progress, when not nil, hears now and then how many rows of which table are in.
	Progress func(table string, rows int64)
	// Damaged takes also books that were not in order when they were backed up. What is wrong is reported all the same.
	Damaged bool
	// Before, when not nil, runs at the end inside the transaction: those who were erased since the backup are erased again.
	Before func(*Tx) error
}

// Restore fills an empty database of either kind with a backup of either kind: all of it, or nothing. The backup may be of an older schema. Everything is
// checked before it is committed: the backup's sums, the books against their journal; report hears what is wrong with them. A hold is raised: nothing is sent
// until a person has looked.
func Restore(ctx context.Context, o Options, from io.Reader, how Restoring, report func(problem string)) (info BackupInfo, err error) {
	r, err := openEmpty(ctx, o)
	if err != nil {
		return info, fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, r.close(err == nil)) }()
	r.how, r.report = how, report
	info, err = readBackup(from, backupTaker{head: r.head, table: r.table, row: r.row})
	if err == nil {
		err = r.finish(info, o.Witness)
	}
	if err != nil {
		err = fmt.Errorf("restore: %w; the database is as it was", err)
	}
	return info, err
}

// restorer is a restore under way: one transaction on one connection.
type restorer struct {
	ctx    context.Context
	store  *Store
	db     *sql.DB
	tx     *Tx
	all    []migration
	schema int64
	how    Restoring
	report func(string)
	made   bool // the SQLite file was not there before
	unlock func() error

	insert string
	name   string
	rows   int64
}

// openEmpty opens the database without looking into it, and begins the transaction.
func openEmpty(ctx context.Context, o Options) (r *restorer, err error) {
	r = &restorer{ctx: ctx, unlock: func() error { return nil }}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close(false))
		}
	}()
	if r.all, err = migrations(); err != nil {
		return r, err
	}
	packer, err := newPacker()
	if err != nil {
		return r, err
	}
	r.store = &Store{now: o.Now, packer: packer, log: o.Log, news: news{changed: make(chan struct{})}}
	r.store.marks.read = o.MarkKey
	if r.store.now == nil {
		r.store.now = time.Now
	}
	begin := []string{"BEGIN IMMEDIATE", "PRAGMA defer_foreign_keys = 1"}
	if o.DSN != "" {
		r.store.dialect = postgresDialect
		begin = []string{"BEGIN", fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", journalLock)}
		err = r.connect(o.DSN)
	} else {
		err = r.openFile(o.Path)
	}
	if err != nil {
		return r, err
	}
	sess, err := newSession(ctx, r.db, r.store.dialect)
	if err != nil {
		return r, err
	}
	r.tx = &Tx{store: r.store, sess: sess, ctx: ctx, run: ctx, write: true}
	for _, statement := range begin {
		if err := sess.plain(ctx, statement); err != nil {
			return r, notDatabase(err)
		}
	}
	if o.DSN != "" {
		sess.pipe = &pipeline{conn: sess.conn}
	}
	return r, r.empty()
}

func (r *restorer) openFile(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	r.store.path = path
	if r.unlock, err = lockFile(path + ".lock"); err != nil {
		r.unlock = func() error { return nil }
		return err
	}
	_, err = os.Stat(path)
	r.made = errors.Is(err, os.ErrNotExist)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("%w; the folder must exist and belong to the user that waybill runs as", err)
	}
	if err := file.Close(); err != nil {
		return err
	}
	if r.db, err = sql.Open("sqlite", sqliteDSN(path, 64<<10, toWrite)); err != nil {
		return err
	}
	return checkSQLite(r.ctx, r.db, path)
}

func (r *restorer) connect(dsn string) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("the address of PostgreSQL: %w", err)
	}
	config.RuntimeParams["application_name"] = "waybill restore"
	r.db = stdlib.OpenDB(*config)
	if err := checkPostgres(r.ctx, r.db); err != nil {
		return err
	}
	var others int
	err = r.db.QueryRowContext(r.ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'waybill %'
		AND application_name <> 'waybill restore'`).Scan(&others)
	if err == nil && others > 0 {
		err = fmt.Errorf("%w: stop waybill on every machine first", ErrLocked)
	}
	return err
}

// empty refuses a database that holds anything but settings, and removes its tables: the backup brings its own.
func (r *restorer) empty() error {
	there, err := r.tx.tables()
	if err != nil {
		return err
	}
	for _, name := range there {
		if name == settingTable.name || passes(name) {
			continue
		}
		if !slices.ContainsFunc(described, func(d tableDescription) bool { return d.name == name }) {
			return fmt.Errorf("%w: it has a table %s that is not waybill's; restore into a database of its own", ErrNotEmpty, name)
		}
		err := r.tx.one(func(scanner) error { return nil }, "SELECT 1 FROM "+name+" LIMIT 1")
		if err == nil {
			return fmt.Errorf("%w: there are rows in %s. Restore into a new one: move the file away, or create another database", ErrNotEmpty, name)
		}
		if !isNotFound(err) {
			return err
		}
	}
	slices.Reverse(there) // those that refer to others first
	for _, name := range append(there, versionTable) {
		if _, err := r.tx.exec("DROP TABLE IF EXISTS " + name); err != nil {
			return err
		}
	}
	return nil
}

// head makes the schema that the backup was made with.
func (r *restorer) head(info BackupInfo) error {
	if newest := r.all[len(r.all)-1].version; info.Schema > newest {
		return fmt.Errorf("the backup has the schema %d and this program knows up to %d: %w; use the waybill that made it (%s), or a newer one", info.Schema, newest, ErrNewer, info.MadeBy)
	}
	return r.migrateTo(info.Schema)
}

// migrateTo takes the steps after the schema that is there, up to one.
func (r *restorer) migrateTo(version int64) error {
	dialect := goose.DialectSQLite3
	if r.store.dialect == postgresDialect {
		dialect = goose.DialectPostgres
	}
	versions, err := goose.NewStore(dialect, versionTable)
	if err != nil {
		return err
	}
	conn := r.tx.sess.conn
	if err := r.flush(); err != nil {
		return err
	}
	if r.schema == 0 {
		if err := versions.CreateVersionTable(r.ctx, conn); err != nil {
			return err
		}
		if err := versions.Insert(r.ctx, conn, goose.InsertRequest{}); err != nil {
			return err
		}
	}
	for _, m := range r.all {
		if m.version <= r.schema || m.version > version {
			continue
		}
		if err := r.store.dialect.step(r.ctx, conn, m); err != nil {
			return fmt.Errorf("make version %d of the schema: %w", m.version, err)
		}
		if err := versions.Insert(r.ctx, conn, goose.InsertRequest{Version: m.version}); err != nil {
			return err
		}
		r.schema = m.version
	}
	return nil
}

// flush runs what was held back for PostgreSQL.
func (r *restorer) flush() error {
	_, err := r.tx.exec("SELECT 1")
	return err
}

// table begins with a table, which must be one of the schema, with just its columns.
func (r *restorer) table(name string, columns []column) error {
	want, err := r.tx.columnsOf(name)
	if err != nil {
		return err
	}
	if len(want) == 0 || len(want) != len(columns) || name == versionTable || slices.ContainsFunc(columns, func(c column) bool { return !slices.Contains(want, c) }) {
		return fmt.Errorf("%w: table %s has the columns %v, wanted are %v", ErrBackup, name, columns, want)
	}
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	r.insert = "INSERT INTO " + name + " (" + strings.Join(names, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(names)-1) + ")"
	r.name = name
	r.progress()
	return nil
}

func (r *restorer) row(values []any) error {
	if r.rows++; r.rows%10_000 == 0 {
		r.progress()
	}
	return r.tx.later(r.insert, values...)
}

func (r *restorer) progress() {
	if r.how.Progress != nil {
		r.how.Progress(r.name, r.rows)
	}
}

// finish brings the schema up to date, raises the hold, checks the books, and commits.
func (r *restorer) finish(info BackupInfo, witnessPath string) error {
	if err := r.migrateTo(r.all[len(r.all)-1].version); err != nil {
		return err
	}
	if err := r.tx.sess.query(r.ctx, func(row scanner) error { return row.Scan(r.tx.ids.columns()...) }, sqlLastIDs, nil); err != nil {
		return err
	}
	instance, _, err := r.tx.Setting(instanceSetting)
	if err != nil {
		return err
	}
	r.store.instance = string(instance)
	var known *witness
	if witnessPath != "" {
		if known, err = readWitness(witnessPath); err != nil {
			return err
		}
	}
	if err := r.tx.newLife(known, HeldRestored); err != nil {
		return err
	}
	if r.how.Before != nil {
		if err := r.how.Before(r.tx); err != nil {
			return err
		}
	}
	if err := r.flush(); err != nil {
		return err
	}
	problems := 0
	err = r.tx.verify(func(p string) {
		problems++
		r.report(p)
	}, nil)
	if err != nil {
		return err
	}
	if problems > 0 && !r.how.Damaged {
		return fmt.Errorf("the books in this backup were not in order when it was made on %s: %d problem(s)", info.MadeAt.Format("2006-01-02 15:04"), problems)
	}
	return r.tx.sess.plain(r.ctx, "COMMIT")
}

// close lets the database go; what was not committed is gone.
func (r *restorer) close(good bool) error {
	var errs []error
	if r.tx != nil {
		errs = append(errs, r.tx.sess.close())
	}
	if r.db != nil {
		errs = append(errs, r.db.Close())
	}
	if !good && r.made {
		errs = append(errs, removeIfThere(r.store.path), removeIfThere(r.store.path+"-wal"), removeIfThere(r.store.path+"-shm"))
	}
	return errors.Join(append(errs, r.unlock())...)
}
