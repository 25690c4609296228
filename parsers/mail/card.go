package mail

import (
	"bytes"

	"golang.org/x/net/html/atom"
)

// Mails draw a box for each order, one below the other: elements of one kind, with one class and one style, of several lines each. An empty line between them
// says in the text what the frame says on the screen: here the next order begins.

// box is the element that was closed last within another.
type box struct {
	tag          atom.Atom
	class, style string
	end          int // where its text ends
}

// boxed tells elements that boxes are drawn with.
func boxed(tag atom.Atom) bool {
	return tag == atom.Div || tag == atom.Table || tag == atom.Section || tag == atom.Article
}

// leastLines are the line ends of a box that holds an order; farLines is how far they are looked for, in bytes.
const (
	leastLines = 3
	farLines   = 600
)

// before is the box that was closed last in the element that is open.
func (x *extractor) before() *box {
	if n := len(x.stack); n > 0 {
		return &x.stack[n-1].inner
	}
	return &x.outermost
}

// nextCard owes an empty line where an element begins that looks as the box right above it does.
func (x *extractor) nextCard(e *element) {
	b := x.before()
	if e.card && b.tag == e.tag && b.class == e.class && b.style == e.style && e.class+e.style != "" && len(bytes.TrimSpace(x.out[min(b.end, len(x.out)):])) == 0 {
		x.breakLine(2, false)
	}
}

// closeCard remembers a box of several lines for the one that follows it.
func (x *extractor) closeCard(e *element) {
	b := x.before()
	*b = box{}
	if from := min(e.start, len(x.out)); e.card && !e.inLane && bytes.Count(x.out[from:min(len(x.out), from+farLines)], []byte{'\n'}) >= leastLines {
		*b = box{e.tag, e.class, e.style, len(x.out)}
	}
}

// labelled tells a cell that is a name over a value, in a table within another: "YOUR PO" over "1001". What stands beside it belongs to it.
func (x *extractor) labelled(cell string) bool {
	const short = 40 // bytes of a line
	above, below, found := bytes.Cut([]byte(cell), []byte{'\n'})
	return found && len(x.tables) > 1 && len(above) <= short && len(below) <= short && !bytes.Contains(below, []byte{'\n'})
}
