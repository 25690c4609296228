package config

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// myshopify is a shop's own name at Shopify, which never changes: what customers see is another.
var myshopify = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*\.myshopify\.com$`)

// shops checks the shop system that a channel is; it is one at most.
func (k *checker) shops(p path, ch *Channel) {
	if ch.Shopify != nil {
		k.shopify(p.then("shopify"), ch)
	}
	if ch.WooCommerce != nil {
		k.woocommerce(p.then("woocommerce"), ch)
	}
	var first string
	for _, one := range []struct {
		name string
		is   bool
	}{{"shopify", ch.Shopify != nil}, {"woocommerce", ch.WooCommerce != nil}, {"amazon", ch.Amazon != nil}, {"ebay", ch.EBay != nil}} {
		switch {
		case one.is && first != "":
			k.bad(p.then(one.name), "stands beside %s; expected one shop system for a channel: make another channel for the other", first)
		case one.is:
			first = one.name
		}
	}
	for name, m := range map[string]*Marketplace{"amazon": ch.Amazon, "ebay": ch.EBay} {
		if m != nil {
			k.marketplace(p.then(name), ch, m)
		}
	}
}

func (k *checker) marketplace(p path, ch *Channel, m *Marketplace) {
	if m.Country = strings.ToUpper(m.Country); m.Country != "" && (len(m.Country) != 2 || strings.Trim(m.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		k.bad(p.then("country"), "is %q; expected two letters (ISO 3166-1) like US or JP", m.Country)
	}
	if m.Country == "UK" {
		k.bad(p.then("country"), "is UK; the United Kingdom's two letters are GB")
	}
	k.cron(p.then("schedule"), m.Schedule)
	orders := p.then("orders")
	if m.Orders.SFTP != nil {
		k.sftp(orders.then("sftp"), *m.Orders.SFTP)
	} else {
		m.Orders.Path = k.here(m.Orders.Path)
		k.folder(orders.then("path"), m.Orders.Path)
	}
	for i, pattern := range m.Orders.Files {
		if _, err := filepath.Match(pattern, ""); err != nil || pattern == "" || strings.Contains(pattern, "/") {
			k.bad(orders.then("files", index(i)), "is %q; expected a pattern of file names like *.txt", pattern)
		}
	}
	if s := m.Shipments; s != nil {
		if s.SFTP != nil {
			k.sftp(p.then("shipments", "sftp"), *s.SFTP)
		} else if s.Path = k.here(s.Path); s.Path == m.Orders.Path && m.Orders.SFTP == nil && s.Path != "" {
			k.bad(p.then("shipments", "path"), "is the folder of the order reports too; expected another: our own files would be read as reports")
		}
		if ch.TrackingCSV != nil {
			k.bad(p.then("shipments"), "stands beside the channel's tracking_csv; expected one of them")
		}
	} else {
		k.warn(p, "has no shipments: the marketplace is not told what was shipped")
	}
}

func (k *checker) woocommerce(p path, ch *Channel) {
	w := ch.WooCommerce
	switch u, err := url.Parse(w.URL); {
	case w.URL == "": // missing, said already
	case err != nil || u.Host == "" || u.Scheme != "https":
		k.bad(p.then("url"), "is %q; expected the shop's address with https, like https://shop.example: WooCommerce takes keys in no other way", w.URL)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		k.bad(p.then("url"), "holds more than an address; expected one like https://shop.example, and the key in key_file and secret_file")
	}
	for _, f := range []struct{ name, file, begins, other string }{{"key_file", w.KeyFile, "ck_", "key"}, {"secret_file", w.SecretFile, "cs_", "secret"}} {
		if text, ok := k.secret(p.then(f.name), f.file); ok && !strings.HasPrefix(text, f.begins) {
			k.bad(p.then(f.name), "%s holds no consumer %s; expected one that begins with %s (in the shop under WooCommerce, Settings, Advanced, REST API)", f.file, f.other, f.begins)
		}
	}
	for i, file := range w.WebhookSecretFiles {
		k.secret(p.then("webhook_secret_files", index(i)), file)
	}
	for i, status := range w.PaidStatuses {
		if w.PaidStatuses[i] = strings.TrimPrefix(status, "wc-"); w.PaidStatuses[i] == w.LackingStatus && status != "" {
			k.bad(p.then("lacking_status"), "is %q, which is one of paid_statuses too; expected one that says that something is wrong, like on-hold", status)
		}
	}
	k.atLeast(p.then("per_second"), w.PerSecond, 1)
	k.certificates(p.then("ca_file"), w.CAFile)
	if ch.CustomerMail && w.Note == "customer" && (w.Tracking == "note" || w.Tracking == "auto" || w.Tracking == "") {
		k.warn(p.then("note"), "is customer, and so is the channel's customer_mail: where tracking is told by a note the customer gets two mails for each parcel; expected note: private, or no customer_mail")
	}
}

func (k *checker) shopify(p path, ch *Channel) {
	s := ch.Shopify
	s.Shop = strings.ToLower(s.Shop)
	if s.Shop != "" && !myshopify.MatchString(s.Shop) {
		k.bad(p.then("shop"), "is %q; expected the shop's own address at Shopify like example.myshopify.com (in the admin under Settings, Domains)", s.Shop)
	}
	app := s.ClientID != "" || s.ClientSecretFile != ""
	switch {
	case app && s.TokenFile != "":
		k.bad(p.then("token_file"), "stands beside client_id; expected one of them: the app's client_id with client_secret_file, or a token that never expires")
	case !app && s.TokenFile == "":
		k.bad(p, "has no way to log in; expected client_id and client_secret_file of your app in the Dev Dashboard, or token_file")
	case app && s.ClientID == "":
		k.bad(p.then("client_id"), "is missing beside client_secret_file; the Dev Dashboard shows it under Settings of your app")
	case app && s.ClientSecretFile == "":
		k.bad(p.then("client_secret_file"), "is missing beside client_id; the Dev Dashboard shows the secret under Settings of your app")
	}
	k.secret(p.then("client_secret_file"), s.ClientSecretFile)
	k.secret(p.then("token_file"), s.TokenFile)
	for i, file := range s.WebhookSecretFiles {
		k.secret(p.then("webhook_secret_files", index(i)), file)
	}
	k.atLeast(p.then("sweep_days"), s.SweepDays, 1)
	k.shopAddress(p, s.URL, s.AllowPrivate)
	k.certificates(p.then("ca_file"), s.CAFile)
	if ch.CustomerMail && (s.NotifyCustomer == nil || *s.NotifyCustomer) {
		k.bad(p.then("notify_customer"), "is on, and so is the channel's customer_mail: the customer would get two mails for each parcel; expected one of them")
	}
}

// shopAddress checks the address of a shop system's API.
func (k *checker) shopAddress(p path, text string, private bool) {
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		k.bad(p.then("url"), "is %q; expected an address like https://shop.example", text)
	case u.Scheme == "http" && !private:
		k.bad(p.then("url"), "is not encrypted; expected https, or allow_private: true for an address on this machine or in a private network")
	case u.User != nil:
		k.bad(p.then("url"), "holds a password; it belongs into a file of its own")
	}
}
