package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// The calls that take a name and then its value, in small letters and without underscores: those that set it, and those
// that have the value as a default.
const (
	setters = " setenv putenv define setproperty setenvironmentvariable withenv addenv set put setparameter " +
		"addproperty systemproperty withenvironment setdefault export setattr setitem addsecret createsecret setsecret "
	defaulters = " get str getproperty string stringvar stringp stringvarp fetch lookupenv config add option " +
		"flag param setting "
)

// argument finds the value after a quoted name and a comma: an argument of a call, --flag and its value in a list, a
// pair of a name and a value in braces.
func (f *Source) argument(n Name) (v Value, ok bool) {
	t := f.Text
	if n.quote == 0 {
		if n.From > 0 && t[n.From-1] == ':' && lineStarts(t, n.From-1, "set") { // set :password, 'x' of Ruby
			return f.literal(n, n.after+1, false)
		}
		return v, false
	}
	if t[n.From] == '-' {
		return f.literal(n, n.after+1, false)
	}
	open := f.opening(n.From - 1)
	if open < 0 {
		return v, false
	}
	at := n.after + 1
	if t[open] == '{' { // {"password", "x"}
		f.Fallback = true
		if strings.TrimLeft(t[open+1:n.From-1], " \t") != "" {
			return v, false
		}
		return f.literal(n, at, false)
	}
	var b [24]byte
	k := len(b)
	for i := open; i > 0 && k > 0 && (ascii.IsWord(t[i-1]) || t[i-1] == '_'); i-- {
		if t[i-1] != '_' {
			k--
			b[k] = ascii.ToLower(t[i-1])
		}
	}
	switch call := b[k:]; {
	case names.Within(setters, call):
	case names.Within(defaulters, call), strings.Contains(string(call), "env"),
		strings.Contains(string(call), "default"):
		f.Fallback = true
		if last := call[len(call)-1]; last == 'p' && call[0] == 's' { // StringP("password", "p", "x")
			if i := strings.IndexByte(t[at:min(len(t), at+16)], ','); i > 0 {
				at += i + 1
			}
		}
	default:
		return v, false
	}
	return f.literal(n, at, false)
}

// opening returns the offset of the bracket around the argument that begins at i, whether it is the first one or a
// later one; -1 if there is none.
func (f *Source) opening(i int) int {
	t := f.Text
	depth, stop := 0, max(0, i-96)
	for i--; i >= stop; i-- {
		switch t[i] {
		case ')', ']', '}':
			depth++
		case '(', '{', '[':
			if depth--; depth < 0 {
				if t[i] == '[' {
					return -1
				}
				f.Work += 96
				return i
			}
		case ';':
			return -1
		}
	}
	return -1
}
