package verdict

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/pack"
)

// Disabled is a policy that does not apply at a place, and the reason.
type Disabled struct {
	Policy string
	From   string
	How    How
}

// How is how far a policy is disabled.
type How uint8

// By its level, in effect by a parameter or exemption that allows everything, or only in part.
const (
	ByLevel How = iota
	InEffect
	InPart
)

// Disabled returns the policies that do not apply at the place, or only in part, sorted by name.
func (c *Config) Disabled() []Disabled {
	var out []Disabled
	for _, p := range c.pack.Policies {
		if !c.Enabled(p.Name) {
			if offByItself(p) {
				continue
			}
			out = append(out, Disabled{Policy: p.Name, From: c.levels[p.Name].From})
			continue
		}
		for _, o := range c.Opened {
			if o.Policy != p.Name {
				continue
			}
			from := o.Parameter
			if o.Of != o.Policy {
				from += " of " + o.Of
			}
			how := InEffect
			if o.Part {
				how = InPart
			}
			out = append(out, Disabled{p.Name, fmt.Sprintf("%s allows every %s", from, o.What), how})
		}
		exemptions := c.exemptions
		if c.bound.Signed(p.Name) != "" {
			exemptions = c.signed.exemptions
		}
		if id := exemptions.Whole(p.Name, c.Place.Project, c.Place.Stack); id != "" {
			out = append(out, Disabled{p.Name, "exemption " + id + " covers everything", InEffect})
		}
	}
	return out
}

// offByItself reports whether the policy is disabled by default, so that nobody has disabled it.
func offByItself(p *pack.Policy) bool { return p.Level == pack.Disabled && p.LevelFrom == "" }

// remark returns one line listing the policies that do not apply, or only in part, at the place, or an empty string.
// The function selects policies. Where is the place in words, empty for the place of the run.
func (c *Config) remark(where string, of func(*pack.Policy) bool) string {
	type group struct {
		from  string
		names []string
	}
	var groups [3][]group // by how
	for _, d := range c.Disabled() {
		if !of(c.pack.Policy(d.Policy)) {
			continue
		}
		list := &groups[d.How]
		at := -1
		for i := range *list {
			if (*list)[i].from == d.From {
				at = i
			}
		}
		if at < 0 {
			at = len(*list)
			*list = append(*list, group{from: d.From})
		}
		(*list)[at].names = append((*list)[at].names, d.Policy)
	}
	all := 0
	for _, p := range c.pack.Policies {
		if p.Name != pack.SettingsPolicy && of(p) && (!offByItself(p) || c.Enabled(p.Name)) {
			all++
		}
	}
	switch kind, name, _ := strings.Cut(where, " "); kind {
	case "":
		where = "here"
	case "stack":
		where = "on stack " + name
	default:
		where = "in " + where
	}
	var sentences []string
	for i, verb := range [...]string{"Disabled ", "Disabled in effect ", "Partly disabled "} {
		var parts []string
		for _, g := range groups[i] {
			names := strings.Join(g.names, ", ")
			if len(g.names) == all && all > 1 {
				names = "all policies"
			}
			parts = append(parts, fmt.Sprintf("%s (%s)", names, g.from))
		}
		if len(parts) > 0 {
			sentences = append(sentences, verb+where+": "+strings.Join(parts, "; ")+".")
		}
	}
	return strings.Join(sentences, " ")
}
