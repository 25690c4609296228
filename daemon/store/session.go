package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"waybill/daemon/order"
)

// session is one connection and the statements prepared on it. One goroutine uses it at a time.
type session struct {
	conn    *sql.Conn
	dialect dialect
	stmts   map[string]*sql.Stmt
}

func newSession(ctx context.Context, db *sql.DB, d dialect) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, dialect: d, stmts: make(map[string]*sql.Stmt)}, nil
}

func (s *session) close() error {
	for _, stmt := range s.stmts {
		stmt.Close()
	}
	return s.conn.Close()
}

// plain runs a statement that has no arguments and no result: BEGIN, COMMIT, PRAGMA.
func (s *session) plain(ctx context.Context, statement string) error {
	stmt, err := s.prepared(ctx, statement)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx)
	return err
}

func (s *session) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := s.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, s.dialect.translate(query))
	if err != nil {
		return nil, err
	}
	s.stmts[query] = stmt
	return stmt, nil
}

// jsonText is a JSON document as an argument. encoding/json writes valid UTF-8 and no NUL, so it is stored as it is.
type jsonText string

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
		case jsonText:
			args[i] = strings.ToValidUTF8(string(a), "\uFFFD")
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
		case int64, float64, []byte, nil:
		default:
			return nil, fmt.Errorf("argument %d has the type %T, which the store does not keep", i+1, arg)
		}
	}
	return args, nil
}

// clean makes text that both databases take, PostgreSQL refuses NUL and what is not UTF-8. Different texts stay different: each
// such byte becomes U+FFFD and two hex digits, and so do the bytes of a U+FFFD that was there.
func clean(s string) string {
	if utf8.ValidString(s) && !strings.ContainsAny(s, "\x00\uFFFD") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r != utf8.RuneError && r != 0 {
			b.WriteString(s[i : i+size])
		} else {
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, "\uFFFD%02x", c)
			}
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

// stamp scans a stored time; NULL is the zero time.
type stamp time.Time

// Scan reads a column.
func (t *stamp) Scan(v any) error {
	switch n := v.(type) {
	case int64:
		*t = stamp(fromMicros(n))
	case nil:
		*t = stamp{}
	default:
		return fmt.Errorf("a time is stored as %T: %w", v, ErrDamaged)
	}
	return nil
}

// number scans an integer of any of our types; NULL is 0.
type number[T ~int64 | ~int] struct{ to *T }

// Scan reads a column.
func (n number[T]) Scan(v any) error {
	switch i := v.(type) {
	case int64:
		*n.to = T(i)
	case nil:
		*n.to = 0
	default:
		return fmt.Errorf("an integer is stored as %T: %w", v, ErrDamaged)
	}
	return nil
}

func num[T ~int64 | ~int](to *T) number[T] { return number[T]{to} }

// word scans text of any of our types; NULL is "".
type word[T ~string | ~[]byte] struct{ to *T }

// Scan reads a column.
func (w word[T]) Scan(v any) error {
	switch s := v.(type) {
	case string:
		*w.to = T(s)
	case []byte:
		*w.to = T(s)
	case nil:
		*w.to = T("")
	default:
		return fmt.Errorf("a text is stored as %T: %w", v, ErrDamaged)
	}
	return nil
}

func text[T ~string | ~[]byte](to *T) word[T] { return word[T]{to} }

// hexa scans the 32 bytes of a SHA-256 to hex; NULL is "".
type hexa struct{ to *string }

// Scan reads a column.
func (h hexa) Scan(v any) error {
	switch b := v.(type) {
	case []byte:
		*h.to = hex.EncodeToString(b)
	case nil:
		*h.to = ""
	default:
		return fmt.Errorf("a SHA-256 is stored as %T: %w", v, ErrDamaged)
	}
	return nil
}

// truth scans a boolean, stored as 0 or 1.
type truth struct{ to *bool }

// Scan reads a column.
func (b truth) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a yes or no is stored as %T: %w", v, ErrDamaged)
	}
	*b.to = n != 0
	return nil
}
