package parsers

import "strings"

// Text is the decoded text of one part, told apart into what is new and what is not. Mail makes it from plain and
// HTML bodies; a plain file or a page of a PDF is one as well. Every offset is a byte offset into Text.
type Text struct {
	Part string // the Part of every Place in it
	Text string // UTF-8
	// Flowed says that a space before a line end joins the lines, and DelSp that this space is dropped (RFC 3676).
	Flowed, DelSp bool
	// Extracted says that layout was resolved already (HTML): a line end is a real one, cells are divided by TAB.
	Extracted bool
	Marks     []Mark // ordered by Start, not overlapping
	Links     []Link // ordered by Start
	Tables    []Grid // ordered by Start, none inside another
}

// MarkKind says why a span of text counts less than what the writer has just written.
type MarkKind string

const (
	MarkQuoted     MarkKind = "quoted"     // an earlier mail, repeated
	MarkHeader     MarkKind = "header"     // the divider above a quoted or forwarded mail: "On … wrote:", From/Sent/To
	MarkSignature  MarkKind = "signature"  // name, phone, company of the writer
	MarkDisclaimer MarkKind = "disclaimer" // legal text under the signature
)

// Mark is a span of text that is not new.
type Mark struct {
	Start, End int
	Kind       MarkKind
}

// Link is where a piece of text leads; an image that is a link has Start == End.
type Link struct {
	Start, End int
	URL        string
}

// Grid is a table that stands in a text.
type Grid struct {
	Start, End int
	Quoted     bool
	Rows       [][]Cell
}

// Cell is one field of a Grid. A merged cell is repeated in every place that it covers, so that columns line up.
type Cell struct {
	Start, End int
	Text       string
	Header     bool // written as <th>
	Merged     bool // a repetition of the cell to the left or above
}

// MarkAt tells what the byte at offset is marked as, or "" for new text.
func (t *Text) MarkAt(offset int) MarkKind {
	for _, m := range t.Marks {
		if offset < m.Start {
			break
		}
		if offset < m.End {
			return m.Kind
		}
	}
	return ""
}

// New is the text without what is marked.
func (t *Text) New() string {
	var b strings.Builder
	at := 0
	for _, m := range t.Marks {
		b.WriteString(t.Text[at:m.Start])
		at = m.End
	}
	b.WriteString(t.Text[at:])
	return b.String()
}
