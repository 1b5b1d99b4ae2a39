package tests

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/rego"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// blessed are the types of the infra package, outermost first, below which a raw secret may stand.
var blessed = []string{"progression-labs-development:infra:Secret"}

// A resource type is added by one row of one file: a pack that is built with it enforces it, in previews and in plans.
func TestAddResourceType(t *testing.T) {
	const row = `{"token":"acme:vault/secret:Secret","terraform":"acme_vault_secret","class":"store","manager":"gcp-secret-manager",` +
		`"own":true,"name":"title","values":["text"],"value_in_store":true,"why":"a secret of Secret Manager"}` + "\n"
	root, dir := harness.Root(t), t.TempDir()
	file := filepath.Join(root, "rego", "catalogue", "resources.jsonl")
	rows, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	added := filepath.Join(dir, "resources.jsonl")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{file: added}})
	if err != nil {
		t.Fatal(err)
	}
	const plan = `{"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {}, "resource_changes": [{
		"address": "acme_vault_secret.api", "mode": "managed", "type": "acme_vault_secret", "name": "api",
		"provider_name": "acme", "change": {"actions": ["create"], "before": null, "after": {"title": "api_production"}}
	}]}`
	harness.WriteFiles(t, dir, map[string]string{
		"resources.jsonl": string(rows) + row, "overlay.json": string(overlay), "plan.json": plan,
	})
	bin := filepath.Join(dir, "policypack")
	build := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "-o", bin, "./cmd/policypack")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}

	t.Run("preview", func(t *testing.T) {
		a := harness.StartAnalyzer(t, harness.Start{Bin: bin})
		a.Ready(t, nil, nil)
		deniedUnlessBlessed(t, a, "acme:vault/secret:Secret", map[string]any{"title": "api_production"})
	})
	t.Run("plan", func(t *testing.T) {
		out, err := exec.Command(bin, "check", filepath.Join(dir, "plan.json")).CombinedOutput()
		if !bytes.Contains(out, []byte("raw-secret-resource")) || !bytes.Contains(out, []byte("acme_vault_secret")) {
			t.Errorf("want a violation of raw-secret-resource: %v\n%s", err, out)
		}
		out, err = exec.Command(harness.Policypack(t), "check", filepath.Join(dir, "plan.json")).CombinedOutput()
		if err != nil {
			t.Errorf("without the row: want no violation: %v\n%s", err, out)
		}
	})
}

// Every secret and secret version of the three managers that the catalogue lists is denied where it stands alone, and
// passes below the infra package.
func TestOwnTokens(t *testing.T) {
	sub, err := fs.Sub(rego.FS, "catalogue")
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Load(sub)
	if err != nil {
		t.Fatal(err)
	}
	var own []string
	for _, token := range c.Tokens() {
		if kind := c.Kind(token); kind.Own && (kind.Class == catalogue.Store || kind.Class == catalogue.Version) {
			own = append(own, token)
		}
	}
	if len(own) < 20 {
		t.Fatalf("the catalogue lists %d own tokens, which is too few to be true", len(own))
	}
	a := harness.StartAnalyzer(t, harness.Start{})
	a.Ready(t, nil, nil)
	for _, token := range own {
		t.Run(token, func(t *testing.T) { deniedUnlessBlessed(t, a, token, nil) })
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
		{
			"any Terraform provider, AWS version", "aws:index/secretsmanagerSecretVersion:SecretsmanagerSecretVersion",
			nil,
		},
		{"any Terraform provider under another name", "mycloud:index/secretsmanagerSecret:SecretsmanagerSecret", nil},
		{"any Terraform provider, Google secret", "google:index/secretManagerSecret:SecretManagerSecret", nil},
		{
			"any Terraform provider, Google version", "google:index/secretManagerSecretVersion:SecretManagerSecretVersion",
			nil,
		},
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
			"resourceProviderNamespace": "Microsoft.KeyVault", "parentResourcePath": "vaults/shop",
			"resourceType": "secrets",
			"resourceName": "api--production", "resourceGroupName": "shop",
		}},
		{"a CloudFormation stack in JSON", "aws:cloudformation/stack:Stack", map[string]any{
			"templateBody": `{"Resources":{"Key":{"Type":"AWS::SecretsManager::Secret","Properties":{"Name":"x"}}}}`,
		}},
		{"a CloudFormation stack in YAML", "aws:cloudformation/stack:Stack", map[string]any{
			"templateBody": "Resources:\n  Key:\n    Type: AWS::SecretsManager::Secret\n    Properties: {Name: !Sub " +
				"'${AWS::StackName}/x'}\n",
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
		{
			"a config connector resource", "kubernetes:secretmanager.cnrm.cloud.google.com/v1beta1:SecretManagerSecret",
			nil,
		},
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
		{
			"a database that makes its own secret", "aws:rds/instance:Instance",
			map[string]any{"manageMasterUserPassword": true},
		},
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
	if got := of("raw-secret-resource",
		analyze(t, a, request(token, []string{"acme:shop:Api"}, properties))); len(got) == 0 {
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
