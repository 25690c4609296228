package mail

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"waybill/parsers"
)

// extraction is what an HTML body says, as text: blocks on their own lines, cells divided by TAB, rows by newline,
// hidden text left out, quotations marked, links and tables kept with their offsets.
type extraction struct {
	text    parsers.Text
	scripts [][]byte // JSON-LD blocks
	items   []Item   // microdata
	hurt    bool     // tags had lost their quotes or brackets: what is read is less sure
}

// extractor walks the tokens of an HTML document with a stack of its own instead of building a tree: mails are never
// valid, and a tree of a hostile one costs more than its text.
type extractor struct {
	out       []byte
	outermost box
	stack     []element
	space     bool // white space is owed before the next character
	breaks    int  // line ends are owed
	quoted    int  // open quotations
	quoteAt   int  // where the outermost began
	hidden    int
	pre       int
	tables    []*table
	link      *parsers.Link
	pictured  bool             // the open link holds an image
	sheet     map[ruleKey]look // of the style sheets
	compound  []compoundRule   // of the style sheets: those that ask for several classes
	late      bool             // a style sheet stood behind what it may speak of
	shade                      // of the text here
	cellAt    int              // where the text of the last cell of a lane begins, -1 for none
	items     []*item          // microdata that is open
	count     int              // of items and properties, bounded by maxItems
	result    extraction
}

type element struct {
	tag                  atom.Atom
	hidden, quoted, pre  bool
	outer                shade // what the text around it looks like
	block, cell, isTable bool
	property             string // microdata: the element's text is this property of the open item
	at                   int    // where the text begins
	item                 bool   // an item of microdata ends with the element
	lane                 lane   // its children stand beside each other
	inLane               bool   // it is such a child
	card                 bool   // it may be the box of an order
	class, style         string // of such a box
	start                int    // where the element begins
	inner                box    // closed last within it
}

// maxNesting bounds the stack; elements deeper than that are read as if they were not there.
const maxNesting = 512

// extractHTML reads an HTML document that is already UTF-8.
func extractHTML(doc []byte, part string) extraction {
	doc, hurt := mendTags(doc)
	x := newExtractor(len(doc))
	if x.read(doc); x.late { // what a style sheet hides may stand before it
		sheet, compound := x.sheet, x.compound
		x = newExtractor(len(doc))
		x.sheet, x.compound = sheet, compound
		x.read(doc)
	}
	x.result.hurt = hurt
	x.result.text.Part, x.result.text.Extracted, x.result.text.Text = part, true, string(x.out)
	slices.SortStableFunc(x.result.text.Tables, func(a, b parsers.Grid) int { return a.Start - b.Start })
	return x.result
}

func newExtractor(size int) *extractor {
	return &extractor{out: make([]byte, 0, size/4+64), cellAt: -1, shade: shade{ground: paper}}
}

// read takes in a whole document.
func (x *extractor) read(doc []byte) {
	z := html.NewTokenizer(bytes.NewReader(doc))
	for {
		switch z.Next() {
		case html.ErrorToken:
			for len(x.stack) > 0 {
				x.pop()
			}
			return
		case html.TextToken:
			x.words(z.Text())
		case html.StartTagToken:
			x.start(z, false)
		case html.SelfClosingTagToken:
			x.start(z, true)
		case html.EndTagToken:
			x.end(tagOf(z.Raw()))
		}
	}
}

// attributes are those that matter.
type attributes struct {
	style, class, id, href, kind, hidden, alt string
	colour, ground                            string // as attributes of HTML 4 (W3C HTML 4.01, section 15.1)
	scope                                     bool   // microdata: the element is an item
	property, itemType, content               string
	colspan, rowspan                          int
}

func readAttributes(z *html.Tokenizer) (a attributes) {
	a.colspan, a.rowspan = 1, 1
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "style":
			a.style = strings.ToLower(string(value))
		case "class":
			a.class = string(value)
		case "id":
			a.id = string(value)
		case "href":
			a.href = strings.TrimSpace(string(value))
		case "type":
			a.kind = strings.ToLower(string(value))
		case "color":
			a.colour = strings.ToLower(strings.TrimSpace(string(value)))
		case "bgcolor":
			a.ground = strings.ToLower(strings.TrimSpace(string(value)))
		case "background":
			a.ground = image
		case "hidden":
			a.hidden = "hidden"
		case "alt":
			a.alt = string(value)
		case "itemscope":
			a.scope = true
		case "itemprop", "property": // microdata, RDFa Lite (W3C, section 2)
			a.property = strings.TrimSpace(string(value))
		case "itemtype":
			a.itemType = strings.TrimSpace(string(value))
		case "typeof":
			a.scope, a.itemType = true, strings.TrimSpace(string(value))
		case "content":
			a.content = strings.TrimSpace(string(value))
		case "colspan":
			a.colspan = span(value)
		case "rowspan":
			a.rowspan = span(value)
		}
	}
	return a
}

func span(value []byte) int {
	n, err := strconv.Atoi(strings.TrimSpace(string(value)))
	if err != nil {
		return 1
	}
	return max(1, min(n, 64))
}

func (x *extractor) start(z *html.Tokenizer, closed bool) {
	tag, a := tagOf(z.Raw()), readAttributes(z)
	if a.property != "" && !a.scope {
		x.attributed(a)
	}
	switch tag {
	case atom.Script:
		x.script(z, a.kind)
		return
	case atom.Style:
		if !closed && z.Next() == html.TextToken {
			known := len(x.sheet) + len(x.compound)
			x.rules(string(z.Text()))
			x.late = x.late || len(x.out) > 0 && len(x.sheet)+len(x.compound) > known
		}
		return
	case atom.Title, atom.Textarea:
		if !closed {
			z.Next() // raw text
		}
		return
	case atom.Br:
		x.breakLine(1, true)
		return
	case atom.Hr:
		x.breakLine(1, false)
		x.words([]byte("________________________________"))
		x.breakLine(1, false)
		return
	case atom.Img:
		x.pictured = x.link != nil
		if x.link != nil && a.alt != "" {
			x.words([]byte(a.alt))
		}
		return
	}
	if closed || void(tag) {
		return
	}
	x.implied(tag)
	l := x.look(tag, &a)
	e := element{tag: tag, hidden: a.hidden != "" || struck(tag) || undrawn(tag) || l.gone, pre: tag == atom.Pre || l.pre, lane: laneOf(&l),
		quoted: quotes(tag, a) || l.doubtful || standIn(tag) || l.notOutlook && tag != atom.A, block: block(tag), cell: tag == atom.Td || tag == atom.Th, isTable: tag == atom.Table, outer: x.shade}
	if e.card = boxed(tag); e.card {
		e.class, e.style = a.class, a.style
	}
	if len(x.stack) < maxNesting {
		x.see(x.shaded(&l))
		x.push(e, a)
	}
}

func (x *extractor) push(e element, a attributes) {
	e.start = len(x.out)
	if e.inLane = x.nextInLane(); !e.inLane && e.block {
		x.breakLine(e.distance(), false)
		x.nextCard(&e)
	}
	if e.quoted {
		x.quote()
	}
	if e.hidden {
		x.hidden++
	}
	if e.pre {
		x.pre++
	}
	if a.scope {
		e.item = x.openItem(a)
	} else if a.property != "" && a.content == "" && a.href == "" && len(x.items) > 0 {
		e.property, e.at = a.property, len(x.out)
	}
	x.stack = append(x.stack, e)
	switch {
	case e.isTable:
		x.openTable()
	case e.tag == atom.Tr:
		x.openRow()
	case e.cell:
		x.openCell(a, e.tag == atom.Th)
	case e.tag == atom.Li && x.hidden == 0 && !x.tiny:
		x.words([]byte("- "))
		x.space = true
	case e.tag == atom.A && a.href != "" && x.hidden == 0:
		x.link, x.pictured = &parsers.Link{Start: len(x.out), URL: a.href}, false
	}
}

func (x *extractor) pop() {
	e := x.stack[len(x.stack)-1]
	switch {
	case e.isTable:
		x.closeTable()
	case e.tag == atom.Tr:
		x.closeRow()
	case e.cell:
		x.closeCell()
	case e.tag == atom.A:
		x.closeLink()
	}
	x.stack = x.stack[:len(x.stack)-1]
	x.closeCard(&e)
	if e.property != "" {
		x.worded(e.property, e.at)
	}
	if e.item {
		x.closeItem()
	}
	if e.hidden {
		x.hidden--
	}
	if e.pre {
		x.pre--
	}
	if e.quoted {
		x.unquote()
	}
	x.see(e.outer)
	switch {
	case e.inLane:
		x.breaks, x.space = 0, false // a block at the end of a cell does not break the row
	case e.lane.columns > 0:
		x.breakLine(1, false)
	case e.block:
		x.breakLine(e.distance(), false)
	}
}

// distance is how many line ends stand around a block.
func (e *element) distance() int {
	if e.tag == atom.P || e.tag == atom.Blockquote {
		return 2
	}
	return 1
}

// end closes the innermost element of that name. A stray end tag does not reach out of its table cell.
func (x *extractor) end(tag atom.Atom) {
	tabular := tag == atom.Td || tag == atom.Th || tag == atom.Tr || tag == atom.Table || tag == atom.Tbody || tag == atom.Thead || tag == atom.Tfoot
	for i := len(x.stack) - 1; i >= 0; i-- {
		e := &x.stack[i]
		if e.tag == tag {
			for len(x.stack) > i {
				x.pop()
			}
			return
		}
		if (e.cell && !tabular) || (e.isTable && tag != atom.Table) {
			break
		}
	}
	if tag == atom.P {
		x.breakLine(2, false)
	}
}

// implied closes what an opening tag closes by itself.
func (x *extractor) implied(tag atom.Atom) {
	switch tag {
	case atom.Td, atom.Th:
		x.popTo(func(e *element) bool { return e.cell })
	case atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot:
		x.popTo(func(e *element) bool { return e.tag == atom.Tr })
	case atom.Li:
		if n := len(x.stack); n > 0 && x.stack[n-1].tag == atom.Li {
			x.pop()
		}
	}
	if n := len(x.stack); n > 0 && block(tag) && x.stack[n-1].tag == atom.P {
		x.pop()
	}
}

// popTo pops the innermost element that is of the kind, if there is one inside the current table.
func (x *extractor) popTo(kind func(*element) bool) {
	for i := len(x.stack) - 1; i >= 0 && !x.stack[i].isTable; i-- {
		if kind(&x.stack[i]) {
			for len(x.stack) > i {
				x.pop()
			}
			return
		}
	}
}

// script keeps JSON-LD and drops everything else.
func (x *extractor) script(z *html.Tokenizer, kind string) {
	if z.Next() != html.TextToken {
		return
	}
	if strings.HasPrefix(kind, "application/ld+json") && len(x.result.scripts) < 20 {
		x.result.scripts = append(x.result.scripts, bytes.Clone(z.Raw()))
	}
}

// breakLine owes n line ends; a hard one (<br>) adds to those owed, up to an empty line.
func (x *extractor) breakLine(n int, hard bool) {
	if x.hidden > 0 {
		return
	}
	x.space = false
	if hard {
		x.breaks = min(x.breaks+n, 2)
		return
	}
	x.breaks = max(x.breaks, n)
}

// settle writes the white space that is owed.
func (x *extractor) settle() {
	if t := x.table(); t != nil && t.inCell && len(t.row) > 0 && len(x.out) == t.cell.Start {
		x.breaks, x.space = 0, false // a paragraph that begins a cell does not break the row
	}
	if len(x.out) == x.cellAt {
		x.breaks, x.space = 0, false
	}
	if n := len(x.out); n > 0 {
		have := 0
		for have < 2 && n-have > 0 && x.out[n-have-1] == '\n' {
			have++
		}
		for ; have < x.breaks; have++ {
			x.out = append(x.out, '\n')
		}
		if last := x.out[len(x.out)-1]; x.space && last != '\n' && last != ' ' && last != '\t' {
			x.out = append(x.out, ' ')
		}
	}
	x.breaks, x.space = 0, false
}

// words adds text with its white space collapsed. Characters that can't be seen are dropped.
func (x *extractor) words(text []byte) {
	if x.hidden > 0 || x.tiny {
		return
	}
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n' && x.pre > 0:
			x.breakLine(1, true)
			i++
		case x.pre > 0 && (c == ' ' || c == '\t'):
			x.settle()
			x.out = append(x.out, c)
			i++
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
			x.space = x.space || x.breaks == 0
			i++
		case c < 0x80:
			x.settle()
			j := i + 1
			for j < len(text) && text[j] > ' ' && text[j] < 0x80 {
				j++
			}
			x.out = append(x.out, text[i:j]...)
			i = j
		default:
			r, n := utf8.DecodeRune(text[i:])
			switch {
			case unseen(r):
			case r == '\u00a0' || r == '\u202f' || r == '\u2007' || r == '\u3000':
				x.space = x.space || x.breaks == 0
			default:
				x.settle()
				x.out = utf8.AppendRune(x.out, r)
			}
			i += n
		}
	}
}

// unseen tells characters without width, which are put into mails to hide preview text or to allow line breaks.
func unseen(r rune) bool {
	switch {
	case r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u2064':
		return true
	case r == '\u00ad', r == '\ufeff', r == '\u034f', r == '\u061c', r == '\u180e', r == '\u115f', r == '\u1160':
		return true
	}
	return false
}

func (x *extractor) closeLink() {
	if x.link == nil {
		return
	}
	l := *x.link
	x.link = nil
	l.Start, l.End = trimSpan(x.out, l.Start, len(x.out))
	if l.Start == l.End && x.tiny && !x.pictured {
		return // nobody can see it
	}
	x.result.text.Links = append(x.result.text.Links, l)
}

// trimSpan moves the ends of a span off white space.
func trimSpan(b []byte, start, end int) (int, int) {
	for start < end && (b[start] == ' ' || b[start] == '\n' || b[start] == '\t') {
		start++
	}
	for end > start && (b[end-1] == ' ' || b[end-1] == '\n' || b[end-1] == '\t') {
		end--
	}
	return start, end
}

func void(tag atom.Atom) bool {
	switch tag {
	case atom.Area, atom.Base, atom.Col, atom.Embed, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

func block(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Table, atom.Tr, atom.Ul, atom.Ol, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Blockquote, atom.Pre, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address, atom.Center, atom.Dl, atom.Dt,
		atom.Dd, atom.Body, atom.Form, atom.Fieldset, atom.Main, atom.Nav, atom.Aside, atom.Figure, atom.Caption:
		return true
	}
	return false
}
