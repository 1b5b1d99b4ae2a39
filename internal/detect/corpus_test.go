package detect_test

import (
	"encoding/json"
	"os"
	"path/filepath"
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
	return corpus.Measure(corpus.Generate(seed, corpus.Rows), func(r corpus.Row) bool { return len(d.Find(r.Value, detect.Evidence{Name: r.Key})) > 0 })
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
					if strings.Contains(name, secret[i:i+6]) && !strings.Contains(r.Value, name+"=") && !strings.Contains(r.Value, name+":") && !strings.Contains(r.Value, name+`"`) {
						t.Fatalf("%s: the path holds a part of the value", r.Class)
					}
				}
			}
		}
	}
}

// natural is a file of leaves of public sources, third-party data that is no part of the project.
func natural(t *testing.T) [][2]string {
	t.Helper()
	dir := os.Getenv("POLICYPACK_DETECTION_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "detection")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "natural_iac.tsv"))
	if err != nil {
		t.Skipf("natural_iac.tsv is third-party data and not here; POLICYPACK_DETECTION_DATA names its directory: %v", err)
	}
	unescape := strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t")
	var rows [][2]string
	for _, line := range strings.Split(string(raw), "\n")[1:] {
		if f := strings.SplitN(line, "\t", 4); len(f) == 4 {
			rows = append(rows, [2]string{f[2], unescape.Replace(f[3])})
		}
	}
	return rows
}

// The hits on natural data have been read by hand; testdata/natural.json says how many of them are right for each key.
func TestNatural(t *testing.T) {
	rows := natural(t)
	raw, err := os.ReadFile("testdata/natural.json")
	if err != nil {
		t.Fatal(err)
	}
	var right map[string]int
	if err := json.Unmarshal(raw, &right); err != nil {
		t.Fatal(err)
	}
	d := detector(t, detect.Options{})
	wrong, found := 0, map[string]int{}
	for _, r := range rows {
		if len(d.Find(r[1], detect.Evidence{Name: r[0]})) == 0 {
			continue
		}
		if found[r[0]]++; found[r[0]] > right[r[0]] {
			wrong++
			t.Logf("not among the read hits: %s", r[0])
		}
	}
	missing := 0
	for k, n := range right {
		missing += max(0, n-found[k])
	}
	t.Logf("%d leaves, %d hits not read as right, %d right ones lost", len(rows), wrong, missing)
	if wrong > 3 {
		t.Errorf("%d wrong hits in %d leaves, at most 3 are allowed", wrong, len(rows))
	}
	if missing > 0 {
		t.Errorf("%d of the hits read as right are not found any more", missing)
	}
}
