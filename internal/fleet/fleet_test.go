package fleet

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/attest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// statement is a good attestation of an update, that ended the time after noon.
func statement(organization, project, stack string, after time.Duration) *attest.Statement {
	return &attest.Statement{Predicate: attest.Predicate{
		Time: noon.Add(after).Format(time.RFC3339), Complete: true, Configuration: "c1",
		Sources:  []attest.Source{{Kind: "update", Organization: organization, Project: project, Stack: stack}},
		Pack:     attest.Pack{Version: "1.2.0", Digest: "d1"},
		Policies: []attest.Policy{{Name: "a", Level: "mandatory"}},
	}}
}

// with changes a statement.
func with(s *attest.Statement, change func(p *attest.Predicate)) *attest.Statement {
	change(&s.Predicate)
	return s
}

// state is the state of shop/prod, written at noon.
func state(change func(s *State)) State {
	s := State{
		File: "prod.json", Project: "shop", Stack: "prod", Updated: noon, Changed: noon.Add(-time.Second),
		Resources: 3,
	}
	if change != nil {
		change(&s)
	}
	return s
}

// report compares states with attestations, four hours after noon.
func reportOf(t *testing.T, w Wanted, states []State, statements ...*attest.Statement) *Report {
	t.Helper()
	f, err := New(w, "1.2.3", noon.Add(4*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range statements {
		f.Attested(fmt.Sprintf("%d.json", i), s)
	}
	for _, s := range states {
		f.Deployed(s)
	}
	return f.Report()
}

func TestStatus(t *testing.T) {
	t.Parallel()
	preview := func(p *attest.Predicate) { p.Sources[0].Kind = "preview" }
	tests := []struct {
		name       string
		wanted     Wanted
		state      State
		statements []*attest.Statement
		want       Status
		reason     string // in the first one; empty where there is none
	}{
		{name: "no attestation", state: state(nil), want: Missing, reason: "no update has an attestation"},
		{
			name: "in the same second", state: state(nil),
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)}, want: Covered,
		},
		{
			name: "written in the same second, and rounded down", want: Covered,
			state: state(func(s *State) {
				s.Updated, s.Changed = noon.Add(900*time.Millisecond),
					noon.Add(800*time.Millisecond)
			}),
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)},
		},
		{
			name: "the last save comes up to a minute later", state: state(
				func(s *State) { s.Updated = noon.Add(Slack) }), want: Covered,
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)},
		},
		{
			name: "a save later than that", state: state(func(s *State) { s.Updated = noon.Add(Slack + 1) }),
			want:       Missing,
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)},
			reason:     "a refresh may have written it",
		},
		{
			name: "a change right after it", want: Missing, reason: "resources in it were created or modified since, " +
				"the last at 2026-11-23T12:00:01Z",
			state:      state(func(s *State) { s.Updated, s.Changed = noon.Add(2*time.Second), noon.Add(time.Second) }),
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)},
		},
		{
			name: "the newest attestation counts, in any order", state: state(nil), want: Covered,
			statements: []*attest.Statement{
				with(statement("acme", "shop", "prod", -time.Hour), func(p *attest.Predicate) { p.Complete = false }),
				statement("acme", "shop", "prod", 0),
				with(statement("acme", "shop", "prod", -time.Minute), func(p *attest.Predicate) {
					p.Counts.Violation = 1
				}),
			},
		},
		{
			name: "of two in a second, the worse one", state: state(nil), want: Refused, reason: "1 violation",
			statements: []*attest.Statement{
				statement("acme", "shop", "prod", 0), with(
					statement("acme", "shop", "prod", 0), func(p *attest.Predicate) { p.Counts.Violation = 1 }),
				statement("acme", "shop", "prod", 0),
			},
		},
		{
			name: "from the future, which would cover all that comes", state: state(nil), want: Refused,
			reason: "it was created in the future",
			statements: []*attest.Statement{
				statement("acme", "shop", "prod", 24*time.Hour),
				statement("acme", "shop", "prod", 0),
			},
		},
		{
			name: "not complete", state: state(nil), want: Refused, reason: "the run did not complete",
			statements: []*attest.Statement{
				with(statement("acme", "shop", "prod", 0), func(p *attest.Predicate) { p.Complete = false }),
			},
		},
		{
			name: "an old pack", wanted: Wanted{PackVersion: "1.10.0"}, state: state(nil), want: Refused,
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)},
			reason:     "policypack 1.2.0 ran; expected at least 1.10.0",
		},
		{
			name: "a pack before the release", wanted: Wanted{PackVersion: "1.2.0"}, state: state(nil), want: Refused,
			reason: "1.2.0-rc.1 ran",
			statements: []*attest.Statement{
				with(statement("acme", "shop", "prod", 0), func(p *attest.Predicate) {
					p.Pack.Version = "1.2.0-rc.1"
				}),
			},
		},
		{
			name: "a pack without a version", wanted: Wanted{PackVersion: "1.2.0"}, state: state(nil), want: Refused,
			reason: "expected at least",
			statements: []*attest.Statement{
				with(statement("acme", "shop", "prod", 0), func(p *attest.Predicate) { p.Pack.Version = "newest" }),
			},
		},
		{
			name: "another configuration", wanted: Wanted{Configuration: "c2"}, state: state(nil), want: Refused,
			reason:     "another configuration was in effect",
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)},
		},
		{
			name: "too old", wanted: Wanted{MaxAge: time.Hour}, state: state(nil), want: Refused,
			reason:     "it is 4h0m0s old",
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)},
		},
		{
			name: "every policy disabled", state: state(nil), want: Refused, reason: "every policy was disabled",
			statements: []*attest.Statement{with(statement("acme", "shop", "prod", 0), func(p *attest.Predicate) {
				p.Policies = []attest.Policy{{Name: "settings", Level: "mandatory"}, {Name: "a", Level: "disabled"}}
			})},
		},
		{
			name: "only a preview", state: state(nil), want: PreviewOnly,
			reason:     "the last attestation is for a preview",
			statements: []*attest.Statement{with(statement("acme", "shop", "prod", 0), preview)},
		},
		{
			name: "a preview after the last update", state: state(nil), want: PreviewOnly,
			reason: "the update at 2026-11-23T12:00:00Z has no attestation",
			statements: []*attest.Statement{
				statement("acme", "shop", "prod", -time.Hour),
				with(statement("acme", "shop", "prod", 0), preview),
			},
		},
		{
			name: "a preview before the last update", state: state(nil), want: Missing,
			reason: "ended at 2026-11-23T11:00:00Z",
			statements: []*attest.Statement{
				statement("acme", "shop", "prod", -time.Hour),
				with(statement("acme", "shop", "prod", -2*time.Hour), preview),
			},
		},
		{
			name: "another stack", state: state(nil), want: Missing, reason: "no update has an attestation",
			statements: []*attest.Statement{statement("acme", "shop", "dev", 0), statement("acme", "api", "prod", 0)},
		},
		{
			name: "a check of the state", state: state(nil), want: Missing, reason: "no update has an attestation",
			statements: []*attest.Statement{
				with(statement("acme", "shop", "prod", 0), func(p *attest.Predicate) { p.Sources[0].Kind = "state" }),
			},
		},
		{
			name: "the same organization", state: state(func(s *State) { s.Organization = "acme" }), want: Covered,
			statements: []*attest.Statement{
				statement("acme", "shop", "prod", 0),
				statement("globex", "shop", "prod", -time.Hour),
			},
		},
		{
			name: "another organization", state: state(func(s *State) { s.Organization = "globex" }), want: Missing,
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)},
			reason:     "there are attestations for acme/shop/prod",
		},
		{
			name: "a backend without organizations", state: state(func(s *State) { s.Organization = "organization" }),
			want:       Covered,
			statements: []*attest.Statement{statement("organization", "shop", "prod", 0)},
		},
		{
			name: "two organizations", state: state(nil), want: Ambiguous,
			reason: "2 organizations have attestations for a stack with this name (acme, organization)",
			statements: []*attest.Statement{
				statement("organization", "shop", "prod", 0),
				statement("acme", "shop", "prod", 0),
			},
		},
		{
			name: "nothing in it", state: state(func(s *State) { s.Resources = 0 }), want: Empty,
			reason: "never deployed, or was destroyed",
		},
		{
			name: "nothing but what was being created", state: state(func(s *State) { s.Resources, s.Pending = 0, 1 }),
			want:   Missing,
			reason: "no update has an attestation",
		},
		{
			name: "no time", state: state(func(s *State) { s.Updated = time.Time{} }), want: Unread,
			reason:     "manifest.time",
			statements: []*attest.Statement{statement("acme", "shop", "prod", 0)},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := reportOf(t, tt.wanted, []State{tt.state}, tt.statements...).Stacks[0]
			reason := ""
			if len(got.Reasons) > 0 {
				reason = got.Reasons[0]
			}
			if got.Status != tt.want || !strings.Contains(reason, tt.reason) || (reason == "") != (tt.reason == "") {
				t.Errorf("got %s, %q; want %s, %q", got.Status, got.Reasons, tt.want, tt.reason)
			}
			if exit := (&Report{Stacks: []Stack{got}}).Exit(); (exit == 0) != (tt.want == Covered || tt.want == Empty) {
				t.Errorf("got exit code %d", exit)
			}
		})
	}
}

// Of two states of the same name nobody knows which is the stack's, unless their organizations are known.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	of := func(file, organization string) State {
		return state(func(s *State) { s.File, s.Organization = file, organization })
	}
	attested := []*attest.Statement{statement("acme", "shop", "prod", 0), statement("globex", "shop", "prod", 0)}
	for name, tt := range map[string]struct {
		give []State
		want []Status
	}{
		"both unknown":      {[]State{of("a", ""), of("b", "")}, []Status{Ambiguous, Ambiguous}},
		"both of the same":  {[]State{of("a", "acme"), of("b", "acme")}, []Status{Ambiguous, Ambiguous}},
		"one of them known": {[]State{of("a", ""), of("b", "acme")}, []Status{Ambiguous, Covered}},
		"two organizations": {[]State{of("a", "acme"), of("b", "globex")}, []Status{Covered, Covered}},
	} {
		var got []Status
		for _, s := range reportOf(t, Wanted{}, tt.give, attested...).Stacks {
			got = append(got, s.Status)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
	}
}

// The order in which files come does not matter, in any form.
func TestOrder(t *testing.T) {
	t.Parallel()
	const n = 1000
	var want map[string]string
	for round := range 2 {
		f, err := New(Wanted{}, "1.2.3", noon.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		if round > 0 {
			rand.New(rand.NewPCG(1, 2)).Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		for _, i := range order {
			org, stack := fmt.Sprintf("org%d", i%3), fmt.Sprintf("s%03d", i)
			f.Attested(stack, with(
				statement(org, "shop", stack, 0), func(p *attest.Predicate) { p.Configuration = fmt.Sprint(i % 7) }))
			switch i % 10 {
			case 0:
				f.Ignored(stack, "changed")
			case 1:
				f.Unread(stack+".json", "broken")
			case 2:
			default:
				f.Deployed(state(func(s *State) { s.File, s.Organization, s.Stack = stack+".json", org, stack }))
			}
		}
		r := f.Report()
		got := map[string]string{}
		for _, form := range Forms.Names() {
			got[form] = written(t, r, form)
		}
		if round == 0 {
			want = got
			if n := r.Count(Covered); n != 700 {
				t.Errorf("%d are covered, want 700", n)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("mismatch (-want +got):\n%s", diff)
		}
	}
}
