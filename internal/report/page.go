package report

import (
	"cmp"
	"fmt"
	"html"
	"strings"
)

// markup is a string that is already HTML.
type markup string

// html5 writes a page. It escapes its arguments unless they are markup.
type html5 struct{ b strings.Builder }

// put writes a format in which every verb takes a string, a number or markup. The format itself is markup.
func (h *html5) put(format string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case markup, int:
		case string:
			args[i] = html.EscapeString(a)
		case fmt.Stringer:
			args[i] = html.EscapeString(a.String())
		default:
			args[i] = html.EscapeString(fmt.Sprint(a))
		}
	}
	fmt.Fprintf(&h.b, format, args...)
}

// head writes the page up to the content of main.
func (h *html5) head(p *Page, skip string) {
	h.put(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>%s policypack</title>
<style>%s</style>
</head>
<body>
<a class="skip" href="#findings">%s</a>
<header class="verdict %s">
<div class="wide">
<p class="product">policypack %s</p>
<h1>%s</h1>
<p>%s</p>
</div>
</header>
<main class="wide">
`, p.policy(), p.Verdict, markup(pageStyle+p.Style), skip, p.State, p.Version, p.Verdict, p.Meaning)
}

func (h *html5) page(p *page) {
	h.head(&Page{State: p.State, Version: p.Version, Verdict: p.Verdict, Meaning: p.Meaning, Script: pageScript},
		"Skip to findings")
	h.summary(p)
	h.put(`<section aria-labelledby="findings">
<h2 id="findings" tabindex="-1">Findings</h2>
`)
	if len(p.Groups) > 0 {
		h.filter(p)
		for i := range p.Groups {
			h.group(&p.Groups[i])
		}
		h.put(`<p id="nothing" hidden>No findings match the filter.</p>` + "\n")
	} else {
		h.put(`<p class="empty">No findings.</p>` + "\n")
	}
	h.put("</section>\n</main>\n<footer class=\"wide\">\n<p>policypack %s", p.Version)
	if p.Digest != "" {
		h.put(", configuration <code>%s</code>", p.Digest)
	}
	h.put(". This page contains no secret values and loads nothing.</p>\n</footer>\n"+
		"<script>%s</script>\n</body>\n</html>\n", markup(pageScript))
}

func (h *html5) summary(p *page) {
	h.put(`<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
<ul class="tiles">
`)
	for _, t := range p.Tiles {
		none := ""
		if t.N == 0 {
			none = " none"
		}
		h.put(`<li class="tile %s%s"><span class="n">%d</span> <span>%s</span></li>`+"\n", t.Class, none, t.N, t.Title)
	}
	h.put(`</ul>
<table class="sources">
<caption>Checked by %s</caption>
<thead><tr><th scope="col">Source</th><th scope="col">Checked</th></tr></thead>
<tbody>
`, Plural(len(p.Policies), "policy"))
	for _, s := range p.Sources {
		h.put(`<tr><th scope="row">%s</th><td>%s`, s.label(), s.size())
		for _, line := range s.reasons() {
			h.put("<br><small>%s</small>", line)
		}
		h.put("</td></tr>\n")
	}
	h.put("</tbody>\n</table>\n")
	h.levels(p)
	if len(p.Errors) > 0 {
		h.put("<h3 class=\"bad\">Errors</h3>\n<ul class=\"errors\">\n")
		for _, e := range p.Errors {
			h.put("<li><strong>%s</strong><pre>%s</pre></li>\n", e.place(), e.Message)
		}
		h.put("</ul>\n")
	}
	if len(p.Notes) > 0 {
		h.put("<h3>Notes</h3>\n<ul class=\"notes\">\n")
		for _, n := range p.Notes {
			h.put("<li>%s</li>\n", proseHTML(n.Message))
		}
		h.put("</ul>\n")
	}
	h.put("</section>\n")
}

// levels lists the level of each policy, and the disabled policies.
func (h *html5) levels(p *page) {
	off := p.off("")
	if len(p.Policies)+len(off) == 0 {
		return
	}
	h.put("<details class=\"levels\">\n<summary>Levels</summary>\n<ul>\n")
	for _, line := range off {
		h.put("<li>%s</li>\n", line)
	}
	for i := range p.Policies {
		q := &p.Policies[i]
		h.put("<li><code>%s</code>: %s%s</li>\n", q.Name, q.Level, q.from())
	}
	h.put("</ul>\n</details>\n")
}

func (h *html5) filter(p *page) {
	h.put(`<form id="filter" class="filter" hidden>
<fieldset class="classes">
<legend>Show</legend>
`)
	for _, t := range p.Tiles {
		if t.N > 0 {
			h.put(`<label class="chip %s"><input type="checkbox" name="class" value="%s" checked> %s <span class="n">%d</span></label>`+"\n",
				t.Class, t.Class, t.Title, t.N)
		}
	}
	h.put("</fieldset>\n")
	var names []option
	for _, g := range p.Groups {
		names = append(names, option{g.Name, g.Name})
	}
	h.choice("Policy", "policy", names)
	h.choice("Level", "level", []option{{"mandatory", "mandatory"}, {"advisory", "advisory"}})
	if len(p.Stacks) > 1 {
		h.choice("Stack", "stack", p.Stacks)
	}
	if len(p.Where) > 1 {
		h.choice("Source", "source", p.Where)
	}
	if len(p.Folders) > 1 {
		h.choice("Folder or type", "folder", p.Folders)
	}
	if len(p.Found) > 1 {
		h.choice("Detector", "detector", p.Found)
	}
	if p.Samples {
		h.choice("Tests and examples", "sample", []option{{"no", "exclude"}, {"yes", "only"}})
	}
	h.put(`<label class="search">Search
<input type="search" name="text" autocomplete="off" spellcheck="false"></label>
<button type="reset">Show all</button>
<p id="shown" role="status"></p>
</form>
`)
}

func (h *html5) choice(label, name string, options []option) {
	h.put(`<label>%s`+"\n"+`<select name="%s"><option value="">all</option>`, label, name)
	for _, o := range options {
		h.put(`<option value="%s">%s</option>`, o.Value, o.Label)
	}
	h.put("</select></label>\n")
}

func (h *html5) group(g *pageGroup) {
	title := g.Title
	if title == "" {
		title = g.Name
	}
	h.put(`<article class="policy" data-policy="%s">
<header>
<h3 id="%s">%s</h3>
<p class="about"><code>%s</code> <span class="severity %s">%s</span> `, g.Name, g.Name, title, g.Name, g.Severity, g.Severity)
	if g.Level != "" {
		h.put("<span>%s</span> ", g.Level)
	}
	h.put("<span>%s</span></p>\n</header>\n", g.Counts)
	if g.Remediation != "" || g.URL != "" || len(g.Advice) > 0 {
		open := ""
		if g.Open {
			open = " open"
		}
		h.put("<details class=\"fix\"%s>\n<summary>How to fix</summary>\n", markup(open))
		for _, line := range g.Advice {
			h.put("<p>%s</p>\n", line)
		}
		for _, step := range g.steps() {
			h.put("<p>%s</p>\n", proseHTML(step))
		}
		// An organisation's policy may have any URL; only web addresses become links.
		if strings.HasPrefix(g.URL, "https://") || strings.HasPrefix(g.URL, "http://") {
			h.put(`<p><a href="%s" rel="noopener noreferrer">More about %s</a></p>`+"\n", g.URL, g.Name)
		}
		h.put("</details>\n")
	}
	h.put("<ul class=\"findings\">\n")
	for i := range g.Findings {
		h.finding(&g.Findings[i])
	}
	h.put("</ul>\n</article>\n")
}

func (h *html5) finding(f *pageFinding) {
	sample := "no"
	if f.sample() {
		sample = "yes"
	}
	h.put(`<li class="finding %s" data-class="%s" data-level="%s" data-source="%s" data-stack="%s" data-folder="%s" data-detector="%s" `+
		`data-sample="%s">
<p class="where"><span class="chip %s">%s</span> `, f.Class, f.Class, f.Level, f.Source, f.Stack, f.Folder(),
		f.Detector, sample, f.Class, f.Title)
	at := cmp.Or(f.Line, f.Where)
	if f.Link != "" {
		h.put(`<a class="place" href="%s" rel="noopener noreferrer">%s</a>`, f.Link, at)
	} else {
		h.put(`<span class="place">%s</span>`, at)
	}
	if f.Line != "" {
		h.put(` <span class="of">%s</span>`, f.Where)
	}
	if f.Kind != "" {
		h.put(" <small>%s</small>", f.Kind)
	}
	h.put("</p>\n")
	if f.From != "" {
		h.put("<p class=\"from\"><small>in %s</small></p>\n", f.From)
	}
	for i, line := range f.Lines {
		more := ""
		if i > 0 {
			more = ` class="more"`
		}
		h.put("<p%s>%s</p>\n", markup(more), line)
	}
	h.put("</li>\n")
}
