package verdict

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Subject is what decisions are about: a resource, a stack or a file.
type Subject struct {
	URN  string // of the resource, of the root stack, of the file
	File *facts.File
	// Findings returns the plaintext secrets that the rules were given, in the order of their ids; nil if there are
	// none.
	Findings func() []*facts.Finding
	// At returns the configuration at the place of a resource, by URN; nil if all resources are in the same place.
	At func(urn string) *Config
}

// around returns the configuration at the place of a resource.
func (c *Config) around(s *Subject, urn string) *Config {
	if s.At == nil {
		return c
	}
	return s.At(urn)
}

// Findings converts the decisions of one call to findings, in the same order. The engine does not apply levels, so each
// finding has the level that the configuration gives its policy. Exempted findings are shown as advisories. Findings
// left to another policy are not shown.
func (c *Config) Findings(run *Run, s Subject, decisions []evaluator.Decision) (shown, left []Finding) {
	allows := c.allowsOf(s.File)
	found := foundIn(&s, decisions)
	out := make([]Finding, 0, len(decisions))
	claims := make([]claim, 0, len(decisions))
	inFile := c.inFile(run, &s, found, decisions)
	for i := range decisions {
		d := &decisions[i]
		p := c.pack.Policy(d.Policy)
		f := Finding{
			Policy: p.Name, URN: s.URN, Path: d.Path, At: d.At, Severity: p.Severity, Undecided: d.Undecided, Rule: p,
			Named: d.URN,
		}
		if d.URN != "" {
			f.URN = d.URN
		}
		about := found.by(d.Finding)
		if about != nil {
			f.Detector = about.Detector
		}
		at := c.around(&s, f.URN)
		level, since, ok := at.nominal(d, about, found)
		if !ok {
			continue
		}
		f.New = since
		if s.File != nil {
			f.File, f.Commit, f.Column16 = s.File.Name, s.File.Commit, s.File.Columns16[f.At]
			f.Elsewhere, f.AddedIn = s.File.Elsewhere, s.File.Brought[f.At]
			f.inFile, f.ValueName = &inFile[i], inFile[i].Name
			if len(f.Path) == 0 && about != nil && about.Detector != "" {
				f.Path = place.Path{about.Detector}
			}
		} else {
			f.Type = place.TypeOf(f.URN)
		}
		eased := at.ease(run, &f, d, allows, level)
		claims = append(claims, claim{decision: d, place: placeOf(d.At, d.Path), nominal: rankOf(level), eased: eased})
		out = append(out, f)
	}
	run.settle(c, &s, out, claims)
	for i := range out {
		out[i].name(run.Facts)
		if out[i].LeftTo == "" {
			shown = append(shown, out[i])
		} else {
			left = append(left, out[i])
		}
	}
	return append(shown, allows.idle()...), left
}

// name replaces the URN that rules see by the one that may be shown.
func (f *Finding) name(run *facts.Run) {
	f.URN = run.Named(f.URN)
	if f.LeftAt != "" {
		f.LeftAt = run.Named(f.LeftAt)
	}
	if f.Named != f.URN || strings.Contains(f.Named, facts.SecretMarker) {
		f.Named = "" // the engine has no resource with that name
	}
}

// nominal returns the level of a decision before exemptions, and the version that introduced its kind if the setting
// adopt lowers the level. It reports whether the decision applies at all.
func (c *Config) nominal(d *evaluator.Decision, about *facts.Finding, found *found) (level pack.Level, since string,
	ok bool,
) {
	level = c.Level(d.Policy)
	if level == pack.Disabled { // evaluated because of another place
		return "", "", false
	}
	if d.Undecided {
		switch c.OnUnknown(d.Policy) {
		case pack.Allow:
			return "", "", false
		case pack.Warn:
			level = pack.Advisory
		case pack.Deny:
		}
	}
	if d.Advisory {
		level = pack.Advisory
	}
	if d.Policy == pack.SettingsPolicy {
		return pack.Mandatory, "", true
	}
	level, since = c.adopted(d.Policy, level, c.sinceOf(d, about, found))
	return level, since, true
}

// ease sets the level and message of a finding, applying exemptions, exceptions, comments and the baseline. It reports
// whether any of them applied.
func (c *Config) ease(run *Run, f *Finding, d *evaluator.Decision, allows *allows, level pack.Level) (eased bool) {
	message, urn := inHistory(strings.TrimSpace(d.Message), f), run.Facts.Named(f.URN)
	e, refused := c.exemption(run, f.Policy, urn, f.Path)
	if e != nil {
		run.used.Store(c.use(e.ID), true)
		state := c.exemptions.State(e)
		f.Exemption, f.Expired = e.ID, state != expiry.InForce
		shown := func(text string) string { return c.Shown(run.Facts, text) }
		f.Entry = report.Exemption{
			Owner: shown(e.Owner), Reason: shown(e.Reason), Expires: e.Until(), Ticket: shown(e.Ticket),
			ApprovedBy: shown(e.ApprovedBy),
		}
		if f.Expired {
			message += "\n" + c.exemptions.Note(e)
		} else {
			message = c.exemptions.Note(e) + "\n" + message
		}
		if state != expiry.Expired {
			level, eased = pack.Advisory, true
		}
	}
	level, message = c.except(run, f, urn, level, message)
	// A finding with a path but no line has an unknown position, so no comment can be about it.
	note, comment := "", (*facts.Allow)(nil)
	if f.File == "" || len(d.Path) == 0 || d.At.Line > 0 {
		note, comment = allows.of(f.Policy, d.At)
	}
	if comment != nil && !f.Exempted() {
		f.Exemption, f.Expired, f.Entry = report.Inline, false, report.Exemption{
			Reason: c.Shown(run.Facts, comment.Reason), Line: comment.At.Line,
		}
		level, message = pack.Advisory, note+"\n"+message
	} else if note != "" {
		message += "\n" + note
	}
	known, state := c.known(run, f.Policy, urn, f.Path, f.inFile)
	if f.Baseline = state == expiry.InForce && !f.Exempted(); f.Baseline && f.Exemption == "" {
		f.Entry = report.Exemption{Expires: c.baseline(f.Policy).Until()}
	}
	if state != expiry.Expired {
		level, eased = pack.Advisory, true
	}
	if f.New != "" {
		message += "\n" + c.adoption.Note(f.New)
	}
	for _, note := range [...]string{refused, known, c.levels[f.Policy].Note} {
		if note != "" {
			message += "\n" + note
		}
	}
	if f.Policy == pack.SettingsPolicy {
		level = pack.Mandatory
	}
	f.Level, f.Message = level, c.Shown(run.Facts, message)
	return eased || f.Exempted()
}

// inHistory adds to a message the commit that contains the finding, if the current file does not, or the first commit
// that had it, if known.
func inHistory(message string, f *Finding) string {
	first, rest, _ := strings.Cut(message, "\n")
	switch {
	case f.Commit != "" && f.Elsewhere:
		first += fmt.Sprintf(" Found in commit %s, which is not in HEAD (`git branch --all --contains %[1]s` lists "+
			"its branches).", f.Commit)
	case f.Commit != "":
		first += fmt.Sprintf(" Since removed, but still in commit %s.", f.Commit)
	case f.AddedIn != "":
		first += fmt.Sprintf(" Added in commit %s.", f.AddedIn)
	}
	if f.Commit != "" { // the file no longer needs a fix
		rest = "Rotate any secret in it: the history keeps it, and rewriting commits does not help once others have " +
			"fetched them."
	}
	if rest == "" {
		return first
	}
	return first + "\n" + rest
}
