// Command preview demonstrates the pack: it builds what is needed, runs the real `pulumi preview --policy-pack .` for
// the example that violates the standard and for the one that complies, and checks that the first fails and the second
// succeeds. The clouds' providers are simulated by tests/echo, so no account is needed; everything else is real.
//
// A pulumi on the PATH is used if it is recent enough; otherwise the one that go.mod pins is built, which takes some
// minutes the first time.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/blang/semver"

	"github.com/progression-labs-development/policypack"
)

// minimum is the first version of the CLI that runs a policy pack given as an executable.
var minimum = semver.MustParse("3.255.0")

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "preview: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) (err error) {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, "PulumiPolicy.yaml")); err != nil {
		return fmt.Errorf("run it in the project's folder: %w", err)
	}
	work, err := os.MkdirTemp("", "policypack-preview-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	bin := filepath.Join(work, "bin")

	pulumi, err := findPulumi(ctx, out, bin)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "building the policy pack and the stand-in providers")
	for _, p := range []struct{ kind, name, version, pkg string }{
		{"language", "policypack", policypack.Version(), "./cmd/policypack"},
		{"resource", "progression-labs-development", "0.1.0", "./examples/infra"},
		{"resource", "aws", "7.0.0", "./tests/echo"},
		{"resource", "gcp", "9.0.0", "./tests/echo"},
		{"resource", "azure-native", "3.0.0", "./tests/echo"},
	} {
		dir := filepath.Join(work, "home", "plugins", fmt.Sprintf("%s-%s-v%s", p.kind, p.name, p.version))
		if err := build(ctx, filepath.Join(dir, "pulumi-"+p.kind+"-"+p.name), p.pkg); err != nil {
			return err
		}
	}
	// The programs run in a copy, in which the CLI may write its stack's files.
	policy, err := os.ReadFile("PulumiPolicy.yaml")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, "PulumiPolicy.yaml"), policy, 0o600); err != nil {
		return err
	}
	env := environment(work, bin)
	for _, example := range []struct {
		dir   string
		fails bool
	}{{"examples/broken", true}, {"examples/fixed", false}} {
		fmt.Fprintf(out, "\n$ cd %s\n", example.dir)
		dir := filepath.Join(work, filepath.FromSlash(example.dir))
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, filepath.FromSlash(example.dir)))); err != nil {
			return err
		}
		// Both examples are the project shop, so each has a backend of its own.
		env := append(slices.Clone(env), "PULUMI_BACKEND_URL=file://"+filepath.ToSlash(dir))
		var quiet bytes.Buffer
		if err := command(ctx, env, dir, &quiet, pulumi, "stack", "init", "production"); err != nil {
			return fmt.Errorf("pulumi stack init: %w\n%s", err, quiet.String())
		}
		fmt.Fprintln(out, "$ pulumi preview --policy-pack ../..")
		err := command(ctx, env, dir, out, pulumi, "preview", "--policy-pack", "../..", "--stack", "production",
			"--non-interactive", "--suppress-permalink=true", "--suppress-progress")
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			return err
		}
		switch {
		case example.fails && err == nil:
			return fmt.Errorf("%s breaks the standard, and its preview passed", example.dir)
		case !example.fails && err != nil:
			return fmt.Errorf("%s keeps the standard, and its preview failed: %w", example.dir, err)
		}
	}
	fmt.Fprintln(out, "\nThe preview of examples/broken was refused; the preview of examples/fixed passed.")
	return nil
}

// findPulumi returns a CLI that the user has, or builds the pinned one.
func findPulumi(ctx context.Context, out io.Writer, bin string) (string, error) {
	if path, err := exec.LookPath("pulumi"); err == nil {
		printed, err := exec.CommandContext(ctx, path, "version").Output()
		version, parseErr := semver.ParseTolerant(strings.TrimSpace(string(printed)))
		if err == nil && parseErr == nil && version.GTE(minimum) {
			fmt.Fprintf(out, "using your pulumi %s (%s)\n", version, path)
			return path, nil
		}
		fmt.Fprintf(out, "your pulumi (%s) is older than %s\n", path, minimum)
	}
	fmt.Fprintln(out, "building the pinned pulumi; the first time this takes some minutes")
	path := filepath.Join(bin, "pulumi")
	version, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Version}}",
		"github.com/pulumi/pulumi/pkg/v3").Output()
	if err != nil {
		return "", err
	}
	err = build(ctx, path, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
		"-ldflags", "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version="+strings.TrimSpace(string(version)))
	if err != nil {
		return "", err
	}
	return path,
		build(ctx, filepath.Join(bin, "pulumi-language-yaml"), "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml")
}

func build(ctx context.Context, path, pkg string, flags ...string) error {
	args := append([]string{"build", "-o", path}, flags...)
	c := exec.CommandContext(ctx, "go", append(args, pkg)...)
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("build %s: %w", pkg, err)
	}
	return nil
}

// environment is the caller's without its Pulumi settings: the preview uses a backend and a home of its own.
func environment(work, bin string) []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PULUMI_") && !strings.HasPrefix(v, "POLICYPACK_") {
			env = append(env, v)
		}
	}
	return append(env,
		"PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"PULUMI_HOME="+filepath.Join(work, "home"),
		"PULUMI_CONFIG_PASSPHRASE=example",
		"PULUMI_SKIP_UPDATE_CHECK=1",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_SUPPRESS_NEO_LINK=true",
	)
}

func command(ctx context.Context, env []string, dir string, out io.Writer, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir, c.Env, c.Stdout, c.Stderr = dir, env, out, out
	return c.Run()
}
