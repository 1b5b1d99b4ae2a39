package git

import (
	"bytes"
	"testing"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzRaw reads any output of git diff-tree: it ends, and what it yields is an object.
func FuzzRaw(f *testing.F) {
	const a, b = "0123456789abcdef0123456789abcdef01234567", "0000000000000000000000000000000000000000"
	f.Add([]byte(a + "\x00:100644 100644 " + b + " " + a + " A\x00name\x00"))
	f.Add([]byte("::100644 100644 100644 " + a + " " + b + " " + a + " MM\x00" + fuzzing.Canary + "\x00"))
	f.Add([]byte(":100644 \x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		err := raw(bytes.NewReader(data), func(string) error { return nil }, func(c Change, _ string) bool {
			for _, blob := range append(c.Old, c.Blob) {
				if blob != (Blob{}) && !hexadecimal(blob.ID) {
					t.Errorf("%q is the id of a blob", blob.ID)
				}
			}
			return true
		})
		fuzzing.Error(t, err)
	})
}
