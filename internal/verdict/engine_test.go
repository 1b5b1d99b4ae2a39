package verdict

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/report"
)

const secretURN = "urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::"

// The report of a preview says what the engine exempted, and the setting exceptions is about those of the file alone.
func TestExcepted(t *testing.T) {
	t.Parallel()
	file := exception.Set{{
		Exception: exception.Exception{ID: "EXC-1", Reason: "r"},
		Match:     []exception.Match{{Policies: []string{"secret-name"}, Targets: []string{secretURN + "a"}}},
	}}
	by := func(ids ...string) (out []exception.Exception) {
		for _, id := range ids {
			out = append(out, exception.Exception{ID: id, Reason: "r"})
		}
		return out
	}
	finding := report.Finding{Policy: "secret-name", URN: secretURN + "a", Level: "mandatory", Message: "bad\nfix"}
	const denied = "Policy exception EXC-1 (r) in the configuration file does not apply here: the setting " +
		"exceptions is deny. Exempt the finding in the settings instead."
	for _, tt := range []struct {
		name, setting string
		change        func(*report.Finding)
		events        []Violation
		class         report.Class
		ids           []exception.Exception
		message       string
		notes         []string
	}{
		{"no event", "warn", nil, nil, report.Violation, nil, "bad\nfix", nil},
		{
			"nothing exempts it", "warn", nil,
			[]Violation{{"secret-name", secretURN + "a", nil}},
			report.Violation, nil,
			"bad\nfix", nil,
		},
		{
			"another resource", "warn", nil,
			[]Violation{{"secret-name", secretURN + "ab", by("EXC-1")}},
			report.Violation,
			nil, "bad\nfix", nil,
		},
		{
			"another policy", "warn", nil,
			[]Violation{{"raw-secret-resource", secretURN + "a", by("EXC-1")}},
			report.Violation, nil, "bad\nfix", nil,
		},
		{
			"the file's, warn", "warn", nil,
			[]Violation{{"secret-name", secretURN + "a", by("EXC-1")}},
			report.Exempted, by("EXC-1"),
			"Exempted by policy exception EXC-1 (r).\nbad\nfix",
			[]string{"Policy exception EXC-1 in the configuration file exempts findings here until it is " +
				"removed."},
		},
		{
			"a report that does not say the setting", "", nil,
			[]Violation{{"secret-name", secretURN + "a", by("EXC-1")}},
			report.Exempted, by("EXC-1"),
			"Exempted by policy exception EXC-1 (r).\nbad\nfix",
			[]string{"Policy exception EXC-1 in the configuration file exempts findings here until it is " +
				"removed."},
		},
		{
			"the file's, allow", "allow", nil,
			[]Violation{{"secret-name", secretURN + "a", by("EXC-1")}},
			report.Exempted, by("EXC-1"),
			"Exempted by policy exception EXC-1 (r).\nbad\nfix", nil,
		},
		{
			"the file's, deny", "deny", nil,
			[]Violation{{"secret-name", secretURN + "a", by("EXC-1")}},
			report.Violation,
			nil, "bad\nfix\n" + denied, nil,
		},
		{
			"Pulumi Cloud's, deny", "deny", nil,
			[]Violation{{"secret-name", secretURN + "a", by("PEX-7")}},
			report.Exempted, by("PEX-7"),
			"Exempted by policy exception PEX-7 (r).\nbad\nfix", nil,
		},
		{
			"both, deny", "deny", nil,
			[]Violation{{"secret-name", secretURN + "a", by("EXC-1", "PEX-7")}},
			report.Exempted, by("PEX-7"),
			"Exempted by policy exception PEX-7 (r).\nbad\nfix", nil,
		},
		{
			"the same finding twice", "allow", nil,
			[]Violation{
				{"secret-name", secretURN + "a", by("PEX-7")},
				{"secret-name", secretURN + "a", by("PEX-7", "PEX-8")},
			},
			report.Exempted, by("PEX-7", "PEX-8"), "Exempted by policy exceptions PEX-7 (r) and PEX-8 (r).\n" +
				"bad\nfix", nil,
		},
		{
			"another copy of the pack is not exempted", "warn", nil,
			[]Violation{
				{"secret-name", secretURN + "a", by("PEX-7")},
				{"secret-name", secretURN + "a", nil},
				{"secret-name", secretURN + "a", by("PEX-7")},
			},
			report.Violation, nil, "bad\nfix", nil,
		},
		{
			"the settings", "warn", func(f *report.Finding) { f.Policy = "settings" },
			[]Violation{{"settings", secretURN + "a", by("PEX-7")}},
			report.Violation, nil,
			"bad\nfix\nPolicy exception PEX-7 (r) does not apply: mistakes in the settings cannot be " +
				"exempted.", nil,
		},
		{
			"exempted by the settings too", "allow", func(f *report.Finding) {
				f.Exemption, f.Message = "legacy",
					"Exempted until …\nbad"
			},
			[]Violation{{"secret-name", secretURN + "a", by("EXC-1")}},
			report.Exempted, by("EXC-1"),
			"Exempted until …\nbad\nExempted by policy exception EXC-1 (r).", nil,
		},
		{
			"an exemption that has expired, and a baseline", "allow", func(f *report.Finding) {
				f.Exemption, f.Expired, f.Baseline = "legacy", true, true
			},
			[]Violation{{"secret-name", secretURN + "a", by("EXC-1")}},
			report.Exempted, by("EXC-1"),
			"Exempted by policy exception EXC-1 (r).\nbad\nfix", nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := report.New("0.1.0")
			r.Exceptions, r.Sources, r.Findings = tt.setting, []report.Source{{Name: "preview"}},
				[]report.Finding{finding}
			if tt.change != nil {
				tt.change(&r.Findings[0])
			}
			Excepted(r, tt.events, file)
			f := r.Findings[0]
			if got := f.Class(); got != tt.class {
				t.Errorf("class: got %s, want %s", got, tt.class)
			}
			if diff := cmp.Diff(tt.ids, f.Exceptions); diff != "" {
				t.Errorf("exceptions: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.message, f.Message); diff != "" {
				t.Errorf("message: mismatch (-want +got)\n%s", diff)
			}
			var notes []string
			for _, n := range r.Notes {
				notes = append(notes, n.Message)
			}
			if diff := cmp.Diff(tt.notes, notes); diff != "" {
				t.Errorf("notes: mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// What was left to a finding that the engine exempted is shown nowhere, and said.
func TestExceptedNamesWhatWasLeft(t *testing.T) {
	t.Parallel()
	r := report.New("0.1.0")
	r.Exceptions, r.Sources = "allow", []report.Source{{Name: "preview"}}
	r.Findings = []report.Finding{
		{Policy: "raw-secret-resource", URN: secretURN + "a", Level: "mandatory", Message: "bad"},
	}
	r.Left = []report.Left{
		{Policy: "secret-name", URN: secretURN + "a", Path: "name", To: "raw-secret-resource"},
		{
			Policy: "secret-value-in-program", URN: "urn:pulumi:production::shop::v:v:V::v", Path: "x",
			To: "raw-secret-resource", ToURN: secretURN + "a",
		},
		{Policy: "secret-name", URN: secretURN + "b", Path: "name", To: "raw-secret-resource"},
		{Policy: "hardcoded-secret", URN: secretURN + "a", Path: "x", To: "raw-secret-resource"},
	}
	file := exception.Set{{
		Exception: exception.Exception{ID: "EXC-1", Reason: "r"},
		Match: []exception.Match{
			{Policies: []string{"raw-secret-resource", "hardcoded-secret"}, Targets: []string{secretURN + "a"}},
		},
	}}
	Excepted(r, []Violation{{"raw-secret-resource", secretURN + "a", file.Find("raw-secret-resource", secretURN+"a")}},
		file)
	const tail = ", but deferred to raw-secret-resource, which a policy exception exempts. Pulumi does not report " +
		"exceptions to the pack: fix the finding, or exempt it in the settings."
	want := []report.Note{
		{Source: "preview", Message: "secret-name also found something in " + secretURN + "a" + tail},
		{Source: "preview", Message: "secret-value-in-program also found something in " +
			"urn:pulumi:production::shop::v:v:V::v" + tail},
	}
	if diff := cmp.Diff(want, r.Notes); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}
