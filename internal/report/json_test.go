package report

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// schema compiles a JSON schema of a file.
func schema(t testing.TB, file string) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it is only read
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// meets checks a text against a schema.
func meets(t *testing.T, s *jsonschema.Schema, text string) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%v", err)
	}
}

func TestJSONMeetsItsSchema(t *testing.T) {
	t.Parallel()
	s := schema(t, "../../docs/reference/report.schema.json")
	for _, r := range []*Report{sample(), nothing(), disabled(), whatIf(), hostile(), New("0.1.0")} {
		meets(t, s, written(t, r, JSON, Options{}))
	}
}

func TestReadTakesBackWhatWasWritten(t *testing.T) {
	t.Parallel()
	for _, r := range []*Report{sample(), nothing(), disabled(), whatIf(), hostile()} {
		text := written(t, r, JSON, Options{})
		got, err := Read([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, written(t, got, JSON, Options{})); diff != "" {
			t.Errorf("mismatch (-want +got)\n%s", diff)
		}
		for i, want := range r.complete().Findings {
			for _, s := range []*string{
				&want.URN, &want.Address, &want.Type, &want.Name, &want.Path, &want.Attribute, &want.File,
				&want.Message,
			} {
				*s = strings.ToValidUTF8(*s, "\ufffd") // which is all that JSON can hold
			}
			if diff := cmp.Diff(want, got.Findings[i]); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{"another version", `{"format": "policypack-report/2", "findings": []}`, "another version"},
		{"further fields", `{"format": "policypack-report/1", "extra": 1}`, `unknown field "extra"`},
		{"no JSON", `x`, "expected a policypack-report/1 report"},
		{"cut off", `{"format": "policypack-report/1", "findings": [`, "expected a policypack-report/1 report"},
		{
			"something behind it", `{"format": "policypack-report/1"} {}`,
			"expected a policypack-report/1 report",
		},
		{
			"a finding that is none", `{"format": "policypack-report/1", "findings": [null]}`,
			"findings[0]: expected a policy",
		},
		{
			"a finding without a policy", `{"format": "policypack-report/1", "findings": [{"urn": "x"}]}`,
			"findings[0]: expected a policy",
		},
		{"a day that is none", `{"format": "policypack-report/1", "day": "tomorrow"}`, "day: expected a day such as"},
		{"another day without it", `{"format": "policypack-report/1", "whatIf": true}`, "day: expected a day such as"},
		{"a wrong type", `{"format": "policypack-report/1", "findings": [{"policy": 1}]}`, "cannot unmarshal number"},
	} {
		if _, err := Read([]byte(tt.give)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"format": "policypack-report/1", "findings": [{"policy": "p", "level": "mandatory"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		r, err := Read(data)
		if err != nil {
			return
		}
		again, err := Read([]byte(written(t, r, JSON, Options{})))
		if err != nil || len(again.Findings) > len(r.Findings) {
			t.Errorf("got %v after a report of %d findings", err, len(r.Findings))
		}
	})
}

// TestLeft shows that what is left to other findings is sorted, each once, and taken back.
func TestLeft(t *testing.T) {
	t.Parallel()
	r := sample()
	name := Left{
		Policy: "secret-name", URN: "urn:pulumi:s::p::t::n", Path: "name", To: "raw-secret-resource",
		Source: r.Sources[0].Name,
	}
	value := name
	value.Policy, value.Path = "secret-value-in-program", "value"
	r.Left = []Left{value, name, value}
	text := written(t, r, JSON, Options{})
	meets(t, schema(t, "../../docs/reference/report.schema.json"), text)
	got, err := Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Left{name, value}, got.Left); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	merged := Merge("0.1.0", []*Report{got, got})
	if len(merged.Left) != 4 || merged.Left[2].Source == merged.Left[0].Source {
		t.Errorf("merged: got %v, want both sources' own", merged.Left)
	}
}
