package config

import (
	"encoding/hex"
	"net/url"
	"reflect"
	"regexp"
	"strings"
)

// Profile is what is known of a mail provider. Numbers and addresses are from the pages that stand beside them, as of 2025; a mailbox can
// override each.
type Profile struct {
	// Title is what people call it, Login the authorization server.
	Title, Login string
	SMTP, IMAP   Server // host, port, tls and limits
	// PlusAddresses: orders+KEY@… arrives.
	PlusAddresses bool
	// Rewrites is what it replaces in mail that is handed in: message_id, envelope.
	Rewrites []string
	// StoresSent: mail handed in by SMTP appears in the Sent folder by itself, so that it can be read back there.
	StoresSent bool
	// AuthServID begins the Authentication-Results that it writes; "" means that it writes none that name themselves, or that this is not
	// known. Nothing is believed because of it alone (promise 10).
	AuthServID string
	OAuth      OAuth
	// Params go with the page to log in at; Host is where that page sends the browser back to.
	Params map[string]string
	Host   string
	// AppPassword is the shape of passwords for programs, with spaces left out; nil when not known. NoPassword says that none is taken.
	AppPassword *regexp.Regexp
	AppHelp     string
	NoPassword  string
}

// profileOf gives a provider's profile.
func profileOf(provider string) Profile {
	switch provider {
	case "gmail":
		return gmail()
	case "microsoft365":
		return microsoft365()
	case "fastmail":
		return fastmail()
	}
	return Profile{}
}

// gmail is Gmail, with an address of one's own (Google Workspace) or at gmail.com.
func gmail() Profile {
	return Profile{
		Title: "Gmail", Login: "Google",
		// developers.google.com/workspace/gmail/imap/imap-smtp
		IMAP: Server{Host: "imap.gmail.com", Port: 993, TLS: "implicit"},
		// support.google.com/a/answer/166852: 2,000 messages and 10,000 recipients in a rolling 24 hours, 3,000 of them outside of one's
		// domain, 500 messages on trial and at gmail.com. A limit a minute is not published.
		SMTP:          Server{Host: "smtp.gmail.com", Port: 465, TLS: "implicit", PerDay: 2000},
		PlusAddresses: true,
		// The envelope sender becomes the account's address. A Message-ID that is well formed stays.
		Rewrites: []string{"envelope"}, StoresSent: true, AuthServID: "mx.google.com",
		// developers.google.com/identity/protocols/oauth2/native-app, developers.google.com/workspace/gmail/imap/xoauth2-protocol. There is no
		// device_url: developers.google.com/identity/protocols/oauth2/limited-input-device#allowedscopes does not list mail.
		OAuth: OAuth{AuthorizationURL: "https://accounts.google.com/o/oauth2/v2/auth", TokenURL: "https://oauth2.googleapis.com/token",
			Scopes: []string{"https://mail.google.com/"}},
		// offline and consent: without both, a second login brings no refresh token.
		Params: map[string]string{"access_type": "offline", "prompt": "consent"}, Host: "127.0.0.1",
		// support.google.com/accounts/answer/185833
		AppPassword: regexp.MustCompile(`^[a-z]{16}$`), AppHelp: "16 small letters, from https://myaccount.google.com/apppasswords (2-Step Verification must be on)",
	}
}

// microsoft365 is Exchange Online.
func microsoft365() Profile {
	return Profile{
		Title: "Microsoft 365", Login: "Microsoft",
		// learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/pop3-and-imap4/pop3-and-imap4
		IMAP: Server{Host: "outlook.office365.com", Port: 993, TLS: "implicit"},
		// learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits: 30 messages a minute,
		// 10,000 recipients a day; three connections at once (techcommunity.microsoft.com, "Changes coming to the SMTP Authenticated Submission client protocol").
		SMTP:          Server{Host: "smtp.office365.com", Port: 587, TLS: "starttls", PerMinute: 30, PerDay: 10000},
		PlusAddresses: true, // learn.microsoft.com/exchange/recipients-in-exchange-online/plus-addressing-in-exchange-online: on unless an administrator has switched it off
		Rewrites:      []string{"message_id"}, StoresSent: true,
		// Its Authentication-Results begin without a name (against RFC 8601, section 2.2), so there is none to configure.
		AuthServID: "",
		// learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
		OAuth: OAuth{
			AuthorizationURL: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
			TokenURL:         "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
			DeviceURL:        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
			Scopes:           []string{"https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send", "offline_access"}},
		// learn.microsoft.com/entra/identity-platform/reply-url: the port is ignored for localhost only.
		Host:       "localhost",
		NoPassword: "Microsoft 365 takes no passwords over IMAP any more; expected oauth (docs/mailboxes.md)",
	}
}

// fastmail is Fastmail.
func fastmail() Profile {
	return Profile{
		Title: "Fastmail", Login: "Fastmail",
		// www.fastmail.help, "Server names and ports". Its limits by plan are not filled in: set smtp.per_day to yours.
		IMAP:          Server{Host: "imap.fastmail.com", Port: 993, TLS: "implicit"},
		SMTP:          Server{Host: "smtp.fastmail.com", Port: 465, TLS: "implicit"},
		PlusAddresses: true,
		AppPassword:   regexp.MustCompile(`^[a-z0-9]{16}$`), AppHelp: "16 letters and digits, from Settings, Privacy & Security, Manage app passwords; the web site's password is never taken",
	}
}

// Profile is what is known of the mailbox's provider.
func (m Mailbox) Profile() Profile {
	profile := profileOf(m.Provider)
	if _, domain, _ := strings.Cut(strings.ToLower(m.Address), "@"); domain == "gmail.com" || domain == "googlemail.com" {
		profile.SMTP.PerDay = min(profile.SMTP.PerDay, 500)
	}
	return profile
}

// fill puts the provider's values where the file says nothing.
func (k *checker) fill(p path, m *Mailbox, profile Profile) {
	for _, half := range []struct {
		name string
		to   **Server
		from Server
	}{{"smtp", &m.SMTP, profile.SMTP}, {"imap", &m.IMAP, profile.IMAP}} {
		if *half.to == nil && half.from.Host != "" {
			*half.to = filled[Server]()
		}
		s := *half.to
		if s == nil {
			continue
		}
		at := p.then(half.name)
		if half.from.Host != "" && !k.has(at.then("host")) {
			s.Host = half.from.Host
			if !k.has(at.then("tls")) {
				s.TLS = half.from.TLS
			}
			if !k.has(at.then("port")) && s.TLS == half.from.TLS {
				s.Port = half.from.Port
			}
		}
		if !k.has(at.then("per_minute")) {
			s.PerMinute = half.from.PerMinute
		}
		if !k.has(at.then("per_day")) {
			s.PerDay = half.from.PerDay
		}
		if !k.has(at.then("password_file")) {
			s.PasswordFile = m.PasswordFile
		}
	}
	if !k.has(p.then("plus_addresses")) {
		m.PlusAddresses = profile.PlusAddresses
	}
	if !k.has(p.then("rewrites")) {
		m.Rewrites = profile.Rewrites
	}
	if !k.has(p.then("read_sent")) {
		m.ReadSent = profile.StoresSent && m.IMAP != nil
	}
	if !k.has(p.then("authserv_id")) {
		m.AuthServID = profile.AuthServID
	}
}

// filled is a group of settings of which nothing stands in the file.
func filled[T any]() *T {
	v := new(T)
	var quiet []Problem
	(&decoder{problems: &quiet}).into(nil, reflect.ValueOf(v).Elem(), nil, reflect.StructField{})
	return v
}

// oauth fills in the provider's endpoints and looks at what is there.
func (k *checker) oauth(p path, o *OAuth, profile Profile) {
	known := profile.OAuth
	for _, u := range []struct {
		name string
		to   *string
		from string
	}{{"authorization_url", &o.AuthorizationURL, known.AuthorizationURL}, {"token_url", &o.TokenURL, known.TokenURL}, {"device_url", &o.DeviceURL, known.DeviceURL}} {
		if !k.has(p.then(u.name)) {
			tenant := o.Tenant
			if tenant == "" {
				tenant = "common"
			}
			*u.to = strings.ReplaceAll(u.from, "{tenant}", url.PathEscape(tenant))
		} else if address, err := url.Parse(*u.to); *u.to != "" && (err != nil || address.Scheme != "https" || address.Host == "") {
			k.bad(p.then(u.name), "is %q; expected an address that begins with https://", *u.to)
		}
	}
	if !k.has(p.then("scopes")) {
		o.Scopes = known.Scopes
	}
	if o.Tenant != "" && !strings.Contains(known.TokenURL, "{tenant}") {
		k.bad(p.then("tenant"), "only means something with provider: microsoft365")
	} else if o.Tenant != "" && !isHost(o.Tenant) {
		k.bad(p.then("tenant"), "is %q; expected the directory (tenant) ID from the app's overview page, or a domain", o.Tenant)
	}
	if o.TokenURL == "" {
		k.bad(p.then("token_url"), "is missing: only Google's and Microsoft's are known; expected it, or provider: gmail or microsoft365")
	} else if o.AuthorizationURL == "" && o.DeviceURL == "" {
		k.bad(p.then("authorization_url"), "is missing, and so is device_url: there is no way to log in")
	}
	if len(o.Scopes) == 0 && o.TokenURL != "" {
		k.bad(p.then("scopes"), "is missing: the permissions that your authorization server knows for mail")
	}
	k.secret(p.then("client_secret_file"), o.ClientSecretFile)
	k.certificates(p.then("ca_file"), o.CAFile)
}

// appPassword warns of a password that the provider will not take.
func (k *checker) appPassword(p path, file string, profile Profile) {
	at := p.then("password_file")
	if file == "" {
		return
	}
	for _, half := range []string{"imap", "smtp"} {
		if k.has(p.then(half, "password_file")) {
			at = p.then(half, "password_file")
		}
	}
	if profile.NoPassword != "" {
		k.warn(at, "%s", profile.NoPassword)
		return
	}
	text, err := k.c.Secret(file)
	if err == nil && profile.AppPassword != nil && !profile.AppPassword.MatchString(AppPassword(text)) {
		k.warn(at, "%s holds no app password of %s, and the account's own is not taken; expected %s", file, profile.Title, profile.AppHelp)
	}
}

// AppPassword takes the spaces out of an app password: providers show it in groups.
func AppPassword(text string) string { return strings.ReplaceAll(text, " ", "") }

// tokenKey looks at a key that is configured; one that is not is made at first use.
func (k *checker) tokenKey(p path, file string) {
	text, ok := k.secret(p, file)
	if raw, err := hex.DecodeString(text); ok && (err != nil || len(raw) != 32) {
		k.bad(p, "%s holds no key; expected 64 hexadecimal digits, as openssl rand -hex 32 prints", file)
	}
}
