// Package harness lets tests use the policy pack as users do: it builds the real Pulumi CLI, the pack and a provider
// that only echoes, starts analyzers as the engine does, and runs whole previews without a cloud.
//
// Binaries are in one folder per user and checkout, and are rebuilt only if Go reports that they are out of date. The
// first build of the CLI takes minutes.
package harness

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

const (
	cliModule   = "github.com/pulumi/pulumi/pkg/v3"
	cliPackage  = cliModule + "/cmd/pulumi"
	yamlPackage = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
	opaPackage  = "github.com/open-policy-agent/opa"
	versionVar  = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
)

// Root is the folder of the project's go.mod.
func Root(t testing.TB) string {
	t.Helper()
	return must(t)(root())
}

var root = sync.OnceValues(func() (string, error) {
	mod, err := goOutput(".", "env", "GOMOD")
	return filepath.Dir(mod), err
})

// Pulumi is the path of the Pulumi CLI that go.mod pins, with its YAML language host beside it.
func Pulumi(t testing.TB) string {
	t.Helper()
	return must(t)(pulumiBinary())
}

var pulumiBinary = sync.OnceValues(func() (string, error) {
	dir, err := root()
	if err != nil {
		return "", err
	}
	version, err := goOutput(dir, "list", "-m", "-f", "{{.Version}}", cliModule)
	if err != nil {
		return "", err
	}
	if _, err := build("pulumi-language-yaml", yamlPackage); err != nil {
		return "", err
	}
	return build("pulumi", cliPackage, "-ldflags", "-X "+versionVar+"="+version)
})

// Oldest is the path of the oldest Pulumi CLI that the docs promise, which the module tests/oldest pins.
func Oldest(t testing.TB) string {
	t.Helper()
	return must(t)(oldestBinary())
}

var oldestBinary = sync.OnceValues(func() (string, error) {
	dir, err := root()
	if err != nil {
		return "", err
	}
	module := filepath.Join(dir, "tests", "oldest")
	version, err := goOutput(module, "list", "-m", "-f", "{{.Version}}", cliModule)
	if err != nil {
		return "", err
	}
	return build("oldest", cliPackage, "-C", module, "-ldflags", "-X "+versionVar+"="+version)
})

// OPA is the path of the OPA CLI that go.mod pins.
func OPA(t testing.TB) string {
	t.Helper()
	return must(t)(opaBinary())
}

var opaBinary = sync.OnceValues(func() (string, error) { return build("opa", opaPackage) })

// Policypack is the path of the pack's own program, built without what only debuggers read, as releases are: tests pack
// and copy it often.
func Policypack(t testing.TB) string {
	t.Helper()
	return must(t)(policypackBinary())
}

var policypackBinary = sync.OnceValues(func() (string, error) {
	return build("policypack", "./cmd/policypack", "-tags", "grpcnotrace", "-ldflags=-s -w")
})

// Next is the path of the pack's own program as the next minor version would be that is released today, and its version.
func Next(t testing.TB) (path, version string) {
	t.Helper()
	dir, text := Root(t), ""
	major, rest, _ := strings.Cut(Version(t), ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)
	check(t, err)
	version = fmt.Sprintf("%s.%d.0", major, n+1)
	project := filepath.Join(dir, "PulumiPolicy.yaml")
	b, err := os.ReadFile(project)
	check(t, err)
	for line := range strings.Lines(string(b)) {
		switch key, _, _ := strings.Cut(line, ": "); key {
		case "version":
			line = "version: " + version + "\n"
		case "released":
			line = "released: " + time.Now().UTC().Format(time.DateOnly) + "\n"
		}
		text += line
	}
	work := t.TempDir()
	overlay, err := json.Marshal(map[string]any{
		"Replace": map[string]string{project: filepath.Join(work, "PulumiPolicy.yaml")},
	})
	check(t, err)
	WriteFiles(t, work, map[string]string{"PulumiPolicy.yaml": text, "overlay.json": string(overlay)})
	path = must(t)(build("policypack-next", "./cmd/policypack", "-overlay", filepath.Join(work, "overlay.json"),
		"-tags", "grpcnotrace", "-ldflags=-s -w"))
	return path, version
}

// PolicypackRace is the path of the pack's own program, built with the race detector.
func PolicypackRace(t testing.TB) string {
	t.Helper()
	return must(t)(raceBinary())
}

var raceBinary = sync.OnceValues(func() (string, error) {
	return build("policypack-race", "./cmd/policypack", "-race")
})

// Noop is the path of an analyzer that answers every call with nothing.
func Noop(t testing.TB) string {
	t.Helper()
	return must(t)(noopBinary())
}

var noopBinary = sync.OnceValues(func() (string, error) { return build("noop", "./tests/noop") })

// Served is the path of the pack's own program with profiles of itself, which tests/bench/profile reads.
func Served(t testing.TB) string {
	t.Helper()
	return must(t)(servedBinary())
}

var servedBinary = sync.OnceValues(func() (string, error) {
	return build("served", "./tests/bench/profile/served", "-tags", "grpcnotrace", "-ldflags=-s -w")
})

// Remediator is the path of an analyzer that remediates.
func Remediator(t testing.TB) string {
	t.Helper()
	return must(t)(remediatorBinary())
}

var remediatorBinary = sync.OnceValues(func() (string, error) { return build("remediator", "./tests/remediator") })

// Echo is the path of the provider that echoes.
func Echo(t testing.TB) string {
	t.Helper()
	return must(t)(echoBinary())
}

var echoBinary = sync.OnceValues(func() (string, error) { return build("echo", "./tests/echo") })

// Gitleaks returns the path of the gitleaks that the module tests/bench/gitleaks pins, or why there is none: it is built
// from the proxy of Go modules.
func Gitleaks() (string, error) { return gitleaksBinary() }

var gitleaksBinary = sync.OnceValues(func() (string, error) {
	return build("gitleaks", "github.com/zricethezav/gitleaks/v8", "-C", filepath.Join("tests", "bench", "gitleaks"))
})

// build builds one program of the module under a name and returns its path. Test processes that build at the same time
// wait for each other.
func build(name, pkg string, flags ...string) (string, error) {
	dir, err := root()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	// A folder for each checkout: two of them that run their tests at the same time have programs of the same names.
	sum := sha256.Sum256([]byte(dir))
	bin := filepath.Join(cache, "policypack-tests", hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(bin, name+".lock")).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	path := filepath.Join(bin, name)
	args := []string{"build"}
	if len(flags) > 1 && flags[0] == "-C" { // which go wants first
		args, flags = append(args, flags[:2]...), flags[2:]
	}
	_, err = goOutput(dir, append(append(append(args, "-o", path), flags...), pkg)...)
	return path, err
}

func goOutput(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}

func must(t testing.TB) func(string, error) string {
	return func(s string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}
