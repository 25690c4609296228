package channel

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// shown is a file's orders as "line number", and its errors as "line: error".
func shown(found []ReadOrder, err error) []string {
	if err != nil {
		return []string{"ERROR " + err.Error()}
	}
	out := []string{}
	for _, r := range found {
		if r.Err != nil {
			out = append(out, fmt.Sprintf("%d: %v", r.Line, r.Err))
		} else {
			out = append(out, fmt.Sprintf("%d %s", r.Line, r.Order.Number))
		}
	}
	return out
}

func TestReadJSON(t *testing.T) {
	cases := []struct {
		name, file, raw string
		want            []string
	}{
		{"a single object", "a.json", `{"number":"1"}`, []string{"1 1"}},
		{"an object over lines", "a.json", "\n{\n \"number\":\n\"1\"}\n", []string{"2 1"}},
		{"JSON lines", "a.jsonl", "{\"number\":\"1\"}\n{\"number\":\"2\"}\r\n\n{\"number\":\"3\"}", []string{"1 1", "2 2", "4 3"}},
		{"objects over lines", "a.jsonl", "{\"number\":\n\"1\"}\n{\n\"number\":\"2\"}\n{\"number\":\"3\"}", []string{"1 1", "3 2", "5 3"}},
		{"a byte order mark", "a.jsonl", "\xef\xbb\xbf{\"number\":\"1\"}\n", []string{"1 1"}},
		{"no name", "", `{"number":"1"}`, []string{"1 1"}},
		{"a list", "a.json", "[{\"number\":\"1\"},\n {\"number\":\"2\"}\n,{\"number\":\"3\"} ]\n", []string{"1 1", "2 2", "3 3"}},
		{"an empty list", "a.json", "[ ]", []string{}},
		{"a wrong field", "a.jsonl", "{\"number\":1}\n{\"number\":\"2\"}", []string{"1: number: is 1; expected text in quotes", "2 2"}},
		{"two wrong fields", "a.jsonl", `{"number":1,"zip":2}`, []string{"1: number: is 1; expected text in quotes; zip: is not a field of an order"}},
		{"something else in a list", "a.json", `[{"number":"1"},"x",[2],null]`, []string{"1 1", "1: expected an object, found a JSON string",
			"1: expected an object, found a JSON array", "1: expected an object, found a JSON null"}},
		{"a broken line between good ones", "a.jsonl", "{\"number\":\"1\"}\n{\"number\":2,}\n{\"number\":\"3\"}\n",
			[]string{"1 1", "2: not JSON: line 2, column 13: invalid character '}' looking for beginning of object key string", "3 3"}},
		{"a broken line at the end", "a.jsonl", "{\"number\":\"1\"}\n{nix}\n", []string{"1 1", "2: not JSON: line 2, column 2: invalid character 'n' looking for beginning of object key string"}},
		{"a string that breaks at its line", "a.jsonl", "{\"number\":\"1\n{\"number\":\"2\"}", []string{"1: not JSON: line 1, column 13: invalid character '\\n' in string literal", "2 2"}},
		{"half a file", "a.jsonl", "{\"number\":\"1\"}\n{\"number\":\"2\",\"id\":", []string{"1 1", "2: not JSON: it ends in the middle"}},
		{"half a list", "a.json", "[{\"number\":\"1\"},\n{\"num", []string{"1 1", "2: not JSON: it ends in the middle; the rest of the list was not read"}},
		{"a list that is cut between orders", "a.json", "[{\"number\":\"1\"},\n", []string{"1 1", "2: the list does not end; is the file whole?"}},
		{"a list without its end", "a.json", "[{\"number\":\"1\"}\n", []string{"1 1", "2: the list does not end; is the file whole?"}},
		{"a list with a comma too many", "a.json", "[{\"number\":\"1\"},]", []string{"1 1", "1: there is a comma and nothing behind it"}},
		{"a list without commas", "a.json", "[{\"number\":\"1\"}\n{\"number\":\"2\"}]", []string{"1 1", "2: expected , or ], found \"{\\\"number\\\":\\\"2\\\"}]\"; the rest of the list was not read"}},
		{"text behind a list", "a.json", "[]\n[]", []string{"2: there is more text behind the list: \"[]\""}},
		{"lines with commas behind them", "a.jsonl", "{\"number\":\"1\"},\n{\"number\":\"2\"}", []string{"1 1", "1: expected {, found \",\\n{\\\"number\\\":\\\"2\\\"}\"; the rest of the file was not read"}},
		{"an object broken over lines", "a.json", "{\n\"number\":1,,\n\"id\":\"1\"}\n{\"number\":\"2\"}",
			[]string{"1: not JSON: line 2, column 12: invalid character ',' looking for beginning of object key string", "2: expected {, found \"\\\"number\\\":1,,\\n\\\"id\\\":\\\"1\"; the rest of the file was not read"}},
		{"not JSON at all", "a.json", "<html>", []string{`ERROR a.json: line 1: expected { or [, found "<html>"`}},
		{"not JSON, further down", "dir/a.ndjson", "\n\n number", []string{`ERROR a.ndjson: line 3: expected { or [, found "number"`}},
		{"nothing", "a.jsonl", " \n", []string{"ERROR a.jsonl: it is empty"}},
		{"nothing but a mark", "a.csv", "\xef\xbb\xbf", []string{"ERROR a.csv: it is empty"}},
		{"another encoding", "a.jsonl", "{\"number\":\"1\"}\n{\"note\":\"M\xfcller\"}\n", []string{
			"ERROR a.jsonl: line 2 is not UTF-8; save the file as UTF-8 (in a spreadsheet program: CSV UTF-8), so that no name is changed"}},
		{"UTF-16", "a.csv", "\xff\xfen\x00u\x00", []string{"ERROR a.csv: it is UTF-16; save it as UTF-8 (in a spreadsheet program: CSV UTF-8)"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := shown(ReadOrders(c.file, []byte(c.raw), "shop")); !slices.Equal(got, c.want) {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestChannelOfFile(t *testing.T) {
	found, err := ReadOrders("a.jsonl", []byte(`{"number":"1"}{"number":"2","channel":"other"}`), "shop")
	if err != nil || len(found) != 2 || found[0].Order.Channel != "shop" || found[1].Order.Channel != "other" {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestBrokenFilesEnd: a file that is wrong all over is told of a thousand times, not forever, and in little time and memory.
func TestBrokenFilesEnd(t *testing.T) {
	for name, line := range map[string]string{"not JSON": "{x\n", "open": "{\"a\":\n", "open lists": "{\"a\":[\n"} {
		start := time.Now()
		found, err := ReadOrders("a.jsonl", []byte(strings.Repeat(line, 200_000)), "shop")
		if err != nil || len(found) == 0 || len(found) > maxBroken+1 || found[len(found)-1].Err == nil {
			t.Errorf("%s: %d results, %v", name, len(found), err)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: took %s", name, d)
		}
	}
}

func FuzzReadOrders(f *testing.F) {
	f.Add("a.json", []byte(canonical))
	f.Add("a.json", []byte("["+canonical+",\n"+canonical+"]"))
	f.Add("a.jsonl", []byte("{\"number\":\"1\"}\n{x}\n{\"number\":\"2\"}"))
	f.Add("a.csv", []byte(canonicalCSV))
	f.Add("a.csv", []byte("number;ship_country;sku;quantity\n1;US;\"A\n\";1\n;;B;2\n"))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		found, err := ReadOrders(name, raw, "shop")
		lines := 1 + strings.Count(string(raw), "\n")
		last := 0
		for _, r := range found {
			if r.Line < 1 || r.Line > lines || r.Line < last {
				t.Errorf("line %d of %d, behind line %d", r.Line, lines, last)
			}
			last = r.Line
		}
		if err != nil && len(found) > 0 {
			t.Errorf("%d orders of a file that cannot be read: %v", len(found), err)
		}
	})
}
