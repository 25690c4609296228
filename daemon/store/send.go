package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"waybill/daemon/order"
)

// Claim takes at most limit due messages of a lane, longest due first, and leases them to this node: until the lease ends no
// other node touches them. allow says which targets may be sent to now (nil: all); it is asked inside the transaction and
// must not use the store. The rows come with bodies and with the epoch that Mark and Settle want.
func (s *Store) Claim(ctx context.Context, lane string, limit int, lease time.Duration, allow func(target string) bool) ([]DispatchRow, error) {
	return s.ClaimWith(ctx, lane, limit, lease, nil, allow)
}

// ClaimWith is Claim with something to look at before, in the same transaction.
func (s *Store) ClaimWith(ctx context.Context, lane string, limit int, lease time.Duration, before func(*Tx) error, allow func(target string) bool) ([]DispatchRow, error) {
	s.claimed.Store(true)
	var claimed []DispatchRow
	err := s.Write(ctx, func(tx *Tx) error {
		if before != nil {
			if err := before(tx); err != nil {
				return err
			}
		}
		var err error
		claimed, err = tx.claim(lane, limit, lease, allow)
		return err
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

func (tx *Tx) claim(lane string, limit int, lease time.Duration, allow func(string) bool) ([]DispatchRow, error) {
	now := tx.store.now()
	refused := map[string]bool{}
	var claimed []DispatchRow
	for len(claimed) < limit {
		due, err := tx.due(lane, now, limit-len(claimed), refused)
		if err != nil || len(due) == 0 {
			return claimed, err
		}
		for _, row := range due {
			if allow != nil && !refused[row.Target] && !allow(row.Target) {
				refused[row.Target] = true
			}
			if refused[row.Target] {
				continue
			}
			if held, err := tx.heldBack(row.Purpose); err != nil {
				return nil, err
			} else if held {
				refused[row.Target] = true
				continue
			}
			row.LeaseOwner, row.LeaseUntil = tx.store.node, stored(now.Add(lease))
			if _, err := tx.recordDispatch(&row, order.Event{Kind: order.Claimed, At: now, Dispatch: row.ID, Epoch: row.Epoch + 1}); err != nil {
				return nil, err
			}
			if row.Message.Body, err = tx.Evidence(row.Message.SHA256); err != nil {
				return nil, err
			}
			claimed = append(claimed, row)
		}
	}
	return claimed, nil
}

// due reads due rows of the lane, without those to refused targets.
func (tx *Tx) due(lane string, now time.Time, limit int, refused map[string]bool) ([]DispatchRow, error) {
	query := outboxTable.selects + ` WHERE lane = ? AND state = 'queued' AND next_at <= ?`
	args := []any{lane, now}
	if len(refused) > 0 {
		query += ` AND target NOT IN (?` + strings.Repeat(`, ?`, len(refused)-1) + `)`
		for target := range refused {
			args = append(args, target)
		}
	}
	return list(tx, scanDispatch, query+` ORDER BY next_at, id LIMIT ?`, append(args, limit)...)
}

// Mark makes durable that from now on the other side may act on the message; the byte that lets it act may be sent only after
// Mark returned nil. order.ErrFenced when the lease has ended or another sender has the message.
func (s *Store) Mark(ctx context.Context, id order.DispatchID, epoch int64) error {
	return s.MarkWith(ctx, id, epoch, nil)
}

// MarkWith is Mark with something to look at before, in the same transaction: its error is the mark's.
func (s *Store) MarkWith(ctx context.Context, id order.DispatchID, epoch int64, before func(*Tx, DispatchRow) error) error {
	return s.Write(ctx, func(tx *Tx) error {
		row, err := tx.outboxRow(id)
		if err != nil {
			return err
		}
		if held, err := tx.heldBack(row.Purpose); err != nil {
			return err
		} else if held {
			return fmt.Errorf("mark dispatch %d: %w", id, ErrHeld)
		}
		now := tx.store.now()
		if row.Epoch != epoch || row.LeaseOwner != tx.store.node || !now.Before(row.LeaseUntil) {
			return fmt.Errorf("mark dispatch %d: %w", id, order.ErrFenced)
		}
		if before != nil {
			if err := before(tx, row); err != nil {
				return err
			}
		}
		_, err = tx.recordDispatch(&row, order.Event{Kind: order.Marked, At: now, Dispatch: id, Epoch: epoch})
		return err
	})
}

// Verdict is how an attempt ended, for Settle.
type Verdict struct {
	Kind   order.EventKind // order.SentOK, Postponed, Failed or Doubted
	Next   time.Time       // Postponed: not before
	Reason string          // a code for the journal: "smtp_550"
	Answer string          // the other side's words
	Help   string          // what a person can do
}

// Settle ends an attempt. order.ErrFenced when another sender has taken the message over since the claim.
func (s *Store) Settle(ctx context.Context, id order.DispatchID, epoch int64, kind order.EventKind, next time.Time, reason, answer, help string) error {
	return s.SettleWith(ctx, id, epoch, Verdict{kind, next, reason, answer, help}, nil)
}

// SettleWith is Settle with more to write in the same transaction: what the news means for purchase orders and exceptions.
//
// A sender that was slow may find its message held as unsure (DoubtWith, ExpireWith), or settled by evidence or a person. Its answer still counts: that the
// message was taken is proof that it has arrived, and that it was refused is proof that it has not, as long as nobody has decided. also does not run when there
// is nothing new.
func (s *Store) SettleWith(ctx context.Context, id order.DispatchID, epoch int64, v Verdict, also func(*Tx) error) error {
	switch v.Kind {
	case order.SentOK, order.Postponed, order.Failed, order.Doubted:
	default:
		return fmt.Errorf("settle dispatch %d by %s: %w", id, v.Kind, order.ErrTransition)
	}
	return s.Write(offDuty(ctx), func(tx *Tx) error {
		row, err := tx.outboxRow(id)
		if err != nil {
			return err
		}
		if row.Epoch != epoch {
			return fmt.Errorf("settle dispatch %d: %w", id, order.ErrFenced)
		}
		e := order.Event{Kind: v.Kind, Dispatch: id, Epoch: epoch, Next: v.Next, Reason: v.Reason}
		row.Answer, row.Help = v.Answer, v.Help
		switch {
		case row.State == order.DispatchSending, row.State == order.DispatchMarked:
		case v.Kind == order.SentOK:
			e.Kind, e.By = order.Arrived, "sender"
		case row.State != order.DispatchUnsure:
			return nil // it was decided meanwhile
		case v.Kind == order.Doubted:
			return tx.saveDispatch(row) // known; what was said in the end is news
		}
		if _, err = tx.recordDispatch(&row, e); err != nil || also == nil {
			return err
		}
		return also(tx)
	})
}

// DoubtWith makes doubts of what was marked longer ago than patience and has no verdict, by the clock that marks: its answer is slow to come, or its sender
// is gone and its lease not over. also runs in the same transaction about each, so that none is without the exception that puts it before a person. A sender
// that is still listening may settle it later (SettleWith).
func (s *Store) DoubtWith(ctx context.Context, patience time.Duration, also func(*Tx, DispatchRow) error) error {
	overdue := func(tx *Tx) ([]DispatchRow, error) {
		return list(tx, scanDispatch, outboxTable.selects+` WHERE state = 'marked' AND marked_at <= ? ORDER BY id`, tx.store.now().Add(-patience))
	}
	var found []DispatchRow
	err := s.View(ctx, func(tx *Tx) (err error) {
		found, err = overdue(tx)
		return err
	})
	if err != nil || len(found) == 0 {
		return err
	}
	return s.Write(ctx, func(tx *Tx) error {
		rows, err := overdue(tx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if _, err := tx.recordDispatch(&row, order.Event{Kind: order.Doubted, Dispatch: row.ID, Reason: "no_answer"}); err != nil {
				return err
			}
			if err := also(tx, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// Expire takes back what a sender has claimed and not settled in the time of its lease: without a mark it is queued again at
// once (freed), with one nobody knows (doubted). With all, at the start of a process that has claimed nothing yet, it takes back
// what cannot be under way any more, however long its lease: on SQLite, with its only process, everything; on PostgreSQL, where
// others may be alive, what an earlier process of this node's name had. Rows come without bodies.
func (s *Store) Expire(ctx context.Context, all bool) (freed, doubted []DispatchRow, err error) {
	return s.ExpireWith(ctx, all, nil)
}

// ExpireWith is Expire with more to write in the same transaction about each doubt, so that none is without the exception that
// puts it before a person.
func (s *Store) ExpireWith(ctx context.Context, all bool, doubt func(*Tx, DispatchRow) error) (freed, doubted []DispatchRow, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		freed, doubted = nil, nil
		now := tx.store.now()
		query := outboxTable.selects + ` WHERE state IN ('sending', 'marked') AND lease_until <= ? ORDER BY id`
		args := []any{now}
		switch {
		case !all || s.claimed.Load(): // what bears this node's name may be under way here
		case s.dialect == sqliteDialect:
			query, args = outboxTable.selects+` WHERE state IN ('sending', 'marked') ORDER BY id`, nil
		default:
			query = outboxTable.selects + ` WHERE state IN ('sending', 'marked') AND (lease_until <= ? OR lease_owner = ?) ORDER BY id`
			args = append(args, tx.store.node)
		}
		rows, err := list(tx, scanDispatch, query, args...)
		if err != nil {
			return err
		}
		freed, doubted, err = tx.takeBack(rows, now, doubt)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return freed, doubted, nil
}

// takeBack queues anew what has no mark, and holds what has one.
func (tx *Tx) takeBack(rows []DispatchRow, now time.Time, doubt func(*Tx, DispatchRow) error) (freed, doubted []DispatchRow, err error) {
	for _, row := range rows {
		e := order.Event{Kind: order.Postponed, At: now, Dispatch: row.ID, Next: now, Reason: "lease_ended"}
		if row.State == order.DispatchMarked {
			e.Kind, e.Next = order.Doubted, time.Time{}
		}
		if _, err := tx.recordDispatch(&row, e); err != nil {
			return nil, nil, err
		}
		if e.Kind != order.Doubted {
			freed = append(freed, row)
			continue
		}
		doubted = append(doubted, row)
		if doubt == nil {
			continue
		}
		if err := doubt(tx, row); err != nil {
			return nil, nil, err
		}
	}
	return freed, doubted, nil
}

func isNotFound(err error) bool { return errors.Is(err, ErrNotFound) }
