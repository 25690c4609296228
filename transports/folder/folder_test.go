package folder_test

import (
	"os"
	"path/filepath"
	"testing"

	"waybill/transports"
	"waybill/transports/folder"
	"waybill/transports/transporttest"
)

// place is a folder with one to watch and an archive in it.
type place struct{ root string }

func newPlace(t *testing.T) *place { return newPlaceIn(t, t.TempDir()) }

func newPlaceIn(t *testing.T, root string) *place {
	p := &place{root: root}
	for _, dir := range []string{p.Watched(), p.Archive(), "in"} {
		if err := os.Mkdir(p.Local(dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *place) Watched() string          { return "out" }
func (p *place) Archive() string          { return "archive" }
func (p *place) Local(name string) string { return filepath.Join(p.root, filepath.FromSlash(name)) }

func (p *place) Open(t *testing.T, c transports.FileReceiverConfig) transports.Receiver {
	t.Helper()
	r, err := folder.New(p.root, 0).Receiver(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReceiver(t *testing.T) {
	transporttest.TestFileReceiver(t, func(t *testing.T) transporttest.FilePeer { return newPlace(t) })
}
