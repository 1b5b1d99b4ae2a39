package cli

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/progression-labs-development/policypack"

	"github.com/progression-labs-development/policypack/internal/race"
)

func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(context.Background(), Process{
		Args: append([]string{"policypack"}, args...), Stdout: &out, Stderr: &errs,
		Getenv: func(string) string { return "" },
	})
	return code, out.String(), errs.String()
}

// A secret that was given to the wrong flag, or in the place of a file, is not in the error.
func TestErrorsWithoutSecrets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config := filepath.Join(dir, "policy-config.json")
	der, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := x509.MarshalECPrivateKey(der)
	if err := errors.Join(err, os.WriteFile(config, []byte("{}"), 0o600)); err != nil {
		t.Fatal(err)
	}
	key := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: block}))
	token := planted()["@TOKEN@"]
	for _, secret := range []string{token, key} {
		for _, args := range [][]string{
			{"bundle", "--central", secret, "--key-id", "a", "--signing-key", filepath.Join(dir, "nosuch.pem")},
			{"bundle", "--central", secret, "--key-id", secret, "--signing-key", secret},
			{"bundle", "--central", dir, "--key-id", "a", "--signing-key", "b", "--revision", secret},
			{"check", "--on", secret, config},
			{"explain", secret},
			{"config", "validate", secret},
			{"config", "diff", secret, secret},
			{"exempt", "add", config, "--policy", secret, "--name", "x", "--owner", "o", "--reason", "r"},
			{"exempt", "add", config, "--from", secret},
			{"exempt", "prune", secret},
			{"exempt", "prune", config, "--reports", secret},
			{"init", secret},
			{"init", dir, "--enforce-from", secret},
			{"init", dir, "--stack-environment", secret},
			{secret},
		} {
			code, stdout, stderr := run(t, args...)
			if code != ExitError || strings.Contains(stdout+stderr, secret[len(secret)/2:len(secret)/2+8]) {
				t.Errorf("%q: exit code %d, want %d without the secret\n%s%s", args, code, ExitError, stdout, stderr)
			}
		}
	}
}

// A command whose output could not be written ends with an error.
func TestOutputThatIsLost(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "policy-config.json")
	if err := os.WriteFile(config, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"list"},
		{"version"},
		{"config", "validate", config},
		{"config", "diff", config, config},
		{"exempt", "list", config},
		{"exempt", "prune", config},
		{"init", filepath.Dir(config), "--output", filepath.Join(t.TempDir(), "new.json")},
	} {
		full, write, err := os.Pipe()
		if err := errors.Join(err, full.Close(), write.Close()); err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		code := Run(context.Background(), Process{
			Args: append([]string{"policypack"}, args...), Stdin: full, Stdout: write, Stderr: &stderr,
			Getenv: func(string) string { return "" },
		})
		if code != ExitError || !strings.Contains(stderr.String(), "file already closed") {
			t.Errorf("%s: exit code %d, want %d\n%s", args, code, ExitError, &stderr)
		}
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"version", []string{"version"}, ExitOK, policypack.Version() + "\n", ""},
		{"version as a flag", []string{"--version"}, ExitOK, policypack.Version() + "\n", ""},
		{"mistyped command", []string{"chek"}, ExitError, "", "policypack: unknown command `policypack chek`; " +
			"did you mean `policypack check`?\n"},
		{
			"mistyped command with flags of the one that is meant",
			[]string{"chek", ".", "--format", "json", "--base=x"},
			ExitError, "",
			"policypack: unknown command `policypack chek`; did you mean `policypack check`?\n",
		},
		{
			"mistyped command of a command",
			[]string{"config", "validte", "x.json"},
			ExitError, "",
			"policypack: unknown command `policypack config validte`; did you mean `policypack config validate`?\n",
		},
		{
			"mistyped command with a hyphen",
			[]string{"breakglass", "sign"},
			ExitError, "",
			"policypack: unknown command `policypack breakglass`; did you mean `policypack break-glass`?\n",
		},
		{
			"command of another command",
			[]string{"validate", "x.json"},
			ExitError, "",
			"policypack: unknown command `policypack validate`; did you mean `policypack config validate`?\n",
		},
		{
			"unknown command",
			[]string{"frobnicate"},
			ExitError, "",
			"policypack: unknown command `policypack frobnicate`; see `policypack --help`\n",
		},
		{
			"beginning of a command",
			[]string{"exempt", "ad"},
			ExitError, "",
			"policypack: unknown command `policypack exempt ad`; did you mean `policypack exempt add`?\n",
		},
		{
			"help of a mistyped command",
			[]string{"help", "chek"},
			ExitError, "",
			"policypack: unknown command `policypack chek`; did you mean `policypack check`?\n",
		},
		{
			"help of a mistyped command of a command",
			[]string{"help", "exempt", "ad"},
			ExitError, "",
			"policypack: unknown command `policypack exempt ad`; did you mean `policypack exempt add`?\n",
		},
		{
			"help of an unknown command",
			[]string{"help", "frobnicate"},
			ExitError, "",
			"policypack: unknown command `policypack frobnicate`; see `policypack --help`\n",
		},
		{
			"unknown command of a command",
			[]string{"break-glass", "frobnicate"},
			ExitError, "",
			"policypack: unknown command `policypack break-glass frobnicate`; " +
				"see `policypack break-glass --help`\n",
		},
		{
			"mistyped flag",
			[]string{"check", "--formta", "json"},
			ExitError, "",
			"policypack: unknown flag: --formta; did you mean --format?\n",
		},
		{
			"flag with one hyphen",
			[]string{"check", "-format", "json"},
			ExitError, "",
			"policypack: unknown shorthand flag: 'f' in -format; did you mean --format?\n",
		},
		{"unknown flag", []string{"--nope"}, ExitError, "", "policypack: unknown flag: --nope\n"},
		{
			"unknown shorthand",
			[]string{"check", "-q"},
			ExitError, "",
			"policypack: unknown shorthand flag: 'q' in -q\n",
		},
		{"missing argument", []string{"docs"}, ExitError, "", "policypack: missing argument; usage: policypack docs DIR [flags]\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := run(t, tt.args...)
			if code != tt.code || stdout != tt.stdout || stderr != tt.stderr {
				t.Errorf("got %d, %q, %q", code, stdout, stderr)
			}
		})
	}
}

// Every command that has others refuses a name that none of them has.
func TestUnknownCommands(t *testing.T) {
	t.Parallel()
	groups := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, d := range c.Commands() {
			walk(d)
		}
		if !c.HasSubCommands() {
			return
		}
		groups++
		args := strings.Fields(c.CommandPath() + " frobnicate")[1:]
		want := "policypack: unknown command `" + c.CommandPath() + " frobnicate`; see `" + c.CommandPath() +
			" --help`\n"
		if code, stdout, stderr := run(t, args...); code != ExitError || stdout != "" || stderr != want {
			t.Errorf("%s: got %d, %q, %q", strings.Join(args, " "), code, stdout, stderr)
		}
	}
	walk(command(Process{Args: []string{"policypack"}, Getenv: os.Getenv}))
	if groups < 4 {
		t.Errorf("got %d commands that have others; where are they?", groups)
	}
}

// In the usage of a flag, what stands in backquotes is the name of its argument, which has no spaces.
func TestFlagArguments(t *testing.T) {
	t.Parallel()
	flags := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, d := range c.Commands() {
			walk(d)
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			flags++
			if name, _ := pflag.UnquoteUsage(f); strings.Contains(name, " ") {
				t.Errorf("%s --%s: the argument is called %q", c.CommandPath(), f.Name, name)
			}
		})
	}
	walk(command(Process{Args: []string{"policypack"}, Getenv: os.Getenv}))
	if flags < 50 {
		t.Errorf("got %d flags; where are they?", flags)
	}
}

func TestStartedByEngine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		args        []string
		engine, dir string
		ok          bool
	}{
		{
			"logging and tracing",
			[]string{"policypack", "--logtostderr", "-v=9", "--tracing", "http://localhost:1", "[::1]:1"},
			"[::1]:1",
			"", true,
		},
		{"executable", []string{"./policypack", "127.0.0.1:1"}, "127.0.0.1:1", "", true},
		{"a person", []string{"policypack", "version"}, "", "", false},
		{"a path", []string{"policypack", "c:/x"}, "", "", false},
		{"nothing", []string{"policypack"}, "", "", false},
		{"an address and more", []string{"policypack", "127.0.0.1:1", "x"}, "", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			engine, dir, ok := startedByEngine(tt.args)
			if engine != tt.engine || dir != tt.dir || ok != tt.ok {
				t.Errorf("got %q, %q, %v, want %q, %q, %v", engine, dir, ok, tt.engine, tt.dir, tt.ok)
			}
		})
	}
}

// TestDocsAreFresh compares the generated pages with what is committed; `make generate` writes them again.
func TestDocsAreFresh(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "docs"))); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := run(t, "docs", dir); code != ExitOK {
		t.Fatal(stderr)
	}
	want, got := filesIn(t, dir), filesIn(t, filepath.Join("..", "..", "docs"))
	if len(want) == 0 {
		t.Fatal("no pages were written")
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			t.Errorf("docs/%s is the page of no policy, run `make generate`", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if diff := cmp.Diff(strings.Split(want[name], "\n"), strings.Split(got[name], "\n")); diff != "" {
			t.Errorf("docs/%s is stale, run `make generate`: mismatch (-want +got)\n%s", name, diff)
		}
	}
}

// filesIn returns the texts of the files below a directory by their names.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		texts[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// The pack's own policies pass the test command, as those of an organisation would.
func TestOwnPolicies(t *testing.T) {
	t.Parallel()
	if race.Enabled {
		t.Skip("runs without the race detector: one goroutine evaluates thousands of documents")
	}
	code, stdout, stderr := run(t, "test", filepath.Join("..", "..", "policies"))
	if code != ExitOK {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if !strings.Contains(stdout, "ok    secret-name ") {
		t.Errorf("got\n%s", stdout)
	}
}
