package transports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A file reaches the other side, or comes from there, in the same way over SFTP and in a folder of this machine: written
// beside its name and renamed, read when it has kept still, moved away when it is safe. FileSender and FileReceiver know
// that way once; a FileServer does the few operations it is made of. They live in this package because a transport
// imports no other transport.

// FileServer is a place with directories of files: an account on an SFTP server, or a folder of this machine.
type FileServer interface {
	// Open gives a session to work in. An error says its verdict (*Error). Safe for concurrent use.
	Open(ctx context.Context) (FileSession, error)
	// String names the place in sentences for a person: "shop@sftp.prairie.example".
	String() string
}

// FileSession is the operations of a place. Paths have slashes and are as the place understands them. Methods are safe for
// concurrent use. An error is what the place said: it matches fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, ErrUnsupported,
// ErrNoSpace or ErrLost where one of them is meant; any other error means that the place refused, and did nothing.
// An *Error that already has a verdict goes to the caller as it is.
type FileSession interface {
	// Reused says that the session works over a connection that served before, so that it may turn out to be dead.
	Reused() bool
	// List gives what is in a directory, in any order, without following links.
	List(ctx context.Context, dir string) ([]fs.FileInfo, error)
	// Stat does not follow links.
	Stat(ctx context.Context, name string) (fs.FileInfo, error)
	// Put creates the file, writes body, makes it durable where the place can, and closes it. A file that is there already
	// is fs.ErrExist, unless replace is set: then it is cut to nothing first.
	Put(ctx context.Context, name string, body []byte, replace bool) error
	// Get reads the first size bytes; fewer when the file is shorter.
	Get(ctx context.Context, name string, size int64) ([]byte, error)
	// Rename moves a file, and makes that durable where the place can. Whether a file under the new name is replaced or
	// protects itself differs from server to server: callers look first.
	Rename(ctx context.Context, from, to string) error
	Remove(ctx context.Context, name string) error
	Mkdir(ctx context.Context, dir string) error
	// Free tells the bytes that are left for files in dir, if the place can say so.
	Free(ctx context.Context, dir string) (int64, bool)
	// Facts tells in sentences what a person should know about the place and what may be done in dir. It changes nothing.
	Facts(ctx context.Context, dir string) []string
	// Close gives the session back.
	Close()
}

var (
	// ErrLost says that the connection broke: whether the operation was done is not known.
	ErrLost = errors.New("the connection was lost")
	// ErrNoSpace says that the disk or the quota over there is full.
	ErrNoSpace = errors.New("no space left over there")
	// ErrUnsupported says that the other side does not know the operation.
	ErrUnsupported = errors.ErrUnsupported
)

// maxFileName is the longest name in bytes that file systems agree on (NAME_MAX of Linux, NTFS and ZFS is 255).
const maxFileName = 255

// CheckFileName refuses a name that could mean another place than the directory it is meant for, or that a person could
// not read: a separator, a control or formatting character, "." and "..", bytes that are not UTF-8. room is how many bytes
// the name may grow by while the file is written.
func CheckFileName(name string, room int) error {
	switch {
	case name == "":
		return errors.New("the file has no name")
	case name == "." || name == "..":
		return fmt.Errorf("%q is a directory, not a file name", name)
	case !utf8.ValidString(name):
		return fmt.Errorf("the file name %q is not UTF-8", name)
	case len(name)+room > maxFileName:
		return fmt.Errorf("the file name %.40q… has %d bytes; %d are possible", name, len(name), maxFileName-room)
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("the file name %q begins or ends with a space", name)
	}
	for _, r := range name {
		if r == '/' || r == '\\' || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return fmt.Errorf("the file name %q holds %U, which a file name must not", name, r)
		}
	}
	return nil
}

// listing tells in a sentence what lies in the nearest directory above dir that exists, so that a person who mistyped a path
// sees the right one.
func listing(ctx context.Context, f FileSession, dir string) string {
	for at := path.Clean(dir); ; {
		parent := path.Dir(at)
		if parent == at {
			return ""
		}
		at = parent
		found, err := f.List(ctx, at)
		if err != nil {
			continue
		}
		if len(found) == 0 {
			return fmt.Sprintf("%s is empty", at)
		}
		return fmt.Sprintf("in %s there are: %s", at, names(found, 12))
	}
}

// names lists directories first, with a slash, and at most limit of all.
func names(found []fs.FileInfo, limit int) string {
	var dirs, files []string
	for _, f := range found {
		if f.IsDir() {
			dirs = append(dirs, ReadableName(f.Name())+"/")
		} else {
			files = append(files, ReadableName(f.Name()))
		}
	}
	slices.Sort(dirs)
	slices.Sort(files)
	all := append(dirs, files...)
	if len(all) > limit {
		return strings.Join(all[:limit], ", ") + fmt.Sprintf(", and %d more", len(all)-limit)
	}
	return strings.Join(all, ", ")
}

// ReadableName is a file name as it can be shown and stored: bytes that are not UTF-8 are read as Windows-1252's Latin
// letters, which is what they nearly always are; control characters become a visible mark.
func ReadableName(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		switch {
		case r == utf8.RuneError && n == 1 && name[i] >= 0xa0:
			r = rune(name[i])
		case r == utf8.RuneError && n == 1, unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			r = utf8.RuneError
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

// explain makes of an error of a session what a caller needs: a verdict, and a sentence for the person who can mend it.
// It holds for an operation that had no effect on what the other side may act on.
func explain(ctx context.Context, server FileServer, f FileSession, op, name string, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	dir := path.Dir(name)
	e := &Error{Verdict: Later, Op: op, Err: fmt.Errorf("%s: %w", name, err)}
	if op != "dial" && op != "list" { // of a file, not of a folder: whoever names files may name people
		e.Said = strings.TrimSuffix(path.Base(name), path.Ext(name))
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), f == nil:
	case errors.Is(err, ErrLost):
		e.Scope = "server"
	case errors.Is(err, fs.ErrNotExist):
		e.Verdict, e.Scope = Never, "account"
		e.Help = fmt.Sprintf("The directory %s does not exist on %s; set the right path, or ask them to create it.", dir, server)
		if there := listing(ctx, f, dir); there != "" {
			e.Help = fmt.Sprintf("The directory %s does not exist on %s: %s. Set the right path, or ask them to create it.", dir, server, there)
		}
	case errors.Is(err, fs.ErrPermission):
		e.Verdict, e.Scope = Never, "account"
		e.Help = fmt.Sprintf("%s does not let us %s in %s; ask who runs it for the permission, or correct the path.", server, op, dir)
	case errors.Is(err, ErrUnsupported):
		e.Verdict, e.Scope = Never, "account"
		e.Help = fmt.Sprintf("%s cannot %s files; ask who runs it, or use another way to send.", server, op)
	case errors.Is(err, ErrNoSpace):
		e.Help = fmt.Sprintf("The disk or the quota of %s is full; who runs it must make room.", server)
	default:
		e.Help = fmt.Sprintf("%s refused to %s %s and gave no reason", server, op, name)
		if free, ok := f.Free(ctx, dir); ok && free < 1<<20 {
			e.Help += fmt.Sprintf("; its disk is full (%d bytes are left), so who runs it must make room.", free)
		} else {
			e.Help += "; if it stays so, ask who runs it about quotas and permissions."
		}
	}
	return e
}
