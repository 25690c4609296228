package demo

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"waybill/daemon/web"
)

// Token is the bearer token of the practice API.
const Token = "practice-token-of-the-demo"

// ConfigPath is the daemon's configuration.
func (w *World) ConfigPath() string { return filepath.Join(w.Dir, "waybill.yaml") }

func (w *World) mode() string {
	if w.shadow {
		return "shadow"
	}
	return "live"
}

// configure writes what a shop's technical friend would write.
func (w *World) configure() error {
	smtpHost, smtpPort, err := net.SplitHostPort(w.mail.smtpAddress)
	if err != nil {
		return err
	}
	imapHost, imapPort, err := net.SplitHostPort(w.mail.imapAddress)
	if err != nil {
		return err
	}
	dropHost, dropPort, err := net.SplitHostPort(w.drop.Address)
	if err != nil {
		return err
	}
	files := map[string]string{
		"password":       Password,
		"channel-secret": w.channel.secret.Reveal(),
		"waybill.yaml": fmt.Sprintf(`# The practice world's configuration.
shop:
  name: Lantern Lane
  timezone: America/Chicago
state: %s
mode: %s
# Nobody is there who looks at first orders, and the whole day comes in seconds.
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
http:
  listen: 127.0.0.1:0
  tokens: ["%s"]
  per_token: 0
mailboxes:
  orders:
    address: %s
    plus_addresses: true
    smtp: {host: %s, port: %s, tls: none, password_file: password, connections: 2}
    imap: {host: %s, port: %s, tls: none, password_file: password, poll: 5s}
operator:
  to: [owner@lantern-lane.example]
channels:
  shop:
    webhook: {url: "%s", secret_files: [channel-secret], allow_private: true}
    customer_mail: true
`, filepath.Join(w.Dir, "state"), w.mode(), web.TokenHash(Token), shopAddress, smtpHost, smtpPort, imapHost, imapPort, w.channel.url),
	}
	for _, s := range w.cast {
		text := fmt.Sprintf("name: %q\nemail: [post@%s]\nskus: [{prefix: %s}]\n", s.name, s.domain, s.prefix)
		if s.files {
			text += fmt.Sprintf(`send:
  by: sftp
  path: /%[1]s/in
  sftp: {host: %[2]s, port: %[3]s, username: shop, password_file: password, host_keys: ["%[4]s"]}
receive:
  path: /%[1]s/out
  archive: /%[1]s/archive
  done: .done
  poll: 1s
  sftp: {host: %[2]s, port: %[3]s, username: shop, password_file: password, host_keys: ["%[4]s"]}
`, s.slug, dropHost, dropPort, w.drop.HostKey)
			for _, folder := range []string{"in", "out", "archive"} {
				if err := os.MkdirAll(filepath.Join(w.drop.Folder, s.slug, folder), 0o750); err != nil {
					return err
				}
			}
		}
		files[filepath.Join("suppliers", s.slug+".yaml")] = text
	}
	if err := os.MkdirAll(filepath.Join(w.Dir, "suppliers"), 0o750); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(w.Dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
