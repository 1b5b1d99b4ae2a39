package verdict

import (
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// Finding is what became of one decision of a rule under the configuration of the run. It holds no value of a resource,
// and what is shown, reported or written into a baseline is made from it.
type Finding struct {
	Policy string
	// URN is that of the resource that it is about; of the root stack where a stack policy names none. A file of a
	// repository has file: and its name.
	URN  string
	Type string // the type token of that resource, empty for a file
	// Path has strings and ints as steps; it is empty where the resource as a whole is meant. In a file it is a key of
	// the stack's configuration; elsewhere there it is the detector.
	Path place.Path
	// ValueName is the name of what it is about in a file, by which a baseline finds it again when lines have moved. It
	// is empty where it is about the file as a whole.
	ValueName string
	File      string         // empty for a resource
	Commit    string         // the short id of the commit that brings it, where the file as it is no longer has it
	Elsewhere bool           // HEAD does not have that commit
	AddedIn   string         // the short id of the commit that was the first to have it, where the history was read
	At        place.Position // in the file; the zero value stands for the file as a whole
	Column16  int            // that of At in UTF-16 code units, 0 where it is the same
	Detector  string         // of the plaintext secret that it is about, empty where it is about none
	Message   string         // with the note of an exemption, without the policy's URL
	Level     pack.Level
	Severity  pack.Severity
	// Undecided tells that the policy could not decide.
	Undecided bool
	// Exemption is the id of the exemption that is about the finding, report.Inline for a comment in the file, empty
	// where there is none; Expired tells that the exemption no longer counts.
	Exemption string
	Expired   bool
	// Entry is what the configuration, or the comment, says of what lets the finding pass, as it may be shown.
	Entry report.Exemption
	// Exceptions are those of Pulumi's policy exceptions that exempt the finding.
	Exceptions []exception.Exception
	// Baseline tells that the finding is in the baseline, which lets it pass.
	Baseline bool
	// New is the version in which its kind is new, where the setting adopt keeps it advisory; else it is empty.
	New string
	// LeftTo is the policy whose finding stands for this one: it reports the same defect, and counts. Such a finding is
	// shown nowhere; a baseline holds it too, so that it stays known when the other one no longer counts.
	LeftTo string
	// LeftAt is the URN of what the other finding is about.
	LeftAt string
	// About is true for what is said about the exemptions themselves, and about comments that allow nothing. It is no
	// finding in a resource or file.
	About bool

	// Rule is the policy, Named the URN that the rule itself gave.
	Rule  *pack.Policy
	Named string

	inFile *rollout.InFile // nil for what is in no file
}

// Exempted reports whether an exemption or an exception lets the finding pass.
func (f *Finding) Exempted() bool { return f.Exemption != "" && !f.Expired || len(f.Exceptions) > 0 }

// oldPath is the path by which an earlier version wrote the finding into a baseline.
func (f *Finding) oldPath() string {
	if f.inFile == nil {
		return ""
	}
	return f.inFile.Old
}

// Reports turns findings into those of a report, without their source. What is said about the exemptions themselves is
// left out; see [Notes].
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

// Notes returns what is said about the exemptions themselves.
func Notes(findings []Finding) []report.Note {
	var out []report.Note
	for i := range findings {
		if findings[i].About {
			out = append(out, report.Note{Message: findings[i].Message})
		}
	}
	return out
}

// Left turns findings that are left to another policy into those of a report.
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
