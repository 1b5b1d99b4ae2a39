package facts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/progression-labs-development/policypack/internal/model"
)

// What a provider keeps of a marked input in plaintext among the outputs is found when the stack is known, once.
func TestStoredCopies(t *testing.T) {
	t.Parallel()
	const typ = "kubernetes:core/v1:Secret"
	type object = map[string]any
	secret := func(v any) model.Value { return model.Marked{Value: model.Of(v)} }
	annotated := func(text string) object { return object{"annotations": object{lastApplied: text}} }
	for _, tt := range []struct {
		name          string
		give, outputs object
		want          []string
	}{
		{
			"under the inputs of the provider",
			object{"stringData": object{"password": secret("[secret]"), "user": "app"}},
			object{"__inputs": object{"stringData": object{"password": canary, "user": "app"}}},
			[]string{"__inputs.stringData.password  stored-copy"},
		},
		{
			"below what is marked complete",
			object{"data": secret("[secret]")},
			object{"__inputs": object{"data": object{"a": canary, "b": []any{canary}, "empty": "", "n": 1.0}}},
			[]string{"__inputs.data.a  stored-copy", "__inputs.data.b[0]  stored-copy"},
		},
		{
			"in the annotation",
			object{"stringData": object{"password": secret("[secret]")}},
			object{"metadata": annotated(`{"stringData": {"password": "` + canary + `"}}`)},
			[]string{`metadata.annotations["` + lastApplied + `"] stringData.password stored-copy`},
		},
		{
			"in the annotation as Kubernetes has it",
			object{"stringData": object{"password": secret("[secret]")}},
			object{"metadata": annotated(`{"data": {"password": "` + canary + `"}}`)},
			[]string{`metadata.annotations["` + lastApplied + `"] data.password stored-copy`},
		},
		{
			"a copy that is marked",
			object{"data": object{"password": secret("[secret]"), "a": secret("[secret]")}},
			object{
				"__inputs": object{"data": object{"password": secret("[secret]"), "a": "[secret]"}},
				"metadata": object{"annotations": secret("[secret]")},
			},
			nil,
		},
		{
			"copies that are marked complete",
			object{"data": object{"password": secret("[secret]")}},
			object{"__inputs": secret("[secret]"), "metadata": annotated("no JSON")},
			nil,
		},
		{
			"copies of what is not marked",
			object{"data": object{"password": secret("[secret]"), "host": "db"}},
			object{
				"__inputs": object{"data": object{"host": "db", "password": "${PASSWORD}"}},
				"metadata": annotated(`{"data": {"host": "db", "password": ""}}`),
			},
			nil,
		},
		{
			"other outputs are the provider's own affair",
			object{"data": object{"password": secret("[secret]")}},
			object{"data": object{"password": "not-a-copy-of-inputs"}},
			nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			// As exported states have them: the engine leaves out __inputs.
			run, d := NewRun(nil, "2026-11-23"), testDetector(t)
			of := func(properties object) *Resource {
				r, err := New(&model.Resource{
					URN: "urn:pulumi:production::shop::" + typ + "::s", Type: typ, Name: "s",
					Properties: model.Of(properties), Provider: &model.Provider{URN: "u"},
				}, testCatalogue(t))
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			of(tt.give).Scan(run, d)
			r := of(tt.outputs)
			ScanStack(run, d, []*Resource{r})
			var got []string
			for i := range r.Findings {
				f := &r.Findings[i]
				got = append(got, f.Path.String()+" "+f.Inner+" "+f.Reason)
				if text := f.term(run, 1, r).String(); strings.Contains(text, canary) {
					t.Errorf("the finding holds the secret: %s", f.Path)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			doc, err := r.document(run)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(doc.String(), canary) {
				t.Error("the document holds the secret")
			}
		})
	}
}

// An annotation that the program itself gives is found as what it is, and not once more.
func TestStoredCopyThatTheProgramGives(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	annotations := resource.NewPropertyMapFromMap(map[string]any{"annotations": map[string]any{
		lastApplied: `{"stringData": {"password": "` + canary + `"}}`,
	}})
	s.add("kubernetes:core/v1:Secret", "s", resource.PropertyMap{
		"metadata": resource.NewObjectProperty(annotations),
		"stringData": resource.NewObjectProperty(resource.PropertyMap{
			"password": resource.MakeSecret(resource.NewStringProperty(canary)),
		}),
	}, nil, nil)
	for _, line := range s.finish() {
		if strings.HasSuffix(line, ReasonStored) {
			t.Errorf("found once more: %s", line)
		}
	}
}
