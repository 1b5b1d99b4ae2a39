package tests

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// A pack that the language host runs is an analyzer with the organisation's rules, the environment of the request and
// no other, and whatever the analyzer prints goes over the stream.
func TestLanguageRunsPack(t *testing.T) {
	l := harness.StartLanguage(t, "--logtostderr", "-v=9")
	dir := harness.PackDir(t, map[string]string{"rules/no_buckets/no_buckets.rego": noBuckets})
	more := t.TempDir()
	harness.WriteFiles(t, more, map[string]string{
		"no_queues/no_queues.rego": strings.NewReplacer("no_buckets", "no_queues", "buckets",
			"queues").Replace(noBuckets),
	})
	p := runPlugin(t, l, &pulumirpc.RunPluginRequest{
		Pwd: t.TempDir(), Kind: "analyzer", Args: []string{"--logtostderr", "-v=9", l.Engine.Addr},
		Env:  append(harness.CleanEnviron(), "POLICYPACK_RULES="+more),
		Info: &pulumirpc.ProgramInfo{RootDirectory: dir, ProgramDirectory: dir, EntryPoint: "."},
	})
	analyzer := pulumirpc.NewAnalyzerClient(p.dial(t))
	info, err := analyzer.GetAnalyzerInfo(t.Context(), &emptypb.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, policy := range info.Policies {
		names[policy.Name] = true
	}
	if !names["no-buckets"] || !names["no-queues"] || !names["raw-secret-resource"] {
		t.Errorf("the policies are %v; want those of the program, of the pack and of POLICYPACK_RULES", names)
	}
	res, err := analyzer.Analyze(t.Context(), rawSecret())
	if err != nil {
		t.Fatal(err)
	}
	if got := len(res.Diagnostics); got != 1 {
		t.Errorf("a raw secret gives %d violations, want 1", got)
	}
	if _, err := analyzer.Cancel(t.Context(), &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}
	code, err := p.end(t)
	if err != nil || code != 0 {
		t.Errorf("after Cancel: exit code %d, error %v; want 0\nstderr:\n%s", code, err, p.stderr.String())
	}
	if out := p.stdout.String(); out != p.port+"\n" {
		t.Errorf("stdout of the pack: got %q, want the port and nothing else", out)
	}
}

// An analyzer that cannot start says why on the stream, and its exit code comes at the end.
func TestLanguageTellsExitCode(t *testing.T) {
	l := harness.StartLanguage(t)
	dir := harness.PackDir(t, nil)
	stream, err := l.Client.RunPlugin(t.Context(), &pulumirpc.RunPluginRequest{
		Pwd: dir, Kind: "analyzer", Args: []string{l.Engine.Addr},
		Env:  append(harness.CleanEnviron(), "POLICYPACK_REPORT=report.unheard-of"),
		Info: &pulumirpc.ProgramInfo{ProgramDirectory: dir},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := collected(stream)
	code, err := p.end(t)
	if err != nil || code != 2 {
		t.Errorf("got exit code %d, error %v; want 2", code, err)
	}
	if !strings.Contains(p.stderr.String(), "report.unheard-of") || p.stdout.Len() > 0 {
		t.Errorf("want the reason on stderr and nothing on stdout\nstdout: %q\nstderr: %q", p.stdout.String(),
			p.stderr.String())
	}
}

// The pack ends with the call, with the host, and with the engine.
func TestLanguageEndsPack(t *testing.T) {
	tests := []struct {
		name string
		end  func(t *testing.T, l *harness.Language, cancel func())
		host bool // ends too
	}{
		{"the engine ends the call", func(_ *testing.T, _ *harness.Language, cancel func()) { cancel() }, false},
		{"the engine cancels", func(t *testing.T, l *harness.Language, _ func()) {
			if _, err := l.Client.Cancel(t.Context(), &emptypb.Empty{}); err != nil {
				t.Error(err)
			}
		}, true},
		{"the engine's server is gone", func(_ *testing.T, l *harness.Language, _ func()) { l.Engine.Stop() }, true},
		{"the host's input ends", func(_ *testing.T, l *harness.Language, _ func()) { l.CloseStdin() }, true},
		{"the host is killed", func(_ *testing.T, l *harness.Language, _ func()) { l.Kill() }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := harness.StartLanguage(t)
			if _, err := l.Client.Handshake(t.Context(),
				&pulumirpc.LanguageHandshakeRequest{EngineAddress: l.Engine.Addr}); err != nil {
				t.Fatal(err)
			}
			dir := harness.PackDir(t, nil)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			stream, err := l.Client.RunPlugin(ctx, &pulumirpc.RunPluginRequest{
				Pwd: dir, Kind: "analyzer", Args: []string{l.Engine.Addr},
				Info: &pulumirpc.ProgramInfo{ProgramDirectory: dir},
			})
			if err != nil {
				t.Fatal(err)
			}
			p := collected(stream)
			conn := p.dial(t)
			if _, err := pulumirpc.NewAnalyzerClient(conn).GetPluginInfo(t.Context(), &emptypb.Empty{}); err != nil {
				t.Fatal(err)
			}
			tt.end(t, l, cancel)
			waitFor(t, "the pack to end", func() bool {
				c, err := net.DialTimeout("tcp", "127.0.0.1:"+p.port, time.Second)
				if err == nil {
					_ = c.Close()
				}
				return err != nil
			})
			if tt.host && !l.Exits(soon) {
				t.Errorf("the host still runs after %v", soon)
			} else if !tt.host && l.Exits(time.Second) {
				t.Errorf("the host has ended too\nstderr:\n%s", l.Stderr())
			}
		})
	}
}

// What the host does not do is said with what it is for, under the code by which the engine goes on without it.
func TestLanguageRefuses(t *testing.T) {
	l := harness.StartLanguage(t)
	pack, empty := harness.PackDir(t, nil), t.TempDir()
	install := func(dir string, plugin bool) error {
		stream, err := l.Client.InstallDependencies(t.Context(), &pulumirpc.InstallDependenciesRequest{
			Info: &pulumirpc.ProgramInfo{ProgramDirectory: dir}, IsPlugin: plugin,
		})
		if err == nil {
			_, err = stream.Recv()
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
	plugin := func(dir, kind string) error {
		stream, err := l.Client.RunPlugin(t.Context(), &pulumirpc.RunPluginRequest{
			Kind: kind, Args: []string{l.Engine.Addr}, Info: &pulumirpc.ProgramInfo{ProgramDirectory: dir},
		})
		if err == nil {
			_, err = stream.Recv()
		}
		return err
	}
	tests := []struct {
		name string
		call func() error
		code codes.Code
		want string
	}{
		{"dependencies of a pack", func() error { return install(pack, true) }, codes.OK, ""},
		{
			"dependencies of half a pack", func() error { return install(empty, true) }, codes.FailedPrecondition,
			"no PulumiPolicy.yaml",
		},
		{
			"dependencies of a program", func() error { return install(empty, false) }, codes.FailedPrecondition,
			"not for programs",
		},
		{
			"half a pack", func() error { return plugin(empty, "analyzer") }, codes.FailedPrecondition,
			"no PulumiPolicy.yaml",
		},
		{"a provider", func() error { return plugin(pack, "resource") }, codes.InvalidArgument, "kind resource"},
		{"a program's packages", func() error {
			_, err := l.Client.GetRequiredPackages(t.Context(), &pulumirpc.GetRequiredPackagesRequest{})
			return err
		}, codes.FailedPrecondition, "not for programs"},
		{"a program", func() error {
			_, err := l.Client.Run(t.Context(), &pulumirpc.RunRequest{})
			return err
		}, codes.FailedPrecondition, "not for programs"},
		{"an SDK", func() error {
			_, err := l.Client.GeneratePackage(t.Context(), &pulumirpc.GeneratePackageRequest{})
			return err
		}, codes.Unimplemented, "GeneratePackage generates an SDK in the runtime's language; the runtime policypack only supports " +
			"policy packs"},
		{"a template", func() error {
			_, err := l.Client.Template(t.Context(), &pulumirpc.TemplateRequest{})
			return err
		}, codes.Unimplemented, "only supports policy packs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			switch err := tt.call(); {
			case tt.code == codes.OK && err != nil:
				t.Error(err)
			case tt.code != codes.OK && (err == nil || !strings.Contains(err.Error(), "code = "+tt.code.String()) ||
				!strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want %s with %q", err, tt.code, tt.want)
			}
		})
	}
	info, err := l.Client.GetPluginInfo(t.Context(), &emptypb.Empty{})
	if err != nil || info.Version != harness.Version(t) {
		t.Errorf("GetPluginInfo: got %v, %v; want version %s", info, err, harness.Version(t))
	}
}

// On the real CLI a pack directory is run by the language host alone.
func TestLanguageOnCLI(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, c *cli)
		want   string
	}{
		{"installed", func(t *testing.T, c *cli) { c.home.InstallPlugin(t) }, "no-buckets"},
		{"broken", func(t *testing.T, c *cli) {
			if err := errors.Join(os.MkdirAll(c.home.Plugin(t), 0o755),
				os.WriteFile(filepath.Join(c.home.Plugin(t), "pulumi-language-policypack"),
					[]byte("#!/bin/sh\nexit 3\n"), 0o755)); err != nil {
				t.Fatal(err)
			}
		}, "exit status 3"},
		{"missing", func(*testing.T, *cli) {}, "no language plugin 'pulumi-language-policypack' found"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCLI(t)
			tt.change(t, c)
			pack := harness.PackDir(t, map[string]string{"rules/no_buckets/no_buckets.rego": noBuckets})
			out, err := c.run("preview", "--policy-pack", pack)
			if err == nil || !strings.Contains(out, tt.want) {
				t.Errorf("got %v, want an error with %q\n%s", err, tt.want, out)
			}
			if tt.want == "no-buckets" && !strings.Contains(out, "policypack@v"+harness.Version(t)) {
				t.Errorf("the pack's version is not shown\n%s", out)
			}
		})
	}
}

// Configuration reaches a pack behind the language host, and `policy analyze`, which never says what stack it is,
// works.
func TestLanguageWithConfig(t *testing.T) {
	c := newCLI(t)
	c.home.InstallPlugin(t)
	pack := harness.PackDir(t, map[string]string{"rules/no_buckets/no_buckets.rego": noBuckets})
	config := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(config, []byte(`{"no-buckets": "advisory"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := c.run("up", "--yes", "--policy-pack", pack, "--policy-pack-config", config)
	if err != nil || !strings.Contains(out, "[advisory] [severity: low]  no-buckets") {
		t.Errorf("want an advisory finding and an update that goes through: %v\n%s", err, out)
	}
	out, err = c.run("policy", "analyze", "--stack", "production", "--policy-pack", pack)
	if err == nil || !strings.Contains(out, "no-buckets") {
		t.Errorf("want a mandatory violation: %v\n%s", err, out)
	}
}

// A directory of another release than the installed one is judged by the installed one, and the preview says so. A pack
// of an organisation has versions of its own.
func TestOtherVersionIsSaid(t *testing.T) {
	c := newCLI(t)
	c.home.InstallPlugin(t)
	pack := harness.PackDir(t, nil)
	text, err := os.ReadFile(filepath.Join(pack, "PulumiPolicy.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(string(text), "version: "+harness.Version(t), "version: 0.0.9", 1)
	const note = "is for policypack 0.0.9, but policypack "
	for _, tt := range []struct {
		name, text string
		want       bool
	}{
		{"ours, another version", other, true},
		{"ours", string(text), false},
		{"an organisation's", "runtime: policypack\nversion: 0.0.9\n", false},
	} {
		harness.WriteFiles(t, pack, map[string]string{"PulumiPolicy.yaml": tt.text})
		out, err := c.run("preview", "--policy-pack", pack)
		if err != nil || strings.Contains(out, note) != tt.want {
			t.Errorf("%s: got error %v; says so: %v, want %v\n%s", tt.name, err, !tt.want, tt.want, out)
		}
	}
}

// A program cannot be written in the runtime, and the error says where the name belongs.
func TestLanguageIsNotForPrograms(t *testing.T) {
	c := newCLI(t)
	c.home.InstallPlugin(t)
	harness.WriteFiles(t, c.program, map[string]string{"Pulumi.yaml": "name: shop\nruntime: policypack\n"})
	for _, args := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}, {"install"}} {
		out, err := c.run(args...)
		if err == nil || !strings.Contains(out, "`runtime: policypack` is for policy packs (PulumiPolicy.yaml)") {
			t.Errorf("pulumi %s: got %v, want a clear error\n%s", args[0], err, out)
		}
	}
}

// plugged is what a run of a pack gives away.
type plugged struct {
	stdout, stderr strings.Builder // complete once ended is closed
	port           string
	ports          chan string
	ended          chan struct{}
	code           int32
	err            error
}

// runPlugin runs a pack.
func runPlugin(t *testing.T, l *harness.Language, req *pulumirpc.RunPluginRequest) *plugged {
	t.Helper()
	stream, err := l.Client.RunPlugin(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return collected(stream)
}

func collected(stream grpc.ServerStreamingClient[pulumirpc.RunPluginResponse]) *plugged {
	p := &plugged{ports: make(chan string, 1), ended: make(chan struct{}), code: -1}
	go func() {
		defer close(p.ended)
		for {
			m, err := stream.Recv()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					p.err = err
				}
				return
			}
			switch out := m.Output.(type) {
			case *pulumirpc.RunPluginResponse_Stdout:
				p.stdout.Write(out.Stdout)
				if line, _, ok := strings.Cut(p.stdout.String(), "\n"); ok && cap(p.ports) > len(p.ports) {
					p.ports <- line
				}
			case *pulumirpc.RunPluginResponse_Stderr:
				p.stderr.Write(out.Stderr)
			case *pulumirpc.RunPluginResponse_Exitcode:
				p.code = out.Exitcode
			}
		}
	}()
	return p
}

// dial connects to the analyzer that the run has started.
func (p *plugged) dial(t *testing.T) *grpc.ClientConn {
	t.Helper()
	select {
	case p.port = <-p.ports:
	case <-p.ended:
		t.Fatalf("the pack ended with exit code %d, error %v\nstderr:\n%s", p.code, p.err, p.stderr.String())
	case <-time.After(harness.Timeout):
		t.Fatalf("no port after %v", harness.Timeout)
	}
	conn, err := grpc.NewClient("127.0.0.1:"+p.port, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// end waits for the end of the run.
func (p *plugged) end(t *testing.T) (int32, error) {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(soon):
		t.Fatalf("the pack still runs after %v", soon)
	}
	return p.code, p.err
}
