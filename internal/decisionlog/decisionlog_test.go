package decisionlog_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
)

func now() time.Time { return time.Date(2026, 11, 23, 18, 0, 0, 5000, time.FixedZone("", 3600)) }

func TestLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	preview := true
	give := decisionlog.Decision{
		Labels: decisionlog.Labels{Version: "1.2.3", Configuration: "c"},
		Run:    decisionlog.Run{Project: "shop", Stack: "production", Preview: &preview},
		Policy: "secret-name", Scope: "resource", URN: "urn:pulumi:production::shop::t::n", Type: "t",
		Result:     decisionlog.Deny,
		Findings:   []decisionlog.Finding{{Path: "name", Level: "advisory", Exemption: "legacy"}},
		Parameters: "p", Metrics: decisionlog.Metrics{Document: 1, Eval: 2},
	}
	for range 2 { // the second run appends
		l, err := decisionlog.Open("decisions.jsonl", dir, now)
		if err != nil {
			t.Fatal(err)
		}
		l.Write([]decisionlog.Decision{give, give})
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "decisions.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	for _, line := range lines {
		var got decisionlog.Decision
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatal(err)
		}
		ids[got.ID] = true
		want := give
		want.ID, want.Timestamp = got.ID, "2026-11-23T17:00:00.000005Z"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("mismatch (-want +got)\n%s", diff)
		}
	}
	if len(lines) != 4 || len(ids) != 4 {
		t.Errorf("got %d lines with %d ids, want 4 of both", len(lines), len(ids))
	}
	if info, err := os.Stat(filepath.Join(dir, "decisions.jsonl")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v, want a file for its owner alone", info.Mode(), err)
	}
}

func TestLogIsWholeUnderConcurrency(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "log")
	l, err := decisionlog.Open(name, "", now)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { l.Write(make([]decisionlog.Decision, 20)) })
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		if !json.Valid(line) {
			t.Fatalf("not a line of JSON: %s", line)
		}
	}
	if n := bytes.Count(text, []byte("\n")); n != 1000 {
		t.Errorf("got %d lines, want 1000", n)
	}
}

// A run before had no room for the rest of a line: what is appended begins with a line of its own.
func TestLogBehindHalfALine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ before, want string }{{"{}\n{\"a\": ", "{}\n{\"a\": \n{"}, {"{}\n", "{}\n{"}, {"", "{"}} {
		name := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(name, []byte(tt.before), 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := decisionlog.Open(name, "", now)
		if err != nil {
			t.Fatal(err)
		}
		l.Write(make([]decisionlog.Decision, 1))
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(name); err != nil || !strings.HasPrefix(string(got), tt.want) {
			t.Errorf("behind %q: got %q, %v", tt.before, got, err)
		}
	}
}

func TestLogSaysWhatItCannotWrite(t *testing.T) {
	t.Parallel()
	if _, err := decisionlog.Open("none/log", t.TempDir(), now); err == nil ||
		!strings.HasPrefix(err.Error(), "POLICYPACK_DECISION_LOG: ") {
		t.Errorf("got %v, want an error that names the variable", err)
	}
	l, err := decisionlog.Open(filepath.Join(t.TempDir(), "log"), "", now)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l.Write(make([]decisionlog.Decision, 1))
	if err := l.Flush(); err == nil || !strings.HasPrefix(err.Error(), "POLICYPACK_DECISION_LOG: ") {
		t.Errorf("got %v, want an error that names the variable", err)
	}
	if l, err := decisionlog.Open("", "", now); l != nil || err != nil {
		t.Errorf("got %v, %v, want no log without a name", l, err)
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	a := decisionlog.Digest(map[string]any{"a": 1.0, "b": []any{"x"}})
	if b := decisionlog.Digest(map[string]any{"b": []any{"x"}, "a": 1.0}); a != b || len(a) != 64 {
		t.Errorf("got %s and %s, want one digest for the same parameters", a, b)
	}
	if b := decisionlog.Digest(map[string]any{"a": 2.0}); a == b {
		t.Error("got one digest for two values")
	}
}
