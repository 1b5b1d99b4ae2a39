// Package install puts the program into the Pulumi home as the plugins that the engine looks for, and takes them out.
//
// A plugin is a directory plugins/KIND-NAME-vVERSION with the executable pulumi-KIND-NAME in it. Beside it lie, as the
// engine's own installs make them, a .lock that one install at a time holds, a .partial for as long as the directory is
// not complete (the engine does not see it then), and a .lastused.
//
// Among the installed versions the engine starts the newest, whatever PulumiPolicy.yaml says. So one version is installed
// at a time: Install takes older ones away, and refuses to be outdone by a newer one.
package install

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/blang/semver"
)

// Plugin is one of the roles in which the engine starts the program.
type Plugin struct{ Kind, Name string }

// plugins are in the order in which they are installed. The language host is last: the engine prefers it.
var plugins = []Plugin{{"analyzer", "policy-policypack"}, {"language", "policypack"}}

// dir is the name of the plugin's directory.
func (p Plugin) dir(version string) string { return p.Kind + "-" + p.Name + "-v" + version }

// File is the name of the plugin's executable.
func (p Plugin) File() string {
	if runtime.GOOS == "windows" {
		return "pulumi-" + p.Kind + "-" + p.Name + ".exe"
	}
	return "pulumi-" + p.Kind + "-" + p.Name
}

// ErrNewer says that a newer version is installed, which the engine would start in place of this one.
var ErrNewer = errors.New("a newer version is installed, and Pulumi always starts the newest; " +
	"`policypack install --downgrade` replaces it")

// Home is where Pulumi keeps its plugins: PULUMI_HOME, else .pulumi in the user's home as the engine finds it.
func Home(getenv func(string) string) (string, error) {
	if dir := getenv("PULUMI_HOME"); dir != "" {
		return filepath.Abs(dir)
	}
	u, err := user.Current()
	if err != nil || u.HomeDir == "" {
		return "", errors.New("there is no home directory; set PULUMI_HOME to the directory for Pulumi's plugins")
	}
	return filepath.Join(u.HomeDir, ".pulumi"), nil
}

// Change is what was done to one plugin's directory.
type Change struct {
	What What
	Dir  string
	Err  error // why a version that is no longer used could not be removed; the install holds all the same
}

// What is a kind of Change.
type What string

// The kinds of Change.
const (
	Installed What = "installed"
	Repaired  What = "repaired" // it was there, but not whole or not the same program
	Present   What = "already there"
	Removed   What = "removed"
)

// Install puts the executable into home as the given version of both plugins, and removes other versions. It may run
// many times, also at once, and beside Pulumi's own installs; a directory that is not whole is made anew. Where a newer
// version is installed it does nothing and returns ErrNewer, unless downgrade is true.
func Install(home, executable, version string, downgrade bool) ([]Change, error) {
	own, err := semver.Parse(version)
	if err != nil {
		return nil, fmt.Errorf("version %q: %w", version, err)
	}
	root := filepath.Join(home, "plugins")
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, err
	}
	others, err := installed(root)
	if err != nil {
		return nil, err
	}
	others = slices.DeleteFunc(others, func(v found) bool { return v.dir == v.plugin.dir(version) })
	for _, o := range others {
		if o.whole && outdoes(o.version, own) && !downgrade {
			return nil, fmt.Errorf("%s: %w", filepath.Join(root, o.dir), ErrNewer)
		}
	}
	clean(root)
	var changes []Change
	s := source{path: executable}
	for _, p := range plugins {
		dir := filepath.Join(root, p.dir(version))
		what, err := put(dir, p.File(), s)
		if err != nil {
			return changes, fmt.Errorf("%s: %w", dir, err)
		}
		changes = append(changes, Change{What: what, Dir: dir})
		s = source{path: filepath.Join(dir, p.File()), installed: true}
	}
	for _, o := range others {
		// What is newer and not whole is another install under way, which will say itself that it has won.
		if downgrade || !outdoes(o.version, own) {
			changes = append(changes, remove(root, o))
		}
	}
	return changes, nil
}

// Uninstall removes every version of both plugins from home.
func Uninstall(home string) ([]Change, error) {
	root := filepath.Join(home, "plugins")
	all, err := installed(root)
	if err != nil {
		return nil, err
	}
	var changes []Change
	var failed error
	for _, v := range all {
		c := remove(root, v)
		changes, failed = append(changes, c), errors.Join(failed, c.Err)
	}
	return changes, failed
}

// found is a version of a plugin that is installed, or half of one.
type found struct {
	plugin  Plugin
	dir     string
	version semver.Version
	whole   bool
}

// installed lists the versions of the plugins, sorted by directory.
func installed(root string) ([]found, error) {
	entries, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var all []found
	for _, e := range entries {
		for _, p := range plugins {
			text, ok := strings.CutPrefix(e.Name(), p.dir(""))
			if !ok || !e.IsDir() {
				continue
			}
			version, err := semver.ParseTolerant(text) // as the engine reads it
			if err != nil {
				continue
			}
			_, partial := os.Stat(filepath.Join(root, e.Name()) + ".partial")
			all = append(all, found{p, e.Name(), version, partial != nil})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Compare(a.dir, b.dir) })
	return all, nil
}

// outdoes tells whether the engine starts a rather than b: a release before any pre-release, then the greater version.
func outdoes(a, b semver.Version) bool {
	if (len(a.Pre) == 0) != (len(b.Pre) == 0) {
		return len(a.Pre) == 0
	}
	return a.GT(b)
}

// OnPath returns the executables of the plugins that lie on PATH: the engine prefers them to what is installed.
func OnPath() []string {
	var paths []string
	for _, p := range plugins {
		if path, err := exec.LookPath(p.File()); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}
