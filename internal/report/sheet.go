package report

import (
	"io"
	"strings"
)

// Page is a page in the look of the HTML report, about something else. It loads nothing and runs nothing.
type Page struct {
	State   string // ok, failed or partial
	Version string // of the pack
	Verdict string // the heading
	Meaning string // the line below it
	Style   string // CSS besides that of all pages

	script string
}

// Write writes the page. The function fills it by calling put with formats of HTML, in which every verb takes a text,
// which is escaped, or a number. An element with the id findings has to be among it.
func (p *Page) Write(w io.Writer, fill func(put func(format string, args ...any))) error {
	var out html5
	out.head(p, "Skip to the table")
	fill(out.put)
	out.put("</main>\n<footer class=\"wide\">\n<p>policypack %s. This page holds no values and loads "+
		"nothing.</p>\n</footer>\n</body>\n</html>\n", p.Version)
	_, err := io.WriteString(w, out.b.String())
	return err
}

// policy is the Content-Security-Policy, which names style and script by their hashes.
func (p *Page) policy() string {
	parts := []string{"default-src 'none'", "style-src '" + digest(pageStyle+p.Style) + "'"}
	if p.script != "" {
		parts = append(parts, "script-src '"+digest(p.script)+"'")
	}
	return strings.Join(append(parts, "base-uri 'none'", "form-action 'none'"), "; ")
}
