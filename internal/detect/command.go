package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/file"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// maxWords is the maximum number of words read of a command.
const maxWords = 48

// word is a word of a command: its text without quotes, its position in the current text, and how it is quoted.
type word struct {
	text     string
	from, to int
	raw      string
}

// command looks for passwords among the arguments of the commands in the line from start to end: words of a shell, or
// the items of a list in brackets.
func (s *scan) command(start, end int) {
	line := s.Text[start:end]
	if strings.IndexByte(line, ' ') < 0 || !commandLike(line) {
		return
	}
	s.Work += len(line)
	list := strings.Index(line, `["`)
	if list >= 0 {
		start, line = start+list+1, line[list+1:]
	}
	var buffer [maxWords]word
	words := buffer[:0]
	for i := 0; i < len(line) && len(words) < cap(buffer); {
		if ascii.IsSpace(line[i]) || list >= 0 && (line[i] == ',' || line[i] == ']') {
			i++
			continue
		}
		from, to, next := argument(line, i)
		if from > i && strings.IndexByte(line[from:to], ' ') >= 0 { // sh -c "…"
			s.command(start+from, start+to)
		}
		words = append(words, word{line[from:to], start + from, start + to, line[i:next]})
		i = next
	}
	s.arguments(line, words)
}

// commandLike reports whether a line may be a command, or an SQL statement, with a password.
func commandLike(line string) bool {
	for _, w := range [...]string{
		" -", "\"-", "'-", "IDENTIFIED BY ", "identified by ", "PASSWORD '", " password ", " set ",
		"requirepass ", "chpasswd",
	} {
		if strings.Contains(line, w) {
			return true
		}
	}
	return false
}

// option is a flag whose value, separate or attached, is a password for the programs named in the line.
type option struct {
	flag, programs string // the latter between blanks
	attached       bool   // the value may follow without a blank
	mark           string // what stands in front of the password in the value
}

var options = [...]option{
	{"-p", "mysql mariadb sshpass", true, ""},
	{"-p", "login sshpass mongo ldap", false, ""},
	{"-a", "redis-cli", false, ""},
	{"-w", "ldap", false, ""},
	{"-u", "curl wget http", false, ":"},
	{"--user", "curl wget http", false, ":"},
	{"-passin", "openssl", false, "pass:"},
	{"-passout", "openssl", false, "pass:"},
	{"-pass", "openssl", false, "pass:"},
}

// arguments looks for passwords among the words of a command, the line: after flags that imply one, such as
// --db-password and -e NAME=value, and those of well-known programs. It also handles lists of arguments.
func (s *scan) arguments(line string, words []word) {
	set := strings.Contains(line, " set ") && strings.Contains(line, "conf")
	netrc := strings.Contains(line, "login ") && strings.Contains(line, " password ")
	stdin := strings.Contains(line, "--password-stdin") || strings.Contains(line, "chpasswd")
	before := word{}
	for _, w := range words {
		tier := names.TierOf(before.raw)
		value := w.text != "" && w.text[0] != '-' && tier != names.None && strings.IndexByte(before.raw, '=') < 0
		switch b := before.text; {
		case s.option(line, b, w):
		case strings.HasPrefix(b, "--") && value,
			strings.HasPrefix(b, "-") && len(b) > 4 && tier == names.Password && value,
			b == "requirepass" || b == "masterauth", set && value && b != "secret",
			netrc && b == "password" && !strings.HasSuffix(w.text, ","),
			(b == "BY" || b == "by" || b == "PASSWORD") && len(w.text) < len(w.raw):
			if tier == names.None {
				b = "password"
			}
			s.secretArgument(b, w.text, w.from)
		case stdin && (b == "echo" || b == "printf") && !strings.HasPrefix(w.text, "-"):
			v := w.text[strings.IndexByte(w.text, ':')+1:] // user:password of chpasswd
			s.secretArgument("password", v, w.to-len(v))
		}
		before = w
	}
}

// option reports whether the word is the value of a program's option, or contains it.
func (s *scan) option(line, before string, w word) bool {
	for _, o := range options {
		attached := o.attached && len(w.raw) > len(o.flag)+2 && strings.HasPrefix(w.raw, o.flag)
		if before != o.flag && !attached {
			continue
		}
		for program := range strings.FieldsSeq(o.programs) {
			if !strings.Contains(line, program) {
				continue
			}
			v, at := w.text, w.from
			switch {
			case attached:
				v = w.raw[len(o.flag):]
				at = w.from + len(o.flag)
				if u := unquoted(v); len(u) < len(v) {
					v, at = u, at+1
				}
			case o.mark != "":
				i := strings.Index(v, o.mark)
				if i < 0 || strings.Contains(v, "://") {
					return true
				}
				v, at = v[i+len(o.mark):], at+i+len(o.mark)
			}
			s.secretArgument("password", v, at)
			return true
		}
	}
	return false
}

// secretArgument decides about an argument by its name. Text in single quotes is literal; otherwise a shell expands it.
func (s *scan) secretArgument(key, v string, at int) {
	if name, value, ok := strings.Cut(v, "="); ok && nameOnly(name) { // --secret-env API_KEY=value
		key, v, at = name, value, at+len(name)+1
	}
	switch {
	case v == "" || strings.IndexByte("|&;(@/", v[0]) >= 0: // rather the next command or a file
	case !strings.ContainsAny(v, "${}<>`") || at > 0 && s.Text[at-1] == '\'' && !looks.Reference(v):
		s.weigh(key, v, at)
	case looks.Reference(v):
		s.weigh(key, v, at) // its default
	}
}

// nameOnly reports whether the text is a name that precedes its value.
func nameOnly(t string) bool {
	return t != "" && ascii.IsLetter(t[0]) && ascii.Run(t, 0, ascii.Alnum|ascii.Dash, len(t)) == len(t)
}

// argument returns the span of the shell word at i, without its quotes, and where the next one begins.
func argument(line string, i int) (from, to, next int) {
	j := i
	for j < len(line) && !ascii.IsSpace(line[j]) {
		if q := line[j]; q == '\'' || q == '"' {
			k := strings.IndexByte(line[j+1:], q)
			if k < 0 {
				return i, len(line), len(line)
			}
			if j == i && (j+k+2 == len(line) || ascii.IsSpace(line[j+k+2]) ||
				strings.IndexByte(";,])", line[j+k+2]) >= 0) {
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
