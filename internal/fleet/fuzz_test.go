package fleet

import (
	"testing"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzReadNames reads any list of stacks. Its error does not quote it.
func FuzzReadNames(f *testing.F) {
	f.Add([]byte("acme/shop/prod # " + fuzzing.Canary + "\n\nshop/dev\n"))
	f.Add([]byte(`[{"name": "acme/shop/prod", "current": true, "url": "` + fuzzing.Canary + `"}]`))
	f.Add([]byte(`{"format": "policypack-coverage/1", "stacks": [{"stack": "acme/shop/prod"}]}`))
	f.Add([]byte("\ufeff" + fuzzing.Canary))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		names, err := ReadNames(data)
		if (err == nil) == (len(names) == 0) {
			t.Errorf("got %d names, %v", len(names), err)
		}
		fuzzing.Error(t, err)
	})
}
