package table

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// A cell may hold all that a parcel holds: "YC-BEI-4 × 1", "2 x Bucket; 1 x Shovel", "茶杯 2个、茶盘 1个". It is read as a whole or not at all: a list of which one
// entry is not understood says nothing certain of the others.

// entry is a product in such a cell.
type entry struct {
	text     string
	quantity int
	number   string // the quantity as it is written
}

const countedUnits = `pcs|pc|pieces|units|ea|stk|st|stück|szt|uds|ud|unidades|un|pz|pezzi|stuks|pièces|個|个|隻|只|件|点|點|枚|本|台|盒|箱|套|冊|足|袋|セット`

const countedUnit = `(?:(?:` + countedUnits + `)\.?)`

var unitNames = wordsOf(strings.ReplaceAll(countedUnits, "|", " "))

var (
	timesBehind = regexp.MustCompile(`(?i)^(.+?)(?:[ \t\x{3000}]+x[ \t]*|[ \t\x{3000}]*[×＊*✕][ \t\x{3000}]*)([0-9]{1,3})[ \t]*` + countedUnit + `?$`)
	inBrackets  = regexp.MustCompile(`(?i)^(.+?)[ \t]*[（(\[][ \t]*(?:x|×|\*|qty:?|menge:?|数量[:：]?)?[ \t]*([0-9]{1,3})[ \t]*(?:x|` + countedUnit + `)?[ \t]*[)）\]]$`)
	timesBefore = regexp.MustCompile(`(?i)^([0-9]{1,3})[ \t]*(?:x[ \t]+|[×＊*✕][ \t]*|` + countedUnit + `[ \t]+)([^0-9 ].*|[0-9]+[\pL-].*)$`)
)

// contents reads such a cell; nil where it is none.
func contents(cell string) []entry {
	if len(cell) < 3 || len(cell) > 600 || digitsIn(cell) == 0 || digitsIn(cell) == len(cell) {
		return nil
	}
	for k, signs := range [...]string{"\n;；|、,，+", "\n;；|"} {
		if k > 0 && !strings.ContainsAny(cell, "、,，+") {
			break // the same again
		}
		var all []entry
		for part := range strings.FieldsFuncSeq(cell, func(c rune) bool { return strings.ContainsRune(signs, c) }) {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			one, ok := contained(part)
			if !ok {
				all = nil
				break
			}
			all = append(all, one)
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// timesSigns stand in timesBehind, brackets at the end of inBrackets.
const timesSigns, brackets = "xX×＊*✕", ")）]"

// contained reads one entry. The expressions are costly: each is tried only where its signs stand.
func contained(part string) (entry, bool) {
	if digitsIn(part) == 0 {
		return entry{}, false
	}
	name, number := "", ""
	last, _ := utf8.DecodeLastRuneInString(part)
	try := func(when bool, form *regexp.Regexp) []string {
		if !when {
			return nil
		}
		return form.FindStringSubmatch(part)
	}
	if m := try(isDigitByte(part[0]), timesBefore); m != nil {
		name, number = m[2], m[1]
	} else if m := try(strings.ContainsAny(part, timesSigns), timesBehind); m != nil && (!isDigitByte(m[1][len(m[1])-1]) || strings.ContainsAny(m[1], "-_") || codeAlone(m[1])) {
		name, number = m[1], m[2] // "10 x 15" is a size
	} else if m := try(strings.ContainsRune(brackets, last), inBrackets); m != nil {
		name, number = m[1], m[2]
	} else if !isDigitByte(part[len(part)-1]) {
		name, number = unitBehind(part)
	}
	n, err := strconv.Atoi(number)
	name = strings.Trim(name, " \t:-–,")
	if err != nil || n == 0 || len(name) < 3 || len(name) > 100 || digitsIn(name) == len(name) || strings.ContainsAny(name, ";\n") {
		return entry{}, false
	}
	return entry{name, n, number}, true
}

// codeAlone tells a product's code and nothing else, "BC5778", which is longer than the sizes of screws and papers.
func codeAlone(s string) bool {
	return len(s) >= 5 && digitsIn(s) >= 3 && digitsIn(s) < len(s) && !strings.ContainsAny(s, " \t.,/")
}

// unitBehind cuts an entry that ends with a number of units: "Bucket 2 pcs".
func unitBehind(part string) (name, number string) {
	end := strings.LastIndexAny(part, "0123456789") + 1
	from := end
	for from > 0 && isDigitByte(part[from-1]) {
		from--
	}
	unit := strings.TrimSuffix(strings.TrimLeft(part[end:], " \t"), ".")
	name = strings.TrimRight(part[:from], " \t\u3000")
	if len(part)-end-len(strings.TrimLeft(part[end:], " \t")) > 1 || end-from > 3 || name == part[:from] || !unitNames[strings.ToLower(unit)] {
		return "", ""
	}
	return name, part[from:end]
}

func isDigitByte(b byte) bool { return b >= '0' && b <= '9' }

// asContents finds what the parcels hold under a heading that numbers the lines of an order elsewhere: "Order item", and below "BC-292-RD x 1".
func (r *reader) asContents(data []row) {
	if r.has(SKU) || r.has(Title) || r.has(Contents) {
		return
	}
	for i := range r.columns {
		c := &r.columns[i]
		fields := strings.Fields(carrier.Fold(c.Title))
		if c.Meaning != Ignore || c.By == "profile" || len(fields) < 2 {
			continue
		}
		if m := headingMeanings[fields[len(fields)-1]]; m != SKU && m != Title {
			continue
		}
		filled, fits := 0, true
		for j := range data {
			if cell := data[j].cell(i); fits && cell != "" && !blank(cell) && !r.isTotal(&data[j]) {
				filled++
				fits = contents(cell) != nil
			}
		}
		if fits && filled > 0 {
			c.Meaning, c.By = Contents, "cells"
			return
		}
	}
}

// contentsOf gives the products of a row that names them with their quantities in one cell, where no column counts pieces.
func (r *reader) contentsOf(w *row) []parsers.Line {
	u := &r.uses
	if len(u.quantity)+len(u.ordered)+len(u.shipped)+len(u.backorder)+len(u.remaining)+len(u.cancelled) > 0 {
		return nil
	}
	for _, columns := range [...][]int{u.contents, u.sku, u.title} {
		for _, i := range columns {
			var lines []parsers.Line
			for _, e := range contents(w.cell(i)) {
				l := parsers.Line{Quantity: e.quantity, QuantityAt: r.inside(w, i, e.number)}
				code, rest, _ := strings.Cut(e.text, " ")
				at := parsers.Value{Text: e.text, At: r.inside(w, i, e.text)}
				if likeCode(code, digitsIn(code)) && (rest == "" || digitsIn(code) > 0) {
					l.SKU = parsers.Value{Text: code, At: r.inside(w, i, code)}
					if rest = strings.TrimSpace(rest); rest != "" {
						l.Title = parsers.Value{Text: rest, At: at.At}
					}
				} else {
					l.Title = at
				}
				lines = append(lines, l)
			}
			if len(lines) > 0 {
				return lines
			}
		}
	}
	return nil
}
