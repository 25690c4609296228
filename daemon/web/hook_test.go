package web

import (
	"strings"
	"testing"
)

// TestHookRefuses: what is not for a shop system, or too large, is refused, and nothing is kept. What a shop system's signature does stands with each.
func TestHookRefuses(t *testing.T) {
	s := newShop(t)
	h := s.api()
	for name, c := range map[string]struct {
		method, path, body string
		want               int
	}{
		"a channel that is no shop system": {"POST", "/hooks/shop", "{}", 404},
		"no such channel":                  {"POST", "/hooks/nowhere", "{}", 404},
		"another path":                     {"POST", "/hooks/../shop", "{}", 404},
		"too large":                        {"POST", "/hooks/shop", strings.Repeat("x", maxHook+1), 413},
		"asked for":                        {"GET", "/hooks/shop", "", 405},
	} {
		if got := raw(h, c.method, c.path, c.body, "").Code; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
