package evaluator

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/race"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// Four times as many decisions take about four times as long, though each is looked up among as many findings: the
// bound is generous, since machines are busy, and far below the sixteen times of quadratic work.
func TestDecisionsFindTheirFindings(t *testing.T) {
	if testing.Short() || race.Enabled {
		t.Skip("measures, what the race detector makes another time of")
	}
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), "https://example.com")
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	median := func(n int) time.Duration {
		document := manyWritten(t, n)
		var times []time.Duration
		for range 3 {
			start := time.Now()
			decisions, err := e.Decide(t.Context(), document, Budget{})
			if err != nil {
				t.Fatal(err)
			}
			times = append(times, time.Since(start))
			about := map[int]bool{}
			for i := range decisions {
				about[decisions[i].Finding] = true
			}
			if len(decisions) != n || len(about) != n || about[0] {
				t.Fatalf("%d decisions about %d findings, want %d about as many", len(decisions), len(about), n)
			}
		}
		slices.Sort(times)
		return times[1]
	}
	few, many := median(500), median(2_000)
	if ratio := float64(many) / float64(few); ratio > 9 {
		t.Errorf("%v, then %v: four times the work takes %.1f times as long, want at most 9", few, many, ratio)
	}
}

// manyWritten is the document of a secret with n values that a policy denies by their place, each of which is found
// too.
func manyWritten(t *testing.T, n int) ast.Value {
	t.Helper()
	type object = map[string]any
	const urn, typ = "urn:pulumi:production::shop::kubernetes:core/v1:Secret::x", "kubernetes:core/v1:Secret"
	var written, findings []any
	for i := range n {
		path := []any{"data", fmt.Sprint("k", i)}
		written = append(written, object{
			"path": path, "state": "known", "marked": false, "placeholder": false, "ignored": false, "writeOnly": false,
			"literal": true, "generated": "no", "from": []any{},
		})
		findings = append(findings, object{
			"id": i + 1, "place": "property", "urn": urn, "type": typ, "name": "x", "ancestors": []any{}, "path": path,
			"key": "k", "detector": "x", "title": "a token", "reason": "format", "marked": false,
		})
	}
	document, err := ast.InterfaceToValue(object{
		"scope": "resource", "run": object{"today": "2026-11-23"}, "enabled": []any{"secret-value-in-program"},
		"policies": []any{
			object{"name": "secret-value-in-program", "package": "secret_value_in_program", "own": true},
		},
		"parameters": object{}, "findings": findings,
		"settings": object{
			"managers": []any{"kubernetes"}, "components": []any{}, "managersByStack": object{},
			"environments":       []any{},
			"environmentByStack": object{}, "blessedModules": []any{},
		},
		"kind": object{"class": "store", "manager": "kubernetes", "own": true, "token": typ},
		"resource": object{
			"urn": urn, "type": typ, "name": "x", "ancestors": []any{}, "properties": object{}, "unknown": []any{},
			"secret": []any{},
			"options": object{
				"protect": false, "ignoreChanges": []any{}, "aliases": []any{},
				"additionalSecretOutputs": []any{},
			},
			"written": written,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return document
}
