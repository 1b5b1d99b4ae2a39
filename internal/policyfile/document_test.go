package policyfile

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/place"
)

func TestRowAt(t *testing.T) {
	t.Parallel()
	d, _, err := ParseDocument([]byte(`{
  "templates": ["a",
    "b"],
  "exemptions": {
    "legacy.x": {
      "expires": "c"
    },
    "legacy": {"typo": 1}
  },
  "by-account": {
    "1": "d"
  }
}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		give place.Path
		row  int
	}{
		{"the whole", nil, 1},
		{"an item of a list", place.Path{"templates", 1}, 3},
		{"an item that is not there", place.Path{"templates", 2}, 2},
		{"an entry whose name has a dot", place.Path{"exemptions", "legacy.x"}, 5},
		{"a field", place.Path{"exemptions", "legacy.x", "expires"}, 6},
		{"what is missing", place.Path{"exemptions", "legacy", "owner"}, 8},
		{"below a text", place.Path{"exemptions", "legacy.x", "expires", "y"}, 6},
		{"a key of digits", place.Path{"by-account", "1"}, 11},
		{"nothing of it", place.Path{"words"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if row := d.RowAt(tt.give); row != tt.row {
				t.Errorf("got %d, want %d", row, tt.row)
			}
		})
	}
}

func TestParseDocumentNamesTheRow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		row        int
	}{
		{"a comma too many", "{\n\"a\": 1,\n}", 3},
		{"a brace too few", "{\n\"a\": 1\n", 3},
		{"two documents", "{}\n{}", 2},
		{"YAML", "a: b", 1},
		{"nested without end", strings.Repeat("[", 20000), 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, row, err := ParseDocument([]byte(tt.give)); err == nil || row != tt.row {
				t.Errorf("got row %d, %v, want row %d", row, err, tt.row)
			}
		})
	}
}

func FuzzParseDocument(f *testing.F) {
	f.Add([]byte(`{"a": [1, {"b": null}], "a": {"c": "d"}}`), "a[1].b")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		defer fuzzing.Watch(t, len(data)+len(text))()
		if d, _, err := ParseDocument(data); err == nil {
			d.RowAt(place.ParsePath(text))
		}
	})
}
