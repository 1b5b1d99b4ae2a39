// Package langrun is what the stand-ins for Pulumi's language hosts share: they run a program as the real hosts do.
package langrun

import (
	"encoding/json"
	"os"
	"os/exec"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Run runs a program with what every SDK reads from its environment.
func Run(cmd *exec.Cmd, req *pulumirpc.RunRequest, more ...string) (*pulumirpc.RunResponse, error) {
	config, err := json.Marshal(req.Config)
	if err != nil {
		return nil, err
	}
	keys, err := json.Marshal(req.ConfigSecretKeys)
	if err != nil {
		return nil, err
	}
	cmd.Env = append(os.Environ(),
		"PULUMI_ORGANIZATION="+req.Organization, "PULUMI_PROJECT="+req.Project, "PULUMI_STACK="+req.Stack,
		"PULUMI_CONFIG="+string(config), "PULUMI_CONFIG_SECRET_KEYS="+string(keys),
		"PULUMI_DRY_RUN="+strconv.FormatBool(req.DryRun), "PULUMI_PARALLEL="+strconv.Itoa(int(req.Parallel)),
		"PULUMI_MONITOR="+req.MonitorAddress, "PULUMI_ENGINE="+os.Args[len(os.Args)-1])
	cmd.Env = append(cmd.Env, more...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr // stdout belongs to the port
	if err := cmd.Run(); err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil //nolint:nilerr // that is how a host says it
	}
	return &pulumirpc.RunResponse{}, nil
}
