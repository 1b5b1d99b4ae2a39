package tests

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// The transcript in the README is from a preview of examples/broken, one secret and its version; -update writes it again.
func TestReadmeTranscript(t *testing.T) {
	const begin, end = "<!-- transcript:broken -->\n```console\n", "```\n<!-- /transcript -->"
	path := filepath.Join(harness.Root(t), "README.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	readme := string(b)
	i := strings.Index(readme, begin)
	j := strings.Index(readme, end)
	if i < 0 || j < i {
		t.Fatal("README.md has no transcript between its markers")
	}
	want := "$ cd examples/broken\n$ pulumi preview --policy-pack ../..\n" +
		shortened(previewExample(t, "broken", true), "Secret: stripe)", "SecretVersion: stripe-version)")
	if previewExample(t, "fixed", false); t.Failed() {
		return
	}
	if got := readme[i+len(begin) : j]; got != want {
		if *update {
			readme = readme[:i+len(begin)] + want + readme[j:]
			if err := os.WriteFile(path, []byte(readme), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		t.Errorf("the transcript is stale, run with -update; got\n%s\nwant\n%s", got, want)
	}
}

// previewExample returns the policies' part of the preview of an example.
func previewExample(t *testing.T, name string, fails bool) string {
	t.Helper()
	out, err := harness.PreviewExample(t, name)
	if (err != nil) != fails {
		t.Errorf("examples/%s: got error %v\n%s", name, err, out)
	}
	i := strings.Index(out, "Policies:\n")
	if i < 0 {
		t.Fatalf("examples/%s: no policies in\n%s", name, out)
	}
	policies, _, _ := strings.Cut(out[i:], "\n\n")
	return policies + "\n"
}

// shortened is the policies' part of a preview with the findings about some resources, and `…` where others are left out.
func shortened(out string, about ...string) string {
	const begin = "        - ["
	head, rest, _ := strings.Cut(out, begin)
	var text strings.Builder
	text.WriteString(head)
	for _, finding := range strings.Split(rest, "\n"+begin) {
		first, _, _ := strings.Cut(finding, "\n")
		switch {
		case slices.ContainsFunc(about, func(s string) bool { return strings.HasSuffix(first, s) }):
			text.WriteString(begin + strings.TrimSuffix(finding, "\n") + "\n")
		case !strings.HasSuffix(text.String(), "…\n"):
			text.WriteString("        …\n")
		}
	}
	return text.String()
}
