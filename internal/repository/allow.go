package repository

import (
	"bytes"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
)

const allowWord = "policypack:allow"

// openers are the comment markers of all languages, for files of an unknown language. A marker comes before its own
// prefixes.
var openers = [...]string{"<!--", "{{/*", "{{!--", "/*", "//", "--", "#", ";", "%", "REM ", "rem ", "::", "'"}

// allows collects the suppression comments of the file. A comment that contains a secret itself has no reason.
func (x *examination) allows() {
	x.file.Allows = allowsOf(x.data, x.dialect.Comments)
	for i := range x.file.Allows {
		a := &x.file.Allows[i]
		if x.shown(a.Reason) != a.Reason {
			a.Reason = ""
		}
		for k, name := range a.Policies {
			a.Policies[k] = x.shown(name)
		}
	}
}

// Comments returns the suppression comments of a file as written. Their text may contain a secret.
func Comments(name string, data []byte) []facts.Allow {
	return allowsOf(data, namedBy(name, data).dialect.Comments)
}

// allowsOf returns the suppression comments of a text. Signs are its comment markers.
func allowsOf(data []byte, signs []string) []facts.Allow {
	// from its rarest letter on, which takes half the time
	if !bytes.Contains(data, []byte(allowWord[len("policypac"):])) {
		return nil
	}
	if signs == nil {
		signs = openers[:]
	}
	var all []facts.Allow
	alone := map[int]bool{}
	number, last := 0, 0
	for line := range strings.Lines(string(data)) {
		number++
		if strings.TrimSpace(line) != "" {
			last = number
		}
		a, whole, ok := allowIn(strings.TrimRight(line, "\r\n"), signs)
		if !ok {
			continue
		}
		a.At.Line, a.Line = number, number
		if alone[number] = whole; whole {
			a.Line++
		}
		all = append(all, a)
	}
	for i := len(all) - 2; i >= 0; i-- { // of several comments above each other, all are about the line below them
		if all[i].Line > all[i].At.Line && alone[all[i].Line] && all[i].Line < last {
			all[i].Line = all[i+1].Line
		}
	}
	return all
}

// allowIn returns the comment on a line, and whether the line contains nothing else.
func allowIn(line string, signs []string) (a facts.Allow, whole, ok bool) {
	i := strings.Index(line, allowWord)
	if i < 0 {
		return a, false, false
	}
	before := strings.TrimRight(line[:i], " \t")
	start := -1
	for _, sign := range signs {
		if rest, ok := strings.CutSuffix(before+" ", strings.TrimRight(sign, " ")+" "); ok {
			if start = len(rest); start > 0 && !isBlank(rest[start-1]) &&
				strings.IndexByte(",;)}]", rest[start-1]) < 0 {
				return a, false, false // within quotes: it speaks of such a comment
			}
			break
		}
	}
	if start < 0 {
		return a, false, false
	}
	rest := line[i+len(allowWord):]
	if rest != "" && !isBlank(rest[0]) && rest[0] != ':' {
		return a, false, false
	}
	names, reason, _ := strings.Cut(rest, ":")
	a.Policies = strings.FieldsFunc(closed(names), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	a.Reason = closed(reason)
	a.At.Column = start + 1
	return a, strings.TrimSpace(line[:start]) == "", true
}

// closed cuts off the end marker of a comment.
func closed(s string) string {
	for _, end := range [...]string{"*/}}", "*/", "-->", "--}}"} {
		s, _, _ = strings.Cut(s, end)
	}
	return strings.TrimSpace(s)
}
