package session

import (
	"time"

	"github.com/progression-labs-development/policypack/internal/evaluator"
)

// perResource is what the rules about a stack may take for each of its resources, beside what the settings give them.
const perResource = 10 * time.Millisecond

// budget is what an organisation's rules may take on a resource or on a file.
func (c call) budget(on string) evaluator.Budget {
	return c.seconds("ruleSeconds", on)
}

// stackBudget is what they may take on a stack of n resources.
func (c call) stackBudget(n int) evaluator.Budget {
	b := c.seconds("ruleSecondsPerStack", "the stack")
	b.Limit += time.Duration(n) * perResource
	return b
}

func (c call) seconds(setting, on string) evaluator.Budget {
	n, _ := c.config.Settings[setting].(float64)
	return evaluator.Budget{Limit: time.Duration(n * float64(time.Second)), On: on, Setting: setting}
}
