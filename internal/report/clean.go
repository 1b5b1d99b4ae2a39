package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean writes characters that are not shown, such as those that steer a terminal or turn the direction of a text, as
// escapes that are. Line ends and tabs stay, tabs as spaces.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var b strings.Builder
	for len(s) > 0 {
		c, n := utf8.DecodeRuneInString(s)
		switch {
		case c == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case c == '\t':
			b.WriteString("  ")
		case !hidden(c):
			b.WriteRune(c)
		case c > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, c)
		case c > 0xff:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			fmt.Fprintf(&b, `\x%02x`, c)
		}
		s = s[n:]
	}
	return b.String()
}

// hidden tells whether a character is none that is shown.
func hidden(c rune) bool { return c != '\n' && !unicode.IsGraphic(c) }

// oneLine is clean for names, which have one line.
func oneLine(s string) string { return strings.ReplaceAll(clean(s), "\n", `\n`) }

// cleaned returns the report with everything that is shown of it clean. It is for people; what programs read keeps its names.
func (r *Report) cleaned() *Report {
	c := *r
	c.Version, c.Digest = oneLine(r.Version), oneLine(r.Digest)
	c.Policies = make([]Policy, len(r.Policies))
	for i, p := range r.Policies {
		p.Name, p.Title, p.Description = oneLine(p.Name), oneLine(p.Title), clean(p.Description)
		p.Remediation, p.URL, p.Level, p.Severity = clean(p.Remediation), oneLine(p.URL), oneLine(p.Level), oneLine(p.Severity)
		c.Policies[i] = p
	}
	c.Sources = make([]Source, len(r.Sources))
	for i, s := range r.Sources {
		s.Name, s.Kind, s.File = oneLine(s.Name), oneLine(s.Kind), oneLine(s.File)
		s.Organization, s.Project, s.Stack = oneLine(s.Organization), oneLine(s.Project), oneLine(s.Stack)
		skipped := make([]Skipped, len(s.Skipped))
		for k, x := range s.Skipped {
			skipped[k] = Skipped{oneLine(x.Reason), x.Files, oneLine(x.Example)}
		}
		s.Skipped = skipped
		c.Sources[i] = s
	}
	c.Errors = make([]Error, len(r.Errors))
	for i, e := range r.Errors {
		e.Source, e.File, e.Message = oneLine(e.Source), oneLine(e.File), clean(e.Message)
		c.Errors[i] = e
	}
	c.Notes = make([]Note, len(r.Notes))
	for i, n := range r.Notes {
		c.Notes[i] = Note{oneLine(n.Source), clean(n.Message)}
	}
	c.Findings = make([]Finding, len(r.Findings))
	for i, f := range r.Findings {
		for _, s := range []*string{
			&f.Policy, &f.Source, &f.URN, &f.Address, &f.Type, &f.Name, &f.Path, &f.Attribute, &f.File, &f.Severity, &f.Detector,
			&f.Exemption,
		} {
			*s = oneLine(*s)
		}
		f.Message = clean(f.Message)
		c.Findings[i] = f
	}
	return &c
}
