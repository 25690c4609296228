package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// pipeline sends PostgreSQL several statements in one round trip. Those whose result nobody waits for are held back until one comes
// whose result is wanted, and go with it: every writer of the database waits while another one waits for the network.
type pipeline struct {
	conn *sql.Conn
	held []heldStatement
}

// maxHeld bounds what is held back at once.
const maxHeld = 128

type heldStatement struct {
	owner *request // whose function wrote it, nil for the writer itself
	query string
	args  []any
}

// lateError is the error of a statement that was held back, when its function was over or had gone on.
type lateError struct {
	owner *request
	err   error
}

func (e *lateError) Error() string { return e.err.Error() }
func (e *lateError) Unwrap() error { return e.err }

// hold keeps a statement until the next run.
func (p *pipeline) hold(owner *request, query string, args []any) {
	p.held = append(p.held, heldStatement{owner, query, args})
}

// run sends what was held back and then this statement. scan gets its rows; nil when it gives none.
func (p *pipeline) run(ctx context.Context, scan func(scanner) error, query string, args []any) (tag pgconn.CommandTag, err error) {
	var own error // of scan: the connection is well
	err = p.conn.Raw(func(driver any) error {
		var batch pgx.Batch
		for _, s := range p.held {
			batch.Queue(s.query, s.args...)
		}
		batch.Queue(query, args...)
		results := driver.(*stdlib.Conn).Conn().SendBatch(ctx, &batch)
		tag, own, err = p.collect(results, scan)
		return errors.Join(err, results.Close())
	})
	clear(p.held)
	p.held = p.held[:0]
	if err == nil {
		err = own
	}
	return tag, err
}

func (p *pipeline) collect(results pgx.BatchResults, scan func(scanner) error) (tag pgconn.CommandTag, own, err error) {
	for _, s := range p.held {
		if _, err := results.Exec(); err != nil {
			return tag, nil, &lateError{s.owner, err}
		}
	}
	if scan == nil {
		tag, err = results.Exec()
		return tag, nil, err
	}
	rows, err := results.Query()
	if err != nil {
		return tag, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		if own = scan(rows); own != nil {
			break
		}
	}
	rows.Close()
	return rows.CommandTag(), own, rows.Err()
}
