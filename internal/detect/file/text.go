package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Text is a literal of source code, or a here-document, that may be a file of its own.
type Text struct {
	From, To int  // of what is in it
	Escaped  bool // a backslash in it is no character
	// Documents reports whether it is the documentation of the code below it.
	Documents bool
}

// lexer goes through source code from literal to literal, and continues from the last call.
type lexer struct {
	at   int // the end of what it has passed
	last Text
}

// Inside returns the literal around the offset. Offsets should not decrease between calls.
func (f *Source) Inside(i int) (Text, bool) {
	l := &f.lexer
	start := l.at
	for l.at <= i && l.at < len(f.Text) {
		f.pass(l, i)
	}
	f.Work += max(0, l.at-start)
	return l.last, l.last.From <= i && i < l.last.To
}

// pass goes to the end of the next literal or comment, or of what comes before i.
func (f *Source) pass(l *lexer, i int) {
	t := f.Text
	shell := f.dialect.Has(dialect.Commands) // its quotes need not be in pairs: only here documents are followed
	j := l.at
	for j <= i && j < len(t) && (t[j] >= '0' || strings.IndexByte("\"'#/-<", t[j]) < 0) && t[j] != '`' && t[j] != '<' {
		j++
	}
	l.at = j + 1
	if j > i || j >= len(t) {
		return
	}
	switch c := t[j]; {
	case c == '#' && f.dialect.Has(dialect.HashComment), c == '-' && f.dialect.Has(dialect.DashComment) &&
		strings.HasPrefix(t[j:], "--"), c == '/' && strings.HasPrefix(t[j:], "//") &&
		f.dialect.Has(dialect.SlashComment):
		l.at = lineEnd(t, j)
	case c == '/' && strings.HasPrefix(t[j:], "/*") && f.dialect.Has(dialect.SlashComment):
		l.at = after(t, j+2, "*/")
	case c == '<' && strings.HasPrefix(t[j:], "<<"):
		f.hereDocument(l, j)
	case shell:
	case c == '`' && !f.dialect.Has(dialect.HashComment):
		l.take(t, j+1, after(t, j+1, "`"), 1, strings.Contains(t[j+1:min(len(t), j+256)], "\\n"))
	case c == '"' || c == '\'':
		f.quotes3(l, j)
	}
}

// take makes the text from from to end, whose last bytes are its closing delimiter, the latest literal.
func (l *lexer) take(t string, from, end, closing int, escaped bool) {
	l.at = end
	if to := end - closing; to > from && end <= len(t) {
		l.last = Text{From: from, To: to, Escaped: escaped}
	}
}

// quotes3 skips the literal whose quote is at j: a triple-quoted, multi-line or single-line one.
func (f *Source) quotes3(l *lexer, j int) {
	t := f.Text
	q := t[j]
	if three := t[j:min(len(t), j+3)]; three == `"""` || three == "'''" {
		documents := documented(t[:j]) && f.dialect == dialect.Script
		l.take(t, j+3, after(t, j+3, three), 3, true)
		l.last.Documents = documents
		return
	}
	lines := j+1 < len(t) && t[j+1] == '\n' || j > 0 && strings.IndexByte("@#", t[j-1]) >= 0 // "⏎…", @"…", r#"…"
	for k := j + 1; k < len(t) && k-j < 1<<16; k++ {
		switch t[k] {
		case '\\':
			k++
		case '\n':
			if !lines {
				return
			}
		case q:
			l.take(t, j+1, k+1, 1, true)
			return
		}
	}
}

// documented reports whether a literal that begins after the text is a statement of its own.
func documented(before string) bool {
	before = strings.TrimRight(before, " \trRbBuU")
	return before == "" || before[len(before)-1] == '\n'
}

// hereDocument skips the lines up to the word after << at j.
func (f *Source) hereDocument(l *lexer, j int) {
	t := f.Text
	i := j + 2
	for i < len(t) && i-j < 8 && strings.IndexByte("<-~ '\"\\", t[i]) >= 0 {
		i++
	}
	k := ascii.Run(t, i, ascii.Alnum|ascii.Dash, 32)
	if k == i || !ascii.IsUpper(t[i]) {
		return
	}
	from := lineEnd(t, k) + 1
	for at := from; at < len(t); at = lineEnd(t, at) + 1 {
		if line := strings.TrimLeft(t[at:lineEnd(t, at)], " \t"); strings.HasPrefix(line, t[i:k]) {
			l.take(t, from, at, 0, false)
			return
		}
	}
}

func lineEnd(t string, i int) int {
	if j := strings.IndexByte(t[i:], '\n'); j >= 0 {
		return i + j
	}
	return len(t)
}

// after returns where the text after the mark begins, or the end.
func after(t string, i int, mark string) int {
	if j := strings.Index(t[min(i, len(t)):], mark); j >= 0 {
		return i + j + len(mark)
	}
	return len(t)
}

// Candidate reports whether a possible secret follows the name. If not, the literal need not be searched for it.
func (f *Source) Candidate(n Name) bool {
	t := f.Text
	i := n.after
	switch {
	case t[i] == '=', t[i] == ':':
		i++
	case n.Key == "PASSWORD" && t[i] == '\'': // of SQL
		return true
	case t[n.From] != '-', n.after == n.to:
		return false
	}
	for stop := min(len(t), i+4); i < stop && (ascii.IsSpace(t[i]) || strings.IndexByte("\"'\\", t[i]) >= 0); {
		i++
	}
	digit := false
	j := i
	for ; j < len(t) && j-i < 64 && t[j] > ' ' && strings.IndexByte("\"'`\\", t[j]) < 0; j++ {
		digit = digit || ascii.IsDigit(t[j]) || strings.IndexByte("!#$%&*+@^~", t[j]) >= 0
	}
	return digit && j-i >= 6 || i < len(t) && (t[i] == '|' || t[i] == '>') && t[n.after] == ':'
}

// Single reports whether the name may have a value in a single-line literal: it is a flag, or an SQL keyword.
func (f *Source) Single(n Name) bool { return f.Text[n.From] == '-' || f.Text[n.after] == '\'' }
