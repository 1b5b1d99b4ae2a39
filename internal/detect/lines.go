package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
)

// lines looks for pairs of names and values in text: dotenv, .npmrc, shell, properties, connection strings, query
// strings, headers, or fragments of JSON inside any of them. The whole text has been searched for formats already.
// Settings reports whether it could be a settings file: in its sections a value extends to the end of its line and is
// not code.
func (s *scan) lines(settings bool) {
	t, section := s.Text, false
	s.Work += len(t)
	for i := 0; i < len(t); {
		end := strings.IndexByte(t[i:], '\n')
		if end < 0 {
			end = len(t)
		} else {
			end += i
		}
		line := strings.TrimRight(t[i:end], " \t\r")
		first := i + indent(line)
		comment := first < i+len(line) && (t[first] == '#' || t[first] == ';' && section)
		if first < i+len(line) && !comment && !strings.HasPrefix(t[first:], "//") ||
			strings.HasPrefix(t[first:], "//") && strings.Contains(line, ":_") {
			section = section || settings && document.Section(t[first:i+len(line)])
			s.line(first, i+len(line), section)
		}
		i = end + 1
	}
}

func indent(line string) int {
	for i := range len(line) {
		if line[i] != ' ' && line[i] != '\t' {
			return i
		}
	}
	return len(line)
}

func nameByte(c byte) bool {
	return ascii.IsWord(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '$'
}

// line searches a line that is not YAML, from start to end of the current text, and may be in a section.
func (s *scan) line(start, end int, section bool) {
	found := len(s.found)
	split, stop := assignment, end
	if section {
		split = entry
		if i := strings.Index(s.Text[start:end], " ;"); i > 0 { // a comment
			stop = start + len(strings.TrimRight(s.Text[start:start+i], " \t"))
		}
	}
	if k, v, ok := split(s.Text[start:stop]); ok {
		s.pair(k, v, stop-len(v), true)
	}
	if len(s.found) == found {
		s.pairs(start, end)
		s.command(start, end)
		s.elements(start, end)
	}
}

// assignment splits a line that consists of one assignment: KEY=value, export KEY=value, ENV KEY value.
func assignment(line string) (key, value string, ok bool) {
	for _, p := range [...]string{
		"export ", "set ", "setx ", "ENV ", "ARG ", "declare -x ", "$env:", "readonly ",
		"local ",
	} {
		line = strings.TrimPrefix(line, p)
	}
	end := 0
	for end < len(line) && end < 256 && (nameByte(line[end]) || line[end] == ':' || line[end] == '@') {
		end++
	}
	if end == 0 || end >= len(line) || line[end] != '=' || end+1 < len(line) &&
		(line[end+1] == '=' || line[end+1] == '>') {
		return "", "", false
	}
	value = line[end+1:]
	if v := unquoted(value); strings.ContainsAny(v, " \t;") && len(v) == len(value) ||
		strings.ContainsAny(value, "&;") && strings.Count(value, "=") > 0 {
		return "", "", false
	}
	return line[:end], value, true
}

// entry splits a line in a section: name = value, name: value. It rejects sentences.
func entry(line string) (key, value string, ok bool) {
	end := 0
	for end < len(line) && end < 256 && nameByte(line[end]) {
		end++
	}
	value = strings.TrimLeft(line[end:], " \t")
	if end == 0 || value == "" || value[0] != '=' && value[0] != ':' {
		return "", "", false
	}
	value = strings.TrimLeft(value[1:], " \t")
	whole := !strings.ContainsAny(value, " \t") || len(unquoted(value)) < len(value) || strings.HasPrefix(value, "{{")
	return line[:end], value, whole
}

// unquoted drops the quotes around a value.
func unquoted(v string) string {
	if len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] &&
		strings.IndexByte(v[1:len(v)-1], v[0]) < 0 {
		return v[1 : len(v)-1]
	}
	return v
}

// pair decides about a value at offset at by its key. Literally reports whether it cannot be an expression of a
// language.
func (s *scan) pair(key, value string, at int, literally bool) {
	v := unquoted(value)
	quoted := len(v) < len(value)
	if quoted {
		at++
	}
	if len(v) < 4 {
		return
	}
	if c := v[0]; (c == '{' && v[1] != c || c == '[') && len(v) > 8 {
		s.push(s.shown(key), -1)
		s.nested(v, at)
		s.height--
		return
	}
	if !literally && !quoted && names.TierOf(key) != names.None && looks.Codelike(v) {
		return
	}
	s.push(s.shown(key), -1)
	s.weigh(key, v, at)
	s.height--
}

// nested searches JSON inside a value, with the escapes of the surrounding quotes decoded.
func (s *scan) nested(v string, at int) {
	text, exact := v, true
	if strings.Contains(v, `\"`) {
		text, exact = document.Unescape(v), false
	}
	outer, ok := s.enter(text, at, at+len(v), exact)
	if !ok {
		return
	}
	found := len(s.found)
	done := s.tree(dialect.JSON)
	s.leave(outer)
	if done {
		s.unique(found)
	} else {
		s.pairs(at, at+len(v))
	}
}

// unique drops the matches from index found on that an earlier search of the same bytes has recorded.
func (s *scan) unique(found int) {
	kept := s.found[:found]
	for _, m := range s.found[found:] {
		double := false
		for i := range kept[:found] {
			k := &kept[i]
			if k.root != m.root || m.from < k.from || k.to < m.to {
				continue
			}
			double = true
			if k.Detector == "private-key" && m.CloudKey != "" {
				k.Detector, k.Title, k.CloudKey = m.Detector, m.Title, m.CloudKey
			}
			if k.Inner == nil {
				k.Inner = m.Inner
			}
		}
		if !double {
			kept = append(kept, m)
		}
	}
	s.found = kept
}
