package verdict

import (
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// Finding is the result of applying the run's configuration to one decision of a rule. It contains no value of a
// resource. Everything shown, reported or recorded in a baseline derives from it.
type Finding struct {
	Policy string
	// URN is the URN of the resource, of the root stack if a stack policy gives none, or file:NAME for a file of a
	// repository.
	URN  string
	Type string // the type token of that resource, empty for a file
	// Path consists of strings and ints; it is empty for the resource as a whole. In a file it is a key of the stack's
	// configuration, otherwise the detector.
	Path place.Path
	// ValueName is the name of the value in a file, by which a baseline finds it again after lines have moved. It is
	// empty for the file as a whole.
	ValueName string
	File      string         // empty for a resource
	Commit    string         // the short id of the commit with it, if the file no longer has it
	Elsewhere bool           // the commit is not in HEAD
	AddedIn   string         // the short id of the first commit with it, if the history was read
	At        place.Position // in the file; zero for the file as a whole
	Column16  int            // the column in UTF-16 code units, 0 if the same
	Detector  string         // of the plaintext secret, if it is about one
	Message   string         // including notes about exemptions, excluding the policy's URL
	Level     pack.Level
	Severity  pack.Severity
	// Undecided reports whether the policy could not decide.
	Undecided bool
	// Exemption is the id of the matching exemption, report.Inline for a comment in the file, or empty. Expired reports
	// whether the exemption has expired.
	Exemption string
	Expired   bool
	// Entry describes the exemption, baseline or comment, in a form that may be shown.
	Entry report.Exemption
	// Exceptions are the Pulumi policy exceptions that exempt the finding.
	Exceptions []exception.Exception
	// Baseline reports whether the finding is in the baseline, which exempts it.
	Baseline bool
	// New is the version that introduced the kind of finding, if the setting adopt keeps it advisory; otherwise it is
	// empty.
	New string
	// LeftTo is the policy whose finding covers this one: it reports the same problem, and applies. A covered finding
	// is not shown, but a baseline records it, so that it stays known when the other one no longer applies.
	LeftTo string
	// LeftAt is the URN of the covering finding's subject.
	LeftAt string
	// About is true for remarks about exemptions and comments, which are not findings in a resource or file.
	About bool

	// Rule is the policy. Named is the URN that the rule gave.
	Rule  *pack.Policy
	Named string

	inFile *rollout.InFile // nil outside of files
}

// Exempted reports whether an exemption or exception exempts the finding.
func (f *Finding) Exempted() bool { return f.Exemption != "" && !f.Expired || len(f.Exceptions) > 0 }

// oldPath returns the path under which an earlier version recorded the finding in a baseline.
func (f *Finding) oldPath() string {
	if f.inFile == nil {
		return ""
	}
	return f.inFile.Old
}

// Reports converts findings to those of a report, without their source and without remarks; see [Notes].
func Reports(findings []Finding) []report.Finding {
	out := make([]report.Finding, 0, len(findings))
	for i := range findings {
		f := &findings[i]
		if f.About {
			continue
		}
		out = append(out, report.Finding{
			Policy: f.Policy, URN: f.URN, Type: f.Type, Name: place.NameOf(f.URN), Path: f.Path.String(), File: f.File,
			ValueName: f.ValueName, OldPath: f.oldPath(), Commit: f.Commit, AddedIn: f.AddedIn,
			Line: f.At.Line, Column: f.At.Column, Column16: f.Column16, Level: string(f.Level),
			Severity: string(f.Severity), Detector: f.Detector,
			Message: f.Message, Undecided: f.Undecided, Baseline: f.Baseline, Exemption: f.Exemption,
			Expired: f.Expired, Entry: f.Entry,
			Exceptions: f.Exceptions,
		})
	}
	return out
}

// Notes returns the remarks among the findings.
func Notes(findings []Finding) []report.Note {
	var out []report.Note
	for i := range findings {
		if findings[i].About {
			out = append(out, report.Note{Message: findings[i].Message})
		}
	}
	return out
}

// Left converts covered findings to those of a report.
func Left(findings []Finding) []report.Left {
	var out []report.Left
	for i := range findings {
		if f := &findings[i]; !f.Undecided {
			l := report.Left{
				Policy: f.Policy, URN: f.URN, Path: f.Path.String(), ValueName: f.ValueName, OldPath: f.oldPath(),
				Commit: f.Commit, Line: f.At.Line, To: f.LeftTo,
			}
			if f.LeftAt != f.URN {
				l.ToURN = f.LeftAt
			}
			out = append(out, l)
		}
	}
	return out
}
