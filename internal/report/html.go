package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html"
	"io"
	"slices"
	"strings"
)

// HTML is a self-contained page for browsers. It loads nothing and runs only its own script, which filters; without the
// script it shows everything. Its Content-Security-Policy allows the style and the script by hash. It avoids
// html/template, which keeps the linker from dropping unused code (4 MB).
const HTML Format = "html"

var _ = add(form{name: HTML, ending: ".html", use: "reading in a browser", write: writeHTML, rank: 7})

var (
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string
)

// page is the data of the page.
type page struct {
	*Report
	Verdict string
	Meaning string
	State   string // ok, failed or partial
	Tiles   []tile
	Groups  []pageGroup
	Stacks  []option
	Where   []option
	Folders []option
	Found   []option // the detectors
	Samples bool     // some findings, but not all, are in tests and examples
}

// tile is the number of findings of a class.
type tile struct {
	Class Class
	Title string
	N     int
}

type option struct{ Value, Label string }

type pageGroup struct {
	*Policy
	Findings []pageFinding
	Advice   []markup // shared by their messages
	Counts   string
	Open     bool // some finding is not exempt
}

type pageFinding struct {
	*Finding
	Class Class
	Title string
	Line  string // to change; empty if Where has it
	Link  string // to that line
	Where string
	Kind  string
	From  string // the source, if there are several
	Stack string
	Lines []markup // of the message, without the advice of the group
}

func writeHTML(w io.Writer, r *Report, _ Options) error {
	r = r.cleaned()
	p := page{
		Report: r, Verdict: r.verdict(), Meaning: r.meaning(),
		State: r.state(),
	}
	for _, c := range Classes() {
		p.Tiles = append(p.Tiles, tile{c, c.title(r.Count(c)), r.Count(c)})
	}
	for i := range r.Sources {
		p.Where = append(p.Where, option{r.Sources[i].Name, r.Sources[i].label()})
		if s := r.Sources[i].Stack; s != "" &&
			!slices.ContainsFunc(p.Stacks, func(o option) bool { return o.Value == s }) {
			p.Stacks = append(p.Stacks, option{s, s})
		}
	}
	for _, g := range r.byPolicy() {
		p.Groups = append(p.Groups, p.group(r, g))
	}
	p.Folders = p.options((*Finding).Folder)
	p.Found = p.options(func(f *Finding) string { return f.Detector })
	samples := 0
	for i := range r.Findings {
		if r.Findings[i].sample() {
			samples++
		}
	}
	p.Samples = samples > 0 && samples < len(r.Findings)
	var out html5
	out.page(&p)
	_, err := io.WriteString(w, out.b.String())
	return err
}

// options returns the distinct values of a property of the findings, sorted.
func (p *page) options(of func(*Finding) string) []option {
	var all []string
	for i := range p.Findings {
		if s := of(&p.Findings[i]); s != "" {
			all = append(all, s)
		}
	}
	slices.Sort(all)
	var out []option
	for _, s := range slices.Compact(all) {
		out = append(out, option{s, s})
	}
	return out
}

func (p *page) group(r *Report, g group) pageGroup {
	out := pageGroup{Policy: g.Policy, Open: g.worst <= slices.Index(Classes(), Undecided)}
	if out.Severity == "" {
		known := *g.Policy
		known.Severity = g.severity()
		out.Policy = &known
	}
	shared := g.shared()
	for _, line := range shared {
		out.Advice = append(out.Advice, proseHTML(line))
	}
	n := map[Class]int{}
	for _, f := range g.Findings {
		n[f.Class()]++
		shown := pageFinding{
			Finding: f, Class: f.Class(), Title: f.Class().title(1), Where: f.where(), Kind: f.kind(),
			Stack: r.source(f.Source).Stack,
		}
		l := f.location()
		shown.Link = r.look(f)
		if f.File == "" {
			shown.Line = l.String()
		}
		if len(r.Sources) > 1 {
			shown.From = r.source(f.Source).label()
		}
		for _, line := range f.without(shared) {
			shown.Lines = append(shown.Lines, proseHTML(line))
		}
		out.Findings = append(out.Findings, shown)
	}
	var counts []string
	for _, c := range Classes() {
		if n[c] > 0 {
			counts = append(counts, c.amount(n[c]))
		}
	}
	out.Counts = strings.Join(counts, ", ")
	return out
}

// state returns the state of the banner: ok, failed, or partial if nothing failed but something was not checked, or not
// by all policies.
func (r *Report) state() string {
	switch {
	case r.Count(Violation) > 0:
		return "failed"
	case len(r.Errors) > 0, len(r.BreakGlass) > 0, r.disabled() != "":
		return "partial"
	default:
		return "ok"
	}
}

// title returns the class as a word for n findings.
func (c Class) title(n int) string {
	switch {
	case c == Violation && n == 1:
		return "violation"
	case c == Violation:
		return "violations"
	case c == Undecided:
		return "undecided"
	case c == Baseline:
		return "in the baseline"
	default:
		return string(c)
	}
}

// proseHTML converts text to HTML, with words between backquotes as code.
func proseHTML(s string) markup {
	parts := strings.Split(s, "`")
	var b strings.Builder
	for i, part := range parts {
		text := html.EscapeString(part)
		switch {
		case i%2 == 1 && i < len(parts)-1:
			b.WriteString("<code>" + text + "</code>")
		case i%2 == 1:
			b.WriteString("`" + text)
		default:
			b.WriteString(text)
		}
	}
	return markup(b.String())
}

// digest returns the hash by which a Content-Security-Policy identifies an element.
func digest(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
