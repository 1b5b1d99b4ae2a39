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

// ruleFlag is the flag --rules: the directories with an organisation's own policies.
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

// directories returns the directories that the flag names, each once, or those that the engine's analyzer would read
// here.
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

// load reads the pack's own policies, those in the directories, and those of POLICYPACK_BUNDLE, as in a preview.
func (f *ruleFlag) load() (*pack.Pack, error) {
	return loadPack(f.directories(), f.getenv("POLICYPACK_BUNDLE"))
}

// loadPack reads the pack's own policies, those in the directories, and those of an organisation's bundle if it is
// named.
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
			return nil, fmt.Errorf("%s: there is no such directory; --rules wants one with policy folders", d)
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

// printTable prints rows with their cells aligned.
func printTable(w io.Writer, rows [][]string) { report.Columns(w, rows) }
