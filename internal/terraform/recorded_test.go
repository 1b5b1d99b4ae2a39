package terraform

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

func load(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Own()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// summary is a line for each resource of the calls: its address, its type, its ancestors and what its properties are
// built from.
func summary(t *testing.T, d *Document) string {
	t.Helper()
	c := load(t)
	var b strings.Builder
	for _, row := range d.Whole(d.Stack("shop", "production")) {
		r, err := facts.New(row, c)
		if err != nil {
			t.Fatal(err)
		}
		address, _ := d.Place(r.URN, nil)
		fmt.Fprintf(&b, "%s: %s", address, r.Type)
		for _, a := range r.Ancestors {
			b.WriteString(" in " + a)
		}
		for _, name := range ofProperties(row.Origins) {
			from := ""
			for _, o := range row.Origins.Of(name) {
				if o.Kind == model.OutputOf || o.Kind == model.NotKnown {
					from += " " + place.NameOf(o.From)
				}
			}
			if from != "" {
				b.WriteString(", " + name + " from" + from)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func ofProperties(o model.Origins) []string {
	if o == nil {
		return nil
	}
	return o.Properties()
}

func TestRecorded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, want string }{
		{"aws.json", `: pulumi:pulumi:Stack
provider.aws: pulumi:providers:aws
provider.aws.audit: pulumi:providers:aws
aws_lambda_function.api["v1"]: aws:lambda/function:Function
module.database: terraform:module:github.com/acme/infra//database
module.database.module.secret: terraform:module:github.com/acme/infra//secret in terraform:module:github.com/acme/infra//database
module.database.module.secret.aws_secretsmanager_secret.this[0]: aws:secretsmanager/secret:Secret in terraform:module:github.com/acme/infra//secret in terraform:module:github.com/acme/infra//database
module.database.module.secret.aws_secretsmanager_secret_version.this: aws:secretsmanager/secretVersion:SecretVersion in terraform:module:github.com/acme/infra//secret in terraform:module:github.com/acme/infra//database, secretId from module.database.module.secret.aws_secretsmanager_secret.this[0], secretString from module.database.random_password.this
module.database.random_password.this: random:index/randomPassword:RandomPassword in terraform:module:github.com/acme/infra//database
data.aws_caller_identity.me: terraform:data:aws_caller_identity
module.database: terraform:source:Module
`},
		{"kubernetes.json", `: pulumi:pulumi:Stack
kubernetes_deployment_v1.api: kubernetes:apps/v1:Deployment, metadata from not-shown, spec from not-shown
kubernetes_secret_v1.api: kubernetes:core/v1:Secret, data from not-shown, metadata from not-shown, type from not-shown
module.secret["orders"]: terraform:module:-
module.secret["orders"].google_secret_manager_secret_version.this: gcp:secretmanager/secretVersion:SecretVersion in terraform:module:-, enabled from not-shown, secret from not-shown, secretData from not-shown
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("testdata", tt.name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, summary(t, read(t, string(text)))); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// TestPlansOfRealProviders reads the plans and states of terraform-json's own tests, which Terraform 0.12 to 1.x has
// written.
func TestPlansOfRealProviders(t *testing.T) {
	t.Parallel()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/hashicorp/terraform-json").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	var files []string
	for _, pattern := range [...]string{"plan*.json", "state.json"} {
		found, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "testdata", "*", pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 10 {
		t.Skipf("%d files: the module's tests are not in the module cache", len(files))
	}
	judged := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Read(text)
		if strings.Contains(name, "invalid") {
			if err == nil {
				t.Errorf("%s: want an error", name)
			}
			continue
		}
		if err != nil || !Is(text) {
			t.Errorf("%s: Is says %v, Read %v", name, Is(text), err)
			continue
		}
		summary(t, d)
		judged += d.Len()
	}
	if judged < 20 {
		t.Errorf("%d resources in all, want more", judged)
	}
}
