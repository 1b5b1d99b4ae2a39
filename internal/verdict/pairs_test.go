package verdict

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// TestPairsAreAll compares the table with what the rules say.
func TestPairsAreAll(t *testing.T) {
	t.Parallel()
	target := regexp.MustCompile(`"policy": "([a-z-]+)"`)
	named := func(fsys fs.FS, name string) (out []string) {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range target.FindAllStringSubmatch(string(text), -1) {
			out = append(out, m[1])
		}
		return out
	}
	// Policies that ask the library to whom they leave a finding.
	shared := append(named(rego.FS, "lib/finding.rego"), named(rego.FS, "lib/credential.rego")...)
	got := map[[2]string]bool{}
	err := fs.WalkDir(policies.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".rego") || strings.HasSuffix(name, "_test.rego") {
			return err
		}
		text, err := fs.ReadFile(policies.FS, name)
		if err != nil {
			return err
		}
		if strings.Contains(string(text), "input.enabled") {
			t.Errorf("%s asks whether a policy is switched on; want yields", name)
		}
		from := strings.ReplaceAll(strings.Split(name, "/")[0], "_", "-")
		to := named(policies.FS, name)
		if strings.Contains(string(text), "data.lib.finding.yields") {
			to = append(to, shared...)
		}
		for _, policy := range to {
			got[[2]string{from, policy}] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// What holds no value of a secrets manager has no other owner.
	delete(got, [2]string{"plaintext-secret-config", "secret-value-in-program"})
	delete(got, [2]string{"plaintext-secret-config", "raw-secret-resource"})
	want := map[[2]string]bool{}
	for _, p := range pairs {
		want[[2]string{p.from, p.to}] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

var ownPackOf = sync.OnceValues(func() (*pack.Pack, error) {
	return pack.Load(pack.Own(policies.FS, rego.FS), "https://example.com")
})

func ownPack(t *testing.T) *pack.Pack {
	t.Helper()
	p, err := ownPackOf()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// configured is a configuration on the stack production. The parameters are those of the settings.
func configured(t *testing.T, p *pack.Pack, levels map[string]pack.Level, parameters map[string]any,
	unknown map[string]string,
) *Config {
	t.Helper()
	settings := map[string]pack.Setting{pack.SettingsPolicy: {Parameters: parameters}}
	for name, l := range levels {
		settings[name] = pack.Setting{Level: l}
	}
	for name, answer := range unknown {
		s := settings[name]
		s.Parameters = map[string]any{"onUnknown": answer}
		settings[name] = s
	}
	config, err := p.Configure(settings)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(p, config, Given{When: expiry.When{Now: now}})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = c.On(rollout.Place{Stack: "production"}); err != nil {
		t.Fatal(err)
	}
	return c
}

const (
	urn   = "urn:pulumi:production::shop::aws:secretsmanager/secretVersion:SecretVersion::db"
	other = "urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::db"
)

// easing is a way to make a policy milder, and whether the other policy's finding then has to count by itself.
type easing struct {
	name       string
	levels     func(p pair) map[string]pack.Level
	parameters func(policy, urn, path string) map[string]any
	to         func(d *evaluator.Decision) // changes the other policy's decision
	silent     bool                        // the other policy decides nothing
	comment    bool                        // a comment in the file lets the other policy's finding pass
	fileOnly   bool
	left       bool // the finding is still left to the other policy
	// Where from and to are one policy, a level is that of both.
	leftAlone bool
}

func exempted(expires string) func(policy, urn, path string) map[string]any {
	return func(policy, urn, _ string) map[string]any {
		return map[string]any{"exemptions": map[string]any{"x": map[string]any{
			"policies": []any{policy}, "urn": urn, "reason": "a test", "owner": "us", "expires": expires,
		}}}
	}
}

func baseline(expires string) func(policy, urn, path string) map[string]any {
	return func(policy, urn, path string) map[string]any {
		return map[string]any{"baseline": map[string]any{"expires": expires, "findings": []any{
			map[string]any{"policy": policy, "urn": urn, "path": path},
		}}}
	}
}

func to(l pack.Level) func(pair) map[string]pack.Level {
	return func(p pair) map[string]pack.Level { return map[string]pack.Level{p.to: l} }
}

func setting(name string, value func(policy string) any) func(policy, urn, path string) map[string]any {
	return func(policy, _, _ string) map[string]any { return map[string]any{name: value(policy)} }
}

var easings = []easing{
	{name: "nothing", left: true, leftAlone: true},
	{name: "an exemption", parameters: exempted("2026-12-31")},
	{name: "an exemption that has expired", parameters: exempted("2026-11-01"), left: true, leftAlone: true},
	{name: "the baseline", parameters: baseline("2026-12-31")},
	{name: "a baseline that has expired", parameters: baseline("2026-11-01"), left: true, leftAlone: true},
	{name: "advisory", levels: to(pack.Advisory), leftAlone: true},
	{name: "disabled", levels: to(pack.Disabled), silent: true},
	{
		name: "all advisory but one", leftAlone: true,
		levels: func(p pair) map[string]pack.Level {
			levels := map[string]pack.Level{}
			for _, q := range pairs {
				levels[q.from], levels[q.to] = pack.Advisory, pack.Advisory
			}
			levels[p.from] = pack.Mandatory
			return levels
		},
	},
	{
		name: "both advisory", left: true, leftAlone: true,
		levels: func(p pair) map[string]pack.Level {
			return map[string]pack.Level{p.from: pack.Advisory, p.to: pack.Advisory}
		},
	},
	{
		name: "mandatory from a day to come", leftAlone: true,
		parameters: setting("enforceFrom", func(policy string) any { return map[string]any{policy: "2026-12-01"} }),
	},
	{
		name: "mandatory from a day gone by", left: true, leftAlone: true,
		parameters: setting("enforceFrom", func(policy string) any { return map[string]any{policy: "2026-11-01"} }),
	},
	{
		name: "advisory on this stack", leftAlone: true,
		parameters: setting("levelByStack",
			func(policy string) any { return map[string]any{"prod*": map[string]any{policy: "advisory"}} }),
	},
	{
		name: "advisory on another stack", left: true, leftAlone: true,
		parameters: setting("levelByStack",
			func(policy string) any { return map[string]any{"staging": map[string]any{policy: "advisory"}} }),
	},
	{name: "undecided", to: func(d *evaluator.Decision) { d.Undecided = true }},
	{name: "lowered by the policy itself", to: func(d *evaluator.Decision) { d.Advisory = true }},
	{name: "a comment in the file", comment: true, fileOnly: true},
}

// TestEasingOnePolicySilencesNoOther goes through all pairs and all ways to ease the policy to which a finding is left,
// in one call and across two.
func TestEasingOnePolicySilencesNoOther(t *testing.T) {
	t.Parallel()
	p := ownPack(t)
	for _, pair := range pairs {
		for _, e := range easings {
			if e.fileOnly && !pair.file {
				continue
			}
			for _, earlier := range []bool{false, true} {
				if earlier && pair.file {
					continue // a file is one call
				}
				name := fmt.Sprintf("%s left to %s: %s", pair.from, pair.to, e.name)
				if earlier {
					name += ", said in an earlier call"
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					tryPair(t, p, pair, e, earlier)
				})
			}
		}
	}
}

func tryPair(t *testing.T, p *pack.Pack, pair pair, e easing, earlier bool) {
	t.Helper()
	alone := pair.from == pair.to // a version and its secret
	levels := map[string]pack.Level{pair.from: pack.Mandatory, pair.to: pack.Mandatory}
	if e.levels != nil {
		maps.Copy(levels, e.levels(pair))
	}
	subject, about := Subject{URN: urn}, urn
	mine := evaluator.Decision{Policy: pair.from, Message: "mine", Path: []any{"secretString"}}
	theirs := evaluator.Decision{Policy: pair.to, Message: "theirs", Path: mine.Path}
	target := evaluator.Target{Policy: pair.to, Owns: pair.owns}
	path := "secretString"
	switch {
	case pair.file:
		subject.File = &facts.File{Name: "a", Kind: facts.FileOther}
		subject.URN, about, path = subject.File.URN(), subject.File.URN(), ""
		mine.Path, mine.At = nil, place.Position{Line: 3, Column: 1}
		theirs.Path, theirs.At = nil, mine.At
		if !pair.owns {
			target.At = mine.At
		}
		if e.comment {
			subject.File.Allows = []facts.Allow{
				{At: mine.At, Line: 3, Policies: []string{pair.to}, Reason: "an example"},
			}
		}
	case alone || earlier && !pair.owns:
		theirs.URN, target.URN, about = other, other, other
	}
	var parameters map[string]any
	if e.parameters != nil {
		parameters = e.parameters(pair.to, about, path)
	}
	if e.to != nil {
		e.to(&theirs)
	}
	mine.Yields = []evaluator.Target{target}
	c := configured(t, p, levels, parameters, nil)
	run := NewRun(facts.NewRun(nil, "2026-11-23"))
	decisions := []evaluator.Decision{mine}
	switch {
	case e.silent && alone:
		decisions = nil // a policy that is switched off is not asked
	case e.silent:
	case earlier:
		c.Findings(run, subject, []evaluator.Decision{theirs})
	default:
		decisions = append(decisions, theirs)
	}
	left := e.left
	if alone {
		left = e.leftAlone
	}
	var got []string
	for _, f := range slices.Concat(c.Findings(run, subject, decisions)) {
		if f.Message == "mine" || strings.HasPrefix(f.Message, "mine\n") {
			got = append(got, fmt.Sprintf("%s %q", f.Level, f.LeftTo))
		}
	}
	var want []string
	if len(decisions) > 0 {
		level := levels[pair.from]
		if alone && (strings.Contains(e.name, "a day to come") || strings.Contains(e.name, "on this stack")) {
			level = pack.Advisory
		}
		to := ""
		if left {
			to = pair.to
		}
		want = []string{fmt.Sprintf("%s %q", level, to)}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// TestUndecided shows that what could not be decided is left to anything that counts as much, and that nothing decided
// is left to it.
func TestUndecided(t *testing.T) {
	t.Parallel()
	p := ownPack(t)
	for _, tt := range []struct {
		name           string
		mine, theirs   bool // undecided
		onMine, onThem string
		want           []string // who is shown
	}{
		{"both decided", false, false, "warn", "warn", []string{"raw-secret-resource"}},
		{"mine alone undecided", true, false, "warn", "warn", []string{"raw-secret-resource"}},
		{"mine alone undecided, and denied", true, false, "deny", "warn", []string{"raw-secret-resource"}},
		{
			"theirs alone undecided", false, true, "warn", "warn",
			[]string{"raw-secret-resource", "secret-value-in-program"},
		},
		{
			"theirs alone undecided, and denied", false, true, "warn", "deny",
			[]string{"raw-secret-resource", "secret-value-in-program"},
		},
		{"both undecided", true, true, "warn", "warn", []string{"raw-secret-resource"}},
		{
			"both undecided, mine denied", true, true, "deny", "warn",
			[]string{"raw-secret-resource", "secret-value-in-program"},
		},
		{"both undecided, theirs denied", true, true, "warn", "deny", []string{"raw-secret-resource"}},
		{"both undecided, theirs allowed", true, true, "warn", "allow", []string{"secret-value-in-program"}},
	} {
		c := configured(t, p, nil, nil,
			map[string]string{"raw-secret-resource": tt.onThem, "secret-value-in-program": tt.onMine})
		got, _ := c.Findings(NewRun(facts.NewRun(nil, "2026-11-23")), Subject{URN: urn}, []evaluator.Decision{
			{Policy: "raw-secret-resource", Message: "theirs", Undecided: tt.theirs},
			{
				Policy: "secret-value-in-program", Message: "mine", Undecided: tt.mine,
				Yields: []evaluator.Target{{Policy: "raw-secret-resource"}},
			},
		})
		if diff := cmp.Diff(tt.want, policiesOf(got)); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.name, diff)
		}
	}
}

func policiesOf(findings []Finding) (policies []string) {
	for i := range findings {
		policies = append(policies, findings[i].Policy)
	}
	slices.Sort(policies)
	return policies
}
