package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// Markdown is the format for pull request comments and job summaries: the counts, a table of violations and advisories,
// then the details, collapsed. GitHub rejects comments over 65,536 characters and summaries over 1 MiB; what does not
// fit is counted.
//
// Untrusted text is written so that it stays text: names are code in which every character special to Markdown is an
// entity, and messages are escaped the same way. No name can create a link, mention a person or reference an issue.
const Markdown Format = "markdown"

var _ = add(form{
	name: Markdown, ending: ".md", use: "job summaries and pull request comments",
	write: writeMarkdown, rank: 5,
})

const (
	// MaxComment is the maximum number of characters in a GitHub comment.
	MaxComment = 65536
	// MaxSummary is the maximum number of bytes in a GitHub step summary.
	MaxSummary = 1 << 20

	maxRows = 50
	// reserved is the room for the parts that are always written: the heading and the line about omissions.
	reserved = 1024
)

// badge returns the emoji of a class.
func (c Class) badge() string {
	switch c {
	case Violation:
		return "❌"
	case Advisory:
		return "⚠️"
	case Undecided:
		return "❔"
	case Exempted:
		return "➖"
	default:
		return "🗂️"
	}
}

type markdown struct {
	b       strings.Builder
	limit   int
	omitted int      // findings
	fixed   []string // policies whose remediation has been written
}

func writeMarkdown(w io.Writer, r *Report, o Options) error {
	r = r.cleaned()
	m := &markdown{limit: o.Limit}
	if m.limit == 0 {
		m.limit = MaxComment
	}
	m.head(r)
	m.table(r)
	for _, c := range Classes() {
		m.details(r, c)
	}
	m.folded("Errors", len(r.Errors), func(i int) string {
		return "<p>" + code(r.Errors[i].place()) + "</p>\n" + paragraph(r.Errors[i].Message)
	}, r.Exit() == 2)
	m.folded("Notes", len(r.Notes), func(i int) string { return paragraph(r.Notes[i].Message) }, false)
	m.levels(r)
	m.sources(r)
	if m.omitted > 0 {
		fmt.Fprintf(&m.b, "\n**%s not shown here, to stay within the size limit.** The other report formats are "+
			"complete.\n", Plural(m.omitted, "entry"))
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// fits reports whether there is room for the text.
func (m *markdown) fits(text string) bool { return m.b.Len()+len(text) <= m.limit-reserved }

func (m *markdown) head(r *Report) {
	badge := map[string]string{"ok": "✅", "failed": Violation.badge(), "partial": Advisory.badge()}[r.state()]
	fmt.Fprintf(&m.b, "### %s policypack: %s\n\n", badge, strings.TrimSuffix(r.verdict(), "."))
	var counts []string
	for _, c := range Classes() {
		if n := r.Count(c); n > 0 {
			counts = append(counts, c.badge()+" "+c.amount(n))
		}
	}
	if len(counts) > 0 {
		m.b.WriteString(strings.Join(counts, " · ") + "\n\n")
	}
}

// table lists violations and advisories.
func (m *markdown) table(r *Report) {
	rows, all := 0, r.Count(Violation)+r.Count(Advisory)
	for _, g := range r.byPolicy(Violation, Advisory) {
		for _, f := range g.Findings {
			row := fmt.Sprintf("| %s | %s | %s | %s |\n", f.Class().badge(), link(code(f.Policy), g.Policy.URL),
				r.place(f), prose(f.headline()))
			if rows == 0 {
				row = "| | Policy | Location | Finding |\n| --- | --- | --- | --- |\n" + row
			}
			if rows++; rows > maxRows || !m.fits(row) {
				fmt.Fprintf(&m.b, "\n%d more below.\n", all-rows+1)
				return
			}
			m.b.WriteString(row)
		}
	}
}

// details writes the findings of a class in full, by policy.
func (m *markdown) details(r *Report, c Class) {
	for _, g := range r.byPolicy(c) {
		title := fmt.Sprintf("%s %s: %s, %s", c.badge(), code(g.Policy.Name), entities(g.Policy.Title),
			c.amount(len(g.Findings)))
		if g.Policy.Title == "" {
			title = fmt.Sprintf("%s %s, %s", c.badge(), code(g.Policy.Name), c.amount(len(g.Findings)))
		}
		shared, tail := g.shared(), ""
		if len(shared) > 0 {
			tail = paragraph(strings.Join(shared, "\n"))
		}
		if c == Violation || c == Advisory {
			tail = m.fix(g.Policy, tail)
		}
		m.fold(title, len(g.Findings), func(i int) string {
			f := g.Findings[i]
			where := code(f.spot())
			if kind := f.kind(); kind != "" {
				where += " (" + code(kind) + ")"
			}
			if len(r.Sources) > 1 {
				where += ", " + code(r.source(f.Source).label())
			}
			return "<p>" + where + "</p>\n" + paragraph(strings.Join(f.without(shared), "\n"))
		}, tail, false)
	}
}

// fix returns the shared advice and, the first time, the policy's remediation in full.
func (m *markdown) fix(p *Policy, advice string) string {
	if slices.Contains(m.fixed, p.Name) {
		return advice
	}
	m.fixed = append(m.fixed, p.Name)
	text := advice
	if steps := p.steps(); len(steps) > 0 {
		text += paragraph(strings.Join(steps, "\n"))
	}
	if name := code(p.Name); link(name, p.URL) != name {
		text += "\nMore about " + link(name, p.URL) + "\n\n"
	}
	if text == "" {
		return ""
	}
	return "<p><b>How to fix</b></p>\n" + text
}

func (m *markdown) folded(title string, n int, item func(int) string, open bool) {
	m.fold(fmt.Sprintf("%s, %d", title, n), n, item, "", open)
}

// fold writes a collapsible list with as many items as fit.
func (m *markdown) fold(title string, n int, item func(int) string, tail string, open bool) {
	if n == 0 {
		return
	}
	head := "\n<details><summary>" + title + "</summary>\n\n"
	if open {
		head = strings.Replace(head, "<details>", "<details open>", 1)
	}
	const end = "</details>\n"
	var body strings.Builder
	written := 0
	for ; written < n; written++ {
		text := item(written)
		if !m.fits(head + body.String() + text + tail + end) {
			break
		}
		body.WriteString(text)
	}
	m.omitted += n - written
	if written > 0 {
		m.b.WriteString(head + body.String() + tail + end)
	}
}

// levels lists the level of each policy, and the disabled policies.
func (m *markdown) levels(r *Report) {
	off := r.off("")
	m.fold("Levels", len(r.Policies)+len(off), func(i int) string {
		if i < len(off) {
			return "<p>" + prose(off[i]) + "</p>\n"
		}
		p := &r.Policies[i-len(off)]
		return "<p>" + code(p.Name) + ": " + prose(p.Level+p.from()) + "</p>\n"
	}, "", false)
}

// sources writes what was checked, and by what.
func (m *markdown) sources(r *Report) {
	var list []string
	for i := range r.Sources {
		s := &r.Sources[i]
		text := code(s.label()) + ", " + prose(s.size())
		for _, line := range s.reasons() {
			text += "<br>" + prose(line)
		}
		list = append(list, text)
	}
	text := fmt.Sprintf("\n<sub>%s<br>%s</sub>\n", strings.Join(list, "<br>"), r.by(code, entities))
	if len(list) > 0 && m.fits(text) {
		m.b.WriteString(text)
	}
}

// place returns the location of a finding: the line to change, linked if possible, and the resource.
func (r *Report) place(f *Finding) string {
	l := f.location()
	switch at := link(code(l.String()), r.look(f)); {
	case l.File == "":
		return code(f.where())
	case f.File == "":
		return at + " " + code(f.where())
	default:
		return at
	}
}

// link returns a Markdown link, or the plain text if the URL is not a safe https address.
func link(text, url string) string {
	if !strings.HasPrefix(url, "https://") || strings.ContainsAny(url, "()<>[] \"\\|\n") {
		return text
	}
	return "[" + text + "](" + url + ")"
}

// paragraph converts several lines to HTML. It has no empty line, which would end the HTML block.
func paragraph(s string) string {
	lines := strings.Split(strings.Trim(s, "\n"), "\n")
	for i, line := range lines {
		text := strings.TrimLeft(line, " ")
		lines[i] = strings.Repeat("&#160;", len(line)-len(text)) + prose(text)
	}
	return "<blockquote>" + strings.Join(lines, "<br>") + "</blockquote>\n"
}

// code writes a name as inline code, in which GitHub looks for neither mentions nor references.
func code(s string) string { return "<code>" + entities(s) + "</code>" }

// entities replaces the special characters of Markdown and HTML with entities.
func entities(s string) string {
	var b strings.Builder
	for i, c := range s {
		switch {
		case c == '.' && i > 0 && (s[i-1] == 'w' || s[i-1] == 'W'), // www.
			c == ':' && strings.HasPrefix(s[i:], "://"),
			c < 0x80 && !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune(" .,:;/-", c):
			fmt.Fprintf(&b, "&#%d;", c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// prose converts a line of a message, with words between backquotes as code. A word that GitHub could treat as a
// mention or reference becomes code too.
func prose(s string) string {
	parts := strings.Split(s, "`")
	var b strings.Builder
	for i, part := range parts {
		if i%2 == 1 && i < len(parts)-1 {
			b.WriteString(code(part))
			continue
		}
		if i > 0 && i%2 == 1 {
			b.WriteString("&#96;")
		}
		for k, word := range strings.Split(part, " ") {
			if k > 0 {
				b.WriteByte(' ')
			}
			if refers(word) {
				b.WriteString(code(word))
			} else {
				b.WriteString(entities(word))
			}
		}
	}
	return b.String()
}

// refers reports whether GitHub could turn the word into a link: a mention, an issue, a commit, a file or an address.
func refers(word string) bool {
	if strings.ContainsAny(word, "@#") || strings.Contains(strings.ToUpper(word), "GH-") ||
		strings.Contains(word, "://") {
		return true
	}
	hex := strings.TrimFunc(word, func(c rune) bool { return !unicode.Is(unicode.ASCII_Hex_Digit, c) })
	return len(hex) >= 7 && strings.Trim(hex, "0123456789abcdefABCDEF") == ""
}
