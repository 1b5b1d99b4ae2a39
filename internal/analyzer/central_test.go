package analyzer

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/session"
)

// centre is an organisation that signs bundles.
type centre struct{ private, public string }

func newCentre(t *testing.T) centre {
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
	return centre{
		string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
	}
}

func (c centre) pin() map[string]any {
	return map[string]any{"centre": map[string]any{"algorithm": "ES256", "key": c.public}}
}

// ship writes a signed bundle with the parameters, and with the rows of a floor.
func (c centre) ship(t *testing.T, file string, parameters map[string]any, floor ...any) {
	t.Helper()
	root := map[string]any{"format": "policypack-bundle/1", "parameters": parameters}
	if floor != nil {
		root["floor"] = floor
	}
	c.write(t, file, root)
}

// write writes a signed bundle with data.policypack.
func (c centre) write(t *testing.T, file string, root map[string]any) {
	t.Helper()
	data, err := json.Marshal(map[string]any{"policypack": root})
	if err != nil {
		t.Fatal(err)
	}
	out := new(bytes.Buffer)
	err = compile.New().WithFS(fstest.MapFS{"data.json": {Data: data}}).WithPaths(".").WithAsBundle(true).WithOutput(
		out).
		WithRegoVersion(ast.RegoV1).WithBundleSigningConfig(bundle.NewSigningConfig(c.private, "ES256", "")).Build(
		t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func exemptionOf(policy string) map[string]any {
	return map[string]any{
		"policies": []any{policy}, "urn": "urn:pulumi:*::shop::*", "reason": "a test", "owner": "us",
		"expires": "2026-12-01",
	}
}

// configured returns the server's settings after the engine's calls: GetAnalyzerInfo, and Configure with all defaults
// filled in, as the engine does.
func configured(t *testing.T, s *Server, own map[string]any) (settings map[string]any, notes []string, err error) {
	t.Helper()
	info, err := s.GetAnalyzerInfo(t.Context(), &emptypb.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	config := info.GetInitialConfig()
	props := config["settings"].GetProperties().AsMap()
	maps.Copy(props, own)
	if config["settings"].Properties, err = structpb.NewStruct(props); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Configure(t.Context(), &pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: config}); err != nil {
		return nil, nil, err
	}
	c, err := s.session.At(rollout.Place{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Base.Settings, c.Said, nil
}

func TestCentralParameters(t *testing.T) {
	t.Parallel()
	c := newCentre(t)
	ids := func(v any) []string { m, _ := v.(map[string]any); return slices.Sorted(maps.Keys(m)) }
	for _, tt := range []struct {
		name     string
		defaults map[string]any // policy-config.json beside PulumiPolicy.yaml
		// of the settings, in the bundles beside it and in POLICYPACK_BUNDLE; nil: no bundle
		beside, elsewhere map[string]any
		own               map[string]any // of the policy configuration
		exemptions        []string
		days              float64
		notes             string
	}{
		{
			name: "the bundle's count where the engine fills in defaults", beside: map[string]any{"maxExemptionDays": 30},
			days: 30,
		},
		{name: "of any place", elsewhere: map[string]any{"maxExemptionDays": 30}, days: 30},
		{
			name:   "what the configuration says wins",
			beside: map[string]any{"maxExemptionDays": 30}, own: map[string]any{"maxExemptionDays": 20}, days: 20,
		},
		{
			name:     "exemptions of the organisation's defaults and of the bundle are joined",
			defaults: map[string]any{"exemptions": map[string]any{"default": exemptionOf("secret-name")}},
			beside:   map[string]any{"exemptions": map[string]any{"bundle": exemptionOf("secret-name")}},
			days:     90, exemptions: []string{"bundle", "default"},
		},
		{
			name:   "one that was signed once relaxes nothing where the pack brings its own",
			beside: map[string]any{"maxExemptionDays": 90},
			elsewhere: map[string]any{
				"maxExemptionDays": 300,
				"exemptions":       map[string]any{"old": exemptionOf("secret-name")},
			},
			days: 90, notes: "do not apply: the bundle beside PulumiPolicy.yaml has its own",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			settings := map[string]any{"bundleKeys": c.pin()}
			maps.Copy(settings, tt.defaults)
			defaults, err := json.Marshal(map[string]any{"settings": settings})
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{
				"PulumiPolicy.yaml":  "runtime: policypack\n",
				"policy-config.json": string(defaults),
			} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var elsewhere string
			if tt.beside != nil {
				c.ship(t, filepath.Join(dir, "bundle.tar.gz"), map[string]any{"settings": tt.beside})
			}
			if tt.elsewhere != nil {
				elsewhere = filepath.Join(t.TempDir(), "old.tar.gz")
				c.ship(t, elsewhere, map[string]any{"settings": tt.elsewhere})
			}
			got, notes, err := configured(t, server(t, func(o *session.Options) { o.Dir, o.Bundle = dir, elsewhere }),
				tt.own)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.exemptions, ids(got["exemptions"])); diff != "" {
				t.Errorf("exemptions: mismatch (-want +got)\n%s", diff)
			}
			if days := got["maxExemptionDays"]; days != tt.days {
				t.Errorf("maxExemptionDays is %v (%T), want %v", days, days, tt.days)
			}
			if said := strings.Join(notes, "\n"); !strings.Contains(said, tt.notes) || tt.notes == "" && said != "" {
				t.Errorf("got the note %q, want %q", said, tt.notes)
			}
		})
	}
}

// A bundle's parameters are those of policies that are there; a level for all is none.
func TestCentralParametersOfNothing(t *testing.T) {
	t.Parallel()
	c := newCentre(t)
	for _, name := range []string{"all", "secret-nam"} {
		file := filepath.Join(t.TempDir(), "bundle.tar.gz")
		c.ship(t, file, map[string]any{name: map[string]any{"enforcementLevel": "disabled"}})
		_, _, err := configured(t, server(t, func(o *session.Options) { o.Bundle = file }),
			map[string]any{"bundleKeys": c.pin()})
		if err == nil || !strings.Contains(err.Error(), "policy \""+name+"\"") {
			t.Errorf("%s: got %v, want an error", name, err)
		}
	}
}

// A bundle that has been replaced does not come back, nor one that has expired: what the pack pins beside it no
// configuration lowers, and what is signed says how long it counts.
func TestCentralAge(t *testing.T) {
	t.Parallel()
	c := newCentre(t)
	for _, tt := range []struct {
		name       string
		serial     any
		expires    string
		parameters map[string]any // of the settings, in the bundle
		defaults   map[string]any // of the settings, in policy-config.json beside PulumiPolicy.yaml
		own        map[string]any // of the settings, in the policy configuration
		noGrace    bool
		note, err  string
	}{
		{name: "no minimum", serial: 6},
		{name: "the least", serial: 7, own: map[string]any{"minBundleSerial": 7}},
		{name: "older", serial: 6, own: map[string]any{"minBundleSerial": 7}, err: "serial number 6, but the configuration requires 7"},
		{name: "without a number", own: map[string]any{"minBundleSerial": 7}, err: "has no serial number, but the configuration requires 7"},
		{
			name: "what the pack pins is not lowered", serial: 6, defaults: map[string]any{"minBundleSerial": 7},
			own: map[string]any{"minBundleSerial": 5}, err: "serial number 6, but the configuration requires 7",
		},
		{
			name: "which is said", serial: 7, defaults: map[string]any{"minBundleSerial": 7},
			own:  map[string]any{"minBundleSerial": 5},
			note: "The parameter minBundleSerial of the policy settings in the policy configuration does not apply: the pack has a higher one",
		},
		{
			name: "and is raised", serial: 7, defaults: map[string]any{"minBundleSerial": 7},
			own: map[string]any{"minBundleSerial": 8}, err: "serial number 7, but the configuration requires 8",
		},
		{
			name: "a bundle says nothing of it", serial: 7, parameters: map[string]any{"minBundleSerial": 1},
			err: "minBundleSerial: a bundle cannot set its own minimum serial",
		},
		{name: "long before its end", serial: 7, expires: "2026-12-31"},
		{name: "soon", serial: 7, expires: "2026-11-30", note: "expires in 7 days: 2026-11-30 is the last day"},
		{
			name: "soon, as the bundle itself has it", serial: 7, expires: "2026-12-31", note: "expires in 38 days",
			parameters: map[string]any{"exemptionWarningDays": 60},
		},
		{name: "on its last day", serial: 7, expires: "2026-11-23", noGrace: true, note: "expires today"},
		{name: "in the days of grace", serial: 7, expires: "2026-11-20", note: "everything else fails from 2026-11-28 on"},
		{name: "which pull requests do not get", serial: 7, expires: "2026-11-22", noGrace: true, err: "the bundle expired on 2026-11-22"},
		{name: "after them", serial: 7, expires: "2026-11-15", err: "the bundle expired on 2026-11-15 and is not used"},
		{
			name: "a configuration makes them fewer", serial: 7, expires: "2026-11-20",
			own: map[string]any{"expiryGraceDays": 0}, err: "the bundle expired on 2026-11-20",
		},
		{
			name: "and not more", serial: 7, expires: "2026-11-15", own: map[string]any{"expiryGraceDays": 30},
			err: "the bundle expired on 2026-11-15",
		},
		{
			name: "but for the bundle itself", serial: 7, expires: "2026-11-15", note: "everything else fails from 2026-12-16 on",
			parameters: map[string]any{"expiryGraceDays": 30},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			settings := map[string]any{"bundleKeys": c.pin()}
			maps.Copy(settings, tt.defaults)
			defaults, err := json.Marshal(map[string]any{"settings": settings})
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{
				"PulumiPolicy.yaml": "runtime: policypack\n", "policy-config.json": string(defaults),
			} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			root := map[string]any{
				"format": "policypack-bundle/1", "parameters": map[string]any{"settings": tt.parameters},
				"floor": []any{map[string]any{"levels": map[string]any{"all": "advisory"}}},
			}
			if tt.parameters == nil {
				delete(root, "parameters")
			}
			if tt.serial != nil {
				root["serial"] = tt.serial
			}
			if tt.expires != "" {
				root["expires"] = tt.expires
			}
			c.write(t, filepath.Join(dir, "bundle.tar.gz"), root)
			_, notes, err := configured(t, server(t, func(o *session.Options) {
				o.Dir, o.NoGrace = dir, tt.noGrace
			}), tt.own)
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got %v, want %q", err, tt.err)
			}
			if said := strings.Join(notes, "\n"); !strings.Contains(said, tt.note) || tt.note == "" && said != "" {
				t.Errorf("got the note %q, want %q", said, tt.note)
			}
		})
	}
}
