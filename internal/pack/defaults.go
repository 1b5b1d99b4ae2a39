package pack

import (
	"maps"
	"slices"

	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/policyfile"
)

// DefaultsFile is the file beside PulumiPolicy.yaml with an organisation's defaults for levels and parameters. Its
// format is that of the file for --policy-pack-config.
const DefaultsFile = "policy-config.json"

// WithDefaults returns the pack with other levels and other parameter defaults, as an organisation publishes it. They
// replace the policies' own everywhere: in the metadata for the engine and Pulumi Cloud, and in [Pack.Configure], whose
// settings take precedence. A parameter is replaced as a whole. The receiver does not change. The data is the content
// of the file; see package policyfile. The last of duplicate keys applies, as in Pulumi. The error lists every mistake,
// by file and line as far as known, and quotes no values.
func (p *Pack) WithDefaults(file string, data []byte) (*Pack, error) {
	f := policyfile.Parse(data, p.Names())
	mistakes := slices.Concat(f.Mistakes, f.NotOfAPack())
	if f.Root == nil && len(mistakes) == 0 {
		mistakes = []policyfile.Mistake{{Message: "the file is empty; expected " + policyfile.Shape1}}
	}
	if len(mistakes) > 0 {
		return nil, InFile(file, mistakes)
	}
	settings := map[string]Setting{}
	for name, parameters := range f.Parameters() {
		settings[name] = Setting{Level: Level(f.Level(name)), Parameters: parameters}
	}
	if all := f.Level(policyfile.All); all != "" {
		settings[policyfile.All] = Setting{Level: Level(all)}
	}
	changed, err := p.withDefaults(settings)
	if wrong := mistake.Join(err); len(wrong) > 0 {
		return nil, InFile(file, f.Rows(wrong))
	}
	return changed, err
}

func (p *Pack) withDefaults(settings map[string]Setting) (*Pack, error) {
	if all, ok := settings["all"]; ok {
		for _, q := range p.Policies {
			if s := settings[q.Name]; s.Level == "" {
				s.Level = all.Level
				settings[q.Name] = s
			}
		}
	}
	config, err := p.Configure(settings)
	if err != nil {
		return nil, err
	}
	changed := *p
	changed.Policies = slices.Clone(p.Policies)
	for i, q := range p.Policies {
		s, ok := settings[q.Name]
		if !ok {
			continue
		}
		policy := *q
		if s.Level != "" {
			policy.Levels = nil
		}
		if policy.Level = config.Level(q.Name); policy.Level != q.Level {
			policy.LevelFrom = FromDefaults
		}
		policy.Parameters.Properties = maps.Clone(q.Parameters.Properties)
		policy.Parameters.replaced = q.Parameters.Defaults
		policy.Parameters.Defaults = maps.Clone(q.Parameters.Defaults)
		if policy.Parameters.Defaults == nil {
			policy.Parameters.Defaults = map[string]any{}
		}
		for name, value := range s.Parameters {
			policy.Parameters.Defaults[name] = value
			if schema, ok := policy.Parameters.Properties[name].(map[string]any); ok {
				schema = maps.Clone(schema)
				schema["default"] = value
				policy.Parameters.Properties[name] = schema
			}
		}
		changed.Policies[i] = &policy
	}
	return changed.Linked(config.Settings), nil
}
