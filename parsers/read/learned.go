package read

import (
	"maps"
	"regexp"
	"slices"

	"waybill/parsers"
)

// learned is what is known of a supplier's numbers by their shape: it tells what words and check digits have left open.
type learned struct {
	references []*regexp.Regexp
	carriers   []carrierShape
}

type carrierShape struct {
	shape *regexp.Regexp
	slug  string
}

// newLearned compiles the shapes of a profile. Those that do not compile are left out: who stores them has refused them.
func newLearned(p parsers.Profile) *learned {
	l := &learned{}
	for _, expression := range p.References {
		if re, err := regexp.Compile("^(?:" + expression + ")$"); err == nil {
			l.references = append(l.references, re)
		}
	}
	for _, expression := range slices.Sorted(maps.Keys(p.Carriers)) {
		if re, err := regexp.Compile("^(?:" + expression + ")$"); err == nil {
			l.carriers = append(l.carriers, carrierShape{re, p.Carriers[expression]})
		}
	}
	return l
}

func (l *learned) apply(r *parsers.Reading) {
	if len(l.references) == 0 && len(l.carriers) == 0 {
		return
	}
	for i := range r.Statements {
		s := &r.Statements[i]
		for j := range s.Refs {
			if ref := &s.Refs[j]; ref.Label == parsers.LabelNone && l.isReference(ref.Text) {
				ref.Label = parsers.LabelTheirs
			}
		}
		for j := range s.Tracking {
			l.ship(&s.Tracking[j], s.Carrier.Text != "")
		}
	}
}

func (l *learned) isReference(text string) bool {
	return slices.ContainsFunc(l.references, func(re *regexp.Regexp) bool { return re.MatchString(text) })
}

// ship names the carrier of a number of which only its shape is known.
func (l *learned) ship(t *parsers.Tracking, named bool) {
	if len(t.Carriers) > 0 && (t.Valid || t.URL != "" || named) {
		return
	}
	for _, c := range l.carriers {
		if !c.shape.MatchString(t.Number) {
			continue
		}
		guess := parsers.CarrierGuess{Carrier: c.slug, Score: 0.9, Why: "this supplier ships numbers of this shape so"}
		t.Carriers = append([]parsers.CarrierGuess{guess}, slices.DeleteFunc(slices.Clone(t.Carriers), func(g parsers.CarrierGuess) bool { return g.Carrier == c.slug })...)
		return
	}
}
