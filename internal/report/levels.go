package report

import (
	"fmt"
	"slices"
	"strings"
)

// What the forms say about levels: which counts, where it comes from, and which policies do not count at all.

// levels says what differs from the policies' own levels, one line for each level and where it comes from.
func (r *Report) levels() []string {
	var lines []string
	names := map[string][]string{}
	for _, p := range r.Policies {
		if p.From == "" || p.From == Own {
			continue
		}
		line := p.Level + " by " + p.From
		if names[line] == nil {
			lines = append(lines, line)
		}
		names[line] = append(names[line], p.Name)
	}
	slices.Sort(lines)
	for i, line := range lines {
		lines[i] += ": " + strings.Join(names[line], ", ")
	}
	return lines
}

// off lists the policies that are disabled in a source, and in effect, by what and where, one line each; those of all
// sources where the name is empty.
func (r *Report) off(source string) []string {
	var lines []string
	for _, d := range r.Disabled {
		if source != "" && d.Source != source {
			continue
		}
		line := d.Name + ": disabled by " + d.From
		if d.Effect {
			line = d.Name + ": disabled in effect, " + d.From
		}
		if d.Where != "" {
			line += " (" + d.Where + ")"
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// disabled counts the policies that are disabled somewhere, in words, empty where none is.
func (r *Report) disabled() string {
	var names []string
	for _, d := range r.Disabled {
		names = append(names, d.Name)
	}
	slices.Sort(names)
	switch n := len(slices.Compact(names)); n {
	case 0:
		return ""
	case 1:
		return "1 policy is disabled"
	default:
		return Plural(n, "policy") + " are disabled"
	}
}

// from says in brackets where a policy's level comes from, empty where it is its own.
func (p *Policy) from() string {
	if p.From == "" || p.From == Own {
		return ""
	}
	return " (" + p.From + ")"
}

// by says what gave the verdict, for a line at the end of a form: the policies, the configuration and the bundles. Code
// and text write what stands in it as the form wants it.
func (r *Report) by(code, text func(string) string) string {
	by := Plural(len(r.Policies), "policy") + " of policypack " + text(r.Version)
	if r.Digest != "" {
		by += ", configuration " + code(r.short())
	}
	for _, b := range r.Bundles {
		name := b.Digest[:min(len(b.Digest), 12)]
		if b.Serial > 0 {
			name = fmt.Sprintf("serial %d", b.Serial)
		}
		by += ", bundle " + code(name)
	}
	return by
}

// short is the beginning of the configuration's digest, by which people tell configurations apart.
func (r *Report) short() string { return r.Digest[:min(len(r.Digest), 12)] }
