package catalogue

import (
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
)

// files are the catalogue that the binary embeds.
func files() fs.FS { return os.DirFS("../../rego/catalogue") }

// names are the files of a catalogue.
var names = []string{resourcesFile, derivedFile, namingFile, formsFile, templatesFile}

func load(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load(files())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryEntryParses(t *testing.T) {
	if err := load(t).Check(); err != nil {
		t.Error(err)
	}
}

func TestFilesStaySmall(t *testing.T) {
	size := 0
	for _, name := range names {
		text, err := fs.ReadFile(files(), name)
		if err != nil {
			t.Fatal(err)
		}
		size += len(text)
	}
	if limit := 256 << 10; size > limit {
		t.Errorf("the catalogue has %d bytes, want at most %d: start-up is paid on every preview", size, limit)
	}
}

// An entry that slips out of these lists takes something from what a mandatory policy denies. One that comes in says
// why in its row, and need not stand here.
func TestNeverLess(t *testing.T) {
	tests := []struct {
		name string
		in   func(*Kind) bool
		want []string
	}{
		{"own secrets", func(k *Kind) bool { return k.Own && k.Class == Store }, []string{
			"aws-native:secretsmanager:Secret",
			"aws:secretsmanager/secret:Secret",
			"azure-native:keyvault:Secret",
			"azure:keyvault/secret:Secret",
			"gcp:secretmanager/regionalSecret:RegionalSecret",
			"gcp:secretmanager/secret:Secret",
			"google-native:secretmanager/v1:Secret",
			"google-native:secretmanager/v1beta1:Secret",
			"kubernetes:keyvault.azure.upbound.io:Secret",
			"kubernetes:secretmanager.cnrm.cloud.google.com:SecretManagerSecret",
			"kubernetes:secretmanager.gcp.upbound.io:RegionalSecret",
			"kubernetes:secretmanager.gcp.upbound.io:Secret",
			"kubernetes:secretsmanager.aws.crossplane.io:Secret",
			"kubernetes:secretsmanager.aws.upbound.io:Secret",
			"kubernetes:secretsmanager.services.k8s.aws:Secret",
		}},
		{"own secret versions", func(k *Kind) bool { return k.Own && k.Class == Version }, []string{
			"aws:secretsmanager/secretVersion:SecretVersion",
			"gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
			"gcp:secretmanager/secretVersion:SecretVersion",
			"kubernetes:secretmanager.cnrm.cloud.google.com:SecretManagerSecretVersion",
			"kubernetes:secretmanager.gcp.upbound.io:RegionalSecretVersion",
			"kubernetes:secretmanager.gcp.upbound.io:SecretVersion",
			"kubernetes:secretsmanager.aws.upbound.io:SecretVersion",
		}},
		{"own secrets that carry the value", func(k *Kind) bool { return k.Own && k.ValueInStore }, []string{
			"aws-native:secretsmanager:Secret",
			"azure-native:keyvault:Secret",
			"azure:keyvault/secret:Secret",
		}},
		{"credentials of the clouds' identities", func(k *Kind) bool { return k.CloudKey }, []string{
			"aws-native:iam:User",
			"aws:iam/accessKey:AccessKey",
			"aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
			"aws:iam/signingCertificate:SigningCertificate",
			"aws:iam/userLoginProfile:UserLoginProfile",
			"aws:lightsail/bucketAccessKey:BucketAccessKey",
			"azuread:index/application:Application",
			"azuread:index/applicationCertificate:ApplicationCertificate",
			"azuread:index/applicationPassword:ApplicationPassword",
			"azuread:index/servicePrincipalCertificate:ServicePrincipalCertificate",
			"azuread:index/servicePrincipalPassword:ServicePrincipalPassword",
			"gcp:serviceaccount/key:Key",
			"gcp:storage/hmacKey:HmacKey",
			"google-native:iam/v1:Key",
			"google-native:storage/v1:HmacKey",
			"kubernetes:cloudplatform.gcp.upbound.io:ServiceAccountKey",
			"kubernetes:iam.aws.crossplane.io:AccessKey",
			"kubernetes:iam.aws.upbound.io:AccessKey",
			"kubernetes:iam.aws.upbound.io:UserLoginProfile",
			"kubernetes:iam.cnrm.cloud.google.com:IAMServiceAccountKey",
		}},
	}
	c := load(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, token := range test.want {
				if kind := c.Kind(token); kind == nil || kind.Token != token || !test.in(kind) {
					t.Errorf("%s: is none of them any more", token)
				}
			}
		})
	}
}

func TestKind(t *testing.T) {
	tests := []struct{ name, give, want string }{
		{"listed", "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secret:Secret"},
		{"old name of a listed type", "gcp:serviceAccount/key:Key", "gcp:serviceaccount/key:Key"},
		{
			"deprecated spelling with an entry of its own", "azure:keyvault/certifiate:Certifiate",
			"azure:keyvault/certifiate:Certifiate",
		},
		{"azure-native version", "azure-native:keyvault/v20230701:Secret", "azure-native:keyvault:Secret"},
		{
			"azure-native preview version", "azure-native:keyvault/v20240401preview:Secret",
			"azure-native:keyvault:Secret",
		},
		{
			"azure-native parameterized", "azure-native_keyvault_v20230701:keyvault/v20230701:Secret",
			"azure-native:keyvault:Secret",
		},
		{"azure-nextgen", "azure-nextgen:keyvault/latest:Secret", "azure-native:keyvault:Secret"},
		{"azure-native type that is none of ours", "azure-native:keyvault/v20230701:ManagedHsm", ""},
		{"google-native in a version that is not listed", "google-native:iam/v2:Key", "google-native:iam/v1:Key"},
		{"google-native type that is none of ours", "google-native:storage/v1:Bucket", ""},
		{"Kubernetes patch", "kubernetes:apps/v1:DeploymentPatch", "kubernetes:apps/v1:Deployment"},
		{
			"Kubernetes patch with an entry of its own", "kubernetes:core/v1:SecretPatch",
			"kubernetes:core/v1:SecretPatch",
		},
		{
			"old group of a Kubernetes workload", "kubernetes:extensions/v1beta1:Deployment",
			"kubernetes:apps/v1:Deployment",
		},
		{
			"Config Connector", "kubernetes:secretmanager.cnrm.cloud.google.com/v1beta1:SecretManagerSecret",
			"kubernetes:secretmanager.cnrm.cloud.google.com:SecretManagerSecret",
		},
		{
			"Config Connector version, patched",
			"kubernetes:secretmanager.cnrm.cloud.google.com/v1:SecretManagerSecretVersionPatch",
			"kubernetes:secretmanager.cnrm.cloud.google.com:SecretManagerSecretVersion",
		},
		{
			"AWS Controllers for Kubernetes", "kubernetes:secretsmanager.services.k8s.aws/v1alpha1:Secret",
			"kubernetes:secretsmanager.services.k8s.aws:Secret",
		},
		{
			"Crossplane", "kubernetes:secretsmanager.aws.upbound.io/v1beta2:SecretVersion",
			"kubernetes:secretsmanager.aws.upbound.io:SecretVersion",
		},
		{
			"Crossplane namespaced", "kubernetes:keyvault.azure.m.upbound.io/v1beta1:Secret",
			"kubernetes:keyvault.azure.upbound.io:Secret",
		},
		{"custom resource of the same kind in another group", "kubernetes:example.com/v1:Secret", ""},
		{"bridged AWS", "aws:index/secretsmanagerSecret:SecretsmanagerSecret", "aws:secretsmanager/secret:Secret"},
		{
			"bridged AWS Cloud Control", "awscc:index/secretsmanagerSecret:SecretsmanagerSecret",
			"aws-native:secretsmanager:Secret",
		},
		{
			"bridged Google", "google:index/secretManagerSecretVersion:SecretManagerSecretVersion",
			"gcp:secretmanager/secretVersion:SecretVersion",
		},
		{
			"bridged Google beta", "google-beta:index/secretManagerSecret:SecretManagerSecret",
			"gcp:secretmanager/secret:Secret",
		},
		{"bridged Azure", "azurerm:index/keyVaultSecret:KeyVaultSecret", "azure:keyvault/secret:Secret"},
		{"bridged Kubernetes", "kubernetes:index/secret:Secret", "kubernetes:core/v1:Secret"},
		{"bridged provider without a Pulumi one", "azapi:index/resource:Resource", "azapi:index/resource:Resource"},
		{
			"bridged under a name of one's own", "vaults:index/keyVaultSecret:KeyVaultSecret",
			"azure:keyvault/secret:Secret",
		},
		{
			"bridged under a name of one's own, ambiguous", "amazon:index/secretsmanagerSecret:SecretsmanagerSecret",
			"aws-native:secretsmanager:Secret",
		},
		{
			"bridged cloud key under a name of one's own", "amazon:index/iamAccessKey:IamAccessKey",
			"aws:iam/accessKey:AccessKey",
		},
		{"one word in an unknown package is anybody's", "acme:index/secret:Secret", ""},
		{"type of another cloud's provider", "digitalocean:index/keyVaultSecret:KeyVaultSecret", ""},
		{"type of the other provider", "google:index/keyVaultSecret:KeyVaultSecret", ""},
		{"token that the bridge does not make", "acme:index/keyVaultSecret:Secret", ""},
		{"component that is named like a secret", "progression-labs-development:infra:Secret", ""},
		{
			"component that is named like a secret, in a module", "acme:infra/secretManagerSecret:SecretManagerSecret",
			"",
		},
		{
			"Terraform module", "shop:tf:aws_secretsmanager_secret_version",
			"aws:secretsmanager/secretVersion:SecretVersion",
		},
		{"Terraform module, none of ours", "shop:tf:aws_s3_bucket", ""},
		{"dynamic provider", "pulumi-nodejs:dynamic:Resource", "pulumi-nodejs:dynamic:Resource"},
		{"dynamic provider with a name", "pulumi-python:dynamic/shop:Secret", "pulumi-nodejs:dynamic:Resource"},
		{
			"secret made by a service", "aws:cloudwatch/eventConnection:EventConnection",
			"aws:cloudwatch/eventConnection:EventConnection",
		},
		{"none of ours", "aws:s3/bucket:Bucket", ""},
		{"empty", "", ""},
		{"not a token", "kubernetes::", ""},
	}
	c := load(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if kind := c.Kind(test.give); kind != nil {
				got = kind.Token
			}
			if got != test.want {
				t.Errorf("Kind(%q) is %q, want %q", test.give, got, test.want)
			}
		})
	}
}

func TestKindOfTerraform(t *testing.T) {
	tests := []struct{ give, want string }{
		{"aws_secretsmanager_secret", "aws:secretsmanager/secret:Secret"},
		{"awscc_secretsmanager_secret", "aws-native:secretsmanager:Secret"},
		{
			"google_secret_manager_regional_secret_version",
			"gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
		},
		{"azurerm_key_vault_secret", "azure:keyvault/secret:Secret"},
		{"kubernetes_secret", "kubernetes:core/v1:Secret"},
		{"kubernetes_secret_v1", "kubernetes:core/v1:Secret"},
		{"scaleway_secret", "scaleway:secrets/secret:Secret"},
		{"aws_s3_bucket", ""},
	}
	c := load(t)
	for _, test := range tests {
		got := ""
		if kind := c.KindOfTerraform(test.give); kind != nil {
			got = kind.Token
		}
		if got != test.want {
			t.Errorf("KindOfTerraform(%q) is %q, want %q", test.give, got, test.want)
		}
	}
}

func TestKindIsTheSameEachTime(t *testing.T) {
	c := load(t)
	var group sync.WaitGroup
	kinds := make([]*Kind, 16)
	for i := range kinds {
		group.Go(func() { kinds[i] = c.Kind("azure-native:keyvault/v20230701:Secret") })
	}
	group.Wait()
	for _, kind := range kinds {
		if kind == nil || kind != kinds[0] {
			t.Fatalf("want one *Kind, got %v", kinds)
		}
	}
}

func TestValue(t *testing.T) {
	tests := []struct{ name, give, want string }{
		{"store with the value", "azure-native:keyvault:Secret", `{
			"token": "azure-native:keyvault:Secret", "class": "store", "manager": "azure-key-vault", "own": true,
			"name": ["secretName"], "values": [["properties", "value"]], "unmarked": [["properties", "value"]],
			"value_in_store": true, "autoname": "",
			"naming": {
				"manager": "azure-key-vault", "regex": "^[0-9a-zA-Z-]{1,127}$", "min": 1, "max": 127, "slash": false,
				"lower_only": true, "prefix": "", "separator": "--", "part": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
			},
			"why": "a secret of Key Vault with its value, which the SDK does not mark"
		}`},
		{"version", "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion", `{
			"token": "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
			"terraform": "google_secret_manager_regional_secret_version", "class": "version",
			"manager": "gcp-secret-manager", "own": true, "values": [["secretData"]], "marked": [["secretData"]],
			"why": "writes a value into a regional secret of Secret Manager"
		}`},
		{"condition", "datadog:index/webhookCustomVariable:WebhookCustomVariable", `{
			"token": "datadog:index/webhookCustomVariable:WebhookCustomVariable", "terraform": "datadog_webhook_custom_variable",
			"class": "store", "manager": "datadog", "name": ["name"], "values": [["value"]], "marked": [["value"]],
			"value_in_store": true, "condition": {"all": [{"path": ["isSecret"], "equals": true}]},
			"why": "a variable of webhooks that keeps a secret when isSecret says so"
		}`},
	}
	c := load(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var want any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			got, err := ast.JSON(c.Kind(test.give).Value())
			if err != nil {
				t.Fatal(err)
			}
			gotText, _ := json.Marshal(got)
			wantText, _ := json.Marshal(want)
			if diff := cmp.Diff(string(wantText), string(gotText)); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPath(t *testing.T) {
	tests := []struct {
		name, path string
		place      []any
		want       bool
	}{
		{"the property", "secretString", []any{"secretString"}, true},
		{"below it", "data", []any{"data", "password"}, true},
		{"beside it", "data", []any{"stringData", "password"}, false},
		{"above it", "properties.value", []any{"properties"}, false},
		{"item of a list", "containers[].env[].value", []any{"containers", 2, "env", 0, "value"}, true},
		{"other property of the item", "containers[].env[].value", []any{"containers", 2, "env", 0, "name"}, false},
		{"value of a map", "envVars.*.value", []any{"envVars", "PORT", "value"}, true},
		{
			"list that Terraform writes for one block", "environment.variables",
			[]any{"environment", 0, "variables", "PORT"},
			true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path, err := ParsePath(test.path)
			if err != nil {
				t.Fatal(err)
			}
			if got := path.Covers(test.place); got != test.want {
				t.Errorf("%s covers %v: got %v, want %v", test.path, test.place, got, test.want)
			}
		})
	}
	for _, wrong := range []string{"", ".", "a..b", "[]", "a[", "a[0]", "a]["} {
		if path, err := ParsePath(wrong); err == nil {
			t.Errorf("ParsePath(%q) is %q, want an error", wrong, path)
		}
	}
}

func TestCondition(t *testing.T) {
	tests := []struct {
		name, token, properties string
		want                    bool
	}{
		{"parameter of type SecureString", "aws:ssm/parameter:Parameter", `{"type": "SecureString"}`, true},
		{"parameter of type String", "aws:ssm/parameter:Parameter", `{"type": "String"}`, false},
		{
			"Kubernetes Secret with data", "kubernetes:core/v1:Secret",
			`{"type": "Opaque", "stringData": {"password": "x"}}`, true,
		},
		{
			"Kubernetes Secret with no data", "kubernetes:core/v1:Secret", `{"data": {}, "metadata": {"name": "shop"}}`,
			false,
		},
		{
			"Kubernetes Secret with empty values", "kubernetes:core/v1:Secret", `{"data": {"password": "", "user": null}}`,
			false,
		},
		{
			"token of a service account", "kubernetes:core/v1:Secret",
			`{"type": "kubernetes.io/service-account-token", "data": {"extra": "x"}}`, false,
		},
		{
			"Kubernetes Secret in a list", "kubernetes:core/v1:SecretList", `{"items": [{}, {"data": {"password": "x"}}]}`,
			true,
		},
		{
			"named value from Key Vault", "azure:apimanagement/namedValue:NamedValue",
			`{"secret": true, "valueFromKeyVault": {"secretId": "x"}}`, false,
		},
		{"named value in plain", "azure:apimanagement/namedValue:NamedValue", `{"secret": true, "value": "x"}`, true},
		{"named value that is no secret", "azure:apimanagement/namedValue:NamedValue", `{"value": "x"}`, false},
		{
			"application with a password", "azuread:index/application:Application", `{"password": {"displayName": "x"}}`,
			true,
		},
		{"application without", "azuread:index/application:Application", `{"displayName": "x"}`, false},
		{
			"build variable in plain", "aws:codebuild/project:Project",
			`{"environment": {"environmentVariables": [{"type": "PARAMETER_STORE"}, {"name": "x"}]}}`, true,
		},
		{
			"build variables by reference", "aws:codebuild/project:Project",
			`{"environment": {"environmentVariables": [{"type": "SECRETS_MANAGER"}]}}`, false,
		},
	}
	c := load(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var properties any
			if err := json.Unmarshal([]byte(test.properties), &properties); err != nil {
				t.Fatal(err)
			}
			if got := c.Kind(test.token).Condition.holds(properties); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestFormatted: the rows stand as the formatter writes them.
func TestFormatted(t *testing.T) {
	text, err := fs.ReadFile(files(), resourcesFile)
	if err != nil {
		t.Fatal(err)
	}
	formatted, err := Format(text)
	if err != nil {
		t.Fatal(err)
	}
	have, want := strings.Split(string(text), "\n"), strings.Split(string(formatted), "\n")
	for i := range min(len(have), len(want)) {
		if have[i] != want[i] {
			t.Fatalf("rego/catalogue/%s:%d: not sorted or formatted; %s", resourcesFile, i+1, formatIt)
		}
	}
	if len(have) != len(want) {
		t.Errorf("rego/catalogue/%s: has empty lines; %s", resourcesFile, formatIt)
	}
}

func TestFormat(t *testing.T) {
	tests := []struct{ name, give, want, err string }{
		{
			"sorted, the fields in order, nothing between them",
			"{ \"class\": \"store\", \"token\": \"b:c:D\", \"why\": \"a < b\" },\n" +
				"\n{\"token\":\"a:b:C\",\"values\":[]}\n",
			"{\"token\":\"a:b:C\",\"values\":[]}\n{\"token\":\"b:c:D\",\"class\":\"store\",\"why\":\"a < b\"}\n", "",
		},
		{
			"every error at once", "{\"token\":1}\n\n{\"tokn\":\"a:b:C\"}\n", "",
			"resources.jsonl:1: token: expected a string, got a JSON number\n" +
				`resources.jsonl:3: unknown field "tokn"; expected token, terraform, is, class, subclass, manager, own, cloud_key, name, ` +
				"autoname, values, marked, value_in_store, outputs, condition, content, why",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Format([]byte(test.give))
			if (err == nil) != (test.err == "") || err != nil && err.Error() != test.err {
				t.Fatalf("got error %v\nwant      %s", err, test.err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// with is a catalogue of these rows and nothing else.
func with(resources, derived, naming string) fs.FS {
	return fstest.MapFS{
		resourcesFile: {Data: []byte(resources)}, derivedFile: {Data: []byte(derived)},
		namingFile: {Data: []byte(naming)},
		formsFile:  {Data: []byte("{}")}, templatesFile: {Data: []byte("{}")},
	}
}

func TestErrors(t *testing.T) {
	const valid = `{"token":"a:b:C","class":"store","manager":"vault","why":"x"}`
	row := func(fields string) string { return `{"token":"a:b:C",` + fields + `,"why":"x"}` }
	tests := []struct{ name, resources, naming, want string }{
		{
			"an entry over two lines", "{\"token\":\"a:b:C\",\n\"class\":\"store\"}\n", "",
			`resources.jsonl:1: expected one entry per line that begins with {"token":"…"; run go run ./internal/catalogue/format`,
		},
		{
			"no token", `{"class":"store"}`, "",
			`resources.jsonl:1: expected one entry per line that begins with {"token":"…"; run go run ./internal/catalogue/format`,
		},
		{"token twice", valid + "\n\n" + valid + "\n", "", "resources.jsonl:3: a:b:C: already listed on line 1"},
		{
			"Terraform type twice", row(`"terraform":"a_c"`) + "\n" + `{"token":"a:b:D","terraform":"a_c"}`, "",
			"resources.jsonl:2: a:b:D: the Terraform type a_c is a:b:C's, on line 1",
		},
		{
			"terraform behind other fields", row(`"class":"store","terraform":"a_c"`), "",
			"resources.jsonl:1: a:b:C: expected terraform or is behind token; run go run ./internal/catalogue/format",
		},
		{
			"no type token", `{"token":"aws_secret","class":"store","manager":"vault","why":"x"}`, "",
			"resources.jsonl:1: aws_secret: token: expected a type token like aws:iam/accessKey:AccessKey",
		},
		{"other name of nothing", row(`"is":"a:b:D"`), "", `resources.jsonl:1: a:b:C: is: no entry "a:b:D"`},
		{
			"other name with more", row(`"is":"a:b:D","class":"store"`) + "\n" +
				`{"token":"a:b:D","class":"store","manager":"vault","why":"x"}`, "",
			"resources.jsonl:1: a:b:C: is: an entry for another name of a type has only the fields token, is " +
				"and why",
		},
		{
			"unknown class", row(`"class":"shop","manager":"vault"`), "",
			`resources.jsonl:1: a:b:C: class: expected one of store, version, static-credential, ci, command, paas-env, generator, policy, got "shop"`,
		},
		{
			"no manager", row(`"class":"store"`), "",
			`resources.jsonl:1: a:b:C: manager: expected a word like aws-secrets-manager, got ""`,
		},
		{
			"no reason", `{"token":"a:b:C","class":"store","manager":"vault"}`, "",
			"resources.jsonl:1: a:b:C: why: missing; explain in one sentence why the type is classified like this",
		},
		{
			"misspelt field", row(`"clas":"store"`), "",
			`resources.jsonl:1: a:b:C: unknown field "clas"; expected token, terraform, is, class, subclass, manager, own, cloud_key, name, autoname, values, marked, value_in_store, outputs, condition, content, why`,
		},
		{"wrong type", row(`"class":"store","values":"password"`), "", "resources.jsonl:1: a:b:C: values: expected a " +
			"list of strings, got a JSON string"},
		{"two objects on one line", valid + " " + valid, "", "resources.jsonl:1: a:b:C: expected one JSON object on each " +
			"line, and nothing after it"},
		{
			"wrong path", row(`"class":"store","manager":"vault","name":"a..b"`), "",
			`resources.jsonl:1: a:b:C: name: path "a..b": expected names joined by dots, with [] after the name of a list`,
		},
		{
			"own entry of a foreign manager", row(`"class":"store","manager":"vault","own":true`), "",
			"resources.jsonl:1: a:b:C: own: expected a store or a version of a manager in naming.json",
		},
		{
			"naming of the wrong shape", valid, "[\n{\"manager\": 1}\n]\n",
			"naming.json:2: manager: expected a string, got a JSON number",
		},
		{
			"naming with a misspelt field", valid, "[\n{\"manager\": \"m\",\n\"mix\": 1}\n]\n",
			`naming.json:3: json: unknown field "mix"`,
		},
		{"naming that is no JSON", valid, "[\n{\"manager\" 1}\n]\n", "naming.json:2: invalid character '1' after " +
			"object key"},
		{"naming without a reason", valid, `[{"manager":"m"}]`, "naming.json: m: why: missing"},
		{
			"wrong expression", valid, `[{"manager":"m","regex":"(","why":"x"}]`,
			"naming.json: m: error parsing regexp: missing closing ): `(`",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			naming := test.naming
			if naming == "" {
				naming = "[]"
			}
			c, err := Load(with(test.resources, "", naming))
			if err == nil {
				err = c.Check()
			}
			if err == nil || err.Error() != test.want {
				t.Errorf("got error %v\nwant      %s", err, test.want)
			}
		})
	}
}

// TestBridgedTokens: the any-terraform-provider bridge makes a token of every Terraform type, which brings back its
// entry.
func TestBridgedTokens(t *testing.T) {
	c := load(t)
	for tfType := range c.terraform {
		provider, rest, _ := strings.Cut(tfType, "_")
		pascal := pascalCase(rest)
		token := provider + ":index/" + strings.ToLower(pascal[:1]) + pascal[1:] + ":" + pascal
		if got, want := c.Kind(token), c.KindOfTerraform(tfType); got != want && c.entries[token] == nil {
			t.Errorf("%s: is %v, want what %s is, %s", token, got, tfType, want.Token)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	embedded := fstest.MapFS{} // the embedded files are in memory, too
	for _, name := range names {
		text, err := fs.ReadFile(files(), name)
		if err != nil {
			b.Fatal(err)
		}
		embedded[name] = &fstest.MapFile{Data: text}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(embedded); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKind(b *testing.B) {
	for _, test := range []struct{ name, token string }{
		{"listed", "aws:secretsmanager/secret:Secret"},
		{"by form", "azure-native:keyvault/v20230701:Secret"},
		{"none of ours", "aws:s3/bucket:Bucket"},
	} {
		b.Run(test.name, func(b *testing.B) {
			c := load(b)
			b.ReportAllocs()
			for b.Loop() {
				c.Kind(test.token)
			}
		})
		b.Run(test.name+", first time", func(b *testing.B) {
			c := load(b)
			b.ReportAllocs()
			for b.Loop() {
				c.known.Clear()
				if e := c.lookup(test.token); e != nil {
					e.once = sync.Once{}
				}
				c.Kind(test.token)
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	c := load(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range c.entries {
			e.once = sync.Once{}
		}
		if err := c.Check(); err != nil {
			b.Fatal(err)
		}
	}
}
