package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// A newer program waits until the older ones have finished and left; what they try afterwards is refused.
func TestOlderNodesMakeWay(t *testing.T) {
	ctx := t.Context()
	dsn := transporttest.StartPostgres(t).NewDatabase(t)
	older, err := Open(ctx, Options{DSN: dsn, Node: "older"})
	if err != nil {
		t.Fatal(err)
	}
	defer older.Close()
	beat := func() Roster {
		t.Helper()
		r, err := older.Beat(ctx, NodeRow{Host: "old-host", Version: "v1"}, Shift{Lease: time.Minute, Wanted: []string{"timers"}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := beat(); len(r.Held) != 1 {
		t.Fatalf("held %v", r.Held)
	}
	rung := make(chan string, 16)
	older.OnRing(func(bell string) { rung <- bell })
	newer, err := Open(ctx, Options{DSN: dsn, Node: "newer"})
	if err != nil {
		t.Fatal(err)
	}
	defer newer.Close()
	all, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	next := older.schema + 1
	all = append(all, migration{next, "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT;"})
	done := make(chan error, 1)
	go func() { done <- newer.migrateTo(context.WithoutCancel(ctx), newer.readers.db, "", all) }()
	for bell := range rung {
		if bell == BellDuties {
			break
		}
	}
	waits := false
	for _, n := range beat().Nodes {
		waits = waits || n.Schema == next && n.Alive(older.now())
	}
	if !waits {
		t.Error("the older node does not see that a newer one waits")
	}
	select {
	case err := <-done:
		t.Fatalf("the schema was changed under a node that works: %v", err)
	default:
	}
	if err := older.Leave(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := older.Write(ctx, func(tx *Tx) error { return tx.SetSetting("x", []byte("y")) }); !errors.Is(err, ErrNewer) {
		t.Errorf("the older node writes: %v", err)
	}
	var left int
	if err := newer.readers.db.QueryRow(`SELECT count(*) FROM nodes WHERE machine = '' AND name LIKE 'upgrade%'`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d, %v", left, err)
	}
}
