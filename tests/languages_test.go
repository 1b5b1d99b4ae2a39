package tests

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// language is one that programs of Pulumi are written in, with what the program of a page needs around it.
type language struct {
	name, fence, file string
	files             map[string]string
	setUp             func(t *testing.T, home harness.Home, dir string)
}

// start makes a stack of a program in the language. The project is shop.
func (l language) start(t *testing.T, program string) *harness.Stack {
	t.Helper()
	files := maps.Clone(l.files)
	files[l.file] = program
	return harness.NewProgram(t, files, func(home harness.Home, dir string) { l.setUp(t, home, dir) })
}

// languages are those that the pages show programs in. A TypeScript program has the infra package of
// examples/infra/typescript, the others that of examples/infra.
var languages = []language{
	{
		"TypeScript", "ts", "index.ts",
		map[string]string{
			"Pulumi.yaml":  "name: shop\nruntime: nodejs\n",
			"package.json": `{"name": "shop", "main": "index.ts"}`,
			"tsconfig.json": `{"compilerOptions": ` +
				`{"target": "es2022", "module": "nodenext", "moduleResolution": "nodenext", "strict": true, "skipLibCheck": true}}`,
		},
		func(t *testing.T, home harness.Home, dir string) {
			if err := os.Symlink(home.NodeInfra(t), filepath.Join(dir, "node_modules")); err != nil {
				t.Fatal(err)
			}
		},
	},
	{
		"Python", "python", "__main__.py",
		map[string]string{
			"Pulumi.yaml": "name: shop\nruntime: {name: python, options: {virtualenv: venv}}\n",
			"pulumi_progression_labs_development/__init__.py": "",
			"pulumi_progression_labs_development/infra.py":    pythonInfra,
		},
		func(t *testing.T, home harness.Home, dir string) {
			home.InstallInfra(t)
			home.PythonProgram(t, dir)
		},
	},
	{
		"Go", "go", "main.go",
		map[string]string{
			"Pulumi.yaml": "name: shop\nruntime: {name: go, options: {binary: program}}\n",
			"go.mod": "module program\n\nrequire github.com/progression-labs-development/infra/sdk v0.1.0\n\n" +
				"replace github.com/progression-labs-development/infra/sdk => ./sdk\n",
			"sdk/go.mod":            "module github.com/progression-labs-development/infra/sdk\n\ngo 1.24\n",
			"sdk/go/infra/infra.go": goInfra,
		},
		func(t *testing.T, home harness.Home, dir string) {
			home.InstallInfra(t)
			home.GoProgram(t, dir, "program")
		},
	},
}

// pageBlock is the block of a language on a page that holds a text.
func pageBlock(t *testing.T, page, language, text string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(harness.Root(t), filepath.FromSlash(page)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(b), "\n```"+language+"\n")[1:] {
		if block, _, ok := strings.Cut(part, "```\n"); ok && strings.Contains(block, text) {
			return block
		}
	}
	t.Fatalf("%s has no block of %s with %q", page, language, text)
	return ""
}

// What Pulumi generates from the schema of the infra package for programs in Python and Go, to the part that a page uses.
const (
	pythonInfra = `import pulumi

class Secret(pulumi.ComponentResource):
    def __init__(self, resource_name, opts=None, cloud=None, environment=None, service=None):
        props = {"cloud": cloud, "environment": environment, "service": service, "secretName": None}
        super().__init__("progression-labs-development:infra:Secret", resource_name, props,
                         pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version="0.1.0"), opts), remote=True)
`
	goInfra = `package infra

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type Secret struct {
	pulumi.ResourceState

	SecretName pulumi.StringOutput ` + "`pulumi:\"secretName\"`" + `
}

type secretArgs struct {
	Cloud       string ` + "`pulumi:\"cloud\"`" + `
	Environment string ` + "`pulumi:\"environment\"`" + `
	Service     string ` + "`pulumi:\"service\"`" + `
}

type SecretArgs struct{ Cloud, Environment, Service pulumi.StringInput }

func (SecretArgs) ElementType() reflect.Type { return reflect.TypeOf((*secretArgs)(nil)).Elem() }

func NewSecret(ctx *pulumi.Context, name string, args *SecretArgs, opts ...pulumi.ResourceOption) (*Secret, error) {
	var resource Secret
	opts = append([]pulumi.ResourceOption{pulumi.Version("0.1.0")}, opts...)
	err := ctx.RegisterRemoteComponentResource("progression-labs-development:infra:Secret", name, args, &resource, opts...)
	return &resource, err
}
`
)
