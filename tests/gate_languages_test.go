package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/place"
)

// A finding of a real preview stands at the line that somebody wrote, whatever the language: the innermost frame inside
// the project, and what led there.
func TestGateOfLanguages(t *testing.T) {
	t.Parallel()
	const raw = "aws:secretsmanager/secret:Secret"
	at := func(file string, line, column int) place.Location {
		return place.Location{File: file, Line: line, Column: column}
	}
	for _, tt := range []struct {
		name  string
		files map[string]string
		setUp func(t *testing.T, g *gate, dir string)
		want  []place.Location
	}{
		{
			"TypeScript",
			map[string]string{
				"infra/Pulumi.yaml":   "name: shop\nruntime: nodejs\n",
				"infra/package.json":  `{"name": "shop", "main": "index.ts"}`,
				"infra/tsconfig.json": `{"compilerOptions": {"target": "es2020", "module": "commonjs"}}`,
				"infra/index.ts":      "import { Vault } from \"./lib/vault\";\n\nnew Vault(\"stripe\");\n",
				"infra/lib/vault.ts": "import * as pulumi from \"@pulumi/pulumi\";\n\n" +
					"class Secret extends pulumi.CustomResource {\n" +
					"  constructor(name: string) {\n    super(\"" + raw + "\", name, { name: name + \"/production\" });\n  }\n}\n\n" +
					"export class Vault {\n  constructor(name: string) {\n    new Secret(name);\n  }\n}\n",
			},
			func(t *testing.T, g *gate, dir string) {
				modules := g.home.NodeHost(t)
				if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
					t.Fatal(err)
				}
			},
			[]place.Location{at("infra/lib/vault.ts", 11, 5), at("infra/index.ts", 3, 1)},
		},
		{
			"Go",
			map[string]string{
				"infra/Pulumi.yaml": "name: shop\nruntime: {name: go, options: {binary: program}}\n",
				"infra/go.mod":      "module program\n", ".gitignore": "infra/program\n",
				"infra/main.go": "package main\n\nimport \"github.com/pulumi/pulumi/sdk/v3/go/pulumi\"\n\n" +
					"type secret struct{ pulumi.CustomResourceState }\n\nfunc main() {\n" +
					"\tpulumi.Run(func(ctx *pulumi.Context) error {\n\t\treturn vault(ctx, \"stripe\")\n\t})\n}\n",
				"infra/vault.go": "package main\n\nimport \"github.com/pulumi/pulumi/sdk/v3/go/pulumi\"\n\n" +
					"func vault(ctx *pulumi.Context, name string) error {\n" +
					"\treturn ctx.RegisterResource(\"" + raw + "\", name,\n" +
					"\t\tpulumi.Map{\"name\": pulumi.String(name + \"/production\")}, &secret{})\n}\n",
			},
			func(t *testing.T, g *gate, dir string) { g.home.GoProgram(t, dir, "program") },
			// The SDK takes the function around RegisterResource for that of a package, such as NewSecret.
			[]place.Location{at("infra/main.go", 9, 0), at("infra/main.go", 8, 0)},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, tt.files)
			tt.setUp(t, g, filepath.Join(g.repo, "infra"))
			g.stacks(t, "production").event(t, map[string]any{"ref": "refs/heads/main"})
			j := g.run(t)
			if j.report == nil || len(j.report.Findings) != 1 {
				t.Fatalf("got no report with one finding, status %d\n%s\n%s", j.status, j.stdout, j.stderr)
			}
			if diff := cmp.Diff(tt.want, j.report.Findings[0].Locations); diff != "" {
				t.Errorf("locations: mismatch (-want +got)\n%s", diff)
			}
			var sarif struct {
				Runs []struct {
					Results []struct {
						Locations []struct {
							PhysicalLocation struct {
								ArtifactLocation struct{ URI string }
								Region           struct{ StartLine int }
							}
						}
					}
				}
			}
			if err := json.Unmarshal([]byte(g.read("reports/policypack.sarif")), &sarif); err != nil {
				t.Fatal(err)
			}
			for _, run := range sarif.Runs {
				for _, r := range run.Results {
					l := r.Locations[0].PhysicalLocation
					if got := (place.Location{File: l.ArtifactLocation.URI, Line: l.Region.StartLine}); got.File != tt.want[0].File ||
						got.Line != tt.want[0].Line {
						t.Errorf("SARIF: got %s, want %s", got, tt.want[0])
					}
				}
			}
		})
	}
}
