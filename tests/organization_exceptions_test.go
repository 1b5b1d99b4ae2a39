package tests

import (
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Exceptions that somebody has approved in Pulumi Cloud come with the required pack. The engine applies them, the
// report takes them over from its events, and the setting exceptions does not touch them; none makes a mistake of the
// settings pass the gate.
func TestOrganizationExceptions(t *testing.T) {
	o := newOrganization(t, "policypack")
	o.publish(t, o.bundle(t, "1.0.0", `{"bucket-prefix": "disabled"}`))
	r := o.runner(t, "production")
	raw := json.RawMessage(`{"reason": "approved by security", "match": [{"policies": ["raw-secret-resource"],
		"targets": ["urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::db"]}]}`)
	settings := json.RawMessage(`{"reason": "approved by mistake", "match": [{"policies": ["settings"],
		"targets": ["urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production"]}]}`)
	const wrong = `"managers": []`
	for _, tt := range []struct {
		name, config string
		exceptions   map[string]json.RawMessage
		passes       bool // the preview
		status       int  // of the report with the events
		says         string
	}{
		{"none", `{}`, nil, false, 1, "1 violation"},
		{"one", `{}`, map[string]json.RawMessage{"PEX-7": raw}, true, 0, "1 exempted: PEX-7"},
		{
			"one, denied", `{"settings": {"exceptions": "deny"}}`,
			map[string]json.RawMessage{"PEX-7": raw},
			true, 0,
			"1 exempted: PEX-7",
		},
		{
			"on the settings", `{"settings": {` + wrong + `}}`,
			map[string]json.RawMessage{"PEX-7": raw, "PEX-8": settings},
			true, 1,
			"Policy exception PEX-8 (approved by mistake) does not apply: mistakes in the settings " +
				"cannot be exempted.",
		},
	} {
		o.enable(t, "", tt.config)
		o.Except("policypack", tt.exceptions)
		report, events := filepath.Join(t.TempDir(), "report.json"), filepath.Join(t.TempDir(), "events.json")
		r.extra = []string{"POLICYPACK_REPORT=" + report, "PULUMI_DEBUG_COMMANDS=1"}
		out, err := r.pulumi("preview", "--stack", "acme/production", "--event-log", events)
		if (err == nil) != tt.passes {
			t.Errorf("%s: the preview: %v\n%s", tt.name, err, out)
		}
		if exempted := strings.Contains(out, "[exempted]"); exempted != (tt.exceptions != nil) {
			t.Errorf("%s: shown as exempted: got %v\n%s", tt.name, exempted, out)
		}
		joined, err := o.run(o.home, r.dir, "policypack", "report", report, "--events", events)
		status := 0
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			status = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.status, status); diff != "" {
			t.Errorf("%s: status of the report: mismatch (-want +got)\n%s\n%s", tt.name, diff, joined)
		}
		if !strings.Contains(joined, tt.says) {
			t.Errorf("%s: the report does not say %q:\n%s", tt.name, tt.says, joined)
		}
	}
}
