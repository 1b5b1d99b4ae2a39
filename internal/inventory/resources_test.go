package inventory

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/state"
)

// exported is a state of rows `TYPE NAME [PARENT]`, a parent being the number of its row. Where it is
// cut down, no resource says that it is custom.
func exported(t *testing.T, project string, whole bool, rows ...string) *state.State {
	t.Helper()
	prefix := "urn:pulumi:prod::" + project + "::"
	urns, all := []string{}, []string{}
	types := []string{}
	for _, row := range rows {
		var parent int
		words := strings.Fields(row)
		typ := words[0]
		under := ""
		if len(words) > 2 {
			if _, err := fmt.Sscan(words[2], &parent); err != nil {
				t.Fatal(err)
			}
			under, typ = urns[parent], types[parent]+"$"+typ
		}
		types = append(types, typ)
		urns = append(urns, prefix+typ+"::"+words[1])
		custom := whole && !strings.HasPrefix(words[0], "acme:") && !strings.HasPrefix(words[0], project+":")
		all = append(all, fmt.Sprintf(`{"urn": %q, "type": %q, "custom": %t, "parent": %q, "inputs": {}}`,
			urns[len(urns)-1], words[0], custom, under))
	}
	s, err := state.Read([]byte(`{"version": 3, "deployment": {"resources": [` + strings.Join(all, ",") + `]}}`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestComponentsOfStates(t *testing.T) {
	t.Parallel()
	const aws, gcp = "aws:secretsmanager/secret:Secret", "gcp:secretmanager/secret:Secret"
	known, err := catalogue.Own()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		states [][]string
		want   []Component
		left   string // a part of what is said of one that is not taken
	}{
		{
			"one that holds nothing",
			[][]string{{"acme:infra:Vpc net", "aws:ec2/vpc:Vpc net 0"}},
			nil,
			"1 component without secrets (acme:infra:Vpc)",
		},
		{
			"one that makes secrets of two clouds",
			[][]string{{"acme:infra:Store main", aws + " main-a 0", gcp + " main-b 0"}},
			[]Component{{"acme:infra:Store", "none", []string{"aws:secretsmanager/*:*", "gcp:secretmanager/*:*"}}},
			"",
		},
		{
			"the nearest counts, and one called a secret comes first",
			[][]string{{"acme:infra:App main", "acme:infra:Secret main-key 0", aws + " main-key 1", "acme:a:Db x", aws + " x 3"}},
			[]Component{{"acme:infra:Secret", "none", nil}, {"acme:a:Db", "none", []string{"aws:secretsmanager/*:*"}}},
			"1 component without secrets (acme:infra:App)",
		},
		{
			"a raw secret that was given it as its parent",
			[][]string{{"acme:infra:Vpc net", aws + " stripe 0"}, {"acme:infra:Vpc net"}},
			nil,
			"acme:infra:Vpc: the secrets in it are not named after it",
		},
		{
			"secrets with names of their own wherever it is",
			[][]string{{"acme:infra:Db main", aws + " password 0"}, {"acme:infra:Db main", aws + " password 0"}},
			[]Component{{"acme:infra:Db", "none", []string{"aws:secretsmanager/*:*"}}},
			"",
		},
		{"the program's own", [][]string{{"shop0:web:App app", aws + " app 0"}}, nil, "so it belongs to the program"},
		{
			"a component of a provider inside of one of the company",
			[][]string{{"acme:infra:App app", "kubernetes:helm.sh/v3:Chart app 0", aws + " app 1"}},
			[]Component{{"acme:infra:App", "none", []string{"aws:secretsmanager/*:*"}}},
			"",
		},
		{"raw secrets", [][]string{{aws + " a", "aws:secretsmanager/secretVersion:SecretVersion a 0"}}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, whole := range []bool{true, false} {
				inv := New(known, func(s string) string { return s })
				for i, rows := range tt.states {
					inv.AddState(exported(t, fmt.Sprintf("shop%d", i), whole, rows...))
				}
				s := inv.Suggest(Choices{})
				if diff := cmp.Diff(tt.want, s.Config.Settings.Components); diff != "" {
					t.Errorf("mismatch (-want +got)\n%s", diff)
				}
				if left := strings.Join(s.Left, "\n"); !strings.Contains(left, tt.left) || (tt.left == "") != (left == "") {
					t.Errorf("not taken: got %q, want %q", left, tt.left)
				}
			}
		})
	}
}
