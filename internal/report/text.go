package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Text is the format for terminals: findings by source, with those in tests and examples listed separately, and only
// counts of what is exempt. Advice is not repeated. Many findings take one line each, grouped by folder. The summary
// comes last, next to the prompt.
const Text Format = "text"

var _ = add(form{name: Text, ending: ".txt", use: "reading in a terminal", write: writeText, rank: 1})

// maxUndecided is the maximum number of undecided findings shown per source.
const maxUndecided = 10

// style is an SGR sequence of a terminal. Only the 16 standard colours are used, so that they follow the user's theme.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	green  style = "1;32"
	yellow style = "33"
	cyan   style = "36"
)

// mark returns the symbol and style of a class.
func (c Class) mark() (string, style) {
	switch c {
	case Violation:
		return "✖", red
	case Advisory:
		return "▲", yellow
	case Undecided:
		return "?", cyan
	case Exempted:
		return "○", dim
	default:
		return "·", dim
	}
}

type text struct {
	w     *bufio.Writer
	color bool
	width int
	blank bool // the last line was empty; a second empty line is skipped
	// told holds the lines of advice printed so far, by policy. One-line findings print no advice.
	told map[[2]string]bool
}

func writeText(w io.Writer, r *Report, o Options) error {
	t := &text{w: bufio.NewWriter(w), color: o.Color, width: o.Width, told: map[[2]string]bool{}}
	r = r.cleaned()
	if head := r.AsOf(); head != "" {
		t.wrap("", bold, head)
		t.line("")
	}
	for i := range r.Sources {
		t.source(r, &r.Sources[i])
	}
	if len(r.Sources) > 0 {
		t.line("")
	}
	for _, e := range r.Errors {
		t.line(t.in(red, "✖ "+e.place()))
		t.wrap("    ", plain, e.Message)
		t.line("")
	}
	said := map[string]bool{}
	for _, n := range r.Notes { // several sources may have the same note
		if !said[n.Message] {
			t.wrap("", yellow, "note: "+n.Message)
		}
		said[n.Message] = true
	}
	if len(r.Notes) > 0 {
		t.line("")
	}
	t.summary(r)
	return t.w.Flush()
}

// in styles text that fits on one line.
func (t *text) in(s style, text string) string {
	if !t.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// line writes a line. It defuses anything that a GitHub Actions runner would run as a workflow command, even if
// indented or in the middle of a line.
func (t *text) line(s string) {
	if s == "" && t.blank {
		return
	}
	t.blank = s == ""
	_, _ = fmt.Fprintln(t.w, strings.TrimRight(disarm(s), " ")) // a buffer; Flush returns the error
}

func disarm(s string) string {
	if rest := strings.TrimLeft(s, " "); strings.HasPrefix(rest, "::") {
		s = s[:len(s)-len(rest)] + `\` + rest
	}
	return strings.ReplaceAll(s, "##[", `##\[`)
}

// wrap writes text line by line, breaking lines between words and keeping their indentation.
func (t *text) wrap(indent string, s style, text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if t.width == 0 {
			t.line(indent + t.in(s, line))
			continue
		}
		words := strings.TrimLeft(line, " ")
		lead := indent + line[:len(line)-len(words)]
		for _, row := range broken(words, max(t.width, 40)-utf8.RuneCountInString(lead)) {
			t.line(lead + t.in(s, row))
		}
	}
}

// hang writes a list item with a hanging indent.
func (t *text) hang(indent, step string) {
	if t.width == 0 {
		t.line(indent + step)
		return
	}
	mark := listMark().FindString(step)
	for _, row := range broken(step[len(mark):], max(t.width, 40)-len(indent)-len(mark)) {
		t.line(indent + mark + row)
		mark = strings.Repeat(" ", len(mark))
	}
}

// broken breaks text between words into lines of the given width. A longer word gets a line of its own.
func broken(text string, width int) []string {
	var rows []string
	row := ""
	for word := range strings.SplitSeq(text, " ") {
		switch {
		case row == "":
			row = word
		case utf8.RuneCountInString(row)+1+utf8.RuneCountInString(word) <= width:
			row += " " + word
		default:
			rows = append(rows, row)
			row = word
		}
	}
	return append(rows, row)
}

// source writes the findings of a source.
func (t *text) source(r *Report, s *Source) {
	head := t.in(bold, s.label()) + t.in(dim, "  "+s.size())
	if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Source == s.Name }) && len(s.reasons()) == 0 {
		t.line(head + t.in(dim, ", nothing found"))
		return
	}
	t.line(head)
	for _, line := range s.reasons() {
		t.wrap("  ", dim, line)
	}
	t.line("")
	var shown, apart, undecided []*Finding
	passed := map[Class][]*Finding{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Source != s.Name {
			continue
		}
		switch c := f.Class(); {
		case c == Undecided:
			undecided = append(undecided, f)
		case c != Violation && c != Advisory:
			passed[c] = append(passed[c], f)
		case f.sample():
			apart = append(apart, f)
		default:
			shown = append(shown, f)
		}
	}
	print := t.findings
	if len(shown)+len(apart) > maxFull {
		print = t.folders
	}
	print(shown)
	if len(apart) > 0 {
		t.line("  " + t.in(bold, fmt.Sprintf("In tests, examples and documentation: %d", len(apart))))
		t.line("")
		print(apart)
	}
	t.undecided(undecided)
	if len(passed) == 0 {
		return
	}
	defer t.line("")
	t.passed(Exempted, passed[Exempted])
	t.passed(Baseline, passed[Baseline])
}

// findings writes findings in full: location, policy and message.
func (t *text) findings(all []*Finding) {
	for _, f := range all {
		t.finding(f)
	}
	if len(all) > 0 {
		t.line("")
	}
}

func (t *text) finding(f *Finding) {
	mark, s := f.Class().mark()
	t.line("  " + t.in(s, mark) + " " + t.in(bold, f.spot()) + "  " + t.in(s, f.Policy) + "  " +
		t.in(dim, string(f.Class())+", "+f.Severity+prefixed("  ", f.kind())))
	first, advice := f.lines()
	t.wrap("      ", plain, first)
	t.advise("      ", f.Policy, advice)
}

// advise writes the lines of advice that have not been printed yet for the policy.
func (t *text) advise(indent, policy string, advice []string) {
	for _, line := range advice {
		if key := [2]string{policy, line}; !t.told[key] {
			t.told[key] = true
			t.wrap(indent, dim, line)
		}
	}
}

func (t *text) undecided(findings []*Finding) {
	if len(findings) == 0 {
		return
	}
	mark, s := Undecided.mark()
	t.line("  " + t.in(s, fmt.Sprintf("%s %d undecided", mark, len(findings))))
	for _, f := range findings[:min(len(findings), maxUndecided)] {
		t.wrap("      ", plain, f.Policy+"  "+f.where())
		t.wrap("        ", dim, f.headline())
	}
	if more := len(findings) - maxUndecided; more > 0 {
		t.wrap("      ", dim, fmt.Sprintf("and %d more in the other report formats", more))
	}
	t.line("")
}

// passed writes the counts of findings that do not apply, by exemption or by policy.
func (t *text) passed(c Class, findings []*Finding) {
	if len(findings) == 0 {
		return
	}
	mark, s := c.mark()
	t.wrap("  ", s, fmt.Sprintf("%s %s: %s", mark, c.amount(len(findings)),
		strings.Join(passing(c, findings), "; ")))
}

// summary writes the verdict and the next steps.
func (t *text) summary(r *Report) {
	t.line(t.in(dim, strings.Repeat("─", 60)))
	s := green
	switch {
	case r.Exit() == 1:
		s = red
	case r.state() != "ok":
		s = yellow
	}
	if len(r.BreakGlass) > 0 && s == green {
		s = yellow
	}
	t.line(t.in(s, r.verdict()) + " " + r.meaning())
	same := func(text string) string { return text }
	t.wrap("", plain, strings.Join(append(r.counts(), r.by(same, same)), " · "))
	for _, line := range r.levels() {
		t.wrap("", dim, "levels: "+line)
	}
	t.next(r)
}

// next writes how to fix the findings.
func (t *text) next(r *Report) {
	groups := r.byPolicy(Violation, Advisory)
	if len(groups) == 0 {
		return
	}
	t.line("")
	t.line(t.in(bold, "How to fix"))
	for _, g := range groups {
		t.line("  " + t.in(bold, g.Policy.Name) + fmt.Sprintf(" (%d)  ", len(g.Findings)) + t.in(dim, g.Policy.Title))
		t.advise("    ", g.Policy.Name, g.advice())
		for _, step := range g.Policy.steps() {
			t.hang("    ", step)
		}
		if g.Policy.URL != "" {
			t.line("    " + t.in(dim, g.Policy.URL))
		}
	}
	if r.Count(Violation) > 0 {
		t.wrap("  ", dim, "Cannot fix a finding yet? Exempt it for a limited time, with a reason. Existing findings "+
			"can go into a baseline: `policypack baseline --help`.")
	}
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}
