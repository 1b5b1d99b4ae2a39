package floor_test

import (
	"encoding/json"
	"testing"

	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// FuzzParse reads any floor. Its error quotes no values.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`[{"levels": {"all": "mandatory"}, "stack": "prod-*", "organization": "acme", "project": "{a,b}"}]`))
	f.Add([]byte(`[{"parameters": {"settings": {"minEntropy": 2.5, "adopt": "` + fuzzing.Canary + `"}}, "account": "1"}]`))
	f.Add([]byte(`[{"levels": {"raw-secret-resource": "` + fuzzing.Canary + `"}, "exemptions": "any"}, {"stack": "["}]`))
	p, err := ownPack()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var raw any
		if json.Unmarshal(data, &raw) != nil {
			return
		}
		defer fuzzing.Watch(t, len(data))()
		all, err := floor.Parse(raw, p, "bundle.tar.gz")
		if err != nil {
			return
		}
		all.Describe()
		all.Doubts()
		all.Rows()
		at := all.At(rollout.Place{})
		if at == nil {
			return
		}
		at.Key()
		at.Adopts("raw-secret-resource")
		at.Signed("raw-secret-resource")
		at.Apply(p, nil, nil, func(string) []string { return nil })
	})
}
