package rig

import (
	"database/sql"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"waybill/daemon/flow"
	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

// released names the version whose databases TestMakeReleased writes: `make released VERSION=v1.2.3`.
var released = flag.String("released", "", "write databases of this version to daemon/store/testdata/released")

// TestMakeReleased keeps what a version leaves behind for all versions after it: the books of the end-to-end world, on SQLite and on PostgreSQL,
// with rows in every table. daemon/store opens them (TestReleased).
func TestMakeReleased(t *testing.T) {
	if *released == "" {
		t.Skip("makes what a release leaves behind; make released VERSION=v1.2.3 asks for it")
	}
	if !regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+$`).MatchString(*released) {
		t.Fatalf("%q is no version like v1.2.3", *released)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	w := endToEnd(t, "")
	w.leaveMore()
	w.daemon.stop()
	live, err := sql.Open("sqlite", filepath.Join(w.path("state"), "waybill.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := live.Exec("VACUUM INTO ?", path); err != nil {
		t.Fatal(err)
	}
	if err := live.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	everyTableHasRows(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	keepReleased(t, ".db.zst", raw)

	server := transporttest.StartPostgres(t)
	dsn := server.NewDatabase(t)
	w = endToEnd(t, dsn)
	w.leaveMore()
	pg, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close()
	everyTableHasRows(t, pg, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	dump, err := server.Dump(strings.TrimPrefix(u.Path, "/"))
	if err != nil {
		t.Fatal(err)
	}
	keepReleased(t, ".sql.zst", []byte(dump))
}

// leaveMore does what the world of the end-to-end test does not do by itself.
func (w *realWorld) leaveMore() {
	w.daemon.do("rules", "add", w.suppliers[0].slug, "phrase", "is on its merry way", "shipment")
	w.daemon.do("pause", w.suppliers[1].slug)
	w.daemon.do("orders", "edit", "1013", "--set", "ship_to.postcode=62705")
	before := w.itemsRead()
	w.mail(letter{from: w.suppliers[0].address, subject: "Acknowledgement of purchase order 1001-A",
		body: "We thank you for your purchase order 1001-A.\n\nOur order number: SO-48213\n"})
	w.live("the acknowledgement to be read", func() bool { return w.itemsRead() > before })
}

func (w *realWorld) itemsRead() int {
	w.t.Helper()
	var status flow.Status
	w.daemon.ask(&status, "status")
	return status.Counts.Items[store.ItemRead]
}

func everyTableHasRows(t *testing.T, db *sql.DB, names string) {
	t.Helper()
	rows, err := db.Query(names)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil || len(tables) < 12 {
		t.Fatalf("%d tables: %v", len(tables), err)
	}
	for _, name := range tables {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM " + name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			t.Errorf("%s has no rows: let the world do more, so that every migration has something to carry over", name)
		}
	}
}

func keepReleased(t *testing.T, suffix string, raw []byte) {
	t.Helper()
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "store", "testdata", "released", *released+suffix)
	if _, err := os.Stat(path); err == nil {
		t.Fatalf("%s is there already: what was released does not change", path)
	}
	if t.Failed() {
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, packer.EncodeAll(raw, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("wrote %s", path)
}
