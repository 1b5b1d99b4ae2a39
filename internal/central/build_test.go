package central_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/central"
)

// signing writes a key to a file and reads it.
func signing(t *testing.T, k key) *central.SigningKey {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(file, []byte(k.private), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := central.ReadSigningKey(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tree(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func opened(t *testing.T, raw []byte) *central.Bundle {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bundle.tar.gz")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := central.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBuild shows that what was built reads back: the rules without their tests, the data, number, day and key.
func TestBuild(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	plan := central.Plan{
		FS: tree(map[string]string{
			"rules/bucket_owner/bucket_owner.rego":      rule,
			"rules/bucket_owner/bucket_owner_test.rego": "package rules.bucket_owner_test\n",
			"rules/bucket_owner/examples.yaml":          "deny: []\n",
			"README.md":                                 "# About\n",
			".git/config.json":                          "{}",
			"data.json":                                 data,
		}),
		Name: "centre", Revision: "r8", OrSerial: 5, OrExpires: "2027-01-31", KeyID: "centre-2026", Key: signing(t, k),
	}
	raw, err := plan.Build()
	if err != nil {
		t.Fatal(err)
	}
	b := opened(t, raw)
	id, err := b.Verify(map[string]central.Key{
		"centre-2025": {Algorithm: "ES256", Key: newKey(t).public}, "centre-2026": plan.Key.Pinned,
	})
	if err != nil || id != "centre-2026" {
		t.Errorf("signed with %q, %v; want the key by its id", id, err)
	}
	if diff := cmp.Diff(k.public, plan.Key.Pinned.Key); diff != "" {
		t.Errorf("public key: mismatch (-want +got)\n%s", diff)
	}
	if b.Serial() != 5 || b.Expires() != "2027-01-31" || b.Revision() != "r8" {
		t.Errorf("got %s, which expires %q", b, b.Expires())
	}
	if diff := cmp.Diff(2.5, b.Parameters()["settings"]["minEntropy"]); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	source, _ := b.Rules()
	var files []string
	for name := range source.FS.(fstest.MapFS) {
		files = append(files, name)
	}
	if diff := cmp.Diff([]string{"bucket_owner/bucket_owner.rego"}, files); diff != "" {
		t.Errorf("rules: mismatch (-want +got)\n%s", diff)
	}
}

// TestBuildDates shows where the serial number and the day come from.
func TestBuildDates(t *testing.T) {
	t.Parallel()
	dated := strings.Replace(data, `"parameters"`, `"serial": 7, "expires": "2027-06-30", "parameters"`, 1)
	for _, tt := range []struct {
		name, data, expires string
		serial              int64
		want                string // SERIAL DAY, or a part of the error
	}{
		{"those of the data", dated, "", 0, "7 2027-06-30"},
		{"the same twice", dated, "2027-06-30", 7, "7 2027-06-30"},
		{"those that were given", data, "2027-07-31", 9, "9 2027-07-31"},
		{"neither", data, "", 0, "5 2027-01-31"},
		{"two numbers", dated, "", 8, "data.policypack.serial is 7, but --serial is 8"},
		{"two days", dated, "2027-07-31", 0, "data.policypack.expires is 2027-06-30, but the flags give 2027-07-31"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			raw, err := central.Plan{
				FS: tree(map[string]string{"data.json": tt.data}), Name: "centre", Serial: tt.serial, Expires: tt.expires,
				OrSerial: 5, OrExpires: "2027-01-31", KeyID: "a", Key: signing(t, newKey(t)),
			}.Build()
			if err != nil {
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %q", err, tt.want)
				}
				return
			}
			b := opened(t, raw)
			if got := strings.TrimPrefix(b.String(), b.Name()); got != " (serial "+strings.Fields(tt.want)[0]+")" ||
				!strings.HasSuffix(tt.want, b.Expires()) {
				t.Errorf("got%s until %s, want %s", got, b.Expires(), tt.want)
			}
		})
	}
}

// A revision is shown on one line, and without what is secret in it.
func TestRevision(t *testing.T) {
	t.Parallel()
	token := make([]byte, 18)
	if _, err := rand.Read(token); err != nil {
		t.Fatal(err)
	}
	k := newKey(t)
	for _, tt := range []struct{ name, give, want string }{
		{"a commit", "4f2c9d1", "4f2c9d1"},
		{"a tag", "v1.2.0+build/7", "v1.2.0+build/7"},
		{"lines", "a\n\x1b[2Jb", `a\n\x1b[2Jb`},
		{"a secret", "gh" + "p_" + hex.EncodeToString(token), "[secret]"},
		{"a secret in a name", "release-gh" + "p_" + hex.EncodeToString(token), "release-[secret]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			raw, err := central.Plan{
				FS: tree(map[string]string{"data.json": data}), Name: "centre", Revision: tt.give, OrSerial: 5, KeyID: "a",
				Key: signing(t, k),
			}.Build()
			if err != nil {
				t.Fatal(err)
			}
			b := opened(t, raw)
			if b.Revision() != tt.want || !strings.HasSuffix(b.String(), "(serial 5, revision "+tt.want+")") {
				t.Errorf("got %s and %s, want the revision %s", b.Revision(), b, tt.want)
			}
		})
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{
			"data of another name",
			map[string]string{"setings.json": data},
			"centre/setings.json: not part of a bundle",
		},
		{
			"rules of another place",
			map[string]string{"bucket_owner.rego": rule},
			"centre/bucket_owner.rego: not part of a bundle",
		},
		{
			"two files of data",
			map[string]string{"data.json": data, "policypack/data.json": `{"format": "policypack-bundle/1"}`},
			"centre/policypack/data.json: the data are already in centre/data.json",
		},
		{"no JSON", map[string]string{"data.json": "{\n  canary\n}"}, "centre/data.json:2: not JSON"},
		{
			"a key twice",
			map[string]string{"data.json": "{\"policypack\": {\"format\": \"policypack-bundle/1\",\n\"floor\": [],\n\"floor\": []}}"},
			`centre/data.json:3: duplicate key "floor"`,
		},
		{"no object", map[string]string{"data.json": `["canary"]`}, "centre/data.json: expected an object"},
		{"no YAML", map[string]string{"data.yaml": "canary: [\n"}, "centre/data.yaml: expected an object"},
		{"a manifest", map[string]string{".manifest": `{"revision": "canary"}`}, "centre/.manifest: manifests are not read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := central.Plan{FS: tree(tt.files), Name: "centre", KeyID: "a", Key: signing(t, newKey(t))}.Build()
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// TestReadSigningKey shows which keys sign: what a bundle that was signed with one verifies against is what is pinned.
func TestReadSigningKey(t *testing.T) {
	t.Parallel()
	pkcs8 := func(k any, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pair := newKey(t)
	for _, tt := range []struct{ name, pem, want string }{
		{"SEC 1", pair.private, "ES256"},
		{"PKCS#8", pkcs8(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)), "ES384"},
		{"P-521", pkcs8(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)), "ES512"},
		{"RSA", pkcs8(rsa.GenerateKey(rand.Reader, 2048)), "RS256"},
		{"Ed25519", pkcs8(ed, nil), "keys of this type cannot sign bundles"},
		{"P-224", pkcs8(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)), "keys on this curve cannot sign bundles"},
		{"a public key", pair.public, "this is a public key"},
		{"no key", "canary", "expected an EC or RSA private key"},
		{"half a key", "-----BEGIN EC PRIVATE KEY-----\nY2FuYXJ5\n-----END EC PRIVATE KEY-----\n", "expected an EC or RSA private key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "key.pem")
			if err := os.WriteFile(file, []byte(tt.pem), 0o600); err != nil {
				t.Fatal(err)
			}
			k, err := central.ReadSigningKey(file)
			if err != nil {
				if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
					t.Errorf("got %v, want %q", err, tt.want)
				}
				return
			}
			if k.Pinned.Algorithm != tt.want {
				t.Errorf("got %s, want %s", k.Pinned.Algorithm, tt.want)
			}
			raw, err := central.Plan{FS: tree(map[string]string{"data.json": data}), Name: "centre", KeyID: "a", Key: k}.Build()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := opened(t, raw).Verify(map[string]central.Key{"a": k.Pinned}); err != nil {
				t.Error(err)
			}
		})
	}
}
