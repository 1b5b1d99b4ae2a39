package report

import (
	"fmt"
	"slices"
	"strings"
)

// Shared by the formats: levels, what set them, and disabled policies.

// levels returns the levels that differ from the policies' own, one line per level and origin.
func (r *Report) levels() []string {
	var lines []string
	names := map[string][]string{}
	for _, p := range r.Policies {
		if p.From == "" || p.From == Own {
			continue
		}
		line := p.Level + " (" + p.From + ")"
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

// off returns the policies that are disabled in a source, fully or in effect, one line each with the origin; those of
// all sources if the name is empty.
func (r *Report) off(source string) []string {
	var lines []string
	for _, d := range r.Disabled {
		if source != "" && d.Source != source {
			continue
		}
		line := d.Name + ": disabled by " + d.From
		if d.Effect {
			line = d.Name + ": disabled in effect, since " + d.From
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

// disabled returns the number of policies disabled somewhere, in words, or an empty string.
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

// from returns the origin of a policy's level in parentheses, or an empty string if it is the policy's own.
func (p *Policy) from() string {
	if p.From == "" || p.From == Own {
		return ""
	}
	return " (" + p.From + ")"
}

// by returns what produced the verdict, for the last line of a format: the version, the policies, the configuration and
// the bundles. The functions format code and text.
func (r *Report) by(code, text func(string) string) string {
	by := "policypack " + text(r.Version) + ", " + Plural(len(r.Policies), "policy")
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

// short returns the beginning of the configuration's digest, enough to distinguish configurations.
func (r *Report) short() string { return r.Digest[:min(len(r.Digest), 12)] }
