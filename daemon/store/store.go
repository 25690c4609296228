package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// Options say which database to open, and how.
type Options struct {
	Path string // SQLite file; its lock is Path+".lock"
	DSN  string // PostgreSQL instead ("postgres://…")
	// Now is the clock of everything that is stored. nil is the machine's; on PostgreSQL the server's, so that nodes whose
	// clocks are wrong agree on when a lease ends.
	Now  func() time.Time
	Log  *slog.Logger // nil: none
	Node string       // this process's name in leases; "": a random one
	// Lease is how long a node may be silent before others do its work. A third of it is how long one that stands still inside a transaction may hold them up.
	Lease    time.Duration
	ReadOnly bool      // for commands that only look: no lock, no migration, no Write
	Random   io.Reader // for the id of a new database and of this node; nil: crypto/rand
	VFS      string    // the file system layer that SQLite works on, one that was registered with it; "": its own
	// Rewrite, beside VFS, writes the bytes of a file again and flushes them; nil: on the disk.
	Rewrite func(path string) error
	// Witness is a file outside of the database that tells how far it was (witness.go); "": none. Machine names this machine in it; "": not known.
	Witness, Machine string
	// MarkKey gives the key of what stays of erased data (mark.go), and makes one where there is none and mayMake says so; nil: nothing can be erased.
	MarkKey func(mayMake bool) ([]byte, error)
}

// Store is an open database. All methods may be called by any goroutine.
type Store struct {
	dialect dialect
	now     func() time.Time
	log     *slog.Logger
	node    string
	claimed atomic.Bool // this process has leased messages under the node's name
	boot    string      // of this process
	beaten  atomic.Bool // it has said that it lives
	schema  int64       // the version that this program knows
	// ownClock: leases go by PostgreSQL's clock.
	ownClock bool
	// instance names the database for ever; id is that and its generation.
	instance, id string
	secret       []byte // key of Likeness; nil in a database that was never opened to write
	path         string // of the SQLite file
	vfs          string // what its address says of the file system layer
	packer       *packer
	marks        marker

	readers *pool
	writer  *writer // nil when opened to look only
	news    news
	closers []func() error // in reverse order
	closing sync.Once
	closed  error // of close

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	tasks  sync.WaitGroup
	listen sync.Once
	// startListening has news of other processes' events published; nil where there are none.
	startListening func()
	// anchor is what PostgreSQL's clock said last. Time goes on from there by this machine's monotonic clock: what its wall clock says does not matter.
	anchor  atomic.Pointer[anchor]
	rings   rings
	testify func(context.Context) error // writes the witness; nil without one
}

// Open opens the database: takes its lock, checks it, migrates it forward, with a backup beside the file before. Errors: ErrLocked,
// ErrNewer, ErrOlder, ErrUnsafe, ErrDamaged.
func Open(ctx context.Context, o Options) (*Store, error) {
	if (o.Path == "") == (o.DSN == "") {
		return nil, errors.New("open the store: exactly one of a SQLite file and a PostgreSQL address is needed")
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Node == "" {
		node, err := randomName(o.Random)
		if err != nil {
			return nil, err
		}
		o.Node = node
	}
	packer, err := newPacker()
	if err != nil {
		return nil, err
	}
	boot, err := randomName(rand.Reader)
	if err != nil {
		return nil, err
	}
	s := &Store{now: o.Now, log: o.Log, node: clean(o.Node), boot: boot, packer: packer, news: news{changed: make(chan struct{})}}
	if o.VFS != "" {
		s.vfs = "&vfs=" + url.QueryEscape(o.VFS)
	}
	s.marks.read = o.MarkKey
	if s.now == nil {
		s.now = s.clock
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	open := s.openSQLite
	if o.DSN != "" {
		s.dialect, s.ownClock = postgresDialect, o.Now == nil
		open = s.openPostgres
	}
	if err := open(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), s.Close())
	}
	if err := s.identify(ctx, o.Random); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), s.Close())
	}
	if err := s.confront(ctx, o.Witness, o.Machine); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), s.Close())
	}
	if err := s.rename(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), s.Close())
	}
	return s, nil
}

// Close waits for the Write that is being committed and for Views, ends Await, and lets the database go. A second Close does
// nothing.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Store) close() error {
	if s.writer != nil {
		s.writer.stop()
	}
	if s.testify != nil {
		_ = s.testify(s.ctx) // what it lacks is lacking on the safe side
	}
	s.cancel()
	s.tasks.Wait()
	var errs []error
	if s.readers != nil {
		errs = append(errs, s.readers.close())
	}
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	return errors.Join(errs...)
}

// later has f called by Close, after everything that was registered after it.
func (s *Store) later(f func() error) { s.closers = append(s.closers, f) }

// InstanceID names this database in this life of it: a copy has the same one until it is put in the place of the original.
func (s *Store) InstanceID() string { return s.id }

// Shared tells whether other nodes may work on this database.
func (s *Store) Shared() bool { return s.dialect == postgresDialect }

// Now is the time that everything goes by: this machine's, or on PostgreSQL the server's.
func (s *Store) Now() time.Time { return s.now() }

// Schema is the version of the schema that this program knows.
func (s *Store) Schema() int64 { return s.schema }

// anchor is a moment by PostgreSQL's clock, and the same one by ours.
type anchor struct{ server, here time.Time }

func (s *Store) clock() time.Time {
	if a := s.anchor.Load(); a != nil {
		return a.server.Add(time.Since(a.here))
	}
	return time.Now()
}

// Ahead is by how much this machine's clock is ahead of the one that everything goes by.
func (s *Store) Ahead() time.Duration { return time.Now().Round(0).Sub(s.now().Round(0)) }

// rename gives the database the name of its generation: what it says from now on must not be taken for what it said before it was restored.
func (s *Store) rename(ctx context.Context) error {
	return s.View(ctx, func(tx *Tx) error {
		n, err := tx.generation()
		if s.id = s.instance; n > 1 {
			s.id = fmt.Sprintf("%s-%d", s.instance, n)
		}
		return err
	})
}

// Node is this process's name in leases.
func (s *Store) Node() string { return s.node }

// Failed gives the error for which the store writes nothing, ErrFailed or ErrFull, or nil. ErrFull goes away by itself.
func (s *Store) Failed() error {
	if s.writer == nil {
		return nil
	}
	if err := s.writer.failure(); err != nil {
		return err
	}
	if err := s.writer.full.Load(); err != nil {
		return *err
	}
	return nil
}

// Refused tells what keeps the database from being written at the moment and since when: another program that holds it, a server that is away, full, or only
// lets itself be read. It is tried again and again, and nil when it could be written.
func (s *Store) Refused() *Refusal {
	if s.writer == nil {
		return nil
	}
	return s.writer.refusal.Load()
}

const (
	instanceSetting = "store.instance"
	secretSetting   = "store.secret"
)

// identify reads the database's id and its secret, or gives it both.
func (s *Store) identify(ctx context.Context, random io.Reader) error {
	read := func(tx *Tx) error {
		id, _, err := tx.Setting(instanceSetting)
		if err != nil {
			return err
		}
		secret, _, err := tx.Setting(secretSetting)
		if err != nil {
			return err
		}
		s.instance, s.secret = string(id), secret
		seq, err := tx.lastSeq()
		s.news.publish(seq)
		return err
	}
	if err := s.View(ctx, read); err != nil || s.instance != "" && s.secret != nil || s.writer == nil {
		return err
	}
	fresh, err := randomName(random)
	if err != nil {
		return err
	}
	secret := make([]byte, 32)
	if _, err := io.ReadFull(random, secret); err != nil {
		return fmt.Errorf("draw a secret: %w", err)
	}
	return s.Write(ctx, func(tx *Tx) error {
		if err := read(tx); err != nil {
			return err
		}
		if s.instance == "" { // else another node was first, or the database is older than its secret
			s.instance = fresh
			if err := tx.SetSetting(instanceSetting, []byte(fresh)); err != nil {
				return err
			}
		}
		if s.secret != nil {
			return nil
		}
		s.secret = secret
		return tx.SetSetting(secretSetting, secret)
	})
}

func randomName(random io.Reader) (string, error) {
	var raw [12]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("draw a random name: %w", err)
	}
	return hex.EncodeToString(raw[:]), nil
}

// pool lends connections that only read: the one that came back last is the next to go, so that there are as few of them as are needed at once, and the
// statements that one has prepared are used again.
type pool struct {
	db      *sql.DB
	dialect dialect
	lent    chan struct{} // one for each that somebody has
	mu      sync.Mutex
	free    []*session
}

func newPool(db *sql.DB, d dialect, size int) *pool {
	return &pool{db: db, dialect: d, lent: make(chan struct{}, size)}
}

// get gives a connection, and whether it was used before. It waits while all are lent, until ctx ends or open, the store's.
func (p *pool) get(ctx, open context.Context) (s *session, used bool, err error) {
	select {
	case p.lent <- struct{}{}:
	case <-ctx.Done():
		return nil, false, ctx.Err()
	case <-open.Done():
		return nil, false, ErrClosed
	}
	p.mu.Lock()
	if n := len(p.free); n > 0 {
		s, p.free = p.free[n-1], p.free[:n-1]
	}
	p.mu.Unlock()
	if s != nil {
		return s, true, nil
	}
	if s, err = newSession(ctx, p.db, p.dialect); err != nil {
		<-p.lent
	}
	return s, false, err
}

// put takes a session back; one that may be broken is closed and opened anew when it is needed.
func (p *pool) put(s *session, good bool) {
	if good {
		p.mu.Lock()
		p.free = append(p.free, s)
		p.mu.Unlock()
	} else {
		_ = s.close() // it was of no use any more
	}
	<-p.lent
}

// close waits until all are back.
func (p *pool) close() error {
	for range cap(p.lent) {
		p.lent <- struct{}{}
	}
	for _, s := range p.free {
		_ = s.close() // it has only read; the server may have gone long ago
	}
	return p.db.Close()
}

// View gives f one consistent state of the database to read. f may take its time: nobody waits for it.
func (s *Store) View(ctx context.Context, f func(*Tx) error) (err error) {
	if s.ctx.Err() != nil {
		return ErrClosed
	}
	sess, err := s.beginView(ctx)
	if err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	defer func() {
		// The caller's context may have ended; the connection has to be free of the transaction all the same.
		end := sess.plain(context.WithoutCancel(ctx), "ROLLBACK")
		s.readers.put(sess, end == nil)
	}()
	tx := &Tx{store: s, sess: sess, ctx: ctx, run: ctx}
	err = f(tx)
	s.distrust(cmp.Or(tx.broken, err))
	return cmp.Or(err, tx.broken)
}

// distrust ends all writing when something was read that is not what was written, or could not be read at all: what is sent must not be made of it.
func (s *Store) distrust(err error) {
	if err == nil || s.writer == nil {
		return
	}
	switch t := TroubleOf(err); t.Kind {
	case damaged.Kind, serverDamaged.Kind, ioFailed.Kind, moved.Kind:
		_ = s.writer.fail(err)
	}
}

// beginView gives a connection with a transaction that sees one state. Connections that broke while nobody used them are passed
// over.
func (s *Store) beginView(ctx context.Context) (*session, error) {
	begin := "BEGIN"
	if s.dialect == postgresDialect {
		begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sess, used, err := s.readers.get(ctx, s.ctx)
		if err != nil {
			return nil, err
		}
		limit := answerLimit
		if used {
			limit = oldLimit
		}
		enough, cancel := context.WithTimeout(ctx, limit)
		err = sess.plain(enough, begin)
		cancel()
		if err == nil {
			return sess, nil
		}
		s.readers.put(sess, false)
		if !used || ctx.Err() != nil {
			return nil, cmp.Or(ctx.Err(), err)
		}
	}
}
