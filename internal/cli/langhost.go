package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/langhost"
	"github.com/progression-labs-development/policypack/internal/plugin"
)

// startedAsLangHost reports whether the engine started the program as the host of the runtime, and reads the engine's
// address:
//
//	pulumi-language-policypack ADDR
//
// The engine's logging flags may stand before the address.
func startedAsLangHost(args []string) (engine string, ok bool) {
	if len(args) == 0 || !strings.HasPrefix(filepath.Base(args[0]), "pulumi-language-"+langhost.Name) {
		return "", false
	}
	args = withoutEngineFlags(args[1:])
	if len(args) != 1 || !isAddress(args[0]) {
		return "", false
	}
	return args[0], true
}

func serveLangHost(ctx context.Context, p Process, engine string) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program's own file: %w", err)
	}
	return langhost.Serve(ctx, plugin.Process{Stdin: p.Stdin, Stdout: p.Stdout, Engine: engine},
		langhost.Options{Program: program})
}

// otherVersion returns a note where the pack's directory is one of our releases, and not of the version that runs: the
// engine starts the newest plugin that is installed, and shows the version of PulumiPolicy.yaml. An organisation's pack
// has versions of its own.
func otherVersion(dir string) string {
	if dir == "" {
		return ""
	}
	file := filepath.Join(dir, "PulumiPolicy.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return "" // the engine has read it, or does without it
	}
	ours, version := false, ""
	for line := range strings.Lines(string(text)) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), ":"); key {
		case "website":
			ours = strings.Trim(strings.TrimSpace(value), `"'`) == policypack.Repository
		case "version":
			version = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	if !ours || version == "" || version == policypack.Version() {
		return ""
	}
	return fmt.Sprintf("%s is of policypack %s, and policypack %s runs: Pulumi starts the plugin that is installed, "+
		"whatever version the directory says; `policypack install` of the other version replaces it", file, version,
		policypack.Version())
}
