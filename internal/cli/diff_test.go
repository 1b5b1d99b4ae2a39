package cli

import (
	"strings"
	"testing"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, want, got, out string }{
		{"a line changes", "a b c", "a x c", "  a|- b|+ x|  c"},
		{"a line is missing", "a b", "b", "- a|  b"},
		{"a line is too many", "a", "a b", "  a|+ b"},
		{"nothing is wanted", "", "a", "+ a"},
		{"nothing comes", "a", "", "- a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(diff(strings.Fields(tt.want), strings.Fields(tt.got)), "|"); got != tt.out {
				t.Errorf("got %s, want %s", got, tt.out)
			}
		})
	}
}
