package repository

import (
	"iter"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
)

// scope is what the expressions of a job can refer to.
type scope struct {
	issued map[string]bool // steps whose outputs end by themselves
	values []pairOf        // variables of env, the innermost last
	// keyed are the references in env that provide keys to a job, by the job's name and the cloud. A command that uses
	// one is not reported again.
	keyed map[[2]string]map[string]bool
}

// enter adds the variables of env, and returns the number of variables before.
func (s *scope) enter(env *yaml.Node) int {
	before := len(s.values)
	for _, p := range members(env) {
		s.values = append(s.values, pairOf{p.key.Value, text(p.value)})
	}
	return before
}

func (s *scope) leave(before int) { s.values = s.values[:before] }

// hand records that env provides a key to a job under a name.
func (s *scope) hand(job, cloud, name, value string) {
	key := [2]string{job, cloud}
	if s.keyed == nil {
		s.keyed = map[[2]string]map[string]bool{}
	}
	if s.keyed[key] == nil {
		s.keyed[key] = map[string]bool{}
	}
	for _, ref := range s.sources(references(value), 0) {
		s.keyed[key][ref] = true
	}
	for ref := range shellReferences("$" + name + " " + value) {
		s.keyed[key]["$"+ref] = true
	}
}

// already reports whether env provides the job, or every job, with a key of the cloud, through all of the references,
// or through one of a shell's.
func (s *scope) already(job, cloud string, refs []string) bool {
	for _, job := range [...]string{job, ""} {
		handed, ok := s.keyed[[2]string{job, cloud}]
		if ok && len(refs) > 0 && refs[0][0] == '$' {
			if slices.ContainsFunc(refs, func(ref string) bool { return handed[ref] }) {
				return true
			}
			continue
		}
		for _, ref := range refs {
			ok = ok && handed[ref]
		}
		if ok {
			return true
		}
	}
	return false
}

// ranks are the kinds of values, in ascending order of significance.
var ranks = [...]string{"", command.Issued, command.Printed, command.Given, command.Stored, command.All}

// mark returns the kind of an expression's value: command.Stored, Given or Issued. It is empty for a value that is not
// a credential, such as a path, the name of a branch, or the job's own token.
func (s *scope) mark(expression string, depth int) string {
	kind := ""
	for _, ref := range references(expression) {
		of := ""
		name, rest, _ := strings.Cut(ref, ".")
		switch name {
		case "secrets":
			switch of = command.Stored; rest {
			case "*":
				of = command.All
			case "GITHUB_TOKEN":
				of = ""
			}
		case "vars", "inputs", "matrix":
			of = command.Given
		case "needs":
			of = command.Printed
		case "steps":
			step, _, _ := strings.Cut(rest, ".")
			if of = command.Printed; s.issued[step] {
				of = command.Issued
			}
		case "env":
			of = s.markOf(rest, depth)
		case "github":
			if strings.HasPrefix(rest, "event.inputs") || strings.HasPrefix(rest, "event.client_payload") {
				of = command.Given
			}
		}
		if slices.Index(ranks[:], of) > slices.Index(ranks[:], kind) {
			kind = of
		}
	}
	return kind
}

// markOf is mark for a variable of env.
func (s *scope) markOf(name string, depth int) string {
	for i := len(s.values) - 1; i >= 0 && depth < 8; i-- {
		if v := s.values[i]; v.name == name {
			return s.mark(v.value, depth+1)
		}
	}
	return command.Given
}

// sources returns the references, with each variable of env replaced by the references in its value.
func (s *scope) sources(refs []string, depth int) []string {
	var all []string
	for _, ref := range refs {
		value, found := "", false
		if name, ok := strings.CutPrefix(ref, "env."); ok {
			for i := len(s.values) - 1; i >= 0 && !found && depth < 8; i-- {
				value, found = s.values[i].value, s.values[i].name == name
			}
		}
		if !found {
			all = append(all, ref)
			continue
		}
		all = append(all, s.sources(references(value), depth+1)...)
	}
	return all
}

// shellReferences yields the variables that a text refers to: $NAME, ${NAME}, $(NAME).
func shellReferences(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(text); i++ {
			if text[i] != '$' {
				continue
			}
			name := strings.TrimLeft(text[i+1:], "{(")
			end := strings.IndexFunc(name, func(r rune) bool {
				return r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
			})
			if end < 0 {
				end = len(name)
			}
			if end > 0 && !yield(name[:end]) {
				return
			}
		}
	}
}

// expressionsIn yields the expressions of a text: the offset of ${{ and the text between it and }}.
func expressionsIn(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for at := 0; ; {
			i := strings.Index(text[at:], "${{")
			if i < 0 {
				return
			}
			at += i
			n := strings.Index(text[at:], "}}")
			if n < 0 || !yield(at, text[at+len("${{"):at+n]) {
				return
			}
			at += n + len("}}")
		}
	}
}

// marked masks the expressions of a text byte by byte, so that columns stay the same.
func (s *scope) marked(text string) string {
	var b strings.Builder
	done := 0
	for at, inside := range expressionsIn(text) {
		end := at + len("${{") + len(inside) + len("}}")
		if kind := s.mark(text[at:end], 0); kind != "" && !strings.Contains(inside, "\n") {
			b.WriteString(text[done:at] + command.Marked(kind, end-at))
			done = end
		}
	}
	if done == 0 {
		return text
	}
	return b.String() + text[done:]
}

// references returns the references in the expressions of a text, such as secrets.NAME, without those that are only
// compared. A reference to all secrets is secrets.*.
func references(text string) []string {
	var refs []string
	for _, inside := range expressionsIn(text) {
		refs = inner(refs, inside)
	}
	return refs
}

// inner is references for the inside of one expression.
func inner(refs []string, text string) []string {
	compared := false
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\'':
			end := strings.IndexByte(text[i+1:], '\'')
			if end < 0 {
				return refs
			}
			i += end + 2
			compared = false
		case nameByte(c):
			ref, end := reference(text, i)
			after := strings.TrimLeft(text[end:], " ")
			compares := strings.HasPrefix(after, "==") || strings.HasPrefix(after, "!=")
			if ref == "secrets" {
				ref = "secrets.*"
			}
			if !compared && !compares && !strings.HasPrefix(after, "(") && strings.Contains(ref, ".") {
				refs = append(refs, ref)
			}
			i, compared = end, false
		default:
			if (c == '=' || c == '!') && i+1 < len(text) && text[i+1] == '=' {
				compared = true
				i++
			} else if c != ' ' {
				compared = false
			}
			i++
		}
	}
	return refs
}

func nameByte(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// reference returns the reference that begins at i, with its parts joined by dots, and where it ends.
func reference(text string, i int) (ref string, end int) {
	var b strings.Builder
	for i < len(text) {
		c := text[i]
		switch {
		case nameByte(c) || c == '.' || c == '*':
			b.WriteByte(c)
			i++
		case c == '[' && i+1 < len(text) && (text[i+1] == '\'' || text[i+1] == '"'):
			n := strings.IndexByte(text[i:], ']')
			if n < 3 {
				return b.String(), i + 1
			}
			b.WriteString("." + text[i+2:i+n-1])
			i += n + 1
		default:
			return b.String(), i
		}
	}
	return b.String(), i
}
