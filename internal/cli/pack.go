package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/rego"
)

// ruleFlag is the flag --rules: the directories with custom policies.
type ruleFlag struct {
	getenv func(string) string
	dirs   []string
}

func (f *ruleFlag) register(cmd *cobra.Command, p Process) {
	f.getenv = p.Getenv
	cmd.Flags().StringArrayVar(&f.dirs, "rules", nil,
		"`directory` with custom policies; by default rules/ next to PulumiPolicy.yaml, and "+
			"POLICYPACK_RULES, as in a preview")
	if err := cmd.MarkFlagDirname("rules"); err != nil {
		panic(err) // the flag was registered just now
	}
}

// directories returns the directories in the flag, without duplicates, or those that the analyzer would read here.
func (f *ruleFlag) directories() []string {
	var dirs []string
	for _, d := range f.dirs {
		if !slices.Contains(dirs, d) { // cobra parses the flags twice to complete a word
			dirs = append(dirs, d)
		}
	}
	if len(dirs) > 0 {
		return dirs
	}
	if _, err := os.Stat("PulumiPolicy.yaml"); err == nil {
		if info, err := os.Stat("rules"); err == nil && info.IsDir() {
			dirs = append(dirs, "rules")
		}
	}
	return append(dirs, filepath.SplitList(f.getenv("POLICYPACK_RULES"))...)
}

// load reads the built-in policies, those in the directories, and those in POLICYPACK_BUNDLE, as in a preview.
func (f *ruleFlag) load() (*pack.Pack, error) {
	return loadPack(f.directories(), f.getenv("POLICYPACK_BUNDLE"))
}

// loadPack reads the built-in policies, those in the directories, and those in an organisation's bundle, if set.
func loadPack(dirs []string, bundle string) (*pack.Pack, error) {
	sources, err := session.BundledRules(bundle)
	if err != nil {
		return nil, err
	}
	p, err := ownPack()
	if err != nil || len(dirs)+len(sources) == 0 {
		return p, err
	}
	for _, d := range dirs {
		switch info, err := os.Stat(d); {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: no such directory; expected a directory of policy folders", d)
		case err != nil:
			return nil, err
		case !info.IsDir():
			return nil, fmt.Errorf("%s: expected a directory of policy folders, got a file", d)
		}
		sources = append(sources,
			pack.Source{FS: os.DirFS(d), Prefix: filepath.ToSlash(filepath.Clean(d)), Root: "rules"})
	}
	if p, err = p.With(sources, session.Docs()); err != nil {
		return nil, fmt.Errorf("the rules have mistakes:\n%w", err)
	}
	schema, err := fs.ReadFile(rego.FS, "schemas/input.json")
	if err != nil {
		return nil, err
	}
	return p, p.SetSchema(schema)
}

func ownPack() (*pack.Pack, error) {
	return session.OwnPack()
}

// printTable prints an aligned table.
func printTable(w io.Writer, rows [][]string) { report.Columns(w, rows) }
