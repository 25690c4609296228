package mail

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// struck tells elements whose text is crossed out (WHATWG HTML sections 4.5.5 and 4.7.2): whoever wrote it has taken it back.
func struck(tag atom.Atom) bool { return tag == atom.S || tag == atom.Del || tag == atom.Strike }

// invisible tells a style that hides the element, or crosses its text out (lower case).
func invisible(style string) bool {
	if style == "" {
		return false
	}
	var colour, ground string
	for declaration := range strings.SplitSeq(style, ";") {
		name, value, _ := strings.Cut(declaration, ":")
		value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
		switch strings.TrimSpace(name) {
		case "display":
			if value == "none" {
				return true
			}
		case "visibility":
			if value == "hidden" {
				return true
			}
		case "font-size", "max-height", "opacity":
			if value == "0" || value == "0px" || value == "0pt" || value == "0em" || value == "0%" {
				return true
			}
		case "text-decoration", "text-decoration-line":
			if strings.Contains(value, "line-through") {
				return true
			}
		case "mso-hide":
			if value == "all" {
				return true
			}
		case "color":
			colour = value
		case "background", "background-color":
			ground = value
		}
	}
	return colour != "" && colour == ground
}

// preformatted tells a style (lower case) that keeps the blanks of its text.
func preformatted(style string) bool {
	return strings.Contains(style, "white-space") && strings.Contains(strings.ReplaceAll(style, " ", ""), "white-space:pre")
}

// quotes tells the elements that mail programs put around the mail they answer.
func quotes(tag atom.Atom, a attributes) bool {
	if tag == atom.Blockquote {
		return true
	}
	if tag != atom.Div && tag != atom.Span && tag != atom.Table {
		return false
	}
	for class := range strings.FieldsSeq(a.class) {
		switch class {
		case "gmail_quote", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "gmail_extra", "ms-outlook-mobile-reference-message", "WordSection1_quote":
			return true
		}
	}
	switch a.id {
	case "divRplyFwdMsg", "mail-editor-reference-message-container", "isForwardContent", "isReplyContent", "reply-intro":
		return true
	}
	return false
}

// lane is how an element puts its children beside each other, without a table: as the cells of one row, or of rows of so many.
type lane struct {
	columns int // cells of a row; 0: the children stand below each other as usual; oneRow: all of them are one row
	filled  int // children so far
}

const oneRow = 1 << 20

// laneOf reads a style (lower case): CSS tables, flexible boxes, grids. Columns that only the browser can count make no lane.
func laneOf(style string) lane {
	if !strings.Contains(style, "display") {
		return lane{}
	}
	var display, template, direction string
	for declaration := range strings.SplitSeq(style, ";") {
		name, value, _ := strings.Cut(declaration, ":")
		value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
		switch strings.TrimSpace(name) {
		case "display":
			display = value
		case "grid-template-columns":
			template = value
		case "flex-direction", "flex-flow":
			direction = value
		}
	}
	switch display {
	case "table-row":
		return lane{columns: oneRow}
	case "flex", "inline-flex":
		if !strings.HasPrefix(direction, "column") {
			return lane{columns: oneRow}
		}
	case "grid", "inline-grid":
		if n := gridColumns(template); n > 1 {
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

// mostRules bounds the classes that are remembered of a style sheet.
const mostRules = 200

// rules reads the classes of a style sheet that put children beside each other: ".row{display:flex}". Rules inside of @media are for
// other screens.
func (x *extractor) rules(sheet string) {
	for depth := 0; sheet != ""; {
		open := strings.IndexAny(sheet, "{}")
		if open < 0 {
			return
		}
		if sheet[open] == '}' {
			depth, sheet = max(0, depth-1), sheet[open+1:]
			continue
		}
		selector := strings.TrimSpace(sheet[:open])
		sheet = sheet[open+1:]
		if strings.Contains(selector, "@") {
			depth++
			continue
		}
		body, rest, found := strings.Cut(sheet, "}")
		if !found {
			return
		}
		sheet = rest
		if depth > 0 || len(x.classes) >= mostRules {
			continue
		}
		if l := laneOf(strings.ToLower(body)); l.columns > 0 {
			for one := range strings.SplitSeq(selector, ",") {
				if name := strings.TrimSpace(one); strings.HasPrefix(name, ".") && !strings.ContainsAny(name[1:], ". :>#[") {
					if x.classes == nil {
						x.classes = map[string]lane{}
					}
					x.classes[name[1:]] = l
				}
			}
		}
	}
}

// lane is how an element that begins puts its children beside each other.
func (x *extractor) lane(a attributes) lane {
	if l := laneOf(a.style); l.columns > 0 || len(x.classes) == 0 {
		return l
	}
	for class := range strings.FieldsSeq(a.class) {
		if l, ok := x.classes[class]; ok {
			return l
		}
	}
	return lane{}
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
