package attest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/report"
)

const (
	commit = "0123456789abcdef0123456789abcdef01234567"
	digest = "00000000000000000000000000000000000000000000000000000000000000aa"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func key() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

// run returns a report with a finding of each class, one of them twice, and the run it is of.
func run() (*report.Report, Run) {
	r := report.New("0.1.0")
	r.Digest = digest
	r.Policies = []report.Policy{
		{Name: "secret-name", Level: "mandatory", From: "the floor"}, {Name: "hardcoded-secret", Level: "advisory"},
	}
	r.Disabled = []report.Disabled{
		{Name: "service-credential", From: "levelByStack shop/*", Where: "account 123456789012"},
	}
	r.Sources = []report.Source{
		{
			Name: "preview", Kind: report.Preview, Organization: "acme", Project: "shop", Stack: "production",
			Checked: []report.Count{{What: report.Resources, Count: 7}},
		},
	}
	urn := "urn:pulumi:production::shop::aws:ssm/parameter:Parameter::"
	violation := report.Finding{Policy: "secret-name", URN: urn + "a", Path: "name", Level: "mandatory"}
	r.Findings = []report.Finding{
		violation, violation,
		{Policy: "secret-name", URN: urn + "b", Path: "name", Level: "mandatory", Exemption: "legacy-stripe"},
		{Policy: "secret-name", URN: urn + "c", Path: "name", Level: "mandatory", Exemption: "old", Expired: true},
		{Policy: "secret-name", URN: urn + "d", Path: "name", Level: "advisory", Baseline: true},
		{
			Policy: "secret-name", URN: urn + "g", Path: "name", Level: "advisory",
			Exceptions: []exception.Exception{{ID: "SEC-412", Reason: "r"}},
		},
		{Policy: "hardcoded-secret", URN: urn + "e", Path: "value", Level: "advisory"},
		{Policy: "hardcoded-secret", URN: urn + "f", Path: "value", Level: "advisory", Undecided: true},
	}
	return r, Run{
		Time: noon, Complete: true, Commit: &Commit{ID: commit},
		Pack: Pack{Version: "0.1.0", Digest: digest, Bundles: []Bundle{{Digest: digest, Revision: "r7"}}},
	}
}

func statement(t *testing.T, change func(*report.Report, *Run)) *Statement {
	t.Helper()
	r, about := run()
	if change != nil {
		change(r, &about)
	}
	s, err := New(r, about)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func clean(r *report.Report, _ *Run) { r.Findings = nil }

func TestStatement(t *testing.T) {
	t.Parallel()
	r, about := run()
	var text bytes.Buffer
	if err := report.Write(&text, r, report.JSON, report.Options{}); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text.Bytes())
	want := &Statement{
		Type: StatementType, PredicateType: "https://github.com/progression-labs-development/policypack/attestation/v1",
		Subject: []Subject{
			{"acme/shop/production", map[string]string{"sha256": hex.EncodeToString(sum[:])}},
			{"commit", map[string]string{"gitCommit": commit}},
		},
		Predicate: Predicate{
			Time: "2026-11-23T12:00:00Z", Complete: true,
			Sources: []Source{
				{Kind: "preview", Organization: "acme", Project: "shop", Stack: "production", Resources: 7},
			},
			Commit:        &Commit{ID: commit},
			Pack:          about.Pack,
			Configuration: digest,
			Policies: []Policy{
				{Name: "hardcoded-secret", Level: "advisory", Counts: Counts{Advisory: 1, Undecided: 1}},
				{
					Name: "secret-name", Level: "mandatory", From: "the floor",
					Counts: Counts{Violation: 2, Exempted: 2, Baseline: 1},
				},
			},
			Disabled: []Disabled{
				{Name: "service-credential", From: "levelByStack shop/*", Where: "account 123456789012"},
			},
			Counts:     Counts{Violation: 2, Advisory: 1, Undecided: 1, Exempted: 2, Baseline: 1},
			Exemptions: []Exemption{{ID: "SEC-412", Exception: true, Findings: 1}, {ID: "legacy-stripe", Findings: 1}},
		},
	}
	sealed, err := statement(t, nil).Seal(key())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(sealed, public(key()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestErrorsMakeARunIncomplete(t *testing.T) {
	t.Parallel()
	s := statement(t, func(r *report.Report, _ *Run) { r.Errors = []report.Error{{Source: "preview", Message: "no"}} })
	if s.Predicate.Complete || s.Predicate.Errors != 1 {
		t.Errorf("got complete %v, %d errors", s.Predicate.Complete, s.Predicate.Errors)
	}
}

// A statement goes to whoever may deploy. Every text of a report that can be about a resource, a file or a value holds
// a canary here, whatever fields a report has.
func TestStatementHoldsNoTextOfFindings(t *testing.T) {
	t.Parallel()
	const canary = "CANARY"
	r, about := run()
	for i := range r.Findings {
		plantIn(&r.Findings[i], canary, "Policy", "Level", "Exemption", "Severity")
	}
	r.Errors, r.Notes, r.Left = make([]report.Error, 1), make([]report.Note, 1), make([]report.Left, 1)
	plantIn(&r.Errors[0], canary)
	plantIn(&r.Notes[0], canary)
	plantIn(&r.Left[0], canary)
	plantIn(&r.Sources[0], canary, "Kind", "Organization", "Project", "Stack")
	r.Sources[0].Checked = []report.Count{{What: canary, Count: 1}}
	r.Sources[0].Partly = []report.Count{{What: canary, Reason: canary, Example: canary, Count: 1}}
	r.Sources[0].NotChecked = r.Sources[0].Partly
	plantIn(&r.Policies[0], canary, "Name", "Level", "From")
	s, err := New(r, about)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range []string{canary, "urn:pulumi", "aws:ssm"} {
		if strings.Contains(string(text), no) {
			t.Errorf("%q is in the statement: %s", no, text)
		}
	}
}

// plantIn sets all texts of a struct but those of the named fields, which say nothing about a value.
func plantIn(v any, text string, but ...string) {
	s := reflect.ValueOf(v).Elem()
	for i := range s.NumField() {
		name := s.Type().Field(i).Name
		if f := s.Field(i); f.Kind() == reflect.String &&
			!strings.Contains(" "+strings.Join(but, " ")+" ", " "+name+" ") {
			f.SetString(text)
		}
	}
}

func TestOpenIsStrict(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(statement(t, clean))
	if err != nil {
		t.Fatal(err)
	}
	seal := func(kind, old, new string) []byte {
		changed := strings.Replace(string(text), old, new, 1)
		if old != "" && changed == string(text) {
			t.Fatalf("there is no %q", old)
		}
		sealed, err := dsse.Seal(kind, []byte(changed), key())
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	tests := []struct {
		name string
		give []byte
		want string
	}{
		{"another payload type", seal("application/json", "", ""), "another payload type"},
		{
			"another statement", seal(PayloadType, StatementType, "https://in-toto.io/Statement/v0.1"),
			"not a policypack attestation",
		},
		{
			"another predicate", seal(PayloadType, PredicateType, "https://slsa.dev/provenance/v1"),
			"not a policypack attestation",
		},
		{
			"a predicate of others",
			seal(PayloadType, string(text), `{"_type":"`+StatementType+
				`","predicateType":"https://slsa.dev/provenance/v1","predicate":{"builder":1}}`),
			"not a policypack attestation",
		},
		{
			"a field of a newer version", seal(PayloadType, `"complete":true`, `"complete":true,"later":1`),
			"has fields that policypack",
		},
		{"something behind it", seal(PayloadType, string(text), string(text)+"{}"), "extra data after the statement"},
		{"no time", seal(PayloadType, `"2026-11-23T12:00:00Z"`, `""`), "has no time"},
		{"no JSON", seal(PayloadType, string(text), "x"), "not a policypack attestation"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Open(tt.give, public(key()))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v; want an error with %q", err, tt.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	all := Wanted{
		Kind: "preview", Organization: "acme", Project: "shop", Stack: "production", Commit: commit,
		Configuration: digest,
		Version:       "0.1.0", Pack: digest, MaxAge: time.Hour,
	}
	tests := []struct {
		name string
		give func(*report.Report, *Run)
		want func(*Wanted)
		now  time.Time
		says []string // nil where it is good enough
	}{
		{name: "all that is wanted"},
		{name: "nothing wanted", want: func(w *Wanted) { *w = Wanted{} }},
		{name: "the last second", now: noon.Add(time.Hour)},
		{name: "clocks that differ", now: noon.Add(-Skew)},
		{name: "exempted, undecided and in the baseline", give: func(r *report.Report, _ *Run) {
			r.Findings = append(r.Findings[3:3], r.Findings[2], r.Findings[4], r.Findings[6])
		}},
		{
			name: "violations", give: func(*report.Report, *Run) {},
			says: []string{"2 violations (secret-name 2); expected none"},
		},
		{
			name: "not complete", give: func(r *report.Report, a *Run) { clean(r, a); a.Complete = false },
			says: []string{"the run did not complete"},
		},
		{
			name: "errors", give: func(r *report.Report, a *Run) {
				clean(r, a)
				r.Errors = []report.Error{{Message: "x"}}
			},
			says: []string{"the run did not complete", "1 error: not everything"},
		},
		{name: "every policy disabled", give: func(r *report.Report, a *Run) {
			clean(r, a)
			r.Policies = []report.Policy{{Name: "settings", Level: "mandatory"}}
		}, says: []string{"every policy was disabled"}},
		{name: "every policy disabled in effect", give: func(r *report.Report, a *Run) {
			clean(r, a)
			r.Policies = r.Policies[:1]
			r.Disabled = []report.Disabled{{Name: "secret-name", From: "allowTypes", Effect: true}}
		}, says: []string{"every policy was disabled"}},
		{name: "one policy disabled in effect on an account", give: func(r *report.Report, a *Run) {
			clean(r, a)
			r.Disabled = []report.Disabled{
				{Name: "secret-name", From: "levelByAccount", Effect: true, Where: "account 1"},
			}
		}},
		{
			name: "another kind", want: func(w *Wanted) { w.Kind = "update" },
			says: []string{"another run: preview of acme/shop/production; expected update of acme/shop/production"},
		},
		{
			name: "no preview at all", give: func(r *report.Report, a *Run) { clean(r, a); r.Sources[0].Kind = "state" },
			want: func(w *Wanted) { w.Kind = "" },
			says: []string{"another run: state of acme/shop/production; expected preview or update of " +
				"acme/shop/production"},
		},
		{
			name: "policy analyze, which is of no stack", give: func(r *report.Report, a *Run) {
				clean(r, a)
				r.Sources[0].Organization, r.Sources[0].Project, r.Sources[0].Stack = "", "", ""
			}, want: func(w *Wanted) { *w = Wanted{Kind: "preview"} },
			says: []string{"it is for another run: preview; expected preview of a stack"},
		},
		{
			name: "of no stack, and any kind wanted", give: func(r *report.Report, a *Run) {
				clean(r, a)
				r.Sources[0].Organization, r.Sources[0].Project, r.Sources[0].Stack = "", "", ""
			}, want: func(w *Wanted) { *w = Wanted{} },
			says: []string{"it is for another run: preview; expected preview or update of a stack"},
		},
		{name: "the rules and bundles that are wanted", give: func(r *report.Report, a *Run) {
			clean(r, a)
			a.Pack.Rules, a.Pack.Bundles = digest, []Bundle{{Digest: digest}}
		}, want: func(w *Wanted) {
			w.Added = &Pack{Rules: digest, Bundles: []Bundle{{Digest: digest, Revision: "r7"}}}
		}},
		{
			name: "rules of the same names, and another bundle", give: func(r *report.Report, a *Run) {
				clean(r, a)
				a.Pack.Rules, a.Pack.Bundles = strings.Repeat("f", 64), nil
			}, want: func(w *Wanted) { w.Added = &Pack{Rules: digest, Bundles: []Bundle{{Digest: digest}}} },
			says: []string{
				"other rules of the organisation were in effect: SHA-256 " + strings.Repeat("f", 64) + "; expected " + digest,
				"another bundle was in effect: SHA-256 none; expected " + digest,
			},
		},
		{
			name: "another organization", want: func(w *Wanted) { w.Organization = "umbrella" },
			says: []string{"expected preview of umbrella/shop/production"},
		},
		{
			name: "another project", want: func(w *Wanted) { w.Project = "web" },
			says: []string{"expected preview of acme/web/production"},
		},
		{
			name: "another stack", want: func(w *Wanted) { w.Stack = "dev" },
			says: []string{"expected preview of acme/shop/dev"},
		},
		{name: "any organization", want: func(w *Wanted) { w.Organization = "" }},
		{
			name: "another commit", want: func(w *Wanted) { w.Commit = strings.Repeat("f", 40) },
			says: []string{"another commit: " + commit + "; expected " + strings.Repeat("f", 40)},
		},
		{
			name: "no commit", give: func(r *report.Report, a *Run) { clean(r, a); a.Commit = nil },
			says: []string{"it has no commit; expected " + commit},
		},
		{
			name: "dirty", give: func(r *report.Report, a *Run) { clean(r, a); a.Commit.Dirty = true },
			says: []string{"changes to tracked files on top of commit"},
		},
		{name: "dirty where no commit is asked", give: func(r *report.Report, a *Run) {
			clean(r, a)
			a.Commit.Dirty = true
		}, want: func(w *Wanted) { w.Commit = "" }},
		{
			name: "another configuration", want: func(w *Wanted) { w.Configuration = strings.Repeat("b", 64) },
			says: []string{"another configuration was in effect: digest " + digest},
		},
		{
			name: "no configuration", give: func(r *report.Report, a *Run) { clean(r, a); r.Digest = "" },
			says: []string{"the run had no configuration"},
		},
		{
			name: "another version", want: func(w *Wanted) { w.Version = "0.2.0" },
			says: []string{"policypack 0.1.0 ran; expected 0.2.0"},
		},
		{
			name: "another program", want: func(w *Wanted) { w.Pack = strings.Repeat("b", 64) },
			says: []string{"another program ran"},
		},
		{
			name: "stale", now: noon.Add(time.Hour + time.Second),
			says: []string{"it is 1h0m1s old (created at 2026-11-23T12:00:00Z); expected at most 1h0m0s"},
		},
		{name: "from the future", now: noon.Add(-Skew - time.Second), says: []string{"it was created in the future"}},
		{
			name: "several at once", want: func(w *Wanted) { w.Stack, w.Version = "dev", "0.2.0" },
			says: []string{"another run", "expected 0.2.0"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			give, now, w := tt.give, tt.now, all
			if give == nil {
				give = clean
			}
			if now.IsZero() {
				now = noon.Add(time.Minute)
			}
			if tt.want != nil {
				tt.want(&w)
			}
			got := w.Refused(statement(t, give), now)
			if len(got) != len(tt.says) {
				t.Fatalf("got %q; want %q", got, tt.says)
			}
			for i := range got {
				if !strings.Contains(got[i], tt.says[i]) {
					t.Errorf("got %q; want %q", got[i], tt.says[i])
				}
			}
		})
	}
}

// Exceptions that the engine applied change the counts, and nothing else of the run.
func TestAgain(t *testing.T) {
	t.Parallel()
	r, about := run()
	var before bytes.Buffer
	if err := report.Write(&before, r, report.JSON, report.Options{}); err != nil {
		t.Fatal(err)
	}
	s := statement(t, nil)
	after, err := report.Read(before.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for i := range after.Findings {
		if f := &after.Findings[i]; f.Class() == report.Violation {
			f.Exceptions = []exception.Exception{{ID: "PEX-7", Reason: "r"}}
		}
	}
	got, err := s.Again(before.Bytes(), after)
	if err != nil {
		t.Fatal(err)
	}
	if c := got.Predicate.Counts; c.Violation != 0 ||
		c.Exempted != s.Predicate.Counts.Violation+s.Predicate.Counts.Exempted {
		t.Errorf("counts: got %+v, before %+v", c, s.Predicate.Counts)
	}
	if !slices.Contains(got.Predicate.Exemptions, Exemption{ID: "PEX-7", Exception: true, Findings: 2}) {
		t.Errorf("exemptions: got %+v", got.Predicate.Exemptions)
	}
	if diff := cmp.Diff([]any{
		s.Predicate.Time, s.Predicate.Complete, about.Commit, about.Pack,
		s.Predicate.Configuration,
	},
		[]any{
			got.Predicate.Time, got.Predicate.Complete, got.Predicate.Commit, got.Predicate.Pack,
			got.Predicate.Configuration,
		}); diff != "" {
		t.Errorf("the run: mismatch (-want +got)\n%s", diff)
	}
	if _, err := s.Again([]byte("{}"), after); err == nil || !strings.Contains(err.Error(), "for another report") {
		t.Errorf("another report: got %v", err)
	}
}
