package transporttest

import (
	"strings"
	"testing"
)

func TestPostgres(t *testing.T) {
	p := StartPostgres(t)
	if StartPostgres(t) != p {
		t.Fatal("not shared")
	}
	a, b := p.NewDatabase(t), p.NewDatabase(t)
	if a == b {
		t.Fatal(a)
	}
	got, err := p.SQL(a, "select current_database(), current_setting('fsync'), current_setting('server_encoding')")
	if err != nil || got != strings.TrimSuffix(a[strings.LastIndexByte(a, '/')+1:], "?sslmode=disable")+"|on|UTF8" {
		t.Fatal(got, err)
	}
}

func TestOwnPostgres(t *testing.T) {
	p := StartOwnPostgres(t)
	dsn := p.NewDatabase(t)
	if _, err := p.SQL(dsn, "create table t(n int); insert into t values (1)"); err != nil {
		t.Fatal(err)
	}
	p.Kill(t)
	p.Start(t)
	if got, err := p.SQL(dsn, "select * from t"); err != nil || got != "1" {
		t.Fatal(got, err)
	}
	p.Stop(t)
	p.Start(t)
	if got, err := p.SQL(dsn, "select * from t"); err != nil || got != "1" {
		t.Fatal(got, err)
	}
}
