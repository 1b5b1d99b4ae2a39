package release

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"github.com/progression-labs-development/policypack"
)

// made writes archives with made-up contents, and what package managers are given for them.
func made(t *testing.T, platforms []Platform) (dir string, names []string) {
	t.Helper()
	dir = t.TempDir()
	for _, p := range platforms {
		if err := os.WriteFile(filepath.Join(dir, p.archive()), []byte(p.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	names, err := channels(dir, platforms)
	if err != nil {
		t.Fatal(err)
	}
	return dir, names
}

func TestFormula(t *testing.T) {
	t.Parallel()
	dir, _ := made(t, Platforms)
	got, err := os.ReadFile(filepath.Join(dir, "policypack.rb"))
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, os := range []struct{ name, block string }{{"darwin", "on_macos"}, {"linux", "on_linux"}} {
		want.WriteString("  " + os.block + " do\n")
		for _, arch := range []struct{ name, block string }{{"amd64", "on_intel"}, {"arm64", "on_arm"}} {
			p := Platform{os.name, arch.name}
			sum, err := digest(filepath.Join(dir, p.archive()))
			if err != nil {
				t.Fatal(err)
			}
			want.WriteString("    " + arch.block + " do\n      url \"" + address(p) + "\"\n      sha256 \"" + sum +
				"\"\n    end\n")
		}
		want.WriteString("  end\n\n")
	}
	_, blocks, _ := strings.Cut(string(got), "license \"Apache-2.0\"\n\n")
	blocks, rest, _ := strings.Cut(blocks, "  def install\n")
	if diff := cmp.Diff(want.String(), blocks); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(rest, "    bin.install \"policypack\"\n") || !strings.HasSuffix(rest, "  end\nend\n") {
		t.Errorf("the formula does not install the program:\n%s", rest)
	}
	if version := "  version \"" + policypack.Version() + "\"\n"; !strings.Contains(string(got), version) {
		t.Errorf("want %s in\n%s", version, got)
	}
}

func TestMise(t *testing.T) {
	t.Parallel()
	dir, _ := made(t, Platforms)
	type archive struct{ URL, Checksum string }
	type tool struct {
		Version   string
		Platforms map[string]archive
	}
	want := tool{policypack.Version(), map[string]archive{}}
	for name, p := range map[string]Platform{
		"macos-x64": {"darwin", "amd64"}, "macos-arm64": {"darwin", "arm64"},
		"linux-x64": {"linux", "amd64"}, "linux-arm64": {"linux", "arm64"},
		"windows-x64": {"windows", "amd64"}, "windows-arm64": {"windows", "arm64"},
	} {
		sum, err := digest(filepath.Join(dir, p.archive()))
		if err != nil {
			t.Fatal(err)
		}
		want.Platforms[name] = archive{address(p), "sha256:" + sum}
	}
	var got struct{ Tools map[string]tool }
	text, err := os.ReadFile(filepath.Join(dir, "mise.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := toml.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]tool{"http:policypack": want}, got.Tools); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

// address is where a release's archive is downloaded.
func address(p Platform) string {
	return "https://github.com/progression-labs-development/policypack/releases/download/v" + policypack.Version() + "/" +
		p.archive()
}

// Homebrew does not run on Windows, and a formula without an archive would be none.
func TestChannelsOfSomePlatforms(t *testing.T) {
	t.Parallel()
	dir, names := made(t, []Platform{{"windows", "amd64"}})
	if diff := cmp.Diff([]string{"mise.toml"}, names); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "policypack.rb")); err == nil {
		t.Error("there is a formula")
	}
	dir, names = made(t, []Platform{{"linux", "arm64"}})
	formula, err := os.ReadFile(filepath.Join(dir, "policypack.rb"))
	if err != nil || len(names) != 2 || strings.Contains(string(formula), "on_macos") ||
		strings.Count(string(formula), "sha256 ") != 1 {
		t.Errorf("got %v, %v, and this formula:\n%s", names, err, formula)
	}
}
