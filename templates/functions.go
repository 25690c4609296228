package templates

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// functions are what templates may use beside and, or, not, len, index, slice, print, printf, println, urlquery, eq, ne, lt, le,
// gt and ge. None of them reaches the environment, files, the clock or the network.
func (c *compiled) functions() map[string]any {
	return map[string]any{
		"say":      c.say,
		"date":     func(t time.Time) (string, error) { return c.dated("date", t) },
		"day":      func(t time.Time) (string, error) { return c.dated("day", t) },
		"clock":    func(t time.Time) string { return t.Format("15:04") },
		"country":  func(code string) string { return countryName(code, c.language) },
		"address":  func(a Address) []string { return a.lines(countryName(a.Country, c.language)) },
		"language": func() string { return c.language },
		"parcels":  parcels,
		"plural":   plural,
		"add":      func(a, b int) int { return a + b },
		"dict":     dict,
		"join":     func(separator string, list []string) string { return strings.Join(list, separator) },
		"lines":    splitLines,
		"line":     oneLine,
		"wrap":     wrap,
		"quote":    quote,
		"indent":   indent,
		"pad":      pad,
		"shorten":  shorten,
		"upper":    strings.ToUpper,
		"lower":    strings.ToLower,
		"trim":     strings.TrimSpace,
		"replace":  func(old, new, s string) string { return strings.ReplaceAll(s, old, new) },
		"contains": func(part, s string) bool { return strings.Contains(s, part) },
		"default":  func(value, s string) string { return joinedFirst(s, value) },
	}
}

// joinedFirst is the first text that is not empty.
func joinedFirst(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// say gives words of the language: the block of that name, rendered with the data if there is any.
func (c *compiled) say(name string, data ...any) (string, error) {
	if text, ok := c.fixed[name]; ok {
		return text, nil
	}
	var dot any
	switch len(data) {
	case 0:
	case 1:
		dot = data[0]
	default:
		return "", fmt.Errorf("say %q takes one value, not %d", name, len(data))
	}
	return c.execute(name, dot)
}

// calendarDay is what the blocks "date" and "day" see.
type calendarDay struct {
	Weekday, Month string
	Day, Year      int
	ISO            string // 2006-01-02
}

// dated writes a day in the words of the language, in the time's own zone; a zero time is nothing. The block "date" has the
// weekday in it, "day" has not.
func (c *compiled) dated(block string, t time.Time) (string, error) {
	if t.IsZero() {
		return "", nil
	}
	months, err := c.say("months")
	if err != nil {
		return "", err
	}
	weekdays, err := c.say("weekdays")
	if err != nil {
		return "", err
	}
	m, w := strings.Fields(months), strings.Fields(weekdays)
	if len(m) != 12 || len(w) != 7 {
		return "", fmt.Errorf("the blocks months and weekdays must have 12 and 7 words, Sunday first, in %s", c.language)
	}
	return c.say(block, calendarDay{w[t.Weekday()], m[t.Month()-1], t.Day(), t.Year(), t.Format(time.DateOnly)})
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// dict makes named values for a block: {{template "row.txt" (dict "Name" "PO" "Value" .Number)}}.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict takes names and values in turn, not %d", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for pair := range slices.Chunk(pairs, 2) {
		name, ok := pair[0].(string)
		if !ok {
			return nil, fmt.Errorf("dict: a name is a text, not %v", pair[0])
		}
		m[name] = pair[1]
	}
	return m, nil
}

// wrap breaks lines at spaces so that none is longer than width characters where that can be.
func wrap(width int, s string) string {
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		used := 0
		for j, word := range strings.Fields(line) {
			n := utf8.RuneCountInString(word)
			switch {
			case j == 0:
			case used+1+n > width:
				b.WriteByte('\n')
				used = 0
			default:
				b.WriteByte(' ')
				used++
			}
			b.WriteString(word)
			used += n
		}
	}
	return b.String()
}

// quote puts "> " before each line, as mail programs do.
func quote(s string) string { return indent("> ", wrap(70, s)) }

func indent(by, s string) string { return by + strings.ReplaceAll(s, "\n", "\n"+by) }

// pad fills a text with spaces up to width characters.
func pad(width int, s string) string {
	if missing := min(width, 200) - utf8.RuneCountInString(s); missing > 0 {
		return s + strings.Repeat(" ", missing)
	}
	return s
}

// parcels describes a shipping mail's parcels as schema.org ParcelDelivery, in the form that mail programs read; nil for
// other mails. provider is the present name of the property that some readers still know as carrier, so both are there.
func parcels(data any) []map[string]any {
	d, ok := data.(ShippingData)
	if !ok || len(d.Packages) == 0 {
		return nil
	}
	thing := func(kind string, pairs ...string) map[string]any {
		m := map[string]any{"@type": kind}
		for p := range slices.Chunk(pairs, 2) {
			if p[1] != "" {
				m[p[0]] = p[1]
			}
		}
		return m
	}
	a := d.ShipTo
	address := thing("PostalAddress", "name", joinedFirst(a.Name, a.Company), "streetAddress", joined(", ", a.Line1, a.Line2),
		"addressLocality", a.City, "addressRegion", a.Region, "postalCode", a.Postcode, "addressCountry", a.Country)
	order := thing("Order", "orderNumber", d.OrderNumber)
	order["merchant"] = thing("Organization", "name", d.Shop.Name, "url", d.Shop.URL)
	var items []map[string]any
	for _, l := range d.Lines {
		items = append(items, thing("Product", "name", joinedFirst(l.Title, l.SKU), "sku", l.SKU))
	}
	var out []map[string]any
	for _, p := range d.Packages {
		m := thing("ParcelDelivery", "@context", "https://schema.org", "trackingNumber", p.Number, "trackingUrl", p.URL)
		m["deliveryAddress"], m["partOfOrder"] = address, order
		if carrier := joinedFirst(p.Name, p.Carrier); carrier != "" {
			m["provider"], m["carrier"] = thing("Organization", "name", carrier), thing("Organization", "name", carrier)
		}
		if len(items) > 0 {
			m["itemShipped"] = items
		}
		out = append(out, m)
	}
	return out
}
