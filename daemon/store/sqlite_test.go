package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// childVariable makes the test binary a child that does one of the things below to the database it names.
const childVariable = "WAYBILL_STORE_CHILD"

func TestMain(m *testing.M) {
	if what, path, child := strings.Cut(os.Getenv(childVariable), " "); child {
		if err := children[what](path); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var children = map[string]func(path string) error{"write": writeForEver, "fill": fillDisk, "idle": idle}

// startChild starts the test binary again and gives what it prints.
func startChild(t testing.TB, what, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+what+" "+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, bufio.NewScanner(out)
}

func openFile(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	return s
}

// writeForEver accepts orders and marks their messages from eight goroutines, and prints what is durable.
func writeForEver(path string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		return err
	}
	errs := make(chan error)
	for p := range 8 {
		go func() {
			for n := p; ; n += 8 {
				if err := s.Write(ctx, func(tx *store.Tx) error { _, err := addLoop(tx, n); return err }); err != nil {
					errs <- err
				}
				fmt.Println("order", n)
				rows, err := s.Claim(ctx, "smtp:main", 1, time.Hour, nil)
				if err != nil {
					errs <- err
				}
				for _, r := range rows {
					if err := s.Mark(ctx, r.ID, r.Epoch); err != nil {
						errs <- err
					}
					fmt.Println("marked", r.ID)
				}
			}
		}()
	}
	return <-errs
}

// What a Write has returned from is there after kill -9, and everything that is there is whole.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "waybill.db")
	for _, lines := range []int{1, 50, 400} {
		cmd, out := startChild(t, "write", path)
		var orders, marked []int
		for range lines {
			if !out.Scan() {
				t.Fatalf("the child ended: %v", out.Err())
			}
			what, number, _ := strings.Cut(out.Text(), " ")
			n, err := strconv.Atoi(number)
			if err != nil {
				t.Fatal(out.Text())
			}
			if what == "order" {
				orders = append(orders, n)
			} else {
				marked = append(marked, n)
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for out.Scan() { // what it printed and we had not read yet
			var n int
			if c, _ := fmt.Sscanf(out.Text()+"\n", "order %d\n", &n); c == 1 {
				orders = append(orders, n)
			}
		}
		_ = cmd.Wait()
		s := openFile(t, path)
		view(t, s, func(tx *store.Tx) error {
			for _, n := range orders {
				if _, err := tx.OrderByKey("shop", bucketOrder(n).ID); err != nil {
					t.Errorf("accepted and lost: %v", err)
				}
			}
			for _, id := range marked {
				if row, err := tx.Dispatch(order.DispatchID(id)); err != nil || row.State != order.DispatchMarked {
					t.Errorf("marked and lost: %+v, %v", row, err)
				}
			}
			return nil
		})
		wantClean(t, s)
		// The next start takes everything back from the dead process: what has a mark is held.
		_, doubted, err := s.Expire(t.Context(), true)
		if err != nil || len(doubted) < len(marked) {
			t.Errorf("%d of at least %d marked messages are held, %v", len(doubted), len(marked), err)
		}
		wantClean(t, s)
		closeStore(t, s)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// fillDisk writes until the disk is full. A limit on the size of a file stands for the disk.
func fillDisk(path string) error {
	ctx := context.Background()
	signal.Ignore(syscall.SIGXFSZ)
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		return err
	}
	limit := uint64(2 << 20)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		return err
	}
	for n := 0; ; n++ {
		err := s.Write(ctx, func(tx *store.Tx) error { _, err := addLoop(tx, n); return err })
		if err == nil {
			fmt.Println("order", n)
			continue
		}
		fmt.Println("failed", errors.Is(err, store.ErrFailed), err)
		err = s.Write(ctx, func(*store.Tx) error { fmt.Println("ran"); return nil })
		fmt.Println("after", errors.Is(err, store.ErrFailed), s.Failed() != nil)
		// The desk can still be read.
		return s.View(ctx, func(tx *store.Tx) error {
			rows, err := tx.Orders(store.OrderFilter{Limit: 1})
			if err == nil {
				fmt.Println("newest", rows[0].Doc.Number)
			}
			return err
		})
	}
}

// A full disk refuses: nothing half-written, everything accepted before is there.
func TestDiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "waybill.db")
	cmd, out := startChild(t, "fill", path)
	accepted, rest := 0, []string{}
	for out.Scan() {
		if strings.HasPrefix(out.Text(), "order ") {
			accepted++
		} else {
			rest = append(rest, out.Text())
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err, rest)
	}
	t.Logf("%d orders, then: %s", accepted, rest)
	if accepted == 0 || len(rest) != 3 || !strings.HasPrefix(rest[0], "failed true") || rest[1] != "after true true" ||
		rest[2] != fmt.Sprint("newest ", 1000+accepted-1) {
		t.Errorf("%d orders, then %q", accepted, rest)
	}
	s := openFile(t, path) // with room again
	rows := look(t, s, func(tx *store.Tx) ([]store.OrderRow, error) { return tx.Orders(store.OrderFilter{}) })
	if len(rows) != accepted {
		t.Errorf("%d orders are there, %d were accepted", len(rows), accepted)
	}
	wantClean(t, s)
	addLoops(t, s, accepted, accepted+1)
}

func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "waybill.db")
	s := openFile(t, path)
	_, err := store.Open(t.Context(), store.Options{Path: path})
	wantError(t, err, store.ErrLocked)
	if !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("the owner is not named: %v", err)
	}
	closeStore(t, s)
	closeStore(t, openFile(t, path))
}

// To look needs no lock, sees what the owner commits, and changes nothing.
func TestLooking(t *testing.T) {
	path := filepath.Join(t.TempDir(), "waybill.db")
	looking := store.Options{Path: path, ReadOnly: true}
	if _, err := store.Open(t.Context(), looking); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no database: %v", err)
	}
	owner := openFile(t, path)
	addLoops(t, owner, 1, 2)
	for _, running := range []bool{true, false} {
		if !running {
			closeStore(t, owner)
		}
		s, err := store.Open(t.Context(), looking)
		if err != nil {
			t.Fatal(err)
		}
		if running {
			addLoops(t, owner, 2, 3)
			err := follow(t.Context(), s, 4, func(events []order.Event) error { return errOwn })
			wantError(t, err, errOwn)
		}
		if rows := look(t, s, func(tx *store.Tx) ([]store.OrderRow, error) { return tx.Orders(store.OrderFilter{}) }); len(rows) != 2 {
			t.Errorf("with the owner running (%v) %d orders are seen", running, len(rows))
		}
		wantError(t, s.Write(t.Context(), func(*store.Tx) error { return nil }), store.ErrReadOnly)
		if s.InstanceID() != owner.InstanceID() {
			t.Error("another instance")
		}
		closeStore(t, s)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has the mode %v, %v: it holds personal data", info.Mode(), err)
	}
}

// A flipped bit is refused at the start, or reported by Verify, or makes no difference: what is read without an error is what
// was written.
func TestFlippedBits(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "waybill.db")
	s := openFile(t, path)
	addLoops(t, s, 1, 25)
	write(t, s, func(tx *store.Tx) error {
		for i := range 20 {
			if _, _, err := keep(tx, "inbox", fmt.Sprint(i), []byte(strings.Repeat(fmt.Sprintf("mail %d ", i), 40))); err != nil {
				return err
			}
		}
		return tx.SetSetting("cursor/inbox", []byte("1:20"))
	})
	want := dump(t, s)
	closeStore(t, s)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 7))
	flips := 60
	if testing.Short() {
		flips = 20
	}
	count := map[string]int{}
	for i := range flips {
		bit := random.IntN(len(whole) * 8)
		broken := slices.Clone(whole)
		broken[bit/8] ^= 1 << (bit % 8)
		damaged := filepath.Join(folder, fmt.Sprintf("flip%d.db", i))
		if err := os.WriteFile(damaged, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		count[flipped(t, damaged, want, bit)]++
		for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
			_ = os.Remove(damaged + suffix)
		}
	}
	t.Logf("of %d flipped bits: %v", flips, count)
	if !testing.Short() && (count["refused"] == 0 || count["reported"] == 0) {
		t.Error("nothing was refused, or nothing reported: the test flips nothing that matters")
	}
}

// flipped tells what became of a file with a flipped bit.
func flipped(t *testing.T, path, want string, bit int) string {
	s, err := store.Open(t.Context(), store.Options{Path: path})
	if err != nil {
		return "refused"
	}
	defer s.Close()
	reported := false
	if err := s.Verify(t.Context(), func(string) { reported = true }, nil); err != nil || reported {
		return "reported"
	}
	if got := dump(t, s); got != want {
		t.Errorf("bit %d changed what is read, and nobody noticed", bit)
	}
	return "harmless"
}

// dump writes out everything that can be read.
func dump(t *testing.T, s *store.Store) string {
	var b strings.Builder
	view(t, s, func(tx *store.Tx) error {
		show := func(v any, err error) {
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(&b, "%+v\n", v)
		}
		show(tx.JournalSince(0, 1000))
		show(tx.Orders(store.OrderFilter{}))
		show(tx.POsOfSupplier("prairie", true, 0))
		show(tx.Dispatches(store.DispatchFilter{}))
		show(tx.Items(store.ItemFilter{}))
		show(tx.Settings("cursor"))
		for id := order.DispatchID(1); id < 25; id++ {
			show(tx.Dispatch(id))
		}
		return nil
	})
	return b.String()
}

// A file that is something else, or only half there, is refused in words and not touched.
func TestNotADatabase(t *testing.T) {
	folder := t.TempDir()
	good := filepath.Join(folder, "good.db")
	s := openFile(t, good)
	addLoops(t, s, 1, 200)
	closeStore(t, s)
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"text": []byte(strings.Repeat("this is a letter\n", 100)),
		"half": whole[:len(whole)/2],
		"hole": slices.Concat(whole[:len(whole)/2], make([]byte, 64<<10), whole[len(whole)/2+64<<10:]),
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(t.Context(), store.Options{Path: path})
		if !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Log(err)
		if after, err := os.ReadFile(path); err != nil || name == "text" && string(after) != string(content) {
			t.Errorf("%s was changed, %v", name, err)
		}
	}
	if _, err := store.Open(t.Context(), store.Options{Path: filepath.Join(folder, "none", "x.db")}); err == nil {
		t.Error("opened in a folder that is not there")
	} else {
		t.Log(err)
	}
	for _, o := range []store.Options{{}, {Path: good, DSN: "postgres://x"}} {
		if _, err := store.Open(t.Context(), o); err == nil {
			t.Errorf("opened %+v", o)
		}
	}
}
