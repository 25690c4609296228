package config

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// initAt is when the examples are made.
var initAt = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)

func example(t testing.TB, a Answers) (string, map[string]string) {
	t.Helper()
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	files, err := Example(a, initAt)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new", "etc")
	if err := Write(dir, files); err != nil {
		t.Fatal(err)
	}
	return dir, files
}

// TestExampleNeedsOnlyThePassword: what init writes is right but for the password, and says so.
func TestExampleNeedsOnlyThePassword(t *testing.T) {
	dir, files := example(t, Answers{})
	_, err := Load(filepath.Join(dir, "waybill.yaml"))
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	for _, p := range problems {
		if want := "the secret mail-password is empty (" + filepath.Join(dir, "mail-password") + ")"; p.Text != want {
			t.Errorf("got %v", p)
		}
	}
	write(t, filepath.Join(dir, MailPassword), "secret\n")
	c, err := Load(filepath.Join(dir, "waybill.yaml"))
	if err != nil || len(c.Warnings) > 0 {
		t.Fatalf("%v, %v", err, c)
	}
	if s := c.Suppliers["prairie-supply"]; s.Name != "Prairie Supply" || s.SKUs[0].Prefix != "PS" || s.Email[0] != "orders@prairie-supply.example" {
		t.Errorf("%+v", s)
	}
	if s := c.Suppliers["prairie-supply"]; !c.Start.Equal(initAt) || !c.AllShadow() || *s.First != 3 {
		t.Errorf("the first day is not safe: start %v, mode %s, first orders %d", c.Start, c.Mode, *s.First)
	}
	lines := 0
	for line := range strings.Lines(files["suppliers/prairie-supply.yaml"]) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines++
		}
	}
	if lines > 10 {
		t.Errorf("a supplier by email needs %d lines", lines)
	}
}

func TestSecretsOfTheExampleArePrivate(t *testing.T) {
	dir, files := example(t, Answers{})
	for name := range files {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if private := info.Mode().Perm() == 0o600; private != !strings.HasSuffix(name, ".yaml") {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

func TestInitNeverOverwrites(t *testing.T) {
	dir, files := example(t, Answers{})
	write(t, filepath.Join(dir, "waybill.yaml"), "mine")
	if err := os.Remove(filepath.Join(dir, "suppliers/prairie-supply.yaml")); err != nil {
		t.Fatal(err)
	}
	err := Write(dir, files)
	if want := dir + " already has mail-password, waybill.yaml; nothing was written"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "suppliers/prairie-supply.yaml")); err == nil {
		t.Error("something was written")
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "waybill.yaml")); string(text) != "mine" {
		t.Error("a file was overwritten")
	}
}

// TestEverythingSwitchedOn: every setting that the example offers is right.
func TestEverythingSwitchedOn(t *testing.T) {
	dir, files := example(t, Answers{Shop: "Shop: yes", SupplierName: "Müller & Söhne", SKUPrefix: "#1", Owner: "me@shop.example"})
	off := regexp.MustCompile(`(?m)^( *)#([a-z-])`)
	for name, text := range files {
		if strings.HasSuffix(name, ".yaml") {
			write(t, filepath.Join(dir, name), off.ReplaceAllString(text, "$1$2"))
		}
	}
	write(t, filepath.Join(dir, MailPassword), "secret\n")
	write(t, filepath.Join(dir, "webhook-secret"), secrets["whsec"])
	write(t, filepath.Join(dir, "database"), secrets["dsn"])
	c, err := Load(filepath.Join(dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s := c.Suppliers["m-ller-s-hne"]
	if c.Shop.Name != "Shop: yes" || s.Name != "Müller & Söhne" || len(s.SKUs) != 3 || s.SKUs[0].Prefix != "#1" || s.Send.Attach != "csv" ||
		s.Receive == nil || len(s.Rules.Apply) != 1 || c.Routing.Unrouted != "split" || c.Channels["shop"].Webhook == nil || !c.Mailboxes["orders"].PlusAddresses {
		t.Errorf("%+v\n%+v", c, s)
	}
	if strings.Contains(files["waybill.yaml"], "<no value>") {
		t.Error("a value is missing")
	}
}

func TestAsk(t *testing.T) {
	answers := []string{"My Shop", "po@my.example", "", "", "Metro Goods", "", "M-"}
	var asked []string
	got, err := Ask(func(question, otherwise string) (string, error) {
		asked = append(asked, question+" ["+otherwise+"]")
		return answers[len(asked)-1], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Answers{"My Shop", "po@my.example", "mail.my.example", "owner@my.example", "Metro Goods", "orders@metro-goods.example", "M-"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if asked[2] != "The mail server of that mailbox [mail.my.example]" {
		t.Errorf("asked %q", asked[2])
	}
	if _, err := Ask(func(string, string) (string, error) { return "", errors.New("the terminal is gone") }); err == nil {
		t.Error("no error")
	}
}

// TestAnswersAreQuoted: whatever a person types as a name comes back from the file.
func TestAnswersAreQuoted(t *testing.T) {
	for _, name := range []string{"Shop", "yes", "O'Neill's", `Shop "One"`, "a: b", "# x", "007", "{{.Shop}}", "- x", "Łódź", "two\nlines", "*a", "null", "1e3"} {
		dir, _ := example(t, Answers{Shop: name})
		write(t, filepath.Join(dir, MailPassword), "secret\n")
		c, err := Load(filepath.Join(dir, "waybill.yaml"))
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if want := strings.Join(strings.Fields(name), " "); c.Shop.Name != want {
			t.Errorf("%q came back as %q", name, c.Shop.Name)
		}
	}
}
