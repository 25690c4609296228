package flow

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/transports/transporttest"
)

// opener opens a shop on one of the databases.
type opener func(testing.TB, map[string]string) *shop

// TestPostgres runs what reads and writes the books in new ways over the other database as well.
func TestPostgres(t *testing.T) {
	t.Parallel()
	server := transporttest.StartPostgres(t)
	open := func(t testing.TB, files map[string]string) *shop {
		dsn := server.NewDatabase(t)
		return newShopOn(t, files, &shop{t: t, dir: t.TempDir(), at: noon, driver: "pgx", address: dsn}, store.Options{DSN: dsn})
	}
	for name, run := range map[string]func(*testing.T, opener){
		"a replay changes nothing": replayChangesNothing, "a replay books what was missed": replayBooksWhatWasMissed,
		"a replay settles what waited": replaySettlesWhatWaited, "a column is learned": columnIsLearned, "a sender is proposed": senderIsProposed,
		"a missing column is one question": missingColumnIsOneQuestion,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, open)
		})
	}
	t.Run("what another node has recorded counts at once", func(t *testing.T) {
		t.Parallel()
		a := open(t, nil)
		twoNodes(t, a, newShopOn(t, nil, &shop{t: t, dir: t.TempDir(), at: noon, driver: a.driver, address: a.address}, store.Options{DSN: a.address}))
	})
}

// twoNodes has both read the same mails; b has not been told of anything that a recorded meanwhile.
func twoNodes(t *testing.T, a, b *shop) {
	a.sentOut("1001", "1002")
	ids := a.keep("orders", "Hello, we are closed on Monday.", "Thank you, we have received your order 1001-A. Our reference: KQX77Z.", "Our reference: KQX77Z. It has shipped with UPS. Tracking number "+ups1,
		"Once more: our reference KQX77Z has shipped with UPS. Tracking number "+ups1)
	kept, err := b.kept(t.Context())
	if err != nil || len(kept) != len(ids) {
		t.Fatal(len(kept), err)
	}
	b.process(kept[0])
	a.process(kept[:2]...)
	b.process(kept[2])
	a.process(kept...)
	b.process(kept...)
	a.wantTracking("1001-A", ups1)
	a.wantDesk()
	if n := len(a.news()); n != 1 {
		t.Errorf("the channel hears %d times, want 1", n)
	}
}

type readingOf = parsers.Reading

// dump writes all rows of a database down, table by table.
func dump(t testing.TB, driver, address string) string {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var b strings.Builder
	for _, table := range []string{"settings", "journal", "orders", "purchase_orders", "outbox", "outbox_pos", "items", "findings", "packages", "message_ids",
		"supplier_refs", "exceptions", "rules", "likeness", "originals", "proofs", "rulings"} {
		rows, err := db.Query("SELECT * FROM " + table + " ORDER BY 1, 2")
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			b.WriteString(table)
			for _, v := range values {
				fmt.Fprintf(&b, "\t%v", *v.(*any))
			}
			b.WriteByte('\n')
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close() //nolint:sqlclosecheck // the next table follows
	}
	return b.String()
}

// difference gives the lines that only one of two texts has.
func difference(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	var lines []string
	for _, l := range a {
		if !slices.Contains(b, l) {
			lines = append(lines, "- "+l)
		}
	}
	for _, l := range b {
		if !slices.Contains(a, l) {
			lines = append(lines, "+ "+l)
		}
	}
	return strings.Join(lines, "\n")
}
