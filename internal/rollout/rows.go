package rollout

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
)

// The settings with levels by place.
const (
	ByStack   = "levelByStack"
	ByAccount = "levelByAccount"
)

// row is an entry of one of these settings: the levels where its key matches.
type row struct {
	setting, key string
	parts        []part                // the last parts of ORGANIZATION/PROJECT/STACK, or the account
	all          pack.Level            // of all policies; may be empty
	each         map[string]pack.Level // by policy
}

// part is a glob over one part of a stack's name, or over an account.
type part struct {
	any   bool // also matches unknown
	match *glob.Glob
}

// of reports whether the entry matches the place. An unknown part matches only *, and an unknown stack or account
// matches nothing.
func (r *row) of(at Place) bool {
	names := []string{at.Organization, at.Project, at.Stack}
	if r.setting == ByAccount {
		names = []string{strings.ToLower(at.Account)}
	}
	if names[len(names)-1] == "" {
		return false
	}
	names = names[len(names)-len(r.parts):]
	for i, p := range r.parts {
		if !p.any && (names[i] == "" || !p.match.Match(names[i])) {
			return false
		}
	}
	return true
}

// level returns the entry's level of a policy.
func (r *row) level(policy string) (Level, bool) {
	l, ok := r.each[policy]
	if !ok {
		l = r.all
	}
	return Level{Level: l, From: r.setting + " " + r.key}, l != ""
}

// rows parses one of the settings and returns its entries by precedence: names before globs, more parts before fewer,
// longer before shorter.
func (p *parser) rows(setting string, settings map[string]any) []row {
	entries, _ := settings[setting].(map[string]any)
	var rows []row
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		rows = append(rows, p.row(setting, key, entries[key]))
	}
	order.Stable(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(wild(a.key), wild(b.key)), cmp.Compare(len(b.parts), len(a.parts)),
			cmp.Compare(len(b.key), len(a.key)), strings.Compare(a.key, b.key))
	})
	return rows
}

// wild returns 1 for a glob and 0 for a name.
func wild(key string) int {
	if glob.Wild(key) {
		return 1
	}
	return 0
}

// levels are the valid levels of an entry.
var levels = []string{string(pack.Advisory), string(pack.Mandatory), string(pack.Disabled)}

// row parses an entry.
func (p *parser) row(setting, key string, v any) row {
	r := row{setting: setting, key: key, each: map[string]pack.Level{}}
	at := place.Path{setting, key}
	texts, what := strings.Split(key, "/"), "STACK, PROJECT/STACK or ORGANIZATION/PROJECT/STACK, such as shop/prod-*"
	if setting == ByAccount {
		texts, what = []string{strings.ToLower(key)}, "an account, or a glob over it such as acme-prod-*"
	}
	if len(texts) > 3 {
		p.fail(at, "key: expected %s", what)
	}
	for _, text := range texts {
		match, err := glob.Compile(text)
		if err != nil || text == "" {
			p.fail(at, "key: expected %s", what)
			break
		}
		r.parts = append(r.parts, part{any: strings.Trim(text, "*") == "", match: match})
	}
	switch v := v.(type) {
	case string:
		if r.all = pack.Level(v); !slices.Contains(levels, v) {
			p.fail(at, "%s", nearest.OneOf(v, levels))
		}
	case map[string]any:
		for _, policy := range slices.Sorted(maps.Keys(v)) {
			below := append(slices.Clip(at), policy)
			p.policy(below, policy)
			if s, ok := v[policy].(string); ok && !slices.Contains(levels, s) {
				p.fail(below, "%s", nearest.OneOf(s, levels))
			} else {
				r.each[policy] = pack.Level(s)
			}
		}
	}
	return r
}
