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

// startedAsLangHost reports whether the engine started the program as the language host of the runtime, and returns the
// engine's address:
//
//	pulumi-language-policypack ADDR
//
// The engine's logging flags may precede the address.
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
		return fmt.Errorf("locate the program's own file: %w", err)
	}
	return langhost.Serve(ctx, plugin.Process{Stdin: p.Stdin, Stdout: p.Stdout, Engine: engine},
		langhost.Options{Program: program})
}

// otherVersion returns a note if the pack's directory is one of our releases, but not of the running version: the
// engine starts the newest installed plugin, and shows the version in PulumiPolicy.yaml. An organisation's pack has its
// own versions.
func otherVersion(dir string) string {
	if dir == "" {
		return ""
	}
	file := filepath.Join(dir, "PulumiPolicy.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return "" // the engine has read it, or does not need it
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
	return fmt.Sprintf("%s is for policypack %s, but policypack %s is running: Pulumi starts the installed plugin, "+
		"whatever version the directory has; to switch, run `policypack install` of version %s", file, version,
		policypack.Version(), version)
}
