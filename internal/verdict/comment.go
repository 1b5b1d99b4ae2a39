package verdict

import (
	"fmt"
	"slices"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
)

// allows are the comments of a file that let findings pass. The zero value holds none.
type allows struct {
	config *Config
	file   *facts.File
	used   []bool // by the index of the comment
}

func (c *Config) allowsOf(f *facts.File) *allows {
	if f == nil {
		return &allows{}
	}
	return &allows{config: c, file: f, used: make([]bool, len(f.Allows))}
}

// of returns the comment that lets the finding pass, with a note for the message; a note without a comment says why one
// that is about it does not. A finding about the file as a whole is meant wherever the comment stands.
func (a *allows) of(policy string, at place.Position) (note string, by *facts.Allow) {
	if a.file == nil {
		return "", nil
	}
	for i := range a.file.Allows {
		c := &a.file.Allows[i]
		if at.Line > 0 && c.Line != at.Line || !slices.Contains(c.Policies, policy) {
			continue
		}
		a.used[i] = true
		wrong := a.wrong(c)
		if by := a.config.bound.Signed(policy); wrong == "" && by != "" {
			wrong = by + " takes exemptions of the signed bundle alone."
		}
		if wrong == "" {
			return fmt.Sprintf("Allowed by the comment in line %d: %s", c.At.Line, c.Reason), c
		}
		note = fmt.Sprintf("The comment in line %d lets nothing pass: %s", c.At.Line, wrong)
	}
	return note, nil
}

// wrong says what is wrong with a comment and what to write, empty where nothing is.
func (a *allows) wrong(c *facts.Allow) string {
	if on, ok := a.config.Settings["allowComments"].(bool); ok && !on {
		return "the setting allowComments is off; exempt the finding in the policy configuration."
	}
	if len(c.Policies) == 0 {
		return "it names no policy; write policypack:allow POLICY: REASON."
	}
	for _, name := range c.Policies {
		p := a.config.pack.Policy(name)
		switch {
		case p == nil:
			if hint := nearest.DidYouMean(name, a.config.pack.Names()); hint != "" {
				return "it names a policy that does not exist" + hint
			}
			return "it names a policy that does not exist; policypack list shows all."
		case p.Name == pack.SettingsPolicy, !p.Repositories():
			return fmt.Sprintf("%s judges no files.", p.Name)
		}
	}
	switch {
	case c.Reason == "":
		return "it gives no reason; write policypack:allow POLICY: REASON."
	case len(a.config.Detector.Find(c.Reason, detect.Evidence{})) > 0:
		return "its reason holds a secret."
	case c.Pending:
		return "the base branch does not have it over the same text; it counts once it is there."
	}
	return ""
}

// idle says which comments let nothing pass, as far as no finding has said it. One about a policy that is switched off
// may yet be of use.
func (a *allows) idle() []Finding {
	if a.file == nil || a.file.Commit != "" { // nobody can remove one from the history
		return nil
	}
	p := a.config.pack.Policy(pack.SettingsPolicy)
	var out []Finding
	for i := range a.file.Allows {
		c := &a.file.Allows[i]
		off := func(policy string) bool { return !a.config.Enabled(policy) }
		if a.used[i] || a.file.More { // of many findings not all are told
			continue
		}
		wrong := a.wrong(c)
		if wrong == "" && slices.ContainsFunc(c.Policies, off) {
			continue
		}
		if wrong == "" {
			wrong = fmt.Sprintf("there is no such finding in line %d. Remove it, or put it at the end of the "+
				"finding's line, or alone on the line above.", c.Line)
		}
		out = append(out, Finding{
			Policy: p.Name, URN: a.file.URN(), File: a.file.Name, At: c.At, Level: pack.Advisory, Severity: p.Severity,
			About: true,
			Message: fmt.Sprintf("%s:%d: the comment policypack:allow lets nothing pass: %s", a.file.Name, c.At.Line,
				wrong), Rule: p,
		})
	}
	return out
}
