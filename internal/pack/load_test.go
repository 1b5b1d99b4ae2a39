package pack

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/facts"
)

// module returns a policy module that loads, under the given package.
func module(pkg string) string {
	return `# METADATA
# title: Buckets have owners
# description: Says no to buckets without an owner.
# custom:
#   level: advisory
#   severity: low
#   remediation: Name an owner.
package ` + pkg + `

deny contains {"message": "no owner", "path": []} if input.resource.type == "a:b:C"
`
}

func TestLoadReportsAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"stray.rego":                   {Data: []byte("package rules.stray\n")},
		"data.json":                    {Data: []byte("{}")},
		"Bad-Name/Bad-Name.rego":       {Data: []byte(module("rules.x"))},
		"empty/README.md":              {Data: []byte("nothing")},
		"syntax/syntax.rego":           {Data: []byte("package rules.syntax\n\ndeny contains {\n")},
		"ours/ours.rego":               {Data: []byte(module("policies.secret_name"))},
		"no_metadata/no_metadata.rego": {Data: []byte("package rules.no_metadata\n\ndeny contains {} if false\n")},
		"lib/words.rego":               {Data: []byte("package rules.lib.words\n\nx := 1\n")},
		"good/good.rego":               {Data: []byte(module("rules.good"))},
		"good/good_test.rego":          {Data: []byte("package rules.good_test\n")},
		"good/helper.rego":             {Data: []byte("package rules.good.helper\n\ny := 2\n")},
		"wrong/wrong.rego": {Data: []byte(`# METADATA
# title: ""
# custom:
#   level: strict
#   severity: bad
#   scope: world
#   parameters:
#     properties:
#       owner: {type: string, default: 3, relaxes: longer}
package rules.wrong

deny := {"message": "x"}
`)},
		"of_files/of_files.rego": {Data: []byte(strings.Replace(module("rules.of_files"), "#   severity:",
			"#   scope: repository\n#   applies: {repository: [ci, jobs], findings: [file]}\n#   severity:", 1))},
		"misspelt/misspelt.rego": {Data: []byte(strings.Replace(module("rules.misspelt"), "severity:", "severty:", 1))},
	}
	p, err := Load([]Source{{FS: files, Prefix: "rules", Root: "rules"}}, "")
	want := `rules/Bad-Name: the folder name must be lower case with underscores, such as bucket_owner
rules/Bad-Name/Bad-Name.rego:8: the package must be rules.Bad-Name, not rules.x
rules/data.json: data files are not loaded; define the values in Rego, or as parameters of the policy
rules/empty: the folder contains no policy; expected empty/empty.rego
rules/misspelt/misspelt.rego:1: METADATA: custom: unknown field "severty"
rules/no_metadata/no_metadata.rego:1: the policy has no METADATA comment above its package; write one with title, description, custom.level, custom.severity and custom.remediation
rules/of_files/of_files.rego:1: METADATA: custom.applies.findings: expected property, output or config, got "file"; for secrets in files, use custom.applies.repository
rules/of_files/of_files.rego:1: METADATA: custom.applies.repository: expected one of [findings config commands dotenv logins ci calls components secrets-provider key-store unread overrides], got "jobs"
rules/of_files/of_files.rego:1: METADATA: custom.applies: a policy with scope repository checks files only; remove everything but repository
rules/ours/ours.rego:8: the package must be rules.ours, not policies.secret_name
rules/stray.rego: each policy needs its own folder: rules/NAME/NAME.rego
rules/syntax/syntax.rego:4: unexpected eof token
rules/syntax/syntax.rego:4: unexpected eof token: expected rule key term (e.g., deny contains <VALUE> { ... })
rules/wrong/wrong.rego:1: METADATA: custom.level: expected advisory, mandatory or disabled, got "strict"
rules/wrong/wrong.rego:1: METADATA: custom.parameters.properties.owner.relaxes: expected more, less, more-or-none, or a list of values from strictest to most lenient
rules/wrong/wrong.rego:1: METADATA: custom.parameters.properties.owner: expected a description
rules/wrong/wrong.rego:1: METADATA: custom.parameters: default: owner: expected a text, got a number
rules/wrong/wrong.rego:1: METADATA: custom.remediation: expected a text that explains how to fix a violation
rules/wrong/wrong.rego:1: METADATA: custom.scope: expected resource, stack, both or repository, got "world"
rules/wrong/wrong.rego:1: METADATA: custom.severity: expected low, medium, high or critical, got "bad"
rules/wrong/wrong.rego:1: METADATA: description: expected a text that explains what the policy checks
rules/wrong/wrong.rego:1: METADATA: title: expected one line that states the requirement
rules/wrong/wrong.rego:12: deny: expected a rule of the form ` + "`deny contains violation if { … }`"
	if err == nil {
		t.Fatal("the mistakes were not reported")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if p.Policy("good") == nil || p.Policy("good").Own {
		t.Error("the policy good is not there, or counts as the pack's own")
	}
}

// TestPoliciesOfFiles shows which files a policy is asked about, and that one about files alone is asked in no preview.
func TestPoliciesOfFiles(t *testing.T) {
	t.Parallel()
	with := func(name, metadata string) fstest.MapFS {
		return fstest.MapFS{name + "/" + name +
			".rego": {
			Data: []byte(strings.Replace(module("rules."+name), "#   severity:", metadata+"#   severity:", 1)),
		}}
	}
	workflow := &facts.File{Kind: "workflow", CI: []facts.FileKey{{Name: "GCP_SA_KEY"}}}
	dotenv := &facts.File{Kind: facts.FileDotenv}
	for _, tt := range []struct {
		name, metadata                      string
		previews, files, ofWorkflow, dotenv bool
	}{
		{"resources_alone", "", true, false, false, false},
		{"resources_and_files", "#   applies: {repository: [ci, logins]}\n", true, true, true, false},
		{"files_alone", "#   scope: repository\n#   applies: {repository: [dotenv]}\n", false, true, false, true},
		{"all_files", "#   scope: repository\n", false, true, true, true},
	} {
		p, err := Load([]Source{{FS: with(tt.name, tt.metadata), Prefix: "rules", Root: "rules"}}, "")
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		q := p.Policies[0]
		got := []bool{q.Previews(), q.Repositories(), q.ToFile(workflow), q.ToFile(dotenv)}
		if diff := cmp.Diff([]bool{tt.previews, tt.files, tt.ofWorkflow, tt.dotenv}, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.name, diff)
		}
	}
}

// TestWhole shows that what checks files alone is left to those who ask for the whole pack, where it is one of the
// pack's own.
func TestWhole(t *testing.T) {
	t.Parallel()
	tree := func(root string) fstest.MapFS {
		return fstest.MapFS{
			"good/good.rego": {Data: []byte(module(root + ".good"))},
			"good/repository.rego": {Data: []byte("package " + root + ".good\n\ndeny contains {\"message\": \"x\"} " +
				"if input.scope == \"repository\"\n")},
			"of_files/of_files.rego": {Data: []byte(strings.Replace(module(root+".of_files"), "#   severity:",
				"#   scope: repository\n#   severity:", 1))},
		}
	}
	all := []string{"good/good.rego", "good/repository.rego", "of_files/of_files.rego"}
	for _, tt := range []struct {
		root        string
		some, whole []string
	}{{"policies", []string{"good/good.rego"}, all}, {"rules", all, all}} {
		p, err := Load([]Source{described(t, Source{FS: tree(tt.root), Root: tt.root})}, "docs")
		if err != nil {
			t.Fatal(err)
		}
		whole := p.Whole()
		for _, got := range []struct {
			of   *Pack
			want []string
		}{{p, tt.some}, {whole, tt.whole}, {p, tt.some}} {
			modules, err := got.of.Modules()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got.want, slices.Sorted(maps.Keys(modules))); diff != "" {
				t.Errorf("%s: mismatch (-want +got)\n%s", tt.root, diff)
			}
			if len(got.of.Policies) != 2 {
				t.Errorf("%s: got %d policies, want 2", tt.root, len(got.of.Policies))
			}
		}
	}
	broken := tree("policies")
	broken["good/repository.rego"] = &fstest.MapFile{Data: []byte("package policies.good\n\ndeny contains {\n")}
	p, err := Load([]Source{described(t, Source{FS: broken, Prefix: "policies", Root: "policies"})}, "docs")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Whole().Modules(); err == nil || !strings.HasPrefix(err.Error(), "policies/good/repository.rego:4: ") {
		t.Errorf("got %v, want the mistake with its place", err)
	}
}

// described is a source of the program's own policies with their METADATA in a file; others stay as they are.
func described(t *testing.T, s Source) Source {
	t.Helper()
	if s.Root != "policies" {
		return s
	}
	text, err := Describe(s.FS)
	if err != nil {
		t.Fatal(err)
	}
	files := maps.Clone(s.FS.(fstest.MapFS))
	files[MetadataFile] = &fstest.MapFile{Data: text}
	if err := FreshMetadata(files); err != nil {
		t.Error(err)
	}
	files["good/good.rego"] = &fstest.MapFile{Data: []byte(strings.Replace(module("policies.good"), "title: ", "title: x", 1))}
	if err := FreshMetadata(files); err == nil {
		t.Error("the file is stale, and nobody says it")
	}
	files["good/good.rego"] = s.FS.(fstest.MapFS)["good/good.rego"]
	s.FS, s.own = files, true
	return s
}

func TestTwoPoliciesOfOneName(t *testing.T) {
	t.Parallel()
	own := Source{
		FS: fstest.MapFS{"good/good.rego": {Data: []byte(module("policies.good"))}}, Prefix: "policies",
		Root: "policies",
	}
	theirs := Source{
		FS: fstest.MapFS{"good/good.rego": {Data: []byte(module("rules.good"))}}, Prefix: "rules",
		Root: "rules",
	}
	_, err := Load([]Source{own, theirs}, "docs")
	want := "rules/good/good.rego:1: the name good is already taken by policies/good/good.rego:1; rename the folder"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestRulesAreCheckedAgainstTheSchema(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		{"misspelt field", `input.resorce.type == "x"`, "rules/r/r.rego:10: undefined ref: input.resorce.type"},
		{"clock", `time.now_ns() > 0`, "rules/r/r.rego:10: undefined function time.now_ns"},
		{
			"network", `http.send({"url": "http://localhost"}).status_code == 200`,
			"rules/r/r.rego:10: undefined function http.send",
		},
		{"environment", `opa.runtime().env.PATH`, "rules/r/r.rego:10: undefined function opa.runtime"},
		{"randomness", `rand.intn("x", 2) == 1`, "rules/r/r.rego:10: undefined function rand.intn"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(module("rules.r"), `input.resource.type == "a:b:C"`, tt.body, 1)
			p, err := Load([]Source{
				{FS: fstest.MapFS{"r/r.rego": {Data: []byte(text)}}, Prefix: "rules", Root: "rules"},
			}, "")
			if err != nil {
				t.Fatal(err)
			}
			err = p.SetSchema([]byte(
				`{"type":"object","additionalProperties":false,"properties":{"resource":{"type":"object",` +
					`"additionalProperties":false,"properties":{"type":{"type":"string"}}}}}`))
			if err != nil {
				t.Fatal(err)
			}
			if _, err = p.Check(); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
