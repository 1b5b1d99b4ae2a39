package fleet

import (
	"io"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

// style is the CSS of the table, which is wider than those of the other pages.
const style = `
.wide { max-width: 90rem; }
.scroll { overflow-x: auto; }
tbody th { width: auto; min-width: 12rem; }
td { min-width: 5.5rem; }
.why { color: var(--soft); border-top: 0; padding-top: 0; }
`

// look is the class of a status in the report's style.
func (s Status) look() string {
	switch s {
	case Covered, Empty:
		return "baseline"
	case Refused, Ambiguous:
		return "advisory"
	default:
		return "violation"
	}
}

func writeHTML(w io.Writer, r *Report) error {
	state := map[int]string{0: "ok", 1: "failed", 2: "partial"}[r.Exit()]
	p := report.Page{State: state, Version: place.Visible(r.Version), Verdict: r.Verdict() + ".", Style: style}
	p.Meaning = "At " + r.Time + ", by " + report.Plural(r.Attestations, "attestation") + "."
	if n := r.Unreadable(); n > 0 {
		p.Meaning += " " + report.Plural(n, "file") + " could not be read."
	}
	return p.Write(w, func(put func(string, ...any)) {
		put("<section aria-labelledby=\"summary\">\n<h2 id=\"summary\">Summary</h2>\n<ul class=\"tiles\">\n")
		for _, c := range r.Summary {
			none := ""
			if c.Stacks == 0 {
				none = " none"
			}
			put(`<li class="tile %s%s"><span class="n">%d</span> <span>%s</span></li>`+"\n", c.Status.look(), none,
				c.Stacks, string(c.Status))
		}
		put("</ul>\n")
		if asked := r.Wanted.words(); asked != "" {
			put("<p>Expected: %s.</p>\n", place.Visible(asked))
		}
		if notes := r.notes(); len(notes) > 0 {
			put("<h3>Notes</h3>\n<ul class=\"notes\">\n")
			for _, n := range notes {
				put("<li>%s</li>\n", place.Visible(n))
			}
			put("</ul>\n")
		}
		put("</section>\n<section aria-labelledby=\"findings\">\n<h2 id=\"findings\" tabindex=\"-1\">Stacks</h2>\n")
		stacks(put, "Stacks with a state", r.Stacks)
		if len(r.Stateless) > 0 {
			stacks(put, "Stacks with an attestation but no state", r.Stateless)
		}
		if len(r.Ignored) > 0 {
			put("<h3 class=\"bad\">Ignored attestations</h3>\n<ul class=\"errors\">\n")
			for _, f := range r.Ignored {
				put("<li><strong>%s</strong>: %s<pre>%s</pre></li>\n", place.Visible(f.Name), f.status(),
					place.Visible(f.Reason))
			}
			put("</ul>\n")
		}
		put("</section>\n")
	})
}

// stacks writes a table.
func stacks(put func(string, ...any), caption string, list []Stack) {
	put("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n"+
		"<table>\n<caption>%s</caption>\n<thead><tr>", caption, caption)
	for _, h := range heads {
		put(`<th scope="col">%s</th>`, h)
	}
	put("</tr></thead>\n<tbody>\n")
	for i := range list {
		s := &list[i]
		cells := s.cells()
		put(`<tr><th scope="row">%s</th><td class="%s"><span class="chip">%s</span></td>`, cells[0], s.Status.look(),
			cells[1])
		for _, c := range cells[2:] {
			put("<td>%s</td>", c)
		}
		put("</tr>\n")
		var lines []string
		for _, reason := range s.Reasons {
			lines = append(lines, place.Visible(reason))
		}
		if s.File != "" && s.File != s.Name() {
			lines = append(lines, "State: "+place.Visible(s.File))
		}
		if s.Attestation != nil {
			lines = append(lines, "Attestation: "+place.Visible(s.Attestation.File))
		}
		if len(lines) == 0 {
			continue
		}
		put(`<tr><td class="why" colspan="%d">`, len(heads))
		for j, line := range lines {
			if j > 0 {
				put("<br>")
			}
			put("<small>%s</small>", line)
		}
		put("</td></tr>\n")
	}
	put("</tbody>\n</table>\n</div>\n")
}

// words says what had to be in the attestations.
func (a *Asked) words() string {
	var parts []string
	if a.PackVersion != "" {
		parts = append(parts, "policypack "+a.PackVersion+" or later")
	}
	if a.Configuration != "" {
		parts = append(parts, "configuration "+a.Configuration)
	}
	if a.MaxAge != "" {
		parts = append(parts, "at most "+a.MaxAge+" old")
	}
	return strings.Join(parts, ", ")
}
