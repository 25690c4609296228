//go:build linux

package transporttest

import (
	"strings"
	"testing"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	p := StartPostgres(t)
	if StartPostgres(t) != p {
		t.Fatal("two calls give two instances")
	}
	a, b := p.NewDatabase(t), p.NewDatabase(t)
	for _, dsn := range []string{a, b} {
		got, err := p.SQL(dsn, "SELECT current_database(), current_setting('fsync'), current_setting('server_encoding'), count(*) FROM pg_stat_user_tables")
		name, _, _ := strings.Cut(dsn[strings.LastIndexByte(dsn, '/')+1:], "?")
		if err != nil || got != name+"|on|UTF8|0" {
			t.Errorf("%s: %s, %v", dsn, got, err)
		}
		if _, err := p.SQL(dsn, "CREATE TABLE t(n int)"); err != nil {
			t.Error(err)
		}
	}
	if out, err := run(p.program("psql", strings.Replace(a, p.Password, "wrong", 1), "-c", "SELECT 1")); err == nil {
		t.Errorf("a wrong password is taken: %s", out)
	}
}

func TestPostgresDropsDatabases(t *testing.T) {
	t.Parallel()
	p := StartPostgres(t)
	var dsn string
	t.Run("database", func(t *testing.T) { dsn = p.NewDatabase(t) })
	if got, err := p.SQL(dsn, "SELECT 1"); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("a database outlives its test: %s, %v", got, err)
	}
}

func TestOwnPostgres(t *testing.T) {
	t.Parallel()
	Need(t, "postgres")
	var pids []int
	var dirs []string
	t.Run("server", func(t *testing.T) {
		p := StartOwnPostgres(t)
		dsn := p.NewDatabase(t)
		if _, err := p.SQL(dsn, "CREATE TABLE t(n int); INSERT INTO t VALUES (1)"); err != nil {
			t.Fatal(err)
		}
		for _, end := range []struct {
			name string
			do   func(testing.TB)
		}{{"kill", p.Kill}, {"stop", p.Stop}} {
			before := p.PIDs()
			end.do(t)
			if left := alive(before); len(left) > 0 {
				t.Errorf("%s: processes %v are left", end.name, left)
			}
			p.Start(t)
			if got, err := p.SQL(dsn, "SELECT * FROM t"); err != nil || got != "1" {
				t.Fatalf("after %s and start: %s, %v", end.name, got, err)
			}
		}
		pids, dirs = p.PIDs(), []string{p.Dir}
	})
	gone(t, pids, dirs)
}
