package rig

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// A program for Linux without C asks the kernel for the time by itself, so that nothing that is loaded before it can tell it another one (libfaketime works by
// LD_PRELOAD). The rig builds the real program with one line more in the standard library's time.Now: it adds as many seconds as WAYBILL_RIG_CLOCK says.
// The monotonic clock stays as it is, as on a machine whose time was set wrongly.
const (
	clockLine = "sec, nsec, mono := runtimeNow()"
	clockFile = `package time

import "syscall"

// rigSeconds is by how much this process's clock is wrong.
var rigSeconds = func() (n int64) {
	text, _ := syscall.Getenv("WAYBILL_RIG_CLOCK")
	sign := int64(1)
	for _, c := range []byte(text) {
		if c == '-' {
			sign = -1
			continue
		}
		n = n*10 + int64(c-'0')
	}
	return sign * n
}()
`
)

var buildSkewed = sync.OnceValues(func() (string, error) {
	if _, err := buildBinary(); err != nil { // which makes the folder
		return "", err
	}
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("ask go where it is: %w", err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "src", "time")
	source, err := os.ReadFile(filepath.Join(root, "time.go"))
	if err != nil {
		return "", err
	}
	if strings.Count(string(source), clockLine) == 0 {
		return "", fmt.Errorf("time.Now has another body in %s: change clockLine", runtime.Version())
	}
	patched := strings.ReplaceAll(string(source), clockLine, clockLine+"; sec += rigSeconds")
	replace := map[string]string{}
	for name, text := range map[string]string{"time.go": patched, "rig.go": clockFile} {
		file := filepath.Join(binaryFolder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(root, name)] = file
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	list, path := filepath.Join(binaryFolder, "overlay.json"), filepath.Join(binaryFolder, "waybill-skewed")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-overlay", list, "-trimpath", "-o", path, "waybill/daemon")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build waybill with a wrong clock: %w\n%s", err, out)
	}
	return path, nil
})

// skewedBinary gives the path of the program whose clock can be wrong.
func skewedBinary(t testing.TB) string {
	t.Helper()
	path, err := buildSkewed()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
