package transports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// moveKept moves what is kept to the archive: what this look kept, and what an earlier one could not move. Where each will lie is noted before it is
// moved: a program that still has it open writes on there, and this process may end in between.
func (l *look) moveKept(ctx context.Context) error {
	if l.r.c.Archive == "" || len(l.state.Kept) == 0 {
		return nil
	}
	keys := slices.Sorted(maps.Keys(l.state.Kept))
	to := make([]string, len(keys))
	errs := make([]error, len(keys))
	each(len(keys), l.r.c.InFlight, func(i int) {
		to[i], errs[i] = l.place(ctx, nameOf(keys[i]), l.state.Kept[keys[i]])
	})
	for i, key := range keys {
		switch kept := l.state.Kept[key]; {
		case errs[i] != nil:
		case to[i] == "": // changed since it was kept: the next look sees a new file
			delete(l.state.Kept, key)
			l.state.changed = true
		default:
			l.state.Moved = append(l.state.Moved, movedFile{keptFile: kept, Name: key, To: cursorName(to[i]), When: l.now})
			l.state.changed = true
		}
	}
	if err := l.state.save(ctx, l.r.c.Cursor); err != nil {
		return err
	}
	each(len(keys), l.r.c.InFlight, func(i int) {
		if to[i] != "" && errs[i] == nil {
			errs[i] = l.move(ctx, nameOf(keys[i]), to[i], l.state.Kept[keys[i]])
		}
	})
	for i, err := range errs {
		switch {
		case errors.Is(err, ErrLost), ctx.Err() != nil:
			// What was moved without our knowing is found to be gone by the next look.
			if err := l.state.save(context.WithoutCancel(ctx), l.r.c.Cursor); err != nil {
				return err
			}
			return explain(ctx, l.r.server, l.f, "archive", nameOf(keys[i]), errors.Join(err, ctx.Err()))
		case err != nil && !errors.Is(err, errTaken):
			l.fail(l.explainMove(ctx, nameOf(keys[i]), err))
		default: // moved, or taken away by somebody else
			delete(l.state.Kept, keys[i])
			l.state.changed = true
		}
	}
	return nil
}

// place chooses where a file will lie in the archive; "" means that it is not the file that was kept any more.
func (l *look) place(ctx context.Context, name string, kept keptFile) (string, error) {
	from, archived := path.Join(l.r.c.Dir, name), archiveName(name, kept.Sum)
	var to string
	var full error
	var wg sync.WaitGroup
	wg.Go(func() { to, full = l.free(ctx, archived) })
	now, err := l.f.Stat(ctx, from)
	wg.Wait()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case now.Size() != kept.Size || now.ModTime().UnixNano() != kept.Modified:
		return "", nil
	}
	return to, full
}

// move moves one file with its markers.
func (l *look) move(ctx context.Context, name, to string, kept keptFile) error {
	if err := l.rename(ctx, path.Join(l.r.c.Dir, name), to); err != nil {
		return err
	}
	for _, marker := range kept.Markers {
		marker := nameOf(marker)
		at, err := l.free(ctx, path.Base(to)+strings.TrimPrefix(marker, name))
		if err == nil {
			err = l.rename(ctx, path.Join(l.r.c.Dir, marker), at)
		}
		if err != nil && !errors.Is(err, errTaken) {
			l.fail(l.explainMove(ctx, marker, err)) // it is older than the next file of that name, and so does no harm
		}
	}
	return nil
}

// isTaken says that something has the name.
func (l *look) isTaken(ctx context.Context, name string) bool {
	_, err := l.f.Stat(ctx, name)
	return err == nil
}

// maxNumber is how many files of the same name and content the archive holds.
const maxNumber = 100

// free gives a path in the archive that nothing has.
func (l *look) free(ctx context.Context, name string) (string, error) {
	to := path.Join(l.r.c.Archive, name)
	taken := l.isTaken(ctx, to)
	for n := 2; taken && n <= maxNumber; n++ {
		to = path.Join(l.r.c.Archive, numbered(name, n))
		taken = l.isTaken(ctx, to)
	}
	if taken {
		return "", fmt.Errorf("%s: %w, and %d more of it", to, fs.ErrExist, maxNumber)
	}
	return to, nil
}

// errTaken says that a file was gone before it could be moved.
var errTaken = errors.New("somebody else has taken it away")

// rename moves a file into the archive, and makes the archive when it is not there.
func (l *look) rename(ctx context.Context, from, to string) error {
	err := l.f.Rename(ctx, from, to)
	if err == nil || errors.Is(err, ErrLost) {
		return err
	}
	if _, gone := l.f.Stat(ctx, from); errors.Is(gone, fs.ErrNotExist) {
		return errTaken
	}
	// Several files find at the same time that the archive is missing: it is enough that one can make it.
	if !l.isTaken(ctx, l.r.c.Archive) {
		if made := l.f.Mkdir(ctx, l.r.c.Archive); made != nil && !l.isTaken(ctx, l.r.c.Archive) {
			return made
		}
	}
	return l.f.Rename(ctx, from, to)
}

func (l *look) explainMove(ctx context.Context, name string, err error) *Error {
	e := explain(ctx, l.r.server, l.f, "archive", path.Join(l.r.c.Archive, name), err)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrUnsupported) {
		e.Help = fmt.Sprintf("%s was read and is safe, but %s does not let us move it to %s. Create that folder with the right to write, or leave archive out of the configuration: files then stay where they are.",
			name, l.r.server, l.r.c.Archive)
	}
	return e
}

// archiveName puts a piece of the content's hash before the extension, so that the next file of that name finds room.
func archiveName(name, sum string) string {
	sum = strings.TrimPrefix(sum, "@")
	return fitted(name, "."+sum[:min(12, len(sum))])
}

func numbered(name string, n int) string { return fitted(name, fmt.Sprintf("-%d", n)) }

// fitted puts mark before the extension, and shortens the rest where the name would become too long.
func fitted(name, mark string) string {
	ext := path.Ext(name)
	if len(ext) > 16 || ext == name {
		ext = ""
	}
	stem := strings.TrimSuffix(name, ext)
	if room := maxFileName - len(mark) - len(ext) - partRoom; len(stem) > room {
		for room > 0 && !utf8.RuneStart(stem[room]) {
			room--
		}
		stem = stem[:room]
	}
	return stem + mark + ext
}

// archived looks at the files that were archived lately. One that has changed is read again, under its old name: whoever
// wrote it had not finished, or it was another file that took the name in the last moment.
func (l *look) archived(ctx context.Context) ([]lying, error) {
	moved := l.state.Moved
	infos := make([]fs.FileInfo, len(moved))
	errs := make([]error, len(moved))
	each(len(moved), l.r.c.InFlight, func(i int) { infos[i], errs[i] = l.f.Stat(ctx, nameOf(moved[i].To)) })
	var ready []lying
	still := l.state.Moved[:0:0]
	for i, m := range moved {
		switch err := errs[i]; {
		case errors.Is(err, ErrLost), ctx.Err() != nil:
			return nil, explain(ctx, l.r.server, l.f, "look", nameOf(m.To), errors.Join(err, ctx.Err()))
		case errors.Is(err, fs.ErrNotExist):
			l.state.changed = true
			continue // somebody tidied up
		}
		still = append(still, m)
		if errs[i] != nil || !infos[i].Mode().IsRegular() {
			continue
		}
		file := lying{name: nameOf(m.Name), at: nameOf(m.To), size: infos[i].Size(), modified: infos[i].ModTime(), archived: true}
		if m.stamp == stampOf(file) {
			if m.Racy {
				ready = append(ready, file)
			}
			continue
		}
		if l.state.stillFor(file, l.now, l.r.c.Gap).looks >= max(2, l.r.c.Looks) {
			ready = append(ready, file)
		}
	}
	l.state.Moved = still
	return ready, nil
}
