package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	scheme  = regexp.MustCompile(`^[a-z]+:`)
	heading = regexp.MustCompile(`^#{1,6} +(.*)`)
	anchor  = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
)

// TestLinks shows that what the project's pages link to is there: files, and headings in them.
func TestLinks(t *testing.T) {
	t.Parallel()
	links := 0
	eachPage(t, func(name, text string) {
		for _, m := range link.FindAllStringSubmatch(prose(text), -1) {
			if scheme.MatchString(m[1]) {
				continue
			}
			links++
			if wrong := follow(name, m[1]); wrong != "" {
				t.Errorf("%s: %s: %s", name, m[1], wrong)
			}
		}
	})
	if links < 100 {
		t.Errorf("found %d links only; are the pages still there?", links)
	}
}

// eachPage calls a function with the name and the text of each page of the project.
func eachPage(t *testing.T, page func(name, text string)) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join("..", ".."), func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() &&
			(d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == "dist" || len(d.Name()) > 2 &&
				d.Name()[0] == '.'):
			return fs.SkipDir
		case filepath.Ext(name) != ".md":
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		page(name, string(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMap shows that docs/README.md lists every page of docs/; the policies' pages are listed by reference/policies.md.
func TestMap(t *testing.T) {
	t.Parallel()
	docs := filepath.Join("..", "..", "docs")
	text, err := os.ReadFile(filepath.Join(docs, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(os.DirFS(docs), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name == "reference/policies":
			return fs.SkipDir
		case name == "README.md" || filepath.Ext(name) != ".md":
			return nil
		case !strings.Contains(string(text), "]("+name+")"):
			t.Errorf("docs/README.md does not list %s", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLinksTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	page := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(page, []byte("# A `b`, C\n\n```\n# no heading\n```\n\n## Same\n## Same\n"),
		0o600); err != nil {
		t.Fatal(err)
	}
	for target, ok := range map[string]bool{
		"#a-b-c": true, "page.md#same-1": true, "page.md": true, "none.md": false, "#no-heading": false,
		"#same-2": false,
	} {
		if wrong := follow(page, target); (wrong == "") != ok {
			t.Errorf("%s: got %q", target, wrong)
		}
	}
}

// follow says what is wrong with a link on a page, nothing where all is well.
func follow(page, target string) string {
	file, id, _ := strings.Cut(target, "#")
	to := page
	if file != "" {
		to = filepath.Join(filepath.Dir(page), filepath.FromSlash(file))
	}
	if _, err := os.Stat(to); err != nil {
		return "there is no such file"
	}
	if id == "" {
		return ""
	}
	text, err := os.ReadFile(to)
	if err != nil || !slices.Contains(anchors(string(text)), id) {
		return "there is no such heading"
	}
	return ""
}

// prose is a page without its blocks of code.
func prose(text string) string {
	var out strings.Builder
	code := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			code = !code
		} else if !code {
			out.WriteString(line)
		}
	}
	return out.String()
}

// anchors are the ids that GitHub gives to the headings of a page, and those that it names itself.
func anchors(text string) []string {
	var ids []string
	seen := map[string]int{}
	for line := range strings.Lines(prose(text)) {
		for _, m := range anchor.FindAllStringSubmatch(line, -1) {
			ids = append(ids, m[1])
		}
		m := heading.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		id := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])
		n := seen[id]
		seen[id]++
		if n > 0 {
			id = fmt.Sprintf("%s-%d", id, n)
		}
		ids = append(ids, id)
	}
	return ids
}
