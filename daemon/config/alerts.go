package config

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Alert is a further way to tell the people at the shop of what cannot wait.
type Alert struct {
	Service      string   `yaml:"service" doc:"What it is: webhook is a signed call (Standard Webhooks) to a program of yours." required:"true" enum:"webhook,slack,discord,teams,google-chat,mattermost,rocket-chat,telegram,ntfy,gotify,pushover,matrix"`
	Name         string   `yaml:"name" doc:"What you call it, where there are two of a kind." implied:"the service"`
	URLFile      string   `yaml:"url_file" doc:"File with the address, which is a secret at most services." implied:"the service's own, for telegram and pushover"`
	TokenFile    string   `yaml:"token_file" doc:"File with the token, for telegram, gotify, pushover and matrix, and for an ntfy topic that has one."`
	To           string   `yaml:"to" doc:"The chat (telegram), the room (matrix), the user or group key (pushover)."`
	SecretFiles  []string `yaml:"secret_files" doc:"Files with the signing secrets (whsec_…) of a webhook; two while you change one."`
	AllowPrivate bool     `yaml:"allow_private" doc:"The address may be on this machine or in a private network, and unencrypted."`
}

// Advice is what works, and is better done otherwise; waybill check tells it.
func (c *Config) Advice() []string {
	if len(c.Operator.To) > 0 && len(c.Operator.Alerts) == 0 {
		return []string{"operator.alerts is empty: when the mailbox itself is what died, nobody hears of it; a chat or push service, or a webhook, is a second way (docs/alerts.md)"}
	}
	return nil
}

// Title is the name of a way.
func (a Alert) Title() string { return cmp.Or(a.Name, a.Service) }

// Heartbeat is a service that tells people when the calls stop: healthchecks.io and its like.
type Heartbeat struct {
	URLFile      string   `yaml:"url_file" doc:"File with the address to call." required:"true"`
	Every        Duration `yaml:"every" doc:"How often." default:"5m"`
	Fail         bool     `yaml:"fail" doc:"When something is wrong, call the address with /fail behind it at once (healthchecks.io), instead of falling silent."`
	AllowPrivate bool     `yaml:"allow_private" doc:"The address may be on this machine or in a private network, and unencrypted."`
}

// Disk says when it is nearly full.
type Disk struct {
	Percent int `yaml:"percent" doc:"Nearly full is less free space than so many percent of the disk, if it is also less than mib." default:"10"`
	MiB     int `yaml:"mib" doc:"Nearly full is less free space than so many MiB, if it is also less than percent." default:"1024"`
}

// Deadlines say how long a supplier may be silent.
type Deadlines struct {
	Acknowledge Duration `yaml:"acknowledge" doc:"Working hours after which a purchase order without any answer is late, like 8h." implied:"never"`
	Ship        int      `yaml:"ship" doc:"Working days after which a purchase order that has not shipped as a whole is late." implied:"never"`
	Chase       bool     `yaml:"chase" doc:"Ask the supplier first, once, in the thread of the order; false tells you at once." default:"true"`
	Wait        Duration `yaml:"wait" doc:"Working hours that they have to answer, before you hear of it." default:"8h"`
	Imported    bool     `yaml:"imported" doc:"Also for orders that were imported as already sent."`
}

// Working says when people work.
type Working struct {
	Hours    string            `yaml:"hours" doc:"From when to when, like 09:00-17:00." default:"09:00-17:00"`
	Days     []string          `yaml:"days" doc:"On which days of the week." default:"[mon,tue,wed,thu,fri]" enum:"mon,tue,wed,thu,fri,sat,sun"`
	Holidays []string          `yaml:"holidays" doc:"Whose public holidays are free: a country like US, or a part of one like DE-BY; docs/deadlines.md lists them."`
	Closed   []string          `yaml:"closed" doc:"Further days without work, like 2026-12-24, or 2026-12-24..2027-01-02."`
	Short    map[string]string `yaml:"short" doc:"Days with other hours, like {2026-12-23: 09:00-12:00}."`
}

// serviceNeeds says what each service cannot do without: u an address, t a token, o whom to tell, s signing secrets. Capital letters are what it may have besides.
var serviceNeeds = map[string]string{"webhook": "us", "slack": "u", "discord": "u", "teams": "u", "google-chat": "u", "mattermost": "u", "rocket-chat": "u",
	"telegram": "toU", "ntfy": "uT", "gotify": "ut", "pushover": "toU", "matrix": "uto"}

func (k *checker) alerts(p path, o Operator) {
	names := map[string]bool{}
	for i, a := range o.Alerts {
		at := p.then("alerts", index(i))
		k.alert(at, a)
		if a.Name != "" && !isName(a.Name) {
			k.bad(at.then("name"), "is %q; expected a name of small letters, digits and dashes", a.Name)
		}
		if names[a.Title()] {
			k.bad(at, "is called %s like another one; expected a name of its own (name: …)", a.Title())
		}
		names[a.Title()] = true
	}
	k.hours(p.then("quiet"), o.Quiet, true)
	if h := o.Heartbeat; h != nil {
		k.secretAddress(p.then("heartbeat", "url_file"), h.URLFile, h.AllowPrivate)
		if d := time.Duration(h.Every); d < time.Minute || d > 24*time.Hour {
			k.bad(p.then("heartbeat", "every"), "is %s; expected a time from 1m to 24h", d)
		}
	}
	if o.Disk.Percent < 0 || o.Disk.Percent > 90 {
		k.bad(p.then("disk", "percent"), "is %d; expected a number from 0 to 90", o.Disk.Percent)
	}
	k.atLeast(p.then("disk", "mib"), o.Disk.MiB, 0)
}

func (k *checker) alert(at path, a Alert) {
	needs, known := serviceNeeds[a.Service]
	if !known {
		return // said already
	}
	for _, s := range []struct {
		letter, name, what string
		set                bool
	}{
		{"u", "url_file", "a file with the address that " + a.Service + " gave you", a.URLFile != ""},
		{"t", "token_file", "a file with the token that " + a.Service + " gave you", a.TokenFile != ""},
		{"o", "to", "whom to tell", a.To != ""},
		{"s", "secret_files", "the secret that signs the calls", len(a.SecretFiles) > 0},
	} {
		switch {
		case strings.Contains(needs, s.letter) && !s.set:
			k.bad(at.then(s.name), "is missing: %s", s.what)
		case !strings.Contains(strings.ToLower(needs), s.letter) && s.set:
			k.bad(at.then(s.name), "means nothing to %s", a.Service)
		}
	}
	k.secretAddress(at.then("url_file"), a.URLFile, a.AllowPrivate)
	k.secret(at.then("token_file"), a.TokenFile)
	k.signing(at.then("secret_files"), a.SecretFiles)
	if a.Service == "ntfy" && a.URLFile != "" {
		if text, err := k.c.Secret(a.URLFile); err == nil {
			if u, err := url.Parse(text); err == nil && strings.Trim(u.Path, "/") == "" {
				k.bad(at.then("url_file"), "%s holds an address without a topic; expected one like https://ntfy.sh/a-topic-that-nobody-guesses", a.URLFile)
			}
		}
	}
}

// secretAddress wants a file with an address; what is in it is never repeated.
func (k *checker) secretAddress(p path, file string, private bool) {
	text, ok := k.secret(p, file)
	if !ok {
		return
	}
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		k.bad(p, "%s holds no address; expected one that begins with https://", file)
	case u.Scheme == "http" && !private:
		k.bad(p, "the address in %s is not encrypted; expected https, or allow_private: true for one on this machine or in a private network", file)
	case u.User != nil:
		k.bad(p, "the address in %s holds a user name or password, which would not be sent; expected one without", file)
	}
}

// span is "09:00-17:00".
var span = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$`)

// hours checks a span of the day. Over midnight only where that means something.
func (k *checker) hours(p path, text string, overMidnight bool) {
	if text == "" {
		return
	}
	from, to, _ := strings.Cut(text, "-")
	switch {
	case !span.MatchString(text):
		k.bad(p, "is %q; expected two times of day like %s", text, map[bool]string{true: "22:00-07:00", false: "09:00-17:00"}[overMidnight])
	case from == to:
		k.bad(p, "is %q, which is no time at all", text)
	case from > to && !overMidnight:
		k.bad(p, "is %q, which ends before it begins", text)
	}
}

func (k *checker) working(p path, w Working) {
	k.hours(p.then("hours"), w.Hours, false)
	if len(w.Days) == 0 && k.has(p.then("days")) {
		k.bad(p.then("days"), "is empty; expected at least one day of the week")
	}
	for i, d := range w.Days {
		if slices.Index(w.Days, d) != i {
			k.bad(p.then("days", index(i)), "%s is there twice", d)
		}
	}
	for i, text := range w.Closed {
		from, to, isRange := strings.Cut(text, "..")
		if !isRange {
			to = from
		}
		switch {
		case !isDate(from) || !isDate(to):
			k.bad(p.then("closed", index(i)), "is %q; expected a day like 2026-12-24, or days like 2026-12-24..2027-01-02", text)
		case from > to:
			k.bad(p.then("closed", index(i)), "is %q, which ends before it begins", text)
		case isRange && years(from, to) > 1:
			k.bad(p.then("closed", index(i)), "is %q, which is longer than a year", text)
		}
	}
	for day, text := range w.Short {
		if !isDate(day) {
			k.bad(p.then("short"), "%q is no day; expected one like 2026-12-23", day)
		}
		k.hours(p.then("short", day), text, false)
	}
}

func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func years(from, to string) float64 {
	a, _ := time.Parse(time.DateOnly, from)
	b, _ := time.Parse(time.DateOnly, to)
	return b.Sub(a).Hours() / 24 / 366
}

func (k *checker) deadlines(p path, d Deadlines) {
	k.atLeast(p.then("ship"), d.Ship, 0)
	for _, s := range []struct {
		name string
		d    Duration
	}{{"acknowledge", d.Acknowledge}, {"wait", d.Wait}} {
		if v := time.Duration(s.d); v < 0 || v > 500*time.Hour {
			k.bad(p.then(s.name), "is %s; expected working hours, from 0h to 500h", v)
		}
	}
	if k.has(p.then("wait")) && d.Acknowledge == 0 && d.Ship == 0 {
		k.warn(p, "names neither acknowledge nor ship, so nothing is ever late")
	}
}

// Never is what quiet_after says where silence is nothing to hear of.
const Never = "never"

// quietAfter checks how long something may be silent.
func (k *checker) quietAfter(p path, text string) {
	if text == "" || text == Never {
		return
	}
	if d, err := time.ParseDuration(text); err != nil || d < time.Hour || d > 500*time.Hour {
		k.bad(p, "is %q; expected working hours like 16h (from 1h to 500h), or never", text)
	}
}
