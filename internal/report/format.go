package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/order"
)

// Format is the name of a report format.
type Format string

// form is a report format. Each file of a format declares its own with [add]; there is no central list.
type form struct {
	name   Format
	ending string // file extension
	use    string // purpose, in the table of docs/reference/reports.md
	write  func(io.Writer, *Report, Options) error
	rank   int // position in lists; formats without one follow by name
}

// forms holds all formats, in display order.
var forms []form

// add registers a format. A format's file calls it to initialise a package variable, so that adding a format edits no
// other file.
func add(f form) form { //nolint:unparam // a declaration needs a value
	forms = append(forms, f)
	rank := func(f form) int { return cmp.Or(f.rank, math.MaxInt) }
	order.By(forms, func(a, b form) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.name, b.name))
	})
	return f
}

// Options control how a report is written.
type Options struct {
	// Color enables colours in text.
	Color bool
	// Width is the number of columns to wrap text at, or 0 to leave lines as they are, as in files.
	Width int
	// Limit is the maximum number of bytes of Markdown, [MaxComment] if 0. What does not fit is counted.
	Limit int
	// Apart writes one SARIF run per source, since code scanning closes the alerts of a category that are missing from
	// its latest analysis. Category instead names a single run for all sources.
	Apart    bool
	Category string
}

// Formats lists the formats.
func Formats() []Format {
	out := make([]Format, len(forms))
	for i, f := range forms {
		out[i] = f.name
	}
	return out
}

// Endings lists the file extensions of the formats, in the order of [Formats].
func Endings() []string {
	out := make([]string, len(forms))
	for i, f := range forms {
		out[i] = f.ending
	}
	return out
}

// Table returns the table of formats in docs/reference/reports.md.
func Table() string {
	var b strings.Builder
	b.WriteString("| extension | `--format` | for |\n| --- | --- | --- |\n")
	for _, f := range forms {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", f.ending, f.name, f.use)
	}
	return b.String()
}

// ParseFormat returns the format with the given name.
func ParseFormat(name string) (Format, error) {
	if !slices.Contains(Formats(), Format(name)) {
		names := make([]string, len(forms))
		for i, f := range forms {
			names[i] = string(f.name)
		}
		return "", fmt.Errorf("expected %s, got %q", oneOf(names), name)
	}
	return Format(name), nil
}

// FormatOf returns the format of a file, by its extension.
func FormatOf(filename string) (Format, error) {
	endings := Endings()
	i := slices.Index(endings, strings.ToLower(path.Ext(filepath.ToSlash(filename))))
	if i < 0 {
		return "", fmt.Errorf("%q: expected a file name ending in %s or %s, which selects the report format", filename,
			strings.Join(endings[:len(endings)-1], ", "), endings[len(endings)-1])
	}
	return forms[i].name, nil
}

// Write writes the report in one of the formats.
func Write(w io.Writer, r *Report, f Format, o Options) error {
	i := slices.Index(Formats(), f)
	if i < 0 {
		return fmt.Errorf("report: unknown format %q", f)
	}
	return forms[i].write(w, r.complete(), o)
}
