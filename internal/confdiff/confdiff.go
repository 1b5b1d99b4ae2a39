// Package confdiff says in words what of two configurations is milder and what is stricter.
//
// Whether more of a parameter is milder or stricter says its JSON schema in the policy's METADATA, by the keyword
// relaxes:
//
//	more          the higher number is milder, and so is the longer list
//	less          the other way round
//	more-or-none  the longer list is milder, and none at all is the mildest: it stands for everything
//	[A, B, …]     the later of these values is milder
//
// What is not set counts as the keyword unset says, a value or, of a number, [LEAST, MOST]. What has no such keyword,
// and what is the one in a part and the other in another, is different. Levels, dates, exemptions, baselines and floors
// have an order of their own.
package confdiff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// Kind says in which direction something has changed.
type Kind string

// The kinds, in the order in which they are shown.
const (
	Milder    Kind = "milder"
	Stricter  Kind = "stricter"
	Different Kind = "different"
)

// Kinds lists the kinds in the order in which they are shown.
func Kinds() []Kind { return []Kind{Milder, Stricter, Different} }

// flip returns the kind of the change back.
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

// Change is one difference. Its text holds no value of a pattern or a key.
type Change struct {
	Kind  Kind   `json:"-"`
	Where string `json:"where"` // POLICY, or POLICY.PARAMETER, or a row of a floor
	Text  string `json:"text"`
}

// Side is one of two configurations.
type Side struct {
	Levels     map[string]pack.Level     // by policy; nil where the side sets none
	Parameters map[string]map[string]any // as decoded JSON, without defaults
	Floor      *floor.Floor              // of a bundle, as the next two
	Serial     int64                     // 0 where it has none
	Expires    string                    // the last day on which it counts, empty where it never expires
	Exceptions exception.Set             // Pulumi's, of a file
}

// Sides returns what becomes milder, stricter or different from a to b, sorted. Show hides what may be a secret in a
// text that stands in a list of exceptions.
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
	slices.SortStableFunc(c.changes, func(x, y Change) int {
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

// level compares two levels, of which an empty one is not there.
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

// ordered is milder where the first is less than the second.
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

// value returns a parameter of a side, the default where it is not set.
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

// special returns what compares a setting that has an order of its own, nil for another.
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
