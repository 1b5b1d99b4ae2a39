package tests

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// shown is a program that a policy is against, and its mended twin, which no policy is against.
type shown struct {
	broken, fixed func(ctx *pulumi.Context, v values) error
	// brokenConfig and fixedConfig are the policies' configuration, `{}` where they are empty.
	brokenConfig, fixedConfig string
	// advice is true where the policy advises and the preview goes through.
	advice bool
}

// shownHere are the policies that this test shows. Goldens are in testdata/policies.
var shownHere = map[string]shown{
	"raw-secret-resource": {
		broken: resource(secretToken, "db", pulumi.Map{"name": pulumi.String("db/production")}),
		fixed:  secretIn("db", "db"),
	},
	"secret-name": {
		broken: secretCalled("DB_PASSWORD"),
		fixed:  secretCalled("db/production"),
	},
	"unsupported-secret-store": {
		broken: func(ctx *pulumi.Context, _ values) error {
			_, err := newResource(ctx, "aws:ssm/parameter:Parameter", "db", pulumi.Map{
				"name": pulumi.String("/db/password"), "type": pulumi.String("SecureString"),
				"value": config.New(ctx, "").RequireSecret("apiToken"),
			})
			return err
		},
		fixed:  secretIn("db", "db"),
		advice: true,
	},
	"component-contract": {
		broken: secretIn("api", "db"),
		fixed:  secretIn("db", "db-secret"),
		advice: true,
	},
	"static-credential": {
		broken: func(ctx *pulumi.Context, _ values) error {
			if _, err := newResource(ctx, "aws:iam/accessKey:AccessKey", "ci", pulumi.Map{"user": pulumi.String("ci")}); err != nil {
				return err
			}
			return ctx.RegisterResource("pulumi:providers:aws", "prod", pulumi.Map{
				"region": pulumi.String("eu-west-1"), "accessKey": pulumi.String("AK" + "IA" + strings.Repeat("Q7", 8)),
				"secretKey": config.New(ctx, "").RequireSecret("apiToken"),
			}, &pulumi.ProviderResourceState{})
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			if _, err := newResource(ctx, "aws:iam/role:Role", "ci", pulumi.Map{"assumeRolePolicy": pulumi.String("{}")}); err != nil {
				return err
			}
			return ctx.RegisterResource("pulumi:providers:aws", "prod", pulumi.Map{
				"region":     pulumi.String("eu-west-1"),
				"assumeRole": pulumi.Map{"roleArn": pulumi.String("arn:aws:iam::123456789012:role/deployer")},
			}, &pulumi.ProviderResourceState{})
		},
	},
	"service-credential": {
		broken: resource("azure-native:servicebus:NamespaceAuthorizationRule", "sender", pulumi.Map{
			"namespaceName": pulumi.String("shop"), "resourceGroupName": pulumi.String("shop"), "rights": pulumi.ToStringArray([]string{"Send"}),
		}),
		fixed: resource("azure-native:authorization:RoleAssignment", "sender", pulumi.Map{
			"principalId": pulumi.String("00000000-0000-0000-0000-000000000001"), "principalType": pulumi.String("ServicePrincipal"),
			"roleDefinitionId": pulumi.String("/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-0000-0000-000000000002"),
			"scope":            pulumi.String("/subscriptions/0/resourceGroups/shop"),
		}),
		advice: true,
	},
	"cloud-credential-in-ci": {
		broken: func(ctx *pulumi.Context, _ values) error {
			_, err := newResource(ctx, "github:index/actionsSecret:ActionsSecret", "deploy", pulumi.Map{
				"repository": pulumi.String("shop"), "secretName": pulumi.String("AWS_SECRET_ACCESS_KEY"),
				"plaintextValue": config.New(ctx, "").RequireSecret("apiToken"),
			})
			return err
		},
		fixed: resource("github:index/actionsVariable:ActionsVariable", "deploy", pulumi.Map{
			"repository": pulumi.String("shop"), "variableName": pulumi.String("AWS_ROLE_TO_ASSUME"),
			"value": pulumi.String("arn:aws:iam::123456789012:role/deployer"),
		}),
	},
	"secret-cli-command": {
		broken: resource("command:local:Command", "secret", pulumi.Map{
			"create": pulumi.String("NAME=db/production\naws secretsmanager create-secret --name \"$NAME\"\n"),
			"delete": pulumi.String("aws secretsmanager delete-secret --secret-id db/production"),
		}),
		fixed: resource("command:local:Command", "secret", pulumi.Map{
			"create": pulumi.String("aws secretsmanager get-secret-value --secret-id db/production > /dev/null\n"),
		}),
	},
	"dotenv-file": {
		broken: resource(functionToken, "api", pulumi.Map{"code": pulumi.NewAssetArchive(map[string]any{
			"index.js": pulumi.NewStringAsset("exports.handler = async () => {}\n"), "app/.env.production": pulumi.NewStringAsset("LOG=info\n"),
		})}),
		fixed: resource(functionToken, "api", pulumi.Map{"code": pulumi.NewAssetArchive(map[string]any{
			"index.js": pulumi.NewStringAsset("exports.handler = async () => {}\n"), "app/.env.example": pulumi.NewStringAsset("LOG=info\n"),
		})}),
	},
	"settings": {
		broken:       resource(bucketToken, "files", nil),
		fixed:        resource(bucketToken, "files", nil),
		brokenConfig: `{"settings": {"components": [{"type": "*:*:*", "values": "none"}], "managers": ["aws"]}}`,
		fixedConfig:  `{"settings": {"components": [{"type": "acme:infra:*", "values": "none"}], "managers": ["aws-secrets-manager"]}}`,
	},
}

// shownElsewhere are the policies that others show: a script with broken.golden and fixed.golden, the golden of one of
// previews, or, of policies that judge files alone, their examples.
var shownElsewhere = map[string]string{
	"committed-secret":          "../policies/committed_secret/examples.yaml",
	"enforcement-bypass":        "../policies/enforcement_bypass/examples.yaml",
	"hardcoded-secret":          "testdata/previews/hardcoded.golden",
	"plaintext-secret-config":   "scripts/config.txtar",
	"plaintext-secret-output":   "scripts/outputs.txtar",
	"plaintext-secret-property": "scripts/lambda.txtar",
	"secret-value-in-program":   "testdata/previews/literal.golden",
	"unread-file":               "../policies/unread_file/examples.yaml",
	"workflow-oidc":             "../policies/workflow_oidc/examples.yaml",
}

// Every policy stops a real preview, or advises in it, and is silent about the mended program.
func TestPolicyPreviews(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(harness.Root(t), "policies", "*", "*.rego"))
	if err != nil {
		t.Fatal(err)
	}
	pack := harness.PackDir(t, nil)
	seen := map[string]bool{}
	for _, file := range folders {
		policy := strings.ReplaceAll(filepath.Base(filepath.Dir(file)), "_", "-")
		if seen[policy] {
			continue
		}
		seen[policy] = true
		t.Run(policy, func(t *testing.T) {
			here, ok := shownHere[policy]
			elsewhere, also := shownElsewhere[policy]
			switch {
			case ok == also:
				t.Error("want a broken program and its mended twin in shownHere, or in shownElsewhere where they are")
			case ok:
				showPolicy(t, pack, policy, here)
			default:
				isShownIn(t, policy, elsewhere)
			}
		})
	}
	for policy := range shownHere {
		if !seen[policy] {
			t.Errorf("there is no policy %s", policy)
		}
	}
	for policy := range shownElsewhere {
		if !seen[policy] {
			t.Errorf("there is no policy %s", policy)
		}
	}
}

func showPolicy(t *testing.T, pack, policy string, give shown) {
	cage := canary.New(57)
	v := values{configured: cage.Random("secret config")}
	program := give.broken
	s := harness.NewStack(t, func(ctx *pulumi.Context) error { return program(ctx, v) })
	// Providers that only these programs need.
	for _, name := range []string{"command", "github"} {
		dir := filepath.Join(s.Workspace().PulumiHome(), "plugins", "resource-"+name+"-v9.0.0")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(harness.Echo(t), filepath.Join(dir, "pulumi-resource-"+name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SetConfig(t.Context(), "shop:apiToken", auto.ConfigValue{Value: v.configured, Secret: true}); err != nil {
		t.Fatal(err)
	}
	run := func(config string) harness.Result {
		file := filepath.Join(t.TempDir(), "config.json")
		if config == "" {
			config = "{}"
		}
		if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
			t.Fatal(err)
		}
		return s.Preview(t, pack, file)
	}
	res := run(give.brokenConfig)
	if (res.Err == nil) != give.advice {
		t.Errorf("the broken program: got %v, advice %v\n%s", res.Err, give.advice, res.Output)
	}
	for _, v := range res.Violations {
		if v.Policy != policy {
			t.Errorf("the broken program breaks %s too: %s", v.Policy, v.Message)
		}
	}
	for _, what := range cage.Find(fromPack(res)) {
		t.Errorf("the pack gives away a canary: %s", what)
	}
	golden(t, filepath.Join("testdata", "policies", policy+".golden"), said(res))

	program = give.fixed
	if res := run(give.fixedConfig); res.Err != nil || len(res.Violations) > 0 {
		t.Errorf("the mended twin: %v\n%s\n%s", res.Err, said(res), res.Output)
	}
}

// isShownIn checks that the file shows what it is said to show.
func isShownIn(t *testing.T, policy, file string) {
	if filepath.Base(file) == "examples.yaml" {
		f, err := example.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		shows := func(o example.Outcome) bool {
			return slices.ContainsFunc(f.Cases, func(c example.Case) bool { return c.Outcome == o && len(c.Files) > 0 })
		}
		if !shows(example.Deny) || !shows(example.Allow) {
			t.Errorf("%s shows no file that %s denies and one that it allows", file, policy)
		}
		return
	}
	if name, ok := strings.CutSuffix(filepath.Base(file), ".golden"); ok {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range previews {
			if p.name == name && p.fixed != nil && strings.Contains(string(text), "] "+policy+" (") {
				return
			}
		}
		t.Errorf("%s shows no violation of %s, with a mended twin", file, policy)
		return
	}
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	section := func(name string) string {
		_, text, _ := strings.Cut(string(script), "\n-- "+name+" --\n")
		text, _, _ = strings.Cut(text, "\n-- ")
		return text
	}
	broken := strings.Contains(section("broken.golden"), "  "+policy+"  (")
	fixed := strings.Contains(section("fixed.golden"), "✅ policypack")
	if !broken || !fixed {
		t.Errorf("%s shows no violation of %s, with a mended twin", file, policy)
	}
}

// resource is a program of one resource.
func resource(token, name string, properties pulumi.Map) func(*pulumi.Context, values) error {
	return func(ctx *pulumi.Context, _ values) error {
		_, err := newResource(ctx, token, name, properties)
		return err
	}
}

// secretIn is a program with a secret in a component of the infra package.
func secretIn(component, name string) func(*pulumi.Context, values) error {
	return func(ctx *pulumi.Context, _ values) error {
		parent, err := newComponent(ctx, "progression-labs-development:infra:Secret", component)
		if err != nil {
			return err
		}
		_, err = newResource(ctx, secretToken, name, pulumi.Map{"name": pulumi.String("db/production")}, pulumi.Parent(parent))
		return err
	}
}

// secretCalled is a program with a secret of the infra package under a name.
func secretCalled(name string) func(*pulumi.Context, values) error {
	return func(ctx *pulumi.Context, _ values) error {
		parent, err := newComponent(ctx, "progression-labs-development:infra:Secret", "db")
		if err != nil {
			return err
		}
		_, err = newResource(ctx, secretToken, "db", pulumi.Map{"name": pulumi.String(name)}, pulumi.Parent(parent))
		return err
	}
}
