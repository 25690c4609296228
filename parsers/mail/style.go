package mail

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// look is what a style says of an element that matters to who reads it. A zero field says nothing.
type look struct {
	display, template, direction string // how its children stand
	gone                         bool   // nobody sees the element, whatever stands in it
	shown                        bool   // a display is named that shows it: a rule that hides it yields
	forced                       bool   // what hides it is important: no other style shows it
	doubtful                     bool   // a rule may hide it that is not understood as a whole
	notOutlook                   bool   // Outlook does not show it, other programs do
	size                         size
	colour, ground               string // of text and background, as plain has them
	pre                          bool   // its blanks are kept
	boxed, cut                   bool   // it has no height or width, and cuts off what is outside of it
}

// size is how large a text is: elements inside may say otherwise.
type size int8

const (
	sizeUnsaid size = iota
	tooSmall
	readable
)

// paper is the background of a mail that names none.
const paper = "#ffffff"

// image is a background that may have any colour.
const image = "image"

// struck tells elements whose text is crossed out (WHATWG HTML sections 4.5.5 and 4.7.2): whoever wrote it has taken it back.
func struck(tag atom.Atom) bool { return tag == atom.S || tag == atom.Del || tag == atom.Strike }

// undrawn tells elements whose text no mail program shows: descriptions inside of a drawing, what scripts would use, what stands in for a frame.
func undrawn(tag atom.Atom) bool {
	switch tag {
	case atom.Desc, atom.Datalist, atom.Template, atom.Select, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

// standIn tells elements whose text some programs show and others do not.
func standIn(tag atom.Atom) bool {
	return tag == atom.Noscript || tag == atom.Canvas || tag == atom.Audio || tag == atom.Video
}

// lookOf reads a style (lower case).
func lookOf(style string) look {
	var l look
	for style != "" {
		var declaration string
		declaration, style, _ = strings.Cut(style, ";")
		name, value, found := strings.Cut(declaration, ":")
		if !found {
			continue
		}
		value, important := strings.CutSuffix(strings.TrimSpace(value), "!important")
		l.declare(strings.TrimSpace(name), strings.TrimSpace(value))
		l.forced = l.forced || important && l.display == "none"
	}
	l.shown = l.display != "" && l.display != "none"
	l.gone = l.gone || l.display == "none" || l.boxed && l.cut
	return l
}

// declare takes one declaration of a style.
func (l *look) declare(name, value string) {
	switch name {
	case "display":
		l.display = value
	case "grid-template-columns":
		l.template = value
	case "flex-direction", "flex-flow":
		l.direction = value
	case "visibility":
		l.gone = l.gone || value == "hidden" || value == "collapse"
	case "opacity":
		n, err := strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64)
		l.gone = l.gone || err == nil && n < 0.05
	case "font-size":
		l.size = sizeOf(value)
	case "max-height", "max-width":
		l.gone = l.gone || nothing(value)
	case "height", "width":
		l.boxed = l.boxed || nothing(value) || value == "1px"
	case "overflow":
		l.cut = value == "hidden" || value == "clip"
	case "text-decoration", "text-decoration-line":
		l.gone = l.gone || strings.Contains(value, "line-through")
	case "left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top", "margin":
		l.gone = l.gone || faraway(value)
	case "clip", "clip-path":
		l.gone = l.gone || strings.HasPrefix(value, "rect(0") || strings.HasPrefix(value, "rect(1px") || value == "inset(50%)" || value == "inset(100%)" || strings.HasPrefix(value, "circle(0")
	case "transform", "-webkit-transform", "-ms-transform":
		l.gone = l.gone || flattened(value)
	case "filter", "-webkit-filter":
		l.gone = l.gone || strings.Contains(value, "opacity(0)") || strings.Contains(value, "opacity(0%)")
	case "zoom":
		l.gone = l.gone || nothing(value)
	case "content-visibility":
		l.gone = l.gone || value == "hidden"
	case "mso-hide":
		l.notOutlook = value == "all"
	case "color", "-webkit-text-fill-color":
		l.colour = plain(value)
	case "background", "background-color", "background-image":
		if ground := groundOf(value); ground != "" {
			l.ground = ground
		}
	case "white-space":
		l.pre = strings.HasPrefix(value, "pre")
	}
}

// over lays a style over a weaker one.
func (l *look) over(weak *look) {
	if l.display == "" {
		l.display = weak.display
	}
	if l.template == "" {
		l.template = weak.template
	}
	if l.direction == "" {
		l.direction = weak.direction
	}
	l.gone = l.gone || weak.gone && (weak.display != "none" || weak.forced || !l.shown)
	l.shown = l.shown || weak.shown
	l.doubtful = l.doubtful || weak.doubtful
	l.notOutlook = l.notOutlook || weak.notOutlook
	l.forced = l.forced || weak.forced
	if l.size == sizeUnsaid {
		l.size = weak.size
	}
	if l.colour == "" {
		l.colour = weak.colour
	}
	if l.ground == "" {
		l.ground = weak.ground
	}
	l.pre = l.pre || weak.pre
}

// sizeOf tells a size that nobody can read from others. A part of the size around it says nothing, unless it is none of it.
func sizeOf(value string) size {
	end := len(value)
	for end > 0 && (value[end-1] >= 'a' && value[end-1] <= 'z' || value[end-1] == '%') {
		end--
	}
	n, err := strconv.ParseFloat(value[:end], 64)
	switch unit := value[end:]; {
	case err != nil && (value == "inherit" || value == "smaller" || value == "larger"):
		return sizeUnsaid
	case err != nil:
		return readable
	case n <= 0:
		return tooSmall
	case n < legible(unit):
		return tooSmall
	case unit == "px" || unit == "pt" || unit == "" || unit == "rem":
		return readable
	}
	return sizeUnsaid
}

// legible is the least size that anybody can read, in a unit of CSS (Values and Units 3, sections 6.1 and 6.2): of usual text, what is relative.
func legible(unit string) float64 {
	switch unit {
	case "em", "rem", "ex", "ch", "vw", "vh", "vmin", "vmax":
		return 0.15
	case "%":
		return 15
	case "cm", "pc":
		return 0.05
	case "mm":
		return 0.5
	case "in":
		return 0.02
	}
	return 2 // pixels, points
}

// flattened tells a transformation that leaves nothing to see: scaled to nothing, seen from the edge, or moved far away (CSS Transforms 2, section 13).
func flattened(value string) bool {
	for function := range strings.SplitSeq(value, ")") {
		name, arguments, _ := strings.Cut(strings.TrimSpace(function), "(")
		list := strings.FieldsFunc(arguments, func(r rune) bool { return r == ',' || r == ' ' })
		switch name {
		case "scale", "scalex", "scaley", "scale3d":
			for i, one := range list {
				if n, err := strconv.ParseFloat(strings.TrimSuffix(one, "%"), 64); err == nil && i < 2 && n < 0.1 && n > -0.1 {
					return true
				}
			}
		case "rotatex", "rotatey":
			if len(list) == 1 && onEdge(list[0]) {
				return true
			}
		case "translate", "translatex", "translatey", "translate3d":
			if faraway(strings.Join(list, " ")) {
				return true
			}
		}
	}
	return false
}

// onEdge tells an angle of a quarter turn, or three, give or take two degrees.
func onEdge(angle string) bool {
	for _, unit := range [...]struct {
		name    string
		degrees float64
	}{{"deg", 1}, {"grad", 0.9}, {"rad", 180 / math.Pi}, {"turn", 360}} {
		if digits, found := strings.CutSuffix(angle, unit.name); found {
			if n, err := strconv.ParseFloat(digits, 64); err == nil {
				return math.Abs(math.Mod(math.Abs(n*unit.degrees), 180)-90) < 2
			}
		}
	}
	return false
}

// nothing tells a length of nothing.
func nothing(value string) bool {
	switch value {
	case "0", "0px", "0pt", "0em", "0%", "0rem":
		return true
	}
	return false
}

// faraway tells a distance that takes an element out of every window. The shorthand of margins has it first or last.
func faraway(value string) bool {
	if !strings.Contains(value, "-") {
		return false
	}
	for one := range strings.FieldsSeq(value) {
		n, err := strconv.ParseFloat(strings.TrimRight(one, "pxemtr%vwh"), 64)
		if far := -500.0; err == nil && (n <= far || n <= far/10 && strings.HasSuffix(one, "em")) {
			return true
		}
	}
	return false
}

// groundOf is the colour of a background: image where it may be any, "" where it lets through what is behind it.
func groundOf(value string) string {
	switch {
	case strings.Contains(value, "url("), strings.Contains(value, "gradient"):
		return image
	case value == "" || value == "none" || value == "transparent" || value == "inherit" || value == "initial":
		return ""
	}
	if strings.HasPrefix(value, "rgb") || strings.HasPrefix(value, "hsl") {
		return plain(value)
	}
	value, _, _ = strings.Cut(value, " ")
	return plain(value)
}

// plain gives the forms of white one form, also of what no eye tells from it; other colours stay as written.
func plain(colour string) string {
	switch colour {
	case "white", "#fff", paper, "snow", "ivory", "ghostwhite":
		return paper
	case "inherit", "currentcolor", "initial":
		return ""
	}
	if len(colour) == 7 && colour[0] == '#' && colour[1] == 'f' && colour[3] == 'f' && colour[5] == 'f' && colour[2] >= '9' && colour[4] >= '9' && colour[6] >= '9' {
		return paper
	}
	if channels, found := strings.CutPrefix(colour, "rgb"); found {
		white := 0
		channels = strings.Trim(strings.TrimPrefix(channels, "a"), "()")
		for one := range strings.FieldsFuncSeq(channels, func(r rune) bool { return r == ',' || r == ' ' || r == '/' }) {
			n, err := strconv.ParseFloat(one, 64)
			switch {
			case err == nil && white < 3 && n >= 249:
				white++
			case err == nil && n == 0 && strings.Count(channels, ",") == 3 && strings.HasSuffix(strings.TrimSpace(channels), one):
				return "transparent"
			}
		}
		if white == 3 {
			return paper
		}
	}
	return colour
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
