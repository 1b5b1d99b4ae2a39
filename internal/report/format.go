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
)

// Format is the name of a form of a report.
type Format string

// form is one form of a report. It is declared by [add] in a file of its own, and nowhere else is a list of forms.
type form struct {
	name   Format
	ending string // of the names of its files
	use    string // what it is for, in the table of docs/reference/reports.md
	write  func(io.Writer, *Report, Options) error
	rank   int // where it stands in lists, if that matters; forms without one follow by name
}

// forms are all forms, in the order of lists.
var forms []form

// add declares a form. It is called where a form's file declares a variable for it, since Go has no other way to find
// a file.
func add(f form) form { //nolint:unparam // a declaration needs a value
	forms = append(forms, f)
	rank := func(f form) int { return cmp.Or(f.rank, math.MaxInt) }
	slices.SortFunc(forms, func(a, b form) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.name, b.name))
	})
	return f
}

// Options say how a report is written.
type Options struct {
	// Color colours text.
	Color bool
	// Width is the number of columns that text is wrapped to; where it is 0, as for a file, lines are as long as they
	// are.
	Width int
	// Limit is the number of bytes that Markdown may have, [MaxComment] where it is 0; what it leaves out it counts.
	Limit int
	// Apart has SARIF be a run for each source, since code scanning closes the alerts of a category that its last
	// analysis does not have. Category names the one run of all sources instead.
	Apart    bool
	Category string
}

// Formats lists the forms.
func Formats() []Format {
	out := make([]Format, len(forms))
	for i, f := range forms {
		out[i] = f.name
	}
	return out
}

// Endings lists the endings of the forms' files, in the order of [Formats].
func Endings() []string {
	out := make([]string, len(forms))
	for i, f := range forms {
		out[i] = f.ending
	}
	return out
}

// Table is the table of the forms in docs/reference/reports.md.
func Table() string {
	var b strings.Builder
	b.WriteString("| ending | `--format` | for |\n| --- | --- | --- |\n")
	for _, f := range forms {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", f.ending, f.name, f.use)
	}
	return b.String()
}

// ParseFormat returns the form of that name.
func ParseFormat(name string) (Format, error) {
	if !slices.Contains(Formats(), Format(name)) {
		return "", fmt.Errorf("%q: want one of %v", name, Formats())
	}
	return Format(name), nil
}

// FormatOf returns the form of a file, by the ending of its name.
func FormatOf(filename string) (Format, error) {
	endings := Endings()
	i := slices.Index(endings, strings.ToLower(path.Ext(filepath.ToSlash(filename))))
	if i < 0 {
		return "", fmt.Errorf("%q: want a name that ends in %s or %s, which says the form of the report", filename,
			strings.Join(endings[:len(endings)-1], ", "), endings[len(endings)-1])
	}
	return forms[i].name, nil
}

// Write writes the report in one of the forms.
func Write(w io.Writer, r *Report, f Format, o Options) error {
	i := slices.Index(Formats(), f)
	if i < 0 {
		return fmt.Errorf("report: unknown form %q", f)
	}
	return forms[i].write(w, r.complete(), o)
}
