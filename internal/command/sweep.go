package command

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// follow follows a text with a machine, and where that gives up sweeps it once more with one that follows nothing: it
// takes each command by the words that are written there. What a text does at its start must not hide what stands
// below.
func follow(kept *stored, read func(*machine)) ([]Use, error) {
	m := newMachine()
	m.stored = kept
	read(m)
	if m.stopped {
		s := newMachine()
		s.stored, s.literal, s.shadowed = kept, true, map[string]bool{}
		for name := range m.funcs {
			s.shadowed[name] = true
		}
		read(s)
		m.uses, m.session = append(m.uses, s.uses...), m.session || s.session
	}
	return m.result()
}

// Sweep returns the commands of a text by the words that are written there, in time in proportion to the text. It
// follows no variable, function or file; [Parse] does.
func Sweep(text string, lang Language) []Use {
	if !concerns(text) && !hands(text, nil) {
		return nil
	}
	m := newMachine()
	m.literal, m.shadowed = true, map[string]bool{}
	m.read(text, lang, stream{})
	uses, _ := m.result()
	return uses
}

// next gives the next command its own bounds, which grow with its size, so that a sweep takes time in proportion to the
// text and no command takes from those below it.
func (m *machine) next(size int) {
	m.steps, m.work = 0, 0
	m.stepLimit, m.workLimit = 256+size, 64<<10+64*size
}

// more reports whether a further command, or part of a text, of the size may be followed.
func (m *machine) more(size int) bool {
	if m.literal && m.depth < 2 {
		m.next(size)
		return true
	}
	return !m.spent()
}

// sweep reads a text command by command. It returns nothing of what they print.
func (m *machine) sweep(text string) {
	if m.depth > 1 {
		if m.work += len(text); m.work > m.workLimit {
			return
		}
	}
	if len(text) <= maxText && !steep(text) {
		if f, err := parse(text); err == nil {
			m.walk(f)
		} else {
			m.lines(text)
		}
		return
	}
	half := strings.LastIndexByte(text[:len(text)/2], '\n') + 1
	if half == 0 {
		half = strings.IndexByte(text, '\n') + 1
	}
	if half == 0 || half == len(text) {
		m.lines(text)
		return
	}
	m.sweep(text[:half])
	saved := m.place
	if !m.place.fixed {
		m.place.line += strings.Count(text[:half], "\n")
	}
	m.sweep(text[half:])
	m.place = saved
}

// walk takes all commands of a text, wherever they stand.
func (m *machine) walk(f *syntax.File) {
	syntax.Walk(f, func(n syntax.Node) bool {
		if d, ok := n.(*syntax.FuncDecl); ok && d.Name != nil {
			m.shadowed[d.Name.Value] = true
		}
		return true
	})
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			m.plain(n, stream{text: Unknown})
		case *syntax.BinaryCmd:
			if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
				if out := m.plain(n.X, stream{text: Unknown}); out != "" && out != Unknown {
					m.plain(n.Y, stream{text: out})
				}
			}
		}
		return true
	})
}

// plain takes a simple command with its redirections, and returns what it prints.
func (m *machine) plain(s *syntax.Stmt, in stream) string {
	if s == nil {
		return ""
	}
	c, simple := s.Cmd.(*syntax.CallExpr)
	size := len(in.text)
	if simple && len(c.Args) > 0 {
		size += int(c.End().Offset() - c.Pos().Offset())
	}
	for _, r := range s.Redirs {
		if r.Hdoc != nil {
			size += int(r.Hdoc.End().Offset() - r.Hdoc.Pos().Offset())
		}
	}
	if !m.more(size) {
		return ""
	}
	for _, r := range s.Redirs {
		in = m.input(r, in)
	}
	out := ""
	if simple {
		out = m.call(c, in)
	}
	for _, r := range s.Redirs {
		out = m.output(r, out)
	}
	return out
}

// shadow takes a command that a function of the text stands for. What the function does with its arguments is not
// followed, so a tool among them may be run.
func (m *machine) shadow(argv []string, in stream) string {
	m.doubt++
	defer func() { m.doubt-- }()
	for i, a := range argv[1:min(len(argv), maxWords)] {
		if hasTool(a) {
			m.program(argv[i+1:], in)
			break
		}
	}
	m.program(argv, in)
	return Unknown
}

// hasTool reports whether a word is the name of a tool of the table.
func hasTool(word string) bool {
	word = canonical(base(word))
	for i := range entries {
		if tool, _, _ := strings.Cut(entries[i].words, " "); tool == word {
			return true
		}
	}
	return false
}
