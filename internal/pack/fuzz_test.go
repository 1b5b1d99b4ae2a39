package pack

import (
	"testing"
	"testing/fstest"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzLoad reads any METADATA and any rule of a custom policy, and any defaults for it.
func FuzzLoad(f *testing.F) {
	f.Add("title: t\n#  description: d", "deny contains {\"message\": \"m\", \"path\": []} if true\n", []byte(`{"all": "advisory"}`))
	f.Add("title: t\n# description: d\n# custom:\n#   level: mandatory\n#   severity: low\n#   remediation: r\n"+
		"#   scope: repository\n#   applies: {repository: [ci]}\n#   parameters: {properties: {p: {type: string, default: a, "+
		"description: d, relaxes: more}}}\n#   kinds: {k: {since: 0.1.0}}", "deny contains v if { v := input.x }\n",
		[]byte(`{"x": {"enforcementLevel": "mandatory", "p": 1}}`))
	f.Add("custom: &a [*a]\n# custom: {level: &b {<<: *b}}", "import future.keywords\nx := `", []byte(`[]`))
	f.Fuzz(func(t *testing.T, metadata, body string, defaults []byte) {
		defer fuzzing.Watch(t, len(metadata)+len(body)+len(defaults))()
		files := fstest.MapFS{"x/x.rego": {Data: []byte("# METADATA\n# " + metadata + "\npackage rules.x\n\n" + body)}}
		p, err := Load([]Source{{FS: files, Prefix: "rules", Root: "rules"}}, "")
		if err != nil {
			return
		}
		if p, err = p.WithDefaults("policy-config.json", defaults); err == nil && p.Policy("x") == nil {
			t.Error("the policy is gone")
		}
	})
}
