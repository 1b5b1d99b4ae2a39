// Package floor holds what nothing else can relax: the floor of an organisation's signed bundle.
//
// A floor is a list of rows. Each says where it is for, and what holds there whatever the policy configuration, the
// pack's own defaults, levels by stack, dates, exemptions, baselines and comments say:
//
//	{
//	  "organization": "acme", "project": "shop*", "stack": "prod*", "account": "123456789012", "tag": {"tier": "1"},
//	  "levels": {"all": "advisory", "raw-secret-resource": "mandatory"},
//	  "parameters": {"settings": {"onUnknown": "deny"}, "static-credential": {"allowTypes": []}},
//	  "exemptions": "signed"
//	}
//
// The selectors are globs, and all that are given must match; without any, a row is for everywhere. A level below that
// of the row is raised to it; of several rows the strictest counts. A parameter of the row replaces that of the
// configuration; of several rows the last counts. What a row makes mandatory is eased by the exemptions and the
// baseline of the signed bundle alone, unless all rows that make it mandatory there say "exemptions": "any".
package floor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// all is the key of a row's levels for the policies that it does not name.
const all = "all"

// Floor is a parsed floor. Nil holds nothing.
type Floor struct {
	bundle string // for messages
	raw    any
	rows   []row
}

// row is one row of a floor.
type row struct {
	number     int // from 1 on
	on         []selector
	levels     map[string]pack.Level
	parameters map[string]map[string]any
	any        bool // exemptions, baselines and comments of others ease it too
}

// selector is a glob over one part of a place.
type selector struct {
	part, tag string
	*glob.Glob
}

// of returns the part of the place that the selector is about, empty where nobody says it.
func (s selector) of(at rollout.Place) string {
	switch s.part {
	case "organization":
		return strings.ToLower(at.Organization)
	case "project":
		return at.Project
	case "stack":
		return at.Stack
	case "account":
		return strings.ToLower(at.Account)
	default:
		return at.Tags[s.tag]
	}
}

func (s selector) String() string {
	if s.part == "tag" {
		return "tag " + s.tag + " " + s.Glob.String()
	}
	return s.part + " " + s.Glob.String()
}

// matches reports whether the row is for the place. A selector matches nothing where nobody says what it is about.
func (r *row) matches(at rollout.Place) bool {
	for _, s := range r.on {
		if text := s.of(at); text == "" || !s.Match(text) {
			return false
		}
	}
	return true
}

// level returns the least level of a policy, empty where the row has none.
func (r *row) level(policy string) pack.Level { return levelIn(r.levels, policy) }

func levelIn(levels map[string]pack.Level, policy string) pack.Level {
	if l, ok := levels[policy]; ok {
		return l
	}
	return levels[all]
}

// At returns what of the floor is for a place, nil where nothing is.
func (f *Floor) At(at rollout.Place) *Bound {
	if f == nil {
		return nil
	}
	var b *Bound
	for i := range f.rows {
		if f.rows[i].matches(at) {
			if b == nil {
				b = &Bound{floor: f}
			}
			b.rows = append(b.rows, &f.rows[i])
		}
	}
	return b
}

// String names the bundle whose floor it is.
func (f *Floor) String() string { return f.bundle }

// Accounts reports whether a row is bound by accounts.
func (f *Floor) Accounts() bool {
	return f != nil && slices.ContainsFunc(f.rows, func(r row) bool {
		return slices.ContainsFunc(r.on, func(s selector) bool { return s.part == "account" })
	})
}

// Raw returns the floor as the bundle writes it, for a digest.
func (f *Floor) Raw() any {
	if f == nil {
		return nil
	}
	return f.raw
}

// Row is what a row of a floor holds, for comparison.
type Row struct {
	Levels     map[string]pack.Level
	Parameters map[string]map[string]any
	Any        bool // any exemption eases what it makes mandatory
}

// Level returns the least level of a policy, or of "all", empty where there is none.
func (r Row) Level(policy string) pack.Level { return levelIn(r.Levels, policy) }

// Rows returns the rows by where they are for, in words. Of several for the same, the strictest level and the last
// parameter count, as they do in a run.
func (f *Floor) Rows() map[string]Row {
	out := map[string]Row{}
	if f == nil {
		return out
	}
	for i := range f.rows {
		r := &f.rows[i]
		row, again := out[r.where()]
		if !again {
			row = Row{Levels: map[string]pack.Level{}, Parameters: map[string]map[string]any{}, Any: true}
		}
		for policy, l := range r.levels {
			if l.Above(row.Levels[policy]) {
				row.Levels[policy] = l
			}
		}
		for policy, parameters := range r.parameters {
			if row.Parameters[policy] == nil {
				row.Parameters[policy] = map[string]any{}
			}
			maps.Copy(row.Parameters[policy], parameters)
		}
		row.Any = row.Any && r.any
		out[r.where()] = row
	}
	return out
}

// where says in words where a row is for.
func (r *row) where() string {
	if len(r.on) == 0 {
		return "everywhere"
	}
	texts := make([]string, len(r.on))
	for i, s := range r.on {
		texts[i] = s.String()
	}
	return strings.Join(texts, ", ")
}

// Describe says in words what each row holds, one line a row. It names parameters and none of their values.
func (f *Floor) Describe() []string {
	if f == nil {
		return nil
	}
	lines := make([]string, len(f.rows))
	for i := range f.rows {
		r := &f.rows[i]
		var holds []string
		for _, policy := range slices.Sorted(maps.Keys(r.levels)) {
			holds = append(holds, fmt.Sprintf("%s at least %s", policy, r.levels[policy]))
		}
		for _, policy := range slices.Sorted(maps.Keys(r.parameters)) {
			for _, name := range slices.Sorted(maps.Keys(r.parameters[policy])) {
				holds = append(holds, policy+"."+name+" pinned")
			}
		}
		if r.any {
			holds = append(holds, "exemptions of the configuration count")
		}
		lines[i] = fmt.Sprintf("Row %d, %s: %s.", r.number, r.where(), strings.Join(holds, "; "))
	}
	return lines
}

// Doubts says which rows are bound by names that whoever writes a program chooses, and so can dodge.
func (f *Floor) Doubts() []string {
	if f == nil {
		return nil
	}
	var out []string
	for i := range f.rows {
		r := &f.rows[i]
		if len(r.on) == 0 || slices.ContainsFunc(r.on, func(s selector) bool { return s.part == "organization" }) &&
			len(r.on) == 1 {
			continue
		}
		var parts []string
		for _, s := range r.on {
			if s.part != "organization" && !slices.Contains(parts, s.part) {
				parts = append(parts, s.part)
			}
		}
		out = append(out, fmt.Sprintf("row %d of the floor is bound by %s, which whoever runs a stack can choose: "+
			"another name is not under it. Put what must hold for all into a row without selectors.", r.number,
			strings.Join(parts, " and ")))
	}
	return out
}
