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
)

// DispatchTransitions is the table of a dispatch.
func DispatchTransitions() []Transition { return dispatchTable }

var dispatchTable = []Transition{
	{"", Queued, "queued"},
	{"queued", Claimed, "sending"},
	{"queued", Withdrawn, "withdrawn"},
	{"queued", Arrived, "sent"},
	{"sending", Claimed, "sending"}, // the lease ran out before the mark: another sender takes over
	{"sending", Marked, "marked"},
	{"sending", SentOK, "sent"}, // found already there, or a transport that needs no mark
	{"sending", Postponed, "queued"},
	{"sending", Failed, "failed"},
	{"sending", Doubted, "unsure"},
	{"sending", Arrived, "sent"},
	{"marked", SentOK, "sent"},
	{"marked", Postponed, "queued"}, // the other side refused it in words
	{"marked", Failed, "failed"},
	{"marked", Doubted, "unsure"},
	{"marked", Arrived, "sent"},
	{"sent", Bounced, "sent"},
	{"sent", Again, "replaced"},
	{"sent", Arrived, "sent"},
	{"failed", Again, "replaced"},
	{"failed", Arrived, "sent"},
	{"failed", Withdrawn, "withdrawn"},
	{"unsure", Arrived, "sent"},
	{"unsure", Bounced, "unsure"},
	{"unsure", Again, "replaced"},
	{"unsure", Withdrawn, "withdrawn"},
	{"replaced", Bounced, "replaced"},
	{"replaced", Arrived, "replaced"},
	{"withdrawn", Bounced, "withdrawn"},
	{"withdrawn", Arrived, "withdrawn"},
}

// Dispatch is the state of one row of the outbox.
type Dispatch struct {
	State    DispatchState `json:"state"`
	Attempts int           `json:"attempts,omitempty"`
	Epoch    int64         `json:"epoch,omitempty"` // of the last claim: a sender with an older one may not mark or settle
	Next     time.Time     `json:"next,omitzero"`   // not before
}

// Apply gives the dispatch after the event, or ErrTransition. Claimed must come with a higher epoch than the last claim;
// Marked and the verdicts must come with the epoch of the claim, unless a person or evidence speaks (Epoch 0).
func (d Dispatch) Apply(e Event) (Dispatch, error) {
	to, err := next(dispatchTable, string(d.State), e.Kind)
	if err != nil {
		return d, err
	}
	switch e.Kind {
	case Claimed:
		if e.Epoch <= d.Epoch {
			return d, ErrFenced
		}
		d.Epoch = e.Epoch
		d.Attempts++
		d.Next = time.Time{}
	case Marked, SentOK, Postponed, Failed, Doubted:
		if e.Epoch != 0 && e.Epoch != d.Epoch {
			return d, ErrFenced
		}
		d.Next = e.Next
	case Queued:
		d.Next = e.Next
	}
	d.State = DispatchState(to)
	return d, nil
}
