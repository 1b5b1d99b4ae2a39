package terraform

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
	"github.com/progression-labs-development/policypack/internal/place"
)

// planOf is a plan with those resource_changes, which are JSON, and that root module of its configuration.
func planOf(changes, module string) string {
	return `{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [` + changes + `],
	"configuration": {"root_module": ` + module + `}}`
}

// changeOf is one resource change; after, unknown and sensitive are JSON.
func changeOf(typ, name, after, unknown, sensitive string) string {
	return `{"address": "` + typ + `.` + name + `", "mode": "managed", "type": "` + typ + `", "name": "` + name + `",
	"provider_name": "registry.terraform.io/hashicorp/` + strings.Split(typ, "_")[0] + `",
	"change": {"actions": ["create"], "before": null, "after": ` + after + `, "after_unknown": ` + unknown + `, "after_sensitive": ` + sensitive + `}}`
}

// configOf is the configuration of a resource; expressions is JSON.
func configOf(typ, name, expressions string) string {
	return `{"address": "` + typ + `.` + name + `", "mode": "managed", "type": "` + typ + `", "name": "` + name +
		`", "expressions": ` + expressions + `}`
}

func read(t *testing.T, text string) *Document {
	t.Helper()
	d, err := Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// called returns the Analyze call of the resource with that address.
func called(t *testing.T, d *Document, address string) *model.Resource {
	t.Helper()
	for _, req := range d.Resources(d.Stack("shop", "production")) {
		if place.NameOf(req.URN) == address {
			return req
		}
	}
	t.Fatalf("no call for %s", address)
	return nil
}

// inStack returns the row of AnalyzeStack of the resource with that address.
func inStack(t *testing.T, d *Document, address string) *model.Resource {
	t.Helper()
	for _, row := range d.Whole(d.Stack("shop", "production")) {
		if place.NameOf(row.URN) == address {
			return row
		}
	}
	t.Fatalf("no row for %s", address)
	return nil
}

// object reads properties in JSON, in which SECRET: is in front of what is marked, and UNKNOWN is what is not known.
func object(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(
		[]byte(strings.NewReplacer("SECRET", `"$secret"`, "UNKNOWN", `"`+modeltest.Unknown+`"`).Replace(text)),
		&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPropertiesAsPulumiSpellsThem(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, typ, after, unknown, sensitive, want string }{
		{
			"attributes in camel case", "aws_secretsmanager_secret", `{"recovery_window_in_days": 7, "name": "a/b"}`, `{}`,
			`{}`, `{"recoveryWindowInDays": 7, "name": "a/b"}`,
		},
		{
			"keys of a map stay", "aws_secretsmanager_secret", `{"tags": {"cost_center": "x"}}`, `{}`, `{}`,
			`{"tags": {"cost_center": "x"}}`,
		},
		{
			"a block of which there is one is no list", "aws_lambda_function",
			`{"environment": [{"variables": {"DB_PASSWORD": "x"}}]}`, `{}`, `{}`,
			`{"environment": {"variables": {"DB_PASSWORD": "x"}}}`,
		},
		{
			"an absent block is nothing", "aws_lambda_function", `{"environment": [], "tags": {}, "description": null}`,
			`{}`, `{}`, `{}`,
		},
		{
			"repeated blocks are called by their list", "kubernetes_deployment",
			`{"spec": [{"template": [{"spec": [{"init_container": [{"name": "i"}], "container": [{"name": "a", "env": [{"name": "K", "value": "v"}]}]}]}]}]}`, `{}`, `{}`,
			`{"spec": {"template": {"spec": {"initContainers": [{"name": "i"}], "containers": [{"name": "a", "env": [{"name": "K", "value": "v"}]}]}}}}`,
		},
		{
			"blocks nobody knows stay lists", "aws_x", `{"some_rule": [{"from_port": 1}], "ids": ["a", null]}`, `{}`,
			`{}`,
			`{"someRule": [{"fromPort": 1}], "ids": ["a", null]}`,
		},
		{
			"sensitive leaves are secrets", "aws_lambda_function",
			`{"environment": [{"variables": {"A": "x", "B": "y"}}]}`, `{}`,
			`{"environment": [{"variables": {"A": true}}]}`,
			`{"environment": {"variables": {"A": {SECRET: "x"}, "B": "y"}}}`,
		},
		{
			"a sensitive attribute that is not set is nothing", "aws_db_instance", `{"password": null}`, `{}`,
			`{"password": true}`, `{}`,
		},
		{
			"a sensitive map is a secret complete", "aws_x", `{"env": {"A": "x"}}`, `{}`, `{"env": true}`,
			`{"env": {SECRET: {"A": "x"}}}`,
		},
		{
			"unknown leaves", "aws_lambda_function", `{"environment": [{"variables": {}}]}`,
			`{"arn": true, "environment": [{"variables": {"A": true}}]}`, `{}`,
			`{"arn": UNKNOWN, "environment": {"variables": {"A": UNKNOWN}}}`,
		},
		{
			"unknown and sensitive", "aws_x", `{}`, `{"password": true}`, `{"password": true}`,
			`{"password": {SECRET: UNKNOWN}}`,
		},
		{
			"unknown item of a list", "aws_x", `{"ids": ["a", null]}`, `{"ids": [false, true]}`, `{}`,
			`{"ids": ["a", UNKNOWN]}`,
		},
		{
			"a key of the program cannot make a secret of the engine's", "aws_x",
			`{"tags": {"` + sig.Key + `": "` + sig.Secret + `", "value": "x"}}`, `{}`, `{}`,
			`{"tags": {"` + sig.Key + `": "` + sig.Secret + `", "value": "x"}}`,
		},
		{
			"an object that the catalogue knows", "azapi_resource",
			`{"body": {"properties": {"my_key": "x"}}, "sensitive_body": {"a_b": 1}}`, `{}`, `{}`,
			`{"body": {"properties": {"my_key": "x"}}, "sensitiveBody": {"a_b": 1}}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := read(t, planOf(changeOf(tt.typ, "a", tt.after, tt.unknown, tt.sensitive), `{}`))
			if diff := cmp.Diff(object(t, tt.want), modeltest.Plain(called(t, d, tt.typ+".a").Properties)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestSpellLeadsBack(t *testing.T) {
	t.Parallel()
	d := read(t, planOf(strings.Join([]string{
		changeOf("aws_lambda_function", "f",
			`{"environment": [{"variables": {"dbPassword": "x"}}], "vpc_config": [{"subnet_ids": ["a"]}], "dynamic_attr": {"a_b": 1}}`, `{}`, `{}`),
		changeOf("kubernetes_deployment", "d",
			`{"spec": [{"template": [{"spec": [{"container": [{"env": [{"name": "K", "value": "v"}]}]}]}]}]}`, `{}`,
			`{}`),
		changeOf("aws_cloudformation_stack", "s", `{"template_body": "{\"Resources\": {}}"}`, `{}`, `{}`),
	}, ","), `{}`))
	for _, tt := range []struct {
		name, address string
		path          []any
		want          string
	}{
		{
			"through a single block to a key of a map", "aws_lambda_function.f",
			[]any{"environment", "variables", "dbPassword"},
			"environment[0].variables.dbPassword",
		},
		{
			"a block nobody knows", "aws_lambda_function.f",
			[]any{"vpcConfig", 0, "subnetIds", 0},
			"vpc_config[0].subnet_ids[0]",
		},
		{"a key of an object", "aws_lambda_function.f", []any{"dynamicAttr", "a_b"}, "dynamic_attr.a_b"},
		{"what is not there", "aws_lambda_function.f", []any{"functionName"}, "function_name"},
		{
			"plural blocks", "kubernetes_deployment.d",
			[]any{"spec", "template", "spec", "containers", 0, "env", 0, "value"},
			"spec[0].template[0].spec[0].container[0].env[0].value",
		},
		{
			"inside of a text", "aws_cloudformation_stack.s",
			[]any{"templateBody", "Resources", "dbPassword"},
			"template_body.Resources.dbPassword",
		},
		{"the resource itself", "aws_cloudformation_stack.s", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address, got := d.Place(called(t, d, tt.address).URN, tt.path)
			if address != tt.address || got != tt.want {
				t.Errorf("got %s of %s, want %s of %s", got, address, tt.want, tt.address)
			}
		})
	}
}

func TestWhatIsJudged(t *testing.T) {
	t.Parallel()
	with := func(address, edit string) string {
		c := changeOf("aws_x", address, `{"a": "b"}`, `{}`, `{}`)
		old, new, _ := strings.Cut(edit, " => ")
		return strings.Replace(c, old, new, 1)
	}
	create := `["create"] => `
	d := read(t, `{"format_version": "1.2", "resource_changes": [`+strings.Join([]string{
		with("created", create+`["create"]`), with("updated", create+`["update"]`), with("kept", create+`["no-op"]`),
		with("replaced", create+`["delete", "create"]`), with("replacedLater", create+`["create", "delete"]`),
		with("deleted", create+`["delete"]`), with("forgotten", create+`["forget"]`), with("read", create+`["read"]`),
		with("data", `"managed" => "data"`), with("ephemeral", `"managed" => "ephemeral"`),
		with("deposed", `"mode" => "deposed": "00000001", "mode"`),
		with("moved", `"mode" => "previous_address": "aws_x.old", "mode"`),
		with("imported", `"actions" => "importing": {"id": "i"}, "actions"`),
	}, ",")+`], "resource_drift": [`+with("drifted", "x => x")+
		`], "deferred_changes": [{"reason": "x", "resource_change": `+with("deferred", "x => x")+`}]}`)
	var got []string
	for _, req := range d.Resources(d.Stack("shop", "production")) {
		got = append(got, req.Name)
	}
	want := []string{
		"shop-production", "created", "updated", "kept", "replaced", "replacedLater", "moved", "imported",
		"deferred",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if d.Len() != len(want)-1 {
		t.Errorf("Len is %d, want %d", d.Len(), len(want)-1)
	}
}

func TestAttributesThatTheProviderComputesAreNoInputs(t *testing.T) {
	t.Parallel()
	d := read(t, planOf(
		changeOf("aws_iam_access_key", "ci", `{"user": "ci", "status": "Active", "rule": [{"a": "b"}]}`,
			`{"id": true, "secret": true}`, `{"secret": true}`),
		`{"resources": [`+configOf("aws_iam_access_key", "ci", `{"user": {"constant_value": "ci"}}`)+`]}`))
	// The configuration does not show dynamic blocks, so all blocks count.
	want := object(t, `{"user": "ci", "rule": [{"a": "b"}]}`)
	if diff := cmp.Diff(want, modeltest.Plain(called(t, d, "aws_iam_access_key.ci").Properties)); diff != "" {
		t.Errorf("Analyze: mismatch (-want +got)\n%s", diff)
	}
	want = object(t,
		`{"user": "ci", "status": "Active", "rule": [{"a": "b"}], "id": UNKNOWN, "secret": {SECRET: UNKNOWN}}`)
	if diff := cmp.Diff(want, modeltest.Plain(inStack(t, d, "aws_iam_access_key.ci").Properties)); diff != "" {
		t.Errorf("AnalyzeStack: mismatch (-want +got)\n%s", diff)
	}
}

func TestWriteOnlyArguments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, expression, want string }{
		{"a constant", `{"constant_value": "x"}`, `{"secretStringWo": {SECRET: "x"}}`},
		{
			"something ephemeral", `{"references": ["ephemeral.random_password.p.result", "ephemeral.random_password.p"]}`,
			`{"secretStringWo": {SECRET: UNKNOWN}}`,
		},
		{"a variable", `{"references": ["var.p"]}`, `{"secretStringWo": {SECRET: "v"}}`},
		{"null", `{"constant_value": null}`, `{}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := planOf(changeOf("aws_secretsmanager_secret_version", "a", `{"secret_string_wo": null}`, `{}`,
				`{"secret_string_wo": true}`),
				`{"variables": {"p": {}}, "resources": [`+
					configOf("aws_secretsmanager_secret_version", "a", `{"secret_string_wo": `+tt.expression+`}`)+`]}`)
			d := read(t,
				strings.Replace(text, `"resource_changes"`, `"variables": {"p": {"value": "v"}}, "resource_changes"`,
					1))
			if diff := cmp.Diff(object(t, tt.want),
				modeltest.Plain(called(t, d, "aws_secretsmanager_secret_version.a").Properties)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestPlaceholderThatStaysIsIgnored(t *testing.T) {
	t.Parallel()
	const typ = "azurerm_key_vault_secret"
	changed := func(actions, after, constant string) *model.Resource {
		c := strings.Replace(changeOf(typ, "a", `{"value": "`+after+`"}`, `{}`, `{"value": true}`), `["create"]`,
			actions, 1)
		return called(t,
			read(t, planOf(c, `{"resources": [`+configOf(typ, "a", `{"value": {"constant_value": "`+constant+`"}}`)+
				`]}`)), typ+".a")
	}
	got := changed(`["no-op"]`, "set by hand", "changeme")
	if diff := cmp.Diff(object(t, `{"value": {SECRET: "changeme"}}`), modeltest.Plain(got.Properties)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"value"}, got.Options.IgnoreChanges); diff != "" {
		t.Errorf("ignoreChanges: mismatch (-want +got)\n%s", diff)
	}
	for _, other := range []*model.Resource{
		changed(`["create"]`, "changeme", "changeme"), changed(`["update"]`, "changeme", "changeme"),
		changed(`["update"]`, "one value", "another value"),
	} {
		if n := len(other.Options.IgnoreChanges); n != 0 {
			t.Errorf("%d properties are ignored, want none", n)
		}
	}
}
