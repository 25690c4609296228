package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// journalLock is the advisory lock that every writer of the database holds from begin to commit. PostgreSQL lets it go
	// after the transaction became visible, so the next holder sees all events before its own: the journal's numbers are in
	// commit order. Because of it no row is ever locked by two, and claims need no SKIP LOCKED.
	journalLock = 0x77617962696c6c // "waybill"
	// newsChannel tells other nodes the last number of the journal, bellChannel that there is work.
	newsChannel = "waybill_journal"
	bellChannel = "waybill_bell"
	// pausedLimit is how long a node that stands still inside a transaction holds up the others at most, before the server ends its
	// session: where there is a lease, a third of it, so that none of them loses its own meanwhile.
	pausedLimit = 10 * time.Second
	// newsInterval is how often a node looks itself, should a notification get lost.
	newsInterval = 5 * time.Second
	// doubtTime is how long a node tries to hear whether its commit went through before the connection broke.
	doubtTime = 15 * time.Second
)

func (s *Store) openPostgres(ctx context.Context, o Options) error {
	config, err := pgx.ParseConfig(o.DSN)
	if err != nil {
		return fmt.Errorf("the address of PostgreSQL: %w", err)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "waybill " + s.node
	}
	noticeDeath(config)
	db := stdlib.OpenDB(*config)
	s.readers = newPool(db, postgresDialect, readerCount) // closes db
	if err := checkPostgres(ctx, db); err != nil {
		return err
	}
	asked := time.Now()
	var server int64
	if err := db.QueryRowContext(ctx, `SELECT `+serverClock).Scan(&server); err != nil {
		return fmt.Errorf("ask PostgreSQL for the time: %w", err)
	}
	s.setClock(server, asked)
	if o.ReadOnly {
		s.startListening = s.listenTo(config)
		return s.checkVersion(ctx, db)
	}
	if err := s.migrate(ctx, db, ""); err != nil {
		return err
	}
	s.startListening = s.listenTo(config)
	pause := pausedLimit
	if o.Lease > 0 {
		pause = min(pause, o.Lease/3)
	}
	s.startWriter(nil, &postgresBackend{db: db, pause: pause}, ids{})
	s.later(func() error {
		if s.writer.sess == nil {
			return nil
		}
		return s.writer.sess.close()
	})
	return nil
}

// checkPostgres reads back what keeps accepted data through a crash of the server.
func checkPostgres(ctx context.Context, db *sql.DB) error {
	for _, c := range []struct{ setting, bad, remedy string }{
		{"fsync", "off", "set fsync = on in postgresql.conf"},
		{"synchronous_commit", "off", "set synchronous_commit = on for the database or its user"},
		{"full_page_writes", "off", "set full_page_writes = on in postgresql.conf"},
		{"server_encoding", "SQL_ASCII", "create the database with ENCODING 'UTF8'"},
	} {
		var value string
		if err := db.QueryRowContext(ctx, "SHOW "+c.setting).Scan(&value); err != nil {
			return fmt.Errorf("ask PostgreSQL for %s: %w", c.setting, err)
		}
		if value == c.bad {
			return fmt.Errorf("PostgreSQL has %s = %s: %w; %s", c.setting, value, ErrUnsafe, c.remedy)
		}
	}
	return nil
}

// postgresBackend writes to a database that other nodes write to as well.
type postgresBackend struct {
	db    *sql.DB
	pause time.Duration // see pausedLimit
	xid   string        // of the open transaction
}

func (b *postgresBackend) begin(w *writer) error {
	if w.sess == nil {
		if err := b.connect(w); err != nil {
			return err
		}
	}
	w.sess.pipe.hold(nil, "BEGIN ISOLATION LEVEL READ COMMITTED", nil)
	w.sess.pipe.hold(nil, "SELECT pg_advisory_xact_lock($1)", []any{int64(journalLock)})
	// When this one runs the lock is held, and its snapshot has everything that was committed.
	asked := time.Now()
	var server, schema int64
	err := w.sess.query(context.Background(), func(row scanner) error {
		return row.Scan(append(w.ids.columns(), &b.xid, &schema, &server)...)
	}, sqlLastIDs+`, CAST(pg_current_xact_id() AS text), (SELECT COALESCE(max(version_id), 0) FROM `+versionTable+` WHERE is_applied), `+serverClock, nil)
	if err != nil {
		return err
	}
	if schema > w.store.schema {
		return fmt.Errorf("its schema has version %d by now and this program knows up to %d: %w; install the newer waybill on this machine too", schema, w.store.schema, ErrNewer)
	}
	w.store.setClock(server, asked)
	return nil
}

// connect gives the writer a connection.
func (b *postgresBackend) connect(w *writer) error {
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit)
	defer cancel()
	sess, err := newSession(ctx, b.db, postgresDialect)
	if err != nil {
		return err
	}
	w.sess = sess
	if err := limitPauses(ctx, sess, b.pause); err != nil {
		return err
	}
	sess.pipe = &pipeline{conn: sess.conn}
	return sess.conn.Raw(func(driver any) error {
		wire := driver.(*stdlib.Conn).Conn().PgConn().Conn()
		w.wire.Store(&wire)
		return nil
	})
}

// serverClock is PostgreSQL's clock at this moment, in microseconds; now() would be the transaction's begin.
const serverClock = `CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)`

// slowAnswer is how old an answer may be that tells the time. An older one waited for a lock, or for a process that was stopped between its arrival and its
// being read; what was known before is better.
const slowAnswer = time.Second

// setClock notes what the server's clock said a moment ago; it is off by the way of the answer.
func (s *Store) setClock(server int64, asked time.Time) {
	if here := time.Now(); s.ownClock && (here.Sub(asked) < slowAnswer || s.anchor.Load() == nil) {
		s.anchor.Store(&anchor{time.UnixMicro(server).UTC(), here})
	}
}

// limitPauses has the server end the session of a node that stands still while it holds up all others, unless an administrator
// has set that limit.
func limitPauses(ctx context.Context, sess *session, most time.Duration) error {
	var limit string
	if err := sess.conn.QueryRowContext(ctx, "SHOW idle_in_transaction_session_timeout").Scan(&limit); err != nil || limit != "0" {
		return err
	}
	return sess.plain(ctx, fmt.Sprintf("SET idle_in_transaction_session_timeout = %d", most.Milliseconds()))
}

// commit tells the other nodes and commits. When the connection breaks meanwhile, PostgreSQL is asked how it ended: it knows by
// the transaction's id.
func (b *postgresBackend) commit(w *writer) error {
	w.sess.pipe.hold(nil, "SELECT pg_notify($1, $2)", []any{newsChannel, strconv.FormatInt(w.ids.seq, 10)})
	tag, err := w.sess.pipe.run(context.Background(), nil, "COMMIT", nil)
	if err == nil && tag.String() != "COMMIT" {
		err = errors.New("PostgreSQL rolled back instead of committing")
	}
	if err == nil || b.judge(w, err) != lostTouch {
		return err
	}
	w.hangUp()
	enough, cancel := context.WithTimeout(context.Background(), doubtTime)
	defer cancel()
	for ; enough.Err() == nil; time.Sleep(100 * time.Millisecond) {
		var status string
		if e := b.db.QueryRowContext(enough, "SELECT pg_xact_status(CAST($1 AS xid8))", b.xid).Scan(&status); e != nil {
			continue
		}
		switch status {
		case "committed":
			return nil
		case "aborted":
			return err // the batch runs again
		}
	}
	return fmt.Errorf("%w: %w", errDoubt, err)
}

func (b *postgresBackend) tidy(*writer) error { return nil }

// judge tells by the SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html).
func (b *postgresBackend) judge(w *writer, err error) damage {
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrNewer) {
		return noMore
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if w.sess == nil || w.sess.broken() {
			return lostTouch
		}
		return ownFault
	}
	switch e.Code {
	case "57P01", "57P02", "57P03", "57P05", "25P03", "25P04": // the server goes down, comes up, or ended our session
		return lostTouch
	case "XX001", "XX002": // data or index corrupted
		return noMore
	case "25006": // it became a standby
		return refused
	case "53100": // disk full
		return noRoom
	}
	switch e.Code[:2] {
	case "08", "40": // connection; deadlock or serialization
		return lostTouch
	case "53", "54", "55", "57", "58", "XX": // memory, connections, locks, operator, file system: this time
		return refused
	}
	return ownFault
}

// broken tells whether the connection is gone.
func (s *session) broken() bool {
	gone := true
	err := s.conn.Raw(func(driver any) error {
		gone = driver.(*stdlib.Conn).Conn().IsClosed()
		return nil
	})
	return err != nil || gone
}

// listenTo gives the function that starts to hear of other nodes' events.
func (s *Store) listenTo(config *pgx.ConnConfig) func() {
	return func() {
		s.tasks.Go(func() {
			for s.ctx.Err() == nil {
				if err := s.hear(s.ctx, config); err != nil && s.ctx.Err() == nil {
					s.log.Warn("no news from other nodes until PostgreSQL answers again", "error", err)
					select {
					case <-time.After(retryInterval):
					case <-s.ctx.Done():
					}
				}
			}
		})
	}
}

// hear publishes the journal's growth until the connection breaks.
func (s *Store) hear(ctx context.Context, config *pgx.ConnConfig) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+newsChannel+"; LISTEN "+bellChannel); err != nil {
		return err
	}
	s.rings.ring("") // what rang before is not known
	for {
		// Also after a notification, in the first round for what came before LISTEN, and when one got lost.
		var seq int64
		enough, cancel := context.WithTimeout(ctx, answerLimit)
		err := conn.QueryRow(enough, "SELECT COALESCE(max(seq), 0) FROM journal").Scan(&seq)
		cancel()
		if err != nil {
			return err
		}
		s.news.publish(seq)
		wait, cancel := context.WithTimeout(ctx, newsInterval)
		heard, err := conn.WaitForNotification(wait)
		cancel()
		if err != nil && !pgconn.Timeout(err) {
			return err
		}
		if err == nil && heard.Channel == bellChannel {
			s.heardBell(heard.Payload)
		}
	}
}
