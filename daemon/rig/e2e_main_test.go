package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// TestMain removes the binary that the tests built when all of them are done.
func TestMain(m *testing.M) {
	code := m.Run()
	if binaryFolder != "" {
		if err := os.RemoveAll(binaryFolder); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

// binaryFolder is set once, by buildBinary, and read once, by TestMain.
var binaryFolder string

// buildBinary builds the real program when the first test asks for it.
var buildBinary = sync.OnceValues(func() (string, error) {
	var err error
	if binaryFolder, err = os.MkdirTemp("", "waybill-rig-"); err != nil {
		return "", err
	}
	path := filepath.Join(binaryFolder, "waybill")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, "waybill/daemon")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build waybill: %w\n%s", err, out)
	}
	return path, nil
})

// binary gives the path of the real program.
func binary(t testing.TB) string {
	t.Helper()
	path, err := buildBinary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
