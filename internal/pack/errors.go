package pack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/policyfile"
)

// Mistake is an error at a position in a file.
type Mistake struct {
	File    string
	Row     int
	Message string
}

// Errors are all mistakes found while loading, reported together.
type Errors []Mistake

// InFile returns the mistakes of the named policy file.
func InFile(name string, mistakes []policyfile.Mistake) Errors {
	var out Errors
	for _, m := range mistakes {
		out = append(out, Mistake{File: name, Row: m.Row, Message: m.Message})
	}
	return out
}

func (e *Errors) add(file string, row int, format string, args ...any) {
	*e = append(*e, Mistake{file, row, fmt.Sprintf(format, args...)})
}

// Error lists the mistakes by file and line, one per line, as file:line: message.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, m := range e.sorted() {
		lines[i] = m.File + ": " + m.Message
		if m.Row > 0 {
			lines[i] = fmt.Sprintf("%s:%d: %s", m.File, m.Row, m.Message)
		}
	}
	return strings.Join(slices.Compact(lines), "\n")
}

func (e Errors) sorted() Errors {
	s := slices.Clone(e)
	order.Stable(s, func(a, b Mistake) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), strings.Compare(a.Message, b.Message))
	})
	return s
}

// orNil returns the errors as an error, nil if there are none.
func (e Errors) orNil() error {
	if len(e) == 0 {
		return nil
	}
	return e
}
