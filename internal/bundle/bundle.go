// Package bundle makes the directory that an organisation gives to `pulumi policy publish`.
//
// Pulumi uploads the directory as an archive and unpacks it on the machine that runs a preview, in
// PULUMI_HOME/policies/ORG/pulumi-analyzer-policypack-vVERSION. There the language host of the runtime starts it. So a
// bundle is a PulumiPolicy.yaml, the organisation's rules and defaults, and a launcher:
//
//   - nodejs: Pulumi's own host for Node.js loads index.js, which starts the binary of the machine's platform in bin/.
//     The machine needs Node.js and npm, and gets @pulumi/pulumi, pinned by npm-shrinkwrap.json, on the first run.
//   - policypack: the language plugin of `policypack install` is the host, and judges by itself. There is no binary in
//     the bundle, and nothing to install on the first run.
package bundle

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/blang/semver"

	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/order"
)

// Launcher is what starts the pack on a runner.
type Launcher string

// The launchers.
const (
	NodeJS     Launcher = "nodejs"
	Policypack Launcher = "policypack"
)

// Launchers are all launchers.
var Launchers = []Launcher{NodeJS, Policypack}

// Options are the contents of a bundle.
type Options struct {
	Launcher Launcher
	// Version is the pack's version on Pulumi Cloud, where no version can be published twice.
	Version string
	// Made is the version of the program that makes the bundle, whose binaries are in it.
	Made        string
	Description string
	// From is a directory of a release, with archives and checksums.txt. Where it is empty, Executable is the only
	// binary.
	From       string
	Executable string
	// Platforms are the OS-ARCH whose binaries are wanted; none means all that From holds.
	Platforms []string
	// Rules are directories with policy folders.
	Rules []string
	// Defaults are the contents of policy-config.json, nil for none.
	Defaults []byte
	// BreakGlassKey is the public key of break-glass tokens in PEM, nil for none.
	BreakGlassKey []byte
	// Check is asked about the directory once everything is in it; it may be nil.
	Check func(dir string) error
}

// File is a file in a bundle.
type File struct {
	Name       string // with slashes
	Size       int64
	Executable bool
}

// content is a file that is to be written.
type content struct {
	File
	write func(path string) error
}

// tag is what Pulumi Cloud takes as a version. Of semantic versions it leaves out build metadata.
var tag = lazy.Regexp(`^[a-zA-Z0-9-_.]{1,100}$`)

// Make writes a bundle to a directory, which must be missing or empty, and returns its files sorted by name. On
// failure, it leaves nothing behind.
func Make(out string, o Options) (_ []File, err error) {
	if !slices.Contains(Launchers, o.Launcher) {
		return nil, fmt.Errorf("unknown launcher %q; expected nodejs or policypack", o.Launcher)
	}
	if _, err := semver.Parse(o.Version); err != nil || !tag().MatchString(o.Version) {
		return nil, fmt.Errorf("version %q: expected a semantic version that Pulumi Cloud accepts, such as 1.4.0 "+
			"or 1.4.0-rc.1", o.Version)
	}
	files, err := collect(o)
	if err != nil {
		return nil, err
	}
	if o.Launcher != NodeJS { // the archive of that one is made by npm, which reads no .gitignore outside of it
		if err := published(out, files); err != nil {
			return nil, err
		}
	}
	undo, err := prepare(out)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			undo()
		}
	}()
	made := make([]File, len(files))
	for i, f := range files {
		if made[i], err = f.put(out); err != nil {
			return nil, err
		}
	}
	if o.Check == nil {
		return made, nil
	}
	abs, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	if err := o.Check(abs); err != nil {
		return nil, fmt.Errorf("the pack does not load: %w", err)
	}
	return made, nil
}

// collect lists the files of a bundle, sorted by name.
func collect(o Options) ([]content, error) {
	files := []content{text("PulumiPolicy.yaml", o.project())}
	if o.Launcher == NodeJS {
		node, err := o.nodejs()
		if err != nil {
			return nil, err
		}
		files = append(files, node...)
		binaries, err := o.binaries()
		if err != nil {
			return nil, err
		}
		files = append(files, binaries...)
	} else if o.From != "" || len(o.Platforms) > 0 {
		return nil, errors.New("a pack with the launcher policypack contains no binaries, because the plugin " +
			"installed on the runner evaluates it; leave out --from and --platforms")
	}
	if o.Defaults != nil {
		files = append(files, text("policy-config.json", o.Defaults))
	}
	if o.BreakGlassKey != nil {
		files = append(files, text(breakglass.KeyFile, o.BreakGlassKey))
	}
	for _, dir := range o.Rules {
		rules, err := rulesIn(dir)
		if err != nil {
			return nil, err
		}
		files = append(files, rules...)
	}
	order.By(files, func(a, b content) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(files); i++ {
		if files[i].Name == files[i-1].Name {
			return nil, fmt.Errorf("%s is in two of the rule directories; rename one of them", files[i].Name)
		}
	}
	return files, nil
}

// project is PulumiPolicy.yaml. The field policypack is not Pulumi's: the analyzer reads it.
func (o Options) project() []byte {
	return fmt.Appendf(nil, "description: %s\nruntime: %s\nversion: %s\n# The version that built this pack; "+
		"older versions refuse to load it.\npolicypack: %s\n",
		o.Description, o.Launcher, o.Version, o.Made)
}

// rulesIn lists the Rego files that the analyzer reads of a directory of policy folders. Tests and examples stay
// behind.
func rulesIn(dir string) ([]content, error) {
	var files []content
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != dir && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(name) != ".rego" || strings.HasSuffix(name, "_test.rego"):
			return nil
		}
		data, err := os.ReadFile(name) //nolint:gosec // a file of the user's own directory
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		files = append(files, text("rules/"+filepath.ToSlash(inside), data))
		return nil
	})
	return files, err
}

func text(name string, data []byte) content {
	return content{File: File{Name: name}, write: func(path string) error {
		return os.WriteFile(path, data, 0o644) //nolint:gosec // a policy pack is for everyone to read
	}}
}

// put writes the file below a directory.
func (c content) put(dir string) (File, error) {
	path := filepath.Join(dir, filepath.FromSlash(c.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // as above
		return File{}, err
	}
	if err := c.write(path); err != nil {
		return File{}, fmt.Errorf("%s: %w", c.Name, err)
	}
	mode := fs.FileMode(0o644)
	if c.Executable {
		mode = 0o755
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask is: the archive keeps the bits
		return File{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return File{}, err
	}
	f := c.File
	f.Size = info.Size()
	return f, nil
}

// prepare makes the directory, and returns what takes back all that was written into it.
func prepare(out string) (undo func(), err error) {
	entries, err := os.ReadDir(out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(out, 0o755); err != nil { //nolint:gosec // as above
			return nil, err
		}
		return func() { _ = os.RemoveAll(out) }, nil
	case err != nil:
		return nil, err
	case len(entries) > 0:
		return nil, fmt.Errorf("%s is not empty; remove it or choose another directory", out)
	}
	return func() {
		entries, _ := os.ReadDir(out)
		for _, e := range entries {
			_ = os.RemoveAll(filepath.Join(out, e.Name()))
		}
	}, nil
}
