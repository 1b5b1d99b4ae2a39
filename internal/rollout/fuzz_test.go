package rollout

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzParse reads any settings of levels by stack and account, of days and of baselines.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"levelByStack": [{"stack": "acme/shop/prod-*", "policies": ["p"], "level": "mandatory"}], ` +
		`"enforceFrom": {"p": "2027-01-01"}, "adopt": "0.1.0", "baseline": {"findings": [{"policy": "p", "urn": "u", ` +
		`"path": "a", "count": 2}], "expires": "2027-01-01", "files": [{"file": "a", "policy": "p"}]}}`))
	f.Add([]byte(`{"levelByAccount": [{"account": "{", "level": 1}], "levelByStack": {"*": "disabled"}, "adopt": "9.9.9"}`))
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		var settings map[string]any
		if json.Unmarshal(data, &settings) != nil {
			return
		}
		defer fuzzing.Watch(t, len(data))()
		_, _ = Parse(settings, []string{"p", "raw-secret-resource"}, expiry.When{Now: now})
		_, _ = ParseAdoption(settings, Program{Version: "0.1.0", Released: "2026-11-01"}, now)
	})
}
