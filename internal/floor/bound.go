package floor

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// Bound is the floor at one place. Nil is empty.
type Bound struct {
	floor *Floor
	rows  []*row
}

// Key returns a string shared by bounds with the same entries.
func (b *Bound) Key() string {
	if b == nil {
		return ""
	}
	var numbers []string
	for _, r := range b.rows {
		numbers = append(numbers, fmt.Sprint(r.number))
	}
	return strings.Join(numbers, ",")
}

// Level raises a level to the strictest one that an entry has for the policy.
func (b *Bound) Level(policy string, l rollout.Level) rollout.Level {
	r, least := b.strictest(policy)
	if r == nil || !least.Above(l.Level) {
		return l
	}
	return rollout.Level{
		Level: least, From: fmt.Sprintf("entry %d of the bundle's floor", r.number),
		Note: fmt.Sprintf("Raised to %s by the floor of %s (entry %d).", least, b.floor.bundle, r.number),
	}
}

// strictest returns the first entry with the strictest level for the policy, or nil.
func (b *Bound) strictest(policy string) (*row, pack.Level) {
	if b == nil || policy == pack.SettingsPolicy {
		return nil, ""
	}
	var best *row
	var least pack.Level
	for _, r := range b.rows {
		if l := r.level(policy); l.Above(least) {
			best, least = r, l
		}
	}
	return best, least
}

// Signed returns what limits the exemptions of a policy to signed ones, as "the floor of BUNDLE (entry 2)", or an empty
// string if any exemption applies.
func (b *Bound) Signed(policy string) string {
	if r := b.signed(policy); r != nil {
		return fmt.Sprintf("the floor of %s (entry %d)", b.floor.bundle, r.number)
	}
	return ""
}

func (b *Bound) signed(policy string) *row {
	if b == nil || policy == pack.SettingsPolicy {
		return nil
	}
	for _, r := range b.rows {
		if !r.any && r.level(policy) == pack.Mandatory {
			return r
		}
	}
	return nil
}

// pin is a parameter's value and the entry that pins it.
type pin struct {
	value any
	row   int
}

// pins returns the pinned parameters by policy and name. Parameters that override a pinned one are pinned with it: a
// policy's own onUnknown overrides that of the settings, managersByStack overrides managers. If exemptions of the
// configuration do not apply, neither do its allow-lists: those of the bundle apply, otherwise the policy's own.
//
// A policy whose silence covers another policy's findings is bound together with it.
func (b *Bound) pins(p *pack.Pack, signed map[string]map[string]any,
	standsFor func(policy string) []string,
) map[string]map[string]pin {
	out := map[string]map[string]pin{}
	set := func(policy, name string, v pin) {
		if out[policy] == nil {
			out[policy] = map[string]pin{}
		}
		out[policy][name] = v
	}
	for _, q := range p.Policies {
		r := b.signed(q.Name)
		for _, other := range standsFor(q.Name) {
			if r == nil {
				r = b.signed(other)
			}
		}
		if r == nil {
			continue
		}
		for name := range q.Parameters.Allows {
			v, ok := signed[q.Name][name]
			if !ok {
				v = q.Parameters.Own(name)
			}
			set(q.Name, name, pin{v, r.number})
		}
	}
	for _, r := range b.rows {
		for policy, parameters := range r.parameters {
			for name, v := range parameters {
				set(policy, name, pin{v, r.number})
			}
		}
	}
	if v, ok := out[pack.SettingsPolicy]["onUnknown"]; ok {
		for _, q := range p.Policies {
			if _, own := out[q.Name]["onUnknown"]; !own && q.Undecided && q.Name != pack.SettingsPolicy {
				set(q.Name, "onUnknown", v)
			}
		}
	}
	if v, ok := out[pack.SettingsPolicy]["managers"]; ok {
		if _, own := out[pack.SettingsPolicy]["managersByStack"]; !own {
			set(pack.SettingsPolicy, "managersByStack", pin{map[string]any{}, v.row})
		}
	}
	return out
}

// grace is the setting for the grace period after an expiry.
const grace = "expiryGraceDays"

// grace pins the grace period if exemptions of the configuration do not apply and no entry pins it. The configuration
// can shorten the grace period of the bundle or the policy but not extend it, which would extend signed exemptions.
func (b *Bound) grace(p *pack.Pack, settings map[string]pack.Setting, signed map[string]map[string]any,
	pins map[string]map[string]pin,
) {
	if _, pinned := pins[pack.SettingsPolicy][grace]; pinned {
		return
	}
	i := slices.IndexFunc(p.Policies, func(q *pack.Policy) bool { return b.signed(q.Name) != nil })
	if i < 0 {
		return
	}
	q := p.Policy(pack.SettingsPolicy)
	most, ok := signed[q.Name][grace]
	if !ok {
		most = q.Parameters.Own(grace)
	}
	days, ok := settings[q.Name].Parameters[grace]
	if !ok {
		days = q.Parameters.Defaults[grace]
	}
	if asked, ok := days.(float64); ok {
		if least, ok := most.(float64); ok && asked > least {
			if pins[q.Name] == nil {
				pins[q.Name] = map[string]pin{}
			}
			pins[q.Name][grace] = pin{most, b.signed(p.Policies[i].Name).number}
		}
	}
}

// Apply returns settings with the pinned parameters in place of their own, and a remark about those that were replaced.
// Signed are the parameters of the bundle, which the settings override. Changed reports whether any value differs from
// before.
func (b *Bound) Apply(p *pack.Pack, settings map[string]pack.Setting, signed map[string]map[string]any,
	standsFor func(policy string) []string) (
	out map[string]pack.Setting, note string, changed bool,
) {
	out = maps.Clone(settings)
	if out == nil {
		out = map[string]pack.Setting{}
	}
	var replaced []string
	pins := b.pins(p, signed, standsFor)
	b.grace(p, settings, signed, pins)
	for _, policy := range slices.Sorted(maps.Keys(pins)) {
		q, s := p.Policy(policy), out[policy]
		parameters := maps.Clone(s.Parameters)
		if parameters == nil {
			parameters = map[string]any{}
		}
		for _, name := range slices.Sorted(maps.Keys(pins[policy])) {
			v := pins[policy][name]
			old, ok := parameters[name]
			if !ok {
				old, ok = q.Parameters.Defaults[name]
			}
			if reflect.DeepEqual(old, v.value) {
				continue
			}
			if ok && !reflect.DeepEqual(old, q.Parameters.Own(name)) { // a default was not configured
				replaced = append(replaced, fmt.Sprintf("%s.%s (entry %d)", policy, name, v.row))
			}
			parameters[name], changed = v.value, true
		}
		s.Parameters = parameters
		out[policy] = s
	}
	if len(replaced) > 0 {
		note = fmt.Sprintf("The floor of %s overrides parameters of the policy configuration: %s.",
			b.floor.bundle, strings.Join(replaced, ", "))
	}
	return out, note, changed
}

// Adopts reports whether the setting adopt may lower the level of a policy: if no entry makes it mandatory, or one pins
// the setting.
func (b *Bound) Adopts(policy string) bool {
	if _, least := b.strictest(policy); least != pack.Mandatory {
		return true
	}
	return slices.ContainsFunc(b.rows, func(r *row) bool {
		_, ok := r.parameters[pack.SettingsPolicy]["adopt"]
		return ok
	})
}
