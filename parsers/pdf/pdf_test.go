package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/parsers/pdf"
)

// file makes a PDF of pages whose content streams are given.
func file(pages ...string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(at))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	b.WriteString("%PDF-1.4\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", 4+2*i))
	}
	object("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(pages))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	for i, content := range pages {
		object("<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", 5+2*i)
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		_, _ = w.Write([]byte(content))
		_ = w.Close()
		object("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", z.Len(), z.String())
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// show writes a text at a place.
func show(x, y int, text string) string {
	return fmt.Sprintf("BT /F1 10 Tf 1 0 0 1 %d %d Tm (%s) Tj ET\n", x, y, strings.NewReplacer("(", `\(`, ")", `\)`).Replace(text))
}

func TestParse(t *testing.T) {
	// The columns are written one after the other, as programs do that fill in a form.
	content := show(50, 700, "Packing list") + show(50, 680, "Order 1001") +
		show(50, 640, "SKU") + show(50, 620, "AB-1") + show(50, 600, "CD-2") +
		show(200, 640, "Description") + show(200, 620, "Bucket") +
		show(400, 640, "Qty") + show(405, 620, "2") + show(405, 600, "1")
	pages, problems := pdf.Parse(file(content, show(50, 700, "Tracking 1Z999AA10123456784")), "3")
	if len(problems) > 0 || len(pages) != 2 {
		t.Fatalf("%d pages, problems %+v", len(pages), problems)
	}
	first := pages[0].Texts[0]
	if want := "Packing list\nOrder 1001\n\nSKU\tDescription\tQty\nAB-1\tBucket\t2\nCD-2\t1"; first.Text != want {
		t.Errorf("text is %q, want %q", first.Text, want)
	}
	if first.Part != "3.1" || pages[1].Texts[0].Part != "3.2" {
		t.Errorf("parts are %s and %s", first.Part, pages[1].Texts[0].Part)
	}
	if len(first.Tables) != 1 {
		t.Fatalf("tables are %+v", first.Tables)
	}
	var got []string
	for _, row := range first.Tables[0].Rows {
		var cells []string
		for _, c := range row {
			if first.Text[c.Start:c.End] != c.Text {
				t.Errorf("cell %+v is not at its place", c)
			}
			cells = append(cells, c.Text)
		}
		got = append(got, strings.Join(cells, "|"))
	}
	if want := "SKU|Description|Qty AB-1|Bucket|2 CD-2||1"; strings.Join(got, " ") != want {
		t.Errorf("rows are %q, want %q", strings.Join(got, " "), want)
	}
	if len(pages[0].Texts) != 2 || !strings.Contains(pages[0].Texts[1].Text, "Order 1001") {
		t.Errorf("the order of writing gives %+v", pages[0].Texts)
	}
}

// Words that a program draws piece by piece are whole again.
func TestPieces(t *testing.T) {
	content := "BT /F1 10 Tf 1 0 0 1 50 700 Tm [(Track) -10 (ing num) 20 (ber)] TJ ET\n" + show(50, 680, "1Z999AA1") + show(98, 680, "0123456784")
	pages, _ := pdf.Parse(file(content), "")
	if len(pages) != 1 || pages[0].Texts[0].Text != "Tracking number\n1Z999AA10123456784" {
		t.Errorf("pages are %+v", pages)
	}
}

func TestRefused(t *testing.T) {
	whole := file(show(50, 700, "Order 1001"))
	bomb := file(strings.Repeat("% nothing at all\n", 5<<20))
	for name, c := range map[string]struct {
		doc  []byte
		code string
	}{
		"cut off":          {whole[:len(whole)/2], "damaged"},
		"no text":          {file("0 0 m 100 100 l S\n"), "no_text"},
		"locked":           {bytes.Replace(whole, []byte("/Root 1 0 R"), []byte("/Root 1 0 R /Encrypt << /Filter /Standard /V 4 >>"), 1), "encrypted"},
		"a bomb":           {bomb, "too_large"},
		"twice compressed": {bytes.ReplaceAll(whole, []byte("/Filter /FlateDecode"), []byte("/Filter [/FlateDecode /FlateDecode]")), "too_large"},
		"nothing":          {[]byte("%PDF-1.4\n"), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			pages, problems := pdf.Parse(c.doc, "1")
			if len(problems) != 1 || problems[0].Code != c.code || problems[0].At.Part != "1" {
				t.Errorf("%d pages, problems %+v, want %s", len(pages), problems, c.code)
			}
		})
	}
}

// Damage never panics.
func TestDamaged(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	whole := file(show(50, 700, "Order 1001"), show(50, 700, "Tracking 1Z999AA10123456784"))
	for range 2000 {
		doc := bytes.Clone(whole)
		for range 1 + r.IntN(4) {
			doc[r.IntN(len(doc))] = byte(r.IntN(256))
		}
		pdf.Parse(doc, "1")
	}
}

func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob("../../fixtures/*/*/in.pdf")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add(file(show(50, 700, "Order 1001")))
	f.Fuzz(func(t *testing.T, doc []byte) {
		pages, _ := pdf.Parse(doc, "1")
		for _, p := range pages {
			for _, text := range p.Texts {
				for _, g := range text.Tables {
					for _, row := range g.Rows {
						for _, c := range row {
							if text.Text[c.Start:c.End] != c.Text {
								t.Fatalf("cell %+v is not at its place", c)
							}
						}
					}
				}
			}
		}
	})
}
