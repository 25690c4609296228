package rig

import (
	"slices"

	"waybill/daemon/flow"
	"waybill/daemon/store"
)

// closes tells how waybill itself may close an exception, by kind: what is not here waits for a person, who closes it under their own name. A doubt, and what
// stands still, end with what became of the message; what is about a state, with that state; what an order was about, with the order.
var closes = map[flow.ExceptionKind][]string{
	flow.SendUnsure:     {"arrived", "looked", "sent", "refused"},
	flow.SendStuck:      {"sent", "refused", "is_over"},
	flow.AccountFailing: {"works_again"},
	flow.SupplierLate:   {"answered", "changed"},
	flow.OrderChanged:   {"overtaken"}, // by a still newer one, about which the person is asked instead
	flow.NotTaken:       {"taken"},
	flow.SourceSilent:   {"is_over"},
	flow.QueueStands:    {"is_over"},
	flow.BackupFailing:  {"is_over"},
	flow.BackupOld:      {"is_over"},
	flow.FormatDrift:    {"mended"},
}

// auditExceptions holds that no question went away before somebody answered it. The caller holds the lock.
func (o *outside) auditExceptions(tx *store.Tx) error {
	rows, err := tx.Exceptions(store.ExceptionFilter{})
	if err != nil {
		return err
	}
	for _, x := range rows {
		if x.SettledAt.IsZero() || x.By == "desk" || x.By == "cli" { // a person in its process, or over the socket
			continue
		}
		if !slices.Contains(closes[flow.ExceptionKind(x.Kind)], x.Action) {
			o.problem("exception %d (%s) was closed by %q with %q, and nobody had answered it", x.ID, x.Kind, x.By, x.Action)
		}
	}
	return nil
}
