package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/example"
)

// An example is written the way people write programs and files, and without the secrets in it.
func TestExcerptsOfExamples(t *testing.T) {
	t.Parallel()
	short, err := newShortener()
	if err != nil {
		t.Fatal(err)
	}
	const password = "k3Zq9v" + "Tr2mXw"
	for _, tt := range []struct {
		name, give string
		want       []excerpt
	}{
		{"files", `
  files:
    deploy/run.sh: |
      #!/bin/sh

      export DB_PASSWORD=` + password + `
      ./run
    VERSION: '3'
`, []excerpt{
			{"deploy/run.sh", "#!/bin/sh\n\nexport DB_PASSWORD=********\n./run\n"}, {"VERSION", "3"},
		}},
		{"configuration", `
  run: {config: {"shop:password": {$secret: ` + password + `}, "shop:token": "a", "aws:region": eu-west-1}}
  settings: {managers: [a]}
  parameters: {extra: ` + password + `}
  resources:
    - {type: "pulumi:pulumi:Stack", name: shop-production, outputs: {password: {$secret: ` + password + `}, url: {$secret: "https://app:` + password + `@db/x"}, other: {$secret: x}}}
`, []excerpt{
			{"policy-config.json", `{"no-fax":{"extra":"********"},"settings":{"managers":["a"]}}`},
			{"Pulumi.production.yaml", "config:\n  aws:region: eu-west-1\n  shop:password:\n    secure: '********'\n  shop:token: a\n"},
			{"", "outputs:\n  other:\n    fn::secret: '********'\n  password: ${password}\n  url: https://app:${password}@db/x\n"},
		}},
		{"resources", `
  resources:
    - {type: "a:b:C", name: c, component: true}
    - {type: "d:e:F", name: c, ancestors: ["a:b:C"], properties: {text: "a\nb\n", n: 1, all: {$secret: {n: 1, x: {$unknown: true}}}}}
    - {type: "d:e:F", name: f, ancestors: ["g:h:I"], options: {protect: true}, properties: {url: "https://app:` + password + `@db/x"}, provider: {r: x}}
    - {type: "d:e:F", name: g, properties: {a: {$asset: {path: x}}, b: [{$archive: {uri: "https://x"}}], c: {$asset: {text: x}}}}
`, []excerpt{{"", `resources:
  c:
    type: a:b:C
  c-2:
    type: d:e:F
    properties:
      all:
        fn::secret:
          n: '********'
          x: ${…} # not known before the update
      n: 1
      text: |
        a
        b
    options:
      parent: ${c}
  f:
    type: d:e:F # inside g:h:I
    properties:
      url: https://app:********@db/x
    options:
      protect: true
      provider:
        r: x
  g:
    type: d:e:F
    properties:
      a:
        fn::fileAsset: x
      b:
        - fn::remoteArchive: https://x
      c:
        fn::stringAsset: x
`}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file, err := example.Parse("x/examples.yaml", []byte("allow:\n- name: a"+tt.give))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, short.excerpts("no-fax", file.Cases[0]), cmp.AllowUnexported(excerpt{})); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
