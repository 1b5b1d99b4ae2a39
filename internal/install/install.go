// Package install puts the program into the Pulumi home as the plugin that the engine looks for, the language host of
// `runtime: policypack`, and takes it out.
//
// A plugin is a directory plugins/language-policypack-vVERSION with the executable pulumi-language-policypack in it.
// Beside it lie, as the engine's own installs make them, a .lock that one install at a time holds, a .partial for as
// long as the directory is not complete (the engine does not see it then), and a .lastused.
//
// The engine starts the newest installed version, whatever PulumiPolicy.yaml has. So only one version is kept: Install
// removes older ones, and refuses to run beside a newer one.
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

	"github.com/progression-labs-development/policypack/internal/order"
)

// dirOf is the name of the plugin's directory.
func dirOf(version string) string { return "language-policypack-v" + version }

// file is the name of the plugin's executable.
func file() string {
	if runtime.GOOS == "windows" {
		return "pulumi-language-policypack.exe"
	}
	return "pulumi-language-policypack"
}

// ErrNewer reports that a newer version is installed, which the engine would start instead of this one.
var ErrNewer = errors.New("a newer version is installed, and Pulumi always starts the newest; to replace it, run " +
	"`policypack install --downgrade`")

// Home returns the Pulumi home: PULUMI_HOME, or else .pulumi in the user's home directory as the engine resolves it.
func Home(getenv func(string) string) (string, error) {
	if dir := getenv("PULUMI_HOME"); dir != "" {
		return filepath.Abs(dir)
	}
	u, err := user.Current()
	if err != nil || u.HomeDir == "" {
		return "", errors.New("no home directory; set PULUMI_HOME to the Pulumi home")
	}
	return filepath.Join(u.HomeDir, ".pulumi"), nil
}

// Change is a change to the directory of one version of the plugin.
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
	Present   What = "unchanged"
	Removed   What = "removed"
)

// Install installs the executable into home as the given version of the plugin, and removes other versions. It is safe
// to run repeatedly, concurrently, and during Pulumi's own installs; an incomplete directory is recreated. If a newer
// version is installed, it does nothing and returns ErrNewer, unless downgrade is true.
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
	others = slices.DeleteFunc(others, func(v found) bool { return v.dir == dirOf(version) })
	for _, o := range others {
		if o.whole && outdoes(o.version, own) && !downgrade {
			return nil, fmt.Errorf("%s: %w", filepath.Join(root, o.dir), ErrNewer)
		}
	}
	clean(root)
	dir := filepath.Join(root, dirOf(version))
	what, err := put(dir, file(), executable)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	changes := []Change{{What: what, Dir: dir}}
	for _, o := range others {
		// What is newer and not whole is another install under way, which will say itself that it has won.
		if downgrade || !outdoes(o.version, own) {
			changes = append(changes, remove(root, o))
		}
	}
	return changes, nil
}

// Uninstall removes every version of the plugin from home.
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

// found is a version of the plugin that is installed, or half of one.
type found struct {
	dir     string
	version semver.Version
	whole   bool
}

// installed lists the versions of the plugin, sorted by directory.
func installed(root string) ([]found, error) {
	entries, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var all []found
	for _, e := range entries {
		text, ok := strings.CutPrefix(e.Name(), dirOf(""))
		if !ok || !e.IsDir() {
			continue
		}
		version, err := semver.ParseTolerant(text) // as the engine reads it
		if err != nil {
			continue
		}
		_, partial := os.Stat(filepath.Join(root, e.Name()) + ".partial")
		all = append(all, found{e.Name(), version, partial != nil})
	}
	order.By(all, func(a, b found) int { return cmp.Compare(a.dir, b.dir) })
	return all, nil
}

// outdoes tells whether the engine starts a rather than b: a release before any pre-release, then the greater version.
func outdoes(a, b semver.Version) bool {
	if (len(a.Pre) == 0) != (len(b.Pre) == 0) {
		return len(a.Pre) == 0
	}
	return a.GT(b)
}

// OnPath returns the plugin's executable on PATH, empty if there is none. The engine prefers it to the installed
// plugin.
func OnPath() string {
	path, err := exec.LookPath(file())
	if err != nil {
		return ""
	}
	return path
}
