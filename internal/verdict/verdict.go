// Package verdict decides what becomes of a decision of the rules: it is the only place where a decision becomes a [Finding].
//
// A decision gets the level that the configuration gives its policy on this stack and on this day. One that a policy could
// not make counts as onUnknown says. A decision may be left to another policy that reports the same defect (see [Run]); an
// exemption, a comment in the file or the baseline lets a finding pass. Nothing that eases one policy silences another: a
// decision is only left to what counts as much as it would itself. The floor of a signed bundle bounds all of it.
package verdict

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/allowance"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/floor"
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
	// Exceptions are Pulumi's policy exceptions, where nobody applies them after the run. In a preview or update the engine does.
	Exceptions exception.Set

	pack       *pack.Pack
	exemptions *exemption.Set
	plan       *rollout.Plan
	adoption   *rollout.Adoption
	levels     map[string]Level
	used       *sync.Map // of use: exemptions that matched, exceptions as [exceptionID], and the baselines as [inBaseline] and [inSigned]
	given      []string  // what New was given of Said
	floor      *Floor
	bound      *floor.Bound // what of the floor is for the place
	signed     signed
}

// use is an exemption that matched on a stack.
type use struct{ stack, id string }

func (c *Config) use(id string) use { return use{c.Place.String(), id} }

// Level is the level at which a policy counts at a place, and where it comes from.
type Level = rollout.Level

// New returns what a configuration makes of decisions. Said is what there is to say about the configuration itself. The
// error names every setting that is wrong.
func New(p *pack.Pack, config *pack.Config, said []string, when expiry.When) (*Config, error) {
	exemptions, wrongExemptions := exemption.Parse(config.Settings, p.Names(), when)
	plan, wrongPlan := rollout.Parse(config.Settings, p.Names(), when)
	adoption, wrongAdoption := newAdoption(config.Settings, when.Now)
	detector, wrongDetector := newDetector(config.Settings)
	if err := errors.Join(wrongExemptions, wrongPlan, wrongAdoption, wrongDetector); err != nil {
		return nil, fmt.Errorf("the policy configuration is not valid:\n  %s", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	given := said
	if adoption != nil {
		if line := adoption.Said(versions(p)); line != "" {
			said = append(slices.Clone(said), line)
		}
	}
	c := &Config{
		Base: config, Configured: config, Detector: detector, pack: p, exemptions: exemptions, plan: plan, adoption: adoption, Said: said,
		given: given, used: new(sync.Map),
	}
	return c.At(rollout.Place{}), nil
}

// At returns the configuration with the levels of a place. What matched in one account of a stack has matched on the stack.
func (c *Config) At(place rollout.Place) *Config {
	at := *c
	at.Place, at.levels = place, map[string]Level{}
	at.Config = c.Base.Adjust(c.pack, func(policy string, l pack.Level) pack.Level {
		level := Level{Level: l, From: c.Base.From(policy)}
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

// LevelOf returns the level at which a policy counts at the place, and where it comes from.
func (c *Config) LevelOf(policy string) Level { return c.levels[policy] }

// Shown returns a text as it leaves the process: without what the run knows or recognises to be secret, and with what a
// terminal would not show. Facts hold no secret in the first place; this is the second wall.
func (c *Config) Shown(run *facts.Run, text string) string {
	return place.VisibleLines(c.Detector.Mask(run.Scrub(text)))
}

// newDetector makes the detector that the settings ask for.
func newDetector(settings map[string]any) (*detect.Detector, error) {
	var o detect.Options
	patterns, _ := settings["extraPatterns"].([]any)
	for _, p := range patterns {
		s, _ := p.(string)
		o.ExtraPatterns = append(o.ExtraPatterns, s)
	}
	o.MinEntropy, _ = settings["minEntropy"].(float64)
	d, err := detect.New(o)
	if err != nil {
		return nil, fmt.Errorf("policy settings: parameters: %w", err)
	}
	return d, nil
}

// What stands for baselines among the ids of exemptions: that of the configuration, and that of the signed bundle.
const (
	inBaseline = ""
	inSigned   = "\x00\x00"
)

// Pending says what there is to say about the configuration and its exemptions, on the stack, once all of it has been seen. The
// remarks are those of the places of the stack (see [Config.Remark]).
func (c *Config) Pending(run *Run, project, stack, root string, remarks []string) []Finding {
	used := func(id string) bool { _, ok := c.used.Load(c.use(id)); return ok }
	p := c.pack.Policy(pack.SettingsPolicy)
	var out []Finding
	notes := slices.Concat(remarks, c.Notes(), c.exemptions.Pending(project, stack, used))
	if used(inBaseline) {
		notes = append(notes, c.plan.Pending()...)
	}
	if used(inSigned) {
		notes = append(notes, c.floor.pending()...)
	}
	for _, note := range append(notes, c.pending(project, stack)...) {
		out = append(out, Finding{
			Policy: p.Name, URN: root, Type: place.TypeOf(root), Message: c.Shown(run.Facts, note), Level: pack.Advisory, Severity: p.Severity,
			About: true, Rule: p, Named: root,
		})
	}
	return out
}
