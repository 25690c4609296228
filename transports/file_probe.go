package transports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// Probe tells what may be done where files are left. It changes nothing, so whether a file can be written shows only in
// Try.
func (s *FileSender) Probe(ctx context.Context) ([]string, error) {
	f, err := s.server.Open(ctx)
	if err != nil {
		return nil, explain(ctx, s.server, nil, "dial", s.c.Dir, err)
	}
	defer f.Close()
	dir := cmp.Or(s.c.Dir, ".")
	facts := f.Facts(ctx, dir)
	found, err := f.List(ctx, dir)
	switch {
	case errors.Is(err, fs.ErrPermission): // some suppliers let nobody see what others left
		return append(facts, fmt.Sprintf("We may not list %s; files can be left there all the same, perhaps.", dir)), nil
	case err != nil:
		return facts, explain(ctx, s.server, f, "list", path.Join(dir, "*"), err)
	}
	facts = append(facts, fmt.Sprintf("Orders will be left in %s, where there are now %s.", dir, count(len(found), "file")))
	if free, ok := f.Free(ctx, dir); ok {
		facts = append(facts, fmt.Sprintf("There is room for %d MB.", free>>20))
	}
	return facts, nil
}

// Try writes, renames and removes a file named waybill-test-….part, which readers that leave unfinished files alone do not
// see, and tells step by step how it went.
func (s *FileSender) Try(ctx context.Context) ([]string, error) {
	f, err := s.server.Open(ctx)
	if err != nil {
		return nil, explain(ctx, s.server, nil, "dial", s.c.Dir, err)
	}
	defer f.Close()
	var b [4]byte
	if _, err := io.ReadFull(s.c.Random, b[:]); err != nil {
		return nil, err
	}
	first := path.Join(cmp.Or(s.c.Dir, "."), fmt.Sprintf("waybill-test-%x%s", b, partSuffix))
	second := path.Join(path.Dir(first), fmt.Sprintf("waybill-test-%x.2%s", b, partSuffix))
	body := []byte("A test by waybill. It can be deleted.\r\n")
	lies := first
	var facts []string
	steps := []struct {
		op, done string
		do       func() error
	}{
		{"write", "A file could be written.", func() error { return f.Put(ctx, first, body, false) }},
		{"look at", "Its size could be compared.", func() error {
			info, err := f.Stat(ctx, first)
			if err == nil && info.Size() != int64(len(body)) {
				err = fmt.Errorf("%d bytes were written, %d are there", len(body), info.Size())
			}
			return err
		}},
		{"rename", "It could be renamed.", func() error {
			err := f.Rename(ctx, first, second)
			if err == nil {
				lies = second
			}
			return err
		}},
		{"remove", "It could be removed.", func() error { return f.Remove(ctx, lies) }},
	}
	for _, step := range steps {
		if step.op == "rename" && s.c.NoRename {
			continue
		}
		if err := step.do(); err != nil {
			if step.op != "remove" && step.op != "write" {
				_ = f.Remove(ctx, lies)
			}
			return facts, explain(ctx, s.server, f, step.op, first, err)
		}
		facts = append(facts, step.done)
	}
	return facts, nil
}

// Probe tells what lies in the directory that is watched, what of it will be taken, and whether it may be read.
func (r *FileReceiver) Probe(ctx context.Context) ([]string, error) {
	f, err := r.server.Open(ctx)
	if err != nil {
		return nil, explain(ctx, r.server, nil, "dial", r.c.Dir, err)
	}
	defer f.Close()
	facts := f.Facts(ctx, r.c.Dir)
	found, err := f.List(ctx, r.c.Dir)
	if err != nil {
		return facts, explain(ctx, r.server, f, "list", path.Join(r.c.Dir, "*"), err)
	}
	var take []fs.FileInfo
	for _, info := range found {
		if info.Mode().IsRegular() && r.wants(info.Name()) {
			take = append(take, info)
		}
	}
	facts = append(facts, fmt.Sprintf("In %s there are %s, of which %d will be taken.", r.c.Dir, count(len(found), "entry"), len(take)))
	if len(take) > 0 {
		name := path.Join(r.c.Dir, take[0].Name())
		if _, err := f.Get(ctx, name, min(1, take[0].Size())); err != nil {
			return facts, explain(ctx, r.server, f, "read", name, err)
		}
		facts = append(facts, "They can be read.")
	}
	return append(facts, r.archiveFact(ctx, f)), nil
}

func (r *FileReceiver) archiveFact(ctx context.Context, f FileSession) string {
	if r.c.Archive == "" {
		return "Files stay where they are when they have been read."
	}
	info, err := f.Stat(ctx, r.c.Archive)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("Files are moved to %s when they are safe. It does not exist yet and will be made.", r.c.Archive)
	case err != nil:
		return fmt.Sprintf("Files are to be moved to %s, of which the server says: %v.", r.c.Archive, err)
	case !info.IsDir():
		return fmt.Sprintf("Files are to be moved to %s, but that is not a directory.", r.c.Archive)
	}
	return fmt.Sprintf("Files are moved to %s when they are safe.", r.c.Archive)
}

// count says "1 file", "2 files", "2 entries".
func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case noun == "entry":
		return fmt.Sprintf("%d entries", n)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
