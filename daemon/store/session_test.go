package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"
)

// TestGivenUp: a connection that was left inside a transaction, as happens when who asked goes while it begins, is never lent again.
func TestGivenUp(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "books.db"))
	if err != nil {
		t.Fatal(err)
	}
	p := newPool(db, sqliteDialect, 1)
	defer func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	}()
	for range 2 {
		s, _, err := p.get(t.Context(), context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.plain(t.Context(), "BEGIN"); err != nil {
			t.Error(err)
		}
		p.put(s, false)
	}
}
