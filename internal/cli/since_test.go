package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// The page about upgrading lists every kind with its version, the newest first.
func TestUpgradingListsWhatIsNew(t *testing.T) {
	t.Parallel()
	q := &pack.Policy{
		Name: "no-fax", Since: "0.9.0", Title: "Nothing is faxed",
		Kinds: map[string]pack.Kind{"color": {Since: "0.10.0", Title: "A fax in color"}},
	}
	got := newKinds(&pack.Pack{Policies: []*pack.Policy{q}},
		[]detect.Info{{ID: "fax-key", Title: "a fax key", Since: "0.9.1"}, {ID: "old"}})
	want := "| version | policy | new findings |\n| --- | --- | --- |\n" +
		"| 0.10.0 | [`no-fax`](../reference/policies/no-fax.md) | `color`: A fax in color |\n" +
		"| 0.9.1 | all policies that report secrets | [`fax-key`](../reference/detection.md): a fax key |\n" +
		"| 0.9.0 | [`no-fax`](../reference/policies/no-fax.md) | new policy: Nothing is faxed |\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A generated part of a page takes the place of the one before, and a page without its marks is an error.
func TestWriteBetween(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "page.md")
	if err := writeBetween(file, "kinds", "x"); err != nil {
		t.Errorf("no page: %v", err)
	}
	put := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("a\n<!-- kinds -->\n\nold\n\n<!-- /kinds -->\nb\n")
	if err := writeBetween(file, "kinds", "new\n"); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "a\n<!-- kinds -->\n\nnew\n\n<!-- /kinds -->\nb\n" {
		t.Errorf("got %q, %v", got, err)
	}
	put("a\n")
	if err := writeBetween(file, "kinds", "new\n"); err == nil {
		t.Error("a page without marks: want an error")
	}
}
