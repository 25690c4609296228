package mail

import (
	"bytes"
	"strconv"
	"strings"
)

// lane is how an element puts its children beside each other, without a table: as the cells of one row, or of rows of so many.
type lane struct {
	columns int // cells of a row; 0: the children stand below each other as usual; oneRow: all of them are one row
	filled  int // children so far
}

const oneRow = 1 << 20

// laneOf tells the lane of CSS tables, flexible boxes and grids. Columns that only the browser can count make no lane.
func laneOf(l *look) lane {
	switch l.display {
	case "table-row":
		return lane{columns: oneRow}
	case "flex", "inline-flex":
		if !strings.HasPrefix(l.direction, "column") {
			return lane{columns: oneRow}
		}
	case "grid", "inline-grid":
		if n := gridColumns(l.template); n > 1 {
			return lane{columns: n}
		}
	}
	return lane{}
}

// gridColumns counts the columns of a grid's template: "1fr 2fr", "repeat(3, 1fr)"; 0 when it does not say.
func gridColumns(template string) int {
	n := 0
	for rest := template; rest != ""; {
		rest = strings.TrimLeft(rest, " ")
		if strings.HasPrefix(rest, "repeat(") {
			count, _, _ := strings.Cut(rest[len("repeat("):], ",")
			times, err := strconv.Atoi(strings.TrimSpace(count))
			if err != nil || times < 1 || times > 64 {
				return 0
			}
			n += times
			rest = afterBracket(rest)
			continue
		}
		end := strings.IndexByte(rest, ' ')
		if open := strings.IndexByte(rest, '('); open >= 0 && (end < 0 || open < end) {
			rest = afterBracket(rest)
			n++
			continue
		}
		if rest == "" {
			break
		}
		n++
		if end < 0 {
			break
		}
		rest = rest[end:]
	}
	return min(n, 64)
}

// afterBracket is what follows the bracket that the first one of s opens.
func afterBracket(s string) string {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s[i+1:]
			}
		}
	}
	return ""
}

// nextInLane puts the next child of a lane behind the one before, divided by TAB, or on a new line. It tells whether there is a lane.
func (x *extractor) nextInLane() bool {
	if len(x.stack) == 0 || x.hidden > 0 {
		return false
	}
	l := &x.stack[len(x.stack)-1].lane
	if l.columns == 0 {
		return false
	}
	switch {
	case l.filled%l.columns == 0:
		x.breakLine(1, false)
		x.settle()
	case x.cellAt >= 0 && bytes.IndexByte(x.out[x.cellAt:], '\n') >= 0: // two columns of text
		x.breakLine(2, false)
		x.settle()
	default:
		x.breaks, x.space = 0, false
		x.out = append(x.out, '\t')
	}
	l.filled++
	x.cellAt = len(x.out)
	return true
}
