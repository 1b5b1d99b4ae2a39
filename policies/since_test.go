package policies_test

import (
	"bufio"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/blang/semver"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// What is new must say so, or the setting adopt lets it stop everybody on the day of an upgrade. The file
// first-release.txt holds what the first release had: each policy with the number of its rules deny and undecided, and
// each detector.
func TestWhatIsNewSaysSince(t *testing.T) {
	t.Parallel()
	rules, detectors := firstRelease(t)
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), "docs")
	if err != nil {
		t.Fatal(err)
	}
	plain, kinds := map[string]int{}, map[string][]string{}
	for file, m := range modules(t) {
		if strings.HasSuffix(file, "_test.rego") || !strings.HasPrefix(file, "policies/") {
			continue
		}
		name := strings.ReplaceAll(path.Base(path.Dir(file)), "_", "-")
		for _, r := range m.Rules {
			if rule := r.Head.Ref()[0].Value.String(); rule != "deny" && rule != "undecided" {
				continue
			}
			if kind, ok := kindOf(r); ok {
				kinds[name] = append(kinds[name], kind)
			} else {
				plain[name]++
			}
		}
	}
	for _, q := range p.Policies {
		if q.Name == pack.SettingsPolicy {
			continue // mandatory whatever adopt says
		}
		of := fmt.Sprintf("%s: METADATA", q)
		released, known := rules[q.Name]
		checkSince(t, of+": custom.since", q.Since)
		switch {
		case !known && q.Since == "":
			t.Errorf("%s: the policy is new: want custom.since with the version that will first have it", of)
		case known && q.Since != "":
			t.Errorf("%s: custom.since: the first release has the policy; give what is new a kind", of)
		case known && plain[q.Name] > released:
			t.Errorf("%s: %d rules say no kind, and the first release had %d: give what is new a \"kind\" in its "+
				"violation, and the kind a since in custom.kinds", of, plain[q.Name], released)
		case known && plain[q.Name] < released:
			t.Errorf("%s: %d rules say no kind: write that number into first-release.txt", of, plain[q.Name])
		}
		for name, k := range q.Kinds {
			checkSince(t, of+": custom.kinds."+name, k.Since)
			if !slices.Contains(kinds[q.Name], name) {
				t.Errorf("%s: custom.kinds.%s: no rule says it", of, name)
			}
		}
		for _, name := range kinds[q.Name] {
			if _, ok := q.Kinds[name]; !ok {
				t.Errorf("%s: custom.kinds: want %s, which a rule says", of, name)
			}
		}
	}
	for _, i := range detect.List() {
		checkSince(t, "detector "+i.ID+": Since", i.Since)
		if known := slices.Contains(detectors, i.ID); known != (i.Since == "") {
			t.Errorf("detector %s: Since is %q, and whether the first release has it: %v", i.ID, i.Since, known)
		}
	}
}

// checkSince checks that a version is one that there is, or the next one.
func checkSince(t *testing.T, where, since string) {
	t.Helper()
	if since == "" {
		return
	}
	v, err := semver.Parse(since)
	own := semver.MustParse(policypack.Version())
	next := semver.Version{Major: own.Major, Minor: own.Minor + 1}
	if err != nil || v.GT(next) && !v.EQ(semver.Version{Major: own.Major + 1}) {
		t.Errorf("%s: %q is neither a version up to %s nor the next one", where, since, own)
	}
}

// kindOf returns the kind that a rule's violation says.
func kindOf(r *ast.Rule) (kind string, ok bool) {
	ast.WalkTerms(r, func(t *ast.Term) bool {
		if o, is := t.Value.(ast.Object); is {
			if v := o.Get(ast.StringTerm("kind")); v != nil && o.Get(ast.StringTerm("message")) != nil {
				s, _ := v.Value.(ast.String)
				kind, ok = string(s), true
			}
		}
		return false
	})
	return kind, ok
}

func firstRelease(t *testing.T) (rules map[string]int, detectors []string) {
	t.Helper()
	file, err := os.Open("first-release.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // nothing was written
	rules = map[string]int{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		switch f := strings.Fields(lines.Text()); {
		case len(f) == 3 && f[0] == "policy":
			if rules[f[1]], err = strconv.Atoi(f[2]); err != nil {
				t.Fatal(err)
			}
		case len(f) == 2 && f[0] == "detector":
			detectors = append(detectors, f[1])
		default:
			t.Fatalf("first-release.txt: want policy NAME RULES or detector ID, got %q", lines.Text())
		}
	}
	return rules, detectors
}
