package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/file"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// command looks for passwords among the arguments of well-known commands, in the line from start to end.
func (s *scan) command(start, end int) {
	line := s.Text[start:end]
	if strings.IndexByte(line, ' ') < 0 {
		return
	}
	s.Work += len(line)
	var attached, separate, user bool
	if strings.Contains(line, " -p") {
		attached = strings.Contains(line, "mysql") || strings.Contains(line, "mariadb") ||
			strings.Contains(line, "sshpass")
		separate = strings.Contains(line, " login ") || strings.Contains(line, "sshpass") ||
			strings.Contains(line, "mongo") || strings.Contains(line, "ldap")
	}
	if strings.Contains(line, " -u ") || strings.Contains(line, " --user ") {
		user = strings.Contains(line, "curl") || strings.Contains(line, "wget") || strings.Contains(line, "http")
	}
	statement := strings.Contains(line, "IDENTIFIED BY ") || strings.Contains(line, "identified by ") ||
		strings.Contains(line, "PASSWORD '")
	long := strings.Contains(line, " --")
	netrc := strings.Contains(line, "login ") && strings.Contains(line, " password ")
	set := strings.Contains(line, " set ") && strings.Contains(line, "conf")
	redis := strings.Contains(line, "requirepass ")
	change := strings.Contains(line, "chpasswd")
	if !attached && !separate && !user && !statement && !long && !netrc && !set && !redis && !change {
		return
	}
	before := ""
	for i := 0; i < len(line); {
		if ascii.IsSpace(line[i]) {
			i++
			continue
		}
		from, to, next := argument(line, i)
		word := line[from:to]
		raw := line[i:next]
		switch {
		case attached && len(raw) > 3 && strings.HasPrefix(raw, "-p") && (raw[2] == '\'' || raw[2] == '"'):
			s.secretArgument("password", unquoted(raw[2:]), start+i+3)
		case attached && len(raw) > 5 && strings.HasPrefix(raw, "-p"):
			s.secretArgument("password", raw[2:], start+i+2)
		case separate && before == "-p":
			s.secretArgument("password", word, start+from)
		case user && (before == "-u" || before == "--user"):
			if j := strings.IndexByte(word, ':'); j >= 0 && !strings.Contains(word, "://") {
				s.secretArgument("password", word[j+1:], start+from+j+1)
			}
		case set && names.TierOf(before) != names.None && before != "secret" && word != "" && word[0] != '-':
			s.secretArgument(before, word, start+from)
		case redis && before == "requirepass":
			s.secretArgument("password", word, start+from)
		case change && !strings.HasPrefix(word, "-") && strings.IndexByte(word, ':') > 0:
			j := strings.IndexByte(word, ':')
			s.secretArgument("password", word[j+1:], start+from+j+1)
		case netrc && before == "password" && !strings.HasSuffix(word, ","):
			s.secretArgument("password", word, start+from)
		case statement && (before == "BY" || before == "by" || before == "PASSWORD") && from > i:
			s.secretArgument("password", word, start+from)
		case long && strings.HasPrefix(before, "--") && word != "" && word[0] != '-' &&
			names.TierOf(before) != names.None && strings.IndexByte(before, '=') < 0:
			s.secretArgument(before, word, start+from)
		}
		before, i = raw, next
	}
}

// secretArgument decides about an argument by the name that says what it is. What is in single quotes is taken as it
// is; else a shell fills it in.
func (s *scan) secretArgument(key, v string, at int) {
	switch {
	case v == "" || strings.IndexByte("|&;(@/", v[0]) >= 0: // rather the next command or a file
	case !strings.ContainsAny(v, "${}<>`") || at > 0 && s.Text[at-1] == '\'' && !looks.Reference(v):
		s.weigh(key, v, at)
	case looks.Reference(v):
		s.weigh(key, v, at) // its default
	}
}

// argument returns the span of the word of a shell at i, without its quotes, and where the next one begins.
func argument(line string, i int) (from, to, next int) {
	j := i
	for j < len(line) && !ascii.IsSpace(line[j]) {
		if q := line[j]; q == '\'' || q == '"' {
			k := strings.IndexByte(line[j+1:], q)
			if k < 0 {
				return i, len(line), len(line)
			}
			if j == i && (j+k+2 == len(line) || ascii.IsSpace(line[j+k+2]) || line[j+k+2] == ';') {
				return i + 1, j + 1 + k, j + k + 2
			}
			j += k + 1
		}
		j++
	}
	end := j
	for end > i+1 && line[end-1] == ';' {
		end--
	}
	return i, end, j
}

// elements looks for <name>value</name> in the line from start to end.
func (s *scan) elements(start, end int) {
	line := s.Text[start:end]
	for at := 0; ; {
		i := strings.Index(line[at:], "</")
		if i < 0 {
			return
		}
		i += at
		at = i + 2
		stop := at
		for stop < len(line) && stop-at < 64 && (nameByte(line[stop]) || line[stop] == ':') {
			stop++
		}
		s.Work += stop - at
		name := line[at:stop]
		if stop == len(line) || line[stop] != '>' || names.TierOf(name) == names.None {
			continue
		}
		from := strings.LastIndexByte(line[max(0, i-file.MaxText):i], '>')
		if from < 0 {
			continue
		}
		from += max(0, i-file.MaxText) + 1
		s.Work += i - from
		if strings.HasSuffix(line[:from-1], "<"+name) && i-from >= 4 {
			s.push(s.shown(name), -1)
			s.weigh(name, line[from:i], start+from)
			s.height--
		}
	}
}
