package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// postgresShop is a shop over a PostgreSQL of its own, on a small disk where there may be one, reached through a proxy.
type postgresShop struct {
	*faultShop
	t      *testing.T
	server *transporttest.Postgres
	proxy  *transporttest.Proxy
	disk   string // of the database's tables; "" where none can be mounted
	orders int
}

func newPostgresShop(t *testing.T) *postgresShop {
	t.Helper()
	server := transporttest.StartOwnPostgres(t)
	p := &postgresShop{t: t, server: server, proxy: transporttest.StartProxy(t, server.Addr), orders: 1000}
	p.sql("postgres", "CREATE ROLE keeper LOGIN PASSWORD '"+server.Password+"'") // no limit holds for a superuser
	p.sql("postgres", "CREATE DATABASE shop OWNER keeper"+p.smallDisk(t))
	dsn := strings.NewReplacer(server.Addr, p.proxy.Addr, server.User+":", "keeper:").Replace(server.DSN("shop"))
	p.faultShop = newFaultShop(t, t.TempDir(), dsn)
	return p
}

// smallDisk gives the clause that puts a database on a disk of its own.
func (p *postgresShop) smallDisk(t *testing.T) string {
	dir := filepath.Join(p.server.Dir, "small")
	if os.Mkdir(dir, 0o700) != nil || syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=48m") != nil {
		return "" // the rest is tried all the same
	}
	t.Cleanup(func() {
		p.server.Stop(t) // before its disk goes
		_ = syscall.Unmount(dir, syscall.MNT_DETACH)
	})
	var owner syscall.Stat_t
	if err := syscall.Stat(p.server.Dir, &owner); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
		t.Fatal(err)
	}
	p.disk = dir
	if _, err := p.server.SQL("postgres", "CREATE TABLESPACE small LOCATION '"+dir+"'"); err != nil {
		t.Fatal(err)
	}
	return " TABLESPACE small"
}

func (p *postgresShop) sql(database, statement string) {
	p.t.Helper()
	if _, err := p.server.SQL(database, statement); err != nil {
		p.t.Fatal(err)
	}
}

// cutOff ends all sessions of the daemon.
func (p *postgresShop) cutOff() {
	p.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop'")
}

// TestPostgresFails: a PostgreSQL that works badly. Each time nothing is taken that is not kept, the reason is said, and it goes on by itself.
func TestPostgresFails(t *testing.T) {
	t.Parallel()
	transporttest.Need(t, "postgres")
	p := newPostgresShop(t)
	p.start()
	p.sends(p.next())
	for _, c := range []struct {
		name, says  string
		slow        bool
		spoil, mend func()
	}{
		{"it is a standby", "PostgreSQL only lets itself be read", false, func() {
			p.sql("postgres", "ALTER DATABASE shop SET default_transaction_read_only = on")
			p.cutOff()
		}, func() {
			p.sql("postgres", "ALTER DATABASE shop RESET default_transaction_read_only")
			p.cutOff()
		}},
		{"somebody else holds all connections", "PostgreSQL takes no more connections", false, func() {
			p.sql("postgres", "ALTER ROLE keeper CONNECTION LIMIT 0")
			p.cutOff()
		}, func() { p.sql("postgres", "ALTER ROLE keeper CONNECTION LIMIT -1") }},
		{"the password is another one", "PostgreSQL does not let waybill in", false, func() {
			p.sql("postgres", "ALTER ROLE keeper PASSWORD 'another'")
			p.cutOff()
		}, func() { p.sql("postgres", "ALTER ROLE keeper PASSWORD '"+p.server.Password+"'") }},
		{"its disk is full", "PostgreSQL's disk is full", false, func() {
			_ = os.WriteFile(filepath.Join(p.disk, "filler"), make([]byte, 64<<20), 0o600)
		}, func() { _ = os.Remove(filepath.Join(p.disk, "filler")) }},
		{"a firewall forgets its connections", "", true, func() { p.proxy.BreakAll(transporttest.Stall) }, func() {}},
		{"it hangs", "PostgreSQL cannot be reached", true, func() {
			p.proxy.Every(transporttest.Fault{Break: transporttest.Stall})
			p.proxy.BreakAll(transporttest.Stall)
		}, func() { p.proxy.Every(transporttest.Fault{}) }},
	} {
		if c.name == "its disk is full" && p.disk == "" {
			t.Log("no small disk can be mounted here")
			continue
		}
		if c.slow && os.Getenv("WAYBILL_FAULTS") == "" {
			continue // make faults
		}
		began := time.Now()
		c.spoil()
		refused := p.refuses(c.says)
		if c.says != "" {
			p.said(c.name, c.says)
		}
		said := time.Since(began)
		c.mend()
		mended := time.Now()
		n := p.next()
		await(t, c.name+": it goes on", func() bool {
			status, _ := postWithin(p.url, number(n), 50*time.Second)
			return status == 201 || status == 200
		})
		t.Logf("%s: refused %d, said after %s, goes on after %s", c.name, refused, said.Round(time.Millisecond), time.Since(mended).Round(time.Millisecond))
		await(t, c.name+": "+"ready", func() bool { status, _ := p.get("/readyz"); return status == 200 })
	}
	p.kept()
}

func (p *postgresShop) next() int { p.orders++; return p.orders }

// refuses posts until an order is refused; what was taken before has to be there in the end.
func (p *postgresShop) refuses(says string) (refused int) {
	p.t.Helper()
	if says == "" {
		return 0
	}
	for range 3000 { // a server with a full disk has room left in pages that it has
		n := p.next()
		status, answer := postWithin(p.url, number(n), 55*time.Second)
		switch status {
		case 201:
		case 503:
			p.orders-- // posted again
			return status
		default:
			p.t.Errorf("%d %s", status, answer)
			p.orders--
			return status
		}
	}
	p.t.Errorf("it never refused")
	return 0
}

func (p *postgresShop) said(name, what string) {
	p.t.Helper()
	await(p.t, name+": /readyz to say "+what, func() bool {
		status, body := p.get("/readyz")
		return status == 503 && strings.Contains(body, what)
	})
	for _, command := range []string{"status", "desk list"} {
		if said := p.try(strings.Fields(command)...); !strings.Contains(said.out+said.errs, what) {
			p.t.Errorf("%s: waybill %s: %+v", name, command, said)
		}
	}
}

// kept holds that each order that was taken has left once.
func (p *postgresShop) kept() {
	t := p.t
	count := func() int { return files(t, p.out) }
	await(t, fmt.Sprint("all of ", p.orders-1000, " files"), func() bool { return count() == p.orders-1000 })
	if out := p.do("verify"); out != "The books are in order.\n" {
		t.Error(out)
	}
}
