package source_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/source"
)

// FuzzLocate looks for a resource in any program of Pulumi in YAML, in any configuration of a stack, and in any files
// of Terraform.
func FuzzLocate(f *testing.F) {
	f.Add(shop, "config:\n  shop:dbUser: app\n", "resource \"aws_x\" \"db\" {\n  password = <<X\na\nX\n}\n",
		`{"Modules": [{"Key": "m", "Source": "./m", "Dir": "m"}]}`, "db", "password")
	f.Add("resources: &a {db: *a}", "{", "module \"m\" { source = \"", `{"Modules": [{"Key": "m", "Dir": "../../.."}]}`, "m.m", "a[0].b")
	f.Add("name: x\nresources: {db: {get: {id: ${x}}}}", "config: [", "/* {", "[]", "\u202e", `["`)
	dir := f.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".terraform", "modules"), 0o755); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, project, stack, terraform, modules, name, path string) {
		for file, text := range map[string]string{
			"Pulumi.yaml": project, "Pulumi.prod.yaml": stack, "main.tf": terraform,
			".terraform/modules/modules.json": modules,
		} {
			if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(file)), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		defer fuzzing.Watch(t, len(project)+len(stack)+len(terraform)+len(modules)+len(name)+len(path))()
		at := place.ParsePath(path)
		for _, in := range []string{"shop", ""} {
			p := source.NewPrograms(dir).Of(in)
			p.Locate("urn:pulumi:prod::shop::aws:rds/instance:Instance::"+name, at)
			p.Locate("urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod", at)
		}
		if tf := source.FindTerraform(dir); tf != nil {
			tf.Locate("module."+name+".aws_x.db[0]", path)
			tf.Locate("aws_x."+name, path)
		}
	})
}
