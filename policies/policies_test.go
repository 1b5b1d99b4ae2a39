package policies_test

import (
	"context"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// modules parses every Rego file of the project, tests included.
func modules(t *testing.T) map[string]*ast.Module {
	t.Helper()
	parsed := map[string]*ast.Module{}
	for prefix, fsys := range map[string]fs.FS{"policies": policies.FS, "rego": rego.FS} {
		err := fs.WalkDir(fsys, ".", func(name string, _ fs.DirEntry, err error) error {
			if err != nil || path.Ext(name) != ".rego" {
				return err
			}
			b, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			file := path.Join(prefix, name)
			m, err := ast.ParseModuleWithOpts(file, string(b),
				ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
			if err == nil {
				parsed[file] = m
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return parsed
}

// TestRego runs the unit tests of the rules, with what the rules may use at run time. They reach every line of them.
func TestRego(t *testing.T) {
	t.Parallel()
	parsed := modules(t)
	c := ast.NewCompiler().WithCapabilities(pack.Capabilities()).WithEnablePrintStatements(true)
	reached := cover.New()
	results, err := tester.NewRunner().SetCompiler(c).SetModules(parsed).SetCoverageQueryTracer(reached).
		RunTests(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for r := range results {
		switch {
		case r.Error != nil:
			t.Errorf("%s: %s.%s: %v", r.Location, r.Package, r.Name, r.Error)
		case r.Fail, r.Skip:
			t.Errorf("%s: %s.%s: failed or skipped", r.Location, r.Package, r.Name)
		}
	}
	for file, report := range reached.Report(parsed).Files {
		if strings.HasSuffix(file, "_test.rego") {
			continue // lines behind one that failed
		}
		for _, lines := range report.NotCovered {
			t.Errorf("%s:%d: no test reaches this line", file, lines.Start.Row)
		}
	}
}

// TestMetadataIsFresh compares metadata.jsonl, which starts read, with the METADATA that it was generated from.
func TestMetadataIsFresh(t *testing.T) {
	t.Parallel()
	if err := pack.FreshMetadata(policies.FS); err != nil {
		t.Error(err)
	}
}

// TestRegoKeepsToTheSchema compiles the rules against the schema of the input document, as an organisation's are.
func TestRegoKeepsToTheSchema(t *testing.T) {
	t.Parallel()
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), "docs")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := fs.ReadFile(rego.FS, "schemas/input.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.SetSchema(schema); err != nil {
		t.Fatal(err)
	}
	p.Rules = true
	if _, err := p.Whole().Check(); err != nil {
		t.Error(err)
	}
}

// TestEveryTitleIsOfAManager keeps rego/lib/manager.rego and the catalogue together: a title is of a manager that some
// entry has. One without a title is called by its identifier. The parameter managers lists them all.
func TestEveryTitleIsOfAManager(t *testing.T) {
	t.Parallel()
	c, err := catalogue.Own()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, token := range c.Tokens() {
		if k := c.Kind(token); k.Class == catalogue.Store || k.Class == catalogue.Version {
			known[k.Manager] = true
		}
	}
	text, err := fs.ReadFile(rego.FS, "lib/manager.rego")
	if err != nil {
		t.Fatal(err)
	}
	titles := regexp.MustCompile(`(?m)^\t"([a-z0-9-]+)": "`).FindAllSubmatch(text, -1)
	settings, err := fs.ReadFile(policies.FS, "settings/settings.rego")
	if err != nil {
		t.Fatal(err)
	}
	_, listed, _ := strings.Cut(string(settings), "Known ones are ")
	listed, _, _ = strings.Cut(listed, "\n")
	for _, title := range titles {
		if !known[string(title[1])] {
			t.Errorf("rego/lib/manager.rego: no entry of the catalogue has the manager %s", title[1])
		}
		if !regexp.MustCompile(`\b` + string(title[1]) + `\b`).MatchString(listed) {
			t.Errorf("policies/settings/settings.rego: the description of managers does not list %s", title[1])
		}
	}
	if len(titles) < 20 {
		t.Errorf("rego/lib/manager.rego: found %d titles; are they written in another way now?", len(titles))
	}
}
