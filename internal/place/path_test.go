package place_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/place"
)

func ExamplePath() {
	path := place.Path{"spec", "containers", 0, "env", "db.example.com/password"}
	fmt.Println(path)
	fmt.Println(place.Below("shop:settings", "password"))
	fmt.Println(path.Key())
	// Output:
	// spec.containers[0].env["db.example.com/password"]
	// shop:settings.password
	// db.example.com/password
}

func ExampleParsePath() {
	for _, step := range place.ParsePath(`items[0]["odd key"]`) {
		fmt.Printf("%T %v\n", step, step)
	}
	// Output:
	// string items
	// int 0
	// string odd key
}

func TestPath(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		give place.Path
		want string
	}{
		{"the whole", nil, ""},
		{"a key", place.Path{"name"}, "name"},
		{"keys", place.Path{"environment", "variables", "DB_PASSWORD"}, "environment.variables.DB_PASSWORD"},
		{"an index", place.Path{"items", 0, "value"}, "items[0].value"},
		{"an index first", place.Path{10, "a"}, "[10].a"},
		{"a key with a dot", place.Path{"metadata", "annotations", "a.b/c"}, `metadata.annotations["a.b/c"]`},
		{"an odd key first", place.Path{"odd key", "b"}, `["odd key"].b`},
		{"an odd key alone", place.Path{"odd key"}, `["odd key"]`},
		{"an empty key", place.Path{"a", ""}, `a[""]`},
		{"a digit first", place.Path{"a", "2fa"}, `a["2fa"]`},
		{"a configuration key", place.Path{"shop:dbPassword"}, "shop:dbPassword"},
		{"a key in another script", place.Path{"a", "ключ"}, `a["ключ"]`},
		{"a key that steers a terminal", place.Path{"a\x1b[2J"}, `["a\x1b[2J"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.give.String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if diff := cmp.Diff(tt.give, place.ParsePath(tt.want)); diff != "" {
				t.Errorf("parsed again: mismatch (-want +got)\n%s", diff)
			}
			below := ""
			for _, step := range tt.give {
				below = place.Below(below, step)
			}
			if below != tt.want {
				t.Errorf("step by step: got %s, want %s", below, tt.want)
			}
		})
	}
}

func TestParsePath(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give string
		want place.Path
	}{
		{"", nil},
		{"name", place.Path{"name"}},
		{"items[0].value", place.Path{"items", 0, "value"}},
		{`data["odd key"].b`, place.Path{"data", "odd key", "b"}},
		{`["a.b"][2]["c\"]"]`, place.Path{"a.b", 2, `c"]`}},
		{"shop:dbPassword", place.Path{"shop:dbPassword"}},
		{"odd key.2fa", place.Path{"odd key", "2fa"}},
		{"a..b", place.Path{"a..b"}},
		{"a.", place.Path{"a."}},
		{"a[", place.Path{"a["}},
		{"a[x]", place.Path{"a[x]"}},
		{`a["b`, place.Path{`a["b`}},
		{`a["b"c`, place.Path{`a["b"c`}},
	} {
		t.Run(tt.give, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, place.ParsePath(tt.give)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestPathKey(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give place.Path
		want string
	}{
		{nil, ""},
		{place.Path{0}, ""},
		{place.Path{"a", "b"}, "b"},
		{place.Path{"a", 0, 1}, "a"},
	} {
		if got := tt.give.Key(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.give, got, tt.want)
		}
	}
}

// FuzzPath: what is printed is parsed as what it was, and any text is parsed as something that prints and parses the
// same.
func FuzzPath(f *testing.F) {
	f.Add("a", "b c", 3)
	f.Add(`x"]`, "", 0)
	f.Add("items[0].value", "\xff\u202e", 1<<40)
	f.Fuzz(func(t *testing.T, a, b string, i int) {
		defer fuzzing.Watch(t, len(a)+len(b))()
		for _, path := range []place.Path{{a}, {a, i, b}, {i, a}, {b, a, i}, place.ParsePath(a)} {
			if diff := cmp.Diff(path, place.ParsePath(path.String())); diff != "" {
				t.Errorf("%q: mismatch (-want +got)\n%s", path.String(), diff)
			}
		}
	})
}
