package tests

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// noBuckets is the smallest policy that an organisation can write.
const noBuckets = `# METADATA
# title: There are no buckets
# description: A bucket is a place where people leave secrets.
# custom:
#   level: mandatory
#   severity: low
#   remediation: Use a database.
package rules.no_buckets

deny contains {"message": $"the bucket {input.resource.name} is not allowed", "path": []} if {
	input.resource.type == "aws:s3/bucket:Bucket"
}
`

// One folder is one policy: the pack lists it and the engine's calls reach it.
func TestOwnRules(t *testing.T) {
	rules := t.TempDir()
	harness.WriteFiles(t, rules, map[string]string{"no_buckets/no_buckets.rego": noBuckets})
	for _, tt := range []struct {
		name  string
		start harness.Start
	}{
		{"beside PulumiPolicy.yaml", harness.Start{
			Dir: harness.PackDir(t, map[string]string{"rules/no_buckets/no_buckets.rego": noBuckets}),
		}},
		{"in POLICYPACK_RULES", harness.Start{
			Dir: harness.PackDir(t, nil), Env: []string{"POLICYPACK_RULES=" + rules},
		}},
		{"in POLICYPACK_RULES, counted from the working directory", harness.Start{
			Dir: harness.PackDir(t, map[string]string{"more/no_buckets/no_buckets.rego": noBuckets}),
			Env: []string{"POLICYPACK_RULES=more", "PWD="},
		}},
		{"in POLICYPACK_RULES, counted from $PWD", harness.Start{
			Dir: harness.PackDir(t, nil),
			Env: []string{"POLICYPACK_RULES=" + filepath.Base(rules), "PWD=" + filepath.Dir(rules)},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, tt.start)
			a.Ready(t, nil, nil)
			listed := false
			for _, p := range a.Info(t).Policies {
				listed = listed || p.Name == "no-buckets" && p.DisplayName == "There are no buckets"
			}
			if !listed {
				t.Error("GetAnalyzerInfo does not list no-buckets")
			}
			got := analyze(t, a, request("aws:s3/bucket:Bucket", nil, nil))
			if len(got) != 1 || got[0].PolicyName != "no-buckets" ||
				!strings.HasPrefix(got[0].Message, "the bucket it is not allowed") {
				t.Errorf("got %v, want one violation of no-buckets", got)
			}
			if got := analyze(t, a, rawSecret()); len(got) != 1 || got[0].PolicyName != "raw-secret-resource" {
				t.Errorf("got %v, want the pack's own policies to go on", got)
			}
		})
	}
}

// Mistakes in an organisation's rules stop the run, all of them together, each with its file and row.
func TestOwnRulesWithMistakes(t *testing.T) {
	metadata := strings.SplitAfter(noBuckets, "package rules.no_buckets\n")[0]
	tests := []struct {
		name string
		give map[string]string
		want []string
	}{
		{"a package of ours", map[string]string{
			"rules/no_buckets/no_buckets.rego": strings.Replace(noBuckets, "rules.no_buckets", "policies.no_buckets",
				1),
		}, []string{"rules/no_buckets/no_buckets.rego:8: "}},
		{"a name of ours", map[string]string{
			"rules/secret_name/secret_name.rego": strings.Replace(noBuckets, "no_buckets", "secret_name", 1),
		}, []string{"rules/secret_name/secret_name.rego:"}},
		{"a library of ours", map[string]string{
			"rules/no_buckets/no_buckets.rego": noBuckets,
			"rules/no_buckets/component.rego":  "package lib.component\n\nblessed := true\n",
		}, []string{"rules/no_buckets/component.rego:1: "}},
		{"another folder's package", map[string]string{
			"rules/buckets/no_buckets.rego": noBuckets,
		}, []string{"rules/buckets/no_buckets.rego:8: "}},
		{"no METADATA", map[string]string{
			"rules/no_buckets/no_buckets.rego": "package rules.no_buckets\n\ndeny := set()\n",
		}, []string{"rules/no_buckets/no_buckets.rego:1: "}},
		{"bad METADATA in two folders", map[string]string{
			"rules/no_buckets/no_buckets.rego": strings.NewReplacer("mandatory", "compulsory",
				"title: There are no buckets", "organizations: []").
				Replace(noBuckets),
			"rules/no_queues/no_queues.rego": strings.NewReplacer("no_buckets", "no_queues", "severity: low",
				"severity: huge").
				Replace(noBuckets),
		}, []string{
			"rules/no_buckets/no_buckets.rego:", "title", "level", "rules/no_queues/no_queues.rego:",
			"severity",
		}},
		{"Rego that does not parse", map[string]string{
			"rules/no_buckets/no_buckets.rego": metadata + "\ndeny contains if {\n",
		}, []string{"rules/no_buckets/no_buckets.rego:"}},
		{"Rego that does not compile", map[string]string{
			"rules/no_buckets/no_buckets.rego": metadata + "\ndeny contains x if no_such_function(x)\n",
		}, []string{"rules/no_buckets/no_buckets.rego:10: ", "no_such_function"}},
		{"Rego that asks the network", map[string]string{
			"rules/no_buckets/no_buckets.rego": metadata + "\ndeny contains x if x := http.send({}).body\n",
		}, []string{"rules/no_buckets/no_buckets.rego:10: ", "http.send"}},
		{"a misspelt input field", map[string]string{
			"rules/no_buckets/no_buckets.rego": strings.Replace(noBuckets, "input.resource.type", "input.resource.typ",
				1),
		}, []string{"rules/no_buckets/no_buckets.rego:11: ", "typ"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, harness.Start{Dir: harness.PackDir(t, tt.give)})
			err := a.TryReady(nil, nil)
			if err == nil {
				_, err = a.Client.Analyze(t.Context(), rawSecret())
			}
			if err == nil {
				t.Fatal("got no error")
			}
			t.Logf("%v", err)
			for _, want := range tt.want {
				if !strings.Contains(filepath.ToSlash(err.Error()), want) {
					t.Errorf("the error has no %q:\n%v", want, err)
				}
			}
		})
	}
}

// What a rule decides is checked before it becomes a diagnostic: a rule that cannot be understood stops the run.
func TestMalformedDecisions(t *testing.T) {
	for _, tt := range []struct {
		name, decision, want string
	}{
		{"no message", `{"path": []}`, "message"},
		{"an empty message", `{"message": "", "path": []}`, "message"},
		{"a message that is a number", `{"message": 1, "path": []}`, "message"},
		{"a path that is a text", `{"message": "m", "path": "a.b"}`, "path"},
		{"another field", `{"message": "m", "path": [], "severity": "low"}`, "severity"},
		{"a raised level", `{"message": "m", "path": [], "level": "mandatory"}`, "level"},
		{"a text", `"m"`, "message"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rule := strings.Replace(noBuckets,
				`{"message": $"the bucket {input.resource.name} is not allowed", "path": []}`,
				tt.decision, 1)
			a := harness.StartAnalyzer(t, harness.Start{
				Dir: harness.PackDir(t, map[string]string{"rules/no_buckets/no_buckets.rego": rule}),
			})
			err := a.TryReady(nil, nil)
			if err == nil {
				_, err = a.Client.Analyze(t.Context(), request("aws:s3/bucket:Bucket", nil, nil))
			}
			if err == nil {
				t.Fatal("got no error")
			}
			for _, want := range []string{"no-buckets", tt.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error has no %q: %v", want, err)
				}
			}
		})
	}
}

// What GetAnalyzerInfo says is complete, and the engine's own reader understands it.
func TestInfo(t *testing.T) {
	a := harness.StartAnalyzer(t, harness.Start{NoHandshake: true, NoStack: true})
	info := a.Info(t)
	if got, want := info.Version, harness.Version(t); got != want {
		t.Errorf("version: got %s, want %s", got, want)
	}
	if !info.SupportsConfig || info.Name != "policypack" || info.DisplayName == "" || info.Description == "" ||
		info.Readme == "" || info.Provider == "" || len(info.Tags) == 0 || info.Repository == "" {
		t.Errorf("a field of the pack is empty: %+v", info)
	}
	for _, p := range info.Policies {
		empty := []string{}
		for field, value := range map[string]string{
			"displayName": p.DisplayName, "description": p.Description, "message": p.Message,
			"remediationSteps": p.RemediationSteps, "url": p.Url, "framework.name": p.Framework.GetName(),
			"framework.specification": p.Framework.GetSpecification(),
		} {
			if value == "" {
				empty = append(empty, field)
			}
		}
		if p.PolicyType == 0 {
			empty = append(empty, "policyType")
		}
		if p.Severity == 0 {
			empty = append(empty, "severity")
		}
		if len(p.Tags) == 0 {
			empty = append(empty, "tags")
		}
		if info.InitialConfig[p.Name] == nil {
			empty = append(empty, "initialConfig")
		}
		if diff := cmp.Diff([]string{}, empty); diff != "" {
			t.Errorf("policy %s: empty fields (-want +got):\n%s", p.Name, diff)
		}
	}
	fromEngine, err := a.Plugin.GetAnalyzerInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(fromEngine.Policies), len(info.Policies); got != want {
		t.Errorf("the engine reads %d policies, want %d", got, want)
	}
}
