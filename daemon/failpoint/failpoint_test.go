//go:build !failpoint

package failpoint

import (
	"net"
	"testing"
)

// An ordinary build has no points: nothing counts, nothing is wrapped, and the environment is not read.
func TestOff(t *testing.T) {
	t.Setenv("WAYBILL_FAILPOINT", "1")
	Hit(Before, "a.step")
	if On || Caller() != "" {
		t.Error("the points are real")
	}
	d := &net.Dialer{}
	if Dialer(d) != Dialing(d) || Listener(nil, "x") != nil {
		t.Error("connections are wrapped")
	}
}
