package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be a sandbox's child, as waybill itself is, and the program that the scripts call.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == childName {
		main()
		return
	}
	testscript.Main(m, map[string]func(){"waybill": main})
}

// command runs one command line in a folder and gives what it printed.
func command(t *testing.T, folder string, args ...string) (code int, out, errs string) {
	t.Helper()
	t.Chdir(folder)
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(t.TempDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	stdout, stderr := open("out"), open("errs")
	code = run(t.Context(), args, os.Stdin, stdout, stderr)
	read := func(f *os.File) string {
		raw, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(bytes.TrimSpace(raw))
	}
	return code, read(stdout), read(stderr)
}
