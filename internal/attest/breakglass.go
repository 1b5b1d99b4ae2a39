package attest

import (
	"fmt"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/report"
)

// BreakGlass is a signed token that let the run pass, by its id. The report has its reason.
type BreakGlass struct {
	ID      string `json:"id"`
	Until   string `json:"until"`   // RFC 3339 in UTC
	Passed  int    `json:"passed"`  // findings that would have stopped the run
	Outages int    `json:"outages"` // what was broken in the pack itself
}

func breakGlassOf(r *report.Report) []BreakGlass {
	var out []BreakGlass
	for _, b := range r.BreakGlass {
		out = append(out, BreakGlass{b.ID, b.Until, b.Passed, len(b.Outages)})
	}
	return out
}

// passed reports whether the run has passed by break-glass and that is good enough. Then neither what counted nor
// whether all of it was checked can be asked for: the pack itself may have been what was broken.
func (w Wanted) passed(p *Predicate) bool { return w.BreakGlass && len(p.BreakGlass) > 0 }

// broken says that a run has passed by break-glass where that is not good enough, empty where there is nothing to say.
// A token lets nothing pass after its end, and what it has let pass before is no more good for a deployment then.
func (w Wanted) broken(p *Predicate, now time.Time) string {
	if len(p.BreakGlass) == 0 {
		return ""
	}
	if w.BreakGlass {
		for _, b := range p.BreakGlass {
			if until, err := time.Parse(time.RFC3339, b.Until); err != nil || !now.Before(until) {
				return fmt.Sprintf("the run passed with break-glass (%s), which expired at %s; expected a run "+
					"that passes without it, or with a token that is still valid", b.ID, b.Until)
			}
		}
		return ""
	}
	var ids []string
	passed := 0
	for _, b := range p.BreakGlass {
		ids = append(ids, b.ID+" until "+b.Until)
		passed += b.Passed
	}
	return fmt.Sprintf("the run passed with break-glass (%s), although %d of its findings would have blocked it; "+
		"expected a run that passes without it, or --break-glass", strings.Join(ids, ", "), passed)
}
