package analyzer

import (
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Finding is what became of one decision of a rule under the configuration of the run. It holds no value of a resource,
// and what is shown, reported or written into a baseline is made from it.
type Finding struct {
	Policy string
	// URN is that of the resource that it is about; of the root stack where a stack policy names none. A file of a repository
	// has file: and its name.
	URN  string
	Type string // the type token of that resource, empty for a file
	// Path has strings and ints as steps; it is empty where the resource as a whole is meant. In a file it is a key of the
	// stack's configuration; elsewhere there it is the detector, and which of several it is, from 1 on: by that a baseline
	// finds it again when lines have moved.
	Path     []any
	File     string         // empty for a resource
	At       facts.Position // in the file; the zero value stands for the file as a whole
	Detector string         // of the plaintext secret that it is about, empty where it is about none
	Message  string         // with the note of an exemption, without the policy's URL
	Level    pack.Level
	Severity pack.Severity
	// Undecided tells that the policy could not decide.
	Undecided bool
	// Exemption is the id of the exemption that is about the finding, report.Inline for a comment in the file, empty where
	// there is none; Expired tells that the exemption no longer counts.
	Exemption string
	Expired   bool
	// Baseline tells that the finding is in the baseline, which lets it pass.
	Baseline bool
	// About is true for what is said about the exemptions themselves, and about comments that allow nothing. It is no finding
	// in a resource or file.
	About bool

	policy *pack.Policy
	named  string // the URN that the rule itself gave
}

// Exempted tells whether an exemption lets the finding pass.
func (f *Finding) Exempted() bool { return f.Exemption != "" && !f.Expired }

// Reports turns findings into those of a report, without their source. What is said about the exemptions themselves is left
// out; see [Notes].
func Reports(findings []Finding) []report.Finding {
	out := make([]report.Finding, 0, len(findings))
	for i := range findings {
		f := &findings[i]
		if f.About {
			continue
		}
		out = append(out, report.Finding{
			Policy: f.Policy, URN: f.URN, Type: f.Type, Name: nameOf(f.URN), Path: facts.Path(f.Path), File: f.File,
			Line: f.At.Line, Column: f.At.Column, Level: string(f.Level), Severity: string(f.Severity), Detector: f.Detector,
			Message: f.Message, Undecided: f.Undecided, Baseline: f.Baseline, Exemption: f.Exemption, Expired: f.Expired,
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

// nameOf returns the logical name in a URN, empty where it is none.
func nameOf(urn string) string {
	parts := strings.SplitN(urn, "::", 4)
	if len(parts) < 4 {
		return ""
	}
	return parts[3]
}

// subject is what decisions are about.
type subject struct {
	urn  string // of the resource, of the root stack, of the file
	file *facts.File
	// found returns the plaintext secrets of the resource with the URN, or those of the file.
	found func(urn string) []facts.Finding
}

// findings turns decisions into findings, in the same order. The engine applies no levels: each finding carries the one
// that the configuration gives the policy. An exempted finding stays, as an advisory.
func (j *judges) findings(run *facts.Run, s subject, decisions []evaluator.Decision) []Finding {
	var out []Finding
	allows := j.allowsOf(s.file)
	counts := map[[2]string]int{}
	places := places{found: s.found}
	for _, d := range decisions {
		p := j.loaded.pack.Policy(d.Policy)
		level, message := j.config.Level(p.Name), strings.TrimSpace(d.Message)
		if d.Undecided {
			switch j.config.OnUnknown(p.Name) {
			case pack.Allow:
				continue
			case pack.Warn:
				level = pack.Advisory
			case pack.Deny:
			}
		}
		if d.Advisory {
			level = pack.Advisory
		}
		f := Finding{
			Policy: p.Name, URN: s.urn, Path: d.Path, At: d.At, Severity: p.Severity, Undecided: d.Undecided, policy: p, named: d.URN,
		}
		if d.URN != "" {
			f.URN = d.URN
		}
		if found := facts.Foremost(places.of(f.URN, d)); found != nil {
			f.Detector = found.Detector
		}
		if s.file != nil {
			f.File = s.file.Name
			if len(f.Path) == 0 {
				f.Path = mark(counts, p.Name, f.Detector)
			}
		} else {
			f.Type = typeOf(f.URN)
		}
		e := j.exemptions.Find(p.Name, f.URN, f.Path)
		if e == nil {
			e = j.exemptions.Find(p.Name, f.URN, run.Spell(f.URN, f.Path)) // as messages write it
		}
		if e != nil {
			j.used.Store(e.ID, true)
			f.Exemption, f.Expired = e.ID, j.exemptions.Expired(e)
			if f.Expired {
				message += "\n" + j.exemptions.Note(e)
			} else {
				level, message = pack.Advisory, j.exemptions.Note(e)+"\n"+message
			}
		}
		// A finding with a path and no line is about what is nowhere told: no comment can be about it.
		note, ok := "", false
		if s.file == nil || len(d.Path) == 0 || d.At.Line > 0 {
			note, ok = allows.of(p.Name, d.At)
		}
		if ok && !f.Exempted() {
			f.Exemption, f.Expired = report.Inline, false
			level, message = pack.Advisory, note+"\n"+message
		} else if note != "" {
			message += "\n" + note
		}
		known, inBaseline := j.plan.Known(p.Name, f.URN, f.Path)
		if f.Baseline = inBaseline && !f.Exempted(); f.Baseline {
			level = pack.Advisory
		}
		for _, note := range [...]string{known, j.notes[p.Name]} {
			if note != "" {
				message += "\n" + note
			}
		}
		if p.Name == pack.SettingsPolicy {
			level = pack.Mandatory
		}
		f.Level, f.Message = level, run.Scrub(message)
		out = append(out, f)
	}
	return append(out, allows.idle()...)
}

// places finds plaintext secrets by their place.
type places struct {
	found func(urn string) []facts.Finding
	byURN map[string]map[place][]*facts.Finding
}

type place struct {
	at   facts.Position
	path string
}

// of returns the plaintext secrets at the place that a decision names. One in a file may name its line and column alone.
func (p *places) of(urn string, d evaluator.Decision) []*facts.Finding {
	if len(d.Path) == 0 && d.At.Line == 0 {
		return nil
	}
	if p.byURN == nil {
		p.byURN = map[string]map[place][]*facts.Finding{}
	}
	if p.byURN[urn] == nil {
		index := map[place][]*facts.Finding{}
		findings := p.found(urn)
		for i := range findings {
			f := &findings[i]
			at := place{f.At, facts.Path(f.Path)}
			index[at] = append(index[at], f)
			if f.At.Line > 0 && len(f.Path) > 0 {
				index[place{f.At, ""}] = append(index[place{f.At, ""}], f)
			}
		}
		p.byURN[urn] = index
	}
	return p.byURN[urn][place{d.At, facts.Path(d.Path)}]
}

// mark is the path of a finding in a file that has none of its own: the detector, and from the second one on which one of
// the policy and the detector it is.
func mark(counts map[[2]string]int, policy, detector string) []any {
	key := [2]string{policy, detector}
	counts[key]++
	var path []any
	if detector != "" {
		path = append(path, detector)
	}
	if n := counts[key]; n > 1 {
		path = append(path, n)
	}
	return path
}

// typeOf returns the type token that ends the qualified type of a URN.
func typeOf(urn string) string {
	parts := strings.SplitN(urn, "::", 4)
	if len(parts) < 4 {
		return ""
	}
	return parts[2][strings.LastIndex(parts[2], "$")+1:]
}

// pending says what there is to say about the exemptions themselves, on the stack.
func (j *judges) pending(run *facts.Run, project, stack, root string) []Finding {
	used := func(id string) bool { _, ok := j.used.Load(id); return ok }
	p := j.loaded.pack.Policy(pack.SettingsPolicy)
	var out []Finding
	for _, note := range append(slices.Clone(j.said), j.exemptions.Pending(project, stack, used)...) {
		out = append(out, Finding{
			Policy: p.Name, URN: root, Type: typeOf(root), Message: run.Scrub(note), Level: pack.Advisory, Severity: p.Severity, About: true,
			policy: p, named: root,
		})
	}
	return out
}

// answer tells the findings to whoever wants them and turns them into the engine's diagnostics, in the same order.
func (s *Server) answer(findings []Finding) *pulumirpc.AnalyzeResponse {
	if s.options.Found != nil && len(findings) > 0 {
		s.options.Found(findings)
	}
	response := &pulumirpc.AnalyzeResponse{}
	for i := range findings {
		f := &findings[i]
		response.Diagnostics = append(response.Diagnostics, diagnostic(f.policy, f.Level, f.Message, f.named))
	}
	return response
}
