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
	"github.com/progression-labs-development/policypack/internal/pack"
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

// BundledRules returns the rules of the bundle that POLICYPACK_BUNDLE names, none where the name is empty. They need no
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
// count.
func (l *loaded) configure(settings map[string]pack.Setting) (_ *pack.Config, _ *verdict.Floor, notes []string,
	err error,
) {
	settings, note := l.pinned(settings)
	if note != "" {
		notes = append(notes, note)
	}
	config, err := l.pack.Configure(settings)
	if err != nil {
		return nil, nil, nil, err
	}
	keys := central.Keys(config.Settings)
	if len(keys) == 0 {
		for _, b := range l.bundles {
			if what := uncounted(b); what != "" {
				notes = append(notes, fmt.Sprintf("%s: the configuration pins no key with which it would have to be "+
					"signed.\n"+
					"Pin the key in the parameter %s of the policy settings.", what, central.Setting))
			}
		}
		return config, nil, notes, nil
	}
	if len(l.bundles) == 0 && !l.unbundled {
		return nil, nil, nil, fmt.Errorf("the configuration pins the keys of a bundle (settings, %s), and there is "+
			"none: put it beside PulumiPolicy.yaml as %s, or name it in "+
			"POLICYPACK_BUNDLE", central.Setting, central.Name)
	}
	var above *verdict.Floor
	for i, b := range l.bundles {
		switch err := b.Verify(keys); {
		case err != nil && l.unbundled:
			return config, nil, append(notes, "The bundle does not count here: "+err.Error()), nil
		case err != nil:
			return nil, nil, nil, err
		}
		if i > 0 {
			// one that was signed once, and has been replaced since, must not come back
			if what := uncounted(b); what != "" {
				notes = append(notes, what+": there is a bundle beside PulumiPolicy.yaml, and its own count.")
			}
			continue
		}
		if settings, err = l.under(b, settings); err != nil {
			return nil, nil, nil, fmt.Errorf("%s: %w", b.Name(), err)
		}
		above = &verdict.Floor{Floor: l.floors[i], Settings: settings, Signed: b.Parameters()}
	}
	config, err = l.pack.Configure(settings)
	return config, above, notes, err
}

// uncounted says that what a bundle holds besides rules does not count, empty where it holds nothing else.
func uncounted(b *central.Bundle) string {
	switch parameters, floor := len(b.Parameters()) > 0, b.Floor() != nil; {
	case parameters && floor:
		return fmt.Sprintf("The parameters and the floor in %s do not count", b)
	case parameters:
		return fmt.Sprintf("The parameters in %s do not count", b)
	case floor:
		return fmt.Sprintf("The floor in %s does not count", b)
	default:
		return ""
	}
}

// pinned returns the settings with the keys that the pack itself pins, in its defaults, in the place of those that the
// configuration names: a configuration that could change the keys could lift the floor. The note says so where it
// differs.
func (l *loaded) pinned(settings map[string]pack.Setting) (_ map[string]pack.Setting, note string) {
	own, _ := l.pack.Policy(pack.SettingsPolicy).Parameters.Defaults[central.Setting].(map[string]any)
	s := settings[pack.SettingsPolicy]
	v, ok := s.Parameters[central.Setting]
	if len(own) == 0 || !ok || reflect.DeepEqual(v, any(own)) {
		return settings, ""
	}
	settings = maps.Clone(settings)
	s.Parameters = maps.Clone(s.Parameters)
	s.Parameters[central.Setting] = own
	settings[pack.SettingsPolicy] = s
	return settings, fmt.Sprintf("The parameter %s of the policy settings does not count in the policy "+
		"configuration: the pack pins its own keys, in %s beside PulumiPolicy.yaml.",
		central.Setting, pack.DefaultsFile)
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
		if _, ok := params[central.Setting]; ok && name == pack.SettingsPolicy {
			return nil, fmt.Errorf("policy settings: parameters: %s: a bundle cannot pin its own keys; they belong "+
				"to the policy configuration",
				central.Setting)
		}
		if name == "all" { // which is a key of the configuration
			return nil, fmt.Errorf("parameters: there is no policy %q", name)
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
