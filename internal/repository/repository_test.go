package repository_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/repository"
)

// The tokens that tests write, put together here so that no file holds the shape of one.
var tokens = strings.NewReplacer(
	"@github@", "ghp_"+"x7Qm2Lw9Zr4Tk8Vb1Ny6Hc3Jd5Fg0PsAeRuX",
	"@password@", "kT9#"+"vQ2!mLz8",
	"@aws@", "wJalrXUtnFEMI/K7MDENG/bPx"+"RfiCYq8ZkT3vLmN",
	"@tab@", "\t",
)

// tree writes files and returns their folder.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(tokens.Replace(text)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func detector(t testing.TB) *detect.Detector {
	t.Helper()
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// read reads a path and returns what it says of each file, and the summary.
func read(t testing.TB, path string) ([]*facts.File, *repository.Summary) {
	t.Helper()
	var files []*facts.File
	sum, err := repository.Read(context.Background(), path, repository.Options{Detector: detector(t)},
		func(f *facts.File) error {
			files = append(files, f)
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return files, sum
}

// say writes the facts of a file, a line for each.
func say(f *facts.File) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, strings.TrimSpace(fmt.Sprintf(format, args...))) }
	at := func(p place.Position) string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }
	if f.SecretsProvider != "" {
		add("provider %s %s", at(f.SecretsProviderAt), f.SecretsProvider)
	}
	for _, o := range f.Overrides {
		add("override %s %s %s", at(o.At), o.Key, o.Value)
	}
	for _, c := range f.Config {
		add("config %s %s secret=%t", at(c.At), c.Key, c.Secret)
	}
	for i := range f.Findings {
		x := &f.Findings[i]
		add("finding %s %s %s", at(x.At), x.Place,
			strings.Join(strings.Fields(fmt.Sprintf("%s %s", x.Detector, x.Path.String())), " "))
		if x.Login {
			out[len(out)-1] += " login " + x.Cloud
		}
	}
	for _, c := range f.Commands {
		sure := ""
		if !c.Certain {
			sure = "uncertain"
		}
		add("command %s %s | %s %s %s", at(c.At), c.Command, c.Action, c.Job, sure)
	}
	for _, l := range f.Logins {
		add("login %s %s %s %s how=%s missing=%v static=%v token=%s", at(l.At), l.Cloud, l.Uses, l.Job, l.How,
			l.Missing, l.Static, l.Token)
	}
	for _, k := range f.CI {
		add("key %s %s %s by=%s %s", at(k.At), k.Name, k.Cloud, k.By, k.Job)
	}
	for _, c := range f.Calls {
		add("call %s %s %s %s", at(c.At), c.Uses, c.Job, c.Secrets)
	}
	for _, a := range f.Allows {
		add("allow %s line=%d %v %q", at(a.At), a.Line, a.Policies, a.Reason)
	}
	return out
}

// kindTest is a file and what is to be known of it.
type kindTest struct {
	name string // a behaviour
	file string
	give string
	want []string
}

func runKinds(t *testing.T, tests []kindTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files, sum := read(t, tree(t, map[string]string{tt.file: tt.give}))
			var got []string
			for _, f := range files {
				got = append(got, say(f)...)
			}
			for _, e := range sum.Errors {
				got = append(got, fmt.Sprintf("error %d:%d %s", e.At.Line, e.At.Column, e.Message))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsReadAndHow(t *testing.T) {
	dir := tree(t, map[string]string{
		"a.txt":     "token: @github@\n",
		"image.png": "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x01\x02\x03 @github@",
		"manual.pdf": "%PDF-1.7\n%\xe2\xe3\xcf\xd3\x00\x01\x02\n @github@ " +
			strings.Repeat("\x01\x02", 40),
		"tool": "\x7fELF\x02\x00\x01\x02\x03\x04\x05\x06\x07\x08 @github@ " +
			"password=@password@\x00" + strings.Repeat("\x01\x02", 40),
		"node_modules/x/index.js":     "@github@",
		"web/node_modules/y/index.js": "password = '@password@'",
		"vendor/modules.txt":          "# example.com/x",
		"vendor/example.com/x/x.go":   "// @github@",
		"shop/vendor/vendor.go":       "// @github@",
		"third_party/x.c":             "// @github@",
		"dist/app.min.js":             "x='@github@'",
		"big.txt":                     strings.Repeat("x", repository.MaxSize+1),
		"model.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:" +
			strings.Repeat("ab", 32) + "\nsize 1\n",
		"package-lock.json":     `{"integrity": "sha512-x", "secret": "@password@", "resolved": "https://u:@github@@npm.example.com/x"}`,
		".git/config":           "@github@",
		"testdata/fixture.yaml": "token: @github@\n",
	})
	for name, target := range map[string]string{
		"link.txt": "a.txt",
		"telling":  tokens.Replace("https://u:@github@@npm.example.com/x"),
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip("links cannot be made here: ", err)
		}
	}
	files, sum := read(t, dir)
	want := []string{
		"a.txt", "dist/app.min.js", "manual.pdf", "node_modules/x/index.js", "package-lock.json",
		"shop/vendor/vendor.go", "telling",
		"testdata/fixture.yaml", "third_party/x.c", "tool", "vendor/example.com/x/x.go",
	}
	if diff := cmp.Diff(want, strings.Fields(names(files))); diff != "" {
		t.Errorf("files: mismatch (-want +got):\n%s", diff)
	}
	formats := []repository.Skipped{
		{Reason: "vendored by a package manager", Files: 4, Example: "node_modules/x/index.js"},
		{Reason: "binary", Files: 2, Example: "manual.pdf"},
		{Reason: "Git LFS pointer", Files: 1, Example: "model.bin"},
		{Reason: "minified, or a source map", Files: 1, Example: "dist/app.min.js"},
	}
	if diff := cmp.Diff(formats, sum.Formats); diff != "" {
		t.Errorf("formats: mismatch (-want +got):\n%s", diff)
	}
	skipped := []repository.Skipped{
		{Reason: "image, sound or video", Files: 1, Example: "image.png"},
		{Reason: "larger than 10 MB", Files: 1, Example: "big.txt"},
	}
	if diff := cmp.Diff(skipped, sum.Skipped); diff != "" {
		t.Errorf("skipped: mismatch (-want +got):\n%s", diff)
	}
	if sum.Index || sum.Files != 15 || len(sum.Errors) != 0 {
		t.Errorf("got %+v, want 15 files without git's index", sum)
	}
	for _, f := range files {
		if (f.Name == "package-lock.json" || f.Name == "tool") && len(f.Findings) != 1 {
			t.Errorf("%s: only formats count, got %q", f.Name, say(f))
		}
	}
}

func TestTextsInOtherEncodings(t *testing.T) {
	wide := []byte{0xff, 0xfe}
	for _, r := range tokens.Replace("gcloud secrets create x\r\n$t = '@github@'\r\n") {
		wide = append(wide, byte(r), 0)
	}
	files, _ := read(t, tree(t, map[string]string{
		"bom.yaml": "\xef\xbb\xbftoken: @github@\n",
		"wide.ps1": string(wide),
	}))
	var got []string
	for _, f := range files {
		got = append(got, say(f)...)
	}
	want := []string{
		"finding 1:8 file github-token", "finding 2:7 file github-token",
		"command 1:1 gcloud secrets create | create-secret",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestEachIsCalledInOrderAndMayStop(t *testing.T) {
	files := map[string]string{}
	for i := range 500 {
		files[fmt.Sprintf("d%d/f%03d.txt", i%7, i)] = "token: @github@\n"
	}
	dir := tree(t, files)
	all, _ := read(t, dir)
	for i := range all[1:] {
		if all[i].Name >= all[i+1].Name {
			t.Fatalf("%s came before %s", all[i].Name, all[i+1].Name)
		}
	}
	if len(all) != 500 {
		t.Fatalf("got %d files, want 500", len(all))
	}
	stop, calls := errors.New("stop"), 0
	_, err := repository.Read(context.Background(), dir, repository.Options{Detector: detector(t)},
		func(*facts.File) error {
			if calls++; calls == 3 {
				return stop
			}
			return nil
		})
	if !errors.Is(err, stop) || calls != 3 {
		t.Errorf("got error %v after %d calls, want %v after 3", err, calls, stop)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := repository.Read(ctx, dir, repository.Options{Detector: detector(t)}, nil); !errors.Is(err,
		context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestSingleFile(t *testing.T) {
	dir := tree(t, map[string]string{".github/workflows/x.yml": "jobs: {a: {uses: o/r/.github/workflows/w.yml@v1}}\n"})
	files, _ := read(t, filepath.Join(dir, ".github/workflows/x.yml"))
	if len(files) != 1 || files[0].Name != ".github/workflows/x.yml" || files[0].Kind != "workflow" {
		t.Errorf("got %+v, want the workflow by its name in the repository", files)
	}
	if _, err := repository.Read(context.Background(), filepath.Join(dir, "nothing"),
		repository.Options{Detector: detector(t)}, nil); err == nil {
		t.Error("a path that does not exist was read")
	}
}
