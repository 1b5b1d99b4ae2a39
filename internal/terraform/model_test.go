package terraform

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
)

func TestVariablesAreTheConfiguration(t *testing.T) {
	t.Parallel()
	d := read(t, `{"format_version": "1.2", "planned_values": {},
		"variables": {"password": {"value": "p"}, "given": {"value": "g"}, "plain": {"value": "x"}, "n": {"value": 5}, "b": {"value": true}, "o": {"value": {"a": ["b"]}}, "none": {"value": null}},
		"configuration": {"root_module": {"variables": {"password": {"sensitive": true, "default": "p"}, "given": {"sensitive": true}, "plain": {"default": "x"}}}}}`)
	want := &model.Stack{
		Project: "shop", Name: "production", Preview: true,
		Config: map[string]string{
			"var:password": "p", "default:password": "p", "var:given": "g", "var:plain": "x", "var:n": "5",
			"var:b": "true", "var:o": `{"a":["b"]}`,
		},
		Secret: []string{"var:given", "var:password"},
	}
	got := d.Stack("shop", "production")
	if got.Program == nil || got.Program.Name != "terraform" {
		t.Errorf("the program is %v", got.Program)
	}
	got.Program = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	root := d.Resources(d.Stack("shop", "production"))[0].URN
	for _, tt := range []struct {
		path               []any
		address, attribute string
	}{
		{[]any{"var:password"}, "var.password", ""},
		{[]any{"var:o", "a", 0}, "var.o", "a[0]"},
		{[]any{"default:password"}, "var.password", "default"},
		{[]any{"components", 0, "type"}, "", "components[0].type"},
	} {
		if address, attribute := d.Place(root, tt.path); address != tt.address || attribute != tt.attribute {
			t.Errorf("%v: got %q of %q, want %q of %q", tt.path, attribute, address, tt.attribute, tt.address)
		}
	}
}

func TestOutputsAreThoseOfTheStack(t *testing.T) {
	t.Parallel()
	change := func(after, unknown, sensitive string) string {
		return `{"actions": ["create"], "after": ` + after + `, "after_unknown": ` + unknown + `, "after_sensitive": ` +
			sensitive + `}`
	}
	plan := read(t, `{"format_version": "1.2", "output_changes": {
		"plain": `+change(`"x"`, "false", "false")+`, "hidden": `+change(`"x"`, "false", "true")+`, "declared": `+change(`"x"`, "false", "false")+`,
		"later": `+change("null", "true", "false")+`, "laterHidden": `+change("null", "true", "true")+`, "some_map": `+change(`{"a_b": "c"}`, `{"d": true}`, "false")+`,
		"gone": {"actions": ["delete"], "before": "x", "after": null}
	}, "configuration": {"root_module": {"outputs": {"declared": {"sensitive": true}}}}}`)
	state := read(t,
		`{"format_version": "1.0", "values": {"outputs": {"plain": {"sensitive": false, "value": "x", "type": "string"}, "hidden": {"sensitive": true, "value": "x", "type": "string"}}}}`)
	for _, tt := range []struct {
		name string
		give *Document
		want string
	}{
		{
			"of a plan", plan,
			`{"plain": "x", "hidden": {SECRET: "x"}, "declared": {SECRET: "x"}, "later": UNKNOWN, "laterHidden": {SECRET: UNKNOWN}, "some_map": {"a_b": "c", "d": UNKNOWN}}`,
		},
		{"of a state", state, `{"plain": "x", "hidden": {SECRET: "x"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			row := tt.give.Whole(tt.give.Stack("shop", "production"))[0]
			if diff := cmp.Diff(object(t, tt.want), modeltest.Plain(row.Properties)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if address, attribute := tt.give.Place(row.URN, []any{"plain"}); address != "output.plain" ||
				attribute != "" {
				t.Errorf("got %q of %q, want the output", attribute, address)
			}
		})
	}
}

func TestProviderBlocks(t *testing.T) {
	t.Parallel()
	text := planOf(inModule(changeOf("aws_x", "inner", `{}`, `{}`, `{}`), "module.m")+","+changeOf("google_x", "g", `{}`, `{}`, `{}`), `{
		"variables": {"secret": {"sensitive": true}},
		"resources": [{"address": "google_x.g", "type": "google_x", "name": "g", "provider_config_key": "google-beta"}],
		"module_calls": {"m": {"source": "./m", "module": {"resources": [{"address": "aws_x.inner", "type": "aws_x", "name": "inner", "provider_config_key": "aws.west"}]}}}
	}`)
	text = strings.Replace(text, `"resource_changes"`, `"variables": {"secret": {"value": "s"}}, "resource_changes"`, 1)
	text = strings.Replace(text, `"configuration": {`, `"configuration": {"provider_config": {
		"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"},
		"aws.west": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "alias": "west", "expressions": {
			"access_key": {"constant_value": "a"}, "secret_key": {"references": ["var.secret"]}, "token": {"references": ["data.x.y.z", "data.x.y"]},
			"assume_role": [{"role_arn": {"constant_value": "r"}}], "profile": {}
		}},
		"google-beta": {"name": "google-beta", "full_name": "registry.terraform.io/hashicorp/google-beta", "expressions": {"project": {"constant_value": "p"}}}
	}, `, 1)
	d := read(t, text)
	aws := called(t, d, "provider.aws.west")
	if aws.Type != "pulumi:providers:aws" {
		t.Errorf("the type is %s", aws.Type)
	}
	want := object(t,
		`{"accessKey": "a", "secretKey": {SECRET: "s"}, "token": UNKNOWN, "assumeRole": [{"roleArn": "r"}], "profile": UNKNOWN}`)
	if diff := cmp.Diff(want, modeltest.Plain(aws.Properties)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if address, attribute := d.Place(aws.URN, []any{"secretKey"}); address != "provider.aws.west" ||
		attribute != "secret_key" {
		t.Errorf("got %q of %q", attribute, address)
	}
	if got := called(t, d, "module.m.aws_x.inner").Provider.URN; got != aws.URN {
		t.Errorf("a resource of a module has the provider %s, want the one of its configuration", got)
	}
	if got := called(t, d, "google_x.g").Provider.Type; got != "pulumi:providers:gcp" {
		t.Errorf("google-beta is %s, want Pulumi's name of the cloud", got)
	}
}

func TestProvisionersAreCommands(t *testing.T) {
	t.Parallel()
	d := read(t, planOf(changeOf("null_resource", "n", `{}`, `{}`, `{}`), `{"resources": [{"address": "null_resource.n", "type": "null_resource", "name": "n", "provisioners": [
		{"type": "local-exec", "expressions": {"command": {"constant_value": "echo a"}, "working_dir": {"constant_value": "d"}, "environment": {"constant_value": {"db_password": "x"}}}},
		{"type": "local-exec", "expressions": {"command": {"references": ["var.x"]}}},
		{"type": "remote-exec", "expressions": {"inline": {"constant_value": ["echo a", "echo b"]}}},
		{"type": "file", "expressions": {"content": {"constant_value": "A=b"}, "destination": {"constant_value": "/app/.env"}}}
	]}]}`))
	for _, tt := range []struct{ address, typ, want, property, attribute string }{
		{
			"null_resource.n.provisioner[0]", "command:local:Command",
			`{"create": "echo a", "dir": "d", "environment": {"db_password": "x"}}`, "create",
			"provisioner[0].command",
		},
		{
			"null_resource.n.provisioner[1]", "command:local:Command", `{"create": UNKNOWN}`, "create",
			"provisioner[1].command",
		},
		{
			"null_resource.n.provisioner[2]", "command:remote:Command", `{"create": "echo a\necho b\n"}`, "create",
			"provisioner[2].inline",
		},
		{
			"null_resource.n.provisioner[3]", "local:index/file:File", `{"content": "A=b", "filename": "/app/.env"}`,
			"filename", "provisioner[3].destination",
		},
	} {
		req := called(t, d, tt.address)
		if diff := cmp.Diff(object(t, tt.want), modeltest.Plain(req.Properties)); diff != "" || req.Type != tt.typ {
			t.Errorf("%s, a %s: mismatch (-want +got)\n%s", tt.address, req.Type, diff)
		}
		if address, attribute := d.Place(req.URN, []any{tt.property}); address != "null_resource.n" ||
			attribute != tt.attribute {
			t.Errorf("%s: got %q of %q", tt.address, attribute, address)
		}
	}
	if d.Len() != 1 {
		t.Errorf("Len is %d, want 1: provisioners are no resources", d.Len())
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	d := read(t, `{"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {
		"resources": [
			{"address": "random_password.p", "mode": "managed", "type": "random_password", "name": "p", "provider_name": "registry.terraform.io/hashicorp/random", "values": {"id": "none", "length": 20, "result": "x"}, "sensitive_values": {"result": true}},
			{"address": "data.aws_x.y", "mode": "data", "type": "aws_x", "name": "y", "values": {"a": "b"}}
		],
		"child_modules": [{"address": "module.m[0]", "resources": [
			{"address": "module.m[0].aws_secretsmanager_secret_version.v", "mode": "managed", "type": "aws_secretsmanager_secret_version", "name": "v", "values": {"id": "i", "secret_id": "s", "secret_string": "x"}, "sensitive_values": {"secret_string": true}, "depends_on": ["random_password.p", "module.m.aws_x.gone"]}
		]}]
	}}}`)
	if d.Plan() || d.Len() != 2 || d.Stack("p", "s").Preview {
		t.Errorf("plan %v, %d resources", d.Plan(), d.Len())
	}
	const version = "module.m[0].aws_secretsmanager_secret_version.v"
	for _, tt := range []struct{ address, inputs, outputs string }{
		{"random_password.p", `{}`, `{"id": "none", "length": 20, "result": {SECRET: "x"}}`},
		{
			version, `{"secretId": "s", "secretString": {SECRET: "x"}}`,
			`{"id": "i", "secretId": "s", "secretString": {SECRET: "x"}}`,
		},
	} {
		if diff := cmp.Diff(object(t, tt.inputs), modeltest.Plain(called(t, d, tt.address).Properties)); diff != "" {
			t.Errorf("%s: Analyze: mismatch (-want +got)\n%s", tt.address, diff)
		}
		if diff := cmp.Diff(object(t, tt.outputs), modeltest.Plain(inStack(t, d, tt.address).Properties)); diff != "" {
			t.Errorf("%s: AnalyzeStack: mismatch (-want +got)\n%s", tt.address, diff)
		}
	}
	// A state does not tell where a value comes from: what it depends on, or anything else.
	from := inStack(t, d, version).Origins.Of("secretString")
	if len(from) != 2 || origin(from[0]) != "not-shown" || origin(from[1]) != "random_password.p" {
		t.Errorf("got %v", from)
	}
	if got := called(t, d, "module.m[0]").Type; got != "terraform:module:-" {
		t.Errorf("a module of a state is %s: its source is not known", got)
	}
}
