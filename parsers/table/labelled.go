package table

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// Labelled finds parcels that are listed in blocks of the same names and values, "Recipient: …, Contents: …, Parcel: …", an empty line between: each is a row
// of a table whose heading the names are. Only lists of recipients are taken: what names its orders reads well as it stands.
func Labelled(text string) []parsers.Grid {
	var all []parsers.Grid
	var g parsers.Grid
	var names []string
	flush := func() {
		if len(g.Rows) > 2 && parcelNames(names) {
			all = append(all, g)
		}
		g, names = parsers.Grid{}, nil
	}
	for at := 0; at < len(text) && len(all) < mostBlocks && len(g.Rows) < longBlock; {
		labels, values, next := labelBlock(text, at)
		at = next
		if len(labels) < 2 {
			if values != nil || len(labels) > 0 {
				flush()
			}
			continue
		}
		own := make([]string, len(labels))
		for i, c := range labels {
			own[i] = strings.ToLower(c.Text)
		}
		if !slices.Equal(own, names) {
			flush()
			names, g = own, parsers.Grid{Start: labels[0].Start, Rows: [][]parsers.Cell{labels}}
		}
		g.Rows, g.End = append(g.Rows, values), values[len(values)-1].End
	}
	flush()
	return all
}

// longestLabel is how many bytes a name in front of a colon has at most.
const longestLabel = 40

// labelBlock reads the lines from at to the next empty one. It gives their names and values; no names and values that are not nil where a line has none.
func labelBlock(text string, at int) (labels, values []parsers.Cell, next int) {
	prose := false
	for at < len(text) {
		end := len(text)
		if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
			end = at + n
		}
		start := at
		line := strings.TrimSpace(text[start:end])
		if at = end + 1; line == "" {
			if len(labels) > 0 || prose {
				break
			}
			continue
		}
		head := line[:min(len(line), longestLabel+len("："))]
		colon := strings.IndexByte(head, ':')
		if wide := strings.Index(head, "："); wide >= 0 && (colon < 0 || wide < colon) {
			colon = wide
		}
		if colon < 2 || colon > longestLabel || len(line) > 300 || len(strings.Fields(line[:colon])) > 5 {
			prose = true
			continue
		}
		start += strings.Index(text[start:end], line)
		width := 1
		if line[colon] != ':' {
			width = len("：")
		}
		value := strings.TrimSpace(line[colon+width:])
		from := start + len(line) - len(value)
		name := strings.TrimSpace(line[:colon])
		if len(labels) > 1 && strings.EqualFold(name, labels[0].Text) { // the next one, without a line between
			return labels, values, start
		}
		labels = append(labels, parsers.Cell{Start: start, End: start + len(name), Text: name})
		values = append(values, parsers.Cell{Start: from, End: from + len(value), Text: value})
	}
	if prose {
		return nil, []parsers.Cell{}, at
	}
	return labels, values, at
}

// parcelNames tells names of which one is of a parcel's number and one of a person, and none of an order.
func parcelNames(names []string) bool {
	parcels, people := 0, 0
	for _, n := range names {
		switch m, _, _ := meaningOf(n, nil); m {
		case Tracking:
			parcels++
		case Name, LastName, Company:
			people++
		case Order, Key, Theirs:
			return false
		}
	}
	return parcels == 1 && people > 0
}
