package jsontext

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/place"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		want       []string
	}{
		{"of an object", ` {"a": {"x": 1}, "b": ["c", {"d": "e"}], "f": "g"}`, []string{"a", "b", "f"}},
		{"up to where it is cut off", `{"a": 1, "b": {"c": "d`, []string{"a", "b"}},
		{"with quotes and braces in texts", `{"a\"}": "}", "b": "\\"}`, []string{`a\"}`, "b"}},
		{"of the first object alone", `{"a": 1} {"b": 2}`, []string{"a"}},
		{"of a list", `[{"a": 1}]`, nil},
		{"of text", `a "b"`, nil},
		{"of a string", `"a": 1`, nil},
		{"of nothing", ``, nil},
		{"of a brace too many", `}{"a": 1}`, nil},
	} {
		if diff := cmp.Diff(tt.want, slices.Collect(Keys([]byte(tt.give)))); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.name, diff)
		}
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		want       []string
	}{
		{"one", "{\"a\": [1, {}]}\n", []string{"{\"a\": [1, {}]}\n"}},
		{"several", "{}\n{\"}\": \"{\"}{}\n\n", []string{"{}", "\n{\"}\": \"{\"}", "{}\n\n"}},
		{"text between them", "{}\nINFO unit: x\n{}", []string{"{}", "\nINFO unit: x\n{}"}},
		{"one that is cut off", `{"a": {`, []string{`{"a": {`}},
		{"text", "a {}", []string{"a {}"}},
		{"nothing", "", nil},
	} {
		if diff := cmp.Diff(tt.want, documents(t, tt.give)); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.name, diff)
		}
	}
}

// documents are the texts of the documents in a text.
func documents(t *testing.T, text string) (out []string) {
	t.Helper()
	all, err := Documents(Bytes([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		data, err := io.ReadAll(one)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(data))
	}
	return out
}

func TestBehind(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		give         Error
		before, want string
	}{
		{"on the same line", Error{place.Position{Line: 1, Column: 3}, "x"}, "{}", "1:5: x"},
		{"on a later line", Error{place.Position{Line: 2, Column: 3}, "x"}, "{}\n{}", "3:3: x"},
		{"on the first line behind others", Error{place.Position{Line: 1, Column: 3}, "x"}, "{}\n{}", "2:5: x"},
		{"complete", Error{place.Position{Line: 0, Column: 0}, "x"}, "{}\n", "x"},
	} {
		if got := tt.give.Behind(positionIn(Bytes([]byte(tt.before)), int64(len(tt.before)))).Error(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Positions that are looked for one after the other are those that are looked for alone, and read a source once.
func TestPositions(t *testing.T) {
	t.Parallel()
	text := "\ufeff{}\n" + strings.Repeat(strings.Repeat("{\"a\": 1}\n", 500)+"{}{}", 100)
	src := &counted{Source: Bytes([]byte(text))}
	all := NewPositions(src)
	for offset := int64(0); offset <= int64(len(text)); offset += 997 {
		if got, want := all.At(offset), place.At([]byte(text), int(offset)); got != want {
			t.Fatalf("%d is at %s, want %s", offset, got, want)
		}
	}
	if most := int64(len(text)) * 2; src.bytes > most {
		t.Errorf("reads %d bytes of %d, want at most %d", src.bytes, len(text), most)
	}
}

// counted counts the bytes that are read of a source.
type counted struct {
	Source

	bytes int64
}

func (c *counted) ReadAt(b []byte, offset int64) (int, error) {
	c.bytes += int64(len(b))
	return c.Source.ReadAt(b, offset)
}

// FuzzDocuments: nothing is lost between the documents.
func FuzzDocuments(f *testing.F) {
	f.Add([]byte("{} {\"a\": \"}\"}\n["))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		var b strings.Builder
		for _, one := range documents(t, string(data)) {
			if len(one) == 0 {
				t.Fatal("an empty document")
			}
			b.WriteString(one)
		}
		if b.String() != string(data) {
			t.Errorf("got %q, want %q", b.String(), data)
		}
		if n := len(slices.Collect(Keys(data))); n > len(data) {
			t.Errorf("%d keys", n)
		}
	})
}
