package templates

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	texttemplate "text/template"
	"text/template/parse"

	"github.com/antzucaro/matchr"
)

//go:embed default
var defaults embed.FS

// Names of the mails.
const (
	PurchaseOrderMail = "purchase_order" // PurchaseOrderData
	ResendMail        = "resend"         // PurchaseOrderData: says plainly that it repeats an earlier message
	BatchMail         = "batch"          // BatchData: several purchase orders, with the file that holds them
	CancellationMail  = "cancellation"   // CancellationData
	ChaseMail         = "chase"          // ChaseData: asks a supplier who is silent
	ShippingMail      = "shipping"       // ShippingData, to the customer
	DigestMail        = "digest"         // DigestData
	AlertMail         = "alert"          // AlertData
)

// Names lists the mails.
func Names() []string {
	return []string{PurchaseOrderMail, ResendMail, BatchMail, CancellationMail, ChaseMail, ShippingMail, DigestMail, AlertMail}
}

// English is the language of last resort: a word that another language lacks is English.
const English = "en"

// Set is all templates, compiled. It never changes after Load and is safe for concurrent use.
type Set struct {
	languages []string
	common    map[string]*compiled            // by language
	suppliers map[string]map[string]*compiled // by slug and language, for suppliers with overrides
}

// layer is what one folder adds or overrides.
type layer struct {
	trees map[string]*parse.Tree
	plain map[string]bool // mails whose HTML is switched off by an empty file
}

// Load reads the defaults and what is overridden. overrides is the folder "templates" beside the configuration, or nil:
//
//	purchase_order.subject, .txt, .html    a whole subject or body, for everybody; an empty .html sends plain text only
//	anything.tmpl                          single blocks: {{define "questions"}}Write to Bob.{{end}}
//	de/…                                   the same, for one language; a new folder makes a new language
//	suppliers/SLUG/…                       the same, for one supplier
//
// Every override is tried with sample data, so the error names at once all that would fail when a mail is rendered.
func Load(overrides fs.FS) (*Set, error) {
	var problems []error
	common, languages, suppliers := layer{}, map[string]layer{}, map[string]layer{}
	if overrides != nil {
		common, problems = readLayer(overrides, ".", problems)
		for _, dir := range folders(overrides, ".", &problems) {
			if dir == "suppliers" {
				continue
			}
			if !languageTag.MatchString(dir) {
				problems = append(problems, fmt.Errorf("templates/%s: expected suppliers or a language like de or pt-BR", dir))
				continue
			}
			languages[dir], problems = readLayer(overrides, dir, problems)
		}
		for _, slug := range folders(overrides, "suppliers", &problems) {
			suppliers[slug], problems = readLayer(overrides, path.Join("suppliers", slug), problems)
		}
	}
	if len(problems) == 0 && len(common.trees)+len(common.plain)+len(languages)+len(suppliers) == 0 {
		return builtinSet(), nil
	}
	base, builtin := builtinLayers()
	return build(base, builtin, common, languages, suppliers, problems)
}

// builtinSet is the set of those who override nothing, compiled and tried once for a process: most start and reload with it.
var builtinSet = sync.OnceValue(func() *Set {
	base, builtin := builtinLayers()
	s, err := build(base, builtin, layer{}, nil, nil, nil)
	if err != nil {
		panic("the embedded templates can be rendered: " + err.Error())
	}
	return s
})

// build compiles a set and tries it.
func build(base layer, builtin map[string]layer, common layer, languages, suppliers map[string]layer, problems []error) (*Set, error) {
	known := slices.Sorted(maps.Keys(builtin))
	for lang := range languages {
		if !slices.Contains(known, lang) {
			known = append(known, lang)
		}
	}
	slices.Sort(known)
	s := &Set{languages: known, common: map[string]*compiled{}, suppliers: map[string]map[string]*compiled{}}
	unused := append([]layer{common}, slices.Collect(maps.Values(languages))...)
	unused = append(unused, slices.Collect(maps.Values(suppliers))...)
	problems = append(problems, orphans(append([]layer{base, builtin[English]}, unused...), unused)...)
	for _, lang := range known {
		layers := []layer{base, builtin[English], builtin[lang], common, languages[lang]}
		s.common[lang] = compile(lang, layers)
		problems = append(problems, s.common[lang].try()...)
	}
	for slug, own := range suppliers {
		s.suppliers[slug] = map[string]*compiled{}
		for _, lang := range known {
			layers := []layer{base, builtin[English], builtin[lang], common, languages[lang], own}
			s.suppliers[slug][lang] = compile(lang, layers)
			problems = append(problems, s.suppliers[slug][lang].try()...)
		}
	}
	if err := together(problems); err != nil {
		return nil, err
	}
	return s, nil
}

var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// together joins errors, each text once (the same mistake shows in every language), in a steady order.
func together(problems []error) error {
	seen := map[string]bool{}
	var once []error
	for _, p := range problems {
		if !seen[p.Error()] {
			seen[p.Error()] = true
			once = append(once, p)
		}
	}
	slices.SortStableFunc(once, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(once...)
}

// builtinLayers are the embedded defaults: the structure, and the words by language.
func builtinLayers() (layer, map[string]layer) {
	tree, err := fs.Sub(defaults, "default")
	if err != nil {
		panic("the embedded templates are there: " + err.Error())
	}
	base, problems := readLayer(tree, ".", nil)
	languages := map[string]layer{}
	for _, dir := range folders(tree, ".", &problems) {
		languages[dir], problems = readLayer(tree, dir, problems)
	}
	if err := errors.Join(problems...); err != nil {
		panic("the embedded templates parse: " + err.Error())
	}
	return base, languages
}

func folders(tree fs.FS, dir string, problems *[]error) []string {
	entries, err := fs.ReadDir(tree, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		*problems = append(*problems, fmt.Errorf("templates/%s: %w", dir, err))
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

// maxSource is far more than a mail template needs.
const maxSource = 1 << 20

// readLayer parses the files of one folder.
func readLayer(tree fs.FS, dir string, problems []error) (layer, []error) {
	l := layer{trees: map[string]*parse.Tree{}, plain: map[string]bool{}}
	entries, err := fs.ReadDir(tree, dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, fmt.Errorf("templates/%s: %w", dir, err))
		}
		return l, problems
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
			continue
		}
		shown := path.Join("templates", dir, name)
		if err := expected(name); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", shown, err))
			continue
		}
		source, err := fs.ReadFile(tree, path.Join(dir, name))
		if err == nil && len(source) > maxSource {
			err = fmt.Errorf("is larger than %d bytes", maxSource)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", shown, err))
			continue
		}
		if len(bytes.TrimSpace(source)) == 0 && strings.HasSuffix(name, ".html") {
			l.plain[strings.TrimSuffix(name, ".html")] = true
			continue
		}
		if err := l.parse(shown, name, string(source)); err != nil {
			problems = append(problems, err)
		}
	}
	return l, problems
}

// expected tells whether a file's name means something.
func expected(name string) error {
	ext := path.Ext(name)
	mail := strings.TrimSuffix(name, ext)
	switch {
	case ext == ".tmpl" || name == "layout.html":
		return nil
	case ext != ".subject" && ext != ".txt" && ext != ".html":
		return errors.New("expected a name that ends in .subject, .txt, .html or .tmpl")
	case !slices.Contains(Names(), mail):
		return fmt.Errorf("there is no mail %q%s; expected one of %s, or blocks in a file that ends in .tmpl", mail, suggest(mail, Names()), strings.Join(Names(), ", "))
	}
	return nil
}

// parse reads one file: its blocks, and its own text under the file's name.
func (l *layer) parse(shown, name, source string) error {
	var words compiled // the functions' names matter here, not what they do
	trees, err := parse.Parse(shown, source, "", "", words.functions(), builtins)
	if err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "template: "))
	}
	for block, tree := range trees {
		if block == shown {
			if parse.IsEmptyTree(tree.Root) {
				continue // blocks only
			}
			if path.Ext(name) == ".tmpl" || name == "layout.html" {
				return fmt.Errorf("%s: has text outside of {{define}}…{{end}}, which would never be shown", shown)
			}
			block = name
		} else if _, twice := l.trees[block]; twice {
			return fmt.Errorf("%s: the block %q is defined twice in this folder", shown, block)
		}
		l.trees[block] = tree
	}
	return nil
}

// builtins are the functions of text/template that templates may use. call, html and js are left out: escaping is not the
// template's business.
var builtins = map[string]any{
	"and": true, "or": true, "not": true, "len": true, "index": true, "slice": true, "print": true, "printf": true, "println": true,
	"urlquery": true, "eq": true, "ne": true, "lt": true, "le": true, "gt": true, "ge": true,
}

// orphans finds overriding blocks that nothing uses: most likely the name is mistyped.
func orphans(all, own []layer) []error {
	used := map[string]bool{}
	for _, l := range all {
		for _, tree := range l.trees {
			references(tree.Root, used)
		}
	}
	for _, l := range all[:2] {
		for block := range l.trees {
			used[block] = true
		}
	}
	for _, mail := range Names() {
		for _, ext := range []string{".subject", ".txt", ".html"} {
			used[mail+ext] = true
		}
	}
	var problems []error
	known := slices.Sorted(maps.Keys(used))
	for _, l := range own {
		for block, tree := range l.trees {
			if !used[block] {
				problems = append(problems, fmt.Errorf("%s: nothing uses the block %q%s", tree.ParseName, block, suggest(block, known)))
			}
		}
	}
	return problems
}

// references collects the names that a template calls by {{template "name"}} or says by {{say "name"}}.
func references(node parse.Node, used map[string]bool) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, inner := range n.Nodes {
				references(inner, used)
			}
		}
	case *parse.TemplateNode:
		used[n.Name] = true
		references(n.Pipe, used)
	case *parse.IfNode:
		branch(&n.BranchNode, used)
	case *parse.RangeNode:
		branch(&n.BranchNode, used)
	case *parse.WithNode:
		branch(&n.BranchNode, used)
	case *parse.ActionNode:
		references(n.Pipe, used)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				references(c, used)
			}
		}
	case *parse.CommandNode:
		for i, arg := range n.Args {
			if name, ok := arg.(*parse.IdentifierNode); ok && name.Ident == "say" && i+1 < len(n.Args) {
				if s, ok := n.Args[i+1].(*parse.StringNode); ok {
					used[s.Text] = true
				}
			}
			references(arg, used)
		}
	}
}

func branch(n *parse.BranchNode, used map[string]bool) {
	references(n.Pipe, used)
	references(n.List, used)
	references(n.ElseList, used)
}

// suggest gives `; did you mean "x"?` for the nearest of the words, or "".
func suggest(word string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		if d := matchr.DamerauLevenshtein(strings.ToLower(word), strings.ToLower(w)); d < least && d < len(word) {
			best, least = w, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// compile puts layers over each other; later ones win. Blocks that end in .html are HTML and escaped as such; everything else,
// words included, is plain text.
func compile(language string, layers []layer) *compiled {
	c := &compiled{language: language, plain: map[string]bool{}, fixed: map[string]string{}}
	c.text = texttemplate.New("text").Option("missingkey=error").Funcs(c.functions())
	c.html = htmltemplate.New("html").Option("missingkey=error").Funcs(c.functions())
	for _, l := range layers {
		for name, tree := range l.trees {
			var err error
			if strings.HasSuffix(name, ".html") {
				_, err = c.html.AddParseTree(name, tree.Copy())
				delete(c.plain, strings.TrimSuffix(name, ".html"))
			} else {
				_, err = c.text.AddParseTree(name, tree.Copy())
				c.keepFixed(name, tree)
			}
			if err != nil {
				panic("a parsed template can be added before it is used: " + err.Error())
			}
		}
		maps.Copy(c.plain, l.plain)
	}
	return c
}

// keepFixed remembers the text of a block that is nothing but text: most words are, and a mail says many of them.
func (c *compiled) keepFixed(name string, tree *parse.Tree) {
	delete(c.fixed, name)
	if len(tree.Root.Nodes) == 1 {
		if text, ok := tree.Root.Nodes[0].(*parse.TextNode); ok {
			c.fixed[name] = string(text.Text)
		}
	}
}
