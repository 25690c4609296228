package pdf

import (
	"errors"
	"math"
	"strings"

	"github.com/ledongthuc/pdf"
)

// matrix is a transformation of the plane as PDF writes it: x' = ax + cy + e, y' = bx + dy + f (PDF 1.7 section 8.3.3).
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// then gives the transformation that does m first and n after it.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// graphics is the state that q saves and Q restores, as far as text needs it (section 8.4).
type graphics struct {
	ctm     matrix
	font    *typeface
	size    float64
	char    float64 // Tc
	word    float64 // Tw
	scale   float64 // Tz, 1 for 100 %
	leading float64
	rise    float64
	white   bool // what is filled now, text too, is white
}

// painter follows a content stream and keeps the characters it shows, those of forms included (section 8.10).
type painter struct {
	state  graphics
	saved  []graphics
	tm     matrix
	line   matrix
	glyphs []glyph
	paper  paper
	faces  map[string]*typeface // of all pages, by where the font stands
	depth  int
	steps  int
}

// Limits of one page, against files that draw for ever.
const (
	maxForms = 8         // forms within forms
	maxSaved = 512       // graphics states
	maxSteps = 1_000_000 // operators
)

var errEndless = errors.New("it draws more than a page can show")

// paint draws a page: what it shows, each character at its place.
func paint(p pdf.Page) *painter {
	d := painter{state: graphics{ctm: identity, scale: 1}, tm: identity, line: identity, faces: map[string]*typeface{}, paper: paper{edge: edgeOf(p.V)}}
	d.stream(p.V.Key("Contents"), p.Resources())
	return &d
}

// stream follows one content stream. An error in it ends the page; what was shown before counts.
func (d *painter) stream(v, resources pdf.Value) {
	if v.IsNull() || d.depth > maxForms {
		return
	}
	pdf.Interpret(v, func(stack *pdf.Stack, op string) {
		if d.steps++; d.steps > maxSteps {
			panic(errEndless)
		}
		args := make([]pdf.Value, stack.Len())
		for i := len(args) - 1; i >= 0; i-- {
			args[i] = stack.Pop()
		}
		d.do(op, args, resources)
	})
}

func number(args []pdf.Value, i int) float64 {
	if i < 0 || i >= len(args) {
		return 0
	}
	if v := args[i].Float64(); !math.IsNaN(v) && math.Abs(v) < 1e7 {
		return v
	}
	return 0
}

func matrixOf(args []pdf.Value) matrix {
	var m matrix
	for i := range m {
		m[i] = number(args, i)
	}
	return m
}

// do obeys one operator.
func (d *painter) do(op string, args []pdf.Value, resources pdf.Value) {
	g := &d.state
	switch op {
	case "q":
		if len(d.saved) < maxSaved {
			d.saved = append(d.saved, *g)
		}
	case "Q":
		if n := len(d.saved); n > 0 {
			*g, d.saved = d.saved[n-1], d.saved[:n-1]
		}
	case "cm":
		if len(args) == 6 {
			g.ctm = matrixOf(args).then(g.ctm)
		}
	case "Do":
		if len(args) > 0 {
			d.form(resources.Key("XObject").Key(args[0].Name()), resources)
		}
	case "BT":
		d.tm, d.line = identity, identity
	case "Tf":
		if len(args) > 1 {
			g.font, g.size = d.face(resources.Key("Font").Key(args[0].Name())), number(args, 1)
		}
	case "Tc":
		g.char = number(args, 0)
	case "Tw":
		g.word = number(args, 0)
	case "Tz":
		g.scale = number(args, 0) / 100
	case "TL":
		g.leading = number(args, 0)
	case "Ts":
		g.rise = number(args, 0)
	default:
		if !d.draw(op, args) {
			d.text(op, args)
		}
	}
}

// text obeys the operators that place and show text (section 9.4).
func (d *painter) text(op string, args []pdf.Value) {
	g := &d.state
	next := func(x, y float64) {
		d.line = matrix{1, 0, 0, 1, x, y}.then(d.line)
		d.tm = d.line
	}
	switch op {
	case "Td":
		next(number(args, 0), number(args, 1))
	case "TD":
		g.leading = -number(args, 1)
		next(number(args, 0), number(args, 1))
	case "Tm":
		if len(args) == 6 {
			d.line = matrixOf(args)
			d.tm = d.line
		}
	case "T*":
		next(0, -g.leading)
	case "Tj":
		if len(args) > 0 {
			d.show(args[len(args)-1].RawString())
		}
	case "'":
		next(0, -g.leading)
		if len(args) > 0 {
			d.show(args[len(args)-1].RawString())
		}
	case "\"":
		if len(args) > 2 {
			g.word, g.char = number(args, 0), number(args, 1)
			next(0, -g.leading)
			d.show(args[2].RawString())
		}
	case "TJ":
		if len(args) == 0 {
			return
		}
		list := args[0]
		for i := range list.Len() {
			if v := list.Index(i); v.Kind() == pdf.String {
				d.show(v.RawString())
			} else {
				d.move(-v.Float64() / 1000 * g.size * g.scale)
			}
		}
	}
}

func (d *painter) move(x float64) {
	if math.IsNaN(x) || math.Abs(x) > 1e6 {
		return
	}
	d.tm = matrix{1, 0, 0, 1, x, 0}.then(d.tm)
}

// form draws a form in the place where the page stands.
func (d *painter) form(v, outer pdf.Value) {
	if v.Key("Subtype").Name() == "Image" {
		d.paper.colour(area{0, 0, 1, 1}.under(d.state.ctm))
	}
	if v.Key("Subtype").Name() != "Form" || d.depth >= maxForms {
		return
	}
	resources := v.Key("Resources")
	if resources.IsNull() {
		resources = outer
	}
	state, saved, tm, line := d.state, d.saved, d.tm, d.line
	d.saved = nil
	if m := v.Key("Matrix"); m.Len() == 6 {
		var own matrix
		for i := range own {
			own[i] = m.Index(i).Float64()
		}
		d.state.ctm = own.then(d.state.ctm)
	}
	d.depth++
	d.stream(v, resources)
	d.depth--
	d.state, d.saved, d.tm, d.line = state, saved, tm, line
}

func (d *painter) face(v pdf.Value) *typeface {
	key := v.String()
	if len(key) > 4096 {
		key = key[:4096]
	}
	if f := d.faces[key]; f != nil {
		return f
	}
	f := newTypeface(v)
	d.faces[key] = f
	return f
}

// show shows a string, character by character.
func (d *painter) show(raw string) {
	g := &d.state
	if g.font == nil {
		return
	}
	for len(raw) > 0 && len(d.glyphs) < maxGlyphs {
		code, text := g.font.next(raw)
		raw = raw[len(code):]
		width := g.font.width(code, text)
		at := matrix{g.size * g.scale, 0, 0, g.size, 0, g.rise}.then(d.tm).then(g.ctm)
		advance := width*g.size + g.char
		if code == " " {
			advance += g.word
		}
		if text = strings.ToValidUTF8(ligatures.Replace(text), ""); text != "" && !strings.ContainsAny(text, "\x00\uFFFD") {
			size := math.Hypot(at[2], at[3])
			one := glyph{x: at[4], y: at[5], width: width * math.Hypot(at[0], at[1]), size: size, text: text, turned: quarter(at)}
			if size > 0 && !math.IsNaN(one.x+one.y+one.width+size) && !math.IsInf(one.x+one.y+one.width+size, 0) {
				d.keep(one, at)
			}
		}
		d.move(advance * g.scale)
	}
}

// quarter is how many quarter turns to the left text stands.
func quarter(m matrix) int {
	switch {
	case math.Abs(m[0]) >= math.Abs(m[1]) && m[0] >= 0:
		return 0
	case math.Abs(m[0]) >= math.Abs(m[1]):
		return 2
	case m[1] > 0:
		return 1
	}
	return 3
}

// upright turns a page whose text stands on its side, as landscape pages often do, and leaves out what stands across it.
func upright(all []glyph) []glyph {
	var count [4]int
	for i := range all {
		count[all[i].turned]++
	}
	most := 0
	for i, n := range count {
		if n > count[most] {
			most = i
		}
	}
	kept := all[:0]
	for _, g := range all {
		if g.turned != most {
			continue
		}
		switch most {
		case 1:
			g.x, g.y = g.y, -g.x
		case 2:
			g.x, g.y = -g.x, -g.y
		case 3:
			g.x, g.y = -g.y, g.x
		}
		kept = append(kept, g)
	}
	return kept
}
