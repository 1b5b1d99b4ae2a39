package policypack

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The setting adopt counts its days from the release, so the day has to be one that can be read.
func TestReleased(t *testing.T) {
	t.Parallel()
	if _, err := time.Parse(time.DateOnly, Released()); err != nil {
		t.Errorf("PulumiPolicy.yaml: released: %v", err)
	}
}

// A link leads to the pages of the version that is installed.
func TestPage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{"release", "0.1.0", "/blob/v0.1.0/docs/reference/policies/secret-name.md"},
		{"release with build metadata", "1.2.3+linux-amd64", "/blob/v1.2.3+linux-amd64/docs/reference/policies/secret-name.md"},
		{"development", "0.2.0-dev", "/blob/main/docs/reference/policies/secret-name.md"},
		{"development with build metadata", "0.2.0-dev+abc", "/blob/main/docs/reference/policies/secret-name.md"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, want := page(tt.give, "reference/policies/secret-name.md"), Repository+tt.want; got != want {
				t.Errorf("page(%q) = %s, want %s", tt.give, got, want)
			}
		})
	}
	if got, want := Page("reference/policies.md"), page(Version(), "reference/policies.md"); got != want {
		t.Errorf("Page = %s, want that of this version, %s", got, want)
	}
}

// American spellings. Words of others are written as code: `organization`, `color`.
var american = regexp.MustCompile(`(?i)\b(?:` + strings.Join([]string{
	`(?:behavior|catalog|color|favor|honor|labor|neighbor|center|gray|defense|license)(?:s|ed|ing)?`,
	`(?:cancel|label|model|travel)(?:ed|ing)`,
	`(?:organ|recogn|initial|normal|serial|custom|synchron|central|minim|optim)iz(?:e|es|ed|ing|ations?)`,
	`(?:summar|general|sanit|token|standard|final|priorit|categor|emphas)iz(?:e|es|ed|ing|ations?)`,
	`analyz(?:e|es|ed|ing)`,
}, "|") + `)\b`)

// The pages are in British English. Policies' METADATA and their messages are in docs/reference/policies.md.
func TestSpelling(t *testing.T) {
	t.Parallel()
	const british = "an organisation's behaviour, catalogued"
	if !american.MatchString("Organizations behave") || american.MatchString(british) {
		t.Error("the spelling is not told apart")
	}
	notProse := regexp.MustCompile("(?ms)^ *```.*?^ *```|`[^`]*`|<[^>]*>|\\]\\([^)]*\\)|https?://\\S+|[\\w-]+\\.md")
	for _, pattern := range []string{
		"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/*.md", "docs/*/*.md", "docs/*/*/*.md", ".github/*.md", "rego/*/*.md",
	} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			blank := func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) }
			prose := notProse.ReplaceAllStringFunc(string(text), blank)
			line := 0
			for l := range strings.Lines(prose) {
				line++
				if word := american.FindString(l); word != "" && word != strings.ToUpper(word) {
					t.Errorf("%s:%d: %q is American: write it the British way, or as code if it is another's word",
						file, line, word)
				}
			}
		}
	}
}
