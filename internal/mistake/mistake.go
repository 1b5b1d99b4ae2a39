// Package mistake says what is wrong with a policy configuration, and where in it.
//
// All that reads a configuration reports its mistakes as a [List], the engine's run and `policypack config validate`
// alike; the command knows the rows of a file and so of the mistakes. A text repeats no value of the configuration:
// what was put there by mistake may be a secret. Keys and ids are no values, and a day that could be read is no secret.
package mistake

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Mistake is one thing that is wrong with a configuration, or that it probably does not mean.
type Mistake struct {
	// Path leads to it: the policy, then the parameter and what lies below it. It ends with a key that should not be
	// there, and before one that is missing.
	Path place.Path
	Text string // what is wrong, and what is expected

	whole bool // the text says where it is
}

// String writes the mistake with its place.
func (m Mistake) String() string {
	switch {
	case m.whole || len(m.Path) == 0:
		return m.Text
	case len(m.Path) == 1:
		return fmt.Sprintf("policy %v: %s", m.Path[0], m.Text)
	default:
		return fmt.Sprintf("policy %v: parameters: %s: %s", m.Path[0], m.Path[1:], m.Text)
	}
}

// List is everything that is wrong with a configuration.
type List []Mistake

// Add adds what is wrong at a place.
func (l *List) Add(path place.Path, format string, args ...any) {
	*l = append(*l, Mistake{Path: slices.Clone(path), Text: fmt.Sprintf(format, args...)})
}

// Say adds a text that says itself where it is, as those of rules do.
func (l *List) Say(path place.Path, text string) {
	*l = append(*l, Mistake{Path: slices.Clone(path), Text: text, whole: true})
}

// Err returns the list as an error, nil where it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error lists the mistakes, one a line and each once.
func (l List) Error() string {
	return "the policy configuration is not valid:\n  " + strings.Join(l.Lines(), "\n  ")
}

// Lines returns the mistakes as texts, each once.
func (l List) Lines() (out []string) {
	for _, m := range l {
		if line := m.String(); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// Texts that several packages write.
const (
	// Day is how a day is written.
	Day = "expected a day such as 2027-01-31"
	// Moment is how a day or a time is written.
	Moment = "expected a day such as 2027-01-31, or a time such as 2027-01-31T15:04:05Z"
)

// NoPolicy is the text about a name in a list, which is a value, where no policy has it.
func NoPolicy(name string, known []string) string {
	if hint := nearest.DidYouMean(name, known); hint != "" {
		return "there is no such policy" + hint
	}
	return "there is no such policy; `policypack list` shows all"
}

// Join joins errors that are lists, and nils, into one list.
func Join(errs ...error) (all List) {
	for _, err := range errs {
		var l List
		if errors.As(err, &l) {
			all = append(all, l...)
		}
	}
	return all
}
