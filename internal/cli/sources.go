package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// kind says what a source is read as.
type kind string

const (
	kindAuto       kind = "auto"
	kindRepository kind = "repository"
	kindTerraform  kind = "terraform"
	kindState      kind = "state"
	kindReport     kind = "report" // for baselines alone; no value of --kind
)

// kinds are the values of --kind.
var kinds = [...]kind{kindAuto, kindRepository, kindTerraform, kindState}

func parseKind(s string) (kind, error) {
	if i := slices.Index(kinds[:], kind(s)); i >= 0 {
		return kinds[i], nil
	}
	return "", fmt.Errorf("--kind: want one of auto, repository, terraform, state, got %q", s)
}

// stdinName is the path that stands for the standard input.
const stdinName = "-"

// target is one thing that is judged: a repository, or a file.
type target struct {
	name string // as it is shown
	path string
	kind kind // kindAuto where the content will tell
	dir  bool
	// unread is how many states and plans, as far as anyone has looked, lie in the directory and are read as text.
	unread int
}

// file is the name under which programs that want a file find a state or a plan again, empty where they cannot.
func (t target) file() string {
	if t.path == stdinName || !filepath.IsLocal(t.path) {
		return ""
	}
	return filepath.ToSlash(filepath.Clean(t.path))
}

// targets turns paths into what is to be judged, each once and in the order given. A directory of exported states becomes one
// target for each export; snapshot tells that there was one. What is wrong with a path is told to fail.
func targets(paths []string, forced kind, fail func(name string, err error)) (all []target, snapshot bool) {
	seen := map[string]bool{}
	add := func(t target) {
		if key := filepath.Clean(t.path); !seen[key] {
			seen[key] = true
			all = append(all, t)
		}
	}
	for _, p := range paths {
		t := target{name: filepath.ToSlash(p), path: p, kind: forced}
		if p == stdinName {
			t.name = "stdin"
			add(t)
			continue
		}
		info, err := os.Stat(p)
		switch {
		case err != nil:
			fail(t.name, withoutPath(err))
		case !info.IsDir():
			add(t)
		case forced == kindRepository:
			t.dir = true
			add(t)
		default:
			if forced == kindAuto {
				states, plans, others := survey(p)
				if t.kind, t.unread = kindRepository, states+plans; states > 0 && plans+others == 0 {
					t.kind = kindState
				}
			}
			if t.kind == kindRepository {
				t.dir = true
				add(t)
				continue
			}
			files, err := exports(p, t.kind)
			if err == nil && len(files) == 0 {
				err = errors.New("the directory holds no .json and no .json.gz file")
				if t.kind == kindTerraform {
					err = errors.New("the directory holds no .json, .json.gz, .tfstate or .tfplan file")
				}
			}
			if err != nil {
				fail(t.name, withoutPath(err))
			}
			snapshot = snapshot || t.kind == kindState
			for _, f := range files {
				add(target{name: filepath.ToSlash(f), path: f, kind: t.kind})
			}
		}
	}
	return all, snapshot
}

// exports lists the files of a directory, and of those below, that can be exported states or plans. Of a directory in which
// Pulumi's local backend keeps its stacks it lists the stacks, and not their backups and histories.
func exports(dir string, k kind) ([]string, error) {
	var files []string
	err := walkExports(dir, func(path string, wanted bool) error {
		if wanted && (k == kindTerraform || jsonName(path)) {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// survey counts the states and the plans that a directory holds, and its other files, as far as it looks: not into the
// directory of a repository's git, and at the files that come first.
func survey(dir string) (states, plans, others int) {
	stop := errors.New("enough")
	err := walkExports(dir, func(path string, wanted bool) error {
		var k kind
		if wanted {
			k = sniffed(path)
		}
		switch k {
		case kindState:
			states++
		case kindTerraform:
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

// maxSurvey is how many files are looked at to tell what a directory is.
const maxSurvey = 2000

// sniffed tells what a file looks like, by its first bytes.
func sniffed(path string) kind {
	in, err := openInput(path, nil)
	if err != nil {
		return kindAuto
	}
	defer in.close() //nolint:errcheck // nothing was written
	return recognized(in.head)
}

// walkExports calls each for the files below a directory, sorted, and tells which of them have the name of an export. It
// leaves out hidden files and directories, and what a local backend keeps beside its stacks.
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
