package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/allowance"
	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/rego"
)

// Docs returns the URL of the folder with the policies' pages.
func Docs() string { return policypack.Page("") }

// waiting waits for rules, which are compiled by then or soon will be.
type waiting func() (*evaluator.Evaluator, error)

// decide asks the rules about a document.
func decide(ctx context.Context, rules waiting, document ast.Value, b evaluator.Budget) ([]evaluator.Decision, error) {
	e, err := rules()
	if err != nil {
		return nil, err
	}
	return e.Decide(ctx, document, b)
}

// loaded is the pack as it was read, with the evaluator that may still be compiling.
type loaded struct {
	pack      *pack.Pack
	catalogue *catalogue.Catalogue
	evaluator waiting              // of resources and stacks
	files     waiting              // of files of a repository, which previews do without
	refs      map[string]*ast.Term // policy name to its entry in input.policies
	bundles   []*central.Bundle
	floors    []*floor.Floor // of the bundles, nil for one that has none
	dirs      []pack.Source  // the directories with the organisation's rules
	defaults  string         // SHA-256 of its defaults, in hex; empty where it has none
	unbundled bool           // pinned keys need no bundle
}

// load reads the pack's own policies, the organisation's rules and its bundles.
func load(o Options) (*loaded, error) {
	rules, err := ruleDirs(o.Dir, o.Rules)
	if err != nil {
		return nil, err
	}
	l := &loaded{refs: map[string]*ast.Term{}, unbundled: o.Unbundled, dirs: slices.Clone(rules)}
	if l.bundles, err = bundles(o.Dir, o.Bundle); err != nil {
		return nil, err
	}
	for _, b := range l.bundles {
		if source, ok := b.Rules(); ok {
			rules = append(rules, source)
		}
	}
	if l.pack, err = ownPack(); err != nil {
		return nil, fmt.Errorf("the built-in policies: %w", err)
	}
	if len(rules) > 0 {
		if l.pack, err = l.pack.With(rules, Docs()); err != nil {
			return nil, fmt.Errorf("the organisation's rules have mistakes:\n%w", err)
		}
		if err := allowance.Check(l.pack); err != nil {
			return nil, fmt.Errorf("the organisation's rules have mistakes:\n%w", err)
		}
		schema, err := fs.ReadFile(rego.FS, "schemas/input.json")
		if err != nil {
			return nil, err
		}
		if err := l.pack.SetSchema(schema); err != nil {
			return nil, err
		}
	}
	if l.pack, l.defaults, err = organization(l.pack, o.Dir); err != nil {
		return nil, err
	}
	for _, b := range l.bundles {
		f, err := floor.Parse(b.Floor(), l.pack, b.String())
		if err != nil {
			return nil, fmt.Errorf("%s: data.policypack: the floor has mistakes:\n%w", b.Name(), err)
		}
		l.floors = append(l.floors, f)
	}
	l.evaluator, l.files = ownEvaluator, ownFiles // which an organisation's levels and parameters do not change
	if len(rules) > 0 {
		l.evaluator = sync.OnceValues(func() (*evaluator.Evaluator, error) { return compiled(l.pack, nil) })
		l.files = sync.OnceValues(func() (*evaluator.Evaluator, error) { return compiledWhole(l.pack, nil) })
		// Mistakes in an organisation's rules are told at start; our own are known to compile.
		if _, err := l.evaluator(); err != nil {
			return nil, fmt.Errorf("the organisation's rules have mistakes:\n%w", err)
		}
	}
	if l.catalogue, err = catalogue.Own(); err != nil {
		return nil, fmt.Errorf("the catalogue: %w", err)
	}
	for _, p := range l.pack.Policies {
		l.refs[p.Name] = facts.Reference(p.Name, p.Package, p.Own)
	}
	return l, nil
}

// ruleDirs returns the directories with an organisation's rules: rules/ beside PulumiPolicy.yaml if there is one, and
// those of POLICYPACK_RULES, which must be there.
func ruleDirs(dir string, more []string) ([]pack.Source, error) {
	var sources []pack.Source
	if dir != "" {
		beside := filepath.Join(dir, "rules")
		switch info, err := os.Stat(beside); {
		case err == nil && info.IsDir():
			sources = append(sources, pack.Source{FS: os.DirFS(beside), Prefix: beside, Root: "rules"})
		case err == nil:
			return nil, fmt.Errorf("%s: expected a directory of policy folders, got a file", beside)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	for _, d := range more {
		info, err := os.Stat(d)
		if err != nil {
			return nil, fmt.Errorf("POLICYPACK_RULES: %w", err)
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("POLICYPACK_RULES: %s: expected a directory of policy folders, got a file", d)
		}
		sources = append(sources, pack.Source{FS: os.DirFS(d), Prefix: d, Root: "rules"})
	}
	return sources, nil
}
