// Package lazy compiles regular expressions on their first use. Every start of the program, and so every preview, would
// pay for those that a package compiles as it is initialised.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a function that returns the compiled expression. Like [regexp.MustCompile], the function panics if the
// expression is malformed, which a test rules out for all of this program.
func Regexp(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
