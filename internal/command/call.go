package command

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// call follows a simple command, once for each argument list that it may have, and returns its output.
func (m *machine) call(c *syntax.CallExpr, in stream) string {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			m.assign(a)
		}
		return ""
	}
	m.branch++ // assignments before a command are seen by the texts that it runs
	for _, a := range c.Assigns {
		m.assign(a)
	}
	m.branch--
	at := m.spot(c.Args[0].Pos()) // before braces are split
	all := [][]string{nil}
	for _, w := range c.Args {
		all = product(all, m.fields(w))
	}
	out := ""
	for _, argv := range all {
		m.at = at
		out = m.join(out, m.exec(argv, in))
	}
	return out
}

// exec follows a command by its arguments.
func (m *machine) exec(argv []string, in stream) string {
	if len(argv) == 0 || m.spent() {
		return Unknown
	}
	if blank(argv[0]) { // a tool, or a word before one, such as sudo or echo
		m.doubt++
		defer func() { m.doubt-- }()
		m.anyTool(argv[1:], in)
		if len(argv) > 1 && !blank(argv[1]) {
			m.exec(argv[1:], in)
		}
		return Unknown
	}
	if m.shadowed[argv[0]] {
		return m.shadow(argv, in)
	}
	if f, ok := m.funcs[argv[0]]; ok {
		return m.invoke(f, argv[1:], in)
	}
	if text, ok := m.aliases[argv[0]]; ok && m.depth < maxDepth {
		m.depth++
		defer func() { m.depth-- }()
		delete(m.aliases, argv[0]) // its text means the command of that name
		defer func() { m.aliases[argv[0]] = text }()
		if strings.ContainsAny(text, ";|&'\"$(") {
			return m.nested(text+" "+strings.Join(argv[1:], " "), stream{})
		}
		return m.exec(slices.Concat(strings.Fields(text), argv[1:]), in)
	}
	return m.program(argv, in)
}

// program follows a command that is neither a function nor an alias.
func (m *machine) program(argv []string, in stream) string {
	if blank(argv[0]) {
		return m.exec(argv, in)
	}
	name := base(argv[0])
	m.dotenv(name, argv[1:])
	m.handedArgs(name, argv[1:], in)
	if out, ok := m.builtin(name, argv[1:], in); ok {
		return kept(name, out, argv[1:], in)
	}
	if out, ok := m.shell(name, argv[1:], in); ok {
		return out
	}
	if m.wrapped(name, argv[1:], in) {
		return Unknown
	}
	if text := m.content(argv[0], stream{}); strings.Contains(argv[0], "/") && text != Unknown {
		m.run(argv[0], text, argv[1:])
	}
	return kept(name, m.tool(name, argv[1:], in), argv[1:], in)
}

// invoke follows the body of a function.
func (m *machine) invoke(f *function, params []string, in stream) string {
	f.used = true
	if f.active > 1 { // it calls itself: nothing new
		return Unknown
	}
	if m.calls >= maxCalls {
		m.fail(ErrTooComplex)
		return Unknown
	}
	f.active++
	m.calls++
	savedParams, savedPlace, at := m.params, m.place, m.at
	m.params, m.place = params, f.place
	out := m.statement(f.body, in)
	m.params, m.place, m.at = savedParams, savedPlace, at
	m.calls--
	f.active--
	return out
}

// run follows a script with parameters.
func (m *machine) run(path, text string, params []string) string {
	m.ran[path], m.ran[strings.TrimPrefix(path, "./")] = true, true
	saved := m.params
	m.params = slices.Clone(params)
	sourcing := m.sourcing
	m.sourcing = true
	defer func() { m.params, m.sourcing = saved, sourcing }()
	return m.nested(text, stream{})
}

// nested follows a text that a command runs. Its commands have the position of that command; those of a here-document
// have their own.
func (m *machine) nested(text string, in stream) string {
	return m.nestedAs(text, Shell, in, stream{text: Unknown})
}

// nestedAs follows a text in a language, with its input.
func (m *machine) nestedAs(text string, lang Language, in, input stream) string {
	if text == "" || text == Unknown {
		return Unknown
	}
	saved, at := m.place, m.at
	defer func() { m.place, m.at = saved, at }()
	switch {
	case m.place.fixed:
	case in.line > 0:
		m.place.line += in.line - 1
	case at != spot{}:
		m.place = place{line: at.line, col: at.col, fixed: true}
	}
	return m.read(text, lang, input)
}

// builtin follows shell builtins and the usual small tools for text.
func (m *machine) builtin(name string, args []string, in stream) (string, bool) {
	switch name {
	case "eval":
		m.clouded = m.clouded || strings.Contains(strings.Join(args, " "), Unknown)
		return m.nested(strings.Join(args, " "), stream{}), true
	case "trap":
		if len(args) > 1 {
			m.nested(args[0], stream{})
		}
		return "", true
	case ".", "source":
		if len(args) > 0 {
			if text := m.content(args[0], in); text != Unknown {
				return m.run(args[0], text, args[1:]), true
			}
		}
		m.clouded = true
		return Unknown, true
	case "alias":
		for _, a := range args {
			if k, v, ok := strings.Cut(a, "="); ok {
				m.aliases[k] = v
			}
		}
		return "", true
	case "shift":
		if len(m.params) > 0 {
			m.params = m.params[1:]
		}
		return "", true
	case "set":
		if i := slices.Index(args, "--"); i >= 0 {
			m.params = args[i+1:]
		}
		return "", true
	case "read":
		m.readInto(args, in)
		return "", true
	case "printf":
		if len(args) > 2 && args[0] == "-v" {
			text := printed(args[2:])
			m.handed(args[1], text)
			m.set(args[1], []value{{fields: []string{text}}}, false)
			return "", true
		}
		return m.print(name, args, in), true
	case "echo", "cat", "base64", "tee", "tr", "sed", "envsubst", "head", "tail", "sort", "uniq":
		return m.print(name, args, in), true
	case "test", "[", "true", "false", ":", "grep", "cd", "exit", "return", "unset", "which", "type", "hash":
		return Unknown, true
	}
	return "", false
}

func (m *machine) readInto(args []string, in stream) {
	for _, a := range args {
		if strings.HasPrefix(a, "-") || !syntax.ValidName(a) {
			continue
		}
		var values []value
		for line := range strings.SplitSeq(strings.TrimRight(in.text, "\n"), "\n") {
			if len(values) < maxAlts {
				values = append(values, value{fields: []string{strings.TrimSpace(line)}})
			}
		}
		for _, v := range values {
			m.handed(a, v.fields[0])
		}
		m.set(a, values, false)
	}
}

// blank reports whether nothing is known about a word.
func blank(word string) bool { return word != "" && strings.Trim(word, marks) == "" }

// base returns the name of a program.
func base(path string) string {
	path = path[strings.LastIndexAny(path, `/\`)+1:]
	for _, end := range [...]string{".exe", ".cmd", ".bat"} {
		path = strings.TrimSuffix(path, end)
	}
	return path
}
