package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// worded reports whether the trigram at i is in a word that gives a name a tier.
func worded(t string, i int) bool {
	rest := t[i:]
	switch rest[0] | 0x20 {
	case 'p', 'k':
		return true
	case 'e':
		return i >= 1 && t[i-1]|0x20 == 's' && (ascii.PrefixFold(rest, "ecret") || ascii.PrefixFold(rest, "ecure"))
	case 'o':
		return i >= 1 && (t[i-1]|0x20 == 't' && ascii.PrefixFold(rest, "oken") ||
			t[i-1]|0x20 == 'n' && ascii.PrefixFold(rest, "oecho"))
	case 'n':
		return ascii.PrefixFold(rest, "nsitive")
	case 'c':
		return ascii.PrefixFold(rest, "cred")
	case '$', '_' | 0x20:
		return len(rest) > 3 && !ascii.IsLetter(rest[3])
	case 'u':
		return i >= 1 && t[i-1]|0x20 == 'a'
	}
	return false
}

func nameChar(c byte) bool { return ascii.IsWord(c) || c == '_' || c == '-' || c == '.' || c == '$' }

// maxFileName bounds the length of a name that is looked at.
const maxFileName = 80

// Name returns the name around offset i, which is at a trigram of a word in names of secrets, and the end of the name.
// ok reports whether the text after it may precede a value. The end is 0 if there is no such word.
func (f *Source) Name(i int) (n Name, end int, ok bool) {
	t := f.Text
	if !worded(t, i) {
		return n, 0, false
	}
	to := i + 3
	for to < len(t) && to-i < maxFileName && nameChar(t[to]) {
		to++
	}
	f.Work += to - i
	if to == len(t) || to-i == maxFileName {
		return n, to, false
	}
	n = Name{to: to, after: to}
	w := to
	if t[w] == '\\' && w+1 < len(t) && (t[w+1] == '"' || t[w+1] == '\'') {
		w++
		n.escaped = true
	}
	if t[w] == '"' || t[w] == '\'' || t[w] == '`' {
		n.quote = t[w]
		w++
	}
	for w < len(t) && (t[w] == ']' || t[w] == ')' && n.quote != 0) {
		w++
	}
	stop := min(len(t), w+64)
	for w < stop && (t[w] == ' ' || t[w] == '\t') {
		w++
	}
	n.after = w
	if w+1 >= len(t) || !f.separated(n) {
		return n, to, false
	}
	from := i
	for from > 0 && i-from < maxFileName && nameChar(t[from-1]) {
		from--
	}
	f.Work += i - from
	if i-from == maxFileName {
		return n, to, false
	}
	n.From, n.Key = from, strings.Trim(t[from:to], ".-$")
	if f.dialect.Has(dialect.SemiComment) && strings.HasSuffix(n.Key, ".key") {
		n.Key = strings.ReplaceAll(n.Key, ".", "_") // api.key of properties
	}
	if t[n.after] == '(' {
		n.Key = setter(n.Key)
	}
	return n, to, true
}

// Word returns the name around offset i, as Name does, and its end. ok reports whether it may be the name of a value in
// a document: not if it is a word of a sentence or of a comment.
func (f *Source) Word(i int) (key string, end int, ok bool) {
	t := f.Text
	if !worded(t, i) {
		return "", 0, false
	}
	from, to := i, i+3
	for to < len(t) && to-i < maxFileName && nameChar(t[to]) {
		to++
	}
	for from > 0 && i-from < maxFileName && nameChar(t[from-1]) {
		from--
	}
	w := to
	for w < len(t) && w-to < 8 && (t[w] == ' ' || t[w] == '\t') {
		w++
	}
	f.Work += w - from
	sentence := w > to && w < len(t) && (ascii.IsWord(t[w]) || t[w] == '(') && t[from] != '-'
	return strings.Trim(t[from:to], ".-$"), to, !sentence && !f.Comment(i)
}

// separated reports whether the text after the name may precede a value. Most names end here.
func (f *Source) separated(n Name) bool {
	t := f.Text
	switch c := t[n.after]; c {
	case '=', ':', '?', '|', ',', '(', '[', '>', '.':
		return true
	case '{', '\n', '\r', '}':
		return strings.HasPrefix(t[n.after:], "{ get") || n.quote != 0 || c != '{' && f.dialect.Has(dialect.Colon)
	case '<':
		return f.dialect.Has(dialect.Markup)
	case '"', '\'':
		return n.after > n.to
	default:
		return n.after > n.to && (ascii.IsWord(c) || f.dialect&(dialect.Spaced|dialect.Commands) != 0)
	}
}
