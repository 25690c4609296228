package rig

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"waybill/daemon/flow"
	"waybill/transports/transporttest"
)

// faultShop is a shop whose suppliers take files, and whose people are told by a chat service.
type faultShop struct {
	*daemonProcess
	t     *testing.T
	state string
	out   string
	told  atomic.Int32 // alerts about a standstill
}

func newFaultShop(t *testing.T, state, database string) *faultShop {
	t.Helper()
	s := &faultShop{t: t, state: state}
	chat := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if text, err := io.ReadAll(r.Body); err == nil && bytes.Contains(text, []byte("stands still")) {
			s.told.Add(1)
		}
	}))
	t.Cleanup(chat.Close)
	s.daemonProcess, s.out = folderShop(t, state)
	dir := filepath.Dir(s.config)
	text := readAll(t, s.config) + "gates: {duplicate: off}\noperator: {alerts: [{service: slack, url_file: slack-url, allow_private: true}]}\n"
	if database != "" {
		text += "database: {dsn_file: dsn}\n"
		writeFile(t, filepath.Join(dir, "dsn"), database)
	}
	writeFile(t, s.config, text)
	writeFile(t, filepath.Join(dir, "slack-url"), chat.URL+"/services/x")
	return s
}

func readAll(t testing.TB, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// get asks the API as a browser does.
func (s *faultShop) get(path string) (status int, body string) {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	if path == "/readyz" || path == "/healthz" {
		r.Header.Set("Accept", "*/*")
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

// number gives quarryOrder another number.
func number(n int) string {
	return strings.NewReplacer(`"1001"`, fmt.Sprintf(`"%d"`, n), `"id":"1"`, fmt.Sprintf(`"id":"i%d"`, n)).Replace(quarryOrder)
}

// standsStill holds that the daemon takes nothing and says everywhere why, and lives.
func (s *faultShop) standsStill(what string) {
	s.t.Helper()
	if status, body := s.get("/readyz"); status != 503 || !strings.Contains(body, what) {
		s.t.Errorf("/readyz: %d %s, want %q", status, body, what)
	}
	if status, body := s.get("/"); status != 503 || !strings.Contains(body, what) || !strings.Contains(body, "<h1>") {
		s.t.Errorf("the page: %d %s, want %q", status, body, what)
	}
	if status, _ := s.get("/healthz"); status != 200 {
		s.t.Errorf("/healthz: %d", status)
	}
	if status, answer := post(s.url, apiToken, number(7000)); status != 503 {
		s.t.Errorf("an order is answered with %d %s", status, answer)
	}
	if s.logged("stands still: "+what) == 0 {
		s.t.Errorf("the log does not say %q", what)
	}
}

// goesOn holds that it takes orders again, in the same process.
func (s *faultShop) goesOn(n int) {
	s.t.Helper()
	await(s.t, "it to go on", func() bool { status, _ := s.get("/readyz"); return status == 200 })
	if status, answer := post(s.url, apiToken, number(n)); status != 201 {
		s.t.Errorf("%d %s", status, answer)
	}
	s.do("status")
}

// tmpfs mounts a small disk, or skips: what it tries is also tried under SQLite by a file system layer, which needs nobody's permission.
func tmpfs(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v; TestFaultsAtEachCall tries the same without one", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func remount(t *testing.T, dir string, flags uintptr, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
		t.Fatal(err)
	}
}

// TestStandsStill: a daemon whose books cannot be opened stays up, takes nothing, and says why and what to do.
func TestStandsStill(t *testing.T) {
	overwrite := func(s *faultShop, at int64, text string) {
		f, err := os.OpenFile(filepath.Join(s.state, "waybill.db"), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte(text), at); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	aside := func(s *faultShop) {
		if err := os.Rename(filepath.Join(s.state, "waybill.db"), filepath.Join(s.state, "damaged.db")); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(filepath.Join(s.state, "waybill.db-wal"))
	}
	for name, c := range map[string]struct {
		what  string
		heals bool
		disk  string // options of a small one
		spoil func(s *faultShop)
		mend  func(s *faultShop)
	}{
		"a letter in place of the database": {"the database is damaged", false, "", func(s *faultShop) {
			overwrite(s, 0, strings.Repeat("this is a letter\n", 1000))
		}, aside},
		"pages that make no sense": {"the database is damaged", false, "", func(s *faultShop) {
			s.start()
			s.stop()
			overwrite(s, 4096, strings.Repeat("\xff", 60000))
		}, aside},
		"no folder": {"the folder of the database is not there", true, "", func(s *faultShop) {
			if err := os.Remove(s.state); err != nil {
				t.Fatal(err)
			}
			writeFile(t, s.state, "a file in its place")
		}, func(s *faultShop) { _ = os.Remove(s.state) }},
		"a full disk": {"the disk is full", true, "size=4m", func(s *faultShop) {
			_ = os.WriteFile(filepath.Join(s.state, "filler"), make([]byte, 8<<20), 0o600)
		}, func(s *faultShop) { _ = os.Remove(filepath.Join(s.state, "filler")) }},
		"no inodes": {"the disk is full", true, "size=4m,nr_inodes=3", func(s *faultShop) {
			writeFile(t, filepath.Join(s.state, "filler"), "")
		}, func(s *faultShop) { remount(t, s.state, 0, "nr_inodes=1000") }},
		"a disk that can only be read": {"the disk can only be read", false, "size=16m", func(s *faultShop) {
			s.start()
			s.stop()
			remount(t, s.state, syscall.MS_RDONLY, "size=16m")
		}, func(s *faultShop) { remount(t, s.state, 0, "size=16m") }},
	} {
		t.Run(name, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "state")
			if c.disk != "" {
				state = tmpfs(t, c.disk)
			} else if err := os.Mkdir(state, 0o750); err != nil {
				t.Fatal(err)
			}
			s := newFaultShop(t, state, "")
			c.spoil(s)
			s.start()
			pid := s.cmd.Process.Pid
			s.standsStill(c.what)
			why := "waybill: " // of the command's own, where no socket can be made
			if c.what == "the database is damaged" {
				why = "waybill: waybill is not ready: " + c.what
			}
			if said := s.try("status"); said.code == 0 || !strings.Contains(said.errs, why) {
				t.Errorf("waybill status: %+v", said)
			}
			if !c.heals {
				await(t, "somebody to be told", func() bool { return s.told.Load() == 1 })
			}
			c.mend(s)
			if !c.heals {
				if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
					t.Fatal(err)
				}
			}
			s.goesOn(1002)
			if s.cmd.Process.Pid != pid {
				t.Error("another process")
			}
			s.stop()
		})
	}
}

// TestPostgresIsGone: at the start, and while it runs.
func TestPostgresIsGone(t *testing.T) {
	server := transporttest.StartOwnPostgres(t)
	dsn := server.NewDatabase(t)
	server.Stop(t)
	s := newFaultShop(t, t.TempDir(), dsn)
	s.start()
	s.standsStill("PostgreSQL cannot be reached")
	server.Start(t)
	s.goesOn(1001)
	server.Stop(t)
	await(t, "/readyz to say so", func() bool {
		status, body := s.get("/readyz")
		return status == 503 && strings.Contains(body, "PostgreSQL cannot")
	})
	if status, _ := post(s.url, apiToken, number(1002)); status != 503 {
		t.Error(status)
	}
	server.Start(t)
	s.goesOn(1003)
}

// TestFullDiskPasses: a daemon on a disk that fills up refuses, says so, and goes on by itself when there is room.
func TestFullDiskPasses(t *testing.T) {
	s := newFaultShop(t, tmpfs(t, "size=24m"), "")
	s.start()
	accepted := 0
	for ; accepted < 5; accepted++ {
		if status, answer := post(s.url, apiToken, number(1001+accepted)); status != 201 {
			t.Fatal(status, answer)
		}
	}
	filler := filepath.Join(s.state, "filler")
	for round := range 2 {
		if err := os.WriteFile(filler, make([]byte, 24<<20), 0o600); err == nil {
			t.Fatal("the disk is not full")
		}
		for ; ; accepted++ { // the log has room of its own
			if status, _ := post(s.url, apiToken, number(1001+accepted)); status == 503 {
				break
			} else if status != 201 {
				t.Fatal(status)
			}
		}
		if status, body := s.get("/readyz"); status != 503 || !strings.Contains(body, "the disk is full") {
			t.Errorf("%d %s", status, body)
		}
		for _, command := range []string{"status", "desk list"} {
			if said := s.do(strings.Fields(command)...); !strings.Contains(said, "NOTHING IS TAKEN AND NOTHING IS SENT: the disk is full") {
				t.Errorf("waybill %s: %s", command, said)
			}
		}
		await(t, "somebody to be told", func() bool { return s.told.Load() == 1 }) // once an hour, however often
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		await(t, fmt.Sprint("it to go on, round ", round), func() bool {
			status, _ := post(s.url, apiToken, number(1001+accepted))
			return status == 201 || status == 200
		})
		accepted++
	}
	// What was claimed when the disk became full waits for its lease to end; a new process takes it back at once.
	s.kill()
	s.start()
	await(t, "all files", func() bool { return files(t, s.out) == accepted })
	var orders []flow.OrderView
	s.ask(&orders, "orders", "list")
	if len(orders) != accepted {
		t.Errorf("%d orders are there, %d were accepted", len(orders), accepted)
	}
}

// TestDamagedWhileRunning: a page that is not what was written any more ends all writing and sending, whoever meets it.
func TestDamagedWhileRunning(t *testing.T) {
	s := newFaultShop(t, t.TempDir(), "")
	s.start()
	for n := range 30 {
		if status, answer := post(s.url, apiToken, number(1001+n)); status != 201 {
			t.Fatal(status, answer)
		}
	}
	await(t, "all files", func() bool { return files(t, s.out) == 30 })
	s.stop()
	s.start()
	path := filepath.Join(s.state, "waybill.db")
	raw := []byte(readAll(t, path))
	hit := 0
	for i := 0; ; hit++ { // the name on every order becomes another one
		at := bytes.Index(raw[i:], []byte("Ada Example"))
		if at < 0 {
			break
		}
		i += at
		raw[i] = 'I'
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(raw, 0); err != nil {
		t.Fatal(err)
	}
	f.Close()
	t.Logf("%d names changed", hit)
	if said := s.try("orders", "show", "1003"); said.code == 0 {
		t.Errorf("shown: %s", said.out)
	}
	if status, body := s.get("/readyz"); status != 503 || !strings.Contains(body, "the database is damaged") {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := post(s.url, apiToken, number(2001)); status != 503 {
		t.Error(status)
	}
	if said := s.do("desk", "list"); !strings.Contains(said, "the database is damaged") {
		t.Error(said)
	}
	await(t, "somebody to be told", func() bool { return s.told.Load() == 1 })
}
