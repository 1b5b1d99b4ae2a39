package main

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/tests/internal/langrun"
)

// Run runs a program in TypeScript as the real host does, with @pulumi/pulumi/cmd/run.
func (host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	dir := req.Info.ProgramDirectory
	locate := exec.CommandContext(ctx, "node", "-p", "require.resolve('@pulumi/pulumi/cmd/run')")
	locate.Dir = dir
	found, err := locate.Output()
	if err != nil {
		return nil, err
	}
	args := []string{
		strings.TrimSpace(string(found)), "--monitor", req.MonitorAddress, "--engine", os.Args[len(os.Args)-1],
		"--organization", req.Organization, "--project", req.Project, "--stack", req.Stack, "--pwd", dir,
		"--parallel", strconv.Itoa(int(req.Parallel)),
	}
	if req.DryRun {
		args = append(args, "--dry-run")
	}
	cmd := exec.CommandContext(ctx, "node", append(args, req.Info.EntryPoint)...)
	cmd.Dir = dir
	return langrun.Run(cmd, req, "PULUMI_NODEJS_TYPESCRIPT=true")
}
