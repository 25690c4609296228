package table

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// format is how a workbook shows a number, as far as it changes what is said: as a date, with leading zeros, with letters around it.
type format struct {
	date, clock bool
	zeros       int    // digits at least
	before      string // "W-" of "W-"00000
	after       string
	struck      bool // out
}

// readFormats reads the styles of a workbook (ECMA-376 part 1, 18.8).
func (o *office) readFormats(name string) error {
	doc, err := o.read(name)
	if err != nil {
		return err
	}
	codes := map[string]string{}
	var struck []bool // by font
	inside, fonts := false, false
	return elements(doc, func(name string, attr []xml.Attr) error {
		switch {
		case name == "fonts":
			fonts = true
		case name == "font" && fonts:
			struck = append(struck, false)
		case name == "strike" && fonts && len(struck) > 0:
			v := attribute(attr, "val")
			struck[len(struck)-1] = v != "0" && v != "false"
		case name == "numFmt":
			codes[attribute(attr, "numFmtId")] = attribute(attr, "formatCode")
		case name == "cellXfs":
			inside = true
		case name == "xf" && inside:
			id := attribute(attr, "numFmtId")
			if code, ok := codes[id]; ok {
				o.formats = append(o.formats, formatOf(code))
			} else {
				o.formats = append(o.formats, builtIn(id))
			}
			if font, err := strconv.Atoi(attribute(attr, "fontId")); err == nil && font >= 0 && font < len(struck) {
				o.formats[len(o.formats)-1].struck = struck[font]
			}
		}
		return nil
	}, func([]byte) {}, func(name string) error {
		switch name {
		case "cellXfs":
			inside = false
		case "fonts":
			fonts = false
		}
		return nil
	})
}

// builtIn are the formats that every program knows by number (ECMA-376 part 1, 18.8.30): of them only dates change what is said.
func builtIn(id string) format {
	n, err := strconv.Atoi(id)
	if err != nil {
		return format{}
	}
	return format{date: n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58, clock: n >= 18 && n <= 22 || n >= 45 && n <= 47}
}

// formatOf reads a format code: letters of dates, zeros, and what stands in quotes. What has decimals or exponents is left alone.
func formatOf(code string) format {
	code, _, _ = strings.Cut(code, ";")
	var f format
	digits, plain := 0, true
	letter := func(s string) {
		if digits == 0 {
			f.before += s
		} else {
			f.after += s
		}
	}
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return format{}
			}
			letter(code[i+1 : i+1+end])
			i += end + 1
		case '[': // a colour, a condition, a language
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return format{}
			}
			if inner := strings.ToLower(code[i+1 : i+end]); strings.Trim(inner, "hms") == "" && inner != "" {
				f.date, f.clock = true, true
			}
			i += end
		case '\\':
			if i+1 < len(code) {
				letter(code[i+1 : i+2])
				i++
			}
		case '_', '*':
			i++
		case '0':
			digits++
			f.zeros++
		case '#', '?':
			digits++
		case 'y', 'Y', 'd', 'D', 'm', 'M':
			f.date = true
		case 'h', 'H', 's', 'S':
			f.date, f.clock = true, true
		case '-', ' ', '/', '(', ')', '+':
			if digits > 0 && i+1 < len(code) {
				plain = plain && !strings.ContainsAny(code[i+1:], "0#?") // 000-000
			}
			letter(string(c))
		case '.', ',', '%', 'E', 'e', '@', 'G', 'g':
			plain = false
		default:
			letter(string(c))
		}
	}
	if f.date {
		return format{date: true, clock: f.clock}
	}
	if !plain || f.zeros < 2 && strings.TrimSpace(f.before) == "" {
		return format{}
	}
	return f
}

// show writes a number as the format does. from is the year that dates count from.
func (f format) show(v string, from int) string {
	switch {
	case f.date:
		days, err := strconv.ParseFloat(v, 64)
		if err != nil || days < 1 || days > 200_000 { // a time of day, or no date
			return v
		}
		// Day 1 is 1 January 1900, and programs believe in 29 February 1900; or day 0 is 1 January 1904.
		begin := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
		if from == 1904 {
			begin = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		at := begin.Add(time.Duration(days * 24 * float64(time.Hour))).Round(time.Second)
		if f.clock && days != float64(int(days)) {
			return at.Format("2006-01-02 15:04")
		}
		return at.Format("2006-01-02")
	case v == "" || digitsIn(v) != len(v):
		return v
	case f.zeros > len(v):
		v = strings.Repeat("0", f.zeros-len(v)) + v
	}
	return f.before + v + f.after
}

// exact writes a number that a workbook stores in scientific notation as its digits, where none are lost: it keeps fifteen. Longer ones
// stay as they are, for the reader to find the damage.
func exact(c string) string {
	at := strings.IndexAny(c, "eE")
	if at <= 0 || len(c) > 24 || digitsIn(c[:at]) == 0 {
		return c
	}
	exponent, err := strconv.Atoi(c[at+1:])
	if err != nil || exponent < 0 || exponent > 14 {
		return c
	}
	whole, fraction, _ := strings.Cut(c[:at], ".")
	if len(fraction) > exponent || digitsIn(whole)+digitsIn(fraction) != len(whole)+len(fraction) {
		return c
	}
	return whole + fraction + strings.Repeat("0", exponent-len(fraction))
}
