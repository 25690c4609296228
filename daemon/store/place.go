package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// placeEvery is how often a database that nobody writes to is looked for.
const placeEvery = 5 * time.Second

// errMoved is returned when the files that this process has open are not the ones that the next process would open.
var errMoved = errors.New("the database was moved, replaced or deleted while waybill ran")

// place remembers which files the database consists of. A process that has a file open goes on writing into it when somebody moves, replaces or deletes it,
// and hears of no error: what it says yes to then is in a file that nobody will ever open again.
type place map[string]fs.FileInfo

func placeOf(paths ...string) (place, error) {
	p := place{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		p[path] = info
	}
	return p, nil
}

// check gives errMoved, or nil where all files are where they were, or cannot be looked at.
func (p place) check() error {
	for path, was := range p {
		is, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("%w: there is no %s", errMoved, path)
		case err == nil && !os.SameFile(was, is):
			return fmt.Errorf("%w: %s is another file", errMoved, path)
		}
	}
	return nil
}
