package detect_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/corpus"
)

// spans finds what a detector finds in a labelled file.
func spans(d *detect.Detector) func(corpus.File) [][2]int {
	return func(f corpus.File) (s [][2]int) {
		for _, m := range d.File(f.Name, []byte(f.Text)) {
			s = append(s, [2]int{m.Start, m.End})
		}
		return s
	}
}

// No type of file gets worse than its recorded figures, and no seed than what the project promises.
func TestFileCorpus(t *testing.T) {
	d := detector(t, detect.Options{})
	raw, err := os.ReadFile("testdata/files.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded []corpus.FileFigure
	if err := json.Unmarshal(raw, &recorded); err != nil {
		t.Fatal(err)
	}
	want := map[string]corpus.FileFigure{}
	for _, f := range recorded {
		want[f.Type] = f
	}
	for _, f := range corpus.MeasureFiles(corpus.Files(corpus.Seed, corpus.FileRows), spans(d)) {
		switch w, ok := want[f.Type]; {
		case !ok || w.Secrets != f.Secrets || w.Harmless != f.Harmless:
			t.Errorf("%s is not recorded as it is: run make corpus", f.Type)
		case f.Found < w.Found:
			t.Errorf("%s: %d found, recorded %d", f.Type, f.Found, w.Found)
		case f.Alarms > w.Alarms:
			t.Errorf("%s: %d false alarms, recorded %d", f.Type, f.Alarms, w.Alarms)
		}
	}
	for _, seed := range []uint64{1, 7, 77} {
		var all corpus.FileFigure
		for _, f := range corpus.MeasureFiles(corpus.Files(seed, corpus.FileRows), spans(d)) {
			all.Secrets += f.Secrets
			all.Found += f.Found
			all.Harmless += f.Harmless
			all.Alarms += f.Alarms
			if f.Found*100 < f.Secrets*90 {
				t.Errorf("seed %d: %s: %d of %d found, the aim is 90 %%", seed, f.Type, f.Found, f.Secrets)
			}
		}
		t.Logf("seed %d: %+v", seed, all)
		if all.Found*100 < all.Secrets*98 {
			t.Errorf("seed %d: %d of %d found, the aim is 98 %%", seed, all.Found, all.Secrets)
		}
		if all.Alarms*1000 > all.Harmless {
			t.Errorf("seed %d: %d false alarms in %d files, the aim is 0.1 %%", seed, all.Alarms, all.Harmless)
		}
	}
}

// The source of Go holds no secret but test keys, which are a format: a name alone must not find more than one in
// 20,000 files.
func TestNaturalFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the source of Go")
	}
	d := detector(t, detect.Options{})
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("the source of Go is not here: %v", err)
	}
	named, files := naturalFiles(t, d, filepath.Join(strings.TrimSpace(string(root)), "src"))
	t.Logf("%d files of Go's source, %d matches by name or URL", files, named)
	if named > 1 {
		t.Errorf("%d matches by name or URL in %d files", named, files)
	}
}

// naturalFiles walks a directory and counts its text files, and the matches in them that are by name or in URLs.
func naturalFiles(t *testing.T, d *detect.Detector, dir string) (named, files int) {
	t.Helper()
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil || bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0 {
			return nil
		}
		files++
		rel, _ := filepath.Rel(dir, path)
		for _, m := range d.File(filepath.ToSlash(rel), data) {
			if m.Reason == detect.ReasonKeyName || m.Detector == "credentialed-url" ||
				m.Detector == "authorization-header" {
				named++
			}
		}
		return nil
	})
	return named, files
}
