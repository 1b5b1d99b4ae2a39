package repository

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/place"
)

// recipe reads the lines of one shell.
func (m *makefile) recipe(lines []makeLine, depth int) {
	var t joined
	for i, l := range lines {
		text, at := l.text, l.at
		if i == 0 || m.oneShell {
			trimmed := strings.TrimLeft(text, " \t@-+")
			at.Column += len(text) - len(trimmed)
			text = trimmed
		}
		m.expand(&t, text, at, depth)
		t.add("\n", place.Position{Line: at.Line, Column: at.Column + len(text)})
	}
	m.commandsJoined(&t, command.Shell)
}

// expand adds a line with its variables expanded. $$ is a $ for the shell.
func (m *makefile) expand(t *joined, text string, at place.Position, depth int) {
	col := at.Column
	for text != "" {
		i := strings.IndexByte(text, '$')
		if i < 0 || i+1 == len(text) {
			break
		}
		if i > 0 {
			t.add(text[:i], place.Position{Line: at.Line, Column: col})
		}
		here := place.Position{Line: at.Line, Column: col + i}
		n := 2
		switch c := text[i+1]; c {
		case '$':
			t.add("$", here)
		case '(', '{':
			inside := enclosed(text[i+1:])
			n = 1 + len(inside) + 2
			if n = min(n, len(text)-i); strings.HasSuffix(text[i:i+n], `\`) {
				n--
			}
			t.fill(m.value(inside, here, depth), here)
		default:
			t.fill(command.Unknown, here) // an automatic variable
		}
		text, col = text[i+n:], col+i+n
	}
	if text != "" {
		t.add(text, place.Position{Line: at.Line, Column: col})
	}
}

// enclosed returns the text between the brackets that the text begins with.
func enclosed(text string) string {
	open, shut := text[0], byte(')')
	if open == '{' {
		shut = '}'
	}
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return text[1:i]
			}
		}
	}
	return text[1:]
}

// value returns the expansion of $(…).
func (m *makefile) value(inside string, at place.Position, depth int) string {
	if depth > 8 {
		return command.Unknown
	}
	name, isCall := strings.CutPrefix(inside, "call ")
	name, _, _ = strings.Cut(name, ",")
	name = strings.TrimSpace(name)
	if lines, ok := m.defines[name]; ok {
		if !m.used[name] { // its lines are told where they stand
			m.used[name] = true
			for _, l := range lines {
				m.recipe([]makeLine{l}, depth+1)
			}
		}
		return command.Unknown
	}
	if run, ok := strings.CutPrefix(inside, "shell "); ok {
		m.shellText(run, at, depth)
		return command.Unknown
	}
	value, ok := m.vars[name]
	if !ok || isCall || value == command.Unknown {
		return command.Unknown
	}
	if _, done := m.expanded[name]; !done {
		m.expanded[name] = command.Unknown // where it is made of itself
		var t joined
		m.expand(&t, value, at, depth+1)
		if len(t.text) <= maxValue {
			m.expanded[name] = t.String()
		}
	}
	if m.left -= len(m.expanded[name]); m.left < 0 {
		return command.Unknown
	}
	return m.expanded[name]
}

// shell reads the commands of $(shell …) and NAME != … outside of recipes.
func (m *makefile) shell(l makeLine) {
	for rest, col := l.text, 1; ; {
		i := strings.Index(rest, "$(shell ")
		if i < 0 {
			break
		}
		inside := enclosed(rest[i+1:])
		run := strings.TrimPrefix(inside, "shell ")
		m.shellText(run, place.Position{Line: l.at.Line, Column: col + i + len("$(shell ")}, 0)
		next := i + len("$(shell ")
		rest, col = rest[next:], col+next
	}
	if name, op, value, ok := assignment(strings.TrimSpace(l.text)); ok && op == "!=" && name != "" {
		m.shellText(value, place.Position{Line: l.at.Line, Column: 1 + strings.LastIndex(l.text, value)}, 0)
	}
}

func (m *makefile) shellText(text string, at place.Position, depth int) {
	var t joined
	m.expand(&t, text, at, depth+1)
	m.commandsJoined(&t, command.Shell)
}
