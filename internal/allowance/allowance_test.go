package allowance

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), "https://example.com")
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Own()
	if err != nil {
		t.Fatal(err)
	}
	type list = []any
	path := func(fields ...string) map[string]any {
		out := map[string]any{}
		for i := 0; i+1 < len(fields); i += 2 {
			out[fields[i]] = fields[i+1]
		}
		return out
	}
	var packages list // of cloud keys, whatever is added to the catalogue
	for _, token := range c.Tokens() {
		if name, _, _ := strings.Cut(token, ":"); c.Kind(token).CloudKey &&
			!slices.Contains(packages, any(name+":**")) {
			packages = append(packages, name+":**")
		}
	}
	for _, tt := range []struct {
		policy, parameter string
		give              list
		want              bool
	}{
		{"static-credential", "allowTypes", list{}, false},
		{"static-credential", "allowTypes", list{"**"}, true},
		{"static-credential", "allowTypes", list{"*:**"}, true},
		{"static-credential", "allowTypes", list{"*:*:*"}, true},
		{"static-credential", "allowTypes", list{"?*:?*:?*"}, true},
		{"static-credential", "allowTypes", list{"{**,x}"}, true},
		// it stays within one part of a token, and so matches none
		{"static-credential", "allowTypes", list{"*"}, false},
		{"static-credential", "allowTypes", list{"aws*:**"}, false},
		{"static-credential", "allowTypes", packages, true},
		{"static-credential", "allowTypes", list{"aws:iam/accessKey:AccessKey"}, false},
		{"service-credential", "allowTypes", list{"**"}, true},
		{"service-credential", "allowTypes", list{"datadog:*:*"}, false},
		{"plaintext-secret-property", "allowKeys", list{"*PublicToken"}, false},
		{"plaintext-secret-property", "allowKeys", list{"*Key", "*token"}, false},
		{"plaintext-secret-property", "allowKeys", list{"*a*", "*E*", "*i*", "*o*", "*q*"}, true},
		{"plaintext-secret-property", "allowKeys", list{"{*,x}"}, true},
		{"plaintext-secret-property", "allowKeys", list{"[a-zA-Z]*"}, false}, // brackets stand for themselves
		{"plaintext-secret-property", "allowPaths", list{path("path", "spec.*")}, false},
		{"plaintext-secret-property", "allowPaths", list{path("path", "*password*")}, false},
		{"plaintext-secret-property", "allowPaths", list{path("path", "*"), path("path", "a")}, true},
		{"plaintext-secret-property", "allowPaths", list{path("path", "*", "type", "?*")}, true},
		{"plaintext-secret-property", "allowPaths", list{path("path", "*", "type", "kubernetes:*")}, false},
		{"plaintext-secret-config", "allowPaths", list{path("path", "*:*")}, true},
		{"plaintext-secret-config", "allowPaths", list{path("path", "shop:*")}, false},
		{"plaintext-secret-config", "allowPaths", list{path("path", "*:*", "type", "pulumi:pulumi:Stack")}, true},
		{"plaintext-secret-output", "allowPaths", list{path("path", "*Url")}, false},
		{"committed-secret", "allowPaths", list{path("path", "testdata/*")}, false},
		{"committed-secret", "allowPaths", list{path("path", "*"), path("path", "testdata/*")}, true},
		{"committed-secret", "allowPaths", list{path("path", "*", "detector", "password")}, false},
		{"committed-secret", "allowPaths", list{path("path", "*e*"), path("path", "*s*"), path("path", "*q*")}, true},
		{"workflow-oidc", "allowedWorkflows", list{"acme/*"}, false},
		{"workflow-oidc", "allowedWorkflows", list{"*a*", "*o*", "*q*"}, true},
		{"enforcement-bypass", "allowedBackends", list{"https://api.pulumi.com"}, false},
		{"enforcement-bypass", "allowedBackends", list{"*://**"}, true},
		{"enforcement-bypass", "allowedBackends", list{"https://**"}, false},
		{"settings", "environments", list{"production", "pr-*"}, false},
		{"settings", "environments", list{"*"}, true},
		{"settings", "environments", list{"{*,x}"}, true},
		{"settings", "packageSources", list{"packages/infra/*"}, false},
		{"settings", "packageSources", list{"*"}, true},
		{"settings", "packageSources", list{"?*"}, true},
	} {
		q := p.Policy(tt.policy)
		if q.Parameters.Allows[tt.parameter] == "" {
			t.Errorf("%s: %s does not say what it allows", tt.policy, tt.parameter)
			continue
		}
		if got := len(Open(q, map[string]any{tt.parameter: tt.give}, c)) > 0; got != tt.want {
			t.Errorf("%s: %s %v: lets everything pass: %v, want %v", tt.policy, tt.parameter, tt.give, got, tt.want)
		}
	}
}

// Every parameter whose name says that it allows something says what, in words that are known here; defaults let
// nothing pass.
func TestAllowListsAreMarked(t *testing.T) {
	t.Parallel()
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), "https://example.com")
	if err != nil {
		t.Fatal(err)
	}
	var unmarked []string
	for _, q := range p.Policies {
		for name, schema := range q.Parameters.Properties {
			fields, _ := schema.(map[string]any)
			if _, ok := fields["allows"]; ok {
				t.Errorf("%s: %s: the mark is part of what Pulumi is told", q.Name, name)
			}
			if len(name) > 5 && name[:5] == "allow" && fields["type"] == "array" &&
				!slices.Contains(Kinds(), q.Parameters.Allows[name]) {
				unmarked = append(unmarked, q.Name+": "+name)
			}
		}
		if open := Open(q, q.Parameters.Defaults, nil); len(open) > 0 {
			t.Errorf("%s: the defaults let everything pass: %v", q.Name, open)
		}
	}
	slices.Sort(unmarked)
	if diff := cmp.Diff([]string(nil), unmarked); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	p := &pack.Pack{Policies: []*pack.Policy{
		{
			Name: "a", File: "rules/a/a.rego", Row: 3,
			Parameters: pack.Parameters{Allows: map[string]string{"paths": "properties"}},
		},
		{
			Name: "b", File: "rules/b/b.rego", Row: 1,
			Parameters: pack.Parameters{Allows: map[string]string{"list": "property"}},
		},
	}}
	want := "rules/b/b.rego:1: METADATA: custom.parameters.properties.list.allows: expected one of backends, " +
		"cloud-credentials, config, environments, files, names, outputs, properties, service-credentials, sources, " +
		"workflows"
	if err := Check(p); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	p.Policies = p.Policies[:1]
	if err := Check(p); err != nil {
		t.Error(err)
	}
	p.Policies[0].Parameters.AllowsFor = map[string]string{"paths": "no-such-policy"}
	want = `rules/a/a.rego:3: METADATA: custom.parameters.properties.paths.allowsFor: unknown policy "no-such-policy"`
	if err := Check(p); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}
