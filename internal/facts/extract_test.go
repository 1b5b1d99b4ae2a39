package facts

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// scanned returns a resource after Scan.
func scanned(t *testing.T, run *Run, typ, name string, props resource.PropertyMap) *Resource {
	t.Helper()
	r, err := fromAnalyze(t, &pulumirpc.AnalyzeRequest{
		Urn: "urn:pulumi:production::shop::" + typ + "::" + name, Type: typ, Name: name,
		Properties: marshalled(t, props),
	}, testCatalogue(t))
	if err != nil {
		t.Fatal(err)
	}
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.Scan(run, d)
	return r
}

func TestLogins(t *testing.T) {
	t.Parallel()
	str, secret := resource.NewProperty[string], resource.MakeSecret
	unknown := resource.MakeComputed(str(""))
	type props = resource.PropertyMap
	config := map[string]string{"aws:secretKey": "from-the-config-9"}
	for _, tt := range []struct {
		name, typ, resource string
		give                props
		want                string
	}{
		{"nothing", "aws", "p", props{"region": str("eu-west-1")}, ""},
		{"a static key", "aws", "p", props{"accessKey": str("x"), "secretKey": str("y")}, "aws secretKey static-key"},
		{
			"an encrypted one is static too", "aws", "p",
			props{"secretKey": secret(str("y"))},
			"aws secretKey static-key marked",
		},
		{"not known yet", "aws", "p", props{"secretKey": unknown}, "aws secretKey static-key"},
		{"with a session token", "aws", "p", props{"secretKey": str("y"), "token": str("z")}, "aws secretKey session"},
		{
			"a default provider of the configuration", "aws", "default_7_0_0",
			props{"secretKey": str("from-the-config-9")},
			"aws secretKey static-key config",
		},
		{
			"one that is only called so", "aws", "default_mine",
			props{"secretKey": str("another")},
			"aws secretKey static-key",
		},
		{
			"a service account's key", "gcp", "p",
			props{"credentials": str(`{"type":"service_account"}`)},
			"gcp credentials static-key",
		},
		{
			"a federated file", "gcp", "p",
			props{"credentials": str(`{"type":"external_account"}`)},
			"gcp credentials federated",
		},
		{"a file", "gcp", "p", props{"credentials": str("key.json")}, "gcp credentials key-file"},
		{
			"credentials not known yet", "gcp", "p",
			props{"credentials": secret(unknown)},
			"",
		},
		{
			"a client secret", "azure-native", "p",
			props{"clientSecret": str("y"), "useOidc": resource.NewProperty(true)},
			"azure clientSecret static-key",
		},
		{
			"a token of a cluster", "kubernetes", "p",
			props{"kubeconfig": str("users:\n- user:\n    token: y\n")},
			"kubernetes kubeconfig static-key",
		},
		{
			"a program", "kubernetes", "p",
			props{"kubeconfig": str("users:\n- user:\n    exec: {command: aws}\n")},
			"kubernetes kubeconfig exec",
		},
		{
			"a key file of a cluster", "kubernetes", "p",
			props{"kubeconfig": str("users:\n- user:\n    client-key: k.pem\n")},
			"kubernetes kubeconfig exec",
		},
		{
			"a program beside an empty token", "kubernetes", "p",
			props{"kubeconfig": str(`{"users": [{"user": {"token": "", "exec": {"command": "gke-gcloud-auth-plugin"}}}]}`)},
			"kubernetes kubeconfig exec",
		},
		{
			"a program of one user and a token of another", "kubernetes", "p",
			props{"kubeconfig": str("users:\n- user: {exec: {command: kubelogin}}\n- user: {token: y}\n")},
			"kubernetes kubeconfig static-key",
		},
		{"a kubeconfig that a cluster gives out", "kubernetes", "p", props{"kubeconfig": secret(unknown)}, ""},
		{"a kubeconfig on the disk", "kubernetes", "p", props{"kubeconfig": str("~/.kube/config")}, ""},
		{"a kubeconfig in a state", "kubernetes", "p", props{"kubeconfig": secret(str(SecretMarker))}, ""},
		{
			"a broken kubeconfig", "kubernetes", "p",
			props{"kubeconfig": str("users:\n- user: [\n")},
			"kubernetes kubeconfig unread",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			run := NewRun(wire.Stack(
				&pulumirpc.AnalyzerStackConfigureRequest{Config: config, ConfigSecretKeys: []string{"aws:secretKey"}}),
				"2026-11-23")
			got := ""
			for _, l := range scanned(t, run, "pulumi:providers:"+tt.typ, tt.resource, tt.give).logins {
				got = fmt.Sprintf("%s %s %s", l.cloud, l.path.String(), l.how)
				if l.marked {
					got += " marked"
				}
				if l.config {
					got += " config"
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestExtracts(t *testing.T) {
	t.Parallel()
	str, secret := resource.NewProperty[string], resource.MakeSecret
	type props = resource.PropertyMap
	text, err := asset.FromText("A=1")
	if err != nil {
		t.Fatal(err)
	}
	dotenv := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(dotenv, []byte("A=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := asset.FromPath(dotenv)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := archive.FromAssets(map[string]any{"app/.env": text, "app/.env.example": text, "main.py": text})
	if err != nil {
		t.Fatal(err)
	}
	const github = "github:index/actionsSecret:ActionsSecret"
	invented := func(alphabet string, n int) string {
		r, b := rand.New(rand.NewPCG(7, 7)), make([]byte, n)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	pair := "aws_access_key_id = AK" + "IA" + invented(capitals, 16) + "\naws_secret_access_key = " +
		invented(capitals+"abcdefghijklmnopqrstuvwxyz0189+/", 40) + "\n"
	for _, tt := range []struct {
		name, typ string
		give      props
		want      []string
	}{
		{
			"an asset", "aws:s3/bucketObject:BucketObject",
			props{"source": resource.NewProperty(file)},
			[]string{"file .env asset source"},
		},
		{
			"an archive", "aws:lambda/function:Function",
			props{"code": resource.NewProperty(tree)},
			[]string{"file .env archive code"},
		},
		{
			"a key", "aws:s3/bucketObject:BucketObject",
			props{"key": str("config/.env.production")},
			[]string{"file config/.env.production object-key key"},
		},
		{
			"a config map", "kubernetes:core/v1:ConfigMap",
			props{"data": resource.NewProperty(props{".env": str("A=1"), "env": str("x")})},
			[]string{"file .env config-map data[\".env\"]"},
		},
		{
			"a command", "command:local:Command",
			props{"create": str("aws secretsmanager create-secret --name x")},
			[]string{"command aws secretsmanager create-secret create"},
		},
		{
			"a marked command", "command:local:Command",
			props{"create": secret(str("aws secretsmanager delete-secret --secret-id x"))},
			[]string{"command aws secretsmanager delete-secret create"},
		},
		{
			"reading is allowed", "command:local:Command",
			props{"create": str("aws secretsmanager get-secret-value --secret-id x")},
			nil,
		},
		{
			"user data", "aws:ec2/instance:Instance",
			props{"userData": str("#!/bin/sh\naz keyvault secret set -n x\n")},
			[]string{"command az keyvault secret set userData"},
		},
		{
			"a part of cloud-init", "cloudinit:index/config:Config",
			props{"parts": resource.NewProperty([]resource.PropertyValue{resource.NewProperty(props{
				"contentType": str("text/x-shellscript"), "content": str("#!/bin/sh\ngcloud secrets delete x\n"),
			})})},
			[]string{"command gcloud secrets delete parts[0].content"},
		},
		{
			"prose", "aws:ec2/instance:Instance",
			props{"tags": resource.NewProperty(props{"note": str("aws secretsmanager create-secret --name x")})},
			nil,
		},
		{
			"a container", "kubernetes:batch/v1:Job",
			props{"spec": resource.NewProperty(props{"command": resource.NewProperty([]resource.PropertyValue{
				str("sh"), str("-c"), str("gcloud secrets create x"),
			})})},
			[]string{"command gcloud secrets create spec.command"},
		},
		{
			"a command that writes one", "command:local:Command",
			props{"create": str("echo A=1 > .env")},
			[]string{"file .env command create"},
		},
		{
			"a cloud key by the name", github,
			props{"secretName": str("PROD_AWS_SECRET_ACCESS_KEY"), "plaintextValue": secret(str("x"))},
			[]string{"ci aws name PROD_AWS_SECRET_ACCESS_KEY plaintextValue"},
		},
		{
			"a marked name is not shown", github,
			props{"secretName": secret(str("AWS_SECRET_ACCESS_KEY")), "plaintextValue": secret(str("x"))},
			[]string{"ci aws name  plaintextValue"},
		},
		{
			"a cloud key by the value", github,
			props{"secretName": str("X"), "plaintextValue": secret(str(pair))},
			[]string{"ci aws value X plaintextValue"},
		},
		{
			"a federated file under the name of a key", github,
			props{
				"secretName":     str("GOOGLE_CREDENTIALS"),
				"plaintextValue": secret(str(`{"type":"external_account"}`)),
			},
			nil,
		},
		{
			"the name of a file", github,
			props{
				"secretName":     str("GOOGLE_APPLICATION_CREDENTIALS"),
				"plaintextValue": secret(str("/tmp/creds.json")),
			},
			nil,
		},
		{
			"PowerShell", "azure-native:resources:AzurePowerShellScript",
			props{"scriptContent": str("if ($x -eq 1) { Write-Output 'ok' }\nGet-AzKeyVaultSecret -VaultName v\n")},
			nil,
		},
		{
			"what OIDC needs", github,
			props{"secretName": str("AZURE_CLIENT_ID"), "plaintextValue": str("11111111-2222-3333-4444-555555555555")},
			nil,
		},
		{
			"an assignment", "gcp:cloudbuild/trigger:Trigger",
			props{"build": resource.NewProperty(
				props{"options": resource.NewProperty(props{"envs": resource.NewProperty([]resource.PropertyValue{
					str("AWS_SECRET_ACCESS_KEY=x"),
				})})})},
			[]string{"ci aws name AWS_SECRET_ACCESS_KEY build.options.envs[0]"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := scanned(t, NewRun(nil, "2026-11-23"), tt.typ, "r", tt.give)
			var got []string
			for _, f := range r.files {
				got = append(got, fmt.Sprintf("file %s %s %s", f.name, f.how, f.path.String()))
			}
			for _, c := range r.commands {
				got = append(got, fmt.Sprintf("command %s %s", c.Command, c.path.String()))
			}
			for _, k := range r.ci {
				got = append(got, fmt.Sprintf("ci %s %s %s %s", k.cloud, k.by, k.name, k.path.String()))
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if want := len(got) == 0 && len(r.Findings) == 0; r.Plain() != want {
				t.Errorf("plain: got %v, want %v", r.Plain(), want)
			}
		})
	}
}
