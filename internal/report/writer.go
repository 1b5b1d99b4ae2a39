package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Writer collects the findings of a run and writes them to files. It is safe for concurrent use.
type Writer struct {
	files []file

	mu     sync.Mutex
	report Report
}

type file struct {
	name   string
	format Format
}

// NewWriter returns a writer for files, in the formats of their extensions, or nil if there are none. Relative names
// are relative to dir. Unwritable files are reported when they are written, so that findings are not lost with them.
func NewWriter(names []string, dir, version string) (*Writer, error) {
	if len(names) == 0 {
		return nil, nil
	}
	w := &Writer{report: *New(version)}
	for _, name := range names {
		format, err := FormatOf(name)
		if err != nil {
			return nil, err
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		w.files = append(w.files, file{name, format})
	}
	return w, nil
}

// NewCollector returns a writer without files, for other uses of the report.
func NewCollector(version string) *Writer { return &Writer{report: *New(version)} }

// Names splits the value of POLICYPACK_REPORT, a comma-separated list of files.
func Names(list string) []string {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Add adds findings and notes.
func (w *Writer) Add(findings []Finding, notes []Note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.report.Findings = append(w.report.Findings, findings...)
	w.report.Notes = append(w.report.Notes, notes...)
}

// AddLeft adds findings that are covered by other findings.
func (w *Writer) AddLeft(left []Left) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.report.Left = append(w.report.Left, left...)
}

// Write writes each file atomically: a reader sees either the old or the new report. The function, which may be nil,
// describes the run, as far as it is known by now.
func (w *Writer) Write(describe func(*Report)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if describe != nil {
		describe(&w.report)
	}
	var errs []error
	for _, f := range w.files {
		var b bytes.Buffer
		err := Write(&b, &w.report, f.format, Options{})
		if err == nil {
			err = Replace(f.name, b.Bytes())
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("the report was not written: %w", err))
		}
	}
	return errors.Join(errs...)
}

// Replace atomically replaces a file and keeps its permissions. The error has the name of the file.
func Replace(name string, data []byte) (err error) {
	defer func() {
		// It is about the file beside it, which the data is written to first.
		var write *fs.PathError
		var rename *os.LinkError
		if errors.As(err, &write) {
			err = fmt.Errorf("%s: %w", name, write.Err)
		} else if errors.As(err, &rename) {
			err = fmt.Errorf("%s: %w", name, rename.Err)
		}
	}()
	if info, err := os.Stat(filepath.Dir(name)); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: expected an existing directory", filepath.Dir(name))
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		if info.IsDir() {
			return fmt.Errorf("%s: expected a file, got a directory", name)
		}
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".policypack-report-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if _, err = f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = f.Chmod(mode); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
