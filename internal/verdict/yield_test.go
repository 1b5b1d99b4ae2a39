package verdict

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// said lists findings as POLICY LEVEL, those that are left to another policy with its name.
func said(shown, left []Finding) (lines []string) {
	for i := range shown {
		lines = append(lines, fmt.Sprintf("%s %s", shown[i].Policy, shown[i].Level))
	}
	for i := range left {
		lines = append(lines, fmt.Sprintf("%s left to %s", left[i].Policy, left[i].LeftTo))
	}
	return lines
}

func targets(policies ...string) (out []evaluator.Target) {
	for _, policy := range policies {
		out = append(out, evaluator.Target{Policy: policy})
	}
	return out
}

// TestChains goes through findings that are left to findings that are left to others.
func TestChains(t *testing.T) {
	t.Parallel()
	const raw, value, plain = "raw-secret-resource", "secret-value-in-program", "plaintext-secret-property"
	chain := []evaluator.Decision{
		{Policy: plain, Message: "x", Yields: targets(value)},
		{Policy: raw, Message: "x"},
		{Policy: value, Message: "x", Yields: targets(raw)},
	}
	circle := []evaluator.Decision{
		{Policy: plain, Message: "x", Yields: targets(value)},
		{Policy: raw, Message: "x", Yields: targets(plain)},
		{Policy: value, Message: "x", Yields: targets(raw)},
	}
	itself := []evaluator.Decision{{Policy: raw, Message: "x", Yields: targets(raw)}}
	for _, tt := range []struct {
		name   string
		give   []evaluator.Decision
		levels map[string]pack.Level
		want   []string
	}{
		{"all count", chain, nil, []string{raw + " mandatory", plain + " left to " + value, value + " left to " + raw}},
		{
			"the end is advisory", chain,
			map[string]pack.Level{raw: pack.Advisory},
			[]string{raw + " advisory", value + " mandatory", plain + " left to " + value},
		},
		{
			"the middle is advisory", chain,
			map[string]pack.Level{value: pack.Advisory},
			[]string{raw + " mandatory", plain + " left to " + value, value + " left to " + raw},
		},
		{
			"the end and the middle are advisory", chain,
			map[string]pack.Level{raw: pack.Advisory, value: pack.Advisory},
			[]string{plain + " mandatory", raw + " advisory", value + " left to " + raw},
		},
		{
			"a circle keeps one", circle, nil,
			[]string{raw + " mandatory", plain + " left to " + value, value + " left to " + raw},
		},
		{"nothing is left to itself", itself, nil, []string{raw + " mandatory"}},
	} {
		c := configured(t, ownPack(t), tt.levels, nil, nil)
		got := said(c.Findings(NewRun(facts.NewRun(nil, "2026-11-23")), Subject{URN: urn}, tt.give))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.name, diff)
		}
	}
}

// TestPlacesOfTargets shows that a finding at one place stands for none at another.
func TestPlacesOfTargets(t *testing.T) {
	t.Parallel()
	file := &facts.File{Name: "a"}
	about := map[bool]Subject{false: {URN: urn}, true: {URN: file.URN(), File: file}}
	at := func(line int) place.Position { return place.Position{Line: line, Column: 2} }
	for _, tt := range []struct {
		name   string
		file   bool
		theirs evaluator.Decision
		target evaluator.Target
		want   bool // left
	}{
		{"anything in the resource", false, evaluator.Decision{Path: []any{"a"}}, evaluator.Target{}, true},
		{"the resource as a whole", false, evaluator.Decision{}, evaluator.Target{}, true},
		{"the same path", false, evaluator.Decision{Path: []any{"a", 0}}, evaluator.Target{Path: []any{"a", 0}}, true},
		{"another path", false, evaluator.Decision{Path: []any{"a", 1}}, evaluator.Target{Path: []any{"a", 0}}, false},
		{
			"the resource as a whole, where a path is meant", false,
			evaluator.Decision{},
			evaluator.Target{Path: []any{"a"}},
			false,
		},
		{"another resource that is named", false, evaluator.Decision{URN: other}, evaluator.Target{URN: other}, true},
		{"another resource that is not", false, evaluator.Decision{URN: other}, evaluator.Target{}, false},
		{"anything in the file", true, evaluator.Decision{At: at(7)}, evaluator.Target{}, true},
		{"the same line", true, evaluator.Decision{At: at(7)}, evaluator.Target{At: at(7)}, true},
		{"another line", true, evaluator.Decision{At: at(8)}, evaluator.Target{At: at(7)}, false},
	} {
		theirs, target := tt.theirs, tt.target
		theirs.Policy, theirs.Message, target.Policy = "committed-secret", "x", "committed-secret"
		mine := evaluator.Decision{Policy: "dotenv-file", Message: "x", Yields: []evaluator.Target{target}}
		c := configured(t, ownPack(t), nil, nil, nil)
		_, left := c.Findings(NewRun(facts.NewRun(nil, "2026-11-23")), about[tt.file],
			[]evaluator.Decision{theirs, mine})
		if got := len(left) == 1; got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestOwners goes through what a policy may say that owns a place. Where it says nothing, its level and what would let
// it pass count.
func TestOwners(t *testing.T) {
	t.Parallel()
	const owner, mine = "secret-value-in-program", "plaintext-secret-property"
	path := []any{"secretString"}
	for _, tt := range []struct {
		name       string
		levels     map[string]pack.Level
		parameters map[string]any
		theirs     []evaluator.Decision
		want       bool // left
	}{
		{name: "nothing", want: true},
		{name: "nothing, being advisory", levels: map[string]pack.Level{owner: pack.Advisory}},
		{
			name: "nothing, both being advisory", levels: map[string]pack.Level{owner: pack.Advisory, mine: pack.Advisory},
			want: true,
		},
		{name: "nothing, being disabled", levels: map[string]pack.Level{owner: pack.Disabled}},
		{name: "nothing, and an exemption is there", parameters: exempted("2026-12-31")(owner, urn, "")},
		{name: "nothing, and an exemption has expired", parameters: exempted("2026-11-01")(owner, urn, ""), want: true},
		{name: "nothing, and the baseline holds it", parameters: baseline("2026-12-31")(owner, urn, "secretString")},
		{
			name:       "nothing, being mandatory from a day to come",
			parameters: map[string]any{"enforceFrom": map[string]any{owner: "2026-12-01"}},
		},
		{name: "that it is wrong", theirs: []evaluator.Decision{{Path: path}}, want: true},
		{name: "that it cannot tell", theirs: []evaluator.Decision{{Path: path, Undecided: true}}},
		{
			name: "that another place is wrong", theirs: []evaluator.Decision{{Path: []any{"other"}, Undecided: true}},
			want: true,
		},
	} {
		c := configured(t, ownPack(t), tt.levels, tt.parameters, nil)
		decisions := []evaluator.Decision{{
			Policy: mine, Message: "x", Path: path, Yields: []evaluator.Target{{Policy: owner, Owns: true}},
		}}
		for _, d := range tt.theirs {
			d.Policy, d.Message = owner, "x"
			decisions = append(decisions, d)
		}
		_, left := c.Findings(NewRun(facts.NewRun(nil, "2026-11-23")), Subject{URN: urn}, decisions)
		if got := len(left) == 1; got != tt.want {
			t.Errorf("the owner says %s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestWhatIsEasedItselfStaysInSight shows that an exempted finding is not left to one that counts less than it would
// without the exemption, and that an exemption of what is left to another is in use.
func TestWhatIsEasedItselfStaysInSight(t *testing.T) {
	t.Parallel()
	const mine, theirs = "secret-value-in-program", "raw-secret-resource"
	decisions := []evaluator.Decision{
		{Policy: theirs, Message: "x"},
		{Policy: mine, Message: "x", Yields: targets(theirs)},
	}
	for _, tt := range []struct {
		level pack.Level
		want  []string
	}{
		{pack.Mandatory, []string{theirs + " mandatory", mine + " left to " + theirs}},
		{pack.Advisory, []string{theirs + " advisory", mine + " advisory"}},
	} {
		c := configured(t, ownPack(t), map[string]pack.Level{theirs: tt.level}, exempted("2026-12-31")(mine, urn, ""),
			nil)
		run := NewRun(facts.NewRun(nil, "2026-11-23"))
		got := said(c.Findings(run, Subject{URN: urn}, decisions))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.level, diff)
		}
		if notes := c.Pending(run, "shop", "production", urn, (*pack.Policy).Previews); len(notes) > 0 {
			t.Errorf("%s: the exemption is said to match nothing: %s", tt.level, notes[0].Message)
		}
	}
}

// TestARunForgetsTheOneBefore shows that nothing is left to a finding of another run.
func TestARunForgetsTheOneBefore(t *testing.T) {
	t.Parallel()
	const mine, theirs = "secret-value-in-program", "raw-secret-resource"
	c := configured(t, ownPack(t), nil, nil, nil)
	subject := Subject{URN: urn}
	run := NewRun(facts.NewRun(nil, "2026-11-23"))
	c.Findings(run, subject, []evaluator.Decision{{Policy: theirs, Message: "x"}})
	later := []evaluator.Decision{{Policy: mine, Message: "x", Yields: targets(theirs)}}
	if shown, left := c.Findings(run, subject, later); len(shown) != 0 || len(left) != 1 {
		t.Errorf("the same run: got %v", said(shown, left))
	}
	if shown, left := c.Findings(NewRun(facts.NewRun(nil, "2026-11-23")), subject, later); len(shown) != 1 ||
		len(left) != 0 {
		t.Errorf("another run: got %v", said(shown, left))
	}
}

// TestOldPaths shows that what may be left to another policy changes no path of another finding, by which a baseline of
// an earlier version knows it.
func TestOldPaths(t *testing.T) {
	t.Parallel()
	c := configured(t, ownPack(t), nil, nil, nil)
	file := &facts.File{Name: "a"}
	at := func(line int) place.Position { return place.Position{Line: line, Column: 1} }
	shown, left := c.Findings(NewRun(facts.NewRun(nil, "2026-11-23")), Subject{URN: file.URN(), File: file},
		[]evaluator.Decision{
			{Policy: "committed-secret", Message: "x", At: at(4)},
			{Policy: "workflow-oidc", Message: "x", At: at(3), Yields: targets("committed-secret")},
			{Policy: "workflow-oidc", Message: "x", At: at(9)},
		})
	var got []string
	for _, f := range append(shown, left...) {
		got = append(got, fmt.Sprintf("%s %d %v", f.Policy, f.At.Line, f.oldPath()))
	}
	want := []string{"committed-secret 4 ", "workflow-oidc 9 ", "workflow-oidc 3 [2]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func BenchmarkFindings(b *testing.B) {
	p, err := ownPackOf()
	if err != nil {
		b.Fatal(err)
	}
	config, err := p.Configure(nil)
	if err != nil {
		b.Fatal(err)
	}
	c, err := New(p, config, Given{When: expiry.When{Now: now}})
	if err != nil {
		b.Fatal(err)
	}
	if c, err = c.On(rollout.Place{Stack: "production"}); err != nil {
		b.Fatal(err)
	}
	decisions := []evaluator.Decision{
		{Policy: "raw-secret-resource", Message: "x"},
		{Policy: "secret-name", Message: "x", Path: []any{"name"}, Yields: targets("raw-secret-resource")},
	}
	b.ReportAllocs()
	run := NewRun(facts.NewRun(nil, "2026-11-23"))
	for b.Loop() {
		c.Findings(run, Subject{URN: urn}, decisions)
	}
}
