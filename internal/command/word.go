package command

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxWork is the maximum number of bytes that expanding the words of a text may produce.
const maxWork = 16 << 20

// option is one of the possible values of a part of a word.
type option struct {
	text   string
	fields []string // in place of text, of "$@" and the like
	list   bool
	split  bool // not quoted: blanks end a field
}

// partial is a word under construction.
type partial struct {
	done []string
	cur  string
	open bool
}

func (p *partial) end() {
	if p.open {
		p.done, p.cur, p.open = append(p.done, p.cur), "", false
	}
}

func (p partial) with(o option) partial {
	p.done = slices.Clip(p.done)
	switch {
	case o.list:
		for i, f := range o.fields {
			if i > 0 {
				p.end()
			}
			p.cur, p.open = p.cur+f, true
		}
	case o.split && strings.ContainsAny(o.text, " \t\n"):
		words := strings.Fields(o.text)
		if strings.ContainsAny(o.text[:1], " \t\n") {
			p.end()
		}
		for i, w := range words {
			if i > 0 {
				p.end()
			}
			p.cur, p.open = p.cur+w, true
		}
		if strings.ContainsAny(o.text[len(o.text)-1:], " \t\n") {
			p.end()
		}
	default:
		p.cur, p.open = p.cur+o.text, p.open || !o.split || o.text != ""
	}
	return p
}

// fields returns the possible expansions of a word: lists of arguments.
func (m *machine) fields(w *syntax.Word) [][]string {
	if w == nil {
		return nil
	}
	if !m.literal && syntax.SplitBraces(w) {
		m.work += len(w.Parts)
	}
	for i, part := range w.Parts {
		b, ok := part.(*syntax.BraceExp)
		if !ok {
			continue
		}
		all := [][]string{nil}
		for _, elem := range b.Elems {
			if b.Sequence {
				elem = &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: Unknown}}}
			}
			if m.spent() {
				return all
			}
			m.work += 64 * len(w.Parts)
			whole := &syntax.Word{Parts: slices.Concat(w.Parts[:i], elem.Parts, w.Parts[i+1:])}
			all = product(all, m.fields(whole))
		}
		return all
	}
	parts := m.parts(w.Parts, false)
	all := make([][]string, 0, len(parts))
	for _, p := range parts {
		p.end()
		all = append(all, p.done)
	}
	return all
}

// product appends each list of the second to each of the first. It takes ownership of the first.
func product(a, b [][]string) [][]string {
	if len(b) == 1 { // as for nearly every word of a command, which may have thousands
		for i := range a {
			a[i] = append(a[i], b[0]...)
		}
		return a
	}
	var all [][]string
	for _, x := range a {
		for _, y := range b {
			if len(all) < maxAlts {
				all = append(all, slices.Concat(x, y))
			}
		}
	}
	return all
}

func (m *machine) parts(parts []syntax.WordPart, quoted bool) []partial {
	all := []partial{{}}
	for _, part := range parts {
		options := m.options(part, quoted)
		next := make([]partial, 0, len(options))
		for _, p := range all {
			for _, o := range options {
				if len(next) == maxAlts {
					break
				}
				q := p.with(o)
				m.work += len(q.cur) + len(o.text)
				if len(q.cur) > maxValue {
					q.cur = Unknown
				}
				if m.work > m.workLimit {
					m.fail(ErrTooComplex)
					q = partial{cur: Unknown, open: true}
				}
				next = append(next, q)
			}
		}
		all = next
	}
	return all
}

// text returns the first possible value of a word, with its fields joined.
func (m *machine) text(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	parts := m.parts(w.Parts, true)
	p := parts[0]
	if len(p.done) == 0 {
		return p.cur
	}
	p.end()
	return strings.Join(p.done, " ")
}

// texts returns all possible values of a word, unsplit, as for an assignment.
func (m *machine) texts(w *syntax.Word) []string {
	if w == nil {
		return []string{""}
	}
	var all []string
	for _, p := range m.parts(w.Parts, true) {
		p.end()
		all = append(all, strings.Join(p.done, " "))
	}
	return all
}

// options returns the possible values of a part of a word. If quoted is set, blanks do not end a field.
func (m *machine) options(part syntax.WordPart, quoted bool) []option {
	if m.literal {
		switch part.(type) {
		case *syntax.Lit, *syntax.SglQuoted, *syntax.DblQuoted:
		default:
			return []option{{text: Unknown}}
		}
	}
	switch part := part.(type) {
	case *syntax.Lit:
		return []option{{text: unescape(part.Value, false)}}
	case *syntax.SglQuoted:
		if part.Dollar {
			return []option{{text: ansi(part.Value)}}
		}
		return []option{{text: part.Value}}
	case *syntax.DblQuoted:
		return m.quoted(part)
	case *syntax.ParamExp:
		return m.parameter(part, quoted)
	case *syntax.CmdSubst:
		m.branch++
		out := m.statements(part.Stmts, stream{text: Unknown})
		m.branch--
		return []option{{text: strings.TrimRight(out, "\n"), split: !quoted}}
	case *syntax.ProcSubst:
		m.branch++
		defer func() { m.branch-- }()
		path := "/dev/fd/63" // never one that a text names
		out := m.statements(part.Stmts, stream{text: Unknown})
		if part.Op != syntax.CmdOut {
			path += Unknown
			m.files[path] = out
		}
		return []option{{text: path}}
	case *syntax.ArithmExp:
		m.inside(part.X)
	}
	return []option{{text: Unknown}}
}

func (m *machine) quoted(q *syntax.DblQuoted) []option {
	if len(q.Parts) == 1 && !m.literal {
		if p, ok := q.Parts[0].(*syntax.ParamExp); ok {
			return m.parameter(p, true)
		}
	}
	var options []option
	for _, p := range m.parts(inQuotes(q.Parts), true) {
		if len(p.done) == 0 {
			options = append(options, option{text: p.cur})
			continue
		}
		p.end()
		options = append(options, option{fields: p.done, list: true})
	}
	return options
}

// inQuotes resolves the escapes of literals as double quotes and here-documents do.
func inQuotes(parts []syntax.WordPart) []syntax.WordPart {
	parts = slices.Clone(parts)
	for i, part := range parts {
		if l, ok := part.(*syntax.Lit); ok {
			parts[i] = &syntax.SglQuoted{Value: unescape(l.Value, true)}
		}
	}
	return parts
}

// document returns the text of a here-document.
func (m *machine) document(r *syntax.Redirect) string {
	var b strings.Builder
	if quoted := r.Word.Lit(); quoted == "" || strings.Contains(quoted, "\\") {
		for _, part := range r.Hdoc.Parts {
			if l, ok := part.(*syntax.Lit); ok {
				b.WriteString(l.Value)
			}
		}
	} else if p := m.parts(inQuotes(r.Hdoc.Parts), true)[0]; true {
		p.end()
		b.WriteString(strings.Join(p.done, " "))
	}
	if r.Op == syntax.DashHdoc {
		return strings.ReplaceAll("\n"+b.String(), "\n\t", "\n")[1:]
	}
	return b.String()
}
