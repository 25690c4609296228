package pdf

import (
	"encoding/hex"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
)

// typeface is a font as far as reading needs it: what its codes mean, and how wide they are.
type typeface struct {
	name    string
	wide    bool              // codes have two bytes (section 9.7)
	ucs     bool              // codes are UTF-16
	unicode map[string]string // ToUnicode (section 9.10.3), which is right where there is one
	encoder pdf.TextEncoding
	widths  map[int]float64 // in parts of the font's size
	other   float64         // width of the rest; 0: not said
}

func newTypeface(v pdf.Value) *typeface {
	f := &typeface{name: v.Key("BaseFont").Name(), widths: map[int]float64{}}
	if i := strings.Index(f.name, "+"); i >= 0 {
		f.name = f.name[i+1:]
	}
	if t := v.Key("ToUnicode"); t.Kind() == pdf.Stream {
		f.unicode = toUnicode(t)
	}
	if f.wide = v.Key("Subtype").Name() == "Type0"; f.wide {
		encoding := v.Key("Encoding").Name()
		f.ucs = strings.Contains(encoding, "UCS2") || strings.Contains(encoding, "UTF16")
		f.wideWidths(v.Key("DescendantFonts").Index(0))
		return f
	}
	font := pdf.Font{V: v}
	f.encoder = font.Encoder()
	unit := 0.001
	if v.Key("Subtype").Name() == "Type3" { // its glyphs have a space of their own
		if m := v.Key("FontMatrix"); m.Len() == 6 && m.Index(0).Float64() > 0 {
			unit = m.Index(0).Float64()
		}
	}
	first := font.FirstChar()
	for i, w := range font.Widths() {
		if i < 256 && w > 0 {
			f.widths[first+i] = w * unit
		}
	}
	return f
}

// wideWidths reads the widths of a font with two-byte codes: "c [w w w]" and "first last w" (section 9.7.4.3).
func (f *typeface) wideWidths(v pdf.Value) {
	f.other = 1
	if dw := v.Key("DW"); !dw.IsNull() {
		f.other = dw.Float64() / 1000
	}
	w := v.Key("W")
	const most = 70_000
	for i := 0; i+1 < w.Len() && len(f.widths) < most; {
		first := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for k := range min(list.Len(), most) {
				f.widths[first+k] = list.Index(k).Float64() / 1000
			}
			i += 2
			continue
		}
		last, width := int(w.Index(i+1).Int64()), w.Index(i+2).Float64()/1000
		for c := first; c <= last && c-first < most; c++ {
			f.widths[c] = width
		}
		i += 3
	}
}

// next gives the first code of a string and what it says; "" where nothing tells.
func (f *typeface) next(raw string) (code, text string) {
	n := 1
	if f.wide {
		n = min(2, len(raw))
	}
	code = raw[:n]
	if text, ok := f.unicode[code]; ok {
		return code, text
	}
	switch {
	case f.ucs && n == 2:
		return code, string(rune(code[0])<<8 | rune(code[1]))
	case f.wide || f.encoder == nil:
		return code, ""
	}
	return code, f.encoder.Decode(code)
}

// width is the width of a code in parts of the font's size.
func (f *typeface) width(code, text string) float64 {
	n := 0
	for i := range len(code) {
		n = n<<8 | int(code[i])
	}
	if w, ok := f.widths[n]; ok {
		return w
	}
	if f.wide {
		return f.other
	}
	return standardWidth(f.name, text)
}

// toUnicode reads what codes mean from a CMap: bfchar for one, bfrange for several (Adobe Technical Note 5411).
func toUnicode(v pdf.Value) map[string]string {
	r := v.Reader()
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, 4<<20))
	if err != nil && len(data) == 0 {
		return nil
	}
	m := map[string]string{}
	for _, block := range blocks.FindAllStringSubmatch(string(data), -1) {
		tokens := operands.FindAllString(block[2], -1)
		if block[1] == "char" {
			for i := 0; i+1 < len(tokens) && len(m) < mostCodes; i += 2 {
				m[hexText(tokens[i])] = utf16Text(hexText(tokens[i+1]))
			}
			continue
		}
		for i := 0; i+2 < len(tokens) && len(m) < mostCodes; i += 3 {
			meant(m, hexText(tokens[i]), hexText(tokens[i+1]), tokens[i+2])
		}
	}
	return m
}

const mostCodes = 70_000

var (
	blocks   = regexp.MustCompile(`(?s)beginbf(char|range)(.*?)endbf`)
	operands = regexp.MustCompile(`<[^<>]*>|\[[^\]]*\]`)
	hexOnly  = regexp.MustCompile(`<([^<>]*)>`)
)

// hexText reads "<0041>".
func hexText(token string) string {
	digits := strings.Map(func(r rune) rune {
		if r <= ' ' || r == '<' || r == '>' {
			return -1
		}
		return r
	}, token)
	if len(digits)%2 == 1 {
		digits += "0"
	}
	raw, err := hex.DecodeString(digits)
	if err != nil {
		return ""
	}
	return string(raw)
}

// meant takes a range of codes: their meanings count up from the first, or stand in a list.
func meant(m map[string]string, from, to, text string) {
	if len(from) == 0 || len(from) > 2 || len(from) != len(to) {
		return
	}
	var list []string
	if text[0] == '[' {
		for _, one := range hexOnly.FindAllString(text, -1) {
			list = append(list, hexText(one))
		}
	}
	first, last := codeOf(from), codeOf(to)
	for c := first; c <= last && len(m) < mostCodes; c++ {
		code := string([]byte{byte(c)})
		if len(from) == 2 {
			code = string([]byte{byte(c >> 8), byte(c)})
		}
		if text[0] == '[' {
			if c-first < len(list) {
				m[code] = utf16Text(list[c-first])
			}
			continue
		}
		raw := []byte(hexText(text))
		for i, carry := len(raw)-1, c-first; i >= 0 && carry > 0; i-- {
			carry += int(raw[i])
			raw[i] = byte(carry)
			carry >>= 8
		}
		m[code] = utf16Text(string(raw))
	}
}

func codeOf(s string) int {
	n := 0
	for i := range len(s) {
		n = n<<8 | int(s[i])
	}
	return n
}

func utf16Text(s string) string {
	if len(s) == 1 {
		return string(rune(s[0]))
	}
	units := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return string(utf16.Decode(units))
}
