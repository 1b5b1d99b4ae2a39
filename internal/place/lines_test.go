package place_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/place"
)

func ExampleLines() {
	lines := place.Lines{Text: "name: shop\nowner: Zoë 🔑, token: x\n"}
	at := lines.Position(strings.Index(lines.Text, "token"))
	fmt.Println(at, "in bytes, and in UTF-16 column", lines.Column16(at))
	// Output: 2:19 in bytes, and in UTF-16 column 16
}

func ExampleAt() {
	fmt.Println(place.At("a: 1\nb: ?\n", 8))
	// Output: 2:4
}

func TestPosition(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give place.Position
		want string
	}{
		{place.Position{}, ""},
		{place.Position{Line: 3}, "3"},
		{place.Position{Line: 3, Column: 14}, "3:14"},
	} {
		if got := tt.give.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		offset     int
		want       place.Position
		column16   int
	}{
		{"the beginning", "ab\ncd", 0, place.Position{Line: 1, Column: 1}, 1},
		{"a line end belongs to its line", "ab\ncd", 2, place.Position{Line: 1, Column: 3}, 3},
		{"the beginning of a line", "ab\ncd", 3, place.Position{Line: 2, Column: 1}, 1},
		{"the end", "ab\ncd", 5, place.Position{Line: 2, Column: 3}, 3},
		{"beyond the end", "ab\ncd", 99, place.Position{Line: 2, Column: 3}, 3},
		{"below zero", "ab\ncd", -1, place.Position{Line: 1, Column: 1}, 1},
		{"an empty last line", "ab\n", 3, place.Position{Line: 2, Column: 1}, 1},
		{"no text", "", 0, place.Position{Line: 1, Column: 1}, 1},
		{"line ends of Windows", "a\r\nb", 3, place.Position{Line: 2, Column: 1}, 1},
		{"behind a letter of two bytes", "é=x", 3, place.Position{Line: 1, Column: 4}, 3},
		{"behind a letter of three bytes", "密=x", 4, place.Position{Line: 1, Column: 5}, 3},
		{"behind an emoji", "🔑=x", 5, place.Position{Line: 1, Column: 6}, 4},
		{"behind what is no UTF-8", "\xff=x", 2, place.Position{Line: 1, Column: 3}, 3},
		{"behind a byte order mark", "\ufeffab", 4, place.Position{Line: 1, Column: 2}, 2},
		{"in a byte order mark", "\ufeffab", 1, place.Position{Line: 1, Column: 1}, 1},
		{"on the line below a byte order mark", "\ufeffa\nb", 5, place.Position{Line: 2, Column: 1}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines := place.Lines{Text: tt.give}
			if got := lines.Position(tt.offset); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if got := place.At(tt.give, tt.offset); got != tt.want {
				t.Errorf("At: got %s, want %s", got, tt.want)
			}
			if got := lines.Column16(tt.want); got != tt.column16 {
				t.Errorf("in UTF-16: got column %d, want %d", got, tt.column16)
			}
		})
	}
}

func TestLinesOffset(t *testing.T) {
	t.Parallel()
	lines := place.Lines{Text: "ab\ncd\n"}
	for _, tt := range []struct {
		give place.Position
		want int
	}{
		{place.Position{}, 0},
		{place.Position{Line: 2}, 3},
		{place.Position{Line: 2, Column: 2}, 4},
		{place.Position{Line: 9, Column: 9}, 6},
	} {
		if got := lines.Offset(tt.give); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.give, got, tt.want)
		}
	}
}

// FuzzLines: positions of one text agree however they are asked for, and lead back to the offset.
func FuzzLines(f *testing.F) {
	f.Add("a\nb\r\n\nc", 3, 1)
	f.Add("\ufeffé\n🔑", 8, 2)
	f.Fuzz(func(t *testing.T, text string, a, b int) {
		defer fuzzing.Watch(t, len(text))()
		lines := place.Lines{Text: text}
		for _, offset := range []int{a, b, a} {
			at := lines.Position(offset)
			if once := place.At([]byte(text), offset); once != at {
				t.Fatalf("%q: %d is at %s and at %s", text, offset, at, once)
			}
			back := lines.Offset(at)
			want := max(0, min(offset, len(text)))
			if back != want && (want >= 3 || !strings.HasPrefix(text, "\ufeff")) {
				t.Fatalf("%q: %d is at %s, which is %d", text, offset, at, back)
			}
			if c := lines.Column16(at); c < 1 || c > at.Column {
				t.Fatalf("%q: %d is in column %d of UTF-16, and in %d in bytes", text, offset, c, at.Column)
			}
		}
	})
}
