package verdict

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Violation is what the engine's event log contains about one diagnostic of the pack.
type Violation struct {
	Policy     string
	URN        string
	Exceptions []exception.Exception // that exempted it
}

// Excepted updates the report of a preview or update with what the engine did afterwards: findings exempted by policy
// exceptions become exempted in the report. The set contains the exceptions of the configuration file, which the
// setting exceptions governs. All others belong to Pulumi Cloud and are not subject to that setting. No exception
// exempts a finding about the settings.
func Excepted(r *report.Report, violations []Violation, file exception.Set) {
	type key struct{ policy, urn string }
	exempted := map[key][]exception.Exception{}
	for _, v := range violations {
		k := key{v.Policy, v.URN}
		if known, seen := exempted[k]; seen && len(known) == 0 || len(v.Exceptions) == 0 {
			exempted[k] = nil // another copy of the pack reported it too, without an exemption
			continue
		}
		for _, e := range v.Exceptions {
			if !slices.ContainsFunc(exempted[k], func(o exception.Exception) bool { return o.ID == e.ID }) {
				exempted[k] = append(exempted[k], e)
			}
		}
	}
	setting := cmp.Or(r.Exceptions, ExceptionsWarn)
	eased := map[key]bool{}
	note := func(text string) { r.Notes = append(r.Notes, report.Note{Source: sourceOf(r), Message: text}) }
	for i := range r.Findings {
		f := &r.Findings[i]
		k := key{f.Policy, f.URN}
		found := exempted[k]
		if len(found) == 0 || f.File != "" {
			continue
		}
		if f.Policy == pack.SettingsPolicy {
			f.Message += "\nP" + named(found)[1:] + " does not apply: mistakes in the settings cannot be exempted."
			continue
		}
		own := file.Find(f.Policy, f.URN)
		ofFile := func(e exception.Exception) bool {
			return slices.ContainsFunc(own, func(o exception.Exception) bool { return o.ID == e.ID })
		}
		if setting == ExceptionsDeny {
			if found = slices.DeleteFunc(slices.Clone(found), ofFile); len(found) == 0 {
				f.Message += "\n" + deniedNote(exempted[k], deniedBySetting)
				continue
			}
		}
		if f.Class() == report.Exempted {
			f.Message += "\n" + exceptedNote(found)
		} else {
			f.Message = exceptedNote(found) + "\n" + f.Message
		}
		f.Exceptions, f.Level, f.Baseline = found, string(pack.Advisory), false
		eased[k] = true
		for _, e := range found {
			if setting == ExceptionsWarn && ofFile(e) {
				note(usedNote(e.ID))
			}
		}
	}
	for _, l := range r.Left {
		if at := cmp.Or(l.ToURN, l.URN); eased[key{l.To, at}] && len(file.Find(l.Policy, l.URN)) == 0 {
			note(fmt.Sprintf("%s also found something in %s, but deferred to %s, which a policy exception exempts. "+
				"Pulumi does not report exceptions to the pack: fix the finding, or exempt it in the settings.",
				l.Policy, l.URN, l.To))
		}
	}
}

// sourceOf returns the name of the only source, or an empty string if there are several.
func sourceOf(r *report.Report) string {
	if len(r.Sources) == 1 {
		return r.Sources[0].Name
	}
	return ""
}
