package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Comment reports whether the offset is in a comment or in the documentation of a function.
func (f *Source) Comment(i int) bool {
	if f.Decoded || f.nested {
		return false
	}
	t := f.Text
	begin := max(0, i-512)
	begin += strings.LastIndexByte(t[begin:i], '\n') + 1
	f.Work += i - begin
	line := strings.TrimLeft(t[begin:i], " \t")
	for _, c := range [...]struct {
		ways dialect.Values
		mark string
	}{
		{dialect.HashComment, "#"},
		{dialect.SlashComment, "//"},
		{dialect.SlashComment, "/*"},
		{dialect.SlashComment, "* "},
		{dialect.DashComment, "--"},
		{dialect.SemiComment, ";"},
		{dialect.Markup, "<!--"},
	} {
		if f.dialect.Has(c.ways) && (strings.HasPrefix(line, c.mark) && !strings.HasPrefix(line, "#define") ||
			strings.Contains(line, " "+c.mark+" ")) {
			return true
		}
	}
	return f.dialect.Has(dialect.SlashComment) && f.block(i) || f.dialect == dialect.Script && f.docstring(i)
}

// block reports whether the offset is in a comment whose line begins with /*. It continues from the last call.
func (f *Source) block(i int) bool {
	t, b := f.Text, &f.blocks
	if i < b.at {
		b.at, b.in = 0, false
	}
	f.Work += i - b.at
	for b.at < i {
		mark := "/*"
		if b.in {
			mark = "*/"
		}
		j := strings.Index(t[b.at:i], mark)
		if j < 0 {
			break
		}
		j += b.at
		b.at = j + 2
		if b.in || begins(t, j) {
			b.in = !b.in
		}
	}
	if b.at < i-1 {
		b.at = i - 1 // the mark may be cut here
	}
	return b.in
}

// begins reports whether only blanks precede i on its line.
func begins(t string, i int) bool {
	for i > 0 && (t[i-1] == ' ' || t[i-1] == '\t') {
		i--
	}
	return i == 0 || t[i-1] == '\n'
}

// docstring reports whether the offset is between triple quotes. It continues from the last call.
func (f *Source) docstring(i int) bool {
	q := &f.quotes
	if i < q.at {
		q.at, q.n = 0, 0
	}
	passed := f.Text[q.at:i]
	f.Work += len(passed)
	q.n += strings.Count(passed, `"""`) + strings.Count(passed, "'''")
	q.at = i
	return q.n%2 == 1
}
