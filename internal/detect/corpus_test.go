package detect_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/corpus"
)

// aims are what the project promises, in percent.
var aims = map[corpus.Group]float64{corpus.Formats: 99, corpus.KeyNames: 98, corpus.Documents: 97}

func TestCorpus(t *testing.T) {
	d := detector(t, detect.Options{})
	var recorded []corpus.Figure
	raw, err := os.ReadFile("testdata/figures.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &recorded); err != nil {
		t.Fatal(err)
	}
	hits := map[string]int{}
	for _, f := range recorded {
		hits[f.Class] = f.Hits
	}
	figures := measure(d, corpus.Seed)
	for _, f := range figures {
		t.Logf("%-10s %-28s %4d/%4d", f.Group, f.Class, f.Hits, f.Rows)
		want, ok := hits[f.Class]
		switch {
		case !ok:
			t.Errorf("%s is not recorded: run make corpus", f.Class)
		case f.Group == corpus.Harmless && f.Hits > want:
			t.Errorf("%s: %d false alarms, recorded %d", f.Class, f.Hits, want)
		case f.Group != corpus.Harmless && f.Hits < want:
			t.Errorf("%s: %d found, recorded %d", f.Class, f.Hits, want)
		}
	}
	t.Logf("precision %.2f %%", corpus.Precision(figures))
	for _, seed := range []uint64{corpus.Seed, 1, 77} {
		figures := measure(d, seed)
		for g, aim := range aims {
			if got := corpus.Share(figures, g); got < aim {
				t.Errorf("seed %d: %s: recall %.2f %%, the aim is %.0f %%", seed, g, got, aim)
			}
		}
		if got := corpus.Share(figures, corpus.Harmless); got > 0.1 {
			t.Errorf("seed %d: %.2f %% false alarms, the aim is 0.1 %%", seed, got)
		}
	}
}

func measure(d *detect.Detector, seed uint64) []corpus.Figure {
	return corpus.Measure(corpus.Generate(seed, corpus.Rows),
		func(r corpus.Row) bool { return len(d.Find(r.Value, detect.Evidence{Name: r.Key})) > 0 })
}

// No field of a match holds six bytes of what it matched; the names in its path are the document's own.
func TestMatchesHoldNoValue(t *testing.T) {
	d := detector(t, detect.Options{})
	for _, r := range corpus.Generate(5, 12) {
		if r.Group == corpus.Harmless {
			continue
		}
		for _, m := range d.Find(r.Value, detect.Evidence{Name: r.Key}) {
			constants(t, r.Value, m)
			secret := r.Value[m.Start:m.End]
			names := m.Inner
			if !strings.Contains(r.Key, m.Key) {
				names = append(names, m.Key)
			}
			for _, e := range names {
				name, ok := e.(string)
				if !ok {
					continue
				}
				for i := 0; i+6 <= len(secret); i++ {
					if strings.Contains(name, secret[i:i+6]) && !strings.Contains(r.Value, name+"=") &&
						!strings.Contains(r.Value, name+":") && !strings.Contains(r.Value, name+`"`) {
						t.Fatalf("%s: the path holds a part of the value", r.Class)
					}
				}
			}
		}
	}
}
