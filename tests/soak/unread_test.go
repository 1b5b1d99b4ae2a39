package soak

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// read is a command that reads a file of the world.
type read struct {
	args, env []string
	// name is the file, or a folder.
	name string
	// optional is true where the command makes the file if it is not there.
	optional bool
}

func reads() []read {
	return []read{
		{args: []string{"check", "state.json"}, name: "state.json"},
		{args: []string{"check", "plan.json"}, name: "plan.json"},
		{args: []string{"check", "exports"}, name: "exports/prod.json"},
		{args: []string{"check", "repo"}, name: "repo/.env"},
		{args: []string{"check", "repo"}, name: "repo/.github/workflows/deploy.yml"},
		{args: []string{"check", "state.json", "--config", "policy-config.json"}, name: "policy-config.json"},
		{args: []string{"check", "state.json", "--rules", "rules"}, name: "rules/bucket_owner/bucket_owner.rego"},
		{args: []string{"check", "state.json", "--rules", "rules"}, name: "rules"},
		{args: []string{"check", "state.json"}, env: []string{"POLICYPACK_BUNDLE=bundle.tar.gz"}, name: "bundle.tar.gz"},
		{args: []string{"check", "state.json", "--attest", "a.json", "--attest-key", "runner.pem"}, name: "runner.pem"},
		{args: []string{"check", "state.json", "--break-glass-key", "runner.pub"}, env: []string{"POLICYPACK_BREAK_GLASS=x"}, name: "runner.pub"},
		{args: []string{"config", "validate", "policy-config.json"}, name: "policy-config.json"},
		{args: []string{"config", "diff", "policy-config.json", "centre/data.json"}, name: "policy-config.json"},
		{args: []string{"list", "--config", "policy-config.json"}, name: "policy-config.json"},
		{args: []string{"explain", "raw-secret-resource", "--config", "policy-config.json"}, name: "policy-config.json"},
		{args: []string{"report", "report.json"}, name: "report.json"},
		{args: []string{"baseline", "state.json", "--into", "policy-config.json"}, name: "policy-config.json", optional: true},
		{args: []string{"baseline", "report.json"}, name: "report.json"},
		{args: []string{"exempt", "list", "policy-config.json"}, name: "policy-config.json"},
		{args: []string{"exempt", "prune", "--into", "policy-config.json", "report.json"}, name: "report.json"},
		{args: []string{"exempt", "add", "--into", "policy-config.json", "--from", "report.json", "--reason", "r", "--owner", "o"}, name: "report.json"},
		{args: []string{"attest", "verify", "attestations/a.json", "--key", "runner.pub", "--kind", "state"}, name: "attestations/a.json"},
		{args: []string{"attest", "verify", "attestations/a.json", "--key", "runner.pub", "--kind", "state"}, name: "runner.pub"},
		{args: []string{"coverage", "--states", "exports", "--attestations", "attestations", "--key", "runner.pub"}, name: "exports/prod.json"},
		{args: []string{"coverage", "--states", "exports", "--attestations", "attestations", "--key", "runner.pub"}, name: "runner.pub"},
		{args: []string{"coverage", "--states", "exports", "--attestations", "attestations", "--key", "runner.pub"}, name: "attestations/a.json"},
		{args: []string{"bundle", "--central", "centre", "--key-id", "c", "--signing-key", "centre.pem", "-o", "b.tar.gz"}, name: "centre.pem"},
		{args: []string{"bundle", "--central", "centre", "--key-id", "c", "--signing-key", "centre.pem", "-o", "b.tar.gz"}, name: "centre/data.json"},
		{args: []string{"test", "rules"}, name: "rules/bucket_owner/bucket_owner.rego"},
		{args: []string{"init", "exports", "--yes", "-o", "first.json"}, name: "exports/prod.json"},
		{args: []string{"break-glass", "sign", "--key", "runner.pem", "--stack", "a/b/c", "--reason", "r", "--who", "w"}, name: "runner.pem"},
	}
}

// The ways in which a file cannot be read. A program that root runs reads whatever it likes, so another user runs it
// where a mode says no.
var unreadable = []struct {
	name  string
	make  func(path string) error
	other bool // as another user
	// cause is a part of what the error says; one of them is enough.
	cause []string
}{
	{"not there", os.Remove, false, []string{"no such file", "does not exist", "contains no", "no policy", "expected"}},
	{"a link to nothing", func(path string) error { return os.Symlink("gone", path) }, false, []string{
		"no such file", "does not exist", "link", "missing", "no policy", "expected", "symbolic",
	}},
	{"a link to itself", func(path string) error { return os.Symlink(filepath.Base(path), path) }, false, []string{
		"too many levels", "link", "no policy", "expected", "symbolic",
	}},
	{"a folder", func(path string) error { return os.Mkdir(path, 0o755) }, false, []string{"is a directory", "directory", "expected", "contains no"}},
	{"on a broken disk", nil, false, []string{"input/output error"}},
	{"no permission", func(path string) error { return os.WriteFile(path, []byte("{}"), 0) }, true, []string{"permission denied"}},
	{"a folder without permission", func(path string) error { return os.Mkdir(path, 0) }, true, []string{
		"permission denied", "directory", "expected", "contains no",
	}},
}

// TestUnreadable runs each command that reads a file while that cannot be read: it fails, or says what it leaves out,
// with the file and the cause, and reports nothing as passed that it has not read.
func TestUnreadable(t *testing.T) {
	part := begin(t, "unreadable files")
	w := newWorld(t)
	if err := exec.Command("unshare", "-rm", "true").Run(); err != nil {
		t.Skipf("nothing can be mounted: %v", err)
	}
	bin := filepath.Join(t.TempDir(), "policypack") // where other users can run it
	if out, err := exec.Command("cp", w.bin, bin).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	w.bin = bin
	open(t, filepath.Dir(bin))
	faults := 0
	for _, c := range reads() {
		for _, way := range unreadable {
			what := fmt.Sprintf("%s is %s: %s", c.name, way.name, strings.Join(c.args, " "))
			t.Run(what, func(t *testing.T) {
				if way.other && os.Getuid() != 0 {
					t.Skip("only root can run as another user")
				}
				there := w.copied(t)
				path := filepath.Join(there.dir, filepath.FromSlash(c.name))
				if info, err := os.Stat(path); err != nil {
					t.Fatal(err)
				} else if info.IsDir() && way.name != "not there" {
					if way.name == "a folder" || way.name == "no permission" || way.make == nil {
						return // which are about files
					}
					if err := os.RemoveAll(path); err != nil {
						t.Fatal(err)
					}
				} else if err := os.RemoveAll(path); err != nil {
					t.Fatal(err)
				}
				cmd := there.command(c.args...)
				cmd.Env = append(cmd.Env, c.env...)
				switch {
				case way.name == "not there":
				case way.make != nil:
					if err := way.make(path); err != nil {
						t.Fatal(err)
					}
				default: // reading the memory of a process at 0 is an error of input and output
					if err := os.WriteFile(path, nil, 0o644); err != nil {
						t.Fatal(err)
					}
					cmd.Path, cmd.Args = "/usr/bin/unshare", append([]string{
						"unshare", "-rm", "sh", "-c", `mount --bind /proc/$$/mem "$0" && exec "$@"`, path, w.bin,
					}, c.args...)
				}
				if way.other {
					open(t, there.dir)
					cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
				}
				got := w.run(t, cmd)
				if inFolder := !strings.Contains(strings.Join(c.args, " "), c.name); inFolder && way.make == nil {
					return // its size is 0, and there is nothing to read
				}
				faults++
				got.silent(t, part, w.birds, what)
				said := got.stdout + got.stderr
				gone := way.name == "not there" || way.name == "a link to nothing" || way.name == "a link to itself"
				switch {
				case got.hung:
					part.fail(t, "%s: does not end", what)
				case got.code == 0 || got.code == 1:
					// Files that are in a folder are not missed where they are not there, and neither are links followed.
					inFolder := strings.Contains(c.name, "/") && !strings.Contains(strings.Join(c.args, " "), c.name)
					if c.optional && gone {
						return
					}
					if !inFolder || !gone && !strings.HasPrefix(way.name, "a folder") && !strings.Contains(said, filepath.Base(c.name)) {
						part.fail(t, "%s: exit code %d\n%s", what, got.code, short(said))
					}
				case got.code != 2:
					part.fail(t, "%s: exit code %d\n%s", what, got.code, short(said))
				case !mentions(said, c):
					part.fail(t, "%s: the file is not named:\n%s", what, short(said))
				case !containsAny(said, way.cause):
					part.fail(t, "%s: the cause is not named:\n%s", what, short(said))
				}
			})
		}
	}
	part.ran("%d commands, %d faults", len(reads()), faults)
}

// mentions reports whether a text names the file of a command, or a folder that it is in.
func mentions(text string, c read) bool {
	for name := c.name; name != "."; name = filepath.Dir(name) {
		if strings.Contains(text, filepath.Base(name)) {
			return true
		}
	}
	return false
}

func containsAny(text string, all []string) bool {
	for _, part := range all {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// open lets other users into a folder and the ones around it.
func open(t *testing.T, dir string) {
	t.Helper()
	if out, err := exec.Command("chmod", "777", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for dir != "/" && dir != os.TempDir() {
		dir = filepath.Dir(dir)
		if info, err := os.Stat(dir); err == nil && strings.HasPrefix(dir, os.TempDir()+"/") && info.Mode().Perm()&1 == 0 {
			if err := os.Chmod(dir, info.Mode().Perm()|0o111); err != nil {
				t.Fatal(err)
			}
		}
	}
}
