package docs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/progression-labs-development/policypack/tests/cloud"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// What a platform team does in a year, in one script: the real pulumi and opa, a Pulumi Cloud of its own, thirty stacks. Its
// days are those of the pages; $NEXT is the next version of the pack, next/policypack its program; `approve ID REASON
// POLICY URN` approves a policy exception in Pulumi Cloud.
func TestYear(t *testing.T) {
	t.Parallel()
	needTools(t)
	harness.Pulumi(t)
	next, version := harness.Next(t)
	archive, err := txtar.ParseFile(filepath.Join("year", "year.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	archive.Comment = []byte(moved(string(archive.Comment))) // setUp moves the days of the files
	script := filepath.Join(t.TempDir(), "year.txtar")
	if err := os.WriteFile(script, txtar.Format(archive), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files:               []string{script},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			service := cloud.Start(env.T().(testing.TB), "acme")
			if err := setUp(env, &page{name: "year"}); err != nil {
				return err
			}
			env.Values[serviceKey{}] = service
			env.Setenv("NEXT", version)
			if err := os.Mkdir(filepath.Join(env.WorkDir, "next"), 0o755); err != nil {
				return err
			}
			if err := os.Symlink(next, filepath.Join(env.WorkDir, "next", "policypack")); err != nil {
				return err
			}
			for _, variable := range service.Environ() {
				name, value, _ := strings.Cut(variable, "=")
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"shell": shellCommand(func(line string) string { return line }), "approve": approveCommand,
		},
	})
}

type serviceKey struct{}

func approveCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: approve ID REASON POLICY URN")
	}
	exception, err := json.Marshal(map[string]any{
		"reason": args[1], "match": []map[string]any{{"policies": args[2:3], "targets": args[3:4]}},
	})
	ts.Check(err)
	ts.Value(serviceKey{}).(*cloud.Service).Except("policypack", map[string]json.RawMessage{args[0]: exception})
}
