// Package langrun is shared by the replacements for Pulumi's language hosts. It runs a program as the real hosts do.
package langrun

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Host answers what every host is asked before it runs a program.
type Host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
}

// Handshake accepts whoever asks.
func (Host) Handshake(context.Context, *pulumirpc.LanguageHandshakeRequest) (*pulumirpc.LanguageHandshakeResponse,
	error,
) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// GetPluginInfo says a version.
func (Host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "0.0.0"}, nil
}

// GetRequiredPackages asks for no plugins: the tests have put them in place.
func (Host) GetRequiredPackages(context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Serve is the main function of a host.
func Serve(name string, host pulumirpc.LanguageRuntimeServer) {
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Init: func(s *grpc.Server) error {
		pulumirpc.RegisterLanguageRuntimeServer(s, host)
		return nil
	}})
	if err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
	fmt.Println(handle.Port)
	if err := <-handle.Done; err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

// Run runs a program with what every SDK reads from its environment.
func Run(cmd *exec.Cmd, req *pulumirpc.RunRequest, more ...string) (*pulumirpc.RunResponse, error) {
	config, err := json.Marshal(maps.Collect(maps.All(req.Config))) // {} for none, as Python wants it
	if err != nil {
		return nil, err
	}
	keys, err := json.Marshal(append([]string{}, req.ConfigSecretKeys...))
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
