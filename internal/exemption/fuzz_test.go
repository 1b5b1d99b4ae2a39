package exemption

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzParse reads any settings: what is exempted by one that is refused counts for nothing.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"exemptions": {"a": {"policies": ["p"], "urn": "urn:pulumi:*::shop::**::{a,b}", "path": "a[0].b", ` +
		`"reason": "r", "owner": "o", "expires": "2026-12-01"}}, "maxExemptionDays": 90, "expiryGraceDays": 7}`))
	f.Add([]byte(`{"exemptions": {"": {"policies": [], "urn": "file:{", "breakGlass": true, "expires": ` +
		`"2026-11-23T13:00:00Z"}}, "maxExemptionDays": -1e300}`))
	when := expiry.When{Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	f.Fuzz(func(t *testing.T, data []byte) {
		var settings map[string]any
		if json.Unmarshal(data, &settings) != nil {
			return
		}
		defer fuzzing.Watch(t, len(data))()
		s, err := Parse(settings, []string{"p", "raw-secret-resource"}, when)
		if err == nil {
			_ = s.Doubts()
		}
		_, _ = ParseScope(settings)
	})
}
