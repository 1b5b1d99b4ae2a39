package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// own is the platform of the test.
const own = runtime.GOOS + "-" + runtime.GOARCH

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// options are those of a bundle with one rule and an executable.
func options(t *testing.T, l Launcher) Options {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"policypack": "program", "rules/a_b/a_b.rego": "package rules.a_b\n", "rules/lib/x.rego": "package rules.lib\n",
		"rules/a_b/a_b_test.rego": "test", "rules/a_b/examples.yaml": "deny: []", "rules/.git/x.rego": "hidden",
		"rules/README.md": "text",
	})
	return Options{
		Launcher: l, Version: "1.4.0", Made: "0.1.0", Description: "Keeps a standard.",
		Executable: filepath.Join(dir, "policypack"),
		Rules:      []string{filepath.Join(dir, "rules")}, Defaults: []byte(`{"all": "advisory"}`),
	}
}

// tree lists the files below a directory as NAME MODE.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		name, _ := filepath.Rel(dir, path)
		names = append(names, fmt.Sprintf("%s %o", filepath.ToSlash(name), info.Mode().Perm()))
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return names
}

func TestMake(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		launcher Launcher
		want     []string
		project  string
	}{
		{NodeJS, []string{
			"PulumiPolicy.yaml 644", "bin/pulumi-analyzer-policypack-" + own + " 755", "index.js 644",
			"npm-shrinkwrap.json 644", "package.json 644",
			"policy-config.json 644", "rules/a_b/a_b.rego 644", "rules/lib/x.rego 644",
		}, "description: Keeps a standard.\nruntime: nodejs\nversion: 1.4.0\n# The version that built this pack; " +
			"older versions refuse to load it.\npolicypack: 0.1.0\n"},
		{Policypack, []string{
			"PulumiPolicy.yaml 644", "policy-config.json 644", "rules/a_b/a_b.rego 644", "rules/lib/x.rego 644",
		}, "description: Keeps a standard.\nruntime: policypack\nversion: 1.4.0\n# The version that built this pack; " +
			"older versions refuse to load it.\npolicypack: 0.1.0\n"},
	} {
		t.Run(string(tt.launcher), func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "pack")
			files, err := Make(out, options(t, tt.launcher))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, tree(t, out)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if len(files) != len(tt.want) || files[0].Name != "PulumiPolicy.yaml" ||
				files[0].Size != int64(len(tt.project)) {
				t.Errorf("reported files: %v", files)
			}
			project, err := os.ReadFile(filepath.Join(out, "PulumiPolicy.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.project, string(project)); diff != "" {
				t.Errorf("PulumiPolicy.yaml: mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// The one dependency is pinned to the letter, by package.json and, with all that it needs, by npm-shrinkwrap.json.
func TestNodeDependencies(t *testing.T) {
	t.Parallel()
	files, err := options(t, NodeJS).nodejs()
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	for _, f := range files {
		if _, err := f.put(out); err != nil {
			t.Fatal(err)
		}
	}
	var manifest struct{ Dependencies map[string]string }
	var lock struct {
		Packages map[string]struct{ Version, Integrity, Resolved string }
	}
	for name, into := range map[string]any{"package.json": &manifest, "npm-shrinkwrap.json": &lock} {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	want := map[string]string{"@pulumi/pulumi": lock.Packages["node_modules/@pulumi/pulumi"].Version}
	if diff := cmp.Diff(want, manifest.Dependencies); diff != "" {
		t.Errorf("dependencies: mismatch (-want +got)\n%s", diff)
	}
	for name, p := range lock.Packages {
		if name != "" && (!strings.HasPrefix(p.Integrity, "sha512-") || p.Resolved != "") {
			t.Errorf("%s: want an integrity, and no address of a registry: the runner has its own", name)
		}
	}
}

func TestMakeRefuses(t *testing.T) {
	t.Parallel()
	other := "plan9-mips"
	for _, tt := range []struct {
		name   string
		change func(o *Options)
		want   string
	}{
		{"another launcher", func(o *Options) { o.Launcher = "python" }, `unknown launcher "python"`},
		{"a version that is none", func(o *Options) { o.Version = "1.4" }, `version "1.4": expected a semantic version`},
		{
			"a version that Pulumi Cloud does not take", func(o *Options) { o.Version = "1.4.0+acme" },
			`version "1.4.0+acme": expected a semantic version`,
		},
		{
			"a platform that is not here", func(o *Options) { o.Platforms = []string{other} },
			"platform plan9-mips: this program is for " + own,
		},
		{
			"binaries for a launcher without", func(o *Options) { o.Launcher, o.Platforms = Policypack, []string{own} },
			"leave out --from and --platforms",
		},
		{
			"the same rule twice", func(o *Options) { o.Rules = append(o.Rules, o.Rules[0]) },
			"rules/a_b/a_b.rego is in two of the rule directories",
		},
		{"rules that are not there", func(o *Options) { o.Rules = []string{"nowhere"} }, "nowhere"},
		{"an executable that is not there", func(o *Options) { o.Executable = "nowhere" }, "nowhere"},
		{
			"what does not load", func(o *Options) { o.Check = func(string) error { return errors.New("broken") } },
			"the pack does not load: broken",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := options(t, NodeJS)
			tt.change(&o)
			for _, there := range []bool{false, true} {
				out := filepath.Join(t.TempDir(), "pack")
				if there {
					if err := os.Mkdir(out, 0o755); err != nil {
						t.Fatal(err)
					}
				}
				_, err := Make(out, o)
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %q", err, tt.want)
				}
				if got := tree(t, out); len(got) > 0 {
					t.Errorf("left behind: %q", got)
				}
				if _, err := os.Stat(out); (err == nil) != there {
					t.Errorf("the directory: before %v, after %v", there, err)
				}
			}
		})
	}
}

func TestMakeKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	write(t, out, map[string]string{"mine": "text"})
	if _, err := Make(out, options(t, NodeJS)); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]string{"mine 644"}, tree(t, out)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}
