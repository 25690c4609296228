package folder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/folder"
	"waybill/transports/transporttest"
)

func receiver(t *testing.T, d transports.FileServer, now *time.Time) (*transports.FileReceiver, *transporttest.Ledger) {
	t.Helper()
	r, err := transports.NewFileReceiver(d, transports.FileReceiverConfig{Source: "prairie:out", Dir: "out", Archive: "archive",
		Whole: transports.Renamed, Cursor: &transporttest.Memory{}, Now: func() time.Time { return *now }})
	if err != nil {
		t.Fatal(err)
	}
	return r, &transporttest.Ledger{}
}

// TestChangedWhileItIsRead: what changes between the listing and the end of reading was not whole.
func TestChangedWhileItIsRead(t *testing.T) {
	at := time.Unix(1756210000, 0)
	for name, change := range map[string]func(file string) error{
		"appended in the same second": func(f string) error {
			return errors.Join(os.WriteFile(f, []byte("half, whole"), 0o644), os.Chtimes(f, at, at))
		},
		"rewritten, as long": func(f string) error {
			return errors.Join(os.WriteFile(f, []byte("HALF,"), 0o644), os.Chtimes(f, at, at.Add(time.Second)))
		},
		"became a link": func(f string) error {
			return errors.Join(os.Rename(f, f+".part"), os.Symlink(f+".part", f))
		},
		"taken away": os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			d := newFlaky(t, false, nil)
			file := d.root + "/out/a.csv"
			if err := errors.Join(os.WriteFile(file, []byte("half,"), 0o644), os.Chtimes(file, at, at)); err != nil {
				t.Fatal(err)
			}
			d.hooks["get"] = func() {
				if err := change(file); err != nil {
					t.Error(err)
				}
			}
			now := at.Add(time.Hour)
			r, ledger := receiver(t, d, &now)
			if err := r.Receive(t.Context(), ledger.Keep); err != nil {
				t.Error(err)
			}
			if len(ledger.Items) != 0 {
				t.Errorf("received %q", ledger.Items[0].Raw)
			}
		})
	}
}

// TestReceiveOverBrokenConnections puts each fault at each operation of a look, with looks after it that go well: nothing
// is lost, nothing is received twice, nothing stays behind.
func TestReceiveOverBrokenConnections(t *testing.T) {
	runs := 0
	for name, f := range faults() {
		if f.half || f.after > 0 {
			continue // these are about writing
		}
		for k := 0; ; k++ {
			d := newFlaky(t, false, map[int]fault{k: f})
			now := time.Unix(1756210000, 0)
			for _, n := range []string{"a.csv", "b.csv", "b.csv.ok"} {
				if err := os.WriteFile(d.root+"/out/"+n, []byte(n), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			r, ledger := receiver(t, d, &now)
			var failed []error
			for range 4 {
				now = now.Add(10 * time.Second)
				if err := r.Receive(t.Context(), ledger.Keep); err != nil {
					failed = append(failed, err)
				}
			}
			if len(failed) > 1 {
				t.Errorf("one fault spoils several looks: %v", failed)
			}
			if errors.Is(f.err, transports.ErrLost) && len(failed) > 0 && transports.VerdictOf(failed[0]) != transports.Later {
				t.Errorf("a broken connection is %s: %v", transports.VerdictOf(failed[0]), failed[0])
			}
			left, kept := strings.Join(names(t, d.root+"/out"), " "), names(t, d.root+"/archive")
			// A marker that could not be moved stays; it is older than the next file of its name.
			if len(ledger.Items) != 2 || left != "" && left != "b.csv.ok" || len(kept) < 2 {
				t.Errorf("%d received, left behind: %q, archive: %q", len(ledger.Items), left, kept)
			}
			runs++
			if t.Failed() {
				t.Fatalf("%q at operation %d", name, k)
			}
			if d.n <= k+1 {
				break
			}
		}
	}
	if runs < 50 {
		t.Errorf("only %d runs", runs)
	}
}

func TestProbe(t *testing.T) {
	p := newPlace(t)
	for _, name := range []string{"a.csv", "b.csv.part"} {
		if err := os.WriteFile(p.Local("out/"+name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d := folder.New(p.root, 0)
	config := transports.FileReceiverConfig{Source: "x", Dir: "out", Archive: "done", Cursor: &transporttest.Memory{}, Now: time.Now}
	rx, err := d.Receiver(config)
	if err != nil {
		t.Fatal(err)
	}
	config.Dir = "nowhere"
	lost, err := d.Receiver(config)
	if err != nil {
		t.Fatal(err)
	}
	tx := d.Sender(transports.FileSenderConfig{Dir: "in", Now: time.Now})
	for name, c := range map[string]struct {
		probe transports.Probe
		want  []string
		help  string
	}{
		"sender":              {tx, []string{"may write in " + p.root + "/in", "where there are now 0 files", "There is room for"}, ""},
		"receiver":            {rx, []string{"In out there are 2 entries, of which 1 will be taken.", "They can be read.", "moved to done", "will be made"}, ""},
		"a missing directory": {lost, nil, "The directory nowhere does not exist on " + p.root + ": in . there are: archive/, in/, out/. Set the right path"},
		"a missing folder":    {folder.New(p.root+"/x", 0).Sender(transports.FileSenderConfig{Now: time.Now}), nil, "does not exist. Create it"},
	} {
		facts, err := c.probe.Probe(t.Context())
		if (err != nil) != (c.help != "") || !strings.Contains(transports.Help(err), c.help) {
			t.Errorf("%s: %v, help %q, want %q", name, err, transports.Help(err), c.help)
		}
		all := strings.Join(facts, "\n")
		for _, part := range c.want {
			if !strings.Contains(all, part) {
				t.Errorf("%s says\n%s\nwithout %q", name, all, part)
			}
		}
	}
	if facts, err := tx.Try(t.Context()); err != nil || len(facts) != 4 || len(names(t, p.root+"/in")) != 0 {
		t.Errorf("the trial says %q, %v, and leaves %q", facts, err, names(t, p.root+"/in"))
	}
}

func TestReceiverConfiguration(t *testing.T) {
	d := folder.New(t.TempDir(), 0)
	right := transports.FileReceiverConfig{Cursor: &transporttest.Memory{}, Now: time.Now}
	for name, change := range map[string]func(*transports.FileReceiverConfig){
		"no cursor":                 func(c *transports.FileReceiverConfig) { c.Cursor = nil },
		"no clock":                  func(c *transports.FileReceiverConfig) { c.Now = nil },
		"archive is the folder":     func(c *transports.FileReceiverConfig) { c.Dir, c.Archive = "out/", "./out" },
		"a pattern that is none":    func(c *transports.FileReceiverConfig) { c.Include = []string{"[a"} },
		"a marker without a name":   func(c *transports.FileReceiverConfig) { c.Markers = []string{""} },
		"a marker in a directory":   func(c *transports.FileReceiverConfig) { c.Markers = []string{"x/.ok"} },
		"no such way of being done": func(c *transports.FileReceiverConfig) { c.Whole = "soon" },
	} {
		c := right
		change(&c)
		if _, err := d.Receiver(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := d.Receiver(right); err != nil {
		t.Error(err)
	}
}

// TestNewerCursor: an older program does not touch what a newer one remembers.
func TestNewerCursor(t *testing.T) {
	cursor := &transporttest.Memory{}
	if err := cursor.Save(t.Context(), []byte(`{"v":2}`)); err != nil {
		t.Fatal(err)
	}
	r, err := folder.New(newPlace(t).root, 0).Receiver(transports.FileReceiverConfig{Dir: "out", Cursor: cursor, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Receive(t.Context(), (&transporttest.Ledger{}).Keep); transports.VerdictOf(err) != transports.Never {
		t.Errorf("got %v", err)
	}
}

// TestFilesOlderThanTheStart: what was there before everything began is left where it is, at every look; what has no time is news.
func TestFilesOlderThanTheStart(t *testing.T) {
	dir := t.TempDir()
	now := time.Unix(1756210000, 0)
	if err := os.Mkdir(filepath.Join(dir, "out"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]time.Time{"years.csv": now.AddDate(-2, 0, 0), "before.csv": now.Add(-time.Second), "since.csv": now, "timeless.csv": time.Unix(0, 0)} {
		file := filepath.Join(dir, "out", name)
		if err := errors.Join(os.WriteFile(file, []byte(name), 0o644), os.Chtimes(file, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := transports.NewFileReceiver(folder.New(dir, 0), transports.FileReceiverConfig{Source: "prairie:out", Dir: "out", Archive: "archive", Whole: transports.Renamed,
		Since: now, Cursor: &transporttest.Memory{}, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for range 3 {
		if err := r.Receive(t.Context(), func(_ context.Context, batch []transports.Item) error {
			for _, it := range batch {
				got = append(got, it.Name)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"since.csv", "timeless.csv"}) {
		t.Errorf("read %v", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "out", "years.csv")); err != nil {
		t.Errorf("an old file was moved: %v", err)
	}
}
