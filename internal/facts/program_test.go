package facts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// TestSpell: where another program wrote the resources down, facts carry its names beside Pulumi's, and a document of
// Pulumi's carries none.
func TestSpell(t *testing.T) {
	t.Parallel()
	shout := &model.Program{
		Name:  "other",
		Spell: func(_ string, path place.Path) place.Path { return append(place.Path{"spelled"}, path...) },
	}
	for _, tt := range []struct {
		name    string
		program *model.Program
		want    string
	}{
		{"Pulumi", nil, "<none>"},
		{"another program", shout, "spelled.tags.password"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			run := NewRun(&model.Stack{Program: tt.program}, "2026-01-01")
			r := &Resource{
				URN: "urn:pulumi:s::p::a:b:C::r", Type: "a:b:C",
				Findings: []Finding{{Place: PlaceProperty, Path: []any{"tags", "password"}}},
			}
			shown, ok := textAt(findings(run, r).Value.(*ast.Array).Elem(0).Value.(ast.Object), "shown")
			if !ok {
				shown = "<none>"
			}
			if shown != tt.want {
				t.Errorf("got %s, want %s", shown, tt.want)
			}
			if _, has := textAt(run.term("p", "s", strings.Clone).Value.(ast.Object),
				"program"); has != (tt.program != nil) {
				t.Errorf("run.program is there: %v", has)
			}
		})
	}
}

// TestSpellOfTheNameThatTells: a message says by which name a secret was told, which is the attribute's own, or one
// inside.
func TestSpellOfTheNameThatTells(t *testing.T) {
	t.Parallel()
	run := NewRun(&model.Stack{Program: &model.Program{
		Name:  "other",
		Spell: func(string, place.Path) place.Path { return place.Path{"block", 0, "master_password", 0} },
	}}, "2026-01-01")
	r := &Resource{URN: "urn:pulumi:s::p::a:b:C::r", Type: "a:b:C", Findings: []Finding{
		{Place: PlaceProperty, Path: []any{"block", "masterPassword", 0}, Key: "masterPassword"},
		{Place: PlaceProperty, Path: []any{"block", "masterPassword", 0}, Key: "DB_PASSWORD", Inner: "DB_PASSWORD"},
	}}
	var got []string
	findings(run, r).Value.(*ast.Array).Foreach(func(f *ast.Term) {
		key, _ := textAt(f.Value.(ast.Object), "keyShown")
		got = append(got, key)
	})
	if diff := cmp.Diff([]string{"master_password", ""}, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// TestTextThatIsNeverKnown: an unknown text of a command is told where no update follows that would know it.
func TestTextThatIsNeverKnown(t *testing.T) {
	t.Parallel()
	for _, program := range []*model.Program{nil, {Name: "other"}} {
		run := NewRun(&model.Stack{Program: program}, "2026-01-01")
		r, err := fromAnalyze(t, &pulumirpc.AnalyzeRequest{
			Urn: "urn:pulumi:s::p::command:local:Command::c", Type: "command:local:Command",
			Properties: &structpb.Struct{
				Fields: map[string]*structpb.Value{"create": structpb.NewStringValue(plugin.UnknownStringValue)},
			},
		}, testCatalogue(t))
		if err != nil {
			t.Fatal(err)
		}
		r.walk(func(l leaf) { r.scanText(run, l) })
		if seen := len(r.commands) == 1; seen != (program != nil) {
			t.Errorf("%d commands with program %v", len(r.commands), program)
		}
	}
}

func textAt(o ast.Object, key string) (string, bool) {
	t := o.Get(ast.InternedTerm(key))
	if t == nil {
		return "", false
	}
	s, ok := t.Value.(ast.String)
	return string(s), ok
}

func TestKeysOfAKubernetesProvider(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		give Properties
		want int
	}{
		{"a password", Properties{"host": "https://k", "password": "x"}, 1},
		{"a token that is not known", Properties{"token": catalogue.Unknown{}}, 0},
		{"a program that is asked for one", Properties{"exec": []any{Properties{"command": "aws"}}}, 0},
	} {
		if got := loginOf("kubernetes", tt.give); len(got) != tt.want {
			t.Errorf("%s: %d logins, want %d", tt.name, len(got), tt.want)
		}
	}
}
