package repository

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/place"
)

// makefile reads the recipes of a makefile, and the commands of its $(shell …), as make passes them to the shell: each
// line to its own shell, with the makefile's variables expanded if they have a single constant value.
// https://www.gnu.org/software/make/manual/make.html
func (x *examination) makefile() {
	m := &makefile{
		examination: x, vars: map[string]string{}, expanded: map[string]string{},
		defines: map[string][]makeLine{}, left: 16 * maxValue,
	}
	m.split(string(x.data))
	for _, l := range m.recipes {
		m.recipe(l, 0)
	}
	for _, l := range m.others {
		m.shell(l)
	}
}

// maxValue is the maximum size of a variable's value.
const maxValue = 64 << 10

// makefile is a parsed makefile.
type makefile struct {
	*examination
	vars     map[string]string // by name; command.Unknown where it is not constant
	expanded map[string]string // the same with the variables in them filled in
	left     int               // bytes that filling in may still make
	defines  map[string][]makeLine
	recipes  [][]makeLine // of a recipe the lines that one shell gets
	others   []makeLine   // that may run something by $(shell …)
	used     map[string]bool
	oneShell bool
	prefix   byte
}

// makeLine is a line of the makefile.
type makeLine struct {
	text string // without what ends it
	at   place.Position
}

// split classifies the lines of a makefile.
func (m *makefile) split(text string) {
	m.prefix = '\t'
	m.used = map[string]bool{}
	rule, number := false, 0
	var define string
	var goesOn []makeLine // the lines of a recipe that a backslash joins
	var joined []string   // the same of any other line
	var first place.Position
	flush := func() {
		if len(goesOn) > 0 {
			m.recipes = append(m.recipes, goesOn)
		}
		goesOn = nil
	}
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		words := strings.TrimSpace(line)
		continued := strings.HasSuffix(line, `\`) && !strings.HasSuffix(line, `\\`)
		switch {
		case define != "":
			if words == "endef" {
				define = ""
			} else {
				m.defines[define] = append(m.defines[define], makeLine{line, place.Position{Line: number, Column: 1}})
			}
		case len(goesOn) > 0 && strings.HasSuffix(goesOn[len(goesOn)-1].text, `\`), rule && line != "" &&
			line[0] == m.prefix && len(joined) == 0:
			l := makeLine{line, place.Position{Line: number, Column: 1}}
			if line != "" && line[0] == m.prefix {
				l.text, l.at.Column = line[1:], 2
			}
			if !m.oneShell && len(goesOn) > 0 && !strings.HasSuffix(goesOn[len(goesOn)-1].text, `\`) {
				flush()
			}
			goesOn = append(goesOn, l)
		case len(joined) > 0:
			if joined = append(joined, strings.TrimSpace(strings.TrimSuffix(words, `\`))); !continued {
				rule = m.plain(makeLine{strings.Join(joined, " "), first}, &define) || rule
				joined = nil
			}
		case words == "" || words[0] == '#':
		default:
			flush()
			l := makeLine{line, place.Position{Line: number, Column: 1}}
			if continued {
				joined, first = []string{strings.TrimRight(strings.TrimSuffix(line, `\`), " \t")}, l.at
				continue
			}
			rule = m.plain(l, &define) || rule && conditional(words)
		}
	}
	flush()
	if len(joined) > 0 {
		m.plain(makeLine{strings.Join(joined, " "), first}, &define)
	}
}

// conditional reports whether the line may be between the lines of a recipe.
func conditional(words string) bool {
	first, _, _ := strings.Cut(words, " ")
	switch first {
	case "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif":
		return true
	}
	return false
}

// plain reads a line outside of recipes, and reports whether it begins a rule.
func (m *makefile) plain(l makeLine, define *string) (rule bool) {
	words := strings.TrimSpace(l.text)
	m.others = append(m.others, l)
	for _, w := range [...]string{"export ", "override ", "private "} {
		words = strings.TrimPrefix(words, w)
	}
	if rest, ok := strings.CutPrefix(words, "define "); ok {
		*define = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(rest), "=:?+"))
		return false
	}
	if name, op, value, ok := assignment(words); ok {
		m.assign(name, op, value)
		return false
	}
	i := strings.IndexByte(words, ':')
	if i < 0 {
		return false
	}
	if strings.HasPrefix(words, ".ONESHELL") {
		m.oneShell = true
	}
	// target: ; recipe
	if at := strings.IndexByte(l.text, ';'); at > 0 {
		m.recipes = append(m.recipes, []makeLine{{l.text[at+1:], place.Position{Line: l.at.Line, Column: at + 2}}})
	}
	// target-specific: it may have another value elsewhere
	if name, op, value, ok := assignment(strings.TrimSpace(words[i+1:])); ok {
		_, _ = op, value
		m.vars[name] = command.Unknown
		return false
	}
	return true
}

// assignment splits NAME := value.
func assignment(words string) (name, op, value string, ok bool) {
	i := strings.IndexByte(words, '=')
	if i <= 0 {
		return "", "", "", false
	}
	end := i
	for end > 0 && strings.IndexByte(":?+!", words[end-1]) >= 0 {
		end--
	}
	name = strings.TrimSpace(words[:end])
	if name == "" || strings.ContainsAny(name, " \t:#$()") {
		return "", "", "", false
	}
	value = strings.TrimSpace(words[i+1:])
	if c := strings.Index(value, " #"); c >= 0 {
		value = strings.TrimSpace(value[:c])
	}
	return name, words[end : i+1], value, true
}

// assign records a variable. One with two values, or with the output of a command, is unknown.
func (m *makefile) assign(name, op, value string) {
	if name == ".RECIPEPREFIX" {
		if m.prefix = '\t'; value != "" {
			m.prefix = value[0]
		}
		return
	}
	old, known := m.vars[name]
	switch {
	case op == "!=":
		m.vars[name] = command.Unknown
	case !known, old == value:
		m.vars[name] = value
	case op == "?=":
	case op == "+=" && !strings.Contains(old, command.Unknown):
		m.vars[name] = old + " " + value
	default:
		m.vars[name] = command.Unknown
	}
}
