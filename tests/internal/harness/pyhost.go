package harness

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const sdkModule = "github.com/pulumi/pulumi/sdk/v3"

var pyHostBinary = sync.OnceValues(func() (string, error) { return build("pyhost", "./tests/pyhost") })

// PythonProgram puts the stand-in for Pulumi's host of Python on the PATH of h, and the virtualenv `venv` into the
// program's folder, with the Python SDK that the Go module of Pulumi's SDK brings along. The test is skipped if no Python
// of the machine has what the SDK imports.
func (h Home) PythonProgram(t testing.TB, dir string) {
	t.Helper()
	python, err := python()
	if err != nil {
		t.Skipf("Python is not tested: %v", err)
	}
	link(t, must(t)(pyHostBinary()), filepath.Join(h.Bin, "pulumi-language-python"))
	sdk := filepath.Join(must(t)(goOutput(Root(t), "list", "-m", "-f", "{{.Dir}}", sdkModule)), "python")
	script := fmt.Sprintf("#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 PYTHONPATH='%s' exec '%s' '%s' '%s' \"$@\"\n",
		filepath.Join(sdk, "lib"), python, filepath.Join(Root(t), "tests", "pyhost", "run.py"),
		filepath.Join(sdk, "cmd", "pulumi-language-python-exec"))
	file := filepath.Join(dir, "venv", "bin", "python")
	check(t, os.MkdirAll(filepath.Dir(file), 0o755))
	check(t, os.WriteFile(file, []byte(script), 0o755))
}

// python is the first Python on the machine that has what the SDK imports.
var python = sync.OnceValues(func() (string, error) {
	const wanted = "grpc, google.protobuf, dill, semver, yaml"
	var tried []string
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if err = exec.Command(path, "-c", "import "+wanted).Run(); err == nil {
			return path, nil
		}
		tried = append(tried, path)
	}
	if tried == nil {
		return "", fmt.Errorf("there is no python3 on the PATH")
	}
	return "", fmt.Errorf("%s cannot import %s", strings.Join(tried, " and "), wanted)
})
