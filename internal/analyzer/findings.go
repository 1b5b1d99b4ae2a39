package analyzer

import (
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
	Policy   string
	URN      string // of the resource that it is about; of the root stack where a stack policy names none
	Path     []any  // steps are strings and ints; empty where the resource as a whole is meant
	Message  string // with the note of an exemption, without the policy's URL
	Level    pack.Level
	Severity pack.Severity
	// Undecided tells that the policy could not decide.
	Undecided bool
	// Exemption is the id of the exemption that is about the finding, empty where there is none; Expired tells that the
	// exemption no longer counts.
	Exemption string
	Expired   bool
	// Baseline tells that the finding is in the baseline, which lets it pass.
	Baseline bool
	// About is true for what is said about the exemptions themselves. It is no finding in a resource.
	About bool

	policy *pack.Policy
	named  string // the URN that the rule itself gave
}

// Exempted tells whether an exemption lets the finding pass.
func (f *Finding) Exempted() bool { return f.Exemption != "" && !f.Expired }

// Reports turns findings into those of a report. What is said about the exemptions themselves is left out.
func Reports(findings []Finding) []report.Finding {
	out := make([]report.Finding, 0, len(findings))
	for i := range findings {
		f := &findings[i]
		if f.About {
			continue
		}
		out = append(out, report.Finding{
			Policy: f.Policy, URN: f.URN, Path: facts.Path(f.Path), Level: string(f.Level), Severity: string(f.Severity),
			Message: f.Message, Undecided: f.Undecided, Baseline: f.Baseline, Exemption: f.Exemption, Expired: f.Expired,
		})
	}
	return out
}

// findings turns decisions into findings, in the same order. The engine applies no levels: each finding carries the one
// that the configuration gives the policy. An exempted finding stays, as an advisory. The URN is that of the resource that
// was judged.
func (j *judges) findings(run *facts.Run, urn string, decisions []evaluator.Decision) []Finding {
	var out []Finding
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
			Policy: p.Name, URN: urn, Path: d.Path, Severity: p.Severity, Undecided: d.Undecided, policy: p, named: d.URN,
		}
		if d.URN != "" {
			f.URN = d.URN
		}
		if e := j.exemptions.Find(p.Name, f.URN, d.Path); e != nil {
			j.used.Store(e.ID, true)
			f.Exemption, f.Expired = e.ID, j.exemptions.Expired(e)
			if f.Expired {
				message += "\n" + j.exemptions.Note(e)
			} else {
				level, message = pack.Advisory, j.exemptions.Note(e)+"\n"+message
			}
		}
		known, inBaseline := j.plan.Known(p.Name, f.URN, d.Path)
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
	return out
}

// pending says what there is to say about the exemptions themselves, on the stack.
func (j *judges) pending(run *facts.Run, project, stack, root string) []Finding {
	used := func(id string) bool { _, ok := j.used.Load(id); return ok }
	p := j.loaded.pack.Policy(pack.SettingsPolicy)
	var out []Finding
	for _, note := range j.exemptions.Pending(project, stack, used) {
		out = append(out, Finding{
			Policy: p.Name, URN: root, Message: run.Scrub(note), Level: pack.Advisory, Severity: p.Severity, About: true, policy: p, named: root,
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
