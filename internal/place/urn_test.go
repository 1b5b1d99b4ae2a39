package place_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/place"
)

const secretURN = "urn:pulumi:production::shop::infra:index:Secret$aws:secretsmanager/secret:Secret::stripe::live"

func ExampleParseURN() {
	u, ok := place.ParseURN(secretURN)
	fmt.Println(ok, u.Project, u.Stack)
	fmt.Println(u.Type(), "in", u.Ancestors())
	fmt.Println(u.Name)
	// Output:
	// true shop production
	// aws:secretsmanager/secret:Secret in [infra:index:Secret]
	// stripe::live
}

func TestParseURN(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		want       place.URN
		ok         bool
		typ        string
		ancestors  []string
	}{
		{"a resource", "urn:pulumi:s::p::a:b:C::n", place.URN{"s", "p", "a:b:C", "n"}, true, "a:b:C", nil},
		{
			"a resource in components, with double colons in its name", "urn:pulumi:s::p::x:y:Z$u:v:W$a:b:C::n::m",
			place.URN{"s", "p", "x:y:Z$u:v:W$a:b:C", "n::m"},
			true, "a:b:C",
			[]string{"u:v:W", "x:y:Z"},
		},
		{"an empty name", "urn:pulumi:s::p::a:b:C::", place.URN{"s", "p", "a:b:C", ""}, true, "a:b:C", nil},
		{"no name", "urn:pulumi:s::p::a:b:C", place.URN{Stack: "s", Project: "p", Types: "a:b:C"}, false, "a:b:C", nil},
		{"a stack alone", "urn:pulumi:s", place.URN{Stack: "s"}, false, "", nil},
		{"a file", "file:a::b::c::d", place.URN{}, false, "", nil},
		{"another urn", "urn:uuid:s::p::a:b:C::n", place.URN{}, false, "", nil},
		{"nothing", "", place.URN{}, false, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u, ok := place.ParseURN(tt.give)
			if ok != tt.ok {
				t.Errorf("got %t, want %t", ok, tt.ok)
			}
			if diff := cmp.Diff(tt.want, u); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.ancestors, u.Ancestors()); diff != "" {
				t.Errorf("ancestors: mismatch (-want +got)\n%s", diff)
			}
			if place.TypeOf(tt.give) != tt.typ || place.NameOf(tt.give) != tt.want.Name {
				t.Errorf("got type %q and name %q", place.TypeOf(tt.give), place.NameOf(tt.give))
			}
			if ok && u.String() != tt.give {
				t.Errorf("printed: got %s, want %s", u, tt.give)
			}
		})
	}
}

func TestCutProvider(t *testing.T) {
	t.Parallel()
	for _, tt := range [][3]string{
		{
			"urn:pulumi:s::p::pulumi:providers:aws::default::0a1b", "urn:pulumi:s::p::pulumi:providers:aws::default",
			"0a1b",
		},
		{"", "", ""},
		{"x", "x", ""},
	} {
		if urn, id := place.CutProvider(tt[0]); urn != tt[1] || id != tt[2] {
			t.Errorf("%s: got %q and %q", tt[0], urn, id)
		}
	}
}

// Every call of the engine asks for a part of a URN.
func TestPartsOfURNsTakeNoMemory(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		u, _ := place.ParseURN(secretURN)
		if u.Type() == "" || place.TypeOf(secretURN) == "" || place.NameOf(secretURN) == "" {
			t.Error("a part is missing")
		}
	}); n > 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}

func FuzzURN(f *testing.F) {
	f.Add(secretURN)
	f.Add("urn:pulumi:s::p::$::")
	f.Fuzz(func(t *testing.T, text string) {
		defer fuzzing.Watch(t, len(text))()
		u, ok := place.ParseURN(text)
		if ok && u.String() != text {
			t.Errorf("%q is printed as %q", text, u)
		}
		all := append(u.Ancestors(), "")
		all[len(all)-1] = u.Type()
		for i := range (len(all) - 1) / 2 { // the nearest comes first
			all[i], all[len(all)-2-i] = all[len(all)-2-i], all[i]
		}
		if place.Types(all...) != u.Types {
			t.Errorf("%q: the types are joined as %q", text, place.Types(all...))
		}
	})
}
