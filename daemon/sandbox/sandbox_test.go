package sandbox

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"waybill/parsers"
)

// The test binary is its own child: each name is a child that behaves in another way.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if behave, ok := children[os.Args[1]]; ok {
			if err := serve(os.Stdin, os.Stdout, behave); err != nil {
				os.Stderr.WriteString(err.Error())
				os.Exit(1)
			}
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

var children = map[string]func(question, []byte) answer{
	"read-child": answerer(),
	"wishes": func(q question, raw []byte) answer {
		return answer{Reading: &parsers.Reading{Format: wish(string(raw), q.Name)}}
	},
	"misbehave": func(q question, raw []byte) answer {
		switch string(raw) {
		case "hang":
			time.Sleep(time.Hour) // select {} would be ended by the runtime, which sees that nobody can wake it
		case "spin":
			for {
				_ = len(raw)
			}
		case "grow":
			var all [][]byte
			for {
				b := make([]byte, 16<<20)
				for i := range b {
					b[i] = 1
				}
				all = append(all, b)
				_ = all
			}
		case "deep":
			var deep func(int) int
			deep = func(i int) int { return deep(i+1) + len(raw) }
			deep(0)
		case "panic":
			panic("a secret of the document")
		case "exit":
			os.Exit(3)
		case "garbage":
			_ = writeFrame(os.Stdout, []byte("}{"))
			time.Sleep(time.Hour) // select {} would be ended by the runtime, which sees that nobody can wake it
		case "huge":
			_, _ = os.Stdout.Write([]byte{0xff, 0xff, 0xff, 0xff})
			time.Sleep(time.Hour) // select {} would be ended by the runtime, which sees that nobody can wake it
		case "runtime": // what the runtime does by itself: collect, give memory back, wait, start threads
			b := make([]byte, 64<<20)
			for i := range b {
				b[i] = 1
			}
			b = nil
			debug.FreeOSMemory()
			time.Sleep(time.Millisecond)
			done := make(chan int)
			for range 8 {
				go func() { runtime.LockOSThread(); done <- len(b) }()
			}
			for range 8 {
				<-done
			}
		case "leak":
			return answer{Reading: &parsers.Reading{Format: "text"}, Retire: true}
		}
		return answer{Reading: &parsers.Reading{Format: "text"}}
	},
}

func pool(t *testing.T, child string, o Options) *Pool {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o.Exe, o.Args = exe, []string{child}
	if raceDetector {
		o.Memory = 1 << 50
	}
	p := New(o)
	t.Cleanup(func() { _ = p.Close() })
	return p
}

const eml = "From: a@prairie-supply.example\nSubject: PO 1001\n\nOrder 1001 has shipped. Tracking: 1Z999AA10123456784\n"

func TestRead(t *testing.T) {
	p := pool(t, "read-child", Options{})
	e, err := p.Envelope(t.Context(), []byte(eml))
	if err != nil || e.Subject != "PO 1001" {
		t.Fatalf("Envelope gives %+v, %v", e, err)
	}
	r, err := p.Read(t.Context(), []byte(eml), "x.eml", parsers.Profile{})
	if err != nil || r.Kind != parsers.Shipment {
		t.Fatalf("Read gives %+v, %v", r, err)
	}
	if _, err := p.Envelope(t.Context(), []byte(strings.Repeat("X: y\n", 100_000))); err == nil || errors.Is(err, ErrBroken) {
		t.Errorf("an oversized head gives %v, want the limit's sentence", err)
	}
	if n := p.Running(); n != 1 {
		t.Errorf("%d children run, want the same one", n)
	}
}

// A document that breaks its reader is told so, and the next one is read.
func TestBroken(t *testing.T) {
	for what, says := range map[string]string{
		"hang": "longer than", "spin": "longer than", "grow": "memory", "deep": "too deep", "panic": "a fault in waybill", "exit": "exit status 3",
		"garbage": "can't be read", "huge": "larger than",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			if raceDetector && (what == "grow" || what == "deep") {
				t.Skip("children of the race detector have no memory limit")
			}
			deadline := 20 * time.Second
			if what == "hang" || what == "spin" {
				deadline = 300 * time.Millisecond
			}
			p := pool(t, "misbehave", Options{Children: 1, Memory: 256 << 20, Deadline: deadline})
			_, err := p.Read(t.Context(), []byte(what), "", parsers.Profile{})
			if !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), says) {
				t.Fatalf("error is %v, want ErrBroken with %q", err, says)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("error repeats the document: %v", err)
			}
			if r, err := p.Read(t.Context(), []byte("next"), "", parsers.Profile{}); err != nil || r.Format != "text" {
				t.Errorf("the next document gives %+v, %v", r, err)
			}
			if s := p.Stats(); s.Started != 2 || s.Broken != 1 {
				t.Errorf("the children fared %+v, want one broken of two", s)
			}
		})
	}
}

// What keeps readers from starting says nothing about a document.
func TestNoReader(t *testing.T) {
	for what, p := range map[string]*Pool{
		"there is no such program":     New(Options{Exe: "/nowhere/waybill"}),
		"it ends before it is fenced":  New(Options{Exe: "/bin/false"}),
		"it is not waybill that talks": New(Options{Exe: "/bin/cat"}),
	} {
		t.Cleanup(func() { _ = p.Close() })
		_, err := p.Read(t.Context(), []byte(eml), "x.eml", parsers.Profile{})
		if !errors.Is(err, ErrNoReader) || errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v, want ErrNoReader alone", what, err)
		}
		if n := p.Running(); n != 0 {
			t.Errorf("%s: %d children are left", what, n)
		}
	}
}

// When one child was ended over a document, the second try does not meet another that was ended with it.
func TestSecondTryIsFair(t *testing.T) {
	p := pool(t, "read-child", Options{Children: 2})
	var together sync.WaitGroup
	for range 2 {
		together.Go(func() {
			c, err := p.take(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			defer p.put(c)
			for p.Running() < 2 && t.Context().Err() == nil {
				runtime.Gosched()
			}
		})
	}
	together.Wait()
	for _, pid := range p.Processes() {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	if _, err := p.Envelope(t.Context(), []byte(eml)); !errors.Is(err, ErrBroken) {
		t.Errorf("a killed child gives %v", err)
	}
	if _, err := p.Envelope(t.Context(), []byte(eml)); err != nil {
		t.Errorf("the second try gives %v", err)
	}
}

// The fences leave the runtime what it needs.
func TestRuntimeLives(t *testing.T) {
	p := pool(t, "misbehave", Options{Children: 1})
	for range 3 {
		if _, err := p.Read(t.Context(), []byte("runtime"), "", parsers.Profile{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.Running(); n != 1 {
		t.Errorf("%d children run, want the same one", n)
	}
}

func TestGivenUp(t *testing.T) {
	p := pool(t, "misbehave", Options{Children: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := p.Read(ctx, []byte("hang"), "", parsers.Profile{}); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrBroken) {
		t.Errorf("error is %v, want that of the context: the document is not to blame", err)
	}
}

func TestGrownChildIsReplaced(t *testing.T) {
	p := pool(t, "misbehave", Options{Children: 1})
	if _, err := p.Read(t.Context(), []byte("leak"), "", parsers.Profile{}); err != nil {
		t.Fatal(err)
	}
	if n := p.Running(); n != 0 {
		t.Errorf("%d children run, want none", n)
	}
	if s := p.Stats(); s.Peak < 1<<20 {
		t.Errorf("the child held %d bytes at most", s.Peak)
	}
}

func TestIdleChildrenEnd(t *testing.T) {
	p := pool(t, "misbehave", Options{Children: 1, Idle: time.Hour})
	if _, err := p.Read(t.Context(), []byte("x"), "", parsers.Profile{}); err != nil {
		t.Fatal(err)
	}
	p.reap()
	if n := p.Running(); n != 1 {
		t.Errorf("%d children run before their time, want 1", n)
	}
	p.mu.Lock()
	p.idle[0].used = time.Now().Add(-2 * time.Hour)
	p.mu.Unlock()
	p.reap()
	if n := p.Running(); n != 0 {
		t.Errorf("%d children run, want none", n)
	}
}

// Without the daemon a child ends by itself.
func TestChildEndsWithItsInput(t *testing.T) {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- serve(r, io.Discard, answerer()) }()
	_ = w.Close()
	if err := <-done; err != nil {
		t.Errorf("child ends with %v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	exe, _ := os.Executable()
	p := New(Options{Exe: exe, Args: []string{"read-child"}, Children: 2})
	raw := supplierMail()
	b.SetBytes(int64(len(raw)))
	before := processor(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := p.Read(context.Background(), raw, "", parsers.Profile{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
	_ = p.Close() // what the children used is known when they have ended
	b.ReportMetric(float64((processor(b)-before).Microseconds())/float64(b.N), "cpu-µs/mail")
}

// processor is the time that this process and its ended children took of the processors, which other work on the machine
// does not change as it changes the clock's.
func processor(b *testing.B) (all time.Duration) {
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if err := unix.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		all += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return all
}

// supplierMail is an answer as a supplier's shipping program sends it: 9 KB, text and HTML, our mail quoted below.
func supplierMail() []byte {
	var b strings.Builder
	b.WriteString("Received: from mx.prairie-supply.example by mx.shop.example; Tue, 26 Aug 2025 10:00:00 +0000\r\n")
	b.WriteString("DKIM-Signature: v=1; a=rsa-sha256; d=prairie-supply.example; b=" + strings.Repeat("abcdefgh", 40) + "\r\n")
	b.WriteString("From: Warehouse <orders@prairie-supply.example>\r\nTo: orders@shop.example\r\nSubject: Re: Purchase order 1001-A\r\nMessage-ID: <1@prairie-supply.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_b\"\r\n\r\n")
	b.WriteString("--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\n\r\nyour order 1001-A has shipped with UPS today.\r\nTracking number: 1Z999AA10123456784\r\n2 x AB-1\r\n1 x PS10044\r\n\r\nBest regards,\r\nJoe\r\n+1 555 123 4567\r\n\r\nOn Mon, Aug 25, 2025 at 9:00 AM Shop <orders@shop.example> wrote:\r\n")
	for range 30 {
		b.WriteString("> Please ship the lines below to the address of the customer, thank you.\r\n")
	}
	b.WriteString("--=_b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head><style>" + strings.Repeat("td{padding:4px;font-family:Arial}\r\n", 20) + "</style></head><body><p>Hello,</p><p>your order 1001-A has shipped with UPS today.</p><table>")
	for range 12 {
		b.WriteString("<tr><td style=\"font-size:12px;color:#333\">Line</td><td style=\"font-size:12px\">Galvanized bucket 14 qt</td><td>2</td></tr>\r\n")
	}
	b.WriteString("</table><p>Tracking number: <a href=\"https://www.ups.com/track?tracknum=1Z999AA10123456784\">1Z999AA10123456784</a></p><blockquote>" + strings.Repeat("<p>Please ship the lines below.</p>\r\n", 20) + "</blockquote></body></html>\r\n--=_b--\r\n")
	return []byte(b.String())
}

func BenchmarkReadInline(b *testing.B) {
	p := New(Options{Inline: true})
	raw := supplierMail()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = p.Read(context.Background(), raw, "", parsers.Profile{})
	}
}
