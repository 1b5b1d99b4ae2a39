package release

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/progression-labs-development/policypack"
)

// billTool writes bills of materials in CycloneDX from the build information in a binary, so they list what is linked
// rather than everything that go.mod lists for tests and tools.
const billTool = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0"

// license is the SPDX identifier of the LICENSE.
const license = "Apache-2.0"

// bill is the compiled tool.
type bill struct{ program string }

func newBill(ctx context.Context, work string) (*bill, error) {
	cmd := exec.CommandContext(ctx, "go", "install", billTool)
	cmd.Env = append(os.Environ(), "GOBIN="+work, "GOFLAGS=", "GOWORK=off", "GOOS=", "GOARCH=")
	if err := run(cmd); err != nil {
		return nil, fmt.Errorf("build the tool for bills of materials: %w", err)
	}
	return &bill{filepath.Join(work, "cyclonedx-gomod")}, nil
}

// write writes the bill of a binary. Licences are detected from the modules' licence files.
func (b *bill) write(ctx context.Context, path, program string, epoch time.Time) error {
	cmd := exec.CommandContext(ctx, b.program, "bin", "-json", "-noserial", "-notimestamp", "-std", "-licenses",
		"-version", "v"+policypack.Version(), "-output", path, program)
	// What is linked is in the module cache. The module itself is not looked up: it may or may not be published yet.
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod", "GOWORK=off")
	cmd.Dir = filepath.Dir(b.program)
	absolute, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	cmd.Args[len(cmd.Args)-2] = absolute
	if err := run(cmd); err != nil {
		return err
	}
	data, err := os.ReadFile(absolute)
	if err != nil {
		return err
	}
	if data, err = settled(data, epoch); err != nil {
		return err
	}
	return os.WriteFile(absolute, data, 0o644) //nolint:gosec // to be published
}

// settled removes from a bill what identifies the host that wrote it and the hashes of the tool, and adds the time of
// the commit and the licence of the program.
func settled(data []byte, epoch time.Time) ([]byte, error) {
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	metadata, ok := all["metadata"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("metadata: expected an object, got %T", all["metadata"])
	}
	metadata["timestamp"] = epoch.Format(time.RFC3339)
	tools, _ := metadata["tools"].([]any)
	for _, t := range tools {
		if tool, ok := t.(map[string]any); ok {
			delete(tool, "hashes")
		}
	}
	if component, ok := metadata["component"].(map[string]any); ok {
		component["licenses"] = []any{map[string]any{"license": map[string]any{"id": license}}}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(all)
	return out.Bytes(), err
}
