package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// Markdown is the form for a comment on a pull request or the summary of a job: the numbers and a table of what counts,
// then the details, folded. GitHub refuses a comment of more than 65,536 characters, and a summary of more than 1 MiB;
// what does not fit is counted.
//
// Everything that comes from outside is written so that it can be nothing but text: names as code, of which every
// character that Markdown could read is an entity, and texts in pre. So no name makes a link, mentions a person or
// refers to an issue.
const Markdown Format = "markdown"

var _ = add(form{
	name: Markdown, ending: ".md", use: "the summary of a job, a comment on a pull request",
	write: writeMarkdown, rank: 5,
})

const (
	// MaxComment is the number of characters that GitHub accepts in a comment.
	MaxComment = 65536
	// MaxSummary is the number of bytes that GitHub accepts as the summary of a step.
	MaxSummary = 1 << 20

	maxRows = 50
	// reserved is the room for what is always there: the head and the line about what was left out.
	reserved = 1024
)

// badge shows a class.
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
	fixed   []string // the policies whose remediation is written
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
	m.folded("What could not be judged", len(r.Errors), func(i int) string {
		return "<p>" + code(r.Errors[i].place()) + "</p>\n" + paragraph(r.Errors[i].Message)
	}, r.Exit() == 2)
	m.folded("Notes", len(r.Notes), func(i int) string { return paragraph(r.Notes[i].Message) }, false)
	m.levels(r)
	m.sources(r)
	if m.omitted > 0 {
		fmt.Fprintf(&m.b, "\n**%s not shown here for want of room.** The other forms of the report hold everything.\n",
			Plural(m.omitted, "entry"))
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// fits tells whether there is room for the text.
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

// table lists what counts, and the advisories.
func (m *markdown) table(r *Report) {
	rows, all := 0, r.Count(Violation)+r.Count(Advisory)
	for _, g := range r.byPolicy(Violation, Advisory) {
		for _, f := range g.Findings {
			row := fmt.Sprintf("| %s | %s | %s | %s |\n", f.Class().badge(), link(code(f.Policy), g.Policy.URL),
				r.place(f), prose(f.headline()))
			if rows == 0 {
				row = "| | Policy | Where | What |\n| --- | --- | --- | --- |\n" + row
			}
			if rows++; rows > maxRows || !m.fits(row) {
				fmt.Fprintf(&m.b, "\n%d more follow below.\n", all-rows+1)
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

// fix returns how to fix the findings of a policy: in full the first time, and the advice of its messages.
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

// fold writes items that can be unfolded, as many as there is room for.
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

// levels says which level counts of each policy, and which policies do not count.
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

// sources says what was checked, by what.
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

// place is where a finding is: the line to change, with a link where there is one, and the resource.
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

// link makes a link of Markdown to a page of a policy.
func link(text, url string) string {
	if !strings.HasPrefix(url, "https://") || strings.ContainsAny(url, "()<>[] \"\\|\n") {
		return text
	}
	return "[" + text + "](" + url + ")"
}

// paragraph is a text of several lines as HTML, without an empty line, which would end the block of HTML.
func paragraph(s string) string {
	lines := strings.Split(strings.Trim(s, "\n"), "\n")
	for i, line := range lines {
		text := strings.TrimLeft(line, " ")
		lines[i] = strings.Repeat("&#160;", len(line)-len(text)) + prose(text)
	}
	return "<blockquote>" + strings.Join(lines, "<br>") + "</blockquote>\n"
}

// code is a name in a line of Markdown. Inside code GitHub looks for no mentions and no references.
func code(s string) string { return "<code>" + entities(s) + "</code>" }

// entities writes characters that mean something to Markdown or HTML as entities, which mean nothing.
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

// prose is a line of a message, in which words between backquotes are code. A word that GitHub could take for a mention
// or a reference is code too.
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

// refers tells whether GitHub could make a link of the word: a mention, a reference to an issue, a commit, a file or
// address.
func refers(word string) bool {
	if strings.ContainsAny(word, "@#") || strings.Contains(strings.ToUpper(word), "GH-") ||
		strings.Contains(word, "://") {
		return true
	}
	hex := strings.TrimFunc(word, func(c rune) bool { return !unicode.Is(unicode.ASCII_Hex_Digit, c) })
	return len(hex) >= 7 && strings.Trim(hex, "0123456789abcdefABCDEF") == ""
}
