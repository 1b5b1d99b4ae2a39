package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/file"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// pairs looks for key=value and key: value anywhere in the line from start to end: flags, query strings, headers,
// connection strings, fragments of JSON, XML attributes, hashes of Ruby and PHP.
func (s *scan) pairs(start, end int) {
	t := s.Text
	s.Work += end - start
	for i := start; i < end; i++ {
		if t[i] != '=' && t[i] != ':' {
			continue
		}
		at, sep, ok := separator(t, start, i, end)
		if !ok {
			continue
		}
		from, to, quoted, spaced := nameBefore(t, start, i)
		if from == to || sep == ':' && !quoted && at == i+1 && t[min(at, end-1)] != '"' && t[min(at, end-1)] != '\'' {
			continue
		}
		key := t[from:to]
		if names.TierOf(key) == names.None {
			if v, ok := attribute(t, start, end, from, key); ok { // <add key="DB_PASSWORD" value="…"/>
				s.attribute(v, at, end)
			}
			continue
		}
		v0, v1, inQuotes := valueAfter(t, at, end, sep == '=' && (from == start || precededBy(t, start, from, ';')))
		s.Work += v1 - v0
		v := t[v0:v1]
		if inQuotes && (from > start && t[from-1] == t[v0-1] && sep == '=' || concatenated(v) ||
			t[v0-1] == '`' && strings.IndexByte(v, ' ') >= 0) {
			continue // the quote ends a string of code: "PASSWORD=" + value; or it is a command of a shell
		}
		if len(v) < 4 || !inQuotes && (strings.ContainsAny(v, "()[]{}<>$`\\") && !strings.Contains(v, "://") ||
			(sep == ':' || spaced) && looks.Codelike(v)) {
			continue
		}
		s.push(s.shown(key), -1)
		stop := v1
		for !inQuotes && stop < end && t[stop] > ' ' && strings.IndexByte("\",;&'`", t[stop]) < 0 {
			stop++ // a bracket may be the secret's own: rather redact too much
		}
		if s.weighSpan(key, v, v0, stop) {
			i = stop
		}
		s.height--
	}
}

// concatenated reports whether code continues after a quote.
func concatenated(v string) bool {
	w := strings.TrimLeft(v, " ")
	return w == "" || w[0] == '+' && (len(w) < 3 || w[1] == ' ' || len(w) < len(v) || strings.ContainsAny(w, "+)")) &&
		len(w) > 1 && (w[1] == ' ' || ascii.IsLetter(w[1]) || w[1] == '`') && strings.ContainsAny(w[1:], "+.()") ||
		len(w) < len(v) && (w[0] == ')' || w[0] == '+' || w[0] == '.') || strings.HasPrefix(v, ", ")
}

// separator returns the start of the value, and = or :, if the byte at i separates a pair.
func separator(t string, start, i, end int) (at int, sep byte, ok bool) {
	at, sep = i+1, t[i]
	next := byte(0)
	if at < end {
		next = t[at]
	}
	if sep == '=' {
		switch {
		case i > start && strings.IndexByte("=!<>+", t[i-1]) >= 0:
			return 0, 0, false
		case next == '=': // a comparison, but not in a connection string
			from, _, _, _ := nameBefore(t, start, i)
			return at, sep, precededBy(t, start, from, ';')
		case next == '>' || next == '~':
			at++
		}
	} else {
		switch {
		case next == '=':
			at, sep = at+1, '='
		case next == ':' || next == '/' || i > 0 && t[i-1] == ':':
			return 0, 0, false
		}
	}
	for n := 0; n < 3 && at < end && t[at] == ' '; n++ {
		at++
	}
	return at, sep, at < end
}

// nameBefore returns the span of the name before the separator at i.
func nameBefore(t string, start, i int) (from, to int, quoted, spaced bool) {
	to = i
	for to > start && i-to < 3 && t[to-1] == ' ' {
		to--
		spaced = true
	}
	if to > start && (t[to-1] == '"' || t[to-1] == '\'') {
		quoted = true
		to--
		if to > start && t[to-1] == '\\' {
			to--
		}
	}
	from = to
	for from > start && to-from < 64 && (ascii.IsWord(t[from-1]) || t[from-1] == '_' || t[from-1] == '-' ||
		t[from-1] == '.') {
		from--
	}
	return from, to, quoted, spaced
}

// valueAfter returns the span of the value at offset at. A segment of a connection string ends only at a semicolon.
func valueAfter(t string, at, end int, segmented bool) (from, to int, quoted bool) {
	end = min(end, at+file.MaxValue)
	if c := t[at]; c == '"' || c == '\'' || c == '`' {
		if j := strings.IndexByte(t[at+1:end], c); j >= 0 {
			return at + 1, at + 1 + j, true
		}
		return at + 1, end, true
	}
	if strings.HasPrefix(t[at:end], `\"`) {
		if j := strings.Index(t[at+2:end], `\"`); j >= 0 {
			return at + 2, at + 2 + j, true
		}
	}
	if segmented {
		if j := strings.IndexByte(t[at:end], ';'); j >= 0 && strings.IndexByte(t[at:at+j], ' ') < 0 {
			return at, at + j, true
		}
	}
	j := at
	for j < end && t[j] > ' ' && strings.IndexByte("\",;&')]", t[j]) < 0 {
		j++
	}
	for j > at && strings.IndexByte(")}]>|", t[j-1]) >= 0 && strings.IndexByte("({[<", t[at]) < 0 &&
		!strings.ContainsAny(t[at:j-1], "({[<") {
		j--
	}
	return at, j, false
}

func precededBy(t string, start, from int, c byte) bool {
	for from > start && t[from-1] == ' ' {
		from--
	}
	return from > start && t[from-1] == c
}

// attribute returns the name that an attribute called value belongs to, in the same element.
func attribute(t string, start, end, from int, key string) (name string, ok bool) {
	if key != "value" && key != "Value" || from < start+8 || end-from < 8 {
		return "", false
	}
	before := t[max(start, from-160):from]
	for _, n := range [...][2]string{
		{`name="`, `"`},
		{`key="`, `"`},
		{`name":"`, `"`},
		{`name": "`, `"`},
		{"name: ", ","},
		{"name=", ","},
		{"Name=", ","},
	} {
		if i := strings.LastIndex(before, n[0]); i >= 0 {
			if name, rest, ok := strings.Cut(before[i+len(n[0]):], n[1]); ok && strings.IndexByte(rest, '>') < 0 &&
				strings.IndexByte(rest, '}') < 0 {
				return strings.Trim(name, `"' `), true
			}
		}
	}
	return "", false
}

func (s *scan) attribute(name string, at, end int) {
	from, to, _ := valueAfter(s.Text, at, end, false)
	if to-from >= 4 {
		s.push(s.shown(name), -1)
		s.weigh(name, s.Text[from:to], from)
		s.height--
	}
}
