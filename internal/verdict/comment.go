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

// allows holds the suppression comments of a file. The zero value holds none.
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

// of returns the comment that suppresses the finding, with a note for the message. A note without a comment says why a
// matching comment has no effect. Any comment in the file applies to a finding about the whole file.
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
			wrong = by + " allows only exemptions in the signed bundle."
		}
		if wrong == "" {
			return fmt.Sprintf("Suppressed by the comment on line %d: %s", c.At.Line, c.Reason), c
		}
		note = fmt.Sprintf("The comment on line %d has no effect: %s", c.At.Line, wrong)
	}
	return note, nil
}

// wrong returns what is wrong with a comment and what to write instead, or an empty string.
func (a *allows) wrong(c *facts.Allow) string {
	if on, ok := a.config.Settings["allowComments"].(bool); ok && !on {
		return "the setting allowComments is off; exempt the finding in the policy configuration."
	}
	if len(c.Policies) == 0 {
		return "it has no policy; write policypack:allow POLICY: REASON."
	}
	for _, name := range c.Policies {
		p := a.config.pack.Policy(name)
		switch {
		case p == nil:
			if hint := nearest.DidYouMean(name, a.config.pack.Names()); hint != "" {
				return "unknown policy" + hint
			}
			return "unknown policy; `policypack list` lists them."
		case p.Name == pack.SettingsPolicy, !p.Repositories():
			return fmt.Sprintf("%s does not check files.", p.Name)
		}
	}
	switch {
	case c.Reason == "":
		return "it has no reason; write policypack:allow POLICY: REASON."
	case len(a.config.Detector.Find(c.Reason, detect.Evidence{})) > 0:
		return "its reason contains a secret."
	case c.Pending:
		return "the base branch does not have it for the same content yet; it takes effect once merged."
	}
	return ""
}

// idle reports the comments without effect that no finding has mentioned. A comment about a disabled policy may become
// useful and is not reported.
func (a *allows) idle() []Finding {
	if a.file == nil || a.file.Commit != "" { // comments in the history cannot be removed
		return nil
	}
	p := a.config.pack.Policy(pack.SettingsPolicy)
	var out []Finding
	for i := range a.file.Allows {
		c := &a.file.Allows[i]
		off := func(policy string) bool { return !a.config.Enabled(policy) }
		if a.used[i] || a.file.More { // with many findings, not all are reported
			continue
		}
		wrong := a.wrong(c)
		if wrong == "" && slices.ContainsFunc(c.Policies, off) {
			continue
		}
		if wrong == "" {
			wrong = fmt.Sprintf("line %d has no such finding. Remove the comment, or put it at the end of the "+
				"finding's line or on its own line above.", c.Line)
		}
		out = append(out, Finding{
			Policy: p.Name, URN: a.file.URN(), File: a.file.Name, At: c.At, Level: pack.Advisory, Severity: p.Severity,
			About: true,
			Message: fmt.Sprintf("%s:%d: the comment policypack:allow has no effect: %s", a.file.Name, c.At.Line,
				wrong), Rule: p,
		})
	}
	return out
}
