package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

var update = flag.Bool("update", false, "write the figures into docs/reference/precision.md")

func TestMain(m *testing.M) {
	flag.Parse()
	harness.CleanProcess()
	os.Exit(m.Run())
}

// Every finding about the programs of this folder has a label, every right one is there, as many are right as a release
// needs, and the figures are those that docs/reference/precision.md gives. It is what `make precision` runs, with the real CLI: about a second of a core per program.
func TestPrograms(t *testing.T) {
	labels, err := readLabels("labels.jsonl")
	check(t, err)
	dir, err := filepath.Abs("programs")
	check(t, err)
	outcomes, others := runAll(t, dir)
	f := measure(outcomes, others, labels)
	var printed strings.Builder
	check(t, f.details(&printed))
	for _, mistake := range f.mistakes() {
		t.Error(mistake)
	}
	if low := f.imprecise(); low != "" {
		t.Error(low)
	}
	ran := map[string]bool{}
	for _, o := range outcomes {
		ran[o.program] = true
		if o.notRun != "" {
			t.Errorf("%s was not run: %s", o.program, o.notRun)
		}
	}
	for _, l := range labels {
		if !ran[l.Program] {
			t.Errorf("labels.jsonl: there is no program %s", l.Program)
		}
	}
	if len(f.stale) > 0 {
		t.Errorf("%d labels of wrong findings are of nothing", len(f.stale))
	}
	if t.Failed() {
		t.Log(printed.String())
	}
	var figures strings.Builder
	check(t, f.summary(&figures))
	page := filepath.Join(harness.Root(t), "docs", "reference", "precision.md")
	text, err := os.ReadFile(page)
	check(t, err)
	before, rest, ok := strings.Cut(string(text), "```text\n")
	old, after, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		t.Fatal("docs/reference/precision.md has no block of text for the figures")
	}
	if *update {
		check(t, os.WriteFile(page, []byte(before+"```text\n"+figures.String()+"```\n"+after), 0o644))
		return
	}
	if diff := cmp.Diff(old, figures.String()); diff != "" {
		t.Errorf("docs/reference/precision.md: mismatch (-page +measured), go test ./tests/precision -update writes it:\n%s", diff)
	}
}

func TestMeasure(t *testing.T) {
	one := finding{program: "a", policy: "p", level: "advisory", resource: "r", message: "at password"}
	two := one
	two.message = "at token"
	other := finding{program: "a", policy: "q", level: "mandatory", resource: "r", message: "no"}
	label1 := label{Program: "a", Policy: "p", Resource: "r", Right: true, Why: "w"}
	narrow := label{Program: "a", Policy: "p", Resource: "r", At: "token", Why: "w"}
	tests := []struct {
		name     string
		found    []finding
		labels   []label
		advisory count
		want     []string
	}{
		{"all right", []finding{one, two}, []label{label1}, count{2, 2}, nil},
		{"the longer text decides", []finding{one, two}, []label{label1, narrow}, count{1, 2}, nil},
		{"a finding without a label", []finding{one, other}, []label{label1}, count{1, 1}, []string{"1 findings have no label"}},
		{"a right one that is missing", nil, []label{label1}, count{}, []string{"1 right findings are missing"}},
		{"a wrong one that is missing", nil, []label{narrow}, count{}, nil},
		{
			"a mandatory one that is wrong",
			[]finding{other},
			[]label{{Program: "a", Policy: "q", Resource: "r"}},
			count{},
			[]string{"1 mandatory findings are wrong, and a release has none"},
		},
		{
			"a label of a program that was not run",
			nil,
			[]label{{Program: "b", Policy: "q", Resource: "r", Right: true}},
			count{},
			nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var labels []*label
			for _, l := range test.labels {
				labels = append(labels, &l)
			}
			f := measure([]outcome{{program: "a", findings: test.found}}, 0, labels)
			if diff := cmp.Diff(test.want, f.mistakes()); diff != "" {
				t.Errorf("mistakes: mismatch (-want +got):\n%s", diff)
			}
			if got, low := f.imprecise(), test.advisory.percent() < wanted; (got != "") != low {
				t.Errorf("imprecise: got %q", got)
			}
			if got := *f.level("advisory"); got != test.advisory {
				t.Errorf("advisory: got %+v, want %+v", got, test.advisory)
			}
		})
	}
}

func TestReadLabels(t *testing.T) {
	tests := []struct{ name, give, wantErr string }{
		{"a label", `{"program":"a","policy":"p","resource":"r","right":true,"why":"w"}`, ""},
		{"no reason", `{"program":"a","policy":"p","resource":"r","right":true}`, "labels:1: program, policy, resource and why are required"},
		{"a misspelt field", "\n" + `{"program":"a","reason":"w"}`, `labels:2: json: unknown field "reason"`},
		{"two on a line", `{"program":"a","policy":"p","resource":"r","why":"w"} {}`, "labels:1: one label a line is expected"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			check(t, os.WriteFile("labels", []byte(test.give+"\n"), 0o600))
			_, err := readLabels("labels")
			if got := text(err); got != test.wantErr {
				t.Errorf("got error %q, want %q", got, test.wantErr)
			}
		})
	}
}

// The echoing provider is told of a program's types what the program gives and reads, and what the real providers mark.
func TestTypesOfAProgram(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte(`name: shop
runtime: yaml
variables:
  zones:
    fn::invoke:
      function: aws:getAvailabilityZones
      return: names
  keys:
    fn::invoke:
      function: azure-native:storage:listStorageAccountKeys
resources:
  db:
    type: aws:rds:Instance
    properties: { engine: postgres, password: "${password.result}", availabilityZone: "${zones[0]}" }
  password:
    type: random:RandomPassword
    properties: { length: 20 }
  cluster:
    type: eks:Cluster
outputs:
  address: ${db.address}
  id: ${db.id}
  key: ${keys.keys[0].value}
  config: $${not.read} ${cluster.core["endpoint"].url}
`), 0o600))
	known, err := readTypes(typesFiles(harness.Root(t))...)
	check(t, err)
	p, err := readProgram(dir, known)
	check(t, err)
	check(t, p.writeTypes(filepath.Join(dir, "types"), known))
	got, err := os.ReadFile(filepath.Join(dir, "types"))
	check(t, err)
	want := `aws:index/getAvailabilityZones:getAvailabilityZones is=function -> names[]
aws:rds/instance:Instance identifier~ engine instanceClass allocatedStorage username password* manageMasterUserPassword ` +
		`dbSubnetGroupName tags passwordWo* availabilityZone -> arn address endpoint
azure-native:storage:listStorageAccountKeys is=function -> keys[].value*
eks:index:Cluster is=component -> core
random:index/randomPassword:RandomPassword length special -> result* bcryptHash*
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"aws", "azure-native", "eks", "random"}, p.packages()); diff != "" {
		t.Errorf("packages: mismatch (-want +got):\n%s", diff)
	}
}

func TestNotRun(t *testing.T) {
	tests := []struct{ name, give, want string }{
		{"another language", "name: a\nruntime: nodejs\n", ""},
		{"packages from elsewhere", "name: a\nruntime: yaml\npackages: {b: b@1}\nresources: {}\n", "it generates a package from elsewhere (packages)"},
		{"a compiler", "name: a\nruntime: {name: yaml, options: {compiler: cue}}\n", "it is made by a compiler (runtime.options.compiler)"},
		{"a template", "name: ${PROJECT}\nruntime: yaml\n", "it is a template: it has no name"},
		{"not YAML", "name: [\n", "Pulumi.yaml is not YAML that can be read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			check(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte(test.give), 0o600))
			p, err := readProgram(dir, &types{})
			if p != nil {
				t.Errorf("got a program")
			}
			if got := text(err); got != test.want {
				t.Errorf("got error %q, want %q", got, test.want)
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
