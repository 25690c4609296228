package store

import (
	"errors"
	"strings"
	"testing"
)

// A database on another machine's disk is refused in words.
func TestNetworkFiles(t *testing.T) {
	for kind, refused := range map[int64]bool{0x6969: true, 0xff534d42: true, -0xacb2be: true, 0xef53: false, 0x01021994: false, 0x9123683e: false, 0x794c7630: false, 0x65735546: false} {
		err := refusedFiles("/mnt/shared", kind)
		if errors.Is(err, ErrUnsafe) != refused || refused && !strings.Contains(err.Error(), "PostgreSQL") {
			t.Errorf("%#x: %v", kind, err)
		}
	}
	if err := onThisMachine(t.TempDir()); err != nil {
		t.Error(err)
	}
}
