package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/blang/semver"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// newKinds lists the findings that are newer than the first release, the newest first.
func newKinds(p *pack.Pack, detectors []detect.Info) string {
	type row struct{ since, policy, found string }
	var rows []row
	link := func(q *pack.Policy) string { return fmt.Sprintf("[`%s`](../reference/policies/%s.md)", q.Name, q.Name) }
	for _, q := range p.Policies {
		if q.Since != "" {
			rows = append(rows, row{q.Since, link(q), "new policy: " + strings.TrimSuffix(q.Title, ".")})
		}
		for name, k := range q.Kinds {
			rows = append(rows, row{k.Since, link(q), fmt.Sprintf("`%s`: %s", name, strings.TrimSuffix(k.Title, "."))})
		}
	}
	for _, i := range detectors {
		if i.Since != "" {
			rows = append(rows,
				row{i.Since, "all policies that report secrets", fmt.Sprintf("[`%s`](../reference/detection.md): %s", i.ID, i.Title)})
		}
	}
	order.By(rows, func(a, b row) int {
		x, y := semver.MustParse(a.since), semver.MustParse(b.since) // checked when the METADATA was read
		return cmp.Or(y.Compare(x), strings.Compare(a.policy, b.policy), strings.Compare(a.found, b.found))
	})
	var b strings.Builder
	b.WriteString("| version | policy | new findings |\n| --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.since, r.policy, cell(r.found))
	}
	return b.String()
}
