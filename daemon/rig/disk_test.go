package rig

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite "modernc.org/sqlite/lib"
)

// disk is a file system layer under SQLite: what is written goes through to real files, which stand for what the processes of a machine see, and is kept
// beside them as what a disk has after its power is lost. It can fail at any call.
//
// What it believes of a disk (and of Linux above it): nothing that was written since the last flush of its file need be there, in any choice of sectors
// and in any order; a name that was made or removed is there, or gone, only after its folder was flushed; a flush that failed keeps nothing, and what it
// should have kept is never written by a later one, although the processes still see it.
type disk struct {
	sector int // bytes that are written together or not at all

	mu    sync.Mutex
	calls int // writes, truncations, flushes and removals so far
	// fault is asked before each of them, and gives SQLite's code of the failure, or 0.
	fault func(n int, op, name string) int32
	files map[string]*diskFile // by path
	open  map[uintptr]*diskFile
	stops bool // the machine has no power: nothing succeeds any more
	syncs int
}

// diskFile is what the disk has of a file, and what it may have.
type diskFile struct {
	name  string
	there bool   // its name outlives a loss of power
	fresh bool   // a log whose first flush is still to come
	kept  []byte // as of the last flush
	// pending are writes and truncations since the last flush.
	pending []pendingWrite
}

// pendingWrite is a write at an offset, or a truncation to a size.
type pendingWrite struct {
	at       int64
	data     []byte
	truncate bool
	lost     bool // a flush failed over it: it is never written
}

var diskVFS struct {
	once  sync.Once
	err   error
	real  uintptr // SQLite's own, for Unix
	tls   *libc.TLS
	mu    sync.Mutex
	disks map[string]*disk                       // by folder
	paths map[uintptr]*disk                      // of open files
	table map[uintptr]sqlite.Tsqlite3_io_methods // the real methods, by our copy's address
	ours  map[uintptr]uintptr                    // our copy, by the address of the real ones
}

const diskVFSName = "waybill-disk"

// at reads what a C address points to. Such memory is never moved.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// code is the address of a function as C has it.
func code[F any](f F) uintptr {
	holder := struct{ f F }{f}
	return *(*uintptr)(unsafe.Pointer(&holder))
}

func call[F any](address uintptr) F {
	holder := struct{ p uintptr }{address}
	return *(*F)(unsafe.Pointer(&holder))
}

type (
	openFunc     = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	deleteFunc   = func(*libc.TLS, uintptr, uintptr, int32) int32
	writeFunc    = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	truncateFunc = func(*libc.TLS, uintptr, int64) int32
	syncFunc     = func(*libc.TLS, uintptr, int32) int32
	closeFunc    = func(*libc.TLS, uintptr) int32
)

// newDisk makes a disk of a folder: stores in it have to be opened with Options.VFS = diskVFSName.
func newDisk(t testing.TB, folder string, sector int) *disk {
	t.Helper()
	v := &diskVFS
	v.once.Do(func() { v.err = registerDisk() })
	if v.err != nil {
		t.Fatal(v.err)
	}
	d := &disk{sector: sector, files: map[string]*diskFile{}, open: map[uintptr]*diskFile{}}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.disks[folder] = d
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.disks, folder)
	})
	return d
}

func registerDisk() error {
	v := &diskVFS
	v.disks, v.paths = map[string]*disk{}, map[uintptr]*disk{}
	v.table, v.ours = map[uintptr]sqlite.Tsqlite3_io_methods{}, map[uintptr]uintptr{}
	v.tls = libc.NewTLS()
	v.real = sqlite.Xsqlite3_vfs_find(v.tls, 0)
	if v.real == 0 {
		return fmt.Errorf("SQLite has no file system")
	}
	ours := libc.Xmalloc(v.tls, libc.Tsize_t(unsafe.Sizeof(sqlite.Tsqlite3_vfs{})))
	*at[sqlite.Tsqlite3_vfs](ours) = *at[sqlite.Tsqlite3_vfs](v.real)
	name, err := libc.CString(diskVFSName)
	if err != nil {
		return err
	}
	vfs := at[sqlite.Tsqlite3_vfs](ours)
	vfs.FpNext, vfs.FzName = 0, name
	vfs.FxOpen = code[openFunc](diskOpen)
	vfs.FxDelete = code[deleteFunc](diskDelete)
	if rc := sqlite.Xsqlite3_vfs_register(v.tls, ours, 0); rc != 0 {
		return fmt.Errorf("register the file system: %d", rc)
	}
	return nil
}

func diskOf(path string) *disk {
	v := &diskVFS
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.disks[filepath.Dir(path)]
}

func diskOpen(tls *libc.TLS, _, zName, pFile uintptr, flags int32, pOut uintptr) int32 {
	v := &diskVFS
	var d *disk
	path := ""
	if zName != 0 {
		path = libc.GoString(zName)
		d = diskOf(path)
	}
	if d != nil {
		_, err := os.Stat(path)
		if err != nil && flags&sqlite.SQLITE_OPEN_CREATE != 0 {
			if rc := d.call("create", path); rc != 0 {
				return sqlite.SQLITE_CANTOPEN
			}
		}
	}
	if rc := call[openFunc](at[sqlite.Tsqlite3_vfs](v.real).FxOpen)(tls, v.real, zName, pFile, flags, pOut); rc != 0 || d == nil {
		return rc
	}
	file := at[sqlite.Tsqlite3_file](pFile)
	v.mu.Lock()
	ours, known := v.ours[file.FpMethods]
	if !known {
		ours = libc.Xmalloc(v.tls, libc.Tsize_t(unsafe.Sizeof(sqlite.Tsqlite3_io_methods{})))
		theirs := *at[sqlite.Tsqlite3_io_methods](file.FpMethods)
		v.table[ours], v.ours[file.FpMethods] = theirs, ours
		m := theirs
		m.FxClose, m.FxWrite, m.FxTruncate, m.FxSync = code[closeFunc](diskClose), code[writeFunc](diskWrite), code[truncateFunc](diskTruncate), code[syncFunc](diskSync)
		*at[sqlite.Tsqlite3_io_methods](ours) = m
	}
	file.FpMethods = ours
	v.paths[pFile] = d
	v.mu.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.files[path]
	if f == nil { // there before this layer was
		f = &diskFile{name: path, fresh: strings.HasSuffix(path, "-wal") || strings.HasSuffix(path, "-journal")}
		if raw, err := os.ReadFile(path); err == nil && len(raw) > 0 {
			f.kept, f.there, f.fresh = raw, true, false
		}
		d.files[path] = f
	}
	d.open[pFile] = f
	return 0
}

// theirs gives the disk, its file and the real methods of an open file.
func theirs(pFile uintptr) (*disk, *diskFile, sqlite.Tsqlite3_io_methods) {
	v := &diskVFS
	v.mu.Lock()
	defer v.mu.Unlock()
	d := v.paths[pFile]
	d.mu.Lock()
	defer d.mu.Unlock()
	return d, d.open[pFile], v.table[at[sqlite.Tsqlite3_file](pFile).FpMethods]
}

// call counts a call and tells whether it fails, and how.
func (d *disk) call(op, path string) int32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stops {
		return sqlite.SQLITE_IOERR
	}
	d.calls++
	if d.fault == nil {
		return 0
	}
	return d.fault(d.calls, op, filepath.Base(path))
}

func diskClose(tls *libc.TLS, pFile uintptr) int32 {
	d, _, m := theirs(pFile)
	rc := call[closeFunc](m.FxClose)(tls, pFile)
	v := &diskVFS
	v.mu.Lock()
	delete(v.paths, pFile)
	v.mu.Unlock()
	d.mu.Lock()
	delete(d.open, pFile)
	d.mu.Unlock()
	return rc
}

func diskWrite(tls *libc.TLS, pFile, buffer uintptr, n int32, offset int64) int32 {
	d, f, m := theirs(pFile)
	data := slices.Clone(unsafe.Slice(at[byte](buffer), n))
	if rc := d.call("write", f.name); rc != 0 {
		if rc == shortWrite { // half of it is there, and then there is no room
			half := n / 2
			d.note(f, pendingWrite{at: offset, data: data[:half]})
			call[writeFunc](m.FxWrite)(tls, pFile, buffer, half, offset)
			return sqlite.SQLITE_FULL
		}
		return rc
	}
	d.note(f, pendingWrite{at: offset, data: data})
	return call[writeFunc](m.FxWrite)(tls, pFile, buffer, n, offset)
}

func diskTruncate(tls *libc.TLS, pFile uintptr, size int64) int32 {
	d, f, m := theirs(pFile)
	if rc := d.call("truncate", f.name); rc != 0 {
		return rc
	}
	d.note(f, pendingWrite{at: size, truncate: true})
	return call[truncateFunc](m.FxTruncate)(tls, pFile, size)
}

func diskSync(_ *libc.TLS, pFile uintptr, _ int32) int32 {
	d, f, _ := theirs(pFile)
	if rc := d.call("sync", f.name); rc != 0 {
		d.mu.Lock()
		defer d.mu.Unlock()
		for i := range f.pending {
			f.pending[i].lost = true
		}
		return rc
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncs++
	f.flush()
	if f.fresh { // SQLite flushes the folder with the first flush of a log that it has made
		d.keepNames()
	}
	return 0
}

// keepNames is a flush of the folder.
func (d *disk) keepNames() {
	for path, f := range d.files {
		if strings.HasSuffix(path, goneSuffix) {
			delete(d.files, path)
		}
		f.there, f.fresh = true, false
	}
}

const goneSuffix = "\x00gone"

func diskDelete(tls *libc.TLS, _, zName uintptr, syncFolder int32) int32 {
	path := libc.GoString(zName)
	d := diskOf(path)
	if d != nil {
		if rc := d.call("delete", path); rc != 0 {
			return rc
		}
	}
	v := &diskVFS
	rc := call[deleteFunc](at[sqlite.Tsqlite3_vfs](v.real).FxDelete)(tls, v.real, zName, 0)
	if d != nil && rc == 0 {
		d.mu.Lock()
		defer d.mu.Unlock()
		f := d.files[path]
		delete(d.files, path)
		if f != nil && f.there && syncFolder == 0 { // the name may come back, with what it had
			d.files[path+goneSuffix] = f
		}
	}
	return rc
}

// shortWrite is a fault of our own: a part of the bytes is written before there is no room.
const shortWrite = -1

func (d *disk) note(f *diskFile, w pendingWrite) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f.pending = append(f.pending, w)
}

// flush keeps what is pending, but for what an earlier flush has lost.
func (f *diskFile) flush() {
	for _, w := range f.pending {
		if !w.lost {
			f.kept = w.over(f.kept, 0, len(w.data))
		}
	}
	f.pending = slices.DeleteFunc(f.pending, func(w pendingWrite) bool { return !w.lost })
}

// rewrite is store.Options.Rewrite: what the processes see is written again and flushed.
func (d *disk) rewrite(path string) error {
	raw, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.files[path]; f != nil {
		f.kept, f.pending = raw, nil
	}
	return nil
}

// over applies a part of the write to what a file has.
func (w pendingWrite) over(kept []byte, from, to int) []byte {
	if w.truncate {
		if int64(len(kept)) > w.at {
			return slices.Clone(kept[:w.at])
		}
		return append(kept, make([]byte, w.at-int64(len(kept)))...)
	}
	end := int(w.at) + to
	if end > len(kept) {
		kept = append(kept, make([]byte, end-len(kept))...)
	}
	copy(kept[int(w.at)+from:end], w.data[from:to])
	return kept
}

// afterLoss writes into a folder what the disk may have after its power was lost: of what is pending any choice of sectors. keep is the part of them
// that got through, 0 to 1.
func (d *disk) afterLoss(t testing.TB, folder string, random *rand.Rand, keep float64) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, path := range slices.Sorted(maps.Keys(d.files)) {
		f := d.files[path]
		base, gone := strings.CutSuffix(filepath.Base(path), goneSuffix)
		if !f.there && random.Float64() >= keep || gone && random.Float64() < keep || strings.HasSuffix(base, "-shm") {
			continue
		}
		content := slices.Clone(f.kept)
		for _, i := range random.Perm(len(f.pending)) { // in any order
			w := f.pending[i]
			if w.lost {
				continue
			}
			if w.truncate {
				if random.Float64() < keep {
					content = w.over(content, 0, 0)
				}
				continue
			}
			for from := 0; from < len(w.data); {
				to := min(len(w.data), from+d.sector-(int(w.at)+from)%d.sector)
				if random.Float64() < keep {
					content = w.over(content, from, to)
				}
				from = to
			}
		}
		if err := os.WriteFile(filepath.Join(folder, base), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
