package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"text/template"
	"time"
)

// Answers is what `waybill init` asks. Empty ones are made up.
type Answers struct {
	Shop          string // the shop's name
	Address       string // of the mailbox that suppliers answer to
	MailHost      string // its server
	Owner         string // the address of the person who hears of exceptions
	SupplierName  string
	SupplierEmail string
	SKUPrefix     string
}

// Ask asks for the answers, one at a time; ask gets the question and what holds when it is answered with nothing. Without a
// terminal ask returns its second argument.
func Ask(ask func(question, otherwise string) (string, error)) (Answers, error) {
	var a Answers
	for _, q := range []struct {
		text      string
		into      *string
		otherwise func() string
	}{
		{"The name of your shop", &a.Shop, func() string { return "Example Shop" }},
		{"The mail address that suppliers answer to", &a.Address, func() string { return "orders@shop.example" }},
		{"The mail server of that mailbox", &a.MailHost, func() string { return "mail." + domainOf(a.Address) }},
		{"Your own address, for what needs a person", &a.Owner, func() string { return "owner@" + domainOf(a.Address) }},
		{"The name of your first supplier", &a.SupplierName, func() string { return "Prairie Supply" }},
		{"The address that gets their orders", &a.SupplierEmail, func() string { return "orders@" + slugOf(a.SupplierName) + ".example" }},
		{"What their SKUs in your shop begin with", &a.SKUPrefix, func() string { return "PS" }},
	} {
		otherwise := q.otherwise()
		text, err := ask(q.text, otherwise)
		if err != nil {
			return a, fmt.Errorf("ask for the configuration: %w", err)
		}
		if *q.into = strings.TrimSpace(text); *q.into == "" {
			*q.into = otherwise
		}
	}
	return a, nil
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// slugOf makes a file name of a supplier's name: "Müller & Co" is "m-ller-co".
func slugOf(name string) string {
	slug := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-"), "-")
	if len(slug) > 40 {
		slug = strings.Trim(slug[:40], "-")
	}
	if slug == "" {
		return "supplier"
	}
	return slug
}

// MailPassword is the file that the example expects the mailbox's password in. Example leaves it empty: an invented password
// would be tried, and some servers lock an account for that.
const MailPassword = "mail-password"

// Example makes a commented configuration to start from: file names and their content. A line that begins with "#" and no
// space is a setting that may be switched on by taking the "#" away. now becomes start_at; zero leaves it switched off.
func Example(a Answers, now time.Time) (map[string]string, error) {
	filled, err := Ask(func(question, otherwise string) (string, error) { return "", nil })
	if err != nil {
		return nil, err
	}
	for i := range reflect.TypeFor[Answers]().NumField() {
		if given := reflect.ValueOf(a).Field(i); given.String() != "" {
			reflect.ValueOf(&filled).Elem().Field(i).Set(given)
		}
	}
	slug := slugOf(filled.SupplierName)
	data := struct {
		Answers
		Slug, Domain, Password, Now string
	}{filled, slug, domainOf(filled.Address), MailPassword, ""}
	if !now.IsZero() {
		data.Now = now.UTC().Format(time.RFC3339)
	}
	files := map[string]string{MailPassword: ""}
	for name, source := range map[string]string{"waybill.yaml": exampleMain, "suppliers/" + slug + ".yaml": exampleSupplier} {
		t, err := template.New(name).Funcs(template.FuncMap{"yaml": quoted, "doc": docOf}).Parse(source)
		if err != nil {
			return nil, fmt.Errorf("the example of %s: %w", name, err)
		}
		var b strings.Builder
		if err := t.Execute(&b, data); err != nil {
			return nil, fmt.Errorf("the example of %s: %w", name, err)
		}
		files[name] = strings.TrimLeft(b.String(), "\n")
	}
	return files, nil
}

// plainYAML are texts that mean themselves without quotes.
var plainYAML = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.@/-]*( [A-Za-z0-9_.@/-]+)*$`)

// quoted writes a text as YAML.
func quoted(text string) string {
	switch strings.ToLower(text) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
	default:
		if plainYAML.MatchString(text) {
			return text
		}
	}
	return "'" + strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "'", "''") + "'"
}

// docOf gives what a setting means, from its tag: docOf("Server.PerMinute").
func docOf(where string) (string, error) {
	group, name, _ := strings.Cut(where, ".")
	for t := range exampleGroups() {
		if t.Name() == group {
			if f, ok := t.FieldByName(name); ok {
				return described(f), nil
			}
		}
	}
	return "", fmt.Errorf("there is no setting %s", where)
}

func exampleGroups() map[reflect.Type]bool {
	all := map[reflect.Type]bool{}
	for _, t := range []reflect.Type{reflect.TypeFor[Shop](), reflect.TypeFor[Config](), reflect.TypeFor[Server](), reflect.TypeFor[Mailbox](), reflect.TypeFor[Operator](),
		reflect.TypeFor[Channel](), reflect.TypeFor[Routing](), reflect.TypeFor[Supplier](), reflect.TypeFor[Send](), reflect.TypeFor[File](), reflect.TypeFor[Read](),
		reflect.TypeFor[Rules](), reflect.TypeFor[Database](), reflect.TypeFor[Sending](), reflect.TypeFor[HTTP]()} {
		all[t] = true
	}
	return all
}

// Write writes the files of an example into a folder. It never overwrites: when one of them is there already, nothing is written. Files
// without an ending hold secrets and are readable by their owner only.
func Write(dir string, files map[string]string) error {
	names := slices.Sorted(maps.Keys(files))
	var there []string
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			there = append(there, name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("look for %s: %w", name, err)
		}
	}
	if len(there) > 0 {
		return fmt.Errorf("%s already has %s; nothing was written", dir, strings.Join(there, ", "))
	}
	for _, name := range names {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("make the folder of %s: %w", name, err)
		}
		mode := fs.FileMode(0o644)
		if filepath.Ext(name) == "" {
			mode = 0o600
		}
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		_, err = f.WriteString(files[name])
		if err := errors.Join(err, shared(f, dir, mode), f.Close()); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// shared gives a file that root writes to the group of the folder, who may read it: the daemon that the folder is for does not run as root.
func shared(f *os.File, dir string, mode fs.FileMode) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	folder, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 || folder.Gid == 0 {
		return nil
	}
	return errors.Join(f.Chown(0, int(folder.Gid)), f.Chmod(mode|0o040))
}
