package tests

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/release"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// releaseEpoch is the time that the files of a release bear in tests, 2023-11-14T22:13:20Z.
const releaseEpoch = 1700000000

// hostRelease releases the project in root for this machine, and returns the directory.
func hostRelease(t *testing.T, root string) string {
	t.Helper()
	t.Setenv("SOURCE_DATE_EPOCH", strconv.Itoa(releaseEpoch))
	out := t.TempDir()
	_, err := release.Build(t.Context(), release.Options{
		Root: root, Out: out, Platforms: []release.Platform{host()}, Log: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func host() release.Platform { return release.Platform{OS: runtime.GOOS, Arch: runtime.GOARCH} }

// releaseName is what the files of this machine's release are called, without extension.
func releaseName(t *testing.T) string {
	return "policypack-v" + harness.Version(t) + "-" + host().String()
}

// pluginArchive is what Pulumi downloads as the plugin.
func pluginArchive(t *testing.T) string {
	return "pulumi-language-policypack-v" + harness.Version(t) + "-" + host().String() + ".tar.gz"
}

// A release of this machine's platform: the same bytes from two directories, whole archives, true bills of materials,
// and an archive that Pulumi installs as the plugin.
func TestRelease(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the archive is read as .tar.gz")
	}
	first := hostRelease(t, copied(t, "here"))
	files := contents(t, first)

	t.Run("is the same from another directory", func(t *testing.T) {
		t.Setenv("GOFLAGS", "-ldflags=-X=main.x=y") // settings of a user's that must not count
		second := contents(t, hostRelease(t, copied(t, "quite/somewhere/else")))
		for name, data := range files {
			if !bytes.Equal(data, second[name]) {
				t.Errorf("%s: %d bytes and %d bytes differ", name, len(data), len(second[name]))
			}
		}
		if len(files) != len(second) {
			t.Errorf("%d files and %d files", len(files), len(second))
		}
	})

	t.Run("has checksums", func(t *testing.T) {
		var want strings.Builder
		for _, name := range []string{
			"mise.toml", releaseName(t) + ".cdx.json", releaseName(t) + ".tar.gz", "policypack.rb", pluginArchive(t),
		} {
			sum := sha256.Sum256(files[name])
			fmt.Fprintf(&want, "%s  %s\n", hex.EncodeToString(sum[:]), name)
		}
		if diff := cmp.Diff(want.String(), string(files["checksums.txt"])); diff != "" {
			t.Errorf("mismatch (-want +got):\n%s", diff)
		}
	})

	unpacked := t.TempDir()
	t.Run("has an archive", func(t *testing.T) {
		want := []string{"-rwxr-xr-x policypack", "-rw-r--r-- PulumiPolicy.yaml", "-rw-r--r-- LICENSE"}
		if runtime.GOOS == "linux" {
			want = append(want, "-rw-r--r-- Dockerfile")
		}
		want = append(want, "-rw-r--r-- CHANGELOG.md", "-rw-r--r-- README.md", "-rw-r--r-- SECURITY.md")
		pages := 0
		err := fs.WalkDir(os.DirFS(harness.Root(t)), "docs", func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				want = append(want, "-rw-r--r-- "+name)
				pages++
			}
			return err
		})
		slices.Sort(want[len(want)-pages:])
		if err != nil || pages < 10 {
			t.Fatalf("got %d pages, %v", pages, err)
		}
		if diff := cmp.Diff(want, unpack(t, files[releaseName(t)+".tar.gz"], unpacked)); diff != "" {
			t.Errorf("mismatch (-want +got):\n%s", diff)
		}
	})
	program := filepath.Join(unpacked, "policypack")

	t.Run("has the pages that messages name", func(t *testing.T) {
		testMessagePages(t, unpacked)
	})
	t.Run("has pages whose links work without a network", func(t *testing.T) {
		testArchiveLinks(t, unpacked)
	})

	t.Run("says its version and nothing of where it was built", func(t *testing.T) {
		c := newCLI(t)
		out, err := c.command(program, "version")
		if err != nil || strings.TrimSpace(out) != harness.Version(t) {
			t.Errorf("version: got %q, %v", out, err)
		}
		data, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{filepath.Join(os.TempDir(), "TestRelease"), harness.Root(t)} {
			if bytes.Contains(data, []byte(path)) {
				t.Errorf("the program holds the path %s", path)
			}
		}
	})

	t.Run("has a bill of what is linked", func(t *testing.T) {
		var bill struct {
			Metadata struct {
				Timestamp string
				Component struct{ Name, Version string }
			}
			Components []struct{ Name, Version string }
		}
		if err := json.Unmarshal(files[releaseName(t)+".cdx.json"], &bill); err != nil {
			t.Fatal(err)
		}
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[string]string{"std": info.GoVersion}, map[string]string{}
		for _, d := range info.Deps {
			want[d.Path] = d.Version
		}
		for _, c := range bill.Components {
			got[c.Name] = c.Version
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("mismatch (-want +got):\n%s", diff)
		}
		main := bill.Metadata.Component
		if main.Name != info.Main.Path || main.Version != "v"+harness.Version(t) ||
			bill.Metadata.Timestamp != "2023-11-14T22:13:20Z" {
			t.Errorf("metadata: got %+v", bill.Metadata)
		}
	})

	t.Run("is installed by Pulumi", func(t *testing.T) {
		pack := harness.PackDir(t, map[string]string{"rules/no_buckets/no_buckets.rego": noBuckets})
		c := newCLI(t)
		if out, err := c.run("plugin", "install", "language", "policypack", harness.Version(t), "--file",
			filepath.Join(first, pluginArchive(t))); err != nil {
			t.Fatalf("pulumi plugin install: %v\n%s", err, out)
		}
		testPluginSize(t, c, program)
		if out, err := c.run("preview", "--policy-pack", pack); err == nil || !strings.Contains(out, "no-buckets") {
			t.Errorf("want a violation, got %v\n%s", err, out)
		}
		// Ours finds the same program in place.
		out, err := c.command(program, "install")
		if err != nil || strings.Count(out, "unchanged") != 1 {
			t.Errorf("policypack install after pulumi plugin install: %v\n%s", err, out)
		}
	})

	t.Run("is made right where Pulumi was given the wrong archive", func(t *testing.T) {
		c := newCLI(t)
		if out, err := c.run("plugin", "install", "language", "policypack", harness.Version(t), "--file",
			filepath.Join(first, releaseName(t)+".tar.gz")); err != nil {
			t.Fatalf("pulumi plugin install: %v\n%s", err, out)
		}
		if out, err := c.command(program, "install"); err != nil || !strings.Contains(out, "repaired") {
			t.Errorf("policypack install: %v\n%s", err, out)
		}
		testPluginSize(t, c, program)
	})

	t.Run("is what package managers are given", func(t *testing.T) {
		sum := sha256.Sum256(files[releaseName(t)+".tar.gz"])
		want := []string{
			"https://github.com/progression-labs-development/policypack/releases/download/v" + harness.Version(t) + "/" +
				releaseName(t) + ".tar.gz",
			hex.EncodeToString(sum[:]),
		}
		for name, pattern := range map[string]string{
			"policypack.rb": `(?m)^ +url "(.*)"\n +sha256 "(.*)"$`,
			"mise.toml":     `(?m)^[a-z]+-(?:x64|arm64) = \{ url = "(.*)", checksum = "sha256:(.*)" \}$`,
		} {
			all := regexp.MustCompile(pattern).FindAllStringSubmatch(string(files[name]), -1)
			if len(all) != 1 {
				t.Fatalf("%s: got %d archives, want this machine's alone:\n%s", name, len(all), files[name])
			}
			if diff := cmp.Diff(want, all[0][1:]); diff != "" {
				t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
			}
		}
	})

	t.Run("is a pack where it is unpacked", func(t *testing.T) {
		c := newCLI(t)
		harness.WriteFiles(t, c.program, map[string]string{
			"Pulumi.yaml": "name: shop\nruntime: yaml\nresources:\n  key:\n    type: aws:secretsmanager/secret:Secret\n",
		})
		for _, pack := range []string{program, unpacked} {
			if pack == unpacked {
				if out, err := c.command(program, "install"); err != nil ||
					!strings.Contains(out, "--policy-pack "+unpacked) {
					t.Fatalf("policypack install: %v\n%s", err, out)
				}
			}
			out, err := c.run("preview", "--policy-pack", pack)
			if err == nil || !strings.Contains(out, "raw-secret-resource") ||
				!strings.Contains(out, "policypack@v"+harness.Version(t)) {
				t.Errorf("--policy-pack %s: got %v\n%s", pack, err, out)
			}
		}
	})
}

// The program is small enough for a runner to fetch it without thinking.
func TestReleaseSize(t *testing.T) {
	program := filepath.Join(t.TempDir(), "policypack")
	if err := release.Compile(t.Context(), harness.Root(t), program, release.Platform{OS: "linux", Arch: "amd64"},
		true); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() >= release.Limit {
		t.Errorf("the stripped program has %d bytes, want less than %d; `make size` says what it consists of",
			info.Size(), release.Limit)
	}
}

// copied is a copy of the project's files in a fresh directory, without version control, as a source archive has them.
func copied(t *testing.T, name string) string {
	t.Helper()
	root, to := harness.Root(t), filepath.Join(t.TempDir(), filepath.FromSlash(name))
	for _, part := range []string{
		"go.mod", "go.sum", "policypack.go", "PulumiPolicy.yaml", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md",
		"Dockerfile", "docs", "cmd", "internal", "policies", "rego",
	} {
		from := filepath.Join(root, part)
		err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			inside, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(to, inside)), 0o755),
				os.WriteFile(filepath.Join(to, inside), data, 0o644))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// contents are the files of a directory.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// unpack writes what an archive holds into a directory, and lists it with modes.
func unpack(t *testing.T, archive []byte, dir string) []string {
	t.Helper()
	z, err := gzip.NewReader(bufio.NewReader(bytes.NewReader(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || h.Uname+h.Gname != "" || h.ModTime.Unix() != releaseEpoch {
			t.Errorf("%s tells who made it and when: %+v", h.Name, h)
		}
		path := filepath.Join(dir, h.Name)
		data, err := io.ReadAll(r)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, h.FileInfo().Mode()))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, h.FileInfo().Mode().String()+" "+h.Name)
	}
}

// The workflow that publishes gives nothing more rights than it needs, and runs no action that can be changed behind
// its name.
func TestReleaseWorkflow(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(harness.Root(t), ".github", "workflows", "release.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Permissions map[string]string
		Jobs        map[string]struct {
			Permissions map[string]string
			Steps       []struct {
				Uses, Run string
				With      map[string]any
			}
		}
	}
	if err := yaml.Unmarshal(text, &workflow); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"contents": "read"}, workflow.Permissions); diff != "" {
		t.Errorf("permissions: mismatch (-want +got):\n%s", diff)
	}
	pinned := regexp.MustCompile(`^[a-z-]+/[a-z-]+@[0-9a-f]{40}$`)
	for name, job := range workflow.Jobs {
		if name != "publish" && job.Permissions != nil {
			t.Errorf("job %s: permissions %v, want none of its own", name, job.Permissions)
		}
		for _, step := range job.Steps {
			if step.Uses != "" && !pinned.MatchString(step.Uses) {
				t.Errorf("job %s: %s is not pinned by commit", name, step.Uses)
			}
			if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
				t.Errorf("job %s: the checkout leaves its token behind", name)
			}
			if strings.Contains(step.Run, "${{") {
				t.Errorf("job %s: an expression is pasted into a shell: %s", name, step.Run)
			}
		}
	}
	if got := workflow.Jobs["publish"].Permissions; len(got) != 3 || got["contents"] != "write" {
		t.Errorf("job publish: permissions %v", got)
	}
}
