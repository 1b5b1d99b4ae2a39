package detect_test

import (
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/corpus"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

func FuzzFind(f *testing.F) {
	for i, r := range corpus.Generate(9, 2) {
		if i%2 == 0 && len(r.Value) < 2000 {
			f.Add(r.Key, r.Value)
		}
	}
	f.Add("a", "a:\n- b: |\n    {\"x\": \"\\u00\"}\n  name: \"password\"\n  value: '\\'")
	d := detector(f, detect.Options{ExtraPatterns: []string{"x{3}y"}})
	f.Fuzz(func(t *testing.T, key, text string) {
		defer fuzzing.Watch(t, len(key)+len(text))()
		matches := d.Find(text, detect.Evidence{Name: key})
		for i, m := range matches {
			constants(t, text, m)
			if i > 0 && m.Start < matches[i-1].End && (m.Start != matches[i-1].Start || m.End != matches[i-1].End) {
				t.Fatalf("the spans of %s and %s overlap", matches[i-1].Detector, m.Detector)
			}
		}
		if v := d.Find(text, detect.Evidence{}); len(v) > len(matches) && len(matches) == 0 {
			t.Fatal("with a name less is found than without")
		}
		d.KeyTier(key)
		detect.Reference(text)
		detect.Placeholder(text)
	})
}
