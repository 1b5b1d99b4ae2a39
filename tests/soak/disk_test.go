package soak

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/progression-labs-development/policypack/internal/report"
)

// write is a command that writes files, with the names of those.
type write struct {
	args, env []string
	files     []string
}

// writes are all commands that write a file.
func writes() (all []write) {
	for _, ending := range report.Endings() {
		name := "new" + ending
		all = append(all, write{args: []string{"check", "state.json", "--report", name}, files: []string{name}})
	}
	both := []string{"check", "repo", "--report", "new.json,new.html"}
	return append(all,
		write{args: both, files: []string{"new.json", "new.html"}},
		write{args: []string{"report", "report.json", "--report", "merged.md"}, files: []string{"merged.md"}},
		write{
			args:  []string{"check", "state.json", "--attest", "new-attestation.json", "--attest-key", "runner.pem"},
			files: []string{"new-attestation.json"},
		},
		write{
			args: []string{"check", "state.json"}, env: []string{"POLICYPACK_DECISION_LOG=decisions.jsonl"},
			files: []string{"decisions.jsonl"},
		},
		write{args: []string{"baseline", "state.json", "-o", "baseline.json"}, files: []string{"baseline.json"}},
		write{args: []string{"baseline", "state.json", "--into", "policy-config.json"}, files: []string{"policy-config.json"}},
		write{args: []string{"init", "exports", "--yes", "-o", "first.json"}, files: []string{"first.json"}},
		write{args: []string{"new", "bucket-label"}, files: []string{
			"rules/bucket_label/bucket_label.rego", "rules/bucket_label/bucket_label_test.rego", "rules/bucket_label/examples.yaml",
		}},
		write{args: []string{"docs", "docs"}, files: []string{
			"docs/reference/policies.md", "docs/reference/coverage.md", "docs/reference/configuration.md",
			"docs/reference/policy-config.schema.json", "docs/reference/policies/raw-secret-resource.md", "docs/reference/policies",
		}},
		write{
			args: []string{
				"exempt", "add", "--into", "policy-config.json", "--policy", "raw-secret-resource", "--urn",
				"urn:pulumi:prod::shop::aws:secretsmanager/secret:Secret::secret-1", "--reason", "r", "--owner", "o",
			}, files: []string{"policy-config.json"},
		},
		write{args: []string{"exempt", "list", "policy-config.json", "-o", "register.html"}, files: []string{"register.html"}},
		write{
			args:  []string{"coverage", "--states", "exports", "--attestations", "attestations", "--key", "runner.pub", "--report", "coverage.csv"},
			files: []string{"coverage.csv"},
		},
		write{
			args:  []string{"bundle", "--central", "centre", "--key-id", "centre", "--signing-key", "centre.pem", "-o", "new.tar.gz"},
			files: []string{"new.tar.gz"},
		},
		write{args: []string{"bundle", "--launcher", "policypack", "pack"}, files: []string{"pack/PulumiPolicy.yaml"}},
		write{args: []string{"install"}, files: []string{"home/plugins/language-policypack-v@VERSION@/pulumi-language-policypack"}},
	)
}

// TestFullDisk runs each command that writes on a disk that becomes full, at each page that it writes: it fails, names
// the file, and leaves what was there before, or nothing, and never a part.
func TestFullDisk(t *testing.T) {
	part := begin(t, "full disk")
	if err := exec.Command("unshare", "-rm", "true").Run(); err != nil {
		t.Skipf("no tmpfs can be mounted: %v", err)
	}
	w := newWorld(t)
	faults := 0
	for _, c := range writes() {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			whole := onDisk(t, w, c, 64<<10)
			if whole.code > 1 {
				t.Fatalf("on a disk with room: exit code %d\n%s%s", whole.code, whole.stdout, whole.stderr)
			}
			for _, name := range c.files {
				if _, err := os.Stat(filepath.Join(whole.left, named(name, whole.left))); err != nil {
					t.Fatalf("on a disk with room: %v", err)
				}
			}
			for pages := 0; pages < 64<<10; pages = max(pages+1, pages*5/4) {
				got := onDisk(t, w, c, pages)
				if got.code == whole.code {
					if pages == 0 {
						part.fail(t, "ends with %d on a disk that is full from the start", got.code)
					}
					compare(t, part, w, c, whole.left, got.left, pages, true)
					return
				}
				faults++
				what := fmt.Sprintf("%s, %d pages", strings.Join(c.args, " "), pages)
				got.silent(t, part, w.birds, what)
				said := got.stderr + got.stdout
				if got.code != 2 || got.hung {
					part.fail(t, "%s: exit code %d, want 2\n%s", what, got.code, short(said))
				}
				if !strings.Contains(said, "no space left on device") {
					part.fail(t, "%s: the cause is not named:\n%s", what, short(said))
				}
				blamed := false
				for _, name := range c.files {
					blamed = blamed || strings.Contains(said, filepath.Base(named(name, whole.left)))
				}
				if !blamed {
					part.fail(t, "%s: the file is not named:\n%s", what, short(said))
				}
				compare(t, part, w, c, whole.left, got.left, pages, false)
			}
		})
	}
	part.ran("%d commands, %d faults", len(writes()), faults)
}

type disked struct {
	result

	left string // a copy of what is on the disk
}

// onDisk runs a command in a copy of the world on a tmpfs that has room for so many pages.
func onDisk(t *testing.T, w *world, c write, pages int) disked {
	t.Helper()
	left := filepath.Join(t.TempDir(), "left")
	disk := t.TempDir()
	const script = `set -e
mount -t tmpfs -o size=600m tmpfs "$DISK"
cp -a "$WORLD/." "$DISK/"
cd "$DISK"
used=$(df -k --output=used . | tail -n 1)
mount -o remount,size=$((used + PAGES * 4))k "$DISK"
cd "$DISK"
set +e
"$@"
code=$?
mkdir "$LEFT"
cp -a . "$LEFT/"
exit $code
`
	cmd := exec.Command("unshare", append([]string{"-rm", "sh", "-c", script, "sh", w.bin}, c.args...)...)
	cmd.Env = slices.Concat(w.command().Env, c.env, []string{"DISK=" + disk, "WORLD=" + w.dir, "LEFT=" + left, "PAGES=" + strconv.Itoa(pages), "PULUMI_HOME=" + filepath.Join(disk, "home")})
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return disked{w.run(t, cmd), left}
}

// named fills the version in, which is known by the folder.
func named(name, left string) string {
	if !strings.Contains(name, "@VERSION@") {
		return name
	}
	all, _ := filepath.Glob(filepath.Join(left, strings.ReplaceAll(name, "@VERSION@", "*")))
	if len(all) != 1 {
		return name
	}
	rel, _ := filepath.Rel(left, all[0])
	return rel
}

// compare compares what a command left with what it leaves on a disk with room: each file is as before, or not there, or
// whole. There is nothing else.
func compare(t *testing.T, part *row, w *world, c write, whole, left string, pages int, passed bool) {
	t.Helper()
	err := filepath.WalkDir(left, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(left, name)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if before, err := os.ReadFile(filepath.Join(w.dir, rel)); err == nil && string(before) == string(got) {
			return nil
		}
		want, err := os.ReadFile(filepath.Join(whole, rel))
		switch {
		case err != nil:
			part.fail(t, "%v, %d pages: leaves %s of %d bytes", c.args, pages, rel, len(got))
		case rel == "decisions.jsonl" && !passed: // what is appended to; the next run begins a line of its own
		case len(got) < len(want)-64: // times and signatures differ
			part.fail(t, "%v, %d pages: leaves %d of %d bytes of %s", c.args, pages, len(got), len(want), rel)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// short is the beginning of a text.
func short(text string) string { return text[:min(len(text), 400)] }
