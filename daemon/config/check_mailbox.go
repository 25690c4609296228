package config

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

func (k *checker) mailbox(p path, m *Mailbox) {
	if m.Address != "" {
		k.address(p.then("address"), m.Address)
	}
	if k.refused(p.then("provider")) { // what it would have filled in is not missing
		m.SMTP, m.IMAP = filled[Server](), filled[Server]()
		return
	}
	profile := m.Profile()
	k.fill(p, m, profile)
	if m.SMTP == nil && m.IMAP == nil {
		k.bad(p, "can neither send nor receive; expected smtp, imap or both, or a provider")
	}
	password := m.PasswordFile
	k.secret(p.then("password_file"), m.PasswordFile)
	if m.OAuth != nil {
		k.oauth(p.then("oauth"), m.OAuth, profile)
		if m.PasswordFile != "" {
			k.bad(p.then("password_file"), "stands beside oauth; expected one of them")
		}
	}
	if m.SMTP != nil {
		k.server(p.then("smtp"), *m.SMTP, m)
		k.misplaced(p.then("smtp"), "folders", "imap")
		k.misplaced(p.then("smtp"), "poll", "imap")
		password = cmp.Or(password, m.SMTP.PasswordFile)
	}
	if m.IMAP != nil {
		k.server(p.then("imap"), *m.IMAP, m)
		for _, name := range []string{"per_minute", "per_day", "connections"} {
			k.misplaced(p.then("imap"), name, "smtp")
		}
		if m.IMAP.PasswordFile == "" && m.OAuth == nil {
			k.bad(p.then("imap", "password_file"), "is missing, and so is oauth: nobody can read a mailbox without logging in")
		}
		password = cmp.Or(password, m.IMAP.PasswordFile)
	}
	if m.ReadSent && m.IMAP == nil {
		k.bad(p.then("read_sent"), "needs imap: without it nobody looks into the mailbox")
	}
	k.appPassword(p, password, profile)
	if slices.Contains(m.Rewrites, "message_id") && !m.ReadSent && !m.PlusAddresses {
		k.warn(p.then("rewrites"), "the Message-ID is replaced, and neither read_sent nor plus_addresses makes up for it: answers are matched by order numbers alone")
	}
	if slices.Contains(m.Rewrites, "envelope") && m.Bounces != "" && !strings.EqualFold(m.Bounces, m.Address) {
		k.warn(p.then("bounces"), "has no effect: the provider replaces the envelope sender, and bounces come to the mailbox itself")
	}
	for _, a := range []struct{ name, value string }{{"bounces", m.Bounces}, {"archive", m.Archive}} {
		if a.value != "" {
			k.address(p.then(a.name), a.value)
		}
	}
	k.quietAfter(p.then("quiet_after"), m.QuietAfter)
	if m.QuietAfter != "" && m.IMAP == nil {
		k.bad(p.then("quiet_after"), "means nothing: this mailbox has no imap, so nothing comes in")
	}
	if d := m.DKIM; d != nil {
		if d.Domain != "" && !isHost(d.Domain) {
			k.bad(p.then("dkim", "domain"), "is %q; expected a domain like shop.example", d.Domain)
		}
		k.privateKey(p.then("dkim", "key_file"), d.KeyFile)
	}
}

// misplaced finds a setting that only means something in the other half of a mailbox.
func (k *checker) misplaced(p path, name, where string) {
	if k.has(p.then(name)) {
		k.bad(p.then(name), "only means something under %s", where)
	}
}

func (k *checker) server(p path, s Server, m *Mailbox) {
	if s.Host == "" && !k.has(p.then("host")) {
		k.bad(p.then("host"), "is missing: host name; must be on the server's certificate")
	} else if s.Host == "" {
		k.bad(p.then("host"), "is empty; expected host name; must be on the server's certificate")
	}
	if s.Host != "" && !isHost(s.Host) {
		hint := ""
		if strings.Contains(s.Host, ":") {
			hint = "; the port has a setting of its own"
		}
		k.bad(p.then("host"), "is %q; expected a host name like mail.shop.example%s", s.Host, hint)
	}
	k.port(p.then("port"), s.Port)
	if s.TLS == "none" && s.Host != "" && !isLoopback(s.Host) {
		k.bad(p.then("tls"), "is none, but %s is not this machine: passwords and addresses would go through the network unencrypted; expected implicit or starttls", s.Host)
	}
	k.certificates(p.then("ca_file"), s.CAFile)
	if k.has(p.then("password_file")) { // else it is the mailbox's, and was looked at there
		k.secret(p.then("password_file"), s.PasswordFile)
	}
	switch {
	case s.Username != "" && s.PasswordFile == "" && m.OAuth == nil:
		k.bad(p.then("username"), "stands without password_file")
	case m.OAuth != nil && k.has(p.then("password_file")):
		k.bad(p.then("password_file"), "stands beside oauth; expected one of them")
	case m.OAuth != nil && s.TLS == "none":
		k.bad(p.then("tls"), "is none, and a login with OAuth2 goes over implicit or starttls only")
	}
	k.atLeast(p.then("connections"), s.Connections, 1)
	k.atLeast(p.then("per_minute"), s.PerMinute, 0)
	k.atLeast(p.then("per_day"), s.PerDay, 0)
	for i, f := range s.Folders {
		if strings.TrimSpace(f) == "" {
			k.bad(p.then("folders", index(i)), "is empty")
		}
	}
}

// sends wants a mailbox that can send. Without a name it is the only one; needed says whether anything depends on it.
func (k *checker) sends(p path, name string, needed bool) {
	var able []string
	for _, n := range slices.Sorted(maps.Keys(k.c.Mailboxes)) {
		if k.c.Mailboxes[n].SMTP != nil {
			able = append(able, n)
		}
	}
	box, known := k.c.Mailboxes[name]
	switch {
	case name == "" && !needed:
	case name == "" && len(able) == 0:
		k.bad(p, "there is no mailbox that can send; expected one under mailboxes with smtp")
	case name == "" && len(able) > 1:
		k.bad(p, "is missing: there are several mailboxes that can send; expected %s", either(able))
	case name == "":
	case !known && len(k.c.Mailboxes) == 0:
		k.bad(p, "is %q, but there are no mailboxes", name)
	case !known:
		names := slices.Sorted(maps.Keys(k.c.Mailboxes))
		k.bad(p, "is %q, which is no mailbox; %s", name, expected(name, names))
	case box.SMTP == nil:
		k.bad(p, "is %q, a mailbox without smtp, which cannot send", name)
	}
}
