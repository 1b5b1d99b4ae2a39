// Command pyhost replaces pulumi-language-python, which is not available as a Go module, for running a program. Like
// the real one for a project with the option virtualenv, it starts the python in that environment.
package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/tests/internal/langrun"
)

func main() { langrun.Serve("pyhost", host{}) }

type host struct{ langrun.Host }

func (host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	dir := req.Info.ProgramDirectory
	virtualenv := req.Info.Options.GetFields()["virtualenv"].GetStringValue()
	cmd := exec.CommandContext(ctx, filepath.Join(dir, virtualenv, "bin", "python"),
		"--monitor", req.MonitorAddress, "--engine", os.Args[len(os.Args)-1], "--organization", req.Organization,
		"--project", req.Project, "--stack", req.Stack, "--pwd", dir, "--root_directory", dir,
		"--parallel", strconv.Itoa(int(req.Parallel)), "--dry_run", strconv.FormatBool(req.DryRun), req.Info.EntryPoint)
	cmd.Dir = dir
	return langrun.Run(cmd, req)
}
