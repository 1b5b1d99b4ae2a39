// Command gohost replaces pulumi-language-go, which is not available as a Go module, for running a program. Like the
// real one for a project with the option binary, it starts that program.
package main

import (
	"context"
	"os/exec"
	"path/filepath"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/tests/internal/langrun"
)

func main() { langrun.Serve("gohost", host{}) }

type host struct{ langrun.Host }

func (host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	dir := req.Info.ProgramDirectory
	binary := req.Info.Options.GetFields()["binary"].GetStringValue()
	cmd := exec.CommandContext(ctx, filepath.Join(dir, binary))
	cmd.Dir = dir
	return langrun.Run(cmd, req)
}
