package store

import (
	"fmt"
	"path/filepath"
	"syscall"
)

// Magic numbers of file systems that lie on another machine (statfs(2)). SQLite's WAL needs memory that all users of the file share
// (https://www.sqlite.org/wal.html), and a lock there is not always one.
var networkFiles = map[int64]string{ //nolint:gochecknoglobals // a table
	0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "CIFS", 0xfe534d42: "SMB", 0x01021997: "9P", 0x00c36400: "Ceph", 0x5346414f: "AFS", 0x47504653: "GPFS", 0x0bd00bd0: "Lustre",
}

// onThisMachine refuses a folder that lies on another machine: two machines could then work on one SQLite file.
func onThisMachine(folder string) error {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return nil //nolint:nilerr // what is wrong with the folder is said by who opens the file
	}
	return refusedFiles(folder, int64(s.Type)) //nolint:unconvert // it has another size elsewhere
}

func refusedFiles(folder string, kind int64) error {
	if name := networkFiles[kind&0xffffffff]; name != "" {
		return fmt.Errorf("%s lies on a network file system (%s): %w; SQLite needs a local disk, and several machines need PostgreSQL (docs/nodes.md)", filepath.Clean(folder), name, ErrUnsafe)
	}
	return nil
}
