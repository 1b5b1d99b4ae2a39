// Package report writes what a run has found into a file, for machines. A report holds policies, places and messages; it
// holds no value.
//
// The file is JSON:
//
//	{
//	  "format": "policypack-report/1",
//	  "version": "0.1.0",
//	  "findings": [
//	    {
//	      "policy": "secret-name", "urn": "urn:pulumi:…", "path": "name", "level": "mandatory", "severity": "high",
//	      "message": "…", "undecided": false, "baseline": false, "exemption": "legacy-stripe", "expired": false
//	    }
//	  ]
//	}
//
// A path is written as messages write it and is empty where the resource as a whole is meant; exemption is the id of the
// exemption that is about the finding, and absent where there is none. A preview of `pulumi up` and the update that
// follows it write the same file, the later one in the place of the earlier.
package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Format names the form of a report; another form gets another name.
const Format = "policypack-report/1"

// Report is what the file holds.
type Report struct {
	Format   string    `json:"format"`
	Version  string    `json:"version"`
	Findings []Finding `json:"findings"`
}

// Finding is one finding of a run.
type Finding struct {
	Policy    string `json:"policy"`
	URN       string `json:"urn"`
	Path      string `json:"path"`
	Level     string `json:"level"`
	Severity  string `json:"severity"`
	Message   string `json:"message"`
	Undecided bool   `json:"undecided"`
	Baseline  bool   `json:"baseline"`
	Exemption string `json:"exemption,omitempty"`
	Expired   bool   `json:"expired"`
}

// Read parses a report. The error says what was wanted.
func Read(data []byte) (*Report, error) {
	var r Report
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("want a report of the form %s: %w", Format, err)
	}
	if r.Format != Format {
		return nil, fmt.Errorf("want a report of the form %s", Format)
	}
	return &r, nil
}

// Is tells whether the data looks like a report, of whatever form.
func Is(data []byte) bool {
	var head struct {
		Format string `json:"format"`
	}
	return json.Unmarshal(data, &head) == nil && strings.HasPrefix(head.Format, "policypack-report/")
}

// Writer collects the findings of a run and writes them. It is safe for concurrent use.
type Writer struct {
	files   []string
	version string

	mu       sync.Mutex
	findings []Finding
}

// NewWriter returns a writer for the files of POLICYPACK_REPORT, which are separated by commas, nil where there are none.
// Relative names count from dir.
func NewWriter(list, dir, version string) (*Writer, error) {
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	w := &Writer{version: version}
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if filepath.Ext(name) != ".json" {
			return nil, fmt.Errorf("POLICYPACK_REPORT: %q: want a name that ends in .json", name)
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		if info, err := os.Stat(filepath.Dir(name)); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("POLICYPACK_REPORT: %s: want an existing directory", filepath.Dir(name))
		}
		w.files = append(w.files, name)
	}
	return w, nil
}

// Add adds findings.
func (w *Writer) Add(findings []Finding) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.findings = append(w.findings, findings...)
}

// Write writes the files, each at once: a reader sees the old report or the new one.
func (w *Writer) Write() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := Report{Format: Format, Version: w.version, Findings: slices.Clone(w.findings)}
	if r.Findings == nil {
		r.Findings = []Finding{}
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return slices.Compare([]string{a.URN, a.Policy, a.Path, a.Message}, []string{b.URN, b.Policy, b.Path, b.Message})
	})
	r.Findings = slices.Compact(r.Findings)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	var errs []error
	for _, name := range w.files {
		errs = append(errs, replace(name, b.Bytes()))
	}
	return errors.Join(errs...)
}

// replace puts a file in the place of another in one step.
func replace(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".policypack-report-*")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("report: %w", err), os.Remove(f.Name()))
		}
	}()
	if _, err = f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = f.Chmod(fs.FileMode(0o644)); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
