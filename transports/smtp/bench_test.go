package smtp

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"waybill/transports/transporttest"
)

// BenchmarkSend sends order mails of 3 KB to smtp-sink, directly and over 20 ms of round trip, with this package and with go-mail's
// own client, which is the fastest Go client that keeps its connections. Both have the same number of connections, and the ratio
// at the end comes from the same run.
//
//	go test ./transports/smtp -run '^$' -bench Send
func BenchmarkSend(b *testing.B) {
	sink := transporttest.StartSMTPSink(b)
	proxy := transporttest.StartProxy(b, sink.Addr)
	proxy.SetRoundTrip(20 * time.Millisecond)
	for _, way := range []struct {
		name, address string
		connections   int
		mark          time.Duration // how long it takes; the store's group commit takes about 2 ms
	}{
		{"direct", sink.Addr, 4, 0},
		{"direct", sink.Addr, 16, 2 * time.Millisecond},
		{"20ms", proxy.Addr, 10, 0},
		{"20ms", proxy.Addr, 12, 2 * time.Millisecond},
	} {
		b.Run(fmt.Sprintf("%s/connections=%d/mark=%v", way.name, way.connections, way.mark), func(b *testing.B) {
			ours := benchOurs(b, way.address, way.connections, way.mark, b.N)
			theirs := benchGoMail(b, way.address, way.connections, max(b.N/10, way.connections))
			b.ReportMetric(ours, "msgs/s")
			b.ReportMetric(theirs, "gomail-msgs/s")
			b.ReportMetric(ours/theirs, "times")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func benchText() string { return strings.Repeat("1 x PS10044 Galvanized bucket, 14 qt\r\n", 75) }

// benchOurs gives messages a second.
func benchOurs(b *testing.B, address string, connections int, mark time.Duration, n int) float64 {
	s := open(b, Config{Address: address, TLS: Plain, Connections: connections, MessagesPerConnection: 10_000})
	m := message("bench-1", benchText())
	return perSecond(b, n, 3*connections, func(int) func() error {
		return func() error {
			_, err := s.Send(b.Context(), m, func(context.Context) error { time.Sleep(mark); return nil })
			return err
		}
	})
}

// benchGoMail gives messages a second. A client of go-mail serialises its sends, so each worker has its own, as its manual advises.
func benchGoMail(b *testing.B, address string, connections, n int) float64 {
	host, text, _ := net.SplitHostPort(address)
	port, _ := strconv.Atoi(text)
	return perSecond(b, n, connections, func(int) func() error {
		c, err := gomail.NewClient(host, gomail.WithPort(port), gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithHELO("shop.example"))
		if err != nil {
			b.Fatal(err)
		}
		if err := c.DialWithContext(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { c.Close() })
		return func() error {
			m := gomail.NewMsg()
			if err := m.From("orders@shop.example"); err != nil {
				return err
			}
			if err := m.To("sales@prairie.example"); err != nil {
				return err
			}
			m.Subject("PO")
			m.SetBodyString(gomail.TypeTextPlain, benchText())
			return c.Send(m)
		}
	})
}

// perSecond runs n calls over several workers; each gets its function before the clock starts.
func perSecond(b *testing.B, n, workers int, worker func(int) func() error) float64 {
	b.Helper()
	calls := make([]func() error, workers)
	for i := range calls {
		calls[i] = worker(i)
	}
	work := make(chan struct{}, n)
	for range n {
		work <- struct{}{}
	}
	close(work)
	start := time.Now()
	var wg sync.WaitGroup
	for _, call := range calls {
		wg.Go(func() {
			for range work {
				if err := call(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(n) / time.Since(start).Seconds()
}

// BenchmarkCompose builds an order mail with both texts and a CSV.
func BenchmarkCompose(b *testing.B) {
	m := ordinary()
	m.Text, m.HTML = benchText(), "<p>"+benchText()+"</p>"
	m.Attachments = []Attachment{{Name: "PO 1001-A.csv", Type: "text/csv", Content: []byte(benchText())}}
	for b.Loop() {
		if _, err := Compose(m); err != nil {
			b.Fatal(err)
		}
	}
}
