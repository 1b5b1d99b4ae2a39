package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/place"
)

// JSON is the complete format. report.schema.json describes it.
const JSON Format = "json"

var _ = add(form{name: JSON, ending: ".json", use: "other programs, and `policypack baseline`", write: writeJSON, rank: 2})

// document is a report as JSON, with each finding's class and a summary.
type document struct {
	*Report
	Findings []classified `json:"findings"`
	Summary  summary      `json:"summary"`
}

type classified struct {
	Class Class `json:"class"`
	*Finding
}

type summary struct {
	Exit      int `json:"exit"`
	Violation int `json:"violation"`
	Advisory  int `json:"advisory"`
	Undecided int `json:"undecided"`
	Exempted  int `json:"exempted"`
	Baseline  int `json:"baseline"`
}

func writeJSON(w io.Writer, r *Report, _ Options) error {
	d := document{Report: r, Findings: make([]classified, len(r.Findings)), Summary: summary{
		Exit: r.Exit(), Violation: r.Count(Violation), Advisory: r.Count(Advisory), Undecided: r.Count(Undecided),
		Exempted: r.Count(Exempted), Baseline: r.Count(Baseline),
	}}
	for i := range r.Findings {
		d.Findings[i] = classified{r.Findings[i].Class(), &r.Findings[i]}
	}
	return Encode(w, d)
}

// Encode writes indented JSON with non-printing characters as escapes: the strings keep their values, and the file is
// safe to print.
func Encode(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	out := bytes.NewBuffer(make([]byte, 0, b.Len()))
	for _, c := range b.String() {
		switch {
		case c == '\n', !place.Hidden(c) && c != utf8.RuneError:
			out.WriteRune(c)
		case c > 0xffff:
			high, low := utf16.EncodeRune(c)
			fmt.Fprintf(out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(out, `\u%04x`, c)
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

// Read parses a report. Errors say what was expected and repeat nothing from the data.
func Read(data []byte) (*Report, error) {
	if !Is(data) {
		return nil, fmt.Errorf("expected a %s report, as written by POLICYPACK_REPORT=FILE.json", Name)
	}
	r := &Report{}
	d := document{Report: r}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return nil, fmt.Errorf("expected a %s report: %w", Name, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("expected a %s report and nothing after it", Name)
	}
	if r.Format != Name {
		return nil, fmt.Errorf("expected a %s report, but this one is from another version; create it again", Name)
	}
	if _, err := time.Parse(time.DateOnly, r.Day); err != nil && (r.Day != "" || r.WhatIf) {
		return nil, fmt.Errorf("expected a %s report: day: expected a day such as 2027-03-01", Name)
	}
	for i, f := range d.Findings {
		if f.Finding == nil || f.Policy == "" || f.Level == "" {
			return nil, fmt.Errorf("expected a %s report: findings[%d]: expected a policy and a level", Name, i)
		}
		r.Findings = append(r.Findings, *f.Finding)
	}
	return r, nil
}

// Is reports whether the data looks like a report, of any version.
func Is(data []byte) bool {
	var head struct {
		Format string `json:"format"`
	}
	return json.Unmarshal(data, &head) == nil && strings.HasPrefix(head.Format, "policypack-report/")
}
