package transports

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// sort tells of all that lies in the directory which files are whole and to be read now, and notes of the others how long
// they have kept still.
func (l *look) sort(found []fs.FileInfo) []lying {
	names := map[string]fs.FileInfo{}
	for _, info := range found {
		if info.Mode().IsRegular() && path.Base(info.Name()) == info.Name() && info.Name() != "/" {
			names[info.Name()] = info
		}
	}
	l.state.keepOnly(names)
	var ready []lying
	for name, info := range names {
		if !l.r.wants(name) || l.r.tooOld(info.ModTime()) {
			continue
		}
		file := lying{name: name, at: path.Join(l.r.c.Dir, name), size: info.Size(), modified: info.ModTime()}
		file.markers = l.r.markers(names, info)
		if l.state.isKept(file) {
			continue
		}
		still := l.state.stillFor(file, l.now, l.r.c.Gap)
		file.racy = still.since < settled
		marked := len(file.markers) > 0
		switch {
		case marked:
		case l.r.c.Whole == Done, file.size == 0:
			continue
		case l.r.c.Whole == Steady && still.looks < l.r.c.Looks:
			continue
		}
		ready = append(ready, file)
	}
	return ready
}

// wants says whether a name is one of the files that are taken.
func (r *FileReceiver) wants(name string) bool {
	if isUnfinished(name) || slices.ContainsFunc(r.c.Markers, func(m string) bool { return strings.HasSuffix(name, m) }) {
		return false
	}
	lower := strings.ToLower(name)
	fits := func(pattern string) bool {
		ok, _ := path.Match(strings.ToLower(pattern), lower)
		return ok
	}
	return (len(r.c.Include) == 0 || slices.ContainsFunc(r.c.Include, fits)) && !slices.ContainsFunc(r.c.Exclude, fits)
}

// tooOld says whether a file was there before everything began. SFTP servers give 0, 1970, where they know no time.
func (r *FileReceiver) tooOld(modified time.Time) bool {
	return !modified.IsZero() && modified.Unix() > 0 && modified.Before(r.c.Since)
}

// isUnfinished knows the names that programs give to a file while they write it: OpenSSH and our own .part, WinSCP
// .filepart, browsers .crdownload, editors ~ and .swp, rsync a leading dot.
func isUnfinished(name string) bool {
	lower := strings.ToLower(name)
	for _, suffix := range []string{".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download", ".uploading", ".writing", ".swp", "~"} {
		if strings.HasSuffix(lower, suffix) {
			return true
		}
	}
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$")
}

// markers lists the marker files of a file. A marker older than the file belongs to an earlier one of that name.
func (r *FileReceiver) markers(names map[string]fs.FileInfo, file fs.FileInfo) []string {
	var found []string
	for _, suffix := range r.c.Markers {
		if marker, ok := names[file.Name()+suffix]; ok && !marker.ModTime().Before(file.ModTime()) {
			found = append(found, marker.Name())
		}
	}
	return found
}
