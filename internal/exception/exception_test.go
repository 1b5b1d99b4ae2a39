package exception

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	want := []string{
		"1", "2", "10", "EXC-2", "EXC-007", "EXC-7", "EXC-10", "EXC-10.1", "EXC-10.a", "a", "a1b2",
		"a1b10",
	}
	for i := range want {
		for j := range want {
			got, expected := Compare(want[i], want[j]), 0
			if i < j {
				expected = -1
			} else if i > j {
				expected = 1
			}
			if got != expected {
				t.Errorf("Compare(%q, %q): got %d, want %d", want[i], want[j], got, expected)
			}
		}
	}
	var s Set
	for _, i := range rand.Perm(len(want)) {
		s = append(s, Entry{Exception: Exception{ID: want[i]}})
	}
	s.Sort()
	var got []string
	for _, e := range s {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Sort: mismatch (-want +got)\n%s", diff)
	}
}

func TestIsID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"EXC-1": true, "a.b_c": true, "-": true, "7": true, "": false, "EXC 1": false, "a/b": false, "é": false,
		"a\n": false,
	} {
		if got := IsID(id); got != want {
			t.Errorf("IsID(%q): got %v, want %v", id, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	s := Set{
		{Exception{"EXC-1", "one"}, []Match{{[]string{"p", "q"}, []string{"u", "v"}}, {[]string{"r"}, []string{"w"}}}},
		{Exception{"EXC-2", "two"}, []Match{{[]string{"q"}, []string{"v"}}}},
	}
	for _, tt := range []struct {
		name, policy, urn string
		want              []Exception
	}{
		{"both are about it", "q", "v", []Exception{{"EXC-1", "one"}, {"EXC-2", "two"}}},
		{"one is about it", "p", "v", []Exception{{"EXC-1", "one"}}},
		{"the second match", "r", "w", []Exception{{"EXC-1", "one"}}},
		{"a policy of one match, a target of another", "r", "v", nil},
		{"a prefix of a target is another resource", "p", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, s.Find(tt.policy, tt.urn)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}
