package table

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/sys/unix"

	"waybill/parsers"
)

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"order-tracking", "ten-columns"} {
		var doc strings.Builder
		const rows = 20_000
		if name == "ten-columns" {
			doc.WriteString("Order,SKU,Qty,Carrier,Tracking,Name,Postcode,City,Status,Ship date\n")
		} else {
			doc.WriteString("Order,Tracking\n")
		}
		for i := range rows {
			if name == "ten-columns" {
				fmt.Fprintf(&doc, "%d,PS%05d,%d,UPS,1Z999AA101%07d4,Ada Loom,%05d,Des Moines,Shipped,2025-05-12\n", 100000+i, i%1000, i%9+1, i, i%99999)
			} else {
				fmt.Fprintf(&doc, "%d,1Z999AA101%07d4\n", 100000+i, i)
			}
		}
		text := []byte(doc.String())
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			before := processor(b)
			for b.Loop() {
				if got := Parse(text, "x.csv", "1", parsers.Profile{}); len(got.Statements) != rows {
					b.Fatal(len(got.Statements))
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64((processor(b)-before).Nanoseconds())/float64(rows)/float64(b.N), "cpu-ns/row")
		})
	}
}

// processor is the time of the processor that this process has taken, its collector's included; other work on the machine changes it less than the clock.
func processor(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkXLSX(b *testing.B) {
	const rows = 5_000
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	_ = w.SetRow("A1", []any{"Order", "SKU", "Qty", "Carrier", "Tracking", "Status"})
	for i := range rows {
		_ = w.SetRow(fmt.Sprintf("A%d", i+2), []any{fmt.Sprint(100000 + i), "PS10044", i%9 + 1, "UPS", fmt.Sprintf("1Z999AA101%07d4", i), "Shipped"})
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	var doc bytes.Buffer
	if err := f.Write(&doc); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if got := Parse(doc.Bytes(), "x.xlsx", "1", parsers.Profile{}); len(got.Statements) != rows {
			b.Fatal(len(got.Statements), got.Problems)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
