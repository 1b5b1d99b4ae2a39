package analyzer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

type m = map[string]any

// config is a policy configuration as the engine hands it over.
func config(t *testing.T, levels map[string]pulumirpc.EnforcementLevel,
	parameters map[string]m,
) *pulumirpc.ConfigureAnalyzerRequest {
	t.Helper()
	req := &pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{}}
	of := func(policy string) *pulumirpc.PolicyConfig {
		if req.PolicyConfig[policy] == nil {
			req.PolicyConfig[policy] = &pulumirpc.PolicyConfig{EnforcementLevel: pulumirpc.EnforcementLevel_MANDATORY}
		}
		return req.PolicyConfig[policy]
	}
	for policy, l := range levels {
		of(policy).EnforcementLevel = l
	}
	for policy, p := range parameters {
		properties, err := structpb.NewStruct(p)
		if err != nil {
			t.Fatal(err)
		}
		of(policy).Properties = properties
	}
	return req
}

// A password in plaintext, a secret of nobody, and one whose name the preview does not know.
func plaintext() *pulumirpc.AnalyzeRequest {
	return request("fn", "aws:lambda/function:Function",
		m{"environment": m{"variables": m{"DB_PASSWORD": "k3Zq9vTr2mXw"}}})
}

func rawSecret() *pulumirpc.AnalyzeRequest {
	return request("db", secretType, m{"name": "api/production"})
}

// inAccount gives a resource a provider that names its account.
func inAccount(req *pulumirpc.AnalyzeRequest) *pulumirpc.AnalyzeRequest {
	req.Provider = &pulumirpc.AnalyzerProviderResource{
		Type: "pulumi:providers:aws", Name: "p", Urn: "urn:pulumi:production::shop::pulumi:providers:aws::p",
		Properties: request("", "", m{"allowedAccountIds": []any{"222222222222"}}).GetProperties(),
	}
	return req
}

// TestFloorHolds goes through every way to relax what a floor forbids. Each is tried without the floor too, where it
// works.
func TestFloorHolds(t *testing.T) {
	t.Parallel()
	const plain, raw = "plaintext-secret-property", "raw-secret-resource"
	all := m{"levels": m{"all": "mandatory"}}
	pin := func(policy, name string, v any) m { return m{"parameters": m{policy: m{name: v}}} }
	own := func(v m) map[string]m { return map[string]m{"settings": v} }
	exemption := m{"legacy": m{
		"policies": []any{raw}, "urn": "urn:pulumi:*::shop::*::db", "reason": "a test", "owner": "us",
		"expires": "2026-12-01",
	}}
	known := m{"expires": "2026-12-01", "findings": []any{m{"policy": raw, "urn": rawSecret().GetUrn()}}}
	for _, tt := range []struct {
		name       string
		levels     map[string]pulumirpc.EnforcementLevel
		parameters map[string]m
		defaults   m // policy-config.json beside PulumiPolicy.yaml
		floor      []any
		req        *pulumirpc.AnalyzeRequest
		policy     string
		note       string // in the message, beside the level; or about the stack
	}{
		{
			name:   "an advisory policy",
			levels: map[string]pulumirpc.EnforcementLevel{raw: pulumirpc.EnforcementLevel_ADVISORY},
			floor:  []any{all}, req: rawSecret(), policy: raw, note: "\nRaised to mandatory by the floor of ",
		},
		{
			name:   "a disabled policy",
			levels: map[string]pulumirpc.EnforcementLevel{raw: pulumirpc.EnforcementLevel_DISABLED},
			floor: []any{
				m{"levels": m{"secret-name": "advisory"}},
				m{"project": "shop", "levels": m{raw: "mandatory"}},
			}, req: rawSecret(), policy: raw,
			note: " (entry 2).",
		},
		{
			name: "levelByStack", parameters: own(m{"levelByStack": m{"*": "disabled"}}), floor: []any{all},
			req: plaintext(), policy: plain,
			note: "Raised to mandatory",
		},
		{
			name: "levelByStack of one policy", parameters: own(m{"levelByStack": m{"prod*": m{plain: "advisory"}}}),
			floor: []any{all}, req: plaintext(), policy: plain,
			note: "Raised to mandatory",
		},
		{
			name:       "levelByStack of the project and stack",
			parameters: own(m{"levelByStack": m{"shop/production": m{raw: "advisory"}}}), floor: []any{all},
			req: rawSecret(), policy: raw,
			note: "Raised to mandatory",
		},
		{
			name: "levelByAccount", parameters: own(m{"levelByAccount": m{"2222*": "disabled"}}),
			floor: []any{m{"account": "22*", "levels": m{"all": "mandatory"}}},
			req:   inAccount(rawSecret()), policy: raw, note: "Raised to mandatory",
		},
		{
			name: "enforceFrom", parameters: own(m{"enforceFrom": m{plain: "2027-01-01"}}), floor: []any{all},
			req: plaintext(), policy: plain,
			note: "Raised to mandatory",
		},
		{
			name: "policy-config.json", defaults: m{"all": "disabled"}, floor: []any{all}, req: plaintext(),
			policy: plain,
			note:   "Raised to mandatory",
		},
		{
			name: "an exemption", parameters: own(m{"exemptions": exemption}), floor: []any{all}, req: rawSecret(),
			policy: raw,
			note:   "\nExemption legacy does not apply here: the floor of ",
		},
		{
			name: "an exemption of policy-config.json", defaults: m{"settings": m{"exemptions": exemption}},
			floor: []any{all}, req: rawSecret(), policy: raw,
			note: "Exemption legacy does not apply here: ",
		},
		{
			name: "a baseline", parameters: own(m{"baseline": known}), floor: []any{all}, req: rawSecret(), policy: raw,
			note: "\nThe baseline does not apply here: the floor of ",
		},
		{
			name:       "the managers of a stack",
			parameters: own(m{"managersByStack": m{"*": []any{"ssm-parameter-store"}}}),
			floor: []any{
				pin("settings", "managers", []any{"aws-secrets-manager"}),
				m{"levels": m{"unsupported-secret-store": "mandatory"}},
			},
			req:    request("db", "aws:ssm/parameter:Parameter", m{"type": "SecureString", "name": "api/production"}),
			policy: "unsupported-secret-store",
		},
		{
			name:       "an allow-list, which no row pins",
			parameters: map[string]m{plain: {"allowPaths": []any{m{"path": "environment*"}}}}, floor: []any{all},
			req: plaintext(), policy: plain,
		},
		{
			name:     "an allow-list of policy-config.json, which no row pins",
			defaults: m{plain: m{"allowKeys": []any{"*PASSWORD"}}}, floor: []any{all},
			req: plaintext(), policy: plain,
		},
		{
			name: "an exemption of everything", parameters: own(m{"exemptions": m{"all": m{
				"policies": []any{plain}, "project": "shop", "reason": "a test", "owner": "us", "expires": "2026-12-01",
			}}}), floor: []any{all}, req: plaintext(), policy: plain, note: "Exemption all does not apply here",
		},
		{
			name: "names that are no secrets", parameters: map[string]m{plain: {"allowKeys": []any{"*PASSWORD"}}},
			floor: []any{pin(plain, "allowKeys", []any{})},
			req:   plaintext(), policy: plain,
		},
		{
			name:     "places that pass, from policy-config.json",
			defaults: m{plain: m{"allowPaths": []any{m{"path": "environment*"}}}},
			floor:    []any{pin(plain, "allowPaths", []any{})}, req: plaintext(), policy: plain,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			level := func(floor []any) (pulumirpc.EnforcementLevel, string) {
				dir := t.TempDir()
				c := newCentre(t)
				c.ship(t, filepath.Join(dir, "bundle.tar.gz"), m{"secret-name": m{"matchStack": true}}, floor...)
				defaults := m{}
				for k, v := range tt.defaults {
					defaults[k] = v
				}
				settings := m{"bundleKeys": c.pin()}
				if own, ok := tt.defaults["settings"].(m); ok {
					for k, v := range own {
						settings[k] = v
					}
				}
				defaults["settings"] = settings
				write(t, dir, defaults)
				s := server(t, func(o *session.Options) { o.Dir = dir })
				if tt.levels != nil || tt.parameters != nil {
					if _, err := s.Configure(t.Context(), config(t, tt.levels, tt.parameters)); err != nil {
						t.Fatal(err)
					}
				}
				response, err := s.Analyze(t.Context(), tt.req)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range response.GetDiagnostics() {
					if d.GetPolicyName() == tt.policy {
						return d.GetEnforcementLevel(), d.GetMessage()
					}
				}
				return pulumirpc.EnforcementLevel_DISABLED, ""
			}
			mandatory := pulumirpc.EnforcementLevel_MANDATORY
			if got, message := level(tt.floor); got != mandatory || !strings.Contains(message, tt.note) {
				t.Errorf("got %v, want it mandatory with %q:\n%s", got, tt.note, message)
			}
			if got, message := level(nil); got == mandatory {
				t.Errorf("without the floor it is mandatory too, so that nothing is shown:\n%s", message)
			}
		})
	}
}

// write writes a pack's directory with defaults.
func write(t *testing.T, dir string, defaults m) {
	t.Helper()
	text, err := json.Marshal(defaults)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"PulumiPolicy.yaml":  "runtime: policypack\n",
		"policy-config.json": string(text),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// floored returns a server whose pack pins keys for a bundle with a floor beside it.
func floored(t *testing.T, signed m, rows ...any) *Server {
	t.Helper()
	dir, c := t.TempDir(), newCentre(t)
	c.ship(t, filepath.Join(dir, "bundle.tar.gz"), signed, rows...)
	write(t, dir, m{"settings": m{"bundleKeys": c.pin()}})
	return server(t, func(o *session.Options) { o.Dir = dir })
}

// TestFloorPins shows that each setting that relaxes is what the floor pins, whatever the configuration says.
func TestFloorPins(t *testing.T) {
	t.Parallel()
	pins := m{
		"components":     []any{m{"type": "acme:infra:Secret", "values": "none"}},
		"blessedModules": []any{}, "onUnknown": "deny", "minEntropy": 2.0, "maxExemptionDays": 30.0,
		"allowComments":  false,
		"packageSources": []any{}, "managers": []any{"aws-secrets-manager"}, "environments": []any{"production"},
		"extraPatterns": []any{"acme_[0-9a-f]{32}"},
	}
	s := floored(t, nil, m{"parameters": m{"settings": pins}})
	relaxed := m{
		"components":     []any{m{"type": "other:infra:*", "values": "generated"}},
		"blessedModules": []any{m{"source": "github.com/acme/infra//*"}}, "onUnknown": "allow", "minEntropy": 4.5,
		"maxExemptionDays": 365.0,
		"allowComments":    true, "packageSources": []any{"*"}, "managers": []any{"azure-key-vault"},
		"environments":  []any{"*"},
		"extraPatterns": []any{},
	}
	parameters := map[string]m{"settings": relaxed, "secret-name": {"onUnknown": "allow"}}
	if _, err := s.Configure(t.Context(), config(t, nil, parameters)); err != nil {
		t.Fatal(err)
	}
	c, err := s.session.At(rollout.Place{Project: "shop", Stack: "production"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range pins {
		got, err := json.Marshal(c.Base.Settings[name])
		if err != nil {
			t.Fatal(err)
		}
		if text, err := json.Marshal(want); err != nil || string(text) != string(got) {
			t.Errorf("%s: got %s, want %s (%v)", name, got, text, err)
		}
	}
	loaded, err := s.session.Pack()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range loaded.Policies {
		if got := c.OnUnknown(q.Name); got != pack.Deny {
			t.Errorf("onUnknown of %s is %s, want that of the floor", q.Name, got)
		}
	}
	response, err := s.AnalyzeStack(t.Context(),
		&pulumirpc.AnalyzeStackRequest{Resources: []*pulumirpc.AnalyzerResource{{
			Urn: "urn:pulumi:production::shop::" + model.RootType + "::shop-production", Type: model.RootType,
			Name:       "shop-production",
			Properties: &structpb.Struct{},
		}}})
	if err != nil {
		t.Fatal(err)
	}
	notes := ""
	for _, d := range response.GetDiagnostics() {
		notes += d.GetMessage() + "\n"
	}
	if n := strings.Count(notes, "overrides parameters of the policy configuration: "); n != 1 ||
		!strings.Contains(notes, "settings.onUnknown (entry 1)") ||
		!strings.Contains(notes, "secret-name.onUnknown (entry 1)") ||
		strings.Contains(notes, "azure-key-vault") {
		t.Errorf("want one note about the stack that names what was replaced, and no value:\n%s", notes)
	}
}

// TestFloorBySelectors shows where a row holds, and that an account raises what belongs to it alone.
func TestFloorBySelectors(t *testing.T) {
	t.Parallel()
	off := config(t, nil, map[string]m{"settings": {"levelByStack": m{"*": "disabled"}}})
	stack := &pulumirpc.AnalyzerStackConfigureRequest{
		Organization: "acme", Project: "shop", Stack: "production", Tags: map[string]string{"tier": "1"},
	}
	for _, tt := range []struct {
		name string
		row  m
		want bool
	}{
		{"everywhere", m{}, true},
		{"its organization", m{"organization": "acme"}, true},
		{"another organization", m{"organization": "acm"}, false},
		{"its project", m{"project": "sh*"}, true},
		{"another project", m{"project": "site"}, false},
		{"its stack", m{"stack": "{production,staging}"}, true},
		{"another stack", m{"stack": "dev"}, false},
		{"its tag", m{"tag": m{"tier": "{1,2}"}}, true},
		{"another tag", m{"tag": m{"team": "*"}}, false},
		{
			"all of them",
			m{"organization": "acme", "project": "shop", "stack": "production", "tag": m{"tier": "1"}},
			true,
		},
		{"the account of the provider", m{"account": "2222*"}, true},
		{"another account", m{"account": "1111*"}, false},
		{"the account of another stack", m{"account": "2222*", "stack": "dev"}, false},
		{
			"all of them but one",
			m{"organization": "acme", "project": "shop", "stack": "dev", "tag": m{"tier": "1"}},
			false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.row["levels"] = m{"all": "mandatory"}
			s := floored(t, nil, tt.row)
			if _, err := s.ConfigureStack(t.Context(), stack); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Configure(t.Context(), off); err != nil {
				t.Fatal(err)
			}
			response, err := s.Analyze(t.Context(), inAccount(rawSecret()))
			if err != nil {
				t.Fatal(err)
			}
			if got := len(response.GetDiagnostics()) > 0; got != tt.want {
				t.Errorf("got %v, want denied: %v", response.GetDiagnostics(), tt.want)
			}
		})
	}
}

// TestSignedEases shows that the exemptions and the baseline of the signed bundle ease what the floor makes mandatory,
// beside those of the configuration, and that any do where the row says so.
func TestSignedEases(t *testing.T) {
	t.Parallel()
	const raw = "raw-secret-resource"
	exempt := func(reason string) m {
		return m{
			"policies": []any{raw}, "urn": "urn:pulumi:*::shop::*::db", "reason": reason, "owner": "us",
			"expires": "2026-12-01",
		}
	}
	baseline := m{"expires": "2026-12-01", "findings": []any{m{"policy": raw, "urn": rawSecret().GetUrn()}}}
	other := m{"expires": "2026-12-01", "findings": []any{}}
	row := m{"levels": m{"all": "mandatory"}}
	lax := m{"levels": m{"all": "mandatory"}, "exemptions": "any"}
	for _, tt := range []struct {
		name        string
		row         m
		signed, own m
		want        pulumirpc.EnforcementLevel
		note        string
	}{
		{
			"a signed exemption", row,
			m{"exemptions": m{"signed": exempt("a")}},
			nil, pulumirpc.EnforcementLevel_ADVISORY,
			"(signed, owner: us): a",
		},
		{
			"a signed one beside one that does not count", row,
			m{"exemptions": m{"signed": exempt("a")}},
			m{"exemptions": m{"a-first": exempt("b")}},
			pulumirpc.EnforcementLevel_ADVISORY, "(signed, owner: us): a",
		},
		{
			"a signed baseline under one of the configuration", row,
			m{"baseline": baseline},
			m{"baseline": other},
			pulumirpc.EnforcementLevel_ADVISORY, "In the baseline until 2026-12-01.",
		},
		{
			"an exemption of the configuration", row, nil,
			m{"exemptions": m{"own": exempt("b")}},
			pulumirpc.EnforcementLevel_MANDATORY, "Exemption own does not apply here",
		},
		{
			"any exemption", lax, nil,
			m{"exemptions": m{"own": exempt("b")}},
			pulumirpc.EnforcementLevel_ADVISORY,
			"(own, owner: us): b",
		},
		{
			"any baseline", lax, nil,
			m{"baseline": baseline},
			pulumirpc.EnforcementLevel_ADVISORY,
			"In the baseline until 2026-12-01.",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			signed := tt.signed
			if signed == nil {
				signed = m{"exemptionWarningDays": 3}
			}
			s := floored(t, m{"settings": signed}, tt.row)
			if tt.own != nil {
				if _, err := s.Configure(t.Context(), config(t, nil, map[string]m{"settings": tt.own})); err != nil {
					t.Fatal(err)
				}
			}
			response, err := s.Analyze(t.Context(), rawSecret())
			if err != nil {
				t.Fatal(err)
			}
			d := response.GetDiagnostics()
			if len(d) != 1 || d[0].GetEnforcementLevel() != tt.want || !strings.Contains(d[0].GetMessage(), tt.note) {
				t.Errorf("got %v, want %v with %q", d, tt.want, tt.note)
			}
		})
	}
	t.Run("a policy exception of the file, in check", func(t *testing.T) {
		t.Parallel()
		for _, tt := range []struct {
			row  m
			want pulumirpc.EnforcementLevel
			note string
		}{
			{row, pulumirpc.EnforcementLevel_MANDATORY, "Policy exception old (a test) in the configuration file " +
				"does not apply here: the floor of "},
			{lax, pulumirpc.EnforcementLevel_ADVISORY, "Exempted by policy exception old (a test)."},
		} {
			s := floored(t, m{"secret-name": m{"matchStack": true}}, tt.row)
			if err := s.session.Configure(settings(config(t, nil, nil)), exception.Set{{
				Exception: exception.Exception{ID: "old", Reason: "a test"},
				Match:     []exception.Match{{Policies: []string{raw}, Targets: []string{rawSecret().GetUrn()}}},
			}}); err != nil {
				t.Fatal(err)
			}
			response, err := s.Analyze(t.Context(), rawSecret())
			if err != nil {
				t.Fatal(err)
			}
			d := response.GetDiagnostics()
			if len(d) != 1 || d[0].GetEnforcementLevel() != tt.want || !strings.Contains(d[0].GetMessage(), tt.note) {
				t.Errorf("got %v, want %v with %q", d, tt.want, tt.note)
			}
		}
	})
	t.Run("the same id", func(t *testing.T) {
		t.Parallel()
		s := floored(t, m{"settings": m{"exemptions": m{"signed": exempt("a")}}}, row)
		_, err := s.Configure(t.Context(),
			config(t, nil, map[string]m{"settings": {"exemptions": m{"signed": exempt("b")}}}))
		if err == nil || !strings.Contains(err.Error(), "exemptions: signed is in both the configuration and the "+
			"bundle") {
			t.Errorf("got %v, want an error", err)
		}
	})
}

// TestFloorOverComments shows that a comment in a file eases nothing that the floor makes mandatory everywhere.
func TestFloorOverComments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, exemptions string
		want             pack.Level
		note             string
	}{
		{"signed ones alone", "signed", pack.Mandatory, "\nThe comment on line 3 has no effect: the floor of "},
		{"any", "any", pack.Advisory, "Suppressed by the comment on line 3: a test"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := committed()
			f.Allows = []facts.Allow{allow(3, 3, "a test", "committed-secret")}
			s := floored(t, nil, m{"levels": m{"committed-secret": "mandatory"}, "exemptions": tt.exemptions})
			found, err := s.session.File(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			var at3 []verdict.Finding
			for _, f := range found {
				if f.At.Line == 3 {
					at3 = append(at3, f)
				}
			}
			if len(at3) != 1 || at3[0].Level != tt.want || !strings.Contains(at3[0].Message, tt.note) {
				t.Errorf("got %+v, want %s with %q", at3, tt.want, tt.note)
			}
		})
	}
}

// TestFloorOverThePolicyThatStands shows that the allow-lists of a policy do not silence another one that a floor makes
// mandatory and whose findings it stands for.
func TestFloorOverThePolicyThatStands(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		levels m
		want   int
	}{
		{"no row about either", m{"secret-name": "mandatory"}, 0},
		{"a row about the one that is left", m{"committed-secret": "mandatory"}, 1},
		{"a row about the one that stands", m{"plaintext-secret-config": "mandatory"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := floored(t, nil, m{"levels": tt.levels})
			if _, err := s.Configure(t.Context(),
				config(t, nil,
					map[string]m{"plaintext-secret-config": {"allowKeys": []any{"dbPassword"}}})); err != nil {
				t.Fatal(err)
			}
			f := &facts.File{
				Name: "Pulumi.production.yaml", Kind: "pulumi-stack", Stack: "production",
				Findings: []facts.Finding{{
					Place: facts.PlaceConfig, Path: []any{"shop:dbPassword"}, Key: "dbPassword", Detector: "password",
					Title:  "a password",
					Reason: "key-name", At: place.Position{Line: 2, Column: 20},
				}},
			}
			found, err := s.session.File(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, f := range found {
				if f.At.Line == 2 && f.Level == pack.Mandatory {
					n++
				}
			}
			if n != tt.want {
				t.Errorf("got %d mandatory findings, want %d: %+v", n, tt.want, found)
			}
		})
	}
}

// TestFloorOfWhom goes through bundles whose floor does not count.
func TestFloorOfWhom(t *testing.T) {
	t.Parallel()
	row := m{"levels": m{"all": "mandatory"}}
	off := m{"levelByStack": m{"*": "disabled"}}
	theirs, ours := newCentre(t), newCentre(t)
	pack := func(t *testing.T, keys m, beside, elsewhere func(file string)) *Server {
		dir := t.TempDir()
		write(t, dir, m{"settings": m{"bundleKeys": keys}})
		var more string
		if beside != nil {
			beside(filepath.Join(dir, "bundle.tar.gz"))
		}
		if elsewhere != nil {
			more = filepath.Join(t.TempDir(), "more.tar.gz")
			elsewhere(more)
		}
		return server(t, func(o *session.Options) { o.Dir, o.Bundle = dir, more })
	}
	with := func(c centre, floor ...any) func(string) {
		return func(file string) { c.ship(t, file, m{"secret-name": m{"matchStack": true}}, floor...) }
	}
	for _, tt := range []struct {
		name   string
		server *Server
		own    m
		denied bool
		note   string // about the stack
		err    string
	}{
		{
			name: "of the bundle beside the pack", server: pack(t, ours.pin(), with(ours, row), nil), own: off,
			denied: true,
		},
		{name: "of POLICYPACK_BUNDLE", server: pack(t, ours.pin(), nil, with(ours, row)), own: off, denied: true},
		{
			name: "of POLICYPACK_BUNDLE beside another", server: pack(t, ours.pin(), with(ours), with(ours, row)),
			own:  off,
			note: "The parameters and the floor in ",
		},
		{
			name: "an old bundle without a floor lifts none", server: pack(t, ours.pin(), with(ours, row), with(ours)),
			own: off, denied: true, note: "The parameters in ",
		},
		{
			name: "no key is pinned", server: pack(t, m{}, with(ours, row), nil), own: off,
			note: "do not apply: the configuration pins no key to verify the bundle with.",
		},
		{name: "another key", server: pack(t, theirs.pin(), with(ours, row), nil), own: off, err: "does not verify"},
		{
			name: "the configuration names other keys", server: pack(t, ours.pin(), with(ours, row), nil),
			own:    m{"levelByStack": off["levelByStack"], "bundleKeys": theirs.pin()},
			denied: true, note: "The parameter bundleKeys of the policy settings in the policy configuration does not " +
				"apply: the pack pins its own keys",
		},
		{
			name: "the configuration empties the keys", server: pack(t, ours.pin(), with(ours, row), nil),
			own:    m{"levelByStack": off["levelByStack"], "bundleKeys": m{}},
			denied: true, note: "The parameter bundleKeys of the policy settings in the policy configuration does not apply",
		},
		{
			name: "the configuration empties the keys, and there is no bundle", server: pack(t, ours.pin(), nil, nil),
			own: m{"levelByStack": off["levelByStack"], "bundleKeys": m{}}, err: "pins keys for a bundle",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := tt.server.Configure(t.Context(), config(t, nil, map[string]m{"settings": tt.own}))
			if tt.err != "" || err != nil {
				if err == nil || tt.err == "" || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got %v, want %q", err, tt.err)
				}
				return
			}
			response, err := tt.server.Analyze(t.Context(), rawSecret())
			if err != nil {
				t.Fatal(err)
			}
			if got := len(response.GetDiagnostics()) > 0; got != tt.denied {
				t.Errorf("got %v, want denied: %v", response.GetDiagnostics(), tt.denied)
			}
			c, err := tt.server.session.At(rollout.Place{})
			if err != nil {
				t.Fatal(err)
			}
			if said := strings.Join(c.Said, "\n"); !strings.Contains(said, tt.note) || tt.note == "" && said != "" {
				t.Errorf("got the note %q, want %q", said, tt.note)
			}
		})
	}
}

// TestFloorWithMistakes shows that what is wrong with a floor stops the run with its row and a suggestion, whether it
// would count or not.
func TestFloorWithMistakes(t *testing.T) {
	t.Parallel()
	s := floored(t, nil, m{"levels": m{"all": "advisory"}}, m{"levels": m{"secret-nam": "mandatory"}})
	_, err := s.GetAnalyzerInfo(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), `bundle.tar.gz: data.policypack: the floor has mistakes:`) ||
		!strings.Contains(err.Error(),
			`floor: entry 2: levels.secret-nam: unknown policy "secret-nam"; did you mean secret-name?`) {
		t.Errorf("got %v, want the mistake with its row", err)
	}
}

// TestFloorMakesWrong shows that a configuration which a pinned parameter makes wrong stops the run where the row is
// for, and says what is wrong.
func TestFloorMakesWrong(t *testing.T) {
	t.Parallel()
	own := config(t, nil, map[string]m{"settings": {"exemptions": m{"long": m{
		"policies": []any{"secret-name"}, "project": "shop", "reason": "a test", "owner": "us", "expires": "2027-02-01",
	}}}})
	for _, tt := range []struct {
		name, project, want string
	}{
		{"where the row is for", "shop", "exemptions.long.expires: 2027-02-01 is more than 30 days away " +
			"(maxExemptionDays)"},
		{"elsewhere", "site", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := floored(t, m{"secret-name": m{"matchStack": true}},
				m{"project": tt.project, "parameters": m{"settings": m{"maxExemptionDays": 30}}})
			if _, err := s.Configure(t.Context(), own); err != nil {
				t.Fatal(err)
			}
			_, err := s.Analyze(t.Context(), rawSecret())
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestDigestOfFloor shows that a configuration above another floor is another one.
func TestDigestOfFloor(t *testing.T) {
	t.Parallel()
	c := newCentre(t)
	digest := func(floor ...any) string {
		dir := t.TempDir()
		c.ship(t, filepath.Join(dir, "bundle.tar.gz"), m{"secret-name": m{"matchStack": true}}, floor...)
		write(t, dir, m{"settings": m{"bundleKeys": c.pin()}})
		s := server(t, func(o *session.Options) { o.Dir = dir })
		var of []string
		for _, req := range []*pulumirpc.AnalyzeRequest{
			rawSecret(),
			{Type: "a:b:C", Urn: "urn:pulumi:dev::other::a:b:C::x"},
		} {
			if _, err := s.Analyze(t.Context(), req); err != nil {
				t.Fatal(err)
			}
			of = append(of, s.session.Digest())
		}
		if of[0] != of[1] {
			t.Errorf("the digest differs by stack: %v", of)
		}
		return of[0]
	}
	row := m{"project": "shop", "levels": m{"all": "mandatory"}, "parameters": m{"settings": m{"onUnknown": "deny"}}}
	none, one, two := digest(), digest(row), digest(row, m{"levels": m{"all": "advisory"}})
	if none == one || one == two || none == two {
		t.Errorf("got %s, %s, %s, want three digests", none, one, two)
	}
}
