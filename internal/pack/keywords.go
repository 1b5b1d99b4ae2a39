package pack

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/place"
)

// keywords are the supported keywords of JSON schema and those of this program, each with a function that returns what
// is expected of its value, empty if it is well-formed.
var keywords = sync.OnceValue(func() map[string]func(v any) string {
	is := func(types ...string) func(any) string {
		return func(v any) string { return mistyped(types, v) }
	}
	oneOf := func(known ...string) func(any) string {
		return func(v any) string {
			if s, _ := v.(string); !slices.Contains(known, s) {
				return nearest.OneOf(s, known)
			}
			return ""
		}
	}
	list := func(least int, of func(any) string) func(any) string {
		return func(v any) string {
			list, ok := v.([]any)
			switch {
			case !ok:
				return mistyped([]string{"array"}, v)
			case len(list) < least:
				return "expected at least " + plural(least, "item")
			}
			for _, one := range list {
				if text := of(one); text != "" {
					return text
				}
			}
			return ""
		}
	}
	count := func(v any) string {
		if _, ok := whole(v); !ok {
			return "expected a whole number, 0 or more"
		}
		return ""
	}
	oneType := oneOf(slices.Sorted(maps.Keys(shapes))...)
	anything, text, number, object := is(), is("string"), is("number"), is("object")
	return map[string]func(any) string{
		"title": text, "description": text, "$comment": text, "default": anything, "examples": list(0, anything),
		Expected: is("string", "array"), Relaxes: anything, Unset: anything,

		"type": func(v any) string {
			if _, ok := v.([]any); ok {
				return list(1, oneType)(v)
			}
			return oneType(v)
		},
		"const": anything, "enum": list(1, anything),

		"format": oneOf(date, Glob, Page), "minLength": count, "maxLength": count,
		"pattern": func(v any) string { return cmp.Or(text(v), malformed(v)) },

		"minimum": number, "maximum": number, "exclusiveMinimum": number, "exclusiveMaximum": number,
		"multipleOf": func(v any) string {
			if n := rational(v); n == nil || n.Sign() <= 0 {
				return "expected a number above 0"
			}
			return ""
		},

		"items": object, "minItems": count, "maxItems": count, "uniqueItems": is("boolean"),

		"properties": object, "patternProperties": object, "additionalProperties": is("boolean", "object"),
		"propertyNames": object, "required": list(0, text), "minProperties": count, "maxProperties": count,
	}
})

// malformed returns what is wrong with a regular expression.
func malformed(pattern any) string {
	s, _ := pattern.(string)
	if _, err := regexp.Compile(s); err != nil {
		return "expected a regular expression: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	}
	return ""
}

// wellFormed returns the mistakes in a schema. A keyword that is misspelt, malformed or not supported must not be
// ignored: without it the schema allows more than its author meant.
func wellFormed(at place.Path, schema map[string]any) (wrong mistake.List) {
	known := keywords()
	for keyword, v := range schema {
		below := append(slices.Clip(at), keyword)
		check, ok := known[keyword]
		if !ok {
			wrong.Add(below, "unsupported keyword; %s", nearest.OneOf(keyword, slices.Sorted(maps.Keys(known))))
			continue
		}
		if text := check(v); text != "" {
			wrong.Add(below, "%s", text)
			continue
		}
		object, _ := v.(map[string]any)
		switch keyword {
		case "items", "propertyNames", "additionalProperties":
			wrong = append(wrong, wellFormed(below, object)...)
		case "properties", "patternProperties":
			for name, v := range object {
				below := append(slices.Clip(below), name)
				if text := malformed(name); keyword == "patternProperties" && text != "" {
					wrong.Add(below, "%s", text)
				}
				if of, ok := v.(map[string]any); ok {
					wrong = append(wrong, wellFormed(below, of)...)
				} else {
					wrong.Add(below, "expected a JSON schema")
				}
			}
		}
	}
	return wrong
}
