package harness

import (
	"os/exec"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Language is a running host of the runtime, started as the engine starts it: as pulumi-language-policypack ENGINE.
type Language struct {
	process
	// Client makes calls.
	Client pulumirpc.LanguageRuntimeClient
}

// StartLanguage starts the host of the runtime with extra arguments before the engine's address, and connects to it.
// When the test ends, the process is killed and must have printed nothing but its port.
func StartLanguage(t testing.TB, flags ...string) *Language {
	t.Helper()
	l := &Language{process: process{Engine: NewEngine(t)}}
	bin := filepath.Join(t.TempDir(), "pulumi-language-policypack")
	link(t, Policypack(t), bin)
	l.cmd = exec.Command(bin, append(flags, l.Engine.Addr)...)
	l.cmd.Env = CleanEnviron()
	l.run(t, false)
	l.Client = pulumirpc.NewLanguageRuntimeClient(l.conn)
	return l
}
