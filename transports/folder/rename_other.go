//go:build unix && !linux

package folder

import "os"

func renameNew(fromDir *os.File, from string, toDir *os.File, to string) error {
	return linkNew(fromDir, from, toDir, to)
}
