// Package verdict decides what becomes of a decision of the rules: it is the only place where a decision becomes a
// [Finding].
//
// A decision gets the level that the configuration gives its policy on this stack and on this day. One that a policy
// could not make counts as onUnknown says. A decision may be left to another policy that reports the same defect (see
// [Run]); an exemption, a comment in the file or the baseline lets a finding pass. Nothing that eases one policy
// silences another: a decision is only left to what counts as much as it would itself. The floor of a signed bundle
// bounds all of it.
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

// Config is what a policy configuration makes of decisions, at one place. It is safe for concurrent use.
type Config struct {
	*pack.Config               // with the levels of the place
	Base         *pack.Config  // without them, with the parameters of the place
	Configured   *pack.Config  // as it was configured, without what the floor pins
	Place        rollout.Place // whose levels these are
	Detector     *detect.Detector
	Said         []string           // what there is to say about the configuration itself
	Opened       []allowance.Opened // parameters that let everything pass
	// Exceptions are Pulumi's policy exceptions, where nobody applies them after the run. In a preview or update the
	// engine does.
	Exceptions exception.Set

	pack       *pack.Pack
	exemptions *exemption.Set
	plan       *rollout.Plan
	adoption   *rollout.Adoption
	levels     map[string]Level
	given      Given
	bound      *floor.Bound // what of the floor is for the place
	replaced   string       // what there is to say about the parameters that the floor pins for the place
	signed     signed
	shared     *shared
}

// Given is what a configuration comes with.
type Given struct {
	Said       []string // what there is to say about the configuration itself
	Exceptions exception.Set
	Floor      *Floor               // nil for none
	Catalogue  *catalogue.Catalogue // what parameters may let pass; nil leaves out whether one lets everything pass
	When       expiry.When
}

// Level is the level at which a policy counts at a place, and where it comes from.
type Level = rollout.Level

// New returns what a configuration makes of decisions, at no place; see [Config.On]. The error names every setting that
// is wrong.
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

// Mistakes returns what is wrong with a configuration besides what its schemas refuse.
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

// Doubts returns what the configuration may say and probably does not mean, by its places.
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

// opened finds the parameters that let everything pass.
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
		values, _ = ast.JSON(t.Value) // it was made from JSON
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
			level = Level{Level: pack.Mandatory, From: pack.FromPolicy} // at whatever level: see pack.SettingsPolicy
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

// ByAccount reports whether levels, or what the floor pins, depend on the account of a resource.
func (c *Config) ByAccount() bool { return c.plan.Accounts() || c.Floor().Accounts() }

// Day returns the day in UTC that the verdict is for.
func (c *Config) Day() string { return c.given.When.At().UTC().Format(time.DateOnly) }

// LevelOf returns the level at which a policy counts at the place, and where it comes from.
func (c *Config) LevelOf(policy string) Level { return c.levels[policy] }

// Shown returns a text as it leaves the process: without what the run knows or recognises to be secret, and with what a
// terminal would not show. Facts hold no secret in the first place; this is the second wall.
func (c *Config) Shown(run *facts.Run, text string) string {
	return place.VisibleLines(c.Detector.Mask(run.Scrub(text)))
}

// newDetector makes the detector that the settings ask for. What is of another shape is left to their schema.
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

// wrongPage refuses a page of the company's whose URL holds a secret: every message would show it.
func wrongPage(settings map[string]any, d *detect.Detector) error {
	help, _ := settings[pack.HelpURL].(string)
	if d == nil || d.Mask(help) == help {
		return nil
	}
	var wrong mistake.List
	wrong.Add(place.Path{pack.SettingsPolicy, pack.HelpURL}, "the URL holds what looks like a secret, and every "+
		"message would show it; expected a page that readers open with a login of their own")
	return wrong
}

// What stands for baselines among the ids of exemptions: that of the configuration, and that of the signed bundle.
const (
	inBaseline = ""
	inSigned   = "\x00\x00"
)

// Pending says what there is to say about the configuration and its exemptions, on the stack, once all of it has been
// seen. The function chooses the policies that are of interest.
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

// said makes findings of notes about the configuration.
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
