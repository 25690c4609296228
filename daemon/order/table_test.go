package order

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

var (
	intakeStates   = []IntakeState{IntakeNone, IntakeWaiting, IntakeReady, IntakeHeld, IntakeAccepted, IntakeCancelled, IntakeOld}
	dispatchStates = []DispatchState{"", DispatchQueued, DispatchSending, DispatchMarked, DispatchSent, DispatchFailed, DispatchUnsure,
		DispatchReplaced, DispatchWithdrawn, DispatchHeld, DispatchShadow}
	poStates = []POState{"", POOpen, POAcknowledged, POBackordered, POPartial, POShipped, POOutOfStock, PORejected, POCancelled}

	intakeEvents   = []EventKind{Received, Paid, Held, Released, Accepted, CancelledAll, Differs, Edited, Erased}
	dispatchEvents = []EventKind{Queued, Claimed, Marked, SentOK, Postponed, Failed, Doubted, Arrived, Again, Withdrawn, Bounced, HeldBack, LetGo, Shadowed}
	poEvents       = []EventKind{Placed, Acknowledged, Backordered, OutOfStock, Rejected, Shipped, Corrected, Cancelled, Restored}
	noEvents       = []EventKind{Opened, Settled, Noted, Cleared, "", "po.unheard_of"} // change no state
)

func allEvents() []EventKind { return slices.Concat(intakeEvents, dispatchEvents, poEvents, noEvents) }

// expected is a whole table in one place: a row for each state, what each event leads to. What is not listed is refused.
type expected[S ~string] map[S]map[EventKind]S

func TestIntakeTable(t *testing.T) {
	want := expected[IntakeState]{
		IntakeNone:      {Received: IntakeReady},
		IntakeWaiting:   {Paid: IntakeReady, Held: IntakeHeld, Released: IntakeReady, CancelledAll: IntakeCancelled, Differs: IntakeWaiting, Edited: IntakeWaiting},
		IntakeReady:     {Paid: IntakeReady, Held: IntakeHeld, Released: IntakeReady, Accepted: IntakeAccepted, CancelledAll: IntakeCancelled, Differs: IntakeReady, Edited: IntakeReady},
		IntakeHeld:      {Paid: IntakeHeld, Released: IntakeReady, CancelledAll: IntakeCancelled, Differs: IntakeHeld, Edited: IntakeHeld},
		IntakeAccepted:  {Paid: IntakeAccepted, CancelledAll: IntakeCancelled, Differs: IntakeAccepted, Erased: IntakeAccepted},
		IntakeCancelled: {Paid: IntakeCancelled, Differs: IntakeCancelled, Erased: IntakeCancelled},
		IntakeOld:       {Paid: IntakeOld, Held: IntakeHeld, Released: IntakeReady, CancelledAll: IntakeCancelled, Differs: IntakeOld, Erased: IntakeOld},
	}
	for _, state := range intakeStates {
		for _, kind := range allEvents() {
			before := Intake{state}
			got, err := before.Apply(Event{Kind: kind})
			checkStep(t, want, state, kind, got.State, err)
			if before.State != state {
				t.Errorf("%s on %q changed the receiver", kind, state)
			}
		}
	}
	for reason, want := range map[string]IntakeState{ReasonOld: IntakeOld, "": IntakeReady} {
		if got, err := (Intake{}).Apply(Event{Kind: Received, Reason: reason}); err != nil || got.State != want {
			t.Errorf("received with the reason %q it is %q, %v", reason, got.State, err)
		}
	}
	unpaid, err := Intake{}.Apply(Event{Kind: Received, Reason: ReasonUnpaid})
	if err != nil || unpaid.State != IntakeWaiting {
		t.Errorf("an unpaid order is %q, %v; it has to wait", unpaid.State, err)
	}
}

func TestDispatchTable(t *testing.T) {
	want := expected[DispatchState]{
		"": {Queued: DispatchQueued},
		DispatchQueued: {Claimed: DispatchSending, Withdrawn: DispatchWithdrawn, Arrived: DispatchSent, Bounced: DispatchQueued,
			HeldBack: DispatchHeld, Shadowed: DispatchShadow},
		DispatchSending: {Claimed: DispatchSending, Marked: DispatchMarked, SentOK: DispatchSent, Postponed: DispatchQueued,
			Failed: DispatchFailed, Doubted: DispatchUnsure, Arrived: DispatchSent, Bounced: DispatchSending},
		DispatchMarked: {SentOK: DispatchSent, Postponed: DispatchQueued, Failed: DispatchFailed, Doubted: DispatchUnsure, Arrived: DispatchSent,
			Bounced: DispatchMarked},
		DispatchSent:      {Bounced: DispatchSent, Again: DispatchReplaced, Arrived: DispatchSent, Withdrawn: DispatchWithdrawn},
		DispatchFailed:    {Again: DispatchReplaced, Arrived: DispatchSent, Withdrawn: DispatchWithdrawn, Bounced: DispatchFailed},
		DispatchUnsure:    {Arrived: DispatchSent, Postponed: DispatchQueued, Failed: DispatchFailed, Bounced: DispatchUnsure, Again: DispatchReplaced, Withdrawn: DispatchWithdrawn},
		DispatchReplaced:  {Bounced: DispatchReplaced, Arrived: DispatchReplaced},
		DispatchWithdrawn: {Bounced: DispatchWithdrawn, Arrived: DispatchWithdrawn, Again: DispatchReplaced},
		DispatchHeld:      {LetGo: DispatchQueued, Withdrawn: DispatchWithdrawn, Arrived: DispatchSent, Bounced: DispatchHeld},
		DispatchShadow:    {Arrived: DispatchSent, Again: DispatchReplaced, Withdrawn: DispatchWithdrawn, Bounced: DispatchShadow},
	}
	next := time.Date(2025, 8, 27, 10, 0, 0, 0, time.UTC)
	for _, state := range dispatchStates {
		for _, kind := range allEvents() {
			before := Dispatch{State: state, Epoch: 4, Attempts: 2, Next: next}
			e := Event{Kind: kind, Epoch: 4}
			if kind == Claimed {
				e.Epoch = 5
			}
			got, err := before.Apply(e)
			checkStep(t, want, state, kind, got.State, err)
			if before != (Dispatch{state, 2, 4, next}) {
				t.Errorf("%s on %q changed the receiver", kind, state)
			}
			if err != nil && got != before {
				t.Errorf("%s on %q is refused and gives %+v", kind, state, got)
			}
			if err == nil && kind == Claimed && (got.Attempts != 3 || got.Epoch != 5) {
				t.Errorf("claimed in %q: %+v; expected the third attempt in epoch 5", state, got)
			}
			if err == nil && got.State != DispatchQueued && kind != Bounced && !got.Next.IsZero() {
				t.Errorf("%s on %q: is %s and still waits for %s", kind, state, got.State, got.Next)
			}
		}
	}
}

func TestDispatchWaits(t *testing.T) {
	next := time.Date(2025, 8, 27, 10, 0, 0, 0, time.UTC)
	queued, err := Dispatch{}.Apply(Event{Kind: Queued, Next: next})
	if err != nil || !queued.Next.Equal(next) {
		t.Fatalf("queued: %+v, %v", queued, err)
	}
	bounced, err := queued.Apply(Event{Kind: Bounced})
	if err != nil || bounced != queued {
		t.Errorf("a bounce of an earlier attempt made it %+v, %v", bounced, err)
	}
	marked := Dispatch{State: DispatchMarked, Epoch: 4, Attempts: 1}
	later, err := marked.Apply(Event{Kind: Postponed, Epoch: 4, Next: next})
	if err != nil || later != (Dispatch{DispatchQueued, 1, 4, next}) {
		t.Errorf("postponed: %+v, %v", later, err)
	}
}

func TestFencing(t *testing.T) {
	cases := []struct {
		name  string
		from  DispatchState
		on    EventKind
		epoch int64
		fits  bool
	}{
		{"a claim needs a new epoch", DispatchQueued, Claimed, 7, false},
		{"a claim with an older epoch", DispatchQueued, Claimed, 6, false},
		{"a claim without an epoch", DispatchQueued, Claimed, 0, false},
		{"a claim", DispatchQueued, Claimed, 8, true},
		{"taking over with the same epoch", DispatchSending, Claimed, 7, false},
		{"taking over", DispatchSending, Claimed, 9, true},
		{"a mark of the claim", DispatchSending, Marked, 7, true},
		{"a mark of an older claim", DispatchSending, Marked, 6, false},
		{"a mark of a claim that never was", DispatchSending, Marked, 8, false},
		{"a mark without an epoch", DispatchSending, Marked, 0, false},
		{"sent", DispatchMarked, SentOK, 7, true},
		{"sent by an older claim", DispatchMarked, SentOK, 6, false},
		{"refused, by an older claim", DispatchMarked, Failed, 6, false},
		{"later, by an older claim", DispatchSending, Postponed, 6, false},
		{"unsure, by an older claim", DispatchMarked, Doubted, 6, false},
		{"the lease ended before the mark", DispatchSending, Postponed, 0, true},
		{"the lease ended behind the mark", DispatchMarked, Doubted, 0, true},
		{"evidence, whoever sent", DispatchUnsure, Arrived, 0, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := Dispatch{State: c.from, Epoch: 7, Attempts: 1}
			got, err := before.Apply(Event{Kind: c.on, Epoch: c.epoch})
			if c.fits && err != nil {
				t.Errorf("refused: %v", err)
			}
			if !c.fits && (!errors.Is(err, ErrFenced) || got != before) {
				t.Errorf("%+v, %v; expected ErrFenced and no change", got, err)
			}
		})
	}
}

// inState gives a purchase order of two lines in each state, with one package shipped where something was.
func inState(t *testing.T, state POState) PurchaseOrder {
	t.Helper()
	steps := map[POState][]Event{
		POOpen:         {},
		POAcknowledged: {{Kind: Acknowledged}},
		POBackordered:  {{Kind: Backordered, Lines: []LineQuantity{{"2", 1}}}},
		POPartial:      {{Kind: Shipped, Lines: []LineQuantity{{"1", 2}}, Packages: []PackageID{9}}},
		POShipped:      {{Kind: Shipped, Packages: []PackageID{9}}},
		POOutOfStock:   {{Kind: OutOfStock, Lines: []LineQuantity{{"1", 1}}}},
		PORejected:     {{Kind: Rejected}},
		POCancelled:    {{Kind: Cancelled}},
	}
	if state == "" {
		return PurchaseOrder{Number: "1001-A"}
	}
	return after(t, placed(t, 2, 3), steps[state]...)
}

func TestPurchaseOrderTable(t *testing.T) {
	live := []EventKind{Acknowledged, Backordered, OutOfStock, Rejected, Shipped, Cancelled, Restored}
	allowed := map[POState][]EventKind{
		"": {Placed}, POOpen: live, POAcknowledged: live, POBackordered: live, POPartial: append([]EventKind{Corrected}, live...),
		POOutOfStock: live, PORejected: live, POShipped: {Acknowledged, Corrected}, POCancelled: {},
	}
	for _, state := range poStates {
		for _, kind := range allEvents() {
			before := inState(t, state)
			if before.State() != state {
				t.Fatalf("the example of %q is %q", state, before.State())
			}
			e := Event{Kind: kind, Packages: []PackageID{9, 10}}
			if kind == Placed {
				e.Lines = []LineQuantity{{"1", 1}}
			}
			shown := fmt.Sprintf("%+v", before)
			got, err := before.Apply(e)
			if fmt.Sprintf("%+v", before) != shown {
				t.Errorf("%s on %q changed the receiver", kind, state)
			}
			switch {
			case slices.Contains(allowed[state], kind):
				if err != nil {
					t.Errorf("%s on %q: %v", kind, state, err)
				}
			case kind == Corrected && state != "" && state != POCancelled:
				if !errors.Is(err, ErrLine) { // allowed, but there is no package yet
					t.Errorf("%s on %q: %v, expected ErrLine", kind, state, err)
				}
			case !errors.Is(err, ErrTransition):
				t.Errorf("%s on %q: %v, expected ErrTransition", kind, state, err)
			case fmt.Sprintf("%+v", got) != shown:
				t.Errorf("%s on %q is refused and gives %+v", kind, state, got)
			}
		}
	}
}

func checkStep[S ~string](t *testing.T, want expected[S], from S, on EventKind, got S, err error) {
	t.Helper()
	to, allowed := want[from][on]
	switch {
	case allowed && err != nil:
		t.Errorf("%s on %q: %v", on, from, err)
	case allowed && got != to:
		t.Errorf("%s on %q leads to %q, expected %q", on, from, got, to)
	case !allowed && !errors.Is(err, ErrTransition):
		t.Errorf("%s on %q leads to %q, %v; expected ErrTransition", on, from, got, err)
	case !allowed && got != from:
		t.Errorf("%s on %q is refused and leads to %q", on, from, got)
	}
}

// TestTables holds that the tables name known states and events only, each pair once, and that every state can be reached.
func TestTables(t *testing.T) {
	check := func(name string, table []Transition, states []string, events []EventKind) {
		seen := map[Transition]bool{}
		reached := map[string]bool{"": true}
		for _, tr := range table {
			if seen[tr] || !slices.Contains(states, tr.From) || !slices.Contains(events, tr.On) || tr.To != Derived && !slices.Contains(states, tr.To) {
				t.Errorf("%s: %+v stands there twice, or names a state or an event that is not there", name, tr)
			}
			seen[tr] = true
			reached[tr.To] = true
		}
		for _, s := range states {
			if !reached[s] && !reached[Derived] {
				t.Errorf("%s: nothing leads to %q", name, s)
			}
		}
		for _, e := range events {
			if !slices.ContainsFunc(table, func(tr Transition) bool { return tr.On == e }) {
				t.Errorf("%s: %s is never possible", name, e)
			}
		}
	}
	check("intake", IntakeTransitions(), texts(intakeStates), intakeEvents)
	check("dispatch", DispatchTransitions(), texts(dispatchStates), dispatchEvents)
	check("purchase order", POTransitions(), texts(poStates), poEvents)
}

func texts[S ~string](states []S) []string {
	out := make([]string, len(states))
	for i, s := range states {
		out[i] = string(s)
	}
	return out
}
