package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWriteAndRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := NewWriter("a.json, "+filepath.Join(dir, "b.json"), dir, "0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	b := Finding{Policy: "secret-name", URN: "urn:b", Path: "name", Level: "mandatory", Severity: "high", Message: "m <x>"}
	a := Finding{Policy: "secret-name", URN: "urn:a", Level: "advisory", Severity: "high", Message: "m", Exemption: "id"}
	w.Add([]Finding{b, a})
	w.Add([]Finding{b})
	if err := w.Write(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.json", "b.json"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !Is(data) {
			t.Errorf("%s is not taken for a report", name)
		}
		got, err := Read(data)
		if err != nil {
			t.Fatal(err)
		}
		want := &Report{Format: Format, Version: "0.1.0", Findings: []Finding{a, b}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", name, diff)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
		t.Errorf("got %d files, %v, want the two reports alone", len(files), err)
	}
}

func TestNothingFoundIsAReportToo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := NewWriter("r.json", dir, "0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "r.json"))
	if err != nil || !strings.Contains(string(data), `"findings": []`) {
		t.Errorf("got %s, %v", data, err)
	}
}

func TestWrongNamesAndForms(t *testing.T) {
	t.Parallel()
	if w, err := NewWriter(" ", "", ""); w != nil || err != nil {
		t.Errorf("no files: got %v, %v", w, err)
	}
	for _, tt := range []struct{ name, give, want string }{
		{"another ending", "r.sarif", `POLICYPACK_REPORT: "r.sarif": want a name that ends in .json`},
		{"no directory", "gone/r.json", "want an existing directory"},
	} {
		if _, err := NewWriter(tt.give, t.TempDir(), ""); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	for _, tt := range []struct{ name, give string }{
		{"another form", `{"format": "policypack-report/2", "findings": []}`},
		{"further fields", `{"format": "policypack-report/1", "extra": 1}`},
		{"no JSON", `x`},
	} {
		if _, err := Read([]byte(tt.give)); err == nil || !strings.Contains(err.Error(), "want a report of the form policypack-report/1") {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}
