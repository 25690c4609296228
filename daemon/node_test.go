package main

import (
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
