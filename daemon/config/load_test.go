package config

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var accept = flag.Bool("accept", false, "write what the code says into the golden files; look at the difference before you commit it")

const goodMain = `shop:
  name: Example Shop
mailboxes:
  orders:
    address: orders@shop.example
    smtp: {host: mail.shop.example, password_file: mail-password}
    imap: {host: mail.shop.example, password_file: mail-password}
operator:
  to: owner@shop.example
channels:
  shop:
    folder: {path: orders}
`

const goodSupplier = `name: Prairie Supply
email: orders@prairie.example
skus:
  - prefix: PS
`

// secrets that every test's folder has.
var secrets = map[string]string{
	"mail-password":  "not a real one\n",
	"woo-key":        "ck_0123456789abcdef0123456789abcdef01234567\n",
	"woo-secret":     "cs_0123456789abcdef0123456789abcdef01234567\n",
	"token":          "0123456789abcdef0123456789abcdef\n",
	"short-token":    "0123456789\n",
	"seal":           "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
	"whsec":          "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
	"bad-whsec":      "whsec_AAEC\n",
	"empty":          "\n",
	"hook-url":       "http://127.0.0.1:9000/hook\n",
	"slack-url":      "https://hooks.slack.example/services/T0/B0/sEcReT\n",
	"not-a-url":      "sEcReT\n",
	"bare-url":       "https://ntfy.example\n",
	"dsn":            "postgres://waybill@db.shop.example/waybill",
	"bad-dsn":        "mysql://db",
	"not-a-key":      "hello\n",
	"key":            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n",
	"not-a-cert.pem": "hello\n",
	"ca-cert.pem": `-----BEGIN CERTIFICATE-----
MIIBQDCB86ADAgECAhQVdUz5STdhjW0/ortTuvhmEqGPcDAFBgMrZXAwFTETMBEG
A1UEAwwKRXhhbXBsZSBDQTAgFw0yNjExMjIxNDE1MTVaGA8yMTI2MTAyOTE0MTUx
NVowFTETMBEGA1UEAwwKRXhhbXBsZSBDQTAqMAUGAytlcAMhAMbYP5LI4DZEpB+R
QzEIsXp2PvDex7OGWyIgidk1Joifo1MwUTAdBgNVHQ4EFgQUYRSj7y2KMgOk+ZMc
td51dAaGVDUwHwYDVR0jBBgwFoAUYRSj7y2KMgOk+ZMctd51dAaGVDUwDwYDVR0T
AQH/BAUwAwEB/zAFBgMrZXADQQAVFx/8VTCkTIJy/dK1KvVp0Bekx7a3frx9rzwP
7komA5bKPqAtInD5g88bSdVU4kJvquxD0ipEV0tw6Fo6pYsI
-----END CERTIFICATE-----
`,
}

// folder writes files into a new folder and gives its path.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	dir := t.TempDir()
	for name, text := range secrets {
		write(t, filepath.Join(dir, name), text)
	}
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestMistakes has one file for each mistake that can be made, with the exact words that a person gets. Files of the
// configuration that a case leaves out are good.
func TestMistakes(t *testing.T) {
	cases, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(cases) < 50 {
		t.Fatalf("%d cases (%v)", len(cases), err)
	}
	for _, file := range cases {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(bytes.TrimSpace(archive.Comment)) == 0 {
				t.Error("the case does not say what the mistake is")
			}
			files := map[string]string{"waybill.yaml": goodMain, "suppliers/prairie.yaml": goodSupplier}
			want, golden := "", -1
			for i, f := range archive.Files {
				if f.Name == "want" {
					want, golden = string(f.Data), i
					continue
				}
				files[f.Name] = string(f.Data)
			}
			delete(files, strings.TrimSpace(files["remove"])) // a file that the case wants away
			delete(files, "remove")
			dir := folder(t, files)
			c, err := Load(filepath.Join(dir, "waybill.yaml"))
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				for _, w := range c.Warnings {
					got += "warning: " + w.Error() + "\n"
				}
			}
			got = strings.TrimSpace(strings.ReplaceAll(got, dir+"/", "")) + "\n"
			if golden >= 0 && *accept {
				archive.Files[golden].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if golden < 0 || strings.TrimSpace(want) == "" {
				t.Fatal("the case has no want")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func load(t testing.TB, files map[string]string) *Config {
	t.Helper()
	dir := folder(t, files)
	c, err := Load(filepath.Join(dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDefaults(t *testing.T) {
	c := load(t, map[string]string{"waybill.yaml": goodMain, "suppliers/prairie.yaml": goodSupplier})
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %v", c.Warnings)
	}
	yes, first, most, delay := true, 3, 100, Duration(time.Minute)
	want := &Config{
		Path: c.Path, Dir: filepath.Dir(c.Path),
		Shop:     Shop{Name: "Example Shop", Timezone: "UTC", Working: Working{Hours: "09:00-17:00", Days: []string{"mon", "tue", "wed", "thu", "fri"}}},
		Mode:     "live",
		Sending:  Sending{Delay: delay, FirstOrders: first, PerSupplier: most, Total: 500},
		State:    "/var/lib/waybill",
		Database: Database{Path: "/var/lib/waybill/waybill.db", Lease: Duration(15 * time.Second)},
		HTTP:     HTTP{Listen: "127.0.0.1:8340", PerToken: 6000, PerAddress: 300},
		Mailboxes: map[string]Mailbox{"orders": {Address: "orders@shop.example", Provider: "generic",
			SMTP: &Server{Host: "mail.shop.example", TLS: "implicit", PasswordFile: "mail-password", Connections: 2, Folders: []string{"INBOX", "Junk"}, Elsewhere: &yes, Poll: Duration(time.Minute)},
			IMAP: &Server{Host: "mail.shop.example", TLS: "implicit", PasswordFile: "mail-password", Connections: 2, Folders: []string{"INBOX", "Junk"}, Elsewhere: &yes, Poll: Duration(time.Minute)}}},
		Operator:  Operator{To: []string{"owner@shop.example"}, Digest: []string{"08:00"}, Remind: Duration(12 * time.Hour), Disk: Disk{Percent: 10, MiB: 1024}},
		Deadlines: Deadlines{Chase: true, Wait: Duration(8 * time.Hour)},
		Retention: Retention{Raw: "90 days", Personal: "24 months", RawAge: Age{Days: 90}, PersonalAge: Age{Months: 24}},
		Channels:  map[string]Channel{"shop": {Folder: &WatchedFolder{Path: filepath.Join(filepath.Dir(c.Path), "orders"), Poll: Duration(10 * time.Second)}}},
		Routing:   Routing{Unrouted: "hold", Ambiguous: "hold"},
		Suppliers: map[string]Supplier{"prairie": {Slug: "prairie", File: filepath.Join(c.Dir, "suppliers", "prairie.yaml"), Name: "Prairie Supply",
			Email: []string{"orders@prairie.example"}, Timezone: "UTC", Language: "en", Mode: "live", First: &first, Priority: 100, SKUs: []SKU{{Prefix: "PS"}},
			Send: Send{By: "email", Max: 2, Cap: &most, Delay: &delay, File: File{Format: "csv", Name: "po_{{.Number}}.csv", Header: &yes, Delimiter: ",", Quote: "needed", LineEnd: "crlf", Encoding: "utf-8"}}, Rules: Rules{Proof: "usual"}}},
	}
	if diff := cmp.Diff(want, c, cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "credentials" }, cmp.Ignore())); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestEverySetting has every setting once; the reference test holds that none is forgotten.
func TestEverySetting(t *testing.T) {
	c := load(t, everySetting(t))
	s := c.Suppliers["prairie"]
	for what, is := range map[string]bool{
		"bare SKU":             s.SKUs[0] == SKU{SKU: "PS-SPECIAL"},
		"SKU with zeros":       s.SKUs[1] == SKU{SKU: "00417", Theirs: "0099"},
		"pattern":              s.SKUs[3] == SKU{Pattern: "M([0-9]+)", Theirs: "${1}"},
		"bare column":          s.Send.File.Columns[0] == Column{Field: "po_number"},
		"column":               s.Send.File.Columns[1] == Column{Header: "Name", Field: "ship_name"},
		"fixed column":         s.Send.File.Columns[2] == Column{Header: "Type", Value: "D"},
		"header":               !*s.Send.File.Header,
		"the same server":      s.Receive.SFTP != nil && s.Receive.SFTP.Host == "",
		"a single email":       len(s.Email) == 1,
		"account as written":   s.Account == "00123",
		"supplier's time zone": s.Timezone == "America/Chicago",
		"relative state":       c.State == filepath.Join(c.Dir, "state"),
		"poll":                 c.Mailboxes["orders"].IMAP.Poll == Duration(90*time.Second),
		"anchors":              c.Mailboxes["orders"].SMTP.Host == c.Mailboxes["second"].SMTP.Host,
		"endpoints":            c.Mailboxes["third"].OAuth.TokenURL == "https://login.shop.example/token",
		"start":                c.Start.Equal(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)),
		"no delay":             c.Sending.Delay == 0 && *s.Send.Delay == Duration(2*time.Minute),
		"retention":            c.Retention.RawAge == Age{Days: 28} && c.Retention.PersonalAge == Age{Months: 36},
		"phrases":              s.Read.Phrases["on the road"] == "shipment",
	} {
		if !is {
			t.Errorf("%s is not as written", what)
		}
	}
}

func everySetting(t testing.TB) map[string]string {
	archive, err := txtar.ParseFile("testdata/every_setting.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.Files {
		files[f.Name] = string(f.Data)
	}
	return files
}

func TestSecretsComeFromCredentialsFirst(t *testing.T) {
	dir := folder(t, map[string]string{"waybill.yaml": goodMain, "suppliers/prairie.yaml": goodSupplier})
	credentials := t.TempDir()
	write(t, filepath.Join(credentials, "mail-password"), "from systemd\r\n")
	t.Setenv("CREDENTIALS_DIRECTORY", credentials)
	c, err := Load(filepath.Join(dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"mail-password": "from systemd", "token": "0123456789abcdef0123456789abcdef", filepath.Join(dir, "dsn"): secrets["dsn"]} {
		if got, err := c.Secret(file); got != want || err != nil {
			t.Errorf("%s: %q, %v", file, got, err)
		}
	}
	if _, err := c.Secret("nowhere"); err == nil || !strings.Contains(err.Error(), credentials) || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v", err)
	}
}

func TestOpenSecretsAreWarnedOf(t *testing.T) {
	dir := folder(t, map[string]string{"waybill.yaml": goodMain, "suppliers/prairie.yaml": goodSupplier})
	if err := os.Chmod(filepath.Join(dir, "mail-password"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := Load(filepath.Join(dir, "waybill.yaml"))
	if err != nil || len(c.Warnings) != 2 { // once for smtp, once for imap
		t.Fatalf("%v, %v", c.Warnings, err)
	}
	want := filepath.Join(dir, "waybill.yaml") + ":6: mailboxes.orders.smtp.password_file: everybody on this machine can read " + filepath.Join(dir, "mail-password") + "; chmod 600 it"
	if got := c.Warnings[0].Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAt(t *testing.T) {
	c := load(t, map[string]string{"waybill.yaml": goodMain, "suppliers/prairie.yaml": goodSupplier})
	for want, got := range map[string]string{
		"waybill.yaml:6":           c.At("", "mailboxes", "orders", "smtp", "host"),
		"waybill.yaml:1":           c.At("", "nothing"),
		"suppliers/prairie.yaml:4": c.At("prairie", "skus", "[0]", "prefix"),
	} {
		if got != filepath.Join(c.Dir, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAliasBombEnds(t *testing.T) {
	bomb := "name: &a [x]\n"
	for c := 'b'; c < 'z'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 9) + "]\n"
	}
	dir := folder(t, map[string]string{"waybill.yaml": goodMain, "suppliers/bomb.yaml": bomb + "email: *y\nskus: *y\n"})
	start := time.Now()
	if _, err := Load(filepath.Join(dir, "waybill.yaml")); err == nil {
		t.Error("no error")
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(goodMain, goodSupplier)
	cases, _ := filepath.Glob("testdata/mistakes/*.txtar")
	for _, file := range cases {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		main, supplier := goodMain, goodSupplier
		for _, part := range archive.Files {
			switch part.Name {
			case "waybill.yaml":
				main = string(part.Data)
			case "suppliers/prairie.yaml":
				supplier = string(part.Data)
			}
		}
		f.Add(main, supplier)
	}
	dir := folder(f, nil)
	f.Fuzz(func(t *testing.T, main, supplier string) {
		c := &Config{Path: filepath.Join(dir, "waybill.yaml"), Dir: dir, Suppliers: map[string]Supplier{}}
		s := Supplier{Slug: "prairie"}
		var problems []Problem
		k := checker{c: c, problems: &problems}
		decode := func(file, text string, into any) bool {
			doc, err := parseText(file, []byte(text))
			if err != nil {
				problems = append(problems, Problem{File: file})
				return false
			}
			k.doc = doc
			d := decoder{doc: doc, problems: &problems}
			d.into(doc.root, reflect.ValueOf(into).Elem(), nil, reflect.StructField{})
			return true
		}
		if decode("waybill.yaml", main, c) {
			k.whole = true
			k.main()
		}
		if decode("prairie.yaml", supplier, &s) {
			k.supplier(&s)
		}
		if len(problems) == 0 && (c.Shop.Name == "" || s.Name == "" || len(s.SKUs) == 0 || len(c.Operator.Digest) == 0) {
			t.Errorf("was taken: %+v %+v", c, s)
		}
		for _, p := range problems {
			if p.Line < 0 || p.File == "" {
				t.Errorf("a problem without a place: %+v", p)
			}
		}
	})
}

// TestStateAnyway: what has to work with a wrong configuration finds the state folder.
func TestStateAnyway(t *testing.T) {
	field, _ := reflect.TypeFor[Config]().FieldByName("State")
	if field.Tag.Get("default") != defaultState {
		t.Errorf("the default is %s and %s", field.Tag.Get("default"), defaultState)
	}
	for text, want := range map[string]string{
		"shop: [\nstate: /srv/books\n":                  "/srv/books",
		"shop: [\nstate: \"/srv/my books\"  # here\r\n": "/srv/my books",
		"shop: [\nstate: 'books'\n":                     "/etc/waybill/books",
		"shop: [\n#state: /srv/books\n":                 defaultState,
		"shop: [\n  state: /srv/books\n":                defaultState,
	} {
		if got := stateOf([]byte(text), "/etc/waybill"); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
