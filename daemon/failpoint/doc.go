// Package failpoint names the moments at which the process may be killed to see what becomes of its books: before and after each commit of
// the store, each write to a connection, and each change of a file outside of the books. daemon/rig's crash runner goes through all of them.
//
// A program that was built in the ordinary way has none: the functions are empty, On is a constant, and no variable, file or signal can bring
// the points back. Only `go build -tags failpoint` makes them real. Then the environment says at which one to die, by SIGKILL as a crash does:
//
//	WAYBILL_FAILPOINT=N        at the N-th moment of this process, counted over all names
//	WAYBILL_FAILPOINT=NAME#N   at the N-th moment of that name, like smtp.write.before#3
//	WAYBILL_FAILPOINT=A,B      at whichever comes first
//	WAYBILL_FAILPOINT_TRACE=F  appends a line with the names of each moment to the file F
//
// A name is package.step.before or package.step.after. A commit has the names of the functions whose changes are in it, so that a new step needs no
// point of its own: flow.Keep.before is the moment in which what came in is written and not yet durable.
package failpoint

import (
	"context"
	"net"
)

// When says on which side of a step a moment lies.
type When string

const (
	Before When = ".before"
	After  When = ".after"
)

// Dialing is what opens connections.
type Dialing interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}
