package lazy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// All expressions of this program compile, and none does so before it is needed.
func TestExpressionsOfTheProgram(t *testing.T) {
	t.Parallel()
	root, lazily := os.DirFS("../.."), 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "tests" || name == "internal/lazy" || d.Name() == "testdata" ||
			name != "." && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, 0)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				of, ok := call.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				switch pkg, _ := of.X.(*ast.Ident); {
				case pkg == nil:
				case pkg.Name == "lazy":
					if expr, ok := literal(call.Args[0]); ok {
						lazily++
						if _, err := regexp.Compile(expr); err != nil {
							t.Errorf("%s: %v", set.Position(call.Pos()), err)
						}
					}
				case pkg.Name == "regexp" && strings.HasPrefix(of.Sel.Name, "MustCompile"):
					if _, ok := d.(*ast.GenDecl); ok {
						t.Errorf("%s: it is compiled at every start; use lazy.Regexp", set.Position(call.Pos()))
					}
				}
				return true
			})
		}
		return nil
	})
	if err != nil || lazily < 30 {
		t.Errorf("found %d expressions: %v", lazily, err)
	}
}

// literal returns the text of a literal, or of several that are joined.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		x, okX := literal(e.X)
		y, okY := literal(e.Y)
		return x + y, okX && okY
	}
	return "", false
}
