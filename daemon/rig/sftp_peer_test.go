package rig

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// sftpFault is one thing that goes wrong at an SFTP server: before or after it has done what was asked ("before rename"), or in the wire.
type sftpFault struct {
	At, Do string
	N      int64
}

func (f sftpFault) String() string { return f.At + ": " + f.Do }

const (
	doLies    = "done, and says failure"
	doFailure = "failure" // SSH_FX_FAILURE, which is all that version 3 has for a full disk or a name that is taken
	doDenied  = "permission denied"
	doShort   = "writes less and says nothing"
	doForeign = "another file has the name"
	doAlike   = "another file of the same size has the name"
)

func sftpFaults() (all []sftpFault) {
	for _, op := range []string{"open", "write", "close", "stat", "rename", "remove", "read"} {
		for _, do := range []string{doCut, doReset, doStall, doKill} {
			all = append(all, sftpFault{At: "before " + op, Do: do}, sftpFault{At: "after " + op, Do: do})
		}
		all = append(all, sftpFault{At: "before " + op, Do: doFailure}, sftpFault{At: "before " + op, Do: doDenied})
	}
	all = append(all, sftpFault{At: "after rename", Do: doLies}, sftpFault{At: "after write", Do: doLies}, sftpFault{At: "before write", Do: doShort}, sftpFault{At: "before open", Do: doForeign}, sftpFault{At: "before rename", Do: doAlike})
	for range 3 {
		all = append(all, sftpFault{At: "before write", Do: doShort})
	}
	for _, way := range []string{"to the server", "from the server"} {
		for _, do := range []string{doCut, doReset, doStall, doKill} {
			for range 3 { // at many places
				all = append(all, sftpFault{At: "bytes " + way, Do: do})
			}
		}
	}
	return all
}

// sftpPeer is an SFTP server over files in memory, and somebody who reads them there. It owns the truth.
type sftpPeer struct {
	r      *rand.Rand
	config *ssh.ServerConfig
	posix  bool // offers posix-rename
	over   bool // renames over a file that is there
	takes  bool // a program takes each file the moment it has its final name

	mu     sync.Mutex
	plan   []sftpFault
	done   map[string]int
	frozen bool
	killed chan struct{}
	files  map[string]*memoryFile
	taken  []delivery // in their order
	halves []string   // what no reader must see
}

type memoryFile struct{ data []byte }

func newSFTPPeer(r *rand.Rand, host ssh.Signer) *sftpPeer {
	p := &sftpPeer{r: r, config: &ssh.ServerConfig{}, done: map[string]int{}, killed: make(chan struct{}, 1), files: map[string]*memoryFile{}}
	p.config.PasswordCallback = func(_ ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
		if string(given) != "correct horse" {
			return nil, errors.New("no")
		}
		return nil, nil
	}
	p.config.AddHostKey(host)
	return p
}

// due gives the fault that is planned for a step, if the dice say that it is now.
func (p *sftpPeer) due(at string) (f sftpFault, is bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.r.IntN(3) == 0 {
		return f, false
	}
	for i, f := range p.plan {
		if f.At == at {
			p.plan = append(p.plan[:i:i], p.plan[i+1:]...)
			p.done[f.String()]++
			return f, true
		}
	}
	return f, false
}

func (p *sftpPeer) left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.plan)
}

func (p *sftpPeer) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.frozen {
		p.frozen = true
		p.killed <- struct{}{}
	}
}

func (p *sftpPeer) thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = false
}

// serve answers one connection until it ends.
func (p *sftpPeer) serve(w *wire) {
	d := &sftpDialogue{p: p, w: w}
	for i, way := range []string{"to the server", "from the server"} {
		if f, is := p.due("bytes " + way); is {
			w.breakAfter(i, 1+f.N%15_000, func() { d.misbehave(f.Do) })
		}
	}
	c, channels, requests, err := ssh.NewServerConn(w.server(), p.config)
	if err != nil {
		return
	}
	defer c.Close()
	go ssh.DiscardRequests(requests)
	var sessions sync.WaitGroup
	for channel := range channels {
		ch, reqs, err := channel.Accept()
		if err != nil {
			continue
		}
		go func() {
			for r := range reqs {
				_ = r.Reply(r.Type == "subsystem", nil)
			}
		}()
		sessions.Go(func() {
			h := pkgsftp.Handlers{FileGet: d, FilePut: d, FileCmd: sftpCommands{d}, FileList: d}
			if p.posix {
				h.FileCmd = sftpPosix{sftpCommands{d}}
			}
			_ = pkgsftp.NewRequestServer(ch, h).Serve()
			ch.Close()
		})
	}
	sessions.Wait()
}

// sftpDialogue is one connection.
type sftpDialogue struct {
	p *sftpPeer
	w *wire
}

var errGone = errors.New("the connection is gone")

// misbehave does what breaks a connection; false when it is something else.
func (d *sftpDialogue) misbehave(do string) bool {
	switch do {
	case doCut:
		d.w.end(false)
	case doReset:
		d.w.end(true)
	case doStall: // both ways are silent until somebody has enough
		d.w.silence()
	case doKill:
		d.p.kill()
	default:
		return false
	}
	return true
}

// step does one operation with what is planned before and after it.
func (d *sftpDialogue) step(op, name string, do func() error) error {
	if f, is := d.p.due("before " + op); is {
		switch {
		case d.misbehave(f.Do):
			return errGone
		case f.Do == doFailure:
			return pkgsftp.ErrSSHFxFailure
		case f.Do == doDenied:
			return pkgsftp.ErrSSHFxPermissionDenied
		case f.Do == doForeign:
			d.p.foreign(name, len(foreign))
		case f.Do == doAlike:
			d.p.foreign(name, -1)
		case f.Do == doShort:
			return nil
		}
	}
	d.p.mu.Lock()
	var err error
	if d.p.frozen {
		err = errGone
	} else if err = do(); err == nil {
		d.p.look()
	}
	d.p.mu.Unlock()
	if err != nil {
		return err
	}
	if f, is := d.p.due("after " + op); is {
		if d.misbehave(f.Do) {
			return errGone
		}
		return pkgsftp.ErrSSHFxFailure
	}
	return nil
}

const foreign = "somebody else's\r\n"

// foreign puts another file under the name that a file is to have: of size bytes, or, with -1, of as many as are ours.
func (p *sftpPeer) foreign(name string, size int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	final, _, _ := strings.Cut(name, ".csv")
	final += ".csv"
	if p.takes || p.files[final] != nil || size < 0 && p.over { // who renames over what came in the same moment cannot be helped
		return
	}
	for other, f := range p.files {
		if size < 0 && strings.HasPrefix(other, final) {
			size = len(f.data)
		}
	}
	if size < len(foreign) {
		return
	}
	p.files[final] = &memoryFile{data: []byte(foreign + strings.Repeat(" ", size-len(foreign)))}
}

// look is the reader over there; the caller holds the lock.
func (p *sftpPeer) look() {
	for name, f := range p.files {
		if strings.HasSuffix(name, ".part") || !p.takes {
			continue
		}
		p.taken = append(p.taken, delivery{po: poOfFile(name), id: name, raw: bytes.Clone(f.data), at: time.Now()})
		delete(p.files, name)
	}
}

// there is what has arrived: what was taken, and what lies there under a final name.
func (p *sftpPeer) there() []delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := slices.Clone(p.taken)
	for name, f := range p.files {
		if !strings.HasSuffix(name, ".part") && !strings.HasPrefix(string(f.data), foreign) {
			all = append(all, delivery{po: poOfFile(name), id: name, raw: bytes.Clone(f.data)})
		}
	}
	return all
}

// unfinished are the names of files that an attempt has left.
func (p *sftpPeer) unfinished() (names []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name := range p.files {
		if strings.HasSuffix(name, ".part") {
			names = append(names, name)
		}
	}
	return names
}

// clear takes away what is not ours, as the supplier does when asked.
func (p *sftpPeer) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, f := range p.files {
		if strings.HasPrefix(string(f.data), foreign) {
			delete(p.files, name)
		}
	}
}

func (d *sftpDialogue) Filewrite(r *pkgsftp.Request) (w io.WriterAt, err error) {
	flags := r.Pflags()
	f := &memoryFile{}
	err = d.step("open", r.Filepath, func() error {
		old := d.p.files[r.Filepath]
		switch {
		case old != nil && flags.Excl:
			return pkgsftp.ErrSSHFxFailure
		case old != nil && !flags.Trunc:
			f = old
			return nil
		}
		d.p.files[r.Filepath] = f
		return nil
	})
	return &memoryWriter{d: d, f: f, name: r.Filepath}, err
}

// memoryWriter is a file that is being written.
type memoryWriter struct {
	d    *sftpDialogue
	f    *memoryFile
	name string
}

func (w *memoryWriter) WriteAt(p []byte, off int64) (int, error) {
	err := w.d.step("write", w.name, func() error {
		if more := int(off) + len(p) - len(w.f.data); more > 0 {
			w.f.data = append(w.f.data, make([]byte, more)...)
		}
		copy(w.f.data[off:], p)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

func (w *memoryWriter) Close() error {
	return w.d.step("close", w.name, func() error { return nil })
}

func (d *sftpDialogue) Fileread(r *pkgsftp.Request) (at io.ReaderAt, err error) {
	err = d.step("read", r.Filepath, func() error {
		f := d.p.files[r.Filepath]
		if f == nil {
			return os.ErrNotExist
		}
		at = bytes.NewReader(bytes.Clone(f.data))
		return nil
	})
	return at, err
}

func (d *sftpDialogue) Filelist(r *pkgsftp.Request) (pkgsftp.ListerAt, error) { return d.Lstat(r) }

func (d *sftpDialogue) Lstat(r *pkgsftp.Request) (list pkgsftp.ListerAt, err error) {
	err = d.step("stat", r.Filepath, func() error {
		f := d.p.files[r.Filepath]
		if f == nil {
			return os.ErrNotExist
		}
		list = memoryInfo{path.Base(r.Filepath), int64(len(f.data))}
		return nil
	})
	return list, err
}

type memoryInfo struct {
	name string
	size int64
}

func (i memoryInfo) Name() string     { return i.name }
func (i memoryInfo) Size() int64      { return i.size }
func (memoryInfo) Mode() fs.FileMode  { return 0o644 }
func (memoryInfo) ModTime() time.Time { return time.Time{} }
func (memoryInfo) IsDir() bool        { return false }
func (memoryInfo) Sys() any           { return nil }

func (i memoryInfo) ListAt(to []fs.FileInfo, off int64) (int, error) {
	if off > 0 || len(to) == 0 {
		return 0, io.EOF
	}
	to[0] = i
	return 1, io.EOF
}

// sftpCommands renames and removes; sftpPosix also offers posix-rename@openssh.com.
type sftpCommands struct{ d *sftpDialogue }

func (c sftpCommands) Filecmd(r *pkgsftp.Request) error {
	switch r.Method {
	case "Rename":
		return c.rename(r)
	case "Remove":
		return c.d.step("remove", r.Filepath, func() error {
			if c.d.p.files[r.Filepath] == nil {
				return os.ErrNotExist
			}
			delete(c.d.p.files, r.Filepath)
			return nil
		})
	}
	return pkgsftp.ErrSSHFxOpUnsupported
}

func (c sftpCommands) rename(r *pkgsftp.Request) error {
	return c.d.step("rename", r.Target, func() error {
		f := c.d.p.files[r.Filepath]
		if f == nil {
			return os.ErrNotExist
		}
		if c.d.p.files[r.Target] != nil {
			if !c.d.p.over {
				return pkgsftp.ErrSSHFxFailure
			}
			c.d.p.halves = append(c.d.p.halves, fmt.Sprintf("%s was written over", r.Target))
		}
		delete(c.d.p.files, r.Filepath)
		c.d.p.files[r.Target] = f
		return nil
	})
}

type sftpPosix struct{ sftpCommands }

func (c sftpPosix) PosixRename(r *pkgsftp.Request) error { return c.rename(r) }

// poOfFile reads the number out of "/in/po_1001-A.csv", or "/in/po_1001-A.csv.7-1.part".
func poOfFile(name string) string {
	name, _, _ = strings.Cut(strings.TrimPrefix(path.Base(name), "po_"), ".csv")
	return name
}
