package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/blang/semver"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// upgrading is the page that lists what is new in which version, and its marks are those of the list.
const (
	upgrading  = "upgrading.md"
	kindsBegin = "<!-- kinds -->\n"
	kindsEnd   = "<!-- /kinds -->\n"
)

// writeKinds writes the list into the page of the directory. A directory without the page gets none.
func writeKinds(file string, p *pack.Pack) error {
	page, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	before, rest, begun := strings.Cut(string(page), kindsBegin)
	_, after, ended := strings.Cut(rest, kindsEnd)
	if !begun || !ended {
		return fmt.Errorf("%s: want the lines %s and %s around the list", file, strings.TrimSpace(kindsBegin), strings.TrimSpace(kindsEnd))
	}
	//nolint:gosec // the directory is the argument of the command
	return os.WriteFile(file, []byte(before+kindsBegin+newKinds(p, detect.List())+kindsEnd+after), 0o644)
}

// newKinds lists what is newer than the first release, the newest first.
func newKinds(p *pack.Pack, detectors []detect.Info) string {
	type row struct{ since, policy, found string }
	var rows []row
	link := func(q *pack.Policy) string { return fmt.Sprintf("[`%s`](policies.md#%s)", q.Name, q.Name) }
	for _, q := range p.Policies {
		if q.Since != "" {
			rows = append(rows, row{q.Since, link(q), "the policy: " + strings.TrimSuffix(q.Title, ".")})
		}
		for name, k := range q.Kinds {
			rows = append(rows, row{k.Since, link(q), fmt.Sprintf("`%s`: %s", name, strings.TrimSuffix(k.Title, "."))})
		}
	}
	for _, i := range detectors {
		if i.Since != "" {
			rows = append(rows, row{i.Since, "all that report secrets", fmt.Sprintf("[`%s`](detection.md): %s", i.ID, i.Title)})
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		x, y := semver.MustParse(a.since), semver.MustParse(b.since) // checked when the METADATA was read
		return cmp.Or(y.Compare(x), strings.Compare(a.policy, b.policy), strings.Compare(a.found, b.found))
	})
	var b strings.Builder
	b.WriteString("\n| new in | policy | what it finds |\n| --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.since, r.policy, cell(r.found))
	}
	return b.String() + "\n"
}
