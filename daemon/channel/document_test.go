package channel

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// blocks are the fenced parts of a document in a language.
func blocks(t *testing.T, file, language string) []string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```\n").FindAllSubmatch(raw, -1) {
		found = append(found, string(m[1]))
	}
	if len(found) == 0 {
		t.Fatalf("%s shows no %q", file, language)
	}
	return found
}

// TestOrdersDocument holds the examples of docs/orders.md: they are taken as they stand there, and the columns are all there are.
func TestOrdersDocument(t *testing.T) {
	if got := strings.TrimSpace(blocks(t, "orders.md", "text")[0]); got != strings.Join(Columns(), ",") {
		t.Errorf("the document's columns are %s\nthe program's are     %s", got, strings.Join(Columns(), ","))
	}
	for language, name := range map[string]string{"json": "a.json", "csv": "a.csv"} {
		for _, example := range blocks(t, "orders.md", language) {
			found, err := ReadOrders(name, []byte(example), "shop")
			if err != nil || len(found) != 1 || found[0].Err != nil {
				t.Errorf("%+v, %v: %s", found, err, example)
				continue
			}
			o := found[0].Order.Normal()
			if errs := o.Check(); len(errs) > 0 || !o.Paid() {
				t.Errorf("%v: %s", errs, example)
			}
		}
	}
}

func TestTrackingDocument(t *testing.T) {
	raw, err := os.ReadFile("../../docs/tracking-csv.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllSubmatch(raw, -1) {
		documented = append(documented, string(m[1]))
	}
	file, err := WriteTracking(nil)
	if err != nil {
		t.Fatal(err)
	}
	if header := strings.Split(string(bytes.TrimSpace(file)), ","); !slices.Equal(header, documented) {
		t.Errorf("the document has %v, the file %v", documented, header)
	}
}
