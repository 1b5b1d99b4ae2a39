package looks

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// Codelike reports whether an unquoted value could be an expression: a variable, a call, an index.
func Codelike(v string) bool {
	if strings.ContainsAny(v, "()[]{}<>$`\\") || v[0] == '*' || v[0] == '&' || v[len(v)-1] == ':' ||
		Selector(strings.TrimRight(v, ",")) {
		return true
	}
	return ascii.Run(v, 0, ascii.Lower|ascii.Upper|ascii.Dash|ascii.Dot, len(v)) == len(v) &&
		(!looksRandom(v) || Camel(v))
}

// Selector reports whether the text is a chain of names as code writes it: args.Password, request.token.
func Selector(v string) bool {
	dots, start := 0, 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && v[i] != '.' {
			if !ascii.IsWord(v[i]) && v[i] != '_' {
				return false
			}
			continue
		}
		if i == start || !ascii.IsLetter(v[start]) && v[start] != '_' || looksRandom(v[start:i]) &&
			!Camel(v[start:i]) && names.TierOf(v[start:i]) == names.None {
			return false
		}
		if i < len(v) {
			dots++
		}
		start = i + 1
	}
	return dots > 0
}
