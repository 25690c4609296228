package config

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a small server may have no time zones of its own

	"github.com/adhocore/gronx"
)

// checker looks at values that are well formed one by one: do they mean something, and do they fit together?
type checker struct {
	c        *Config
	doc      document // the file that is looked at
	whole    bool     // the main file could be read, so references into it can be judged
	problems *[]Problem
	warnings []Problem
}

// bad notes a problem, unless the setting has one already: what follows from it helps nobody.
func (k *checker) bad(p path, format string, args ...any) {
	if k.refused(p) {
		return
	}
	*k.problems = append(*k.problems, k.problem(p, format, args...))
}

// refused tells whether a setting has a problem already.
func (k *checker) refused(p path) bool {
	key := p.String()
	return slices.ContainsFunc(*k.problems, func(q Problem) bool { return q.File == k.doc.file && q.Key == key })
}

func (k *checker) warn(p path, format string, args ...any) {
	k.warnings = append(k.warnings, k.problem(p, format, args...))
}

func (k *checker) problem(p path, format string, args ...any) Problem {
	line := 0
	if node, _ := k.doc.find(p); node != nil {
		line = node.Line
	}
	return Problem{File: k.doc.file, Line: line, Key: p.String(), Text: fmt.Sprintf(format, args...)}
}

// has tells whether a setting stands in the file, even with an empty value.
func (k *checker) has(p path) bool {
	_, is := k.doc.find(p)
	return is
}

func (k *checker) main() {
	c := k.c
	k.zone(path{"shop", "timezone"}, c.Shop.Timezone)
	k.web(path{"shop", "url"}, c.Shop.URL)
	k.start()
	k.sending(path{"sending"})
	c.State = k.here(c.State)
	k.tokenKey(path{"database", "token_key_file"}, c.Database.TokenKeyFile)
	k.retention(path{"retention"}, &c.Retention)
	if c.Database.Lease != 0 && time.Duration(c.Database.Lease) < 2*time.Second {
		k.bad(path{"database", "lease"}, "is %s; expected at least 2s: a machine that is slow for a moment is not dead", time.Duration(c.Database.Lease))
	}
	if c.Database.DSNFile != "" {
		k.dsn(path{"database"})
	}
	if c.Database.Path == "" {
		c.Database.Path = filepath.Join(c.State, "waybill.db")
	}
	c.Database.Path = k.here(c.Database.Path)
	k.listen(path{"http", "listen"}, c.HTTP.Listen)
	if c.DNS.Server != "" && c.DNS.Server != NoDNS {
		k.dns(path{"dns", "server"}, c.DNS.Server)
	}
	k.publicURL(path{"http", "public_url"}, c.HTTP.PublicURL)
	k.tokens("tokens", c.HTTP.Tokens)
	k.tokens("metrics_tokens", c.HTTP.MetricsTokens)
	k.proxies(c.HTTP)
	for _, name := range slices.Sorted(maps.Keys(c.Mailboxes)) {
		m := c.Mailboxes[name]
		k.mailbox(path{"mailboxes", name}, &m)
		c.Mailboxes[name] = m
	}
	k.operator(path{"operator"}, c.Operator)
	k.alerts(path{"operator"}, c.Operator)
	k.working(path{"shop", "working"}, c.Shop.Working)
	k.deadlines(path{"deadlines"}, c.Deadlines)
	for _, name := range slices.Sorted(maps.Keys(c.Channels)) {
		ch := c.Channels[name]
		k.channel(path{"channels", name}, &ch)
		c.Channels[name] = ch
	}
	k.gates(path{"gates"}, c.Gates)
	k.shadow(path{"mode"}, c.Mode)
	if len(c.Channels) == 0 {
		k.warn(nil, "there are no channels yet, so no order can come in")
	}
}

func (k *checker) dsn(p path) {
	if k.has(p.then("path")) {
		k.bad(p.then("path"), "stands beside dsn_file; expected one of them: SQLite or PostgreSQL")
	}
	dsn, ok := k.secret(p.then("dsn_file"), k.c.Database.DSNFile)
	if u, err := url.Parse(dsn); ok && (err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Host == "" && u.RawQuery == "") {
		k.bad(p.then("dsn_file"), "%s holds no PostgreSQL address; expected one like postgres://user:password@host/waybill", k.c.Database.DSNFile)
	}
}

func (k *checker) operator(p path, o Operator) {
	k.sends(p.then("mailbox"), o.Mailbox, len(o.To) > 0)
	for i, a := range o.To {
		at := p.then("to", index(i))
		k.address(at, a)
		for name, m := range k.c.Mailboxes {
			if strings.EqualFold(a, m.Address) && m.IMAP != nil {
				k.warn(at, "is the address of mailbox %s, which waybill reads itself; an address that only people read is better", name)
			}
		}
	}
	for i, t := range o.Digest {
		k.clock(p.then("digest", index(i)), t)
	}
	if len(o.To) == 0 && len(o.Alerts) == 0 {
		k.warn(p.then("to"), "is empty: nobody is told of what needs a person")
	}
}

func (k *checker) channel(p path, ch *Channel) {
	k.shadow(p.then("mode"), ch.Mode)
	k.sends(p.then("mailbox"), ch.Mailbox, ch.CustomerMail)
	k.pattern(p.then("order_pattern"), ch.OrderPattern)
	k.quietAfter(p.then("quiet_after"), ch.QuietAfter)
	k.shops(p, ch)
	k.gates(p.then("gates"), ch.Gates)
	if f := ch.Folder; f != nil {
		f.Path = k.here(f.Path)
	}
	if w := ch.Webhook; w != nil {
		k.webhook(p.then("webhook"), *w)
	}
	if t := ch.TrackingCSV; t != nil {
		t.Path = k.here(t.Path)
		k.cron(p.then("tracking_csv", "schedule"), t.Schedule)
	}
}

func (k *checker) webhook(p path, w Webhook) {
	u, err := url.Parse(w.URL)
	switch {
	case w.URL == "": // missing, said already
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		k.bad(p.then("url"), "is %q; expected an address like https://shop.example/waybill", w.URL)
	case u.Scheme == "http" && !w.AllowPrivate:
		k.bad(p.then("url"), "is not encrypted; expected https, or allow_private: true for an address on this machine or in a private network")
	case u.User != nil:
		k.bad(p.then("url"), "holds a password; the webhook is signed with the secret instead")
	}
	k.signing(p.then("secret_files"), w.SecretFiles)
}

// signing checks the secrets that sign calls.
func (k *checker) signing(p path, files []string) {
	for i, file := range files {
		at := p.then(index(i))
		text, ok := k.secret(at, file)
		if !ok {
			continue
		}
		// Standard Webhooks, "Signing secret": 24 to 64 bytes, base64, after whsec_.
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "whsec_"))
		if err != nil || len(raw) < 24 || len(raw) > 64 {
			k.bad(at, "%s holds no signing secret; expected whsec_ and 24 to 64 bytes in base64", file)
		}
	}
}

// Checks of single values. An empty value was left out and is fine.

func (k *checker) zone(p path, name string) {
	if name == "" {
		return
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		k.bad(p, "is %q, which is no time zone; expected a name like America/Chicago or Europe/Berlin", name)
	}
}

func (k *checker) web(p path, text string) {
	if u, err := url.Parse(text); text != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		k.bad(p, "is %q; expected an address like https://shop.example", text)
	}
}

// publicURL is where strangers reach us: shop systems send their webhooks only over TLS.
func (k *checker) publicURL(p path, text string) {
	if u, err := url.Parse(text); text != "" && (err != nil || u.Host == "" || u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		k.bad(p, "is %q; expected an address like https://waybill.shop.example", text)
	}
}

func (k *checker) listen(p path, text string) {
	host, port, err := net.SplitHostPort(text)
	if n, perr := net.LookupPort("tcp", port); err != nil || perr != nil || n < 0 || host != "" && !isHost(host) {
		k.bad(p, "is %q; expected an address and a port like 127.0.0.1:8340", text)
	}
}

func (k *checker) dns(p path, text string) {
	if host, port, err := net.SplitHostPort(text); err != nil || port == "" || net.ParseIP(host) == nil {
		k.bad(p, "is %q; expected the address and port of a DNS server like 127.0.0.1:53, or none", text)
	}
}

func (k *checker) clock(p path, text string) {
	if _, err := time.Parse("15:04", text); text != "" && (err != nil || len(text) != 5) {
		k.bad(p, "is %q; expected a time of day like 08:00 or 17:30", text)
	}
}

func (k *checker) cron(p path, text string) {
	if text != "" && (!gronx.IsValid(text) || len(strings.Fields(text)) > 5) {
		k.bad(p, "is %q, which is no cron expression; expected five fields like \"30 14 * * 1-5\": minute, hour, day, month, weekday", text)
	}
}

func (k *checker) pattern(p path, text string) {
	if text == "" {
		return
	}
	if _, err := regexp.Compile(text); err != nil {
		k.bad(p, "is no regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
}

func (k *checker) address(p path, text string) bool {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || strings.ContainsAny(text, " \t\"") || !isHost(text[strings.LastIndexByte(text, '@')+1:]) {
		k.bad(p, "is %q; expected an email address like orders@shop.example", text)
		return false
	}
	return true
}

var label = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$`)

// isHost holds for host names (RFC 1123 section 2.1, with the underscore that some have) and IP addresses.
func isHost(s string) bool {
	if net.ParseIP(strings.Trim(s, "[]")) != nil {
		return true
	}
	if s == "" || len(s) > 253 {
		return false
	}
	for l := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if !label.MatchString(l) {
			return false
		}
	}
	return true
}

func isLoopback(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// secret looks whether a secret is there and private.
func (k *checker) secret(p path, file string) (string, bool) {
	if file == "" {
		return "", false
	}
	text, err := k.c.Secret(file)
	if err != nil {
		k.bad(p, "%v", err)
		return "", false
	}
	if place, open := k.c.open(file); open {
		k.warn(p, "everybody on this machine can read %s; chmod 600 it", place)
	}
	return text, true
}

func (k *checker) certificates(p path, file string) {
	if file == "" {
		return
	}
	data, err := readBounded(k.here(file), maxSecret)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		k.bad(p, "there is no file %s", k.here(file))
	case err != nil:
		k.bad(p, "%v", err)
	case !x509.NewCertPool().AppendCertsFromPEM(data):
		k.bad(p, "%s holds no certificate; expected PEM, which begins with -----BEGIN CERTIFICATE-----", file)
	}
}

func (k *checker) privateKey(p path, file string) {
	text, ok := k.secret(p, file)
	if !ok {
		return
	}
	if block, _ := pem.Decode([]byte(text)); block == nil || !strings.HasSuffix(block.Type, "PRIVATE KEY") {
		k.bad(p, "%s holds no private key; expected PEM, which begins with -----BEGIN PRIVATE KEY----- or the like", file)
	}
}

// here makes a path on this machine absolute: relative ones start at the configuration.
func (k *checker) here(file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(k.c.Dir, file)
}

// folder wants a folder on this machine that is there, or can be made.
func (k *checker) folder(p path, dir string) {
	if info, err := os.Stat(dir); dir != "" && err == nil && !info.IsDir() {
		k.bad(p, "%s is a file; expected a folder", dir)
	}
}

func (k *checker) port(p path, n int) {
	if k.has(p) && (n < 1 || n > 65535) {
		k.bad(p, "is %d; expected a port from 1 to 65535", n)
	}
}

func (k *checker) atLeast(p path, n, least int) {
	if k.has(p) && n < least {
		k.bad(p, "is %d; expected %d or more", n, least)
	}
}
