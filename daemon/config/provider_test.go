package config

import (
	"slices"
	"strings"
	"testing"
)

// TestAddressAndProvider: a mailbox at a known provider needs no more than its address and a login, and every value can be overridden.
func TestAddressAndProvider(t *testing.T) {
	c := load(t, map[string]string{"app-password": "abcd efgh ijkl mnop\n", "waybill.yaml": `
shop: {name: Example Shop}
mailboxes:
  google: {address: orders@shop.example, provider: gmail, password_file: app-password}
  small: {address: orders@gmail.com, provider: gmail, oauth: {client_id: abc}}
  microsoft: {address: orders@shop.example, provider: microsoft365, oauth: {client_id: abc, tenant: shop.example}}
  fast:
    address: orders@shop.example
    provider: fastmail
    password_file: app-password
    plus_addresses: false
    read_sent: true
    authserv_id: mx.shop.example
    rewrites: [message_id]
    smtp: {host: relay.shop.example, tls: starttls, per_day: 100, per_minute: 5}
    imap: {folders: [INBOX]}
operator: {to: owner@elsewhere.example, mailbox: google}
channels: {shop: {folder: {path: orders}}}
`})
	server := func(s *Server) []any {
		return []any{s.Host, s.Port, s.TLS, s.PerMinute, s.PerDay, s.PasswordFile, s.Connections}
	}
	google, small, microsoft, fast := c.Mailboxes["google"], c.Mailboxes["small"], c.Mailboxes["microsoft"], c.Mailboxes["fast"]
	for what, pair := range map[string][2][]any{
		"Gmail sends":         {server(google.SMTP), {"smtp.gmail.com", 465, "implicit", 0, 2000, "app-password", 2}},
		"Gmail receives":      {server(google.IMAP), {"imap.gmail.com", 993, "implicit", 0, 0, "app-password", 2}},
		"gmail.com sends":     {server(small.SMTP), {"smtp.gmail.com", 465, "implicit", 0, 500, "", 2}},
		"Microsoft sends":     {server(microsoft.SMTP), {"smtp.office365.com", 587, "starttls", 30, 10000, "", 2}},
		"Fastmail overridden": {server(fast.SMTP), {"relay.shop.example", 0, "starttls", 5, 100, "app-password", 2}},
		"what is particular":  {{google.PlusAddresses, google.ReadSent, google.AuthServID, microsoft.ReadSent, microsoft.PlusAddresses}, {true, true, "mx.google.com", true, true}},
		"all overridden":      {{fast.PlusAddresses, fast.ReadSent, fast.AuthServID}, {false, true, "mx.shop.example"}},
	} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("%s: %v, not %v", what, pair[0], pair[1])
		}
	}
	if !slices.Equal(fast.Rewrites, []string{"message_id"}) || !slices.Equal(microsoft.Rewrites, []string{"message_id"}) || !slices.Equal(fast.IMAP.Folders, []string{"INBOX"}) || !slices.Equal(google.IMAP.Folders, []string{"INBOX", "Junk"}) {
		t.Errorf("%v %v %v %v", fast.Rewrites, microsoft.Rewrites, fast.IMAP.Folders, google.IMAP.Folders)
	}
	if o := microsoft.OAuth; o.TokenURL != "https://login.microsoftonline.com/shop.example/oauth2/v2.0/token" || o.DeviceURL == "" || !slices.Contains(o.Scopes, "offline_access") {
		t.Errorf("%+v", o)
	}
	if o := small.OAuth; o.DeviceURL != "" || !slices.Equal(o.Scopes, []string{"https://mail.google.com/"}) {
		t.Errorf("Google has no codes for mail: %+v", o)
	}
	for _, w := range c.Warnings {
		if strings.Contains(w.Error(), "app password of Gmail") {
			t.Errorf("an app password in groups was not known as one: %v", w)
		}
	}
}
