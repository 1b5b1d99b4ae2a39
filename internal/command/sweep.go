package command

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// follow follows a text with a machine and, if that gives up, sweeps it with another one that follows nothing and
// matches each command literally. The start of a text must not hide the rest of it.
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

// Sweep returns the uses in a text by the literal words of its commands, in linear time. Unlike [Parse], it does not
// follow variables, functions or files.
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

// next sets separate limits for the next command, proportional to its size, so that a sweep takes linear time and no
// command uses up the limits of later ones.
func (m *machine) next(size int) {
	m.steps, m.work = 0, 0
	m.stepLimit, m.workLimit = 256+size, 64<<10+64*size
}

// more reports whether another command, or part of a text, of the given size may be followed.
func (m *machine) more(size int) bool {
	if m.literal && m.depth < 2 {
		m.next(size)
		return true
	}
	return !m.spent()
}

// sweep parses a text command by command. It ignores their output.
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

// walk visits all commands of a text, at any depth.
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

// plain matches a simple command with its redirections, and returns its output.
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

// shadow matches a command that calls a function of the text. What the function does with its arguments is not
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

// hasTool reports whether a word is the name of a tool in the table.
func hasTool(word string) bool {
	word = canonical(base(word))
	for i := range entries {
		if tool, _, _ := strings.Cut(entries[i].words, " "); tool == word {
			return true
		}
	}
	return false
}
