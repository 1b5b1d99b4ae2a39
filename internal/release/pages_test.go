package release

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack"
)

func TestLinked(t *testing.T) {
	t.Parallel()
	repository := policypack.Repository + "/blob/v" + policypack.Version() + "/"
	for _, tt := range []struct{ name, give, want string }{
		{"another page", "[b](b.md), [b](b.md#c) and [top](../README.md)", "[b](b.md), [b](b.md#c) and [top](../README.md)"},
		{"a heading of the page", "[c](#c)", "[c](#c)"},
		{"another site", "[x](https://example.com/action.yml)", "[x](https://example.com/action.yml)"},
		{
			"a file that is not a page", "[x](../action.yml), [y](../action.yml#L3)",
			"[x](" + repository + "action.yml), [y](" + repository + "action.yml#L3)",
		},
		{"a directory", "[x](../tests/programs)", "[x](" + repository + "tests/programs)"},
		{
			"a block of code", "```\n[x](../action.yml)\n```\n[x](../action.yml)",
			"```\n[x](../action.yml)\n```\n[x](" + repository + "action.yml)",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			there := func(name string) bool { return strings.HasSuffix(name, ".md") }
			if diff := cmp.Diff(tt.want, string(linked([]byte(tt.give), "docs/a.md", there))); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// The image is made of what an archive for Linux holds, and does not run as root.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	list, err := entries(Platform{"linux", "arm64"}, root, []byte("program"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(e entry) bool { return e.name == "Dockerfile" })
	if i < 0 {
		t.Fatal("the archive has no Dockerfile")
	}
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^(COPY|ADD|RUN) (\S+)`).FindAllStringSubmatch(string(list[i].data), -1) {
		if m[1] != "COPY" || !slices.ContainsFunc(list, func(e entry) bool { return e.name == m[2] }) {
			t.Errorf("%s: want only copies of what the archive holds", m[0])
		}
		names = append(names, m[2])
	}
	if diff := cmp.Diff([]string{"LICENSE", "policypack"}, names); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if !regexp.MustCompile(`(?m)^USER 65532:65532$`).Match(list[i].data) {
		t.Error("the image runs as root")
	}
	if list, err = entries(Platform{"windows", "amd64"}, root, nil); err != nil ||
		slices.ContainsFunc(list, func(e entry) bool { return e.name == "Dockerfile" }) {
		t.Errorf("an archive for Windows has a Dockerfile, or %v", err)
	}
}
