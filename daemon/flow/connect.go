package flow

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh/knownhosts"
	"golang.org/x/time/rate"

	"waybill/daemon/config"
	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/sftp"
	"waybill/transports/smtp"
)

// Here the configuration's words become the transports' settings.

func roots(cfg *config.Config, file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(cfg.Dir, file)
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file %s holds no certificate in PEM form", file)
	}
	return pool, nil
}

func address(s config.Server, implicit, starttls int) string {
	port := s.Port
	if port == 0 {
		port = implicit
		if s.TLS == "starttls" {
			port = starttls
		}
	}
	return net.JoinHostPort(s.Host, strconv.Itoa(port))
}

func password(cfg *config.Config, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	return cfg.Secret(file)
}

func smtpConfig(cfg *config.Config, m config.Mailbox, l *login) (smtp.Config, error) {
	s := *m.SMTP
	pool, err := roots(cfg, s.CAFile)
	if err != nil {
		return smtp.Config{}, err
	}
	c := smtp.Config{Address: address(s, 465, 587), RootCAs: pool, Connections: s.Connections, From: []string{m.Address},
		TLS: map[string]smtp.TLSMode{"": smtp.ImplicitTLS, "implicit": smtp.ImplicitTLS, "starttls": smtp.STARTTLS, "none": smtp.Plain}[s.TLS]}
	switch {
	case l != nil:
		c.Username, c.Tokens = cmp.Or(s.Username, m.Address), l.source
	case s.PasswordFile != "":
		// Read anew at every login, so that a changed password needs no restart.
		c.Username = cmp.Or(s.Username, m.Address)
		c.Secret = func(context.Context) (string, error) { return mailPassword(cfg, m, s.PasswordFile) }
	}
	if s.PerMinute > 0 {
		c.Rate = rate.NewLimiter(rate.Limit(float64(s.PerMinute)/60), max(1, s.PerMinute/10))
	}
	return c, nil
}

// mailPassword reads a mailbox's password. App passwords are shown in groups, and their spaces are no part of them.
func mailPassword(cfg *config.Config, m config.Mailbox, file string) (string, error) {
	text, err := password(cfg, file)
	if shape := m.Profile().AppPassword; shape != nil && shape.MatchString(config.AppPassword(text)) {
		text = config.AppPassword(text)
	}
	return text, err
}

func imapConfig(cfg *config.Config, m config.Mailbox, l *login) (imap.Config, error) {
	s := *m.IMAP
	pool, err := roots(cfg, s.CAFile)
	if err != nil {
		return imap.Config{}, err
	}
	c := imap.Config{Address: address(s, 993, 143), RootCAs: pool, Username: cmp.Or(s.Username, m.Address),
		Security: map[string]imap.Security{"": imap.TLS, "implicit": imap.TLS, "starttls": imap.StartTLS, "none": imap.None}[s.TLS]}
	if l != nil {
		c.Tokens = l.source
	} else if c.Password, err = mailPassword(cfg, m, s.PasswordFile); err != nil {
		return imap.Config{}, err
	}
	c.Elsewhere = s.Elsewhere == nil || *s.Elsewhere
	for _, folder := range s.Folders {
		if folder == "Junk" {
			folder = imap.Junk
		}
		c.Folders = append(c.Folders, folder)
	}
	if m.ReadSent {
		c.Folders = append(c.Folders, imap.Sent)
	}
	return c, nil
}

func sftpConfig(cfg *config.Config, s config.SFTP) (sftp.Config, error) {
	c := sftp.Config{Address: net.JoinHostPort(s.Host, strconv.Itoa(cmp.Or(s.Port, 22))), User: s.Username, HostKeys: s.HostKeys, Connections: s.Connections}
	pinned, err := knownHosts(cfg, c.Address)
	if err != nil {
		return c, err
	}
	c.HostKeys = slices.Concat(c.HostKeys, pinned)
	secret, err := password(cfg, s.PasswordFile)
	if err != nil {
		return c, err
	}
	if s.KeyFile == "" {
		c.Password = secret
		return c, nil
	}
	key, err := cfg.Secret(s.KeyFile)
	if err != nil {
		return c, err
	}
	c.PrivateKey, c.Passphrase = []byte(key+"\n"), []byte(secret)
	return c, nil
}

// knownHostsFile lies beside the configuration: host keys that a person confirmed in `waybill check --connect`, in OpenSSH's form (sshd(8)).
const knownHostsFile = "known_hosts"

func knownHosts(cfg *config.Config, address string) (lines []string, err error) {
	raw, err := os.ReadFile(filepath.Join(cfg.Dir, knownHostsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	name := knownhosts.Normalize(address)
	for line := range strings.Lines(string(raw)) {
		if hosts, _, ok := strings.Cut(line, " "); ok && slices.Contains(strings.Split(hosts, ","), name) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines, err
}

// PinHostKey notes a server's host key that a person has confirmed. The key is a line like "ssh-ed25519 AAAA…".
func PinHostKey(cfg *config.Config, address, key string) (file string, err error) {
	file = filepath.Join(cfg.Dir, knownHostsFile)
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return file, err
	}
	_, err = fmt.Fprintf(f, "%s %s\n", knownhosts.Normalize(address), key)
	return file, errors.Join(err, f.Sync(), f.Close())
}

// Check logs in to every account, or to those of one supplier, and tells what each says, one sentence a fact. It changes nothing. Without
// books, as `waybill check` has none beside a daemon that runs, there are no tokens: mailboxes that need one are named in the end.
func (f *Flow) Check(ctx context.Context, supplier string, told func(account, fact string, err error)) (needTokens []string) {
	w := f.world.Load()
	concerns := func(name string) bool {
		if supplier == "" {
			return true
		}
		s := w.cfg.Suppliers[supplier]
		return name == laneSFTP+supplier || name == laneFolder+supplier || name == "drop:"+supplier ||
			cmp.Or(s.Send.By, "email") == "email" && name == laneMail+w.mailboxOf(s.Send.Mailbox)
	}
	for _, mailbox := range sorted(w.logins) {
		if f.store == nil && (concerns(laneMail+mailbox) || concerns(sourceInbox+mailbox)) {
			needTokens = append(needTokens, mailbox)
		}
	}
	w.probe(ctx, func(name string) bool {
		_, mailbox, _ := strings.Cut(name, ":")
		ofMailbox := name == laneMail+mailbox || name == sourceInbox+mailbox
		return concerns(name) && !(ofMailbox && slices.Contains(needTokens, mailbox))
	}, told)
	return needTokens
}

// probe has the accounts that concern say what they say.
func (w *world) probe(ctx context.Context, concerns func(account string) bool, told func(title, fact string, err error)) {
	probe := func(title string, p transports.Probe) {
		if p == nil {
			return
		}
		facts, err := p.Probe(ctx)
		for _, fact := range facts {
			told(title, fact, nil)
		}
		if err != nil {
			told(title, "", err)
		}
	}
	for _, name := range sorted(w.lanes) {
		if concerns(name) {
			probe(w.lanes[name].title, w.lanes[name].probe)
		}
	}
	for _, s := range w.sources {
		if concerns(s.name) {
			probe(s.title, s.probe)
		}
	}
}
