package pack

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
)

// Setting is the configuration of one policy.
type Setting struct {
	Level      Level          // empty: the policy's own
	Parameters map[string]any // as decoded JSON, without defaults
}

// Settings combines levels and parameters by policy.
func Settings(levels map[string]Level, parameters map[string]map[string]any) map[string]Setting {
	out := map[string]Setting{}
	for name, level := range levels {
		out[name] = Setting{Level: level}
	}
	for name, p := range parameters {
		out[name] = Setting{Level: out[name].Level, Parameters: p}
	}
	return out
}

// Config is the configuration of a run: the level of each policy and all settings that rules read. It is immutable.
type Config struct {
	// Context is shared by all input documents.
	Context facts.Context

	// Settings are the parameters of the policy settings, including defaults, as decoded JSON.
	Settings map[string]any

	levels    map[string]Level
	programs  map[string]Levels // of the policies whose levels are not configured
	from      map[string]string
	onUnknown map[string]OnUnknown
}

// Where a level comes from, in words.
const (
	FromPolicy        = "the policy's own"
	FromDefaults      = "the pack's " + DefaultsFile
	FromConfiguration = "the configuration"
)

// OnUnknown is the action if a policy cannot decide.
type OnUnknown string

// The actions: allow, report an advisory, or treat it as a violation.
const (
	Allow OnUnknown = "allow"
	Warn  OnUnknown = "warn"
	Deny  OnUnknown = "deny"
)

// Level returns the enforcement level of the policy.
func (c *Config) Level(policy string) Level { return c.levels[policy] }

// LevelFor returns the enforcement level of the policy for resources declared by a program; see [Policy.Levels].
func (c *Config) LevelFor(program, policy string) Level {
	if l, ok := c.programs[policy][program]; ok {
		return l
	}
	return c.levels[policy]
}

// Mandatory reports whether the policy is mandatory for the resources of any program.
func (c *Config) Mandatory(policy string) bool {
	if c.levels[policy] == Mandatory {
		return true
	}
	for _, l := range c.programs[policy] {
		if l == Mandatory {
			return true
		}
	}
	return false
}

// From returns where the level comes from. The engine passes a level for each policy, set or not, so a level that is
// the same as without the configuration counts as not set.
func (c *Config) From(policy string) string { return c.from[policy] }

// Enabled reports whether the policy is evaluated. The settings policy always is: mistakes in settings are reported at
// every level.
func (c *Config) Enabled(policy string) bool {
	return policy == SettingsPolicy || c.levels[policy] != Disabled
}

// OnUnknown returns the action if the policy cannot decide.
func (c *Config) OnUnknown(policy string) OnUnknown { return c.onUnknown[policy] }

// Configure builds a configuration from the user's settings. Its error is a [mistake.List]. The configuration is
// returned along with an error, but only to look for further mistakes.
func (p *Pack) Configure(settings map[string]Setting) (*Config, error) {
	c := &Config{
		levels: map[string]Level{}, programs: map[string]Levels{}, from: map[string]string{},
		onUnknown: map[string]OnUnknown{},
	}
	var wrong mistake.List
	params := map[string]map[string]any{}
	for _, q := range p.Policies {
		c.levels[q.Name], c.from[q.Name] = q.Level, cmp.Or(q.LevelFrom, FromPolicy)
		if settings[q.Name].Level == "" && q.Levels != nil {
			c.programs[q.Name] = q.Levels
		}
		params[q.Name] = maps.Clone(q.Parameters.Defaults)
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		s := settings[name]
		if name == "all" {
			continue // Pulumi passes on the key that sets all levels; the levels themselves come policy by policy
		}
		q := p.Policy(name)
		if q == nil {
			wrong.Say(place.Path{name}, p.noPolicy(name))
			continue
		}
		switch s.Level {
		case "":
		case "remediate":
			c.levels[name] = Mandatory
		case Advisory, Mandatory, Disabled:
			c.levels[name] = s.Level
		default:
			wrong.Add(place.Path{name}, "level: %s", nearest.OneOf(string(s.Level), policyfile.Levels))
		}
		if c.levels[name] != q.Level {
			c.from[name] = FromConfiguration
		}
		maps.Copy(params[name], s.Parameters)
		for _, m := range q.validate(params[name], true) {
			if of := p.Policy(SettingsPolicy); of != nil && len(m.Path) == 2 && of.has(m.Path[1]) && !q.has(m.Path[1]) {
				m.Text = "unknown parameter; it is one of the policy settings, write it there"
			}
			wrong = append(wrong, m)
		}
	}
	for _, q := range p.Policies {
		if _, ok := settings[q.Name]; ok || c.levels[q.Name] == Disabled {
			continue
		}
		for _, name := range q.Parameters.Required {
			if _, ok := params[q.Name][name]; !ok {
				wrong.Add(place.Path{q.Name}, "parameters: missing %s", name)
			}
		}
	}
	c.Settings = params[SettingsPolicy]
	c.unknowns(p, params)
	if err := c.context(p, params); err != nil {
		return nil, err
	}
	return c, wrong.Err()
}

// AsDefaults returns the configuration as rules see it, with the defaults for all settings that rules do not see, so
// that mistakes in those do not prevent the rules from checking the others.
func (c *Config) AsDefaults(p *Pack) *Config {
	visible := *c
	visible.Settings = p.Policy(SettingsPolicy).Parameters.Defaults
	return &visible
}

// has reports whether the policy has the parameter.
func (p *Policy) has(parameter any) bool {
	name, _ := parameter.(string)
	return p.Parameters.Properties[name] != nil
}

func (p *Pack) noPolicy(name string) string {
	line := fmt.Sprintf("unknown policy %q", name)
	if s := p.Policy(SettingsPolicy); s != nil && s.has(name) {
		return line + fmt.Sprintf(`; it is a parameter of the policy settings: write {"settings": {%q: …}}`, name)
	}
	known := append(p.Names(), policyfile.All, "environments")
	if hint := nearest.DidYouMean(name, known); hint != "" {
		return line + hint
	}
	return line + "; there are " + strings.Join(p.Names(), ", ")
}

func (c *Config) unknowns(p *Pack, params map[string]map[string]any) {
	fallback := Warn
	if s, ok := params[SettingsPolicy]["onUnknown"].(string); ok {
		fallback = OnUnknown(s)
	}
	for _, q := range p.Policies {
		c.onUnknown[q.Name] = fallback
		if s, ok := params[q.Name]["onUnknown"].(string); ok {
			c.onUnknown[q.Name] = OnUnknown(s)
		}
	}
}

// governance are the settings that determine the effect of findings. They are applied in Go and hidden from rules.
var governance = [...]string{
	"exemptions", "maxExemptionDays", "exemptionWarningDays", "levelByStack", "levelByAccount", "enforceFrom",
	"baseline", "allowComments", "bundleKeys", "minBundleSerial",
	"adopt", "expiryGraceDays", "exceptions", HelpURL,
}

// context builds the terms that all documents share.
func (c *Config) context(p *Pack, params map[string]map[string]any) error {
	var enabled []string
	byPolicy := make([][2]*ast.Term, 0, len(p.Policies))
	c.Context.Settings = ast.ObjectTerm()
	for _, q := range p.Policies {
		if c.Enabled(q.Name) {
			enabled = append(enabled, q.Name)
		}
		visible := params[q.Name]
		if q.Name == SettingsPolicy {
			visible = maps.Clone(visible)
			for _, name := range governance {
				delete(visible, name)
			}
		}
		v, err := ast.InterfaceToValue(visible)
		if err != nil {
			return fmt.Errorf("policy %s: parameters: %w", q.Name, err)
		}
		byPolicy = append(byPolicy, [2]*ast.Term{ast.StringTerm(q.Name), ast.NewTerm(v)})
		if q.Name == SettingsPolicy {
			c.Context.Settings = ast.NewTerm(v)
		}
	}
	c.Context.Enabled = facts.Strings(enabled)
	c.Context.Parameters = ast.ObjectTerm(byPolicy...)
	return nil
}
