package install

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blang/semver"
	"github.com/google/go-cmp/cmp"
)

// program makes an executable with the text in it.
func program(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policypack")
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// tree lists a directory: names, contents of executables, modes of what is not a plain file.
func tree(t *testing.T, root string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(root, path)
		text, err := os.ReadFile(path)
		info, statErr := os.Stat(path)
		if err != nil || statErr != nil {
			return errors.Join(err, statErr)
		}
		if info.Mode()&0o100 != 0 {
			name += " runs " + string(text)
		}
		all = append(all, filepath.ToSlash(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const (
	dir        = "plugins/language-policypack-v1.2.0"
	executable = "/pulumi-language-policypack"
)

// whole is a home in which 1.2.0 is installed.
func whole(text string) []string {
	return []string{dir + executable + " runs " + text, dir + ".lock"}
}

func TestInstall(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("file modes")
	}
	plain := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, home string) { put755(t, filepath.Join(home, filepath.FromSlash(name)), text) }
	}
	fresh := []string{"installed " + dir}
	tests := []struct {
		name      string
		before    []func(t *testing.T, home string)
		downgrade bool
		want      []string
		left      []string // besides whole("new")
	}{
		{name: "into nothing", want: fresh},
		{name: "again", before: []func(*testing.T, string){
			plain(dir+executable, "new"),
		}, want: []string{"unchanged " + dir}},
		{name: "over half a file", before: []func(*testing.T, string){plain(dir+executable, "ne")}, want: []string{
			"repaired " + dir,
		}},
		{
			name: "over another build of the version", before: []func(*testing.T, string){plain(dir+executable, "old")},
			want: []string{
				"repaired " + dir,
			},
		},
		{name: "over a file that cannot run", before: []func(*testing.T, string){
			plain(dir+executable, "new"), func(t *testing.T, home string) {
				if err := os.Chmod(filepath.Join(home, dir+executable), 0o644); err != nil {
					t.Fatal(err)
				}
			},
		}, want: []string{"repaired " + dir}},
		{name: "over an archive that is not the plugin's", before: []func(*testing.T, string){
			plain(dir+"/policypack", "new"), plain(dir+"/docs/install.md", ""),
		}, want: []string{"repaired " + dir}},
		{name: "over an empty directory", before: []func(*testing.T, string){func(t *testing.T, home string) {
			if err := os.MkdirAll(filepath.Join(home, dir), 0o755); err != nil {
				t.Fatal(err)
			}
		}}, want: []string{"repaired " + dir}},
		{
			name: "over a file in the directory's place", before: []func(*testing.T, string){plain(dir, "x")},
			want: []string{
				"repaired " + dir,
			},
		},
		{
			name: "over a link, which Pulumi takes for no plugin",
			before: []func(*testing.T, string){func(t *testing.T, home string) {
				if err := errors.Join(os.MkdirAll(filepath.Join(home, "plugins"), 0o755),
					os.MkdirAll(filepath.Join(home, "elsewhere"), 0o755),
					os.Symlink(filepath.Join(home, "elsewhere"), filepath.Join(home, dir))); err != nil {
					t.Fatal(err)
				}
			}}, want: []string{"repaired " + dir},
		},
		{name: "over an install that was interrupted", before: []func(*testing.T, string){
			plain(dir+executable, "new"), plain(dir+"/something", "else"), plain(dir+".partial", ""),
		}, want: []string{"repaired " + dir}},
		{
			name: "an older version goes", before: []func(*testing.T, string){
				plain("plugins/language-policypack-v1.1.9/pulumi-language-policypack", "old"),
				plain("plugins/language-policypack-v1.1.9.lastused", ""),
				plain("plugins/language-policypack-v1.2.0-rc.1/pulumi-language-policypack", "old"),
				plain("plugins/language-policypack-v1.1.0.partial", ""),
			}, want: append(fresh, "removed plugins/language-policypack-v1.1.9",
				"removed plugins/language-policypack-v1.2.0-rc.1"),
			left: []string{"plugins/language-policypack-v1.1.0.partial runs "},
		},
		{name: "a newer version goes if it must", downgrade: true, before: []func(*testing.T, string){
			plain("plugins/language-policypack-v1.10.0/pulumi-language-policypack", "newer"),
		}, want: append(fresh, "removed plugins/language-policypack-v1.10.0")},
		{name: "a newer pre-release never wins", before: []func(*testing.T, string){
			plain("plugins/language-policypack-v2.0.0-rc.1/pulumi-language-policypack", "newer"),
		}, want: append(fresh, "removed plugins/language-policypack-v2.0.0-rc.1")},
		{name: "a newer version that somebody else is installing stays", before: []func(*testing.T, string){
			plain("plugins/language-policypack-v1.10.0/half", "newer"),
			plain("plugins/language-policypack-v1.10.0.partial", ""),
		}, want: fresh, left: []string{
			"plugins/language-policypack-v1.10.0.partial runs ", "plugins/language-policypack-v1.10.0/half runs newer",
		}},
		{name: "other plugins stay", before: []func(*testing.T, string){
			plain("plugins/resource-aws-v1.0.0/pulumi-resource-aws", "aws"),
			plain("plugins/language-policypack-extra-v1.0.0/x", "x"),
			plain("plugins/language-policypack-vnext/x", "x"),
		}, want: fresh, left: []string{
			"plugins/language-policypack-extra-v1.0.0/x runs x", "plugins/language-policypack-vnext/x runs x",
			"plugins/resource-aws-v1.0.0/pulumi-resource-aws runs aws",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			home := t.TempDir()
			for _, do := range tt.before {
				do(t, home)
			}
			changes, err := Install(home, program(t, "new"), "1.2.0", tt.downgrade)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, said(t, home, changes)); diff != "" {
				t.Errorf("changes: mismatch (-want +got):\n%s", diff)
			}
			want := append(whole("new"), tt.left...)
			if diff := cmp.Diff(want, tree(t, home), cmp.Transformer("set", set)); diff != "" {
				t.Errorf("home: mismatch (-want +got):\n%s", diff)
			}
			if changes, err = Uninstall(home); err != nil || len(changes) == 0 {
				t.Errorf("Uninstall: got %v, %v", changes, err)
			}
			for _, name := range tree(t, home) {
				if strings.HasPrefix(name, dir) {
					t.Errorf("Uninstall has left %s", name)
				}
			}
			if changes, err := Uninstall(home); err != nil || len(changes) != 0 {
				t.Errorf("Uninstall again: got %v, %v; want nothing", changes, err)
			}
		})
	}
}

// A newer version stays, and nothing is changed.
func TestInstallRefusesToBeOutdone(t *testing.T) {
	home := t.TempDir()
	newer := filepath.Join(home, "plugins", "language-policypack-v1.10.0", "pulumi-language-policypack")
	put755(t, newer, "newer")
	before := tree(t, home)
	_, err := Install(home, program(t, "new"), "1.2.0", false)
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "v1.10.0") {
		t.Errorf("got %v, want ErrNewer with the directory", err)
	}
	if diff := cmp.Diff(before, tree(t, home)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

// What `pulumi plugin install --file` made of an archive of 0.1.0 is the same program behind a link.
func TestInstallOverArchive(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links")
	}
	home := t.TempDir()
	put755(t, filepath.Join(home, dir, "policypack"), "new")
	if err := os.Symlink("policypack", filepath.Join(home, dir+executable)); err != nil {
		t.Fatal(err)
	}
	changes, err := Install(home, program(t, "new"), "1.2.0", false)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"unchanged " + dir}, said(t, home, changes)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	want := append(whole("new"), dir+"/policypack runs new")
	if diff := cmp.Diff(want, tree(t, home), cmp.Transformer("set", set)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

// Installs at the same time leave whole plugins, and at no moment does a plugin hold anything but a whole program.
func TestInstallAtOnce(t *testing.T) {
	home := t.TempDir()
	text := strings.Repeat("program ", 1<<17)
	one, two := program(t, text+"1"), program(t, text+"2")
	stop := make(chan struct{})
	var watching, installing sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			for _, path := range []string{dir + executable, dir + executable} {
				got, err := os.ReadFile(filepath.Join(home, path))
				if err == nil && string(got) != text+"1" && string(got) != text+"2" {
					t.Errorf("%s holds %d bytes of a program of %d", path, len(got), len(text)+1)
					return
				}
			}
		}
	})
	for i := range 16 {
		installing.Go(func() {
			if _, err := Install(home, []string{one, two}[i%2], "1.2.0", false); err != nil {
				t.Error(err)
			}
		})
	}
	installing.Wait()
	close(stop)
	watching.Wait()
	for _, name := range tree(t, home) {
		if strings.Contains(name, unfinished) || strings.Contains(name, ".partial") {
			t.Errorf("left behind: %.80s", name)
		}
	}
}

// What a killed install has left goes after an hour, and not before.
func TestInstallCleansUp(t *testing.T) {
	home := t.TempDir()
	fresh, old := filepath.Join(home, "plugins", unfinished+"1"), filepath.Join(home, "plugins", unfinished+"2")
	put755(t, filepath.Join(fresh, "x"), "x")
	put755(t, filepath.Join(old, "x"), "x")
	past := time.Now().Add(-2 * abandoned)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	if _, err := Install(home, program(t, "new"), "1.2.0", false); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there", old)
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error(err)
	}
}

func TestOutdoes(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"1.0.0", "1.0.0", false},
		{"1.10.0", "1.9.0", true},
		{"1.9.0", "1.10.0", false},
		{"1.0.0", "2.0.0-rc.1", true},
		{"2.0.0-rc.1", "1.0.0", false},
		{"2.0.0-rc.2", "2.0.0-rc.1", true},
	} {
		if got := outdoes(semver.MustParse(tt.a), semver.MustParse(tt.b)); got != tt.want {
			t.Errorf("outdoes(%s, %s): got %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestHome(t *testing.T) {
	dir := t.TempDir()
	got, err := Home(func(name string) string { return map[string]string{"PULUMI_HOME": dir}[name] })
	if err != nil || got != dir {
		t.Errorf("got %q, %v; want %q", got, err, dir)
	}
	got, err = Home(func(string) string { return "" })
	if err != nil || filepath.Base(got) != ".pulumi" || !filepath.IsAbs(got) {
		t.Errorf("got %q, %v; want .pulumi in the user's home", got, err)
	}
}

func put755(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// said are the changes in words, with directories relative to home.
func said(t *testing.T, home string, changes []Change) []string {
	t.Helper()
	var all []string
	for _, c := range changes {
		if c.Err != nil {
			t.Error(c.Err)
		}
		dir, err := filepath.Rel(home, c.Dir)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(c.What)+" "+filepath.ToSlash(dir))
	}
	return all
}

func set(list []string) map[string]bool {
	s := map[string]bool{}
	for _, v := range list {
		s[v] = true
	}
	return s
}
