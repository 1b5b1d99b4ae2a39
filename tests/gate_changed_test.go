package tests

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/report"
)

// notes lists those of a report, without those about other things.
func (j *judged) notes(about ...string) []string {
	var all []string
	for _, n := range j.report.Notes {
		for _, text := range about {
			if strings.Contains(n.Message, text) {
				all = append(all, n.Message)
			}
		}
	}
	return all
}

const (
	onlyTouched = "Only the changed files and the commits of the change were checked."
	allChecked  = "Everything was checked, because "
)

func TestGateOfWhatTheChangeTouches(t *testing.T) {
	old := map[string]string{"old.sh": badScript, "policy.json": "{}\n"}
	for _, tt := range []struct {
		name       string
		change     func(t *testing.T, g *gate)
		env        map[string]string
		violations []string
		left       int // files
		notes      []string
	}{
		{
			"a new file",
			func(t *testing.T, g *gate) { g.write(t, map[string]string{"new.sh": badScript}).commit(t) },
			nil,
			[]string{"secret-cli-command"},
			4,
			[]string{onlyTouched},
		},
		{
			"an old file that is altered",
			func(t *testing.T, g *gate) { g.write(t, map[string]string{"old.sh": "echo\n" + badScript}).commit(t) },
			nil,
			[]string{"secret-cli-command"},
			3,
			[]string{onlyTouched},
		},
		{
			"a file that is staged",
			func(t *testing.T, g *gate) {
				g.write(t, map[string]string{"new.sh": badScript}).git(t, "add", "new.sh")
			},
			nil,
			[]string{"secret-cli-command"},
			4,
			[]string{onlyTouched},
		},
		{
			"a file that is removed",
			func(t *testing.T, g *gate) { g.git(t, "rm", "--quiet", "deploy.sh"); g.commit(t) },
			nil,
			nil, 3,
			[]string{onlyTouched},
		},
		{
			"a file that the base has altered since",
			func(t *testing.T, g *gate) {
				g.git(t, "checkout", "--quiet", "main")
				g.write(t, map[string]string{"deploy.sh": badScript}).commit(t)
				g.git(t, "checkout", "--quiet", "change")
			},
			nil,
			nil, 4,
			[]string{onlyTouched},
		},
		{
			"a file that one commit adds and another removes",
			func(t *testing.T, g *gate) {
				g.write(t, map[string]string{".env": "export A=1\n"}).commit(t)
				g.git(t, "rm", "--quiet", ".env")
				g.commit(t)
			},
			nil,
			[]string{"dotenv-file"},
			4,
			[]string{onlyTouched},
		},
		{
			"the configuration",
			func(t *testing.T, g *gate) { g.write(t, map[string]string{"policy.json": "{ }\n"}).commit(t) },
			map[string]string{"GATE_CONFIG": "policy.json"},
			[]string{"secret-cli-command"},
			0,
			[]string{allChecked + "the change touches policy.json."},
		},
		{
			"no base",
			func(t *testing.T, g *gate) { g.event(t, map[string]any{"ref": "refs/heads/main"}) },
			map[string]string{"GATE_BASE": ""},
			[]string{"secret-cli-command"},
			0,
			[]string{allChecked + "the base of the change is unknown."},
		},
		{
			"nobody asks",
			func(*testing.T, *gate) {},
			map[string]string{"GATE_CHANGED": "false"},
			[]string{"secret-cli-command"},
			0, nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, old)
			g.env["GATE_MODE"], g.env["GATE_CHANGED"], g.env["GATE_BASE"] = "check", "true", "main"
			tt.change(t, g)
			for name, value := range tt.env {
				g.env[name] = value
			}
			j := g.run(t)
			j.want(t, min(len(tt.violations), 1), tt.violations, nil, []string{"repository"})
			if diff := cmp.Diff(tt.notes, j.notes(onlyTouched, allChecked)); diff != "" {
				t.Errorf("notes: mismatch (-want +got)\n%s", diff)
			}
			left := 0
			for _, c := range j.report.Sources[0].NotChecked {
				if c.What == report.Files && c.Reason == "unchanged by this change" {
					left += c.Count
				}
			}
			if left != tt.left {
				t.Errorf("got %d files that were left out, want %d", left, tt.left)
			}
		})
	}
}

// Only the projects whose folder the change touches are previewed, and the report names the others.
func TestGatePreviewsWhatTheChangeTouches(t *testing.T) {
	t.Parallel()
	program := func(name, text string) string { return strings.Replace(text, "name: shop", "name: "+name, 1) }
	g := newGate(t, map[string]string{
		"services/api/Pulumi.yaml": program("api", badProgram), "services/web/Pulumi.yaml": program("web", badProgram),
		"lib/shared.txt": "x\n",
	})
	for _, name := range []string{"api", "web"} {
		g.home.InitStack(t, filepath.Join(g.repo, "services", name), "staging")
	}
	g.env["GATE_STACK"], g.env["GATE_WORK_DIR"], g.env["GATE_BASE"] = "staging", "services/*", "main"
	g.env["GATE_CHANGED"], g.env["GATE_MODE"] = "true", "preview"
	g.commit(t) // what the stacks are configured by
	web := "Stack staging in services/web was not previewed: the change does not touch services/web."
	api := strings.ReplaceAll(web, "web", "api")
	g.git(t, "branch", "--force", "main")

	g.write(t, map[string]string{"services/api/src/index.txt": "x\n"}).commit(t)
	j := g.run(t)
	j.want(t, 1, []string{"raw-secret-resource"}, nil, []string{"preview"})
	if diff := cmp.Diff([]string{web}, j.notes("not previewed")); diff != "" {
		t.Errorf("one: mismatch (-want +got)\n%s", diff)
	}

	g.git(t, "branch", "--force", "main")
	g.write(t, map[string]string{"lib/shared.txt": "y\n"}).commit(t)
	j = g.run(t)
	j.want(t, 0, nil, nil, nil)
	if diff := cmp.Diff([]string{api, web}, j.notes("not previewed")); diff != "" {
		t.Errorf("none: mismatch (-want +got)\n%s", diff)
	}
	j.says(t, api, web)
}
