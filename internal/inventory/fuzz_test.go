package inventory

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzTree reads any working tree, and suggests a configuration for it.
func FuzzTree(f *testing.F) {
	f.Add("name: shop\nruntime: yaml\nbackend: {url: s3://x}\nresources:\n  a: {type: acme:infra:Secret}\n",
		"config:\n  shop:key: {secure: v1:x}\nenvironment: [a]\n", "module \"m\" {\n  source = \"acme/secret/aws\"\n}\n",
		"class A extends pulumi.ComponentResource { constructor(n) { super('acme:index:A', n) } }")
	f.Add("name: &a [*a]", "encryptedkey: [", "terraform { backend \"s3\" {", "super(`${")
	dir := f.TempDir()
	known, err := catalogue.Own()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, project, stack, terraform, code string) {
		for file, text := range map[string]string{
			"Pulumi.yaml": project, "Pulumi.prod.yaml": stack, "main.tf": terraform, "index.ts": code,
		} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		defer fuzzing.Watch(t, len(project)+len(stack)+len(terraform)+len(code))()
		inv := New(known, func(name string) string { return name })
		if err := inv.AddTree(t.Context(), dir); err != nil {
			return
		}
		inv.Suggest(Choices{}).Config.File()
		inv.Stacks()
		inv.Environments()
	})
}
