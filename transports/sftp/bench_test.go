package sftp_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// The benchmarks run against a real OpenSSH, on loopback and behind a proxy that adds 20 ms of round trip, and compare with
// the simple way in the same run: one file after the other, or the library's listing.

var smallFile = []byte(strings.Repeat("1001-A,PS10044,1\r\n", 60)) // 1 KB

// distances gives the server at both distances.
func distances(b *testing.B, run func(b *testing.B, s *transporttest.OpenSSH, addr string)) {
	s := transporttest.StartOpenSSH(b)
	p := transporttest.StartProxy(b, s.Addr)
	p.SetRoundTrip(20 * time.Millisecond)
	b.Run("loopback", func(b *testing.B) { run(b, s, s.Addr) })
	b.Run("20ms", func(b *testing.B) { run(b, s, p.Addr) })
}

// rate runs do for n files, workers at the same time, and gives files a second.
func rate(b *testing.B, n, workers int, do func(i int) error) float64 {
	b.Helper()
	work := make(chan int)
	var wg sync.WaitGroup
	began := time.Now()
	for range workers {
		wg.Go(func() {
			for i := range work {
				if err := do(i); err != nil {
					b.Errorf("%v %s", err, transports.Help(err))
				}
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wg.Wait()
	return float64(n) / time.Since(began).Seconds()
}

func report(b *testing.B, ours, simple float64) {
	b.ReportMetric(ours, "files/s")
	b.ReportMetric(simple, "simple-files/s")
	b.ReportMetric(ours/simple, "ratio")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkUpload(b *testing.B) {
	distances(b, func(b *testing.B, s *transporttest.OpenSSH, addr string) {
		for b.Loop() {
			tx := openSSHAccount(b, s, addr).Sender(transports.FileSenderConfig{Dir: "in", Now: time.Now})
			send := func(prefix string) func(int) error {
				return func(i int) error {
					_, err := tx.Send(context.Background(), transports.Message{Key: fmt.Sprintf("%s-%d.csv", prefix, i), Body: smallFile}, noMark)
					return err
				}
			}
			simple := rate(b, 40, 1, send("simple"))
			report(b, rate(b, 2000, 128, send("many")), simple)
			clear(b, s.Path("in"))
		}
	})
}

func clear(b *testing.B, dirs ...string) {
	b.Helper()
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			b.Fatal(err)
		}
		for _, e := range entries {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkReceive(b *testing.B) {
	distances(b, func(b *testing.B, s *transporttest.OpenSSH, addr string) {
		for b.Loop() {
			receive := func(n, inFlight int) float64 {
				for i := range n {
					if err := os.WriteFile(s.Path(fmt.Sprintf("out/%d.csv", i)), fmt.Appendf(nil, "%d %s", i, smallFile), 0o644); err != nil {
						b.Fatal(err)
					}
				}
				rx, err := openSSHAccount(b, s, addr).Receiver(transports.FileReceiverConfig{Source: "x", Dir: "out", Archive: "archive",
					Whole: transports.Renamed, InFlight: inFlight, Cursor: &transporttest.Memory{}, Now: time.Now})
				if err != nil {
					b.Fatal(err)
				}
				ledger := &transporttest.Ledger{}
				began := time.Now()
				if err := rx.Receive(context.Background(), ledger.Keep); err != nil || len(ledger.Items) != n {
					b.Fatalf("%d of %d files: %v", len(ledger.Items), n, err)
				}
				took := time.Since(began)
				clear(b, s.Path("out"), s.Path("archive"))
				return float64(n) / took.Seconds()
			}
			simple := receive(20, 1)
			report(b, receive(2000, 0), simple)
		}
	})
}

// BenchmarkList lists 10,000 names.
func BenchmarkList(b *testing.B) {
	distances(b, func(b *testing.B, s *transporttest.OpenSSH, addr string) {
		const n = 10_000
		for i := range n {
			if err := os.WriteFile(s.Path(fmt.Sprintf("out/tracking-%05d.csv", i)), nil, 0o644); err != nil {
				b.Fatal(err)
			}
		}
		f, err := openSSHAccount(b, s, addr).Open(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		client, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{User: s.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(s.Key)}, HostKeyCallback: ssh.FixedHostKey(s.HostKey)})
		if err != nil {
			b.Fatal(err)
		}
		defer client.Close()
		library, err := sftp.NewClient(client)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			began := time.Now()
			all, err := f.List(b.Context(), "out")
			ours := time.Since(began)
			if err != nil || len(all) != n {
				b.Fatalf("%d names: %v", len(all), err)
			}
			began = time.Now()
			if all, err := library.ReadDir("out"); err != nil || len(all) != n {
				b.Fatalf("%d names: %v", len(all), err)
			}
			report(b, n/ours.Seconds(), n/time.Since(began).Seconds())
		}
		clear(b, s.Path("out"))
	})
}
