package policyfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseAny(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		bundled    bool
		want       string // the text with a level set, or the mistake
	}{
		{
			"data", `{"policypack": {"format": "policypack-bundle/1", "parameters": {"p": {"x": 1}}}}`, true,
			`{"policypack": {"format": "policypack-bundle/1", "parameters": {"p": {"x": 2}}}}`,
		},
		{
			"data in a folder of its own", `{"format": "policypack-bundle/1"}`, true,
			`{"format": "policypack-bundle/1", "parameters": {"p": {"x": 2}}}`,
		},
		{"a configuration", `{"p": {"x": 1}}`, false, `{"p": {"x": 2}}`},
		{"a configuration with a policy of that name", `{"format": {"x": 1}, "p": {}}`, false, `{"format": {"x": 1}, "p": {"x": 2}}`},
		{"no format", `{"policypack": {}}`, false, `1: "policypack" is the data of a bundle; expected ` + shapeData},
		{
			"a level", "{\"policypack\": {\"format\": \"policypack-bundle/1\",\n\"parameters\": {\"p\": \"advisory\"}}}", true,
			"2: policy p: a bundle has parameters but no levels: expected an object of parameters, got a text",
		},
		{
			"a list", `{"policypack": {"format": "policypack-bundle/1", "parameters": []}}`, true,
			`1: "parameters" must be an object with a key for each policy, not a list; expected ` + shapeData,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := ParseAny([]byte(tt.give), []string{"p", "q"})
			var got string
			if len(f.Mistakes) > 0 {
				got = strings.TrimSuffix(lines(f.Mistakes[:1]), "\n")
			} else {
				text, err := f.Set([]byte(tt.give), 2, "p", "x")
				if err != nil {
					t.Fatal(err)
				}
				got = string(text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || f.Bundled() != tt.bundled {
				t.Errorf("bundled %t, mismatch (-want +got)\n%s", f.Bundled(), diff)
			}
		})
	}
}
