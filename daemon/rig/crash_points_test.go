package rig

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"waybill/daemon/order"
)

func dispatchState(s string) order.DispatchState { return order.DispatchState(s) }

// buildFailing builds the program with its failpoints when the first test asks for it.
var buildFailing = sync.OnceValues(func() (string, error) {
	plain, err := buildBinary()
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(plain), "waybill-failpoint")
	cmd := exec.Command("go", "build", "-trimpath", "-tags", "failpoint", "-o", path, "waybill/daemon")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build waybill: %w\n%s", err, out)
	}
	return path, nil
})

func failing(t testing.TB) string {
	t.Helper()
	path, err := buildFailing()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestNoFailpoints holds that the program that people run has none: neither the names of their settings nor their code.
func TestNoFailpoints(t *testing.T) {
	for path, want := range map[string]bool{binary(t): false, failing(t): true} {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(raw, []byte("WAYBILL_FAILPOINT")); got != want {
			t.Errorf("%s has failpoints: %v, want %v", filepath.Base(path), got, want)
		}
	}
}

// steps are the functions below folder that change the books, as package.Function: their names are those of the failpoints around their commits.
func steps(t *testing.T, folder string) map[string]bool {
	t.Helper()
	writes := []string{"Write", "Claim", "Mark", "Settle", "SettleWith", "Expire", "ExpireWith"}
	found := map[string]bool{}
	eachFile(t, folder, func(path string, file *ast.File) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if s, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains(writes, s.Sel.Name) && isStore(s.X) {
					found[file.Name.Name+"."+f.Name.Name] = true
				}
				return true
			})
		}
	})
	return found
}

// isStore tells whether an expression is the store, by the names that it has everywhere.
func isStore(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return slices.Contains([]string{"books", "store", "s"}, x.Name)
	case *ast.SelectorExpr:
		return x.Sel.Name == "store" || x.Sel.Name == "books"
	case *ast.CallExpr:
		s, ok := x.Fun.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "Store"
	}
	return false
}

// eachFile parses the program's files of one folder, as they are built for everybody.
func eachFile(t *testing.T, folder string, do func(path string, file *ast.File)) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_on.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		do(name, file)
	}
}

// TestEveryStepHasItsPoint holds that nothing becomes durable and nothing leaves the machine past the failpoints: the books change by the store's one
// writer, connections are opened by a dialer that was passed in, files outside of the books by localFolder.
func TestEveryStepHasItsPoint(t *testing.T) {
	all := steps(t, "../flow")
	if len(all) < 30 {
		t.Errorf("only %d steps were found: %v", len(all), slices.Sorted(maps.Keys(all)))
	}
	t.Logf("%d steps of flow change the books, each with a point before and after: %s", len(all), strings.Join(slices.Sorted(maps.Keys(all)), " "))
	// Who does it past the points, and why that is no step of the protocol.
	allowed := map[string]string{
		"../flow/connect.go":    "host keys that `waybill check --connect` notes",
		"../flow/erasefiles.go": "copies of what is erased, removed before the books forget them, and the list for a restore, written anew from the books",
		"../flow/guard.go":      "the file that pauses sending while the books cannot be written",
		"../flow/seal.go":       "the key that seals logins, made before the first is kept",
	}
	direct := []string{"os.WriteFile", "os.OpenFile", "os.Create", "os.CreateTemp", "os.Rename", "os.Remove", "os.RemoveAll", "os.Link", "os.MkdirAll", "net.Dial", "net.DialTimeout", "http.Get", "http.Post",
		"folder.New", "sql.Open"}
	for _, folder := range []string{"../flow", "../web"} {
		eachFile(t, folder, func(path string, file *ast.File) {
			ast.Inspect(file, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				x, ok := s.X.(*ast.Ident)
				if !ok {
					return true
				}
				name := x.Name + "." + s.Sel.Name
				if slices.Contains(direct, name) && allowed[path] == "" && filepath.Base(path) != "point_off.go" {
					t.Errorf("%s uses %s: there is no failpoint around it", path, name)
				}
				return true
			})
		})
	}
	commits := 0
	eachFile(t, "../store", func(_ string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "commit" {
					commits++
				}
			}
			return true
		})
	})
	if commits != 1 {
		t.Errorf("the store commits at %d places; failpoints are around one", commits)
	}
}
