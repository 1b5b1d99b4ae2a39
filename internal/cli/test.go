package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/unit"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

func testCommand(p Process) *cobra.Command {
	return &cobra.Command{
		Use: "test DIR...", Short: "Test custom policies", Args: takes(1, -1),
		Long: "Test custom policies: run their unit tests (*_test.rego), and evaluate their examples\n" +
			"(examples.yaml) as in a preview. DIR is a directory of policy folders, such as rules.",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := newSuite(args, p)
			if err != nil {
				return err
			}
			if err := s.run(cmd.Context()); err != nil {
				return err
			}
			return s.report(cmd)
		},
	}
}

// testLimit is how long one unit test may take.
const testLimit = 5 * time.Second

// suite is one run of the test command.
type suite struct {
	process Process
	own     bool     // the built-in policies, not an organisation's
	dirs    []string // of the organisation's policies, all one pack
	loaded  *pack.Pack
	tests   map[string]*ast.Module // by file; those to run
	others  map[string]*ast.Module // what the tests use
	results map[string]*result     // by policy, or by folder if it is not a policy
}

// result is the outcome of the tests of one policy.
type result struct {
	tests, examples int
	failures        []failure
}

// failure is a failed test or example, with a text of one or more lines. The file is empty if the text includes it.
type failure struct {
	file string
	row  int
	text string
}

func (f failure) String() string {
	if f.file == "" {
		return f.text
	}
	return fmt.Sprintf("%s:%d: %s", f.file, f.row, f.text)
}

func newSuite(dirs []string, p Process) (*suite, error) {
	s := &suite{
		process: p, tests: map[string]*ast.Module{}, results: map[string]*result{},
	}
	var err error
	if s.own, err = ownPolicies(dirs); err != nil {
		return nil, err
	}
	if !s.own {
		s.dirs = dirs
	}
	if s.loaded, err = loadPack(s.dirs, ""); err != nil {
		return nil, err
	}
	if s.own {
		if err := pack.FreshMetadata(policies.FS); err != nil {
			return nil, err
		}
	}
	s.loaded = s.loaded.Whole()
	if _, err := s.loaded.Check(); err != nil {
		return nil, fmt.Errorf("the rules have mistakes:\n%w", err)
	}
	if s.others, err = s.loaded.Modules(); err != nil {
		return nil, err
	}
	var mistakes pack.Errors
	for _, d := range dirs {
		mistakes = append(mistakes, testModules(os.DirFS(d), filepath.ToSlash(filepath.Clean(d)), s.tests)...)
	}
	if s.own {
		mistakes = append(mistakes, testModules(rego.FS, "rego", s.others)...)
	}
	if len(mistakes) > 0 {
		return nil, fmt.Errorf("the tests have mistakes:\n%w", mistakes)
	}
	for _, q := range s.loaded.Policies {
		if q.Own == s.own {
			s.results[q.Name] = &result{}
		}
	}
	return s, nil
}

// testModules parses the *_test.rego files of a tree into modules.
func testModules(fsys fs.FS, prefix string, modules map[string]*ast.Module) (mistakes pack.Errors) {
	err := fs.WalkDir(fsys, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.rego") {
			return err
		}
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		file := path.Join(prefix, name)
		m, err := ast.ParseModuleWithOpts(file, string(b), ast.ParserOptions{
			ProcessAnnotation: true, RegoVersion: ast.RegoV1, Capabilities: pack.Capabilities(),
		})
		var list ast.Errors
		switch {
		case errors.As(err, &list):
			mistakes = append(mistakes, regoMistakes(list)...)
		case err != nil:
			return err
		case m != nil:
			modules[file] = m
		}
		return nil
	})
	if err != nil {
		mistakes = append(mistakes, pack.Mistake{File: prefix, Message: err.Error()})
	}
	return mistakes
}

func regoMistakes(list ast.Errors) (mistakes pack.Errors) {
	for _, e := range list {
		m := pack.Mistake{File: "rego", Message: e.Message}
		if e.Location != nil {
			m.File, m.Row = e.Location.File, e.Location.Row
		}
		mistakes = append(mistakes, m)
	}
	return mistakes
}

// ownPolicies reports whether the only directory is the folder of built-in policies in a checkout. Those are part of
// the program, so they can only be tested by a program built from them.
func ownPolicies(dirs []string) (bool, error) {
	dir := dirs[0]
	own := false
	err := fs.WalkDir(policies.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		theirs, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) && !own {
			return fs.SkipAll
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		own = own || strings.Contains(string(theirs), "\npackage policies.")
		ours, err := fs.ReadFile(policies.FS, name)
		if err == nil && own && string(ours) != string(theirs) {
			return notBuiltFrom(dir, name)
		}
		return err
	})
	if err == nil && own && len(dirs) > 1 {
		return true, fmt.Errorf("%s contains the built-in policies; test them separately", dir)
	}
	if err != nil || !own {
		return own, err
	}
	added, err := filepath.Glob(filepath.Join(dir, "*", "*.rego"))
	for _, file := range added {
		name, _ := filepath.Rel(dir, file)
		if _, err := fs.Stat(policies.FS, filepath.ToSlash(name)); err != nil {
			return true, notBuiltFrom(dir, name)
		}
	}
	return true, err
}

// notBuiltFrom is the error for a file in a checkout that differs from the one built into this program.
func notBuiltFrom(dir, name string) error {
	return fmt.Errorf("%s differs from the file that this program was built from; test with `go run ./cmd/policypack "+
		"test %s`, or rebuild the program",
		filepath.ToSlash(filepath.Join(dir, name)), dir)
}

func (s *suite) run(ctx context.Context) error {
	if err := s.units(ctx); err != nil {
		return err
	}
	return s.examples(ctx)
}

// units runs the tests written in Rego.
func (s *suite) units(ctx context.Context) error {
	results, err := unit.Run(ctx, s.tests, s.others, testLimit)
	if err != nil {
		var list ast.Errors
		if errors.As(err, &list) {
			err = regoMistakes(list)
		}
		return fmt.Errorf("the tests have mistakes:\n%w", err)
	}
	for _, one := range results {
		r := s.of(one.File)
		r.tests++
		what := one.Name
		switch {
		case one.Err != nil:
			what += ": " + one.Err.Error()
		case one.Failed && one.Expression != "":
			what += ": not true: " + firstLine(one.Expression)
		case one.Failed:
		default:
			continue
		}
		if out := strings.TrimSpace(one.Output); out != "" {
			what += "\n" + out
		}
		r.failures = append(r.failures, failure{one.File, one.Row, what})
	}
	return nil
}

// of returns the result of the policy in whose folder the file is.
func (s *suite) of(file string) *result {
	for _, q := range s.loaded.Policies {
		if strings.HasPrefix(file, path.Dir(filepath.ToSlash(q.File))+"/") && s.results[q.Name] != nil {
			return s.results[q.Name]
		}
	}
	if s.own {
		for name, r := range s.results {
			if path.Base(path.Dir(file)) == strings.ReplaceAll(name, "-", "_") {
				return r
			}
		}
	}
	folder := path.Base(path.Dir(file))
	if s.results[folder] == nil {
		s.results[folder] = &result{}
	}
	return s.results[folder]
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}

// report prints a line for each policy, with its failures below it.
func (s *suite) report(cmd *cobra.Command) error {
	w := cmd.OutOrStdout()
	failed, width := 0, 0
	for name := range s.results {
		width = max(width, len(name))
	}
	for _, name := range slices.Sorted(maps.Keys(s.results)) {
		r := s.results[name]
		word, counts := "ok",
			fmt.Sprintf("%s, %s", report.Plural(r.tests, "test"), report.Plural(r.examples, "example"))
		switch {
		case len(r.failures) > 0:
			word, counts = "FAIL", counts+", "+report.Plural(len(r.failures), "failure")
			failed++
		case r.tests+r.examples == 0:
			word, counts = "?", "no tests and no examples"
		}
		fmt.Fprintf(w, "%-4s  %-*s  %s\n", word, width, name, counts)
		order.By(r.failures, func(a, b failure) int {
			return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.row, b.row), strings.Compare(a.text, b.text))
		})
		for _, f := range r.failures {
			fmt.Fprintln(w, "      "+strings.TrimLeft(indented(f.String(), "          "), " "))
		}
	}
	if failed > 0 {
		fmt.Fprintf(w, "FAIL: %d of %s\n", failed, report.Plural(len(s.results), "policy"))
		return errViolations
	}
	return nil
}
