// Command nodehost replaces pulumi-language-nodejs, which is not available as a Go module, for starting policy packs.
// Like the real one (sdk/nodejs/cmd/pulumi-language-nodejs, RunPlugin), it looks for @pulumi/pulumi/cmd/run-policy-pack
// from the pack upwards, puts sdk.PolicyProxy before it, and runs node in the pack.
//
// Dependencies are installed by npm or, if NODEHOST_MODULES is the path of an existing node_modules, by a link.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/tests/internal/langrun"
)

func main() { langrun.Serve("nodehost", host{}) }

type host struct{ langrun.Host }

func (host) InstallDependencies(req *pulumirpc.InstallDependenciesRequest,
	server pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(server, req.IsTerminal)
	if err != nil {
		return err
	}
	defer closer.Close() //nolint:errcheck // best effort
	dir := req.Info.ProgramDirectory
	if modules := os.Getenv("NODEHOST_MODULES"); modules != "" {
		return os.Symlink(modules, filepath.Join(dir, "node_modules"))
	}
	if _, err := npm.Install(server.Context(), npm.AutoPackageManager, dir, req.IsPlugin, stdout, stderr); err != nil {
		return fmt.Errorf("npm install: %w", err)
	}
	return closer.Close()
}

func (host) RunPlugin(req *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer) error {
	ctx, dir := server.Context(), req.Info.ProgramDirectory
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	defer closer.Close() //nolint:errcheck // best effort
	node, err := exec.LookPath("node")
	if err != nil {
		return err
	}
	locate := exec.CommandContext(ctx, node, "-p", "require.resolve('@pulumi/pulumi/cmd/run-policy-pack')")
	locate.Dir = dir
	found, err := locate.Output()
	if err != nil {
		return fmt.Errorf("It looks like the Pulumi SDK has not been installed. Have you run npm install in %s?", dir) //nolint:staticcheck // the real one's words
	}
	args := append([]string{strings.TrimSpace(string(found))}, req.Args...)
	proxy, stdout, err := sdk.NewPolicyProxy(ctx, stdout)
	if err != nil {
		return err
	}
	// the real one puts it into the environment; index.js reads none of it
	if _, err := proxy.AwaitConfiguration(ctx); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, node, append(args, dir)...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, req.Env, stdout, stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := proxy.Attach(ctx, cmd); err != nil {
		return fmt.Errorf("could not attach policy pack proxy: %w", err)
	}
	return closer.Close()
}
