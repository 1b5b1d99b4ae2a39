// Package confdiff describes in words which changes between two configurations are milder and which are stricter.
//
// Whether more of a parameter is milder or stricter is declared in its JSON schema in the policy's METADATA, by the
// keyword relaxes:
//
//	more          a higher number is milder, and so is a longer list
//	less          the opposite
//	more-or-none  a longer list is milder, and an empty one is the mildest: it matches everything
//	[A, B, …]     the later of these values is milder
//
// An unset parameter has the value of the keyword unset: a value or, for a number, [LEAST, MOST]. A parameter without
// the keyword relaxes, and one that is milder in one part and stricter in another, is different. Levels, dates,
// exemptions, baselines and floors have their own order.
package confdiff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// Kind is the direction of a change.
type Kind string

// The kinds, in display order.
const (
	Milder    Kind = "milder"
	Stricter  Kind = "stricter"
	Different Kind = "different"
)

// Kinds lists the kinds in display order.
func Kinds() []Kind { return []Kind{Milder, Stricter, Different} }

// flip returns the kind of the reverse change.
func (k Kind) flip() Kind {
	switch k {
	case Milder:
		return Stricter
	case Stricter:
		return Milder
	default:
		return k
	}
}

// Change is one difference. Its text contains no pattern or key.
type Change struct {
	Kind  Kind   `json:"-"`
	Where string `json:"where"` // POLICY, or POLICY.PARAMETER, or a row of a floor
	Text  string `json:"text"`
}

// Side is one of the two configurations.
type Side struct {
	Levels     map[string]pack.Level     // by policy; nil where the side sets none
	Parameters map[string]map[string]any // as decoded JSON, without defaults
	Floor      *floor.Floor              // of a bundle, as the next two
	Serial     int64                     // 0 where it has none
	Expires    string                    // the last day on which it counts, empty where it never expires
	Exceptions exception.Set             // Pulumi's, of a file
}

// Sides returns what becomes milder, stricter or different from a to b, sorted. Show masks possible secrets in strings
// from a list of exceptions.
func Sides(p *pack.Pack, a, b Side, now time.Time, show func(string) string) []Change {
	c := &comparison{pack: p, a: a, b: b, now: now, show: show}
	for _, q := range p.Policies {
		if q.Name != pack.SettingsPolicy {
			c.level(q.Name, a.Levels[q.Name], b.Levels[q.Name])
		}
		for _, name := range slices.Sorted(maps.Keys(q.Parameters.Properties)) {
			c.parameter(q, name)
		}
	}
	c.exceptions()
	c.floors()
	c.dated()
	order.Stable(c.changes, func(x, y Change) int {
		return cmp.Or(cmp.Compare(slices.Index(Kinds(), x.Kind), slices.Index(Kinds(), y.Kind)),
			cmp.Compare(x.Where, y.Where), cmp.Compare(x.Text, y.Text))
	})
	return c.changes
}

// comparison is the work of Sides.
type comparison struct {
	pack    *pack.Pack
	a, b    Side
	now     time.Time
	show    func(string) string
	changes []Change
}

func (c *comparison) add(kind Kind, where, format string, args ...any) {
	c.changes = append(c.changes, Change{kind, where, fmt.Sprintf(format, args...)})
}

// level compares two levels. An empty level is unset.
func (c *comparison) level(where string, a, b pack.Level) {
	if a != b && a != "" && b != "" {
		c.add(ofLevels(a, b), where, "%s, was %s", b, a)
	}
}

func ofLevels(a, b pack.Level) Kind {
	switch {
	case a.Above(b):
		return Milder
	case b.Above(a):
		return Stricter
	default:
		return Different
	}
}

// ordered returns milder if the first is less than the second.
func ordered[T cmp.Ordered](x, y T) Kind {
	switch {
	case x < y:
		return Milder
	case x > y:
		return Stricter
	default:
		return Different
	}
}

// value returns a parameter of a side, or its default if unset.
func (c *comparison) value(side Side, q *pack.Policy, name string) any {
	if v, ok := side.Parameters[q.Name][name]; ok {
		return v
	}
	if v, ok := q.Parameters.Defaults[name]; ok {
		return v
	}
	if name == "onUnknown" && q.Name != pack.SettingsPolicy { // without it, that of the settings counts
		return c.value(side, c.pack.Policy(pack.SettingsPolicy), name)
	}
	return nil
}

// parameter compares one parameter of a policy.
func (c *comparison) parameter(q *pack.Policy, name string) {
	_, inA := c.a.Parameters[q.Name][name]
	_, inB := c.b.Parameters[q.Name][name]
	if !inA && !inB {
		return
	}
	where := q.Name + "." + name
	a, b := c.value(c.a, q, name), c.value(c.b, q, name)
	if same(a, b) {
		return
	}
	if q.Name == pack.SettingsPolicy && name == "adopt" {
		c.adopted(where, a, b)
		return
	}
	if q.Name == pack.SettingsPolicy {
		if compare := c.special(name); compare != nil {
			compare(where, object(a), object(b))
			return
		}
	}
	schema, _ := q.Parameters.Properties[name].(map[string]any)
	c.values(where, schema, a, b)
}

// special returns the comparison for a setting with its own order, nil for any other.
func (c *comparison) special(name string) func(where string, a, b map[string]any) {
	switch name {
	case "exemptions":
		return c.exemptions
	case "baseline":
		return c.baselines
	case "enforceFrom":
		return c.dates
	case "levelByStack", "levelByAccount":
		return c.rows
	case "bundleKeys":
		return c.keys
	default:
		return nil
	}
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// union returns the keys of both, sorted.
func union[V any](a, b map[string]V) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}
