package transporttest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/transports"
)

// FilePeer is a place with directories of files whose Receiver is under test. Watched and Archive are directories of it that
// exist; Local tells where one of its files lies on this machine, where the suite writes as a supplier would.
type FilePeer interface {
	Watched() string
	Archive() string
	Local(name string) string
	Open(t *testing.T, c transports.FileReceiverConfig) transports.Receiver
}

// TestFileReceiver runs the suite that every Receiver of files must pass. newPeer makes a fresh peer for each case.
func TestFileReceiver(t *testing.T, newPeer func(t *testing.T) FilePeer) {
	t.Run("receiver", func(t *testing.T) {
		TestReceiver(t, func(t *testing.T) ReceiverPeer { return &dropPeer{FilePeer: newPeer(t)} })
	})
	for name, run := range map[string]func(*filesCase){
		"steady_over_three_looks":       steadyOverThreeLooks,
		"looks_too_close_count_as_one":  looksTooClose,
		"changes_begin_anew":            changesBeginAnew,
		"unfinished_names":              unfinishedNames,
		"marker_makes_whole":            markerMakesWhole,
		"only_with_marker":              onlyWithMarker,
		"marker_of_an_earlier_file":     staleMarker,
		"renamed_is_whole":              renamedIsWhole,
		"oldest_first":                  oldestFirst,
		"same_name_again":               sameNameAgain,
		"left_where_it_lies":            leftWhereItLies,
		"left_and_changed":              leftAndChanged,
		"not_moved_before_kept":         notMovedBeforeKept,
		"too_large":                     tooLarge,
		"links_and_folders":             linksAndFolders,
		"patterns":                      patterns,
		"names_that_are_not_utf8":       strangeNames,
		"empty_files_wait":              emptyFilesWait,
		"written_on_after_the_archive":  writtenOnAfterArchive,
		"replaced_in_the_same_second":   replacedInSameSecond,
		"archive_cannot_be_written":     archiveCannotBeWritten,
		"archive_is_made":               archiveIsMade,
		"one_bad_file_among_many":       oneBadFile,
		"writers_of_every_kind":         writersOfEveryKind,
		"writers_of_every_kind_to_stay": writersToStay,
	} {
		t.Run(name, func(t *testing.T) { run(newFilesCase(t, newPeer(t))) })
	}
}

// dropPeer lets the suite for all receivers run over files: each delivery is a file that is whole at once.
type dropPeer struct {
	FilePeer
	n int
}

func (p *dropPeer) Deliver(t *testing.T, body []byte) {
	t.Helper()
	p.n++
	if err := os.WriteFile(p.Local(p.Watched()+"/"+name(p.n)), body, 0o644); err != nil {
		t.Fatal(err)
	}
}

func name(n int) string {
	return "answer-" + string(rune('a'+n%26)) + strings.Repeat("x", n/26) + ".csv"
}

func (p *dropPeer) Body(item transports.Item) []byte { return item.Raw }

func (p *dropPeer) Open(t *testing.T, cursor transports.Cursor) transports.Receiver {
	return p.FilePeer.Open(t, transports.FileReceiverConfig{Source: "drop", Dir: p.Watched(), Archive: p.Archive(),
		Whole: transports.Renamed, Cursor: cursor, Now: time.Now})
}

// filesCase is a peer, a clock that only the test moves, and what was received.
type filesCase struct {
	t      *testing.T
	peer   FilePeer
	now    time.Time
	cursor *Memory
	ledger *Ledger
	config transports.FileReceiverConfig
}

// pollEvery is how far the clock moves between two looks.
const pollEvery = 10 * time.Second

func newFilesCase(t *testing.T, peer FilePeer) *filesCase {
	c := &filesCase{t: t, peer: peer, now: time.Date(2025, 8, 26, 12, 0, 0, 0, time.UTC), cursor: &Memory{}, ledger: &Ledger{}}
	c.config = transports.FileReceiverConfig{Source: "prairie:/out", Dir: peer.Watched(), Archive: peer.Archive(),
		Cursor: c.cursor, Now: func() time.Time { return c.now }}
	return c
}

func (c *filesCase) path(name string) string { return c.peer.Local(c.peer.Watched() + "/" + name) }

// write puts a file there in one step, with the time of the case's clock.
func (c *filesCase) write(name, body string) {
	c.t.Helper()
	c.do(os.WriteFile(c.path(name), []byte(body), 0o644))
	c.touch(name)
}

func (c *filesCase) touch(name string) {
	c.t.Helper()
	c.do(os.Chtimes(c.path(name), c.now, c.now))
}

func (c *filesCase) do(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// look moves the clock and has a new Receiver look once, as after a restart: what it knows is in the cursor.
func (c *filesCase) look() error {
	c.t.Helper()
	c.now = c.now.Add(pollEvery)
	r := c.peer.Open(c.t, c.config)
	defer func() {
		if r, ok := r.(interface{ Close() error }); ok {
			c.do(r.Close())
		}
	}()
	return r.Receive(c.t.Context(), c.ledger.Keep)
}

func (c *filesCase) looks(n int) {
	c.t.Helper()
	for range n {
		c.do(c.look())
	}
}

// want holds what was received so far against pairs of name and body, in their order.
func (c *filesCase) want(pairs ...string) {
	c.t.Helper()
	var got []string
	for _, item := range c.ledger.Items {
		got = append(got, item.Name, string(item.Raw))
	}
	if !slices.Equal(got, pairs) {
		c.t.Errorf("received %q, want %q", got, pairs)
	}
}

// lies lists the names in a directory.
func (c *filesCase) lies(dir string) []string {
	c.t.Helper()
	entries, err := os.ReadDir(c.peer.Local(dir))
	c.do(err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func (c *filesCase) wantLies(dir string, names ...string) {
	c.t.Helper()
	if got := c.lies(dir); !slices.Equal(got, names) {
		c.t.Errorf("in %s there are %q, want %q", dir, got, names)
	}
}

func steadyOverThreeLooks(c *filesCase) {
	c.write("a.csv", "tracking")
	c.looks(2)
	c.want()
	c.looks(1)
	c.want("a.csv", "tracking")
	item := c.ledger.Items[0]
	if want := fmt.Sprintf("%s/a.csv|8|%x", c.peer.Watched(), sha256.Sum256([]byte("tracking"))); item.Key != want {
		c.t.Errorf("key %q, want %q", item.Key, want)
	}
	if item.Source != "prairie:/out" || !item.Received.Equal(c.now.Add(-3*pollEvery)) {
		c.t.Errorf("item %+v", item)
	}
	c.wantLies(c.peer.Watched())
	if got := c.lies(c.peer.Archive()); len(got) != 1 || !strings.HasPrefix(got[0], "a.") || !strings.HasSuffix(got[0], ".csv") {
		c.t.Errorf("archive holds %q", got)
	}
	c.looks(3)
	c.want("a.csv", "tracking")
}

func looksTooClose(c *filesCase) {
	c.config.Gap = time.Hour
	c.write("a.csv", "tracking")
	c.looks(20)
	c.want()
}

func changesBeginAnew(c *filesCase) {
	c.write("a.csv", "tracking")
	c.looks(2)
	c.write("a.csv", "tracking,numbers") // appended
	c.looks(2)
	c.write("a.csv", "track") // cut
	c.looks(2)
	c.write("a.csv", "other") // as long as before, another time
	c.looks(2)
	c.do(os.Remove(c.path("a.csv")))
	c.looks(1)
	c.write("a.csv", "tracking")
	c.looks(2)
	c.want()
	c.looks(1)
	c.want("a.csv", "tracking")
}

func unfinishedNames(c *filesCase) {
	all := []string{"a.csv.part", "b.csv.TMP", "c.csv.filepart", "d.csv~", ".e.csv.Xk31aa", "~$f.xlsx", "g.csv.crdownload", "h.csv.done", "i.csv.ok"}
	for _, n := range all {
		c.write(n, "half")
	}
	c.looks(5)
	c.want()
	if got := c.lies(c.peer.Watched()); len(got) != len(all) {
		c.t.Errorf("only %q are left", got)
	}
}

func markerMakesWhole(c *filesCase) {
	for _, marker := range []string{".done", ".ok"} {
		c.write("a"+marker+".csv", "tracking"+marker)
		c.now = c.now.Add(time.Second)
		c.write("a"+marker+".csv"+marker, "")
	}
	c.looks(1)
	c.want("a.done.csv", "tracking.done", "a.ok.csv", "tracking.ok")
	c.wantLies(c.peer.Watched())
	if got := c.lies(c.peer.Archive()); len(got) != 4 || !strings.HasSuffix(got[1], ".csv.done") || !strings.HasSuffix(got[3], ".csv.ok") {
		c.t.Errorf("archive holds %q", got)
	}
}

func onlyWithMarker(c *filesCase) {
	c.config.Whole, c.config.Markers = transports.Done, []string{".fertig"}
	c.write("a.csv", "tracking")
	c.write("b.csv", "")
	c.looks(10)
	c.want()
	c.write("a.csv.fertig", "")
	c.write("b.csv.fertig", "")
	c.looks(1)
	c.want("a.csv", "tracking", "b.csv", "")
}

func staleMarker(c *filesCase) {
	c.config.Whole = transports.Done
	c.write("a.csv.done", "")
	c.now = c.now.Add(time.Minute)
	c.write("a.csv", "half")
	c.looks(5)
	c.want()
	c.touch("a.csv.done")
	c.looks(1)
	c.want("a.csv", "half")
}

func renamedIsWhole(c *filesCase) {
	c.config.Whole = transports.Renamed
	c.write("a.csv.part", "tracking")
	c.looks(4)
	c.do(os.Rename(c.path("a.csv.part"), c.path("a.csv")))
	c.looks(1)
	c.want("a.csv", "tracking")
}

func oldestFirst(c *filesCase) {
	for _, n := range []string{"z.csv", "m.csv", "a.csv"} {
		c.write(n, n)
		c.now = c.now.Add(time.Minute)
	}
	c.looks(3)
	c.want("z.csv", "z.csv", "m.csv", "m.csv", "a.csv", "a.csv")
}

func sameNameAgain(c *filesCase) {
	for _, body := range []string{"monday", "tuesday", "monday"} {
		c.write("report.csv", body)
		c.looks(4)
	}
	// The third has been there before: the ledger knows it, and the archive holds all three.
	c.want("report.csv", "monday", "report.csv", "tuesday")
	if c.ledger.Repeats != 1 || len(c.lies(c.peer.Archive())) != 3 {
		c.t.Errorf("%d repeats, archive holds %q", c.ledger.Repeats, c.lies(c.peer.Archive()))
	}
}

func leftWhereItLies(c *filesCase) {
	c.config.Archive = ""
	c.write("a.csv", "tracking")
	c.write("b.csv", "numbers")
	c.looks(12)
	c.want("a.csv", "tracking", "b.csv", "numbers")
	if c.ledger.Repeats != 0 {
		c.t.Errorf("%d files were handed over again", c.ledger.Repeats)
	}
	c.wantLies(c.peer.Watched(), "a.csv", "b.csv")
}

func leftAndChanged(c *filesCase) {
	c.config.Archive = ""
	c.write("a.csv", "tracking")
	c.looks(3)
	c.touch("a.csv") // the same content with a new time
	c.looks(5)
	c.want("a.csv", "tracking")
	c.write("a.csv", "trackers") // as long, other content
	c.looks(5)
	c.want("a.csv", "tracking", "a.csv", "trackers")
	if c.ledger.Repeats != 0 {
		c.t.Errorf("%d files were handed over again", c.ledger.Repeats)
	}
}

func notMovedBeforeKept(c *filesCase) {
	c.write("a.csv", "tracking")
	c.looks(2)
	c.ledger.Fail = errors.New("the disk is full")
	for range 3 {
		if err := c.look(); !errors.Is(err, c.ledger.Fail) {
			c.t.Fatalf("got %v", err)
		}
		c.wantLies(c.peer.Watched(), "a.csv")
		c.wantLies(c.peer.Archive())
	}
	c.ledger.Fail = nil
	c.looks(1)
	c.want("a.csv", "tracking")
	c.wantLies(c.peer.Watched())
}

func tooLarge(c *filesCase) {
	c.config.MaxItem = 1000
	c.write("a.csv", strings.Repeat("x", 1000))
	c.write("b.csv", strings.Repeat("y", 1001))
	c.looks(6)
	if len(c.ledger.Items) != 2 || c.ledger.Repeats != 0 {
		c.t.Fatalf("received %d items and %d again", len(c.ledger.Items), c.ledger.Repeats)
	}
	a, b := c.ledger.Items[0], c.ledger.Items[1]
	if len(a.Raw) != 1000 || b.Raw != nil || b.Size != 1001 || !strings.Contains(b.Key, "b.csv|1001|@") {
		c.t.Errorf("received %d and %d bytes, size %d, key %q", len(a.Raw), len(b.Raw), b.Size, b.Key)
	}
	if got := c.lies(c.peer.Archive()); len(got) != 2 {
		c.t.Errorf("archive holds %q", got)
	}
}

func linksAndFolders(c *filesCase) {
	outside := filepath.Join(c.t.TempDir(), "secret.csv")
	c.do(os.WriteFile(outside, []byte("secret"), 0o644))
	c.write("a.csv", "tracking")
	c.do(os.Symlink(outside, c.path("link.csv")))
	c.do(os.Symlink("a.csv", c.path("inner.csv")))
	c.do(os.Mkdir(c.path("folder.csv"), 0o755))
	c.do(syscall.Mkfifo(c.path("pipe.csv"), 0o644))
	c.looks(5)
	c.want("a.csv", "tracking")
	c.wantLies(c.peer.Watched(), "folder.csv", "inner.csv", "link.csv", "pipe.csv")
}

func patterns(c *filesCase) {
	c.config.Include, c.config.Exclude = []string{"*.csv", "ship_*"}, []string{"*test*"}
	for _, n := range []string{"A.CSV", "b.txt", "c_Test.csv", "ship_1.txt"} {
		c.write(n, n)
	}
	c.looks(3)
	c.want("A.CSV", "A.CSV", "ship_1.txt", "ship_1.txt")
}

// strangeNames: Windows programs send names in their own encoding; control characters may be an attack on a terminal.
func strangeNames(c *filesCase) {
	c.write("best\xe4tigung.csv", "latin")
	c.write("esc\x1b[31m.csv", "terminal")
	c.looks(6)
	c.want("bestätigung.csv", "latin", "esc\ufffd[31m.csv", "terminal")
	c.wantLies(c.peer.Watched())
}

func emptyFilesWait(c *filesCase) {
	c.write("a.csv", "")
	c.looks(9)
	c.want()
	c.write("a.csv", "tracking")
	c.looks(3)
	c.want("a.csv", "tracking")
}

// writtenOnAfterArchive: a writer that paused for longer than three looks still has the file open, so what it writes later
// lands in the archive. It must be read all the same.
func writtenOnAfterArchive(c *filesCase) {
	c.write("a.csv", "half,")
	f, err := os.OpenFile(c.path("a.csv"), os.O_WRONLY|os.O_APPEND, 0)
	c.do(err)
	defer f.Close()
	c.looks(5)
	c.want("a.csv", "half,")
	_, err = f.WriteString("whole")
	c.do(err)
	c.do(chtimes(f, c.now))
	c.looks(4)
	c.want("a.csv", "half,", "a.csv", "half,whole")
	c.looks(4)
	if len(c.ledger.Items) != 2 || c.ledger.Repeats != 0 {
		c.t.Errorf("%d items, %d repeats", len(c.ledger.Items), c.ledger.Repeats)
	}
}

// replacedInSameSecond: between reading and moving, another file of the same size takes the name within the same second.
// Neither size nor time can show it; it must be found in the archive.
func replacedInSameSecond(c *filesCase) {
	c.config.Whole = transports.Renamed
	c.write("a.csv", "first!")
	first := c.now
	keep := c.ledger.Keep
	c.now = c.now.Add(time.Second)
	r := c.peer.Open(c.t, c.config)
	c.do(r.Receive(c.t.Context(), func(ctx context.Context, batch []transports.Item) error {
		if bytes.Equal(batch[0].Raw, []byte("first!")) {
			c.do(os.WriteFile(c.path("b.part"), []byte("second"), 0o644))
			c.do(os.Chtimes(c.path("b.part"), first, first))
			c.do(os.Rename(c.path("b.part"), c.path("a.csv")))
		}
		return keep(ctx, batch)
	}))
	c.looks(2)
	c.want("a.csv", "first!", "a.csv", "second")
}

// archiveCannotBeWritten: what is kept is safe and is not read again and again; the person hears what to do.
func archiveCannotBeWritten(c *filesCase) {
	c.config.Archive = c.peer.Watched() + "/a.csv/archive" // below a file there can be no folder
	c.write("a.csv", "tracking")
	c.looks(2)
	for range 3 {
		if err := c.look(); err == nil || transports.VerdictOf(err) == transports.Unsure {
			c.t.Errorf("got %v", err)
		}
	}
	c.want("a.csv", "tracking")
	if c.ledger.Repeats != 0 {
		c.t.Errorf("%d files were handed over again", c.ledger.Repeats)
	}
	c.wantLies(c.peer.Watched(), "a.csv")
}

// archiveIsMade: by the first of many files that need it at the same time.
func archiveIsMade(c *filesCase) {
	c.config.Archive = c.peer.Watched() + "/done"
	for i := range 20 {
		c.write(fmt.Sprintf("%d.csv", i), fmt.Sprint(i))
	}
	c.looks(3)
	c.wantLies(c.peer.Watched(), "done")
	if got := c.lies(c.config.Archive); len(got) != 20 || len(c.ledger.Items) != 20 {
		c.t.Errorf("%d received, the archive holds %q", len(c.ledger.Items), got)
	}
}

func oneBadFile(c *filesCase) {
	c.write("a.csv", "tracking")
	c.write("b.csv", "numbers")
	c.do(os.Chmod(c.path("a.csv"), 0))
	c.looks(2)
	err := c.look()
	if len(c.ledger.Items) == 2 && os.Getuid() == 0 {
		return // the peer runs as root, which may read everything
	}
	c.want("b.csv", "numbers")
	if transports.VerdictOf(err) != transports.Never || transports.Help(err) == "" {
		c.t.Errorf("got %v, help %q", err, transports.Help(err))
	}
}
