package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEnterState(t *testing.T) {
	folder := t.TempDir() + "/state"
	first, leave, err := enterState(folder)
	if err != nil || first == "" {
		t.Fatal(first, err)
	}
	if _, _, err := enterState(folder); err == nil || !strings.Contains(err.Error(), "another waybill runs on the state folder") {
		t.Errorf("a second daemon on one state folder: %v", err)
	}
	leave()
	again, leave, err := enterState(folder)
	if err != nil || again != first {
		t.Errorf("the node's name after a restart: %q, %v; before: %q", again, err, first)
	}
	leave()
	other, leave, err := enterState(t.TempDir())
	if err != nil || other == first {
		t.Errorf("two state folders have the name %q, %v", other, err)
	}
	leave()
}

// Root leaves nothing in a folder of the daemon's user that the daemon could not open.
func TestNotAsRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can be mistaken for another user")
	}
	_, config := served(t)
	state := filepath.Join(filepath.Dir(config), "state")
	if err := os.Mkdir(state, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(state, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	for _, words := range [][]string{{"status"}, {"serve"}} {
		code, _, errs := command(t, state, append([]string{"--config", config}, words...)...)
		if code != exitFailed || !strings.Contains(errs, "sudo -u nobody waybill") {
			t.Errorf("%v: exit %d: %s", words, code, errs)
		}
	}
	if left, err := os.ReadDir(state); err != nil || len(left) > 0 {
		t.Errorf("root left %v (%v)", left, err)
	}
}
