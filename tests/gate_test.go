package tests

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// gate is a repository with a base branch, main, and a change, which `policypack gate` checks by the real CLI.
type gate struct {
	home harness.Home
	repo string // the checkout of the change
	dir  string // with the event, the summary, the outputs and, where a test does not say otherwise, the reports
	env  map[string]string
}

// The programs of the stacks.
const (
	cleanProgram = "name: shop\nruntime: yaml\nresources:\n  files:\n    type: aws:s3/bucket:Bucket\n"
	badProgram   = "name: shop\nruntime: yaml\nresources:\n  key:\n    type: aws:secretsmanager/secret:Secret\n"
	badScript    = "gcloud secrets create one\n"
)

func newGate(t *testing.T, base map[string]string) *gate {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the tests' programs are links and shell scripts")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skipf("the gate's git: %v", err)
	}
	dir, err := os.MkdirTemp("", "gate") // not named by the test: a path of reports has no comma
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	g := &gate{
		home: harness.NewHome(t, dir), repo: filepath.Join(dir, "repo"), dir: filepath.Join(dir, "job"),
		env: map[string]string{},
	}
	if err := os.Mkdir(g.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	g.write(t, map[string]string{"infra/Pulumi.yaml": cleanProgram, "deploy.sh": "echo\n"})
	g.write(t, base)
	g.git(t, "init", "--quiet", "--initial-branch=main")
	g.commit(t)
	g.git(t, "checkout", "--quiet", "-b", "change")
	g.env["GATE_WORK_DIR"], g.env["GATE_REPORTS"] = "infra", filepath.Join(g.dir, "reports")
	return g
}

// stacks makes stacks, and has the gate preview them.
func (g *gate) stacks(t *testing.T, names ...string) *gate {
	t.Helper()
	for _, name := range names {
		g.home.InitStack(t, filepath.Join(g.repo, "infra"), name)
	}
	g.env["GATE_STACK"] = strings.Join(names, ", ")
	return g
}

func (g *gate) write(t *testing.T, files map[string]string) *gate {
	t.Helper()
	harness.WriteFiles(t, g.repo, files)
	return g
}

func (g *gate) git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git",
		append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"},
			args...)...)
	cmd.Dir, cmd.Env = g.repo, g.home.Environ("GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (g *gate) commit(t *testing.T) *gate {
	t.Helper()
	g.git(t, "add", "--all")
	g.git(t, "commit", "--quiet", "--allow-empty", "--message", "x")
	return g
}

// event makes the job one of GitHub's, with the payload of an event.
func (g *gate) event(t *testing.T, payload any) *gate {
	t.Helper()
	text, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	harness.WriteFiles(t, g.dir, map[string]string{"event.json": string(text)})
	g.env["GITHUB_ACTIONS"], g.env["GITHUB_EVENT_PATH"] = "true", filepath.Join(g.dir, "event.json")
	return g
}

// pull makes the change a pull request from a repository. Its base is the commit that main has.
func (g *gate) pull(t *testing.T, from string) *gate {
	t.Helper()
	repo := func(name string) map[string]any { return map[string]any{"full_name": name} }
	head := map[string]any{"repo": repo(from)}
	if from == "" {
		head["repo"] = nil // the fork has been deleted
	}
	return g.event(t, map[string]any{"pull_request": map[string]any{
		"head": head,
		"base": map[string]any{"repo": repo("acme/shop"), "sha": g.git(t, "rev-parse", "main"), "ref": "main"},
	}})
}

// judged is what came of a gate.
type judged struct {
	status                   int
	stdout, stderr           string
	summary, outputs         string
	report                   *report.Report
	violations, errors, runs []string // policies, sources of errors, kinds of sources
}

func (g *gate) run(t *testing.T, args ...string) *judged {
	t.Helper()
	return g.exec(t, filepath.Join(g.home.Bin, "policypack"), append([]string{"gate"}, args...)...)
}

func (g *gate) exec(t *testing.T, name string, args ...string) *judged {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = g.repo
	cmd.Env = slices.DeleteFunc(g.home.Environ("TMPDIR="+g.dir), func(kv string) bool {
		return strings.HasPrefix(kv, "GITHUB_") || strings.HasPrefix(kv, "CI_") || strings.HasPrefix(kv, "GATE_") ||
			strings.HasPrefix(kv, "RUNNER_")
	})
	if g.env["GITHUB_ACTIONS"] != "" {
		cmd.Env = append(cmd.Env, "GITHUB_STEP_SUMMARY="+filepath.Join(g.dir, "summary.md"),
			"GITHUB_OUTPUT="+filepath.Join(g.dir, "outputs"))
	}
	for key, value := range g.env {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	j := &judged{status: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	j.summary, j.outputs = g.read("summary.md"), g.read("outputs")
	if text := g.read("reports/policypack.json"); text != "" {
		if j.report, err = report.Read([]byte(text)); err != nil {
			t.Fatal(err)
		}
		for i := range j.report.Findings {
			if f := &j.report.Findings[i]; f.Class() == report.Violation {
				j.violations = append(j.violations, f.Policy)
			}
		}
		for _, e := range j.report.Errors {
			j.errors = append(j.errors, e.Source)
		}
		for _, s := range j.report.Sources {
			j.runs = append(j.runs, s.Kind)
		}
		slices.Sort(j.violations)
		slices.Sort(j.runs)
	}
	if left, _ := filepath.Glob(filepath.Join(g.dir, "gate.*")); len(left) > 0 {
		t.Errorf("temporary files are left: %v", left)
	}
	if trees := g.git(t, "worktree", "list"); strings.Contains(trees, "\n") {
		t.Errorf("the checkout of the base is left:\n%s", trees)
	}
	return j
}

// read reads a file of the job, empty where there is none.
func (g *gate) read(name string) string {
	text, _ := os.ReadFile(filepath.Join(g.dir, name))
	return string(text)
}

func (j *judged) want(t *testing.T, status int, violations, errors, runs []string) {
	t.Helper()
	if j.status != status {
		t.Errorf("exit status: got %d, want %d", j.status, status)
	}
	for _, c := range []struct {
		what      string
		want, got []string
	}{{"violations", violations, j.violations}, {"errors", errors, j.errors}, {"sources", runs, j.runs}} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", c.what, diff)
		}
	}
	if t.Failed() {
		t.Logf("stdout:\n%s\nstderr:\n%s", j.stdout, j.stderr)
	}
}

func (j *judged) says(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(j.stdout+j.stderr, text) {
			t.Errorf("want %q in\n%s%s", text, j.stdout, j.stderr)
		}
	}
}

var both = []string{"preview", "repository"}

func TestGate(t *testing.T) {
	for _, tt := range []struct {
		name       string
		files      map[string]string
		env        map[string]string
		status     int
		violations []string
		errors     []string
		runs       []string
	}{
		{"clean", nil, nil, 0, nil, nil, both},
		{
			"a violation in the preview",
			map[string]string{"infra/Pulumi.yaml": badProgram},
			nil, 1,
			[]string{"raw-secret-resource"},
			nil, both,
		},
		{
			"a violation in the repository",
			map[string]string{"deploy.sh": badScript},
			nil, 1,
			[]string{"secret-cli-command"},
			nil, both,
		},
		{
			"violations in both",
			map[string]string{"infra/Pulumi.yaml": badProgram, "deploy.sh": badScript},
			nil, 1,
			[]string{"raw-secret-resource", "secret-cli-command"},
			nil, both,
		},
		{
			"a preview that fails",
			map[string]string{"infra/Pulumi.yaml": cleanProgram + "    properties:\n      bucket: ${nothing}\n"},
			nil, 2,
			nil,
			[]string{"preview of production"},
			both,
		},
		{
			"a preview that fails, beside a violation", map[string]string{
				"infra/Pulumi.yaml": badProgram + "  files:\n    type: aws:s3/bucket:Bucket\n    properties:\n" +
					"      bucket:\n        fn::readFile: ./nothing\n    options:\n      dependsOn: [\"${key}\"]\n",
			}, nil, 2, []string{"raw-secret-resource"}, []string{"preview of production"}, both,
		},
		{
			"a stack that there is not", nil,
			map[string]string{"GATE_STACK": "nothing"},
			2, nil,
			[]string{"preview of nothing"},
			[]string{"repository"},
		},
		{
			"a program that there is not", nil,
			map[string]string{"GATE_WORK_DIR": "nothing"},
			2, nil,
			[]string{"preview of production"},
			[]string{"repository"},
		},
		{
			"an argument that there is not", nil,
			map[string]string{"GATE_ARGS": "--refresh --nothing"},
			2, nil,
			[]string{"preview of production"},
			[]string{"repository"},
		},
		{
			"check alone",
			map[string]string{"infra/Pulumi.yaml": badProgram, "deploy.sh": badScript},
			map[string]string{"GATE_MODE": "check"},
			1,
			[]string{"secret-cli-command"},
			nil,
			[]string{"repository"},
		},
		{
			"previews alone",
			map[string]string{"infra/Pulumi.yaml": badProgram, "deploy.sh": badScript},
			map[string]string{"GATE_MODE": "preview"},
			1,
			[]string{"raw-secret-resource"},
			nil,
			[]string{"preview"},
		},
		{
			"a configuration",
			map[string]string{"deploy.sh": badScript, "policy.json": `{"secret-cli-command": "advisory"}`},
			map[string]string{"GATE_CONFIG": "policy.json"},
			0, nil, nil, both,
		},
		{
			"a configuration with mistakes",
			map[string]string{"policy.json": `{"secret-cli-comand": "advisory"}`},
			map[string]string{"GATE_CONFIG": "policy.json"},
			2, nil,
			[]string{"policypack check", "preview of production"},
			nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, nil).write(t, tt.files).stacks(t, "production")
			g.commit(t)
			maps.Copy(g.env, tt.env)
			g.run(t).want(t, tt.status, tt.violations, tt.errors, tt.runs)
		})
	}
}

func TestGateOfSeveralStacks(t *testing.T) {
	t.Parallel()
	g := newGate(t, map[string]string{"infra/Pulumi.yaml": badProgram}).stacks(t, "staging", "production")
	g.event(t, map[string]any{"ref": "refs/heads/main"})
	j := g.run(t)
	j.want(t, 1, []string{"raw-secret-resource", "raw-secret-resource"}, nil,
		[]string{"preview", "preview", "repository"})
	var stacks []string
	for _, s := range j.report.Sources {
		stacks = append(stacks, s.Stack)
	}
	slices.Sort(stacks)
	if diff := cmp.Diff([]string{"", "production", "staging"}, stacks); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	for i := range j.report.Findings {
		want := []place.Location{{File: "infra/Pulumi.yaml", Line: 4, Column: 3}}
		if diff := cmp.Diff(want, j.report.Findings[i].Locations); diff != "" {
			t.Errorf("locations: mismatch (-want +got)\n%s", diff)
		}
	}
	j.says(t, "\n::error ", "::group::pulumi preview of staging\n::stop-commands::", "raw-secret-resource")
	if !strings.Contains(j.summary, "raw-secret-resource") {
		t.Errorf("summary: got %s", j.summary)
	}
	if want := "reports=" + g.env["GATE_REPORTS"] + "\nsarif=" + g.env["GATE_REPORTS"] +
		"/policypack.sarif\nstatus=1\n"; j.outputs != want {
		t.Errorf("outputs: got %s, want %s", j.outputs, want)
	}
	for name, want := range map[string]string{
		"sarif": `"uri": "infra/pulumi.yaml"`, "md": "raw-secret-resource",
		"html": "<!doctype html>", "xml": "<testsuites",
	} {
		if text := g.read("reports/policypack." + name); !strings.Contains(strings.ToLower(text), want) {
			t.Errorf("policypack.%s: want %q, got %.200s", name, want, text)
		}
	}
}

// A monorepo has one report of all its projects, in which each stack has a category of its own: an upload to code scanning
// closes no alert of another stack, nor of one that could not be previewed.
func TestGateOfSeveralProjects(t *testing.T) {
	t.Parallel()
	program := func(name, text string) string { return strings.Replace(text, "name: shop", "name: "+name, 1) }
	g := newGate(t, map[string]string{
		"services/api/Pulumi.yaml": program("api", badProgram), "services/web/Pulumi.yaml": program("web", badProgram),
		"services/docs/README.md": "no project\n", "jobs/Pulumi.yaml": program("jobs", cleanProgram), "deploy.sh": badScript,
	})
	for _, of := range []string{"services/api:staging", "services/web:staging", "services/web:production", "jobs:nightly"} {
		dir, stack, _ := strings.Cut(of, ":")
		g.home.InitStack(t, filepath.Join(g.repo, dir), stack)
	}
	private, _, _ := keypair(t, g.dir, "runner")
	delete(g.env, "GATE_WORK_DIR")
	g.env["GATE_STACK"], g.env["GATE_JOBS"], g.env["GATE_ATTEST_KEY"] = "jobs:nightly jobs:gone", "3", private
	// Flags count before variables.
	j := g.run(t, "--stack", "staging", "--stack", "services/web:production", "--stack", "jobs:nightly", "--stack", "jobs:gone",
		"--project", "services/*")
	j.want(t, 2, []string{"raw-secret-resource", "raw-secret-resource", "raw-secret-resource", "secret-cli-command"},
		[]string{"preview of gone in jobs"}, []string{"preview", "preview", "preview", "preview", "repository"})
	var sarif struct {
		Runs []struct {
			Automation struct{ ID string } `json:"automationDetails"`
			Results    []struct{}
		}
	}
	if err := json.Unmarshal([]byte(g.read("reports/policypack.sarif")), &sarif); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range sarif.Runs {
		got[r.Automation.ID] = len(r.Results)
	}
	want := map[string]int{
		"policypack/": 0, "policypack/repository/": 1, "policypack/stack/organization/jobs/nightly/": 0,
		"policypack/stack/organization/api/staging/": 1, "policypack/stack/organization/web/staging/": 1,
		"policypack/stack/organization/web/production/": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" || len(sarif.Runs) != len(want) {
		t.Errorf("runs: mismatch (-want +got)\n%s", diff)
	}
	for i, text := range []string{"staging in services/api", "staging in services/web", "production in services/web", "nightly in jobs", "gone in jobs"} {
		if !strings.Contains(j.stdout, "Previewing "+text+"\n") {
			t.Errorf("preview %d: want %q in\n%s", i, text, j.stdout)
		}
	}
	for _, name := range []string{"services+api+staging", "services+web+staging", "services+web+production", "jobs+nightly"} {
		if g.read("reports/attestation-"+name+".json") == "" {
			t.Errorf("there is no attestation of %s", name)
		}
	}
	// The category of the job stands for all of it.
	g.env = map[string]string{"GATE_STACK": "nightly", "GATE_WORK_DIR": "jobs", "GATE_CATEGORY": "nightly", "GATE_REPORTS": g.env["GATE_REPORTS"]}
	g.run(t).want(t, 1, []string{"secret-cli-command"}, nil, both)
	if err := json.Unmarshal([]byte(g.read("reports/policypack.sarif")), &sarif); err != nil {
		t.Fatal(err)
	}
	if len(sarif.Runs) != 1 || sarif.Runs[0].Automation.ID != "policypack/nightly/" {
		t.Errorf("with a category: got %+v", sarif.Runs)
	}
}

// A change from outside is checked, and none of its code runs.
func TestGateOfForks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		set    func(t *testing.T, g *gate)
		status int
		runs   []string
	}{
		{"a fork", func(t *testing.T, g *gate) { g.pull(t, "mallory/shop") }, 1, []string{"repository"}},
		{"a fork that trusts itself", func(t *testing.T, g *gate) {
			g.pull(t, "mallory/shop").env["GATE_TRUST"] = "head"
		}, 1, []string{"repository"}},
		{"a fork that has been deleted", func(t *testing.T, g *gate) { g.pull(t, "") }, 1, []string{"repository"}},
		{
			"Dependabot", func(t *testing.T, g *gate) { g.pull(t, "acme/shop").env["GITHUB_ACTOR"] = "dependabot[bot]" },
			1,
			[]string{"repository"},
		},
		{"a comment on a pull request", func(t *testing.T, g *gate) {
			g.event(t, map[string]any{
				"issue": map[string]any{"pull_request": map[string]any{}},
			}).env["GATE_BASE"] = "main"
		}, 1, []string{"repository"}},
		{"a run that a fork has caused", func(t *testing.T, g *gate) {
			g.event(t, map[string]any{"workflow_run": map[string]any{
				"event": "pull_request", "head_repository": map[string]any{"full_name": "mallory/shop"},
				"repository": map[string]any{"full_name": "acme/shop"},
			}}).env["GATE_BASE"] = "main"
		}, 1, []string{"repository"}},
		{"a fork in GitLab", func(_ *testing.T, g *gate) {
			g.env["CI_MERGE_REQUEST_PROJECT_ID"], g.env["CI_MERGE_REQUEST_SOURCE_PROJECT_ID"], g.env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] = "1", "2", "main"
		}, 1, []string{"repository"}},
		{
			"said to be one", func(_ *testing.T, g *gate) { g.env["GATE_FORK"], g.env["GATE_BASE"] = "true", "main" }, 1,
			[]string{"repository"},
		},
		{"an event that cannot be read", func(_ *testing.T, g *gate) { g.env["GITHUB_ACTIONS"] = "true" }, 2, nil},
		{"a fork whose base nobody knows", func(_ *testing.T, g *gate) { g.env["GATE_FORK"] = "true" }, 2, nil},
		{"none", func(t *testing.T, g *gate) { g.pull(t, "acme/shop") }, 1, both},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, nil).stacks(t, "production")
			// The comment is in the change alone.
			g.write(t, map[string]string{"deploy.sh": "gcloud secrets create one # policypack:allow " +
				"secret-cli-command: why not\n"}).commit(t)
			tt.set(t, g)
			j := g.run(t)
			var want []string
			if tt.status == 1 {
				want = []string{"secret-cli-command"}
			}
			j.want(t, tt.status, want, nil, tt.runs)
			if tt.status == 2 {
				return
			}
			if outside := len(tt.runs) == 1; outside != strings.Contains(j.stderr, "comes from outside") ||
				outside == strings.Contains(j.stdout, "Previewing") {
				t.Errorf("a preview was run, or nobody says why none was\nstdout:\n%s\nstderr:\n%s", j.stdout, j.stderr)
			} else if outside && g.env["GITHUB_ACTIONS"] != "" && !strings.Contains(j.summary, "comes from outside") {
				t.Errorf("the summary does not say it: %s", j.summary)
			}
		})
	}
}

// Exemptions, rules and comments are those of the base branch.
func TestGateOfPullRequests(t *testing.T) {
	const allowed = "gcloud secrets create one # policypack:allow secret-cli-command: moves next week\n"
	exempt := `{"settings": {"exemptions": {"MOVE-1": {"policies": ["secret-cli-command"], "urn": "file:deploy.sh",
		"reason": "moves next week", "owner": "team-a", "expires": "` + time.Now().AddDate(0, 0, 30).Format(time.DateOnly) + `"}}}}`
	for _, tt := range []struct {
		name       string
		base, head map[string]string
		env        map[string]string
		status     int
		violations []string
		errors     []string
		says       string
	}{
		{
			"a comment of the base",
			map[string]string{"deploy.sh": allowed},
			map[string]string{"deploy.sh": "echo\n" + allowed},
			nil, 0, nil, nil, "",
		},
		{
			"a comment of the change", nil,
			map[string]string{"deploy.sh": allowed},
			nil, 1,
			[]string{"secret-cli-command"},
			nil,
			"The comment on line 1 has no effect: the base branch does not have it",
		},
		{
			"a comment of the change, trusted", nil,
			map[string]string{"deploy.sh": allowed},
			map[string]string{"GATE_TRUST": "head"},
			0, nil, nil, "",
		},
		{
			"a configuration of the base",
			map[string]string{"ci/policy.json": exempt},
			map[string]string{"deploy.sh": badScript, "ci/policy.json": "{}"},
			map[string]string{"GATE_CONFIG": "ci/policy.json"},
			0, nil, nil, "",
		},
		{
			"a configuration of the change",
			map[string]string{"ci/policy.json": "{}"},
			map[string]string{"deploy.sh": badScript, "ci/policy.json": exempt},
			map[string]string{"GATE_CONFIG": "./ci/policy.json"},
			1,
			[]string{"secret-cli-command"},
			nil, "",
		},
		{
			"the first configuration", nil,
			map[string]string{"deploy.sh": badScript, "policy.json": exempt},
			map[string]string{"GATE_CONFIG": "policy.json"},
			1,
			[]string{"secret-cli-command"},
			nil, "The base branch has no policy.json yet; it takes effect once merged.",
		},
		{
			"a configuration of the change, trusted", nil,
			map[string]string{"deploy.sh": badScript, "policy.json": exempt},
			map[string]string{"GATE_CONFIG": "policy.json", "GATE_TRUST": "head"},
			0, nil, nil, "",
		},
		{
			"a configuration that the change breaks",
			map[string]string{"policy.json": "{}"},
			map[string]string{"policy.json": "{"},
			map[string]string{"GATE_CONFIG": "policy.json"},
			2, nil,
			[]string{"policypack config validate"},
			"policy.json:1: ",
		},
		{
			"a configuration that the change removes",
			map[string]string{"policy.json": exempt},
			map[string]string{"deploy.sh": badScript, "policy.json": ""},
			map[string]string{"GATE_CONFIG": "policy.json"},
			0, nil, nil, "",
		},
		{
			"rules that the change empties",
			map[string]string{"company/no_buckets/no_buckets.rego": noBuckets},
			map[string]string{"company/no_buckets/no_buckets.rego": "package nothing\n"},
			map[string]string{"GATE_RULES": "company", "GATE_MODE": "all"},
			1,
			[]string{"no-buckets"},
			nil, "",
		},
		{
			"rules beside a PulumiPolicy.yaml of the change", nil,
			map[string]string{"PulumiPolicy.yaml": "runtime: policypack\n", "rules/a/a.rego": "broken"},
			nil, 0, nil, nil, "",
		},
		{
			"a directory as configuration",
			map[string]string{"policy/a.json": "{}"},
			nil,
			map[string]string{"GATE_CONFIG": "policy"},
			2, nil, nil, "expected a file",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, tt.base).write(t, tt.head)
			for name, text := range tt.head {
				if text == "" {
					if err := os.Remove(filepath.Join(g.repo, name)); err != nil {
						t.Fatal(err)
					}
				}
			}
			g.commit(t).pull(t, "acme/shop")
			runs := []string{"repository"}
			if g.env["GATE_MODE"] = "check"; tt.env["GATE_MODE"] == "all" {
				g.stacks(t, "production")
				runs = both
			}
			if tt.status == 2 && tt.errors == nil {
				runs = nil // it did not begin
			}
			maps.Copy(g.env, tt.env)
			j := g.run(t)
			j.want(t, tt.status, tt.violations, tt.errors, runs)
			j.says(t, tt.says)
		})
	}
}

// The base is found where a runner has it, and where it has not.
func TestGateFindsTheBase(t *testing.T) {
	const allowed = "gcloud secrets create one # policypack:allow secret-cli-command: moves next week\n"
	for _, tt := range []struct {
		name   string
		clone  []string
		base   string // empty for the commit of main
		status int
	}{
		{"in a whole clone", nil, "", 0},
		{"by the name of the branch, which has moved on", nil, "main", 0},
		{"by a longer name", nil, "origin/main", 0},
		{"in a clone of one commit", []string{"--depth=1"}, "", 0},
		{"in a clone of one commit, by name", []string{"--depth=1"}, "main", 0},
		{"which is gone", nil, strings.Repeat("0123456789", 4), 2},
		{"which is none", nil, "nothing", 2},
		{"which is an option", nil, "--upload-pack=touch pwned", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, nil).write(t, map[string]string{"deploy.sh": allowed}).commit(t)
			origin, old := g.repo, g.git(t, "rev-parse", "main")
			g.repo = filepath.Join(g.dir, "clone")
			clone := func(args ...string) {
				cmd := exec.Command("git",
					append(append([]string{"clone", "--quiet", "--branch=change", "--single-branch"}, args...),
						"file://"+origin, g.repo)...)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("git clone: %v\n%s", err, out)
				}
			}
			clone(tt.clone...)
			here := g.repo
			g.repo = origin // main gets the comment after the clone was made
			g.git(t, "branch", "--force", "main", "change")
			now := g.git(t, "rev-parse", "main")
			g.repo = here
			if old == now {
				t.Fatal("main has not moved")
			}
			g.env["GATE_MODE"], g.env["GATE_BASE"] = "check", tt.base
			if tt.base == "" {
				g.env["GATE_BASE"] = now
			}
			j := g.run(t)
			if j.status != tt.status {
				t.Errorf("got %d, want %d\n%s%s", j.status, tt.status, j.stdout, j.stderr)
			}
			if _, err := os.Stat(filepath.Join(g.repo, "pwned")); err == nil {
				t.Error("the base's name was run")
			}
		})
	}
}

// What a checkout brings along is neither taken for a report nor for an option.
func TestGateAgainstTricks(t *testing.T) {
	t.Run("reports of the change", func(t *testing.T) {
		t.Parallel()
		g := newGate(t, nil).stacks(t, "production").write(t, map[string]string{
			"policypack-reports/preview-1.json": "{}", "policypack-reports/check-x.json": "{}",
			"policypack-reports/policypack.sarif": "{}",
		}).commit(t)
		delete(g.env, "GATE_REPORTS")
		j := g.run(t)
		if j.status != 0 {
			t.Errorf("got %d\n%s%s", j.status, j.stdout, j.stderr)
		}
	})
	t.Run("a link in the place of reports", func(t *testing.T) {
		t.Parallel()
		g := newGate(t, nil).stacks(t, "production")
		delete(g.env, "GATE_REPORTS")
		if err := os.Symlink(g.dir, filepath.Join(g.repo, "policypack-reports")); err != nil {
			t.Fatal(err)
		}
		j := g.commit(t).run(t)
		j.want(t, 2, nil, nil, nil)
		j.says(t, "expected a directory, got a link")
	})
	t.Run("a pack that leaves no report", func(t *testing.T) {
		t.Parallel()
		g := newGate(t, nil).stacks(t, "production")
		g.env["POLICYPACK"] = launcherWith(t, g.dir, "POLICYPACK_REPORT=")
		g.run(t).want(t, 2, nil, []string{"preview of production"}, []string{"repository"})
	})
	t.Run("a pack and levels in the checkout", func(t *testing.T) {
		t.Parallel()
		g := newGate(t, nil).stacks(t, "production").write(t, map[string]string{
			"infra/Pulumi.yaml": badProgram, "PulumiPolicy.yaml": "runtime: policypack\n",
			"policy-config.json":      `{"all": "disabled"}`,
			"infra/PulumiPolicy.yaml": "runtime: policypack\n", "infra/policy-config.json": `{"all": "disabled"}`,
		}).commit(t)
		g.env["GATE_BASE"] = "main"
		g.run(t).want(t, 1, []string{"raw-secret-resource"}, nil, both)
	})
	// What lies beside the program is its pack: in a checkout, the change would bring the levels.
	t.Run("a program in the checkout", func(t *testing.T) {
		t.Parallel()
		g := newGate(t, nil).stacks(t, "production").write(t, map[string]string{
			"infra/Pulumi.yaml": badProgram, "tools/PulumiPolicy.yaml": "runtime: policypack\n",
			"tools/policy-config.json": `{"all": "disabled"}`,
		}).commit(t)
		program, err := os.ReadFile(harness.Policypack(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(g.repo, "tools", "policypack"), program, 0o755); err != nil {
			t.Fatal(err)
		}
		g.env["GATE_BASE"], g.env["POLICYPACK"] = "main", "tools/policypack"
		j := g.run(t)
		j.want(t, 2, nil, nil, nil)
		j.says(t, "POLICYPACK: expected a program outside the checkout")
	})
	for name, env := range map[string]map[string]string{
		"a stack that is an option":        {"GATE_STACK": "--help"},
		"a stack that is a command":        {"GATE_STACK": "$(touch${IFS}pwned)"},
		"no stack":                         {"GATE_STACK": ""},
		"projects that there are not":      {"GATE_WORK_DIR": "services/*"},
		"no previews at once":              {"GATE_JOBS": "0"},
		"jobs that are not a number":       {"GATE_JOBS": "many"},
		"an end of the flags":              {"GATE_ARGS": "-- --refresh"},
		"a category with a blank":          {"GATE_CATEGORY": "a b"},
		"a mode that there is not":         {"GATE_MODE": "none"},
		"trust that there is not":          {"GATE_TRUST": "all"},
		"a program that there is not":      {"POLICYPACK": "policypack-of-nobody"},
		"a configuration that is not":      {"GATE_CONFIG": "nothing.json"},
		"reports that would be split":      {"GATE_REPORTS": "a,b"},
		"a summary that cannot be written": {"GATE_MODE": "check", "GITHUB_STEP_SUMMARY": "/nothing/summary.md"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, nil)
			g.env["GATE_STACK"] = "production"
			maps.Copy(g.env, env)
			if j := g.run(t); j.status != 2 {
				t.Errorf("got %d, want 2\n%s%s", j.status, j.stdout, j.stderr)
			}
			if _, err := os.Stat(filepath.Join(g.repo, "pwned")); err == nil {
				t.Error("it was run")
			}
		})
	}
	t.Run("no pulumi", func(t *testing.T) {
		t.Parallel()
		g := newGate(t, map[string]string{"deploy.sh": badScript})
		g.env["GATE_STACK"] = "production"
		if err := os.Remove(filepath.Join(g.home.Bin, "pulumi")); err != nil {
			t.Fatal(err)
		}
		if path, err := exec.LookPath("pulumi"); err == nil {
			t.Skipf("there is one on PATH: %s", path)
		}
		g.run(t).want(t, 2, []string{"secret-cli-command"}, []string{"preview of production"}, []string{"repository"})
	})
}

// What one commit of a change adds and another removes is in the history all the same.
func TestGateOfCommits(t *testing.T) {
	cage := canary.New(67)
	token := "export GITHUB_TOKEN=" + cage.Token("a commit", "gh"+"p_", 36) + "\n"
	addAndRemove := func(t *testing.T, g *gate, name, text string) {
		t.Helper()
		g.write(t, map[string]string{name: text})
		g.git(t, "add", "--force", name)
		g.git(t, "commit", "--quiet", "--message", "add")
		g.git(t, "rm", "--quiet", name)
		g.git(t, "commit", "--quiet", "--message", "remove")
	}
	for _, tt := range []struct {
		name       string
		do         func(t *testing.T, g *gate)
		status     int
		violations []string
		says       string
	}{
		{"a token", func(t *testing.T, g *gate) {
			addAndRemove(t, g, "run.sh", token)
			g.pull(t, "acme/shop")
		}, 1, []string{"committed-secret"}, "Since removed, but still in commit"},
		{"a .env file of a fork", func(t *testing.T, g *gate) {
			addAndRemove(t, g, ".env", "LOG_LEVEL=info\n")
			g.pull(t, "mallory/shop")
		}, 1, []string{"dotenv-file"}, "Since removed, but still in commit"},
		{"a merge queue", func(t *testing.T, g *gate) {
			addAndRemove(t, g, "run.sh", token)
			g.event(t, map[string]any{"merge_group": map[string]any{"base_sha": g.git(t, "rev-parse", "main")}})
		}, 1, []string{"committed-secret"}, "Since removed, but still in commit"},
		{"a change that is trusted", func(t *testing.T, g *gate) {
			addAndRemove(t, g, "run.sh", token)
			g.pull(t, "acme/shop").env["GATE_TRUST"] = "head"
		}, 1, []string{"committed-secret"}, "Since removed, but still in commit"},
		{"another file of the exempted name", func(t *testing.T, g *gate) {
			g.git(t, "checkout", "--quiet", "main")
			g.write(t, map[string]string{"policy.json": `{"settings": {"exemptions": {"old": {"policies": ["committed-secret"], "urn": "file:run.sh",
				"reason": "rotated", "owner": "ops", "expires": "` + time.Now().UTC().AddDate(0, 0, 9).Format(time.DateOnly) + `"}}}}`}).commit(t)
			g.git(t, "checkout", "--quiet", "-B", "change")
			addAndRemove(t, g, "run.sh", token)
			g.pull(t, "acme/shop").env["GATE_CONFIG"] = "policy.json"
		}, 0, nil, ""},
		{"what the base branch got since the event, in GitHub's merge", func(t *testing.T, g *gate) {
			g.write(t, map[string]string{"new.txt": "new\n"}).commit(t).pull(t, "acme/shop")
			g.git(t, "checkout", "--quiet", "main")
			addAndRemove(t, g, "run.sh", token)
			g.git(t, "update-ref", "refs/remotes/origin/main", "main")
			g.git(t, "merge", "--quiet", "--no-edit", "change")
		}, 0, nil, ""},
		{"a clone whose history cannot be fetched", func(t *testing.T, g *gate) {
			addAndRemove(t, g, "run.sh", token)
			origin := g.repo
			g.repo = filepath.Join(g.dir, "clone")
			cmd := exec.Command("git", "clone", "--quiet", "--depth=2", "--no-single-branch", "--branch=change",
				"file://"+origin, g.repo)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("git clone: %v\n%s", err, out)
			}
			g.git(t, "branch", "main", "origin/main")
			g.pull(t, "acme/shop")
			if err := os.RemoveAll(origin); err != nil {
				t.Fatal(err)
			}
		}, 2, nil, "check out the full history (fetch-depth: 0, GIT_DEPTH: 0)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, nil)
			g.env["GATE_MODE"] = "check"
			tt.do(t, g)
			j := g.run(t)
			runs := []string{"repository"}
			if tt.status == 2 {
				runs = nil // it did not begin
			}
			j.want(t, tt.status, tt.violations, nil, runs)
			j.says(t, tt.says)
			for _, what := range cage.Find(j.stdout + j.stderr + j.summary) {
				t.Errorf("the gate shows a canary: %s", what)
			}
		})
	}
}

// A project that has a program of its own enforce policies, or leaves the organisation that requires them, is not
// previewed: that would run the program.
func TestGateOfProjectsThatChooseWhoEnforces(t *testing.T) {
	const (
		host    = cleanProgram + "plugins:\n  languages:\n    - name: policypack\n      path: ./evil\n"
		backend = cleanProgram + "backend:\n  url: s3://acme-state\n"
		allowed = `{"enforcement-bypass": {"allowedBackends": ["s3://acme-*"]}}`
	)
	bypass, alone := []string{"enforcement-bypass"}, []string{"repository"}
	evil := map[string]string{"infra/Pulumi.yaml": host, "infra/evil/pulumi-language-policypack": "#!/bin/sh\n"}
	for _, tt := range []struct {
		name       string
		base, head map[string]string
		env        map[string]string
		status     int
		violations []string
		errors     []string
		runs       []string
		says       string
	}{
		{"the pack's host", nil, evil, nil, 1, bypass, nil, alone, "No preview was run"},
		{
			"the pack's host, and previews alone", nil, evil,
			map[string]string{"GATE_MODE": "preview"},
			1, bypass, nil,
			alone, "No preview was run",
		},
		{
			"the pack's host, trusted", nil, evil,
			map[string]string{"GATE_TRUST": "head"},
			1, bypass, nil, alone,
			"No preview was run",
		},
		{
			"another backend", nil,
			map[string]string{"infra/Pulumi.yaml": backend},
			nil, 1, bypass, nil, alone,
			"No preview was run",
		},
		{
			"a project above the directory", nil,
			map[string]string{"apps/Pulumi.yml": backend, "apps/sub/README": ""},
			map[string]string{"GATE_WORK_DIR": "apps/sub", "GATE_MODE": "preview"},
			1,
			bypass, nil, alone,
			"No preview was run",
		},
		{
			"a project beside it, which Pulumi does not read here", nil,
			map[string]string{"other/Pulumi.yaml": backend},
			nil, 1, bypass, nil, both, "enforcement-bypass",
		},
		{
			"another backend, which the change allows itself",
			map[string]string{"policy.json": "{}"},
			map[string]string{"infra/Pulumi.yaml": backend, "policy.json": allowed},
			map[string]string{"GATE_CONFIG": "policy.json"},
			1, bypass, nil, alone, "No preview was run",
		},
		{
			"another backend, which the base allows",
			map[string]string{"policy.json": allowed},
			map[string]string{"infra/Pulumi.yaml": backend},
			map[string]string{"GATE_CONFIG": "policy.json"},
			0, nil, nil, both, "",
		},
		{
			"a project that cannot be read", nil,
			map[string]string{"infra/Pulumi.yaml": "name: [\n"},
			nil, 2, nil,
			[]string{".", "preview of production"},
			alone, "No preview was run",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, tt.base).stacks(t, "production").write(t, tt.head)
			maps.Copy(g.env, tt.env)
			j := g.commit(t).pull(t, "acme/shop").run(t)
			j.want(t, tt.status, tt.violations, tt.errors, tt.runs)
			j.says(t, tt.says)
		})
	}
	t.Run("a project that is a link", func(t *testing.T) {
		t.Parallel()
		g := newGate(t, nil).stacks(t, "production").write(t, map[string]string{"infra/notes.txt": host})
		if err := os.Remove(filepath.Join(g.repo, "infra/Pulumi.yaml")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("notes.txt", filepath.Join(g.repo, "infra/Pulumi.yaml")); err != nil {
			t.Fatal(err)
		}
		j := g.commit(t).pull(t, "acme/shop").run(t)
		j.want(t, 2, []string{"enforcement-bypass"}, []string{"preview of production"}, []string{"repository"})
		j.says(t, "Pulumi.yaml is a link")
	})
}

// No value of the program, the configuration or the repository comes out of a gate.
func TestCanariesInTheGate(t *testing.T) {
	t.Parallel()
	cage := canary.New(61)
	g := newGate(t, nil).write(t, map[string]string{
		"infra/Pulumi.yaml": "name: shop\nruntime: yaml\nresources:\n  db:\n    type: aws:rds/instance:Instance\n    " +
			"properties:\n      password: " +
			cage.Random("a property") + "\noutputs:\n  dbPassword: " + cage.Random("an output") + "\n",
		"infra/Pulumi.production.yaml": "config:\n  shop:apiToken: " +
			cage.Token("plain configuration", "gh"+"p_", 36) + "\n",
		"deploy.sh": "DB_PASSWORD=" + cage.Random("a file") + "\n",
	}).commit(t).stacks(t, "production")
	j := g.pull(t, "acme/shop").run(t)
	if j.status != 1 || len(j.violations) < 4 {
		t.Errorf("got %d and %v, want violations", j.status, j.violations)
	}
	outputs := map[string]string{
		"stdout": j.stdout, "stderr": j.stderr, "the summary": j.summary,
		"the outputs": j.outputs,
	}
	files, err := filepath.Glob(filepath.Join(g.env["GATE_REPORTS"], "*"))
	if err != nil || len(files) < 7 {
		t.Fatalf("reports: got %v, %v", files, err)
	}
	for _, file := range files {
		outputs[filepath.Base(file)] = g.read("reports/" + filepath.Base(file))
	}
	for name, text := range outputs {
		for _, what := range cage.Find(text) {
			t.Errorf("%s holds a canary: %s", name, what)
		}
	}
}

// The digest and the events of a preview hold plaintext configuration: they come through a pipe and a stream, and no file
// has them while the preview runs or afterwards.
func TestGateKeepsWhatAPreviewPrints(t *testing.T) {
	t.Parallel()
	cage := canary.New(71)
	plain := cage.Random("plain configuration")
	g := newGate(t, nil).write(t, map[string]string{
		"infra/Pulumi.yaml": cleanProgram + "    properties:\n      note: ${shop:note}\n" +
			"config:\n  shop:note: {type: string}\n",
		"infra/Pulumi.production.yaml": "config:\n  shop:note: " + plain + "\n",
	}).commit(t).stacks(t, "production")
	// The wrapper stands for pulumi: it sees what the gate gives it, and what it leaves while the engine has run.
	real, err := filepath.EvalSymlinks(filepath.Join(g.home.Bin, "pulumi"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(g.home.Bin, "pulumi")); err != nil {
		t.Fatal(err)
	}
	seen := filepath.Join(g.home.Dir, "seen")
	harness.WriteFiles(t, g.home.Bin, map[string]string{"pulumi": "#!/bin/sh\n" +
		"[ -p /dev/stdout ] && echo piped >>'" + seen + "'\n" +
		"echo \"$*\" >>'" + seen + "'\n" +
		"'" + real + "' \"$@\" | tee '" + seen + ".json'\n" +
		"grep -rlF '" + plain + "' '" + g.dir + "' && echo left >>'" + seen + "'\nexit 0\n"})
	if err := os.Chmod(filepath.Join(g.home.Bin, "pulumi"), 0o755); err != nil {
		t.Fatal(err)
	}
	g.run(t).want(t, 0, nil, nil, both)
	text, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); !strings.HasPrefix(got, "piped\n") || strings.Contains(got, "left") ||
		!strings.Contains(got, " --json ") || !strings.Contains(got, " --event-log tcp://127.0.0.1:") {
		t.Errorf("what pulumi saw: %s", got)
	}
	digest, err := os.ReadFile(seen + ".json")
	if err != nil || !strings.Contains(string(digest), plain) {
		t.Errorf("the digest has no plaintext, so this test shows nothing: %v", err)
	}
	err = filepath.WalkDir(g.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, what := range cage.Find(string(data)) {
			t.Errorf("%s holds a canary: %s", path, what)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A program's output is not a command to a runner, whichever that is.
func TestGateDisarmsWhatAProgramPrints(t *testing.T) {
	t.Parallel()
	g := newGate(t, nil).write(t, map[string]string{
		"infra/Pulumi.yaml": cleanProgram,
	}).commit(t).stacks(t, "production")
	if err := os.Remove(filepath.Join(g.home.Bin, "pulumi")); err != nil {
		t.Fatal(err)
	}
	harness.WriteFiles(t, g.home.Bin, map[string]string{"pulumi": "#!/bin/sh\nprintf '::set-env name=A::b\\n##vso[task.setvariable " +
		"variable=a]b\\n' >&2\nprintf '::add-mask::x\\n'\nexit 3\n"})
	if err := os.Chmod(filepath.Join(g.home.Bin, "pulumi"), 0o755); err != nil {
		t.Fatal(err)
	}
	j := g.event(t, map[string]any{"ref": "refs/heads/main"}).run(t)
	j.want(t, 2, nil, []string{"preview of production"}, []string{"repository"})
	_, after, ok := strings.Cut(j.stdout, "\n::stop-commands::")
	word, after, _ := strings.Cut(after, "\n")
	inside, _, closed := strings.Cut(after, "\n::"+word+"::\n::endgroup::\n")
	if !ok || len(word) != 32 || !closed || !strings.Contains(inside, "::set-env name=A::b\n") {
		t.Errorf("the commands are not stopped:\n%s", j.stdout)
	}
	for _, not := range []string{"##vso[", "add-mask"} {
		if strings.Contains(j.stdout+j.stderr, not) {
			t.Errorf("%s is there:\n%s%s", not, j.stdout, j.stderr)
		}
	}
	if strings.Contains(j.stderr, "set-env") {
		t.Errorf("it is on stderr, which nothing stops: %s", j.stderr)
	}
}

// An exemption that ended yesterday fails a pull request, in the repository and in previews, and nothing else for some
// days more.
func TestGateFailsPullRequestsFirst(t *testing.T) {
	t.Parallel()
	config := `{"settings": {"exemptions": {"OLD-1": {"policies": ["secret-cli-command"], "urn": "file:deploy.sh",
		"reason": "moves next week", "owner": "team-a", "expires": "` + time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly) + `"},
		"OLD-2": {"policies": ["raw-secret-resource", "secret-name"], "project": "shop", "type": "aws:secretsmanager/secret:Secret",
		"reason": "moves next week", "owner": "team-a", "expires": "` + time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly) + `"}}}}`
	g := newGate(t,
		map[string]string{"infra/Pulumi.yaml": badProgram, "deploy.sh": badScript, "policy.json": config}).stacks(t,
		"production")
	g.env["GATE_CONFIG"] = "policy.json"
	j := g.run(t)
	j.want(t, 0, nil, nil, both)
	j.says(t, "Exemption OLD-1 expired on ", "Exemption OLD-2 expired on ",
		"Pull requests fail already, and this run fails from ")
	g.env["GATE_BASE"] = "main"
	g.run(t).want(t, 1, []string{"raw-secret-resource", "secret-cli-command"}, nil, both)
}

// With a break-glass token the gate passes though the configuration is broken, and says so. The key is the base's,
// whatever the change brings; a change from outside has no token.
func TestGateBreakGlass(t *testing.T) {
	t.Parallel()
	key, foreign := newGlassKey(t), newGlassKey(t)
	base := map[string]string{
		"infra/Pulumi.yaml": badProgram, "deploy.sh": badScript,
		"policy.json": `{"secret-nam": "mandatory"}`, "ci/break-glass.pem": key.public,
	}
	for _, tt := range []struct {
		name   string
		setUp  func(t *testing.T, g *gate) glassKey // whose key signs
		stack  string
		commit bool // the token is for the commit
		status int
		says   string
	}{
		{
			"on the main branch", func(*testing.T, *gate) glassKey { return key }, "organization/shop/production", true, 0,
			"BREAK-GLASS is in force on organization/shop/production until ",
		},
		{
			"on a pull request", func(_ *testing.T, g *gate) glassKey { g.env["GATE_BASE"] = "main"; return key },
			"organization/shop/production", true, 0,
			"The pack itself is broken: ",
		},
		{
			"previews alone need no commit", func(_ *testing.T, g *gate) glassKey {
				g.env["GATE_MODE"] = "preview"
				return key
			}, "organization/shop/production", false, 0,
			"BREAK-GLASS is in force on organization/shop/production until ",
		},
		{
			"no commit", func(*testing.T, *gate) glassKey { return key }, "organization/shop/production", false, 2,
			"for a repository, sign a token with --commit",
		},
		{
			"another stack", func(*testing.T, *gate) glassKey { return key }, "organization/shop/staging", true, 2,
			"it is for the stack organization/shop/staging",
		},
		{
			"a key that the change brings", func(t *testing.T, g *gate) glassKey {
				g.write(t, map[string]string{"ci/break-glass.pem": foreign.public}).commit(t)
				g.env["GATE_BASE"] = "main"
				return foreign
			}, "organization/shop/production", true, 2, "it is signed with another key",
		},
		{
			"a key that a trusted change brings", func(t *testing.T, g *gate) glassKey {
				g.write(t, map[string]string{"ci/break-glass.pem": foreign.public}).commit(t)
				g.env["GATE_BASE"], g.env["GATE_TRUST"] = "main", "head"
				return foreign
			}, "organization/shop/production", true, 2, "it is signed with another key",
		},
		{
			"no key", func(_ *testing.T, g *gate) glassKey { delete(g.env, "GATE_BREAK_GLASS_KEY"); return key },
			"organization/shop/production", true, 2, "no pinned key",
		},
		{
			"a fork", func(_ *testing.T, g *gate) glassKey {
				g.env["GATE_FORK"], g.env["GATE_BASE"] = "true", "main"
				return key
			}, "organization/shop/production", true, 2,
			"The break-glass token was ignored: this change comes from outside the repository.",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGate(t, base).stacks(t, "production")
			g.env["GATE_CONFIG"], g.env["GATE_BREAK_GLASS_KEY"] = "policy.json", "ci/break-glass.pem"
			signs := tt.setUp(t, g)
			g.env["GATE_BREAK_GLASS"] = signs.sign(t, tt.stack, func(o *breakglass.Token) {
				if tt.commit {
					o.Commit = g.git(t, "rev-parse", "HEAD")
				}
			})
			j := g.run(t)
			if j.status != tt.status {
				t.Errorf("status: got %d, want %d\n%s%s", j.status, tt.status, j.stdout, j.stderr)
			}
			j.says(t, tt.says)
			if tt.status == 0 && (len(j.violations) > 0 || !strings.Contains(j.stdout, "Passed by BREAK-GLASS")) {
				t.Errorf("violations %v\n%s", j.violations, j.stdout)
			}
			signs.silent(t, g.env["GATE_BREAK_GLASS"], j.stdout+j.stderr+j.summary+j.outputs)
		})
	}
	g := newGate(t, base).stacks(t, "production")
	g.env["GATE_CONFIG"], g.env["GATE_BREAK_GLASS_KEY"] = "policy.json", "ci/break-glass.pem"
	if j := g.run(t); j.status != 2 {
		t.Errorf("without a token: got %d, want 2", j.status)
	}
	// A project that chooses who enforces is not previewed, token or not.
	g.write(t, map[string]string{"infra/Pulumi.yaml": badProgram + "plugins: {languages: [{name: policypack, path: " +
		"./fake}]}\n"}).commit(t)
	g.env["GATE_BREAK_GLASS"] = key.sign(t, "organization/shop/production",
		func(o *breakglass.Token) { o.Commit = g.git(t, "rev-parse", "HEAD") })
	j := g.run(t)
	j.says(t, "No preview was run: a policy denies the project file; see its finding.")
	if j.status != 1 {
		t.Errorf("a project that chooses who enforces: got %d, want 1", j.status)
	}
}
