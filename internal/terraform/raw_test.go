package terraform

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
)

// stored is a state as Terraform stores it, with one instance of a resource.
func stored(version, typ, instance string) string {
	return `{"version": 4, "terraform_version": "` + version +
		`", "serial": 1, "lineage": "x", "outputs": {}, "resources": [{"mode": "managed", ` +
		`"type": "` + typ +
		`", "name": "it", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [` +
		instance + `]}]}`
}

// shownOf is what `terraform show -json` writes for it.
func shownOf(typ, values, sensitive string) string {
	return `{"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": [{"mode": "managed", "address": "` + typ + `.it", ` +
		`"type": "` + typ + `", "name": "it", "provider_name": "registry.terraform.io/hashicorp/aws", "values": ` +
		values + `, "sensitive_values": ` + sensitive + `}]}}}`
}

// sameModel compares all that two documents say.
func sameModel(t *testing.T, want, got *Document) {
	t.Helper()
	of := func(d *Document) any {
		stack := d.Stack("shop", "production")
		var all []any
		for _, list := range [][]*model.Resource{d.Resources(stack), d.Whole(stack)} {
			for _, r := range list {
				one := *r
				properties := modeltest.Plain(r.Properties)
				one.Properties = nil
				if one.Provider != nil {
					all = append(all, modeltest.Plain(one.Provider.Properties))
					one.Provider = &model.Provider{URN: r.Provider.URN, Type: r.Provider.Type, Name: r.Provider.Name}
				}
				from := model.Sources{}
				for _, name := range ofProperties(r.Origins) {
					from[name] = r.Origins.Of(name)
				}
				one.Origins = from
				all = append(all, one, properties)
			}
		}
		stack.Program = nil
		return append(all, *stack)
	}
	if diff := cmp.Diff(of(want), of(got)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// The pair was written by Terraform 1.11.4: modules and instances with keys, values of any type, marks in lists and
// maps.
func TestStoredStateIsReadLikeShown(t *testing.T) {
	t.Parallel()
	var texts [2]string
	for i, name := range []string{"stored.json", "stored.tfstate"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	want, got := read(t, texts[0]), read(t, texts[1])
	sameModel(t, want, got)
	if got.Plan() || got.Len() != 8 || len(got.Notes()) > 0 {
		t.Errorf("plan %v, %d resources, notes %v", got.Plan(), got.Len(), got.Notes())
	}
}

func TestStoredInstances(t *testing.T) {
	t.Parallel()
	const password = `{"type": "get_attr", "value": "password"}`
	index := func(n int) string {
		return `{"type": "index", "value": {"value": ` + strconv.Itoa(n) + `, "type": "number"}}`
	}
	for _, tt := range []struct{ name, version, typ, give, values, sensitive string }{
		{
			"a marked attribute", "1.11.4", "aws_db_instance",
			`{"attributes": {"password": "p", "username": "u"}, "sensitive_attributes": [[` + password + `]]}`,
			`{"password": "p", "username": "u"}`, `{"password": true}`,
		},
		{
			"marks in blocks, lists and maps", "1.11.4", "aws_x",
			`{"attributes": {"b": [{"a": 1}, {"password": "p"}], "m": {"k.x": "v", "w": "v"}, "l": ["a", "b"]}, "sensitive_attributes": [` +
				`[{"type": "get_attr", "value": "b"}, ` + index(1) + `, ` + password + `], ` +
				`[{"type": "get_attr", "value": "m"}, {"type": "index", "value": {"value": "k.x", "type": "string"}}], ` +
				`[{"type": "get_attr", "value": "l"}, ` + index(0) + `]]}`,
			`{"b": [{"a": 1}, {"password": "p"}], "m": {"k.x": "v", "w": "v"}, "l": ["a", "b"]}`,
			`{"b": [{}, {"password": true}], "m": {"k.x": true}, "l": [true, false]}`,
		},
		{
			"a mark in a set marks the set", "1.11.4", "aws_x",
			`{"attributes": {"s": ["a", "b"]}, "sensitive_attributes": [[{"type": "get_attr", "value": "s"}, {"type": "index", "value": {"value": "a", "type": "string"}}]]}`,
			`{"s": ["a", "b"]}`, `{"s": true}`,
		},
		{
			"a mark behind the end of a list", "1.11.4", "aws_x",
			`{"attributes": {"s": ["a"]}, "sensitive_attributes": [[{"type": "get_attr", "value": "s"}, ` +
				index(1000000000) + `]]}`,
			`{"s": ["a"]}`, `{"s": true}`,
		},
		{
			"marks of what is not there", "1.11.4", "aws_x",
			`{"attributes": {"a": "b"}, "sensitive_attributes": [[{"type": "get_attr", "value": "x"}, ` + index(3) +
				`], [{"type": "get_attr", "value": "a"}, ` + index(3) + `]]}`,
			`{"a": "b"}`, `{}`,
		},
		{
			"values of any type", "1.11.4", "aws_x",
			`{"attributes": {"input": {"value": {"password": "p", "deep": [{"value": "v", "type": "string"}]}, "type": ["object", {"password": "string", "deep": ["tuple", [["object", {"value": "string", "type": "string"}]]]}]}, ` +
				`"text": {"value": "v", "type": "string"}}, "sensitive_attributes": [[{"type": "get_attr", "value": "input"}, ` + password + `]]}`,
			`{"input": {"password": "p", "deep": [{"value": "v", "type": "string"}]}, "text": "v"}`,
			`{"input": {"password": true}}`,
		},
		{
			"blocks with a value and a type", "1.11.4", "aws_x",
			`{"attributes": {"filter": [{"type": "string", "value": "v"}, {"type": "SIZE", "value": "v"}], "one": {"type": "SIZE", "value": "v"}, "two": {"type": "number", "value": "v"}}}`,
			`{"filter": [{"type": "string", "value": "v"}, {"type": "SIZE", "value": "v"}], "one": {"type": "SIZE", "value": "v"}, "two": {"type": "number", "value": "v"}}`, `{}`,
		},
		{
			"the catalogue's marks of a secret's version", "1.11.4", "aws_secretsmanager_secret_version",
			`{"attributes": {"secret_id": "s", "secret_string": "v", "secret_binary": ""}}`,
			`{"secret_id": "s", "secret_string": "v", "secret_binary": ""}`,
			`{"secret_string": true, "secret_binary": true}`,
		},
		{
			"the catalogue's marks of a map", "1.3.0", "kubernetes_secret",
			`{"attributes": {"metadata": [{"name": "n"}], "data": {"password": "v", "user": "u"}}}`,
			`{"metadata": [{"name": "n"}], "data": {"password": "v", "user": "u"}}`, `{"data": true}`,
		},
		{
			"the catalogue's marks of outputs", "1.3.0", "aws_iam_access_key",
			`{"attributes": {"user": "u", "secret": "v"}}`, `{"user": "u", "secret": "v"}`, `{"secret": true}`,
		},
		{
			"an old writer leaves out what a schema marks", "1.7.5", "aws_db_instance",
			`{"attributes": {"password": "p", "username": "u", "password_policy": "x", "auth_token": null, "replica": [{"password": "q"}], "tags": {"password": "mine"}}}`,
			`{"password": "p", "username": "u", "password_policy": "x", "auth_token": null, "replica": [{"password": "q"}], "tags": {"password": "mine"}}`,
			`{"password": true, "replica": [{"password": true}]}`,
		},
		{
			"a current writer does not", "1.8.0", "aws_db_instance",
			`{"attributes": {"password": "p"}, "sensitive_attributes": []}`, `{"password": "p"}`, `{}`,
		},
		{
			"attributes as Terraform 0.11 stored them", "0.12.31", "aws_x",
			`{"attributes_flat": {"id": "i", "tags.%": "2", "tags.a": "b", "tags.c.d": "e", "list.#": "2", "list.0": "x", "list.1": "y", ` +
				`"rule.#": "1", "rule.12345.port": "80", "rule.12345.cidr.#": "1", "rule.12345.cidr.0": "z"}}`,
			`{"id": "i", "tags": {"a": "b", "c.d": "e"}, "list": ["x", "y"], "rule": [{"port": "80", "cidr": ["z"]}]}`,
			`{}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sameModel(t, read(t, shownOf(tt.typ, tt.values, tt.sensitive)),
				read(t, stored(tt.version, tt.typ, tt.give)))
		})
	}
}

func TestStoredStateLeavesOut(t *testing.T) {
	t.Parallel()
	text := stored("1.11.4", "aws_x",
		`{"attributes": {}}, {"deposed": "12345678", "attributes": {}}, {"index_key": "k", "deposed": "12345678", "attributes": {}}, {"index_key": 3, "attributes": {}}`)
	text = strings.Replace(text, `"resources": [`,
		`"resources": [{"mode": "data", "type": "aws_y", "name": "d", "instances": [{"attributes": {}}]}, `, 1)
	want := ": pulumi:pulumi:Stack\naws_x.it: terraform:tf:aws_x\naws_x.it[3]: terraform:tf:aws_x\n"
	if diff := cmp.Diff(want, summary(t, read(t, text))); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func TestRawProvider(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ give, want string }{
		{`provider["registry.terraform.io/hashicorp/aws"]`, "registry.terraform.io/hashicorp/aws"},
		{`provider["registry.terraform.io/hashicorp/aws"].west`, "registry.terraform.io/hashicorp/aws"},
		{
			`module.a["provider.x"].provider["registry.opentofu.org/hashicorp/google-beta"]`,
			"registry.opentofu.org/hashicorp/google-beta",
		},
		{`provider.aws`, "aws"},
		{`provider.aws.west`, "aws"},
		{`module.a.provider.google-beta.x`, "google-beta"},
		{``, ""},
	} {
		if got := rawProvider(tt.give); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.give, got, tt.want)
		}
	}
}

func TestNotesOfOldWriters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		version string
		want    int
	}{{"0.12.31", 1}, {"1.7.9", 1}, {"1.8.0", 0}, {"1.10.0-beta1", 0}, {"2.0.0", 0}, {"", 1}, {"x", 1}} {
		if got := read(t, stored(tt.version, "aws_x", `{}`)).Notes(); len(got) != tt.want {
			t.Errorf("%s: got %v, want %d notes", tt.version, got, tt.want)
		}
	}
}
