package tests

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/progression-labs-development/policypack/internal/release"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// published is where releases are downloaded. The tests put a server of their own in its place.
const published = "https://github.com/progression-labs-development/policypack/releases/download"

// The scripts are what a new user types. `user COMMAND…` runs a line in a shell, in an empty home with the real CLI,
// and adds line and output to the file transcript; `docs PAGE NAME` checks that the page shows it. Downloads come from
// a release that was built for the test.
func TestMinute(t *testing.T) {
	for _, tool := range []string{"curl", "sha256sum", "tar", "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("a new user's %s: %v", tool, err)
		}
	}
	if runtime.GOOS == "windows" {
		t.Skip("the scripts are for a shell")
	}
	files := hostRelease(t, harness.Root(t))
	server := httptest.NewServer(http.StripPrefix("/v"+harness.Version(t)+"/", http.FileServer(http.Dir(files))))
	t.Cleanup(server.Close)
	var page sync.Mutex // scripts run at once, and may write one page
	testscript.Run(t, testscript.Params{
		Dir:                 "minute",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("VERSION", harness.Version(t))
			env.Setenv("RELEASES", server.URL)
			env.Setenv("PLATFORM", host().String())
			if err := setUpScript(env); err != nil {
				return err
			}
			// The home has the clouds' providers, which Pulumi downloads by itself, and nothing of the pack.
			home := env.Values[homeKey{}].(harness.Home)
			return errors.Join(os.Remove(filepath.Join(home.Bin, "policypack")),
				os.RemoveAll(home.Plugin(t)))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"user": userCommand,
			"docs": func(ts *testscript.TestScript, neg bool, args []string) {
				page.Lock()
				defer page.Unlock()
				docsCommand(ts, neg, args)
			},
		},
	})
}

func userCommand(ts *testscript.TestScript, neg bool, args []string) {
	line := strings.Join(args, " ")
	typed := strings.ReplaceAll(line, published, ts.Getenv("RELEASES"))
	const shown = "linux-amd64"
	typed = strings.ReplaceAll(typed, shown, ts.Getenv("PLATFORM"))
	home := ts.Value(homeKey{}).(harness.Home)
	cmd := exec.Command("sh", "-c", typed)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "PWD="+cmd.Dir)
	for key := range home.Variables() {
		cmd.Env = append(cmd.Env, key+"="+ts.Getenv(key))
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		ts.Fatalf("%s: %v", line, err)
	case (err != nil) != neg:
		ts.Fatalf("%s: got %v\n%s", line, err, out)
	}
	f, err := os.OpenFile(ts.MkAbs("transcript"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	ts.Check(err)
	_, err = fmt.Fprintf(f, "$ %s\n%s", line,
		asShown(ts, strings.ReplaceAll(string(out), ts.Getenv("PLATFORM"), shown)))
	ts.Check(errors.Join(err, f.Close()))
}

// unshown are the parts of an output that differ from run to run, or that a page has no use for.
var unshown = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(?m)^(warning: using pulumi-language-yaml.*|Loading policy packs.*)\n`), ""},
	{regexp.MustCompile(`(?m)^\S+ +resource +\d.*\n`), ""}, // the clouds' providers
	{regexp.MustCompile(`(?m)^@ .*\n`), ""},                // progress
	{regexp.MustCompile(`(?m)^(policypack) +(\w+ +\S+ +\d+ MB) .*$`), "$1  $2  now        now"},
	{pluginSize, fmt.Sprintf("${1}%d MB", release.Limit/1_000_000)},
	{regexp.MustCompile(`(?m)^NAME .*$`), "NAME        KIND      VERSION  SIZE   INSTALLED  LAST USED"},
	{regexp.MustCompile(`(?m)\nTOTAL plugin cache size: .*\n`), ""},
	{regexp.MustCompile(`(?m)^ +pulumi:pulumi:Stack shop-production *\n`), ""},
}

// pluginSize is the size of the plugin where it is that of the one program in it; a page shows the most that it may be.
var pluginSize = regexp.MustCompile(`(?m)^(policypack +\w+ +\S+ +)[23]\d MB`)

// asShown is an output as a page shows it.
func asShown(ts *testscript.TestScript, out string) string {
	out = strings.ReplaceAll(out, ts.Getenv("PULUMI_HOME"), "/home/you/.pulumi")
	out = strings.ReplaceAll(out, ts.Getenv("WORK"), "/home/you/shop")
	for _, u := range unshown {
		out = u.pattern.ReplaceAllString(out, u.with)
	}
	return strings.TrimLeft(normalise(ts, out), "\n")
}

// docsCommand compares what stands between the markers of a page with the transcript; -update writes it there.
func docsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: docs PAGE NAME")
	}
	root, err := filepath.Abs("..")
	ts.Check(err)
	path := filepath.Join(root, args[0])
	page, err := os.ReadFile(path)
	ts.Check(err)
	begin, end := "<!-- transcript:"+args[1]+" -->\n```console\n", "```\n<!-- /transcript:"+args[1]+" -->"
	head, rest, found := strings.Cut(string(page), begin)
	got, tail, ended := strings.Cut(rest, end)
	if !found || !ended {
		ts.Fatalf("%s has no transcript %s between its markers", path, args[1])
	}
	want := ts.ReadFile("transcript")
	if got == want {
		return
	}
	if *update {
		ts.Check(os.WriteFile(path, []byte(head+begin+want+end+tail), 0o644))
		return
	}
	ts.Fatalf("the transcript %s in %s is stale, run with -update; got\n%s\nwant\n%s", args[1], args[0], got, want)
}
