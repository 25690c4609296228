package channeltest

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// Answering GraphQL: what a query selects of a tree of values. Parsing and validation are gqlparser's; how dear a query is, is Shopify's rule.

// object is a thing of the API, by the names of its fields.
type object map[string]any

// connection is a list that is read page by page; cursors are places in it.
type connection []object

// limited is a plain list that takes "first".
type limited []object

// selected gives what a selection asks for of a value.
func selected(set ast.SelectionSet, value any, vars map[string]any) any {
	switch v := value.(type) {
	case object:
		if v == nil {
			return nil
		}
		out := map[string]any{}
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if s.Name == "__typename" {
					out[s.Alias] = s.ObjectDefinition.Name
					continue
				}
				out[s.Alias] = field(s, v[s.Name], vars)
			case *ast.FragmentSpread:
				for name, value := range selected(s.Definition.SelectionSet, v, vars).(map[string]any) {
					out[name] = value
				}
			case *ast.InlineFragment:
				for name, value := range selected(s.SelectionSet, v, vars).(map[string]any) {
					out[name] = value
				}
			}
		}
		return out
	case []object:
		out := make([]any, len(v))
		for i := range v {
			out[i] = selected(set, v[i], vars)
		}
		return out
	}
	return value
}

func field(f *ast.Field, value any, vars map[string]any) any {
	args := f.ArgumentMap(vars)
	switch v := value.(type) {
	case connection:
		start, _ := strconv.Atoi(fmt.Sprint(args["after"]))
		end := min(start+number(args["first"]), len(v))
		start = min(start, end)
		page := object{"nodes": []object(v[start:end]), "pageInfo": object{"hasNextPage": end < len(v), "hasPreviousPage": start > 0, "endCursor": nil, "startCursor": nil}}
		if end > start {
			page["pageInfo"].(object)["endCursor"] = strconv.Itoa(end)
		}
		return selected(f.SelectionSet, page, vars)
	case limited:
		most := len(v)
		if args["first"] != nil {
			most = min(most, number(args["first"]))
		}
		return selected(f.SelectionSet, []object(v[:most]), vars)
	}
	return selected(f.SelectionSet, value, vars)
}

func number(v any) int {
	switch v := v.(type) {
	case int64:
		return int(v)
	case float64:
		return int(v)
	case nil:
		return 0
	}
	n, _ := strconv.Atoi(fmt.Sprint(v))
	return n
}

// costOf is what a query may cost: an object one point, a list its first argument times what is selected of each, scalars and enums nothing; a mutation ten
// (shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits). wrong tells arguments that the API refuses.
func costOf(set ast.SelectionSet, vars map[string]any, wrong func(string)) (cost int) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if len(s.SelectionSet) == 0 {
				continue
			}
			inner := 1 + costOf(s.SelectionSet, vars, wrong)
			if nodes := child(s, "nodes"); nodes != nil {
				inner = 1 + costOf(nodes.SelectionSet, vars, wrong)
			}
			args := s.ArgumentMap(vars)
			isPage := s.SelectionSet != nil && s.Definition.Arguments.ForName("first") != nil
			switch {
			case isPage && args["first"] == nil && args["last"] == nil && s.Definition.Arguments.ForName("after") != nil:
				wrong(s.Name + ": you must provide one of first or last")
			case isPage && number(args["first"]) > 250:
				wrong(s.Name + ": first is more than 250")
			case isPage:
				cost += 2 + number(args["first"])*inner
			default:
				cost += inner
			}
		case *ast.FragmentSpread:
			cost += costOf(s.Definition.SelectionSet, vars, wrong)
		case *ast.InlineFragment:
			cost += costOf(s.SelectionSet, vars, wrong)
		}
	}
	return cost
}

func child(f *ast.Field, name string) *ast.Field {
	for _, s := range f.SelectionSet {
		if c, ok := s.(*ast.Field); ok && c.Name == name {
			return c
		}
	}
	return nil
}
