package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// TestCaddy runs a real Caddy with the example: it lets through what the world needs and nothing else.
func TestCaddy(t *testing.T) {
	transporttest.Need(t, "caddy")
	example, err := os.ReadFile("../systemd/examples/Caddyfile")
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "HOME="+t.TempDir())
	validate := exec.Command("caddy", "validate", "--adapter", "caddyfile", "--config", "../systemd/examples/Caddyfile")
	validate.Env = env
	if out, err := validate.CombinedOutput(); err != nil {
		t.Fatalf("caddy validate: %v\n%s", err, out)
	}
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "waybill heard ", r.URL.Path) }))
	defer behind.Close()
	front := fmt.Sprintf("http://127.0.0.1:%d", transporttest.FreePort(t))
	text := strings.NewReplacer("waybill.shop.example", front, "127.0.0.1:8340", strings.TrimPrefix(behind.URL, "http://")).Replace(string(example))
	config := filepath.Join(t.TempDir(), "Caddyfile")
	writeMade(t, config, []byte("{\n\tadmin off\n}\n"+text))
	cmd := exec.Command("caddy", "run", "--adapter", "caddyfile", "--config", config)
	cmd.Env = env
	log := &lockedBuffer{}
	cmd.Stderr = log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	ask := func(path string) (int, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, front+path, nil)
		if err != nil {
			return 0, err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, err
		}
		return response.StatusCode, response.Body.Close()
	}
	limit, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		if _, err := ask("/readyz"); err == nil {
			break
		}
		if limit.Err() != nil {
			t.Fatalf("Caddy does not answer:\n%s", log)
		}
		time.Sleep(20 * time.Millisecond) // another process gives no signal that it listens
	}
	for path, want := range map[string]int{"/api/v1/orders": 200, "/hooks/shop": 200, "/readyz": 200, "/metrics": 404, "/healthz": 404, "/": 404, "/orders": 404, "/api/v2": 404,
		"/api/v1/../../metrics": 404, "//metrics": 404} {
		if got, err := ask(path); err != nil || got != want {
			t.Errorf("%s: %d (%v), want %d", path, got, err, want)
		}
	}
}

// TestMonitoringFiles: the dashboard is JSON that Grafana takes, and Prometheus' own tool finds nothing wrong with the rules, where it is there.
func TestMonitoringFiles(t *testing.T) {
	raw, err := os.ReadFile("../docs/monitoring/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Title  string
		Panels []struct {
			ID      int
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(raw, &board); err != nil || board.Title != "waybill" || len(board.Panels) < 15 {
		t.Fatalf("%d panels: %v", len(board.Panels), err)
	}
	seen := map[int]bool{}
	for _, p := range board.Panels {
		if seen[p.ID] || p.Title == "" || len(p.Targets) == 0 || p.Targets[0].Expr == "" {
			t.Errorf("panel %d %q is not whole", p.ID, p.Title)
		}
		seen[p.ID] = true
	}
	if _, err := exec.LookPath("promtool"); err != nil {
		t.Log("NOT CHECKED: the alert rules, by promtool, which is not here (Debian's package prometheus)")
		return
	}
	if out, err := exec.Command("promtool", "check", "rules", "../docs/monitoring/alerts.yml").CombinedOutput(); err != nil {
		t.Errorf("promtool: %v\n%s", err, out)
	}
}
