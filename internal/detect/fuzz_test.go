package detect_test

import (
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/corpus"
)

func FuzzLeaf(f *testing.F) {
	for i, r := range corpus.Generate(9, 2) {
		if i%2 == 0 && len(r.Value) < 2000 {
			f.Add(r.Key, r.Value)
		}
	}
	f.Add("a", "a:\n- b: |\n    {\"x\": \"\\u00\"}\n  name: \"password\"\n  value: '\\'")
	d := detector(f, detect.Options{ExtraPatterns: []string{"x{3}y"}})
	f.Fuzz(func(t *testing.T, key, text string) {
		matches := d.Leaf(key, text)
		for i, m := range matches {
			constants(t, text, m)
			if i > 0 && m.Start < matches[i-1].End && (m.Start != matches[i-1].Start || m.End != matches[i-1].End) {
				t.Fatalf("the spans of %s and %s overlap", matches[i-1].Detector, m.Detector)
			}
		}
		if v := d.Value(text); len(v) > len(matches) && len(matches) == 0 {
			t.Fatal("Leaf finds less than Value")
		}
		d.KeyTier(key)
		detect.Reference(text)
		detect.Placeholder(text)
	})
}
