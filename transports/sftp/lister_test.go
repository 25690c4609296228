package sftp

import (
	"encoding/binary"
	"io/fs"
	"testing"
	"time"
)

// packet builds an answer to a request for names; each entry is its bytes.
func packet(entries ...[]byte) []byte {
	p := binary.BigEndian.AppendUint32(nil, 7)
	p = binary.BigEndian.AppendUint32(p, uint32(len(entries)))
	for _, e := range entries {
		p = append(p, e...)
	}
	return p
}

func entryOf(name, long string, flags uint32, numbers ...uint32) []byte {
	var p []byte
	for _, s := range []string{name, long} {
		p = binary.BigEndian.AppendUint32(p, uint32(len(s)))
		p = append(p, s...)
	}
	p = binary.BigEndian.AppendUint32(p, flags)
	for _, n := range numbers {
		p = binary.BigEndian.AppendUint32(p, n)
	}
	return p
}

func TestNames(t *testing.T) {
	all, err := appendNames(nil, packet(
		entryOf(".", "", attrPermissions, 0o040755),
		entryOf("..", "", attrPermissions, 0o040755),
		entryOf("../../etc/passwd", "", attrPermissions, 0o100644),
		entryOf("a.csv", "", attrSize|attrOwner|attrPermissions|attrTimes, 1, 2, 1000, 1000, 0o100640, 5, 1756210000),
		entryOf("link", "", attrPermissions, 0o120777),
		entryOf("pipe", "", attrPermissions, 0o010644),
		entryOf("folder", "drwxr-xr-x 2 a a 0 Aug 26 folder", 0),
		entryOf("bare", "", attrSize|attrPermissions, 0, 9, 0o644),
		entryOf("extended", "", attrExtended, 1, 0, 0),
		entryOf("negative", "", attrSize, 1<<31, 0),
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []entry{
		{"a.csv", 1<<32 + 2, 0o640, time.Unix(1756210000, 0)},
		{"link", 0, fs.ModeSymlink | 0o777, time.Time{}},
		{"pipe", 0, fs.ModeIrregular | 0o644, time.Time{}},
		{"folder", 0, fs.ModeDir, time.Time{}},
		{"bare", 9, 0o644, time.Time{}},
		{"extended", 0, 0, time.Time{}},
	}
	if len(all) != len(want) {
		t.Fatalf("%d names, want %d", len(all), len(want))
	}
	for i := range want {
		if got := *all[i].(*entry); got != want[i] {
			t.Errorf("got %+v, want %+v", got, want[i])
		}
	}
}

// FuzzNames: whatever a server sends, there is an answer or an error, and no name that leads elsewhere.
func FuzzNames(f *testing.F) {
	f.Add(packet(entryOf("a.csv", "", attrSize|attrOwner|attrPermissions|attrTimes, 1, 2, 1000, 1000, 0o100640, 5, 1756210000)))
	f.Add(packet(entryOf("../x", "", attrExtended, 1, 0, 0)))
	f.Add([]byte{0, 0, 0, 1, 255, 255, 255, 255, 0, 0, 0, 1, 'a'})
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := appendNames(nil, body)
		for _, e := range all {
			if !fs.ValidPath(e.Name()) && !validButNotUTF8(e.Name()) || e.Size() < 0 {
				t.Errorf("name %q, size %d", e.Name(), e.Size())
			}
		}
		_ = err
		_ = statusError(body)
	})
}

func validButNotUTF8(name string) bool {
	for _, r := range []byte(name) {
		if r == '/' {
			return false
		}
	}
	return name != "" && name != "." && name != ".."
}
