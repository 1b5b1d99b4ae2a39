package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// A finding that only an older commit has names that commit in every form, and no form says that it is on a line of the
// files as they are.
func TestCommits(t *testing.T) {
	t.Parallel()
	r := New("0.0.0")
	r.Browse = "https://git.example.com/blob/HEAD/{file}#L{line}"
	r.Sources = []Source{{Name: ".", Kind: Repository, History: true}}
	for i := range 30 { // so many that the text has a line for each
		r.Findings = append(r.Findings, Finding{
			Policy: "committed-secret", Source: ".", URN: "file:a.sh", File: "a.sh", ValueName: "password", Line: 3,
			Level: "mandatory", Severity: "critical", Detector: "password", Commit: fmt.Sprintf("00000000%02d", i),
			Message: fmt.Sprintf("A password. Since removed, but still in commit 00000000%02d.", i),
		})
	}
	r.Findings = append(r.Findings, Finding{
		Policy: "committed-secret", Source: ".", URN: "file:b.sh", File: "b.sh", ValueName: "password", Line: 4,
		Level: "mandatory", Severity: "critical", Detector: "password", AddedIn: "0000000099",
		Message: "A password. Added in commit 0000000099.",
	})
	for _, form := range Formats() {
		var b bytes.Buffer
		if err := Write(&b, r, form, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"0000000007", "0000000099"} {
			if form != GitHub && !strings.Contains(b.String(), want) {
				t.Errorf("%s does not name commit %s", form, want)
			}
		}
		for _, wrong := range []string{"blob/HEAD/a.sh", "file=a.sh,line="} {
			if strings.Contains(b.String(), wrong) {
				t.Errorf("%s has %s", form, wrong)
			}
		}
		if form == HTML && !strings.Contains(b.String(), "blob/HEAD/b.sh#L4") {
			t.Errorf("%s has no link to the file as it is", form)
		}
	}
	// One that was found before keeps its fingerprint when others are found in other commits.
	few := New("0.0.0")
	few.Sources, few.Findings = r.Sources, append([]Finding(nil), r.Findings[20:]...)
	r, few = r.complete(), few.complete()
	known := map[string]bool{}
	for _, f := range r.Findings {
		known[f.Fingerprint] = true
	}
	if len(known) != len(r.Findings) {
		t.Errorf("got %d fingerprints of %d findings", len(known), len(r.Findings))
	}
	for _, f := range few.Findings {
		if !known[f.Fingerprint] {
			t.Errorf("%s %s has another fingerprint", f.File, f.Commit)
		}
	}
}
