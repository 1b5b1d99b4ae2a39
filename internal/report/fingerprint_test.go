package report

import "testing"

func TestFingerprint(t *testing.T) {
	t.Parallel()
	of := func(change func(*Finding)) string {
		f := Finding{
			Policy: "committed-secret", URN: "file:a.env", File: "a.env", Line: 3, Column: 7, Path: "github-token",
			Detector: "github-token",
			Level:    "mandatory", Severity: "critical", Message: "m",
		}
		change(&f)
		return (&Report{Findings: []Finding{f}}).complete().Findings[0].Fingerprint
	}
	same := of(func(*Finding) {})
	for _, tt := range []struct {
		name   string
		change func(*Finding)
		same   bool
	}{
		{"lines have moved", func(f *Finding) { f.Line, f.Column = 80, 1 }, true},
		{"another wording", func(f *Finding) { f.Message = "n" }, true},
		{"another level", func(f *Finding) { f.Level = "advisory" }, true},
		{"exempted by now", func(f *Finding) { f.Exemption = "x" }, true},
		{"another name of the source", func(f *Finding) { f.Source = "./" }, true},
		{"another policy", func(f *Finding) { f.Policy = "dotenv-file" }, false},
		{"another file", func(f *Finding) { f.File, f.URN = "b.env", "file:b.env" }, false},
		{"another detector", func(f *Finding) { f.Detector = "password" }, false},
		{"the second of its kind", func(f *Finding) { f.Path = "github-token[2]" }, false},
	} {
		if got := of(tt.change); (got == same) != tt.same {
			t.Errorf("%s: got the same fingerprint: %v", tt.name, got == same)
		}
	}
}

// Several that agree in everything but the line keep their order.
func TestFingerprintsOfRepetitions(t *testing.T) {
	t.Parallel()
	r := &Report{}
	for _, line := range []int{9, 3} {
		r.Findings = append(r.Findings, Finding{Policy: "p", File: "f", URN: "file:f", Line: line})
	}
	c := r.complete()
	if c.Findings[0].Line != 3 || c.Findings[0].Fingerprint == c.Findings[1].Fingerprint {
		t.Errorf("got %+v", c.Findings)
	}
}
