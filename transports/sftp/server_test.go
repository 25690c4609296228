package sftp_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/transports/sftp"
)

// server is an SSH and SFTP server in process, over a real folder, that can be told to misbehave. It offers posix-rename and
// no fsync, and renames over existing files: the opposite of OpenSSH where it matters.
type server struct {
	t       testing.TB
	network *network
	root    *os.Root
	dir     string
	host    ssh.Signer
	user    ssh.Signer // the key that may log in
	ssh     ssh.ServerConfig

	noSubsystem bool // logs in and offers no SFTP
	oneChannel  bool // allows one channel on each connection
	endless     bool // lists names for ever

	mu     sync.Mutex
	logins int // attempts to log in
	// before is asked before each operation ("open", "write", "rename", "remove", "list", "stat", "mkdir"); an error is what
	// the server answers. hangUp ends the connection; gone is closed when it has ended.
	before func(op, name string, hangUp func(), gone <-chan struct{}) error
	after  func(op, name string, hangUp func(), gone <-chan struct{}) error
	conns  sync.WaitGroup
}

const (
	userName = "shop"
	password = "correct horse"
	address  = "sftp.prairie.example:22"
)

func newServer(t testing.TB) *server {
	t.Helper()
	dir := memory(t)
	for _, d := range []string{"in", "out", "archive"} {
		if err := os.Mkdir(path.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, root: root, dir: dir, host: newSigner(t, 1), user: newSigner(t, 2)}
	s.network = &network{server: s}
	s.ssh.PasswordCallback = func(c ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
		if c.User() == userName && string(given) == password {
			return nil, nil
		}
		return nil, errors.New("no")
	}
	s.ssh.PublicKeyCallback = func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if c.User() == userName && string(key.Marshal()) == string(s.user.PublicKey().Marshal()) {
			return nil, nil
		}
		return nil, errors.New("no")
	}
	s.ssh.AuthLogCallback = func(ssh.ConnMetadata, string, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.logins++
	}
	s.ssh.AddHostKey(s.host)
	t.Cleanup(func() {
		s.network.hangUp()
		s.conns.Wait()
		root.Close()
	})
	return s
}

// memory gives a folder in memory where the system has one, for tests that write thousands of files.
func memory(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "waybill-test-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func newSigner(t testing.TB, seed byte) ssh.Signer {
	t.Helper()
	signer, err := ssh.NewSignerFromKey(newKey(seed))
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func newKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), ed25519.SeedSize)))
}

// asked says whether somebody tried to log in.
func (s *server) asked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins > 0
}

// line1 is a key as a line of authorized_keys.
func line1(key ssh.PublicKey) string { return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) }

// account opens an account on the server; change may alter how.
func (s *server) account(t testing.TB, change ...func(*sftp.Config)) *sftp.Account {
	t.Helper()
	c := sftp.Config{Address: address, User: userName, Password: password, HostKeys: []string{line1(s.host.PublicKey())}, Dialer: s.network}
	for _, f := range change {
		f(&c)
	}
	a, err := sftp.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func (n *network) hangUp() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range n.lines {
		l.toServer.end()
		l.toClient.end()
	}
}

// serve answers one connection until it ends.
func (s *server) serve(conn net.Conn) {
	s.conns.Go(func() {
		defer conn.Close()
		c, channels, requests, err := ssh.NewServerConn(conn, &s.ssh)
		if err != nil {
			return
		}
		gone := make(chan struct{})
		go func() { c.Wait(); close(gone) }()
		go ssh.DiscardRequests(requests)
		var sessions sync.WaitGroup
		n := 0
		for channel := range channels {
			if n++; n > 1 && s.oneChannel {
				_ = channel.Reject(ssh.ResourceShortage, "one is enough")
				continue
			}
			ch, reqs, err := channel.Accept()
			if err != nil {
				continue
			}
			go func() {
				for r := range reqs {
					_ = r.Reply(r.Type == "subsystem" && !s.noSubsystem, nil)
				}
			}()
			h := &handlers{s: s, hangUp: func() { conn.Close() }, gone: gone}
			sessions.Go(func() {
				_ = pkgsftp.NewRequestServer(ch, pkgsftp.Handlers{FileGet: h, FilePut: h, FileCmd: h, FileList: h}).Serve()
				ch.Close()
			})
		}
		sessions.Wait()
	})
}

// handlers does what one connection asks for.
type handlers struct {
	s      *server
	hangUp func()
	gone   <-chan struct{}
}

func inside(name string) string {
	if name = strings.TrimPrefix(path.Clean("/"+name), "/"); name == "" {
		return "."
	}
	return name
}

func (h *handlers) do(op, name string, do func() error) error {
	h.s.mu.Lock()
	before, after := h.s.before, h.s.after
	h.s.mu.Unlock()
	if before != nil {
		if err := before(op, name, h.hangUp, h.gone); err != nil {
			return err
		}
	}
	err := do()
	if err == nil && after != nil {
		err = after(op, name, h.hangUp, h.gone)
	}
	return err
}

func (h *handlers) Filewrite(r *pkgsftp.Request) (w io.WriterAt, err error) {
	flags, p := os.O_WRONLY, r.Pflags()
	if p.Creat {
		flags |= os.O_CREATE
	}
	if p.Excl {
		flags |= os.O_EXCL
	}
	if p.Trunc {
		flags |= os.O_TRUNC
	}
	err = h.do("open", inside(r.Filepath), func() error {
		f, err := h.s.root.OpenFile(inside(r.Filepath), flags, 0o644)
		w = &written{File: f, h: h, name: inside(r.Filepath)}
		return failure(err)
	})
	return w, err
}

// failure hides why a file could not be created, as version 3 of the protocol has no word for it.
func failure(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return pkgsftp.ErrSSHFxFailure
	}
	return err
}

// written is a file that is being written.
type written struct {
	*os.File
	h    *handlers
	name string
}

func (w *written) WriteAt(p []byte, off int64) (n int, err error) {
	err = w.h.do("write", w.name, func() error { n, err = w.File.WriteAt(p, off); return err })
	return n, err
}

func (h *handlers) Fileread(r *pkgsftp.Request) (f io.ReaderAt, err error) {
	err = h.do("read", inside(r.Filepath), func() (e error) { f, e = h.s.root.Open(inside(r.Filepath)); return e })
	return f, err
}

func (h *handlers) Filecmd(r *pkgsftp.Request) error {
	name, target := inside(r.Filepath), inside(r.Target)
	switch r.Method {
	case "Rename":
		return h.do("rename", target, func() error {
			if _, err := h.s.root.Lstat(target); err == nil {
				return pkgsftp.ErrSSHFxFailure
			}
			return h.s.root.Rename(name, target)
		})
	case "Remove", "Rmdir":
		return h.do("remove", name, func() error { return h.s.root.Remove(name) })
	case "Mkdir":
		return h.do("mkdir", name, func() error { return h.s.root.Mkdir(name, 0o755) })
	}
	return pkgsftp.ErrSSHFxOpUnsupported
}

// PosixRename replaces what has the new name.
func (h *handlers) PosixRename(r *pkgsftp.Request) error {
	name, target := inside(r.Filepath), inside(r.Target)
	if err := h.do("posix-rename", target, func() error { return nil }); err != nil {
		return err
	}
	return h.do("rename", target, func() error { return h.s.root.Rename(name, target) })
}

// StatVFS says that the disk is full.
func (h *handlers) StatVFS(*pkgsftp.Request) (*pkgsftp.StatVFS, error) {
	return &pkgsftp.StatVFS{Bsize: 4096, Frsize: 4096, Bavail: 3}, nil
}

func (h *handlers) Filelist(r *pkgsftp.Request) (pkgsftp.ListerAt, error) {
	name := inside(r.Filepath)
	if r.Method != "List" {
		return h.Lstat(r)
	}
	if h.s.endless {
		return endless{}, nil
	}
	var all infos
	err := h.do("list", name, func() error {
		d, err := h.s.root.Open(name)
		if err != nil {
			return err
		}
		defer d.Close()
		all, err = d.Readdir(-1)
		return err
	})
	return all, err
}

func (h *handlers) Lstat(r *pkgsftp.Request) (pkgsftp.ListerAt, error) {
	var info fs.FileInfo
	err := h.do("stat", inside(r.Filepath), func() (e error) { info, e = h.s.root.Lstat(inside(r.Filepath)); return e })
	return infos{info}, err
}

type infos []fs.FileInfo

func (all infos) ListAt(to []fs.FileInfo, off int64) (int, error) {
	if off >= int64(len(all)) {
		return 0, io.EOF
	}
	n := copy(to, all[off:])
	if n < len(to) {
		return n, io.EOF
	}
	return n, nil
}

// endless is a directory without an end.
type endless struct{}

func (endless) ListAt(to []fs.FileInfo, off int64) (int, error) {
	for i := range to {
		to[i] = claimed(fmt.Sprintf("%d.csv", off+int64(i)))
	}
	return len(to), nil
}

// claimed is a file that a server claims to have.
type claimed string

func (c claimed) Name() string     { return string(c) }
func (claimed) Size() int64        { return 1 }
func (claimed) Mode() fs.FileMode  { return 0o644 }
func (claimed) ModTime() time.Time { return now() }
func (claimed) IsDir() bool        { return false }
func (claimed) Sys() any           { return nil }

// names lists a directory of the server.
func (s *server) names(dir string) []string {
	s.t.Helper()
	entries, err := os.ReadDir(path.Join(s.dir, dir))
	if err != nil {
		s.t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func (s *server) put(name, body string) {
	s.t.Helper()
	if err := os.WriteFile(path.Join(s.dir, name), []byte(body), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// hook sets what the server asks before and after its operations.
func (s *server) hook(before, after func(op, name string, hangUp func(), gone <-chan struct{}) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before, s.after = before, after
}

// refuseOn answers one kind of operation with an error.
func (s *server) refuseOn(op string, err error) {
	s.hook(func(o, _ string, _ func(), _ <-chan struct{}) error {
		if o == op {
			return err
		}
		return nil
	}, nil)
}

func noMark(context.Context) error { return nil }

func now() time.Time { return time.Unix(1756210000, 0) }
