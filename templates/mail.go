package templates

import (
	"errors"
	"fmt"
	htmltemplate "html/template"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	texttemplate "text/template"
)

// Largest results. A mail with a thousand lines has about 300 KiB of HTML.
const (
	maxSubject = 200     // characters
	maxBody    = 4 << 20 // bytes
)

// ErrTooLarge is returned when a rendered mail exceeds the limit.
var ErrTooLarge = errors.New("the rendered mail is too large")

// compiled is the templates for one language, and for one supplier where it has overrides.
type compiled struct {
	language string
	text     *texttemplate.Template
	html     *htmltemplate.Template
	plain    map[string]bool   // mails without HTML
	fixed    map[string]string // blocks that are nothing but text
}

// Languages lists the languages that there are words for.
func (s *Set) Languages() []string { return slices.Clone(s.languages) }

// Suppliers lists the slugs that have overrides, so that one which no supplier has can be told.
func (s *Set) Suppliers() []string { return slices.Sorted(maps.Keys(s.suppliers)) }

// Mail renders a mail for a supplier (a slug; empty for customers and operators) in a language (like "de" or "de-AT"; the
// nearest known one is taken, English at last). data is the struct that belongs to the name. Texts in it are cleaned first:
// control characters and line breaks in one-line fields become spaces, so nobody's name can look like a part of the mail.
func (s *Set) Mail(name, supplier, language string, data any) (Mail, error) {
	if err := fits(name, data); err != nil {
		return Mail{}, err
	}
	sets := s.common
	if own, ok := s.suppliers[supplier]; ok && supplier != "" {
		sets = own
	}
	m, err := sets[s.nearest(language)].mail(name, clean(data))
	if err != nil {
		return Mail{}, fmt.Errorf("render %s for %q: %w", name, supplier, err)
	}
	return m, nil
}

// nearest finds "de" for "de-AT", and English for what is not known.
func (s *Set) nearest(language string) string {
	for tag := language; tag != ""; {
		for _, known := range s.languages {
			if strings.EqualFold(known, tag) {
				return known
			}
		}
		cut := strings.LastIndexAny(tag, "-_")
		if cut < 0 {
			break
		}
		tag = tag[:cut]
	}
	return English
}

// fits tells whether the data is what the mail is made for.
func fits(name string, data any) error {
	var ok bool
	switch name {
	case PurchaseOrderMail, ResendMail:
		_, ok = data.(PurchaseOrderData)
	case BatchMail:
		_, ok = data.(BatchData)
	case CancellationMail:
		_, ok = data.(CancellationData)
	case ChaseMail:
		_, ok = data.(ChaseData)
	case ShippingMail:
		_, ok = data.(ShippingData)
	case DigestMail:
		_, ok = data.(DigestData)
	case AlertMail:
		_, ok = data.(AlertData)
	default:
		return fmt.Errorf("there is no mail %q", name)
	}
	if !ok {
		return fmt.Errorf("the mail %s is not made for %T", name, data)
	}
	return nil
}

func (c *compiled) mail(name string, data any) (Mail, error) {
	var m Mail
	subject, err := c.execute(name+".subject", data)
	if err != nil {
		return m, err
	}
	if m.Subject = shorten(maxSubject, oneLine(subject)); m.Subject == "" {
		return m, fmt.Errorf("%s.subject is empty", name)
	}
	text, err := c.execute(name+".txt", data)
	if err != nil {
		return m, err
	}
	if m.Text = tidy(text); m.Text == "" {
		return m, fmt.Errorf("%s.txt is empty", name)
	}
	if c.plain[name] {
		return m, nil
	}
	out := limited{most: maxBody}
	if err := c.html.ExecuteTemplate(&out, name+".html", data); err != nil {
		return m, explain(err)
	}
	m.HTML = strings.TrimSpace(out.String()) + "\n"
	return m, nil
}

// execute renders a block of the text set.
func (c *compiled) execute(block string, data any) (string, error) {
	out := limited{most: maxBody}
	if err := c.text.ExecuteTemplate(&out, block, data); err != nil {
		return "", explain(err)
	}
	return out.String(), nil
}

// limited is a buffer that refuses to grow past a limit.
type limited struct {
	strings.Builder
	most int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > l.most {
		return 0, ErrTooLarge
	}
	return l.Builder.Write(p)
}

// tidy ends lines without spaces, allows one empty line in a row and ends with a line break.
func tidy(text string) string {
	var b strings.Builder
	empty := true // drops empty lines at the start
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" {
			if !empty {
				empty = true
			}
			continue
		}
		if empty && b.Len() > 0 {
			b.WriteByte('\n')
		}
		empty = false
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// unknownField is how text/template complains of a field that the data does not have.
var unknownField = regexp.MustCompile(`can't evaluate field (\w+) in type \*?templates\.(\w+)`)

// explain makes an execution error readable: place first, and the nearest field for a mistyped one.
func explain(err error) error {
	if errors.Is(err, ErrTooLarge) {
		return ErrTooLarge
	}
	text := err.Error()
	for strings.HasPrefix(text, "template: ") || strings.HasPrefix(text, "html/template:") {
		text = strings.TrimPrefix(strings.TrimPrefix(text, "template: "), "html/template:")
	}
	if m := unknownField.FindStringSubmatch(text); m != nil {
		if t, ok := structs()[m[2]]; ok {
			names := members(t)
			text = fmt.Sprintf("%s%s; there are %s", text, suggest(m[1], names), strings.Join(names, ", "))
		}
	}
	return errors.New(text)
}

// structs are the types that templates see, by name.
func structs() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	var add func(t reflect.Type)
	add = func(t reflect.Type) {
		if t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t.PkgPath() != reflect.TypeFor[Shop]().PkgPath() || types[t.Name()] != nil {
			return
		}
		types[t.Name()] = t
		for i := range t.NumField() {
			add(t.Field(i).Type)
		}
	}
	for _, name := range Names() {
		add(reflect.TypeOf(Sample(name)))
	}
	return types
}

func members(t reflect.Type) []string {
	names := map[string]bool{}
	for i := range t.NumField() {
		names[t.Field(i).Name] = true
	}
	for i := range t.NumMethod() {
		names[t.Method(i).Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}
