// Package carrier knows the companies that move parcels: their names, the shapes and check digits of their numbers, their
// tracking pages, and how to find tracking numbers in any text without anyone writing a pattern for each supplier.
//
// Nothing here decides. A number is found with a score that says how sure it is that it is one at all, and with the
// carriers it may belong to, best first; shape, check digit, link, and the words around it vote, for and against.
package carrier

import (
	"net/url"
	"strings"
	"sync"
)

// directory finds carriers by slug, name and host.
type directory struct {
	bySlug map[string]*carrier
	byName map[string]*carrier // folded names, and the same without spaces
	byHost map[string]*carrier
	slugs  []string
	begins [256][]string // the names of byName with five letters or more, by the first
	most   int           // words in the longest name
}

var known = sync.OnceValue(func() *directory {
	d := &directory{bySlug: map[string]*carrier{}, byName: map[string]*carrier{}, byHost: map[string]*carrier{}}
	for i := range carriers {
		c := &carriers[i]
		d.bySlug[c.slug] = c
		d.slugs = append(d.slugs, c.slug)
		for _, host := range c.hosts {
			d.byHost[host] = c
		}
		for _, name := range append([]string{Fold(c.name), strings.ReplaceAll(c.slug, "-", " ")}, c.names...) {
			d.most = max(d.most, strings.Count(name, " ")+1)
			for _, key := range [...]string{name, strings.ReplaceAll(name, " ", "")} {
				if _, taken := d.byName[key]; !taken {
					d.byName[key] = c
				}
			}
		}
	}
	for former, slug := range formerSlugs {
		c := d.bySlug[slug]
		d.bySlug[former] = c
		d.byName[strings.ReplaceAll(former, "-", " ")] = c
	}
	// A family's plain name is the family's own, whichever member stands first in the table.
	for i := range carriers {
		c := &carriers[i]
		d.byName[strings.ReplaceAll(c.slug, "-", " ")] = c
	}
	for name := range d.byName {
		if len(name) >= leastForgiven {
			d.begins[name[0]] = append(d.begins[name[0]], name)
		}
	}
	return d
})

// Slugs lists the carriers that are known by name, in the order of the table.
func Slugs() []string { return append([]string(nil), known().slugs...) }

// Name is the carrier's name for people: "UPS", "Royal Mail". An unknown slug comes back as it is.
func Name(slug string) string {
	if c := known().bySlug[slug]; c != nil {
		return c.name
	}
	return slug
}

// URL is the carrier's public tracking page for a number, or "" when there is none that needs the number alone.
func URL(slug, number string) string {
	c := known().bySlug[slug]
	if c == nil || c.page == "" || number == "" {
		return ""
	}
	if slug == "usps" {
		number = withoutRouting(number)
	}
	return strings.Replace(c.page, "%s", url.QueryEscape(number), 1)
}

// family is the name under which people speak of a carrier: "dhl" for all of DHL's companies.
func family(slug string) string {
	c := known().bySlug[slug]
	switch {
	case c == nil:
		return slug
	case c.family != "":
		return c.family
	}
	return c.slug
}

// IsHost tells whether a host is one of a carrier's own tracking pages, subdomains included.
func IsHost(host string) bool { return OfHost(host) != "" }

// OfHost is the carrier whose tracking page a host is, subdomains included, or "".
func OfHost(host string) string { return hostCarrier(strings.ToLower(host)) }

// hostCarrier is the carrier whose tracking page a host is, subdomains included.
func hostCarrier(host string) string {
	for host != "" {
		if c := known().byHost[host]; c != nil {
			return c.slug
		}
		_, rest, found := strings.Cut(host, ".")
		if !found {
			return ""
		}
		host = rest
	}
	return ""
}
