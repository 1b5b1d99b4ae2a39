package pack

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// TestPoliciesSayThemselves shows that no program names a policy: what is special about one stands in its METADATA.
// Here the settings are named, which all others read, and package verdict knows which policies leave findings to which.
func TestPoliciesSayThemselves(t *testing.T) {
	t.Parallel()
	p, err := Load(Own(policies.FS, rego.FS), "")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, q := range p.Policies {
		if q.Name != SettingsPolicy {
			names = append(names, q.Name)
		}
	}
	// As a word of its own: test-credential is no policy.
	named := regexp.MustCompile(`(?:^|[^\w-])(` + strings.Join(names, "|") + `)(?:$|[^\w-])`)
	root := os.DirFS("../..")
	seen := 0
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() &&
			(name == "internal/verdict" || d.Name() == "testdata" || name != "." && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		// A class of the catalogue and a case of the corpus are called like the policies that are about them.
		case d.IsDir() && (name == "internal/catalogue" || name == "internal/detect/corpus" || name == "tests"):
			return fs.SkipDir
		case path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, data, 0)
		if err != nil {
			return err
		}
		seen++
		ast.Inspect(file, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
				if found := named.FindStringSubmatch(text.Value); found != nil {
					t.Errorf("%s names the policy %s; say what is special about it in its METADATA",
						set.Position(text.Pos()), found[1])
				}
			}
			return true
		})
		return nil
	})
	if err != nil || seen < 100 {
		t.Errorf("read %d files: %v", seen, err)
	}
}
