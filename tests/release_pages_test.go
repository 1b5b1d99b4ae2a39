package tests

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

var (
	namedPage = regexp.MustCompile(`\bdocs/[a-z/-]+\.md\b`)
	pageLink  = regexp.MustCompile(`\]\(([^)\s#]+)(#[^)\s]+)?\)`)
)

// testMessagePages fails for pages that messages name and that an unpacked archive lacks. What messages say is in the rules,
// and in the strings of the program.
func testMessagePages(t *testing.T, unpacked string) {
	t.Helper()
	named := map[string]bool{}
	for _, dir := range []string{"policies", "rego", "internal"} {
		err := filepath.WalkDir(filepath.Join(harness.Root(t), dir), func(path string, _ fs.DirEntry, err error) error {
			ext := filepath.Ext(path)
			if err != nil || ext != ".rego" && ext != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, page := range namedPage.FindAllString(string(text), -1) {
				named[page] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(named) < 5 {
		t.Errorf("messages name %d pages only; are the rules still there?", len(named))
	}
	for page := range named {
		if _, err := os.Stat(filepath.Join(unpacked, page)); err != nil {
			t.Errorf("a message names %s, which is not in the archive: %v", page, err)
		}
	}
}

// testArchiveLinks fails for links of an unpacked archive's pages that lead nowhere. Those to files that the archive does
// not have lead to the repository at the tag of the version, never to what has come after it.
func testArchiveLinks(t *testing.T, unpacked string) {
	t.Helper()
	const repository = "https://github.com/progression-labs-development/policypack/"
	inside, outside := 0, 0
	err := filepath.WalkDir(unpacked, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		page, err := filepath.Rel(unpacked, path)
		if err != nil {
			return err
		}
		original, err := os.ReadFile(filepath.Join(harness.Root(t), page))
		if err != nil {
			return err
		}
		if got, want := strings.Count(string(text), "\n"), strings.Count(string(original), "\n"); got != want {
			t.Errorf("%s: got %d lines, want the page's %d", page, got, want)
		}
		for _, m := range pageLink.FindAllStringSubmatch(string(text), -1) {
			to := m[1]
			if !strings.Contains(to, ":") {
				inside++
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), filepath.FromSlash(to))); err != nil {
					t.Errorf("%s: %s: %v", page, m[0], err)
				}
			} else if name, ok := strings.CutPrefix(to, repository+"blob/v"+harness.Version(t)+"/"); ok {
				outside++
				if _, err := os.Stat(filepath.Join(harness.Root(t), name)); err != nil {
					t.Errorf("%s: %s: %v", page, m[0], err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if inside < 50 || outside < 10 {
		t.Errorf("found %d links between pages and %d to the repository; are the pages still there?", inside, outside)
	}
}

// testPluginSize fails unless the installed plugin is the program and little else, on disk and by what Pulumi says.
func testPluginSize(t *testing.T, c *cli, program string) {
	t.Helper()
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	least, most := info.Size(), info.Size()+100_000
	var onDisk int64
	err = filepath.WalkDir(c.home.Plugin(t), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		onDisk += info.Size()
		return err
	})
	if err != nil || onDisk < least || onDisk > most {
		t.Errorf("got %d bytes on disk, %v; want the program's %d", onDisk, err, least)
	}
	out, err := c.run("plugin", "ls", "--json")
	if err != nil {
		t.Fatalf("pulumi plugin ls: %v\n%s", err, out)
	}
	var all []struct {
		Name string
		Size int64
	}
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, p := range all {
		if p.Name == "policypack" {
			if p.Size < least || p.Size > most {
				t.Errorf("pulumi plugin ls: got %d bytes, want the program's %d", p.Size, least)
			}
			return
		}
	}
	t.Errorf("pulumi plugin ls lists no policypack:\n%s", out)
}
