package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/file"
)

// literal searches the literal around the name as a file of its own if it is a text: several lines, or a command.
func (f *fileScan) literal(n file.Name) {
	if f.inner || !f.Literals() || !f.Candidate(n) {
		return
	}
	if x, ok := f.Inside(n.From); ok && (f.lined(x) || f.Single(n)) {
		f.into(x)
	}
}

// commanded searches the command or statement around the offset, which may be a literal.
func (f *fileScan) commanded(i int) {
	if f.Commands() {
		f.command(i)
	} else if i >= f.past && !f.inner && f.Literals() {
		if x, ok := f.Inside(i); ok {
			f.into(x)
		}
	}
}

// lined reports whether the literal has more than one line.
func (f *fileScan) lined(x file.Text) bool {
	t := f.Text[x.From:x.To]
	return strings.IndexByte(t, '\n') >= 0 || x.Escaped && strings.Contains(t, `\n`)
}

// into searches the literal.
func (f *fileScan) into(x file.Text) {
	s := f.s
	t := f.Text[x.From:x.To]
	if x.Escaped && strings.IndexByte(t, '\\') >= 0 {
		t = inPlace(t)
	}
	leave := f.Nest(x)
	defer leave()
	outer, ok := s.enter(t, x.From, x.To, true)
	if !ok {
		return
	}
	found := len(s.found)
	f.inner = true
	s.document()
	f.inner = false
	s.leave(outer)
	s.unique(found)
	f.past = max(f.past, x.To)
}

// inPlace decodes escapes without moving any other byte: a blank replaces the backslash.
func inPlace(t string) string {
	b := []byte(t)
	for i := 0; i+1 < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		b[i] = ' '
		switch i++; b[i] {
		case 'n', 'r':
			b[i] = '\n'
		case 't':
			b[i] = ' '
		}
	}
	return string(b)
}
