package check

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
)

// Kind is the kind of a source.
type Kind string

// The kinds of sources. Auto determines the kind from the content.
const (
	Auto       Kind = "auto"
	Repository Kind = "repository"
	Terraform  Kind = "terraform"
	State      Kind = "state"
	aReport    Kind = "report" // for baselines alone; no value of --kind
)

// kinds are the values of --kind.
var kinds = [...]Kind{Auto, Repository, Terraform, State}

// ParseKind parses a value of --kind.
func ParseKind(s string) (Kind, error) {
	if i := slices.Index(kinds[:], Kind(s)); i >= 0 {
		return kinds[i], nil
	}
	return "", fmt.Errorf("expected one of auto, repository, terraform, state, got %q", s)
}

// Kinds lists the values that [ParseKind] accepts.
func Kinds() (names []string) {
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return names
}

// Stack is the name of a stack, as given with --stack. Parts that are not given are empty.
type Stack struct{ Organization, Project, Stack string }

// log describes a state or plan of the stack in the decision log.
func (s Stack) log(kind string, t target) decisionlog.Run {
	return decisionlog.Run{
		Organization: s.Organization, Project: s.Project, Stack: s.Stack,
		Source: &decisionlog.Source{Kind: kind, Name: t.name},
	}
}

// ParseStack parses [[ORGANIZATION/]PROJECT/]STACK, and reports whether the text is valid.
func ParseStack(text string) (s Stack, ok bool) {
	parts := strings.Split(text, "/")
	if len(parts) > 3 || slices.Contains(parts, "") {
		return s, false
	}
	for i, to := range []*string{&s.Stack, &s.Project, &s.Organization}[:len(parts)] {
		*to = parts[len(parts)-1-i]
	}
	return s, true
}

// Stdin is the path that means standard input.
const Stdin = "-"

// target is a repository or file to check.
type target struct {
	name string // as it is shown
	path string
	kind Kind // Auto where the content will tell
	dir  bool
	// unread is the number of states and plans in the directory, as far as searched, that are read as text.
	unread int
}

// file returns the name under which other programs find a state or a plan, empty if they cannot.
func (t target) file() string {
	if t.path == Stdin || !filepath.IsLocal(t.path) {
		return ""
	}
	return filepath.ToSlash(filepath.Clean(t.path))
}

// targets resolves paths to the targets to check, each once and in the order given. A directory of exported states
// becomes one target per export; snapshot reports whether there was one. Errors about a path are passed to fail.
func targets(paths []string, forced Kind, fail func(name string, err error)) (all []target, snapshot bool) {
	seen := map[string]bool{}
	add := func(t target) {
		if key := filepath.Clean(t.path); !seen[key] {
			seen[key] = true
			all = append(all, t)
		}
	}
	for _, p := range paths {
		t := target{name: filepath.ToSlash(p), path: p, kind: forced}
		if p == Stdin {
			t.name = "stdin"
			add(t)
			continue
		}
		info, err := os.Stat(p)
		switch {
		case err != nil:
			fail(t.name, WithoutPath(err))
		case !info.IsDir():
			add(t)
		case forced == Repository:
			t.dir = true
			add(t)
		default:
			if forced == Auto {
				states, plans, others := survey(p)
				if t.kind, t.unread = Repository, states+plans; states > 0 && plans+others == 0 {
					t.kind = State
				}
			}
			if t.kind == Repository {
				t.dir = true
				add(t)
				continue
			}
			files, err := Exports(p, t.kind)
			if err == nil && len(files) == 0 {
				err = errors.New("the directory contains no .json or .json.gz file")
				if t.kind == Terraform {
					err = errors.New("the directory contains no .json, .json.gz, .tfstate or .tfplan file")
				}
			}
			if err != nil {
				fail(t.name, WithoutPath(err))
			}
			snapshot = snapshot || t.kind == State
			for _, f := range files {
				add(target{name: filepath.ToSlash(f), path: f, kind: t.kind})
			}
		}
	}
	return all, snapshot
}

// Exports lists the files of a directory and its subdirectories that may be exported states or plans. For a directory
// of Pulumi's local backend it lists the stacks, without their backups and histories.
func Exports(dir string, k Kind) ([]string, error) {
	var files []string
	err := walkExports(dir, func(path string, wanted bool) error {
		if wanted && (k == Terraform || jsonName(path)) {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// survey counts the states, the plans and the other files of a directory. It skips the git directory of a repository,
// and stops after the first files.
func survey(dir string) (states, plans, others int) {
	stop := errors.New("enough")
	err := walkExports(dir, func(path string, wanted bool) error {
		var k Kind
		if wanted {
			k = sniffed(path)
		}
		switch k {
		case State:
			states++
		case Terraform:
			plans++
		default:
			others++
		}
		if states+plans+others == maxSurvey {
			return stop
		}
		return nil
	})
	if err != nil && !errors.Is(err, stop) {
		others++ // what cannot be read is told by who reads it
	}
	return states, plans, others
}

// maxSurvey is the number of files that determine the kind of a directory.
const maxSurvey = 2000

// sniffed returns the kind of a file from its first bytes.
func sniffed(path string) Kind {
	in, err := Open(path, nil)
	if err != nil {
		return Auto
	}
	defer in.Close() //nolint:errcheck // nothing was written
	return recognised(in.Head)
}

// walkExports calls each for the files below a directory, sorted, with whether a file has the name of an export. It
// skips hidden files and directories, and the other files of a local backend.
func walkExports(dir string, each func(path string, wanted bool) error) error {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		return each(filepath.Join(dir, ".git"), false)
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		backend := filepath.Base(filepath.Dir(path)) == ".pulumi"
		hidden := path != dir && strings.HasPrefix(d.Name(), ".") && d.Name() != ".pulumi"
		switch {
		case d.IsDir() && (hidden || backend && d.Name() != "stacks"):
			return fs.SkipDir
		case d.IsDir(), hidden, backend:
			return nil
		}
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
			return nil
		}
		inBackend := strings.Contains(filepath.ToSlash(path), "/.pulumi/stacks/")
		wanted := jsonName(path) || terraformName(path)
		if inBackend && !wanted {
			return nil // .bak and .attrs
		}
		return each(path, wanted)
	})
}
