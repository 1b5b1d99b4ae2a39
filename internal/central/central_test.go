package central_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"

	"github.com/progression-labs-development/policypack/internal/central"
)

const rule = `# METADATA
# title: Buckets have owners
# description: Every bucket names its owner.
# custom:
#   level: mandatory
#   severity: low
#   remediation: Tag it.
package rules.bucket_owner

deny contains {"message": "no owner", "path": []} if input.resource.type == "aws:s3/bucket:Bucket"
`

const data = `{"policypack": {"format": "policypack-bundle/1", "parameters": {"settings": {"minEntropy": 2.5, "exemptions": {"a": {"owner": "o"}}}}}}`

// key is a pair of keys, in PEM.
type key struct{ private, public string }

func newKey(t *testing.T) key {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return key{
		string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
	}
}

// build makes a bundle as `opa build --bundle` does, signed where a key is given, and returns its file.
func build(t *testing.T, files map[string]string, private string) string {
	t.Helper()
	return buildAs(t, files, private, "default")
}

// buildAs is build with `opa build --verification-key-id`.
func buildAs(t *testing.T, files map[string]string, private, id string) string {
	t.Helper()
	source := fstest.MapFS{}
	for name, text := range files {
		source[name] = &fstest.MapFile{Data: []byte(text)}
	}
	out := new(bytes.Buffer)
	c := compile.New().WithFS(source).WithPaths(".").WithAsBundle(true).WithOutput(out).WithRegoVersion(
		ast.RegoV1).WithRevision("r7")
	if private != "" {
		c = c.WithBundleSigningConfig(bundle.NewSigningConfig(private, "ES256", "")).WithBundleVerificationKeyID(id)
	}
	if err := c.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "bundle.tar.gz")
	if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestOpen(t *testing.T) {
	t.Parallel()
	b, err := central.Open(
		build(t, map[string]string{"rules/bucket_owner/bucket_owner.rego": rule, "data.json": data}, ""))
	if err != nil {
		t.Fatal(err)
	}
	source, ok := b.Rules()
	if !ok {
		t.Fatal("expected rules")
	}
	if _, err := fs.Stat(source.FS, "bucket_owner/bucket_owner.rego"); err != nil {
		t.Error(err)
	}
	want := map[string]map[string]any{
		"settings": {"minEntropy": 2.5, "exemptions": map[string]any{"a": map[string]any{"owner": "o"}}},
	}
	if diff := cmp.Diff(want, b.Parameters()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if !strings.HasSuffix(b.String(), "bundle.tar.gz (revision r7)") {
		t.Errorf("got %s, want it to name the revision", b)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{
			"another form",
			map[string]string{"data.json": `{"policypack": {"format": "policypack-bundle/2"}}`},
			"data.policypack.format: expected policypack-bundle/1",
		},
		{
			"data without a form",
			map[string]string{"data.json": `{"policypack": {"parameters": {}}}`},
			"data.policypack.format: expected policypack-bundle/1",
		},
		{"data of others", map[string]string{"data.json": `{"canary": 1}`}, "got another key beside policypack"},
		{
			"a further key",
			map[string]string{"data.json": `{"policypack": {"format": "policypack-bundle/1", "canary": 1}}`},
			"got an unknown key in policypack",
		},
		{
			"a serial number that is not a number",
			map[string]string{"data.json": `{"policypack": {"format": "policypack-bundle/1", "serial": "canary"}}`},
			"data.policypack.serial: expected a whole number from 1 to 9007199254740991",
		},
		{
			"a serial number that nothing holds exactly",
			map[string]string{"data.json": `{"policypack": {"format": "policypack-bundle/1", "serial": 9007199254740992}}`},
			"data.policypack.serial: expected a whole number",
		},
		{
			"a part of a serial number",
			map[string]string{"data.json": `{"policypack": {"format": "policypack-bundle/1", "serial": 7.5}}`},
			"data.policypack.serial: expected a whole number",
		},
		{
			"no serial number",
			map[string]string{"data.json": `{"policypack": {"format": "policypack-bundle/1", "serial": 0}}`},
			"data.policypack.serial: expected a whole number",
		},
		{
			"an expiry that is no day",
			map[string]string{"data.json": `{"policypack": {"format": "policypack-bundle/1", "expires": "canary"}}`},
			"data.policypack.expires: expected the last day on which the bundle applies, in UTC, such as 2027-06-30",
		},
		{
			"a day that there is not",
			map[string]string{"data.json": `{"policypack": {"format": "policypack-bundle/1", "expires": "2027-02-30"}}`},
			"data.policypack.expires: expected the last day",
		},
		{
			"an expiry that is nothing",
			map[string]string{"data.json": `{"policypack": {"format": "policypack-bundle/1", "expires": null}}`},
			"data.policypack.expires: expected the last day",
		},
		{
			"a level",
			map[string]string{
				"data.json": `{"policypack": {"format": "policypack-bundle/1", "parameters": {"secret-name": "advisory"}}}`,
			},
			"data.policypack.parameters.secret-name: expected an object of parameters",
		},
		{"nothing", map[string]string{"data.json": `{}`}, "no rules, parameters or floor"},
		{
			"rules elsewhere",
			map[string]string{"a.rego": "package policies.raw_secret_resource\n\nx := 1\n"},
			"expected rules of a package rules.NAME in rules/NAME/NAME.rego",
		},
		{
			"rules in another folder",
			map[string]string{"rules/other/a.rego": rule},
			"expected rules of a package rules.NAME in rules/NAME/NAME.rego",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := central.Open(build(t, tt.files, ""))
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestOpenRefusesWhatIsNoBundle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "x")
	if err := os.WriteFile(file, []byte("canary"), 0o644); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, make([]byte, central.MaxSize+1), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		file: "not an OPA bundle", large: "expected a bundle of at most 16 MiB", dir: "expected a file",
		filepath.Join(dir, "none"): "no such file",
	} {
		if _, err := central.Open(name); err == nil || !strings.Contains(err.Error(), want) ||
			strings.Contains(err.Error(), "canary") {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	ours, theirs := newKey(t), newKey(t)
	files := map[string]string{"rules/bucket_owner/bucket_owner.rego": rule, "data.json": data}
	signed := build(t, files, ours.private)
	pin := func(keys ...key) map[string]central.Key {
		pinned := map[string]central.Key{}
		for i, k := range keys {
			pinned[string(rune('a'+i))] = central.Key{Algorithm: "ES256", Key: k.public}
		}
		return pinned
	}
	for _, tt := range []struct {
		name, file string
		keys       map[string]central.Key
		want       string
	}{
		{"our key", signed, pin(ours), ""},
		{"one of two keys", buildAs(t, files, ours.private, "b"), pin(theirs, ours), ""},
		{"one of two keys, under a name that nobody pins", signed, pin(theirs, ours), ""},
		{
			"one of two keys that says that it is the other", buildAs(t, files, ours.private, "a"), pin(theirs, ours),
			"does not verify with the pinned key a:",
		},
		{
			"another key", signed, pin(theirs),
			`does not verify with the pinned key a (it claims to be signed with the key "default")`,
		},
		{
			"none of two keys", signed, pin(theirs, newKey(t)),
			`does not verify with any of the pinned keys a, b (it claims to be signed with the key "default")`,
		},
		{"not signed", build(t, files, ""), pin(ours), "the bundle is not signed"},
		{
			"a shared key", signed,
			map[string]central.Key{"a": {Algorithm: "HS256", Key: "canary"}},
			"expected an algorithm with a public key",
		},
		{"no key at all", signed, map[string]central.Key{"a": {Algorithm: "ES256", Key: "canary"}}, "does not verify"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, err := central.Open(tt.file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = b.Verify(tt.keys)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the error quotes the key: %v", err)
			}
		})
	}
}

// TestVerifyWithoutSignature shows that a file for signatures is no signature, whatever stands in it and however many
// keys are pinned: with several, the reader is told no key's id.
func TestVerifyWithoutSignature(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	unsigned := build(t, map[string]string{"data.json": data}, "")
	for _, text := range []string{
		`{}`, `null`, `{"signatures": null}`, `{"signatures": []}`, `{"signatures": [""]}`,
		`{"plugin": "none"}`, `{"signatures": ["e30.e30."]}`,
	} {
		for _, keys := range []map[string]central.Key{
			{"a": {Algorithm: "ES256", Key: k.public}},
			{"a": {Algorithm: "ES256", Key: k.public}, "b": {Algorithm: "ES256", Key: newKey(t).public}},
		} {
			b, err := central.Open(withFile(t, unsigned, ".signatures.json", text))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Verify(keys); err == nil || !strings.Contains(err.Error(), "does not verify") {
				t.Errorf("%s, %d keys: got %v, want it refused", text, len(keys), err)
			}
		}
	}
}

// TestVerifyChanged shows that a bundle which was changed after it was signed is refused, whichever file it is, one
// that was added too.
func TestVerifyChanged(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	files := map[string]string{"rules/bucket_owner/bucket_owner.rego": rule, "data.json": data}
	for _, tt := range []struct{ name, file, text string }{
		{"nothing", "data.json", data},
		{"data", "data.json", strings.Replace(data, "2.5", "3.5", 1)},
		{"a rule", "rules/bucket_owner/bucket_owner.rego", strings.Replace(rule, "s3", "s4", 1)},
		{"an added rule", "rules/more/more.rego", strings.ReplaceAll(rule, "bucket_owner", "more")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changed := map[string]string{}
			for n, text := range files {
				changed[n] = text
			}
			changed[tt.file] = tt.text
			b, err := central.Open(transplant(t, build(t, files, k.private), build(t, changed, "")))
			if err != nil {
				t.Fatal(err)
			}
			_, err = b.Verify(map[string]central.Key{"a": {Algorithm: "ES256", Key: k.public}})
			if changes := tt.name != "nothing"; changes != (err != nil) || changes &&
				!strings.Contains(err.Error(), "does not verify") {
				t.Errorf("got %v, want it refused if it changed", err)
			}
		})
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	got, err := central.Merge("settings",
		map[string]any{"exemptions": map[string]any{"a": "of the bundle"}, "minEntropy": 2.5, "onUnknown": "warn"},
		map[string]any{"exemptions": map[string]any{"b": "of the configuration"}, "onUnknown": "deny"})
	want := map[string]any{
		"exemptions": map[string]any{"a": "of the bundle", "b": "of the configuration"}, "minEntropy": 2.5,
		"onUnknown": "deny",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, mismatch (-want +got)\n%s", err, diff)
	}
	_, err = central.Merge("settings", map[string]any{"exemptions": map[string]any{"a": 1}},
		map[string]any{"exemptions": map[string]any{"a": 2}})
	if err == nil || !strings.Contains(err.Error(), "exemptions: a is in both the configuration and the bundle") {
		t.Errorf("got %v, want the id that both have", err)
	}
}
