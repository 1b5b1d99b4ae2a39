package tests

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optimport"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// cloudOnly is the ID of a secret that exists in the cloud and in no state.
const cloudOnly = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:api/production-AbCdEf"

// imported is the transform of docs/adopt/existing-secrets.md.
func imported(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	if args.Type == "aws:secretsmanager/secret:Secret" {
		args.Opts.Import = pulumi.ID(cloudOnly)
	}
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}

// A secret that exists in the cloud alone is imported into the component by an option. The pack is asked about it as about
// a new one; inputs that differ from the cloud's replace the secret, which a preview says.
func TestImportByOption(t *testing.T) {
	name, raw, opts := "api/production", false, []pulumi.ResourceOption{pulumi.Transforms([]pulumi.ResourceTransform{imported})}
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		parent, err := newComponent(ctx, blessed[0], "api", opts...)
		if err != nil {
			return err
		}
		child := []pulumi.ResourceOption{pulumi.Parent(parent)}
		if raw {
			child = []pulumi.ResourceOption{pulumi.Import(pulumi.ID(cloudOnly))}
		}
		_, err = newResource(ctx, secretToken, "api", pulumi.Map{"name": pulumi.String(name)}, child...)
		return err
	})
	pack := harness.PackDir(t, nil)
	raw = true
	if res := s.Preview(t, pack, ""); len(res.Violations) != 1 || res.Violations[0].Policy != "raw-secret-resource" {
		t.Errorf("a raw secret: got %v, %v\n%s", res.Err, res.Violations, res.Output)
	}
	raw = false
	name = "api/staging"
	res := s.Preview(t, pack, "")
	if !strings.Contains(res.Output, "1 to replace") {
		t.Errorf("a name that is not the secret's: want the preview to replace it\n%s", res.Output)
	}
	name = "api/production"
	res = s.Preview(t, pack, "")
	if res.Err != nil || len(res.Violations) > 0 || !strings.Contains(res.Output, "1 to import") {
		t.Fatalf("got %v, %v\n%s", res.Err, res.Violations, res.Output)
	}
	if res := s.Up(t, pack, ""); res.Err != nil || len(res.Violations) > 0 {
		t.Fatalf("up: %v, %v\n%s", res.Err, res.Violations, res.Output)
	}
	opts = nil
	if res := s.Preview(t, pack, ""); res.Err != nil || len(res.Violations) > 0 || strings.Contains(res.Output, "1 to ") {
		t.Errorf("without the option: got %v, %v\n%s", res.Err, res.Violations, res.Output)
	}
}

// `pulumi import` takes the component and the secret from a file, and shows them to no policy pack; the next preview does.
func TestImportByFile(t *testing.T) {
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		parent, err := newComponent(ctx, blessed[0], "stripe", pulumi.Protect(true))
		if err != nil {
			return err
		}
		_, err = newResource(ctx, secretToken, "stripe", pulumi.Map{"name": pulumi.String("api/production")}, pulumi.Parent(parent))
		return err
	})
	file := filepath.Join(t.TempDir(), "import.json")
	if err := os.WriteFile(file, []byte(pageBlock(t, existingSecrets, "json", "logicalName")), 0o600); err != nil {
		t.Fatal(err)
	}
	// The CLI asks for the host of the program's language, which an inline program has not.
	project := filepath.Join(s.Workspace().WorkDir(), "Pulumi.yaml")
	before, err := os.ReadFile(project)
	if err != nil {
		t.Fatal(err)
	}
	harness.WriteFiles(t, filepath.Dir(project), map[string]string{"Pulumi.yaml": "name: shop\nruntime: yaml\n"})
	res, err := s.ImportResources(t.Context(), optimport.ImportFile(file), optimport.GenerateCode(false))
	harness.WriteFiles(t, filepath.Dir(project), map[string]string{"Pulumi.yaml": string(before)})
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, res.StdOut, res.StdErr)
	}
	if res := s.Preview(t, harness.PackDir(t, nil), ""); res.Err != nil || len(res.Violations) > 0 ||
		strings.Contains(res.Output, "1 to ") {
		t.Errorf("after the import: got %v, %v\n%s", res.Err, res.Violations, res.Output)
	}
}
