package tests

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/model"
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
	"secret-in-workload": {
		broken: func(ctx *pulumi.Context, _ values) error {
			_, err := newResource(ctx, functionToken, "api", variables(pulumi.Map{
				"DB_HOST": pulumi.String("db.internal"), "DB_PASSWORD": config.New(ctx, "").RequireSecret("apiToken"),
			}))
			return err
		},
		fixed: resource(functionToken, "api", variables(pulumi.Map{
			"DB_HOST":   pulumi.String("db.internal"),
			"DB_SECRET": pulumi.String("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db/production-a1b2c3"),
		})),
		advice: true,
	},
	"unprotected-secret": {
		broken:       secretIn("db", "db"),
		fixed:        secretIn("db", "db", pulumi.Protect(true)),
		brokenConfig: `{"unprotected-secret": "advisory"}`,
		fixedConfig:  `{"unprotected-secret": "advisory"}`,
		advice:       true,
	},
	"component-contract": {
		broken: secretIn("api", "db"),
		fixed:  secretIn("db", "db-secret"),
		advice: true,
	},
	"static-credential": {
		broken: func(ctx *pulumi.Context, _ values) error {
			if _, err := newResource(ctx, "aws:iam/accessKey:AccessKey", "ci",
				pulumi.Map{"user": pulumi.String("ci")}); err != nil {
				return err
			}
			return ctx.RegisterResource("pulumi:providers:aws", "prod", pulumi.Map{
				"region": pulumi.String("eu-west-1"), "accessKey": pulumi.String("AK" + "IA" + strings.Repeat("Q7", 8)),
				"secretKey": config.New(ctx, "").RequireSecret("apiToken"),
			}, &pulumi.ProviderResourceState{})
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			if _, err := newResource(ctx, "aws:iam/role:Role", "ci",
				pulumi.Map{"assumeRolePolicy": pulumi.String("{}")}); err != nil {
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
			"namespaceName": pulumi.String("shop"), "resourceGroupName": pulumi.String("shop"),
			"rights": pulumi.ToStringArray([]string{"Send"}),
		}),
		fixed: resource("azure-native:authorization:RoleAssignment", "sender", pulumi.Map{
			"principalId":   pulumi.String("00000000-0000-0000-0000-000000000001"),
			"principalType": pulumi.String("ServicePrincipal"),
			"roleDefinitionId": pulumi.String(
				"/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-0000-0000-000000000002"),
			"scope": pulumi.String("/subscriptions/0/resourceGroups/shop"),
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
			"index.js":            pulumi.NewStringAsset("exports.handler = async () => {}\n"),
			"app/.env.production": pulumi.NewStringAsset("LOG=info\n"),
		})}),
		fixed: resource(functionToken, "api", pulumi.Map{"code": pulumi.NewAssetArchive(map[string]any{
			"index.js":         pulumi.NewStringAsset("exports.handler = async () => {}\n"),
			"app/.env.example": pulumi.NewStringAsset("LOG=info\n"),
		})}),
	},
	"settings": {
		broken:       resource(bucketToken, "files", nil),
		fixed:        resource(bucketToken, "files", nil),
		brokenConfig: `{"settings": {"components": [{"type": "*:*:*", "values": "none"}], "managers": ["aws"]}}`,
		fixedConfig:  `{"settings": {"components": [{"type": "acme:infra:*", "values": "none"}], "managers": ["aws-secrets-manager"]}}`,
	},
}

// variables are the properties of a function with that environment.
func variables(of pulumi.Map) pulumi.Map {
	return pulumi.Map{"environment": pulumi.Map{"variables": of}}
}

// shownElsewhere are the policies that others show: a script with broken.golden and fixed.golden, or the golden of one
// of previews. A policy that is in neither list is shown by its own examples.yaml.
var shownElsewhere = map[string]string{
	"hardcoded-secret":          "testdata/previews/hardcoded.golden",
	"plaintext-secret-config":   "scripts/config.txtar",
	"plaintext-secret-output":   "scripts/outputs.txtar",
	"plaintext-secret-property": "scripts/lambda.txtar",
	"secret-value-in-program":   "testdata/previews/literal.golden",
}

// Every policy stops a real preview, or advises in it, and is silent about the mended program.
func TestPolicyPreviews(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(harness.Root(t), "policies", "*", "*.rego"))
	if err != nil {
		t.Fatal(err)
	}
	pack := harness.PackDir(t, nil)
	cage := canary.New(57)
	v := values{configured: cage.Random("secret config")}
	configured, plain := newStage(t), newStage(t)
	echo(t, configured.Stack, "command", "github") // only its programs need them
	setSecret(t, configured.Stack, v.configured)
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
			case ok && also:
				t.Error("want it in shownHere or in shownElsewhere")
			case ok:
				configured.showPolicy(t, pack, policy, here, cage, v)
			case also:
				isShownIn(t, policy, elsewhere)
			default:
				plain.showExamples(t, pack, policy)
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

// stage is a stack whose program is changed between the previews, which leave nothing behind.
type stage struct {
	*harness.Stack
	program pulumi.RunFunc
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{}
	s.Stack = harness.NewStack(t, func(ctx *pulumi.Context) error { return s.program(ctx) })
	return s
}

func (s *stage) showPolicy(t *testing.T, pack, policy string, give shown, cage *canary.Cage, v values) {
	s.program = func(ctx *pulumi.Context) error { return give.broken(ctx, v) }
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

	s.program = func(ctx *pulumi.Context) error { return give.fixed(ctx, v) }
	if res := run(give.fixedConfig); res.Err != nil || len(res.Violations) > 0 {
		t.Errorf("the mended twin: %v\n%s\n%s", res.Err, said(res), res.Output)
	}
}

// showExamples previews the first example of deny and of allow that a program can write down. A policy about files
// alone is not asked in a preview; `policypack test` runs its examples.
func (s *stage) showExamples(t *testing.T, pack, policy string) {
	folder := strings.ReplaceAll(policy, "-", "_")
	f, err := example.Load(filepath.Join(harness.Root(t), "policies", folder, "examples.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	first := func(o example.Outcome, shows func(example.Case) bool) *example.Case {
		i := slices.IndexFunc(f.Cases, func(c example.Case) bool { return c.Outcome == o && shows(c) })
		if i < 0 {
			return nil
		}
		return &f.Cases[i]
	}
	deny, allow := first(example.Deny, previewable), first(example.Allow, previewable)
	if deny == nil || allow == nil {
		files := func(c example.Case) bool { return len(c.Files) > 0 }
		if first(example.Deny, files) == nil || first(example.Allow, files) == nil {
			t.Errorf("%s: want an example of deny and one of allow with plain resources (no parameters, secrets, "+
				"unknown values or parents), or with files; or a program in shownHere", f.Name)
		}
		return
	}
	c := deny
	s.program = func(ctx *pulumi.Context) error {
		for _, r := range c.Resources {
			properties := pulumi.Map{}
			for key, v := range r.Properties {
				properties[key] = pulumi.Any(v)
			}
			if _, err := newResource(ctx, r.Type, r.Name, properties); err != nil {
				return err
			}
		}
		return nil
	}
	for _, r := range slices.Concat(deny.Resources, allow.Resources) {
		name, _, _ := strings.Cut(r.Type, ":")
		echo(t, s.Stack, name)
	}
	config := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(config, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	messages := func() (of []string) {
		for _, v := range s.Preview(t, pack, config).Violations {
			if v.Policy == policy {
				of = append(of, v.Message)
			}
		}
		return of
	}
	got := messages()
	for _, w := range deny.Want {
		if !slices.ContainsFunc(got, func(m string) bool { return strings.Contains(m, strings.TrimSpace(w.Message)) }) {
			t.Errorf("deny: %s: got %q, want %q", deny.Name, got, w.Message)
		}
	}
	c = allow
	if got := messages(); len(got) > 0 {
		t.Errorf("allow: %s: got %q", allow.Name, got)
	}
}

// previewable reports whether a case is plain resources, which a program of any language can write down.
func previewable(c example.Case) bool {
	plain := len(c.Resources) > 0 && c.Settings == nil && c.Parameters == nil && len(c.Run.Config) == 0
	for _, r := range c.Resources {
		alone := !r.Component && r.Provider == nil && len(r.Ancestors)+len(r.DependsOn)+len(r.Secrets) == 0
		plain = plain && alone && plainly(model.Of(r.Properties))
	}
	return plain
}

// plainly reports whether a value is nothing but what a program of any language can write.
func plainly(v model.Value) bool {
	switch v.Kind() {
	case model.Object:
		return !slices.ContainsFunc(v.Keys(), func(key string) bool { return !plainly(v.Field(key)) })
	case model.List:
		for i := range v.Len() {
			if !plainly(v.Item(i)) {
				return false
			}
		}
		return true
	case model.Null, model.Bool, model.Number, model.String:
		return true
	case model.Unknown, model.Secret, model.Asset, model.Archive, model.Reference, model.Foreign:
	}
	return false
}

// echo gives a stack further providers.
func echo(t *testing.T, s *harness.Stack, names ...string) {
	t.Helper()
	for _, name := range names {
		dir := filepath.Join(s.Workspace().PulumiHome(), "plugins", "resource-"+name+"-v9.0.0")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		err := os.Symlink(harness.Echo(t), filepath.Join(dir, "pulumi-resource-"+name))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			t.Fatal(err)
		}
	}
}

// isShownIn checks that the file shows what it is said to show.
func isShownIn(t *testing.T, policy, file string) {
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
func secretIn(component, name string, opts ...pulumi.ResourceOption) func(*pulumi.Context, values) error {
	return func(ctx *pulumi.Context, _ values) error {
		parent, err := newComponent(ctx, "progression-labs-development:infra:Secret", component, opts...)
		if err != nil {
			return err
		}
		_, err = newResource(ctx, secretToken, name, pulumi.Map{"name": pulumi.String("db/production")},
			pulumi.Parent(parent))
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
