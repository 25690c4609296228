package pdf_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"waybill/parsers/pdf"
)

// A list as long as is read costs no more reads than are given.
func TestLong(t *testing.T) {
	var all []string
	for i := range 200 {
		all = append(all, show(50, 700, fmt.Sprintf("Order %d", 1001+i)))
	}
	pages, problems := pdf.Parse(file(all...), "")
	if len(pages) != 200 || len(problems) != 0 {
		t.Errorf("%d pages were read, problems %+v, want 200", len(pages), problems)
	}
}

// References that lead in circles are followed for a while and no longer.
func TestCircles(t *testing.T) {
	honest := string(file(show(50, 700, "Order 1001")))
	table := strings.Index(honest, "xref\n0")
	for name, doc := range map[string]string{
		"a table before itself":       strings.Replace(honest, "/Root 1 0 R", fmt.Sprintf("/Root 1 0 R /Prev %d", table), 1),
		"pages that hold themselves":  strings.Replace(honest, "/Kids [4 0 R]", "/Kids [2 0 R]", 1),
		"a page that is its parent":   strings.Replace(honest, "/Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >>", "/Parent 4 0 R", 1),
		"contents that are the page":  strings.Replace(honest, "/Contents 5 0 R", "/Contents 4 0 R", 1),
		"a length that is the stream": strings.Replace(honest, "/Length ", "/Length 5 0 R /X ", 1),
		"no end of pages":             strings.Replace(honest, "/Count 1", "/Count 2147483647", 1),
	} {
		if doc == honest {
			t.Fatalf("%s: nothing was changed", name)
		}
		before := used(t)
		pdf.Parse([]byte(doc), "")
		if took := used(t) - before; took > 3e9 {
			t.Errorf("%s took %d ms of the processor", name, took/1e6)
		}
	}
}

// used is the processor time of this process, in nanoseconds.
func used(t *testing.T) int64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
