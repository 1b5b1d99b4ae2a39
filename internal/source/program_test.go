package source_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/source"
)

// checkout writes files, by their paths.
func checkout(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const shop = `name: shop
runtime: yaml
config:
  shop:region: eu-west-1
resources:
  db:
    type: aws:rds:Instance
    properties:
      password:
        fn::secret: x
      tags:
        - key: "é"
          value: y
outputs:
  url: http://example.com
  nested:
    inner: z
`

func TestLocate(t *testing.T) {
	t.Parallel()
	dir := checkout(t, map[string]string{
		".git/HEAD":                   "",
		"infra/Pulumi.yaml":           shop,
		"infra/Pulumi.prod.yaml":      "config:\n  shop:dbUser: app\n  other:\n    # a note\n    x: 1\n",
		"site/Pulumi.yaml":            "name: site\nruntime: nodejs\n",
		"site/index.ts":               "",
		"site/node_modules/x/p.yaml":  "",
		"node_modules/y/Pulumi.yaml":  "name: packaged\nruntime: yaml\nresources: {db: {type: a}}\n",
		"broken/Pulumi.yaml":          "name: broken\nresources: [",
		"infra/deeper/folder/file.md": "",
	})
	const db = "urn:pulumi:prod::shop::aws:rds/instance:Instance::db"
	const root, site = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
		"urn:pulumi:prod::site::pulumi:pulumi:Stack::site-prod"
	at := func(file string, position ...int) []place.Location {
		l := place.Location{File: file}
		for i, to := range []*int{&l.Line, &l.Column, &l.Column16} {
			if i < len(position) {
				*to = position[i]
			}
		}
		return []place.Location{l}
	}
	for _, tt := range []struct {
		name         string
		dir, project string
		urn          string
		path         place.Path
		frames       []string
		want         []place.Location
	}{
		{"a resource of YAML", "infra", "shop", db, nil, nil, at("infra/Pulumi.yaml", 6, 3)},
		{"a property", "infra", "shop", db, place.Path{"password"}, nil, at("infra/Pulumi.yaml", 9, 7)},
		{
			"a property that the program does not write", "infra", "shop", db,
			place.Path{"port"},
			nil,
			at("infra/Pulumi.yaml", 6, 3),
		},
		{
			"an entry of a list", "infra", "shop", db, place.Path{"tags", 0, "value"}, nil, at("infra/Pulumi.yaml", 13, 11),
		},
		{"found below", ".", "shop", db, nil, nil, at("infra/Pulumi.yaml", 6, 3)},
		{"found above", "infra/deeper/folder", "shop", db, nil, nil, at("infra/Pulumi.yaml", 6, 3)},
		{"another project", ".", "unknown", db, nil, nil, nil},
		{"a package's program is nobody's", ".", "packaged", db, nil, nil, nil},
		{"a broken one", "broken", "broken", db, nil, nil, nil},
		{"an output", "infra", "shop", root, place.Path{"nested", "inner"}, nil, at("infra/Pulumi.yaml", 17, 5)},
		{"configuration", "infra", "shop", root, place.Path{"shop:dbUser"}, nil, at("infra/Pulumi.prod.yaml", 2, 3)},
		{
			"configuration without its namespace", "infra", "shop", root,
			place.Path{"shop:other", "x"},
			nil,
			at("infra/Pulumi.prod.yaml", 5, 5),
		},
		{"configuration of the project", "infra", "shop", root, place.Path{"shop:region"}, nil, at("infra/Pulumi.yaml", 4, 3)},
		{"an output of another language", "site", "site", site, place.Path{"url"}, nil, at("site/index.ts")},
		{
			"frames", "site", "site", "urn:pulumi:prod::site::a:b:C::x", nil,
			[]string{
				"project:///node_modules/lib/index.js#1,1", "project:///lib/db.ts#8,9", "project:///lib/db.ts#8,9",
				"project:///index.ts#3", "file:///usr/lib/node.js#1,1", "project:///../x.ts#1,1", "nonsense",
			},
			[]place.Location{{File: "site/lib/db.ts", Line: 8, Column: 9}, {File: "site/index.ts", Line: 3}},
		},
		{"frames of nobody", ".", "unknown", db, nil, []string{"project:///index.ts#8,9"}, at("index.ts", 8, 9)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := source.NewPrograms(filepath.Join(dir, tt.dir)).Of(tt.project)
			if diff := cmp.Diff(tt.want, p.Locate(tt.urn, tt.path, tt.frames...)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// Columns count as reports count them: bytes, and UTF-16 code units where that is something else.
func TestLocateColumns(t *testing.T) {
	t.Parallel()
	dir := checkout(t, map[string]string{
		"Pulumi.yaml": "name: shop\nruntime: yaml\nresources: {\"é\": {type: a}, db: {type: b}}\n",
	})
	p := source.NewPrograms(dir).Of("shop")
	want := []place.Location{{File: "Pulumi.yaml", Line: 3, Column: 30, Column16: 29}}
	if diff := cmp.Diff(want, p.Locate("urn:pulumi:dev::shop::b::db", nil)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}
