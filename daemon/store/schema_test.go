package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/transports/transporttest"
)

// What a schema is made of, one fact a row; the parameter is the table that keeps its version.
const (
	sqliteFacts = `SELECT m.type || ' ' || m.name || ' ' || m.tbl_name || ' ' || COALESCE(c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk, m.sql)
		FROM sqlite_schema m LEFT JOIN pragma_table_xinfo(m.name) c ON m.type = 'table'
		WHERE m.name NOT LIKE '%' || ? || '%' AND m.name NOT LIKE 'sqlite_%'
		UNION SELECT 'table ' || name || ' ' || strict || wr FROM pragma_table_list WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '%schema_version%'
		UNION SELECT 'foreign key ' || m.name || ' ' || f."table" || ' ' || f."from" || ' ' || f."to" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
		ORDER BY 1`
	postgresFacts = `SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name <> $1
		UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> $1
		UNION SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
		WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> $1
		ORDER BY 1`
)

// Today's schema.sql and all migrations after each other make the same database.
func TestSchemaEqualsMigrations(t *testing.T) {
	script, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	all, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	server := transporttest.StartPostgres(t)
	for name, c := range map[string]struct {
		dialect dialect
		fresh   func() *sql.DB
		query   string
	}{
		"sqlite": {sqliteDialect, func() *sql.DB {
			return openDB(t, "sqlite", sqliteDSN(filepath.Join(t.TempDir(), "x.db"), 512, toWrite))
		},
			sqliteFacts},
		"postgres": {postgresDialect, func() *sql.DB { return openDB(t, "pgx", server.NewDatabase(t)) },
			postgresFacts},
	} {
		t.Run(name, func(t *testing.T) {
			fresh, migrated := c.fresh(), c.fresh()
			for _, statement := range statements(string(script)) {
				if _, err := fresh.Exec(c.dialect.definition(statement)); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			if err := c.dialect.apply(context.Background(), migrated, all); err != nil {
				t.Fatal(err)
			}
			want, got := describe(t, fresh, c.query), describe(t, migrated, c.query)
			if len(want) < 100 {
				t.Fatalf("only %d facts about the schema were found: %v", len(want), want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("schema.sql (-) and the migrations (+) differ:\n%s", diff)
			}
		})
	}
}

func openDB(t *testing.T, driver, address string) *sql.DB {
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func describe(t *testing.T, db *sql.DB, query string) (facts []string) {
	rows, err := db.Query(query, versionTable)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var fact string
		if err := rows.Scan(&fact); err != nil {
			t.Fatal(err)
		}
		facts = append(facts, strings.Join(strings.Fields(fact), " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return facts
}

// Before the schema of a file changes, the file is copied; a step that fails changes nothing.
func TestMigrationIsBackedUp(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "waybill.db")
	s, err := Open(ctx, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Write(ctx, func(tx *Tx) error { return tx.SetSetting("a", []byte("before")) }); err != nil {
		t.Fatal(err)
	}
	id := s.InstanceID()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	next := all[len(all)-1].version + 1
	log := &Store{log: slog.New(slog.DiscardHandler)}
	db := openDB(t, "sqlite", sqliteDSN(path, 512, toWrite))
	bad := append(all[:len(all):len(all)], migration{next, "DELETE FROM settings;\nCREATE TABLE journal (x INTEGER);\n"})
	if err := log.migrateTo(ctx, db, path, bad); err == nil {
		t.Fatal("a step that is not possible was taken")
	}
	var settings int
	if err := db.QueryRow(`SELECT count(*) FROM settings`).Scan(&settings); err != nil || settings != 3 {
		t.Errorf("half of a step stayed: %d settings, %v", settings, err)
	}
	good := append(all[:len(all):len(all)], migration{next, "DELETE FROM settings;\n"})
	if err := log.migrateTo(ctx, db, path, good); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, Options{Path: path}); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer database: %v", err)
	} else {
		t.Log(err)
	}
	copied, err := Open(ctx, Options{Path: fmt.Sprintf("%s.before-version-%d", path, next)})
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	if err := copied.View(ctx, func(tx *Tx) error {
		value, _, err := tx.Setting("a")
		if string(value) != "before" || copied.InstanceID() != id {
			t.Errorf("the copy holds %q, instance %s", value, copied.InstanceID())
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// What would not keep accepted data is not opened.
func TestDurabilityIsReadBack(t *testing.T) {
	for name, pragma := range map[string]string{"synchronous": "PRAGMA synchronous = NORMAL", "journal": "PRAGMA journal_mode = DELETE"} {
		path := filepath.Join(t.TempDir(), "x.db")
		db := openDB(t, "sqlite", sqliteDSN(path, 512, toWrite))
		db.SetMaxOpenConns(1)
		if err := checkSQLite(t.Context(), db, path); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(pragma); err != nil {
			t.Fatal(err)
		}
		if err := checkSQLite(t.Context(), db, path); !errors.Is(err, ErrUnsafe) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A program that holds the file's lock makes a Write fail, and not the store: the next one goes through.
func TestBusyIsNotBroken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db") + "?_pragma=busy_timeout(0)&_pragma=journal_mode(WAL)"
	first, second := openDB(t, "sqlite", path), openDB(t, "sqlite", path)
	first.SetMaxOpenConns(1)
	if _, err := first.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	_, err := second.Exec("BEGIN IMMEDIATE")
	if err == nil {
		t.Fatal("two have the lock")
	}
	if reach := (sqliteBackend{}).judge(nil, err); reach != refused {
		t.Errorf("%v is judged %d, want %d", err, reach, refused)
	}
}
