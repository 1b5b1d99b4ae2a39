package example

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
	"github.com/progression-labs-development/policypack/internal/wire/wiretest"
)

const whole = `
deny:
  - name: a raw secret
    why: nobody looks inside
    run: {project: web, stack: staging, dryRun: false, tags: {team: payments}, config: {web:port: "80", web:key: {$secret: hush}}}
    settings: {managers: [aws]}
    parameters: {matchStack: true}
    resources:
      - type: acme:infra:Database
        name: db
        component: true
      - type: aws:secretsmanager/secret:Secret
        name: password
        ancestors: ["acme:infra:Secret", "acme:infra:Database"]
        properties: {name: api/staging}
        provider: {region: eu-west-1}
        options: {protect: true, ignoreChanges: [secretString], aliases: ["urn:a"], additionalSecretOutputs: [arn]}
    want:
      - {on: db, message: one}
      - message: |-
          two
          lines
allow:
  - name: nothing to see
    resources:
      - {type: aws:s3/bucket:Bucket, name: b}
`

func TestParse(t *testing.T) {
	file, err := Parse("x.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	got := file.Cases[0]
	if diff := cmp.Diff([]Want{{On: "db", Message: "one"}, {On: "password", Message: "two\nlines"}},
		got.Want); diff != "" {
		t.Errorf("want: mismatch (-want +got):\n%s", diff)
	}
	run := Run{
		Organization: "acme", Project: "web", Stack: "staging",
		Tags:   map[string]string{"team": "payments"},
		Config: map[string]string{"web:port": "80", "web:key": "hush"}, SecretConfig: []string{"web:key"},
	}
	if diff := cmp.Diff(run, got.Run); diff != "" {
		t.Errorf("run: mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"hush"}, got.Secrets()); diff != "" {
		t.Errorf("secrets: mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Run{Organization: "acme", Project: "shop", Stack: "production", DryRun: true},
		file.Cases[1].Run); diff != "" {
		t.Errorf("default run: mismatch (-want +got):\n%s", diff)
	}
}

func TestResources(t *testing.T) {
	file, err := Parse("x.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	c := file.Cases[0]
	const (
		urn    = "urn:pulumi:staging::web::acme:infra:Database$acme:infra:Secret$aws:secretsmanager/secret:Secret::password"
		parent = "urn:pulumi:staging::web::acme:infra:Database$acme:infra:Secret::password"
	)
	want := &model.Resource{
		Type: "aws:secretsmanager/secret:Secret", Name: "password", URN: urn, Parent: parent,
		Options: model.Options{
			Protect: true, IgnoreChanges: []string{"secretString"}, Aliases: []string{"urn:a"},
			AdditionalSecretOutputs: []string{"arn"},
		},
	}
	for name, all := range map[string][]*model.Resource{"Registered": c.Registered(), "Whole": c.Whole()} {
		got := *all[1]
		provider, properties := *got.Provider, modeltest.Plain(got.Properties)
		if diff := cmp.Diff(modeltest.Plain(model.Of(c.Resources[1].Properties)), properties); diff != "" {
			t.Errorf("%s: properties: mismatch (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(modeltest.Plain(model.Of(c.Resources[1].Provider)),
			modeltest.Plain(provider.Properties)); diff != "" {
			t.Errorf("%s: provider: mismatch (-want +got):\n%s", name, diff)
		}
		provider.Properties, got.Provider, got.Properties, got.Origins = nil, nil, nil, nil
		if diff := cmp.Diff(want, &got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
		aws := model.Provider{
			Type: "pulumi:providers:aws", Name: "default",
			URN: "urn:pulumi:staging::web::pulumi:providers:aws::default",
		}
		if diff := cmp.Diff(aws, provider); diff != "" {
			t.Errorf("%s: provider: mismatch (-want +got):\n%s", name, diff)
		}
	}
	component := c.Registered()[0]
	if component.Provider != nil {
		t.Errorf("a component has the provider %v", component.Provider)
	}
	if got, want := component.Parent, "urn:pulumi:staging::web::pulumi:pulumi:Stack::web-staging"; got != want {
		t.Errorf("parent of a resource without ancestors: got %s, want %s", got, want)
	}
}

// A case of files is written as it stands, and wants are about the last file unless they say otherwise.
func TestFiles(t *testing.T) {
	file, err := Parse("x.yaml", []byte(`
deny:
  - name: x
    files:
      deploy/run.sh: |
        one
        two
      .env: A=1
    want: [{message: x}, {on: deploy/run.sh, line: 2, message: y}]
`))
	if err != nil {
		t.Fatal(err)
	}
	c := file.Cases[0]
	want := Case{
		Outcome: Deny, Name: "x", Row: 3, Run: defaultRun(),
		Files: []SourceFile{{"deploy/run.sh", "one\ntwo\n"}, {".env", "A=1"}},
		Want:  []Want{{On: ".env", Message: "x"}, {On: "deploy/run.sh", Line: 2, Message: "y"}},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	dir := t.TempDir()
	if err := c.WriteFiles(dir); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "deploy", "run.sh")); err != nil || string(text) != "one\ntwo\n" {
		t.Errorf("got %q, %v", text, err)
	}
}

// The engine's own reader must see what the case says.
func TestValues(t *testing.T) {
	tests := []struct {
		name string
		give string
		want resource.PropertyValue
	}{
		{"a text", `x`, resource.NewProperty("x")},
		{"a number", `2`, resource.NewProperty(2.0)},
		{"a flag", `true`, resource.NewProperty(true)},
		{"nothing", `null`, resource.NewNullProperty()},
		{"a quoted number", `"2"`, resource.NewProperty("2")},
		{"a secret", `{$secret: x}`, resource.MakeSecret(resource.NewProperty("x"))},
		{"a secret object", `{$secret: {a: [x]}}`, resource.MakeSecret(resource.NewProperty(resource.PropertyMap{
			"a": resource.NewProperty([]resource.PropertyValue{resource.NewProperty("x")}),
		}))},
		{"an unknown", `{$unknown: true}`, resource.MakeComputed(resource.NewProperty(""))},
		{
			"an unknown secret", `{$secret: {$unknown: true}}`,
			resource.MakeSecret(resource.MakeComputed(resource.NewProperty(""))),
		},
		{"a secret in a list", `[a, {$secret: x}]`, resource.NewProperty([]resource.PropertyValue{
			resource.NewProperty("a"), resource.MakeSecret(resource.NewProperty("x")),
		})},
		{"a document with a dollar of its own", `{$ref: x}`, resource.NewProperty(resource.PropertyMap{
			"$ref": resource.NewProperty("x"),
		})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := caseOf(t, tt.give)
			got, err := plugin.UnmarshalProperties(wiretest.Properties(t, model.Of(c.Resources[0].Properties)),
				plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true})
			if err != nil {
				t.Fatal(err)
			}
			if !got["p"].DeepEquals(tt.want) {
				t.Errorf("got %v, want %v", got["p"], tt.want)
			}
		})
	}
}

func TestAssets(t *testing.T) {
	c := caseOf(t,
		`[{$asset: {text: A=1}}, {$asset: {path: .env}}, {$archive: {assets: {.env: {$asset: {text: A=1}}}}}]`)
	got, err := plugin.UnmarshalProperties(wiretest.Properties(t, model.Of(c.Resources[0].Properties)),
		plugin.MarshalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	all := got["p"].ArrayValue()
	if a := all[0].AssetValue(); a.Text != "A=1" || a.Hash == "" {
		t.Errorf("asset from text: got %+v", a)
	}
	if a := all[1].AssetValue(); a.Path != ".env" {
		t.Errorf("asset from a file: got %+v", a)
	}
	if a := all[2].ArchiveValue(); a.Assets[".env"] == nil {
		t.Errorf("archive: got %+v", a)
	}
}

func TestSecrets(t *testing.T) {
	c := caseOf(t, `[{$secret: b}, {$secret: {x: a, y: 1}}, {$asset: {text: {$secret: c}}}, plain, {$secret: b}]`)
	if diff := cmp.Diff([]string{"a", "b", "c"}, c.Secrets()); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct {
		name string
		give string
		want string
	}{
		{"all at once", `
deny:
  - nam: x
    resources:
      - type: t
        properties: []
  - name: y
    resources: [{type: t, name: n, extra: 1}]
    want: [{on: m, message: x}]
allow:
  - name: y
    resources: [{type: 1, name: n}]
    want: []
`, `
x.yaml:3: case: unknown key "nam"; expected one of base, files, name, parameters, resources, run, settings, want, why
x.yaml:3: case has no name
x.yaml:3: case "" has no want
x.yaml:5: resource has no name
x.yaml:6: properties: expected a mapping, got a list
x.yaml:8: resource: unknown key "extra"; expected one of ancestors, component, dependsOn, name, options, outputs, properties, provider, type
x.yaml:9: want: on: no resource or file is named "m"
x.yaml:11: name "y" is already used on line 7
x.yaml:12: type: expected a string, got a number
x.yaml:12: resource has no type
x.yaml:13: case "y" is in the list allow, so it must not have want`},
		{"an empty file", ``, `
x.yaml:1: the file is empty; expected the lists deny, allow and undecided`},
		{"a list instead of the lists", `[a]`, `
x.yaml:1: examples: expected a mapping, got a list`},
		{"an unknown list", `denied: []`, `
x.yaml:1: examples: unknown key "denied"; expected one of allow, deny, undecided`},
		{"a misspelt marker", allowed(`{$secrets: x}`), `
x.yaml:3: properties: p: unknown marker $secrets; expected one of $archive, $asset, $secret, $unknown`},
		{"a marker beside another key", allowed(`{$secret: x, b: c}`), `
x.yaml:3: properties: p: $secret must be the only key of its mapping`},
		{"an asset without a source", allowed(`{$asset: {}}`), `
x.yaml:3: properties: p: $asset: expected one of path, text, uri`},
		{"a date", allowed(`2026-01-02`), `
x.yaml:3: properties: p: expected a string, number, true, false or null, got !!timestamp (put it in quotes)`},
		{"a key that is there twice", allowed(`{a: 1, a: 2}`), `
x.yaml:3: properties: p: duplicate key "a"`},
		{"an anchor that contains itself", allowed(`&a [*a]`), `
x.yaml:3: properties: p...: nested deeper than 200`},
		{"a case without resources", "allow:\n- name: x", `
x.yaml:2: case "x" has neither resources nor files`},
		{"files and lines", `
deny:
  - name: x
    files: {../up.sh: a, /abs: a, a//b: a, ok.sh: 3}
    resources: [{type: t, name: n}]
    want: [{on: n, line: 1, message: x}, {on: ok.sh, line: 0, message: x}, {line: two, message: x}]
`, `
x.yaml:4: files: expected the path of a file from the root of the repository, such as deploy/run.sh
x.yaml:4: files: expected the path of a file from the root of the repository, such as deploy/run.sh
x.yaml:4: files: expected the path of a file from the root of the repository, such as deploy/run.sh
x.yaml:4: files: ok.sh: expected a string, got a number
x.yaml:6: want: line: "n" is not a file
x.yaml:6: want: line: expected a number of at least 1, got a number
x.yaml:6: want: line: expected a number of at least 1, got a string`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("x.yaml", []byte(tt.give))
			if err == nil {
				t.Fatal("got no error")
			}
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), err.Error()); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(allowed(`{$archive: {assets: {a: {$asset: {text: {$secret: x}}}}}}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		file, err := Parse("x.yaml", data)
		if err != nil {
			return
		}
		for _, c := range file.Cases {
			c.Registered()
			c.Whole()
		}
	})
}

func allowed(value string) string {
	return "allow:\n- name: x\n  resources: [{type: t, name: n, properties: {p: " + value + "}}]"
}

func caseOf(t *testing.T, value string) Case {
	t.Helper()
	file, err := Parse("x.yaml", []byte(allowed(value)))
	if err != nil {
		t.Fatal(err)
	}
	return file.Cases[0]
}
