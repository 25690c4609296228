//go:build failpoint

package failpoint

import "testing"

func TestStepOf(t *testing.T) {
	for function, want := range map[string]string{
		"waybill/daemon/flow.(*Flow).Keep.func1":          "flow.Keep",
		"waybill/daemon/flow.cursor.Save":                 "flow.Save",
		"waybill/daemon/flow.(*Flow).tickOnce.func7.1":    "flow.tickOnce",
		"waybill/transports/smtp.(*Sender).dial":          "smtp.dial",
		"waybill/daemon/flow.(*Flow).generations.gowrap2": "flow.generations",
	} {
		if got := stepOf(function); got != want {
			t.Errorf("%s is the step %s, want %s", function, got, want)
		}
	}
}
