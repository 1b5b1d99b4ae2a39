package inventory

import (
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/lazy"
)

// groups are the words that name an environment, the one that the settings have by default first. What stands alone is
// an environment of its own.
var groups = [][]string{
	{"production", "prod", "prd", "live"},
	{"staging", "stage", "stg"},
	{"development", "develop", "dev"},
	{"test", "testing"},
	{"qa"},
	{"uat"},
	{"sandbox"},
	{"demo"},
	{"preview"},
	{"preprod"},
	{"integration"},
	{"acceptance"},
}

// defaults are the environments that the settings have without any.
var defaults = []string{"production", "staging", "development"}

// groupOf returns the first word of the group that a word is of, empty where it names no environment.
func groupOf(word string) string {
	for _, g := range groups {
		if slices.Contains(g, word) {
			return g[0]
		}
	}
	return ""
}

// spelling returns how the company spells the environment of a group: as most names of its secrets end, else in full.
func (inv *Inventory) spelling(group string) string {
	best := group
	for _, g := range groups {
		for _, word := range g {
			if g[0] == group && inv.spelled[word] > inv.spelled[best] {
				best = word
			}
		}
	}
	return best
}

// pullRequest is the name of a stack that a pull request has for itself.
var pullRequest = lazy.Regexp(`^(pr|mr|review|preview)-?[0-9]+$`)

// environment is the environment of a stack and why; why not where there is none.
type environment struct{ name, why string }

var parts = lazy.Regexp(`[-_.]`)

// environmentOf returns the environment of the stacks of a name.
func (inv *Inventory) environmentOf(name string, s *stack) environment {
	lower := strings.ToLower(name)
	if s.names[lower] > 0 && s.names[lower]*2 > total(s.names) {
		return environment{lower, "as " + plural(s.names[lower], "name") + " of its secrets end"}
	}
	if m := pullRequest().FindStringSubmatch(lower); m != nil {
		return environment{"", "a stack of a pull request"}
	}
	var of set
	for _, word := range parts().Split(lower, -1) {
		if g := groupOf(word); g != "" {
			put(&of, g)
		}
	}
	switch {
	case len(of) == 1:
		group := of.sorted()[0]
		e := environment{inv.spelling(group), "by its name"}
		if n := inv.spelled[e.name]; e.name != group && n > 0 {
			e.why = "by its name, spelled like " + plural(n, "name") + " of secrets"
		}
		return e
	case len(of) > 1:
		return environment{"", "its name contains several environments"}
	}
	last := set{}
	for word := range s.names {
		last.add(word)
	}
	if all := last.sorted(); len(all) == 1 && groupOf(all[0]) != "" {
		return environment{all[0], "as the names of all its secrets end"}
	}
	return environment{"", "its name contains no environment"}
}

func total(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// alike is how many stacks whose names begin with the same word make one row.
const alike = 4

// globbed joins the rows of stacks such as dev-alice and dev-bob where there are many, unless the glob takes in a stack
// that is of another environment.
func globbed(of map[string]string, all []string) map[string]string {
	first := map[string][]string{}
	for name := range of {
		if word, rest, ok := strings.Cut(name, "-"); ok && rest != "" && word != "" {
			first[word] = append(first[word], name)
		}
	}
	out := maps.Clone(of)
	for word, names := range first {
		same := func(name string) bool { return !strings.HasPrefix(name, word+"-") || of[name] == of[names[0]] }
		if len(names) < alike || slices.ContainsFunc(all, func(name string) bool { return !same(name) }) {
			continue
		}
		for _, name := range names {
			delete(out, name)
		}
		out[word+"-*"] = of[names[0]]
	}
	return out
}
