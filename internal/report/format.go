package report

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Format is a form of a report.
type Format string

// The forms.
const (
	Text     Format = "text"
	JSON     Format = "json"
	SARIF    Format = "sarif"
	JUnit    Format = "junit"
	Markdown Format = "markdown"
	GitHub   Format = "github"
	HTML     Format = "html"
)

// forms are the forms with the endings of their files and what writes them.
var forms = [...]struct {
	format Format
	ending string
	write  func(io.Writer, *Report, Options) error
}{
	{Text, ".txt", writeText},
	{JSON, ".json", writeJSON},
	{SARIF, ".sarif", writeSARIF},
	{JUnit, ".xml", writeJUnit},
	{Markdown, ".md", writeMarkdown},
	{GitHub, ".github", writeGitHub},
	{HTML, ".html", writeHTML},
}

// Options say how a report is written.
type Options struct {
	// Color colours text.
	Color bool
	// Width is the number of columns that text is wrapped to; where it is 0, as for a file, lines are as long as they are.
	Width int
	// Limit is the number of bytes that Markdown may have, [MaxComment] where it is 0; what it leaves out it counts.
	Limit int
}

// Formats lists the forms.
func Formats() []Format {
	out := make([]Format, len(forms))
	for i, f := range forms {
		out[i] = f.format
	}
	return out
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
	ending := strings.ToLower(path.Ext(filepath.ToSlash(filename)))
	var endings []string
	for _, f := range forms {
		if f.ending == ending {
			return f.format, nil
		}
		endings = append(endings, f.ending)
	}
	return "", fmt.Errorf("%q: want a name that ends in %s or %s, which says the form of the report", filename,
		strings.Join(endings[:len(endings)-1], ", "), endings[len(endings)-1])
}

// Write writes the report in one of the forms.
func Write(w io.Writer, r *Report, f Format, o Options) error {
	for _, form := range forms {
		if form.format == f {
			return form.write(w, r.complete(), o)
		}
	}
	return fmt.Errorf("report: unknown form %q", f)
}
