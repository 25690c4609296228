package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// freeColumns may change without verify finding it: nothing is made of them but when something is thrown away.
var freeColumns = map[string]bool{"evidence.kept_at": true}

// verifyFindsAll changes each column of each table at random, one at a time, and wants to hear of it. WAYBILL_VERIFY_N says how often each, WAYBILL_VERIFY_SEED
// what.
func verifyFindsAll(t *testing.T, w *world) {
	number := func(name string, otherwise uint64) uint64 {
		if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
			return n
		}
		return otherwise
	}
	seed := number("WAYBILL_VERIFY_SEED", 1)
	r := rand.New(rand.NewPCG(seed, 0))
	s := w.open(t, "a")
	fill(t, s)
	wantClean(t, s)
	db, err := sql.Open(w.driver, w.address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	changed, refused := 0, 0
	for _, c := range columnsOf(t, db, w.driver) {
		if c.table == "nodes" || c.table == "duties" { // who is alive: over in seconds, and in no backup
			continue
		}
		for range number("WAYBILL_VERIFY_N", 2) {
			m, ok := newMutation(t, db, w.driver, c.table, c.column, r)
			if !ok {
				t.Fatalf("%s has no rows", c.table)
			}
			if err := m.do(db); err != nil {
				refused++ // by a constraint
				continue
			}
			changed++
			found := problems(t, s)
			if len(found) == 0 && !freeColumns[c.table+"."+c.column] {
				t.Errorf("seed %d: %s.%s was %#v and became %#v, and nobody noticed", seed, c.table, c.column, m.old[m.at], m.value)
			}
			if err := m.undo(db); err != nil {
				t.Fatal(err)
			}
		}
	}
	wantClean(t, s)
	if changed < 150 {
		t.Errorf("only %d changes were made, %d refused", changed, refused)
	}
	t.Logf("seed %d: %d columns changed, %d refused by the database, all but %d free columns found", seed, changed, refused, len(freeColumns))
}

type tableColumn struct{ table, column string }

func columnsOf(t *testing.T, db *sql.DB, driver string) (all []tableColumn) {
	query := `SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'schema_version' ORDER BY 1, 2`
	if driver == "pgx" {
		query = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_version' ORDER BY 1, 2`
	}
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c tableColumn
		if err := rows.Scan(&c.table, &c.column); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	if err := rows.Err(); err != nil || len(all) < 100 {
		t.Fatalf("%d columns: %v", len(all), err)
	}
	return all
}

// mutation is one value of one row that is changed.
type mutation struct {
	driver, table string
	columns       []string
	old           []any
	at            int
	value         any
}

func newMutation(t *testing.T, db *sql.DB, driver, table, column string, r *rand.Rand) (*mutation, bool) {
	var n int
	if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		return nil, false
	}
	rows, err := db.Query(fmt.Sprintf("SELECT * FROM %s ORDER BY 1, 2 LIMIT 1 OFFSET %d", table, r.IntN(n)))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	m := &mutation{driver: driver, table: table}
	if m.columns, err = rows.Columns(); err != nil || !rows.Next() {
		t.Fatal(err)
	}
	m.old = make([]any, len(m.columns))
	into := make([]any, len(m.columns))
	for i := range into {
		into[i] = &m.old[i]
		if m.columns[i] == column {
			m.at = i
		}
	}
	if err := errors.Join(rows.Scan(into...), rows.Err()); err != nil {
		t.Fatal(err)
	}
	m.value = mutated(m.old[m.at], r)
	return m, true
}

// mutated gives another value of the same type.
func mutated(v any, r *rand.Rand) any {
	switch v := v.(type) {
	case int64:
		return v ^ 1<<r.IntN(40)
	case float64:
		return v + 1 + r.Float64()
	case string:
		if v == "" {
			return "x"
		}
		raw := []byte(v)
		if i := r.IntN(len(raw)); raw[i] == 'a' {
			raw[i] = 'b'
		} else {
			raw[i] = 'a'
		}
		return strings.ToValidUTF8(string(raw), "?")
	case []byte:
		if len(v) == 0 {
			return []byte{7}
		}
		raw := append([]byte(nil), v...)
		raw[r.IntN(len(raw))] ^= 1 << r.IntN(8)
		return raw
	}
	return int64(1 + r.IntN(5)) // NULL
}

func (m *mutation) do(db *sql.DB) error { return m.update(db, m.old, m.value) }

func (m *mutation) undo(db *sql.DB) error {
	now := append([]any(nil), m.old...)
	now[m.at] = m.value
	return m.update(db, now, m.old[m.at])
}

func (m *mutation) update(db *sql.DB, where []any, value any) error {
	same := " IS "
	if m.driver == "pgx" {
		same = " IS NOT DISTINCT FROM "
	}
	query := "UPDATE " + m.table + " SET " + m.columns[m.at] + " = $1 WHERE TRUE"
	args := []any{value}
	for i, c := range m.columns {
		args = append(args, where[i])
		query += fmt.Sprintf(" AND %s%s$%d", c, same, i+2)
	}
	result, err := db.Exec(query, args...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("%s: %d rows, %v", query, n, err)
	}
	return nil
}
