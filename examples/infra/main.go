// Command pulumi-resource-progression-labs-development is an example of the company's infra package: one component,
// Secret, which creates an empty secret in the project's own cloud, named {service}/{environment}. The value is set by
// hand in the cloud, never in the program.
package main

import (
	_ "embed"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
)

//go:embed schema.json
var schema []byte

const token = "progression-labs-development:infra:Secret"

func main() {
	if err := provider.ComponentMain("progression-labs-development", "0.1.0", schema, construct); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// args are the inputs of the component: who owns the secret, in which environment, and in which cloud it lives.
type args struct {
	Cloud       string `pulumi:"cloud"`
	Service     string `pulumi:"service"`
	Environment string `pulumi:"environment"`
	Vault       string `pulumi:"vault"` // Azure only: the Key Vault
}

type secret struct {
	pulumi.ResourceState

	SecretName pulumi.StringOutput `pulumi:"secretName"`
}

// raw is the manager's own resource.
type raw struct{ pulumi.CustomResourceState }

func construct(ctx *pulumi.Context, typ, name string, inputs provider.ConstructInputs, opts pulumi.ResourceOption) (
	*provider.ConstructResult, error,
) {
	if typ != token {
		return nil, fmt.Errorf("unknown component %s", typ)
	}
	var a args
	if err := inputs.CopyTo(&a); err != nil {
		return nil, err
	}
	child, physical, props, err := a.resource()
	if err != nil {
		return nil, err
	}
	s := &secret{}
	if err := ctx.RegisterComponentResource(typ, name, s, opts); err != nil {
		return nil, err
	}
	if err := ctx.RegisterResource(child, name, props, &raw{}, pulumi.Parent(s)); err != nil {
		return nil, err
	}
	s.SecretName = pulumi.String(physical).ToStringOutput()
	if err := ctx.RegisterResourceOutputs(s, pulumi.Map{"secretName": s.SecretName}); err != nil {
		return nil, err
	}
	return provider.NewConstructResult(s)
}

// resource returns the raw resource's type, the physical name and the properties. If a manager forbids the slash in
// names, the separator is the one that the policy secret-name expects.
func (a args) resource() (token, name string, props pulumi.Map, err error) {
	switch a.Cloud {
	case "aws":
		name = a.Service + "/" + a.Environment
		return "aws:secretsmanager/secret:Secret", name, pulumi.Map{"name": pulumi.String(name)}, nil
	case "gcp":
		name = a.Service + "_" + a.Environment
		return "gcp:secretmanager/secret:Secret", name, pulumi.Map{
			"secretId": pulumi.String(name), "replication": pulumi.Map{"auto": pulumi.Map{}},
		}, nil
	case "azure":
		name = a.Service + "--" + a.Environment
		return "azure-native:keyvault:Secret", name, pulumi.Map{
			"secretName": pulumi.String(name), "vaultName": pulumi.String(a.Vault), "properties": pulumi.Map{},
			"resourceGroupName": pulumi.String(a.Vault),
		}, nil
	default:
		return "", "", nil, fmt.Errorf("cloud: expected aws, gcp or azure, got %q", a.Cloud)
	}
}
