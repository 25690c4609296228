package read_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"waybill/parsers"
	"waybill/parsers/read"
)

func FuzzDocument(f *testing.F) {
	paths, err := filepath.Glob("../../fixtures/*/*/in.*")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, filepath.Base(path))
	}
	for _, c := range slices.Concat(languageCases, shapeCases, robotCases, hardCases) {
		f.Add(eml(c.subject, c.head, c.body), "")
	}
	for _, c := range onceBroken {
		f.Add([]byte(c.raw), c.name)
	}
	f.Add([]byte("order;tracking\n1001;1Z999AA10123456784\n"), "x.csv")
	f.Add([]byte("Ship to:\nJane Doe\n12 Main St\nAustin, TX 78701\n2 x AB-1\n"), "x.txt")
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		r := read.Document(raw, name, parsers.Profile{KeepText: true, OrderPatterns: []string{`#?(\d{4})`}, Phrases: map[string]parsers.Kind{"all gone": parsers.OutOfStock}})
		for _, p := range r.Problems {
			if p.Code == "broken" {
				t.Fatal(p.Text)
			}
		}
		if (r.Format == "mail" || r.Format == "text") && r.Report == nil { // what came back with a bounce is not kept as text
			checkPlaces(t, r)
		}
	})
}

// Documents that once broke a reader, cut down to what did it. Most were found by `make hostile` or `make fuzz`.
var onceBroken = []struct{ raw, name string }{
	{"auf\nLager", ""},       // a word that reaches into the next clause
	{"89-follow\t5-5-0", ""}, // a number that reaches into a word
	{"\"\",\nwords >, more words\n961234567890 ?\t= -bestelling +1 ", "x.csv"}, // names above columns that no row has
}

func TestOnceBroken(t *testing.T) {
	for _, c := range onceBroken {
		for _, raw := range [][]byte{[]byte(c.raw), eml("Re: PO 1001", "", c.raw)} {
			for _, p := range read.Document(raw, c.name, parsers.Profile{OrderPatterns: []string{`\b\d{4}-[A-Z]\b`}}).Problems {
				if p.Code == "broken" {
					t.Errorf("%q: %s", c.raw, p.Text)
				}
			}
		}
	}
}

// cost is the processor time that do takes: unlike the clock it does not mind what else the machine has to do.
func cost(do func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	used := func() time.Duration {
		var u unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
			panic(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	do()
	return used() - before
}

// Hostile documents are answered in time whatever they hold; the children's deadline is for what nobody thought of.
func TestHostile(t *testing.T) {
	many := func(s string, n int) string { return strings.Repeat(s, n/len(s)) }
	for name, body := range map[string]string{
		"numbers":            many("1001 ", 200_000),
		"tracking numbers":   many("1Z999AA10123456784\n", 200_000),
		"one line":           many("1001, ", 60_000),
		"labels":             many("order no. ", 200_000),
		"kinds":              many("shipped not if 1001 and ", 200_000),
		"lines of lines":     many("2 x AB-1\n", 200_000),
		"dates":              many("out of stock until 5 May 5 May 5 May ", 200_000),
		"addresses":          many("Ship to:\nJane\n12 Main\n78701\n", 200_000),
		"attributions":       many("On 2025-01-01 a\n", 200_000),
		"headers":            many("From: a\nTo: b\n", 200_000),
		"quotation":          many(">", 60_000) + "\n" + many("> > >\n", 200_000),
		"links":              many("https://www.ups.com/track?tracknum=1Z999AA10123456784 ", 200_000),
		"keys":               many("WB-WB-WB-0123456789 ", 200_000),
		"question marks":     many("? ", 200_000),
		"chinese":            many("订单1001已发货，", 200_000),
		"combining accents":  many("e\u0301\u200b", 200_000),
		"respectively":       many("1001 and 1003 respectively ", 200_000),
		"signature":          many("Best regards\n", 200_000),
		"disclaimers":        many("if you are not the intended recipient x\n", 200_000),
		"bare equals":        many("=", 60_000),
		"profile's pattern":  many("1001-", 60_000),
		"a very long number": many("9", 60_000),
		"short lines":        many("Groet\n\n", 800_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, raw := range [][]byte{eml("PO 1001", "", body), []byte(body)} {
				var r parsers.Reading
				if took := cost(func() { r = read.Document(raw, "", parsers.Profile{OrderPatterns: []string{`\d{4}`}}) }); took > 2*time.Second {
					t.Errorf("took %v", took)
				}
				for _, p := range r.Problems {
					if p.Code == "broken" {
						t.Error(p.Text)
					}
				}
			}
		})
	}
}

func TestHostileHTML(t *testing.T) {
	many := func(s string, n int) string { return strings.Repeat(s, n/len(s)) }
	for name, body := range map[string]string{
		"deep":          many("<div>", 200_000),
		"deep tables":   many("<table><tr><td>", 200_000),
		"merged cells":  "<table>" + many("<tr><td colspan=64 rowspan=64>1001</td></tr>\n", 200_000),
		"wide rows":     "<table><tr>" + many("<td>1001</td>\n", 200_000),
		"open links":    many("<a href='https://www.ups.com/track?tracknum=1Z999AA10123456784'>\n", 200_000),
		"open quotes":   many("<blockquote>x\n", 200_000),
		"stray ends":    many("<b>x", 2000) + many("</i></td></tr>\n", 200_000),
		"attributes":    "<p " + many("a=b \n", 200_000) + ">x",
		"json-ld":       many("<script type='application/ld+json'>{\"@graph\":[[[[[[\n</script>", 200_000),
		"open comment":  "<!-- " + many("-\n", 200_000),
		"tables of one": many("<table><tr><td>order</td><td>1001</td></tr></table>\n", 200_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := eml("PO 1001", "Content-Type: text/html\n", body)
			if took := cost(func() { read.Document(raw, "", parsers.Profile{}) }); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestZip(t *testing.T) {
	pack := func(files ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(files); i += 2 {
			w, _ := z.Create(files[i])
			_, _ = w.Write([]byte(files[i+1]))
		}
		_ = z.Close()
		return b.Bytes()
	}
	r := read.Document(pack("a.csv", "order,tracking\n1001,"+ups+"\n", "b/c.txt", "Order 1002 is sold out.\n"), "x.zip", parsers.Profile{KeepText: true})
	if r.Format != "zip" || r.Kind != parsers.OutOfStock {
		t.Errorf("format %s, kind %s", r.Format, r.Kind)
	}
	checkPlaces(t, r)
	var parts []string
	for _, s := range r.Statements {
		if s.Kind != "" {
			part := ""
			if len(s.Tracking) > 0 {
				part = s.Tracking[0].At.Part
			} else {
				part = s.KindAt.At.Part
			}
			parts = append(parts, part)
		}
	}
	if want := []string{"a.csv", "b/c.txt"}; !slices.Equal(parts, want) {
		t.Errorf("statements stand in %q, want %q", parts, want)
	}
	bomb := read.Document(pack("bomb.txt", strings.Repeat("0", 60<<20)), "x.zip", parsers.Profile{})
	if !slices.ContainsFunc(bomb.Problems, func(p parsers.Problem) bool { return p.Code == "too_large" }) {
		t.Errorf("problems of a bomb are %+v", bomb.Problems)
	}
	inner := []byte("Order 1001 has shipped.")
	for range 8 {
		inner = pack("x.zip", string(inner))
	}
	deep := read.Document(inner, "x.zip", parsers.Profile{})
	if !slices.ContainsFunc(deep.Problems, func(p parsers.Problem) bool { return p.Code == "too_deep" }) {
		t.Errorf("problems of zips in zips are %+v", deep.Problems)
	}
}

// What is not read is said, never passed over.
func TestUnknownFormats(t *testing.T) {
	for name, c := range map[string]struct{ raw, code string }{
		"x.pdf":  {"%PDF-1.7\n%\xe2\xe3", "damaged"},
		"x.edi":  {"ISA*00*          *00*          *ZZ*PRAIRIE        *ZZ*SHOP           *250826*1000*U*00401*000000001*0*P*>~GS*SH*", "cut_off"},
		"y.edi":  {"UNB+UNOC:3+PRAIRIE+SHOP+250826:1000+1'", "cut_off"},
		"x.bin":  {"\x00\x01\x02\x03binary", "unknown_format"},
		"x.eml":  {"", "empty"},
		"x.zip":  {"PK\x03\x04broken", "damaged"},
		"e.xlsx": {"PK\x03\x04broken", "damaged"},
	} {
		r := read.Document([]byte(c.raw), name, parsers.Profile{})
		if len(r.Problems) == 0 || len(r.Problems[0].Text) < 20 {
			t.Errorf("%s: problems are %+v", name, r.Problems)
			continue
		}
		if name != "e.xlsx" && r.Problems[0].Code != c.code {
			t.Errorf("%s: code is %s, want %s", name, r.Problems[0].Code, c.code)
		}
	}
}
