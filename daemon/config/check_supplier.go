package config

import (
	"cmp"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"golang.org/x/crypto/ssh"
)

// language is a BCP 47 tag as far as mails need one: "de", "pt-BR".
var language = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// supplier checks one supplier and fills in what follows from the rest of the configuration.
func (k *checker) supplier(s *Supplier) {
	k.zone(path{"timezone"}, s.Timezone)
	s.Timezone = cmp.Or(s.Timezone, k.c.Shop.Timezone)
	if !language.MatchString(s.Language) {
		k.bad(path{"language"}, "is %q; expected a language like en or de", s.Language)
	}
	for i, a := range s.Email {
		k.address(path{"email", index(i)}, a)
	}
	k.origins(path{"senders"}, s.Senders)
	k.origins(path{"third_party"}, s.ThirdParty)
	k.skus(s.SKUs)
	k.firstDay(s)
	k.send(s)
	if s.Receive != nil {
		k.receive(s)
	}
	if s.Working != nil {
		k.working(path{"working"}, *s.Working)
	}
	if s.Deadlines != nil {
		k.deadlines(path{"deadlines"}, *s.Deadlines)
	}
	k.gates(path{"gates"}, s.Gates)
	for i, text := range s.Read.OrderPatterns {
		k.pattern(path{"read", "order_patterns", index(i)}, text)
	}
	if c := s.Read.Carrier; c != "" && !isName(c) {
		k.bad(path{"read", "carrier"}, "is %q; expected a name like ups, fedex or dhl-germany", c)
	}
}

// origins are addresses and domains that somebody writes from.
func (k *checker) origins(p path, list []string) {
	for i, text := range list {
		at := p.then(index(i))
		switch {
		case strings.HasPrefix(text, "@") || strings.HasPrefix(text, "*"):
			k.bad(at, "is %q; expected an address, or a domain alone like prairie.example (its subdomains count)", text)
		case strings.Contains(text, "@"):
			k.address(at, text)
		case !isHost(text) || !strings.Contains(text, "."):
			k.bad(at, "is %q; expected an address or a domain like prairie.example", text)
		case slices.Contains(freeMail, strings.ToLower(text)):
			k.bad(at, "is %s, where anybody can have an address; expected the supplier's whole address there", text)
		}
	}
}

// freeMail are domains where everybody can have an address: listed as a supplier's domain they would let everybody speak for it.
var freeMail = []string{"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com", "aol.com",
	"icloud.com", "me.com", "mac.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "freenet.de", "mail.com", "mail.ru", "yandex.ru",
	"yandex.com", "qq.com", "163.com", "126.com", "sina.com", "proton.me", "protonmail.com", "zoho.com", "orange.fr", "free.fr", "laposte.net",
	"libero.it", "wp.pl", "o2.pl", "comcast.net", "verizon.net", "att.net", "btinternet.com"}

func (k *checker) skus(rules []SKU) {
	seen := map[SKU]int{}
	for i, r := range rules {
		at := path{"skus", index(i)}
		set := 0
		for _, text := range []string{r.SKU, r.Prefix, r.Pattern} {
			if text != "" {
				set++
			}
			if text != strings.TrimSpace(text) {
				k.bad(at, "has white space around %q", text)
			}
		}
		if set != 1 {
			k.bad(at, "expected exactly one of sku, prefix and pattern")
			continue
		}
		plain := SKU{SKU: r.SKU, Prefix: r.Prefix, Pattern: r.Pattern}
		if first, twice := seen[plain]; twice {
			k.bad(at, "%s is there twice; the first is entry %d", cmp.Or(r.SKU, r.Prefix, r.Pattern), first+1)
		} else {
			seen[plain] = i
		}
		k.pattern(at.then("pattern"), r.Pattern)
		k.theirs(at.then("theirs"), r)
	}
}

// group finds what regexp.Expand would replace.
var group = regexp.MustCompile(`\$(?:\$|(\w+)|\{(\w+)\})`)

// theirs checks what the supplier's own SKU is made of.
func (k *checker) theirs(p path, r SKU) {
	if r.Prefix == "" && strings.Contains(r.Theirs, "{rest}") {
		k.bad(p, "uses {rest}, which only a prefix has")
	}
	if r.Pattern == "" || r.Theirs == "" {
		return
	}
	re, err := regexp.Compile(r.Pattern)
	if err != nil {
		return // said already
	}
	for _, m := range group.FindAllStringSubmatch(r.Theirs, -1) {
		name := m[1] + m[2]
		number := strings.Trim(name, "0123456789") == ""
		switch {
		case m[0] == "$$":
		case number && len(name) <= 3 && atoi(name) <= re.NumSubexp():
		case !number && re.SubexpIndex(name) >= 0:
		default:
			k.bad(p, "uses %s, but the pattern has no such group (write ${1} where a letter or digit follows)", m[0])
		}
	}
}

func atoi(digits string) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

func (k *checker) send(s *Supplier) {
	p := path{"send"}
	switch s.Send.By {
	case "email":
		if len(s.Email) == 0 {
			k.bad(path{"email"}, "is missing: orders go to this supplier by email")
		}
		if k.whole {
			k.sends(p.then("mailbox"), s.Send.Mailbox, true)
		}
	case "sftp":
		if s.Send.SFTP == nil {
			k.bad(p.then("sftp"), "is missing: orders go to this supplier by sftp")
		}
		if s.Send.Path == "" {
			k.bad(p.then("path"), "is missing: the folder over there that orders are uploaded to")
		}
	case "folder":
		if s.Send.Path == "" {
			k.bad(p.then("path"), "is missing: the folder on this machine that orders are written to")
		}
		s.Send.Path = k.here(s.Send.Path)
		k.folder(p.then("path"), s.Send.Path)
	}
	if s.Send.By != "email" && s.Send.Attach != "" {
		k.bad(p.then("attach"), "only means something where orders go by email")
	}
	if s.Send.SFTP != nil {
		k.sftp(p.then("sftp"), *s.Send.SFTP)
	}
	for i, a := range s.Send.CC {
		k.address(p.then("cc", index(i)), a)
	}
	k.atLeast(p.then("max_connections"), s.Send.Max, 1)
	k.atLeast(p.then("per_hour"), s.Send.PerHour, 0)
	k.cron(p.then("batch"), s.Send.Batch)
	if s.Send.Batch != "" && s.Send.By == "export" {
		k.bad(p.then("batch"), "means nothing for export: you fetch the file yourself with waybill dispatch export %s", s.Slug)
	}
	k.clock(p.then("cut_off"), s.Send.CutOff)
	k.file(p.then("file"), &s.Send.File)
}

func (k *checker) sftp(p path, s SFTP) {
	if s.Host == "" {
		k.bad(p.then("host"), "is missing: host name or address")
	} else if !isHost(s.Host) {
		k.bad(p.then("host"), "is %q; expected a host name like sftp.prairie.example", s.Host)
	}
	if s.Username == "" {
		k.bad(p.then("username"), "is missing: login name")
	}
	k.port(p.then("port"), s.Port)
	k.atLeast(p.then("connections"), s.Connections, 1)
	if s.KeyFile == "" && s.PasswordFile == "" {
		k.bad(p, "has neither key_file nor password_file; expected at least one")
	}
	k.secret(p.then("password_file"), s.PasswordFile)
	k.privateKey(p.then("key_file"), s.KeyFile)
	for i, text := range s.HostKeys {
		if _, _, _, _, err := ssh.ParseAuthorizedKey([]byte(text)); err != nil {
			k.bad(p.then("host_keys", index(i)), "is no host key; expected one like \"ssh-ed25519 AAAAC3Nza…\", as ssh-keyscan %s prints it after the name", s.Host)
		}
	}
	if len(s.HostKeys) == 0 {
		k.warn(p.then("host_keys"), "is missing, so the server cannot be told from another one; waybill check --connect shows its key")
	}
}

func (k *checker) receive(s *Supplier) {
	p, r := path{"receive"}, s.Receive
	k.quietAfter(p.then("quiet_after"), r.QuietAfter)
	switch {
	case r.SFTP == nil:
		r.Path = k.here(r.Path)
		k.folder(p.then("path"), r.Path)
	case r.SFTP.Host == "" && r.SFTP.Username == "" && s.Send.SFTP != nil: // {}: the same server
	case r.SFTP.Host == "" && r.SFTP.Username == "":
		k.bad(p.then("sftp"), "is {}, which means the server of send.sftp, but there is none")
	default:
		k.sftp(p.then("sftp"), *r.SFTP)
	}
	for i, pattern := range r.Files {
		if _, err := filepath.Match(pattern, ""); err != nil || pattern == "" || strings.Contains(pattern, "/") {
			k.bad(p.then("files", index(i)), "is %q; expected a pattern of file names like *.csv", pattern)
		}
	}
	if strings.ContainsAny(r.Done, "/*") || r.Done == "." {
		k.bad(p.then("done"), "is %q; expected a suffix like .done", r.Done)
	}
}

func (k *checker) file(p path, f *File) {
	if f.Name == "" {
		f.Name = "po_{{.Number}}." + cmp.Or(f.Format, "csv")
	}
	if _, err := template.New("name").Parse(f.Name); err != nil {
		k.bad(p.then("name"), "is no template: %s", strings.TrimPrefix(err.Error(), "template: "))
	} else if !strings.Contains(f.Name, "{{") {
		k.bad(p.then("name"), "is the same for every file; expected something like po_{{.Number}}.%s", f.Format)
	}
	switch {
	case f.Delimiter == "tab":
	case utf8.RuneCountInString(f.Delimiter) != 1 || strings.ContainsAny(f.Delimiter, "\"\r\n"):
		k.bad(p.then("delimiter"), "is %q; expected one character, or tab", f.Delimiter)
	}
	for i, c := range f.Columns {
		at := p.then("columns", index(i))
		switch {
		case c.Field != "" && c.Value != "":
			k.bad(at, "has a field and a fixed value; expected one of them")
		case c.Field == "" && c.Header == "":
			k.bad(at, "is empty; expected a field, or a header with a fixed value")
		}
	}
	if f.Format == "xlsx" {
		for _, name := range []string{"delimiter", "quote", "line_end", "encoding"} {
			if k.has(p.then(name)) {
				k.bad(p.then(name), "means nothing in an xlsx file")
			}
		}
	}
}

// senders warns where two suppliers write from the same place: an answer without a key could be of either.
func (k *checker) senders() {
	owner := map[string]string{}
	for _, slug := range slices.Sorted(maps.Keys(k.c.Suppliers)) {
		s := k.c.Suppliers[slug]
		for _, from := range []struct {
			name string
			list []string
		}{{"email", s.Email}, {"senders", s.Senders}} {
			for i, text := range from.list {
				text = strings.ToLower(text)
				if other, taken := owner[text]; taken && other != slug {
					if k.doc.file != s.File {
						k.doc, _ = parse(s.File) // it could be parsed a moment ago; without it the line is missing, no more
					}
					k.warn(path{from.name, index(i)}, "%s is also listed for %s: their answers are told apart by order numbers only", text, other)
				}
				owner[text] = slug
			}
		}
	}
}
