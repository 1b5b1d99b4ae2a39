// Package mistake describes mistakes in a policy configuration, and where they are.
//
// All code that parses a configuration reports its mistakes as a [List], both in a run of the engine and in `policypack
// config validate`; the command maps paths to lines of the file. Texts never repeat values of the configuration, which
// may be misplaced secrets. Keys, ids and valid days are not secret.
package mistake

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Mistake is one mistake in a configuration, or something that is probably not intended.
type Mistake struct {
	// Path is the location: the policy, then the parameter and what is below it. It ends with an unexpected key, or
	// with the parent of a missing one.
	Path place.Path
	Text string // what is wrong and what is expected

	whole bool // the text includes the location
}

// String returns the mistake with its location.
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

// List is all the mistakes in a configuration.
type List []Mistake

// Add adds a mistake at a path.
func (l *List) Add(path place.Path, format string, args ...any) {
	*l = append(*l, Mistake{Path: slices.Clone(path), Text: fmt.Sprintf(format, args...)})
}

// Say adds a text that includes its location, as those of rules do.
func (l *List) Say(path place.Path, text string) {
	*l = append(*l, Mistake{Path: slices.Clone(path), Text: text, whole: true})
}

// Err returns the list as an error, or nil if it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error returns the mistakes, one per line, without duplicates.
func (l List) Error() string {
	return "invalid policy configuration:\n  " + strings.Join(l.Lines(), "\n  ")
}

// Lines returns the mistakes as text, without duplicates.
func (l List) Lines() (out []string) {
	for _, m := range l {
		if line := m.String(); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// Texts shared by several packages.
const (
	// Day describes the format of a day.
	Day = "expected a day such as 2027-01-31"
	// Moment describes the format of a day or time.
	Moment = "expected a day such as 2027-01-31, or a time such as 2027-01-31T15:04:05Z"
)

// NoPolicy returns the text about an unknown policy in a list.
func NoPolicy(name string, known []string) string {
	if hint := nearest.DidYouMean(name, known); hint != "" {
		return "unknown policy" + hint
	}
	return "unknown policy; `policypack list` lists them"
}

// Join joins errors, each a list or nil, into one list.
func Join(errs ...error) (all List) {
	for _, err := range errs {
		var l List
		if errors.As(err, &l) {
			all = append(all, l...)
		}
	}
	return all
}
