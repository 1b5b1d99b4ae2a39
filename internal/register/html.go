package register

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

var (
	//go:embed page.css
	style string
	//go:embed page.js
	script string
)

// look returns the CSS class of a state in the report's style.
func (s State) look() string {
	switch s {
	case Expired:
		return "violation"
	case EndsSoon:
		return "advisory"
	case NoEnd, UnknownState:
		return "undecided"
	case InForce:
	}
	return "baseline"
}

// words returns the state for people.
func (s State) words() string { return strings.ReplaceAll(string(s), "-", " ") }

func (u Used) words() string { return strings.ReplaceAll(string(u), "-", " ") }

// writeHTML writes a page with a table that can be filtered and sorted, and is complete without its script. The entries
// of a baseline are folded below it.
func writeHTML(w io.Writer, r *Register) error {
	p := report.Page{
		State: "ok", Version: place.Visible(r.Version), Verdict: "Exemption register: " + lower(r.verdict()) + ".",
		Meaning: "On " + r.Day + ". Read: " + r.read() + ".", Style: style, Script: script,
	}
	if r.Summary.Expired > 0 {
		p.State = "partial"
	}
	if len(r.Errors) > 0 {
		p.State = "failed"
		p.Meaning += " " + report.Plural(len(r.Errors), "thing") + " could not be read."
	}
	return p.Write(w, func(put func(string, ...any)) {
		put("<section aria-labelledby=\"summary\">\n<h2 id=\"summary\">Summary</h2>\n<ul class=\"tiles\">\n")
		for _, t := range []struct {
			n           int
			look, words string
		}{
			{r.Summary.Expired, Expired.look(), "expired"},
			{r.Summary.EndsSoon, EndsSoon.look(), "ending soon"},
			{r.Summary.NoEnd, NoEnd.look(), "without an end"},
			{r.Summary.NotUsed, "advisory", "not used"},
			{r.Summary.Entries, "baseline", "in all"},
		} {
			none := ""
			if t.n == 0 {
				none = " none"
			}
			put(`<li class="tile %s%s"><span class="n">%d</span> <span>%s</span></li>`+"\n", t.look, none, t.n, t.words)
		}
		put("</ul>\n")
		if asked := r.asked(); asked != "" {
			put("<p>%s</p>\n", place.Visible(asked))
		}
		if len(r.Errors) > 0 {
			put("<h3 class=\"bad\">Not read</h3>\n<ul class=\"errors\">\n")
			for _, e := range r.Errors {
				put("<li><strong>%s</strong><pre>%s</pre></li>\n", place.Visible(e.Source),
					place.VisibleLines(e.Message))
			}
			put("</ul>\n")
		}
		if len(r.Notes) > 0 {
			put("<h3>Notes</h3>\n<ul class=\"notes\">\n")
			for _, n := range r.Notes {
				put("<li>%s</li>\n", place.Visible(n))
			}
			put("</ul>\n")
		}
		put("</section>\n<section aria-labelledby=\"findings\">\n<h2 id=\"findings\" tabindex=\"-1\">Entries</h2>\n")
		r.filter(put)
		r.table(put)
		put("</section>\n")
	})
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// filter writes the form for filtering.
func (r *Register) filter(put func(string, ...any)) {
	put(`<form id="filter" class="filter" hidden>` + "\n")
	choice := func(label, name string, options [][2]string) {
		put(`<label>%s`+"\n"+`<select name="%s"><option value="">all</option>`, label, name)
		for _, o := range options {
			put(`<option value="%s">%s</option>`, o[0], o[1])
		}
		put("</select></label>\n")
	}
	var kinds, states, used [][2]string
	for _, k := range []Kind{Exemption, Exception, Baseline, Comment, BreakGlass} {
		kinds = append(kinds, [2]string{string(k), string(k)})
	}
	for _, s := range []State{Expired, EndsSoon, InForce, NoEnd, UnknownState} {
		states = append(states, [2]string{string(s), s.words()})
	}
	for _, u := range []Used{IsUsed, NotUsed, Unknown} {
		used = append(used, [2]string{string(u), u.words()})
	}
	choice("Kind", "kind", kinds)
	choice("State", "state", states)
	choice("Used", "used", used)
	put(`<label class="search">Search
<input type="search" name="text" autocomplete="off" spellcheck="false"></label>
<button type="reset">Show all</button>
<p id="shown" role="status"></p>
</form>
`)
}

// heads are the column headers of the table.
var heads = [...]string{"Expires", "Owner", "What", "Reason", "First seen", "Used"}

func (r *Register) table(put func(string, ...any)) {
	put("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Entries\">\n<table id=\"entries\">\n" +
		"<caption>By the day on which they end, then by owner</caption>\n<thead><tr>")
	for _, h := range heads {
		put(`<th scope="col">%s</th>`, h)
	}
	put("</tr></thead>\n<tbody>\n")
	for _, g := range r.groups() {
		g.row(put)
	}
	put("</tbody>\n</table>\n</div>\n<p id=\"nothing\" hidden>Nothing matches the filter.</p>\n")
}

func (g *group) row(put func(string, ...any)) {
	cell := func(lines ...string) {
		put("<td>")
		first := true
		for _, line := range lines {
			if line == "" {
				continue
			}
			if first {
				put("%s", place.Visible(line))
			} else {
				put("<br><small>%s</small>", place.Visible(line))
			}
			first = false
		}
		put("</td>")
	}
	used := string(g.Used)
	if g.rows != nil { // of a baseline: what any of its rows is
		used = ""
		for _, u := range []Used{IsUsed, NotUsed, Unknown} {
			for _, e := range g.rows {
				if e.Used == u {
					used += " " + string(u)
					break
				}
			}
		}
	}
	put(`<tr data-kind="%s" data-state="%s" data-used="%s"><th scope="row" class="%s">%s <span class="chip">%s</span>`,
		string(g.Kind), string(g.State), used, g.State.look(), place.Visible(g.Expires), g.State.words())
	if g.DaysLeft != nil && g.State != Expired {
		put("<br><small>%s left</small>", report.Plural(*g.DaysLeft, "day"))
	}
	put("</th>")
	approved := ""
	if g.ApprovedBy != "" {
		approved = "approved by " + g.ApprovedBy
	}
	cell(orNone(g.Owner), g.Ticket, approved)
	put("<td>%s", place.Visible(g.what()))
	if !g.Counts {
		put(` <span class="chip violation">does not count</span>`)
	}
	for _, line := range []string{g.policies(), g.at(), g.where()} {
		if line != "" {
			put("<br><small>%s</small>", place.Visible(line))
		}
	}
	g.folded(put)
	put("</td>")
	cell(orNone(g.Reason))
	cell(orNone(g.FirstSeen), g.FirstSeenBy)
	cell(g.use(), g.runs())
	put("</tr>\n")
}

// where returns where the entry is written.
func (g *group) where() string {
	switch {
	case g.rows != nil, g.Kind == Comment && g.Source == g.at():
		return ""
	case g.Line > 0 && g.Kind != Comment:
		return fmt.Sprintf("in %s:%d", g.Source, g.Line)
	}
	return "in " + g.Source
}

// runs returns how many runs used the entry, or why none is known.
func (g *group) runs() string {
	switch {
	case g.rows != nil:
		return ""
	case g.Used != IsUsed:
		return g.Why
	}
	return fmt.Sprintf("%s in %s", report.Plural(g.Findings, "finding"), report.Plural(len(g.UsedIn), "run"))
}

// folded writes the entries of a baseline.
func (g *group) folded(put func(string, ...any)) {
	if g.rows == nil {
		return
	}
	put("<details><summary>Rows</summary>\n<ul>\n")
	for _, e := range g.rows {
		put("<li>%s: %s <small>%s", place.Visible(strings.Join(e.Policies, ", ")), place.Visible(e.About.text()),
			place.Visible(e.use()))
		if e.Why != "" {
			put(": %s", place.Visible(e.Why))
		}
		if e.FirstSeen != "" {
			put(", since %s", e.FirstSeen)
		}
		put("</small></li>\n")
	}
	put("</ul>\n</details>")
}
