package central_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzOpen reads any files as a bundle, and any bytes: nothing that is not signed verifies.
func FuzzOpen(f *testing.F) {
	f.Add(rule, data, `{"revision": "r7", "roots": [""]}`, `{"signatures": ["a.b.c"]}`, []byte("raw"))
	f.Add("package rules.x.y", `{"policypack": {"format": "policypack-bundle/1", "serial": 7, "expires": "2027-06-30", `+
		`"floor": [{"levels": {"all": "advisory"}}], "parameters": {"a": {"b": "`+fuzzing.Canary+`"}}}}`, ``, ``, []byte(nil))
	f.Add("# METADATA\n# title: [", `{"policypack": "`+fuzzing.Canary+`"}`, `{"roots": ["a"], "metadata": 1}`, `[]`, []byte{0x1f, 0x8b, 8})
	name := filepath.Join(f.TempDir(), "bundle.tar.gz")
	open := func(t *testing.T, raw []byte) {
		if err := os.WriteFile(name, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := central.Open(name)
		if err != nil {
			return
		}
		_, _ = b.Lasts(expiry.When{}.Clock(nil))
		_ = b.NotOlder(1)
		_, _, _, _ = b.String(), b.Parameters(), b.Floor(), b.Digest()
		if _, err := b.Verify(map[string]central.Key{"k": {}}); err == nil {
			t.Error("a bundle that nobody has signed verifies")
		}
	}
	f.Fuzz(func(t *testing.T, rego, json, manifest, signatures string, raw []byte) {
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		files := tar.NewWriter(zip)
		for _, file := range [][2]string{
			{"rules/bucket_owner/bucket_owner.rego", rego},
			{"data.json", json},
			{".manifest", manifest},
			{".signatures.json", signatures},
		} {
			if file[1] == "" {
				continue
			}
			if err := files.WriteHeader(&tar.Header{Name: file[0], Mode: 0o600, Size: int64(len(file[1]))}); err != nil {
				t.Fatal(err)
			}
			if _, err := files.Write([]byte(file[1])); err != nil {
				t.Fatal(err)
			}
		}
		if err := files.Close(); err != nil {
			t.Fatal(err)
		}
		if err := zip.Close(); err != nil {
			t.Fatal(err)
		}
		defer fuzzing.Watch(t, len(rego)+len(json)+len(manifest)+len(signatures)+len(raw))()
		open(t, packed.Bytes())
		open(t, raw)
	})
}
