package main

import (
	"os"
	"testing"
)

// TestNobodyWatches: a question to a file, a pipe or to nobody would wait for ever, or be answered with nothing.
func TestNobodyWatches(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, f := range map[string]*os.File{"the null device": null, "a pipe": r, "a file": file} {
		if isTerminal(f) {
			t.Errorf("%s is taken for a person", name)
		}
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"Ada Example": "Ada Example", "Zoë 山田": "Zoë 山田", "a\tb\nc": "a b c", "\x1b[2J": "·[2J", "\u202eevil": "·evil", "\u009b31m": "·31m", "x\x00y\x7f": "x·y·",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q is shown as %q, expected %q", in, got, want)
		}
	}
}
