package repository_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/repository"
)

// A component that a file registers under a type token of the package is told, with where the call stands; what only
// names the token, or makes the component through the package, is not.
func TestComponentsOfFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file, give string
		want             []string
	}{
		{"a class in TypeScript", "src/secret.ts", `
export class Secret extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("acme:infra:Secret", name, {}, opts);
  }
}`, []string{"4:5 acme:infra:Secret"}},
		{"over several lines, in other quotes", "secret.mjs", "super(\n  // the type\n  'acme:infra:Secret',\n  " +
			"name, {}, opts)", []string{"1:1 acme:infra:Secret"}},
		{
			"in a template without variables", "secret.tsx", "super(`acme:infra:Secret`, name)",
			[]string{"1:1 acme:infra:Secret"},
		},
		{
			"a component without a class", "index.js",
			`const s = new pulumi.ComponentResource("acme:infra:Secret", "db");`,
			[]string{"1:15 acme:infra:Secret"},
		},
		{"by a constant", "secret.ts", "const TOKEN: string = \"acme:infra:Secret\";\nclass A extends B { " +
			"constructor(n) { super(TOKEN, n, {}, {}) } }", []string{"2:38 acme:infra:Secret"}},
		{"by a static member", "secret.ts", "class A extends B {\n  static readonly type = 'acme:infra:Secret'\n  " +
			"constructor(n) { super(A.type, n) }\n}", []string{"3:20 acme:infra:Secret"}},
		{
			"put together", "secret.ts", "const org = \"acme\";\nconst mod = org + ':infra'\nsuper(mod + \":Secret\", n)",
			[]string{"3:1 acme:infra:Secret"},
		},
		{
			"a class in Python", "secret.py", "class Secret(ComponentResource):\n    def __init__(self, name, " +
				"opts=None):\n        super().__init__('acme:infra:Secret', name, None, opts)\n",
			[]string{"3:9 acme:infra:Secret"},
		},
		{
			"the old way of Python", "secret.py", "        super(Secret, self).__init__(\"acme:infra:Secret\", name)\n",
			[]string{"1:9 acme:infra:Secret"},
		},
		{"the base class of Python by its name", "secret.py", "pulumi.ComponentResource.__init__(self, " +
			"r'acme:infra:Secret', name)\n", []string{"1:1 acme:infra:Secret"}},
		{
			"an argument by its name", "secret.py", "super().__init__(name=name, t=\"acme:infra:Secret\", opts=opts)\n",
			[]string{"1:1 acme:infra:Secret"},
		},
		{"in Go", "secret.go", "package a\n\nconst token string = \"acme:infra:Secret\"\n\nfunc f() {\n\t_ = " +
			"ctx.RegisterComponentResource(token, name, s, opts...)\n}\n", []string{"6:6 acme:infra:Secret"}},
		{"in Go with a short declaration", "secret.go", "\ttoken := `acme:infra:Secret`\n\terr := " +
			"ctx.RegisterComponentResourceV2(token, name, nil, s)\n", []string{"2:9 acme:infra:Secret"}},
		{"in C#", "Secret.cs", "class Secret : ComponentResource {\n  public Secret(string name) : " +
			"base(\"acme:infra:Secret\", name, null) {}\n}", []string{"2:32 acme:infra:Secret"}},
		{
			"in Java", "Secret.java", "public Secret(String name) {\n    super(\"acme:infra:Secret\", name);\n}",
			[]string{"2:5 acme:infra:Secret"},
		},
		{
			"in Kotlin", "Secret.kt", `class Secret(name: String) : ComponentResource("acme:infra:Secret", name)`,
			[]string{"1:30 acme:infra:Secret"},
		},
		{"in YAML", "plugin/PulumiPlugin.yaml", "name: acme\nruntime: yaml\ncomponents:\n  Secret:\n    resources: " +
			"{}\n  Vpc:\n    resources: {}\n", []string{"4:3 acme:index:Secret", "6:3 acme:index:Vpc"}},
		{
			"two of them", "secret.ts", "super(\"acme:infra:Secret\", n); super('acme:infra:Vpc', n)",
			[]string{"1:1 acme:infra:Secret", "1:32 acme:infra:Vpc"},
		},

		{
			"what Pulumi generates for users, in TypeScript", "sdks/infra/secret.ts",
			"public static readonly __pulumiType = 'acme:infra:Secret';\nsuper(Secret.__pulumiType, name, " +
				"resourceInputs, opts, true /*remote*/, utilities.getPackage());", nil,
		},
		{
			"what Pulumi generates for users, in Python", "sdks/infra/secret.py",
			"super(Secret, __self__).__init__(\n    'acme:infra:Secret',\n    resource_name, __props__, opts,\n    " +
				"remote=True)\n", nil,
		},
		{
			"what Pulumi generates for users, in Go", "sdks/infra/secret.go",
			"err := ctx.RegisterRemoteComponentResource(\"acme:infra:Secret\", name, args, &resource, opts...)\n", nil,
		},
		{
			"what Pulumi generates for users, in C#", "Secret.cs",
			`: base("acme:infra:Secret", name, args ?? new SecretArgs(), MakeResourceOptions(options, ""), remote: true)`, nil,
		},
		{
			"what Pulumi generates for users, in Java", "Secret.java",
			`super("acme:infra:Secret", name, makeArgs(args, options), makeResourceOptions(options, Codegen.empty()), true);`, nil,
		},
		{
			"a remote mark in a comment", "secret.ts",
			`super("acme:infra:Secret", name, { remote: true }, opts /* , true */)`,
			[]string{"1:1 acme:infra:Secret"},
		},
		{"a comment", "secret.ts", "// super(\"acme:infra:Secret\", name)\n/*\n super(\"acme:infra:Secret\")\n*/", nil},
		{"a comment in Python", "secret.py", "# super().__init__(\"acme:infra:Secret\", name)\n", nil},
		{"a text", "secret.py", "'''\nsuper().__init__(\"acme:infra:Secret\", name)\n'''\n", nil},
		{"a page", "README.md", "```ts\nsuper(\"acme:infra:Secret\", name)\n```\n", nil},
		{
			"a user of the package", "index.ts",
			`import * as infra from "@acme/infra"; const s = new infra.Secret("db", {}); const t = "acme:infra:Secret"; super(name)`, nil,
		},
		{"a program in YAML", "Pulumi.yaml", "name: shop\nruntime: yaml\nresources:\n  db: {type: " +
			"'acme:infra:Secret'}\n", nil},
		{
			"a token in another argument", "index.ts", `super("shop:index:App", "acme:infra:Secret")`,
			[]string{"1:1 shop:index:App"},
		},
		{"calls that never end", "index.ts", "// acme\n" + strings.Repeat("super(", 5000), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			options := repository.Options{
				Detector:   detector(t),
				Components: []string{"acme:infra:Secret", "acme:index:*"},
			}
			_, err := repository.Read(context.Background(), tree(t, map[string]string{tt.file: tt.give}), options,
				func(f *facts.File) error {
					for _, c := range f.Components {
						got = append(got, fmt.Sprintf("%d:%d %s", c.At.Line, c.At.Column, c.Token))
					}
					return nil
				})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}
