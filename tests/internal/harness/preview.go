package harness

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Stack is a stack whose program is a Go function of the test, run by the real CLI.
type Stack struct {
	auto.Stack
	home Home
}

// Result is what a run showed.
type Result struct {
	// Violations are the policy events of the run, sorted.
	Violations []Violation
	// Remediations are the changes that policies made.
	Remediations []apitype.PolicyRemediationEvent
	// Steps are what the engine does with each resource, by the resource's URN: same, create, import, delete, replace.
	Steps map[string]string
	// Output is what the CLI printed.
	Output string
	// Err is the error of the run, nil if it went through.
	Err error
}

// Violation is one policy event.
type Violation struct {
	URN, Policy, Level, Severity, Message string
}

// NewStack makes a stack `production` of a project `shop` with an inline program.
func NewStack(t testing.TB, program pulumi.RunFunc) *Stack {
	t.Helper()
	dir := t.TempDir()
	home := NewHome(t, dir)
	work := filepath.Join(dir, "program")
	check(t, os.MkdirAll(work, 0o755))
	command, err := pulumiCommand()
	check(t, err)
	s, err := auto.NewStackInlineSource(t.Context(), "production", "shop", program, auto.Pulumi(command),
		auto.WorkDir(work), auto.PulumiHome(home.Dir), auto.EnvVars(home.Variables()))
	check(t, err)
	return &Stack{Stack: s, home: home}
}

// NewProgram makes a stack `production` of the program in files, whose project Pulumi.yaml names. setUp may add to the
// program's folder and to what its Pulumi runs in.
func NewProgram(t testing.TB, files map[string]string, setUp func(home Home, dir string)) *Stack {
	t.Helper()
	dir := t.TempDir()
	home, program := NewHome(t, dir), filepath.Join(dir, "program")
	WriteFiles(t, program, files)
	setUp(home, program)
	command, err := pulumiCommand()
	check(t, err)
	s, err := auto.NewStackLocalSource(t.Context(), "production", program, auto.Pulumi(command),
		auto.PulumiHome(home.Dir), auto.EnvVars(home.Variables()))
	check(t, err)
	return &Stack{Stack: s, home: home}
}

// pulumiCommand is the CLI for the Automation API, which asks it for its version first.
var pulumiCommand = sync.OnceValues(func() (auto.PulumiCommand, error) {
	cli, err := pulumiBinary()
	if err != nil {
		return nil, err
	}
	root := filepath.Join(filepath.Dir(cli), "cli") // with nothing but the CLI, as it comes first on PATH
	if err := os.MkdirAll(filepath.Join(root, "bin"), 0o700); err != nil {
		return nil, err
	}
	if err := os.Symlink(cli, filepath.Join(root, "bin", "pulumi")); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: root})
})

// Home is what the stack's Pulumi runs in.
func (s *Stack) Home() Home { return s.home }

// Preview runs `pulumi preview` with a policy pack: a folder or an executable. config is a file of parameters, or
// empty.
func (s *Stack) Preview(t testing.TB, pack, config string, more ...optpreview.Option) Result {
	t.Helper()
	return s.collect(t, func(ctx context.Context, out *bytes.Buffer, stream chan events.EngineEvent) error {
		opts := []optpreview.Option{
			optpreview.ProgressStreams(out), optpreview.ErrorProgressStreams(out), optpreview.EventStreams(stream),
			optpreview.Color("never"),
		}
		if pack != "" {
			opts = append(opts, optpreview.PolicyPacks(pack))
		}
		if config != "" {
			opts = append(opts, optpreview.PolicyPackConfigs(config))
		}
		_, err := s.Stack.Preview(ctx, append(opts, more...)...)
		return err
	})
}

// Up runs `pulumi up`, as Preview runs a preview.
func (s *Stack) Up(t testing.TB, pack, config string) Result {
	t.Helper()
	return s.collect(t, func(ctx context.Context, out *bytes.Buffer, stream chan events.EngineEvent) error {
		opts := []optup.Option{
			optup.ProgressStreams(out), optup.ErrorProgressStreams(out), optup.EventStreams(stream),
			optup.Color("never"),
		}
		if pack != "" {
			opts = append(opts, optup.PolicyPacks(pack))
		}
		if config != "" {
			opts = append(opts, optup.PolicyPackConfigs(config))
		}
		_, err := s.Stack.Up(ctx, opts...)
		return err
	})
}

func (s *Stack) collect(t testing.TB, run func(context.Context, *bytes.Buffer, chan events.EngineEvent) error) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*Timeout)
	defer cancel()
	res := Result{Steps: map[string]string{}}
	var out bytes.Buffer
	stream := make(chan events.EngineEvent)
	var reader sync.WaitGroup
	reader.Go(func() {
		for e := range stream {
			if p := e.PolicyEvent; p != nil {
				res.Violations = append(res.Violations, Violation{
					URN: p.ResourceURN, Policy: p.PolicyName, Level: p.EnforcementLevel, Severity: p.Severity,
					Message: strings.TrimSpace(p.Message),
				})
			}
			if p := e.ResourcePreEvent; p != nil {
				res.Steps[p.Metadata.URN] += string(p.Metadata.Op)
			}
			if p := e.PolicyRemediationEvent; p != nil {
				res.Remediations = append(res.Remediations, *p)
			}
		}
	})
	res.Err = run(ctx, &out, stream)
	reader.Wait()
	res.Output = out.String()
	slices.SortFunc(res.Violations, func(a, b Violation) int {
		return cmp.Or(strings.Compare(a.URN, b.URN), strings.Compare(a.Policy, b.Policy),
			strings.Compare(a.Message, b.Message))
	})
	return res
}
