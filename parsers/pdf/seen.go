package pdf

import (
	"math"
	"strings"

	"github.com/ledongthuc/pdf"
)

// What a file writes is not all that a person sees: white letters on white paper, letters beside the page, and words across it that say that it is only
// a specimen.

// area is a part of the page, in points.
type area struct{ left, bottom, right, top float64 }

// under gives the area that holds a's corners after m.
func (a area) under(m matrix) area {
	out := area{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range [...][2]float64{{a.left, a.bottom}, {a.left, a.top}, {a.right, a.bottom}, {a.right, a.top}} {
		out = out.with(m[0]*c[0]+m[2]*c[1]+m[4], m[1]*c[0]+m[3]*c[1]+m[5])
	}
	return out
}

func (a area) with(x, y float64) area {
	return area{min(a.left, x), min(a.bottom, y), max(a.right, x), max(a.top, y)}
}

func (a area) holds(x, y float64) bool {
	return x >= a.left && x <= a.right && y >= a.bottom && y <= a.top
}

// paper is what a page looks like behind its text.
type paper struct {
	edge     area   // what is printed; nothing where the file does not say
	path     []area // rectangles and shapes that are being drawn
	coloured []area // what was filled with a colour, or holds a picture
	hidden   strings.Builder
	across   strings.Builder // slanted text, as of a watermark
}

// mostAreas bounds the shapes that are remembered; a page with more has a background of its own, and no text on it is taken for hidden.
const mostAreas = 5000

func (p *paper) colour(a area) {
	if len(p.coloured) <= mostAreas {
		p.coloured = append(p.coloured, a)
	}
}

// shows tells whether white letters at a place stand on something that is not white.
func (p *paper) shows(x, y float64) bool {
	if len(p.coloured) > mostAreas {
		return true
	}
	for i := range p.coloured {
		if p.coloured[i].holds(x, y) {
			return true
		}
	}
	return false
}

// edgeOf reads what part of a page is shown (PDF 1.7 section 14.11.2); it may stand with the pages above.
func edgeOf(v pdf.Value) area {
	for range 20 {
		for _, name := range [...]string{"CropBox", "MediaBox"} {
			if b := v.Key(name); b.Len() == 4 {
				x, y, z, w := b.Index(0).Float64(), b.Index(1).Float64(), b.Index(2).Float64(), b.Index(3).Float64()
				if a := (area{min(x, z), min(y, w), max(x, z), max(y, w)}); a.right-a.left > 10 && a.top-a.bottom > 10 {
					return a
				}
			}
		}
		if v = v.Key("Parent"); v.IsNull() {
			break
		}
	}
	return area{}
}

// draw obeys the operators that set colours and fill shapes (sections 8.5 and 8.6); false where op is none of them.
func (d *painter) draw(op string, args []pdf.Value) bool {
	g, p := &d.state, &d.paper
	switch op {
	case "g", "rg", "k", "sc", "scn":
		g.white = isWhite(args)
	case "cs":
		g.white = false // every colour space but a pattern's begins with black
	case "re":
		if x, y := number(args, 0), number(args, 1); len(args) == 4 && len(p.path) < mostAreas {
			p.path = append(p.path, area{min(x, x+number(args, 2)), min(y, y+number(args, 3)), max(x, x+number(args, 2)), max(y, y+number(args, 3))}.under(g.ctm))
		}
	case "m":
		if x, y := number(args, 0), number(args, 1); len(p.path) < mostAreas {
			p.path = append(p.path, area{x, y, x, y}.under(g.ctm))
		}
	case "l", "c", "v", "y":
		if n := len(p.path); n > 0 && len(args) > 1 {
			x, y := number(args, len(args)-2), number(args, len(args)-1)
			p.path[n-1] = p.path[n-1].with(g.ctm[0]*x+g.ctm[2]*y+g.ctm[4], g.ctm[1]*x+g.ctm[3]*y+g.ctm[5])
		}
	case "f", "F", "f*", "B", "B*", "b", "b*":
		for _, a := range p.path {
			if !g.white {
				p.colour(a)
			}
		}
		p.path = p.path[:0]
	case "S", "s", "n":
		p.path = p.path[:0]
	case "sh":
		p.colour(area{-1e7, -1e7, 1e7, 1e7})
	default:
		return false
	}
	return true
}

// isWhite tells the white of grey and RGB (all ones) and of CMYK (all zeros).
func isWhite(args []pdf.Value) bool {
	if len(args) != 1 && len(args) != 3 && len(args) != 4 {
		return false
	}
	for i := range args {
		if k := args[i].Kind(); k != pdf.Integer && k != pdf.Real {
			return false
		}
		if v := args[i].Float64(); len(args) == 4 && v > 0.02 || len(args) != 4 && v < 0.98 {
			return false
		}
	}
	return true
}

// keep takes a character that is shown as m says, unless nobody sees it, or it stands across the page.
func (d *painter) keep(one glyph, m matrix) {
	p := &d.paper
	middle := area{0, 0, 0.3, 0.3}.under(m)
	x, y := (middle.left+middle.right)/2, (middle.bottom+middle.top)/2
	off := p.edge != area{} && (one.x > p.edge.right || x < p.edge.left || one.y > p.edge.top || y < p.edge.bottom)
	switch {
	case off || d.state.white && !p.shows(x, y):
		p.hidden.WriteString(one.text)
	case slanted(m):
		p.across.WriteString(one.text)
	default:
		d.glyphs = append(d.glyphs, one)
	}
}

// slanted tells letters whose line runs neither along the page nor up or down it.
func slanted(m matrix) bool {
	a, b := math.Abs(m[0]), math.Abs(m[1])
	return min(a, b) > 0.1*max(a, b)
}

// specimenWords are what papers are stamped with that are no news.
var specimenWords = map[string]bool{"specimen": true, "spécimen": true, "sample": true, "draft": true, "void": true, "muster": true, "entwurf": true, "ungültig": true, "brouillon": true, "exemple": true, "borrador": true, "muestra": true, "bozza": true, "facsimile": true, "voorbeeld": true, "rascunho": true, "amostra": true, "exemplo": true, "wzór": true, "szkic": true, "样本": true, "草稿": true, "見本": true, "サンプル": true}

// stamped tells whether a page says across it, or in a line of its own, that it is only a specimen.
func stamped(lines []textRow, across string) bool {
	if isStamp(across) {
		return true
	}
	for _, l := range lines {
		if len(l.cells) == 1 && isStamp(l.cells[0].text) {
			return true
		}
	}
	return false
}

func isStamp(text string) bool {
	text = strings.ToLower(strings.NewReplacer(" ", "", "-", "", "*", "", "!", "", ".", "").Replace(text))
	for n := 2; n < 5 && len(text) > 0; n++ { // "DRAFTDRAFTDRAFT" is drawn often
		if part := len(text) / n; len(text)%n == 0 && part > 3 && strings.Repeat(text[:part], n) == text {
			text = text[:part]
			break
		}
	}
	return specimenWords[text]
}
