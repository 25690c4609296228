package imap

import (
	"context"
	"errors"
	"fmt"

	"waybill/transports"
)

var errBusy = errors.New("this mailbox is already being read")

// Receive connects, hands over everything that was not handed over before, folder by folder, and disconnects. A folder that
// can't be read does not keep the others from being read; all errors come joined.
func (a *Account) Receive(ctx context.Context, keep transports.Keep) error {
	v, folders, err := a.visit(ctx, keep)
	if err != nil {
		return err
	}
	defer a.busy.Unlock()
	var errs []error
	for _, f := range folders {
		if err := v.reconcile(ctx, f); err != nil {
			errs = append(errs, fmt.Errorf("mailbox %s: %w", a.cfg.Name, err))
			if !spares(err) {
				v.s.close()
				return errors.Join(errs...)
			}
		}
	}
	if err := v.elsewhere(ctx, folders); err != nil {
		errs = append(errs, fmt.Errorf("mailbox %s: %w", a.cfg.Name, err))
		if !spares(err) {
			v.s.close()
			return errors.Join(errs...)
		}
	}
	v.s.logout()
	return errors.Join(errs...)
}

// visit takes the account, loads its cursor, connects and finds the folders. When it returns without an error the
// caller has to release a.busy.
func (a *Account) visit(ctx context.Context, keep transports.Keep) (*visit, []*folder, error) {
	if a.cfg.Cursor == nil {
		return nil, nil, errors.New("a mailbox without a cursor can't be received from")
	}
	if !a.busy.TryLock() {
		return nil, nil, errBusy
	}
	v, folders, err := a.begin(ctx, keep)
	if err != nil {
		a.busy.Unlock()
		return nil, nil, err
	}
	return v, folders, nil
}

func (a *Account) begin(ctx context.Context, keep transports.Keep) (*visit, []*folder, error) {
	cursor, err := loadCursor(ctx, a.cfg.Cursor)
	if err != nil {
		return nil, nil, keepError(err)
	}
	s, err := a.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	names, uses, err := s.resolveUses(ctx, a.cfg.Folders)
	if err != nil {
		s.close()
		return nil, nil, err
	}
	var folders []*folder
	for _, name := range names {
		if a.folders[name] == nil || a.folders[name].elsewhere {
			a.folders[name] = &folder{name: name}
		}
		a.folders[name].use = uses[name]
		folders = append(folders, a.folders[name])
	}
	return &visit{a: a, s: s, cursor: cursor, keep: keep}, folders, nil
}

// spares reports whether the connection and the other folders are still good after err: the server refused something
// in its own words.
func spares(err error) bool {
	var e *transports.Error
	return errors.As(err, &e) && e.Op != "keep" && !fatal(err)
}
