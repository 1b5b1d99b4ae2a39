package soak

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/cli"
)

// A day around which everything ends in the world of TestClocks.
var today = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// TestClocks runs commands whose verdict depends on the day with clocks that jump, into the future and into the past:
// what has expired counts for nothing and is named, and what is not valid yet is neither.
func TestClocks(t *testing.T) {
	part := begin(t, "clocks")
	w := newWorld(t)
	dates := strings.ReplaceAll(config, "@LATER@", "2026-12-20")
	if err := os.WriteFile(filepath.Join(w.dir, "policy-config.json"), []byte(dates), 0o600); err != nil {
		t.Fatal(err)
	}
	one := marshal(t, map[string]any{"version": 3, "deployment": map[string]any{"resources": []any{
		resource("aws:secretsmanager/secret:Secret", "legacy", nil),
	}}})
	if err := os.WriteFile(filepath.Join(w.dir, "one.json"), []byte(one), 0o600); err != nil {
		t.Fatal(err)
	}
	at := func(now time.Time, env map[string]string, args ...string) result {
		return w.inside(t, now, env, args...)
	}
	token := at(today, nil, "break-glass", "sign", "--key", "runner.pem", "--stack", "acme/shop/prod", "--reason", "r", "--who", "w")
	bundled := at(today, nil, "bundle", "--central", "centre", "--key-id", "centre", "--signing-key", "centre.pem", "-o",
		"dated.tar.gz", "--expires", "2026-12-20")
	if token.code != 0 || bundled.code != 0 {
		t.Fatalf("%s%s", token.stderr, bundled.stderr)
	}
	glass := map[string]string{"POLICYPACK_BREAK_GLASS": strings.TrimSpace(lastLine(token.stdout))}
	centre := map[string]string{"POLICYPACK_BUNDLE": "dated.tar.gz"}
	check := []string{"check", "one.json", "--config", "policy-config.json"}
	faults := 0
	for _, tt := range []struct {
		name string
		now  time.Time
		env  map[string]string
		args []string
		code int
		// says are parts of the output, and not what must not be in it.
		says, not []string
	}{
		{"an exemption in force", today, nil, check, 1, []string{"1 exempted"}, []string{"expired"}},
		{"an exemption in grace", today.AddDate(0, 0, 28), nil, check, 1, []string{"expired on 2026-12-20"}, nil},
		{"an exemption that has expired", today.AddDate(0, 6, 0), nil, check, 1, []string{"expired"}, []string{"1 exempted"}},
		{"a clock that is centuries ahead", today.AddDate(500, 0, 0), nil, check, 1, []string{"expired"}, []string{"1 exempted"}},
		{"a clock that is years behind", today.AddDate(-20, 0, 0), nil, check, 2, []string{"expires"}, []string{"1 exempted"}},
		{"a clock at the epoch", time.Unix(0, 0), nil, check, 2, []string{"expires"}, []string{"1 exempted"}},
		{"a token in force", today.Add(30 * time.Minute), glass, []string{
			"check", "state.json", "--stack", "acme/shop/prod", "--break-glass-key", "runner.pub",
		}, 0, []string{"break-glass"}, nil},
		{"a token that has expired", today.Add(2 * time.Hour), glass, []string{
			"check", "state.json", "--stack", "acme/shop/prod", "--break-glass-key", "runner.pub",
		}, 2, []string{"it expired at 2026-11-23T13:00:00Z"}, nil},
		{"a token from the future", today.Add(-2 * time.Hour), glass, []string{
			"check", "state.json", "--stack", "acme/shop/prod", "--break-glass-key", "runner.pub",
		}, 2, []string{"it is valid from 2026-11-23T12:00:00Z on"}, nil},
		{"a bundle in force", today, centre, []string{"list"}, 0, nil, []string{"expired"}},
		{"an attestation from the future", today.AddDate(-1, 0, 0), nil, []string{
			"attest", "verify", "attestations/a.json", "--key", "runner.pub", "--kind", "state",
		}, 1, []string{"future"}, nil},
		{"an attestation that is too old", today.AddDate(5, 0, 0), nil, []string{
			"attest", "verify", "attestations/a.json", "--key", "runner.pub", "--kind", "state", "--max-age", "24h",
		}, 1, []string{"expected at most 24h0m0s"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := at(tt.now, tt.env, tt.args...)
			faults++
			got.silent(t, part, w.birds, tt.name)
			text := got.stdout + got.stderr
			if got.code != tt.code {
				part.fail(t, "exit code %d, want %d\n%s", got.code, tt.code, short(text))
			}
			for _, want := range tt.says {
				if !strings.Contains(text, want) {
					part.fail(t, "%q is not said:\n%s", want, short(text))
				}
			}
			for _, wrong := range tt.not {
				if strings.Contains(text, wrong) {
					part.fail(t, "%q is said:\n%s", wrong, short(text))
				}
			}
		})
	}
	part.ran("%d jumps", faults)
}

// inside runs a command in the world, in this process, at a time.
func (w *world) inside(t *testing.T, now time.Time, env map[string]string, args ...string) result {
	t.Helper()
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chdir(w.dir); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.Chdir(before); err != nil {
			t.Fatal(err)
		}
	}()
	var stdout, stderr bytes.Buffer
	code := cli.Run(context.Background(), cli.Process{
		Args: append([]string{"policypack"}, args...), Stdout: &stdout, Stderr: &stderr,
		Getenv: func(key string) string {
			if key == "NO_COLOR" {
				return "1"
			}
			return env[key]
		},
		Now: func() time.Time { return now },
	})
	return result{stdout: stdout.String(), stderr: stderr.String(), code: code}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
