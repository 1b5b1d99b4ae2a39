// Package verdict turns decisions of rules into findings. Nothing else creates a [Finding] from a decision.
//
// A decision gets the level that the configuration gives its policy on this stack and day. If a policy could not
// decide, the setting onUnknown determines the result. A decision may be left to another policy that reports the same
// problem (see [Run]). An exemption, a comment in the file or the baseline may exempt a finding. Relaxing one policy
// never silences another: a decision is only left to a finding that applies at least as strictly. The floor of a signed
// bundle bounds all of this.
package verdict

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/allowance"
	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// Config is a policy configuration, applied to one place. It is safe for concurrent use.
type Config struct {
	*pack.Config               // with the levels of the place
	Base         *pack.Config  // without them, with the parameters of the place
	Configured   *pack.Config  // as configured, without pinned parameters
	Place        rollout.Place // the place of the levels
	Detector     *detect.Detector
	Said         []string           // remarks about the configuration itself
	Opened       []allowance.Opened // parameters that allow everything
	// Exceptions are Pulumi's policy exceptions, if nothing else applies them after the run. In a preview or update the
	// engine does.
	Exceptions exception.Set

	pack       *pack.Pack
	exemptions *exemption.Set
	plan       *rollout.Plan
	adoption   *rollout.Adoption
	levels     map[string]Level
	given      Given
	bound      *floor.Bound // the floor at the place
	replaced   string       // a remark about the parameters that the floor pins at the place
	signed     signed
	shared     *shared
}

// Given is the input that accompanies a configuration.
type Given struct {
	Said       []string // remarks about the configuration itself
	Exceptions exception.Set
	Floor      *Floor               // may be nil
	Catalogue  *catalogue.Catalogue // to find parameters that allow everything; nil to skip that
	When       expiry.When
}

// Level is the level of a policy at a place, and what set it.
type Level = rollout.Level

// New returns the verdict configuration without a place; see [Config.On]. The error lists all mistakes.
func New(p *pack.Pack, config *pack.Config, given Given) (*Config, error) {
	c, err := parse(p, config, given)
	if err != nil {
		return nil, err
	}
	c.shared = newShared(c)
	return c.On(rollout.Place{})
}

func parse(p *pack.Pack, config *pack.Config, given Given) (*Config, error) {
	c, wrong := read(p, config, given)
	if len(wrong) > 0 {
		return nil, wrong
	}
	if c.adoption != nil {
		if line := c.adoption.Said(versions(p)); line != "" {
			c.Said = append(slices.Clone(c.Said), line)
		}
	}
	c.Opened = opened(p, config, given.Catalogue)
	return c, nil
}

// Mistakes returns the mistakes in a configuration that its schemas do not catch.
func Mistakes(p *pack.Pack, config *pack.Config, when expiry.When) mistake.List {
	_, wrong := read(p, config, Given{When: when})
	return wrong
}

func read(p *pack.Pack, config *pack.Config, given Given) (*Config, mistake.List) {
	exemptions, wrongExemptions := exemption.Parse(config.Settings, p.Names(), given.When)
	plan, wrongPlan := rollout.Parse(config.Settings, p.Names(), given.When)
	adoption, wrongAdoption := newAdoption(config.Settings, given.When.At())
	detector, wrongDetector := newDetector(config.Settings)
	return &Config{
		Base: config, Configured: config, Detector: detector, Exceptions: given.Exceptions, Said: given.Said,
		pack: p.Linked(config.Settings), exemptions: exemptions, plan: plan, adoption: adoption, given: given,
	}, mistake.Join(wrongExemptions, wrongPlan, wrongAdoption, wrongDetector, wrongPage(config.Settings, detector))
}

// Doubts returns settings that are valid but probably not intended, by their paths.
func (c *Config) Doubts() mistake.List {
	level := func(policy string) Level { return Level{Level: c.Base.Level(policy), From: c.Base.From(policy)} }
	doubts := slices.Concat(c.exemptions.Doubts(), c.plan.Doubts(level, c.Base.Mandatory))
	if c.adoption.Over() {
		if said := c.adoption.Said(versions(c.pack)); said != "" {
			doubts.Add(place.Path{pack.SettingsPolicy, "adopt"}, "%s", strings.ReplaceAll(said, "\n", " "))
		}
	}
	if old := c.oldRows(); old != "" {
		doubts.Add(place.Path{pack.SettingsPolicy, "baseline"}, "%s", old)
	}
	for _, o := range c.Opened {
		doubts.Add(place.Path{o.Of, o.Parameter}, "%s", o.Lets())
	}
	return doubts
}

// opened finds the parameters that allow everything.
func opened(p *pack.Pack, config *pack.Config, c *catalogue.Catalogue) (out []allowance.Opened) {
	for _, q := range p.Policies {
		if q.Parameters.Allows != nil && c != nil {
			parameters, _ := parametersOf(config, q.Name).(map[string]any)
			out = append(out, allowance.Open(q, parameters, c)...)
		}
	}
	return out
}

// parametersOf returns the parameters of a policy as JSON.
func parametersOf(config *pack.Config, policy string) (values any) {
	if t := config.Context.Parameters.Get(ast.StringTerm(policy)); t != nil {
		values, _ = ast.JSON(t.Value) // it was decoded from JSON
	}
	return values
}

// at returns the configuration with the levels of a place.
func (c *Config) at(place rollout.Place) *Config {
	at := *c
	at.Place, at.levels = place, map[string]Level{}
	at.Config = c.Base.Adjust(c.pack, func(policy string, _ pack.Level) pack.Level {
		level := Level{Level: c.Base.LevelFor(place.Program, policy), From: c.Base.From(policy)}
		if policy == pack.SettingsPolicy {
			level = Level{Level: pack.Mandatory, From: pack.FromPolicy} // whatever its level: see pack.SettingsPolicy
		} else {
			level = c.bound.Level(policy, c.plan.Level(policy, place, level))
			if l, since := c.adopted(policy, level.Level, c.pack.Policy(policy).Since); since != "" {
				level = Level{Level: l, From: c.adoption.String(), Note: c.adoption.Note(since)}
			}
		}
		at.levels[policy] = level
		return level.Level
	})
	return &at
}

// ByAccount reports whether levels or pinned parameters depend on the account of a resource.
func (c *Config) ByAccount() bool { return c.plan.Accounts() || c.Floor().Accounts() }

// Day returns the day, in UTC, that the verdict is for.
func (c *Config) Day() string { return c.given.When.At().UTC().Format(time.DateOnly) }

// LevelOf returns the level of a policy at the place, and what set it.
func (c *Config) LevelOf(policy string) Level { return c.levels[policy] }

// Shown returns text that is safe to print: it masks known and recognised secrets, and escapes control characters.
// Facts contain no secrets in the first place; this is the second line of defence.
func (c *Config) Shown(run *facts.Run, text string) string {
	return place.VisibleLines(c.Detector.Mask(run.Scrub(text)))
}

// newDetector returns the detector configured by the settings. Wrong types are left to the schema.
func newDetector(settings map[string]any) (*detect.Detector, error) {
	var o detect.Options
	patterns, _ := settings["extraPatterns"].([]any)
	for _, p := range patterns {
		s, _ := p.(string)
		o.ExtraPatterns = append(o.ExtraPatterns, s)
	}
	o.MinEntropy, _ = settings["minEntropy"].(float64)
	d, err := detect.New(o)
	var wrong mistake.List
	var bad detect.PatternErrors
	errors.As(err, &bad)
	for _, e := range bad {
		wrong.Add(place.Path{pack.SettingsPolicy, "extraPatterns", e.Index}, "%s", e.Text)
	}
	return d, wrong.Err()
}

// wrongPage rejects a help URL that contains a secret, which every message would show.
func wrongPage(settings map[string]any, d *detect.Detector) error {
	help, _ := settings[pack.HelpURL].(string)
	if d == nil || d.Mask(help) == help {
		return nil
	}
	var wrong mistake.List
	wrong.Add(place.Path{pack.SettingsPolicy, pack.HelpURL}, "the URL seems to contain a secret, and every "+
		"message would show it; expected a page that readers open with their own login")
	return wrong
}

// The ids of baselines among those of exemptions: of the configuration and of the signed bundle.
const (
	inBaseline = ""
	inSigned   = "\x00\x00"
)

// Pending returns remarks about the configuration and its exemptions, once the whole stack has been seen. The function
// selects policies.
func (c *Config) Pending(run *Run, project, stack, root string, of func(*pack.Policy) bool) []Finding {
	used := func(id string) bool { _, ok := run.used.Load(c.use(id)); return ok }
	visited := run.places()
	notes := slices.Concat(c.remarks(visited, of), c.notes(visited), c.exemptions.Pending(project, stack, used))
	if used(inBaseline) {
		notes = append(notes, c.plan.Pending()...)
	}
	if plan, ok := run.used.Load(c.use(inSigned)); ok {
		notes = append(notes, plan.(*rollout.Plan).Pending()...)
	}
	return c.said(run, root, append(notes, c.pending(run, project, stack)...))
}

// said returns findings for remarks about the configuration.
func (c *Config) said(run *Run, root string, notes []string) []Finding {
	p := c.pack.Policy(pack.SettingsPolicy)
	var out []Finding
	for _, note := range notes {
		out = append(out, Finding{
			Policy: p.Name, URN: root, Type: place.TypeOf(root), Message: c.Shown(run.Facts, note),
			Level: pack.Advisory, Severity: p.Severity,
			About: true, Rule: p, Named: root,
		})
	}
	return out
}
