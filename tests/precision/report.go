package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// wanted is the advisory precision that a release needs, in percent.
const wanted = 90.0

// figures is what was measured.
type figures struct {
	outcomes   []outcome
	others     int                          // programs in other languages
	counts     map[string]map[string]*count // by level and policy
	unlabelled []finding
	wrong      []finding
	missing    []*label // right ones that were not found
	stale      []*label // wrong ones that were not found
}

type count struct{ right, all int }

func (c *count) String() string { return fmt.Sprintf("%d of %d right", c.right, c.all) }

func (c *count) percent() float64 {
	if c.all == 0 {
		return 100
	}
	return 100 * float64(c.right) / float64(c.all)
}

// measure compares what was found with the labels. Labels of programs that were not run count for nothing.
func measure(outcomes []outcome, others int, labels []*label) *figures {
	f := &figures{outcomes: outcomes, others: others, counts: map[string]map[string]*count{"mandatory": {}, "advisory": {}}}
	ran := map[string]bool{}
	for _, o := range outcomes {
		ran[o.program] = o.notRun == ""
		for _, one := range o.findings {
			byPolicy := f.counts[one.level]
			if byPolicy == nil {
				byPolicy = map[string]*count{}
				f.counts[one.level] = byPolicy
			}
			if byPolicy[one.policy] == nil {
				byPolicy[one.policy] = &count{}
			}
			l := labelOf(labels, one)
			if l == nil {
				f.unlabelled = append(f.unlabelled, one)
				continue
			}
			l.found++
			byPolicy[one.policy].all++
			if l.Right {
				byPolicy[one.policy].right++
			} else {
				f.wrong = append(f.wrong, one)
			}
		}
	}
	for _, l := range labels {
		switch {
		case l.found > 0 || !ran[l.program()]:
		case l.Right:
			f.missing = append(f.missing, l)
		default:
			f.stale = append(f.stale, l)
		}
	}
	return f
}

// level adds up the policies of a level.
func (f *figures) level(level string) *count {
	total := &count{}
	for _, c := range f.counts[level] {
		total.right += c.right
		total.all += c.all
	}
	return total
}

// mistakes are the reasons for which the command fails.
func (f *figures) mistakes() []string {
	var said []string
	if n := len(f.unlabelled); n > 0 {
		said = append(said, fmt.Sprintf("%d findings have no label", n))
	}
	if n := len(f.missing); n > 0 {
		said = append(said, fmt.Sprintf("%d right findings are missing", n))
	}
	if c := f.level("mandatory"); c.right < c.all {
		said = append(said, fmt.Sprintf("%d mandatory findings are wrong, and a release has none", c.all-c.right))
	}
	return said
}

// imprecise says that too few advisory findings are right, or is empty.
func (f *figures) imprecise() string {
	if p := f.level("advisory").percent(); p < wanted {
		return fmt.Sprintf("advisory precision is %.1f %%, and a release needs %.0f %%", p, wanted)
	}
	return ""
}

// summary prints the figures.
func (f *figures) summary(w io.Writer) error {
	resources, run := 0, 0
	for _, o := range f.outcomes {
		resources += o.resources
		if o.notRun == "" {
			run++
		}
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) } // Flush reports errors
	row("programs\t%d run, %d not run, %d in other languages", run, len(f.outcomes)-run, f.others)
	row("resources\t%d", resources)
	for _, level := range slices.Sorted(maps.Keys(f.counts)) {
		c := f.level(level)
		row("%s\t%s, %.1f %%", level, c, c.percent())
		for _, policy := range slices.Sorted(maps.Keys(f.counts[level])) {
			row("  %s\t%s", policy, f.counts[level][policy])
		}
	}
	row("unlabelled\t%d", len(f.unlabelled))
	row("missing\t%d", len(f.missing))
	return out.Flush()
}

// details prints what a person has to look at: programs that were not run, and findings and labels that do not agree.
func (f *figures) details(w io.Writer) error {
	for _, o := range f.outcomes {
		if o.notRun != "" {
			fmt.Fprintf(w, "not run: %s: %s\n", o.program, o.notRun)
		}
	}
	for _, one := range f.wrong {
		fmt.Fprintf(w, "\nwrong: %s\n", one)
	}
	for _, l := range f.stale {
		fmt.Fprintf(w, "\nno longer found, remove its label: %s: %s: %s %s\n", l.program(), l.Resource, l.Policy, l.At)
	}
	for _, l := range f.missing {
		fmt.Fprintf(w, "\nmissing: %s: %s: %s %s (%s)\n", l.program(), l.Resource, l.Policy, l.At, l.Why)
	}
	for _, one := range f.unlabelled {
		line, err := json.Marshal(label{Program: one.program, Policy: one.policy, Resource: one.resource})
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\nno label: %s\n%s\n", one, line)
	}
	return nil
}

// String is what a person reads in a preview.
func (f finding) String() string {
	return fmt.Sprintf("%s: %s (%s) [%s] %s\n  %s", f.program, f.resource, f.token, f.level, f.policy,
		strings.ReplaceAll(f.message, "\n", "\n  "))
}
