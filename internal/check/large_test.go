package check

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
)

// padded returns a state of a secret with the given inputs, and of another resource, which is larger than what is read
// into memory.
func padded(inputs string) string {
	const resource = `{"urn": "urn:pulumi:production::shop::%[1]s::x", "type": "%[1]s", "custom": true, "inputs": %[2]s}`
	items := strings.Repeat(`{"a": 1}, `, inMemory/10) + `{}`
	return `{"version": 3, "deployment": {"manifest": {}, "resources": [` +
		fmt.Sprintf(resource, "aws:secretsmanager/secret:Secret", inputs) + ",\n" +
		fmt.Sprintf(resource, "acme:index:Thing", `{"items": [`+items+`]}`) + `]}}`
}

// checked is the report on files, each of which is one of the given texts.
func checked(t *testing.T, texts ...string) *report.Report {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for i, text := range texts {
		path := filepath.Join(dir, fmt.Sprintf("%d.json", i))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	r, err := New(t.Context(), Options{Session: session.Options{Log: &bytes.Buffer{}, Now: time.Now}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(t.Context(), paths); err != nil {
		t.Fatal(err)
	}
	return r.Report
}

// A file that stays on disk while it is checked has the same findings and errors as one in memory: with a byte order
// mark, behind another document, in UTF-16 and cut off.
func TestLargeFiles(t *testing.T) {
	t.Parallel()
	whole := padded(`{"name": "api"}`)
	wide := []byte{0xff, 0xfe}
	for _, c := range []byte(whole) {
		wide = append(wide, c, 0)
	}
	for _, tt := range []struct {
		name, give string
		findings   int
		errors     []string
	}{
		{"plain", whole, 1, nil},
		{"with a mark", "\ufeff" + whole, 1, nil},
		{"in UTF-16", string(wide), 1, nil},
		{"two documents", whole + "\n" + whole, 2, nil},
		{"something behind it", whole + "x\n", 1, []string{"this is not JSON; expected the output of `pulumi stack export`"}},
		{"cut off", whole[:len(whole)-3], 0, []string{
			"the JSON ends too early, so the file is truncated; expected the output of `pulumi stack export`",
		}},
		{"a broken resource at its end", strings.TrimSuffix(whole, "]}}") + `,{}]}}`, 0, []string{
			"urn: expected urn:pulumi:STACK::PROJECT::TYPE::NAME",
		}},
		{
			"a secret without value", padded(`{"value": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}}`), 0,
			[]string{"inputs: a secret has neither ciphertext nor plaintext"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := checked(t, tt.give)
			var errors []string
			for _, e := range got.Errors {
				errors = append(errors, e.Message)
			}
			if diff := cmp.Diff(tt.errors, errors); diff != "" || len(got.Findings) != tt.findings {
				t.Errorf("%d findings, want %d; errors: mismatch (-want +got)\n%s", len(got.Findings), tt.findings, diff)
			}
		})
	}
}

// A file that changes while it is checked is no file that has passed.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(path, []byte(padded(`{}`)), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // nothing was written
	if err := in.Unchanged(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(padded(`{"a": 1}`)), 0o600); err != nil {
		t.Fatal(err)
	}
	const want = "the file changed while it was read; check it again"
	if err := in.Unchanged(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
