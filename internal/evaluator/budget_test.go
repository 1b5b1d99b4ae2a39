package evaluator_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/evaluator"
)

var plenty = evaluator.Budget{Limit: time.Minute, On: "a resource", Setting: "ruleSeconds"}

// loops takes hours.
const loops = `deny contains {"message": "x"} if {
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	a + b == 300000
}`

func TestARuleThatLoopsIsNamed(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]string{
		"deny": loops,
		"undecided": "deny contains {\"message\": \"x\"} if false\n\n" +
			strings.Replace(loops, "deny", "undecided", 1),
		"in a comprehension": "deny contains {\"message\": $\"{count(all)}\"} if all := {c | some a in " +
			"numbers.range(1, 100000); some b in numbers.range(1, 100000); c := a + b}",
		"in every": "deny contains {\"message\": \"x\"} if {\n\tevery a in numbers.range(1, 100000) {\n" +
			"\t\tevery b in numbers.range(1, 100000) {\n\t\t\ta + b > 0\n\t\t}\n\t}\n}",
		"in a walk of what it made": "deny contains {\"message\": \"x\"} if {\n\twide := [[[y | some y in " +
			"numbers.range(1, 1000)] | some z in numbers.range(1, 1000)] | some a in numbers.range(1, 100000)]\n" +
			"\twalk(wide, [_, v])\n\tv == \"x\"\n}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := plenty
			b.Limit = 20 * time.Millisecond
			_, err := policy(t, rules).Decide(context.Background(), document(), b)
			want := "policy r: the organisation's rules have used more than the 20ms of CPU time that they may take " +
				"on a resource"
			if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "ruleSeconds") {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

// A caller that has gone does not wait for the budget.
func TestACallThatIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := policy(t, loops).Decide(ctx, document(), plenty); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}
