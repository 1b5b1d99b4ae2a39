package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// The page about upgrading lists every kind with its version, the newest first.
func TestUpgradingListsWhatIsNew(t *testing.T) {
	t.Parallel()
	p, err := ownPack()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", upgrading))
	if err != nil {
		t.Fatal(err)
	}
	if want := kindsBegin + newKinds(p, detect.List()) + kindsEnd; !strings.Contains(string(page), want) {
		t.Errorf("docs/%s is stale: run make generate; it does not hold\n%s", upgrading, want)
	}
	q := &pack.Policy{Name: "no-fax", Since: "0.9.0", Title: "Nothing is faxed", Kinds: map[string]pack.Kind{"color": {Since: "0.10.0", Title: "A fax in color"}}}
	got := newKinds(&pack.Pack{Policies: []*pack.Policy{q}}, []detect.Info{{ID: "fax-key", Title: "a fax key", Since: "0.9.1"}, {ID: "old"}})
	want := "\n| new in | policy | what it finds |\n| --- | --- | --- |\n" +
		"| 0.10.0 | [`no-fax`](policies.md#no-fax) | `color`: A fax in color |\n" +
		"| 0.9.1 | all that report secrets | [`fax-key`](detection.md): a fax key |\n" +
		"| 0.9.0 | [`no-fax`](policies.md#no-fax) | the policy: Nothing is faxed |\n\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
