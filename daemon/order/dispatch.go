package order

import "time"

// Purpose says what a dispatch is for. All of them go through the same outbox under the same protocol.
type Purpose string

const (
	PurposeOrder    Purpose = "order"    // purchase orders to a supplier
	PurposeTracking Purpose = "tracking" // news to the channel
	PurposeCustomer Purpose = "customer" // shipping mail to the customer
	PurposeOperator Purpose = "operator" // digest and alerts to the people at the shop
	PurposeSupplier Purpose = "supplier" // other mail to a supplier: cancellation request, chase, question
)

// DispatchState says what is known of an attempt to tell somebody something.
type DispatchState string

const (
	DispatchQueued    DispatchState = "queued"    // waits for its time and a free sender
	DispatchSending   DispatchState = "sending"   // claimed; the other side cannot have acted yet
	DispatchMarked    DispatchState = "marked"    // the mark is durable: from here on the other side may have acted
	DispatchSent      DispatchState = "sent"      // the other side has it
	DispatchFailed    DispatchState = "failed"    // it did not arrive and will not by itself
	DispatchUnsure    DispatchState = "unsure"    // nobody knows: held for evidence or a person
	DispatchReplaced  DispatchState = "replaced"  // a person had it sent again as a new dispatch
	DispatchWithdrawn DispatchState = "withdrawn" // given up
	DispatchHeld      DispatchState = "held"      // waits for a person to let it go: no sender takes it
	DispatchShadow    DispatchState = "shadow"    // made while shadow mode was on: nobody outside has seen it, and no sender takes it
)

// DispatchTransitions is the table of a dispatch. It is not to be changed.
//
// Bounced stands in every state: a report may overtake the server's own answer, and name an attempt that was replaced since.
func DispatchTransitions() []Transition { return dispatchTable }

var dispatchTable = []Transition{
	{"", Queued, "queued"},
	{"queued", HeldBack, "held"},
	{"queued", Shadowed, "shadow"},
	{"queued", Claimed, "sending"},
	{"queued", Withdrawn, "withdrawn"},
	{"queued", Arrived, "sent"},
	{"queued", Bounced, "queued"},
	{"sending", Claimed, "sending"}, // the lease ran out before the mark: another sender takes over
	{"sending", Marked, "marked"},
	{"sending", SentOK, "sent"}, // found already there, or a transport that needs no mark
	{"sending", Postponed, "queued"},
	{"sending", Failed, "failed"},
	{"sending", Doubted, "unsure"},
	{"sending", Arrived, "sent"},
	{"sending", Bounced, "sending"},
	{"marked", SentOK, "sent"},
	{"marked", Postponed, "queued"}, // the other side refused it in words
	{"marked", Failed, "failed"},
	{"marked", Doubted, "unsure"},
	{"marked", Arrived, "sent"},
	{"marked", Bounced, "marked"},
	{"sent", Bounced, "sent"},
	{"sent", Again, "replaced"},
	{"sent", Withdrawn, "withdrawn"}, // it bounced, and a person gives it up
	{"sent", Arrived, "sent"},
	{"failed", Again, "replaced"},
	{"failed", Arrived, "sent"},
	{"failed", Withdrawn, "withdrawn"},
	{"failed", Bounced, "failed"},
	{"unsure", Arrived, "sent"},
	{"unsure", Bounced, "unsure"},
	{"unsure", Postponed, "queued"}, // a look at the other side, or its late answer, proved that it did not arrive
	{"unsure", Failed, "failed"},    // its late answer refused it
	{"unsure", Again, "replaced"},
	{"unsure", Withdrawn, "withdrawn"},
	{"replaced", Bounced, "replaced"},
	{"replaced", Arrived, "replaced"},
	{"withdrawn", Bounced, "withdrawn"},
	{"withdrawn", Again, "replaced"}, // a person thinks better of it: else nothing would ever tell the supplier
	{"withdrawn", Arrived, "withdrawn"},
	{"held", LetGo, "queued"},
	{"held", Withdrawn, "withdrawn"},
	{"held", Arrived, "sent"},
	{"held", Bounced, "held"},
	{"shadow", Arrived, "sent"}, // told by hand, as a person or the supplier's own answer says
	{"shadow", Again, "replaced"},
	{"shadow", Withdrawn, "withdrawn"},
	{"shadow", Bounced, "shadow"},
}

// Dispatch is the state of one row of the outbox. Its zero value is a dispatch that is not queued yet.
type Dispatch struct {
	State    DispatchState `json:"state"`
	Attempts int           `json:"attempts,omitempty"` // claims so far
	Epoch    int64         `json:"epoch,omitempty"`    // of the last claim: a sender with an older one may not mark or settle
	Next     time.Time     `json:"next,omitzero"`      // while queued: not before
}

// Apply gives the dispatch after the event. Errors, with the dispatch as it was: ErrTransition when the state does not allow
// the event; ErrFenced when Claimed does not come with a higher epoch than the last claim, Marked not with the claim's own, or a
// verdict (SentOK, Postponed, Failed, Doubted) with another one. A verdict without an epoch is not a sender's: the lease has ended.
func (d Dispatch) Apply(e Event) (Dispatch, error) {
	to, err := next(dispatchTable, string(d.State), e.Kind)
	if err != nil {
		return d, err
	}
	switch e.Kind {
	case Bounced:
		return d, nil // also while it waits to be tried again: Next stays
	case Claimed:
		if e.Epoch <= d.Epoch {
			return d, ErrFenced
		}
		d.Epoch = e.Epoch
		d.Attempts++
	case Marked:
		if e.Epoch != d.Epoch {
			return d, ErrFenced
		}
	case SentOK, Postponed, Failed, Doubted:
		if e.Epoch != 0 && e.Epoch != d.Epoch {
			return d, ErrFenced
		}
	}
	d.State, d.Next = DispatchState(to), time.Time{}
	if d.State == DispatchQueued {
		d.Next = e.Next
	}
	return d, nil
}
