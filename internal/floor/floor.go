// Package floor implements the floor of an organisation's signed bundle, which nothing else can relax.
//
// A floor is a list of entries (type row). Each selects places and defines what applies there, regardless
// of the policy configuration, the pack's defaults, levels by stack, dates, exemptions, baselines and comments:
//
//	{
//	  "organization": "acme", "project": "shop*", "stack": "prod*", "account": "123456789012", "tag": {"tier": "1"},
//	  "levels": {"all": "advisory", "raw-secret-resource": "mandatory"},
//	  "parameters": {"settings": {"onUnknown": "deny"}, "static-credential": {"allowTypes": []}},
//	  "exemptions": "signed"
//	}
//
// Selectors are globs, and all given ones must match; an entry without selectors applies everywhere. A level below that
// of the entry is raised to it; if several entries match, the strictest level applies. A parameter of an entry replaces
// that of the configuration; if several entries match, the last one applies. Findings that an entry makes mandatory can
// be exempted only by the exemptions and the baseline of the signed bundle, unless all entries that make them mandatory
// there have "exemptions": "any".
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

// all is the key of an entry's default level.
const all = "all"

// Floor is a parsed floor. Nil is empty.
type Floor struct {
	bundle string // for messages
	raw    any
	rows   []row
}

// row is an entry of a floor.
type row struct {
	number     int // starts at 1
	on         []selector
	levels     map[string]pack.Level
	parameters map[string]map[string]any
	any        bool // unsigned exemptions, baselines and comments apply too
}

// selector is a glob over one part of a place.
type selector struct {
	part, tag string
	*glob.Glob
}

// of returns the part of the place that the selector matches against, empty if unknown.
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

// matches reports whether the entry applies to the place. A selector does not match an unknown part.
func (r *row) matches(at rollout.Place) bool {
	for _, s := range r.on {
		if text := s.of(at); text == "" || !s.Match(text) {
			return false
		}
	}
	return true
}

// level returns the minimum level of a policy, or an empty level.
func (r *row) level(policy string) pack.Level { return levelIn(r.levels, policy) }

func levelIn(levels map[string]pack.Level, policy string) pack.Level {
	if l, ok := levels[policy]; ok {
		return l
	}
	return levels[all]
}

// At returns the floor at a place, or nil if there is none.
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

// String returns the name of the floor's bundle.
func (f *Floor) String() string { return f.bundle }

// Accounts reports whether an entry selects accounts.
func (f *Floor) Accounts() bool {
	return f != nil && slices.ContainsFunc(f.rows, func(r row) bool {
		return slices.ContainsFunc(r.on, func(s selector) bool { return s.part == "account" })
	})
}

// Raw returns the floor as written in the bundle, for a digest.
func (f *Floor) Raw() any {
	if f == nil {
		return nil
	}
	return f.raw
}

// Row is the combined content of the entries with the same selectors, for comparison.
type Row struct {
	Levels     map[string]pack.Level
	Parameters map[string]map[string]any
	Any        bool // any exemption applies to what it makes mandatory
}

// Level returns the minimum level of a policy, or of "all"; it may be empty.
func (r Row) Level(policy string) pack.Level { return levelIn(r.Levels, policy) }

// Rows returns the content of the floor by selection, in words. If several entries have the same selection, the
// strictest level and the last parameter apply, as in a run.
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

// where returns an entry's selection in words.
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

// Describe returns the content of each entry in words, one line per entry, without the values of parameters.
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
			holds = append(holds, "exemptions of the configuration apply")
		}
		lines[i] = fmt.Sprintf("Entry %d, %s: %s.", r.number, r.where(), strings.Join(holds, "; "))
	}
	return lines
}

// Doubts returns the entries whose selectors can be evaded, because the author of a program chooses the names.
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
		out = append(out, fmt.Sprintf("entry %d of the floor selects by %s, which anyone who runs a stack can choose: "+
			"another name evades it. Put what must apply to all stacks into an entry without selectors.", r.number,
			strings.Join(parts, " and ")))
	}
	return out
}
