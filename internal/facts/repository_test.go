package facts

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// everything is a file of which all is known that can be.
func everything() *File {
	at := place.Position{Line: 4, Column: 2}
	return &File{
		Name: "infra/Pulumi.production.yaml", Kind: "pulumi-stack", Stack: "production", Template: true,
		Findings: []Finding{
			{
				Place: PlaceFile, At: at, Detector: "github-token", Title: "a GitHub token", Reason: detect.ReasonFormat,
				Inner: "a.b", Cloud: "aws", Short: true,
			},
			{
				Place: PlaceConfig, At: at, Path: []any{"shop:db", "hosts", 0}, Key: "password", Detector: "password",
				Title:  "a password",
				Reason: detect.ReasonKeyName, Tier: detect.Password, Login: true,
			},
		},
		Commands: []FileCommand{
			{
				At: at, Tool: "aws", Command: "aws secretsmanager create-secret", Action: "create-secret", Certain: true,
				Job: "deploy",
			},
		},
		Config: []FileConfig{{At: at, Key: "shop:db", Secret: true}},
		Logins: []FileLogin{
			{
				At: at, Cloud: "aws", Uses: "a/b", Job: "deploy", How: "static-key", Missing: []string{"role"},
				Static: []string{"key"}, Token: "no",
			},
		},
		CI:    []FileKey{{At: at, Name: "AWS_SECRET_ACCESS_KEY", Cloud: "aws", By: "name", Job: "deploy"}},
		Calls: []FileCall{{At: at, Uses: "a/b/c.yml@v1", Job: "deploy", Secrets: "inherit"}},

		Components: []FileComponent{{At: at, Token: "acme:infra:Secret"}},

		SecretsProvider: "awskms", SecretsProviderAt: at,
	}
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open("../../rego/schemas/input.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	document, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("input.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("input.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func plainDocument(t *testing.T, v ast.Value) map[string]any {
	t.Helper()
	j, err := ast.JSON(v)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(b, &document); err != nil {
		t.Fatal(err)
	}
	return document
}

// Documents of every scope meet the schema, which decides by the scope what has to be there.
func TestDocumentsMeetTheSchema(t *testing.T) {
	t.Parallel()
	s, run := schema(t),
		NewRun(wire.Stack(&pulumirpc.AnalyzerStackConfigureRequest{Stack: "production", Project: "shop"}), "2026-11-23")
	ctx := Context{Settings: ast.ObjectTerm(), Enabled: Strings(nil), Parameters: ast.ObjectTerm()}
	candidates := Strings(nil)
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := fromAnalyze(t, &pulumirpc.AnalyzeRequest{Urn: "urn:pulumi:production::shop::aws:s3/bucket:Bucket::b"},
		testCatalogue(t))
	if err != nil {
		t.Fatal(err)
	}
	resource, err := ResourceDocument(run, ctx, bucket, candidates)
	if err != nil {
		t.Fatal(err)
	}
	stack, err := StackDocument(run, d, ctx, []*Resource{bucket}, true, candidates)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, needs string
		give        ast.Value
	}{
		{"resource", "resource", resource},
		{"stack", "findings", stack},
		{"file", "file", FileDocument(run, d, ctx, everything(), candidates)},
		{
			"file of which nothing is known", "file",
			FileDocument(run, d, ctx, &File{Name: "a", Kind: FileOther}, candidates),
		},
	} {
		document := plainDocument(t, tt.give)
		if err := s.Validate(document); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		delete(document, tt.needs)
		if s.Validate(document) == nil {
			t.Errorf("%s: a document without %s meets the schema", tt.name, tt.needs)
		}
	}
}

func TestFileDocument(t *testing.T) {
	t.Parallel()
	run := NewRun(wire.Stack(&pulumirpc.AnalyzerStackConfigureRequest{Stack: "another", Project: "shop"}), "2026-11-23")
	ctx := Context{Settings: ast.ObjectTerm(), Enabled: Strings([]string{"a"}), Parameters: ast.ObjectTerm()}
	got := plainDocument(t, FileDocument(run, testDetector(t), ctx, everything(), Strings(nil)))
	var want map[string]any
	if err := json.Unmarshal([]byte(`{
		"scope": "repository", "run": {"today": "2026-11-23", "stack": "production"}, "settings": {}, "enabled": ["a"], "policies": [],
		"parameters": {},
		"file": {
			"name": "infra/Pulumi.production.yaml", "kind": "pulumi-stack", "stack": "production", "template": true, "more": false,
			"commands": [{"line": 4, "column": 2, "tool": "aws", "command": "aws secretsmanager create-secret", "action": "create-secret", "certain": true, "job": "deploy"}],
			"config": [{"line": 4, "column": 2, "key": "shop:db", "secret": true}],
			"logins": [{"line": 4, "column": 2, "cloud": "aws", "uses": "a/b", "job": "deploy", "how": "static-key", "missing": ["role"], "static": ["key"], "token": "no"}],
			"ci": [{"line": 4, "column": 2, "name": "AWS_SECRET_ACCESS_KEY", "cloud": "aws", "by": "name", "job": "deploy"}],
			"calls": [{"line": 4, "column": 2, "uses": "a/b/c.yml@v1", "job": "deploy", "secrets": "inherit"}],
			"components": [{"line": 4, "column": 2, "token": "acme:infra:Secret"}],
			"secretsProvider": {"line": 4, "column": 2, "scheme": "awskms"}
		},
		"findings": [
			{"id": 1, "place": "file", "line": 4, "column": 2, "path": [], "key": "", "detector": "github-token", "title": "a GitHub token", "reason": "format",
				"marked": false, "inner": "a.b", "cloud": "aws", "shortLived": true},
			{"id": 2, "place": "config", "line": 4, "column": 2, "path": ["shop:db", "hosts", 0], "key": "password", "detector": "password", "title": "a password",
				"reason": "key-name", "tier": "password", "marked": false, "login": true}
		]
	}`), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func TestFactsOfAFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		give *File
		want []FileFact
	}{
		{"nothing", &File{Kind: "workflow"}, nil},
		{
			"all", everything(),
			[]FileFact{
				FileFindings, FileConfigured, FileCommands, FileLogins, FileCI, FileCalls, FileRegisters,
				FileSecretsProvider,
			},
		},
		{"a .env file", &File{Kind: FileDotenv}, []FileFact{FileIsDotenv}},
		{"a secret in the configuration", &File{Findings: []Finding{{Place: PlaceConfig}}}, []FileFact{FileConfigured}},
	} {
		var got []FileFact
		for _, f := range FileFacts() {
			if tt.give.Has(f) {
				got = append(got, f)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.name, diff)
		}
	}
}

// TestNamesInMessages: a name that its author broke into lines would write lines of a message.
func TestNamesInMessages(t *testing.T) {
	t.Parallel()
	const give, want = "a\n::error::b\x1b\u2028ü", `a\n::error::b\x1b\u2028ü`
	f := &File{
		Name: give, Kind: "workflow", Stack: give,
		Commands: []FileCommand{{Job: give}}, Logins: []FileLogin{{Job: give, Uses: give}},
		CI: []FileKey{{Job: give}}, Calls: []FileCall{{Job: give, Uses: give}},
	}
	ctx := Context{Settings: ast.ObjectTerm(), Enabled: Strings(nil), Parameters: ast.ObjectTerm()}
	file := plainDocument(t,
		FileDocument(NewRun(nil, "2026-11-23"), testDetector(t), ctx, f, Strings(nil)))["file"].(map[string]any)
	var got []any
	got = append(got, file["name"], file["stack"])
	for _, list := range []string{"commands", "logins", "ci", "calls"} {
		fact := file[list].([]any)[0].(map[string]any)
		got = append(got, fact["job"])
		if uses, ok := fact["uses"]; ok {
			got = append(got, uses)
		}
	}
	if diff := cmp.Diff([]any{want, want, want, want, want, want, want, want}, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}
