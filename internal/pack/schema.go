package pack

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
)

// schema compiles the policy's parameters as one closed JSON schema, in which an unknown parameter is a mistake.
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
			return nil, errors.New(broken(v))
		}
	}
	return s, err
}

// broken describes an error in a schema itself.
func broken(v *jsonschema.ValidationError) string {
	for len(v.Causes) > 0 {
		v = v.Causes[0]
	}
	return fmt.Sprintf("/%s: %s", strings.Join(v.InstanceLocation, "/"), (&description{policy: &Policy{}}).words(v))
}

// isGlob returns an error for a string that is not a glob. Other types are left to the schema's type.
func isGlob(v any) error {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	_, err := glob.Compile(text)
	return err
}

// validate checks parameters against the policy's schema. Its mistakes contain the path, what was expected and the type
// found. They never quote a value, which may be a misplaced secret.
func (p *Policy) validate(params map[string]any, required bool) mistake.List {
	s, err := p.schema()
	if err != nil {
		return mistake.List{{Path: place.Path{p.Name}, Text: err.Error()}}
	}
	err = s.Validate(params)
	var v *jsonschema.ValidationError
	if err == nil || !errors.As(err, &v) {
		return nil
	}
	d := description{policy: p, params: params, required: required, meant: map[string]bool{}}
	d.leaves(v)
	d.list = slices.DeleteFunc(d.list, func(m mistake.Mistake) bool { return d.meant[m.String()] })
	slices.SortStableFunc(d.list, func(a, b mistake.Mistake) int { return strings.Compare(a.String(), b.String()) })
	return d.list
}

// Check checks some of the policy's parameters against their schema, as Configure does.
func (p *Policy) Check(params map[string]any) mistake.List { return p.validate(params, false) }

// description describes a validation error in words.
type description struct {
	policy   *Policy
	params   map[string]any
	required bool
	list     mistake.List
	meant    map[string]bool // what would be said to be missing, and is there under a name that is nearly right
}

// leaves describes the leaves of a validation error.
func (d *description) leaves(v *jsonschema.ValidationError) {
	at := d.at(v.InstanceLocation)
	if k, ok := v.ErrorKind.(*kind.PropertyNames); ok {
		// Its InstanceLocation shares memory with later ones, so the parameter is taken from the schema's.
		parameter := pointer(v.SchemaURL)[1]
		for _, c := range v.Causes {
			d.add(place.Path{parameter, k.Property}, "key: "+d.words(c))
		}
		return
	}
	if len(v.Causes) > 0 {
		for _, c := range v.Causes {
			d.leaves(c)
		}
		return
	}
	switch k := v.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			switch {
			case len(at) > 0:
				d.add(at, "missing "+name)
			case d.required:
				d.add(nil, "parameters: missing "+name)
			}
		}
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			d.add(append(slices.Clip(at), name), d.unknown(at, name, v.SchemaURL))
		}
	default:
		d.add(at, d.words(v))
	}
}

func (d *description) add(path place.Path, text string) {
	d.list = append(d.list, mistake.Mistake{Path: append(place.Path{d.policy.Name}, path...), Text: text})
}

// at returns the path in a validation error, which has strings only.
func (d *description) at(tokens []string) place.Path {
	var path place.Path
	var at any = d.params
	for _, token := range tokens {
		switch v := at.(type) {
		case []any:
			n, err := strconv.Atoi(token)
			if err != nil || n < 0 || n >= len(v) {
				return path
			}
			path, at = append(path, n), v[n]
		case map[string]any:
			path, at = append(path, token), v[token]
		}
	}
	return path
}

// unknown describes an unknown parameter of the policy, or an unknown field of the parameter at the path.
func (d *description) unknown(at place.Path, name, url string) string {
	fields, _ := d.schema(url)["properties"].(map[string]any)
	known := slices.Sorted(maps.Keys(fields))
	if len(at) > 0 {
		if near := nearest.Of(name, known); near != "" {
			missing := mistake.Mistake{Path: append(place.Path{d.policy.Name}, at...), Text: "missing " + near}
			d.meant[missing.String()] = true
			return "unknown field" + nearest.DidYouMean(name, known)
		}
		return "unknown field; expected one of " + strings.Join(known, ", ")
	}
	if name == "level" {
		known = []string{policyfile.LevelKey}
	}
	if hint := nearest.DidYouMean(name, append(known, policyfile.LevelKey)); hint != "" {
		return "unknown parameter" + hint
	}
	return "unknown parameter; `policypack explain " + d.policy.Name + "` lists the parameters"
}

// schema returns the part of the policy's schema that a URL points to.
func (d *description) schema(url string) map[string]any {
	at := map[string]any{"properties": d.policy.Parameters.Properties}
	for _, token := range pointer(url) {
		at, _ = at[token].(map[string]any)
	}
	return at
}

// pointer returns the tokens of the JSON pointer after a URL's #.
func pointer(address string) []string {
	_, fragment, _ := strings.Cut(address, "#")
	var tokens []string
	for token := range strings.SplitSeq(strings.TrimPrefix(fragment, "/"), "/") {
		if text, err := url.PathUnescape(token); err == nil {
			token = text
		}
		if token != "" {
			tokens = append(tokens, strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~"))
		}
	}
	return tokens
}

// shapes are the types of JSON schema in words.
var shapes = map[string]string{
	"array": "a list", "boolean": "true or false", "integer": "a whole number", "null": "null", "number": "a number",
	"object": "an object", "string": "a text",
}

// words describes one leaf.
func (d *description) words(v *jsonschema.ValidationError) string {
	for len(v.Causes) == 1 { // of a key, whose error has its own
		v = v.Causes[0]
	}
	switch k := v.ErrorKind.(type) {
	case *kind.Type:
		want := make([]string, len(k.Want))
		for i, w := range k.Want {
			want[i] = cmp.Or(shapes[w], w)
		}
		got := cmp.Or(shapes[k.Got], k.Got)
		if k.Got == "number" && slices.Contains(k.Want, "integer") {
			got = "a fraction"
		}
		return fmt.Sprintf("expected %s, got %s", strings.Join(want, " or "), got)
	case *kind.Enum:
		got, _ := k.Got.(string)
		return nearest.OneOf(got, words(k.Want))
	case *kind.Pattern:
		return d.pattern(v.SchemaURL, k.Got)
	case *kind.Format:
		switch k.Want {
		case Glob, Page:
			return k.Err.Error()
		case date:
			return mistake.Day
		}
		return "expected a " + k.Want
	case *kind.MinItems:
		return fmt.Sprintf("expected at least %s, got %d", plural(k.Want, "item"), k.Got)
	case *kind.MinLength:
		return "expected at least " + plural(k.Want, "character")
	case *kind.MinProperties:
		return fmt.Sprintf("expected at least %s, got %d", plural(k.Want, "entry"), k.Got)
	case *kind.MaxItems:
		return fmt.Sprintf("expected at most %s, got %d", plural(k.Want, "item"), k.Got)
	case *kind.MaxLength:
		return "expected at most " + plural(k.Want, "character")
	case *kind.Minimum:
		return fmt.Sprintf("expected %s or more", number(k.Want))
	case *kind.Maximum:
		return fmt.Sprintf("expected %s or less", number(k.Want))
	case *kind.ExclusiveMinimum:
		return "expected more than " + number(k.Want)
	default:
		return "does not meet the schema's " + strings.Join(v.ErrorKind.KeywordPath(), ".")
	}
}

// pattern describes what a pattern matches, from the schema's [Expected]: a string, or a list of words. Users should
// not have to read a regular expression.
func (d *description) pattern(url, got string) string {
	schema := d.schema(url)
	if list, ok := schema[Expected].([]any); ok {
		return nearest.OneOf(got, words(list))
	}
	if text := worded(schema); text != "" {
		return text
	}
	if text, _ := schema["description"].(string); text != "" {
		return "not in the form that is expected: " + strings.TrimSpace(text)
	}
	return "not in the form that is expected; `policypack explain " + d.policy.Name + "` describes the parameter"
}

func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	default:
		return fmt.Sprintf("%d %ss", n, noun)
	}
}

// number formats a bound of a schema.
func number(r *big.Rat) string {
	if r.IsInt() {
		return r.RatString()
	}
	return strings.TrimRight(r.FloatString(3), "0")
}
