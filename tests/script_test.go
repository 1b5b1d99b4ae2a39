package tests

import (
	"errors"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

var update = flag.Bool("update", false, "write what the scripts print into their goldens")

// The scripts run the real Pulumi CLI on YAML programs and keep what a person sees. In them, `pulumi` is the CLI that
// go.mod pins, its output normalised, stdout and stderr together; its stack is `production`; $PACK is a folder with
// PulumiPolicy.yaml and $PROGRAM the pack's own program; $SHELL_PWD is what the CLI is told as PWD, by default the
// truth; `plant FILE` puts secrets that are made up on the spot in the place of @TOKEN@ and the like, which are $TOKEN
// and so on in the scripts themselves.
func TestScripts(t *testing.T) {
	harness.Pulumi(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "scripts",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for key, value := range planted() {
				env.Setenv(strings.Trim(key, "@"), value)
			}
			return setUpScript(env)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"pulumi": pulumiCommand, "plant": plantCommand},
	})
}

// setUpScript gives a script a Pulumi of its own, a pack and the stack production.
func setUpScript(env *testscript.Env) error {
	t := env.T().(testing.TB)
	home := harness.NewHome(t, filepath.Join(env.WorkDir, ".pulumi-test"))
	for key, value := range home.Variables() {
		env.Setenv(key, value)
	}
	env.Setenv("PACK", harness.PackDir(t, nil))
	env.Setenv("PROGRAM", harness.Policypack(t))
	env.Values[homeKey{}] = home
	home.InitStack(t, env.WorkDir, "production")
	return nil
}

type homeKey struct{}

// planted are secrets of known formats, made up when the test runs: none stands in a file of the project.
var planted = sync.OnceValue(func() map[string]string {
	cage := canary.New(21)
	return map[string]string{
		"@TOKEN@": cage.Token("token", "gh"+"p_", 36), "@KEY@": cage.Random("key") + cage.Random("rest")[:12],
		"@PASSWORD@": cage.Random("password"),
	}
})

func plantCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: plant FILE...")
	}
	for _, name := range args {
		text := ts.ReadFile(name)
		for _, key := range slices.Sorted(maps.Keys(planted())) {
			text = strings.ReplaceAll(text, key, planted()[key])
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
	}
}

func pulumiCommand(ts *testscript.TestScript, neg bool, args []string) {
	home := ts.Value(homeKey{}).(harness.Home)
	cmd := exec.Command(filepath.Join(home.Bin, "pulumi"), append(args, "--non-interactive", "--color=never")...)
	cmd.Dir = ts.MkAbs(".")
	for key := range home.Variables() {
		cmd.Env = append(cmd.Env, key+"="+ts.Getenv(key))
	}
	pwd := cmd.Dir // as a shell would set it
	if other := ts.Getenv("SHELL_PWD"); other != "" {
		pwd = other
	}
	cmd.Env = append(cmd.Env, "PWD="+pwd)
	for _, key := range []string{
		"POLICYPACK_RULES", "POLICYPACK_BUNDLE", "POLICYPACK_REPORT",
		"POLICYPACK_DECISION_LOG", "POLICYPACK_NO_GRACE", "POLICYPACK_BREAK_GLASS",
	} {
		if value := ts.Getenv(key); value != "" {
			cmd.Env = append(cmd.Env, key+"="+value)
		}
	}
	out, err := cmd.CombinedOutput()
	text := normalise(ts, string(out))
	if c, ok := ts.Value(daysKey{}).(*calendar); ok {
		text = c.hide(text)
	}
	if _, werr := ts.Stdout().Write([]byte(text)); werr != nil {
		ts.Fatalf("%v", werr)
	}
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		ts.Fatalf("pulumi: %v", err)
	case err != nil && !neg:
		ts.Fatalf("pulumi %s: %v\n%s", strings.Join(args, " "), err, out)
	case err == nil && neg:
		ts.Fatalf("pulumi %s: want an error\n%s", strings.Join(args, " "), out)
	}
}

// volatile is what differs from run to run and from machine to machine. Rows of progress go too: the order of resources
// that do not depend on each other is the language host's.
var volatile = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(?m)^( *Duration: ).*$`), "${1}TIME"},
	{regexp.MustCompile(`\((\d+(\.\d+)?(ms|s|m))+\)`), "(TIME)"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`(?m)^( [-+~] |    )\s*[a-z][a-z-]*:\S+ \S+ .*\n`), ""},
	{regexp.MustCompile(`(?m)^@ .*\.{4}\n`), ""}, // a slow machine sees progress
	{regexp.MustCompile(`(?m)^(View|Permalink|.*View (Live|in Browser)).*\n`), ""},
	{regexp.MustCompile(`(?m)[ \t]+$`), ""},
	{regexp.MustCompile(`\n{3,}`), "\n\n"},
}

// normalise takes what is volatile out of the output.
func normalise(ts *testscript.TestScript, text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for _, name := range []string{"PACK", "WORK"} {
		text = strings.ReplaceAll(text, ts.Getenv(name), "$"+name)
	}
	for _, v := range volatile {
		text = v.pattern.ReplaceAllString(text, v.with)
	}
	return text
}
