package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"waybill/daemon/order"
)

// Tx is what a function given to Write or View works with. It is valid until that function returns, in its goroutine only.
type Tx struct {
	store *Store
	sess  *session
	// ctx is the caller's: looked at between statements. run is what statements get; in Write it never ends, because
	// an interrupted statement would take the whole batch with it.
	ctx, run context.Context
	owner    *request // in Write: whose function runs
	write    bool
	dirty    bool  // something was written
	broken   error // the first error of the database: whatever the function makes of it, the transaction is lost
	ids      ids
	recorded []order.Event
	pos      map[order.POID]order.PurchaseOrder // read or saved by this Tx
}

// ids are the last ones given. The writer alone gives them, see writer.
type ids struct{ seq, order, po, dispatch, item, pkg, exception, rule int64 }

const sqlLastIDs = `SELECT (SELECT COALESCE(max(seq), 0) FROM journal), (SELECT COALESCE(max(id), 0) FROM orders),
	(SELECT COALESCE(max(id), 0) FROM purchase_orders), (SELECT COALESCE(max(id), 0) FROM outbox), (SELECT COALESCE(max(id), 0) FROM items),
	(SELECT COALESCE(max(id), 0) FROM packages), (SELECT COALESCE(max(id), 0) FROM exceptions), (SELECT COALESCE(max(id), 0) FROM rules)`

// columns is where sqlLastIDs goes.
func (i *ids) columns() []any {
	return []any{&i.seq, &i.order, &i.po, &i.dispatch, &i.item, &i.pkg, &i.exception, &i.rule}
}

func take(last *int64) int64 {
	*last++
	return *last
}

// Recorded are the events that the function has added to the journal so far.
func (tx *Tx) Recorded() []order.Event { return tx.recorded }

// Now is the store's time, as it would be stored.
func (tx *Tx) Now() time.Time { return tx.store.now() }

func (tx *Tx) ready() error {
	if tx.broken != nil {
		return tx.broken
	}
	return tx.ctx.Err()
}

// fault notes an error of the database.
func (tx *Tx) fault(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if !tx.write && tx.ctx.Err() != nil {
		err = tx.ctx.Err() // that is why the statement was interrupted
	}
	tx.broken = err
	return err
}

// exec changes rows and tells how many.
func (tx *Tx) exec(query string, args ...any) (int64, error) {
	args, err := tx.changing(args)
	if err != nil {
		return 0, err
	}
	n, err := tx.sess.exec(tx.run, query, args)
	return n, tx.fault(err)
}

// later is exec for a statement of which nothing but an error is of interest; the error may come with a later statement.
func (tx *Tx) later(query string, args ...any) error {
	args, err := tx.changing(args)
	if err != nil {
		return err
	}
	return tx.fault(tx.sess.later(tx.run, tx.owner, query, args))
}

// changing prepares for a statement that changes something.
func (tx *Tx) changing(args []any) ([]any, error) {
	if err := tx.ready(); err != nil {
		return nil, err
	}
	if !tx.write {
		return nil, ErrReadOnly
	}
	args, err := values(args)
	tx.dirty = tx.dirty || err == nil
	return args, err
}

// scanner is a row that can be read: *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// one reads one row, or gives ErrNotFound.
func (tx *Tx) one(scan func(scanner) error, query string, args ...any) error {
	found := false
	err := tx.each(func(row scanner) error {
		found = true
		return scan(row)
	}, query, args...)
	if err == nil && !found {
		return ErrNotFound
	}
	return err
}

// errEnough ends each early, without an error.
var errEnough = errors.New("enough")

// each reads all rows of a query. scan must not use the Tx.
func (tx *Tx) each(scan func(scanner) error, query string, args ...any) error {
	if err := tx.ready(); err != nil {
		return err
	}
	args, err := values(args)
	if err != nil {
		return err
	}
	err = tx.sess.query(tx.run, func(row scanner) error {
		err := scan(row)
		if err != nil && !errors.Is(err, errEnough) && !errors.Is(err, ErrDamaged) {
			err = &ownError{err}
		}
		return err
	}, query, args)
	var own *ownError
	switch {
	case errors.Is(err, errEnough):
		return nil
	case errors.As(err, &own):
		return own.err
	}
	return tx.fault(err)
}

// ownError is an error of a scan function: nothing is wrong with the transaction.
type ownError struct{ err error }

func (e *ownError) Error() string { return e.err.Error() }

// list reads all rows of a query into a slice.
func list[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	var rows []T
	err := tx.each(func(row scanner) error {
		r, err := scan(row)
		rows = append(rows, r)
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// get reads one row of a query, or gives ErrNotFound.
func get[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	var found T
	err := tx.one(func(row scanner) (err error) {
		found, err = scan(row)
		return err
	}, query, args...)
	return found, err
}

// conditions builds the WHERE of a listing from what its filter asks for.
type conditions struct {
	terms []string
	args  []any
}

func (c *conditions) when(asked bool, term string, args ...any) {
	if asked {
		c.terms = append(c.terms, term)
		c.args = append(c.args, args...)
	}
}

// listing completes a query with the conditions and a tail ("ORDER BY …"), and a limit where there is one.
func (c *conditions) listing(query, tail string, limit int) (string, []any) {
	if len(c.terms) > 0 {
		query += " WHERE " + strings.Join(c.terms, " AND ")
	}
	query += " " + tail
	args := c.args
	if limit > 0 {
		query += " LIMIT ?"
		args = append(args, limit)
	}
	return query, args
}

// encode makes the JSON of a document. Signs like & stay readable, so that a search finds them.
func encode(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fmt.Errorf("store %T: %w", v, err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// decode reads a stored document.
func decode(what, document string, v any) error {
	if err := json.Unmarshal([]byte(document), v); err != nil {
		return fmt.Errorf("%s: %w: %w", what, ErrDamaged, err)
	}
	return nil
}
