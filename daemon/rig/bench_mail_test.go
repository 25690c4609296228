package rig

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/jhillyerd/enmime/v2"
	"golang.org/x/sys/unix"

	"waybill/daemon/sandbox"
	"waybill/parsers"
	ourmail "waybill/parsers/mail"
	"waybill/parsers/read"
)

// BenchmarkMail sets side by side, in one run, what a supplier's mail costs: opened by this program and by two libraries, read to the end, and read in a
// child. The time is that of the processor, which other work on the machine changes less than the clock; the work is fixed, so it runs once whatever
// -benchtime says.
func BenchmarkMail(b *testing.B) {
	var rows []figure
	for name, raw := range benchMails() {
		rows = append(rows, waysToRead(b, name, raw)...)
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "mail\thow\tµs of the processor\ta second on two cores")
	for _, r := range rows {
		name, how, _ := strings.Cut(r.what, ": ")
		fmt.Fprintf(w, "%s\t%s\t%.0f\t%.0f\n", name, how, r.value, 2e6/r.value)
		b.ReportMetric(r.value, strings.NewReplacer(" ", "-", ":", "", ",", "").Replace(r.what)+"-µs")
	}
	w.Flush()
	b.ReportMetric(0, "ns/op")
	fmt.Print("\n\n", table.String(), "\n")
}

// waysToRead measures each way to read one mail. The best of three rounds counts: the others shared the processor's caches with other work.
func waysToRead(b *testing.B, name string, raw []byte) (rows []figure) {
	pool := sandbox.New(sandbox.Options{Exe: binary(b), Args: []string{"read-child"}, Children: hostileReaders})
	defer pool.Close()
	profile := parsers.Profile{OrderPatterns: []string{`\b\d{4}-[A-Z]\b`}}
	reader := read.New(profile)
	light, heavy := enmime.NewParser(enmime.DisableCharacterDetection(true), enmime.DisableTextConversion(true)), enmime.NewParser()
	for _, c := range []struct {
		how string
		do  func() error
	}{
		{"opened by waybill", func() error { _, err := ourmail.Open(raw, profile); return err }},
		{"opened by go-message", func() error { return walk(raw) }},
		{"opened by enmime, costly options off", func() error { _, err := light.ReadEnvelope(bytes.NewReader(raw)); return err }},
		{"opened by enmime", func() error { _, err := heavy.ReadEnvelope(bytes.NewReader(raw)); return err }},
		{"read", func() error {
			if r := reader.Document(raw, ""); r.Kind != parsers.Shipment {
				return fmt.Errorf("it is %s", r.Kind)
			}
			return nil
		}},
		{"read in a child", func() error { _, err := pool.Read(b.Context(), raw, "", profile); return err }},
	} {
		const times = 500
		best := time.Duration(1 << 62)
		for range 3 {
			before := spent(b, pool)
			for range times {
				if err := c.do(); err != nil {
					b.Fatalf("%s, %s: %v", name, c.how, err)
				}
			}
			best = min(best, spent(b, pool)-before)
		}
		rows = append(rows, figure{what: name + ": " + c.how, value: float64(best.Microseconds()) / times})
	}
	return rows
}

// walk reads all parts of a mail with go-message.
func walk(raw []byte) error {
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, part.Body); err != nil {
			return err
		}
	}
}

// spent is the processor time of this process and of its children that still run.
func spent(b *testing.B, pool *sandbox.Pool) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	all := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	for _, pid := range pool.Processes() {
		// The times of another process, in ticks of a hundredth of a second (proc(5), stat, fields 14 and 15).
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			b.Fatal(err)
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		var user, system int64
		if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
			b.Fatal(err)
		}
		all += time.Duration(user+system) * 10 * time.Millisecond
	}
	return all
}

// benchMails are answers as they come, 6 to 9 KB each.
func benchMails() map[string][]byte {
	head := "Received: from mx.prairie-supply.example by mx.shop.example; Tue, 26 Aug 2025 10:00:00 +0000\r\nDKIM-Signature: v=1; a=rsa-sha256; d=prairie-supply.example; b=" + strings.Repeat("abcdefgh", 40) +
		"\r\nFrom: Warehouse <orders@prairie-supply.example>\r\nTo: orders@shop.example\r\nSubject: Re: Purchase order 1001-A\r\nMessage-ID: <1@prairie-supply.example>\r\nMIME-Version: 1.0\r\n"
	said := []string{"Hello,", "your order 1001-A has shipped with UPS today.", "Tracking number: 1Z999AA10123456784", "2 x AB-1", "1 x PS10044", "Best regards,", "Joe"}
	var quoted, cells strings.Builder
	for i := range 60 {
		fmt.Fprintf(&quoted, "> Line %d: please ship %d pieces of the bucket with %d quarts, thank you.\r\n", i, i%4+1, i)
	}
	for i := range 40 {
		fmt.Fprintf(&cells, "<tr><td style=\"font-size:12px;color:#333\">%d</td><td style=\"font-size:12px\">Galvanized bucket %d qt</td><td>AB-%d</td><td>2</td></tr>\r\n", i, i, i)
	}
	plain := "Content-Type: text/plain; charset=utf-8\r\n\r\n" + strings.Join(said, "\r\n")
	return map[string][]byte{
		"a person's reply":       []byte(head + plain + "\r\n\r\nOn Mon, Aug 25, 2025 at 9:00 AM Shop <orders@shop.example> wrote:\r\n" + quoted.String()),
		"a program's text, HTML": []byte(head + "Content-Type: multipart/alternative; boundary=\"=_b\"\r\n\r\n--=_b\r\n" + plain + "\r\n--=_b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>" + strings.Join(said, "</p>\r\n<p>") + "</p><table><tr><th>Line</th><th>Item</th><th>SKU</th><th>Qty</th></tr>" + cells.String() + "</table></body></html>\r\n--=_b--\r\n"),
	}
}
