package carrier

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzFind holds what is true of every text: no panic, places within the text and in order, no two numbers of one text over each other.
func FuzzFind(f *testing.F) {
	paths, err := filepath.Glob("../../fixtures/*/*/in.eml")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	for _, s := range []string{letter, "1Z 999 AA1 01 2345 6784", "９４０５\u200b8036993001 24287899", "https://x.example/?u=https%3A%2F%2Fwww.ups.com%2Ftrack%3Ftracknum%3D1Z999AA10123456784&y=%", "9.4E+21", "DHL 00340434161094042557 www.dhl.de/?piececode=00340434161094042557", "运单号：YT2229521272164446"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		defer func() {
			if took := time.Since(began); took > time.Second+time.Duration(len(text))*10*time.Microsecond {
				t.Errorf("%d bytes took %v", len(text), took)
			}
		}()
		end := 0
		for _, x := range Find(text, Context{Part: "1"}) {
			if x.At.Start < 0 || x.At.End > len(text) || x.At.Start >= x.At.End || text[x.At.Start:x.At.End] != x.Text {
				t.Fatalf("place %+v of %q", x.At, x.Text)
			}
			if x.At.Start < end {
				t.Fatalf("%q stands over the number before it", x.Text)
			}
			end = x.At.End
			if x.Score < 0 || x.Score > 1 || x.Valid && x.Invalid {
				t.Fatalf("%+v", x)
			}
			if utf8.ValidString(text) && !utf8.ValidString(x.Text) {
				t.Fatalf("%q cuts a character", x.Text)
			}
		}
		Link(text, Context{})
		Normalize(text)
	})
}

// Time must grow with the text, not with its square: 256 KiB of what is dear in each rule.
func TestLinear(t *testing.T) {
	for name, piece := range map[string]string{
		"numbers": "986578788855 ", "numbers on one line": "UPS 986578788855, ", "digits": "1234 ", "one digit run": "7", "links": "https://x.example/?a=986578788855 ", "one link": "https://x.example/?",
		"brackets": "http://a(b)))))))))))))))))))", "open brackets": ")", "names": "DHL UPS FedEx ", "wide": "９", "letters": "A", "zero width": "1\u200b", "CJK": "运单号", "labels": "tracking number no. ", "percent": "https://x.example/%25%25%25", "nested": "https://a.example/?u=https%3A%2F%2F",
	} {
		text := strings.Repeat(piece, 1<<18/len(piece))
		began := time.Now()
		Find(text, Context{})
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: 256 KiB took %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}
