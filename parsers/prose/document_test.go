package prose

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"waybill/parsers"
)

var accept = flag.Bool("accept", false, "write the generated parts of docs/reading.md")

// The document shows the words and limits that the code has.
func TestWordsDocument(t *testing.T) {
	const path = "../../docs/reading.md"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for name, table := range map[string]string{"words": wordsTable(), "limits": limitsTable()} {
		begin := strings.Index(text, "<!-- "+name+": ")
		if begin < 0 {
			t.Fatalf("%s has no place for %s", path, name)
		}
		begin += strings.Index(text[begin:], "\n") + 1
		end := begin + strings.Index(text[begin:], "<!-- end -->")
		if text[begin:end] != table {
			if !*accept {
				t.Errorf("the %s in %s are not those of the code: run go test ./parsers/prose -run WordsDocument -accept", name, path)
			}
			text = text[:begin] + table + text[end:]
		}
	}
	if *accept {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // a document
			t.Fatal(err)
		}
	}
}

func wordsTable() string {
	columns := []struct {
		title   string
		meaning meaning
	}{{"shipment", shipped}, {"acknowledgement", acknowledged}, {"out of stock", outOfStock}, {"backorder", backordered}, {"rejection", rejected},
		{"cancellation", cancelled}, {"question", asked}, {"turned by", negation}, {"correction", earlierNumber}, {"away", absent}}
	var b strings.Builder
	b.WriteString("| |")
	for _, c := range columns {
		b.WriteString(" " + c.title + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for i, p := range all() {
		fmt.Fprintf(&b, "| %s |", languages[i])
		for _, c := range columns {
			words := strings.Split(p[c.meaning], "|")
			fmt.Fprintf(&b, " %s |", strings.ReplaceAll(strings.Join(words[:min(2, len(words))], ", "), "*", "…"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func limitsTable() string {
	var b strings.Builder
	b.WriteString("| what | most |\n|---|---|\n")
	for _, l := range []struct {
		what string
		most int
		unit string
	}{
		{"a message or file", parsers.MaxMessage >> 20, "MiB"}, {"headers of a mail", parsers.MaxHeader >> 10, "KiB"}, {"a line of a mail", parsers.MaxLine >> 10, "KiB"},
		{"parts of a mail, files of a zip, pages of a PDF", parsers.MaxParts, ""}, {"parts within parts, mails within mails", parsers.MaxDepth, "deep"}, {"parameters of a part", parsers.MaxParameters, ""},
		{"text of one part that is read as prose", maxText >> 10, "KiB"}, {"unpacked", parsers.MaxUnzipped >> 20, "MiB"}, {"ratio of packing", parsers.MaxRatio, ""},
		{"rows of a table", parsers.MaxRows, ""}, {"columns", parsers.MaxColumns, ""}, {"one row", parsers.MaxRecord >> 10, "KiB"},
	} {
		fmt.Fprintf(&b, "| %s | %s |\n", l.what, strings.TrimSpace(fmt.Sprintf("%d %s", l.most, l.unit)))
	}
	b.WriteString("| time and memory for one document | 5 s, 512 MiB |\n")
	return b.String()
}
