package tests

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// soon is how quickly the process must follow the engine that died.
const soon = 10 * time.Second

// The engine, and launchers that stand between it and the pack, start it in many ways. In each of them it serves, finds
// the rules beside PulumiPolicy.yaml, and prints nothing but its port.
func TestStart(t *testing.T) {
	dir := harness.PackDir(t, map[string]string{"rules/no_buckets/no_buckets.rego": noBuckets})
	program := t.TempDir()
	beside := filepath.Join(dir, "policypack-binary")
	copyFile(t, harness.Policypack(t), beside)
	bin := harness.Policypack(t)

	tests := []struct {
		name string
		give harness.Start
		// ruleless is true where the process cannot know where the pack lies.
		ruleless bool
	}{
		{name: "by the language host", give: harness.Start{Dir: dir}},
		{name: "by the language host, without Handshake", give: harness.Start{Dir: dir, NoHandshake: true}},
		{name: "with /dev/null as input", give: harness.Start{Dir: dir, DevNull: true}},
		{name: "executable with a tracing endpoint", give: harness.Start{
			Bin: beside, Args: []string{"--tracing", "http://127.0.0.1:1", "ENGINE"}, Dir: program,
		}},
		{name: "executable with logging flags", give: harness.Start{
			Bin: beside, Args: []string{"--logtostderr", "-v=9", "ENGINE"}, Dir: program,
		}},
		{name: "with config in the environment", give: harness.Start{
			Dir: dir, Env: []string{`PULUMI_CONFIG={"shop:key":"x"}`, "PULUMI_STACK=dev", "PULUMI_DRY_RUN=true"},
		}},
		{name: "executable beside PulumiPolicy.yaml, from the program's folder", give: harness.Start{
			Bin: beside, Args: []string{"ENGINE"}, Dir: program, NoHandshake: true,
		}},
		{name: "executable elsewhere, from the program's folder", give: harness.Start{
			Bin: bin, Args: []string{"ENGINE"}, Dir: program, NoHandshake: true,
		}, ruleless: true},
		{name: "subcommand in the pack's folder", give: harness.Start{
			Bin: bin, Args: []string{"analyzer"}, Dir: dir, NoHandshake: true, DevNull: true,
		}},
		{name: "subcommand with engine and folder", give: harness.Start{
			Bin: bin, Args: []string{"analyzer", "ENGINE", dir}, Dir: program, NoHandshake: true,
		}},
		{name: "without ConfigureStack", give: harness.Start{Dir: dir, NoStack: true}},
		{name: "PWD is a link to the folder", give: harness.Start{Dir: dir, Env: []string{"PWD=" + linkTo(t, dir)}}},
		{name: "PWD is wrong", give: harness.Start{Dir: dir, Env: []string{"PWD=/nowhere"}}},
		{name: "an engine's address that nobody answers", give: harness.Start{
			Dir: dir, Args: []string{"analyzer", "127.0.0.1:1", "."}, NoHandshake: true,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, tt.give)
			a.Ready(t, nil, nil)
			found := false
			for _, p := range a.Info(t).Policies {
				found = found || p.Name == "no-buckets"
			}
			if found == tt.ruleless {
				t.Errorf("lists the rule beside PulumiPolicy.yaml: got %v, want %v", found, !tt.ruleless)
			}
			if got, want := len(analyze(t, a, rawSecret())), 1; got != want {
				t.Errorf("a raw secret gives %d violations, want %d", got, want)
			}
		})
	}
}

// Neither what Handshake says nor PWD decides whose rules and levels count: the engine's path is relative to a
// directory that only PWD names. An executable takes the directory of its own file, the language host that of
// RunPlugin.
func TestHandshakeAndPWDDecideNothing(t *testing.T) {
	other := harness.PackDir(t, map[string]string{
		"rules/no_buckets/no_buckets.rego": noBuckets, "policy-config.json": `{"all": "disabled"}`,
	})
	root := filepath.Base(other)
	env := []string{"PWD=" + filepath.Dir(other)}
	for _, tt := range []struct {
		name, root string
		start      harness.Start
	}{
		{
			"executable", root,
			harness.Start{Bin: harness.Policypack(t), Dir: t.TempDir(), Env: env, Args: []string{"ENGINE"}},
		},
		{
			"executable, from that directory", root,
			harness.Start{Bin: harness.Policypack(t), Dir: filepath.Dir(other), Env: env, Args: []string{"ENGINE"}},
		},
		{
			"executable, whole path", other,
			harness.Start{Bin: harness.Policypack(t), Dir: t.TempDir(), Args: []string{"ENGINE"}},
		},
		{"with a directory", root, harness.Start{Dir: harness.PackDir(t, nil), Env: env}},
		{"PWD the pack itself", ".", harness.Start{Dir: harness.PackDir(t, nil), Env: []string{"PWD=" + other}}},
		{
			"subcommand", root,
			harness.Start{
				Bin: harness.Policypack(t), Dir: harness.PackDir(t, nil), Env: env,
				Args: []string{"analyzer", "ENGINE"},
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.start.NoHandshake = true
			a := harness.StartAnalyzer(t, tt.start)
			_, err := a.Client.Handshake(t.Context(), &pulumirpc.AnalyzerHandshakeRequest{
				EngineAddress: a.Engine.Addr, RootDirectory: &tt.root, ProgramDirectory: &tt.root,
			})
			if err != nil {
				t.Fatal(err)
			}
			a.Ready(t, nil, nil)
			for _, p := range a.Info(t).Policies {
				if p.Name == "no-buckets" {
					t.Error("the rule of another pack is listed")
				}
			}
			if got, want := len(analyze(t, a, rawSecret())), 1; got != want {
				t.Errorf("a raw secret gives %d violations, want %d", got, want)
			}
		})
	}
}

func TestEndsWithTheEngine(t *testing.T) {
	bin := harness.Policypack(t)
	dir := harness.PackDir(t, nil)
	tests := []struct {
		name  string
		start harness.Start
		end   func(t *testing.T, a *harness.Analyzer)
	}{
		{
			"its input ends",
			harness.Start{Dir: dir, NoHandshake: true},
			func(_ *testing.T, a *harness.Analyzer) { a.CloseStdin() },
		},
		{
			"its input ends, as a subcommand",
			harness.Start{Bin: bin, Args: []string{"analyzer"}, Dir: dir, NoHandshake: true},
			func(_ *testing.T, a *harness.Analyzer) { a.CloseStdin() },
		},
		{
			"the engine's server is gone",
			harness.Start{Dir: dir, DevNull: true},
			func(_ *testing.T, a *harness.Analyzer) { a.Engine.Stop() },
		},
		{
			"the engine's server is gone, without Handshake",
			harness.Start{Dir: dir, DevNull: true, NoHandshake: true},
			func(_ *testing.T, a *harness.Analyzer) { a.Engine.Stop() },
		},
		{"Cancel", harness.Start{Dir: dir}, func(t *testing.T, a *harness.Analyzer) {
			if _, err := a.Client.Cancel(t.Context(), &emptypb.Empty{}); err != nil {
				t.Error(err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, tt.start)
			a.Ready(t, nil, nil)
			tt.end(t, a)
			if !a.Exits(soon) {
				t.Errorf("still runs after %v\nstderr:\n%s", soon, a.Stderr())
			}
		})
	}
}

// With /dev/null as input and an engine that lives, the process must go on: EOF there says nothing.
func TestLivesOnWithDevNull(t *testing.T) {
	a := harness.StartAnalyzer(t, harness.Start{DevNull: true})
	a.Ready(t, nil, nil)
	if a.Exits(3 * time.Second) {
		t.Fatalf("ended by itself\nstderr:\n%s", a.Stderr())
	}
	if got, want := len(analyze(t, a, rawSecret())), 1; got != want {
		t.Errorf("a raw secret gives %d violations, want %d", got, want)
	}
}

// A launcher that starts the pack and is killed with SIGKILL takes the pack with it.
func TestKilledParent(t *testing.T) {
	if os.Getenv(launcherVar) != "" {
		launcher(t)
		return
	}
	dir := t.TempDir()
	pidFile := filepath.Join(dir, "pid")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(self, "-test.run=^TestKilledParent$")
	parent.Dir = harness.Root(t)
	parent.Env = append(harness.CleanEnviron(), launcherVar+"="+harness.Policypack(t), "PID_FILE="+pidFile)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	waitFor(t, "the launcher's child", func() bool {
		text, err := os.ReadFile(pidFile)
		if err != nil {
			return false
		}
		_, err = fmt.Sscan(string(text), &pid)
		return err == nil
	})
	if !harness.Alive(pid) {
		t.Fatal("the pack is not running")
	}
	_ = parent.Process.Kill()
	_ = parent.Wait()
	waitFor(t, "the pack to end", func() bool { return !harness.Alive(pid) })
}

const launcherVar = "TEST_LAUNCHER_OF"

// launcher runs in the parent that is killed: it starts the pack with a pipe as input and waits forever.
func launcher(t *testing.T) {
	cmd := exec.Command(os.Getenv(launcherVar), "analyzer")
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var port int
	if _, err := fmt.Fscan(out, &port); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("PID_FILE"), fmt.Appendln(nil, cmd.Process.Pid), 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(harness.Timeout)
}

// A person who starts the program without the engine's arguments gets help, not a server.
func TestCommandLine(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 0, "policypack"},
		{[]string{"help"}, 0, "policypack"},
		{[]string{"version"}, 0, harness.Version(t)},
		{[]string{"no-such-command"}, 2, "no-such-command"},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			cmd := exec.Command(harness.Policypack(t), tt.args...)
			cmd.Env = harness.CleanEnviron()
			out, _ := cmd.CombinedOutput()
			if got := cmd.ProcessState.ExitCode(); got != tt.code {
				t.Errorf("exit code: got %d, want %d", got, tt.code)
			}
			if !strings.Contains(string(out), tt.want) {
				t.Errorf("output has no %q:\n%s", tt.want, out)
			}
		})
	}
}

// rawSecret is a resource that the pack denies by default.
func rawSecret() *pulumirpc.AnalyzeRequest {
	return request("aws:secretsmanager/secret:Secret", nil, map[string]any{"name": "api/production"})
}

// request is the Analyze call for a resource of the type below the given ancestors, outermost first.
func request(token string, ancestors []string, properties map[string]any) *pulumirpc.AnalyzeRequest {
	s, err := structpb.NewStruct(properties)
	if err != nil {
		panic(err)
	}
	types := strings.Join(append(append([]string{}, ancestors...), token), "$")
	pkg, _, _ := strings.Cut(token, ":")
	return &pulumirpc.AnalyzeRequest{
		Type: token, Name: "it", Urn: "urn:pulumi:production::shop::" + types + "::it", Properties: s,
		Options: &pulumirpc.AnalyzerResourceOptions{},
		Provider: &pulumirpc.AnalyzerProviderResource{
			Type: "pulumi:providers:" + pkg, Name: "default", Properties: &structpb.Struct{},
			Urn: "urn:pulumi:production::shop::pulumi:providers:" + pkg + "::default",
		},
	}
}

func analyze(t *testing.T, a *harness.Analyzer, req *pulumirpc.AnalyzeRequest) []*pulumirpc.AnalyzeDiagnostic {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), harness.Timeout)
	defer cancel()
	res, err := a.Client.Analyze(ctx, req)
	if err != nil {
		t.Fatalf("Analyze: %v\nstderr:\n%s", err, a.Stderr())
	}
	return res.Diagnostics
}

func linkTo(t *testing.T, dir string) string {
	t.Helper()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	return link
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o755); err != nil {
		t.Fatal(err)
	}
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(soon)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s", soon, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
