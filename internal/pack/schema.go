package pack

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/place"
)

// schema compiles the policy's parameters as one closed JSON schema: a parameter that it does not name is a mistake.
func (p *Policy) schema() (*jsonschema.Schema, error) {
	doc := map[string]any{
		"type": "object", "properties": p.Parameters.Properties, "additionalProperties": false,
	}
	if len(p.Parameters.Required) > 0 {
		required := make([]any, len(p.Parameters.Required))
		for i, name := range p.Parameters.Required {
			required[i] = name
		}
		doc["required"] = required
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	c.RegisterFormat(&jsonschema.Format{Name: Glob, Validate: isGlob})
	c.RegisterFormat(&jsonschema.Format{Name: Page, Validate: isPage})
	url := "policy:" + p.Name
	if err := c.AddResource(url, doc); err != nil {
		return nil, err
	}
	s, err := c.Compile(url)
	var bad *jsonschema.SchemaValidationError
	if errors.As(err, &bad) {
		var v *jsonschema.ValidationError
		if errors.As(bad.Err, &v) {
			return nil, errors.New(strings.Join(describe(v), "; "))
		}
	}
	return s, err
}

// isGlob returns the error of a text that is not a glob. What is not a text is for the schema's type.
func isGlob(v any) error {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	_, err := glob.Compile(text)
	return err
}

// validate checks parameters against the policy's schema and returns one line for each mistake: where, what was wanted,
// what was got. It never quotes a value: what is put into a parameter by mistake may be a secret.
func (p *Policy) validate(params map[string]any, required bool) []string {
	s, err := p.schema()
	if err != nil {
		return []string{err.Error()}
	}
	err = s.Validate(params)
	var v *jsonschema.ValidationError
	if err == nil || !errors.As(err, &v) {
		return nil
	}
	var lines []string
	for _, line := range describe(v) {
		if names, ok := strings.CutPrefix(line, "unknown "); ok {
			lines = append(lines, p.unknown(strings.Split(names, ", "))...)
			continue
		}
		lines = append(lines, line)
	}
	if !required {
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "missing ") })
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// Check checks some of the policy's parameters against their schema and returns one line for each mistake, as Configure
// writes them. It quotes no value.
func (p *Policy) Check(params map[string]any) []string { return p.validate(params, false) }

// unknown describes parameters that the policy does not have.
func (p *Policy) unknown(names []string) []string {
	known := slices.Sorted(maps.Keys(p.Parameters.Properties))
	lines := make([]string, len(names))
	for i, name := range names {
		lines[i] = "unknown " + name
		if near := Nearest(name, known); near != "" {
			lines[i] += "; did you mean " + near + "?"
		}
	}
	return lines
}

// describe lists the leaves of a validation error.
func describe(v *jsonschema.ValidationError) []string {
	if k, ok := v.ErrorKind.(*kind.PropertyNames); ok {
		// Its InstanceLocation shares memory with later ones, so the parameter is taken from the schema's.
		_, parameter, _ := strings.Cut(v.SchemaURL, "#/properties/")
		parameter, _, _ = strings.Cut(parameter, "/")
		where := pathOf([]string{parameter, k.Property})
		var lines []string
		for _, c := range v.Causes {
			for _, line := range describe(c) {
				lines = append(lines, where+": key: "+line)
			}
		}
		return lines
	}
	if len(v.Causes) > 0 {
		var lines []string
		for _, c := range v.Causes {
			lines = append(lines, describe(c)...)
		}
		return lines
	}
	where := pathOf(v.InstanceLocation)
	if where != "" {
		where += ": "
	}
	switch k := v.ErrorKind.(type) {
	case *kind.Type:
		return []string{fmt.Sprintf("%swant %s, got %s", where, strings.Join(k.Want, " or "), k.Got)}
	case *kind.Enum:
		want := make([]string, len(k.Want))
		for i, w := range k.Want {
			want[i] = fmt.Sprint(w)
		}
		return []string{fmt.Sprintf("%swant one of %s", where, strings.Join(want, ", "))}
	case *kind.Required:
		return []string{fmt.Sprintf("%smissing %s", where, strings.Join(k.Missing, ", "))}
	case *kind.AdditionalProperties:
		slices.Sort(k.Properties)
		return []string{fmt.Sprintf("%sunknown %s", where, strings.Join(k.Properties, ", "))}
	case *kind.Pattern:
		return []string{fmt.Sprintf("%swant a string that matches %s", where, k.Want)}
	case *kind.Format:
		if k.Want == Glob || k.Want == Page {
			return []string{where + k.Err.Error()}
		}
		return []string{fmt.Sprintf("%swant a %s", where, k.Want)}
	case *kind.MinItems:
		return []string{fmt.Sprintf("%swant at least %d items, got %d", where, k.Want, k.Got)}
	case *kind.MinLength:
		return []string{fmt.Sprintf("%swant at least %d characters", where, k.Want)}
	case *kind.MinProperties:
		return []string{fmt.Sprintf("%swant at least %d entries, got %d", where, k.Want, k.Got)}
	case *kind.MaxItems:
		return []string{fmt.Sprintf("%sexpected at most %d items, got %d", where, k.Want, k.Got)}
	case *kind.MaxLength:
		return []string{fmt.Sprintf("%sexpected at most %d characters", where, k.Want)}
	case *kind.Minimum:
		return []string{fmt.Sprintf("%sexpected %s or more", where, number(k.Want))}
	case *kind.Maximum:
		return []string{fmt.Sprintf("%sexpected %s or less", where, number(k.Want))}
	case *kind.ExclusiveMinimum:
		return []string{fmt.Sprintf("%sexpected more than %s", where, number(k.Want))}
	default:
		return []string{
			fmt.Sprintf("%sdoes not meet the schema's %s", where, strings.Join(v.ErrorKind.KeywordPath(), ".")),
		}
	}
}

// number writes a bound of a schema.
func number(r *big.Rat) string {
	if r.IsInt() {
		return r.RatString()
	}
	return strings.TrimRight(r.FloatString(3), "0")
}

// pathOf formats a JSON pointer's tokens as a property path.
func pathOf(tokens []string) string {
	steps := make([]any, len(tokens))
	for i, t := range tokens {
		steps[i] = t
		if t != "" && strings.Trim(t, "0123456789") == "" {
			var n int
			if _, err := fmt.Sscan(t, &n); err == nil {
				steps[i] = n
			}
		}
	}
	return place.Path(steps).String()
}
