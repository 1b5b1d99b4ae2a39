package looks

import (
	"iter"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// fallbacks are functions, in any case and without underscores, that return one of their arguments if another is
// missing.
const fallbacks = " default coalesce ternary orelse unwrapor unwraporelse getorelse getordefault or try lookup d " +
	"ifnull nvl isnull firstnonempty firstnonblank defaultifempty defaultifblank requirenonnullelse "

// Fallbacks returns the quoted literals at or after at that are fallbacks for a missing value, in the expression, of
// any language, that begins at from and ends with its line: x ?? "…", x || "…", x ? y : "…", x or "…", y if x else "…",
// default "…" x, coalesce(x, "…"), x.orElse("…").
func Fallbacks(t string, from, at int) iter.Seq[Part] {
	return func(yield func(Part) bool) {
		var open [12]int // where the brackets are open
		depth, question := 0, false
		for i := from; i < len(t) && i-from < 512; i++ {
			switch c := t[i]; c {
			case '(', '[', '{':
				if depth++; depth <= len(open) {
					open[depth-1] = i //nolint:gosec // depth is never below 0
				}
			case ')', ']', '}':
				if depth--; depth < 0 {
					depth = 0
				}
			case '?':
				question = true
			case ';':
				return
			case '\n':
				if !continued(t[i+1:]) {
					return
				}
			case '"', '\'', '`':
				j := i + 1
				for j < len(t) && t[j] != c && t[j] != '\n' {
					if t[j] == '\\' {
						j++
					}
					j++
				}
				if j >= len(t) || t[j] == '\n' {
					continue // an apostrophe
				}
				begin := from
				if depth > 0 && depth <= len(open) {
					begin = open[depth-1] + 1 //nolint:gosec // as above
				}
				if i >= at && j-i > 4 && standsIn(t[from:begin], t[begin:i], t[j+1:], question) &&
					!yield(Part{From: i + 1, To: j, Default: true}) {
					return
				}
				i = j
			}
		}
	}
}

// continued reports whether a line continues the expression of the one before it.
func continued(line string) bool {
	line = strings.TrimLeft(line, " \t")
	for _, p := range [...]string{"??", "||", "?", ": ", ".or", ".unwrap", "or ", "else "} {
		if strings.HasPrefix(line, p) {
			return true
		}
	}
	return false
}

// standsIn reports whether the context of a literal makes it the fallback for a missing value: the text before the
// enclosing bracket, the text between the two, and the text after the literal.
func standsIn(outside, before, after string, question bool) bool {
	before = strings.TrimRight(before, " \t\r\n")
	after = strings.TrimLeft(after, " \t\r\n")
	if after != "" && strings.IndexByte("+%[&", after[0]) >= 0 {
		return false
	}
	for _, p := range [...]string{"??", "||", "?:", "??=", "||="} {
		if strings.HasSuffix(before, p) {
			return true
		}
	}
	last := before[strings.LastIndexAny(before, " \t()|,")+1:]
	switch {
	case last == "or", last == "else", last == "default", last == "default=", last == "default:":
		return true
	case question && strings.HasSuffix(before, ":"),
		strings.HasSuffix(before, "?") && strings.HasPrefix(after, ":"):
		return true
	case strings.HasSuffix(outside, "{") && strings.Contains(outside, "fetch("): // ENV.fetch("X") { "…" }
		return strings.TrimLeft(before, " ") == ""
	}
	if i := strings.LastIndexAny(before, "|{("); i >= 0 { // x | default "…"
		before = before[i+1:]
	}
	if first, _, _ := strings.Cut(strings.TrimLeft(before, " -"), " "); fallback(first) {
		return true
	}
	if !strings.HasSuffix(outside, "(") {
		return false
	}
	call := outside[ascii.Back(outside, len(outside)-1, ascii.Alnum|ascii.Dash, 40) : len(outside)-1]
	if names.In(" lookup get ", call) && strings.Count(before, ",") < 2 {
		return false // its second argument is a key
	}
	return fallback(call) && (before == "" || strings.HasSuffix(before, ",") || strings.HasSuffix(before, "|"))
}

func fallback(name string) bool {
	return len(name) < 24 && names.In(fallbacks, strings.ReplaceAll(name, "_", ""))
}
