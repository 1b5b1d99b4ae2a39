package corpus_test

import (
	"slices"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect/corpus"
)

func TestSameSeedSameRows(t *testing.T) {
	if !slices.Equal(corpus.Generate(3, 2), corpus.Generate(3, 2)) {
		t.Error("the same seed makes different rows")
	}
	if slices.Equal(corpus.Generate(3, 2), corpus.Generate(4, 2)) {
		t.Error("two seeds make the same rows")
	}
}

func TestMeasure(t *testing.T) {
	rows := []corpus.Row{
		{corpus.Formats, "a", "", "1"},
		{corpus.Formats, "a", "", "2"},
		{corpus.Harmless, "b", "", "1"},
	}
	figures := corpus.Measure(rows, func(r corpus.Row) bool { return r.Value == "1" })
	if got := corpus.Share(figures, corpus.Formats); got != 50 {
		t.Errorf("share %v, want 50", got)
	}
	if got := corpus.Precision(figures); got != 50 {
		t.Errorf("precision %v, want 50", got)
	}
}
