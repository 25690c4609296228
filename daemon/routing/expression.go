package routing

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// Bounds of one expression. With them a rule's time grows with the order's size at most: no list is gone through inside another, and no pattern is
// made from what a buyer wrote. The worst rule over the largest order that is taken is measured by BenchmarkWorst.
const (
	maxExpression = 2_000   // bytes
	maxExprNodes  = 250     // operators, names and values
	maxTextWork   = 10      // comparisons of texts with patterns and the like, for each entry of a list
	memoryBudget  = 100_000 // elements that a run may make
)

// ExpressionError is a mistake in an expression, with its place in it.
type ExpressionError struct {
	Line, Column int // both from 1, in characters
	Text         string
}

func (e *ExpressionError) Error() string {
	if e.Line > 1 {
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Text)
	}
	return fmt.Sprintf("column %d: %s", e.Column, e.Text)
}

// expression is a compiled condition. It never changes and is safe for concurrent use.
type expression struct {
	text    string
	program *vm.Program
	names   []string // what it asks, as written: "total", "ship_to.country"
}

// allowed are the functions of the expression language that rules may use, beside money and like. What asks the clock, makes long texts or takes
// documents apart is left out.
var allowed = []string{"all", "any", "one", "none", "filter", "map", "count", "find", "sum", "len", "lower", "upper", "trim", "hasPrefix", "hasSuffix"}

// compile reads a condition over Facts. Error: *ExpressionError.
func compile(text string) (*expression, error) {
	if len(text) > maxExpression {
		return nil, &ExpressionError{1, 1, fmt.Sprintf("is longer than %d bytes; make two gates of it", maxExpression)}
	}
	judge := &judge{}
	program, err := expr.Compile(text, append(slices.Clone(language()), expr.Patch(judge))...)
	if err == nil || judge.err != nil { // what the judge found is the better explanation
		err = judge.err
	}
	if err != nil {
		return nil, explained(text, err)
	}
	return &expression{text, program, judge.names}, nil
}

// language are the words and bounds of the expression language.
func language() []expr.Option {
	options := []expr.Option{expr.Env(&Facts{}), expr.AsBool(), expr.WarnOnAny(), expr.MaxNodes(maxExprNodes), expr.DisableAllBuiltins(),
		expr.Function("money", func(args ...any) (any, error) {
			texts := make([]string, len(args))
			for i, a := range args {
				texts[i], _ = a.(string)
			}
			return parseLimit(texts)
		}, new(func(...string) Limit)),
		expr.Function("like", func(args ...any) (any, error) {
			text, _ := args[0].(string)
			pattern, ok := args[1].(glob)
			return ok && pattern.whole.MatchString(text), nil
		}, new(func(string, string) bool), new(func(string, glob) bool)),
	}
	for _, name := range allowed {
		options = append(options, expr.EnableBuiltin(name))
	}
	for _, c := range comparisons {
		options = append(options, expr.Function(c.name, func(args ...any) (any, error) {
			n, err := compareMoney(args[0], args[1])
			return err == nil && c.holds(n), err
		}, new(func(Money, Money) bool), new(func(Money, Limit) bool), new(func(Limit, Money) bool)), expr.Operator(c.operator, c.name))
	}
	return options
}

// glob is the pattern of like(text, "PS-*"): the whole text, small and capital letters alike, * for anything and ? for one character.
type glob struct{ whole *regexp.Regexp }

func globOf(text string) glob {
	text = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(text))
	return glob{regexp.MustCompile(`(?is)\A` + text + `\z`)}
}

// judge looks at every part of an expression as it is compiled: it makes constants of what is one, notes what is asked, and refuses what the
// language would take and a rule must not have.
type judge struct {
	names []string
	err   error
}

func (j *judge) refuse(n ast.Node, format string, args ...any) {
	if j.err == nil {
		j.err = &file.Error{Location: n.Location(), Message: fmt.Sprintf(format, args...)}
	}
}

// Visit is called for every part, inner ones first.
func (j *judge) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if n.Value == "$env" || slices.ContainsFunc(comparisons, func(c comparison) bool { return c.name == n.Value }) {
			j.refuse(n, "unknown name %s", n.Value)
		}
		j.note(n.Value)
	case *ast.MemberNode:
		if name, ok := pathOf(n); ok {
			j.note(name)
		}
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
			j.call(node, n, callee.Value)
		}
	case *ast.BuiltinNode:
		if slices.ContainsFunc(n.Arguments, isPredicate) && slices.ContainsFunc(n.Arguments, hasInner) {
			j.refuse(n, "%s stands over a list inside another one; write two gates, or use filter: any(filter(lines, …), …)", n.Name)
		}
		if n.Name == "sum" && slices.ContainsFunc(n.Arguments, isMoney) {
			j.refuse(n, "sum adds numbers and no money; what all lines cost together is total, what one costs is its .total")
		}
	case *ast.PredicateNode:
		var w work
		ast.Walk(&n.Node, &w)
		if w.note != nil {
			j.refuse(w.note, "note cannot stand inside the condition of a list: it is long, and would be gone through for each entry")
		}
		if w.texts > maxTextWork {
			j.refuse(n, "has %d comparisons of texts for each entry of a list; at most %d are taken. Make two gates of it", w.texts, maxTextWork)
		}
	case *ast.VariableDeclaratorNode:
		j.refuse(n, "there is no let here; write the condition out")
	case *ast.SequenceNode: // of several only the last one would count
		j.refuse(n, "a gate has one condition; put and, or between several")
	case *ast.MapNode:
		j.refuse(n, "there are no maps here; list the values: risk in [\"medium\", \"high\"]")
	case *ast.BinaryNode:
		j.binary(n)
	}
}

// work counts what the condition of a list costs for each entry.
type work struct {
	texts int
	note  ast.Node
}

func (w *work) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if n.Value == "note" {
			w.note = n
		} else if n.Value == "like" {
			w.texts++
		}
	case *ast.BinaryNode:
		if slices.Contains([]string{"matches", "contains", "startsWith", "endsWith", "+"}, n.Operator) {
			w.texts++
		}
	case *ast.BuiltinNode:
		if slices.Contains([]string{"lower", "upper", "trim", "hasPrefix", "hasSuffix"}, n.Name) {
			w.texts++
		}
	}
}

func (j *judge) note(name string) {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		j.names = slices.DeleteFunc(j.names, func(s string) bool { return s == name[:i] })
	}
	if !slices.Contains(j.names, name) {
		j.names = append(j.names, name)
	}
}

// pathOf gives "ship_to.country" for a field of a field.
func pathOf(n *ast.MemberNode) (string, bool) {
	field, ok := n.Property.(*ast.StringNode)
	if !ok {
		return "", false
	}
	if root, ok := n.Node.(*ast.IdentifierNode); ok {
		return root.Value + "." + field.Value, true
	}
	return "", false
}

// call makes a constant of money("500 USD") and of a like over a constant pattern.
func (j *judge) call(node *ast.Node, n *ast.CallNode, name string) {
	switch name {
	case "money":
		var texts []string
		for _, a := range n.Arguments {
			s, ok := a.(*ast.StringNode)
			if !ok {
				j.refuse(a, "money takes amounts as texts, like money(\"500 USD\", \"450 EUR\")")
				return
			}
			texts = append(texts, s.Value)
		}
		limit, err := parseLimit(texts)
		if err != nil {
			at := ast.Node(n)
			if len(n.Arguments) > 0 {
				at = n.Arguments[0]
			}
			j.refuse(at, "%v", err)
			return
		}
		j.constant(node, limit)
		j.forget(name)
	case "like":
		if len(n.Arguments) == 2 {
			switch pattern := n.Arguments[1].(type) {
			case *ast.StringNode:
				j.constant(&n.Arguments[1], globOf(pattern.Value))
			case *ast.ConstantNode: // seen before
			default:
				j.refuse(pattern, "the pattern of like must stand in quotes, like like(.sku, \"PS-*\")")
			}
		}
		j.forget(name)
	}
}

// constant puts a value that is known now in the place of what would work it out for each order.
func (j *judge) constant(node *ast.Node, value any) {
	c := &ast.ConstantNode{Value: value}
	c.SetLocation((*node).Location())
	c.SetType(reflect.TypeOf(value))
	ast.Patch(node, c)
}

func (j *judge) forget(name string) {
	j.names = slices.DeleteFunc(j.names, func(s string) bool { return s == name })
}

func (j *judge) binary(n *ast.BinaryNode) {
	left, right := n.Left.Type(), n.Right.Type()
	sum := func(n ast.Node) bool { _, ok := n.(*ast.BinaryNode); return ok && unknown(n.Type()) } // the compiler refuses it in better words
	money := func(t reflect.Type) bool { return t == reflect.TypeFor[Money]() || t == reflect.TypeFor[Limit]() }
	switch {
	case n.Operator == "matches":
		if _, ok := n.Right.(*ast.StringNode); !ok {
			j.refuse(n.Right, "the pattern of matches must stand in quotes: one that is put together could be written by a buyer")
		}
	case n.Operator == "..":
		j.refuse(n, "there are no ranges here; list the values: [1, 2, 3]")
	case money(left) != money(right) && !sum(n.Left) && !sum(n.Right) && n.Operator != "and" && n.Operator != "or" && n.Operator != "&&" && n.Operator != "||":
		j.refuse(n, "money is compared with money, in a currency: total > money(\"500 USD\"); several: money(\"500 USD\", \"450 EUR\")")
	}
}

// isMoney holds for what gives money, or a list of it.
func isMoney(n ast.Node) bool {
	if p, ok := n.(*ast.PredicateNode); ok {
		n = p.Node
	}
	return n.Type() == reflect.TypeFor[Money]() || n.Type() == reflect.TypeFor[[]Money]()
}

func unknown(t reflect.Type) bool { return t == nil || t.Kind() == reflect.Interface }

func isPredicate(n ast.Node) bool { _, ok := n.(*ast.PredicateNode); return ok }

// hasInner holds for a predicate in which another list is gone through.
func hasInner(n ast.Node) bool {
	if !isPredicate(n) {
		return false
	}
	var f finder
	ast.Walk(&n, &f)
	return f.found
}

// finder looks for what goes through a list.
type finder struct{ found bool }

func (f *finder) Visit(node *ast.Node) {
	if n, ok := (*node).(*ast.BuiltinNode); ok {
		f.found = f.found || slices.ContainsFunc(n.Arguments, isPredicate)
	}
}

// plainer puts what a person reads in the place of what the expression language says.
var plainer = strings.NewReplacer("routing.Money", "money", "routing.Limit", "money", "routing.Facts", "order", "routing.Place", "address", "routing.Person", "customer",
	"routing.Item", "line", "[]line", "list of lines", "[]string", "list of texts", "mismatched types ", "", "unknown name ", "there is no ",
	"expected bool, but got int", "the whole must be true or false, and is a number", "expected bool, but got string", "the whole must be true or false, and is a text",
	"expected bool, but got ", "the whole must be true or false, and is ", "unexpected token EOF", "it ends here, and something is missing", "int)", "number)", "int and", "number and",
	"string)", "text)", "string and", "text and", "error parsing regexp: ", "no regular expression: ")

// noField is how the library says that a group has no such field.
var noField = regexp.MustCompile(`^type (\S+) has no field (.*)$`)

// explained turns the library's error into a place and a sentence.
func explained(text string, err error) error {
	e := &ExpressionError{Line: 1, Column: 1, Text: err.Error()}
	var at *file.Error
	if !errors.As(err, &at) {
		e.Text = plainer.Replace(e.Text)
		return e
	}
	before := []rune(text)
	before = before[:min(max(at.From, 0), len(before))]
	for _, r := range before {
		if e.Column++; r == '\n' {
			e.Line, e.Column = e.Line+1, 1
		}
	}
	e.Text = plainer.Replace(at.Message)
	if strings.Contains(at.Message, "exceeds maximum allowed nodes") {
		e.Text = fmt.Sprintf("has more than %d names, values and operators; make two gates of it", maxExprNodes)
	}
	if name, ok := strings.CutPrefix(e.Text, "there is no "); ok {
		e.Text += "; " + hint(name)
	}
	if m := noField.FindStringSubmatch(at.Message); m != nil {
		for _, t := range []reflect.Type{reflect.TypeFor[Place](), reflect.TypeFor[Person](), reflect.TypeFor[Item]()} {
			if t.String() == m[1] {
				e.Text = fmt.Sprintf("there is no %s here; there are %s", m[2], strings.Join(fieldNames(t), ", "))
			}
		}
	}
	return e
}

// hint says what there is in the place of a name that is not known.
func hint(name string) string {
	known := append(fieldNames(reflect.TypeFor[Facts]()), append(slices.Clone(allowed), "money", "like")...)
	for _, k := range known {
		if strings.EqualFold(strings.ReplaceAll(name, "_", ""), strings.ReplaceAll(k, "_", "")) {
			return "did you mean " + k + "?"
		}
	}
	if slices.Contains(fieldNames(reflect.TypeFor[Place]()), name) {
		return "did you mean ship_to." + name + "?"
	}
	return "docs/gates.md lists what a rule may ask: " + strings.Join(fieldNames(reflect.TypeFor[Facts]()), ", ")
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("expr"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// holds judges an order. An error says why the question has no answer; whoever asks holds the order then.
func (x *expression) holds(f *Facts) (bool, error) {
	machine := vm.VM{MemoryBudget: memoryBudget}
	answer, err := machine.Run(x.program, f)
	if err != nil {
		var at *file.Error
		if errors.As(err, &at) {
			return false, errors.New(plainer.Replace(at.Message))
		}
		return false, err
	}
	yes, ok := answer.(bool)
	if !ok {
		return false, fmt.Errorf("the answer is %T and not yes or no", answer)
	}
	return yes, nil
}

// asked tells what the expression asked and what the order says: "total is 612.00 USD, ship_to.country is NG".
func (x *expression) asked(f *Facts) string {
	var texts []string
	for _, name := range x.names {
		if value, many, ok := valueOf(reflect.ValueOf(f).Elem(), name); ok {
			is := " is "
			if many {
				is = " are "
			}
			texts = append(texts, name+is+value)
		}
	}
	return strings.Join(texts, ", ")
}

// valueOf writes the value of a field as a person reads it; many: it is a list.
func valueOf(v reflect.Value, name string) (text string, many, ok bool) {
	for step := range strings.SplitSeq(name, ".") {
		if v.Kind() != reflect.Struct {
			return "", false, false
		}
		i := slices.IndexFunc(reflect.VisibleFields(v.Type()), func(f reflect.StructField) bool { return f.Tag.Get("expr") == step })
		if i < 0 {
			return "", false, false
		}
		v = v.Field(i)
	}
	switch value := v.Interface().(type) {
	case Money:
		return value.String(), false, true
	case string:
		return quoted(value), false, true
	case []string:
		return listed(value), true, true
	case []Item:
		texts := make([]string, len(value))
		for i, l := range value {
			texts[i] = fmt.Sprintf("%d x %s", l.Quantity, l.SKU)
		}
		return listed(texts), true, true
	case bool:
		return map[bool]string{true: "true", false: "false"}[value], false, true
	case int:
		return strconv.Itoa(value), false, true
	}
	return "", false, false
}

// listed writes the first of a list.
func listed(texts []string) string {
	if len(texts) == 0 {
		return "empty"
	}
	more := ""
	if n := len(texts) - 5; n > 0 {
		texts, more = texts[:5], fmt.Sprintf(" and %d more", n)
	}
	short := make([]string, len(texts))
	for i, t := range texts {
		short[i] = shortened(t)
	}
	return strings.Join(short, ", ") + more
}

func quoted(s string) string { return fmt.Sprintf("%q", shortened(s)) }

// shortened cuts what buyers write at length.
func shortened(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
