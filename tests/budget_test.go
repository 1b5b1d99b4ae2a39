package tests

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// endlessRule is a rule of an organisation that ends after hours on a resource called slow.
const endlessRule = `# METADATA
# title: Numbers are small
# description: Adds all numbers to all numbers.
# custom:
#   level: mandatory
#   severity: low
#   remediation: Wait.
package rules.endless

deny contains {"message": "x", "path": []} if {
	input.resource.name == "slow"
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	a + b == 300000
}
`

const endlessStackRule = `# METADATA
# title: Resources are few
# description: Adds all numbers to all numbers for the stack.
# custom:
#   level: mandatory
#   severity: low
#   scope: stack
#   remediation: Wait.
package rules.endless_stack

deny contains {"message": "x", "path": []} if {
	some r in input.resources
	r.name == "slow"
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	a + b == 300000
}
`

// A rule of an organisation that does not end fails the run with its name and the resource's; the pack's own rules and
// those beside it go on for other resources.
func TestRuleThatDoesNotEnd(t *testing.T) {
	a := harness.StartAnalyzer(t, harness.Start{Dir: harness.PackDir(t, map[string]string{
		"rules/no_buckets/no_buckets.rego":       noBuckets,
		"rules/endless/endless.rego":             endlessRule,
		"rules/endless_stack/endless_stack.rego": endlessStackRule,
	})})
	a.Ready(t, nil, map[string]plugin.AnalyzerPolicyConfig{"settings": {Properties: map[string]any{
		"ruleSeconds": 0.05, "ruleSecondsPerStack": 0.05,
	}}})
	if got := analyze(t, a, request("aws:s3/bucket:Bucket", nil, nil)); len(got) != 1 ||
		got[0].PolicyName != "no-buckets" {
		t.Errorf("got %v, want one violation of no-buckets", got)
	}
	slow := request("aws:s3/bucket:Bucket", nil, nil)
	slow.Name, slow.Urn = "slow", strings.Replace(slow.GetUrn(), "::it", "::slow", 1)
	wants := func(t *testing.T, err error, want ...string) {
		t.Helper()
		if err == nil {
			t.Fatal("the rule has ended, or passed as if it had")
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("the error has no %q: %v", w, err)
			}
		}
	}
	_, err := a.Client.Analyze(t.Context(), slow)
	wants(t, err, slow.GetUrn(), "policy endless:", "50ms of CPU time", "a resource", "ruleSeconds ")
	_, err = a.Client.AnalyzeStack(t.Context(), &pulumirpc.AnalyzeStackRequest{Resources: []*pulumirpc.AnalyzerResource{
		{Urn: slow.GetUrn(), Type: slow.GetType(), Name: slow.GetName(), Properties: slow.GetProperties()},
	}})
	wants(t, err, "policy endless-stack:", "60ms of CPU time", "the stack", "ruleSecondsPerStack")
}
