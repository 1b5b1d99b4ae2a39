package pack

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// DefaultsFile is the file beside PulumiPolicy.yaml with an organisation's defaults for levels and parameters. Its form is
// that of the file given to --policy-pack-config.
const DefaultsFile = "policy-config.json"

// ParseDefaults reads an organisation's defaults: {"POLICY": "LEVEL", "POLICY": {"enforcementLevel": "LEVEL", "PARAMETER":
// VALUE}}, where the policy "all" stands for the level of all. Whether the policies and parameters are there,
// [Pack.WithDefaults] checks. The error quotes no value.
func ParseDefaults(data []byte) (map[string]Setting, error) {
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil || file == nil {
		return nil, errors.New(`want one JSON object of policies, such as {"POLICY": "advisory"}`)
	}
	settings := map[string]Setting{}
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(file)) {
		if name == "environments" {
			wrong = append(wrong, "environments: these belong to the policy group, not to the pack")
			continue
		}
		s := Setting{}
		switch v := file[name].(type) {
		case string:
			s.Level = Level(v)
		case map[string]any:
			if level, ok := v["enforcementLevel"]; ok {
				text, isText := level.(string)
				if !isText {
					wrong = append(wrong, fmt.Sprintf("policy %s: enforcementLevel: want a text", name))
				}
				s.Level = Level(text)
				delete(v, "enforcementLevel")
			}
			s.Parameters = v
		default:
			wrong = append(wrong, fmt.Sprintf("policy %s: want a level or an object", name))
		}
		if name == "all" && len(s.Parameters) > 0 {
			wrong = append(wrong, "all: sets levels and no parameters")
		}
		settings[name] = s
	}
	if len(wrong) > 0 {
		return nil, errors.New(strings.Join(wrong, "\n"))
	}
	return settings, nil
}

// WithDefaults returns the pack with other levels and other defaults of parameters, as an organisation publishes it. They
// take the place of the policies' own everywhere: in what the engine and Pulumi Cloud are told, and in [Pack.Configure],
// whose settings stand above them. A parameter is replaced whole. The receiver does not change.
func (p *Pack) WithDefaults(settings map[string]Setting) (*Pack, error) {
	settings = maps.Clone(settings)
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
		if policy.Level = config.Level(q.Name); policy.Level != q.Level {
			policy.LevelFrom = FromDefaults
		}
		policy.Parameters.Properties = maps.Clone(q.Parameters.Properties)
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
	return &changed, nil
}
