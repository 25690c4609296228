package mail

import (
	"bytes"
	"strconv"
	"strings"

	"waybill/parsers"
)

// The walker finds the parts of a mail (RFC 2045, 2046) in one pass over its bytes. It never fails for bad
// structure, since suppliers' mail programs write all of it: a multipart whose boundary never comes is read as
// text, an unclosed one ends where its parent goes on. It does fail for too much structure.

// node is one part: a leaf, or a multipart or attached message with children.
type node struct {
	number      string // IMAP part number; "" for the multipart at the top
	head        head
	contentType string // media type in lower case, "text/plain" when none is given
	params      map[string]string
	disposition string // "attachment", "inline" or ""
	name        string // file name, decoded
	encoding    string // Content-Transfer-Encoding in lower case
	body        []byte // leaves: still transfer-encoded; attached messages: all of it
	children    []*node
	undivided   bool // a multipart whose boundary never came: its text is read as it is
	message     bool // the node is a whole mail with an envelope: the top, or inside message/rfc822
}

type walker struct {
	raw   []byte
	pos   int
	stack []string // boundaries that are open, outermost first
	parts int
	err   *LimitError
	// damage is the first thing that no well-formed mail has, "" for none: a second reader then has a look (repair.go).
	damage string
	strays []int // offsets of the lines of the present head that are no field
}

// hurt notes damage.
func (w *walker) hurt(what string) {
	if w.damage == "" {
		w.damage = what
	}
}

// boundary is what a line was found to be: the index in the stack and whether it closes. level -1: end of input.
type boundary struct {
	level  int
	closes bool
}

var atEnd = boundary{level: -1}

// message reads a whole mail: a head and a body. number is the IMAP number of the message/rfc822 part around it.
func (w *walker) message(number string, depth int) *node {
	n, _ := w.entity(number, depth, true, "text/plain")
	return n
}

// entity reads one part from its head on and returns it with the boundary line that ended it.
func (w *walker) entity(number string, depth int, message bool, fallback string) (*node, boundary) {
	n := &node{number: number, message: message}
	start := w.pos
	var end boundary
	var ended bool
	n.head, end, ended = w.readHead()
	if ended || len(w.strays) > 0 {
		ended = !w.bodyInHead(n, start, ended) && ended
	}
	w.describe(n, fallback)
	if w.parts++; w.parts > parsers.MaxParts && w.err == nil {
		w.err = limit("too_many_parts", "This mail has more than %d parts. Ask the sender to attach less, or a zip.", parsers.MaxParts)
	}
	if depth > parsers.MaxDepth && w.err == nil {
		w.err = limit("too_deep", "This mail holds mails within mails more than %d deep.", parsers.MaxDepth)
	}
	if w.err != nil {
		w.pos = len(w.raw)
		return n, atEnd
	}
	if ended {
		n.asLeaf()
		return n, end
	}
	if message && !n.head.has("content-type") && w.guessBoundary() != "" {
		n.contentType = "multipart/mixed"
	}
	if strings.HasPrefix(n.contentType, "multipart/") {
		if end, ok := w.multipart(n, depth); ok {
			return n, end
		}
	}
	n.asLeaf()
	if n.contentType == "message/rfc822" && identity(n.encoding) {
		start = w.pos
		child, end := w.entity(n.number, depth+1, true, "text/plain")
		n.children = []*node{child}
		n.body = w.raw[start:max(start, w.lineBefore(end))]
		return n, end
	}
	start = w.pos
	end = w.skip()
	n.body = w.raw[start:max(start, w.lineBefore(end))]
	return n, end
}

// asLeaf gives a leaf that is a whole message its number: the only part of a mail is "1" (RFC 9051 section 6.4.5).
func (n *node) asLeaf() {
	if n.message {
		n.number = child(n.number, 1)
	}
}

func child(number string, i int) string {
	if number == "" {
		return strconv.Itoa(i)
	}
	return number + "." + strconv.Itoa(i)
}

// multipart reads the children of n. It is not ok when no child was found: then the body is text to be read as it is.
func (w *walker) multipart(n *node, depth int) (boundary, bool) {
	start := w.pos
	if mark := n.params["boundary"]; mark != "" {
		if end, ok := w.between(mark, n, depth); ok {
			return end, true
		}
		w.pos = start
	}
	w.hurt("a boundary is not named, or never comes")
	if mark := w.guessBoundary(); mark != "" {
		if end, ok := w.between(mark, n, depth); ok {
			return end, true
		}
		w.pos = start
	}
	n.contentType, n.undivided = "text/plain", true
	return atEnd, false
}

// between reads the children that the boundary mark divides.
func (w *walker) between(mark string, n *node, depth int) (boundary, bool) {
	w.stack = append(w.stack, mark)
	own := len(w.stack) - 1
	fallback := "text/plain"
	if n.contentType == "multipart/digest" {
		fallback = "message/rfc822"
	}
	end := w.skip()
	for end.level == own {
		if end.closes { // what follows up to the parent's boundary says nothing, unless another part does
			if end = w.skip(); end.level == own {
				w.hurt("something stands behind the last boundary")
			}
			continue
		}
		var c *node
		c, end = w.entity(child(n.number, len(n.children)+1), depth+1, false, fallback)
		n.children = append(n.children, c)
		if w.err != nil {
			return atEnd, true
		}
		if end.level != own {
			w.hurt("a boundary is not closed")
		}
	}
	w.stack = w.stack[:own]
	return end, len(n.children) > 0
}

// guessBoundary takes the first line that looks like a delimiter, for mails that lost the parameter or name another one.
func (w *walker) guessBoundary() string {
	rest := w.raw[w.pos:]
	for i := 0; i < 5 && len(rest) > 0; i++ {
		line, after := cutLine(rest)
		if len(line) > 8 && len(line) < 200 && bytes.HasPrefix(line, []byte("--")) && !bytes.Contains(line, []byte(" ")) {
			next, _ := cutLine(after)
			if bytes.HasPrefix(bytes.ToLower(next), []byte("content-")) {
				return string(line[2:])
			}
		}
		rest = after
	}
	return ""
}

// skip moves behind the next boundary line of any open multipart. pos is then behind that line.
func (w *walker) skip() boundary {
	atLineStart := true
	for w.pos < len(w.raw) {
		rest := w.raw[w.pos:]
		if !atLineStart || !bytes.HasPrefix(rest, []byte("--")) {
			if len(w.stack) == 0 {
				break
			}
			n := bytes.Index(rest, []byte("\n--"))
			if n < 0 {
				break
			}
			w.pos += n + 1
			atLineStart = true
			continue
		}
		line, after := cutLine(rest)
		if b, ok := w.match(line); ok {
			w.pos = len(w.raw) - len(after)
			return b
		}
		w.pos += 2
		atLineStart = false
	}
	w.pos = len(w.raw)
	return atEnd
}

// match compares a line with the open boundaries, innermost first.
func (w *walker) match(line []byte) (boundary, bool) {
	if len(w.stack) == 0 || !bytes.HasPrefix(line, []byte("--")) {
		return atEnd, false
	}
	line = bytes.TrimRight(line[2:], " \t\r")
	for i := len(w.stack) - 1; i >= 0; i-- {
		mark := w.stack[i]
		if len(line) < len(mark) || string(line[:len(mark)]) != mark {
			continue
		}
		switch tail := line[len(mark):]; {
		case len(tail) == 0:
			return boundary{level: i}, true
		case string(tail) == "--":
			return boundary{level: i, closes: true}, true
		}
	}
	return atEnd, false
}

// lineBefore is the offset where the line that ended a body begins, without the line end before it, which belongs to
// the boundary (RFC 2046 section 5.1.1).
func (w *walker) lineBefore(end boundary) int {
	if end.level < 0 {
		return len(w.raw)
	}
	i := w.pos
	if i > 0 && w.raw[i-1] == '\n' {
		i--
	}
	i = bytes.LastIndexByte(w.raw[:i], '\n') + 1 // start of the boundary line
	if i > 0 {
		i--
	}
	if i > 0 && w.raw[i-1] == '\r' {
		i--
	}
	return i
}

// cutLine splits after the first line end, which may be CRLF or LF.
func cutLine(b []byte) (line, rest []byte) {
	n := bytes.IndexByte(b, '\n')
	if n < 0 {
		return b, nil
	}
	line, rest = b[:n], b[n+1:]
	if n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, rest
}

func identity(encoding string) bool {
	switch encoding {
	case "base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue":
		return false
	}
	return true
}
