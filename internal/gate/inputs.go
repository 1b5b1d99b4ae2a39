package gate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/lazy"
)

// Inputs are what a job asks of the gate. Paths count from the working directory.
type Inputs struct {
	Mode      string   // one of Modes
	Stacks    []string // to preview: STACK in each of the projects, DIR:STACK in that one
	Projects  []string // the directories of the Pulumi programs; * stands for any part of a name
	Args      []string // further arguments of pulumi preview
	Jobs      int      // how many previews run beside each other
	Config    string   // for --policy-pack-config; with exemptions and baseline
	Rules     []string // directories with policies of the repository
	Bundle    string   // a signed bundle of rules and exemptions
	Base      string   // of a pull request: a full commit, or the name of a branch of origin
	Trust     string   // base, or head: a pull request of the repository's own may bring its own exemptions
	Fork      bool     // the change comes from outside
	Reports   string   // the directory of the reports
	AttestKey string   // the private key that signs an attestation of each stack
	// BreakGlassKey is the file with the public key of break-glass tokens; on pull requests always that of the base.
	BreakGlassKey string
	Changed       bool   // only what the change touches is checked
	Comment       bool   // the report becomes a comment on the pull request
	Category      string // of the analysis in code scanning; empty for one of each source
	Program       string // the pack that previews run with, outside of the checkout on pull requests
}

// What a gate does.
const (
	All     = "all"
	Preview = "preview"
	Check   = "check"
)

// Modes lists what a gate does.
func Modes() []string { return []string{All, Preview, Check} }

// What a pull request's exemptions are taken from.
const (
	TrustBase = "base"
	TrustHead = "head"
)

// Fields splits a list of names, which are separated by blanks, commas or lines.
func Fields(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(", \t\r\n", c) })
}

// Lines splits a list of paths, which are separated by commas or lines and may hold blanks.
func Lines(text string) (paths []string) {
	for path := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune(",\r\n", c) }) {
		if path = strings.TrimSpace(path); path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

var category = lazy.Regexp(`^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$`)

var stackName = lazy.Regexp(`^[A-Za-z0-9_./][A-Za-z0-9_./-]*$`)

// check refuses what cannot be meant.
func (in *Inputs) check() error {
	switch {
	case !slices.Contains(Modes(), in.Mode):
		return fmt.Errorf("GATE_MODE: expected all, preview or check, got %q", in.Mode)
	case in.Trust != TrustBase && in.Trust != TrustHead:
		return fmt.Errorf("GATE_TRUST: expected base or head, got %q", in.Trust)
	case in.Jobs < 1:
		return fmt.Errorf("GATE_JOBS: expected a positive number, got %d", in.Jobs)
	}
	if in.Category != "" && !category().MatchString(in.Category) {
		return fmt.Errorf("GATE_CATEGORY: expected only letters, digits and . _ - /, got %q", in.Category)
	}
	if slices.Contains(in.Args, "--") {
		return errors.New("GATE_ARGS: -- is not allowed, since it would end the flags of pulumi preview before the " +
			"policy pack")
	}
	for _, s := range in.Stacks {
		if _, name := splitStack(s); !stackName().MatchString(name) {
			return fmt.Errorf("GATE_STACK: not a stack name: %s", s)
		}
	}
	return nil
}

// absolute makes a path of the inputs absolute.
func (g *gate) absolute(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(g.root, path)
}

// findProgram finds the pack that previews run with, and the key that signs attestations.
func (g *gate) findProgram(context.Context) error {
	program, err := exec.LookPath(g.in.Program)
	if err != nil {
		return errors.New("POLICYPACK: no such program; install policypack first")
	}
	g.program = g.absolute(program)
	g.beside = filepath.Dir(g.program)
	if g.in.AttestKey = g.absolute(g.in.AttestKey); g.in.AttestKey != "" {
		f, err := os.Open(g.in.AttestKey)
		if err != nil {
			return errors.New("GATE_ATTEST_KEY: the file does not exist or cannot be read")
		}
		return f.Close()
	}
	return nil
}

// prepareReports makes an empty directory of reports: files that the checkout brings along are not reports, and a link
// may lead anywhere.
func (g *gate) prepareReports(context.Context) error {
	dir := g.absolute(g.in.Reports)
	g.in.Reports = dir
	if strings.ContainsAny(dir, ",\"\n") {
		return errors.New("GATE_REPORTS: expected a path without commas, quotes and line breaks")
	}
	if info, err := os.Lstat(dir); err == nil && info.Mode()&os.ModeSymlink != 0 {
		return errors.New("GATE_REPORTS: expected a directory, got a link")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // others read reports
		return fmt.Errorf("GATE_REPORTS: cannot create the directory: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("GATE_REPORTS: %w", err)
	}
	for _, e := range entries {
		old := slices.ContainsFunc([]string{"check*.json", "preview-*.json", "attestation-*.json", "policypack.*"},
			func(pattern string) bool { ok, _ := filepath.Match(pattern, e.Name()); return ok })
		if !old {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("GATE_REPORTS: cannot remove old reports: %w", err)
		}
	}
	return nil
}
