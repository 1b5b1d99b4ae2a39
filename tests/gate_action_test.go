package tests

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// action is what the tests read of action.yml.
type action struct {
	Name, Description, Author string
	Branding                  struct{ Icon, Color string }
	Inputs                    map[string]struct {
		Description string
		Required    bool
		Default     *string
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []step
	}
}

type step struct {
	ID, Name, If, Shell, Run, Uses string
	Env, With                      map[string]string
	Continue                       string `yaml:"continue-on-error"`
}

// A merge queue's branch is gone before code scanning has looked at it, so nothing is uploaded there.
func TestActionUploadsNothingInMergeQueues(t *testing.T) {
	for _, s := range readAction(t).Runs.Steps {
		if strings.Contains(s.Uses, "upload-sarif") && !strings.Contains(s.If, "&& github.event_name != 'merge_group'") {
			t.Errorf("%s: got %q", s.Uses, s.If)
		}
	}
}

func readAction(t *testing.T) action {
	t.Helper()
	var a action
	readYAML(t, "action.yml", &a)
	return a
}

func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(harness.Root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// The action has what a composite action needs, and no input gets into a script but through the environment.
func TestActionIsOne(t *testing.T) {
	a := readAction(t)
	if a.Name == "" || a.Description == "" || a.Runs.Using != "composite" || len(a.Runs.Steps) == 0 {
		t.Errorf("want name, description and steps of a composite action, got %+v", a)
	}
	used := ""
	for i, s := range a.Runs.Steps {
		if (s.Run == "") == (s.Uses == "") || s.Run != "" && s.Shell == "" {
			t.Errorf("step %d: want run with a shell, or uses", i)
		}
		if strings.Contains(s.Run, "${{") {
			t.Errorf("step %s: an expression in a script would be run", s.Name)
		}
		used += fmt.Sprint(s.If, s.Env, s.With, s.Continue)
	}
	for name, in := range a.Inputs {
		if in.Description == "" || in.Default == nil && !in.Required {
			t.Errorf("input %s: want a description, and a default", name)
		}
		if !strings.Contains(used, "inputs."+name) {
			t.Errorf("input %s: nothing uses it", name)
		}
	}
	for _, m := range regexp.MustCompile(`inputs\.([\w-]+)`).FindAllStringSubmatch(used, -1) {
		if _, ok := a.Inputs[m[1]]; !ok {
			t.Errorf("there is no input %s", m[1])
		}
	}
}

// GitHub's marketplace lists the action: one line of at most 125 characters says what it does, and it has an author, and an
// icon and a color that GitHub knows.
// https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
func TestActionCanBeListed(t *testing.T) {
	a := readAction(t)
	if n := utf8.RuneCountInString(a.Description); n > 125 || strings.Contains(a.Description, "\n") {
		t.Errorf("description: got %d characters, want one line of at most 125", n)
	}
	if a.Author == "" {
		t.Error("there is no author")
	}
	for _, tt := range []struct {
		name, got string
		want      []string
	}{
		{"icon", a.Branding.Icon, []string{"shield", "lock", "key"}}, // of those that GitHub takes from Feather, the fitting ones
		{
			"color", a.Branding.Color,
			[]string{"white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"},
		},
	} {
		if !slices.Contains(tt.want, tt.got) {
			t.Errorf("branding: %s: got %q, want one of %q", tt.name, tt.got, tt.want)
		}
	}
	for name, out := range a.Outputs {
		if out.Description == "" || out.Value == "" {
			t.Errorf("output %s: want a description and a value", name)
		}
	}
}

// Whatever runs foreign code names the commit of it, and the version in a comment, and all name the same ones:
// workflows, the action, and the examples and pages that others copy from.
func TestActionsArePinned(t *testing.T) {
	root := harness.Root(t)
	pinned := regexp.MustCompile(`^([\w.-]+/[\w./-]+)@(?:[0-9a-f]{40}|COMMIT) # v\d+\.\d+\.\d+$`)
	first := map[string]string{} // action to the line that pins it first
	for _, pattern := range []string{".github/workflows/*.yml", "action.yml", "examples/ci/github-*.yml", "docs/*/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			name := filepath.Base(file)
			if name == "policies.md" {
				continue // shows what is denied too
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(text)) {
				_, uses, ok := strings.Cut(line, "uses: ")
				if !ok {
					continue
				}
				uses = strings.TrimSpace(uses)
				m := pinned.FindStringSubmatch(uses)
				if m == nil {
					t.Errorf("%s: not pinned by commit and version: %s", name, uses)
					continue
				}
				if strings.HasPrefix(m[1], "progression-labs-development/") {
					continue // a placeholder until there is a release
				}
				if first[m[1]] == "" {
					first[m[1]] = uses
				}
				if first[m[1]] != uses {
					t.Errorf("%s: %s, elsewhere %s: pin one commit", name, uses, first[m[1]])
				}
			}
		}
	}
}

// releases serves an archive of the program as a release of version 1.2.3, and returns its address and digest. Its
// checksums.txt agrees with whatever somebody may have put there.
func releases(t *testing.T) (url, sum string) {
	t.Helper()
	from, dir := t.TempDir(), t.TempDir()
	for name, to := range map[string]string{
		"policypack":        harness.Policypack(t),
		"PulumiPolicy.yaml": filepath.Join(harness.Root(t), "PulumiPolicy.yaml"),
	} {
		if err := os.Symlink(to, filepath.Join(from, name)); err != nil {
			t.Fatal(err)
		}
	}
	name := "policypack-v1.2.3-" + host().String() + ".tar.gz"
	if err := os.Mkdir(filepath.Join(dir, "v1.2.3"), 0o755); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(dir, "v1.2.3", name)
	if out, err := exec.Command("tar", "-chzf", archive, "-C", from, "policypack",
		"PulumiPolicy.yaml").CombinedOutput(); err != nil {
		t.Skipf("tar: %v\n%s", err, out)
	}
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(data)
	sum = hex.EncodeToString(digest[:])
	harness.WriteFiles(t, dir, map[string]string{"v1.2.3/checksums.txt": sum + "  " + name + "\n"})
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	return server.URL, sum
}

// hosted are the names that GitHub has for this machine.
func hosted(t *testing.T) (system, arch string) {
	t.Helper()
	system, arch = map[string]string{"linux": "Linux", "darwin": "macOS"}[runtime.GOOS],
		map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH]
	if system == "" || arch == "" {
		t.Skip("the action does not run here")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skipf("the action's curl: %v", err)
	}
	return system, arch
}

// actionDir is the action as GitHub checks it out at the commit of release 1.2.3, with these digests.
func actionDir(t *testing.T, digests string) string {
	t.Helper()
	dir := t.TempDir()
	harness.WriteFiles(t, dir,
		map[string]string{"PulumiPolicy.yaml": "version: 1.2.3\n", "ci/digests.txt": "# digests\n" + digests})
	return dir
}

// The scripts of the action, as a runner would run them.
func TestActionRuns(t *testing.T) {
	url, sum := releases(t)
	for _, tt := range []struct {
		name   string
		inputs map[string]string
		digest string // of the archive in the action; TRUE for what it is
		gh     string // what gh does, empty where there is none
		status int    // of the first step that fails
		says   string
	}{
		{"by the digest of the action", nil, "TRUE", "", 1, "was not verified, because gh or its token is missing"},
		{
			"with an attestation", nil, "TRUE",
			`[ "$1 $2 $4 $5" = "attestation verify --repo progression-labs-development/policypack" ] && [ -f "$3" ] && [ -n "$GH_TOKEN" ]`, 1, "",
		},
		{"without an attestation", nil, "TRUE", "exit 1", 2, "has no valid attestation"},
		{
			"from a mirror",
			map[string]string{"releases": "MIRROR"},
			"TRUE", "exit 1", 1,
			"was not verified, because it is from a mirror",
		},
		{"by a digest of one's own", map[string]string{"sha256": "TRUE"}, "", "", 1, ""},
		{"without violations", map[string]string{"mode": "check", "reports": "out"}, "TRUE", "", 0, ""},
		{
			"another digest of one's own",
			map[string]string{"sha256": strings.Repeat("0", 64)},
			"TRUE", "", 2,
			"does not match the expected one",
		},
		{"an archive that was replaced", nil, strings.Repeat("0", 64), "", 2, "does not match the expected one"},
		{"a commit between releases", nil, "", "", 2, "has no digest for policypack-v1.2.3-"},
		{
			"another version without its digest",
			map[string]string{"version": "v9.9.9"},
			"TRUE", "", 2,
			"has no digest for policypack-v9.9.9-",
		},
		{
			"a version that there is not",
			map[string]string{"version": "v9.9.9", "sha256": "TRUE"},
			"", "", 2,
			"could not be downloaded",
		},
		{"a version that is a path", map[string]string{"version": "../../x"}, "TRUE", "", 2, "is not a valid version"},
		{"a version that is a command", map[string]string{"version": "$(touch pwned)"}, "TRUE", "", 2, "is not a valid version"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			system, arch := hosted(t)
			a := readAction(t)
			g := newGate(t, map[string]string{"infra/Pulumi.yaml": badProgram}).stacks(t, "production")
			g.event(t, map[string]any{"ref": "refs/heads/main"})
			digests := ""
			if tt.digest != "" {
				digests = strings.ReplaceAll(tt.digest, "TRUE", sum) + "  policypack-v1.2.3-" + host().String() +
					".tar.gz\n"
			}
			checkout := actionDir(t, digests)
			values := map[string]string{"github.token": ""}
			if tt.gh != "" {
				values["github.token"] = "token"
				harness.WriteFiles(t, g.home.Bin, map[string]string{"gh": "#!/bin/sh\n" + tt.gh + "\n"})
				if err := os.Chmod(filepath.Join(g.home.Bin, "gh"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			for name, in := range a.Inputs {
				if in.Default != nil {
					values["inputs."+name] = *in.Default
				}
			}
			inputs := map[string]string{"releases": url, "stack": "production", "work-dir": "infra"}
			for name, v := range tt.inputs {
				inputs[name] = strings.NewReplacer("TRUE", sum, "MIRROR", url+"/").Replace(v)
			}
			for name, v := range inputs {
				values["inputs."+name] = v
			}
			values["inputs.comment == 'true' && github.token || ''"] = "" // none of these jobs asks for a comment
			var j *judged
			said := ""
			for _, s := range a.Runs.Steps {
				if s.Run == "" {
					continue
				}
				g.env = map[string]string{
					"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": g.env["GITHUB_EVENT_PATH"],
					"GITHUB_ACTION_PATH": checkout,
					"RUNNER_TEMP":        g.dir, "RUNNER_OS": system, "RUNNER_ARCH": arch,
				}
				for key, v := range s.Env {
					if key == "OWN_RELEASES" { // where nobody but the project can put anything
						g.env[key] = url
						continue
					}
					expression, ok := strings.CutPrefix(strings.TrimSuffix(v, " }}"), "${{ ")
					if _, known := values[expression]; !ok || !known {
						t.Fatalf("step %s: %s: no value for %q", s.Name, key, v)
					}
					g.env[key] = values[expression]
				}
				if s.Shell != "sh" {
					t.Fatalf("step %s: want sh, got %s", s.Name, s.Shell)
				}
				script := filepath.Join(g.dir, "step-"+s.ID+".sh")
				harness.WriteFiles(t, g.dir, map[string]string{"step-" + s.ID + ".sh": s.Run})
				j = g.exec(t, "sh", "-e", script)
				said += j.stdout + j.stderr
				for line := range strings.Lines(j.outputs) {
					name, v, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
					values["steps."+s.ID+".outputs."+name] = v
				}
				if j.status != 0 {
					break
				}
			}
			if j.status != tt.status || !strings.Contains(said, tt.says) {
				t.Fatalf("got %d, want %d and %q\n%s", j.status, tt.status, tt.says, said)
			}
			if _, err := os.Stat(filepath.Join(g.repo, "pwned")); err == nil {
				t.Error("an input was run")
			}
			if tt.status == 2 {
				return
			}
			if got := values["steps.gate.outputs.status"]; got != fmt.Sprint(tt.status) {
				t.Errorf("output status: got %q", got)
			}
			sarif, err := os.ReadFile(values["steps.gate.outputs.sarif"])
			if err != nil || strings.Contains(string(sarif), `"ruleId"`) != (tt.status == 1) {
				t.Errorf("SARIF: %v\n%.500s", err, sarif)
			}
		})
	}
}

// The examples keep the standard, and ask for no more than they need.
func TestExamplesOfCI(t *testing.T) {
	examples, err := filepath.Glob(filepath.Join(harness.Root(t), "examples", "ci", "*.yml"))
	if err != nil || len(examples) != 4 {
		t.Fatalf("got %v, %v", examples, err)
	}
	for _, example := range examples {
		t.Run(filepath.Base(example), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(example)
			if err != nil {
				t.Fatal(err)
			}
			name := ".gitlab-ci.yml"
			if strings.HasPrefix(filepath.Base(example), "github-") {
				name = ".github/workflows/policypack.yml"
				var w struct {
					Permissions map[string]string
					Jobs        map[string]struct{ Permissions map[string]string }
				}
				if err := yaml.Unmarshal(text, &w); err != nil {
					t.Fatal(err)
				}
				want := map[string]string{"contents": "read", "id-token": "write", "security-events": "write"}
				wantUp := map[string]string{"contents": "read", "id-token": "write"}
				if len(w.Permissions) != 0 || fmt.Sprint(w.Jobs["gate"].Permissions) != fmt.Sprint(want) ||
					fmt.Sprint(w.Jobs["up"].Permissions) != fmt.Sprint(wantUp) {
					t.Errorf("permissions: got %v, %v and %v", w.Permissions, w.Jobs["gate"].Permissions,
						w.Jobs["up"].Permissions)
				}
				if strings.Contains(string(text), "secrets.") {
					t.Error("want no secret")
				}
				inMergeQueues(t, text)
			}
			dir := t.TempDir()
			harness.WriteFiles(t, dir, map[string]string{name: string(text)})
			cmd := exec.Command(harness.Policypack(t), "check", dir)
			cmd.Env = harness.CleanEnviron()
			if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Passed") {
				t.Errorf("policypack check: %v\n%s", err, out)
			}
		})
	}
}

// inMergeQueues tests that a workflow runs in a merge queue, with the login that a preview needs, and without the key
// that signs attestations. actionlint checks that the expressions are ones.
func inMergeQueues(t *testing.T, text []byte) {
	t.Helper()
	var w struct {
		On   map[string]any
		Jobs map[string]struct {
			If    string
			Steps []step
		}
	}
	if err := yaml.Unmarshal(text, &w); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.On["merge_group"]; !ok {
		t.Errorf("want merge_group among the events, got %v", w.On)
	}
	const login = "github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == " +
		"github.repository && github.actor != 'dependabot[bot]'"
	logins := 0
	for _, s := range w.Jobs["gate"].Steps {
		switch {
		case s.If == login:
			logins++
		case strings.HasPrefix(s.Uses, "actions/"), strings.HasPrefix(s.Uses, "progression-labs-development/"):
		case s.If != "github.event_name == 'push'":
			t.Errorf("%s: want it in pushes alone, got %q", s.Uses, s.If)
		}
	}
	if logins != 1 || w.Jobs["up"].If != "github.event_name == 'push'" {
		t.Errorf("got %d logins in a merge queue and an update if %q", logins, w.Jobs["up"].If)
	}
}

// The script of GitLab's example, as a runner would run it.
func TestExampleOfGitLab(t *testing.T) {
	t.Parallel()
	hosted(t)
	if host().String() != "linux-amd64" {
		t.Skip("the example is for linux-amd64")
	}
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Skip("the example's sha256sum")
	}
	var pipeline struct {
		Policypack struct {
			Variables map[string]string
			Script    []string
			Artifacts struct{ Reports struct{ JUnit string } }
		}
	}
	readYAML(t, "examples/ci/gitlab-ci.yml", &pipeline)
	url, sum := releases(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, ok := strings.CutPrefix(r.URL.Path, "/releases/download"); ok {
			http.Redirect(w, r, url+path, http.StatusFound)
		} else {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	for _, right := range []bool{true, false} {
		g := newGate(t, map[string]string{"infra/Pulumi.yaml": badProgram}).stacks(t, "staging", "production")
		g.env = pipeline.Policypack.Variables
		g.env["POLICYPACK_VERSION"], g.env["POLICYPACK_SHA256"] = "1.2.3", sum
		if !right {
			g.env["POLICYPACK_SHA256"] = strings.Repeat("0", 64)
		}
		g.env["AWS_TOKEN"], g.env["GATE_CONFIG"] = "a-token", "" // there is none in the repository
		delete(g.env, "PULUMI_BACKEND_URL")
		g.env["CI_MERGE_REQUEST_PROJECT_ID"], g.env["CI_MERGE_REQUEST_SOURCE_PROJECT_ID"], g.env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] = "1", "1", "main"
		lines := slices.Clone(pipeline.Policypack.Script)
		lines[0] = "project=" + server.URL
		j := g.exec(t, "sh", "-e", "-c", strings.Join(lines, "\n"))
		_, err := os.Stat(filepath.Join(g.repo, pipeline.Policypack.Artifacts.Reports.JUnit))
		if right && (j.status != 1 || err != nil || strings.Count(j.stdout, "Previewing") != 2) || !right &&
			(j.status == 0 || err == nil) {
			t.Errorf("checksums right %t: got %d, %v\n%s%s", right, j.status, err, j.stdout, j.stderr)
		}
	}
}
