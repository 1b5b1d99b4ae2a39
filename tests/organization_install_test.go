package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// Pulumi puts the directory of a required pack in place before it installs what the pack depends on. A machine on which
// that was interrupted, or that lacks what the launcher needs, says what is missing; it never judges by nothing.
func TestOrganizationHalfInstalled(t *testing.T) {
	own := runtime.GOOS + "-" + runtime.GOARCH
	cases := []struct {
		name, launcher string
		// before takes something from the machine on which nothing is installed yet, spoil from what has been
		// installed.
		before func(t *testing.T, r *runner)
		spoil  func(t *testing.T, dir string)
		says   []string
	}{
		{
			"without its dependencies", "nodejs", nil,
			func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "node_modules")) },
			[]string{"the Pulumi SDK has not been installed. Have you run npm install in "},
		},
		{
			"without a binary for the platform", "nodejs", nil,
			func(t *testing.T, dir string) {
				bin := filepath.Join(dir, "bin", "pulumi-analyzer-policypack-")
				if err := os.Rename(bin+own, bin+"plan9-mips"); err != nil {
					t.Fatal(err)
				}
			},
			[]string{"this pack has no binary for " + own, "bin/ holds plan9-mips", "--platforms"},
		},
		{
			"without any binary", "nodejs", nil,
			func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "bin")) },
			[]string{"this pack has no binary for " + own, "bin/ holds nothing"},
		},
		{
			"with a binary that lost its run bit", "nodejs", nil,
			func(t *testing.T, dir string) {
				if err := os.Chmod(filepath.Join(dir, "bin", "pulumi-analyzer-policypack-"+own), 0o644); err != nil {
					t.Fatal(err)
				}
			},
			[]string{
				"bin/pulumi-analyzer-policypack-" + own + " does not start", "EACCES",
				"publish from Linux or macOS",
			},
		},
		{
			"without node", "nodejs", func(_ *testing.T, r *runner) {
				r.extra = append(r.extra, "PATH="+r.home.Bin) // nothing else
			}, nil, []string{`"node": executable file not found`},
		},
		{
			"without the plugin", "policypack", func(t *testing.T, r *runner) {
				remove(t, filepath.Join(r.home.Bin, "pulumi-language-policypack"))
			}, nil, []string{"policypack' found in the workspace or on your $PATH"},
		},
		{
			"defaults that are cut off", "policypack", nil,
			func(t *testing.T, dir string) {
				harness.WriteFiles(t, dir, map[string]string{"policy-config.json": `{"all": `})
			},
			[]string{"policy-config.json", "the organisation's defaults have mistakes"},
		},
		{
			"a pack made with a newer version", "policypack", nil,
			func(t *testing.T, dir string) {
				harness.WriteFiles(t, dir, map[string]string{
					"PulumiPolicy.yaml": "runtime: policypack\nversion: 1.0.0\npolicypack: 99.0.0\n",
				})
			},
			[]string{"built with policypack 99.0.0", "policypack install"},
		},
	}
	for _, launcher := range []string{"nodejs", "policypack"} {
		t.Run(launcher, func(t *testing.T) {
			o := newOrganization(t, launcher)
			o.publish(t, o.bundle(t, "1.0.0", `{"all": "advisory"}`))
			o.enable(t, "", "")
			for i, tt := range cases {
				if tt.launcher != launcher {
					continue
				}
				t.Run(tt.name, func(t *testing.T) {
					stack := fmt.Sprintf("stack%d", i)
					r := o.runner(t, stack)
					preview := func() (string, error) { return r.pulumi("preview", "--stack", "acme/"+stack) }
					if tt.before != nil {
						tt.before(t, r)
					} else {
						if out, err := preview(); err != nil {
							t.Fatalf("before: %v\n%s", err, out)
						}
						tt.spoil(t, installed(t, r))
					}
					for _, run := range []string{"first", "second"} { // the second finds what the first left behind
						out, err := preview()
						if err == nil {
							t.Fatalf("the %s preview went through:\n%s", run, out)
						}
						for _, want := range tt.says {
							if !strings.Contains(out, want) {
								t.Errorf("the %s preview does not say %q:\n%s", run, want, out)
							}
						}
					}
				})
			}
		})
	}
}

// installed returns the directory of the required pack on a machine.
func installed(t *testing.T, r *runner) string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(r.home.Dir, "policies", "acme", "*[0-9]"))
	if err != nil || len(dirs) != 1 {
		t.Fatalf("installed packs: %q, %v", dirs, err)
	}
	return dirs[0]
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

// The real way of installing: npm, by the pack's npm-shrinkwrap.json, from npm's registry.
func TestOrganizationInstallsWithNpm(t *testing.T) {
	o := newOrganization(t, "nodejs")
	o.publish(t, o.bundle(t, "1.0.0", ""))
	o.enable(t, "", "")
	r := o.runner(t, "production")
	r.extra = append(r.extra, "NODEHOST_MODULES=", "npm_config_cache="+npmSetting(t, "cache"),
		"npm_config_userconfig="+npmSetting(t, "userconfig"), "npm_config_prefer_offline=true",
		"npm_config_audit=false", "npm_config_fund=false", "npm_config_ignore_scripts=true")
	out, got := r.preview(t, "production")
	for _, code := range []string{"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT"} {
		if strings.Contains(out, code) {
			t.Skipf("npm's registry is out of reach: %s", code)
		}
	}
	if len(got) != 3 || got[2] != "raw-secret-resource mandatory" {
		t.Errorf("got %q\n%s", got, out)
	}
	dirs, err := filepath.Glob(
		filepath.Join(r.home.Dir, "policies", "acme", "*", "node_modules", "@pulumi", "pulumi", "package.json"))
	if err != nil || len(dirs) != 1 {
		t.Errorf("@pulumi/pulumi is not installed in the pack: %q, %v", dirs, err)
	}
}

// npmSetting is a setting of this machine's npm, which a runner with a home of its own would not find.
func npmSetting(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("npm", "config", "get", name).Output()
	if err != nil {
		t.Skipf("npm: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// The launcher takes the binary with it, whatever ends it: the engine's host kills node with SIGKILL.
func TestNodeLauncherEnds(t *testing.T) {
	o := newOrganization(t, "nodejs")
	pack := o.bundle(t, "1.0.0", "")
	for _, tt := range []struct {
		name string
		end  func(p *os.Process) error
	}{
		{"SIGKILL", func(p *os.Process) error { return p.Kill() }},
		{"SIGTERM", func(p *os.Process) error { return p.Signal(syscall.SIGTERM) }},
		{"SIGINT", func(p *os.Process) error { return p.Signal(os.Interrupt) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, harness.Start{
				Bin: "node", Args: []string{filepath.Join(pack, "index.js")}, Dir: t.TempDir(), NoHandshake: true,
				DevNull: true,
			})
			a.Ready(t, nil, nil)
			if got := len(analyze(t, a, rawSecret())); got != 1 {
				t.Errorf("a raw secret gives %d violations, want 1", got)
			}
			var child int
			waitFor(t, "the binary", func() bool { child = childOf(t, a.PID()); return child != 0 })
			process, err := os.FindProcess(a.PID())
			if err != nil {
				t.Fatal(err)
			}
			if err := tt.end(process); err != nil {
				t.Fatal(err)
			}
			waitFor(t, "the binary to end", func() bool { return !harness.Alive(child) })
			if !a.Exits(soon) {
				t.Errorf("node still runs after %v", soon)
			}
		})
	}
}

// childOf returns a process whose parent is pid, 0 where there is none.
func childOf(t *testing.T, pid int) int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			return child
		}
	}
	return 0
}
