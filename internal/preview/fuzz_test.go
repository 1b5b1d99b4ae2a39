package preview

import (
	"bytes"
	"testing"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzReadEvents reads any event log. Its error does not quote it.
func FuzzReadEvents(f *testing.F) {
	f.Add([]byte(`{"sequence": 1, "policyEvent": {"policyPackName": "policypack", "policyName": "p", "resourceUrn": ` +
		`"urn:pulumi:s::p::t::n", "message": "m", "enforcementLevel": "mandatory", "exceptions": [{"id": "e"}]}}` + "\n" +
		`{"summaryEvent": {"resourceChanges": {"create": 1}}}` + "\n" + `{"cancelEvent": {}}` + "\n"))
	f.Add([]byte(`{"diagnosticEvent": {"message": "` + fuzzing.Canary + `", "severity": "error"}}`))
	f.Add([]byte(fuzzing.Canary + `{"stdoutEvent": {"message": 1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		_, err := ReadEvents(bytes.NewReader(data))
		fuzzing.Error(t, err)
	})
}
