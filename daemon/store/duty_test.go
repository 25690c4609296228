package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

const leaseOfTest = 10 * time.Second

// shiftNode is a node of a test: a store, and what it said last.
type shiftNode struct {
	*store.Store
	t       *testing.T
	machine string
	wanted  []string
	held    map[string]int64
	spare   []string
	began   []string
}

func openNode(t *testing.T, w *world, name, machine string) *shiftNode {
	t.Helper()
	return &shiftNode{Store: w.open(t, name), t: t, machine: machine, wanted: []string{"mailbox a", "mailbox b", "supplier c", "timers"}}
}

func (n *shiftNode) beat() error {
	r, err := n.Beat(n.t.Context(), store.NodeRow{Machine: n.machine, Host: n.machine, Version: "v1", Facts: map[string]string{"configuration": "x"}},
		store.Shift{Lease: leaseOfTest, Wanted: n.wanted, Began: func(tx *store.Tx, d store.Duty) error {
			n.began = append(n.began, d.Name)
			_, err := tx.ExpireLanes([]string{"smtp:main"}, nil)
			return err
		}})
	n.held, n.spare = map[string]int64{}, r.Spare
	for _, d := range r.Held {
		n.held[d.Name] = d.Epoch
	}
	return err
}

// has beats and wants these duties, as "timers:2".
func (n *shiftNode) has(want ...string) {
	n.t.Helper()
	if err := n.beat(); err != nil {
		n.t.Fatal(err)
	}
	var got []string
	for name, epoch := range n.held {
		got = append(got, fmt.Sprintf("%s:%d", name, epoch))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		n.t.Fatalf("%s has %v, want %v", n.Node(), got, want)
	}
}

func (n *shiftNode) on(name string) context.Context {
	return store.OnDuty(n.t.Context(), store.Duty{Name: name, Epoch: n.held[name]})
}

// A duty has one node; a new node gets its share; what nobody wants is taken by who can.
func TestDutiesAreShared(t *testing.T) {
	w := newPostgres(t, transporttest.StartPostgres(t))
	a, b := openNode(t, w, "a", "host a"), openNode(t, w, "b", "host b")
	a.has("mailbox a:1", "mailbox b:1", "supplier c:1", "timers:1")
	b.has()
	a.has("mailbox a:1", "mailbox b:1", "supplier c:1", "timers:1")
	if !slices.Equal(a.spare, []string{"supplier c", "timers"}) {
		t.Errorf("a could spare %v", a.spare)
	}
	for _, name := range a.spare {
		if err := a.GiveBack(t.Context(), store.Duty{Name: name, Epoch: a.held[name]}); err != nil {
			t.Fatal(err)
		}
	}
	a.has("mailbox a:1", "mailbox b:1")
	b.has("supplier c:2", "timers:2")
	// In order: at once.
	if err := b.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.has("mailbox a:1", "mailbox b:1", "supplier c:3", "timers:3")
	// A node that lives and does not want a duty keeps nobody from it for longer than a lease.
	b.wanted = []string{"timers"}
	b.has()
	w.clock.pass(leaseOfTest * 2 / 3)
	a.has("mailbox a:1", "mailbox b:1", "supplier c:3", "timers:3")
	if err := a.GiveBack(t.Context(), store.Duty{Name: "supplier c", Epoch: 3}); err != nil {
		t.Fatal(err)
	}
	if err := a.GiveBack(t.Context(), store.Duty{Name: "mailbox b", Epoch: 1}); err != nil {
		t.Fatal(err)
	}
	b.has()
	a.has("mailbox a:1", "timers:3")
	for range 2 {
		w.clock.pass(leaseOfTest * 2 / 3)
		b.has()
		a.beat()
	}
	a.has("mailbox a:1", "mailbox b:2", "supplier c:4", "timers:3")
	wantClean(t, a.Store)
}

// Who was silent for longer than its lease writes nothing more, whatever it was about to write, and gets its duty back under a greater epoch only.
func TestDutyIsAFence(t *testing.T) {
	w := newPostgres(t, transporttest.StartPostgres(t))
	a, b := openNode(t, w, "a", "host a"), openNode(t, w, "b", "host b")
	a.wanted, b.wanted = []string{"mailbox a"}, []string{"mailbox a"}
	a.has("mailbox a:1")
	addLoops(t, a.Store, 1, 4)
	rows, err := a.Claim(a.on("mailbox a"), "smtp:main", 2, time.Hour, nil)
	if err != nil || len(rows) != 2 {
		t.Fatalf("claimed %v, %v", rows, err)
	}
	if err := a.Mark(a.on("mailbox a"), rows[1].ID, rows[1].Epoch); err != nil {
		t.Fatal(err)
	}
	late := a.on("mailbox a")
	refused := func(when string) {
		t.Helper()
		for what, do := range map[string]func() error{
			"claim": func() error {
				_, err := a.Claim(late, "smtp:main", 1, time.Hour, nil)
				return err
			},
			"mark": func() error { return a.Mark(late, rows[0].ID, rows[0].Epoch) },
			"keep": func() error {
				return a.Write(late, func(tx *store.Tx) error {
					_, _, err := tx.Keep(store.KeepItem{Source: "inbox:a", Key: "1", Raw: []byte("x")})
					return err
				})
			},
			"cursor": func() error {
				return a.Write(context.WithoutCancel(late), func(tx *store.Tx) error { return tx.SetSetting("cursor:a", []byte("1")) })
			},
			"channel": func() error { return a.StillOnDuty(late) },
		} {
			if err := do(); !errors.Is(err, order.ErrFenced) {
				t.Errorf("%s: %s: %v", when, what, err)
			}
		}
	}
	w.clock.pass(leaseOfTest)
	refused("after the end of the lease")
	b.has("mailbox a:2")
	refused("after another has taken over")
	if row := dispatch(t, b.Store, rows[0].ID); row.State != order.DispatchQueued {
		t.Errorf("what was under way without a mark is %s", row.State)
	}
	if row := dispatch(t, b.Store, rows[1].ID); row.State != order.DispatchUnsure {
		t.Errorf("what was under way with a mark is %s", row.State)
	}
	// What it heard before is still worth knowing.
	if err := a.Settle(late, rows[1].ID, rows[1].Epoch, order.SentOK, time.Time{}, "", "250 ok", ""); err != nil {
		t.Error(err)
	}
	a.has()
	refused("after it has said that it lives again")
	w.clock.pass(leaseOfTest)
	a.has("mailbox a:3")
	refused("under the old epoch, on duty again")
	if _, err := a.Claim(a.on("mailbox a"), "smtp:main", 1, time.Hour, nil); err != nil {
		t.Error(err)
	}
	wantClean(t, a.Store)
}

// One name, one process: on the same machine the next one takes over at once; on another it waits, and is refused while the first lives.
func TestTwins(t *testing.T) {
	w := newPostgres(t, transporttest.StartPostgres(t))
	first := openNode(t, w, "a", "host a")
	first.has("mailbox a:1", "mailbox b:1", "supplier c:1", "timers:1")
	copied := openNode(t, w, "a", "host b")
	wantError(t, copied.beat(), store.ErrTwin)
	if err := copied.beat(); !strings.Contains(err.Error(), "host a") {
		t.Errorf("it does not say who: %v", err)
	}
	again := openNode(t, w, "a", "host a")
	again.has("mailbox a:2", "mailbox b:2", "supplier c:2", "timers:2")
	wantError(t, first.beat(), store.ErrTwin)
	w.clock.pass(leaseOfTest)
	copied.has("mailbox a:3", "mailbox b:3", "supplier c:3", "timers:3")
	nodes := look(t, copied.Store, (*store.Tx).Nodes)
	if len(nodes) != 1 || nodes[0].Machine != "host b" || !nodes[0].Alive(w.clock.now()) || nodes[0].Facts["configuration"] != "x" {
		t.Errorf("nodes %+v", nodes)
	}
}

// An older program stops at its next write when a newer one has changed the schema.
func TestSchemaChangesUnderneath(t *testing.T) {
	w := newPostgres(t, transporttest.StartPostgres(t))
	a := w.open(t, "a")
	addLoops(t, a, 1, 2)
	w.tamper(t, `INSERT INTO schema_version (version_id, is_applied) VALUES (9999, true)`)
	err := a.Write(t.Context(), func(tx *store.Tx) error { return tx.SetSetting("x", []byte("y")) })
	wantError(t, err, store.ErrNewer)
	if !strings.Contains(err.Error(), "install the newer waybill") {
		t.Errorf("it does not say what to do: %v", err)
	}
	if n := len(look(t, a, func(tx *store.Tx) ([]store.OrderRow, error) { return tx.Orders(store.OrderFilter{}) })); n != 1 {
		t.Errorf("%d orders can be read", n)
	}
}
