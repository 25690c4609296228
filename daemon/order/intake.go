package order

// IntakeState says how far an order came on its way in.
type IntakeState string

const (
	IntakeNone      IntakeState = ""          // not known yet
	IntakeWaiting   IntakeState = "waiting"   // not paid: nothing happens until it is
	IntakeReady     IntakeState = "ready"     // paid or released; gates and routing come next, in the same transaction where possible
	IntakeHeld      IntakeState = "held"      // a gate or routing wants a person
	IntakeAccepted  IntakeState = "accepted"  // has its purchase orders
	IntakeCancelled IntakeState = "cancelled" // the shop does not want it any more
	IntakeOld       IntakeState = "old"       // older than start_at: in the books, and nothing happens unless a person asks for it
)

// IntakeTransitions is the table of the order's intake. It is not to be changed.
func IntakeTransitions() []Transition { return intakeTable }

var intakeTable = []Transition{
	{"", Received, "ready"},
	{"", Received, "waiting"}, // with ReasonUnpaid
	{"", Received, "old"},     // with ReasonOld
	{"waiting", Paid, "ready"},
	{"waiting", Held, "held"},
	{"waiting", Released, "ready"},
	{"waiting", CancelledAll, "cancelled"},
	{"waiting", Differs, "waiting"},
	{"waiting", Edited, "waiting"},
	{"ready", Paid, "ready"},     // released before it was paid
	{"ready", Released, "ready"}, // a person pushes on what did not get further
	{"ready", Held, "held"},
	{"ready", Accepted, "accepted"},
	{"ready", CancelledAll, "cancelled"},
	{"ready", Differs, "ready"},
	{"ready", Edited, "ready"},
	{"held", Paid, "held"},
	{"held", Released, "ready"},
	{"held", CancelledAll, "cancelled"},
	{"held", Differs, "held"},
	{"held", Edited, "held"},
	{"accepted", Paid, "accepted"},
	{"accepted", CancelledAll, "cancelled"},
	{"accepted", Differs, "accepted"},
	{"accepted", Erased, "accepted"}, // when all of its purchase orders are closed
	{"cancelled", Paid, "cancelled"},
	{"cancelled", Differs, "cancelled"},
	{"cancelled", Erased, "cancelled"},
	{"old", Paid, "old"},
	{"old", Held, "held"}, // paid after start_at: it may be that nobody has served it
	{"old", Released, "ready"},
	{"old", CancelledAll, "cancelled"},
	{"old", Differs, "old"},
	{"old", Erased, "old"},
}

// ReasonUnpaid is the reason code of a Received event whose order is not paid: it leads to waiting.
const ReasonUnpaid = "unpaid"

// ReasonOld is the reason code of a Received event whose order is older than the configuration's start_at: it leads to old.
const ReasonOld = "before_start_at"

// Intake is the state of an order's way in. Its zero value is an order that is not known yet.
type Intake struct {
	State IntakeState `json:"state"`
}

// Apply gives the intake after the event. Error: ErrTransition when the state does not allow the event; the intake is then
// the one before.
func (i Intake) Apply(e Event) (Intake, error) {
	to, err := next(intakeTable, string(i.State), e.Kind)
	if err != nil {
		return i, err
	}
	if e.Kind == Received {
		switch e.Reason {
		case ReasonUnpaid:
			to = string(IntakeWaiting)
		case ReasonOld:
			to = string(IntakeOld)
		}
	}
	i.State = IntakeState(to)
	return i, nil
}
