package tests

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// preview is a program that the pack denies, and what the person then writes instead.
type preview struct {
	name string
	// broken breaks the standard, fixed is its twin; values are made up when the test runs.
	broken, fixed func(ctx *pulumi.Context, v values) error
	// up runs an update in place of a preview: what is only known then.
	up bool
	// advice is true where the pack only advises, and the run goes through.
	advice bool
}

// values are secrets of a run. configured is what the secret config key apiToken holds.
type values struct{ configured, key, password string }

const databaseToken = "progression-labs-development:infra:Database"

// password is a random password, with its output.
type password struct {
	pulumi.CustomResourceState
	Result pulumi.StringOutput `pulumi:"result"`
}

func newPassword(ctx *pulumi.Context, opts ...pulumi.ResourceOption) (*password, error) {
	p := &password{}
	err := ctx.RegisterResource("random:index/randomPassword:RandomPassword", "password",
		pulumi.Map{"length": pulumi.Int(24)}, p, opts...)
	return p, err
}

func instance(ctx *pulumi.Context, userData pulumi.Input) error {
	_, err := newResource(ctx, "aws:ec2/instance:Instance", "builder", pulumi.Map{
		"ami": pulumi.String("ami-0123456789abcdef0"), "userDataBase64": userData,
	})
	return err
}

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// managed writes a value into a secret below a component of a type.
func managed(ctx *pulumi.Context, component string, value func(parent pulumi.ResourceOption) (pulumi.Input, error),
	opts ...pulumi.ResourceOption,
) error {
	parent, err := newComponent(ctx, component, "db")
	if err != nil {
		return err
	}
	below := pulumi.Parent(parent)
	secret, err := newResource(ctx, secretToken, "db", pulumi.Map{"name": pulumi.String("db/production")}, below)
	if err != nil {
		return err
	}
	v, err := value(below)
	if err != nil {
		return err
	}
	_, err = newResource(ctx, "aws:secretsmanager/secretVersion:SecretVersion", "db", pulumi.Map{
		"secretId": secret.ID(), "secretString": v,
	}, append(opts, below)...)
	return err
}

func generated(ctx *pulumi.Context, change func(string) string) func(pulumi.ResourceOption) (pulumi.Input, error) {
	return func(below pulumi.ResourceOption) (pulumi.Input, error) {
		p, err := newPassword(ctx, below)
		if err != nil {
			return nil, err
		}
		return p.Result.ApplyT(change).(pulumi.StringOutput), nil
	}
}

func literal(text string) func(pulumi.ResourceOption) (pulumi.Input, error) {
	return func(pulumi.ResourceOption) (pulumi.Input, error) { return pulumi.String(text), nil }
}

var previews = []preview{
	{
		name: "provider",
		broken: func(ctx *pulumi.Context, v values) error {
			return ctx.RegisterResource("pulumi:providers:aws", "prod", pulumi.Map{
				"region": pulumi.String("eu-west-1"), "accessKey": pulumi.String("AK" + "IA" + strings.Repeat("Q7", 8)),
				"secretKey": pulumi.String(v.key),
			}, &pulumi.ProviderResourceState{})
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			return ctx.RegisterResource("pulumi:providers:aws", "prod", pulumi.Map{
				"region":     pulumi.String("eu-west-1"),
				"assumeRole": pulumi.Map{"roleArn": pulumi.String("arn:aws:iam::123456789012:role/deployer")},
			}, &pulumi.ProviderResourceState{})
		},
	},
	{
		// In a preview a Go program's output that is not known yet looks the same with and without its mark: it is
		// undecided.
		name: "unsecret",
		up:   true,
		broken: func(ctx *pulumi.Context, _ values) error {
			p, err := newPassword(ctx)
			ctx.Export("databasePassword", pulumi.Unsecret(p.Result))
			return err
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			p, err := newPassword(ctx)
			ctx.Export("databasePassword", pulumi.ToSecret(p.Result))
			return err
		},
	},
	{
		name: "unsecret-known",
		up:   true,
		broken: func(ctx *pulumi.Context, _ values) error {
			p, err := newPassword(ctx)
			ctx.Export("hint", pulumi.Sprintf("log in as admin with %s", pulumi.Unsecret(p.Result)))
			return err
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			p, err := newPassword(ctx)
			ctx.Export("hint", pulumi.Sprintf("log in as admin with %s", p.Result))
			return err
		},
	},
	{
		name: "component-output",
		broken: func(ctx *pulumi.Context, v values) error {
			c := &component{}
			if err := ctx.RegisterComponentResource("acme:shop:Api", "api", c); err != nil {
				return err
			}
			return ctx.RegisterResourceOutputs(c,
				pulumi.Map{"url": pulumi.String("redis://:" + v.password + "@cache.internal:6379")})
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			c := &component{}
			if err := ctx.RegisterComponentResource("acme:shop:Api", "api", c); err != nil {
				return err
			}
			return ctx.RegisterResourceOutputs(c, pulumi.Map{
				"url": pulumi.String("redis://cache.internal:6379"),
				"secret": pulumi.ToSecret(
					pulumi.Sprintf("redis://:%s@cache.internal:6379", config.New(ctx, "").RequireSecret("apiToken"))),
			})
		},
	},
	{
		name: "config-in-a-tag",
		broken: func(ctx *pulumi.Context, _ values) error {
			_, err := newResource(ctx, bucketToken, "files", pulumi.Map{
				"tags": pulumi.Map{
					"team": pulumi.String("payments"),
					"note": pulumi.String(config.New(ctx, "").Get("apiToken")),
				},
			})
			return err
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			_, err := newResource(ctx, bucketToken, "files", pulumi.Map{
				"tags": pulumi.Map{
					"team": pulumi.String("payments"),
					"note": pulumi.String("see apiToken in the stack's config"),
				},
			})
			return err
		},
	},
	{
		name: "config-in-user-data",
		broken: func(ctx *pulumi.Context, _ values) error {
			return instance(ctx,
				pulumi.String(base64Of("#!/bin/sh\n/opt/agent --join "+config.New(ctx, "").Get("apiToken")+"\n")))
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			return instance(ctx, config.New(ctx, "").RequireSecret("apiToken").ApplyT(func(s string) string {
				return base64Of("#!/bin/sh\n/opt/agent --join " + s + "\n")
			}))
		},
	},
	{
		name: "another-resource",
		broken: func(ctx *pulumi.Context, v values) error {
			if _, err := newResource(ctx, bucketToken, "files", pulumi.Map{
				"tags": pulumi.Map{"note": pulumi.String("ask " + v.configured[:3] + " for " + v.password)},
			}); err != nil {
				return err
			}
			return managed(ctx, databaseToken, literal(v.password))
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			if _, err := newResource(ctx, bucketToken, "files",
				pulumi.Map{"tags": pulumi.Map{"note": pulumi.String("ask us")}}); err != nil {
				return err
			}
			return managed(ctx, databaseToken, generated(ctx, strings.Clone))
		},
	},
	{
		name: "generated",
		broken: func(ctx *pulumi.Context, _ values) error {
			return managed(ctx, "progression-labs-development:infra:Secret", generated(ctx, strings.Clone))
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			return managed(ctx, databaseToken,
				generated(ctx, func(s string) string { return `{"username":"app","password":"` + s + `"}` }))
		},
	},
	{
		name: "generated-known",
		up:   true,
		broken: func(ctx *pulumi.Context, v values) error {
			return managed(ctx, databaseToken, generated(ctx, func(string) string { return v.password }))
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			return managed(ctx, databaseToken,
				generated(ctx, func(s string) string { return `{"username":"app","password":"` + s + `"}` }))
		},
	},
	{
		name: "literal",
		broken: func(ctx *pulumi.Context, v values) error {
			return managed(ctx, "progression-labs-development:infra:Secret", literal(v.password))
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			return managed(ctx, "progression-labs-development:infra:Secret", literal("REPLACE_ME"),
				pulumi.IgnoreChanges([]string{"secretString"}))
		},
	},
	{
		name: "config-in-a-manager",
		broken: func(ctx *pulumi.Context, _ values) error {
			return managed(ctx, "progression-labs-development:infra:Secret",
				func(pulumi.ResourceOption) (pulumi.Input, error) {
					return config.New(ctx, "").RequireSecret("apiToken"), nil
				})
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			parent, err := newComponent(ctx, "progression-labs-development:infra:Secret", "db")
			if err != nil {
				return err
			}
			_, err = newResource(ctx, secretToken, "db", pulumi.Map{"name": pulumi.String("db/production")},
				pulumi.Parent(parent))
			return err
		},
	},
	{
		name:   "hardcoded",
		advice: true,
		broken: func(ctx *pulumi.Context, v values) error {
			_, err := newResource(ctx, functionToken, "api", pulumi.Map{
				"runtime": pulumi.String("nodejs22.x"),
				"environment": pulumi.Map{
					"variables": pulumi.Map{"STRIPE": pulumi.ToSecret(pulumi.String(v.password))},
				},
			})
			return err
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			if _, err := newResource(ctx, "aws:rds/instance:Instance", "db", pulumi.Map{
				"password": config.New(ctx, "").RequireSecret("apiToken"),
			}); err != nil {
				return err
			}
			_, err := newResource(ctx, functionToken, "api", pulumi.Map{
				"runtime":     pulumi.String("nodejs22.x"),
				"environment": pulumi.Map{"variables": pulumi.Map{"MODE": pulumi.ToSecret(pulumi.String("live"))}},
			})
			return err
		},
	},
	{
		name:   "kubernetes-secret",
		advice: true, // the provider marks what stands in it; that it is kept there is advice
		broken: func(ctx *pulumi.Context, v values) error {
			_, err := newResource(ctx, "kubernetes:core/v1:Secret", "api", pulumi.Map{
				"metadata":   pulumi.Map{"name": pulumi.String("api")},
				"stringData": pulumi.StringMap{"url": pulumi.String(v.password)},
			})
			return err
		},
		fixed: func(ctx *pulumi.Context, _ values) error {
			_, err := newResource(ctx, "kubernetes:external-secrets.io/v1:ExternalSecret", "api", pulumi.Map{
				"apiVersion": pulumi.String("external-secrets.io/v1"), "kind": pulumi.String("ExternalSecret"),
				"spec": pulumi.Map{"data": pulumi.Array{pulumi.Map{
					"secretKey": pulumi.String("url"), "remoteRef": pulumi.Map{"key": pulumi.String("api/production")},
				}}},
			})
			return err
		},
	},
}

// Programs that hold secrets in the clear do not get through a preview, or an update where only that can tell; their
// mended twins do, in silence. What the person reads stands in testdata/previews.
func TestPlaintext(t *testing.T) {
	pack, config := harness.PackDir(t, nil), exampleConfig(t)
	cage := canary.New(31)
	v := values{
		configured: cage.Random("secret config"),
		key:        cage.Random("key") + cage.Random("rest")[:12], password: cage.Random("password"),
	}
	var program func(*pulumi.Context, values) error
	newStack := func(t *testing.T) *harness.Stack {
		s := harness.NewStack(t, func(ctx *pulumi.Context) error { return program(ctx, v) })
		setSecret(t, s, v.configured)
		return s
	}
	previewed := newStack(t) // a preview leaves nothing behind
	for _, p := range previews {
		t.Run(p.name, func(t *testing.T) {
			program = p.broken
			s := previewed
			if p.up {
				s = newStack(t)
			}
			run := func() harness.Result {
				if p.up {
					return s.Up(t, pack, config)
				}
				return s.Preview(t, pack, config)
			}
			res := run()
			if got := res.Err != nil; got == p.advice {
				t.Errorf("fails: got %v, want %v\n%s", res.Err, !p.advice, res.Output)
			}
			for _, what := range cage.Find(fromPack(res)) {
				t.Errorf("the pack gives away a canary: %s", what)
			}
			golden(t, filepath.Join("testdata", "previews", p.name+".golden"), said(res))

			program = p.fixed
			if res := run(); res.Err != nil || len(res.Violations) > 0 {
				t.Errorf("the mended twin: %v\n%s\n%s", res.Err, said(res), res.Output)
			}
		})
	}
}

// setSecret gives a stack the secret configuration that programs read.
func setSecret(t *testing.T, s *harness.Stack, value string) {
	t.Helper()
	if err := s.SetConfig(t.Context(), "shop:apiToken", auto.ConfigValue{Value: value, Secret: true}); err != nil {
		t.Fatal(err)
	}
}

// A secret output of a resource that is exported as it is gets through the preview: that it shows no mark there is the
// engine's doing, which strips values that are not known from what Go programs, YAML ones among them, see of a
// resource.
func TestMarkedOutputPasses(t *testing.T) {
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		p, err := newPassword(ctx)
		ctx.Export("databasePassword", p.Result)
		return err
	})
	pack := harness.PackDir(t, nil)
	if res := s.Preview(t, pack, ""); res.Err != nil {
		t.Errorf("preview: %v\n%s", res.Err, res.Output)
	}
	if res := s.Up(t, pack, ""); res.Err != nil || len(res.Violations) > 0 {
		t.Errorf("up: %v\n%s", res.Err, res.Output)
	}
}

// said is what a person reads of the violations.
func said(res harness.Result) string {
	var b strings.Builder
	for _, v := range res.Violations {
		b.WriteString("[" + v.Level + "] " + v.Policy + " (" + place.NameOf(v.URN) + ")\n")
		for line := range strings.Lines(v.Message) {
			b.WriteString("    " + strings.TrimSpace(line) + "\n")
		}
	}
	return b.String()
}

// fromPack is what the pack has a part in: its violations, and the CLI's lines about policies.
func fromPack(res harness.Result) string {
	text := said(res)
	for _, section := range strings.Split(res.Output, "\n\n") {
		if strings.Contains(section, "Policies:") || strings.Contains(section, "policypack") {
			text += section
		}
	}
	return text
}

// golden compares a text with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: mismatch (-want +got):\n%s", file, diff)
	}
}
