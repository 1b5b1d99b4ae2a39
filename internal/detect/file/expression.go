package file

import (
	"iter"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

// Fallbacks returns the literals that are fallbacks for a missing value in the expression beside the name, on its line:
// password = x ? y : "…", get("password") ?? "…".
func (f *Source) Fallbacks(n Name) iter.Seq[Value] {
	return func(yield func(Value) bool) {
		t := f.Text
		end := min(len(t), n.after+MaxText)
		if i := strings.IndexByte(t[n.after:end], '\n'); i >= 0 {
			end = min(end, n.after+i+128) // an expression may go on below
		}
		f.Work += end - n.after
		if !strings.ContainsAny(t[n.after:end], "\"'`") {
			return
		}
		from := max(0, n.From-128)
		from += strings.LastIndexByte(t[from:n.From], '\n') + 1
		for p := range looks.Fallbacks(t[:end], from, n.after) {
			if !yield(Value{p.From, p.To}) {
				return
			}
		}
	}
}

// defaulted finds the default of a variable of a shell, or of a placeholder of Spring: ${NAME:-literal},
// ${name:literal}. It ends at the bracket, and may be a template again.
func (f *Source) defaulted(n Name) (v Value, ok bool) {
	t := f.Text
	from := n.From - 2
	to := min(len(t), from+MaxText)
	if i := strings.IndexByte(t[from:to], '\n'); i >= 0 {
		to = from + i
	}
	depth := 0
	for i := from; i < to; i++ {
		switch t[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				f.Work += i - from
				return Value{from, i + 1}, true
			}
		}
	}
	return v, false
}
