package mail

import "waybill/parsers"

// shade is how well a text can be seen.
type shade struct {
	tiny           bool   // too small to be read
	faint          bool   // of the colour of its background: counts like quoted text
	colour, ground string // "" for the usual black
}

// shaded is how well the text of an element can be seen that looks like this.
func (x *extractor) shaded(l *look) shade {
	s := x.shade
	if l.size != sizeUnsaid {
		s.tiny = l.size == tooSmall
	}
	if l.colour != "" {
		s.colour = l.colour
	}
	if l.ground != "" {
		s.ground = l.ground
	}
	s.faint = s.colour != "" && (s.colour == s.ground || s.colour == "transparent")
	return s
}

// see goes on with text of another shade.
func (x *extractor) see(s shade) {
	if s.faint && !x.faint {
		x.quote()
	} else if !s.faint && x.faint {
		x.unquote()
	}
	x.shade = s
}

// quote begins text that counts less.
func (x *extractor) quote() {
	if x.quoted++; x.quoted == 1 {
		x.quoteAt = len(x.out)
	}
}

// unquote ends it.
func (x *extractor) unquote() {
	if x.quoted--; x.quoted == 0 && len(x.out) > x.quoteAt {
		x.result.text.Marks = append(x.result.text.Marks, parsers.Mark{Start: x.quoteAt, End: len(x.out), Kind: parsers.MarkQuoted})
	}
}
