package catalogue

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

const (
	carriesCloudFormation = "aws:cloudformation/stack:Stack"
	carriesARM            = "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment"
	carriesARMObject      = "azure-native:resources/v20240301:Deployment"
	carriesOneARM         = "azure-native:resources:Resource"
	carriesManifests      = "kubectl:index/manifest:Manifest"
)

func declared(typ, class, manager string, path ...any) Declared {
	return Declared{Type: typ, Class: class, Manager: manager, Path: path}
}

func TestDeclares(t *testing.T) {
	tests := []struct {
		name, token string
		give        Properties
		want        []Declared
	}{
		{
			"CloudFormation as YAML with short tags", carriesCloudFormation,
			Properties{"templateBody": `
Parameters: {Env: {Type: String}}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Db:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: !Sub "shop/${Env}"
      Tags: [{Key: arn, Value: !GetAtt Bucket.Arn}]
      KmsKeyId: !Ref Env
  Api: {Type: AWS::SecretsManager::RotationSchedule}
`},
			[]Declared{
				declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "templateBody", "Resources",
					"Db"),
			},
		},
		{
			"CloudFormation as JSON", carriesCloudFormation,
			Properties{
				"templateBody": `{"Resources": {"Key": {"Type": "AWS::IAM::AccessKey"}, "Db": {"Type": "AWS::SecretsManager::Secret"}}}`,
			},
			[]Declared{
				declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "templateBody", "Resources",
					"Db"),
				declared("AWS::IAM::AccessKey", StaticCredential, "aws", "templateBody", "Resources", "Key"),
			},
		},
		{
			"CloudFormation as a tree", "aws-native:cloudformation:Stack",
			Properties{
				"templateBody": map[string]any{
					"Resources": map[string]any{"Db": map[string]any{"Type": "AWS::SecretsManager::Secret"}},
				},
			},
			[]Declared{
				declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "templateBody", "Resources",
					"Db"),
			},
		},
		{
			"CloudFormation in a loop", carriesCloudFormation,
			Properties{"templateBody": `
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Env:
    - Env
    - [staging, production]
    - Db${Env}: {Type: AWS::SecretsManager::Secret}
`},
			[]Declared{
				declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "templateBody", "Resources",
					"Fn::ForEach::Env", 2, "Db${Env}"),
			},
		},
		{
			"CloudFormation in a stack set of CloudFormation", carriesCloudFormation,
			Properties{
				"templateBody": `{"Resources": {"Set": {"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateBody": "Resources:\n  Db: {Type: AWS::SecretsManager::Secret}\n"}}}}`,
			},
			[]Declared{declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager",
				"templateBody", "Resources", "Set", "Properties", "TemplateBody", "Resources", "Db")},
		},
		{
			"parameters of CloudFormation", carriesCloudFormation,
			Properties{"templateBody": `
Resources:
  Plain: {Type: AWS::SSM::Parameter, Properties: {Type: String}}
  Secure: {Type: AWS::SSM::Parameter, Properties: {Type: SecureString}}
  Later: {Type: AWS::SSM::Parameter, Properties: {Type: !Ref Type}}
`},
			[]Declared{
				declared("AWS::SSM::Parameter", Store, "ssm-parameter-store", "templateBody", "Resources", "Secure"),
			},
		},
		{
			"CloudFormation under a bridged name", "aws:index/cloudformationStack:CloudformationStack",
			Properties{"templateBody": "Resources: {Db: {Type: AWS::SecretsManager::Secret}}"},
			[]Declared{
				declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "templateBody", "Resources",
					"Db"),
			},
		},
		{
			"text that mentions a type", carriesCloudFormation,
			Properties{"templateBody": "Description: makes no AWS::SecretsManager::Secret\nResources: {Type: {Type: " +
				"AWS::S3::Bucket}}"},
			nil,
		},
		{
			"Cloud Control", "aws:cloudcontrol/resource:Resource",
			Properties{"typeName": "AWS::SecretsManager::Secret", "desiredState": `{"Name": "shop/production"}`},
			[]Declared{declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "typeName")},
		},
		{
			"Cloud Control with an unknown state", "aws:cloudcontrol/resource:Resource",
			Properties{"typeName": "AWS::SecretsManager::Secret"},
			[]Declared{declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "typeName")},
		},
		{
			"Cloud Control of a stack", "aws-native:index:ExtensionResource",
			Properties{
				"type": "AWS::CloudFormation::Stack",
				"properties": map[string]any{
					"TemplateBody": `{"Resources": {"Db": {"Type": "AWS::SecretsManager::Secret"}}}`,
				},
			},
			[]Declared{
				declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "properties", "TemplateBody",
					"Resources", "Db"),
			},
		},
		{
			"Cloud Control of something else", "aws:cloudcontrol/resource:Resource",
			Properties{"typeName": "AWS::S3::Bucket"},
			nil,
		},
		{
			"ARM as text, in any case", carriesARM,
			Properties{
				"templateContent": `{"resources": [{"type": "Microsoft.Web/sites"}, {"type": "microsoft.keyvault/Vaults/Secrets", "name": "kv/db"}]}`,
			},
			[]Declared{
				declared("microsoft.keyvault/Vaults/Secrets", Store, "azure-key-vault", "templateContent", "resources",
					1),
			},
		},
		{
			"ARM with comments", carriesARM,
			Properties{"templateContent": "// made by hand\n{\"resources\": [ /* one */ {\"type\": " +
				"\"Microsoft.KeyVault/vaults/secrets\", \"name\": \"a//b\"}]}"},
			[]Declared{
				declared("Microsoft.KeyVault/vaults/secrets", Store, "azure-key-vault", "templateContent", "resources",
					0),
			},
		},
		{
			"ARM as a tree, children of a vault", carriesARMObject,
			Properties{"properties": map[string]any{"template": map[string]any{"resources": []any{map[string]any{
				"type":      "Microsoft.KeyVault/vaults",
				"resources": []any{map[string]any{"type": "secrets"}, map[string]any{"type": "accessPolicies"}},
			}}}}},
			[]Declared{
				declared("Microsoft.KeyVault/vaults/secrets", Store, "azure-key-vault", "properties", "template",
					"resources", 0, "resources", 0),
			},
		},
		{
			"ARM by symbolic names, one of them a reference", carriesARM,
			Properties{"templateContent": `{"languageVersion": "2.0", "resources": {
				"old": {"existing": true, "type": "Microsoft.KeyVault/vaults/secrets"},
				"new": {"type": "Microsoft.KeyVault/vaults/secrets"}}}`},
			[]Declared{
				declared("Microsoft.KeyVault/vaults/secrets", Store, "azure-key-vault", "templateContent", "resources",
					"new"),
			},
		},
		{
			"ARM in a nested deployment", carriesARM,
			Properties{"templateContent": `{"resources": [{"type": "Microsoft.Resources/deployments", "properties": {"template": {
				"resources": [{"type": "Microsoft.KeyVault/vaults/secrets"}]}}}]}`},
			[]Declared{declared("Microsoft.KeyVault/vaults/secrets", Store, "azure-key-vault",
				"templateContent", "resources", 0, "properties", "template", "resources", 0)},
		},
		{
			"ARM type put together by an expression", carriesARM,
			Properties{
				"templateContent": `{"resources": [{"type": "[concat('Microsoft.KeyVault', '/vaults/secrets')]"}]}`,
			},
			[]Declared{
				declared("Microsoft.KeyVault/vaults/secrets", Store, "azure-key-vault", "templateContent", "resources",
					0),
			},
		},
		{
			"one ARM resource", carriesOneARM,
			Properties{
				"resourceProviderNamespace": "Microsoft.KeyVault", "parentResourcePath": "vaults/shop",
				"resourceType": "secrets",
			},
			[]Declared{declared("Microsoft.KeyVault/vaults/secrets", Store, "azure-key-vault", "resourceType")},
		},
		{
			"one ARM resource of a vault that is not known yet", carriesOneARM,
			Properties{"resourceProviderNamespace": "Microsoft.KeyVault", "resourceType": "secrets"},
			[]Declared{declared("Microsoft.KeyVault/secrets", Store, "azure-key-vault", "resourceType")},
		},
		{
			"one ARM resource that is a vault", carriesOneARM,
			Properties{
				"resourceProviderNamespace": "Microsoft.KeyVault", "parentResourcePath": "",
				"resourceType": "vaults",
			},
			nil,
		},
		{
			"azapi", "azapi:index/resource:Resource",
			Properties{"type": "Microsoft.KeyVault/vaults/secrets@2023-07-01"},
			[]Declared{declared("Microsoft.KeyVault/vaults/secrets", Store, "azure-key-vault", "type")},
		},
		{
			"template spec with a linked template", "azure-native:resources:TemplateSpecVersion",
			Properties{"mainTemplate": map[string]any{}, "linkedTemplates": []any{map[string]any{
				"template": map[string]any{
					"resources": []any{map[string]any{"type": "Microsoft.KeyVault/vaults/secrets"}},
				},
			}}},
			[]Declared{
				declared("Microsoft.KeyVault/vaults/secrets", Store, "azure-key-vault", "linkedTemplates", 0,
					"template", "resources", 0),
			},
		},
		{
			"Deployment Manager", "gcp:deploymentmanager/deployment:Deployment",
			Properties{"target": map[string]any{
				"config": map[string]any{"content": `
resources:
- {name: db, type: "gcp-types/secretmanager-v1:projects.secrets"}
- {name: one, type: "shop/secrets:projects.secrets.versions"}
- {name: key, type: iam.v1.serviceAccounts.key}
- {name: grant, type: "gcp-types/secretmanager-v1:virtual.projects.secrets.iamMemberBinding"}
`},
				"imports": []any{
					map[string]any{"name": "vm.jinja", "content": "{% if x %}\nresources: [\n{% endif %}"},
				},
			}},
			[]Declared{
				declared("gcp-types/secretmanager-v1:projects.secrets", Store, "gcp-secret-manager", "target", "config",
					"content", "resources", 0),
				declared("shop/secrets:projects.secrets.versions", Version, "gcp-secret-manager", "target", "config",
					"content", "resources", 1),
				declared("iam.v1.serviceAccounts.key", StaticCredential, "gcp", "target", "config", "content",
					"resources", 2),
				{Path: []any{"target", "imports", 0, "content"}, Unreadable: true},
			},
		},
		{
			"Alibaba Cloud ROS", "alicloud:ros/stack:Stack",
			Properties{"templateBody": "ROSTemplateFormatVersion: '2015-09-01'\nResources: {Db: {Type: " +
				"ALIYUN::KMS::Secret}}"},
			[]Declared{declared("ALIYUN::KMS::Secret", Store, "alicloud-kms", "templateBody", "Resources", "Db")},
		},
		{
			"manifests", carriesManifests,
			Properties{"yamlBody": `
apiVersion: v1
kind: Secret
stringData: {password: x}
---
apiVersion: v1
kind: Secret
metadata: {name: filled by a controller}
---
apiVersion: secretmanager.cnrm.cloud.google.com/v1beta1
kind: SecretManagerSecret
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
`},
			[]Declared{
				declared("core/v1/Secret", Store, "kubernetes", "yamlBody", 0),
				declared("secretmanager.cnrm.cloud.google.com/v1beta1/SecretManagerSecret", Store, "gcp-secret-manager",
					"yamlBody", 2),
			},
		},
		{
			"patterns of a Crossplane composition", "kubernetes:apiextensions.crossplane.io/v1:Composition",
			Properties{"spec": map[string]any{"resources": []any{map[string]any{
				"base": map[string]any{"apiVersion": "secretsmanager.aws.upbound.io/v1beta1", "kind": "Secret"},
			}}}},
			[]Declared{
				declared("secretsmanager.aws.upbound.io/v1beta1/Secret", Store, "aws-secrets-manager", "spec",
					"resources", 0, "base"),
			},
		},
		{
			"YAML anchors and merges", carriesCloudFormation,
			Properties{"templateBody": `
Base: &base {Type: AWS::SecretsManager::Secret, Properties: {Name: x}}
Resources:
  One: *base
  Two:
    <<: *base
    Properties: {Name: y}
`},
			[]Declared{
				declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "templateBody", "Resources",
					"One"),
				declared("AWS::SecretsManager::Secret", Store, "aws-secrets-manager", "templateBody", "Resources",
					"Two"),
			},
		},
		{
			"text that does not parse", carriesCloudFormation,
			Properties{"templateBody": "Resources: [\n"},
			[]Declared{{Path: []any{"templateBody"}, Unreadable: true}},
		},
		{
			"text that is no template", carriesARM,
			Properties{"templateContent": "see the wiki"},
			[]Declared{{Path: []any{"templateContent"}, Unreadable: true}},
		},
		{"template that is not known yet", carriesCloudFormation, Properties{}, nil},
		{"empty text", carriesCloudFormation, Properties{"templateBody": " \n"}, nil},
		{
			"template behind a URL", carriesCloudFormation,
			Properties{"templateUrl": "https://example.com/template.yaml"},
			nil,
		},
		{
			"wrong shapes", carriesCloudFormation,
			Properties{"templateBody": map[string]any{"Resources": []any{1.0, "x"}}},
			nil,
		},
		{
			"type that carries nothing", "aws:s3/bucket:Bucket",
			Properties{"templateBody": "Resources: {Db: {Type: AWS::SecretsManager::Secret}}"},
			nil,
		},
	}
	c := load(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := c.Declares(test.token, test.give)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDeclaresIsBounded: a template that costs more than a template may is an error of a run, and comes soon.
func TestDeclaresIsBounded(t *testing.T) {
	aliases := "n0: &n0 {apiVersion: v1, kind: Secret}\n"
	for i := range 30 {
		aliases += fmt.Sprintf("n%d: &n%d [*n%d, *n%d, *n%d]\n", i+1, i+1, i, i, i)
	}
	empty := "n0: &n0 []\n"
	for i := range 30 {
		empty += fmt.Sprintf("n%d: &n%d [*n%d, *n%d, *n%d]\n", i+1, i+1, i, i, i)
	}
	empty += "apiVersion: v1\nkind: Secret\ndata: *n30\n"
	deep, nested := any("x"), any("x")
	for range 1000 {
		deep = []any{deep}
		nested = map[string]any{"resources": []any{nested}}
	}
	tests := []struct {
		name, token string
		give        Properties
		want        string
	}{
		{
			"long text", carriesCloudFormation,
			Properties{"templateBody": strings.Repeat("# x\n", maxText/4+1)},
			"template in aws:cloudformation/stack:Stack: more than 8 MiB of text",
		},
		{
			"aliases of aliases", carriesManifests,
			Properties{"yamlBody": aliases},
			"template in kubectl:index/manifest:Manifest: more than 1048576 nodes",
		},
		{
			"aliases of nothing", carriesManifests,
			Properties{"yamlBody": empty},
			"template in kubectl:index/manifest:Manifest: more than 1048576 nodes",
		},
		{"deep tree", carriesManifests, Properties{"yamlBody": deep}, "template in kubectl:index/manifest:Manifest: " +
			"nested deeper than 200"},
		{
			"deep YAML", carriesManifests,
			Properties{"yamlBody": strings.Repeat("[", 300) + strings.Repeat("]", 300)},
			"template in kubectl:index/manifest:Manifest: nested deeper than 200",
		},
		{
			"children of children", carriesARM,
			Properties{"templateContent": nested},
			"template in " + carriesARM + ": nested deeper than 200",
		},
	}
	c := load(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := c.Declares(test.token, test.give); err == nil || err.Error() != test.want {
				t.Errorf("got error %v, want %s", err, test.want)
			}
		})
	}
	t.Run("anchor that contains itself", func(t *testing.T) {
		if _, err := c.Declares(carriesManifests, Properties{"yamlBody": "a: &a [*a, *a]"}); err != nil {
			t.Error(err)
		}
	})
}

func TestDeclaredAsJSON(t *testing.T) {
	got, err := json.Marshal([]Declared{declared("T", Store, "m", "a", 0), {Path: []any{"b"}, Unreadable: true}})
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"type":"T","class":"store","manager":"m","path":["a",0]},{"path":["b"],"unreadable":true}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func FuzzDeclares(f *testing.F) {
	for _, seed := range []string{
		"Resources: {Db: {Type: AWS::SecretsManager::Secret, Properties: {Name: !Sub 'x'}}}",
		`{"Resources": {"Fn::ForEach::X": ["a", ["b"], {"Db": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateBody": "{}"}}}]}}`,
		`// x` + "\n" +
			`{"resources": {"a": {"type": "Microsoft.KeyVault/vaults", "resources": [{"type": "secrets"}]}}}`,
		"resources:\n- {type: 'x:projects.secrets'}",
		"a: &a {<<: *a, b: *a}\n---\napiVersion: v1\nkind: Secret\ndata: {a: b}",
		"\"\\", "/*", "{\"a\": \"\\", "!!binary x", "? [a]\n: b",
	} {
		f.Add(seed)
	}
	c := load(f)
	f.Fuzz(func(t *testing.T, text string) {
		defer fuzzing.Watch(t, len(text))()
		for _, give := range []struct {
			token      string
			properties Properties
		}{
			{carriesCloudFormation, Properties{"templateBody": text}},
			{carriesARM, Properties{"templateContent": text}},
			{carriesManifests, Properties{"yamlBody": text}},
			{
				"gcp:deploymentmanager/deployment:Deployment",
				Properties{"target": map[string]any{"config": map[string]any{"content": text}}},
			},
			{
				"aws:cloudcontrol/resource:Resource",
				Properties{"typeName": "AWS::CloudFormation::Stack", "desiredState": text},
			},
			{
				carriesOneARM,
				Properties{"resourceProviderNamespace": text, "parentResourcePath": text, "resourceType": text},
			},
		} {
			first, err := c.Declares(give.token, give.properties)
			if err != nil {
				continue
			}
			for _, d := range first {
				if len(d.Path) == 0 || d.Unreadable == (d.Type != "") {
					t.Errorf("%s: %+v", give.token, d)
				}
			}
			second, err := c.Declares(give.token, give.properties)
			if diff := cmp.Diff(first, second); diff != "" || err != nil {
				t.Errorf("%s: the second time differs (error %v):\n%s", give.token, err, diff)
			}
		}
	})
}

func BenchmarkDeclares(b *testing.B) {
	template := "Resources:\n"
	for i := range 200 {
		template += "  R" + strings.Repeat("x", i) + ":\n    Type: AWS::SecretsManager::Secret\n    Properties: " +
			"{Name: !Sub 'shop/x'}\n"
	}
	c := load(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Declares(carriesCloudFormation, Properties{"templateBody": template}); err != nil {
			b.Fatal(err)
		}
	}
}
