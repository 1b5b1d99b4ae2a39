package session

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// bundles opens the organisation's bundles: the one beside PulumiPolicy.yaml if there is one, and that of
// POLICYPACK_BUNDLE, which must be there.
func bundles(dir, more string) ([]*central.Bundle, error) {
	var names []string
	if dir != "" {
		beside := filepath.Join(dir, central.Name)
		switch _, err := os.Stat(beside); {
		case err == nil:
			names = append(names, beside)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	if more != "" && !slices.Contains(names, more) {
		names = append(names, more)
	}
	var out []*central.Bundle
	for _, name := range names {
		b, err := central.Open(name)
		if err != nil {
			return nil, fmt.Errorf("the organisation's bundle: %w", err)
		}
		out = append(out, b)
	}
	return out, nil
}

// BundledRules returns the rules of the bundle in POLICYPACK_BUNDLE, none if the name is empty. They need no
// signature.
func BundledRules(file string) ([]pack.Source, error) {
	opened, err := bundles("", file)
	if err != nil {
		return nil, err
	}
	var sources []pack.Source
	for _, b := range opened {
		if source, ok := b.Rules(); ok {
			sources = append(sources, source)
		}
	}
	return sources, nil
}

// configure makes the configuration of a run: the engine's settings over the data of the bundles, if keys are pinned
// and the signatures verify, and the floor of the bundle that counts, nil where it has none. Notes say what does not
// count, and what soon will not. With mistakes the configuration comes too, as that of [pack.Pack.Configure] does.
func (l *loaded) configure(settings map[string]pack.Setting, when expiry.When) (_ *pack.Config, _ *verdict.Floor,
	notes []string, err error,
) {
	settings, notes = l.pinned(settings)
	config, err := l.pack.Configure(settings)
	if err != nil {
		return config, nil, nil, err
	}
	keys, least := central.Keys(config.Settings), central.Least(config.Settings)
	if len(keys) == 0 {
		if least > 0 {
			var wrong mistake.List
			wrong.Add(place.Path{pack.SettingsPolicy, central.Minimum}, "expected a key in %s too: the serial "+
				"number of a bundle is only trustworthy if its signature is verified", central.Setting)
			return config, nil, nil, wrong
		}
		for _, b := range l.bundles {
			if what := uncounted(b); what != "" {
				notes = append(notes, fmt.Sprintf("%s: the configuration pins no key to verify the bundle "+
					"with.\nPin the key in the parameter %s of the policy settings.", what, central.Setting))
			}
		}
		return config, nil, notes, nil
	}
	if len(l.bundles) == 0 && !l.unbundled {
		return nil, nil, nil, notCounting{fmt.Errorf("the configuration pins keys for a bundle (settings, %s), "+
			"but there is none; put it beside PulumiPolicy.yaml as %s, or set POLICYPACK_BUNDLE to its file",
			central.Setting, central.Name)}
	}
	signers := make([]string, len(l.bundles))
	for i, b := range l.bundles {
		if signers[i], err = b.Verify(keys); err == nil {
			err = b.NotOlder(least)
		}
		if err != nil {
			return l.without(config, notes, err)
		}
	}
	bare := config
	var above *verdict.Floor
	for i, b := range l.bundles {
		if i > 0 {
			// one that was signed once, and has been replaced since, must not come back
			if what := uncounted(b); what != "" {
				notes = append(notes, what+": the bundle beside PulumiPolicy.yaml has its own, which apply instead.")
			}
			continue
		}
		if settings, err = l.under(b, settings); err != nil {
			return nil, nil, nil, fmt.Errorf("%s: %w", b.Name(), err)
		}
		above = &verdict.Floor{
			Floor: l.floors[i], Settings: settings, Signed: b.Parameters(),
			Bundle: counting(b, signers[i]),
		}
	}
	if config, err = l.pack.Configure(settings); err != nil {
		return config, nil, nil, err
	}
	for _, b := range l.bundles {
		note, err := b.Lasts(l.clock(b, config, when))
		if err != nil {
			return l.without(bare, notes, err)
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	return config, above, notes, nil
}

// counting says in words which bundle counts.
func counting(b *central.Bundle, key string) string {
	until := "never expires"
	if b.Expires() != "" {
		until = "applies until " + b.Expires()
	}
	return fmt.Sprintf("%s, signed with the key %s, %s", b, key, until)
}

// notCounting is the error of a bundle that does not count.
type notCounting struct{ error }

// without is what follows from a bundle that does not count: the run ends, unless the configuration is checked alone.
func (l *loaded) without(config *pack.Config, notes []string, err error) (*pack.Config, *verdict.Floor, []string,
	error,
) {
	if !l.unbundled {
		return nil, nil, nil, notCounting{err}
	}
	return config, nil, append(notes, "The bundle is not used: "+err.Error()), nil
}

// clock compares the end of a bundle with the moment of the run. The days of grace are those of the configuration, but
// not more than the bundle itself gives, else the policy: what is signed decides how long it counts.
func (l *loaded) clock(b *central.Bundle, config *pack.Config, when expiry.When) expiry.Clock {
	const grace = "expiryGraceDays"
	most, ok := b.Parameters()[pack.SettingsPolicy][grace].(float64)
	if !ok {
		most, _ = l.pack.Policy(pack.SettingsPolicy).Parameters.Own(grace).(float64)
	}
	settings := maps.Clone(config.Settings)
	if days, _ := settings[grace].(float64); days > most {
		settings[grace] = most
	}
	return when.Clock(settings)
}

// uncounted says that what a bundle holds besides rules does not count, empty where it holds nothing else.
func uncounted(b *central.Bundle) string {
	switch parameters, floor := len(b.Parameters()) > 0, b.Floor() != nil; {
	case parameters && floor:
		return fmt.Sprintf("The parameters and the floor in %s do not apply", b)
	case parameters:
		return fmt.Sprintf("The parameters in %s do not apply", b)
	case floor:
		return fmt.Sprintf("The floor in %s does not apply", b)
	default:
		return ""
	}
}

// pinned returns the settings with the keys that the pack itself pins, in its defaults, in the place of those that the
// configuration names: a configuration that could change the keys could lift the floor. For the same reason it only
// raises the least serial number of the pack. The notes say so where it differs.
func (l *loaded) pinned(settings map[string]pack.Setting) (_ map[string]pack.Setting, notes []string) {
	defaults, given := l.pack.Policy(pack.SettingsPolicy).Parameters.Defaults, settings[pack.SettingsPolicy]
	replace := func(name, because string) {
		settings = maps.Clone(settings)
		s := settings[pack.SettingsPolicy]
		s.Parameters = maps.Clone(s.Parameters)
		s.Parameters[name] = defaults[name]
		settings[pack.SettingsPolicy] = s
		notes = append(notes, fmt.Sprintf("The parameter %s of the policy settings in the policy configuration "+
			"does not apply: the pack %s, in %s beside PulumiPolicy.yaml.", name, because, pack.DefaultsFile))
	}
	own, _ := defaults[central.Setting].(map[string]any)
	if v, ok := given.Parameters[central.Setting]; ok && len(own) > 0 && !reflect.DeepEqual(v, any(own)) {
		replace(central.Setting, "pins its own keys")
	}
	if v, ok := given.Parameters[central.Minimum].(float64); ok && int64(v) < central.Least(defaults) {
		replace(central.Minimum, "has a higher one")
	}
	return settings, notes
}

// under lays a bundle's parameters under the settings. The engine fills in defaults, so a parameter that has its
// default counts as not set. Exemptions are joined, so those of the defaults stay.
func (l *loaded) under(b *central.Bundle, settings map[string]pack.Setting) (map[string]pack.Setting, error) {
	out := maps.Clone(settings)
	if out == nil {
		out = map[string]pack.Setting{}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Parameters())) {
		params := b.Parameters()[name]
		for _, setting := range [...]string{central.Setting, central.Minimum} {
			if _, ok := params[setting]; ok && name == pack.SettingsPolicy {
				return nil, fmt.Errorf("policy settings: parameters: %s: %s", setting, floor.Elsewhere(setting))
			}
		}
		if name == "all" { // which is a key of the configuration
			return nil, fmt.Errorf("parameters: unknown policy %q", name)
		}
		s := out[name]
		q := l.pack.Policy(name)
		if q == nil {
			s.Parameters = params // Configure says what is wrong
			out[name] = s
			continue
		}
		own := map[string]any{}
		if v, ok := q.Parameters.Defaults[central.Joined]; ok {
			own[central.Joined] = v
		}
		for parameter, v := range s.Parameters {
			if parameter == central.Joined || !reflect.DeepEqual(v, q.Parameters.Defaults[parameter]) {
				own[parameter] = v
			}
		}
		merged, err := central.Merge(name, params, own)
		if err != nil {
			return nil, err
		}
		s.Parameters = merged
		out[name] = s
	}
	return out, nil
}
