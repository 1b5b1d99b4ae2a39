package release

import (
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
		{"a file that is not a page", "[x](../action.yml), [y](../action.yml#L3)",
			"[x](" + repository + "action.yml), [y](" + repository + "action.yml#L3)"},
		{"a directory", "[x](../tests/programs)", "[x](" + repository + "tests/programs)"},
		{"a block of code", "```\n[x](../action.yml)\n```\n[x](../action.yml)",
			"```\n[x](../action.yml)\n```\n[x](" + repository + "action.yml)"},
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
