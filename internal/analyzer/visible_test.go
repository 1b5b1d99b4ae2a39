package analyzer

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
)

// What a program calls things reaches terminals and web pages through the messages: it neither steers them nor adds a
// line.
func TestNamesDoNotSteerATerminal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{"an escape sequence", "api/\x1b[31mprod", `api/\x1b[31mprod`},
		{"a line", "api/prod\nerror: nothing", `api/prod\nerror: nothing`},
		{"a carriage return", "api/prod\rerror", `api/prod\rerror`},
		{"the direction of the text", "api/\u202edorp", `api/\u202edorp`},
		{"no width", "api/\u200bprod\ufeff", `api/\u200bprod\ufeff`},
		{"C1 controls", "api/\u009bprod", `api/\x9bprod`},
		{"a line separator", "api/\u2028prod", `api/\u2028prod`},
		{"letters and pictures", "Zürich/東京 \U0001f511", "Zürich/東京 \U0001f511"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := server(t, nil)
			configure(t, s, map[string]any{"environments": []any{"production"}}, nil)
			req := request("db", secretType, map[string]any{"name": tt.give})
			infra := "progression-labs-development:infra:Secret"
			req.Urn = "urn:pulumi:production::shop::" + infra + "$" + secretType + "::db"
			response, err := s.Analyze(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, d := range response.GetDiagnostics() {
				found = found || strings.Contains(d.GetMessage(), "`"+tt.want+"`")
				for _, c := range d.GetMessage() {
					if c != '\n' && !unicode.IsGraphic(c) {
						t.Errorf("%s: %U in the message", d.GetPolicyName(), c)
					}
				}
			}
			if !found {
				t.Errorf("mismatch: want a message with %q, got %s", tt.want,
					fmt.Sprintf("%q", response.GetDiagnostics()))
			}
		})
	}
}
