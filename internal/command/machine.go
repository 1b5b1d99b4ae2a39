package command

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// machine follows the commands of a text without running them.
type machine struct {
	uses     []Use
	err      error           // the first that ended it, else the first
	stopped  bool            // it gave up: not all of the text has been followed
	session  bool            // the text configures the token of a session too
	inFiles  map[string]bool // keys that have been noted in files
	sourcing bool            // a file that the text has written is followed
	stored   *stored         // variables that CI keeps, nil where it keeps none
	clouded  bool            // the text runs what it cannot be seen to set

	vars    map[string][]value // every value that a variable may have here; none where it is not known
	funcs   map[string]*function
	aliases map[string]string
	files   map[string]string // what the text writes into files
	scripts []script          // those files, in order
	ran     map[string]bool
	params  []string // of the function, or nil

	literal  bool            // it follows nothing: see [follow]
	shadowed map[string]bool // of a literal one: the functions of the text

	depth, calls, steps, work int
	stepLimit, workLimit      int
	branch                    int // inside of what may not run: assignments add values
	doubt                     int // nothing found is certain
	at                        spot
	place                     place
}

// value is a string, or the fields of an array.
type value struct {
	fields []string
	list   bool
}

// script is a file that the text writes, with its position.
type script struct {
	path  string
	at    spot
	place place
}

type function struct {
	body   *syntax.Stmt
	place  place
	used   bool
	active int // calls of it that are followed now
}

// stream is the input of a command, with the line at which a here-document begins, 0 for other input.
type stream struct {
	text string
	line int
}

// spot is a position in the outermost text.
type spot struct{ line, col int }

// place maps positions in the current text to the outermost one: offset by lines or, if fixed, a single position.
type place struct {
	line, col int
	fixed     bool
}

func (p place) of(line, col int) spot {
	if p.fixed {
		return spot{p.line, p.col}
	}
	return spot{p.line + line, col}
}

func newMachine() *machine {
	return &machine{
		vars: map[string][]value{"IFS": {{fields: []string{" "}}}}, funcs: map[string]*function{},
		aliases: map[string]string{},
		files:   map[string]string{}, ran: map[string]bool{}, inFiles: map[string]bool{}, stepLimit: maxSteps,
		workLimit: maxWork,
	}
}

func (m *machine) fail(err error) {
	stops := GaveUp(err)
	if m.err == nil || stops && !m.stopped {
		m.err = err
	}
	m.stopped = m.stopped || stops
}

func (m *machine) spent() bool {
	m.steps++
	if m.steps > m.stepLimit || m.work > m.workLimit {
		m.fail(ErrTooComplex)
		return true
	}
	return false
}

func (m *machine) found(tool, command string, action Action, certain bool) {
	m.uses = append(m.uses,
		Use{Tool: tool, Command: command, Action: action, Line: m.at.line, Col: m.at.col, Certain: certain &&
			m.doubt == 0})
}

// finish follows what the text defines but does not run: functions, which another text may call, and scripts that it
// writes.
func (m *machine) finish() {
	m.doubt++
	defer func() { m.doubt-- }()
	names := make([]string, 0, len(m.funcs))
	for name := range m.funcs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f := m.funcs[name]
		if !f.used {
			f.used = true
			m.doubt-- // what stands in it is as certain as elsewhere
			m.invoke(f, nil, stream{text: Unknown})
			m.doubt++
		}
	}
	for _, s := range m.scripts {
		text := m.files[s.path]
		if lang, ok := Interpreter(text); ok && lang == Shell && !m.ran[s.path] {
			m.at, m.place = s.at, s.place
			if m.literal {
				m.next(len(text))
			}
			m.depth++
			m.run(s.path, text, nil)
			m.depth--
		}
	}
}

func (m *machine) statements(list []*syntax.Stmt, in stream) string {
	out := ""
	for _, s := range list {
		out = m.join(out, m.statement(s, in))
	}
	return out
}

func (m *machine) join(a, b string) string {
	if len(a)+len(b) > maxOutput {
		return Unknown
	}
	if m.literal {
		if m.work += len(a) + len(b); m.work > m.workLimit {
			return Unknown
		}
	}
	return a + b
}

func (m *machine) statement(s *syntax.Stmt, in stream) string {
	if s == nil || m.spent() {
		return ""
	}
	for _, r := range s.Redirs {
		in = m.input(r, in)
	}
	out := ""
	if s.Cmd != nil {
		out = m.command(s.Cmd, in)
	}
	for _, r := range s.Redirs {
		out = m.output(r, out)
	}
	return out
}

func (m *machine) input(r *syntax.Redirect, in stream) stream {
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		if r.Hdoc == nil || len(r.Hdoc.Parts) == 0 {
			return stream{}
		}
		return stream{text: m.document(r), line: int(r.Hdoc.Pos().Line())}
	case syntax.WordHdoc:
		return stream{text: m.text(r.Word) + "\n"}
	case syntax.RdrIn, syntax.RdrInOut:
		return stream{text: m.content(m.text(r.Word), in)}
	}
	return in
}

// output follows a redirection to a file, and returns the output that remains for others.
func (m *machine) output(r *syntax.Redirect, out string) string {
	switch r.Op {
	case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.AppClob, syntax.RdrAll, syntax.AppAll, syntax.RdrAllClob,
		syntax.AppAllClob:
	default:
		return out
	}
	for _, fields := range m.fields(r.Word) {
		if len(fields) != 1 {
			continue
		}
		path := fields[0]
		m.at = m.spot(r.OpPos)
		if Dotenv(path) {
			m.found("shell", "redirect to .env", WriteDotenv, true)
		}
		if r.N != nil && r.N.Value == "2" {
			continue
		}
		if (r.Op == syntax.AppOut || r.Op == syntax.AppAll) && !m.literal {
			m.write(path, m.join(m.files[path], out))
		} else {
			m.write(path, out)
		}
	}
	if r.N != nil && r.N.Value == "2" {
		return out
	}
	return ""
}

func (m *machine) write(path, text string) {
	if _, ok := m.files[path]; !ok {
		m.scripts = append(m.scripts, script{path: path, at: m.at, place: m.place})
	}
	m.files[path] = text
	delete(m.ran, path)
	m.handedFile(path, text)
}

// content returns the known content of a file.
func (m *machine) content(path string, in stream) string {
	switch path {
	case "-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0":
		return in.text
	}
	if m.literal {
		return Unknown
	}
	if text, ok := m.files[path]; ok {
		return text
	}
	if text, ok := m.files[strings.TrimPrefix(path, "./")]; ok {
		return text
	}
	return Unknown
}

func (m *machine) spot(p syntax.Pos) spot {
	return m.place.of(int(p.Line()), int(p.Col()))
}
