package pack

import (
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// decoded decodes JSON; with numbers, as a bundle does.
func decoded(t *testing.T, text string, numbers bool) (v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	if numbers {
		d.UseNumber()
	}
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestMistakesInParameters(t *testing.T) {
	t.Parallel()
	const entry = `{"type": "object", "additionalProperties": false, "required": ["path", "values"],
		"properties": {"path": {"type": "string"}, "values": {"type": "integer"}}}`
	for _, tt := range []struct{ name, schema, give, want string }{
		{"no keyword", `{}`, `["canary"]`, ""},
		{"annotations", `{"title": "x", "description": "y", "default": 1, "examples": [2], "relaxes": "more"}`, `"canary"`, ""},

		{"a type", `{"type": "string"}`, `"canary"`, ""},
		{"another type", `{"type": "string"}`, `[]`, "x: expected a text, got a list"},
		{"null", `{"type": "array"}`, `null`, "x: expected a list, got null"},
		{"several types", `{"type": ["string", "object"]}`, `false`, "x: expected a text or an object, got true or false"},
		{"a whole number", `{"type": "integer"}`, `3.0`, ""},
		{"a fraction", `{"type": "integer"}`, `3.5`, "x: expected a whole number, got a fraction"},
		{"a text for a number", `{"type": "number"}`, `"3"`, "x: expected a number, got a text"},
		{
			"a wrong type is the only mistake", `{"type": "string", "minItems": 2, "enum": ["a"]}`, `[]`,
			"x: expected a text, got a list",
		},

		{"the constant", `{"const": {"a": [1]}}`, `{"a": [1.0]}`, ""},
		{"not the constant", `{"const": true}`, `"true"`, "x: expected true"},
		{"a word", `{"enum": ["allow", "warn", 1, null]}`, `1.0`, ""},
		{"none of the words", `{"enum": ["allow", "warn", 1]}`, `"canary"`, "x: expected one of allow, warn, 1"},
		{"a misspelt word", `{"enum": ["allow", "warn"]}`, `"wran"`, "x: expected one of allow, warn; did you mean warn?"},

		{"a day", `{"format": "date"}`, `"2027-02-28"`, ""},
		{"no day", `{"format": "date"}`, `"2027-02-29"`, "x: expected a day such as 2027-01-31"},
		{"a glob", `{"format": "glob"}`, `"{a,b}*"`, ""},
		{
			"no glob", `{"format": "glob"}`, `"canary{"`,
			`x: not a glob: close its brackets and braces, or write \ before them`,
		},
		{"no page", `{"format": "page"}`, `"http://canary"`, "x: " + errPage.Error()},
		{"the format of a number", `{"format": "date"}`, `3`, ""},
		{
			"a wrong format is the only mistake", `{"format": "date", "minLength": 20}`, `"canary"`,
			"x: expected a day such as 2027-01-31",
		},

		{"lengths in characters", `{"minLength": 2, "maxLength": 2}`, `"éé"`, ""},
		{"too short", `{"minLength": 1}`, `""`, "x: expected at least 1 character"},
		{"too long", `{"maxLength": 5}`, `"canary"`, "x: expected at most 5 characters"},
		{"a pattern", `{"pattern": "^a"}`, `"ab"`, ""},
		{"a pattern in words", `{"pattern": "^a", "expected": "a team"}`, `"canary"`, "x: expected a team"},
		{
			"a pattern of words", `{"pattern": "^(red|blue)$", "expected": ["red", "blue"]}`, `"blu"`,
			"x: expected one of red, blue; did you mean blue?",
		},
		{
			"a pattern with a description", `{"pattern": "^a", "description": "A team.\n"}`, `"canary"`,
			"x: not in the form that is expected: A team.",
		},
		{
			"a pattern alone", `{"pattern": "^a"}`, `"canary"`,
			"x: not in the form that is expected; `policypack explain p` describes the parameter",
		},
		{
			"all about a text", `{"pattern": "^a", "expected": "a team", "maxLength": 5}`, `"canary"`,
			"x: expected a team\nx: expected at most 5 characters",
		},

		{"at the bounds", `{"minimum": 0.1, "maximum": 0.1}`, `0.1`, ""},
		{"below", `{"minimum": 0.25}`, `0.1`, "x: expected 0.25 or more"},
		{"above", `{"maximum": 30}`, `4711`, "x: expected 30 or less"},
		{
			"at the exclusive bounds", `{"exclusiveMinimum": 0, "exclusiveMaximum": 0}`, `0`,
			"x: expected less than 0\nx: expected more than 0",
		},
		{"a multiple", `{"multipleOf": 0.1}`, `0.3`, ""},
		{"no multiple", `{"multipleOf": 0.1}`, `0.35`, "x: expected a multiple of 0.1"},

		{"too few items", `{"minItems": 2}`, `["canary"]`, "x: expected at least 2 items, got 1"},
		{"too many items", `{"maxItems": 1}`, `["canary", 2]`, "x: expected at most 1 item, got 2"},
		{"different items", `{"uniqueItems": true}`, `[1, "1", [1], null, false, 0]`, ""},
		{
			"equal items", `{"uniqueItems": true}`, `[{"a": [1.0], "b": "canary"}, 2, {"b": "canary", "a": [1]}]`,
			"x: expected every item only once",
		},
		{"equal items that may be", `{"uniqueItems": false}`, `[1, 1]`, ""},
		{
			"items", `{"items": {"type": "string"}}`, `["canary", 1, "canary", []]`,
			"x[1]: expected a text, got a number\nx[3]: expected a text, got a list",
		},

		{"too few entries", `{"minProperties": 1}`, `{}`, "x: expected at least 1 entry, got 0"},
		{"too many entries", `{"maxProperties": 0}`, `{"a": "canary", "b": 2}`, "x: expected at most 0 entries, got 2"},
		{"fields", entry, `{"path": "canary", "values": 1}`, ""},
		{
			"a field of another type", entry, `{"path": 1, "values": "canary"}`,
			"x.path: expected a text, got a number\nx.values: expected a whole number, got a text",
		},
		{"missing fields", entry, `{}`, "x: missing path\nx: missing values"},
		{
			"an unknown field", entry, `{"path": "a", "values": 1, "zone": "canary"}`,
			"x.zone: unknown field; expected one of path, values",
		},
		{
			"a misspelt field is not missing", entry, `{"paht": "canary", "values": 1}`,
			"x.paht: unknown field; did you mean path?",
		},
		{
			"all other fields", `{"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}}`,
			`{"a": "canary", "b": "canary", "odd key": 1.5}`,
			"x.b: expected a whole number, got a text\nx[\"odd key\"]: expected a whole number, got a fraction",
		},
		{
			"fields by pattern", `{"patternProperties": {"^a": {"type": "string"}, "b$": {"minLength": 9}},
			"additionalProperties": false}`, `{"ab": "canary", "a": 1, "cb": "canarycanary"}`,
			"x.a: expected a text, got a number\nx.ab: expected at least 9 characters",
		},
		{
			"keys", `{"items": {"propertyNames": {"pattern": "^a", "expected": "a team"}}}`, `[{"a": 1, "b": "canary"}]`,
			"x[0].b: key: expected a team",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			properties, _ := decoded(t, `{"x": `+tt.schema+`}`, false).(map[string]any)
			p := &Policy{Name: "p", Parameters: Parameters{Properties: properties}}
			var errs Errors
			if p.CheckParameters(&errs); len(errs) > 0 {
				t.Errorf("the schema has mistakes: %v", errs)
			}
			for _, numbers := range []bool{false, true} {
				var got []string
				for _, m := range p.Check(map[string]any{"x": decoded(t, tt.give, numbers)}) {
					got = append(got, m.Path[1:].String()+": "+m.Text)
				}
				if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
					t.Errorf("mismatch (-want +got)\n%s", diff)
				}
				if strings.Contains(strings.Join(got, "\n"), "canary") {
					t.Error("the mistakes quote a value")
				}
			}
		})
	}
}

// A schema that this program would not apply as its author meant it does not load.
func TestMistakesInSchemas(t *testing.T) {
	t.Parallel()
	all := strings.Join(slices.Sorted(maps.Keys(keywords())), ", ")
	for _, tt := range []struct{ name, give, want string }{
		{"no schema", `3`, "x: expected a JSON schema"},
		{
			"a misspelt keyword", `{minLenght: 3}`,
			"x.minLenght: unsupported keyword; expected one of " + all + "; did you mean minLength?",
		},
		{
			"a keyword that is not supported", `{anyOf: [{type: string}]}`,
			"x.anyOf: unsupported keyword; expected one of " + all,
		},
		{"a reference", `{items: {$ref: "#/definitions/a"}}`, "x.items.$ref: unsupported keyword; expected one of " + all},
		{"a misspelt type", `{type: strng}`, "x.type: expected one of array, boolean, integer, null, number, object, " +
			"string; did you mean string?"},
		{"no type", `{type: []}`, "x.type: expected at least 1 item"},
		{"a misspelt type in a list", `{type: [string, nul]}`, "x.type: expected one of array, boolean, integer, null, " +
			"number, object, string; did you mean null?"},
		{"no values", `{enum: []}`, "x.enum: expected at least 1 item"},
		{"one value", `{enum: a}`, "x.enum: expected a list, got a text"},
		{"a format", `{format: dates}`, "x.format: expected one of date, glob, page; did you mean date?"},
		{"formats", `{format: [date]}`, "x.format: expected one of date, glob, page"},
		{"a bound as a text", `{minimum: "3"}`, "x.minimum: expected a number, got a text"},
		{"a negative length", `{maxLength: -1}`, "x.maxLength: expected a whole number, 0 or more"},
		{"half an item", `{minItems: 1.5}`, "x.minItems: expected a whole number, 0 or more"},
		{"multiples of nothing", `{multipleOf: 0}`, "x.multipleOf: expected a number above 0"},
		{"a number as a pattern", `{pattern: 3}`, "x.pattern: expected a text, got a number"},
		{
			"a pattern that is not RE2", `{pattern: "(?!a)"}`,
			"x.pattern: expected a regular expression: invalid or unsupported Perl syntax: `(?!`",
		},
		{
			"a pattern of fields", `{patternProperties: {"(": {}}}`,
			"x.patternProperties[\"(\"]: expected a regular expression: missing closing ): `(`",
		},
		{"a number of words", `{expected: 3}`, "x.expected: expected a text or a list, got a number"},
		{"unique as a text", `{uniqueItems: "yes"}`, "x.uniqueItems: expected true or false, got a text"},
		{"one schema per item", `{items: [{type: string}]}`, "x.items: expected an object, got a list"},
		{
			"no object", `{additionalProperties: 1}`,
			"x.additionalProperties: expected true or false or an object, got a number",
		},
		{"one required field", `{required: a}`, "x.required: expected a list, got a text"},
		{"a number as a required field", `{required: [a, 3]}`, "x.required: expected a text, got a number"},
		{
			"deep", `{items: {properties: {a: {additionalProperties: {propertyNames: {pattern: 1}}}, b: 2}}}`,
			"x.items.properties.a.additionalProperties.propertyNames.pattern: expected a text, got a number\n" +
				"x.items.properties.b: expected a JSON schema",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			give := strings.Replace(tt.give, "{", `{description: X., `, 1)
			text := strings.Replace(module("rules.r"), "#   remediation",
				"#   parameters: {properties: {x: "+give+"}}\n#   remediation", 1)
			_, err := Load([]Source{
				{FS: fstest.MapFS{"r/r.rego": {Data: []byte(text)}}, Prefix: "rules", Root: "rules"},
			}, "")
			if err == nil {
				t.Fatal("the schema loads")
			}
			const where = "rules/r/r.rego:1: METADATA: custom.parameters.properties."
			want := where + strings.ReplaceAll(tt.want, "\n", "\n"+where)
			if diff := cmp.Diff(want, err.Error()); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// library compiles a schema with a whole implementation of JSON schema.
func library(schema any) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	for _, format := range []string{Glob, Page} {
		c.RegisterFormat(&jsonschema.Format{Name: format, Validate: func(v any) error {
			if s, ok := v.(string); ok && misformatted(format, s) != "" {
				return errors.New(format)
			}
			return nil
		}})
	}
	if err := c.AddResource("schema.json", schema); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
}

// random makes well-formed schemas, and values that meet them now and then.
type random struct{ *rand.Rand }

func (r random) of(list ...any) any { return list[r.IntN(len(list))] }

func (r random) texts() any {
	return r.of("", "a", "ab", "b", "x-1", "2027-01-31", "2027-02-31", "[", "a*", "{a", "é", "1", "https://a.example/",
		"https://a.example/{policy}")
}

func (r random) value(depth int) any {
	switch n := r.IntN(9); {
	case n < 2:
		return r.texts()
	case n < 4:
		return r.of(0.0, 1.0, 2.0, 3.0, -1.0, 0.5, 0.1, 0.3, 1.5, 1e21)
	case n < 5:
		return r.of(nil, true, false)
	case depth == 0:
		return r.of([]any{}, map[string]any{})
	case n < 7:
		list := make([]any, r.IntN(4))
		for i := range list {
			list[i] = r.value(depth - 1)
		}
		return list
	default:
		fields := map[string]any{}
		for range r.IntN(4) {
			fields[r.of("a", "b", "ab", "c").(string)] = r.value(depth - 1)
		}
		return fields
	}
}

func (r random) schema(depth int) map[string]any {
	s := map[string]any{}
	keywords := []func(){
		func() { s["type"] = r.of("null", "boolean", "number", "integer", "string", "array", "object") },
		func() {
			s["type"] = r.of([]any{"string", "object"}, []any{"integer", "array"}, []any{"null", "number"})
		},
		func() { s["const"] = r.value(1) },
		func() { s["enum"] = []any{r.texts(), 1.0, r.of([]any{}, []any{1.0}, map[string]any{"a": 1.0}, nil)} },
		func() { s["format"] = r.of(date, Glob, Page) },
		func() { s["pattern"] = r.of("^a", "b$", "^[0-9-]+$", "é", ".") },
		func() { s["minLength"] = r.of(0.0, 1.0, 2.0) },
		func() { s["maxLength"] = r.of(0.0, 1.0, 2.0) },
		func() { s["minimum"] = r.of(0.0, 1.0, 0.1) },
		func() { s["maximum"] = r.of(0.0, 1.0, 0.1) },
		func() { s["exclusiveMinimum"] = r.of(0.0, 1.0, 0.1) },
		func() { s["exclusiveMaximum"] = r.of(0.0, 1.0, 0.1) },
		func() { s["multipleOf"] = r.of(1.0, 0.1, 0.5, 2.0) },
		func() { s["minItems"] = r.of(0.0, 1.0, 2.0) },
		func() { s["maxItems"] = r.of(0.0, 1.0, 2.0) },
		func() { s["uniqueItems"] = r.of(true, false) },
		func() { s["minProperties"] = r.of(0.0, 1.0, 2.0) },
		func() { s["maxProperties"] = r.of(0.0, 1.0, 2.0) },
		func() { s["required"] = r.of([]any{}, []any{"a"}, []any{"a", "b"}) },
		func() { s["additionalProperties"] = r.of(true, false) },
	}
	if depth > 0 {
		below := func() any { return r.schema(depth - 1) }
		keywords = append(keywords,
			func() { s["items"] = below() },
			func() { s["additionalProperties"] = below() },
			func() { s["propertyNames"] = below() },
			func() { s["properties"] = map[string]any{"a": below(), "b": below()} },
			func() { s["patternProperties"] = map[string]any{"^a": below(), "b": below()} },
		)
	}
	for range r.IntN(5) {
		keywords[r.IntN(len(keywords))]()
	}
	return s
}

// The verdict is that of the library, for random schemas and values.
func TestVerdictsAreThoseOfALibrary(t *testing.T) {
	t.Parallel()
	var verdicts [2]int
	used := map[string]bool{}
	for seed := range uint64(1000) {
		r := random{rand.New(rand.NewPCG(seed, 0))}
		schema := r.schema(3)
		s, err := library(schema)
		if err != nil {
			t.Fatalf("%v: %v", schema, err)
		}
		if wrong := wellFormed(nil, schema); len(wrong) > 0 {
			t.Fatalf("%v: %v", schema, wrong)
		}
		for keyword := range schema {
			used[keyword] = true
		}
		p := &Policy{Name: "p", Parameters: Parameters{Properties: map[string]any{"x": schema}}}
		for range 10 {
			v := r.value(3)
			want, got := s.Validate(v), p.Check(map[string]any{"x": v})
			if (want == nil) != (len(got) == 0) {
				t.Fatalf("seed %d: schema %v, value %#v: got %v, want %v", seed, schema, v, got, want)
			}
			verdicts[min(len(got), 1)]++
		}
	}
	if verdicts[0] < 1000 || verdicts[1] < 1000 {
		t.Errorf("%d values meet their schema and %d do not; want 1000 each", verdicts[0], verdicts[1])
	}
	var annotations []string
	for _, keyword := range slices.Sorted(maps.Keys(keywords())) {
		if !used[keyword] {
			annotations = append(annotations, keyword)
		}
	}
	want := []string{"$comment", "default", "description", "examples", Expected, Relaxes, "title", Unset}
	if diff := cmp.Diff(want, annotations); diff != "" {
		t.Errorf("keywords that no schema has: mismatch (-want +got)\n%s", diff)
	}
}

// Any schema that this program takes for well-formed compiles in the library, with the same verdict.
func FuzzSchema(f *testing.F) {
	f.Add(`{"type": ["string", "integer"], "enum": ["a", 1], "pattern": "^a"}`, `"a"`)
	f.Add(`{"items": {"format": "glob", "minLength": 1}, "uniqueItems": true}`, `["a*", -0, 0]`)
	f.Add(`{"properties": {"a": {"multipleOf": 0.1}}, "additionalProperties": false}`, `{"a": 0.3}`)
	f.Add(`{"patternProperties": {"^a": {"const": {"a": 1e3}}}, "propertyNames": {"maxLength": 2}}`, `{"a": {"a": 1000}}`)
	f.Fuzz(func(t *testing.T, schemaText, valueText string) {
		defer fuzzing.Watch(t, len(schemaText)+len(valueText))()
		var schema map[string]any
		var v any
		if json.Unmarshal([]byte(schemaText), &schema) != nil || json.Unmarshal([]byte(valueText), &v) != nil ||
			len(wellFormed(nil, schema)) > 0 {
			return
		}
		s, err := library(schema)
		if err != nil {
			// The library also wants the items of these lists to differ.
			if text := err.Error(); strings.Contains(text, "are equal") {
				return
			}
			t.Fatalf("%s: well-formed here, but not for the library: %v", schemaText, err)
		}
		p := &Policy{Name: "p", Parameters: Parameters{Properties: map[string]any{"x": schema}}}
		if want, got := s.Validate(v), p.Check(map[string]any{"x": v}); (want == nil) != (len(got) == 0) {
			t.Fatalf("schema %s, value %s: got %v, want %v", schemaText, valueText, got, want)
		}
	})
}
