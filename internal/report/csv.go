package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/place"
)

// CSV is the format for spreadsheets: one row per finding, exempted ones included, with the details of its exemption.
// Errors and notes are left out.
const CSV Format = "csv"

var _ = add(form{name: CSV, ending: ".csv", use: "spreadsheets of findings and exemptions", write: writeCSV})

// column is a column of the CSV: its header and how to fill it.
type column struct {
	name string
	of   func(*Report, *Finding) string
}

// columns are documented in docs/reference/reports.md.
var columns = []column{
	{"class", func(_ *Report, f *Finding) string { return string(f.Class()) }},
	{"policy", func(_ *Report, f *Finding) string { return f.Policy }},
	{"level", func(_ *Report, f *Finding) string { return f.Level }},
	{"severity", func(_ *Report, f *Finding) string { return f.Severity }},
	{"source", func(_ *Report, f *Finding) string { return f.Source }},
	{"organization", func(r *Report, f *Finding) string { return r.source(f.Source).Organization }},
	{"project", func(r *Report, f *Finding) string { return r.source(f.Source).Project }},
	{"stack", func(r *Report, f *Finding) string { return r.source(f.Source).Stack }},
	{"subject", func(_ *Report, f *Finding) string { return f.subject() }},
	{"type", func(_ *Report, f *Finding) string { return f.Type }},
	{"path", func(_ *Report, f *Finding) string { return f.at() }},
	{"folder", func(_ *Report, f *Finding) string { return f.Folder() }},
	{"file", func(_ *Report, f *Finding) string { return f.location().File }},
	{"line", func(_ *Report, f *Finding) string { return positive(f.location().Line) }},
	{"commit", func(_ *Report, f *Finding) string { return f.Commit }},
	{"sample", func(_ *Report, f *Finding) string { return strconv.FormatBool(f.sample()) }},
	{"detector", func(_ *Report, f *Finding) string { return f.Detector }},
	{"message", func(_ *Report, f *Finding) string { return f.headline() }},
	{"exemption", func(_ *Report, f *Finding) string {
		if by := f.exemptedBy(); by != "" {
			return by
		}
		return f.Exemption
	}},
	{"expired", func(_ *Report, f *Finding) string { return strconv.FormatBool(f.Expired) }},
	{"owner", func(_ *Report, f *Finding) string { return f.Entry.Owner }},
	{"reason", func(_ *Report, f *Finding) string { return f.Entry.Reason }},
	{"ticket", func(_ *Report, f *Finding) string { return f.Entry.Ticket }},
	{"approved_by", func(_ *Report, f *Finding) string { return f.Entry.ApprovedBy }},
	{"expires", func(_ *Report, f *Finding) string { return f.Entry.Expires }},
	{"urn", func(_ *Report, f *Finding) string { return f.URN }},
	{"fingerprint", func(_ *Report, f *Finding) string { return f.Fingerprint }},
	{"as_of", func(r *Report, _ *Finding) string {
		if r.WhatIf {
			return r.Day
		}
		return ""
	}},
}

func positive(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func writeCSV(w io.Writer, r *Report, _ Options) error {
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.name
	}
	rows := [][]string{head}
	for i := range r.Findings {
		row := make([]string, len(columns))
		for k, c := range columns {
			row[k] = c.of(r, &r.Findings[i])
		}
		rows = append(rows, row)
	}
	return Rows(w, rows)
}

// Rows writes CSV that is safe to open in a spreadsheet. It modifies the rows.
func Rows(w io.Writer, rows [][]string) error {
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// inert returns a cell that no spreadsheet evaluates as a formula: an apostrophe precedes anything that looks like one.
func inert(cell string) string {
	cell = place.Visible(cell)
	if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " ")); strings.ContainsRune("=+-@＝＋－＠", first) &&
		cell != "" {
		return "'" + cell
	}
	return cell
}
