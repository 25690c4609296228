package transporttest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Postgres is a real PostgreSQL on 127.0.0.1, with data of its own.
type Postgres struct {
	// Addr is host:port, Socket the folder of the Unix socket, User the superuser that every DSN logs in as.
	Addr, Socket, User, Password string
	// Dir holds the cluster, Log is the server's log.
	Dir, Log string

	bin   string // folder of PostgreSQL's programs
	proc  *process
	mu    sync.Mutex
	count int // databases made so far
	lock  io.Closer
}

// sharedPostgres is the one instance of this test process, made when first asked for. Every test has databases of its
// own in it, so tests cannot disturb one another. Its guard ends it with the process (see launch).
var sharedPostgres = sync.OnceValues(newPostgres)

// StartPostgres gives the PostgreSQL that the tests of this process share; the first caller starts it (about a
// second). It is stopped and its data removed when the process ends, in whatever way. The test is skipped where there is none.
func StartPostgres(t testing.TB) *Postgres {
	t.Helper()
	Need(t, "postgres")
	p, err := sharedPostgres()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.showLog(t) })
	return p
}

// StartOwnPostgres starts an instance for this test alone, which may Stop, Kill and Start it.
func StartOwnPostgres(t testing.TB) *Postgres {
	t.Helper()
	Need(t, "postgres")
	p, err := newPostgres()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.halt((*process).stop); err != nil {
			t.Error(err)
		}
		p.showLog(t)
		p.lock.Close()
		if err := os.RemoveAll(p.Dir); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *Postgres) showLog(t testing.TB) {
	if t.Failed() {
		t.Logf("log of postgres:\n%s", tail(p.Log, 16<<10))
	}
}

// newPostgres makes a cluster and starts it.
func newPostgres() (*Postgres, error) {
	initdb, err := program("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return nil, err
	}
	dir, err := makeDir("postgres")
	if err != nil {
		return nil, err
	}
	p := &Postgres{Dir: dir, Socket: dir, Log: filepath.Join(dir, "postgres.log"), User: "waybill", Password: "test-only", bin: filepath.Dir(initdb)}
	if err := p.prepare(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	if err := p.start(); err != nil {
		err = fmt.Errorf("%w\n%s", err, tail(p.Log, 16<<10))
		os.RemoveAll(dir)
		return nil, err
	}
	return p, nil
}

func (p *Postgres) prepare() error {
	if err := giveAway(p.Dir); err != nil { // PostgreSQL refuses to run as root
		return err
	}
	n, lock, err := reservePort()
	if err != nil {
		return err
	}
	p.Addr, p.lock = address(n), lock
	password := filepath.Join(p.Dir, "password")
	if err := os.WriteFile(password, []byte(p.Password+"\n"), 0o644); err != nil {
		return fmt.Errorf("password of postgres: %w", err)
	}
	// The C locale and UTF-8 wherever the tests run. --no-sync spares the first flush only, the server itself does fsync.
	_, err = run(p.program("initdb", "--pgdata="+p.data(), "--username="+p.User, "--pwfile="+password, "--auth-local=trust",
		"--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"))
	return err
}

func (p *Postgres) data() string { return filepath.Join(p.Dir, "data") }

// program is one of PostgreSQL's own, run as the user who owns the cluster.
func (p *Postgres) program(name string, args ...string) *exec.Cmd {
	cmd := asNobody(exec.Command(filepath.Join(p.bin, name), args...))
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "PGCONNECT_TIMEOUT=10")
	return cmd
}

func (p *Postgres) start() error {
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("log of postgres: %w", err)
	}
	defer log.Close()
	cmd := p.program("postgres", "-D", p.data(), "-c", "listen_addresses="+Host, "-c", "port="+portOf(p.Addr),
		"-c", "unix_socket_directories="+p.Socket, "-c", "max_connections=300", "-c", "timezone=UTC")
	cmd.Stdout, cmd.Stderr = log, log
	// SIGQUIT is an immediate shutdown: the cluster recovers at the next start as after a crash.
	if p.proc, err = launch("postgres", cmd, syscall.SIGQUIT); err != nil {
		return err
	}
	p.proc.polite = syscall.SIGINT // "fast": clients are cut off, and everything is written
	return await(p.proc, func() error {
		// The first and the last line of the pid file are what pg_ctl looks at; after a kill the old file is still there.
		raw, err := os.ReadFile(filepath.Join(p.data(), "postmaster.pid"))
		if err != nil {
			return err
		}
		f := strings.Fields(string(raw))
		if len(f) == 0 || f[0] != fmt.Sprint(p.proc.pid) || f[len(f)-1] != "ready" {
			return fmt.Errorf("status %q", raw)
		}
		return nil
	})
}

// Start starts an instance of StartOwnPostgres again, on the same port and data.
func (p *Postgres) Start(t testing.TB) {
	t.Helper()
	if err := p.start(); err != nil {
		t.Fatalf("%v\n%s", err, tail(p.Log, 16<<10))
	}
}

// Stop ends an instance of StartOwnPostgres; its clients lose their connections.
func (p *Postgres) Stop(t testing.TB) {
	t.Helper()
	if err := p.halt((*process).stop); err != nil {
		t.Fatal(err)
	}
}

// Kill ends it and all its backends by SIGKILL, as a crash does.
func (p *Postgres) Kill(t testing.TB) {
	t.Helper()
	if err := p.halt((*process).kill); err != nil {
		t.Fatal(err)
	}
}

// PIDs lists the processes of the server; none when it is stopped.
func (p *Postgres) PIDs() []int { return pids(p.proc) }

func (p *Postgres) halt(how func(*process) error) error {
	if p.proc == nil {
		return nil
	}
	err := how(p.proc)
	p.proc = nil
	return err
}

// NewDatabase makes an empty database and gives its DSN, a URL that pgx takes. It is dropped when the test ends.
func (p *Postgres) NewDatabase(t testing.TB) string {
	t.Helper()
	p.mu.Lock()
	p.count++
	name := fmt.Sprintf("test_%d", p.count)
	p.mu.Unlock()
	if _, err := p.SQL("postgres", "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.proc == nil {
			return // the test stopped the server, and its folder goes as a whole
		}
		if _, err := p.SQL("postgres", "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return p.DSN(name)
}

// DSN is the URL of a database of this instance.
func (p *Postgres) DSN(database string) string {
	return fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", p.User, p.Password, p.Addr, database)
}

// SQL runs a statement by psql, past whatever the test itself uses, and gives the rows: columns parted by |.
func (p *Postgres) SQL(database, statement string) (string, error) {
	out, err := run(p.program("psql", "-h", p.Socket, "-p", portOf(p.Addr), "-U", p.User, "-d", database, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", statement))
	return strings.TrimSpace(out), err
}

// Dump gives a database as SQL statements (pg_dump), without psql's own commands.
func (p *Postgres) Dump(database string) (string, error) {
	out, err := run(p.program("pg_dump", "-h", p.Socket, "-p", portOf(p.Addr), "-U", p.User, "--inserts", "--no-owner", "--no-privileges", database))
	var kept strings.Builder
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, `\`) {
			kept.WriteString(line)
		}
	}
	return kept.String(), err
}
