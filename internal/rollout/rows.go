package rollout

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// The settings that give levels by place.
const (
	ByStack   = "levelByStack"
	ByAccount = "levelByAccount"
)

// row is an entry of one of them: the levels where its key matches.
type row struct {
	setting, key string
	parts        []part                // of ORGANIZATION/PROJECT/STACK the last ones; the account
	all          pack.Level            // of all policies, empty if there is none
	each         map[string]pack.Level // by policy
}

// part is a glob over one part of a stack's name, or over an account.
type part struct {
	any   bool // it matches what nobody says too
	match *glob.Glob
}

// of reports whether the row is about the place. What nobody says matches * alone, and a stack or account that nobody
// says matches nothing.
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

// level returns the row's level of a policy.
func (r *row) level(policy string) (Level, bool) {
	l, ok := r.each[policy]
	if !ok {
		l = r.all
	}
	return Level{Level: l, From: r.setting + " " + r.key}, l != ""
}

// parseRows reads one of the settings and returns its rows, the one that counts first: names before globs, more parts
// before fewer, longer ones before shorter.
func parseRows(setting string, settings map[string]any, known func(where, policy string) bool,
	fail func(where, format string, args ...any),
) []row {
	entries, _ := settings[setting].(map[string]any)
	var rows []row
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		r, err := parseRow(setting, key, entries[key])
		if err != nil {
			fail(setting+"."+key, "%v", err)
			continue
		}
		for _, policy := range slices.Sorted(maps.Keys(r.each)) {
			known(setting+"."+key, policy)
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(wild(a.key), wild(b.key)), cmp.Compare(len(b.parts), len(a.parts)),
			cmp.Compare(len(b.key), len(a.key)), strings.Compare(a.key, b.key))
	})
	return rows
}

// wild is 1 for a glob and 0 for a name.
func wild(key string) int {
	if glob.Wild(key) {
		return 1
	}
	return 0
}

func parseRow(setting, key string, v any) (row, error) {
	r := row{setting: setting, key: key, each: map[string]pack.Level{}}
	texts, what := strings.Split(key, "/"), "STACK, PROJECT/STACK or ORGANIZATION/PROJECT/STACK"
	if setting == ByAccount {
		texts, what = []string{strings.ToLower(key)}, "accounts"
	}
	if len(texts) > 3 {
		return r, errors.New("want " + what)
	}
	for _, text := range texts {
		match, err := glob.Compile(text)
		if err != nil || text == "" {
			return r, errors.New("not a glob over " + what)
		}
		r.parts = append(r.parts, part{any: strings.Trim(text, "*") == "", match: match})
	}
	switch v := v.(type) {
	case string:
		if !isLevel(v) {
			return r, errors.New("want advisory, mandatory or disabled")
		}
		r.all = pack.Level(v)
	case map[string]any:
		for _, policy := range slices.Sorted(maps.Keys(v)) {
			s, _ := v[policy].(string)
			if !isLevel(s) {
				return r, fmt.Errorf("%s: want advisory, mandatory or disabled", policy)
			}
			r.each[policy] = pack.Level(s)
		}
	default:
		return r, errors.New("want a level, or a map of policies to levels")
	}
	return r, nil
}

func isLevel(s string) bool {
	return slices.Contains([]pack.Level{pack.Advisory, pack.Mandatory, pack.Disabled}, pack.Level(s))
}
