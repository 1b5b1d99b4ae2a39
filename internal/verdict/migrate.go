package verdict

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// MigrateBaseline converts the entries for files that an earlier version wrote, using the current findings of their
// repositories; other entries stay. It reports the entries it drops because nothing matches them, and those whose match
// is ambiguous.
func MigrateBaseline(setting map[string]any, r *report.Report, commit string) (b Baseline, said []string, err error) {
	text, err := json.Marshal(setting)
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	if err != nil {
		return b, nil, err
	}
	type old struct{ policy, urn, path string }
	var out, gone []Known
	files, pending := rows{}, map[old]bool{}
	for _, k := range b.Findings {
		switch {
		case k.File != "":
			for range k.Findings() {
				files.add("", k.Row())
			}
		case strings.HasPrefix(k.URN, place.FileURN):
			if k.Path == nil {
				k.Path = new(string)
			}
			pending[old{k.Policy, k.URN, *k.Path}] = true
			gone = append(gone, k)
		default:
			out = append(out, k)
		}
	}
	type group struct{ policy, urn, detector string }
	known, found := map[group]int{}, map[group]int{}
	detector := func(path string) string { name, _, _ := strings.Cut(path, "["); return name }
	for k := range pending {
		known[group{k.policy, k.urn, detector(k.path)}]++
	}
	var order []group
	for f := range all(r) {
		file, ok := strings.CutPrefix(f.URN, place.FileURN)
		if !ok || f.Commit != "" { // the earlier version recorded no history
			continue
		}
		g := group{f.Policy, f.URN, detector(f.OldPath)}
		if found[g]++; found[g] == known[g]+1 {
			order = append(order, g)
		}
		if at := (old{f.Policy, f.URN, f.OldPath}); pending[at] {
			files.add("", rollout.Row{Policy: f.Policy, File: file, Name: f.ValueName})
			delete(pending, at)
		}
	}
	for _, g := range order {
		if known[g] > 0 {
			said = append(said, fmt.Sprintf("%s: %d findings of %s, but only %d old entries: kept the first ones in "+
				"the file; check that they are the old ones", strings.TrimPrefix(g.urn, place.FileURN), found[g],
				strings.TrimSpace(g.policy+" "+g.detector), known[g]))
		}
	}
	for _, k := range gone {
		if pending[old{k.Policy, k.URN, *k.Path}] {
			said = append(said, strings.TrimSpace(fmt.Sprintf("dropped, because nothing matches it: %s %s %s", k.URN,
				k.Policy, *k.Path)))
		}
	}
	b.Findings, b.Commit = slices.Concat([]Known{}, out, files.list()), commit
	return b, said, nil
}
