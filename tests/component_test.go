package tests

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// component is a component of any type.
type component struct{ pulumi.ResourceState }

func newComponent(ctx *pulumi.Context, token, name string, opts ...pulumi.ResourceOption) (pulumi.Resource, error) {
	c := &component{}
	err := ctx.RegisterComponentResource(token, name, c, opts...)
	return c, err
}

// custom is a resource of any type, of which the outputs do not matter.
type custom struct{ pulumi.CustomResourceState }

func newResource(ctx *pulumi.Context, token, name string, properties pulumi.Map, opts ...pulumi.ResourceOption,
) (*custom, error) {
	r := &custom{}
	err := ctx.RegisterResource(token, name, properties, r, opts...)
	return r, err
}

const secretToken = "aws:secretsmanager/secret:Secret"

// What counts as inside of the infra package is the URN that the engine makes from the real component tree.
func TestComponents(t *testing.T) {
	secret := pulumi.Map{"name": pulumi.String("api/production")}
	tests := []struct {
		name    string
		program pulumi.RunFunc
		want    []string // "policy on resource"
	}{
		{"a raw secret", func(ctx *pulumi.Context) error {
			_, err := newResource(ctx, secretToken, "raw", secret)
			return err
		}, []string{"raw-secret-resource on raw"}},
		{"a raw secret in a component of another package", func(ctx *pulumi.Context) error {
			parent, err := newComponent(ctx, "acme:shop:Api", "api")
			if err != nil {
				return err
			}
			_, err = newResource(ctx, secretToken, "raw", secret, pulumi.Parent(parent))
			return err
		}, []string{"raw-secret-resource on raw"}},
		{"a secret in the infra package", func(ctx *pulumi.Context) error {
			parent, err := newComponent(ctx, "progression-labs-development:infra:Secret", "key")
			if err != nil {
				return err
			}
			_, err = newResource(ctx, secretToken, "key", secret, pulumi.Parent(parent))
			return err
		}, nil},
		{"a secret deep in the infra package", func(ctx *pulumi.Context) error {
			outer, err := newComponent(ctx, "acme:shop:Api", "api")
			if err != nil {
				return err
			}
			database, err := newComponent(ctx, "progression-labs-development:infra:Database", "db",
				pulumi.Parent(outer))
			if err != nil {
				return err
			}
			inner, err := newComponent(ctx, "progression-labs-development:infra:Secret", "key", pulumi.Parent(database))
			if err != nil {
				return err
			}
			_, err = newResource(ctx, secretToken, "key", secret, pulumi.Parent(inner))
			return err
		}, nil},
		{"a secret that is the sibling of the infra package's", func(ctx *pulumi.Context) error {
			parent, err := newComponent(ctx, "progression-labs-development:infra:Secret", "key")
			if err != nil {
				return err
			}
			_, err = newResource(ctx, secretToken, "raw", secret, pulumi.DependsOn([]pulumi.Resource{parent}))
			return err
		}, []string{"raw-secret-resource on raw"}},
		{"a bucket below a raw secret", func(ctx *pulumi.Context) error {
			raw, err := newResource(ctx, secretToken, "raw", secret)
			if err != nil {
				return err
			}
			_, err = newResource(ctx, "aws:s3/bucket:Bucket", "bucket", nil, pulumi.Parent(raw))
			return err
		}, []string{"raw-secret-resource on raw"}},
		{"a secret that only refers to another", func(ctx *pulumi.Context) error {
			_, err := newResource(ctx, "aws:secretsmanager/secretPolicy:SecretPolicy", "grant", pulumi.Map{
				"secretArn": pulumi.String("arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"),
				"policy":    pulumi.String("{}"),
			})
			return err
		}, nil},
	}
	pack := harness.PackDir(t, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := harness.NewStack(t, tt.program).Preview(t, pack, "")
			var got []string
			for _, v := range res.Violations {
				got = append(got, v.Policy+" on "+place.NameOf(v.URN))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s\n%s", diff, res.Output)
			}
			if (res.Err != nil) != (len(tt.want) > 0) {
				t.Errorf("error: got %v\n%s", res.Err, res.Output)
			}
		})
	}
}

// exampleConfig is the configuration that the project ships as an example: it declares a Database to hold secrets.
func exampleConfig(t *testing.T) string {
	t.Helper()
	return filepath.Join(harness.Root(t), "examples", "policy-config.json")
}

// A component of the infra package holds secrets where the settings declare it to. What is said of the others, and the
// row that would declare them, is said once.
func TestDeclaredComponents(t *testing.T) {
	pack := harness.PackDir(t, nil)
	below := func(component string, types ...string) *harness.Stack {
		return harness.NewStack(t, func(ctx *pulumi.Context) error {
			parent, err := newComponent(ctx, "progression-labs-development:infra:"+component, "shop")
			if err != nil {
				return err
			}
			for _, typ := range types {
				cloud, _, _ := strings.Cut(typ, ":")
				_, err := newResource(ctx, typ, "shop-"+cloud, pulumi.Map{
					"name": pulumi.String("shop/production"), "secretId": pulumi.String("shop_production"),
					"secretName": pulumi.String("shop--production"),
				}, pulumi.Parent(parent))
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	clouds := []string{secretToken, "gcp:secretmanager/secret:Secret", "azure-native:keyvault:Secret"}

	t.Run("a network", func(t *testing.T) {
		res := below("Vpc", clouds...).Preview(t, pack, exampleConfig(t))
		if len(res.Violations) != 3 || res.Err == nil {
			t.Errorf("got %d violations and %v, want one for each secret\n%s", len(res.Violations), res.Err, res.Output)
		}
		for _, v := range res.Violations {
			if v.Policy != "raw-secret-resource" ||
				!strings.Contains(v.Message, "is created inside `progression-labs-development:infra:Vpc`, which is not "+
					"declared to hold secrets.") {
				t.Errorf("got %s: %s", v.Policy, v.Message)
			}
		}
	})
	t.Run("two secrets in a network", func(t *testing.T) {
		res := harness.NewStack(t, func(ctx *pulumi.Context) error {
			parent, err := newComponent(ctx, "progression-labs-development:infra:Vpc", "shop")
			if err != nil {
				return err
			}
			var after []pulumi.Resource
			for _, name := range []string{"shop-a", "shop-b"} {
				r, err := newResource(ctx, secretToken, name, pulumi.Map{"name": pulumi.String(name + "/production")},
					pulumi.Parent(parent), pulumi.DependsOn(after))
				if err != nil {
					return err
				}
				after = append(after, r)
			}
			return nil
		}).Preview(t, pack, "")
		const row = `If secrets belong here, add {"type": "progression-labs-development:infra:Vpc", "values": "generated", "children": ["aws:secretsmanager/*:*"]}`
		said := 0
		for _, v := range res.Violations {
			said += strings.Count(v.Message, row)
		}
		if len(res.Violations) != 2 || said != 1 {
			t.Errorf("got %d violations, and the row %d times, want 2 and 1\n%s", len(res.Violations), said, res.Output)
		}
	})
	t.Run("a database", func(t *testing.T) {
		if res := below("Database", clouds...).Preview(t, pack, exampleConfig(t)); len(res.Violations) > 0 ||
			res.Err != nil {
			t.Errorf("got %v, %v, want nothing\n%s", res.Violations, res.Err, res.Output)
		}
		if res := below("Database", secretToken).Preview(t, pack, ""); len(res.Violations) != 1 || res.Err == nil {
			t.Errorf("without the configuration: got %v, %v, want one violation\n%s", res.Violations, res.Err,
				res.Output)
		}
	})
}

// An executable given to --policy-pack works like the folder does.
func TestExecutablePack(t *testing.T) {
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		_, err := newResource(ctx, secretToken, "raw", pulumi.Map{"name": pulumi.String("api/production")})
		return err
	})
	res := s.Preview(t, harness.Policypack(t), "")
	if len(res.Violations) != 1 || res.Err == nil {
		t.Errorf("got %v, %v, want one violation\n%s", res.Violations, res.Err, res.Output)
	}
}

// Nothing that a preview or an update prints holds a value of a secret, wherever the program puts it.
func TestNoSecretIsPrinted(t *testing.T) {
	const value = "canary-in-a-coal-mine"
	secret := pulumi.ToSecret(pulumi.String(value)).(pulumi.StringOutput)
	program := func(ctx *pulumi.Context) error {
		raw, err := newResource(ctx, secretToken, "raw", pulumi.Map{
			"name": secret, "description": secret, "tags": pulumi.Map{value: secret},
		})
		if err != nil {
			return err
		}
		_, err = newResource(ctx, "aws:secretsmanager/secretVersion:SecretVersion", "value", pulumi.Map{
			"secretId": raw.ID(), "secretString": pulumi.String(value),
		})
		if err != nil {
			return err
		}
		_, err = newResource(ctx, "aws:ssm/parameter:Parameter", "parameter", pulumi.Map{
			"name": pulumi.String("/api/key"), "type": pulumi.String("SecureString"), "value": secret,
		})
		if err != nil {
			return err
		}
		_, err = newResource(ctx, "kubernetes:core/v1:Secret", "k8s", pulumi.Map{
			"metadata": pulumi.Map{"name": secret}, "stringData": pulumi.Map{"password": secret},
		})
		return err
	}
	// The key of the map is not a secret to the engine; what counts is what the pack says.
	res := harness.NewStack(t, program).Preview(t, harness.PackDir(t, nil), "")
	if len(res.Violations) < 3 {
		t.Errorf("got %d violations, want at least 3\n%s", len(res.Violations), res.Output)
	}
	for _, v := range res.Violations {
		if strings.Contains(v.Message, value) {
			t.Errorf("the violation of %s on %s holds the value", v.Policy, v.URN)
		}
	}
}
