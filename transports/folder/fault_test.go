package folder_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/folder"
)

// flaky is a real folder behind a connection that breaks, over a server that says no, and with a reader that may take a
// file the moment it has its name. It counts operations, so that a test can put a fault at each.
type flaky struct {
	*folder.Folder
	t         *testing.T
	root      string
	reader    bool              // takes files at once
	unchecked bool              // half a file may be seen, because files are written in place
	plan      map[int]fault     // by the number of the operation, from 0
	hooks     map[string]func() // by operation, once, after it was done

	mu    sync.Mutex
	n     int
	late  map[int][]func() // what a dead connection still does, by the number of the operation before which it happens
	taken [][]byte
}

// fault is what happens to one operation.
type fault struct {
	err error
	// done does the operation all the same; half does it in part (Put); after does it late, that many operations later.
	done, half bool
	after      int
}

func (d *flaky) Open(ctx context.Context) (transports.FileSession, error) {
	s, err := d.Folder.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &flakySession{FileSession: s, d: d}, nil
}

type flakySession struct {
	transports.FileSession
	d    *flaky
	mu   sync.Mutex
	dead bool
}

// op counts an operation and lets the fault that is planned for it happen.
func (s *flakySession) op(name string, do, half func() error) error {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead {
		return transports.ErrLost
	}
	for _, f := range d.late[d.n] {
		f()
	}
	f, planned := d.plan[d.n]
	d.n++
	if !d.unchecked || d.reader {
		defer d.look()
	}
	if !planned || (f.err == nil && half == nil) {
		err := do()
		if hook := d.hooks[name]; hook != nil {
			delete(d.hooks, name)
			hook()
		}
		return err
	}
	s.dead = errors.Is(f.err, transports.ErrLost)
	switch {
	case f.done:
		_ = do()
	case f.half && half != nil:
		_ = half()
	case f.after > 0:
		d.late[d.n+f.after] = append(d.late[d.n+f.after], func() { _ = do() })
	}
	return f.err
}

// look holds what lies there against the promise that nobody ever sees half a file, and is the reader.
func (d *flaky) look() {
	files, err := filepath.Glob(filepath.Join(d.root, "in", "*.csv"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			d.t.Fatal(err)
		}
		if !d.unchecked && !bytes.Equal(body, orderFile) {
			d.t.Errorf("a reader sees %d bytes of %d under the final name", len(body), len(orderFile))
		}
		if d.reader {
			d.taken = append(d.taken, body)
			if err := os.Remove(f); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

// arrived counts how often the file took effect.
func (d *flaky) arrived() int {
	files, _ := filepath.Glob(filepath.Join(d.root, "in", "*.csv"))
	return len(files) + len(d.taken)
}

func (s *flakySession) Stat(ctx context.Context, name string) (info fs.FileInfo, err error) {
	err = s.op("stat", func() (e error) { info, e = s.FileSession.Stat(ctx, name); return e }, nil)
	return info, err
}

func (s *flakySession) Get(ctx context.Context, name string, size int64) (b []byte, err error) {
	err = s.op("get", func() (e error) { b, e = s.FileSession.Get(ctx, name, size); return e }, nil)
	return b, err
}

func (s *flakySession) Put(ctx context.Context, name string, body []byte, replace bool) error {
	return s.op("put", func() error { return s.FileSession.Put(ctx, name, body, replace) },
		func() error { return s.FileSession.Put(ctx, name, body[:len(body)/2], replace) })
}

func (s *flakySession) Rename(ctx context.Context, from, to string) error {
	return s.op("rename", func() error { return s.FileSession.Rename(ctx, from, to) }, nil)
}

func (s *flakySession) Remove(ctx context.Context, name string) error {
	return s.op("remove", func() error { return s.FileSession.Remove(ctx, name) }, nil)
}

var orderFile = []byte(strings.Repeat("1001-A,PS10044,1\r\n", 100))

func newFlaky(t *testing.T, reader bool, plan map[int]fault) *flaky {
	root := newPlaceIn(t, memory(t)).root
	return &flaky{Folder: folder.New(root, 0), t: t, root: root, reader: reader, plan: plan, late: map[int][]func(){}, hooks: map[string]func(){}}
}

func (d *flaky) sender() *transports.FileSender {
	return transports.NewFileSender(d, transports.FileSenderConfig{Dir: "in", Grace: time.Second,
		Now: func() time.Time { return time.Unix(1756210000, 0) }})
}

// faults are the ways in which one operation can fail.
func faults() map[string]fault {
	return map[string]fault{
		"lost before":    {err: transports.ErrLost},
		"lost after":     {err: transports.ErrLost, done: true},
		"lost halfway":   {err: transports.ErrLost, half: true},
		"lost, and late": {err: transports.ErrLost, after: 2},
		"much too late":  {err: transports.ErrLost, after: 5},
		"refused":        {err: errors.New("failure")},
		"half, unsaid":   {half: true},
		"half refused":   {err: errors.New("failure"), half: true},
		"no space":       {err: transports.ErrNoSpace, half: true},
		"forbidden":      {err: fs.ErrPermission},
		"unsupported":    {err: transports.ErrUnsupported},
	}
}

// TestWholeOrAbsent puts each fault at each operation, and pairs of faults at each pair, without and with a reader that
// takes files at once. Whatever happens: nobody sees half a file, no verdict is wrong, and sending again after a verdict
// that allows it never doubles (promise 4).
func TestWholeOrAbsent(t *testing.T) {
	held, runs := 0, 0
	for _, reader := range []bool{false, true} {
		for first, f := range faults() {
			for k := 0; ; k++ {
				d := newFlaky(t, reader, map[int]fault{k: f})
				if d.deliver() == transports.Unsure {
					held++
				}
				runs++
				if d.failed(fmt.Sprintf("reader %v, %q at operation %d", reader, first, k)) || d.n <= k {
					break
				}
				for second, g := range faults() {
					for j := k + 1; j < k+4; j++ {
						d := newFlaky(t, reader, map[int]fault{k: f, j: g})
						if d.deliver() == transports.Unsure {
							held++
						}
						runs++
						if d.failed(fmt.Sprintf("reader %v, %q at operation %d, %q at %d", reader, first, k, second, j)) {
							return
						}
					}
				}
			}
		}
	}
	t.Logf("%d runs, %d ended in doubt and were held", runs, held)
}

func (d *flaky) failed(where string) bool {
	if d.t.Failed() {
		d.t.Errorf("in: %s", where)
	}
	return d.t.Failed()
}

// deliver sends as the flow does: again after Later, after Never as a person would who has mended what was wrong, and after
// Unsure it settles first. It gives the verdict in the end.
func (d *flaky) deliver() transports.Verdict {
	s := d.sender()
	m := transports.Message{Key: "po_1001-A.csv", Body: orderFile}
	for range 10 {
		_, err := s.Send(context.Background(), m, func(context.Context) error { return nil })
		v := d.judge(err)
		for range 3 {
			if v != transports.Unsure {
				break
			}
			_, err = d.sender().Settle(context.Background(), m) // another process, after a crash
			v = d.judge(err)
		}
		if v == transports.Sent || v == transports.Unsure {
			d.settle()
			return v
		}
	}
	d.t.Error("it never arrives")
	return transports.Later
}

// judge holds a verdict against what arrived.
func (d *flaky) judge(err error) transports.Verdict {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := transports.VerdictOf(err)
	n := d.arrived()
	switch {
	case v == transports.Sent && n != 1, v == transports.Later && n != 0, v == transports.Never && n != 0, n > 1:
		d.t.Errorf("verdict %q (%v), but it arrived %d times", v, err, n)
	}
	return v
}

// settle lets everything happen that a dead connection may still do.
func (d *flaky) settle() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n, all := range d.late {
		if n < d.n {
			continue // that has happened
		}
		for _, f := range all {
			f()
		}
		d.look()
	}
	if n := d.arrived(); n > 1 {
		d.t.Errorf("in the end it arrived %d times", n)
	}
}

// memory gives a folder in memory where the system has one, for tests that write thousands of files.
func memory(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "waybill-test-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
