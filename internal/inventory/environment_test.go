package inventory

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// with returns an inventory of stacks with the last parts of their secrets' names.
func with(stacks map[string][]string) *Inventory {
	inv := &Inventory{stacks: map[string]*stack{}, spelled: map[string]int{}, shown: func(s string) string { return s }}
	for name, ends := range stacks {
		s := inv.stackOf(name, "")
		for _, end := range ends {
			s.names[end]++
			if groupOf(end) != "" {
				inv.spelled[end]++
			}
		}
	}
	return inv
}

func TestEnvironmentsOfStacks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		stacks map[string][]string
		want   map[string]string
		list   []string
	}{
		{"no stacks", nil, map[string]string{}, nil},
		{
			"names in full and in short",
			map[string][]string{"production": nil, "stg": nil, "Dev": nil},
			map[string]string{"production": "production", "stg": "staging", "Dev": "development"},
			[]string{"production", "staging", "development"},
		},
		{
			"a word of the name",
			map[string][]string{"prod-eu": nil, "acme.staging": nil, "us_live": nil, "devops": nil, "products": nil},
			map[string]string{"prod-eu": "production", "acme.staging": "staging", "us_live": "production"},
			[]string{"production", "staging", "development"},
		},
		{
			"several environments in one name",
			map[string][]string{"prod-test": nil, "dev-prod": {"prod"}},
			map[string]string{},
			[]string{"prod", "staging", "development"},
		},
		{
			"as the names of secrets are spelled",
			map[string][]string{"prod": {"prod", "prod", "production"}, "prod-eu": nil, "stage": {"staging"}},
			map[string]string{"prod": "prod", "prod-eu": "prod", "stage": "staging"},
			[]string{"prod", "staging", "development"},
		},
		{
			"a stack whose name says nothing",
			map[string][]string{"main": {"production", "production"}, "shop": {"key"}},
			map[string]string{"main": "production"},
			[]string{"production", "staging", "development"},
		},
		{
			"a stack with secrets of several environments",
			map[string][]string{"main": {"production", "staging"}},
			map[string]string{},
			[]string{"production", "staging", "development"},
		},
		{
			"environments of its own",
			map[string][]string{"qa": nil, "eu": {"eu", "eu"}, "sandbox-7": nil},
			map[string]string{"qa": "qa", "eu": "eu", "sandbox-7": "sandbox"},
			[]string{"production", "staging", "development", "eu", "qa", "sandbox"},
		},
		{
			"stacks of pull requests",
			map[string][]string{"pr-12": nil, "pr-13": nil, "preview-9": nil},
			map[string]string{},
			[]string{"production", "staging", "development", "pr-*", "preview-*"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inv := with(tt.stacks)
			if diff := cmp.Diff(tt.want, inv.Stacks()); diff != "" {
				t.Errorf("stacks: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.list, inv.Environments()); diff != "" {
				t.Errorf("environments: mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestStackNamesOfNoForm(t *testing.T) {
	t.Parallel()
	inv := with(nil)
	for _, name := range []string{"", "a*", "{a,b}", "a b", "a/b", "\x1b[31m"} {
		if inv.stackOf(name, "") != nil {
			t.Errorf("%q is taken for a stack", name)
		}
	}
}

func TestManyAlikeStacks(t *testing.T) {
	t.Parallel()
	of := map[string]string{"prod": "production"}
	for i := range alike {
		of[fmt.Sprintf("dev-%c", 'a'+i)] = "development"
	}
	all := slices.Collect(maps.Keys(of))
	if diff := cmp.Diff(map[string]string{"prod": "production", "dev-*": "development"}, globbed(of, all)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(of, globbed(of, append(all, "dev-ops"))); diff != "" {
		t.Errorf("with a stack of no environment that the glob takes in: mismatch (-want +got)\n%s", diff)
	}
	delete(of, "dev-a")
	if diff := cmp.Diff(of, globbed(of, slices.Collect(maps.Keys(of)))); diff != "" {
		t.Errorf("with few: mismatch (-want +got)\n%s", diff)
	}
}

func TestModulesOfThePublicRegistry(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"terraform-aws-modules/secrets-manager/aws": true, "a/b/c//modules/secret": true, "app.terraform.io/acme/secret/aws": false,
		"github.com/acme/infra//secret": false, "./modules/secret": false, "../../modules/secret": false,
	} {
		if got := public(source); got != want {
			t.Errorf("%s: got %t", source, got)
		}
	}
}

func TestCalledASecret(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"acme:infra:Secret": true, "acme:infra:AppSecrets": true, "acme:secrets:Vpc": false, "acme:infra/secret:Vault": false,
		"./modules/secret": true, "../secrets/vpc": false, "github.com/acme/infra//modules/secret": true,
		"github.com/acme/secrets//modules/vpc": false, "github.com/acme/terraform-aws-secret": true,
		"app.terraform.io/acme/secret/aws": true, "app.terraform.io/secrets/vpc/aws": false, "acme/secret/aws": true,
		"secret/vpc/aws": false,
	} {
		if got := called(name); got != want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
