package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// blessed are the types of the infra package, outermost first, below which a raw secret may stand.
var blessed = []string{"progression-labs-development:infra:Secret"}

// Every secret and secret version of the three managers that the catalogue lists is denied where it stands alone, and
// passes below the infra package.
func TestOwnTokens(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(harness.Root(t), "rego", "catalogue", "resources.json"))
	if err != nil {
		t.Fatal(err)
	}
	var entries []struct {
		Token, Is, Class string
		Own              bool
	}
	if err := json.Unmarshal(text, &entries); err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	for _, e := range entries {
		if e.Own && (e.Class == "store" || e.Class == "version") {
			own[e.Token] = true
		}
	}
	for _, e := range entries {
		if own[e.Is] {
			own[e.Token] = true
		}
	}
	if len(own) < 20 {
		t.Fatalf("the catalogue lists %d own tokens, which is too few to be true", len(own))
	}
	a := harness.StartAnalyzer(t, harness.Start{})
	a.Ready(t, nil, nil)
	for _, e := range entries {
		if own[e.Token] {
			t.Run(e.Token, func(t *testing.T) { deniedUnlessBlessed(t, a, e.Token, nil) })
		}
	}
}

// Tokens that no list can hold, and templates that hold a secret, are told by their form.
func TestForms(t *testing.T) {
	tests := []struct {
		name, token string
		properties  map[string]any
	}{
		{"azure-native, versioned", "azure-native:keyvault/v20230701:Secret", nil},
		{"azure-native, a preview version", "azure-native:keyvault/v20190901preview:Secret", nil},
		{"azure-native, parameterized", "azure-native_keyvault_v20230701:keyvault/v20230701:Secret", nil},
		{"google-native, v1", "google-native:secretmanager/v1:Secret", nil},
		{"google-native, v1beta1", "google-native:secretmanager/v1beta1:Secret", nil},
		{"any Terraform provider, AWS secret", "aws:index/secretsmanagerSecret:SecretsmanagerSecret", nil},
		{"any Terraform provider, AWS version", "aws:index/secretsmanagerSecretVersion:SecretsmanagerSecretVersion", nil},
		{"any Terraform provider under another name", "mycloud:index/secretsmanagerSecret:SecretsmanagerSecret", nil},
		{"any Terraform provider, Google secret", "google:index/secretManagerSecret:SecretManagerSecret", nil},
		{"any Terraform provider, Google version", "google:index/secretManagerSecretVersion:SecretManagerSecretVersion", nil},
		{"any Terraform provider, google-beta", "google-beta:index/secretManagerSecret:SecretManagerSecret", nil},
		{"any Terraform provider, Azure", "azurerm:index/keyVaultSecret:KeyVaultSecret", nil},
		{"any Terraform provider, awscc", "awscc:index/secretsmanagerSecret:SecretsmanagerSecret", nil},
		{"a Terraform module's child", "bucket:tf:aws_secretsmanager_secret", nil},
		{"a Terraform module's version", "vault:tf:azurerm_key_vault_secret", nil},
		{"cloud control", "aws:cloudcontrol/resource:Resource", map[string]any{
			"typeName": "AWS::SecretsManager::Secret", "desiredState": `{"Name":"api/production"}`,
		}},
		{"an AWS extension", "aws-native:index:ExtensionResource", map[string]any{
			"type": "AWS::SecretsManager::Secret", "properties": map[string]any{"Name": "api/production"},
		}},
		{"a generic Azure resource", "azure-native:resources:Resource", map[string]any{
			"resourceProviderNamespace": "Microsoft.KeyVault", "parentResourcePath": "vaults/shop", "resourceType": "secrets",
			"resourceName": "api--production", "resourceGroupName": "shop",
		}},
		{"a CloudFormation stack in JSON", "aws:cloudformation/stack:Stack", map[string]any{
			"templateBody": `{"Resources":{"Key":{"Type":"AWS::SecretsManager::Secret","Properties":{"Name":"x"}}}}`,
		}},
		{"a CloudFormation stack in YAML", "aws:cloudformation/stack:Stack", map[string]any{
			"templateBody": "Resources:\n  Key:\n    Type: AWS::SecretsManager::Secret\n    Properties: {Name: !Sub '${AWS::StackName}/x'}\n",
		}},
		{"a CloudFormation stack set", "aws:cloudformation/stackSet:StackSet", map[string]any{
			"templateBody": `{"Resources":{"Key":{"Type":"AWS::SecretsManager::Secret"}}}`,
		}},
		{"an ARM deployment", "azure-native:resources:Deployment", map[string]any{
			"properties": map[string]any{"template": map[string]any{"resources": []any{
				map[string]any{"type": "Microsoft.KeyVault/vaults/secrets", "name": "shop/api--production"},
			}}},
		}},
		{"a nested ARM deployment", "azure-native:resources:Deployment", map[string]any{
			"properties": map[string]any{"template": map[string]any{"resources": []any{
				map[string]any{"type": "Microsoft.KeyVault/vaults", "name": "shop", "resources": []any{
					map[string]any{"type": "secrets", "name": "api--production"},
				}},
			}}},
		}},
		{"a config connector resource", "kubernetes:secretmanager.cnrm.cloud.google.com/v1beta1:SecretManagerSecret", nil},
		{"an ACK resource", "kubernetes:secretsmanager.services.k8s.aws/v1alpha1:Secret", nil},
		{"a Crossplane resource", "kubernetes:secretsmanager.aws.upbound.io/v1beta1:Secret", nil},
		{"a Crossplane version", "kubernetes:secretsmanager.aws.upbound.io/v1beta1:SecretVersion", nil},
	}
	a := harness.StartAnalyzer(t, harness.Start{})
	a.Ready(t, nil, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { deniedUnlessBlessed(t, a, tt.token, tt.properties) })
	}
}

// What only resembles a secret of the three managers, or only refers to one, is not a raw secret.
func TestNotRaw(t *testing.T) {
	a := harness.StartAnalyzer(t, harness.Start{})
	a.Ready(t, nil, nil)
	for _, tt := range []struct {
		name, token string
		properties  map[string]any
	}{
		{"a rotation", "aws:secretsmanager/secretRotation:SecretRotation", nil},
		{"a resource policy", "aws:secretsmanager/secretPolicy:SecretPolicy", nil},
		{"a grant", "gcp:secretmanager/secretIamMember:SecretIamMember", nil},
		{"a vault", "azure-native:keyvault:Vault", nil},
		{"a database that makes its own secret", "aws:rds/instance:Instance", map[string]any{"manageMasterUserPassword": true}},
		{"a stack without secrets", "aws:cloudformation/stack:Stack", map[string]any{
			"templateBody": `{"Resources":{"B":{"Type":"AWS::S3::Bucket"}}}`,
		}},
		{"a component with a name that ends alike", "acme:secretsmanager/secret:Secret", nil},
		{"an external secret", "kubernetes:external-secrets.io/v1:ExternalSecret", nil},
		{"a bridged type with a similar name", "acme:index/secretsmanagerSecrets:SecretsmanagerSecrets", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := of("raw-secret-resource", analyze(t, a, request(tt.token, nil, tt.properties))); len(got) > 0 {
				t.Errorf("got %v, want no violation of raw-secret-resource", got)
			}
		})
	}
}

func deniedUnlessBlessed(t *testing.T, a *harness.Analyzer, token string, properties map[string]any) {
	t.Helper()
	if got := of("raw-secret-resource", analyze(t, a, request(token, nil, properties))); len(got) == 0 {
		t.Error("outside the infra package: not denied")
	}
	if got := of("raw-secret-resource", analyze(t, a, request(token, []string{"acme:shop:Api"}, properties))); len(got) == 0 {
		t.Error("inside of another component: not denied")
	}
	inside := append([]string{"acme:shop:Api"}, blessed...)
	if got := of("raw-secret-resource", analyze(t, a, request(token, inside, properties))); len(got) > 0 {
		t.Errorf("inside of the infra package: denied:\n%s", strings.Join(got, "\n"))
	}
}

// of returns the messages of one policy.
func of(policy string, all []*pulumirpc.AnalyzeDiagnostic) []string {
	var found []string
	for _, d := range all {
		if d.PolicyName == policy {
			found = append(found, d.Message)
		}
	}
	return found
}
