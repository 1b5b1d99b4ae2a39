package register

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/report"
)

// Forms are the formats of a register. docs/reference/register.schema.json describes the JSON.
var Forms = report.NewSheet(writeText, writeCSV, writeHTML)

// columns are the CSV columns, with one record per entry; docs/govern/exemptions.md describes them.
var columns = []struct {
	name string
	of   func(*Entry) string
}{
	{"kind", func(e *Entry) string { return string(e.Kind) }},
	{"id", func(e *Entry) string { return e.ID }},
	{"owner", func(e *Entry) string { return e.Owner }},
	{"reason", func(e *Entry) string { return e.Reason }},
	{"ticket", func(e *Entry) string { return e.Ticket }},
	{"approved_by", func(e *Entry) string { return e.ApprovedBy }},
	{"expires", func(e *Entry) string { return e.Expires }},
	{"state", func(e *Entry) string { return string(e.State) }},
	{"days_left", func(e *Entry) string {
		if e.DaysLeft == nil {
			return ""
		}
		return strconv.Itoa(*e.DaysLeft)
	}},
	{"first_seen", func(e *Entry) string { return e.FirstSeen }},
	{"first_seen_by", func(e *Entry) string { return e.FirstSeenBy }},
	{"used", func(e *Entry) string { return string(e.Used) }},
	{"findings", func(e *Entry) string { return strconv.Itoa(e.Findings) }},
	{"used_in", func(e *Entry) string { return strings.Join(e.places(), " | ") }},
	{"why", func(e *Entry) string { return e.Why }},
	{"policies", func(e *Entry) string { return strings.Join(e.Policies, " | ") }},
	{"organization", func(e *Entry) string { return e.About.Organization }},
	{"project", func(e *Entry) string { return e.About.Project }},
	{"stack", func(e *Entry) string { return e.About.Stack }},
	{"type", func(e *Entry) string { return e.About.Type }},
	{"name", func(e *Entry) string { return e.About.Name }},
	{"urn", func(e *Entry) string {
		if len(e.About.Targets) > 0 {
			return strings.Join(e.About.Targets, " | ")
		}
		return e.About.URN
	}},
	{"path", func(e *Entry) string { return e.About.Path }},
	{"file", func(e *Entry) string { return e.About.File }},
	{"value_name", func(e *Entry) string { return e.About.ValueName }},
	{"commit", func(e *Entry) string { return e.About.Commit }},
	{"count", func(e *Entry) string {
		if e.About.Count == 0 {
			return ""
		}
		return strconv.Itoa(e.About.Count)
	}},
	{"break_glass", func(e *Entry) string { return strconv.FormatBool(e.BreakGlass || e.Kind == BreakGlass) }},
	{"counts", func(e *Entry) string { return strconv.FormatBool(e.Counts) }},
	{"source", func(e *Entry) string { return e.Source }},
	{"line", func(e *Entry) string {
		if e.Line == 0 {
			return ""
		}
		return strconv.Itoa(e.Line)
	}},
}

// places lists the stacks that used the entry, or the reports without a stack, each once. A state may lack the
// organisation that the report of a preview of the same stack has.
func (e *Entry) places() []string {
	var out []string
	for i := range e.UsedIn {
		u := &e.UsedIn[i]
		full := func(other Usage) bool {
			return other.Organization != "" && other.Project == u.Project && other.Stack == u.Stack
		}
		if u.Organization == "" && u.Stack != "" && slices.ContainsFunc(e.UsedIn, full) {
			continue
		}
		if p := u.place(); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func writeCSV(w io.Writer, r *Register) error {
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.name
	}
	rows := [][]string{head}
	for _, e := range r.Entries {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = c.of(e)
		}
		rows = append(rows, row)
	}
	return report.Rows(w, rows)
}

// group is what people see as one entry: an entry, or all entries of a baseline.
type group struct {
	*Entry
	rows []*Entry // of a baseline
}

// groups groups the entries of each baseline.
func (r *Register) groups() []group {
	type key struct{ source, expires string }
	baselines := map[key]int{}
	var out []group
	for _, e := range r.Entries {
		k := key{e.Source, e.Expires}
		at, known := baselines[k]
		switch {
		case e.Kind != Baseline:
			out = append(out, group{Entry: e})
		case known:
			out[at].rows = append(out[at].rows, e)
		default:
			baselines[k] = len(out)
			out = append(out, group{Entry: e, rows: []*Entry{e}})
		}
	}
	return out
}

// ends returns the expiry, marked if soon or past.
func (e *Entry) ends() string {
	switch e.State {
	case Expired:
		return e.Expires + " (expired)"
	case EndsSoon:
		if *e.DaysLeft == 0 {
			return e.Expires + " (today)"
		}
		return fmt.Sprintf("%s (in %s)", e.Expires, report.Plural(*e.DaysLeft, "day"))
	case NoEnd:
		return "no end"
	case UnknownState:
		return "not known"
	case InForce:
	}
	return e.Expires
}

// what returns the name of the group.
func (g *group) what() string {
	switch {
	case g.rows != nil:
		return "baseline, " + report.Plural(len(g.rows), "entry")
	case g.ID != "":
		return string(g.Kind) + " " + g.ID
	default:
		return string(g.Kind)
	}
}

// policies lists the policies.
func (g *group) policies() string {
	if g.rows == nil {
		return strings.Join(g.Policies, ", ")
	}
	n := map[string]int{}
	var names []string
	for _, e := range g.rows {
		for _, p := range e.Policies {
			if n[p] == 0 {
				names = append(names, p)
			}
			n[p]++
		}
	}
	for i, p := range names {
		names[i] = fmt.Sprintf("%s (%d)", p, n[p])
	}
	return strings.Join(names, ", ")
}

// use returns whether and where the group was used.
func (g *group) use() string {
	if g.rows != nil {
		n := map[Used]int{}
		for _, e := range g.rows {
			n[e.Used]++
		}
		return fmt.Sprintf("%d used, %d not, %d not known", n[IsUsed], n[NotUsed], n[Unknown])
	}
	return g.Entry.use()
}

func (e *Entry) use() string {
	switch e.Used {
	case IsUsed:
		places := e.places()
		if more := len(places) - 2; more > 0 {
			places = append(places[:2:2], fmt.Sprintf("%d more", more))
		}
		return "yes: " + strings.Join(places, ", ")
	case NotUsed:
		return "no"
	case Unknown:
	}
	return "not known"
}

// at returns what the group applies to, or where it is written.
func (g *group) at() string {
	switch {
	case g.rows != nil:
		return g.Source
	case g.Kind == Comment && g.Line > 0:
		return fmt.Sprintf("%s:%d", g.About.File, g.Line)
	}
	return g.About.text()
}

// verdict summarises the register in one line.
func (r *Register) verdict() string {
	if r.Summary.Entries == 0 && r.LeftOut > 0 {
		return "No entry matches the filter"
	}
	if r.Summary.Entries == 0 {
		return "Nothing exempts a finding"
	}
	s := report.Plural(r.Summary.Entries, "entry")
	var parts []string
	for _, c := range []struct {
		n    int
		word string
	}{
		{r.Summary.Expired, "expired"},
		{r.Summary.EndsSoon, "ending soon"},
		{r.Summary.NoEnd, "without an end"},
		{r.Summary.NotUsed, "not used"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.word))
		}
	}
	if len(parts) > 0 {
		s += ": " + strings.Join(parts, ", ")
	}
	return s
}

// read lists what was read.
func (r *Register) read() string {
	n, unverified := map[SourceKind]int{}, 0
	for _, s := range r.Sources {
		n[s.Kind]++
		if s.Verified != nil && !*s.Verified {
			unverified++
		}
	}
	var parts []string
	for _, k := range []SourceKind{Configuration, Bundle, Repository, Report} {
		if n[k] > 0 {
			parts = append(parts, report.Plural(n[k], string(k)))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// asked describes what the filter excluded, empty if nothing.
func (r *Register) asked() string {
	var parts []string
	if r.Owner != "" {
		parts = append(parts, "owner "+r.Owner)
	}
	if r.ExpiresWithin != nil {
		parts = append(parts, "expires within "+report.Plural(*r.ExpiresWithin, "day"))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("Filter: %s. %s not shown.", strings.Join(parts, ", "), report.Plural(r.LeftOut, "other entry"))
}
