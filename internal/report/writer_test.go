package report

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWriter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := NewWriter(Names("a.json, "+filepath.Join(dir, "b.sarif")+",c.HTML"), dir, "0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	b := Finding{
		Policy: "secret-name", URN: "urn:b", Path: "name", Level: "mandatory", Severity: "high",
		Message: "m <x>",
	}
	a := Finding{
		Policy: "secret-name", URN: "urn:a", Level: "advisory", Severity: "high", Message: "m",
		Exemption: "id",
	}
	w.Add([]Finding{b, a}, nil)
	w.Add([]Finding{b}, []Note{{Message: "n"}})
	describe := func(r *Report) { r.Sources = []Source{{Name: Preview, Kind: Preview}} }
	for range 2 { // at AnalyzeStack and at Cancel
		if err := w.Write(describe); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "a.json"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	a.Source, b.Source = Preview, Preview
	for i := range got.Findings {
		got.Findings[i].Fingerprint = ""
	}
	if diff := cmp.Diff([]Finding{a, b}, got.Findings); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	for name, want := range map[string]string{"b.sarif": `"version": "2.1.0"`, "c.HTML": "<!DOCTYPE html>"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s: %v, want %s in it", name, err, want)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 3 {
		t.Errorf("got %d files, %v, want the three reports alone", len(files), err)
	}
}

func TestWriterIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := NewWriter([]string{"r.json"}, dir, "0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			w.Add([]Finding{{Policy: "p", Level: "mandatory"}}, nil)
			if err := w.Write(nil); err != nil {
				t.Error(err)
			}
			if data, err := os.ReadFile(filepath.Join(dir, "r.json")); err != nil {
				t.Error(err)
			} else if _, err := Read(data); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestWriterRefusesNames(t *testing.T) {
	t.Parallel()
	if w, err := NewWriter(Names(" ,"), "", ""); w != nil || err != nil {
		t.Errorf("no files: got %v, %v", w, err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "d.json"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, give, want string }{
		{"another ending", "r.yaml", `"r.yaml": expected a file name ending in .txt, .json, .sarif, `},
		{"no ending", "report", `"report": expected a file name ending in`},
	} {
		if _, err := NewWriter([]string{tt.give}, dir, ""); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

// What cannot be written is an error of its own file, after the run; the other files are there.
func TestWriterThatCannotWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "d.json"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, give, want string }{
		{"no directory", "gone/r.json", "expected an existing directory"},
		{"below a file", "file/r.json", "expected an existing directory"},
		{"a directory", "d.json", "expected a file, got a directory"},
	} {
		w, err := NewWriter([]string{tt.give, "good.json"}, dir, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(nil); err == nil || !strings.HasPrefix(err.Error(), "the report was not written: ") ||
			!strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
		good := filepath.Join(dir, "good.json")
		if _, err := os.Stat(good); err != nil {
			t.Errorf("%s: the other report is not there: %v", tt.name, err)
		}
		if err := os.RemoveAll(good); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFormatNames(t *testing.T) {
	t.Parallel()
	for _, f := range Formats() {
		if got, err := ParseFormat(string(f)); got != f || err != nil {
			t.Errorf("%s: got %s, %v", f, got, err)
		}
	}
	if _, err := ParseFormat("yaml"); err == nil ||
		!strings.Contains(err.Error(), `expected text, json, sarif, `) {
		t.Errorf("got %v", err)
	}
}

// The error is about the file that was to be replaced. The one beside it, which nobody has asked for, is gone.
func TestReplaceThatFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, strings.Repeat("a", 300))
	if err := Replace(name, []byte("x")); err == nil || !strings.HasPrefix(err.Error(), name+": ") ||
		strings.Contains(err.Error(), ".policypack-report-") {
		t.Errorf("got %v, want an error that begins with the name", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("leaves %v, %v", left, err)
	}
}

func TestReplaceKeepsTheMode(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	for _, want := range []fs.FileMode{0o644, 0o600} {
		if err := Replace(name, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("got %v %v, want %v", info.Mode().Perm(), err, want)
		}
		if err := os.Chmod(name, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
