package store

import (
	"context"
	"database/sql"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"waybill/transports/transporttest"
)

// TestReleased opens what each released version left behind (`make released` adds it): it is migrated, nothing is lost, the books are in order, and
// the schema is the one that a new database has.
func TestReleased(t *testing.T) {
	files, err := filepath.Glob("testdata/released/*.zst")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d released databases: %v", len(files), err)
	}
	var server *transporttest.Postgres
	for _, file := range files {
		version, kind, _ := strings.Cut(filepath.Base(file), ".db.")
		if kind == "" {
			version = strings.TrimSuffix(version, ".sql.zst")
			if server == nil {
				server = transporttest.StartPostgres(t)
			}
			t.Run(version+" postgres", func(t *testing.T) { opensPostgres(t, server, unpack(t, file)) })
			continue
		}
		t.Run(version+" sqlite", func(t *testing.T) { opensSQLite(t, unpack(t, file)) })
	}
}

func unpack(t *testing.T, file string) []byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func opensSQLite(t *testing.T, raw []byte) {
	path := filepath.Join(t.TempDir(), "waybill.db")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	before := released{t, openDB(t, "sqlite", path), sqliteFacts, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`}
	counts := before.counts()
	if err := before.db.Close(); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	opened(t, Options{Path: fresh})
	opened(t, Options{Path: path})
	before.db = openDB(t, "sqlite", path)
	before.same(openDB(t, "sqlite", fresh), counts)
}

func opensPostgres(t *testing.T, server *transporttest.Postgres, script []byte) {
	old, fresh := server.NewDatabase(t), server.NewDatabase(t)
	before := released{t, openDB(t, "pgx", old), postgresFacts, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`}
	if _, err := before.db.Exec(string(script)); err != nil {
		t.Fatal(err)
	}
	if err := before.db.Close(); err != nil { // the script has changed its connection's search path
		t.Fatal(err)
	}
	before.db = openDB(t, "pgx", old)
	counts := before.counts()
	opened(t, Options{DSN: fresh})
	opened(t, Options{DSN: old})
	before.same(openDB(t, "pgx", fresh), counts)
}

// opened opens a database with today's program, checks the books, and closes it.
func opened(t *testing.T, o Options) {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(t.Context(), func(problem string) { t.Error(problem) }, nil); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// released is a database that a released version wrote.
type released struct {
	t      *testing.T
	db     *sql.DB
	facts  string
	tables string
}

// counts gives the number of rows of each table.
func (r *released) counts() map[string]int {
	r.t.Helper()
	rows, err := r.db.Query(r.tables)
	if err != nil {
		r.t.Fatal(err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			r.t.Fatal(err)
		}
		counts[name] = 0
	}
	if err := rows.Err(); err != nil {
		r.t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		var n int
		if err := r.db.QueryRowContext(context.Background(), "SELECT count(*) FROM "+name).Scan(&n); err != nil {
			r.t.Fatal(err)
		}
		counts[name] = n
	}
	if counts["orders"] < 10 || counts["journal"] < 50 {
		r.t.Fatalf("there is hardly anything in it: %v", counts)
	}
	return counts
}

// same holds that nothing was lost on the way to the schema of a fresh database.
func (r *released) same(fresh *sql.DB, before map[string]int) {
	r.t.Helper()
	for name, n := range r.counts() {
		if was, there := before[name]; there && n < was && name != versionTable {
			r.t.Errorf("%s had %d rows and has %d", name, was, n)
		}
	}
	want, got := describe(r.t, fresh, r.facts), describe(r.t, r.db, r.facts)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 100 {
		r.t.Errorf("a fresh schema (-) and the migrated one (+) differ:\n%s", diff)
	}
}
