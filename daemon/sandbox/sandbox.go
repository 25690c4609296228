// Package sandbox reads foreign bytes in child processes (docs/promises.md, promise 15). A goroutine that a hostile document has trapped can't be
// killed, a process can. The children are this same binary; they live long, have no network, no files, no environment, little
// memory, and are replaced when they break, take too long or grow.
package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"waybill/parsers"
	"waybill/parsers/read"
)

// ErrBroken says that a child died or had to be killed over this input. Who asked counts the attempts: after two the item is
// quarantined (promise 15). The error's text says what happened, without a word of the input.
var ErrBroken = errors.New("reading broke")

// ErrNoReader says that no child could be started: the input was not looked at, and nothing speaks against it. It waits until the machine has
// memory and processes again.
var ErrNoReader = errors.New("no reader could be started")

// Options set up a Pool. The zero values are those of promise 15.
type Options struct {
	// Exe and Args start a child; with them the binary must call Child. Exe "" is this very binary.
	Exe  string
	Args []string
	// Children is how many may run at once; 0: one for each processor, at most 4.
	Children int
	// Memory is the most a child may use, in bytes; 0: 512 MiB.
	Memory int64
	// Deadline is the most one document may take; 0: 5 s.
	Deadline time.Duration
	// Idle is how long a child without work lives on; 0: 1 minute.
	Idle time.Duration
	Log  *slog.Logger
	// Inline reads in this process, without any fence: for commands that only print what a file says, and for tests.
	Inline bool
}

// Pool hands documents to children. It is safe for concurrent use.
type Pool struct {
	options Options
	turns   chan struct{} // one for each child that may run
	mu      sync.Mutex
	idle    []*child // most recently used last
	all     map[*child]struct{}
	closed  bool
	timer   *time.Timer
	said    sync.Once // which fences there are
	stats   Stats
	shelves []*shelf // of Inline, those that nobody reads with
}

// New makes a pool; children start when there is work.
func New(o Options) *Pool {
	if o.Children <= 0 {
		o.Children = min(runtime.NumCPU(), 4)
	}
	if o.Memory <= 0 {
		o.Memory = 512 << 20
	}
	if o.Deadline <= 0 {
		o.Deadline = 5 * time.Second
	}
	if o.Idle <= 0 {
		o.Idle = time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Exe == "" {
		o.Exe = "/proc/self/exe"
	}
	return &Pool{options: o, turns: make(chan struct{}, o.Children), all: map[*child]struct{}{}}
}

// Envelope reads the head of a mail: enough to find the supplier, whose profile Read then takes.
func (p *Pool) Envelope(ctx context.Context, raw []byte) (*parsers.Envelope, error) {
	if p.options.Inline {
		return read.Envelope(raw)
	}
	if len(raw) <= parsers.MaxMessage {
		raw = raw[:min(len(raw), parsers.MaxHeader+parsers.MaxLine)] // no more of it is looked at
	}
	a, err := p.ask(ctx, question{Op: opEnvelope, Memory: p.options.Memory}, raw)
	if err != nil {
		return nil, err
	}
	if a.Problem != "" {
		return nil, errors.New(a.Problem)
	}
	return a.Envelope, nil
}

// Read says what a document says; see read.Document. The error is ErrBroken, ErrNoReader, or that of ctx.
func (p *Pool) Read(ctx context.Context, raw []byte, name string, profile parsers.Profile) (parsers.Reading, error) {
	known, err := json.Marshal(profile)
	if err != nil {
		return parsers.Reading{}, fmt.Errorf("asking a reader: %w", err)
	}
	if p.options.Inline {
		return p.readInline(raw, name, string(known))
	}
	a, err := p.ask(ctx, question{Op: opRead, Name: name, Profile: string(known), Memory: p.options.Memory}, raw)
	if err != nil {
		return parsers.Reading{}, err
	}
	if a.Reading == nil {
		return parsers.Reading{}, fmt.Errorf("%w: the child gave no answer", ErrBroken)
	}
	return *a.Reading, nil
}

// readInline is Read in this process. Each shelf serves one document at a time, as a child does.
func (p *Pool) readInline(raw []byte, name, profile string) (parsers.Reading, error) {
	p.mu.Lock()
	known := newShelf()
	if n := len(p.shelves); n > 0 {
		known, p.shelves = p.shelves[n-1], p.shelves[:n-1]
	}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.shelves = append(p.shelves, known)
	}()
	reader, err := known.reader(profile)
	if err != nil {
		return parsers.Reading{}, fmt.Errorf("asking a reader: %w", err)
	}
	return reader.Document(raw, name), nil
}

// longestName bounds the name of a file, in bytes; a file system has 255.
const longestName = 1024

// ask gives one question to a child that is free, waiting for a turn.
func (p *Pool) ask(ctx context.Context, q question, raw []byte) (answer, error) {
	select {
	case p.turns <- struct{}{}:
	case <-ctx.Done():
		return answer{}, fmt.Errorf("waiting for a reader: %w", ctx.Err())
	}
	defer func() { <-p.turns }()
	q.Name = q.Name[:min(len(q.Name), longestName)]
	raw = raw[:min(len(raw), parsers.MaxMessage+1)] // what is longer is refused by its length
	c, err := p.take(ctx)
	if err != nil {
		return answer{}, err
	}
	body, err := c.ask(ctx, q, raw, p.options.Deadline)
	if err != nil {
		p.broken(c, err)
		return answer{}, err
	}
	var a answer
	if err := decode(body, &a, (*coder).answer, maxUnfolded); err != nil {
		err = fmt.Errorf("%w: the child's answer can't be read (%w)", ErrBroken, err)
		p.broken(c, err)
		return answer{}, err
	}
	if a.Retire {
		p.drop(c)
	} else {
		p.put(c)
	}
	return a, nil
}

// take gives an idle child or starts one.
func (p *Pool) take(ctx context.Context) (*child, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, errors.New("the readers are closed")
	}
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	c, err := start(p.options.Exe, p.options.Args)
	if err != nil {
		return nil, fmt.Errorf("%w (%s): %w", ErrNoReader, p.options.Exe, err)
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		c.kill()
		return nil, errors.New("the readers are closed")
	}
	p.all[c] = struct{}{}
	p.stats.Started++
	p.mu.Unlock()
	// The first question sets the fences up; nothing foreign is in it.
	body, err := c.ask(ctx, question{Op: opFence, Memory: p.options.Memory}, nil, max(p.options.Deadline, 10*time.Second))
	if err != nil {
		p.drop(c)
		return nil, fmt.Errorf("%w: %s", ErrNoReader, strings.TrimPrefix(err.Error(), ErrBroken.Error()+": "))
	}
	var a answer
	if err := decode(body, &a, (*coder).answer, maxUnfolded); err != nil || !a.Fenced {
		p.drop(c)
		return nil, fmt.Errorf("%w: its fences are not up: %s", ErrNoReader, a.Problem)
	}
	p.said.Do(func() {
		for _, missing := range a.Missing {
			p.options.Log.Warn("readers run with a fence less", "missing", missing)
		}
	})
	return c, nil
}

// put keeps a child for the next document.
func (p *Pool) put(c *child) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		go p.drop(c)
		return
	}
	c.used = time.Now()
	p.idle = append(p.idle, c)
	if p.timer == nil {
		p.timer = time.AfterFunc(p.options.Idle, p.reap)
	}
}

// reap ends the children that were idle for too long: they hold memory.
func (p *Pool) reap() {
	p.mu.Lock()
	var old []*child
	for len(p.idle) > 0 && time.Since(p.idle[0].used) >= p.options.Idle {
		old = append(old, p.idle[0])
		p.idle = p.idle[1:]
	}
	p.timer = nil
	if len(p.idle) > 0 && !p.closed {
		p.timer = time.AfterFunc(p.options.Idle-time.Since(p.idle[0].used)+time.Millisecond, p.reap)
	}
	p.mu.Unlock()
	for _, c := range old {
		p.drop(c)
	}
}

func (p *Pool) drop(c *child) {
	p.mu.Lock()
	delete(p.all, c)
	p.mu.Unlock()
	c.kill()
	p.mu.Lock()
	p.stats.Peak = max(p.stats.Peak, c.peak)
	p.mu.Unlock()
}

// broken replaces a child, and those that are idle too: what ended the one from outside may have ended them, and the second try at a document
// must be a fair one. A question that was given up says nothing against it.
func (p *Pool) broken(c *child, why error) {
	p.drop(c)
	if !errors.Is(why, ErrBroken) {
		return
	}
	p.mu.Lock()
	p.stats.Broken++
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, other := range idle {
		p.drop(other)
	}
	p.options.Log.Warn("a reader was replaced", "because", why)
}

// Stats are what has become of a pool's children.
type Stats struct {
	Started int
	Broken  int   // had to be replaced over a document
	Peak    int64 // bytes: the most memory that one held which was ended, as far as the kernel tells
}

// Stats tells how the children have fared.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stats
}

// Running is how many children there are.
func (p *Pool) Running() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.all)
}

// Processes are the ids of the children that run, for who measures them.
func (p *Pool) Processes() (ids []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.all {
		ids = append(ids, c.cmd.Process.Pid)
	}
	return ids
}

// Close ends all children, also those at work.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	if p.timer != nil {
		p.timer.Stop()
	}
	all := make([]*child, 0, len(p.all))
	for c := range p.all {
		all = append(all, c)
	}
	p.idle = nil
	p.mu.Unlock()
	for _, c := range all {
		p.drop(c)
	}
	return nil
}

// command is how a child is started: nothing of this process but three pipes reaches it.
func command(exe string, args []string) *exec.Cmd {
	cmd := exec.Command(exe, args...)
	cmd.Args[0] = os.Args[0] // for who looks at the list of processes
	cmd.Env = []string{}
	cmd.Dir = "/"
	cmd.SysProcAttr = attributes()
	return cmd
}
