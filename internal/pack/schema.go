package pack

import (
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
)

// Check checks some of the policy's parameters against their schema, as Configure does.
func (p *Policy) Check(params map[string]any) mistake.List { return p.validate(params, false) }

// validate checks parameters against the policy's schema. Its mistakes contain the path, what was expected and the type
// found. They never quote a value, which may be a misplaced secret.
func (p *Policy) validate(params map[string]any, required bool) mistake.List {
	c := checker{policy: p, patterns: map[string]*regexp.Regexp{}}
	for name, v := range params {
		at := place.Path{p.Name, name}
		if schema, ok := p.Parameters.Properties[name].(map[string]any); ok {
			c.value(at, schema, v)
		} else {
			c.add(at, p.unknown(name))
		}
	}
	for _, name := range p.Parameters.Required {
		if _, ok := params[name]; required && !ok {
			c.add(place.Path{p.Name}, "parameters: missing "+name)
		}
	}
	order.Stable(c.list, func(a, b mistake.Mistake) int { return strings.Compare(a.String(), b.String()) })
	return c.list
}

// unknown describes an unknown parameter of the policy.
func (p *Policy) unknown(name string) string {
	known := slices.Sorted(maps.Keys(p.Parameters.Properties))
	if name == "level" {
		known = nil
	}
	if hint := nearest.DidYouMean(name, append(known, policyfile.LevelKey)); hint != "" {
		return "unknown parameter" + hint
	}
	return "unknown parameter; `policypack explain " + p.Name + "` lists the parameters"
}

// checker checks values against schemas, which must be well-formed; see [wellFormed].
type checker struct {
	policy   *Policy
	patterns map[string]*regexp.Regexp // compiled so far
	list     mistake.List
}

func (c *checker) add(at place.Path, text string) {
	c.list = append(c.list, mistake.Mistake{Path: slices.Clone(at), Text: text})
}

// value checks a value against a schema. A value with the wrong type or format, or not among those allowed, is not
// checked further.
func (c *checker) value(at place.Path, schema map[string]any, v any) {
	got, _ := v.(string)
	if text := mistyped(listed(schema["type"]), v); text != "" {
		c.add(at, text)
		return
	}
	if want, ok := schema["const"]; ok && !equal(want, v) {
		c.add(at, "expected "+fmt.Sprint(want))
		return
	}
	if want, ok := schema["enum"].([]any); ok && !slices.ContainsFunc(want, func(w any) bool { return equal(w, v) }) {
		c.add(at, nearest.OneOf(got, words(want)))
		return
	}
	switch v := v.(type) {
	case string:
		c.text(at, schema, v)
	case []any:
		c.count(at, schema, "Items", "item", len(v))
		if schema["uniqueItems"] == true && duplicates(v) {
			c.add(at, "expected every item only once")
		}
		if of, ok := schema["items"].(map[string]any); ok {
			for i, item := range v {
				c.value(append(slices.Clip(at), i), of, item)
			}
		}
	case map[string]any:
		c.fields(at, schema, v)
	default:
		if n := rational(v); shape(v) == "number" {
			c.number(at, schema, n)
		}
	}
}

func (c *checker) text(at place.Path, schema map[string]any, v string) {
	if format, ok := schema["format"].(string); ok {
		if text := misformatted(format, v); text != "" {
			c.add(at, text)
			return
		}
	}
	c.count(at, schema, "Length", "character", utf8.RuneCountInString(v))
	if pattern, ok := schema["pattern"].(string); ok && !c.matches(pattern, v) {
		c.add(at, c.policy.pattern(schema, v))
	}
}

func (c *checker) fields(at place.Path, schema map[string]any, v map[string]any) {
	c.count(at, schema, "Properties", "entry", len(v))
	fields, _ := schema["properties"].(map[string]any)
	patterns, _ := schema["patternProperties"].(map[string]any)
	known := slices.Sorted(maps.Keys(fields))
	meant := map[string]bool{} // what is there under a name that is nearly right, so that it is not reported as missing
	for name, field := range v {
		below := append(slices.Clip(at), name)
		if of, ok := schema["propertyNames"].(map[string]any); ok {
			before := len(c.list)
			c.value(below, of, name)
			for i := range c.list[before:] {
				c.list[before+i].Text = "key: " + c.list[before+i].Text
			}
		}
		of, evaluated := fields[name].(map[string]any)
		if evaluated {
			c.value(below, of, field)
		}
		for pattern, of := range patterns {
			if of, ok := of.(map[string]any); ok && c.matches(pattern, name) {
				evaluated = true
				c.value(below, of, field)
			}
		}
		others, ok := schema["additionalProperties"].(map[string]any)
		switch {
		case evaluated:
		case ok:
			c.value(below, others, field)
		case schema["additionalProperties"] != false:
		case nearest.Of(name, known) != "":
			meant[nearest.Of(name, known)] = true
			c.add(below, "unknown field"+nearest.DidYouMean(name, known))
		default:
			c.add(below, "unknown field; expected one of "+strings.Join(known, ", "))
		}
	}
	for _, name := range listed(schema["required"]) {
		if _, ok := v[name]; !ok && !meant[name] {
			c.add(at, "missing "+name)
		}
	}
}

// number checks a number, nil if it is none that can be compared.
func (c *checker) number(at place.Path, schema map[string]any, v *big.Rat) {
	bound := func(keyword, text string, good ...int) {
		if n := rational(schema[keyword]); n != nil && (v == nil || !slices.Contains(good, v.Cmp(n))) {
			c.add(at, fmt.Sprintf(text, decimal(n)))
		}
	}
	bound("minimum", "expected %s or more", 0, 1)
	bound("maximum", "expected %s or less", -1, 0)
	bound("exclusiveMinimum", "expected more than %s", 1)
	bound("exclusiveMaximum", "expected less than %s", -1)
	if n := rational(schema["multipleOf"]); n != nil && n.Sign() > 0 && (v == nil || !new(big.Rat).Quo(v, n).IsInt()) {
		c.add(at, "expected a multiple of "+decimal(n))
	}
}

// count checks the bounds of the number of a value's parts. The length of a text, which may be a secret, is not
// reported.
func (c *checker) count(at place.Path, schema map[string]any, keyword, noun string, n int) {
	report := func(bound string, want int) {
		text := "expected " + bound + " " + plural(want, noun)
		if keyword != "Length" {
			text += fmt.Sprintf(", got %d", n)
		}
		c.add(at, text)
	}
	if want, ok := whole(schema["min"+keyword]); ok && n < want {
		report("at least", want)
	}
	if want, ok := whole(schema["max"+keyword]); ok && n > want {
		report("at most", want)
	}
}

func (c *checker) matches(pattern, text string) bool {
	re, ok := c.patterns[pattern]
	if !ok {
		re, _ = regexp.Compile(pattern)
		c.patterns[pattern] = re
	}
	return re != nil && re.MatchString(text)
}

// pattern describes what a schema's pattern matches, from its [Expected]: a string, or a list of words. Users should
// not have to read a regular expression.
func (p *Policy) pattern(schema map[string]any, got string) string {
	if list, ok := schema[Expected].([]any); ok {
		return nearest.OneOf(got, words(list))
	}
	if text := worded(schema); text != "" {
		return text
	}
	if text, _ := schema["description"].(string); text != "" {
		return "not in the form that is expected: " + strings.TrimSpace(text)
	}
	return "not in the form that is expected; `policypack explain " + p.Name + "` describes the parameter"
}

// misformatted returns what was expected of a text, empty if it has the format.
func misformatted(format, v string) string {
	switch format {
	case Glob:
		if _, err := glob.Compile(v); err != nil {
			return err.Error()
		}
	case Page:
		if err := isPage(v); err != nil {
			return err.Error()
		}
	case date:
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return mistake.Day
		}
	}
	return ""
}
