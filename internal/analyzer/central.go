package analyzer

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

// configure makes the configuration of a run: the engine's settings over the data of the bundles, if keys are pinned and the
// signatures verify. Notes say what of a bundle does not count.
func (l *loaded) configure(settings map[string]pack.Setting) (_ *pack.Config, notes []string, err error) {
	config, err := l.pack.Configure(settings)
	if err != nil {
		return nil, nil, err
	}
	keys := central.Keys(config.Settings)
	if len(keys) == 0 {
		for _, b := range l.bundles {
			if len(b.Parameters()) > 0 {
				notes = append(notes, fmt.Sprintf("The parameters in %s do not count: the configuration pins no key with which it would have to be signed.\n"+
					"Pin the key in the parameter %s of the policy settings.", b, central.Setting))
			}
		}
		return config, notes, nil
	}
	if l.unbundled {
		return config, nil, nil
	}
	if len(l.bundles) == 0 {
		return nil, nil, fmt.Errorf("the configuration pins the keys of a bundle (settings, %s), and there is none: put it beside "+
			"PulumiPolicy.yaml as %s, or name it in POLICYPACK_BUNDLE", central.Setting, central.Name)
	}
	for i, b := range l.bundles {
		if err := b.Verify(keys); err != nil {
			return nil, nil, err
		}
		if i > 0 {
			if len(b.Parameters()) > 0 { // one that was signed once, and has been replaced since, must not come back
				notes = append(notes, fmt.Sprintf("The parameters in %s do not count: there is a bundle beside PulumiPolicy.yaml, and its own count.", b))
			}
			continue
		}
		if settings, err = l.under(b, settings); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", b.Name(), err)
		}
	}
	config, err = l.pack.Configure(settings)
	return config, notes, err
}

// under lays a bundle's parameters under the settings. The engine fills in defaults, so a parameter that has its default
// counts as not set. Exemptions are joined, so those of the defaults stay.
func (l *loaded) under(b *central.Bundle, settings map[string]pack.Setting) (map[string]pack.Setting, error) {
	out := maps.Clone(settings)
	if out == nil {
		out = map[string]pack.Setting{}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Parameters())) {
		params := b.Parameters()[name]
		if _, ok := params[central.Setting]; ok && name == pack.SettingsPolicy {
			return nil, fmt.Errorf("policy settings: parameters: %s: a bundle cannot pin its own keys; they belong to the policy configuration",
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
