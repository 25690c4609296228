package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"waybill/daemon/order"
)

// session is one connection. One goroutine uses it at a time.
type session struct {
	conn    *sql.Conn
	dialect dialect
	stmts   map[string]*sql.Stmt // by SQLite's text
	pipe    *pipeline            // of the one that writes to PostgreSQL, else nil
	texts   map[string]string    // PostgreSQL's text by SQLite's
}

func newSession(ctx context.Context, db *sql.DB, d dialect) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, dialect: d, stmts: make(map[string]*sql.Stmt), texts: make(map[string]string)}, nil
}

// close ends the connection. Conn.Close alone would hand it to the next session as it is: with the transaction that a BEGIN has opened whose caller
// gave up meanwhile, for one.
func (s *session) close() error {
	var errs []error
	for _, stmt := range s.stmts {
		errs = append(errs, stmt.Close())
	}
	err := s.conn.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		err = nil
	}
	return errors.Join(append(errs, err)...)
}

// plain runs a statement that has no arguments and no result: BEGIN, COMMIT, PRAGMA.
func (s *session) plain(ctx context.Context, statement string) error {
	_, err := s.exec(ctx, statement, nil)
	return err
}

// exec runs a statement and tells how many rows it changed.
func (s *session) exec(ctx context.Context, query string, args []any) (int64, error) {
	if s.pipe != nil {
		tag, err := s.pipe.run(ctx, nil, s.text(query), args)
		return tag.RowsAffected(), err
	}
	stmt, err := s.prepared(ctx, query) //nolint:sqlclosecheck // stays prepared until the session ends
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// later runs a statement whose result does not matter as long as it is no error. Where a round trip costs something it goes
// with the next one; its error then comes as a lateError.
func (s *session) later(ctx context.Context, owner *request, query string, args []any) error {
	if s.pipe != nil && len(s.pipe.held) < maxHeld {
		s.pipe.hold(owner, s.text(query), args)
		return nil
	}
	_, err := s.exec(ctx, query, args)
	return err
}

// forget drops statements of later that have not run: those of one function, or with nil all.
func (s *session) forget(owner *request) {
	if s.pipe != nil {
		s.pipe.held = slices.DeleteFunc(s.pipe.held, func(h heldStatement) bool { return owner == nil || h.owner == owner })
	}
}

// query gives each row to scan, and ends with the first error of it.
func (s *session) query(ctx context.Context, scan func(scanner) error, query string, args []any) error {
	if s.pipe != nil {
		_, err := s.pipe.run(ctx, scan, s.text(query), args)
		return err
	}
	stmt, err := s.prepared(ctx, query) //nolint:sqlclosecheck // stays prepared until the session ends
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// text is a statement in the database's dialect.
func (s *session) text(query string) string {
	text, known := s.texts[query]
	if !known {
		text = s.dialect.translate(query)
		s.texts[query] = text
	}
	return text
}

func (s *session) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := s.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, s.text(query))
	if err != nil {
		return nil, err
	}
	s.stmts[query] = stmt
	return stmt, nil
}

// digest is a SHA-256 in hex; the columns hold its 32 bytes. "" is NULL.
type digest string

// ref is an id that may be absent: 0 is NULL.
type ref int64

// key is a text that may be absent: "" is NULL.
type key string

// values turns our types into what both drivers take: times to microseconds, ids to integers, foreign text to clean text.
func values(args []any) ([]any, error) {
	for i, arg := range args {
		switch a := arg.(type) {
		case string:
			args[i] = clean(a)
		case key:
			args[i] = nil
			if a != "" {
				args[i] = clean(string(a))
			}
		case json.RawMessage:
			args[i] = clean(string(a))
		case time.Time:
			args[i] = micros(a)
		case ref:
			args[i] = nil
			if a != 0 {
				args[i] = int64(a)
			}
		case digest:
			args[i] = nil
			if a != "" {
				raw, err := hex.DecodeString(string(a))
				if err != nil || len(raw) != 32 {
					return nil, fmt.Errorf("%q is no SHA-256 in hex: %w", string(a), ErrNotFound)
				}
				args[i] = raw
			}
		case bool:
			args[i] = int64(0)
			if a {
				args[i] = int64(1)
			}
		case int:
			args[i] = int64(a)
		case order.OrderID:
			args[i] = int64(a)
		case order.POID:
			args[i] = int64(a)
		case order.DispatchID:
			args[i] = int64(a)
		case order.ItemID:
			args[i] = int64(a)
		case order.PackageID:
			args[i] = int64(a)
		case order.ExceptionID:
			args[i] = int64(a)
		case float64:
			if math.IsNaN(a) { // SQLite would store NULL
				args[i] = 0.0
			}
		case []byte:
			if a == nil {
				args[i] = []byte{}
			}
		case int64, nil:
		default:
			return nil, fmt.Errorf("argument %d has the type %T, which the store does not keep", i+1, arg)
		}
	}
	return args, nil
}

// clean makes text that both databases take; PostgreSQL refuses NUL and what is not UTF-8. Each such byte becomes U+FFFD and
// two hex digits, so different texts stay different. Clean text stays as it is.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == 0 || r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, "\uFFFD%02x", s[i])
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// micros is a time as it is stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// fromMicros reads a stored time.
func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
