package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"waybill/daemon/failpoint"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// versionTable is where the schema's version stands.
const versionTable = "schema_version"

// copyBefore, with a version behind it, is added to the name of the database for its copy from before the step to that version.
const copyBefore = ".before-version-"

type migration struct {
	version int64
	script  string
}

// migrations gives all steps of the schema, oldest first: migrations/NNNN_name.sql.
func migrations() ([]migration, error) {
	entries, err := fs.ReadDir(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	var all []migration
	for _, e := range entries {
		digits, _, _ := strings.Cut(e.Name(), "_")
		version, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no number: %w", e.Name(), err)
		}
		script, err := migrationFiles.ReadFile("migrations/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", e.Name(), err)
		}
		all = append(all, migration{version, string(script)})
	}
	return all, nil
}

// schemaVersion reads the database's version; 0 for a new one.
func (d dialect) schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	exists := `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '` + versionTable + `'`
	if d == postgresDialect {
		exists = `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = '` + versionTable + `'`
	}
	var n int64
	if err := db.QueryRowContext(ctx, exists).Scan(&n); err != nil || n == 0 {
		return 0, err
	}
	err := db.QueryRowContext(ctx, `SELECT COALESCE(max(version_id), 0) FROM `+versionTable+` WHERE is_applied`).Scan(&n)
	return n, err
}

// compare gives the database's version, the last of the program's, and the error when the database is newer.
func (s *Store) compare(ctx context.Context, db *sql.DB, all []migration) (have, want int64, err error) {
	want = all[len(all)-1].version
	s.schema = want
	have, err = s.dialect.schemaVersion(ctx, db)
	if err != nil {
		return 0, 0, fmt.Errorf("read the version of the database: %w", notDatabase(err))
	}
	if have > want {
		return have, want, fmt.Errorf("its schema has version %d and this program knows up to %d: %w; install the newer waybill again, or restore the backup that it made beside the database",
			have, want, ErrNewer)
	}
	return have, want, nil
}

// checkVersion is for programs that only look.
func (s *Store) checkVersion(ctx context.Context, db *sql.DB) error {
	all, err := migrations()
	if err != nil {
		return err
	}
	have, want, err := s.compare(ctx, db, all)
	if err == nil && have < want {
		return fmt.Errorf("its schema has version %d and this program wants %d: %w; start `waybill serve` once, it brings the database up to date", have, want, ErrOlder)
	}
	return err
}

// migrate brings the schema up to date. A SQLite file that holds something is copied before, beside it.
func (s *Store) migrate(ctx context.Context, db *sql.DB, path string) error {
	all, err := migrations()
	if err != nil {
		return err
	}
	return s.migrateTo(ctx, db, path, all)
}

func (s *Store) migrateTo(ctx context.Context, db *sql.DB, path string, all []migration) error {
	have, want, err := s.compare(ctx, db, all)
	if err != nil || have == want {
		return err
	}
	if have > 0 && path != "" {
		backup := fmt.Sprintf("%s%s%d", path, copyBefore, want)
		// A copy that is there is of an attempt that failed; this one is newer.
		if err := copySQLite(ctx, path, backup); err != nil {
			return fmt.Errorf("copy the database before its schema changes: %w; nothing was changed", err)
		}
		s.log.Info("the database was copied before its schema changes", "copy", backup, "from", have, "to", want)
	}
	if s.Shared() && have >= nodesSince {
		if err := s.awaitOlder(ctx, db, want); err != nil {
			return err
		}
	}
	return s.dialect.apply(ctx, db, all)
}

// apply runs the migrations that are missing, each in a transaction of its own.
func (d dialect) apply(ctx context.Context, db *sql.DB, all []migration) error {
	var steps []*goose.Migration
	for _, m := range all {
		steps = append(steps, goose.NewGoMigration(m.version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			if d == postgresDialect { // not beside somebody who writes
				if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(journalLock)); err != nil {
					return fmt.Errorf("wait for who writes: %w", err)
				}
			}
			if err := d.step(ctx, tx, m); err != nil {
				return err
			}
			failpoint.Hit(failpoint.Before, "store.migration")
			return nil
		}}, nil))
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithTableName(versionTable)}
	kind := goose.DialectSQLite3
	if d == postgresDialect {
		kind = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker() // two nodes may start at once
		if err != nil {
			return fmt.Errorf("lock the migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(kind, db, nil, options...)
	if err != nil {
		return fmt.Errorf("prepare the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	failpoint.Hit(failpoint.After, "store.migration")
	return nil
}

// runner is a connection or a transaction.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// step takes one step of the schema, with what SQL alone cannot do.
func (d dialect) step(ctx context.Context, on runner, m migration) error {
	for _, statement := range statements(m.script) {
		if _, err := on.ExecContext(ctx, d.definition(statement)); err != nil {
			return fmt.Errorf("%s: %w", strings.SplitN(statement, "\n", 2)[0], err)
		}
	}
	if m.version == sealedBeside {
		return d.sealOldRows(ctx, on)
	}
	return nil
}

// sealedBeside is the version that gave a checksum to the tables that had none.
const sealedBeside = 6

// sealOldRows gives the rows of these tables the checksum that they were stored without.
func (d dialect) sealOldRows(ctx context.Context, on runner) error {
	for _, t := range []*table{messageIDTable, supplierRefTable, likenessTable, rulingTable} {
		where := " WHERE " + strings.Join(t.names, " = ? AND ") + " = ?"
		for {
			rows, err := d.unsealed(ctx, on, t)
			if err != nil {
				return fmt.Errorf("read %s: %w", t.name, err)
			}
			for _, row := range rows {
				args := append([]any{seal(row)}, row...)
				if _, err := on.ExecContext(ctx, d.translate("UPDATE "+t.name+" SET crc = ?"+where), args...); err != nil {
					return fmt.Errorf("seal %s: %w", t.name, err)
				}
			}
			if len(rows) == 0 {
				break
			}
		}
	}
	return nil
}

// unsealed reads some rows that have no checksum yet.
func (d dialect) unsealed(ctx context.Context, on runner, t *table) (all [][]any, err error) {
	rows, err := on.QueryContext(ctx, "SELECT "+t.columns+" FROM "+t.name+" WHERE crc = -1 LIMIT 1000")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		c := scanCells(rows, t.width)
		if c.err != nil {
			return nil, c.err
		}
		all = append(all, c.values)
	}
	return all, rows.Err()
}
