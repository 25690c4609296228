package transporttest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// verdict is a testing.TB that remembers how Need ended the test. The two ends are all that Need calls.
type verdict struct {
	testing.TB
	skipped, failed string
}

func (v *verdict) Helper()                        {}
func (v *verdict) Skipf(format string, a ...any)  { v.skipped = format; panic(v) }
func (v *verdict) Fatalf(format string, a ...any) { v.failed = format; panic(v) }

func TestNeed(t *testing.T) {
	need := func(names ...string) (v *verdict) {
		v = &verdict{}
		defer func() {
			if got := recover(); got != nil && got != any(v) {
				panic(got)
			}
		}()
		Need(v, names...)
		return v
	}
	t.Setenv("WAYBILL_SERVERS", "")
	if v := need("no-such-server"); v.skipped == "" || v.failed != "" {
		t.Errorf("a missing server does not skip the test: %+v", v)
	}
	t.Setenv("WAYBILL_SERVERS", "required")
	if v := need("no-such-server"); v.failed == "" || v.skipped != "" {
		t.Errorf("a missing server that is required does not fail the test: %+v", v)
	}
	for name, s := range servers() {
		if s.packages == "" || len(s.programs) == 0 {
			t.Errorf("%s: nothing tells what to install", name)
		}
	}
}

// TestPackagesAgree holds the list of .ci/servers and the one of Need together.
func TestPackagesAgree(t *testing.T) {
	script, err := os.ReadFile("../../.ci/servers")
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range servers() {
		for _, p := range strings.Fields(s.packages) {
			if !strings.Contains(string(script), "\t"+p+" /") {
				t.Errorf("%s needs package %s, which .ci/servers does not install", name, p)
			}
		}
	}
}

func TestProgram(t *testing.T) {
	dir := t.TempDir()
	for _, version := range []string{"9", "15", "8"} {
		path := filepath.Join(dir, version, "bin", "postgres")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := program(filepath.Join(dir, "*/bin/postgres")); err != nil || got != filepath.Join(dir, "15/bin/postgres") {
		t.Errorf("of versions 8, 9 and 15: %s, %v", got, err)
	}
	if got, err := program(filepath.Join(dir, "no-such-program")); err == nil {
		t.Errorf("a program that is not there: %s", got)
	}
}
