package report

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Sheet is the set of formats for a table that is not the report of a run, such as a list of stacks.
type Sheet[T any] []SheetForm[T]

// SheetForm is one format, with its file extension.
type SheetForm[T any] struct {
	Name, Ending string
	Write        func(io.Writer, *T) error
}

// NewSheet returns the formats that every sheet has: text, CSV, HTML and JSON.
func NewSheet[T any](text, csv, html func(io.Writer, *T) error) Sheet[T] {
	return Sheet[T]{
		{Name: "text", Ending: ".txt", Write: text},
		{Name: "csv", Ending: ".csv", Write: csv},
		{Name: "html", Ending: ".html", Write: html},
		{Name: "json", Ending: ".json", Write: func(w io.Writer, what *T) error { return Encode(w, what) }},
	}
}

// Names lists the names of the formats.
func (s Sheet[T]) Names() []string {
	names := make([]string, len(s))
	for i, f := range s {
		names[i] = f.Name
	}
	return names
}

// Of returns the format of a file, by its extension.
func (s Sheet[T]) Of(file string) (string, error) {
	endings := make([]string, len(s))
	for i, f := range s {
		if f.Ending == strings.ToLower(path.Ext(filepath.ToSlash(file))) {
			return f.Name, nil
		}
		endings[i] = f.Ending
	}
	return "", fmt.Errorf("%q: expected a file name ending in %s", file, oneOf(endings))
}

// Write writes what in the named format.
func (s Sheet[T]) Write(w io.Writer, what *T, form string) error {
	for _, f := range s {
		if f.Name == form {
			return f.Write(w, what)
		}
	}
	return fmt.Errorf("%q: expected %s", form, oneOf(s.Names()))
}

func oneOf(words []string) string {
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// Columns writes rows in aligned columns, for a terminal.
func Columns(w io.Writer, rows [][]string) {
	var widths []int
	for _, cells := range rows {
		for i, c := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for _, cells := range rows {
		var line strings.Builder
		for i, c := range cells {
			fmt.Fprintf(&line, "%-*s  ", widths[i], c)
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// Page is a page in the style of the HTML report. It loads nothing and runs only its own script.
type Page struct {
	State   string // ok, failed or partial
	Version string // of the pack
	Verdict string // the heading
	Meaning string // the line below it
	Style   string // additional CSS
	Script  string // empty for none
}

// Write writes the page. The function fills it by calling put with HTML formats in which every verb takes a string,
// which is escaped, or a number. It must write an element with the id findings.
func (p *Page) Write(w io.Writer, fill func(put func(format string, args ...any))) error {
	var out html5
	out.head(p, "Skip to table")
	fill(out.put)
	out.put("</main>\n<footer class=\"wide\">\n<p>policypack %s. This page contains no secret values and loads "+
		"nothing.</p>\n</footer>\n", p.Version)
	if p.Script != "" {
		out.put("<script>%s</script>\n", markup(p.Script))
	}
	out.put("</body>\n</html>\n")
	_, err := io.WriteString(w, out.b.String())
	return err
}

// policy returns the Content-Security-Policy, which allows the style and the script by hash.
func (p *Page) policy() string {
	parts := []string{"default-src 'none'", "style-src '" + digest(pageStyle+p.Style) + "'"}
	if p.Script != "" {
		parts = append(parts, "script-src '"+digest(p.Script)+"'")
	}
	return strings.Join(append(parts, "base-uri 'none'", "form-action 'none'"), "; ")
}
