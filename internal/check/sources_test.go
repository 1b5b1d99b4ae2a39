package check

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTargets(t *testing.T) {
	t.Parallel()
	const exported, plan = `{"version": 3, "deployment": {}}`, `{"format_version": "1.2", "terraform_version": "1"}`
	dir := t.TempDir()
	for name, text := range map[string]string{
		"exports/a/dev.json": exported, "exports/b.json": exported, "exports/.hidden/c.json": "x",
		"mixed/dev.json": exported, "mixed/plan.json": plan, "plans/plan.json": plan,
		"cloned/dev.json": exported, "cloned/.git/HEAD": "x", "code/main.go": "package main", "main.go": "package main",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	type row struct {
		Name string
		Kind Kind
		Dir  bool
	}
	for _, tt := range []struct {
		name     string
		give     []string
		kind     Kind
		want     []row
		snapshot bool
		fails    []string
	}{
		{
			"exports alone",
			[]string{"exports"},
			Auto,
			[]row{{"exports/a/dev.json", State, false}, {"exports/b.json", State, false}},
			true, nil,
		},
		{"exports and other files", []string{"mixed"}, Auto, []row{{"mixed", Repository, true}}, false, nil},
		{"plans alone", []string{"plans"}, Auto, []row{{"plans", Repository, true}}, false, nil},
		{
			"plans that are said to be some",
			[]string{"plans"},
			Terraform,
			[]row{{"plans/plan.json", Terraform, false}},
			false, nil,
		},
		{
			"exports that are said to be text",
			[]string{"exports"},
			Repository,
			[]row{{"exports", Repository, true}},
			false, nil,
		},
		{"a repository of exports", []string{"cloned"}, Auto, []row{{"cloned", Repository, true}}, false, nil},
		{"a file", []string{"main.go"}, Auto, []row{{"main.go", Auto, false}}, false, nil},
		{
			"the same twice",
			[]string{"code", "code/", "main.go", "code/../main.go"},
			Auto,
			[]row{{"code", Repository, true}, {"main.go", Auto, false}},
			false, nil,
		},
		{
			"nothing there",
			[]string{"gone", "main.go"},
			Auto,
			[]row{{"main.go", Auto, false}},
			false,
			[]string{"gone: no such file or directory"},
		},
		{
			"no exports",
			[]string{"code"},
			State, nil, true,
			[]string{"code: the directory contains no .json or .json.gz file"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var paths, fails []string
			for _, p := range tt.give {
				paths = append(paths, dir+"/"+p)
			}
			short := func(name string) string {
				rel, err := filepath.Rel(dir, filepath.FromSlash(name))
				if err != nil {
					t.Fatal(err)
				}
				return filepath.ToSlash(rel)
			}
			all, snapshot := targets(paths, tt.kind,
				func(name string, err error) { fails = append(fails, short(name)+": "+err.Error()) })
			var got []row
			for _, one := range all {
				got = append(got, row{short(one.name), one.kind, one.dir})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.fails, fails); diff != "" {
				t.Errorf("failures: mismatch (-want +got)\n%s", diff)
			}
			if snapshot != tt.snapshot {
				t.Errorf("snapshot: got %v, want %v", snapshot, tt.snapshot)
			}
		})
	}
}

func TestParseStack(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give string
		want Stack
		ok   bool
	}{
		{"", Stack{}, false},
		{"shop/dev", Stack{"", "shop", "dev"}, true},
		{"acme/shop/dev", Stack{"acme", "shop", "dev"}, true},
		{"dev", Stack{Stack: "dev"}, true},
		{"shop/", Stack{}, false},
		{"a/b/c/d", Stack{}, false},
	} {
		got, ok := ParseStack(tt.give)
		if got != tt.want || ok != tt.ok {
			t.Errorf("%q: got %v, %t, want %v, %t", tt.give, got, ok, tt.want, tt.ok)
		}
	}
}
