package tests

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// A TypeScript program that uses the infra package passes the pack as the package's README prints it, and a raw secret
// beside it does not.
func TestInfraInTypeScript(t *testing.T) {
	t.Parallel()
	program := pageBlock(t, "examples/infra/README.md", "ts", "new Secret(")
	s := languages[0].start(t, program)
	pack := harness.PackDir(t, nil)
	res := s.Up(t, pack, "")
	if res.Err != nil || len(res.Violations) > 0 {
		t.Fatalf("got %v, %v, want nothing\n%s", res.Err, res.Violations, res.Output)
	}
	state, err := s.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"shop/production", "llm-service/staging"} {
		if !strings.Contains(string(state.Deployment), `"name": "`+name+`"`) {
			t.Errorf("the state has no secret named %s", name)
		}
	}
	harness.WriteFiles(t, s.Workspace().WorkDir(), map[string]string{
		"index.ts": "import * as aws from \"@pulumi/aws/secretsmanager\";\n" + program +
			"new aws.Secret(\"raw\", { name: \"web/production\" });\n",
	})
	s.Workspace().SetEnvVar("PULUMI_NODEJS_TRANSPILE_ONLY", "true") // checking the types of AWS takes seconds
	res = s.Preview(t, pack, "")
	var got []string
	for _, v := range res.Violations {
		got = append(got, v.Level+" "+v.Policy+" on "+place.NameOf(v.URN))
	}
	if diff := cmp.Diff([]string{"mandatory raw-secret-resource on raw"}, got); diff != "" || res.Err == nil {
		t.Errorf("mismatch (-want +got):\n%s\n%v\n%s", diff, res.Err, res.Output)
	}
}
